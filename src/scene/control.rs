//! What a steady run takes for loads that change with time.

use std::borrow::Cow;

use super::{Scene, Value};
use crate::control::load::Part;

impl Scene {
    /// Nominal power of a part, W; 0 for a source that is a formula.
    #[must_use]
    pub fn nominal_power(&self, part: Part) -> f64 {
        match part {
            Part::Chip(index) => self.chips[index].power,
            Part::Solid(index) => self.solids[index].power,
            Part::Porous(index) => self.porous[index].power,
            Part::Plate(index) => self.cold_plates[index].extra_power,
            Part::Source(index) => match self.sources[index].power {
                Value::Constant(power) => power,
                Value::Formula(_) => 0.0,
            },
        }
    }

    /// Gives a part another power, W.
    pub fn set_power(&mut self, part: Part, power: f64) {
        match part {
            Part::Chip(index) => self.chips[index].power = power,
            Part::Solid(index) => self.solids[index].power = power,
            Part::Porous(index) => self.porous[index].power = power,
            Part::Plate(index) => self.cold_plates[index].extra_power = power,
            Part::Source(index) => self.sources[index].power = Value::Constant(power),
        }
    }

    /// Power of all parts, W, fans and pumps left out.
    #[must_use]
    pub fn power_of_parts(&self) -> f64 {
        let chips = (0..self.chips.len()).map(Part::Chip);
        let solids = (0..self.solids.len()).map(Part::Solid);
        let sources = (0..self.sources.len()).map(Part::Source);
        let porous = (0..self.porous.len()).map(Part::Porous);
        let plates = (0..self.cold_plates.len()).map(Part::Plate);
        let parts = chips.chain(solids).chain(sources).chain(porous).chain(plates);
        parts.map(|part| self.nominal_power(part)).sum()
    }

    /// The scene in which every part that follows a trace draws the mean of it, as a remark of the scene says: what a
    /// steady run solves. The scene itself where nothing follows a trace.
    #[must_use]
    pub fn steady(&self) -> Cow<'_, Scene> {
        let loads = &self.control.loads;
        if loads.parts.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut scene = self.clone();
        for load in &loads.parts {
            scene.set_power(load.part, loads.steady(load));
        }
        Cow::Owned(scene)
    }
}
