//! r_c = b_c − s_c x_c + Σ_n a_cn (x_n − x_c), magnitude_c = |b_c| + |s_c x_c| + Σ_n |a_cn| (|x_n| + |x_c|);
//! links follow in `refined_scatter` and `refined_gather`. Cells in natural order, then nodes.

use super::rows::PARALLEL_VALUES;
use crate::model::system::LinearSystem;
use rayon::prelude::*;

/// One term of a run of rows in flux form, with its magnitude.
fn add_flux(a: &[f64], x_n: &[f64], x_c: &[f64], r: &mut [f64], magnitude: &mut [f64]) {
    let n = r.len();
    let (a, x_n, x_c, magnitude) = (&a[..n], &x_n[..n], &x_c[..n], &mut magnitude[..n]);
    for m in 0..n {
        r[m] += a[m] * (x_n[m] - x_c[m]);
        magnitude[m] += a[m].abs() * (x_n[m].abs() + x_c[m].abs());
    }
}

/// What a row starts from: its right-hand side and its own tie.
fn add_own(sink: &[f64], x: &[f64], b: &[f64], r: &mut [f64], magnitude: &mut [f64]) {
    for (c, (r, magnitude)) in r.iter_mut().zip(magnitude).enumerate() {
        let own = sink[c] * x[c];
        *r = b[c] - own;
        *magnitude = b[c].abs() + own.abs();
    }
}

/// True residual of all rows, without links.
pub(super) fn refined_residual(
    system: &LinearSystem,
    x: &[f64],
    b: &[f64],
    r: &mut [f64],
    magnitude: &mut [f64],
) {
    let (cells, [nx, ny, nz]) = (system.cells(), system.size);
    let plane = nx * ny;
    let (r, node_r) = r.split_at_mut(cells);
    let (magnitude, node_magnitude) = magnitude.split_at_mut(cells);
    add_own(&system.border.sink, &x[cells..], &b[cells..], node_r, node_magnitude);
    let row = |row: usize, r: &mut [f64], magnitude: &mut [f64]| {
        let [j, k] = [row % ny, row / ny];
        let c = row * nx;
        let x_c = &x[c..c + nx];
        add_own(&system.sink[c..], x_c, &b[c..], r, magnitude);
        add_flux(&system.lower(0)[c..], x_c, &x_c[1..], &mut r[1..], &mut magnitude[1..]);
        add_flux(&system.from_upper[0][c..], &x_c[1..], x_c, &mut r[..nx - 1], magnitude);
        if j > 0 {
            add_flux(&system.lower(1)[c - nx..], &x[c - nx..], x_c, r, magnitude);
        }
        if j + 1 < ny {
            add_flux(&system.from_upper[1][c..], &x[c + nx..], x_c, r, magnitude);
        }
        if k > 0 {
            add_flux(&system.lower(2)[c - plane..], &x[c - plane..], x_c, r, magnitude);
        }
        if k + 1 < nz {
            add_flux(&system.from_upper[2][c..], &x[c + plane..], x_c, r, magnitude);
        }
    };
    let rows = (PARALLEL_VALUES / nx).max(1);
    r.par_chunks_mut(nx * rows).zip(magnitude.par_chunks_mut(nx * rows)).enumerate().for_each(
        |(block, (r, magnitude))| {
            for (at, (r, magnitude)) in r.chunks_mut(nx).zip(magnitude.chunks_mut(nx)).enumerate() {
                row(block * rows + at, r, magnitude);
            }
        },
    );
}
