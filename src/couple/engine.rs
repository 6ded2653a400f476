//! What the coupling asks of a linear solver, whatever device it runs on.

use crate::backend::Description;
use crate::backend::flow::FlowBackend;
use crate::backend::refinement::Refinement;
use crate::model::flow::{FlowProblem, WallField};
use crate::model::system::{LinearSystem, State};
use crate::solver::flow::{FlowOptions, FlowReport, FlowSolver};
use crate::solver::walls::wall_field;
use crate::solver::{Kept, Options, Refined, SolveError};
use std::cell::RefCell;

/// When a linear solve may stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Goal {
    /// ‖r‖ ≤ this times the ‖r‖ of the first guess: for steps of a nonlinear iteration.
    Reduce(f64),
    /// The stopping rule of NUMERICS.md section 4 for the device.
    Converge,
    /// As far as rounding lets it: for a heat balance that the stopping rule left open.
    Polish,
}

/// How a linear solve went.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SolveReport {
    /// Whether the goal was met.
    pub converged: bool,
    /// Krylov iterations.
    pub iterations: usize,
    /// ‖r‖ / (‖|A||x|‖ + ‖b‖) in f64.
    pub residual: f64,
    /// What `residual` had to reach under [`Goal::Converge`].
    pub tolerance: f64,
    /// ‖r‖ / ‖b‖.
    pub relative: f64,
    /// The `relative` that rounding of the stored values leaves.
    pub floor: f64,
}

/// A solver of bordered systems.
pub trait LinearSolver {
    /// Solves A x = b from the first guess in `x`.
    ///
    /// # Errors
    /// [`SolveError`] if the device fails or a node is loose. Not reaching the goal is no error.
    fn solve(
        &self,
        system: &LinearSystem,
        x: &mut State,
        b: &State,
        goal: Goal,
    ) -> Result<SolveReport, SolveError>;
}

/// The refined solver on a backend.
pub struct Engine<B: Refinement> {
    backend: B,
    options: Options,
    balance_tolerance: f64,
    /// The last system's fingerprint and solver: passes of second order change the right-hand side only.
    last: RefCell<Option<(u64, Kept<B>)>>,
}

/// What the coupling knows of the device beside its solver.
pub trait Device: LinearSolver {
    /// Name and driver.
    fn description(&self) -> Description;
    /// Largest |in − out| / in at which the heat balance counts as closed (NUMERICS.md, section 4).
    fn balance_tolerance(&self) -> f64;
    /// Solves a flow; `turbulent` adds the distances to its walls first. `tell` hears where it stands.
    ///
    /// # Errors
    /// [`SolveError`] if the device fails. Not reaching the tolerances is no error.
    fn solve_flow(
        &self,
        problem: FlowProblem,
        turbulent: bool,
        options: &FlowOptions,
        tell: &mut dyn FnMut(&FlowReport),
    ) -> Result<FlowOutcome, SolveError>;
}

/// A solved flow.
#[derive(Clone, Debug)]
pub struct FlowOutcome {
    /// The problem with the state found.
    pub problem: FlowProblem,
    /// How the iteration ended.
    pub report: FlowReport,
    /// Distances to the walls, in turbulent flow.
    pub walls: Option<WallField>,
}

impl<B: Refinement> Engine<B> {
    /// A solver with the settings of an f64 or an f32 device.
    #[must_use]
    pub fn new(backend: B, options: Options, balance_tolerance: f64) -> Self {
        Self { backend, options, balance_tolerance, last: RefCell::new(None) }
    }
}

impl<B: Refinement + FlowBackend> Device for Engine<B> {
    fn description(&self) -> Description {
        self.backend.description()
    }

    fn balance_tolerance(&self) -> f64 {
        self.balance_tolerance
    }

    fn solve_flow(
        &self,
        mut problem: FlowProblem,
        turbulent: bool,
        options: &FlowOptions,
        tell: &mut dyn FnMut(&FlowReport),
    ) -> Result<FlowOutcome, SolveError> {
        // The flow needs the room.
        self.last.take();
        let walls = turbulent.then(|| wall_field(&self.backend, &problem)).transpose()?;
        problem.walls.clone_from(&walls);
        let mut solver = FlowSolver::new(&self.backend, problem, *options)?;
        let report = solver.solve(tell)?;
        Ok(FlowOutcome { problem: solver.into_state()?, report, walls })
    }
}

impl<B: Refinement> LinearSolver for Engine<B> {
    fn solve(
        &self,
        system: &LinearSystem,
        x: &mut State,
        b: &State,
        goal: Goal,
    ) -> Result<SolveReport, SolveError> {
        let mut options = self.options;
        if let Goal::Reduce(reduction) = goal {
            options.reduction = reduction;
            options.correction = options.correction.max(reduction);
            options.balance = f64::INFINITY;
        }
        if goal == Goal::Polish {
            options.tolerance *= 1e-2;
            options.balance *= 1e-2;
        }
        let fingerprint = system.fingerprint();
        // What does not fit is gone before the next one is built.
        let same = self.last.take().filter(|(of, _)| *of == fingerprint).map(|(_, kept)| kept);
        let mut solver = Refined::with(&self.backend, system, options, same)?;
        let done = solver.solve(x, b)?;
        self.last.replace(Some((fingerprint, solver.into_kept())));
        let magnitude = done.magnitude.max(f64::MIN_POSITIVE);
        Ok(SolveReport {
            converged: done.converged || done.residual <= self.options.tolerance * magnitude,
            iterations: done.iterations,
            residual: done.residual / magnitude,
            tolerance: self.options.tolerance,
            relative: done.relative_residual,
            floor: self.backend.residual_precision().rounding() * magnitude / b.norm().max(f64::MIN_POSITIVE),
        })
    }
}
