//! Steady flow by SIMPLEC, over the operations of a backend.
//!
//! ```text
//! momentum   Σ a (u_n − u) − s u + b(p, θ, u) + m (u_old − u) = 0      a few Jacobi sweeps
//! continuity Σ_f ρ A d (p'_n − p') = −Σ ṁ                            Krylov steps with multigrid
//! correct    u ← u + d (p'_W − p'_P),  p ← p + p' − µ Σ ṁ/(ρ V)        d = A / (m + A dΔp/du)
//! heat       Σ a (θ_n − θ) − s θ + b + m (θ_old − θ) = 0              sweeps
//! ```
//!
//! On grids that can be coarsened, [`cycle`] takes what varies slowly to coarser ones in every step.
//!
//! m is what relaxation by α adds to the diagonal, (1 − α)/α Σ a; [`super::pace`] chooses α. m is kept from one
//! iteration to the next and renewed after 1, 3, 7, 15 … iterations and when α changes, so that the operator of the
//! pressure stays the same and its multigrid hierarchy with it. [`super::anderson`] takes several iterations together
//! and shortens their way; [`super::settling`] says how far the end still is.
//!
//! In SIMPLEC the neighbours' corrections are taken as equal to one's own: only m and the slope of the laws are left in
//! d, and the pressure needs no relaxation. What viscosity adds to m for a part of the pressure that varies fast, p'
//! leaves out: without the last term of p such a part shrinks by 1/(1 + m/λ) only, λ its eigenvalue under shear.
//!
//! Source: J. P. Van Doormaal and G. D. Raithby, "Enhancements of the SIMPLE method for predicting
//! incompressible fluid flows", Numerical Heat Transfer 7 (1984) 147; the last term of p: L. J. P. Timmermans, P. D. Minev
//! and F. N. van de Vosse, Int. J. Numer. Meth. Fluids 22 (1996) 673.

mod cycle;
mod level;

use super::anderson::Anderson;
use super::multigrid::HierarchyError;
use super::pace::Pace;
use super::settling::Settling;
use crate::backend::flow::FlowBackend;
use crate::backend::refinement::{Refinement, ResidentArrays};
use crate::model::flow::FlowProblem;
use cycle::Grids;
pub use level::pressure_system;

/// Iterations before sweeps are accelerated: a flow that grows from rest does not yet show its streams.
const SWEEPS_LEARNT: usize = 10;

/// Imbalance under which the iteration is near enough to its end for its history to be of use, and that of a flow that is solved
/// with its heat: draught and warmth chase each other around their end far above the first, and only their history tells where.
const ACCELERATED: [f64; 2] = [1e-2, 1.0];

/// Imbalance under which coarser grids correct the finest: one that starts from rest has to find its streams first.
const CORRECTED: f64 = 0.1;

/// Iterations in which coarser grids have to halve the imbalance; else the finest goes on alone. Behind a step they stir up
/// again and again what is carried out of the domain: their streams are not those of the finer grid there.
const PATIENCE: usize = 100;

/// Differences that the acceleration then keeps at most: what fits where the coarser grids were.
const LEFT_HISTORY: usize = 2;

/// What an imbalance of mass counts, its tolerance being as much smaller.
const MASS: f64 = 10.0;

/// Steps from the first one on after which the field is kept, and then from one keeping to the next.
const KEEP_EVERY: usize = 8;

/// How the iteration goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowOptions {
    /// α of momentum at the start; it follows how the iteration goes ([`super::pace`]).
    pub momentum_relaxation: f64,
    /// α of heat, fixed.
    pub heat_relaxation: f64,
    /// Jacobi sweeps over the temperature.
    pub heat_sweeps: usize,
    /// Krylov steps for the pressure.
    pub pressure_steps: usize,
    /// Relative imbalance of momentum and heat at which it ends.
    pub tolerance: f64,
    /// Σ|Σ ṁ| over the throughput at which it ends.
    pub mass_tolerance: f64,
    /// Distance from its end, as a share of the flow, at which it ends ([`Settling`]).
    pub distance: f64,
    /// Most iterations.
    pub iterations: usize,
    /// Iterations of a step: it begins with a look at the imbalance and ends with acceleration.
    pub step: usize,
    /// Differences that the acceleration keeps on one grid and on several, where coarser ones do most of what it would.
    pub history: [usize; 2],
    /// Most grids, the finest among them.
    pub grids: usize,
}

impl Default for FlowOptions {
    fn default() -> Self {
        Self {
            momentum_relaxation: 0.8,
            heat_relaxation: 0.99,
            heat_sweeps: 16,
            pressure_steps: 2,
            tolerance: 1e-5,
            mass_tolerance: 1e-6,
            distance: 5e-5,
            iterations: 2000,
            step: 5,
            history: [3, 1],
            grids: usize::MAX,
        }
    }
}

