//! Transport of heat, as coefficients of its cells:
//!
//! ```text
//! Σ a_n (θ_n − θ) − s θ + b = 0,   a_n = g_n + cp max(ṁ_n, 0),   b = q + Σ cp ṁ_n (θ_f − θ_upwind)
//! ```

use super::Flow;
use super::momentum::around;
use super::rows::{self, Filling, RIGHT, SINK, System, split};
use crate::field::Padded;
use crate::model::flow::{Face, Passage};
use crate::physics::convection::correction;

/// Fills the system; a `factor` renews the inertia.
pub(super) fn heat(flow: &mut Flow, factor: Option<f64>) {
    let mut system = std::mem::replace(&mut flow.system, System::new(Padded::new([0; 3])));
    let mut inertia = std::mem::take(&mut flow.heat_inertia);
    let now = &*flow;
    let filling = Filling { x: &now.temperature, inertia: &mut inertia, factor, force: &now.force[3] };
    system.fill(filling, |row, block| fill_row(now, row, block));
    flow.heat_inertia = inertia;
    flow.system = system;
}

/// What [`heat`] fills the system with.
pub(super) fn assembled(flow: &Flow) -> Vec<f64> {
    rows::assembled(flow.shape, |row, block| fill_row(flow, row, block))
}

#[inline(always)]
fn fill_row(flow: &Flow, row: usize, block: &mut [f64]) {
    let [nx, ny, nz] = flow.shape.size;
    let (n, rows) = (nx + 2, ny + 2);
    let mut arrays = split(block, n);
    let inside = row % rows <= ny && row / rows <= nz;
    for i in 1..n {
        let terms = if inside && i <= nx {
            cell_terms(flow, row * n + i, [i, row % rows, row / rows])
        } else {
            [0.0; 8]
        };
        for (array, term) in arrays.iter_mut().zip(terms) {
            array[i] = term;
        }
    }
}

#[inline(always)]
fn cell_terms(flow: &Flow, c: usize, at: [usize; 3]) -> [f64; 8] {
    let Some(heat) = &flow.heat else { return [0.0; 8] };
    let (s, t) = (flow.shape.strides(), &flow.temperature);
    let mut terms = [0.0; 8];
    terms[SINK] = heat.sink[c];
    terms[RIGHT] = heat.source[c];
    let capacity = flow.density * heat.specific_heat;
    let open = |axis: usize, face: usize| {
        let code = flow.faces[axis][face];
        code & Face::PASSAGE == Passage::Open as u32 && code >> Face::LAW_SHIFT == 0
    };
    for axis in 0..3 {
        let area: f64 = (0..3).filter(|&o| o != axis).map(|o| flow.widths[o][at[o]]).product();
        let own = flow.widths[axis][at[axis]];
        for side in 0..2 {
            let face = if side == 1 { c + s[axis] } else { c };
            let (other, opposite) =
                if side == 1 { (c + s[axis], c - s[axis]) } else { (c - s[axis], c + s[axis]) };
            let flux = capacity * area * flow.velocity[axis][face];
            let inflow = if side == 1 { -flux } else { flux };
            terms[2 * axis + side] = heat.conductance[axis][face] + inflow.max(0.0);
            if inflow == 0.0 || !open(axis, face) {
                continue;
            }
            let beyond = flow.widths[axis][if side == 1 { at[axis] + 1 } else { at[axis] - 1 }];
            let (centre, down, up, widths, sighted) = if inflow > 0.0 {
                let (far, index) = around(flow, axis, c, at[axis], if side == 1 { 2 } else { -2 });
                let widths = [beyond, own, flow.widths[axis][index]];
                (t[other], t[c], t[far], widths, open(axis, if side == 1 { far } else { other }))
            } else {
                let up_width = flow.widths[axis][if side == 1 { at[axis] - 1 } else { at[axis] + 1 }];
                let sighted = open(axis, if side == 1 { c } else { c + s[axis] });
                (t[c], t[other], t[opposite], [own, beyond, up_width], sighted)
            };
            let up_distance = if sighted { 0.5 * (widths[0] + widths[2]) } else { 0.0 };
            let distance = 0.5 * (own + beyond);
            let share = widths[0] / (widths[0] + widths[1]);
            terms[RIGHT] +=
                inflow * correction(flow.convection, centre, down, up, distance, up_distance, share);
        }
    }
    terms
}
