//! The momentum equation where nothing but fluid is near: the same terms as [`super::momentum`] without a question
//! asked, so that a row is worked through in vectors.
//!
//! A face is plain where its own passage and law, those of its neighbours along the axis, and those of all faces
//! across within two cells say nothing but open fluid; an axis of a single cell must be without shear.
//! [`runs`] finds the longest run of such faces in every row.

use super::Flow;
use super::rows::ARRAYS;
use crate::model::flow::{Convection, Face, Passage};
use crate::physics::convection::TINY;
use std::ops::Range;

/// Per row, counted with ghosts, the longest run of plain faces of an axis, counted from the ghost.
pub(super) fn runs(flow: &Flow, axis: usize) -> Vec<Range<usize>> {
    let (n, rows) = (flow.shape.row(), flow.shape.size[1] + 2);
    let run_of = |row: usize| {
        let (mut best, mut start) = (0..0, 0);
        for i in 0..=n {
            if i == n || !is_plain(flow, axis, row * n + i, [i, row % rows, row / rows]) {
                if i - start > best.len() {
                    best = start..i;
                }
                start = i + 1;
            }
        }
        best
    };
    (0..rows * (flow.shape.size[2] + 2)).map(run_of).collect()
}

fn is_plain(flow: &Flow, axis: usize, c: usize, at: [usize; 3]) -> bool {
    let (s, size) = (flow.shape.strides(), flow.shape.size);
    let passage = |axis: usize, face: usize| flow.faces[axis][face] & Face::PASSAGE;
    let open = |axis: usize, face: usize| {
        passage(axis, face) == Passage::Open as u32 && flow.faces[axis][face] >> Face::LAW_SHIFT == 0
    };
    let solved = flow.faces[axis][c] & Face::SOLVED != 0;
    if !solved || at[axis] < 3 || at[axis] >= size[axis] {
        return false;
    }
    let along = [c - s[axis], c, c + s[axis]].iter().all(|&face| open(axis, face));
    along
        && (0..3).filter(|&b| b != axis).all(|b| match size[b] {
            1 => [c - s[axis], c].iter().all(|&cell| {
                let free = |face| open(b, face) || passage(b, face) == Passage::Slip as u32;
                free(cell) && free(cell + s[b])
            }),
            n => {
                at[b] >= 2
                    && at[b] < n
                    && [c - s[axis], c].iter().all(|&cell| {
                        [cell - s[b], cell, cell + s[b], cell + 2 * s[b]].iter().all(|&face| open(b, face))
                    })
            }
        })
}

/// Widths of the cells around the faces of a run, by their distance from it: slices along x, one value across.
#[derive(Clone, Copy)]
struct Widths<'a> {
    /// Two cells below to two above.
    x: [&'a [f64]; 5],
    y: [f64; 5],
    z: [f64; 5],
}

impl<'a> Widths<'a> {
    #[inline(always)]
    fn new(flow: &'a Flow, row: usize, run: &Range<usize>) -> Self {
        let rows = flow.shape.size[1] + 2;
        let n = run.len();
        let x = &flow.widths[0];
        // Beyond the ghosts there is nothing: such widths have no part in a plain face.
        let cut = |shift: usize| {
            let start = (run.start + shift).saturating_sub(2).min(x.len() - n);
            &x[start..start + n]
        };
        let across = |axis: usize, at: usize, shift: usize| {
            (at + shift).checked_sub(2).and_then(|at| flow.widths[axis].get(at)).copied().unwrap_or(0.0)
        };
        let y = |shift| across(1, row % rows, shift);
        let z = |shift| across(2, row / rows, shift);
        Self {
            x: [cut(0), cut(1), cut(2), cut(3), cut(4)],
            y: [y(0), y(1), y(2), y(3), y(4)],
            z: [z(0), z(1), z(2), z(3), z(4)],
        }
    }

    /// Width of the cell `shift − 2` cells above that of face `i` of the run, along axis `B`.
    #[inline(always)]
    fn get<const B: usize>(&self, i: usize, shift: usize) -> f64 {
        match B {
            0 => self.x[shift][i],
            1 => self.y[shift],
            _ => self.z[shift],
        }
    }
}

/// The cell of the face itself, in [`Widths::get`].
const HERE: usize = 2;

/// Fills the plain faces `run` of row `row`; `arrays` are the row's eight.
#[inline(always)]
pub(super) fn fill<const A: usize>(
    flow: &Flow,
    row: usize,
    run: Range<usize>,
    arrays: &mut [&mut [f64]; ARRAYS],
) {
    match flow.convection {
        Convection::Upwind => fill_by::<A, 0>(flow, row, run, arrays),
        Convection::Central => fill_by::<A, 1>(flow, row, run, arrays),
        Convection::Bounded => fill_by::<A, 2>(flow, row, run, arrays),
    }
}

