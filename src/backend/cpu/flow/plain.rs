//! The momentum equation where passages are alike: the same terms as [`super::momentum`] without a question asked at
//! a face, so that a row is worked through in vectors.
//!
//! A face is plain where it is open itself, and where on each side of its volume there is fluid, a wall at rest in laminar
//! flow, or slip; an axis of a single cell must be without shear. [`Runs`] are those faces of a row that follow each other
//! with the same sides.

use super::Flow;
use super::momentum::parabola;
use super::rows::ARRAYS;
use crate::model::flow::{Convection, Face, Passage};
use crate::physics::convection::TINY;
use std::ops::Range;

/// What is on a side of a face's volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// Fluid, and more of it behind the next velocity …
    Far,
    /// … or none there that a limiter may look at.
    Near,
    /// A wall at rest, with a second velocity on the other side for the parabola of its shear.
    Wall,
    /// Nothing that holds or passes fluid.
    Slip,
}

/// Lower and upper side along x, y, z.
type Sides = [[Side; 2]; 3];

/// Faces of a row with the same sides, counted from the ghost.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub(super) faces: Range<usize>,
    sides: Sides,
}

/// Runs of the plain faces of an axis.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    runs: Vec<Run>,
    /// Per row, counted with ghosts, its first run; and how many there are.
    first: Vec<usize>,
}

impl Runs {
    pub(super) fn new(flow: &Flow, axis: usize) -> Self {
        let (n, rows) = (flow.shape.row(), flow.shape.size[1] + 2);
        let mut found = Self { runs: Vec::new(), first: vec![0] };
        for row in 0..rows * (flow.shape.size[2] + 2) {
            let of_row = found.runs.len();
            for i in 0..n {
                let Some(sides) = sides(flow, axis, row * n + i, [i, row % rows, row / rows]) else {
                    continue;
                };
                match found.runs[of_row..].last_mut().filter(|run| run.faces.end == i && run.sides == sides) {
                    Some(run) => run.faces.end += 1,
                    None => found.runs.push(Run { faces: i..i + 1, sides }),
                }
            }
            found.first.push(found.runs.len());
        }
        found
    }

    pub(super) fn of_row(&self, row: usize) -> &[Run] {
        &self.runs[self.first[row]..self.first[row + 1]]
    }
}

/// The sides of a face if it is plain.
fn sides(flow: &Flow, axis: usize, c: usize, at: [usize; 3]) -> Option<Sides> {
    let (s, size) = (flow.shape.strides(), flow.shape.size);
    if flow.faces[axis][c] & Face::SOLVED == 0
        || !open(flow, axis, c)
        || at[axis] < 2
        || at[axis] > size[axis]
    {
        return None;
    }
    let mut sides = [[Side::Slip; 2]; 3];
    for (b, sides) in sides.iter_mut().enumerate() {
        for (side, upper) in sides.iter_mut().zip([false, true]) {
            *side = if b == axis {
                let next = if upper { c + s[b] } else { c - s[b] };
                match (open(flow, b, next), upper && at[b] == size[b]) {
                    (false, _) => Side::Near,
                    (true, false) => Side::Far,
                    // Around: beyond the ghosts.
                    (true, true) => return None,
                }
            } else {
                beside(flow, b, [c - s[axis], c], at[b], upper)?
            };
        }
    }
    Some(sides)
}

