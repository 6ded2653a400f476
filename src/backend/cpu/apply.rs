//! y_c = Σ_n a_cn (x_c − x_n) + s_c x_c (− Σ_N β_cN x_N by `scatter`; s holds Σβ).

use super::layout::Field;
use super::real::Real;
use super::rows::{cut, for_each_row_of, in_slabs, neighbours, row_of};
use super::stencil::Stencil;

/// A x of the cells' rows, without the nodes.
pub(super) fn apply<T: Real>(a: &Stencil<T>, x: &Field<T>, y: &mut Field<T>) {
    in_slabs(a.layout, 2, 8 * size_of::<T>(), |colour, planes| {
        for_each_row_of(
            a.layout,
            planes,
            y.interior_mut(colour),
            #[inline(always)]
            |row, y| {
                let n = y.len();
                let [xw, xe, xs, xn, xb, xt] = cut(neighbours(x, colour, row), n);
                let [aw, ae, as_, an, ab, at] = cut(a.coefficients(colour, row), n);
                let (x, s) = (&row_of(x, colour, row)[..n], &a.sink(colour, row)[..n]);
                for m in 0..n {
                    let xc = x[m];
                    y[m] = aw[m] * (xc - xw[m])
                        + ae[m] * (xc - xe[m])
                        + as_[m] * (xc - xs[m])
                        + an[m] * (xc - xn[m])
                        + ab[m] * (xc - xb[m])
                        + at[m] * (xc - xt[m])
                        + s[m] * xc;
                }
            },
        );
    });
}
