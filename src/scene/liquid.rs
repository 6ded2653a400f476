//! Coolant and what it passes: supplies, branches, a rear door.

use super::value::Origin;
use crate::grid::Side;
use crate::material::coolant::Coolant;

/// Supply of coolant to a rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// Name.
    pub name: String,
    /// Which fluid.
    pub coolant: Coolant,
    /// K.
    pub supply_temperature: f64,
    /// m³/s at supply temperature, shared by the branches by weight.
    pub flow: f64,
    /// Loss of manifold, hoses and couplings at the loop's flow, Pa, besides the branches.
    pub external_pressure_drop: f64,
    /// Pump wire-to-water efficiency.
    pub pump_efficiency: f64,
    /// Share of the pump power that ends in the coolant.
    pub pump_heat_to_coolant: f64,
    /// Origin of its values.
    pub origin: Origin,
}

/// Cold plates in series on one supply; branches of a loop are parallel.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Name with path.
    pub name: String,
    /// Index into [`super::Scene::loops`].
    pub on_loop: usize,
    /// m³/s, if given; else the rest of the loop's flow is shared by weight.
    pub flow: Option<f64>,
    /// Share of the loop's free flow.
    pub weight: f64,
    /// Indices into [`super::Scene::cold_plates`], in the order of the flow.
    pub plates: Vec<usize>,
    /// Loss of hoses and couplings: Pa per (m³/s)².
    pub quadratic_loss: f64,
}

/// A compact rear-door exchanger behind the openings of a side.
#[derive(Clone, Debug, PartialEq)]
pub struct RearDoor {
    /// Name.
    pub name: String,
    /// The side whose leaving air passes it.
    pub side: Side,
    /// UA, W/K.
    pub ua: f64,
    /// Fluid.
    pub coolant: Coolant,
    /// K.
    pub supply_temperature: f64,
    /// m³/s.
    pub flow: f64,
    /// Water-side loss at that flow, Pa.
    pub water_pressure_drop: f64,
    /// Wire-to-water efficiency of the pump.
    pub pump_efficiency: f64,
    /// ζ on the superficial dynamic pressure of the openings of its side.
    pub loss: f64,
    /// Electrical, W; it heats the air behind the door. 0 for a passive door.
    pub fan_power: f64,
    /// Origin of its values.
    pub origin: Origin,
}
