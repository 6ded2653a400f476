//! x_c = x_c + ω ((b_c + Σ_n a_cn x_n) / diagonal − x_c) for the cells of one colour (nodes by `scatter`).

use super::layout::Field;
use super::operator::Stencil;
use super::rows::{for_each_row, neighbours, row_of};

/// One relaxed Gauss–Seidel half sweep, without the nodes; rows with diagonal 0 keep x.
pub(super) fn smooth(a: &Stencil, colour: usize, omega: f64, b: &Field, x: &mut Field) {
    let mut own = std::mem::take(&mut x.colours[colour]);
    let (start, values) = (a.layout.start, a.layout.values);
    for_each_row(
        a.layout,
        &mut own[start..start + values],
        #[inline(always)]
        |row, x_row| {
            let n = x_row.len();
            let [xw, xe, xs, xn, xb, xt] = neighbours(x, colour, row).x.map(|s| &s[..n]);
            let [aw, ae, as_, an, ab, at] = [0, 1, 2, 3, 4, 5].map(|d| &row_of(&a.a[d], colour, row)[..n]);
            let (b, inverse) = (&row_of(b, colour, row)[..n], &row_of(&a.inverse_diagonal, colour, row)[..n]);
            for m in 0..n {
                let sum = b[m]
                    + aw[m] * xw[m]
                    + ae[m] * xe[m]
                    + as_[m] * xs[m]
                    + an[m] * xn[m]
                    + ab[m] * xb[m]
                    + at[m] * xt[m];
                x_row[m] = if inverse[m] > 0.0 {
                    x_row[m] + omega * (sum * inverse[m] - x_row[m])
                } else {
                    x_row[m]
                };
            }
        },
    );
    x.colours[colour] = own;
}
