//! coarse_C = Σ_{c in C} fine_c.

use super::layout::Field;
use super::transfer::Transfer;

/// Sums of the fine values over each coarse cell.
pub(super) fn restrict(transfer: &Transfer, fine: &Field, coarse: &mut Field) {
    transfer.for_each_coarse_plane(coarse, |kc, red, black| {
        red.fill(0.0);
        black.fill(0.0);
        let [nx, ny, _] = transfer.fine.size;
        for k in transfer.range(2, kc) {
            for j in 0..ny {
                let jc = transfer.map[1][j] as usize;
                let row = transfer.coarse.half * jc;
                let base = transfer.fine.start + transfer.fine.half * (j + ny * k);
                for i in 0..nx {
                    let ic = transfer.map[0][i] as usize;
                    let value = fine.colours[(i + j + k) % 2][base + i / 2];
                    let target = if (ic + jc + kc).is_multiple_of(2) { &mut *red } else { &mut *black };
                    target[row + ic / 2] += value;
                }
            }
        }
    });
}
