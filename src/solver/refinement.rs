//! Iterative refinement: values and residuals in f64 on the host, corrections on the backend.
//!
//! ```text
//! r = b − A T          in f64, face by face
//! A e = r              on the backend, to a loose tolerance, r scaled to norm 1
//! T ← T + e
//! ```
//!
//! until ‖r‖ ≤ ε ‖ |A||T| + |b| ‖, the size of residual that rounding alone leaves, and the whole balances:
//! |Σ r| ≤ balance Σ|b|. The residual that a Krylov method carries along says nothing about either. Nodes are eliminated
//! before a correction and recovered after it: with r_N of the nodes, the cells solve
//! `(A − B D⁻¹ C) e = r + B D⁻¹ r_N`, then `e_N = D⁻¹ (r_N + C e)`, C and B with positive entries β.

use super::krylov::{Krylov, KrylovOptions};
use super::multigrid::{CycleOptions, HierarchyError, Multigrid};
use crate::backend::{Backend, BackendError};
use crate::model::system::{LinearSystem, State};
use thiserror::Error;

/// Settings of a refined solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// ε of the stopping rule.
    pub tolerance: f64,
    /// |Σ r| / Σ|b| that the whole must meet: the heat or mass balance.
    pub balance: f64,
    /// Refinement steps at most.
    pub outer_steps: usize,
    /// Reduction asked of each correction.
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
            outer_steps: 12,
            correction: 1e-8,
            iterations: 300,
            kept: 8,
            check_every: 1,
            cycle: CycleOptions::default(),
        }
    }

    /// For the f32 backend: ε = 1e-11, loose corrections, few looks.
    #[must_use]
    pub fn gpu() -> Self {
        Self {
            tolerance: 1e-11,
            balance: 1e-7,
            outer_steps: 30,
            correction: 1e-3,
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

/// A system with its hierarchy on a backend, ready for right-hand sides.
pub struct Refined<'a, B: Backend> {
    backend: &'a B,
    system: &'a LinearSystem,
    options: Options,
    multigrid: Multigrid<B>,
    krylov: Krylov<B>,
    correction: B::Field,
    residual: B::Field,
    node_inverse: Vec<f64>,
}

impl<'a, B: Backend> Refined<'a, B> {
    /// Builds the hierarchy.
    ///
    /// # Errors
    /// [`SolveError`] if the device refuses or a node is connected to nothing.
    pub fn new(backend: &'a B, system: &'a LinearSystem, options: Options) -> Result<Self, SolveError> {
        let multigrid = Multigrid::new(backend, system, options.cycle)?;
        let kept = if system.is_symmetric() { 1 } else { options.kept };
        Ok(Self {
            backend,
            system,
            options,
            multigrid,
            krylov: Krylov::new(backend, system.size, kept)?,
            correction: backend.field(system.size)?,
            residual: backend.field(system.size)?,
            node_inverse: system.node_inverse().map_err(HierarchyError::from)?,
        })
    }

    /// Cells of each multigrid level.
    #[must_use]
    pub fn levels(&self) -> &[usize] {
        self.multigrid.cells()
    }

    /// Cost of one Krylov step in residual evaluations on the finest level: the preconditioner and the product.
    #[must_use]
    pub fn work_units(&self) -> f64 {
        self.multigrid.work_units() + 1.0
    }

    /// Improves x until the stopping rule holds, the steps are used up or nothing more is gained.
    ///
    /// # Errors
    /// [`SolveError::Backend`] if the device fails.
    pub fn solve(&mut self, x: &mut State, b: &State) -> Result<Report, SolveError> {
        let (b_norm, b_sum) = (b.norm(), b.values().map(f64::abs).sum::<f64>());
        let mut report = Report {
            converged: false,
            iterations: 0,
            outer_steps: 0,
            residual: f64::INFINITY,
            magnitude: 0.0,
            relative_residual: f64::INFINITY,
            imbalance: f64::INFINITY,
        };
        let mut stalled = 0;
        loop {
            let (r, magnitude) = self.system.residual(x, b);
            let norm = r.norm();
            stalled = if norm > 0.5 * report.residual { stalled + 1 } else { 0 };
            report.residual = norm;
            report.magnitude = magnitude.norm();
            report.relative_residual = if b_norm > 0.0 { norm / b_norm } else { norm };
            let sum = r.values().sum::<f64>().abs();
            report.imbalance = if b_sum > 0.0 { sum / b_sum } else { sum };
            report.converged =
                norm <= self.options.tolerance * report.magnitude && report.imbalance <= self.options.balance;
            let spent = report.outer_steps >= self.options.outer_steps || stalled >= 3;
            if report.converged || spent || !norm.is_finite() {
                return Ok(report);
            }
            report.iterations += self.correct(x, r, norm)?;
            report.outer_steps += 1;
        }
    }

    /// x ← x + e with A e = r; returns the Krylov steps.
    fn correct(&mut self, x: &mut State, r: State, norm: f64) -> Result<usize, SolveError> {
        let nodes = self.multiply_nodes(&r.nodes);
        let mut cells = r.cells;
        for link in &self.system.border.cell_links {
            cells[link.cell] += link.conductance * nodes[link.node];
        }
        cells.iter_mut().for_each(|value| *value /= norm);
        self.backend.upload(&cells, &mut self.residual);
        self.backend.clear(&mut self.correction);
        let options = KrylovOptions {
            tolerance: self.options.correction,
            iterations: self.options.iterations,
            check_every: self.options.check_every,
        };
        let report = self.krylov.solve(
            self.backend,
            &mut self.multigrid,
            options,
            &mut self.correction,
            &mut self.residual,
        )?;
        let e = self.backend.download(&self.correction)?;
        let mut node_side = r.nodes;
        for link in &self.system.border.cell_links {
            node_side[link.node] += link.conductance * e[link.cell] * norm;
        }
        x.cells.iter_mut().zip(&e).for_each(|(x, e)| *x += norm * e);
        x.nodes.iter_mut().zip(self.multiply_nodes(&node_side)).for_each(|(x, e)| *x += e);
        Ok(report.iterations)
    }

    /// D⁻¹ v.
    fn multiply_nodes(&self, v: &[f64]) -> Vec<f64> {
        let n = v.len();
        (0..n)
            .map(|r| self.node_inverse[r * n..(r + 1) * n].iter().zip(v).map(|(d, v)| d * v).sum())
            .collect()
    }
}
