//! x_c = ω b_c / diagonal for red cells, 0 for black ones: the red half sweep from x = 0.

use super::layout::Field;
use super::operator::Stencil;
use super::rows::{for_each_row, row_of};

/// The first half sweep; red rows with diagonal 0 get 0.
pub(super) fn smooth_first(a: &Stencil, omega: f64, b: &Field, x: &mut Field) {
    for_each_row(
        a.layout,
        x.interior_mut(0),
        #[inline(always)]
        |row, x| {
            let n = x.len();
            let (b, inverse) = (&row_of(b, 0, row)[..n], &row_of(&a.inverse_diagonal, 0, row)[..n]);
            for m in 0..n {
                x[m] = omega * (b[m] * inverse[m]);
            }
        },
    );
    for_each_row(
        a.layout,
        x.interior_mut(1),
        #[inline(always)]
        |_, x| x.fill(0.0),
    );
}
