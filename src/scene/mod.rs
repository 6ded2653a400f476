//! The validated scene: what the engineer wrote, with parts expanded, names resolved and all values in SI.
//!
//! Lengths in m, temperatures in K (absolute), flows in m³/s at the site's air density or the coolant's
//! local density, pressures in Pa (gauge, unless said), powers in W. Axes: x across the rack, y from the
//! cold front to the hot back, z up. Every item is in the scene's coordinates; names of items that come
//! from parts carry their path, such as `tray.3/gpu.2`.

mod array;
mod check;
mod diagnostic;
mod expand;
mod fault;
mod fields;
mod file;
mod instance;
mod kind;
mod load;
mod names;
mod overrides;
mod read;
mod remark;
mod scope;

use crate::grid::{Axis, Side};

pub use diagnostic::{Diagnostic, Diagnostics};
pub use fault::{DOMAIN, Fault, GRID, Places, REAR_DOOR};
pub use load::Loaded;
pub use remark::{Remark, RemarkKind};

pub use crate::material::Status;
pub use crate::material::coolant::Coolant;
pub use crate::physics::cold_plate::ColdPlateModel;
pub use crate::units::Formula;

/// A number's origin: `source` in words and its status.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Origin {
    /// Where the number is from.
    pub source: String,
    /// How well it is known.
    pub status: Status,
}

/// An axis-aligned box, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Lower corner.
    pub lower: [f64; 3],
    /// Upper corner.
    pub upper: [f64; 3],
}

/// An axis-aligned rectangle on a plane, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Normal of the plane.
    pub axis: Axis,
    /// Position of the plane along its normal.
    pub at: f64,
    /// Lower corner; the entry of the normal equals `at`.
    pub lower: [f64; 3],
    /// Upper corner; the entry of the normal equals `at`.
    pub upper: [f64; 3],
}

/// A solid material: conductivity k(T) = k₀ (1 + b (T − T_ref)) along each axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// Name, unique in the scene.
    pub name: String,
    /// k₀ along x, y, z, W/(m K).
    pub conductivity: [f64; 3],
    /// b, 1/K.
    pub temperature_coefficient: f64,
    /// T_ref, K.
    pub reference_temperature: f64,
    /// kg/m³.
    pub density: f64,
    /// J/(kg K).
    pub specific_heat: f64,
    /// Origin of the values.
    pub origin: Origin,
}

/// Index into [`Scene::materials`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MaterialId(pub usize);

/// What fills the domain where no part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Air, which moves.
    Air,
    /// A solid.
    Solid(MaterialId),
}

/// A number, or a formula of x, y, z in m (manufactured solutions); formulas give SI values.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The same everywhere.
    Constant(f64),
    /// Evaluated at each place.
    Formula(Formula),
}

/// Temperature a part must stay under.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// K.
    pub temperature: f64,
    /// Whether it bounds the junction (else the case or the hottest point).
    pub junction: bool,
    /// Origin of the limit.
    pub origin: Origin,
}

/// A box of solid material, thick or thin. A thin one (a plate or board under the smallest spacing) becomes
/// a sheet: it stops the air, resists heat through its thickness, and keeps its power.
#[derive(Clone, Debug, PartialEq)]
pub struct Solid {
    /// Name with path.
    pub name: String,
    /// Where.
    pub region: Region,
    /// Of what.
    pub material: MaterialId,
    /// W, spread evenly over the volume.
    pub power: f64,
    /// Held at this temperature, if given.
    pub fixed_temperature: Option<f64>,
    /// Limit of its hottest point.
    pub limit: Option<Limit>,
    /// `gpu`, `cpu`, `board`, `power_shelf`… for grouping; free text, may be empty.
    pub role: String,
    /// Whether it may lie inside or over an earlier solid and replaces it there.
    pub replaces: bool,
    /// Worst status of its values.
    pub origin: Origin,
}

/// Heat released in the solids inside a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Name with path.
    pub name: String,
    /// Where.
    pub region: Region,
    /// Total, W; for a formula W/m³.
    pub power: Value,
}

/// Resistance between the touching faces of two solids.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Index of one solid.
    pub a: usize,
    /// Index of the other.
    pub b: usize,
    /// m²K/W.
    pub resistance: f64,
}

/// Thermal condition of a part of the domain's surface.
#[derive(Clone, Debug, PartialEq)]
pub enum WallCondition {
    /// Held at a temperature, K.
    Temperature(Value),
    /// Heat flux into the domain, W/m².
    Flux(f64),
    /// Film to an ambient temperature.
    Film {
        /// W/(m²K).
        coefficient: f64,
        /// K.
        ambient: f64,
    },
}

