//! The start-up self-test: every operation on a small problem, compared with host arithmetic in f64.
//!
//! It finds drivers that compute wrongly and kernels that are bound wrongly before a user's numbers depend
//! on them. Arithmetic on the host is written out here, because backends do not import each other.

use super::GpuBackend;
use crate::backend::refinement::Refinement;
use crate::backend::{Backend, BackendError, Coarsening, Colour};
use crate::model::system::{CellLink, LinearSystem, NodeLink, State};

/// Rounding allowed, relative to the magnitude of the terms: some hundred units of f32's last place.
pub(super) const TOLERANCE: f64 = 2e-5;

const SIZE: [usize; 3] = [5, 3, 2];
const CELLS: usize = 30;

/// Values between −1 and 1 without a pattern that an operation could hide behind.
pub(super) fn pattern(seed: usize, count: usize) -> Vec<f64> {
    (0..count).map(|c| f64::sin((7 * c + 13 * seed + 1) as f64)).collect()
}

/// An advective system with two nodes.
fn system() -> LinearSystem {
    let mut system = LinearSystem::zeros(SIZE, true);
    let strides = system.strides();
    for axis in 0..3 {
        for c in 0..CELLS {
            if (c / strides[axis]) % SIZE[axis] + 1 < SIZE[axis] {
                system.from_upper[axis][c] = 1.5 + f64::sin((c + 3 * axis) as f64);
                system.from_lower[axis][c] = 1.5 + f64::cos((c + 5 * axis) as f64);
            }
        }
    }
    system.sink[4] = 0.7;
    // Between cells of different colours that lie on no swept line together: what a sweep reads over the seam it leaves.
    system.add_face(2, 17, [0.8, 1.2]);
    system.add_face(2, 27, [0.5, 0.9]);
    system.border.sink = vec![0.3, 0.0];
    let link = |(cell, node, conductance)| CellLink { cell, node, conductance };
    system.border.cell_links = [(0, 0, 0.9), (7, 0, 1.1), (7, 1, 0.4), (29, 1, 2.0)].map(link).to_vec();
    system.border.node_links = vec![NodeLink { to: 1, from: 0, conductance: 0.6 }];
    system
}

/// Compares host and device values; `magnitude` is the size of the terms behind each.
pub(super) struct Judge<'a> {
    pub(super) backend: &'a GpuBackend,
    pub(super) tolerance: f64,
}

impl Judge<'_> {
    pub(super) fn compare(
        &self,
        what: &str,
        expected: &[f64],
        magnitude: &[f64],
        found: &[f64],
    ) -> Result<(), BackendError> {
        let device = || self.backend.description().device;
        if expected.len() != found.len() {
            let reason = format!("{what} has {} values instead of {}", found.len(), expected.len());
            return Err(BackendError::SelfTest { device: device(), reason });
        }
        for (c, (&expected, (&found, &size))) in expected.iter().zip(found.iter().zip(magnitude)).enumerate()
        {
            let close = (found - expected).abs() <= self.tolerance * size.max(1.0);
            if !close {
                let reason = format!("{what} of entry {c} is {found} instead of {expected}");
                return Err(BackendError::SelfTest { device: device(), reason });
            }
        }
        Ok(())
    }
}

/// Runs all operations.
pub(super) fn run(backend: &GpuBackend) -> Result<(), BackendError> {
    operator(backend)?;
    transfer(backend)?;
    bodies(backend)?;
    scalars(backend)?;
    refinement(backend)
}

/// Rounding allowed to residuals, relative to the magnitude of their terms: some hundred times that of two
/// words of 24 bits, a thousandth of what one word would leave.
const EXTENDED_TOLERANCE: f64 = 1.0 / (1_u64 << 42) as f64;

