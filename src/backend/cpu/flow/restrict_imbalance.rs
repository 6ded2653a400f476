//! f = R r(u) − N(R u): what a finer grid asks of a coarser one.
//!
//! R adds the rows of cells, and those of faces with the weights of their linear interpolation along the axis.

use super::Flow;
use super::rows::each_row;
use crate::backend::flow::Unknown;
use crate::model::flow::{Face, Transfer};

/// Replaces the force of the coarser flow for an unknown.
pub(super) fn restrict_imbalance(transfer: &Transfer, fine: &Flow, coarse: &mut Flow, unknown: Unknown) {
    let (across, number) = match unknown {
        Unknown::Velocity(axis) => (Some(axis), axis),
        Unknown::Temperature => (None, 3),
    };
    let (shape, [_, sy, sz]) = (transfer.coarse, transfer.fine.strides());
    let rows = shape.size[1] + 2;
    let mut force = std::mem::take(&mut coarse.force[number]);
    let here = &*coarse;
    // Fine entries of a coarse one along an axis.
    let block = |axis: usize, at: usize| {
        let first = &transfer.axes[axis].first;
        if across == Some(axis) {
            (if at > 1 { first[at - 1] + 1 } else { first[at] })..first[at + 1]
        } else {
            first[at]..first[at + 1]
        }
    };
    let weight = |axis: usize, at: usize, fine: usize| {
        let joined = &transfer.axes[axis];
        match () {
            () if across != Some(axis) || fine == joined.first[at] => 1.0,
            () if fine < joined.first[at] => joined.along[fine],
            () => 1.0 - joined.along[fine],
        }
    };
    each_row(shape, shape.row(), &mut force, |row, values| {
        let [j, k] = [row % rows, row / rows];
        let row_length = shape.row();
        for (i, value) in values.iter_mut().enumerate().skip(1) {
            let c = row * row_length + i;
            let wanted = match across {
                Some(axis) => here.faces[axis][c] & Face::SOLVED != 0,
                None => i <= shape.size[0] && j <= shape.size[1] && k <= shape.size[2],
            };
            if !wanted {
                continue;
            }
            let mut sum = 0.0;
            for fk in block(2, k) {
                for fj in block(1, j) {
                    for fi in block(0, i) {
                        let w = weight(0, i, fi) * weight(1, j, fj) * weight(2, k, fk);
                        sum += w * fine.system.residual[fi + sy * fj + sz * fk];
                    }
                }
            }
            *value = sum - here.system.residual[c];
        }
    });
    coarse.force[number] = force;
}