/// How an iteration ended whose values left the numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// Iterations after which the field that is handed back was kept.
    pub kept_after: usize,
    /// The cell where that field is fastest.
    pub cell: [usize; 3],
    /// m/s there along one axis.
    pub speed: f64,
}

/// Where an iteration stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlowReport {
    /// Iterations done on the finest grid.
    pub iterations: usize,
    /// Work on all grids, in iterations of the finest.
    pub work: f64,
    /// Relative imbalance of momentum along x, y, z; 0 for an axis without unknowns.
    pub momentum: [f64; 3],
    /// Relative imbalance of heat.
    pub heat: f64,
    /// √Σ (Σ ṁ)² before the pressure correction over √Σ of the throughput squared.
    pub mass: f64,
    /// Estimated distance from the end, as a share of the flow.
    pub distance: f64,
    /// Hierarchies built for the pressure.
    pub renewals: usize,
    /// α of momentum in the last iteration.
    pub relaxation: f64,
    /// Whether all tolerances hold.
    pub converged: bool,
    /// Set where the iteration was stopped because it diverged.
    pub diverged: Option<Divergence>,
}

impl FlowReport {
    /// Largest relative imbalance of momentum and heat; NaN if one is.
    #[must_use]
    pub fn worst(&self) -> f64 {
        self.momentum.into_iter().fold(self.heat, larger)
    }

    /// The same with the imbalance of mass, by its tolerance.
    fn off(&self) -> f64 {
        larger(self.worst(), MASS * self.mass)
    }
}

/// The larger of two numbers; no number if one is none, which `f64::max` would drop.
#[must_use]
pub fn larger(a: f64, b: f64) -> f64 {
    if b > a || b.is_nan() { b } else { a }
}

impl std::fmt::Display for FlowReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [x, y, z] = self.momentum;
        write!(
            f,
            "iteration {}: momentum {x:.1e} {y:.1e} {z:.1e}, heat {:.1e}, mass {:.1e}, distance {:.1e}, relaxation {:.2}",
            self.iterations, self.heat, self.mass, self.distance, self.relaxation
        )
    }
}

/// What one step does.
#[derive(Clone, Copy, Debug)]
struct Step<'a> {
    options: &'a FlowOptions,
    relaxed: Relaxed,
    /// Whether the inertia is given anew.
    renew: bool,
    /// Iterations on the finest grid.
    iterations: usize,
    /// Whether coarser grids correct it.
    corrected: bool,
}

/// How much rows are held at their last values in one iteration.
#[derive(Clone, Copy, Debug)]
struct Relaxed {
    /// (1 − α)/α of momentum and of heat.
    momentum: f64,
    heat: f64,
    /// Jacobi sweeps over a component of the velocity.
    sweeps: usize,
}

/// A flow on a device with its pressure solver.
pub struct FlowSolver<'a, B: FlowBackend> {
    backend: &'a B,
    options: FlowOptions,
    grids: Grids<B>,
    report: FlowReport,
    /// Iterations after which the finest grid's problem took over the state of the device: what is left if it diverges.
    kept_after: usize,
}

impl<'a, B: FlowBackend> FlowSolver<'a, B> {
    /// Puts a problem on a device.
    ///
    /// # Errors
    /// [`HierarchyError`] if it does not fit.
    pub fn new(backend: &'a B, problem: FlowProblem, options: FlowOptions) -> Result<Self, HierarchyError> {
        let grids = Grids::new(backend, problem, options.grids)?;
        Ok(Self { backend, options, grids, report: FlowReport::default(), kept_after: 0 })
    }

