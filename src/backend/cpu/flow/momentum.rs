//! The momentum equation along an axis, as coefficients of its faces:
//!
//! ```text
//! Σ a_n (u_n − u) − s u + b = 0
//! a_n = µ A/δ + max(ṁ_n, 0)                      shear, and what flows in (ṁ_n inward)
//! s   = µ A ∂u/∂n  +  A dΔp/du                   walls at rest; slope of the face's law
//! b   = A (p_W − p_P)                            pressure
//!     + V f − ρ β g (θ_W h_W + θ_P h_P) A        body force, buoyancy
//!     + A (u dΔp/du − Δp)                        the law around the present u
//!     + Σ ṁ_n (u_f − u_upwind)                   second order, deferred
//! ```
//!
//! Shear at a wall in laminar flow is that of the parabola through the wall and the two nearest velocities, at y₁ and y₂:
//! the half cell alone leaves friction 1.5 % low in a square duct 16 cells wide, the parabola 0.4 %. In turbulent flow it
//! is that of the wall law.
//!
//! ```text
//! ∂u/∂n = u₁ (1/y₁ + 1/(y₂ − y₁)) − u₂ c,   c = y₁/(y₂ (y₂ − y₁))
//! ```
//!
//! The volume of a face is the halves of its two cells. Across the other axes its faces are two halves too, each
//! with a passage of its own.

use super::Flow;
use super::plain;
use super::rows::{self, ARRAYS, Filling, RIGHT, SINK, System, split};
use super::viscosity::speed;
use crate::field::Padded;
use crate::model::flow::{Face, FaceResistance, Passage};
use crate::physics::convection::correction;
use crate::physics::wall_law::wall_shear_ratio;
use std::ops::Range;

const OPEN: u32 = Passage::Open as u32;
const WALL: u32 = Passage::Wall as u32;
const GIVEN: u32 = Passage::Given as u32;
const MOVING: u32 = Passage::MovingWall as u32;
const OPENING: u32 = Passage::Opening as u32;

/// Fills the system with the equation along `axis`; a `factor` renews the inertia.
pub(super) fn momentum(flow: &mut Flow, axis: usize, factor: Option<f64>) {
    let mut system = std::mem::replace(&mut flow.system, System::new(Padded::new([0; 3])));
    let mut inertia = std::mem::take(&mut flow.inertia[axis]);
    let now = &*flow;
    let filling = Filling { x: &now.velocity[axis], inertia: &mut inertia, factor, force: &now.force[axis] };
    match axis {
        0 => system.fill(
            filling,
            #[inline(always)]
            |row, block| fill_row::<0>(now, row, block),
        ),
        1 => system.fill(
            filling,
            #[inline(always)]
            |row, block| fill_row::<1>(now, row, block),
        ),
        _ => system.fill(
            filling,
            #[inline(always)]
            |row, block| fill_row::<2>(now, row, block),
        ),
    }
    flow.inertia[axis] = inertia;
    flow.system = system;
}

/// What [`momentum`] fills the system with.
pub(super) fn assembled(flow: &Flow, axis: usize) -> Vec<f64> {
    match axis {
        0 => rows::assembled(flow.shape, |row, block| fill_row::<0>(flow, row, block)),
        1 => rows::assembled(flow.shape, |row, block| fill_row::<1>(flow, row, block)),
        _ => rows::assembled(flow.shape, |row, block| fill_row::<2>(flow, row, block)),
    }
}

#[inline(always)]
fn fill_row<const A: usize>(flow: &Flow, row: usize, block: &mut [f64]) {
    let n = flow.shape.row();
    let mut arrays = split(block, n);
    let mut from = 1;
    for run in flow.plain[A].of_row(row) {
        fill_by_face::<A>(flow, row, from..run.faces.start, &mut arrays);
        plain::fill::<A>(flow, row, run, &mut arrays);
        from = run.faces.end;
    }
    fill_by_face::<A>(flow, row, from..n, &mut arrays);
}

/// Fills faces of a row one by one.
#[inline(always)]
fn fill_by_face<const A: usize>(
    flow: &Flow,
    row: usize,
    faces: Range<usize>,
    arrays: &mut [&mut [f64]; ARRAYS],
) {
    let (n, rows) = (flow.shape.row(), flow.shape.size[1] + 2);
    for i in faces {
        let c = row * n + i;
        let terms = if flow.faces[A][c] & Face::SOLVED == 0 {
            [0.0; 8]
        } else {
            face_terms::<A>(flow, c, [i, row % rows, row / rows])
        };
        for (array, term) in arrays.iter_mut().zip(terms) {
            array[i] = term;
        }
    }
}

