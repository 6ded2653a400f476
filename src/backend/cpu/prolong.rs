//! fine_c = fine_c + own_c coarse_C + other_c coarse_D.

use super::layout::Field;
use super::rows::{for_each_row, row_of};
use super::transfer::Transfer;

/// Adds to each fine value those of its coarse cell and of the one beside it.
pub(super) fn prolong(transfer: &Transfer, coarse: &Field, fine: &mut Field) {
    let ny = transfer.fine.size[1];
    for colour in 0..2 {
        for_each_row(
            transfer.fine,
            fine.interior_mut(colour),
            #[inline(always)]
            |row, values| {
                let [j, k] = [row % ny, row / ny];
                let n = values.len();
                let own = &row_of(&transfer.own, colour, row)[..n];
                let other = &row_of(&transfer.other, colour, row)[..n];
                // i = 2m + parity for the cells of the row.
                let parity = (j + k + colour) % 2;
                if transfer.axis == 0 {
                    return along_rows(transfer, coarse, [j, k, parity], [own, other], values);
                }
                let at = if transfer.axis == 1 { j } else { k };
                let line = |index: usize| {
                    let [j, k] = if transfer.axis == 1 { [index, k] } else { [j, index] };
                    &row_of(coarse, (parity + j + k) % 2, j + transfer.coarse.size[1] * k)[..n]
                };
                let (x_own, x_other) = (line(transfer.map[at] as usize), line(transfer.beside(at)));
                for m in 0..n {
                    values[m] += own[m] * x_own[m] + other[m] * x_other[m];
                }
            },
        );
    }
}

/// The same where cells join along x: coarse values of both colours lie in the coarse row.
fn along_rows(
    transfer: &Transfer,
    coarse: &Field,
    [j, k, parity]: [usize; 3],
    [own, other]: [&[f64]; 2],
    values: &mut [f64],
) {
    let row = j + transfer.coarse.size[1] * k;
    let rows = [row_of(coarse, 0, row), row_of(coarse, 1, row)];
    let x = |i: usize| rows[(i + j + k) % 2][i / 2];
    for (m, value) in values.iter_mut().enumerate().take((transfer.map.len() + 1 - parity) / 2) {
        let i = 2 * m + parity;
        *value += own[m] * x(transfer.map[i] as usize) + other[m] * x(transfer.beside(i));
    }
}