/// What lies beside two cells across `b`, at `at` from the ghost, if all of it is the same for both.
fn beside(flow: &Flow, b: usize, cells: [usize; 2], at: usize, upper: bool) -> Option<Side> {
    let (s, n) = (flow.shape.strides()[b], flow.shape.size[b]);
    let passes = |face: usize, passage: Passage| flow.faces[b][face] & Face::PASSAGE == passage as u32;
    let both = |of: &dyn Fn(usize) -> bool| cells.into_iter().all(of);
    let [near, behind] = [usize::from(upper), usize::from(!upper)].map(|up| move |cell: usize| cell + up * s);
    if n == 1 {
        return both(&|cell| passes(near(cell), Passage::Slip)).then_some(Side::Slip);
    }
    if both(&|cell| open(flow, b, near(cell))) {
        let far = |cell| if upper { near(cell) + s } else { near(cell) - s };
        let room = if upper { at < n } else { at > 1 };
        return room.then(|| if both(&|cell| open(flow, b, far(cell))) { Side::Far } else { Side::Near });
    }
    let sees_behind = |cell| passes(behind(cell), Passage::Open);
    let beyond = flow.widths[b][if upper { at - 1 } else { at + 1 }];
    match () {
        () if both(&|cell| passes(near(cell), Passage::Slip)) => Some(Side::Slip),
        () if flow.walls.is_some() || beyond == 0.0 || !both(&sees_behind) => None,
        () => both(&|cell| passes(near(cell), Passage::Wall)).then_some(Side::Wall),
    }
}

