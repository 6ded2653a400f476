//! The coupled solution of a scene: air, then temperatures with coolant, then the rear door.
//!
//! ```text
//! scene ─ model ─┬─ airstate   ∇·ṁ = 0, losses at their speed, sinks' losses         (Newton, few passes)
//!                │   └─ momentum   the same air by momentum, from that start            (SIMPLEC)
//!                └─ energy     ∇·(k∇T) + advection + films + [junctions, cases,      (passes: k, cp, R, films)
//!                              bases, coolant]
//!                     └─ results   rear door, balance, parts, monitors, warnings
//! ```
//!
//! Before anything is solved, `prepare` builds the model and refuses what has no steady solution whatever the numbers
//! are: `check` ends there.
//!
//! A field of losses drives the temperatures and not the other way round: buoyancy is left out and air properties are
//! the site's, so that the two are solved one after the other. With momentum, air that expands and temperatures follow
//! each other until both stand still ([`buoyancy`]; [`momentum`]: one flow for each fluid), and all of it is solved on coarser grids
//! first ([`sequence`]); a flow that does not settle is looked at for some more iterations ([`oscillation`]). All compact
//! parts are unknowns of the energy equation. The door stands behind the exhaust and gives nothing back.
//!
//! A scene that runs over time starts from there and goes on in steps ([`transient`]).
//!
//! A run is converged when the air's fluxes stand still, no temperature moves by more than
//! [`energy::TEMPERATURE_TOLERANCE`], the stopping rule of the linear solver holds in f64, and the heat balance,
//! measured stream by stream ([`balance`]), closes to the device's tolerance. Otherwise the summary names what
//! is missing.

mod advection;
pub mod airflow;
pub mod airstate;
pub mod balance;
mod buoyancy;
pub mod device;
pub mod eddies;
pub mod energy;
pub mod engine;
mod equation;
pub mod fans;
pub mod films;
pub mod fluid;
mod fluid_faults;
mod lift;
pub mod loops;
pub mod momentum;
mod oscillation;
mod prepare;
pub mod regions;
pub mod regular;
pub mod results;
mod sequence;
pub mod sinks;
pub mod transient;

pub use prepare::prepare;

use crate::backend::BackendError;
use crate::couple::airstate::{AirState, Before};
use crate::couple::device::Opened;
use crate::couple::energy::EnergyState;
use crate::couple::engine::Device;
use crate::couple::transient::DriveOf;
use crate::model::air::OPEN_LOSS_PER_METRE;
use crate::model::system::SystemError;
use crate::model::{Model, ModelError};
use crate::result::{Fields, Solution, Warning};
use crate::scene::{Fault, Resolution, Scene};
use crate::solver::SolveError;
use crate::solver::multigrid::HierarchyError;
use std::borrow::Cow;
use std::time::Instant;
use thiserror::Error;

/// Which device computes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// A real GPU if there is one, else the CPU; never a software driver.
    #[default]
    Auto,
    /// A GPU, a software driver where there is no real one; an error if there is neither.
    Gpu,
    /// All cores, f64.
    Cpu,
    /// The GPU whose name contains this text, software drivers included.
    Named(String),
}

/// What a run may be told besides its scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How fine the grid is.
    pub resolution: Resolution,
    /// Which device computes.
    pub backend: BackendChoice,
}

/// Told while a run goes on.
pub trait Progress {
    /// A new stage of the work begins.
    fn stage(&self, name: &str);
    /// The stage is `done` (0 to 1); `message` says where it stands, such as its residual.
    fn update(&self, done: f64, message: &str);
    /// Something the user should know now; it is also in the summary.
    fn warn(&self, text: &str);
    /// The fields at a moment of a run over time, one snapshot after the other from 0 on.
    fn fields(&self, _number: usize, _fields: &Fields) {}
}

/// Progress that nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str) {}
    fn update(&self, _done: f64, _message: &str) {}
    fn warn(&self, _text: &str) {}
}