/// True residual, sums and correction: whether this arithmetic can be relied on here.
pub(super) fn refinement(backend: &GpuBackend) -> Result<(), BackendError> {
    let judge = Judge { backend, tolerance: EXTENDED_TOLERANCE };
    let loose = Judge { backend, tolerance: TOLERANCE };
    let system = system();
    let inverse = inverse(backend, &system)?;
    let a = backend.operator(&system, &inverse)?;
    let mut extended = backend.extended(&system, &inverse)?;
    // Values that f32 does not hold, and a first one that takes a correction as it is.
    let mut x = State { cells: pattern(8, CELLS), nodes: pattern(9, 2) };
    x.cells[0] = 0.0;
    let b = State { cells: pattern(10, CELLS), nodes: pattern(11, 2) };
    let [mut r, mut e] = [backend.field(SIZE)?, backend.field(SIZE)?];
    backend.set_values(&mut extended, &x, &b);
    backend.refined_residual(&mut extended, &a, &mut r);
    let sums = backend.residual_sums(&extended)?;

    let (expected, size) = system.residual(&x, &b);
    let (residual, magnitude) = backend.true_residual(&extended)?;
    judge.compare("true residual", &expected.cells, &size.cells, &residual.cells)?;
    judge.compare("true residual of nodes", &expected.nodes, &size.nodes, &residual.nodes)?;
    loose.compare("magnitude", &size.cells, &size.cells, &magnitude.cells)?;
    loose.compare("magnitude of nodes", &size.nodes, &size.nodes, &magnitude.nodes)?;
    let total = size.values().sum::<f64>();
    judge.compare("sum of the residual", &[expected.values().sum()], &[total], &[sums.sum])?;
    let (norm, found) = ([expected.norm(), size.norm()], [sums.norm, sums.magnitude]);
    loose.compare("norms of the residual", &norm, &norm, &found)?;

    let scaled = |values: &[f64]| values.iter().map(|v| v / expected.norm()).collect::<Vec<_>>();
    let mut eliminated = scaled(&expected.cells);
    let held = product(&inverse, &scaled(&expected.nodes));
    for link in &system.border.cell_links {
        eliminated[link.cell] += link.conductance * held[link.node];
    }
    loose.compare("right-hand side of a correction", &eliminated, &[8.0; CELLS], &backend.download(&r)?)?;

    let mut step: Vec<f64> = pattern(12, CELLS).iter().map(|&v| f64::from(v as f32)).collect();
    step[0] = 1.0;
    backend.upload(&step, &mut e);
    backend.add_correction(&mut extended, &a, &e)?;
    let corrected = backend.values(&extended)?;
    let taken = corrected.cells[0];
    loose.compare("step of a correction", &[expected.norm()], &[expected.norm()], &[taken])?;
    let sum: Vec<f64> = x.cells.iter().zip(&step).map(|(x, e)| x + taken * e).collect();
    judge.compare("corrected values", &sum, &[taken; CELLS], &corrected.cells)?;
    let mut node_side = scaled(&expected.nodes);
    for link in &system.border.cell_links {
        node_side[link.node] += link.conductance * step[link.cell];
    }
    let node_step = product(&inverse, &node_side);
    let nodes: Vec<f64> = x.nodes.iter().zip(&node_step).map(|(x, e)| x + expected.norm() * e).collect();
    loose.compare("corrected nodes", &nodes, &[8.0 * expected.norm(); 2], &corrected.nodes)
}

/// D⁻¹ of the test's system.
fn inverse(backend: &GpuBackend, system: &LinearSystem) -> Result<Vec<f64>, BackendError> {
    let device = backend.description().device;
    system.node_inverse().map_err(|e| BackendError::SelfTest { device, reason: e.to_string() })
}

/// D⁻¹ v for two nodes.
fn product(inverse: &[f64], v: &[f64]) -> Vec<f64> {
    (0..2).map(|n| inverse[2 * n] * v[0] + inverse[2 * n + 1] * v[1]).collect()
}

fn operator(backend: &GpuBackend) -> Result<(), BackendError> {
    let judge = Judge { backend, tolerance: TOLERANCE };
    let system = system();
    let inverse = inverse(backend, &system)?;
    let a = backend.operator(&system, &inverse)?;
    let (x_host, b_host) = (pattern(1, CELLS), pattern(2, CELLS));
    let nodes = node_values(&system, &inverse, &x_host);
    let b_state = State { cells: b_host.clone(), nodes: vec![0.0; 2] };

    let [mut x, mut b, mut r] = [backend.field(SIZE)?, backend.field(SIZE)?, backend.field(SIZE)?];
    backend.upload(&x_host, &mut x);
    backend.upload(&b_host, &mut b);
    backend.residual(&a, &x, &b, &mut r);
    let host_x = State { cells: x_host.clone(), nodes: nodes.clone() };
    let (expected, size) = system.residual(&host_x, &b_state);
    judge.compare("residual", &expected.cells, &size.cells, &backend.download(&r)?)?;

    backend.apply(&a, &x, &mut r);
    let product: Vec<f64> = b_host.iter().zip(&expected.cells).map(|(b, r)| b - r).collect();
    judge.compare("product", &product, &size.cells, &backend.download(&r)?)?;

    // After a half sweep the rows of its colour are solved for the nodes' old values, and the others keep x.
    backend.smooth(&a, Colour::Black, 1.0, &b, &mut x);
    let swept = backend.download(&x)?;
    let (left, size) = system.residual(&State { cells: swept.clone(), nodes }, &b_state);
    let black = |c: usize| (c % 5 + c / 5 % 3 + c / 15) % 2 == 1;
    let left: Vec<f64> =
        (0..CELLS).map(|c| if black(c) { left.cells[c] } else { swept[c] - x_host[c] }).collect();
    judge.compare("residual after smoothing", &[0.0; CELLS], &size.cells, &left)?;
    first_sweep(backend, &system, &a, &b_host)?;
    line_sweeps(backend, &system, &a, &inverse)
}

