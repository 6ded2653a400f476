//! Multigrid preconditioner: a hierarchy of Galerkin levels, cycled from fine to coarse and back.
//!
//! ```text
//! cycle(l, b):    smooth; r = b − A x; restrict; coarse solve; prolong; smooth
//! coarse solve:   the dense inverse on the last level;
//!                 on the top levels two steps of the flexible Krylov method preconditioned by the
//!                 cycle (K-cycle), which finds the scale of the correction that piecewise constant
//!                 prolongation gets wrong; below them one cycle.
//! ```

use super::galerkin::{agglomerate, coarsen};
use super::krylov::{self, Direction};
use crate::backend::{Backend, BackendError, Colour};
use crate::model::system::{LinearSystem, SystemError};
use faer::prelude::Solve;
use thiserror::Error;

/// Settings of the cycle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CycleOptions {
    /// Red-black sweeps before and after the coarse correction.
    pub sweeps: usize,
    /// Levels, from the finest, whose coarse problem is solved by two Krylov steps.
    pub k_levels: usize,
    /// Cells from which on a level is solved directly.
    pub direct_cells: usize,
}

impl Default for CycleOptions {
    fn default() -> Self {
        Self { sweeps: 2, k_levels: 4, direct_cells: 400 }
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

/// One level: its operator, the way to the next, and the residual inside a cycle.
struct Level<B: Backend> {
    operator: B::Operator,
    transfer: Option<B::Transfer>,
    r: B::Field,
}

/// What is solved on a coarse level: right-hand side, solution, and the search directions of the K-cycle
/// (none: one plain cycle).
struct Coarse<B: Backend> {
    b: B::Field,
    x: B::Field,
    directions: Vec<Direction<B>>,
}

/// The preconditioner.
pub struct Multigrid<B: Backend> {
    levels: Vec<Level<B>>,
    /// The problems of `levels[1..]`.
    coarse: Vec<Coarse<B>>,
    cycle: Cycle<B>,
    /// Cells of each level.
    cells: Vec<usize>,
}

impl<B: Backend> Multigrid<B> {
    /// Builds the hierarchy of a system on a backend.
    ///
    /// # Errors
    /// [`HierarchyError`] if the device refuses or a node is connected to nothing.
    pub fn new(backend: &B, system: &LinearSystem, options: CycleOptions) -> Result<Self, HierarchyError> {
        let node_inverse = system.node_inverse()?;
        let mut levels = Vec::new();
        let mut coarse = Vec::new();
        let mut cells = Vec::new();
        let mut current = system.clone();
        loop {
            let next = if current.cells() > options.direct_cells { agglomerate(&current) } else { None };
            if !levels.is_empty() {
                let steps = if levels.len() <= options.k_levels && next.is_some() { 2 } else { 0 };
                coarse.push(Coarse {
                    b: backend.field(current.size)?,
                    x: backend.field(current.size)?,
                    directions: (0..steps)
                        .map(|_| Direction::new(backend, current.size))
                        .collect::<Result<_, _>>()?,
                });
            }
            levels.push(Level {
                operator: backend.operator(&current, &node_inverse)?,
                transfer: next.as_ref().map(|a| backend.transfer(a)).transpose()?,
                r: backend.field(current.size)?,
            });
            cells.push(current.cells());
            match next {
                Some(agglomeration) => current = coarsen(&current, &agglomeration),
                None => break,
            }
        }
        let inverse = coarsest_inverse(&current, &node_inverse);
        let coarsest = backend.dense(current.cells(), &inverse)?;
        let cycle = Cycle { coarsest, sweeps: options.sweeps };
        Ok(Self { levels, coarse, cycle, cells })
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

    /// Cost of one [`precondition`](Self::precondition) in residual evaluations on the finest level: sweeps,
    /// residuals and the K-cycle's products by their cells, all else by the arrays that it reads or writes,
    /// of which a residual has 7.
    #[must_use]
    pub fn work_units(&self) -> f64 {
        let (mut visits, mut work) = (1.0, 0.0);
        for (level, &cells) in self.cells.iter().enumerate() {
            let steps = if level == 0 { 0 } else { self.coarse[level - 1].directions.len() };
            // Of two steps, the first has 2 dot products and 2 updates, the second 3 and 4: 28 arrays.
            visits *= f64::from(u8::from(steps > 0)) + 1.0;
            let step = if steps > 0 { 1.0 + 14.0 / 7.0 } else { 0.0 };
            // Sweeps, the residual; clear, restrict and prolong.
            let cycle = (2 * self.cycle.sweeps + 1) as f64 + 4.0 / 7.0;
            let last = level + 1 == self.cells.len();
            work += visits * cells as f64 * (step + if last { 0.0 } else { cycle });
        }
        work / self.cells[0] as f64
    }

    /// x ≈ A⁻¹ b by one cycle from the finest level.
    pub fn precondition(&mut self, backend: &B, b: &B::Field, x: &mut B::Field) {
        self.cycle.run(backend, &mut self.levels, &mut self.coarse, b, x);
    }
}

/// What every level of a cycle shares.
struct Cycle<B: Backend> {
    coarsest: B::Dense,
    sweeps: usize,
}

impl<B: Backend> Cycle<B> {
    /// x ≈ A⁻¹ b on `levels[0]`; `coarse` holds the problems of the levels below it.
    fn run(
        &self,
        backend: &B,
        levels: &mut [Level<B>],
        coarse: &mut [Coarse<B>],
        b: &B::Field,
        x: &mut B::Field,
    ) {
        let Some((level, below)) = levels.split_first_mut() else { return };
        let (Some(transfer), Some((next, rest))) = (&level.transfer, coarse.split_first_mut()) else {
            return backend.multiply(&self.coarsest, b, x);
        };
        backend.clear(x);
        for _ in 0..self.sweeps {
            backend.smooth(&level.operator, Colour::Red, b, x);
            backend.smooth(&level.operator, Colour::Black, b, x);
        }
        backend.residual(&level.operator, x, b, &mut level.r);
        backend.restrict(transfer, &level.r, &mut next.b);
        self.coarse_solve(backend, below, next, rest);
        backend.prolong(transfer, &next.x, x);
        for _ in 0..self.sweeps {
            backend.smooth(&level.operator, Colour::Black, b, x);
            backend.smooth(&level.operator, Colour::Red, b, x);
        }
    }

    /// Solves `problem` on `levels[0]`: one cycle, or on the top levels two Krylov steps preconditioned by
    /// it, which leave their residual in the problem's right-hand side.
    fn coarse_solve(
        &self,
        backend: &B,
        levels: &mut [Level<B>],
        problem: &mut Coarse<B>,
        rest: &mut [Coarse<B>],
    ) {
        let Coarse { b, x, directions } = problem;
        if directions.is_empty() {
            return self.run(backend, levels, rest, b, x);
        }
        backend.clear(x);
        for i in 0..directions.len() {
            let (old, new) = directions.split_at_mut(i);
            self.run(backend, levels, rest, b, &mut new[0].c);
            krylov::step(backend, &levels[0].operator, old, &mut new[0], x, b);
        }
    }
}

/// Inverse of the coarsest system with its nodes eliminated, row-major. Rows without coefficients give 0;
/// where a part of the cells is tied to nothing (a closed pressure region), its first cell is held at 0.
fn coarsest_inverse(system: &LinearSystem, node_inverse: &[f64]) -> Vec<f64> {
    let n = system.cells();
    let mut a = schur_complement(system, node_inverse);
    for cell in held_cells(&a) {
        for other in 0..n {
            a[(cell, other)] = 0.0;
            a[(other, cell)] = 0.0;
        }
        a[(cell, cell)] = f64::INFINITY;
    }
    let held: Vec<bool> = (0..n).map(|c| a[(c, c)].is_infinite() || a[(c, c)] == 0.0).collect();
    for c in (0..n).filter(|&c| held[c]) {
        a[(c, c)] = 1.0;
    }
    let inverse = a.partial_piv_lu().solve(faer::Mat::<f64>::identity(n, n));
    let value = |r: usize, c: usize| if held[r] || held[c] { 0.0 } else { inverse[(r, c)] };
    (0..n * n).map(|i| value(i / n, i % n)).collect()
}

/// A − B D⁻¹ C as a dense matrix.
fn schur_complement(system: &LinearSystem, node_inverse: &[f64]) -> faer::Mat<f64> {
    let (n, nodes) = (system.cells(), system.nodes());
    let mut a = faer::Mat::<f64>::zeros(n, n);
    let strides = system.strides();
    for (c, &sink) in system.sink.iter().enumerate() {
        a[(c, c)] += sink;
        for (axis, &stride) in strides.iter().enumerate() {
            let (upper, lower) = (system.from_upper[axis][c], system.lower(axis)[c]);
            if upper != 0.0 || lower != 0.0 {
                let other = c + stride;
                a[(c, c)] += upper;
                a[(c, other)] -= upper;
                a[(other, other)] += lower;
                a[(other, c)] -= lower;
            }
        }
    }
    let mut b = faer::Mat::<f64>::zeros(n, nodes);
    for link in &system.border.cell_links {
        a[(link.cell, link.cell)] += link.conductance;
        b[(link.cell, link.node)] += link.conductance;
    }
    if nodes > 0 {
        let d = faer::Mat::from_fn(nodes, nodes, |r, c| node_inverse[r * nodes + c]);
        a -= &b * d * b.transpose();
    }
    a
}

/// The first cell of each connected part whose rows all add up to nothing.
fn held_cells(a: &faer::Mat<f64>) -> Vec<usize> {
    let n = a.nrows();
    let mut seen = vec![false; n];
    let mut held = Vec::new();
    for first in 0..n {
        if seen[first] || a[(first, first)] == 0.0 {
            continue;
        }
        seen[first] = true;
        let mut part = vec![first];
        let (mut next, mut tied, mut size) = (0, 0.0f64, 0.0f64);
        while next < part.len() {
            let r = part[next];
            next += 1;
            tied += (0..n).map(|c| a[(r, c)]).sum::<f64>();
            size += a[(r, r)];
            for c in 0..n {
                if !seen[c] && (a[(r, c)] != 0.0 || a[(c, r)] != 0.0) {
                    seen[c] = true;
                    part.push(c);
                }
            }
        }
        if tied.abs() <= 1e-13 * size {
            held.push(first);
        }
    }
    held
}
