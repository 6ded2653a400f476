//! Iterative refinement: values and true residuals in extended precision, corrections in the backend's own.
//!
//! ```text
//! r = b − A T          in extended precision, row by row in flux form; ‖r‖, ‖|A||T| + |b|‖ and Σr read together
//! A e = r / ‖r‖        some steps of the Krylov method, nodes eliminated
//! T ← T + ‖r‖ e        in extended precision, nodes recovered
//! ```
//!
//! until ‖r‖ ≤ ε ‖ |A||T| + |b| ‖, the size of residual that rounding alone leaves, and the whole balances:
//! |Σ r| ≤ balance Σ|b|. The residual that a Krylov method carries along says nothing about either. Where
//! reading costs (a GPU), the method takes few steps without looking and goes on with its old directions
//! after the true residual has taken the place of the carried one: one read for every correction, none
//! inside it. Where it does not (the CPU), a correction is solved by its own residual first.

use super::krylov::{Krylov, KrylovOptions};
use super::multigrid::{CycleOptions, HierarchyError};
use super::preconditioner::Preconditioner;
use crate::backend::BackendError;
use crate::backend::refinement::{Refinement, ResidentArrays, ResidualSums};
use crate::model::system::{LinearSystem, State};
use thiserror::Error;

/// Settings of a refined solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// ε of the stopping rule.
    pub tolerance: f64,
    /// |Σ r| / Σ|b| that the whole must meet: the heat or mass balance.
    pub balance: f64,
    /// ‖r‖ at which it may stop as well, as a share of the first guess's; 0: never.
    pub reduction: f64,
    /// Refinement steps at most.
    pub outer_steps: usize,
    /// Reduction asked of each correction, where the Krylov method looks at its residual.
    pub correction: f64,
    /// Krylov steps at most in one correction.
    pub iterations: usize,
    /// Krylov directions kept where the system is not symmetric; one where it is.
    pub kept: usize,
    /// Krylov steps between two looks at the residual.
    pub check_every: usize,
    /// The preconditioner's cycle.
    pub cycle: CycleOptions,
}

impl Options {
    /// For the f64 backend: ε = 1e-13.
    #[must_use]
    pub fn cpu() -> Self {
        Self {
            tolerance: 1e-13,
            balance: 1e-10,
            reduction: 0.0,
            outer_steps: 12,
            correction: 1e-8,
            iterations: 300,
            kept: 8,
            check_every: 1,
            cycle: CycleOptions::default(),
        }
    }

    /// For the f32 backend: ε = 1e-11, corrections of four steps that nobody looks into.
    #[must_use]
    pub fn gpu() -> Self {
        Self {
            tolerance: 1e-11,
            balance: 1e-9,
            outer_steps: 150,
            correction: 1e-3,
            iterations: 4,
            check_every: 4,
            ..Self::cpu()
        }
    }
}

/// Outcome of a refined solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// Whether the stopping rule holds.
    pub converged: bool,
    /// Krylov steps in all.
    pub iterations: usize,
    /// Refinement steps.
    pub outer_steps: usize,
    /// ‖b − A T‖.
    pub residual: f64,
    /// ‖ |A||T| + |b| ‖.
    pub magnitude: f64,
    /// ‖b − A T‖/‖b‖.
    pub relative_residual: f64,
    /// |Σ(b − A T)| / Σ|b|.
    pub imbalance: f64,
}

/// Why a solve cannot be done.
#[derive(Debug, Error)]
pub enum SolveError {
    /// The hierarchy cannot be built.
    #[error(transparent)]
    Hierarchy(#[from] HierarchyError),
    /// The device failed.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// What depends on the system alone: its hierarchy, and room for directions.
pub struct Kept<B: Refinement> {
    preconditioner: Preconditioner<B>,
    krylov: Krylov<B>,
}

/// A system with its hierarchy on a backend, ready for right-hand sides.
pub struct Refined<'a, B: Refinement> {
    backend: &'a B,
    options: Options,
    extended: B::Extended<'a>,
    preconditioner: Preconditioner<B>,
    krylov: Krylov<B>,
    correction: B::Field,
    residual: B::Field,
}

/// Krylov steps and corrections without halving the residual after which nothing more is expected. (The
/// residual of conjugate gradients may rise for a while; the error does not.)
const PATIENCE: (usize, usize) = (64, 3);

/// Reduction by one correction from which on its last directions may be rounding errors of f32, which
/// conjugacy to them would spread: the next one starts anew.
const EXHAUSTED: f64 = 1e-3;

/// The best residual so far, and where it was.
struct Best {
    residual: f64,
    iterations: usize,
    outer_steps: usize,
}

impl Best {
    /// Whether the residual has stood still for too long.
    fn is_old(&mut self, report: &Report) -> bool {
        if report.residual <= 0.5 * self.residual {
            let Report { residual, iterations, outer_steps, .. } = *report;
            *self = Self { residual, iterations, outer_steps };
        }
        report.iterations - self.iterations >= PATIENCE.0
            && report.outer_steps - self.outer_steps >= PATIENCE.1
    }
}

impl Report {
    /// Of a guess that nobody has looked at.
    fn new() -> Self {
        Self {
            converged: false,
            iterations: 0,
            outer_steps: 0,
            residual: f64::INFINITY,
            magnitude: 0.0,
            relative_residual: f64::INFINITY,
            imbalance: f64::INFINITY,
        }
    }

