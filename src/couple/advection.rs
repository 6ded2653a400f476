//! Advection of heat to second order by deferred correction, as the flow solver carries it.
//!
//! The energy equation is assembled upwind. What a face carries beyond that, F (θ_f − θ_upwind) with the capacity flow
//! F, leaves one cell and enters the other: no heat is made by it.

use crate::couple::airstate::AirState;
use crate::grid::Axis;
use crate::model::Model;
use crate::physics::convection::{Convection, correction};

/// W that every cell gains by the corrections at the rises `rise` (K); nothing upwind.
#[must_use]
pub(super) fn deferred(model: &Model, air: &AirState, convection: Convection, rise: &[f64]) -> Vec<f64> {
    let mut gain = vec![0.0; rise.len()];
    if convection == Convection::Upwind {
        return gain;
    }
    let free = |axis: Axis, cell: usize| {
        let law = air.problem.laws[axis as usize][cell];
        law.is_open() && law.linear == 0.0 && law.quadratic == 0.0
    };
    for axis in Axis::ALL {
        let (n, stride) = (model.grid.size()[axis as usize], model.grid.stride(axis));
        let widths: Vec<f64> = (0..n).map(|i| model.grid.width(axis, i)).collect();
        // A cell and its place along the axis, so many steps further; around where the axis repeats.
        let moved = |(cell, at): (usize, usize), upper: bool| match (upper, at) {
            (true, at) if at + 1 < n => Some((cell + stride, at + 1)),
            (true, at) => model.periodic[axis as usize].then(|| (cell - at * stride, 0)),
            (false, 0) => model.periodic[axis as usize].then(|| (cell + (n - 1) * stride, n - 1)),
            (false, at) => Some((cell - stride, at - 1)),
        };
        for (cell, &mass_flow) in air.solution.flux.faces[axis as usize].iter().enumerate() {
            if mass_flow == 0.0 || !free(axis, cell) {
                continue;
            }
            let lower = (cell, cell / stride % n);
            let Some(upper) = moved(lower, true) else { continue };
            let (centre, down, upstream) = if mass_flow > 0.0 {
                (lower, upper, moved(lower, false).filter(|up| free(axis, up.0)))
            } else {
                (upper, lower, moved(upper, true).filter(|_| free(axis, upper.0)))
            };
            let distance = 0.5 * (widths[centre.1] + widths[down.1]);
            let up_distance = upstream.map_or(0.0, |up| 0.5 * (widths[up.1] + widths[centre.1]));
            let up = upstream.map_or(0.0, |up| rise[up.0]);
            let share = 0.5 * widths[centre.1] / distance;
            let more = correction(convection, rise[centre.0], rise[down.0], up, distance, up_distance, share);
            let carried = air.fluid(cell).specific_heat * mass_flow * more;
            gain[lower.0] -= carried;
            gain[upper.0] += carried;
        }
    }
    gain
}