#[inline(always)]
fn fill_by<const A: usize, const SCHEME: u32>(
    flow: &Flow,
    row: usize,
    run: Range<usize>,
    arrays: &mut [&mut [f64]; ARRAYS],
) {
    along::<A, SCHEME>(flow, row, run.clone(), arrays);
    let size = flow.shape.size;
    match A {
        0 => {
            across::<0, 1, SCHEME>(flow, row, run.clone(), arrays, size[1] > 1);
            across::<0, 2, SCHEME>(flow, row, run, arrays, size[2] > 1);
        }
        1 => {
            across::<1, 2, SCHEME>(flow, row, run.clone(), arrays, size[2] > 1);
            across::<1, 0, SCHEME>(flow, row, run, arrays, size[0] > 1);
        }
        _ => {
            across::<2, 0, SCHEME>(flow, row, run.clone(), arrays, size[0] > 1);
            across::<2, 1, SCHEME>(flow, row, run, arrays, size[1] > 1);
        }
    }
}

/// Terms along the axis, pressure and forces: sets s and b.
#[inline(always)]
fn along<const A: usize, const SCHEME: u32>(
    flow: &Flow,
    row: usize,
    run: Range<usize>,
    arrays: &mut [&mut [f64]; ARRAYS],
) {
    let (s, rho) = (flow.shape.strides(), flow.density);
    let n = run.len();
    let base = row * flow.shape.row() + run.start;
    let widths = Widths::new(flow, row, &run);
    let u = &flow.velocity[A];
    let (here, west) = (base, base - s[A]);
    let (u0, um, um2, up, up2) = (
        &u[here..here + n],
        &u[west..west + n],
        &u[west - s[A]..west - s[A] + n],
        &u[here + s[A]..here + s[A] + n],
        &u[here + 2 * s[A]..here + 2 * s[A] + n],
    );
    let (mu_w, mu_p) = (&flow.viscosity[west..west + n], &flow.viscosity[here..here + n]);
    let (p_w, p_p) = (&flow.pressure[west..west + n], &flow.pressure[here..here + n]);
    let (t_w, t_p) = (&flow.temperature[west..west + n], &flow.temperature[here..here + n]);
    let [a0, a1, a2, a3, a4, a5, sink, right] = arrays;
    let (lower, upper) = match A {
        0 => (a0, a1),
        1 => (a2, a3),
        _ => (a4, a5),
    };
    let (lower, upper) = (&mut lower[run.start..][..n], &mut upper[run.start..][..n]);
    let (sink, right) = (&mut sink[run.start..][..n], &mut right[run.start..][..n]);
    for i in 0..n {
        let area = match A {
            0 => widths.get::<1>(i, HERE) * widths.get::<2>(i, HERE),
            1 => widths.get::<2>(i, HERE) * widths.get::<0>(i, HERE),
            _ => widths.get::<0>(i, HERE) * widths.get::<1>(i, HERE),
        };
        let (w_w, w_p) = (widths.get::<A>(i, HERE - 1), widths.get::<A>(i, HERE));
        let in_lower = 0.5 * rho * area * (u0[i] + um[i]);
        let in_upper = -0.5 * rho * area * (u0[i] + up[i]);
        lower[i] = mu_w[i] * area / w_w + in_lower.max(0.0);
        upper[i] = mu_p[i] * area / w_p + in_upper.max(0.0);
        let lower_correction = upwinded::<SCHEME>(
            in_lower > 0.0,
            [um[i], u0[i], um2[i], widths.get::<A>(i, HERE - 2), 0.5],
            [u0[i], um[i], up[i], w_p, 0.5],
            w_w,
        );
        let upper_correction = upwinded::<SCHEME>(
            in_upper > 0.0,
            [up[i], u0[i], up2[i], widths.get::<A>(i, HERE + 1), 0.5],
            [u0[i], up[i], um[i], w_w, 0.5],
            w_p,
        );
        sink[i] = 0.0;
        right[i] = in_lower * lower_correction
            + in_upper * upper_correction
            + area * (p_w[i] - p_p[i])
            + area * 0.5 * (w_w + w_p) * flow.body_force[A]
            - area * rho * flow.buoyancy[A] * 0.5 * (t_w[i] * w_w + t_p[i] * w_p);
    }
}

