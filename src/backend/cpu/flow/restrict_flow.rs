//! Means of a state over the faces and cells of a coarser grid:
//!
//! ```text
//! ū = Σ A u / Σ A          p̄, θ̄ = Σ V p / Σ V
//! ```

use super::Flow;
use super::rows::each_row;
use crate::model::flow::Transfer;

/// Replaces the coarser state and clears what drove it.
pub(super) fn restrict_flow(transfer: &Transfer, fine: &Flow, coarse: &mut Flow) {
    for axis in 0..3 {
        means(transfer, fine, &fine.velocity[axis], &mut coarse.velocity[axis], Some(axis));
    }
    means(transfer, fine, &fine.pressure, &mut coarse.pressure, None);
    means(transfer, fine, &fine.temperature, &mut coarse.temperature, None);
    coarse.force.iter_mut().for_each(|force| force.fill(0.0));
}

/// Means of values of cells, or of faces across an axis.
fn means(transfer: &Transfer, flow: &Flow, fine: &[f64], coarse: &mut [f64], across: Option<usize>) {
    let (shape, [_, sy, sz]) = (transfer.coarse, transfer.fine.strides());
    let rows = shape.size[1] + 2;
    // Whether a coarse entry of an axis is a value of the grid, and the fine ones that it stands for.
    let last = |axis: usize| shape.size[axis] + usize::from(across == Some(axis));
    let block = |axis: usize, at: usize| {
        let first = &transfer.axes[axis].first;
        if across == Some(axis) { first[at]..first[at] + 1 } else { first[at]..first[at + 1] }
    };
    let weight = |axis: usize, at: usize| if across == Some(axis) { 1.0 } else { flow.widths[axis][at] };
    each_row(shape, shape.row(), coarse, |row, values| {
        let [j, k] = [row % rows, row / rows];
        if j > last(1) || k > last(2) {
            return;
        }
        for (i, value) in values.iter_mut().enumerate().take(last(0) + 1).skip(1) {
            let (mut sum, mut total) = (0.0, 0.0);
            for fk in block(2, k) {
                for fj in block(1, j) {
                    for fi in block(0, i) {
                        let w = weight(0, fi) * weight(1, fj) * weight(2, fk);
                        sum += w * fine[fi + sy * fj + sz * fk];
                        total += w;
                    }
                }
            }
            *value = sum / total;
        }
    });
}
