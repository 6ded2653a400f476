//! x_c = x_c + ‖r‖ e_c.

use super::layout::Field;

/// A correction for a residual of norm 1, added to all rows.
pub(super) fn refined_add(norm: f64, e: &Field, node_e: &[f64], x: &mut [f64]) {
    let (cells, nodes) = x.split_at_mut(x.len() - node_e.len());
    for (x, (colour, index)) in cells.iter_mut().zip(e.layout.places()) {
        *x += norm * e.colours[colour as usize][index];
    }
    for (x, e) in nodes.iter_mut().zip(node_e) {
        *x += norm * e;
    }
}