    /// Takes over what the device found; `b` is ‖b‖ and Σ|b|.
    fn update(&mut self, sums: ResidualSums, b: (f64, f64)) {
        let relative = |value: f64, whole: f64| if whole > 0.0 { value / whole } else { value };
        self.residual = sums.norm;
        self.magnitude = sums.magnitude;
        self.relative_residual = relative(sums.norm, b.0);
        self.imbalance = relative(sums.sum.abs(), b.1);
    }
}

impl<'a, B: Refinement> Refined<'a, B> {
    /// Builds the hierarchy.
    ///
    /// # Errors
    /// [`SolveError`] if the device refuses or a node is connected to nothing.
    pub fn new(backend: &'a B, system: &'a LinearSystem, options: Options) -> Result<Self, SolveError> {
        Self::with(backend, system, options, None)
    }

    /// The same with what is left of the solver of an equal system, if there is one: that of [`Self::into_kept`].
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with(
        backend: &'a B,
        system: &'a LinearSystem,
        options: Options,
        kept: Option<Kept<B>>,
    ) -> Result<Self, SolveError> {
        backend.check_size(system)?;
        // Where arrays are so small that the coarsest level's inverse may not fit, only a dry run can tell.
        let coarsest = 4 * options.cycle.direct_cells as u64 * options.cycle.direct_cells as u64;
        if backend.array_limit().is_some_and(|limit| limit < coarsest) {
            Self::resident_arrays(backend, system, options)?;
        }
        Self::make(backend, system, options, kept)
    }

    fn make(
        backend: &'a B,
        system: &'a LinearSystem,
        options: Options,
        kept: Option<Kept<B>>,
    ) -> Result<Self, SolveError> {
        let node_inverse = system.node_inverse().map_err(HierarchyError::from)?;
        let directions = if system.is_symmetric() { 1 } else { options.kept };
        let extended = backend.extended(system, &node_inverse)?;
        let Kept { preconditioner, krylov } = match kept {
            Some(kept) => kept,
            None => Kept {
                preconditioner: Preconditioner::new(backend, system, options.cycle)?,
                krylov: Krylov::new(backend, system.size, directions)?,
            },
        };
        Ok(Self {
            backend,
            options,
            extended,
            preconditioner,
            krylov,
            correction: backend.field(system.size)?,
            residual: backend.field(system.size)?,
        })
    }

    /// The arrays that [`Self::new`] puts on the device, without putting them there; none on the CPU.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn resident_arrays(
        backend: &'a B,
        system: &'a LinearSystem,
        options: Options,
    ) -> Result<Vec<ResidentArrays>, SolveError> {
        backend.resident_arrays(|| Self::make(backend, system, options, None).map(|_| ()))
    }

    /// What another solve of the same system needs not make again.
    #[must_use]
    pub fn into_kept(self) -> Kept<B> {
        Kept { preconditioner: self.preconditioner, krylov: self.krylov }
    }

    /// Cells of each multigrid level.
    #[must_use]
    pub fn levels(&self) -> &[usize] {
        self.preconditioner.cells()
    }

    /// Cost of one Krylov step in residual evaluations on the finest level: the preconditioner and the product.
    #[must_use]
    pub fn work_units(&self) -> f64 {
        self.preconditioner.work_units() + 1.0
    }

    /// Improves x until the stopping rule holds, the steps are used up or nothing more is gained.
    ///
    /// # Errors
    /// [`SolveError::Backend`] if the device fails.
    pub fn solve(&mut self, x: &mut State, b: &State) -> Result<Report, SolveError> {
        let size_of_b = (b.norm(), b.values().map(f64::abs).sum::<f64>());
        self.backend.set_values(&mut self.extended, x, b);
        self.krylov.restart();
        let mut report = Report::new();
        let mut best = Best { residual: f64::INFINITY, iterations: 0, outer_steps: 0 };
        let mut reduced = 0.0;
        loop {
            let before = report.residual;
            let a = self.preconditioner.operator();
            self.backend.refined_residual(&mut self.extended, a, &mut self.residual);
            report.update(self.backend.residual_sums(&self.extended)?, size_of_b);
            if report.residual <= EXHAUSTED * before {
                self.krylov.restart();
            }
            if report.outer_steps == 0 {
                reduced = self.options.reduction * report.residual;
            }
            let allowed = reduced.max(self.options.tolerance * report.magnitude);
            report.converged = report.residual <= allowed && report.imbalance <= self.options.balance;
            let spent = report.outer_steps >= self.options.outer_steps || best.is_old(&report);
            if report.converged || spent || !report.residual.is_finite() {
                *x = self.backend.values(&self.extended)?;
                return Ok(report);
            }
            report.iterations += self.correct()?;
            report.outer_steps += 1;
        }
    }

    /// x ← x + ‖r‖ e with A e ≈ r / ‖r‖; returns the Krylov steps.
    fn correct(&mut self) -> Result<usize, SolveError> {
        let options = KrylovOptions {
            tolerance: self.options.correction,
            iterations: self.options.iterations,
            check_every: self.options.check_every,
        };
        let (correction, residual) = (&mut self.correction, &mut self.residual);
        self.backend.clear(correction);
        let steps =
            self.krylov.solve(self.backend, &mut self.preconditioner, options, correction, residual)?;
        self.backend.add_correction(&mut self.extended, self.preconditioner.operator(), correction)?;
        Ok(steps)
    }
}