/// Coefficients, s and b of a solved face; `at` counts from the ghost.
#[inline(never)]
fn face_terms<const A: usize>(flow: &Flow, c: usize, at: [usize; 3]) -> [f64; 8] {
    let (s, rho) = (flow.shape.strides(), flow.density);
    let u = &flow.velocity[A];
    let (west, here) = (c - s[A], c);
    let half = [0.5 * flow.widths[A][at[A] - 1], 0.5 * flow.widths[A][at[A]]];
    let [lateral_1, lateral_2] = [(A + 1) % 3, (A + 2) % 3];
    let area = flow.widths[lateral_1][at[lateral_1]] * flow.widths[lateral_2][at[lateral_2]];
    let mut terms = [0.0; 8];
    let closed = |face: usize| {
        flow.faces[A][face] & Face::PASSAGE != OPEN || flow.faces[A][face] >> Face::LAW_SHIFT != 0
    };

    // Along the axis: the faces of the volume are the centres of the two cells.
    for side in 0..2 {
        let (cell, width) = ([west, here][side], 2.0 * half[side]);
        if width == 0.0 {
            continue;
        }
        let other = if side == 1 { c + s[A] } else { c - s[A] };
        // Above the last face, that of an opening, there is nothing.
        let (opposite, _) = around(flow, A, c, at[A], if side == 1 { -1 } else { 1 });
        let towards_upper = 0.5 * rho * area * (u[c] + u[other]);
        let inflow = if side == 1 { -towards_upper } else { towards_upper };
        terms[2 * A + side] = flow.viscosity[cell] * area / width + inflow.max(0.0);
        let (far, _) = around(flow, A, c, at[A], if side == 1 { 2 } else { -2 });
        let (_, ahead) = around(flow, A, c, at[A], if side == 1 { 1 } else { -2 });
        let (centre, down, up, up_width, blind) = if inflow > 0.0 {
            (u[other], u[c], u[far], flow.widths[A][ahead], closed(other))
        } else {
            (u[c], u[other], u[opposite], 2.0 * half[1 - side], closed(c))
        };
        let blind = blind || up_width == 0.0;
        terms[RIGHT] += inflow
            * correction(flow.convection, centre, down, up, width, if blind { 0.0 } else { up_width }, 0.5);
    }

    // Across: two halves on each of four sides.
    for (b, other_axis) in [(lateral_1, lateral_2), (lateral_2, lateral_1)] {
        let across = flow.widths[other_axis][at[other_axis]];
        let own = flow.widths[b][at[b]];
        for side in 0..2 {
            let (other, opposite) = if side == 1 { (c + s[b], c - s[b]) } else { (c - s[b], c + s[b]) };
            let beyond = flow.widths[b][if side == 1 { at[b] + 1 } else { at[b] - 1 }];
            let distance = 0.5 * (own + beyond);
            let faces = [west, here].map(|cell| if side == 1 { cell + s[b] } else { cell });
            let (mut g, mut inflow, mut free, mut drawn) = (0.0, 0.0, true, false);
            for (h, (cell, face)) in [west, here].into_iter().zip(faces).enumerate() {
                let piece = half[h] * across;
                if piece == 0.0 {
                    continue;
                }
                let code = flow.faces[b][face];
                let flux = rho * flow.velocity[b][face] * piece;
                inflow += if side == 1 { -flux } else { flux };
                match code & Face::PASSAGE {
                    OPEN => g += flow.shear_viscosities(b, face, 1)[0] * piece / distance,
                    wall @ (WALL | MOVING) => {
                        let far_side = if side == 1 { cell } else { cell + s[b] };
                        let behind = flow.widths[b][if side == 1 { at[b] - 1 } else { at[b] + 1 }];
                        let sighted = flow.faces[b][far_side] & Face::PASSAGE == OPEN && behind > 0.0;
                        let shear = wall_shear(flow, cell, piece, own, if sighted { behind } else { 0.0 });
                        // What the second velocity takes off the shear goes to its coefficient.
                        terms[2 * b + 1 - side] += shear[1];
                        if wall == WALL {
                            terms[SINK] += shear[0];
                        } else {
                            g += shear[0];
                        }
                    }
                    GIVEN => g += flow.viscosity[cell] * piece / (0.5 * own),
                    _ => {}
                }
                drawn |= code & Face::PASSAGE == OPENING;
                free &= code & Face::PASSAGE == OPEN && code >> Face::LAW_SHIFT == 0;
            }
            terms[2 * b + side] += g + inflow.max(0.0);
            if free && !drawn {
                // Whether fluid passes the face between the upstream value and the one further up.
                let open = |shift: isize| {
                    [west, here].into_iter().zip(half).all(|(cell, half)| {
                        let code = flow.faces[b][around(flow, b, cell, at[b], shift).0];
                        half == 0.0 || (code & Face::PASSAGE == OPEN && code >> Face::LAW_SHIFT == 0)
                    })
                };
                let (centre, down, up, widths, sighted) = if inflow > 0.0 {
                    let (far, index) = around(flow, b, c, at[b], if side == 1 { 2 } else { -2 });
                    let widths = [beyond, own, flow.widths[b][index]];
                    (u[other], u[c], u[far], widths, open(if side == 1 { 2 } else { -1 }))
                } else {
                    let up_width = flow.widths[b][if side == 1 { at[b] - 1 } else { at[b] + 1 }];
                    (u[c], u[other], u[opposite], [own, beyond, up_width], open(isize::from(side == 0)))
                };
                let up_distance = if sighted { 0.5 * (widths[0] + widths[2]) } else { 0.0 };
                let share = widths[0] / (widths[0] + widths[1]);
                terms[RIGHT] +=
                    inflow * correction(flow.convection, centre, down, up, distance, up_distance, share);
            }
        }
    }

    let law = law(flow, A, c);
    let speed = u[c];
    terms[SINK] += area * (2.0 * law.quadratic * speed.abs() + law.linear + law.stiffness);
    terms[RIGHT] += area * (flow.pressure[west] - flow.pressure[here])
        + area * (half[0] + half[1]) * flow.body_force[A]
        - area
            * rho
            * flow.buoyancy[A]
            * (flow.temperature[west] * half[0] + flow.temperature[here] * half[1])
        + area * (law.quadratic * speed * speed.abs() + law.rise + law.stiffness * speed);
    terms
}

