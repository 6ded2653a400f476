//! Ghosts of periodic axes: x₋₁ = x_{n−1}, x_n = x₀; the last face of an axis is its first.

use super::Flow;
use crate::backend::flow::Unknown;

/// For velocities, and with the temperature also for pressure and viscosity.
pub(super) fn wrap(flow: &mut Flow, unknown: Unknown) {
    let (shape, periodic) = (flow.shape, flow.periodic);
    let mut arrays: Vec<&mut Vec<f64>> = match unknown {
        Unknown::Velocity(axis) => vec![&mut flow.velocity[axis]],
        Unknown::Temperature => vec![&mut flow.temperature, &mut flow.pressure, &mut flow.viscosity],
    };
    for axis in (0..3).filter(|&axis| periodic[axis]) {
        let (n, stride) = (shape.size[axis], shape.strides()[axis]);
        let block = stride * (n + 2);
        for values in &mut arrays {
            for start in (0..shape.len()).step_by(block) {
                for c in start..start + stride {
                    values[c] = values[c + n * stride];
                    values[c + (n + 1) * stride] = values[c + stride];
                }
            }
        }
    }
}