/// After a half sweep by lines the rows of its lines are solved for the nodes' old values, the others keep x.
fn line_sweeps(
    backend: &GpuBackend,
    system: &LinearSystem,
    a: &super::Operator,
    inverse: &[f64],
) -> Result<(), BackendError> {
    let judge = Judge { backend, tolerance: TOLERANCE };
    let [mut x, mut b] = [backend.field(SIZE)?, backend.field(SIZE)?];
    let (x_host, b_host) = (pattern(11, CELLS), pattern(12, CELLS));
    let nodes = node_values(system, inverse, &x_host);
    let b_state = State { cells: b_host.clone(), nodes: vec![0.0; 2] };
    backend.upload(&b_host, &mut b);
    for axis in 0..3 {
        backend.upload(&x_host, &mut x);
        backend.smooth_lines(a, &backend.lines(system, axis)?, Colour::Black, &b, &mut x);
        let swept = backend.download(&x)?;
        let (left, size) = system.residual(&State { cells: swept.clone(), nodes: nodes.clone() }, &b_state);
        let at = |c: usize| [c % 5, c / 5 % 3, c / 15];
        let black = |c: usize| (at(c).iter().sum::<usize>() - at(c)[axis]) % 2 == 1;
        let left: Vec<f64> =
            (0..CELLS).map(|c| if black(c) { left.cells[c] } else { swept[c] - x_host[c] }).collect();
        judge.compare("residual after smoothing lines", &[0.0; CELLS], &size.cells, &left)?;
    }
    Ok(())
}

/// The red half sweep from 0, and a relaxed one from there: red rows without links keep the share 1 − ω of b.
fn first_sweep(
    backend: &GpuBackend,
    system: &LinearSystem,
    a: &super::Operator,
    b_host: &[f64],
) -> Result<(), BackendError> {
    let [mut x, mut b] = [backend.field(SIZE)?, backend.field(SIZE)?];
    backend.upload(b_host, &mut b);
    backend.upload(&pattern(10, CELLS), &mut x);
    backend.smooth_first(a, 0.75, &b, &mut x);
    let judge = Judge { backend, tolerance: TOLERANCE };
    let swept = backend.download(&x)?;
    let state = |cells| State { cells, nodes: vec![0.0; 2] };
    let (left, size) = system.residual(&state(swept.clone()), &state(b_host.to_vec()));
    let red = |c: usize| (c % 5 + c / 5 % 3 + c / 15).is_multiple_of(2);
    let found: Vec<f64> = (0..CELLS).map(|c| if red(c) { left.cells[c] } else { swept[c] }).collect();
    let expected: Vec<f64> = (0..CELLS).map(|c| if red(c) { 0.25 * b_host[c] } else { 0.0 }).collect();
    judge.compare("first sweep", &expected, &size.cells, &found)?;
    backend.smooth(a, Colour::Red, 0.5, &b, &mut x);
    let linked = |c: usize| system.border.cell_links.iter().any(|link| link.cell == c);
    let relaxed = backend.download(&x)?;
    let (left, _) = system.residual(&state(relaxed), &state(b_host.to_vec()));
    let rows: Vec<usize> = (0..CELLS).filter(|&c| red(c) && !linked(c)).collect();
    let of = |values: &[f64]| rows.iter().map(|&c| values[c]).collect::<Vec<_>>();
    let expected: Vec<f64> = rows.iter().map(|&c| 0.125 * b_host[c]).collect();
    judge.compare("relaxed sweep", &expected, &of(&size.cells), &of(&left.cells))
}

/// x_N = D⁻¹ C x.
fn node_values(system: &LinearSystem, inverse: &[f64], x: &[f64]) -> Vec<f64> {
    let mut rhs = [0.0; 2];
    for link in &system.border.cell_links {
        rhs[link.node] += link.conductance * x[link.cell];
    }
    product(inverse, &rhs)
}