/// Index and coordinate `shift` steps from `c`, which lies at `at`: on periodic axes around, where there is no
/// second ghost; on others what comes back is inside and means nothing.
#[inline(always)]
pub(super) fn around(flow: &Flow, axis: usize, c: usize, at: usize, shift: isize) -> (usize, usize) {
    let (n, stride) = (flow.shape.size[axis] as isize, flow.shape.strides()[axis] as isize);
    let mut to = at as isize + shift;
    if to < 0 {
        to += n;
    } else if to > n + 1 {
        to -= n;
    }
    (c.wrapping_add_signed((to - at as isize) * stride), to as usize)
}

/// Shear of a wall on an area of it, as coefficients of u₁ − u_wall and of u₂ − u₁, kg/s. `own` and `behind` are the widths of
/// the cell at the wall and of the next one, 0 where that is none of the fluid's.
#[inline(always)]
fn wall_shear(flow: &Flow, cell: usize, area: f64, own: f64, behind: f64) -> [f64; 2] {
    let (mu, y1) = (flow.laminar_viscosity, 0.5 * own);
    if flow.walls.is_some() {
        let ratio = wall_shear_ratio(flow.density * speed(flow, cell) * y1 / mu);
        return [mu * ratio * area / y1, 0.0];
    }
    if behind == 0.0 {
        return [mu * area / y1, 0.0];
    }
    parabola(mu * area, own, behind)
}

/// The same of the parabola in laminar flow, for the viscosity times the area.
#[inline(always)]
pub(super) fn parabola(held: f64, own: f64, behind: f64) -> [f64; 2] {
    let (y1, y2) = (0.5 * own, own + 0.5 * behind);
    let c = y1 / (y2 * (y2 - y1));
    [held * (1.0 / y1 + 1.0 / (y2 - y1) - c), held * c]
}

/// The law of a face, with the head that still surroundings lose to fluid that they give: ½ρu².
#[inline(always)]
fn law(flow: &Flow, axis: usize, c: usize) -> FaceResistance {
    let code = flow.faces[axis][c];
    let number = (code >> Face::LAW_SHIFT) as usize;
    let mut law = if number == 0 { FaceResistance::default() } else { flow.laws[number - 1] };
    if code & Face::PASSAGE == OPENING {
        let n = flow.shape.size[axis];
        let at = c / flow.shape.strides()[axis] % (n + 2);
        let inward = if at == n + 1 { -flow.velocity[axis][c] } else { flow.velocity[axis][c] };
        if inward > 0.0 {
            law.quadratic += 0.5 * flow.density;
        }
    }
    law
}

