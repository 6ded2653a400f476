//! x ← (b + Σ a x_n + m x_old) / (Σ a + s + m): one Jacobi sweep, and what it has to reach.

use super::rows::{Coefficients, RIGHT, SINK, each_row, sum_rows};
use crate::backend::flow::Imbalance;

/// The six neighbours of a row of x, each as long as the row less its ghosts.
#[inline(always)]
fn neighbours<'a>(system: &Coefficients, x: &'a [f64], row: usize) -> [&'a [f64]; 6] {
    let [_, sy, sz] = system.shape.strides();
    let (first, n) = (row * sy + 1, sy - 1);
    // Ghost rows of the last plane and row have no neighbour beyond: their coefficients are 0.
    let at = |start: usize| {
        let start = start.min(x.len() - n);
        &x[start..start + n]
    };
    [at(first - 1), at(first + 1), at(first - sy), at(first + sy), at(first - sz), at(first + sz)]
}

/// One sweep from `x` to `next`; rows with diagonal 0 keep x.
pub(super) fn relax(system: &Coefficients, inertia: &[f64], old: &[f64], x: &[f64], next: &mut [f64]) {
    let n = system.shape.row();
    each_row(system.shape, n, next, |row, next| {
        let [aw, ae, as_, an, ab, at, s, b] = system.row(row).map(|array| &array[1..]);
        let [xw, xe, xs, xn, xb, xt] = neighbours(system, x, row);
        let here = row * n + 1..(row + 1) * n;
        let (m, old, x, next) = (&inertia[here.clone()], &old[here.clone()], &x[here], &mut next[1..]);
        for i in 0..n - 1 {
            let diagonal = aw[i] + ae[i] + as_[i] + an[i] + ab[i] + at[i] + s[i] + m[i];
            let sum = b[i]
                + aw[i] * xw[i]
                + ae[i] * xe[i]
                + as_[i] * xs[i]
                + an[i] * xn[i]
                + ab[i] * xb[i]
                + at[i] * xt[i]
                + m[i] * old[i];
            next[i] = if diagonal > 0.0 { sum / diagonal } else { x[i] };
        }
    });
}

/// Residuals of the system without inertia.
pub(super) fn imbalance(system: &Coefficients, x: &[f64]) -> Imbalance {
    let n = system.shape.row();
    let [residual, scale] = sum_rows(system.shape, |row| {
        let a = system.row(row).map(|array| &array[1..]);
        let beside = neighbours(system, x, row);
        let x = &x[row * n + 1..(row + 1) * n];
        let mut sums = [0.0; 2];
        for i in 0..n - 1 {
            let mut r = a[RIGHT][i] - a[SINK][i] * x[i];
            let mut diagonal = a[SINK][i];
            for side in 0..6 {
                r += a[side][i] * (beside[side][i] - x[i]);
                diagonal += a[side][i];
            }
            sums[0] += r * r;
            sums[1] += (diagonal * x[i]) * (diagonal * x[i]);
        }
        sums
    });
    Imbalance { residual: residual.sqrt(), scale: scale.sqrt() }
}

/// m = factor · (Σ a + s).
pub(super) fn set_inertia(system: &Coefficients, factor: f64, inertia: &mut [f64]) {
    let n = system.shape.row();
    each_row(system.shape, n, inertia, |row, inertia| {
        let a = system.row(row);
        for (i, m) in inertia.iter_mut().enumerate() {
            *m = factor * (a[0][i] + a[1][i] + a[2][i] + a[3][i] + a[4][i] + a[5][i] + a[SINK][i]);
        }
    });
}
