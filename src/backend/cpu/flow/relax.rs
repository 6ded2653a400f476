//! x ← x + δ after some Jacobi sweeps over δ.

use super::Flow;
use super::rows::each_row;
use crate::backend::flow::Unknown;

/// Sweeps over the system just filled.
pub(super) fn relax(flow: &mut Flow, unknown: Unknown, sweeps: usize) {
    let (shape, n) = (flow.shape, flow.shape.row());
    let [delta, next] = &mut flow.delta;
    delta.fill(0.0);
    for _ in 0..sweeps {
        flow.system.sweep(delta, next);
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
