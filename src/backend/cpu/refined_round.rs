//! field_c = r_c / ‖r‖, node_r_N = r_N / ‖r‖; 0 where ‖r‖ is nothing.

use super::layout::Field;

/// The true residual, scaled to norm 1.
pub(super) fn refined_round(r: &[f64], norm: f64, field: &mut Field, node_r: &mut [f64]) {
    let scale = if norm.is_normal() { 1.0 / norm } else { 0.0 };
    let cells = r.len() - node_r.len();
    field.set_scaled(scale, &r[..cells]);
    for (node_r, r) in node_r.iter_mut().zip(&r[cells..]) {
        *node_r = r * scale;
    }
}
