//! Coolant and what it passes: supplies, branches, a rear door.

use super::value::Origin;
use crate::grid::Side;
use crate::material::coolant::Coolant;
use crate::physics::hydraulics::Component;
use crate::plant::cdu::Exchanger;

/// Supply of coolant to a rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Loop {
    /// Name.
    pub name: String,
    /// Which fluid.
    pub coolant: Coolant,
    /// K.
    pub supply_temperature: f64,
    /// m³/s at supply temperature; 0 where pumps move the coolant.
    pub flow: f64,
    /// How the flow finds its way.
    pub distribution: Distribution,
    /// Names of the places where its branches meet; the first is the supply, the second the return.
    pub junctions: Vec<String>,
    /// Above it the run warns, m³/s.
    pub largest_flow: Option<f64>,
    /// ASHRAE's class: index into [`crate::plant::ashrae::TECHNOLOGY`].
    pub class: Option<usize>,
    /// Gauge pressure of the return, Pa.
    pub static_pressure: f64,
    /// Gauge pressure above which the run warns, Pa.
    pub largest_pressure: Option<f64>,
    /// Loss of manifold, hoses and couplings at the loop's flow, Pa, besides the branches.
    pub external_pressure_drop: f64,
    /// Pump wire-to-water efficiency.
    pub pump_efficiency: f64,
    /// Share of the pump power that ends in the coolant.
    pub pump_heat_to_coolant: f64,
    /// Origin of its values.
    pub origin: Origin,
}

/// Junction at which every loop begins.
pub const SUPPLY: usize = 0;
/// Junction at which it ends; its pressure is the loop's reference.
pub const RETURN: usize = 1;

/// How a loop's flow finds its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    /// Branches have given flows, or share what these leave by weight, whatever they resist.
    ByWeight,
    /// Branches share the flow as their pressures allow.
    ByPressure,
}

/// What a branch passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// Index into [`super::Scene::cold_plates`].
    Plate(usize),
    /// Index into [`super::Scene::hydraulics`].
    Part(usize),
}

/// A pipe, fitting, valve, coupling, filter or pump: what it does to the pressure.
#[derive(Clone, Debug, PartialEq)]
pub struct HydraulicPart {
    /// Name with path.
    pub name: String,
    /// Its law.
    pub component: Component,
    /// Whether it lets the coolant pass along its branch only.
    pub one_way: bool,
    /// Velocity in its bore above which the run warns, m/s.
    pub largest_velocity: Option<f64>,
    /// Electrical side of a pump.
    pub drive: Option<PumpDrive>,
    /// Origin of its values.
    pub origin: Origin,
}

/// What a pump draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PumpDrive {
    /// Wire to water.
    pub efficiency: f64,
    /// Share of its power that ends in the coolant.
    pub heat_to_coolant: f64,
    /// Whether it has failed.
    pub failed: bool,
}

/// What a coolant distribution unit gives its heat to.
#[derive(Clone, Debug, PartialEq)]
pub enum CduSink {
    /// Facility water.
    Water {
        /// Fluid.
        coolant: Coolant,
        /// Loss at its flow, Pa.
        pressure_drop: f64,
        /// Wire to water of the pump that gives it.
        pump_efficiency: f64,
    },
    /// Air of the room.
    Air {
        /// Electrical, W, at its flow.
        fan_power: f64,
    },
}

/// A coolant distribution unit: it holds the supply of a loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Cdu {
    /// Name.
    pub name: String,
    /// Index into [`super::Scene::loops`].
    pub on_loop: usize,
    /// Its exchanger.
    pub exchanger: Exchanger,
    /// What cools it.
    pub sink: CduSink,
    /// Of that, K.
    pub temperature: f64,
    /// Most of it, m³/s.
    pub flow: f64,
    /// ASHRAE's class of its water: index into [`crate::plant::ashrae::FACILITY_WATER`].
    pub facility_class: Option<usize>,
    /// Heat that it is made for, W.
    pub largest_heat: Option<f64>,
    /// Pressure that its pumps can give the loop, Pa.
    pub available_pressure: Option<f64>,
    /// Origin of its values.
    pub origin: Origin,
}

/// A way for the coolant between two junctions: cold plates, pipes, couplings in series.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// Name with path.
    pub name: String,
    /// Index into [`super::Scene::loops`].
    pub on_loop: usize,
    /// Junction at which positive flow enters.
    pub from: usize,
    /// Junction at which it leaves.
    pub to: usize,
    /// m³/s at supply temperature, if given.
    pub flow: Option<f64>,
    /// Share of the loop's free flow, where it is shared by weight.
    pub weight: f64,
    /// What it passes, in the order of positive flow.
    pub elements: Vec<Element>,
    /// Loss of hoses and couplings: Pa per (m³/s)².
    pub quadratic_loss: f64,
    /// Whether it is the scene's own; else a piece of a manifold.
    pub listed: bool,
    /// Whether it is a pump that feeds the loop: what it sends has the supply's temperature.
    pub source: bool,
}

impl Loop {
    /// A supply of a flow, m³/s, at a temperature, K, that its branches share by weight.
    #[must_use]
    pub fn by_weight(
        name: &str,
        coolant: Coolant,
        supply_temperature: f64,
        flow: f64,
        origin: Origin,
    ) -> Self {
        Self {
            name: name.to_owned(),
            coolant,
            supply_temperature,
            flow,
            distribution: Distribution::ByWeight,
            junctions: vec![format!("{name} supply"), format!("{name} return")],
            largest_flow: None,
            class: None,
            static_pressure: 0.0,
            largest_pressure: None,
            external_pressure_drop: 0.0,
            pump_efficiency: 1.0,
            pump_heat_to_coolant: 0.0,
            origin,
        }
    }
}

impl Branch {
    /// Plates in series from a loop's supply to its return, with an equal share of its flow.
    #[must_use]
    pub fn of_plates(name: &str, on_loop: usize, plates: impl IntoIterator<Item = usize>) -> Self {
        Self {
            name: name.to_owned(),
            on_loop,
            from: SUPPLY,
            to: RETURN,
            flow: None,
            weight: 1.0,
            elements: plates.into_iter().map(Element::Plate).collect(),
            quadratic_loss: 0.0,
            listed: true,
            source: false,
        }
    }

    /// Indices into [`super::Scene::cold_plates`], in the order of positive flow.
    pub fn plates(&self) -> impl Iterator<Item = usize> + '_ {
        self.elements.iter().filter_map(|element| match element {
            Element::Plate(plate) => Some(*plate),
            Element::Part(_) => None,
        })
    }

    /// The others: indices into [`super::Scene::hydraulics`].
    pub fn parts(&self) -> impl Iterator<Item = usize> + '_ {
        self.elements.iter().filter_map(|element| match element {
            Element::Plate(_) => None,
            Element::Part(part) => Some(*part),
        })
    }
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
    /// Where its water is that of a loop: the plate that stands for it in a branch, index into
    /// [`super::Scene::cold_plates`]. Fluid, temperature and flow then follow from there.
    pub plate: Option<usize>,
    /// Fluid.
    pub coolant: Coolant,
    /// K.
    pub supply_temperature: f64,
    /// m³/s; on a loop the flow that its pressure drop belongs to.
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
