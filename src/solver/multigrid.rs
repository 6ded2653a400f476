//! Multigrid: a V-cycle over coarse networks.
//!
//! ```text
//! cycle(l, b):    smooth; r = b − A x; restrict; cycle(l + 1, r); prolong; smooth
//!                 the dense inverse on the last level
//! ```
//!
//! Levels come from [`super::pairing`] and [`super::network`]. A level may be coarsened along up to three axes,
//! one after the other.
//!
//! **Smoothing.** Without advection, red-black sweeps over cells with over-relaxation. With it, zebra sweeps over
//! the lines along the axis of the strongest stream, [`stream_axis`]: cells swept one by one pass heat down a
//! stream a cell at a time, and forced air over copper took up to eight times as many steps. What lines solve
//! exactly needs no coarser grid, so their axis is coarsened last.

use super::coarsest;
use super::network::coarsen;
use super::pairing::pairings;
use crate::backend::{Backend, BackendError, Colour};
use crate::model::system::{LinearSystem, SystemError};
use thiserror::Error;

/// Over-relaxation of sweeps on symmetric systems: a tenth fewer steps on the hardest ones than with 1.
const RELAXATION: f64 = 1.37;

/// Cost of a half sweep by lines over one by points, by the values that they move, 13 and 10 a cell: back
/// substitution reads x, the pivot and a coefficient again and writes x again, and elimination leaves that
/// coefficient out. Times on one core were 1.3 to 1.7 (along y, z) and 1.8 to 2 (along x) of a point sweep's.
const LINE_SWEEP: f64 = 1.3;

/// Settings of the cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CycleOptions {
    /// Red-black sweeps before and after the coarse correction.
    pub sweeps: usize,
    /// Cells from which on a level is solved directly.
    pub direct_cells: usize,
    /// Whether conductive bodies are unknowns of their own.
    pub deflate: bool,
}

impl Default for CycleOptions {
    fn default() -> Self {
        Self { sweeps: 2, direct_cells: 400, deflate: true }
    }
}

/// Why a hierarchy cannot be built.
#[derive(Debug, Error)]
pub enum HierarchyError {
    /// The device refuses.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The nodes cannot be eliminated.
    #[error(transparent)]
    System(#[from] SystemError),
}

/// One level: its operator, the way to the next along one axis after the other, and what lives on it inside
/// a cycle.
struct Level<B: Backend> {
    operator: B::Operator,
    /// Where it is smoothed by lines.
    lines: Option<B::Lines>,
    steps: Vec<Step<B>>,
    r: B::Field,
}

/// A transfer along one axis and the right-hand side and solution on its coarser side.
struct Step<B: Backend> {
    transfer: B::Transfer,
    b: B::Field,
    x: B::Field,
}

/// How every level is smoothed: by points with a relaxation, or by lines.
#[derive(Clone, Copy)]
struct Smoother {
    sweeps: usize,
    omega: f64,
    by_lines: bool,
}

/// The hierarchy.
pub struct Multigrid<B: Backend> {
    levels: Vec<Level<B>>,
    coarsest: B::Dense,
    smoother: Smoother,
    /// Cells of each level.
    cells: Vec<usize>,
}

impl<B: Backend> Multigrid<B> {
    /// Builds the hierarchy of a system on a backend; `node_inverse` is its D⁻¹.
    ///
    /// # Errors
    /// [`HierarchyError`] if the device refuses or a node is connected to nothing.
    pub fn new(
        backend: &B,
        system: &LinearSystem,
        node_inverse: &[f64],
        options: CycleOptions,
    ) -> Result<Self, HierarchyError> {
        let lines = stream_axis(system);
        let omega = if system.is_advective() { 1.0 } else { RELAXATION };
        let smoother = Smoother { sweeps: options.sweeps.max(1), omega, by_lines: lines.is_some() };
        let mut levels = Vec::new();
        let mut cells = Vec::new();
        let mut current = std::borrow::Cow::Borrowed(system);
        loop {
            let operator = backend.operator(&current, node_inverse)?;
            let r = backend.field(current.size)?;
            cells.push(current.cells());
            let swept = lines.map(|axis| backend.lines(&current, axis)).transpose()?;
            let mut steps = Vec::new();
            if current.cells() > options.direct_cells {
                for (axis, map) in pairings(&current, lines) {
                    let (coarse, coarsening) = coarsen(&current, axis, &map);
                    steps.push(Step {
                        transfer: backend.transfer(&coarsening)?,
                        b: backend.field(coarse.size)?,
                        x: backend.field(coarse.size)?,
                    });
                    current = std::borrow::Cow::Owned(coarse);
                }
            }
            let last = steps.is_empty();
            levels.push(Level { operator, lines: swept, steps, r });
            if last {
                break;
            }
        }
        let coarsest = backend.dense(current.cells(), &coarsest::inverse(&current, node_inverse))?;
        Ok(Self { levels, coarsest, smoother, cells })
    }

