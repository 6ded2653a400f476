//! u ← u + (1 − t) C_lower + t C_upper: the change of coarser velocities on the finer ones that are solved.
//!
//! ```text
//! C = c + Σ w (c_n − c)     w towards the coarse neighbour n; c_n = −c beyond a wall that holds the fluid
//! ```

use super::Flow;
use super::rows::each_row;
use crate::model::flow::{Face, Passage, Transfer};

const OPEN: u32 = Passage::Open as u32;
const SLIP: u32 = Passage::Slip as u32;
const OPENING: u32 = Passage::Opening as u32;

/// Adds a change of the coarser velocities along an axis.
pub(super) fn prolong_faces(
    transfer: &Transfer,
    change: &[f64],
    coarse: &Flow,
    fine: &mut Flow,
    axis: usize,
) {
    let (shape, n) = (fine.shape, fine.shape.row());
    let rows = shape.size[1] + 2;
    let faces = &fine.faces[axis];
    each_row(shape, n, &mut fine.velocity[axis], |row, values| {
        for (i, value) in values.iter_mut().enumerate().skip(1) {
            if faces[row * n + i] & Face::SOLVED == 0 {
                continue;
            }
            let at = [i, row % rows, row / rows];
            let parent = transfer.parent(at);
            let share = transfer.axes[axis].along[at[axis]];
            *value += (1.0 - share) * of_face(transfer, coarse, change, axis, at, parent);
            if share > 0.0 {
                let mut above = parent;
                above[axis] += 1;
                *value += share * of_face(transfer, coarse, change, axis, at, above);
            }
        }
    });
}

/// C of a coarse face at `place`, for a fine face at `at`.
#[inline(always)]
fn of_face(
    transfer: &Transfer,
    coarse: &Flow,
    change: &[f64],
    axis: usize,
    at: [usize; 3],
    place: [usize; 3],
) -> f64 {
    let strides = transfer.coarse.strides();
    let c = transfer.coarse.index_from_ghost(place);
    let own = change[c];
    // A cell beside the face, inside the domain.
    let cell = if place[axis] <= transfer.coarse.size[axis] { c } else { c - strides[axis] };
    let mut value = own;
    for b in (0..3).filter(|&b| b != axis) {
        let weight = transfer.axes[b].offset[at[b]];
        let upper = weight >= 0.0;
        let face = if upper { cell + strides[b] } else { cell };
        let next = match coarse.faces[b][face] & Face::PASSAGE {
            OPEN => change[if upper { c + strides[b] } else { c - strides[b] }],
            SLIP | OPENING => own,
            _ => -own,
        };
        value += weight.abs() * (next - own);
    }
    value
}
