//! fine_c = fine_c + coarse_C(c).

use super::layout::Field;
use super::rows::for_each_row;
use super::transfer::Transfer;

/// Adds to each fine value that of its coarse cell.
pub(super) fn prolong(transfer: &Transfer, coarse: &Field, fine: &mut Field) {
    let ny = transfer.fine.size[1];
    for colour in 0..2 {
        for_each_row(transfer.fine, fine.interior_mut(colour), |row, values| {
            let [j, k] = [row % ny, row / ny];
            let (jc, kc) = (transfer.map[1][j] as usize, transfer.map[2][k] as usize);
            let base = transfer.coarse.start + transfer.coarse.half * (jc + transfer.coarse.size[1] * kc);
            let offset = (j + k + colour) % 2;
            for (value, &ic) in values.iter_mut().zip(transfer.map[0][offset..].iter().step_by(2)) {
                let ic = ic as usize;
                *value += coarse.colours[(ic + jc + kc) % 2][base + ic / 2];
            }
        });
    }
}