    /// The finest level's operator.
    #[must_use]
    pub fn operator(&self) -> &B::Operator {
        &self.levels[0].operator
    }

    /// Cells of each level, finest first.
    #[must_use]
    pub fn cells(&self) -> &[usize] {
        &self.cells
    }

    /// Cost of one [`cycle`](Self::cycle) in residual evaluations on the finest level: sweeps and
    /// residuals by their cells, the first half sweep of points a third (it reads two values where a residual
    /// reads nine). Transfers and copies are not counted: together they move as much as two residuals.
    #[must_use]
    pub fn work_units(&self) -> f64 {
        let half_sweeps = 4.0 * self.smoother.sweeps as f64;
        let swept = if self.smoother.by_lines {
            0.5 * LINE_SWEEP * half_sweeps
        } else {
            0.5 * (half_sweeps - 1.0) + 0.5 / 3.0
        };
        let above_last: usize = self.cells[..self.cells.len() - 1].iter().sum();
        (swept + 1.0) * above_last as f64 / self.cells[0] as f64
    }

    /// x ≈ A⁻¹ b.
    pub fn cycle(&mut self, backend: &B, b: &B::Field, x: &mut B::Field) {
        cycle(backend, &mut self.levels, &self.coarsest, self.smoother, b, x);
    }
}

impl<B: Backend> Level<B> {
    /// The red half sweep from x = 0.
    fn smooth_first(&self, backend: &B, omega: f64, b: &B::Field, x: &mut B::Field) {
        if self.lines.is_some() {
            backend.clear(x);
            self.sweep(backend, omega, (Colour::Red, 1), b, x);
        } else {
            backend.smooth_first(&self.operator, omega, b, x);
        }
    }

    /// So many half sweeps from a colour on: by lines where there are some, else by points.
    fn sweep(
        &self,
        backend: &B,
        omega: f64,
        (first, half_sweeps): (Colour, usize),
        b: &B::Field,
        x: &mut B::Field,
    ) {
        match &self.lines {
            Some(lines) => backend.sweep_lines(&self.operator, lines, first, half_sweeps, b, x),
            None => backend.sweep(&self.operator, first, half_sweeps, omega, b, x),
        }
    }
}

/// The axis of the strongest advection, Σ|a_lower − a_upper|; none without advection.
fn stream_axis(system: &LinearSystem) -> Option<usize> {
    let advected = |axis: usize| -> f64 {
        let (upper, lower) = (&system.from_upper[axis], system.lower(axis));
        upper.iter().zip(lower).map(|(upper, lower)| (lower - upper).abs()).sum()
    };
    let strengths = [0, 1, 2].map(advected);
    (0..3).filter(|&a| strengths[a] > 0.0).max_by(|&a, &b| strengths[a].total_cmp(&strengths[b]))
}

/// x ≈ A⁻¹ b by one V-cycle from `levels[0]` down.
fn cycle<B: Backend>(
    backend: &B,
    levels: &mut [Level<B>],
    coarsest: &B::Dense,
    smoother: Smoother,
    b: &B::Field,
    x: &mut B::Field,
) {
    let Some((level, below)) = levels.split_first_mut() else { return };
    if level.steps.is_empty() {
        return backend.multiply(coarsest, b, x);
    }
    level.smooth_first(backend, smoother.omega, b, x);
    level.sweep(backend, smoother.omega, (Colour::Black, 2 * smoother.sweeps - 1), b, x);
    backend.residual(&level.operator, x, b, &mut level.r);
    restrict(backend, &level.r, &mut level.steps);
    if let Some(last) = level.steps.last_mut() {
        cycle(backend, below, coarsest, smoother, &last.b, &mut last.x);
    }
    prolong(backend, &mut level.steps, x);
    level.sweep(backend, smoother.omega, (Colour::Black, 2 * smoother.sweeps), b, x);
}

/// Passes a residual down to the right-hand side of the last step.
fn restrict<B: Backend>(backend: &B, r: &B::Field, steps: &mut [Step<B>]) {
    let mut fine = r;
    for step in steps {
        backend.restrict(&step.transfer, fine, &mut step.b);
        fine = &step.b;
    }
}

/// Adds the solution of the last step to x.
fn prolong<B: Backend>(backend: &B, steps: &mut [Step<B>], x: &mut B::Field) {
    for at in (1..steps.len()).rev() {
        let (finer, coarser) = steps.split_at_mut(at);
        if let Some(finer) = finer.last_mut() {
            backend.clear(&mut finer.x);
            backend.prolong(&coarser[0].transfer, &coarser[0].x, &mut finer.x);
        }
    }
    if let Some(first) = steps.first() {
        backend.prolong(&first.transfer, &first.x, x);
    }
}
