//! x ← x + C: the change of coarser values of cells on the finer ones, linear towards the neighbours that something
//! passes to.
//!
//! ```text
//! C = c + Σ w (c_n − c)     w towards the coarse neighbour n
//! ```

use super::rows::each_row;
use crate::model::flow::Transfer;

/// Adds a change of coarser values; `passes` of an axis and a coarse face.
pub(super) fn prolong_cells(
    transfer: &Transfer,
    change: &[f64],
    passes: impl Fn(usize, usize) -> bool + Sync,
    values: &mut [f64],
) {
    let (shape, coarse, strides) = (transfer.fine, transfer.coarse, transfer.coarse.strides());
    let rows = shape.size[1] + 2;
    each_row(shape, shape.row(), values, |row, values| {
        let [j, k] = [row % rows, row / rows];
        if j > shape.size[1] || k > shape.size[2] {
            return;
        }
        for (i, value) in values.iter_mut().enumerate().take(shape.size[0] + 1).skip(1) {
            let at = [i, j, k];
            let parent = transfer.parent(at);
            let c = coarse.index_from_ghost(parent);
            let own = change[c];
            let mut sum = own;
            for b in 0..3 {
                let weight = transfer.axes[b].offset[at[b]];
                let upper = weight >= 0.0;
                let inside = if upper { parent[b] < coarse.size[b] } else { parent[b] > 1 };
                if inside && passes(b, if upper { c + strides[b] } else { c }) {
                    let next = if upper { c + strides[b] } else { c - strides[b] };
                    sum += weight.abs() * (change[next] - own);
                }
            }
            *value += sum;
        }
    });
}
