//! What a run found: the summary that people and programs read, fields on the grid, and line probes.
//!
//! [`Summary`] is `summary.json`, schema 1, field by field. All values are SI unless the name says
//! otherwise (`_c` degrees Celsius, `_k` kelvin differences, `_l_min` litres a minute); heat flows are
//! positive out of the rack. Numbers that could not be had (no air, no limit) are absent, never 0; a value
//! that is not finite is written as JSON `null` and only occurs in runs that did not converge.

mod electrical;
mod fields;
mod plant;
mod standing;
mod streams;
mod transient;

pub use electrical::{Draw, Electrical, SmoothingUse, StoreUse};
pub use fields::{Fields, LineProbe, cell_array};
pub use plant::{Efficiency, Facility, FacilityCircuit, FacilityDesign, FacilityYear};
use serde::{Deserialize, Serialize};
pub use standing::Standing;
pub(crate) use standing::step;
pub use streams::{
    Air, AirField, Branch, Cdu, Fan, FanBranch, FluidStream, Loop, LoopClosure, Plant, Pump, RearDoor,
};

pub use transient::{History, LostWork, Peak, TimedEvent, Transient};

/// Version of the summary's layout.
pub const SCHEMA: u32 = 1;

/// A solved scene.
#[derive(Clone, Debug)]
pub struct Solution {
    /// Everything that fits a page.
    pub summary: Summary,
    /// Values in every cell.
    pub fields: Fields,
    /// Samples along the scene's line monitors.
    pub probes: Vec<LineProbe>,
    /// Values over time, in a run over time.
    pub history: Option<History>,
}

/// The summary of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Layout version, [`SCHEMA`].
    pub schema: u32,
    /// Stem of the scene's file.
    pub scene: String,
    /// The scene's one line for people.
    pub title: String,
    /// GPUs in the scene: chips whose role is `gpu`.
    pub gpus: usize,
    /// Racks that the scene stands for: 1 for a rack, 1/18 for one tray of 18.
    pub racks: f64,
    /// Where it was computed.
    pub backend: BackendSummary,
    /// How finely.
    pub grid: GridSummary,
    /// Whether the answer can be relied on.
    pub convergence: Convergence,
    /// Where heat comes from and goes to.
    pub balance: Balance,
    /// Whether air is conserved.
    pub mass: Mass,
    /// The air through the rack; absent in scenes without openings.
    pub air: Option<Air>,
    /// Every other fluid of open cells.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fluids: Vec<FluidStream>,
    /// Every part that makes heat or has a limit.
    pub components: Vec<Component>,
    /// Every fan.
    pub fans: Vec<Fan>,
    /// Every coolant supply.
    pub loops: Vec<Loop>,
    /// Exchangers at the rack, and the facility around it.
    pub plant: Plant,
    /// Electrical power over time, where parts follow traces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub electrical: Option<Electrical>,
    /// Values the scene asked for.
    pub monitors: Vec<Monitor>,
    /// What to know before relying on the numbers.
    pub warnings: Vec<Warning>,
    /// What the reader and the grid settled; nothing has to be done about it.
    #[serde(default)]
    pub remarks: Vec<Remark>,
    /// Over time, where the scene runs so; everything else is at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transient: Option<Transient>,
    /// Duration of the run, s.
    pub wall_seconds: f64,
}

/// Device and arithmetic of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackendSummary {
    /// `cpu` or `gpu`.
    pub kind: String,
    /// Name of the device.
    pub device: String,
    /// Driver and version; empty on the CPU.
    pub driver: String,
    /// Arithmetic of the energy residual, such as `f64` or `two f32 words`.
    pub residual_precision: String,
}

/// Size of the grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GridSummary {
    /// All cells.
    pub cells: usize,
    /// Along x.
    pub nx: usize,
    /// Along y.
    pub ny: usize,
    /// Along z.
    pub nz: usize,
    /// `draft`, `standard` or `fine`; `given` where the scene gives its cells.
    pub preset: String,
    /// Coarser grids that were solved first, coarsest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coarser: Vec<LevelSummary>,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Convergence {
    /// Whether all criteria were met.
    pub converged: bool,
    /// Outer iterations between air, solids, loop and door.
    pub iterations: usize,
    /// Iterations of the last flow on the grid asked for; 0 without one.
    #[serde(default)]
    pub flow_iterations: usize,
    /// Their work and that of the grids which corrected them, in iterations on the grid asked for.
    #[serde(default)]
    pub flow_work: f64,
    /// Krylov iterations of all energy solves.
    pub linear_iterations: usize,
    /// In words: which criterion was met last, or which was not.
    pub reason: String,
    /// ‖r‖ / (‖A‖‖T‖ + ‖b‖) of the energy equation in f64: the criterion.
    pub energy_residual: f64,
    /// What `energy_residual` had to reach.
    pub energy_tolerance: f64,
    /// ‖r‖ / ‖b‖.
    pub relative_residual: f64,
    /// The `relative_residual` that rounding of the stored temperatures alone leaves.
    pub relative_residual_floor: f64,
    /// Where the residual was evaluated, such as `f64 on the CPU`.
    pub residual_route: String,
}

