//! The equation of a step as it was assembled last, and for how long that holds.

use crate::coolant::CoolantState;
use crate::couple::CoupleError;
use crate::couple::equation::{Coefficients, Equation};
use crate::couple::loops::loop_links;
use crate::material::air::AirProperties;
use crate::model::storage::Storage;
use crate::model::system::{LinearSystem, State};
use crate::model::{SheetHold, sheet_holds};

/// Relative change of films, conductivities and coolant's coefficients from which on they are assembled anew: what is
/// left of it in a rise is as small a share.
const COEFFICIENT_SHARE: f64 = 1e-3;
/// Change of a fluid's mean temperature from which on its films are evaluated anew, K: they follow it by 0.2 % a kelvin.
const FLUID_CHANGE: f64 = 0.1;
/// What coefficients follow, at the temperatures of a step.
pub(super) struct Found {
    /// Mean of each fluid, K.
    pub(super) mean: Vec<f64>,
    /// The loops.
    pub(super) coolant: CoolantState,
    /// Heat of a rear door on a loop, W.
    pub(super) door_heat: f64,
}

/// The equation as it was assembled last.
pub(super) struct Assembled {
    /// w₀, 1/s.
    pub(super) weight: f64,
    /// With the store of its cells and nodes.
    pub(super) system: LinearSystem,
    /// Ties of cells and nodes without it, W/K.
    pub(super) sink: Vec<f64>,
    pub(super) node_sink: Vec<f64>,
    pub(super) right: State,
    pub(super) coefficients: Coefficients,
    properties: Vec<AirProperties>,
    fluid_temperature: Vec<f64>,
    pub(super) holds: Vec<SheetHold>,
    pub(super) door_heat: f64,
}

impl Assembled {
    /// At the rises `at`, K, with the weight w₀, 1/s; properties are those of the `last` one where they still hold.
    pub(super) fn new(
        equation: &Equation<'_>,
        storage: &Storage,
        weight: f64,
        at: &[f64],
        found: Found,
        last: Option<Assembled>,
    ) -> Result<Self, CoupleError> {
        let Found { mean, coolant, door_heat } = found;
        let moved = last.as_ref().is_none_or(|last| apart(&last.fluid_temperature, &mean) > FLUID_CHANGE);
        let (properties, fluid_temperature) = match last {
            Some(last) if !moved => (last.properties, last.fluid_temperature),
            _ => (equation.properties(&mean), mean),
        };
        let mut coefficients = equation.coefficients(at, &coolant, door_heat, &properties)?;
        coefficients.sheet_storage = storage.sheets.iter().map(|capacity| capacity * weight).collect();
        let holds = sheet_holds(equation.model, &equation.inputs(&coefficients));
        let (mut system, right) = equation.assemble(&coefficients, &properties);
        let (sink, node_sink) = (system.sink.clone(), system.border.sink.clone());
        let rows = system.sink.iter_mut().zip(&storage.cells);
        for (sink, capacity) in rows.chain(system.border.sink.iter_mut().zip(&storage.nodes)) {
            *sink += weight * capacity;
        }
        Ok(Self {
            weight,
            system,
            sink,
            node_sink,
            right,
            coefficients,
            properties,
            fluid_temperature,
            holds,
            door_heat,
        })
    }

    /// Whether it still stands for a weight and some temperatures.
    pub(super) fn holds(&self, equation: &Equation<'_>, weight: f64, at: &[f64], found: &Found) -> bool {
        let Equation { scene, model, air, reference, .. } = *equation;
        if self.weight != weight
            || air.is_some() && apart(&self.fluid_temperature, &found.mean) > FLUID_CHANGE
        {
            return false;
        }
        let loops =
            loop_links(scene, model, &found.coolant, reference).with_door(scene, model, found.door_heat);
        self.coefficients.loops.is_near(&loops, COEFFICIENT_SHARE)
            && self.coefficients.conductivity_distance(model, at) <= COEFFICIENT_SHARE
    }

    /// Puts the ties without the store into the system, or those with it back.
    pub(super) fn swap_sinks(&mut self) {
        std::mem::swap(&mut self.system.sink, &mut self.sink);
        std::mem::swap(&mut self.system.border.sink, &mut self.node_sink);
    }
}

/// Largest difference of two lists.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |largest: f64, (a, b)| largest.max((a - b).abs()))
}