fn transfer(backend: &GpuBackend) -> Result<(), BackendError> {
    let judge = Judge { backend, tolerance: TOLERANCE };
    // Along x: two pairs and a cell alone.
    let map = vec![0, 0, 1, 1, 2];
    let own: Vec<f64> = (0..CELLS).map(|c| if c % 5 == 4 { 1.0 } else { 0.6 + 0.01 * c as f64 }).collect();
    let other: Vec<f64> = (0..CELLS).map(|c| if [1, 2, 3].contains(&(c % 5)) { 0.2 } else { 0.0 }).collect();
    let coarsening = Coarsening::new(SIZE, 0, map, own, other);
    let coarse_size = coarsening.coarse();
    let coarse_cells = coarse_size.iter().product();
    let transfer = backend.transfer(&coarsening)?;
    let (fine_host, coarse_host) = (pattern(3, CELLS), pattern(4, coarse_cells));
    let [mut fine, mut coarse] = [backend.field(SIZE)?, backend.field(coarse_size)?];
    let (mut restricted, mut prolonged) = (vec![0.0; coarse_cells], fine_host.clone());
    for c in 0..CELLS {
        let (own, other) = coarsening.parents(c);
        for (parent, weight) in [Some(own), other].into_iter().flatten() {
            restricted[parent] += weight * fine_host[c];
            prolonged[c] += weight * coarse_host[parent];
        }
    }

    backend.upload(&fine_host, &mut fine);
    backend.restrict(&transfer, &fine, &mut coarse);
    judge.compare("restriction", &restricted, &vec![4.0; coarse_cells], &backend.download(&coarse)?)?;
    backend.upload(&coarse_host, &mut coarse);
    backend.prolong(&transfer, &coarse, &mut fine);
    judge.compare("prolongation", &prolonged, &[2.0; CELLS], &backend.download(&fine)?)
}

fn bodies(backend: &GpuBackend) -> Result<(), BackendError> {
    let judge = Judge { backend, tolerance: TOLERANCE };
    let of_cell: Vec<u32> = (0..CELLS).map(|c| [0, 2, 1, 0, 2, 0, 1][c % 7]).collect();
    let inverse = [0.5, 0.1, -0.2, 0.8];
    let deflation = backend.deflation(SIZE, &of_cell, &inverse)?;
    let (r_host, x_host) = (pattern(8, CELLS), pattern(9, CELLS));
    let [mut r, mut x] = [backend.field(SIZE)?, backend.field(SIZE)?];
    backend.upload(&r_host, &mut r);
    backend.upload(&x_host, &mut x);
    backend.deflate(&deflation, &r, &mut x);
    let sum = |body| r_host.iter().zip(&of_cell).filter(|(_, b)| **b == body).map(|(r, _)| r).sum::<f64>();
    let y = [0, 2].map(|row| inverse[row] * sum(1) + inverse[row + 1] * sum(2));
    let expected: Vec<f64> = (0..CELLS)
        .map(|c| x_host[c] + (of_cell[c] as usize).checked_sub(1).map_or(0.0, |body| y[body]))
        .collect();
    judge.compare("bodies' correction", &expected, &[8.0; CELLS], &backend.download(&x)?)
}

fn scalars(backend: &GpuBackend) -> Result<(), BackendError> {
    let judge = Judge { backend, tolerance: TOLERANCE };
    let (x_host, y_host, m_host) = (pattern(5, CELLS), pattern(6, CELLS), pattern(7, CELLS * CELLS));
    let [mut x, mut y, mut z] = [backend.field(SIZE)?, backend.field(SIZE)?, backend.field(SIZE)?];
    backend.upload(&x_host, &mut x);
    backend.upload(&y_host, &mut y);
    let [mut xy, mut xx, mut alpha, mut none] = [0; 4].map(|_| backend.scalar());
    backend.dot(&x, &y, &mut xy);
    backend.dot(&x, &x, &mut xx);
    backend.divide(&xy, &xx, &mut alpha);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (xy_host, xx_host) = (dot(&x_host, &y_host), dot(&x_host, &x_host));
    let (found, broken) = backend.read(&[&xy, &xx, &alpha])?;
    judge.compare("dot product", &[xy_host, xx_host, xy_host / xx_host], &[CELLS as f64; 3], &found)?;

    backend.axpy(-1.0, &alpha, &x, &mut y);
    let step = xy_host / xx_host;
    let expected: Vec<f64> = (0..CELLS).map(|c| y_host[c] - step * x_host[c]).collect();
    judge.compare("axpy", &expected, &[2.0; CELLS], &backend.download(&y)?)?;

    let m = backend.dense(CELLS, &m_host)?;
    backend.multiply(&m, &x, &mut z);
    let expected: Vec<f64> = m_host.chunks(CELLS).map(|row| dot(row, &x_host)).collect();
    judge.compare("matrix product", &expected, &[CELLS as f64; CELLS], &backend.download(&z)?)?;

    backend.copy(&x, &mut y);
    backend.clear(&mut x);
    backend.dot(&x, &x, &mut xx);
    backend.divide(&xy, &xx, &mut none);
    let (quotient, broken_by_zero) = backend.read(&[&none])?;
    judge.compare("copy", &x_host, &[1.0; CELLS], &backend.download(&y)?)?;
    let flags = [f64::from(broken), f64::from(broken_by_zero), quotient[0]];
    judge.compare("breakdown flag", &[0.0, 1.0, 0.0], &[1.0; 3], &flags)
}