/// Why a run gave no solution.
#[derive(Debug, Error)]
pub enum CoupleError {
    /// The scene makes no problem that can be solved.
    #[error("{}", told(.0))]
    Scene(Vec<Fault>),
    /// The device cannot do it.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// All faults, one a line.
fn told(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

impl From<Fault> for CoupleError {
    fn from(fault: Fault) -> Self {
        Self::Scene(vec![fault])
    }
}

impl From<ModelError> for CoupleError {
    fn from(error: ModelError) -> Self {
        Fault::from(error).into()
    }
}

/// The fault of something that every scene should allow.
fn own_mistake(message: String) -> CoupleError {
    let remedy = "this is a mistake of the program: report it with the scene".into();
    Fault { code: "racktherm::internal", message, remedy, items: Vec::new() }.into()
}

impl From<SolveError> for CoupleError {
    fn from(error: SolveError) -> Self {
        match error {
            SolveError::Backend(error) | SolveError::Hierarchy(HierarchyError::Backend(error)) => {
                Self::Backend(error)
            }
            SolveError::Hierarchy(HierarchyError::System(error)) => own_mistake(error.to_string()),
        }
    }
}

/// An error of the energy solve, with the name of a node that hangs in the air.
fn node_error(error: SolveError, model: &Model) -> CoupleError {
    let SolveError::Hierarchy(HierarchyError::System(SystemError::Loose { node })) = error else {
        return error.into();
    };
    let name = model.nodes.get(node).map_or("a compact part", |node| node.name.as_str());
    Fault {
        code: "racktherm::no_heat_path",
        message: format!("{name} has nothing that takes its heat"),
        remedy: "give it a heat sink in moving air, a cold plate in a branch with flow, or a board to conduct into"
            .into(),
        items: model.nodes.get(node).and_then(|node| model.item_of(node.kind)).map(str::to_owned).into_iter().collect(),
    }
    .into()
}

/// Solves a scene.
///
/// # Errors
/// [`CoupleError`] if the scene makes no solvable problem or the device refuses. A run that does not
/// converge is no error: its summary says so.
pub fn solve(scene: &Scene, options: &Options, progress: &dyn Progress) -> Result<Solution, CoupleError> {
    solve_driven(scene, None, options, progress)
}

/// The same over time with powers of the caller's, where some are given.
///
/// # Errors
/// As [`solve`].
pub fn solve_driven(
    scene: &Scene,
    drive: Option<&DriveOf>,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Solution, CoupleError> {
    let started = Instant::now();
    progress.stage("grid");
    // Loads over time have their mean where no time passes.
    let scene = match scene.transient {
        Some(_) => Cow::Borrowed(scene),
        None => scene.steady(),
    };
    let scene = &*scene;
    let model = prepare(scene, options.resolution)?;
    let opened = device::open(&options.backend, progress)?;
    let mut solution = solve_opened((scene, &model), drive, options, opened, progress)?;
    solution.summary.wall_seconds = started.elapsed().as_secs_f64();
    Ok(solution)
}

/// Solves a model on an opened device; the CPU takes over if it fails and may be replaced.
fn solve_opened(
    problem: (&Scene, &Model),
    drive: Option<&DriveOf>,
    options: &Options,
    opened: Opened,
    progress: &dyn Progress,
) -> Result<Solution, CoupleError> {
    let mut warnings = opened.warnings;
    let mut solution = match solve_by(problem, drive, options, opened.device.as_ref(), progress) {
        Err(CoupleError::Backend(error)) if opened.may_fall_back => {
            warnings.push(device::fallen_back(&error, progress));
            solve_by(problem, drive, options, device::cpu().as_ref(), progress)
        }
        result => result,
    }?;
    warnings.append(&mut solution.summary.warnings);
    solution.summary.warnings = warnings;
    Ok(solution)
}

/// A grid's scene and model, with the powers that its fans draw, its air and its temperatures.
struct Answer<'a> {
    scene: Cow<'a, Scene>,
    model: Cow<'a, Model>,
    air: Option<AirState>,
    energy: EnergyState,
}

impl Answer<'_> {
    fn view(&self) -> results::View<'_> {
        results::View { scene: &self.scene, model: &self.model, air: self.air.as_ref(), energy: &self.energy }
    }
}

/// Air and temperatures of one grid, from the air of a coarser one if there is one.
fn solve_level<'a>(
    (scene, model, resolution): (&'a Scene, &'a Model, Resolution),
    before: Option<Before<'_>>,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<Answer<'a>, CoupleError> {
    let air = airstate::solve_air_state(scene, model, OPEN_LOSS_PER_METRE, before, device, progress)?;
    if let Some(air) = air {
        return buoyancy::settle((scene, model, resolution), air, device, progress);
    }
    let energy = energy::solve_energy(scene, model, None, None, device, progress)?;
    Ok(Answer { scene: Cow::Borrowed(scene), model: Cow::Borrowed(model), air: None, energy })
}