    /// Iterates until the tolerances hold or the iterations are used up.
    ///
    /// # Errors
    /// [`HierarchyError`] if the device fails.
    pub fn solve(&mut self, tell: &mut dyn FnMut(&FlowReport)) -> Result<FlowReport, HierarchyError> {
        let (backend, options) = (self.backend, self.options);
        self.report = FlowReport::default();
        let mut pace = Pace::new(options.momentum_relaxation, self.grids.are_several());
        let depth = options.history[usize::from(self.grids.are_several())];
        let mut history = Anderson::new(backend, &self.grids.finest.flow, depth)?;
        let mut settling = Settling::default();
        let (mut steps, mut next_renewal, mut done) = (0, 0, 0);
        let mut off = f64::INFINITY;
        let mut halved = (f64::INFINITY, 0);
        while done < options.iterations {
            let renew = done >= next_renewal;
            if renew {
                history.restart();
                // After 0, 1, 3, 7, 15 … iterations: a flow that grows from rest changes by factors.
                next_renewal = 2 * done + 1;
            }
            self.report.relaxation = pace.relaxation();
            let relaxed = Relaxed {
                momentum: pace.factor,
                heat: (1.0 - options.heat_relaxation) / options.heat_relaxation,
                sweeps: pace.sweeps(),
            };
            history.before(backend, &self.grids.finest.flow);
            let iterations = options.step.min(next_renewal - done).min(options.iterations - done);
            let corrected = self.grids.are_several() && off < CORRECTED;
            let step = Step { options: &options, relaxed, renew, iterations, corrected };
            self.grids.step(backend, step, &mut self.report)?;
            let [velocity, temperature] = history.after(backend, &self.grids.finest.flow)?;
            let change = (self.grids.finest.share_moving * velocity).max(temperature);
            let worst = self.report.worst();
            if worst < ACCELERATED[usize::from(self.grids.finest.problem.heat.is_some())] {
                history.accelerate(backend, &mut self.grids.finest.flow)?;
            }
            off = self.report.off();
            done += iterations;
            steps += 1;
            self.report.iterations = done;
            self.report.work = self.grids.work();
            self.report.distance = settling.distance(change, B::ROUNDING);
            let settled = worst <= options.tolerance && self.report.mass <= options.mass_tolerance;
            let still = self.report.distance <= options.distance || worst <= B::ROUNDING;
            self.report.converged = settled && still;
            tell(&self.report);
            if done < SWEEPS_LEARNT {
                self.grids.finest.radii = [0.0; 4];
            }
            if !off.is_finite() {
                self.report.diverged = Some(self.divergence());
            }
            if self.report.converged || self.report.diverged.is_some() {
                break;
            }
            if steps <= KEEP_EVERY || steps % KEEP_EVERY == 0 {
                self.keep()?;
            }
            if pace.hears(off, self.grids.finest.problem.walls.is_some()) {
                next_renewal = done;
            }
            if off <= 0.5 * halved.0 {
                halved = (off, done);
            } else if self.grids.are_several() && done >= halved.1 + PATIENCE {
                self.grids.leave_coarser();
                pace = Pace::new(options.momentum_relaxation, false);
                drop(history);
                history =
                    Anderson::new(backend, &self.grids.finest.flow, LEFT_HISTORY.min(options.history[0]))?;
                next_renewal = done;
            }
        }
        Ok(self.report)
    }

    /// The arrays on the device while coarser grids correct the finest, and when these have been left, without making
    /// them; none on the CPU.
    ///
    /// # Errors
    /// [`HierarchyError`] if they do not fit.
    pub fn resident_arrays(
        backend: &'a B,
        problem: &FlowProblem,
        options: &FlowOptions,
    ) -> Result<[Vec<ResidentArrays>; 2], HierarchyError>
    where
        B: Refinement,
    {
        let phase = |alone: bool| {
            backend.resident_arrays(|| {
                let mut grids = Grids::new(backend, problem.clone(), if alone { 1 } else { options.grids })?;
                grids.make_pressure_solvers(backend)?;
                let depth = if alone { LEFT_HISTORY.min(options.history[0]) } else { options.history[1] };
                Anderson::new(backend, &grids.finest.flow, depth).map(|_| ()).map_err(HierarchyError::from)
            })
        };
        Ok([phase(false)?, phase(true)?])
    }

    /// Takes the state of the device into the problem, if all of it is finite.
    fn keep(&mut self) -> Result<(), HierarchyError> {
        let problem = &mut self.grids.finest.problem;
        let last = (problem.velocity.clone(), problem.pressure.clone(), problem.temperature.clone());
        self.backend.store(&self.grids.finest.flow, problem)?;
        let state = problem.velocity.iter().chain([&problem.pressure, &problem.temperature]);
        if state.flatten().all(|value| value.is_finite()) {
            self.kept_after = self.report.iterations;
        } else {
            (problem.velocity, problem.pressure, problem.temperature) = last;
        }
        Ok(())
    }

    /// Where the field that was kept last is fastest.
    fn divergence(&self) -> Divergence {
        let problem = &self.grids.finest.problem;
        let shape = problem.shape;
        let mut found = Divergence { kept_after: self.kept_after, cell: [0; 3], speed: 0.0 };
        for (axis, velocity) in problem.velocity.iter().enumerate() {
            for (at, c) in shape.cells() {
                let speed = velocity[c].abs().max(velocity[c + shape.strides()[axis]].abs());
                if speed > found.speed {
                    (found.cell, found.speed) = (at, speed);
                }
            }
        }
        found
    }

    /// The problem with the present velocities, pressures and temperatures; with the last ones that were kept if the
    /// iteration has diverged.
    ///
    /// # Errors
    /// [`HierarchyError`] if the device is lost.
    pub fn into_state(self) -> Result<FlowProblem, HierarchyError> {
        let mut problem = self.grids.finest.problem;
        if self.report.diverged.is_none() {
            self.backend.store(&self.grids.finest.flow, &mut problem)?;
        }
        Ok(problem)
    }
}
