//! y = M x for a small dense matrix, row-major.

use rayon::prelude::*;

/// Rows from which on the product is worth all cores.
const PARALLEL_ROWS: usize = 256;

/// y_r = Σ_c m_rc x_c.
pub(super) fn multiply(m: &[f64], x: &[f64], y: &mut [f64]) {
    let columns = x.len();
    let row = |(r, out): (usize, &mut f64)| {
        *out = m[r * columns..(r + 1) * columns].iter().zip(x).map(|(a, b)| a * b).sum();
    };
    if y.len() < PARALLEL_ROWS {
        y.iter_mut().enumerate().for_each(row);
    } else {
        y.par_iter_mut().enumerate().with_min_len(64).for_each(row);
    }
}
