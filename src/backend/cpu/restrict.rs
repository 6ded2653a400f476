//! coarse_C = Σ_{c in C} own_c fine_c + Σ_{c beside C} other_c fine_c.

use super::layout::Field;
use super::real::Real;
use super::rows::{Row, for_each_row, row_of};
use super::transfer::Transfer;

/// Sums of the fine values over each coarse cell and the cells beside it.
pub(super) fn restrict<T: Real>(transfer: &Transfer<T>, fine: &Field<T>, coarse: &mut Field<T>) {
    for colour in 0..2 {
        for_each_row(
            transfer.coarse,
            coarse.interior_mut(colour),
            #[inline(always)]
            |row, values| {
                let Row { j, k, .. } = row;
                // i = 2m + parity for the coarse cells of the row.
                let parity = (j + k + colour) % 2;
                if transfer.axis == 0 {
                    return along_rows(transfer, fine, [j, k, parity], values);
                }
                let n = values.len();
                let at = if transfer.axis == 1 { j } else { k };
                values.fill(T::ZERO);
                for (index, inside) in lines(transfer, at) {
                    let [j, k] = if transfer.axis == 1 { [index, k] } else { [j, index] };
                    let (colour, row) = ((parity + j + k) % 2, Row::at(j, k, transfer.fine.size[1]));
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
fn lines<T>(transfer: &Transfer<T>, coarse: usize) -> impl Iterator<Item = (usize, bool)> + use<T> {
    let (first, end) = (transfer.first[coarse] as usize, transfer.first[coarse + 1] as usize);
    let to = (end + 1).min(transfer.map.len());
    (first.saturating_sub(1)..to).map(move |index| (index, (first..end).contains(&index)))
}

/// The same where cells join along x: fine values of both colours lie in the fine row.
fn along_rows<T: Real>(
    transfer: &Transfer<T>,
    fine: &Field<T>,
    [j, k, parity]: [usize; 3],
    values: &mut [T],
) {
    let row = Row::at(j, k, transfer.fine.size[1]);
    let rows = |field| [row_of(field, 0, row), row_of(field, 1, row)];
    let (x, own, other) = (rows(fine), rows(&transfer.own), rows(&transfer.other));
    if transfer.regular {
        // The fine cells of coarse cell I are e[I], i even, and o[I], i odd; beside them lie o[I − 1] and e[I + 1].
        let [e, o] = [(j + k) % 2, 1 - (j + k) % 2].map(|colour| (x[colour], own[colour], other[colour]));
        let n = e.0.len();
        let (xe, we, ve) = (&e.0[..n], &e.1[..n], &e.2[..n]);
        let (xo, wo, vo) = (&o.0[..n], &o.1[..n], &o.2[..n]);
        for (value, at) in values.iter_mut().zip((parity..n).step_by(2)) {
            let below = if at > 0 { vo[at - 1] * xo[at - 1] } else { T::ZERO };
            let above = if at + 1 < n { ve[at + 1] * xe[at + 1] } else { T::ZERO };
            *value = below + we[at] * xe[at] + wo[at] * xo[at] + above;
        }
        return;
    }
    for (m, value) in values.iter_mut().enumerate().take((transfer.coarse.size[0] + 1 - parity) / 2) {
        *value = lines(transfer, 2 * m + parity)
            .map(|(i, inside)| {
                let (colour, m) = ((i + j + k) % 2, i / 2);
                (if inside { own[colour][m] } else { other[colour][m] }) * x[colour][m]
            })
            .fold(T::ZERO, |sum, term| sum + term);
    }
}