/// Heat, W. What enters leaves: `heat_in_w.total = to_liquid_w + to_room_w + stored_w`, each term measured
/// from boundary faces and streams of the stored state, none by difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// Where heat is released.
    pub heat_in_w: HeatIn,
    /// Picked up by air and other gases inside the rack, before a rear door.
    pub to_air_w: f64,
    /// Carried away by liquid: cold plates, rear door, and liquids of open cells.
    pub to_liquid_w: f64,
    /// Left to the room: exhaust air after a rear door, walls, and pump heat that stays out of the coolant.
    pub to_room_w: f64,
    /// Taken up by parts, air and coolant that warm, at the end of a run over time; 0 in a steady run.
    pub stored_w: f64,
    /// Heat that the remaining continuity defect of the air creates: Σ|cp θ ∇·ṁ|.
    pub mass_defect_w: f64,
    /// |in − liquid − room − stored| / in.
    pub relative: f64,
}

/// Heat released, W.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeatIn {
    /// Chips.
    pub chips: f64,
    /// Boards, drives, optics and all other parts.
    pub boards: f64,
    /// Fans in air and other gases, those of a rear door included.
    pub fans: f64,
    /// Pumps, fans in liquids of open cells included.
    pub pumps: f64,
    /// Losses of power shelves and converters.
    pub conversion: f64,
    /// Sum of the others.
    pub total: f64,
}

/// Conservation of air mass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mass {
    /// Largest defect of a cell over its throughput.
    pub relative: f64,
}

/// What takes a part's heat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CooledBy {
    /// Air, by its surface or a heat sink.
    Air,
    /// Coolant, by a cold plate.
    Liquid,
    /// Conduction into other solids or walls only.
    Conduction,
}

impl CooledBy {
    /// The word used in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            CooledBy::Air => "air",
            CooledBy::Liquid => "liquid",
            CooledBy::Conduction => "conduction",
        }
    }
}

/// A part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Component {
    /// Name with path, such as `tray.3/gpu.2`.
    pub name: String,
    /// `gpu`, `cpu`, `switch`, …; empty if the scene gives none.
    pub role: String,
    /// What takes its heat.
    pub cooled_by: CooledBy,
    /// Heat it releases, W.
    pub power_w: f64,
    /// Hottest point of its body or case.
    pub temperature_max_c: f64,
    /// Mean of its body or case.
    pub temperature_mean_c: f64,
    /// Junction, for chips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub junction_c: Option<f64>,
    /// Temperature of the air or coolant at its intake: where its own rise starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_c: Option<f64>,
    /// The limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_c: Option<f64>,
    /// Limit minus the temperature it bounds; negative where it is exceeded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_k: Option<f64>,
    /// Where the limit is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit_source: Option<String>,
    /// Half-width of the uncertainty of its temperature, where one is known better than half its rise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub band_k: Option<f64>,
    /// Estimated error of its temperature by the grid's spacing, K, where coarser grids were solved too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_error_k: Option<f64>,
    /// Where its temperature (junction or hottest point) swings, °C, if the flow does not settle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swing_c: Option<Swing>,
    /// Why its margin says nothing, where it does; such a part counts as not passing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_trusted: Option<String>,
    /// Whether its temperature or limit rests on values marked as estimates.
    pub rests_on_estimates: bool,
}

impl Component {
    /// Its junction, or its hottest point if it has none.
    #[must_use]
    pub fn temperature_c(&self) -> f64 {
        self.junction_c.unwrap_or(self.temperature_max_c)
    }
}

/// A value that the scene asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Monitor {
    /// Name.
    pub name: String,
    /// `temperature`, `pressure` or `velocity`.
    pub quantity: String,
    /// In `unit`.
    pub value: f64,
    /// `degC`, `Pa` or `m/s`.
    pub unit: String,
    /// Estimated error by the grid's spacing, in `unit`, where coarser grids were solved too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid_error: Option<f64>,
    /// Where it swings, in `unit`, if the flow does not settle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swing: Option<Swing>,
}

/// A value of a flow that does not settle, over the last part of its iteration.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Swing {
    /// Mean.
    pub mean: f64,
    /// Least.
    pub low: f64,
    /// Largest.
    pub high: f64,
}

/// A coarser grid that was solved first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LevelSummary {
    /// Cells.
    pub cells: usize,
    /// Iterations of its flow.
    pub iterations: usize,
    /// Their work and that of the grids which corrected them, in iterations on this grid.
    #[serde(default)]
    pub work: f64,
    /// Whether everything on it converged.
    pub converged: bool,
    /// Wall time, s.
    pub seconds: f64,
}

/// Something that the reader or the grid settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Its kind in words: `budget settled`, `planes merged`.
    pub kind: String,
    /// The first of this kind and these parts, with its numbers.
    pub text: String,
    /// How many members of an array it stands for.
    pub count: usize,
}

/// Something to know before relying on the numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// What was found, with its numbers.
    pub finding: String,
    /// Which part, fan, loop or plane.
    pub place: String,
    /// What the engineer can do about it.
    pub remedy: String,
}
