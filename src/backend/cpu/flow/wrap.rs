//! Ghosts of periodic axes: x₋₁ = x_{n−1}, x_n = x₀; the last face of an axis is its first.

use super::Flow;
use crate::backend::flow::Unknown;

/// For velocities, and with the temperature also for pressure.
pub(super) fn wrap(flow: &mut Flow, unknown: Unknown) {
    let shape = flow.shape;
    for axis in (0..3).filter(|&axis| flow.periodic[axis]) {
        match unknown {
            Unknown::Velocity(along) => shape.wrap(axis, &mut flow.velocity[along]),
            Unknown::Temperature => {
                shape.wrap(axis, &mut flow.temperature);
                shape.wrap(axis, &mut flow.pressure);
            }
        }
    }
}

/// For the viscosity of cells or that between them.
pub(super) fn wrap_viscosity(flow: &mut Flow, between: bool) {
    let shape = flow.shape;
    for axis in (0..3).filter(|&axis| flow.periodic[axis]) {
        if between {
            flow.shear_viscosity.iter_mut().for_each(|values| shape.wrap(axis, values));
        } else {
            shape.wrap(axis, &mut flow.viscosity);
        }
    }
}