/// Solves a model on a device, with momentum after coarser grids of its scene.
///
/// # Errors
/// As [`solve`].
pub fn solve_on(
    scene: &Scene,
    model: &Model,
    options: &Options,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<Solution, CoupleError> {
    solve_by((scene, model), None, options, device, progress)
}

fn solve_by(
    (scene, model): (&Scene, &Model),
    drive: Option<&DriveOf>,
    options: &Options,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<Solution, CoupleError> {
    if let Some(transient) = &scene.transient {
        return transient::solve((scene, model), transient, drive, options, device, progress);
    }
    let (answer, answers) = answer_on(scene, model, options, device, progress)?;
    progress.stage("results");
    let mut solution = results::solution(&answer.view(), options, device)?;
    sequence::estimate(&mut solution.summary, &answers);
    oscillation::report(&answer, &mut solution.summary, device, progress)?;
    results::under_resolved(&mut solution.summary);
    for Warning { finding, place, .. } in &solution.summary.warnings {
        progress.warn(&format!("{place}: {finding}"));
    }
    Ok(solution)
}

/// The steady state of a model, and what coarser grids of its scene gave before.
fn answer_on<'a>(
    scene: &'a Scene,
    model: &'a Model,
    options: &Options,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<(Answer<'a>, Vec<sequence::Answers>), CoupleError> {
    let mut last: Option<(Model, AirState)> = None;
    let mut answers = Vec::new();
    for level in sequence::coarser(scene, options.resolution) {
        let before =
            last.as_ref().map(|(model, air)| Before { model, air, lift: None, conduction: None, most: None });
        let started = Instant::now();
        let grid = (&level.scene, &level.model, level.resolution);
        let answer = solve_level(grid, before, device, progress)?;
        answers.push(results::answers(&answer.view(), started.elapsed().as_secs_f64()));
        let air = answer.air;
        last = air.map(|air| (level.model, air));
    }
    let before =
        last.as_ref().map(|(model, air)| Before { model, air, lift: None, conduction: None, most: None });
    let answer = solve_level((scene, model, options.resolution), before, device, progress)?;
    Ok((answer, answers))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::Description;
    use crate::backend::refinement::ResidualPrecision;
    use crate::couple::engine::{FlowOutcome, Goal, LinearSolver, SolveReport};
    use crate::model::flow::FlowProblem;
    use crate::model::system::{LinearSystem, State};
    use crate::solver::flow::{FlowOptions, FlowReport};
    use std::path::Path;

    /// A device that is lost as soon as it is asked to solve.
    struct Lost;

    impl LinearSolver for Lost {
        fn solve(
            &self,
            _system: &LinearSystem,
            _x: &mut State,
            _b: &State,
            _goal: Goal,
        ) -> Result<SolveReport, SolveError> {
            let (device, reason) = ("Example GPU".into(), "device lost".into());
            Err(SolveError::Backend(BackendError::DeviceFailed { device, reason }))
        }
    }

    impl Device for Lost {
        fn description(&self) -> Description {
            Description {
                kind: "gpu",
                device: "Example GPU".into(),
                driver: String::new(),
                residual_precision: ResidualPrecision::F64,
            }
        }

        fn balance_tolerance(&self) -> f64 {
            device::BALANCE_GPU
        }

        fn solve_flow(
            &self,
            _problem: FlowProblem,
            _turbulent: bool,
            _options: &FlowOptions,
            _tell: &mut dyn FnMut(&FlowReport),
        ) -> Result<FlowOutcome, SolveError> {
            let (device, reason) = ("Example GPU".into(), "device lost".into());
            Err(SolveError::Backend(BackendError::DeviceFailed { device, reason }))
        }
    }

    fn solve_with_lost_device(may_fall_back: bool) -> Result<Solution, CoupleError> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/validation/k1_composite_slab.toml");
        let scene = Scene::load(&path, &[]).expect("the scene ships");
        let options = Options::default();
        let model = Model::new(&scene, options.resolution)?;
        let opened = Opened { device: Box::new(Lost), may_fall_back, warnings: Vec::new() };
        solve_opened((&scene, &model), None, &options, opened, &Silent)
    }

    #[test]
    fn a_gpu_lost_under_auto_leaves_the_cpu_to_solve_and_says_so() {
        let summary = solve_with_lost_device(true).unwrap().summary;
        assert_eq!(summary.backend.kind, "cpu");
        assert!(summary.convergence.converged);
        assert!(summary.warnings[0].finding.contains("device lost"), "{:?}", summary.warnings);
    }

    #[test]
    fn a_gpu_that_was_asked_for_is_never_replaced() {
        let error = solve_with_lost_device(false).unwrap_err();
        assert!(matches!(error, CoupleError::Backend(BackendError::DeviceFailed { .. })), "{error}");
    }
}
