//! µ_eff of LVEL at the centres of cells: µ (1 + F(r) (dy⁺/du⁺ − 1)) at Re = ρ |u| y/µ.

use super::Flow;
use super::rows::each_row;
use crate::physics::wall_law::viscosity_ratio_in_gap;

/// Sets the effective viscosity; nothing in laminar flow.
pub(super) fn viscosity(flow: &mut Flow) {
    let Some(walls) = &flow.walls else { return };
    let (n, mu, density) = (flow.shape.row(), flow.laminar_viscosity, flow.density);
    let mut viscosity = std::mem::take(&mut flow.viscosity);
    let here = &*flow;
    each_row(flow.shape, n, &mut viscosity, |row, values| {
        for (i, value) in values.iter_mut().enumerate() {
            let c = row * n + i;
            if walls.distance[c] > 0.0 {
                let re = density * speed(here, c) * walls.distance[c] / mu;
                *value = mu * viscosity_ratio_in_gap(re, walls.shear_share[c]);
            }
        }
    });
    flow.viscosity = viscosity;
}

/// |u| at the centre of a cell, m/s, from the means of its faces.
#[inline(always)]
pub(super) fn speed(flow: &Flow, c: usize) -> f64 {
    let s = flow.shape.strides();
    let square = |axis: usize| {
        let upper = (c + s[axis]).min(flow.velocity[axis].len() - 1);
        let mean = 0.5 * (flow.velocity[axis][c] + flow.velocity[axis][upper]);
        mean * mean
    };
    (square(0) + square(1) + square(2)).sqrt()
}
