//! r_c = −Σ_f ρ u_f A_f, outward: the mass that a cell gains, kg/s; and t_c = ½ Σ_f ρ |u_f| A_f.

use super::Flow;
use rayon::prelude::*;

/// Into `r`, in natural order.
pub(super) fn mass_defect(flow: &Flow, r: &mut [f64]) {
    each_cell(flow, r, |lower, upper| lower - upper);
}

/// Into `t`, in natural order.
pub(super) fn throughput(flow: &Flow, t: &mut [f64]) {
    each_cell(flow, t, |lower, upper| 0.5 * (lower.abs() + upper.abs()));
}

/// Adds `f` of the velocities of a cell's lower and upper face, times ρA, over the axes.
#[inline(always)]
fn each_cell(flow: &Flow, values: &mut [f64], f: impl Fn(f64, f64) -> f64 + Sync) {
    let [nx, ny, _] = flow.shape.size;
    let [_, sy, sz] = flow.shape.strides();
    let [u, v, w] = &flow.velocity;
    values.par_chunks_mut(nx).with_min_len(32).enumerate().for_each(|(row, values)| {
        let [j, k] = [row % ny, row / ny];
        let first = flow.shape.index([0, j, k]);
        let (dx, dy, dz) = (&flow.widths[0][1..=nx], flow.widths[1][j + 1], flow.widths[2][k + 1]);
        for (i, value) in values.iter_mut().enumerate() {
            let c = first + i;
            *value = flow.density
                * (f(u[c], u[c + 1]) * dy * dz
                    + f(v[c], v[c + sy]) * dx[i] * dz
                    + f(w[c], w[c + sz]) * dx[i] * dy);
        }
    });
}

/// Area of the lower face of a cell across an axis, m².
pub(super) fn area(flow: &Flow, axis: usize, c: usize) -> f64 {
    let shape = flow.shape;
    let at = [c % shape.row(), c / shape.row() % (shape.size[1] + 2), c / shape.strides()[2]];
    (0..3).filter(|&other| other != axis).map(|other| flow.widths[other][at[other]]).product()
}
