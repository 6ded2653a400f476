//! y_c = y_c + alpha x_c.

use super::real::Real;
use super::rows::PARALLEL_VALUES;
use rayon::prelude::*;

/// y += alpha x.
pub(super) fn axpy<T: Real>(alpha: f64, x: &[T], y: &mut [T]) {
    let alpha = T::from_f64(alpha);
    let add = |(y, x): (&mut [T], &[T])| y.iter_mut().zip(x).for_each(|(y, x)| *y += alpha * *x);
    if y.len() < PARALLEL_VALUES {
        add((y, x));
    } else {
        y.par_chunks_mut(PARALLEL_VALUES / 2).zip(x.par_chunks(PARALLEL_VALUES / 2)).for_each(add);
    }
}
