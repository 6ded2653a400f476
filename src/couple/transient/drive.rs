//! What changes over time: powers, and the moments at which they jump.

use crate::scene::Scene;

/// What releases power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerSource {
    /// A chip: index into [`Scene::chips`].
    Chip(usize),
    /// Everything else but fans, together: solids, sources, porous boxes, the heat that plates take besides chips. It
    /// stays spread as the scene has it.
    Others,
}

/// What a run over time is driven by.
pub trait Drive {
    /// Mean power of a source from one time to another, W: for steps to release what was asked for, whatever their
    /// lengths, it must add up over them.
    fn power(&self, source: PowerSource, from: f64, to: f64) -> f64;

    /// The next time after `after` at which a power jumps, s: a step ends there, and the next ones begin anew.
    fn next_event(&self, after: f64) -> Option<f64>;
}

/// Makes a drive from a scene and what its others release, W.
pub type DriveOf<'a> = dyn Fn(&Scene, f64) -> Box<dyn Drive> + 'a;

/// The powers of the scene, all the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Steady {
    chips: Vec<f64>,
    others: f64,
}

impl Steady {
    /// Of a scene whose other powers are `others` W together.
    #[must_use]
    pub fn new(scene: &Scene, others: f64) -> Self {
        Self { chips: scene.chips.iter().map(|chip| chip.power).collect(), others }
    }
}

impl Drive for Steady {
    fn power(&self, source: PowerSource, _from: f64, _to: f64) -> f64 {
        match source {
            PowerSource::Chip(chip) => self.chips[chip],
            PowerSource::Others => self.others,
        }
    }

    fn next_event(&self, _after: f64) -> Option<f64> {
        None
    }
}
