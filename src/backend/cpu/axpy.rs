//! y_c = y_c + alpha x_c.

use super::rows::PARALLEL_VALUES;
use rayon::prelude::*;

/// y += alpha x.
pub(super) fn axpy(alpha: f64, x: &[f64], y: &mut [f64]) {
    let add = |(y, x): (&mut [f64], &[f64])| y.iter_mut().zip(x).for_each(|(y, x)| *y += alpha * x);
    if y.len() < PARALLEL_VALUES {
        add((y, x));
    } else {
        y.par_chunks_mut(PARALLEL_VALUES / 2).zip(x.par_chunks(PARALLEL_VALUES / 2)).for_each(add);
    }
}
