//! The validated scene: what the engineer wrote, with parts expanded, names resolved and all values in SI.
//!
//! Lengths in m, temperatures in K (absolute), flows in m³/s at the site's air density or the coolant's
//! local density, pressures in Pa (gauge, unless said), powers in W. Axes: x across the rack, y from the
//! cold front to the hot back, z up. Every item is in the scene's coordinates; names of items that come
//! from parts carry their path, such as `tray.3/gpu.2`.

mod air_model;
mod airflow;
mod array;
mod check;
mod chip;
mod control;
mod diagnostic;
mod expand;
mod fault;
mod fields;
mod file;
mod instance;
mod kind;
mod liquid;
mod load;
mod names;
mod overrides;
mod read;
mod remainder;
mod remark;
mod scope;
mod setting;
mod solid;
mod transient;
mod value;

pub use air_model::{
    AirField, AirModel, Convection, Fluid, FluidId, FluidRegion, STANDARD_GRAVITY, Turbulence, WallFilms,
};
pub use airflow::{
    Fan, FanDrive, FanFailure, FlowProfile, Opening, OpeningCondition, Porous, Screen, VelocityProfile, Wall,
    WallCondition, WallMotion,
};
pub use chip::{Chip, ColdPlate, Cooler, HeatCapacity, HeatSink, HeatSinkModel};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use fault::{AIR, DOMAIN, Fault, GRID, Places, REAR_DOOR};
pub use liquid::{
    Branch, Cdu, CduSink, Distribution, Element, HydraulicPart, Loop, PumpDrive, RETURN, RearDoor, SUPPLY,
};
pub use load::Loaded;
pub use remainder::{Receiver, Remainder};
pub use remark::{Remark, RemarkKind};
pub use setting::{GridRule, Monitor, Place, Quantity, Resolution, Site};
pub use solid::{Contact, Fill, Material, MaterialId, Solid, Source};
pub use transient::{Start, Steps, TimeScheme, Transient};
pub use value::{Limit, Origin, Rectangle, Region, Value};

pub use crate::control::Control;
pub use crate::material::Status;
pub use crate::material::coolant::Coolant;
pub use crate::physics::cold_plate::ColdPlateModel;
pub use crate::physics::fan::{FanCurve, FanPower};
pub use crate::plant::facility::Plant;
pub use crate::units::Formula;

/// A whole scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Stem of the file.
    pub name: String,
    /// One line for people.
    pub title: String,
    /// Extent of the domain, m, from the origin.
    pub size: [f64; 3],
    /// What is where no part is.
    pub fill: Fill,
    /// Grid rule.
    pub grid: GridRule,
    /// Surroundings.
    pub site: Site,
    /// How its air is described.
    pub air: AirModel,
    /// Fluids other than air.
    pub fluids: Vec<Fluid>,
    /// Boxes of them, in the order of the file: later ones replace earlier ones.
    pub fluid_regions: Vec<FluidRegion>,
    /// Solid materials.
    pub materials: Vec<Material>,
    /// Boxes, plates and boards, in the order of the file.
    pub solids: Vec<Solid>,
    /// Sources in solids.
    pub sources: Vec<Source>,
    /// Contact resistances.
    pub contacts: Vec<Contact>,
    /// Parts of the surface that are not adiabatic or not at rest.
    pub walls: Vec<Wall>,
    /// Air openings.
    pub openings: Vec<Opening>,
    /// Fans.
    pub fans: Vec<Fan>,
    /// Screens.
    pub screens: Vec<Screen>,
    /// Porous boxes.
    pub porous: Vec<Porous>,
    /// Chips.
    pub chips: Vec<Chip>,
    /// Heat sinks.
    pub heat_sinks: Vec<HeatSink>,
    /// Cold plates.
    pub cold_plates: Vec<ColdPlate>,
    /// Pipes, fittings, valves, couplings, filters and pumps of the loops.
    pub hydraulics: Vec<HydraulicPart>,
    /// Coolant supplies.
    pub loops: Vec<Loop>,
    /// Branches of the supplies.
    pub branches: Vec<Branch>,
    /// Units that hold the supplies.
    pub cdus: Vec<Cdu>,
    /// Rear door.
    pub rear_door: Option<RearDoor>,
    /// The facility around it.
    pub plant: Option<Plant>,
    /// Rests of budgets that contain fans.
    pub remainders: Vec<Remainder>,
    /// How it runs over time; none: it is solved for its steady state.
    pub transient: Option<Transient>,
    /// Monitors.
    pub monitors: Vec<Monitor>,
    /// Power over time, controllers, throttling, faults.
    pub control: Control,
    /// What the reader settled or noticed and is no error.
    pub remarks: Vec<Remark>,
}

impl Scene {
    /// Whether nothing can pass a branch: a valve, coupling or plate of it is shut.
    #[must_use]
    pub fn is_shut(&self, branch: &Branch) -> bool {
        branch.elements.iter().any(|element| match *element {
            Element::Part(part) => self.hydraulics[part].component.is_shut(),
            Element::Plate(plate) => self.cold_plates[plate].blocked >= 1.0,
        })
    }

    /// Whether a cold plate stands for the water side of the rear door.
    #[must_use]
    pub fn is_door(&self, plate: usize) -> bool {
        self.rear_door.as_ref().is_some_and(|door| door.plate == Some(plate))
    }

    /// Number of chips whose role is `gpu`.
    #[must_use]
    pub fn gpus(&self) -> usize {
        self.chips.iter().filter(|chip| chip.role == "gpu").count()
    }
}
