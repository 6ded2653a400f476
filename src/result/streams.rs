//! What moves through the rack: air and other fluids, what drives them, coolant loops and exchangers.

use serde::{Deserialize, Serialize};

/// How the air's motion was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AirField {
    /// Mass-conserving and driven by losses, without inertia.
    Potential,
    /// Momentum equations.
    Momentum,
}

impl AirField {
    /// The word used in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AirField::Potential => "potential",
            AirField::Momentum => "momentum",
        }
    }
}

/// Air through the rack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Air {
    /// Drawn from the room, m³/s at the site's air density.
    pub demanded_m3_s: f64,
    /// What the hall can give at this position, m³/s, if the scene says so.
    pub available_m3_s: Option<f64>,
    /// Share of the intake that is warm air.
    pub recirculated_share: f64,
    /// Share of exhaust air, by its temperature, in the air that the fans draw: what has passed the rack before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warm_share_at_fans: Option<f64>,
    /// Coldest intake.
    pub intake_min_c: f64,
    /// Warmest intake.
    pub intake_max_c: f64,
    /// Mixed air that leaves the rack, before a rear door.
    pub exhaust_c: f64,
    /// Static pressure that the rack's fans have to give from front to back, Pa.
    pub rack_pressure_pa: f64,
    /// How the air's motion was found.
    pub field: AirField,
    /// Largest y⁺ of the middle of a cell at a wall, in turbulent flow that was solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_y_plus: Option<f64>,
    /// Largest |u| Δx/ν of a cell, where momentum was solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_cell_reynolds: Option<f64>,
}

/// A fluid of the scene's regions: what passes through its openings, and how warm it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FluidStream {
    /// Name of the fluid.
    pub name: String,
    /// What enters, m³/s; 0 in a closed region.
    pub flow_m3_s: f64,
    /// What enters, kg/s.
    pub mass_flow_kg_s: f64,
    /// Mixed temperature of what enters; absent in a closed region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inlet_c: Option<f64>,
    /// Mixed temperature of what leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet_c: Option<f64>,
    /// Static pressure at the faces where it enters over that where it leaves, mean by flow, Pa.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pressure_drop_pa: Option<f64>,
    /// Carried out, W.
    pub heat_w: f64,
    /// Mean by volume.
    pub mean_c: f64,
    /// Warmest cell.
    pub max_c: f64,
    /// Fastest cell, m/s.
    pub fastest_m_s: f64,
    /// Largest y⁺ of the middle of a cell at a wall, in turbulent flow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_y_plus: Option<f64>,
    /// Largest |u| Δx/ν of a cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_cell_reynolds: Option<f64>,
}

/// Where on its curve a fan works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FanBranch {
    /// Air flows against it.
    Reverse,
    /// Left of its pressure maximum.
    Stall,
    /// The falling branch.
    Normal,
    /// Air is pushed through it.
    BeyondFreeDelivery,
}

/// A fan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fan {
    /// Name with path.
    pub name: String,
    /// m³/s.
    pub flow_m3_s: f64,
    /// Static pressure it gives by its curve, or has to give at a fixed flow, Pa.
    pub pressure_rise_pa: f64,
    /// Static pressure it can give at this flow, Pa, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub available_pressure_pa: Option<f64>,
    /// Electrical, W.
    pub power_w: f64,
    /// Share of its design speed.
    pub speed: f64,
    /// The fluid that it moves, where that is that of a region: a pump then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fluid: Option<String>,
    /// Where on its curve it works; absent for a fixed flow and a fan that has failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<FanBranch>,
}

/// A coolant supply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loop {
    /// Name.
    pub name: String,
    /// Name of the coolant.
    pub coolant: String,
    /// At supply temperature.
    pub flow_l_min: f64,
    /// Into the rack.
    pub supply_c: f64,
    /// Mixed return of all branches.
    pub return_c: f64,
    /// From supply to return, with the external loss; by weight: of the branch with the largest loss.
    pub pressure_drop_pa: f64,
    /// Electrical, W.
    pub pump_power_w: f64,
    /// Taken up in the rack, W.
    pub heat_w: f64,
    /// Its branches but for the pieces of its manifolds.
    pub branches: Vec<Branch>,
    /// Its pumps, where they are given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pumps: Vec<Pump>,
    /// How well its network closes, where flows follow from pressures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closure: Option<LoopClosure>,
}

/// A pump at work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pump {
    /// Name with path.
    pub name: String,
    /// At its own temperature; negative backwards.
    pub flow_l_min: f64,
    /// Pa.
    pub pressure_rise_pa: f64,
    /// Electrical, W.
    pub power_w: f64,
    /// Over nominal speed; 0 has failed.
    pub speed: f64,
}

/// The worst imbalances of a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoopClosure {
    /// Branch whose pressures close worst.
    pub branch: String,
    /// How far, over the network's largest pressure difference.
    pub momentum: f64,
    /// Junction whose flows close worst.
    pub junction: String,
    /// How far, over the network's largest flow.
    pub mass: f64,
}

/// A branch of a coolant supply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Branch {
    /// Name with path.
    pub name: String,
    /// At supply temperature.
    pub flow_l_min: f64,
    /// Plates, hoses and couplings, Pa.
    pub pressure_drop_pa: f64,
    /// Taken up, W.
    pub heat_w: f64,
    /// Where it leaves.
    pub return_c: f64,
}

/// Exchangers at the rack, and the facility around it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plant {
    /// Rear door, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rear_door: Option<RearDoor>,
    /// Coolant distribution units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cdus: Vec<Cdu>,
    /// The facility, if the scene has `[plant]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility: Option<super::Facility>,
}

/// A coolant distribution unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cdu {
    /// Name.
    pub name: String,
    /// Loop that it conditions.
    pub on_loop: String,
    /// `water` or `air`.
    pub cooled_by: String,
    /// To the cold side, with the heat of the loop's pumps, W.
    pub heat_w: f64,
    /// Whether the supply is at its set point.
    pub holds: bool,
    /// Asked for.
    pub set_point_c: f64,
    /// Reached.
    pub supply_c: f64,
    /// Supply over the cold side's inlet.
    pub approach_k: f64,
    /// ε.
    pub effectiveness: f64,
    /// Cold side.
    pub cold_supply_c: f64,
    /// Cold side.
    pub cold_return_c: f64,
    /// What passes of the cold side.
    pub cold_flow_m3_s: f64,
    /// Over what it could.
    pub cold_share: f64,
    /// Pumps of the facility's water or fans of the unit, W.
    pub cold_power_w: f64,
}

/// A rear-door exchanger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RearDoor {
    /// Name.
    pub name: String,
    /// From air to water, W.
    pub heat_w: f64,
    /// Share of what an infinite exchanger would take.
    pub effectiveness: f64,
    /// Air that enters the door.
    pub air_inlet_c: f64,
    /// Air that leaves the door, before its fans.
    pub air_outlet_c: f64,
    /// Loss on the air side, Pa.
    pub air_pressure_drop_pa: f64,
    /// Name of the coolant.
    pub coolant: String,
    /// Water flow.
    pub flow_l_min: f64,
    /// Water in.
    pub supply_c: f64,
    /// Water out.
    pub return_c: f64,
    /// Loss on the water side, Pa.
    pub pressure_drop_pa: f64,
    /// Electrical, W; 0 for a passive door.
    pub fan_power_w: f64,
    /// Electrical, W.
    pub pump_power_w: f64,
}
