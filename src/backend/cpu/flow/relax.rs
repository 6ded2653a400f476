//! x ← x + δ after some accelerated Jacobi sweeps over δ.

use super::Flow;
use super::rows::each_row;
use crate::backend::flow::{Unknown, sweep_weights};

/// Sweeps over the system just filled.
pub(super) fn relax(flow: &mut Flow, unknown: Unknown, sweeps: usize, radius: f64) {
    let (shape, n) = (flow.shape, flow.shape.row());
    let [delta, next] = &mut flow.delta;
    delta.fill(0.0);
    next.fill(0.0);
    for weight in sweep_weights(radius, sweeps) {
        flow.system.sweep(delta, next, weight as f32);
        std::mem::swap(delta, next);
    }
    let delta = std::mem::take(delta);
    each_row(
        shape,
        n,
        flow.values(unknown),
        #[inline(always)]
        |row, x| {
            for (x, delta) in x[1..].iter_mut().zip(&delta[row * n + 1..]) {
                *x += f64::from(*delta);
            }
        },
    );
    flow.delta[0] = delta;
}
