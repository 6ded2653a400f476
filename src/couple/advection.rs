//! Advection of heat to second order by deferred correction, as the flow solver carries it.
//!
//! The energy equation is assembled upwind. What a face carries beyond that, F (θ_f − θ_upwind) with the capacity flow
//! F, leaves one cell and enters the other: no heat is made by it.

use crate::couple::airstate::AirState;
use crate::grid::{Axis, Side};
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
        for (cell, &mass_flow) in air.solution.flux.faces[axis as usize].iter().enumerate() {
            if mass_flow == 0.0 || !free(axis, cell) {
                continue;
            }
            let above = air.problem.above(axis as usize, cell);
            let (centre, down, upstream) = if mass_flow > 0.0 {
                let below = model.neighbour(cell, Side { axis, upper: false });
                (cell, above, below.filter(|&below| free(axis, below)))
            } else {
                let beyond = model.neighbour(above, Side { axis, upper: true });
                (above, cell, beyond.filter(|_| free(axis, above)))
            };
            let width = |cell: usize| model.grid.width(axis, model.grid.position(cell)[axis as usize]);
            let distance = 0.5 * (width(centre) + width(down));
            let up_distance = upstream.map_or(0.0, |up| 0.5 * (width(up) + width(centre)));
            let up = upstream.map_or(0.0, |up| rise[up]);
            let share = 0.5 * width(centre) / distance;
            let more = correction(convection, rise[centre], rise[down], up, distance, up_distance, share);
            let carried = air.fluid(cell).specific_heat * mass_flow * more;
            gain[cell] -= carried;
            gain[above] += carried;
        }
    }
    gain
}
