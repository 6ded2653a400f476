//! x_c = x_c + ‖r‖ e_c.

use super::layout::{Field, ROWS};
use super::rows::{Row, row_of};
use rayon::prelude::*;

/// A correction for a residual of norm 1, added to all rows.
pub(super) fn refined_add(norm: f64, e: &Field, node_e: &[f64], x: &mut [f64]) {
    let (cells, nodes) = x.split_at_mut(x.len() - node_e.len());
    let [nx, ny, _] = e.layout.size;
    cells.par_chunks_mut(nx).with_min_len(ROWS).enumerate().for_each(|(row, x)| {
        let row = Row::at(row % ny, row / ny, ny);
        for parity in 0..2.min(nx) {
            let e = row_of(e, (row.j + row.k + parity) % 2, row);
            x[parity..].iter_mut().step_by(2).zip(e).for_each(|(x, e)| *x += norm * e);
        }
    });
    for (x, e) in nodes.iter_mut().zip(node_e) {
        *x += norm * e;
    }
}