/// dΔp/du of a face's law at its present speed, Pa s/m.
pub(super) fn law_slope(flow: &Flow, axis: usize, c: usize) -> f64 {
    let law = law(flow, axis, c);
    2.0 * law.quadratic * flow.velocity[axis][c].abs() + law.linear + law.stiffness
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Axis, Grid, Side};
    use crate::model::flow::{Convection, FlowProblem};

    /// A box with a block, a screen, an inlet, an opening, a moving wall and a plane of symmetry; everywhere values.
    fn crowded(convection: Convection, periodic: bool) -> FlowProblem {
        let grid = Grid::uniform([1.0, 1.0, 1.0], [11, 9, 8]).unwrap();
        let mut problem = FlowProblem::closed_box(&grid, 1.2, 0.01);
        problem.convection = convection;
        for (axis, widths) in problem.widths.iter_mut().enumerate() {
            widths.iter_mut().enumerate().for_each(|(i, w)| *w *= 1.0 + 0.3 * ((3 * i + axis) as f64).sin());
        }
        let (shape, [_, sy, sz]) = (problem.shape, problem.shape.strides());
        problem.set_side(Side { axis: Axis::X, upper: false }, Passage::Given, [1.0, 0.1, 0.0]);
        problem.set_side(Side { axis: Axis::X, upper: true }, Passage::Opening, [0.0; 3]);
        problem.set_side(Side { axis: Axis::Y, upper: true }, Passage::MovingWall, [0.5, 0.0, -0.2]);
        problem.set_side(Side { axis: Axis::Z, upper: true }, Passage::Slip, [0.0; 3]);
        for c in [[4, 0, 0], [5, 0, 0], [4, 1, 0], [5, 1, 0], [4, 0, 1]].map(|at| shape.index(at)) {
            for (axis, stride) in [1, sy, sz].into_iter().enumerate() {
                for face in [c, c + stride] {
                    problem.faces[axis][face] = Face::new(Passage::Wall, false);
                }
            }
        }
        problem.laws = vec![FaceResistance { quadratic: 2.0, linear: 0.5, rise: 1.5, stiffness: 0.7 }];
        problem.faces[0][shape.index([8, 4, 4])] = Face::new(Passage::Open, true).with_law(1);
        if periodic {
            problem.set_periodic(2);
        }
        let values = |f: f64| (0..shape.len()).map(|c| (f * c as f64).sin()).collect::<Vec<_>>();
        problem.velocity = [values(1.0), values(2.0), values(3.0)];
        (problem.pressure, problem.temperature) = (values(4.0), values(5.0));
        (problem.body_force, problem.buoyancy) = ([0.5, -1.0, 2.0], [0.1, 0.2, -0.5]);
        problem
    }

    #[test]
    fn faces_that_are_worked_through_in_vectors_get_what_each_would_by_itself() {
        for convection in [Convection::Upwind, Convection::Central, Convection::Bounded] {
            for periodic in [false, true] {
                let flow = Flow::new(&crowded(convection, periodic));
                let (n, rows, length) = (flow.shape.row(), flow.shape.size[1] + 2, flow.shape.len());
                for axis in 0..3 {
                    let found = assembled(&flow, axis);
                    let mut compared = 0;
                    for (row, run) in (0..length / n)
                        .flat_map(|row| flow.plain[axis].of_row(row).iter().map(move |run| (row, run)))
                    {
                        for i in run.faces.clone() {
                            let (c, at) = (row * n + i, [i, row % rows, row / rows]);
                            let expected = match axis {
                                0 => face_terms::<0>(&flow, c, at),
                                1 => face_terms::<1>(&flow, c, at),
                                _ => face_terms::<2>(&flow, c, at),
                            };
                            for (k, expected) in expected.into_iter().enumerate() {
                                let found = found[k * length + c];
                                let off = (found - expected).abs();
                                assert!(
                                    off <= 1e-14,
                                    "{convection:?} {axis} {at:?} {k}: {found} for {expected}, {run:?}"
                                );
                            }
                            compared += 1;
                        }
                    }
                    // Most faces are plain, those at the block, walls and slip among them.
                    let solved = flow.faces[axis].iter().filter(|face| *face & Face::SOLVED != 0).count();
                    assert!(2 * compared > solved, "{compared} of {solved}");
                }
            }
        }
    }
}
