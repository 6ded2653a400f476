//! coarse_C = Σ_{c in C} own_c fine_c + Σ_{c beside C} other_c fine_c.

use super::layout::Field;
use super::rows::{for_each_row, row_of};
use super::transfer::Transfer;

/// Sums of the fine values over each coarse cell and the cells beside it.
pub(super) fn restrict(transfer: &Transfer, fine: &Field, coarse: &mut Field) {
    let ny = transfer.coarse.size[1];
    for colour in 0..2 {
        for_each_row(
            transfer.coarse,
            coarse.interior_mut(colour),
            #[inline(always)]
            |row, values| {
                let [j, k] = [row % ny, row / ny];
                // i = 2m + parity for the coarse cells of the row.
                let parity = (j + k + colour) % 2;
                if transfer.axis == 0 {
                    return along_rows(transfer, fine, [j, k, parity], values);
                }
                let n = values.len();
                let at = if transfer.axis == 1 { j } else { k };
                values.fill(0.0);
                for (index, inside) in lines(transfer, at) {
                    let [j, k] = if transfer.axis == 1 { [index, k] } else { [j, index] };
                    let (colour, row) = ((parity + j + k) % 2, j + transfer.fine.size[1] * k);
                    let weights = if inside { &transfer.own } else { &transfer.other };
                    let (w, x) = (&row_of(weights, colour, row)[..n], &row_of(fine, colour, row)[..n]);
                    for m in 0..n {
                        values[m] += w[m] * x[m];
                    }
                }
            },
        );
    }
}

/// Fine indices of a coarse index and those beside it, and whether they are its own.
fn lines(transfer: &Transfer, coarse: usize) -> impl Iterator<Item = (usize, bool)> {
    let (first, end) = (transfer.first[coarse] as usize, transfer.first[coarse + 1] as usize);
    let to = (end + 1).min(transfer.map.len());
    (first.saturating_sub(1)..to).map(move |index| (index, (first..end).contains(&index)))
}

/// The same where cells join along x: fine values of both colours lie in the fine row.
fn along_rows(transfer: &Transfer, fine: &Field, [j, k, parity]: [usize; 3], values: &mut [f64]) {
    let row = j + transfer.fine.size[1] * k;
    let rows = |field| [row_of(field, 0, row), row_of(field, 1, row)];
    let (x, own, other) = (rows(fine), rows(&transfer.own), rows(&transfer.other));
    for (m, value) in values.iter_mut().enumerate().take((transfer.coarse.size[0] + 1 - parity) / 2) {
        *value = lines(transfer, 2 * m + parity)
            .map(|(i, inside)| {
                let (colour, m) = ((i + j + k) % 2, i / 2);
                (if inside { own[colour][m] } else { other[colour][m] }) * x[colour][m]
            })
            .sum();
    }
}