/// Terms across the axis, over the faces along `B`; nothing where that has a single cell.
#[inline(always)]
fn across<const A: usize, const B: usize, const SCHEME: u32>(
    flow: &Flow,
    row: usize,
    run: Range<usize>,
    arrays: &mut [&mut [f64]; ARRAYS],
    active: bool,
) {
    let (low, high) = (2 * B, 2 * B + 1);
    if !active {
        arrays[low][run.clone()].fill(0.0);
        arrays[high][run].fill(0.0);
        return;
    }
    let (s, rho) = (flow.shape.strides(), flow.density);
    let n = run.len();
    let here = row * flow.shape.row() + run.start;
    let west = here - s[A];
    let widths = Widths::new(flow, row, &run);
    let (u, v) = (&flow.velocity[A], &flow.velocity[B]);
    let mu = |start: usize| flow.shear_viscosities(B, start, n);
    let cut = |start: usize| start..start + n;
    let (u0, um, um2, up, up2) = (
        &u[cut(here)],
        &u[cut(here - s[B])],
        &u[cut(here - 2 * s[B])],
        &u[cut(here + s[B])],
        &u[cut(here + 2 * s[B])],
    );
    let (v_lw, v_lp, v_uw, v_up) = (&v[cut(west)], &v[cut(here)], &v[cut(west + s[B])], &v[cut(here + s[B])]);
    let (mu_lw, mu_lp, mu_uw, mu_up) = (mu(west), mu(here), mu(west + s[B]), mu(here + s[B]));
    let [a0, a1, a2, a3, a4, a5, _, right] = arrays;
    let (lower, upper) = match B {
        0 => (a0, a1),
        1 => (a2, a3),
        _ => (a4, a5),
    };
    let (lower, upper) = (&mut lower[run.start..][..n], &mut upper[run.start..][..n]);
    let right = &mut right[run.start..][..n];
    for i in 0..n {
        let deep = match (A, B) {
            (0, 1) | (1, 0) => widths.get::<2>(i, HERE),
            (0, 2) | (2, 0) => widths.get::<1>(i, HERE),
            _ => widths.get::<0>(i, HERE),
        };
        let (piece_w, piece_p) =
            (0.5 * widths.get::<A>(i, HERE - 1) * deep, 0.5 * widths.get::<A>(i, HERE) * deep);
        let (b2, b1) = (widths.get::<B>(i, HERE - 2), widths.get::<B>(i, HERE - 1));
        let own = widths.get::<B>(i, HERE);
        let (t1, t2) = (widths.get::<B>(i, HERE + 1), widths.get::<B>(i, HERE + 2));
        let (d_lower, d_upper) = (0.5 * (own + b1), 0.5 * (own + t1));
        let in_lower = rho * (v_lw[i] * piece_w + v_lp[i] * piece_p);
        let in_upper = -rho * (v_uw[i] * piece_w + v_up[i] * piece_p);
        let g_lower = (mu_lw[i] * piece_w + mu_lp[i] * piece_p) / d_lower;
        let g_upper = (mu_uw[i] * piece_w + mu_up[i] * piece_p) / d_upper;
        lower[i] = g_lower + in_lower.max(0.0);
        upper[i] = g_upper + in_upper.max(0.0);
        let lower_correction = upwinded::<SCHEME>(
            in_lower > 0.0,
            [um[i], u0[i], um2[i], 0.5 * (b1 + b2), 0.5 * b1 / d_lower],
            [u0[i], um[i], up[i], d_upper, 0.5 * own / d_lower],
            d_lower,
        );
        let upper_correction = upwinded::<SCHEME>(
            in_upper > 0.0,
            [up[i], u0[i], up2[i], 0.5 * (t1 + t2), 0.5 * t1 / d_upper],
            [u0[i], up[i], um[i], d_lower, 0.5 * own / d_upper],
            d_upper,
        );
        right[i] += in_lower * lower_correction + in_upper * upper_correction;
    }
}

/// [`crate::physics::convection::correction`] from the side that the fluid comes from; each side is C, D, U, its distance from U and
/// its share of the way.
#[inline(always)]
fn upwinded<const SCHEME: u32>(
    entering: bool,
    from_other: [f64; 5],
    from_own: [f64; 5],
    distance: f64,
) -> f64 {
    if SCHEME == 0 {
        return 0.0;
    }
    let pick = |k: usize| if entering { from_other[k] } else { from_own[k] };
    let (centre, down, up, up_distance, share) = (pick(0), pick(1), pick(2), pick(3), pick(4));
    let change = down - centre;
    if SCHEME == 1 {
        return share * change;
    }
    let upstream = (centre - up) * distance / up_distance;
    let (u, c) = (upstream * upstream, change * change);
    share * (u * change + c * upstream) / (u + c + TINY)
}
