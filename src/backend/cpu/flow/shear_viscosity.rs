//! µ_eff of LVEL between the centres of two cells: 6/(1/µ_1 + 4/µ_m + 1/µ_2), µ_m at the means of their speeds, distances
//! and shares; the mean of the two where one is beyond a wall.

use super::Flow;
use super::rows::each_row;
use super::viscosity::speed;
use crate::physics::wall_law::{ratio_between, viscosity_ratio_in_gap};

/// Sets that of every cell and its lower neighbours; nothing in laminar flow.
pub(super) fn shear_viscosity(flow: &mut Flow) {
    let Some(walls) = &flow.walls else { return };
    let (n, mu, density) = (flow.shape.row(), flow.laminar_viscosity, flow.density);
    let (distance, share, viscosity) = (&walls.distance, &walls.shear_share, &flow.viscosity);
    let mut between = std::mem::take(&mut flow.shear_viscosity);
    let here = &*flow;
    let [_, ny, nz] = flow.shape.size;
    let rows = ny + 2;
    for (between, stride) in between.iter_mut().zip(flow.shape.strides()) {
        each_row(flow.shape, n, between, |row, values| {
            if row % rows > ny || row / rows > nz {
                return;
            }
            for (i, value) in values.iter_mut().enumerate().take(n - 1).skip(1) {
                let c = row * n + i;
                let below = c - stride;
                if distance[below] > 0.0 && distance[c] > 0.0 {
                    let mean = |a: f64, b: f64| 0.5 * (a + b);
                    let speed = mean(speed(here, below), speed(here, c));
                    let re = density * speed * mean(distance[below], distance[c]) / mu;
                    let middle = mu * viscosity_ratio_in_gap(re, mean(share[below], share[c]));
                    *value = ratio_between(viscosity[below], middle, viscosity[c]);
                } else {
                    *value = 0.5 * (viscosity[below] + viscosity[c]);
                }
            }
        });
    }
    flow.shear_viscosity = between;
}
