//! fine_c = fine_c + own_c coarse_C + other_c coarse_D.

use super::layout::Field;
use super::real::Real;
use super::rows::{Row, for_each_row, row_of};
use super::transfer::Transfer;

/// Adds to each fine value those of its coarse cell and of the one beside it.
pub(super) fn prolong<T: Real>(transfer: &Transfer<T>, coarse: &Field<T>, fine: &mut Field<T>) {
    for colour in 0..2 {
        for_each_row(
            transfer.fine,
            fine.interior_mut(colour),
            #[inline(always)]
            |row, values| {
                let Row { j, k, .. } = row;
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
                    &row_of(coarse, (parity + j + k) % 2, Row::at(j, k, transfer.coarse.size[1]))[..n]
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
fn along_rows<T: Real>(
    transfer: &Transfer<T>,
    coarse: &Field<T>,
    [j, k, parity]: [usize; 3],
    [own, other]: [&[T]; 2],
    values: &mut [T],
) {
    let row = Row::at(j, k, transfer.coarse.size[1]);
    let rows = [row_of(coarse, 0, row), row_of(coarse, 1, row)];
    let x = |i: usize| rows[(i + j + k) % 2][i / 2];
    if transfer.regular {
        // Fine cell i = 2 I + parity lies in coarse cell I; beside it lies I − 1 or I + 1.
        let last = transfer.coarse.size[0] - 1;
        let n = values.len();
        let (own, other) = (&own[..n], &other[..n]);
        for (at, value) in values.iter_mut().enumerate() {
            let at_other = if parity == 0 { at.saturating_sub(1) } else { (at + 1).min(last) };
            *value += own[at] * x(at) + other[at] * x(at_other);
        }
        return;
    }
    for (m, value) in values.iter_mut().enumerate().take((transfer.map.len() + 1 - parity) / 2) {
        let i = 2 * m + parity;
        *value += own[m] * x(transfer.map[i] as usize) + other[m] * x(transfer.beside(i));
    }
}
