//! r_c = b_c + Σ_n a_cn (x_n − x_c) − s_c x_c (+ Σ_N β_cN x_N by `scatter`; s holds Σβ).

use super::layout::Field;
use super::real::Real;
use super::rows::{cut, for_each_row_of, in_slabs, neighbours, row_of};
use super::stencil::Stencil;

/// Residual of the cells' rows, without the nodes.
pub(super) fn residual<T: Real>(a: &Stencil<T>, x: &Field<T>, b: &Field<T>, r: &mut Field<T>) {
    in_slabs(a.layout, 2, 8 * size_of::<T>(), |colour, planes| {
        for_each_row_of(
            a.layout,
            planes,
            r.interior_mut(colour),
            #[inline(always)]
            |row, r| {
                let n = r.len();
                let [xw, xe, xs, xn, xb, xt] = cut(neighbours(x, colour, row), n);
                let [aw, ae, as_, an, ab, at] = cut(a.coefficients(colour, row), n);
                let (x, b, s) =
                    (&row_of(x, colour, row)[..n], &row_of(b, colour, row)[..n], &a.sink(colour, row)[..n]);
                for m in 0..n {
                    let xc = x[m];
                    r[m] = b[m]
                        + aw[m] * (xw[m] - xc)
                        + ae[m] * (xe[m] - xc)
                        + as_[m] * (xs[m] - xc)
                        + an[m] * (xn[m] - xc)
                        + ab[m] * (xb[m] - xc)
                        + at[m] * (xt[m] - xc)
                        - s[m] * xc;
                }
            },
        );
    });
}
