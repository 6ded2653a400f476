//! x_c = x_c + ω ((b_c + Σ_n a_cn x_n) / diagonal − x_c) for the cells of one colour (nodes by `scatter`).

use super::layout::Field;
use super::real::Real;
use super::rows::{cut, for_each_row_of, in_slabs, neighbours, row_of};
use super::stencil::Stencil;
use std::ops::Range;

/// So many half sweeps, colours in turn from `first` on; each reads what the one before left.
pub(super) fn sweep<T: Real>(
    a: &Stencil<T>,
    [first, half_sweeps]: [usize; 2],
    omega: f64,
    b: &Field<T>,
    x: &mut Field<T>,
) {
    in_slabs(a.layout, half_sweeps, 8 * size_of::<T>(), |s, planes| {
        smooth(a, (first + s) % 2, planes, omega, b, x);
    });
}

/// One relaxed Gauss–Seidel half sweep over some planes, without the nodes; rows with diagonal 0 keep x.
pub(super) fn smooth<T: Real>(
    a: &Stencil<T>,
    colour: usize,
    planes: Range<usize>,
    omega: f64,
    b: &Field<T>,
    x: &mut Field<T>,
) {
    let omega = T::from_f64(omega);
    let mut own = std::mem::take(&mut x.colours[colour]);
    let (start, values) = (a.layout.start, a.layout.values);
    for_each_row_of(
        a.layout,
        planes,
        &mut own[start..start + values],
        #[inline(always)]
        |row, x_row| {
            let (b, inverse) = (row_of(b, colour, row), a.inverse(colour, row));
            relax(omega, a.coefficients(colour, row), neighbours(x, colour, row), b, inverse, x_row);
        },
    );
    x.colours[colour] = own;
}

/// The cells of a row.
#[inline(always)]
fn relax<T: Real>(omega: T, a: [&[T]; 6], x: [&[T]; 6], b: &[T], inverse: &[T], x_row: &mut [T]) {
    let n = x_row.len();
    let [aw, ae, as_, an, ab, at] = cut(a, n);
    let [xw, xe, xs, xn, xb, xt] = cut(x, n);
    let (b, inverse) = (&b[..n], &inverse[..n]);
    for m in 0..n {
        let sum = b[m]
            + aw[m] * xw[m]
            + ae[m] * xe[m]
            + as_[m] * xs[m]
            + an[m] * xn[m]
            + ab[m] * xb[m]
            + at[m] * xt[m];
        let step = if inverse[m] > T::ZERO { omega } else { T::ZERO };
        x_row[m] += step * (sum * inverse[m] - x_row[m]);
    }
}