/// A side of the domain, or a rectangle of it, that is not adiabatic. Later walls replace earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Wall {
    /// Name.
    pub name: String,
    /// Which side.
    pub side: Side,
    /// Where on it.
    pub rectangle: Rectangle,
    /// What holds there.
    pub condition: WallCondition,
}

/// An opening of the domain to surroundings of given pressure; air that enters has its temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Name with path.
    pub name: String,
    /// Which side.
    pub side: Side,
    /// Where on it.
    pub rectangle: Rectangle,
    /// Pa, gauge.
    pub pressure: f64,
    /// K, of the air that enters.
    pub temperature: f64,
    /// Loss coefficient ζ on the superficial dynamic pressure.
    pub loss: f64,
}

/// A fan of fixed flow on a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// Name with path.
    pub name: String,
    /// Where.
    pub rectangle: Rectangle,
    /// Whether it blows towards larger coordinates.
    pub forward: bool,
    /// m³/s at the site's air density, total over its plane.
    pub flow: f64,
    /// Electrical, W; it heats the air behind the fan.
    pub power: f64,
    /// Static pressure it can give at this flow, Pa, if known.
    pub available_pressure: Option<f64>,
    /// Origin of flow and power.
    pub origin: Origin,
}

/// A flat resistance to air: grille, filter, perforated plate.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    /// Name with path.
    pub name: String,
    /// Where.
    pub rectangle: Rectangle,
    /// ζ on the superficial dynamic pressure.
    pub loss: f64,
}

/// A box of obstacles too small to resolve: cables, DIMMs.
#[derive(Clone, Debug, PartialEq)]
pub struct Porous {
    /// Name with path.
    pub name: String,
    /// Where.
    pub region: Region,
    /// ζ per metre along x, y, z on the superficial dynamic pressure, 1/m.
    pub loss_per_metre: [f64; 3],
    /// W released into its air, evenly over the volume.
    pub power: f64,
    /// For grouping.
    pub role: String,
    /// Origin of its values.
    pub origin: Origin,
}

/// What carries a chip's heat from its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cooler {
    /// Index into [`Scene::heat_sinks`].
    HeatSink(usize),
    /// Index into [`Scene::cold_plates`].
    ColdPlate(usize),
}

/// A packaged chip as a compact part: junction and case are unknowns, its box stops the air.
#[derive(Clone, Debug, PartialEq)]
pub struct Chip {
    /// Name with path.
    pub name: String,
    /// `gpu`, `cpu`, `switch`… for grouping and for per-GPU figures.
    pub role: String,
    /// Outer box, on a board or floor at its lower z side.
    pub region: Region,
    /// W, at the junction.
    pub power: f64,
    /// Junction to case (lid top), K/W.
    pub junction_to_case: f64,
    /// Junction to the solid under it, K/W, if it conducts there.
    pub junction_to_board: Option<f64>,
    /// Heat sink or cold plate on the case.
    pub cooler: Option<Cooler>,
    /// Case to the cooler's base, K/W (TIM2); 0 where the cooler's resistance starts at the case.
    pub interface: f64,
    /// Temperature limit.
    pub limit: Option<Limit>,
    /// Worst status of its values.
    pub origin: Origin,
}

/// Thermal model of an air heat sink.
#[derive(Clone, Debug, PartialEq)]
pub enum HeatSinkModel {
    /// Parallel plate fins along the flow.
    PlateFin {
        /// Number of fins.
        fins: usize,
        /// Fin thickness, m.
        thickness: f64,
        /// Fin height above the base, m.
        height: f64,
        /// Fin conductivity, W/(m K).
        conductivity: f64,
        /// Base conductivity to fins and spreading from chip to base, K/W in series.
        base_resistance: f64,
    },
    /// Base to local inlet air, K/W, against flow through the sink, m³/s, log-interpolated.
    Resistance(Vec<(f64, f64)>),
}

/// An air heat sink: its box is air that it slows and heats by ε-NTU.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatSink {
    /// Name with path.
    pub name: String,
    /// The box of its fins.
    pub region: Region,
    /// Axis along the fins.
    pub flow_axis: Axis,
    /// Base to air.
    pub model: HeatSinkModel,
    /// ζ per metre along the flow, 1/m; from the fin geometry where not given.
    pub loss_per_metre: Option<f64>,
    /// Origin of its values.
    pub origin: Origin,
}

