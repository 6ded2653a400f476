//! x_c = ω b_c / diagonal for red cells, 0 for black ones: the red half sweep from x = 0.

use super::layout::Field;
use super::real::Real;
use super::rows::{for_each_row, row_of};
use super::stencil::Stencil;

/// The first half sweep; red rows with diagonal 0 get 0.
pub(super) fn smooth_first<T: Real>(a: &Stencil<T>, omega: f64, b: &Field<T>, x: &mut Field<T>) {
    let omega = T::from_f64(omega);
    for_each_row(
        a.layout,
        x.interior_mut(0),
        #[inline(always)]
        |row, x| {
            let n = x.len();
            let (b, inverse) = (&row_of(b, 0, row)[..n], &a.inverse(0, row)[..n]);
            for m in 0..n {
                x[m] = omega * (b[m] * inverse[m]);
            }
        },
    );
    for_each_row(
        a.layout,
        x.interior_mut(1),
        #[inline(always)]
        |_, x| x.fill(T::ZERO),
    );
}
