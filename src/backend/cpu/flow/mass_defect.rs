//! r_c = −Σ_f ρ u_f A_f, outward: the mass that a cell gains, kg/s.

use super::Flow;

/// Into `r`, in natural order.
pub(super) fn mass_defect(flow: &Flow, r: &mut [f64]) {
    use rayon::prelude::*;
    let [nx, ny, _] = flow.shape.size;
    let [_, sy, sz] = flow.shape.strides();
    let [u, v, w] = &flow.velocity;
    r.par_chunks_mut(nx).with_min_len(32).enumerate().for_each(|(row, r)| {
        let [j, k] = [row % ny, row / ny];
        let first = flow.shape.index([0, j, k]);
        let (dx, dy, dz) = (&flow.widths[0][1..=nx], flow.widths[1][j + 1], flow.widths[2][k + 1]);
        for (i, r) in r.iter_mut().enumerate() {
            let c = first + i;
            let gain = (u[c] - u[c + 1]) * dy * dz
                + (v[c] - v[c + sy]) * dx[i] * dz
                + (w[c] - w[c + sz]) * dx[i] * dy;
            *r = flow.density * gain;
        }
    });
}