/// A cold plate: its base (or the chip's case) to the inlet coolant by R(flow); its box stops the air.
#[derive(Clone, Debug, PartialEq)]
pub struct ColdPlate {
    /// Name with path.
    pub name: String,
    /// Outer box, if it takes room in the air.
    pub region: Option<Region>,
    /// Thermal and hydraulic model.
    pub model: ColdPlateModel,
    /// W released by the board parts that are plated to it (voltage regulators), besides its chips.
    pub extra_power: f64,
    /// Origin of its values.
    pub origin: Origin,
}

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
    /// Index into [`Scene::loops`].
    pub on_loop: usize,
    /// m³/s, if given; else the rest of the loop's flow is shared by weight.
    pub flow: Option<f64>,
    /// Share of the loop's free flow.
    pub weight: f64,
    /// Indices into [`Scene::cold_plates`], in the order of the flow.
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

/// Quantity of a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// K (reported in °C).
    Temperature,
    /// Pa.
    Pressure,
    /// Speed, m/s.
    Velocity,
}

/// Where a monitor looks.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A point, interpolated.
    Point([f64; 3]),
    /// A straight line of samples, written as CSV.
    Line {
        /// Start.
        from: [f64; 3],
        /// End.
        to: [f64; 3],
        /// Number of samples, both ends included.
        samples: usize,
    },
    /// Area mean over a rectangle.
    Surface(Rectangle),
    /// Volume mean over a box.
    Volume(Region),
}

/// A value that the engineer wants to see.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitor {
    /// Name.
    pub name: String,
    /// Of what.
    pub quantity: Quantity,
    /// Where.
    pub place: Place,
}

/// Surroundings of the rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Air at the rack's front, K.
    pub air_temperature: f64,
    /// Absolute pressure, Pa.
    pub pressure: f64,
    /// Air that the hall can give at this rack, m³/s, if stated.
    pub available_flow: Option<f64>,
    /// Pressure of the cold aisle over the hot aisle, Pa.
    pub containment_pressure: f64,
}

/// How fine the grid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Resolution {
    /// At least 2 cells across each part and gap, growth 1.5.
    #[default]
    Draft,
    /// 4 cells, growth 1.3.
    Standard,
    /// 8 cells, growth 1.2.
    Fine,
}

/// How the grid is made.
#[derive(Clone, Debug, PartialEq)]
pub enum GridRule {
    /// Lines on part faces, filled by the resolution's rule.
    Automatic {
        /// Planes closer than this merge, m; `None`: 5, 2.5, 1.25 mm by resolution.
        smallest_spacing: Option<f64>,
        /// Largest spacing, m, if given.
        largest_spacing: Option<f64>,
    },
    /// Equal cells between consecutive planes of parts, and nothing merged: `cells` over each axis of the
    /// domain where no part face lies inside, else shared by length (validation cases).
    Cells {
        /// Cells along x, y, z.
        cells: [usize; 3],
        /// Ratio of the largest to the smallest spacing along each axis, symmetric about the middle; 1 is
        /// uniform.
        stretch: [f64; 3],
    },
}

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
    /// Solid materials.
    pub materials: Vec<Material>,
    /// Boxes, plates and boards, in the order of the file.
    pub solids: Vec<Solid>,
    /// Sources in solids.
    pub sources: Vec<Source>,
    /// Contact resistances.
    pub contacts: Vec<Contact>,
    /// Non-adiabatic parts of the surface.
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
    /// Coolant supplies.
    pub loops: Vec<Loop>,
    /// Branches of the supplies.
    pub branches: Vec<Branch>,
    /// Rear door.
    pub rear_door: Option<RearDoor>,
    /// Monitors.
    pub monitors: Vec<Monitor>,
    /// What the reader settled or noticed and is no error.
    pub remarks: Vec<Remark>,
}

impl Region {
    /// Edge lengths, m.
    #[must_use]
    pub fn size(&self) -> [f64; 3] {
        [0, 1, 2].map(|a| self.upper[a] - self.lower[a])
    }

    /// m³.
    #[must_use]
    pub fn volume(&self) -> f64 {
        self.size().iter().product()
    }
}

impl Rectangle {
    /// m².
    #[must_use]
    pub fn area(&self) -> f64 {
        self.axis.others().iter().map(|&a| self.upper[a as usize] - self.lower[a as usize]).product()
    }
}

impl Scene {
    /// Number of chips whose role is `gpu`.
    #[must_use]
    pub fn gpus(&self) -> usize {
        self.chips.iter().filter(|chip| chip.role == "gpu").count()
    }
}
