//! What the coupling asks of a linear solver, whatever device it runs on.

use crate::backend::Description;
use crate::backend::flow::FlowBackend;
use crate::backend::refinement::Refinement;
use crate::model::flow::{FlowProblem, WallField};
use crate::model::system::{LinearSystem, State};
use crate::solver::flow::{FlowOptions, FlowReport, FlowSolver};
use crate::solver::walls::wall_field;
use crate::solver::{Kept, Options, Refined, Report, SolveError};
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
    /// The balance of [`Goal::Converge`], and ‖r‖ at most a billionth of |A||x| + |b|: for x that is an increment, whose error
    /// nothing adds up.
    Increment,
}

/// ε of the stopping rule for increments: of a kelvin a step, a billionth.
const INCREMENT: f64 = 1e-9;

/// Reduction asked of a correction by the hierarchy of a similar system: the next one sees what it left.
const SIMILAR: f64 = 1e-3;

/// Refinement steps above which the hierarchy of a similar system is not worth keeping.
const MANY_STEPS: usize = 6;

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

    /// The same for a system that differs little from the last one of its size: what was built for that may serve again.
    ///
    /// # Errors
    /// As [`Self::solve`].
    fn solve_similar(
        &self,
        system: &LinearSystem,
        x: &mut State,
        b: &State,
        goal: Goal,
    ) -> Result<SolveReport, SolveError> {
        self.solve(system, x, b, goal)
    }
}

/// The refined solver on a backend.
pub struct Engine<B: Refinement> {
    backend: B,
    options: Options,
    balance_tolerance: f64,
    /// The last solver and what it was made for: passes of second order change the right-hand side only.
    last: RefCell<Option<Last<B>>>,
}

/// A solver that may serve again.
struct Last<B: Refinement> {
    fingerprint: u64,
    size: [usize; 3],
    nodes: usize,
    kept: Kept<B>,
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

impl<B: Refinement> Engine<B> {
    fn options(&self, goal: Goal) -> Options {
        let mut options = self.options;
        match goal {
            Goal::Reduce(reduction) => {
                options.reduction = reduction;
                options.correction = options.correction.max(reduction);
                options.balance = f64::INFINITY;
            }
            Goal::Converge => (),
            Goal::Polish => {
                options.tolerance *= 1e-2;
                options.balance *= 1e-2;
            }
            Goal::Increment => options.tolerance = options.tolerance.max(INCREMENT),
        }
        options
    }

    /// Solves with a hierarchy that was built before, if there is one; what it was built for.
    fn solve_with(
        &self,
        system: &LinearSystem,
        (x, b): (&mut State, &State),
        options: Options,
        (fingerprint, kept): (u64, Option<Kept<B>>),
    ) -> Result<Report, SolveError> {
        let mut solver = Refined::with(&self.backend, system, options, kept)?;
        let done = solver.solve(x, b)?;
        let (size, nodes, kept) = (system.size, system.nodes(), solver.into_kept());
        self.last.replace(Some(Last { fingerprint, size, nodes, kept }));
        Ok(done)
    }

    fn told(&self, done: Report, options: Options, b: &State) -> SolveReport {
        let magnitude = done.magnitude.max(f64::MIN_POSITIVE);
        SolveReport {
            converged: done.converged || done.residual <= self.options.tolerance * magnitude,
            iterations: done.iterations,
            residual: done.residual / magnitude,
            tolerance: options.tolerance.max(self.options.tolerance),
            relative: done.relative_residual,
            floor: self.backend.residual_precision().rounding() * magnitude / b.norm().max(f64::MIN_POSITIVE),
        }
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
        let options = self.options(goal);
        let fingerprint = system.fingerprint();
        // What does not fit is gone before the next one is built.
        let same = self.last.take().filter(|last| last.fingerprint == fingerprint).map(|last| last.kept);
        let done = self.solve_with(system, (x, b), options, (fingerprint, same))?;
        Ok(self.told(done, options, b))
    }

    fn solve_similar(
        &self,
        system: &LinearSystem,
        x: &mut State,
        b: &State,
        goal: Goal,
    ) -> Result<SolveReport, SolveError> {
        let fits = |last: &Last<B>| last.size == system.size && last.nodes == system.nodes();
        let Some(last) = self.last.take().filter(fits) else { return self.solve(system, x, b, goal) };
        let options = self.options(goal);
        let similar = Options { correction: options.correction.max(SIMILAR), ..options };
        let done = self.solve_with(system, (x, b), similar, (last.fingerprint, Some(last.kept)))?;
        if done.outer_steps > MANY_STEPS {
            self.last.take();
        }
        if done.converged { Ok(self.told(done, options, b)) } else { self.solve(system, x, b, goal) }
    }
}
