//! Ghosts of periodic axes: x₋₁ = x_{n−1}, x_n = x₀; the last face of an axis is its first.

use super::Flow;
use crate::backend::flow::Unknown;
use crate::field::Padded;

/// For velocities, and with the temperature also for pressure and viscosity.
pub(super) fn wrap(flow: &mut Flow, unknown: Unknown) {
    let (shape, periodic) = (flow.shape, flow.periodic);
    let arrays: Vec<&mut Vec<f64>> = match unknown {
        Unknown::Velocity(axis) => vec![&mut flow.velocity[axis]],
        Unknown::Temperature => vec![&mut flow.temperature, &mut flow.pressure, &mut flow.viscosity],
    };
    arrays.into_iter().for_each(|values| wrap_values(shape, periodic, values));
}

/// The ghosts of one array.
pub(super) fn wrap_values(shape: Padded, periodic: [bool; 3], values: &mut [f64]) {
    for axis in (0..3).filter(|&axis| periodic[axis]) {
        let (n, stride) = (shape.size[axis], shape.strides()[axis]);
        for start in (0..shape.len()).step_by(stride * (n + 2)) {
            for c in start..start + stride {
                values[c] = values[c + n * stride];
                values[c + (n + 1) * stride] = values[c + stride];
            }
        }
    }
}