/// Whether a face says nothing but open fluid.
fn open(flow: &Flow, axis: usize, face: usize) -> bool {
    let code = flow.faces[axis][face];
    code & Face::PASSAGE == Passage::Open as u32 && code >> Face::LAW_SHIFT == 0
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

/// Fills the faces of a run of row `row`; `arrays` are the row's eight.
#[inline(always)]
pub(super) fn fill<const A: usize>(flow: &Flow, row: usize, run: &Run, arrays: &mut [&mut [f64]; ARRAYS]) {
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
    run: &Run,
    arrays: &mut [&mut [f64]; ARRAYS],
) {
    along::<A, SCHEME>(flow, row, run, arrays);
    let size = flow.shape.size;
    match A {
        0 => {
            across::<0, 1, SCHEME>(flow, row, run, arrays, size[1] > 1);
            across::<0, 2, SCHEME>(flow, row, run, arrays, size[2] > 1);
        }
        1 => {
            across::<1, 2, SCHEME>(flow, row, run, arrays, size[2] > 1);
            across::<1, 0, SCHEME>(flow, row, run, arrays, size[0] > 1);
        }
        _ => {
            across::<2, 0, SCHEME>(flow, row, run, arrays, size[0] > 1);
            across::<2, 1, SCHEME>(flow, row, run, arrays, size[1] > 1);
        }
    }
}

/// Terms along the axis, pressure and forces: sets s and b.
#[inline(always)]
fn along<const A: usize, const SCHEME: u32>(
    flow: &Flow,
    row: usize,
    Run { faces: run, sides }: &Run,
    arrays: &mut [&mut [f64]; ARRAYS],
) {
    let far = sides[A].map(|side| side == Side::Far);
    let (s, rho) = (flow.shape.strides(), flow.density);
    let n = run.len();
    let base = row * flow.shape.row() + run.start;
    let widths = Widths::new(flow, row, run);
    let u = &flow.velocity[A];
    let (here, west) = (base, base - s[A]);
    let (u0, um, um2, up, up2) = (
        &u[here..here + n],
        &u[west..west + n],
        &u[west - s[A]..west - s[A] + n],
        &u[here + s[A]..here + s[A] + n],
        &u[within(here + 2 * s[A], n, u)],
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
            [far[0], true],
            w_w,
        );
        let upper_correction = upwinded::<SCHEME>(
            in_upper > 0.0,
            [up[i], u0[i], up2[i], widths.get::<A>(i, HERE + 1), 0.5],
            [u0[i], up[i], um[i], w_w, 0.5],
            [far[1], true],
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
    Run { faces: run, sides }: &Run,
    arrays: &mut [&mut [f64]; ARRAYS],
    active: bool,
) {
    let (low, high) = (2 * B, 2 * B + 1);
    if !active {
        arrays[low][run.clone()].fill(0.0);
        arrays[high][run.clone()].fill(0.0);
        return;
    }
    let [far, passes, wall] = [
        sides[B].map(|side| side == Side::Far),
        sides[B].map(|side| matches!(side, Side::Far | Side::Near)),
        sides[B].map(|side| side == Side::Wall),
    ];
    let (s, rho) = (flow.shape.strides(), flow.density);
    let n = run.len();
    let here = row * flow.shape.row() + run.start;
    let west = here - s[A];
    let widths = Widths::new(flow, row, run);
    let (u, v) = (&flow.velocity[A], &flow.velocity[B]);
    let mu = |start: usize| flow.shear_viscosities(B, start, n);
    let cut = |start: usize| start..start + n;
    let (u0, um, um2, up, up2) = (
        &u[cut(here)],
        &u[cut(here - s[B])],
        &u[cut(here.saturating_sub(2 * s[B]))],
        &u[cut(here + s[B])],
        &u[within(here + 2 * s[B], n, u)],
    );
    let (v_lw, v_lp, v_uw, v_up) = (&v[cut(west)], &v[cut(here)], &v[cut(west + s[B])], &v[cut(here + s[B])]);
    let (mu_lw, mu_lp, mu_uw, mu_up) = (mu(west), mu(here), mu(west + s[B]), mu(here + s[B]));
    let [a0, a1, a2, a3, a4, a5, sink, right] = arrays;
    let (lower, upper) = match B {
        0 => (a0, a1),
        1 => (a2, a3),
        _ => (a4, a5),
    };
    let (lower, upper) = (&mut lower[run.start..][..n], &mut upper[run.start..][..n]);
    let (sink, right) = (&mut sink[run.start..][..n], &mut right[run.start..][..n]);
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
        let held = flow.laminar_viscosity * (piece_w + piece_p);
        let [own_lower, second_lower] = if wall[0] { parabola(held, own, t1) } else { [0.0; 2] };
        let [own_upper, second_upper] = if wall[1] { parabola(held, own, b1) } else { [0.0; 2] };
        lower[i] = if passes[0] { g_lower } else { 0.0 } + in_lower.max(0.0) + second_upper;
        upper[i] = if passes[1] { g_upper } else { 0.0 } + in_upper.max(0.0) + second_lower;
        sink[i] += own_lower + own_upper;
        let lower_correction = upwinded::<SCHEME>(
            in_lower > 0.0,
            [um[i], u0[i], um2[i], 0.5 * (b1 + b2), 0.5 * b1 / d_lower],
            [u0[i], um[i], up[i], d_upper, 0.5 * own / d_lower],
            [far[0], passes[1]],
            d_lower,
        );
        let upper_correction = upwinded::<SCHEME>(
            in_upper > 0.0,
            [up[i], u0[i], up2[i], 0.5 * (t1 + t2), 0.5 * t1 / d_upper],
            [u0[i], up[i], um[i], d_lower, 0.5 * own / d_upper],
            [far[1], passes[0]],
            d_upper,
        );
        right[i] += if passes[0] { in_lower * lower_correction } else { 0.0 }
            + if passes[1] { in_upper * upper_correction } else { 0.0 };
    }
}

/// `n` values from `start` on; those at the end where there are not as many, which have no part then.
#[inline(always)]
fn within(start: usize, n: usize, values: &[f64]) -> Range<usize> {
    let start = start.min(values.len() - n);
    start..start + n
}

/// [`crate::physics::convection::correction`] from the side that the fluid comes from; each side is C, D, U, its distance from U and
/// its share of the way, and whether U is `sighted`.
#[inline(always)]
fn upwinded<const SCHEME: u32>(
    entering: bool,
    from_other: [f64; 5],
    from_own: [f64; 5],
    sighted: [bool; 2],
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
    let sighted = if entering { sighted[0] } else { sighted[1] };
    if sighted { share * (u * change + c * upstream) / (u + c + TINY) } else { share * change }
}
