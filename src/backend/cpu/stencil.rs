//! The coefficients of a level's cells, as sweeps read them.
//!
//! Each colour has one array, in which all that a plane needs lies together, part after part:
//!
//! ```text
//! 1/d  a_W  a_E  a_S  a_B  s            symmetric: a_N and a_T are a_S and a_B of the cells above
//! 1/d  a_W  a_E  a_S  a_B  s  a_N  a_T  else
//! ```
//!
//! with s the sink and Σβ of the cell's links, and d = Σa + s. Parts are a little longer than a plane, because
//! arrays that are read in step a power of two apart fall onto the same few places of a processor's cache.

use super::layout::Layout;
use super::real::Real;
use super::rows::Row;
use crate::model::system::LinearSystem;
use rayon::prelude::*;

const INVERSE: usize = 0;
/// W, E, S, B.
const LOWER: usize = 1;
const SINK: usize = 5;
/// N, T.
const UPPER: usize = 6;
/// Values between parts, at least: some lines of a cache.
const GAP: usize = 80;

/// Coefficients of one level's cells.
#[derive(Clone, Debug)]
pub(super) struct Stencil<T> {
    pub(super) layout: Layout,
    symmetric: bool,
    /// Parts of a plane, and values from one to the next.
    parts: usize,
    stride: usize,
    /// Red and black planes, with one of zeros after them.
    planes: [Vec<T>; 2],
}

impl<T: Real> Stencil<T> {
    /// The stencil of a system whose cells' ties to the reference and to nodes are `sink`.
    pub(super) fn new(system: &LinearSystem, sink: &[f64]) -> Self {
        let layout = Layout::new(system.size);
        let symmetric = !system.is_advective();
        let parts = if symmetric { UPPER } else { UPPER + 2 };
        let [_, ny, nz] = system.size;
        let stride = (layout.half * ny).next_multiple_of(16) + GAP;
        let length = parts * stride;
        let mut planes = [0; 2].map(|_| vec![T::ZERO; length * (nz + 1)]);
        let [red, black] = planes.each_mut().map(|planes| &mut planes[..length * nz]);
        red.par_chunks_mut(length).zip(black.par_chunks_mut(length)).enumerate().for_each(
            |(k, (red, black))| {
                for row in (0..ny).map(|j| Row::at(j, k, ny)) {
                    fill(system, sink, row, 0, stride, red);
                    fill(system, sink, row, 1, stride, black);
                }
            },
        );
        Self { layout, symmetric, parts, stride, planes }
    }

    /// What the cells of a colour in a row receive from W, E, S, N, B, T.
    #[inline(always)]
    pub(super) fn coefficients(&self, colour: usize, row: Row) -> [&[T]; 6] {
        let [ny, part] = [self.layout.size[1], LOWER];
        let own = |part| self.part(colour, row, part);
        let [north, top] = if self.symmetric {
            // The last row's neighbour to the north is not there: any row of zeros has its coefficients.
            let north = if row.j + 1 < ny { Row::at(row.j + 1, row.k, ny) } else { Row::at(0, row.k, ny) };
            let top = Row::at(row.j, row.k + 1, ny);
            [self.part(1 - colour, north, part + 2), self.part(1 - colour, top, part + 3)]
        } else {
            [own(UPPER), own(UPPER + 1)]
        };
        [own(part), own(part + 1), own(part + 2), north, own(part + 3), top]
    }

    /// s + Σβ of the same cells.
    #[inline(always)]
    pub(super) fn sink(&self, colour: usize, row: Row) -> &[T] {
        self.part(colour, row, SINK)
    }

    /// 1 / d of the same cells; 0 where d is 0.
    #[inline(always)]
    pub(super) fn inverse(&self, colour: usize, row: Row) -> &[T] {
        self.part(colour, row, INVERSE)
    }

    /// 1 / d of the cell at an index of a colour, guards included.
    pub(super) fn inverse_at(&self, colour: usize, index: usize) -> T {
        let at = index - self.layout.start;
        let (half, ny) = (self.layout.half, self.layout.size[1]);
        let row = at / half;
        self.part(colour, Row::at(row % ny, row / ny, ny), INVERSE)[at % half]
    }

    #[inline(always)]
    fn part(&self, colour: usize, row: Row, part: usize) -> &[T] {
        let half = self.layout.half;
        let at = self.stride * (self.parts * row.k + part) + half * row.j;
        &self.planes[colour][at..at + half]
    }
}

/// The parts of a row in its plane of a colour.
fn fill<T: Real>(
    system: &LinearSystem,
    sink: &[f64],
    row: Row,
    colour: usize,
    stride: usize,
    values: &mut [T],
) {
    let [nx, ny, _] = system.size;
    let first = nx * row.index;
    let place = |part: usize| stride * part + nx.div_ceil(2) * row.j;
    // i = 2m + parity for the cells of the row.
    let parity = (row.j + row.k + colour) % 2;
    let cells = (nx + 1 - parity) / 2;
    let mut set = |part: usize, start: usize, from: &[f64]| {
        let to = &mut values[place(part) + start..place(part) + cells];
        to.iter_mut().zip(from.iter().step_by(2)).for_each(|(to, from)| *to = T::from_f64(*from));
    };
    let c = first + parity;
    let last = |axis: usize| nx * [1, 1, ny][axis];
    set(SINK, 0, &sink[c..]);
    // The first cell has none to its west.
    let west = if parity == 0 { (1, c + 1) } else { (0, c - 1) };
    set(LOWER, west.0.min(cells), &system.lower(0)[west.1.min(system.cells())..]);
    set(LOWER + 1, 0, &system.from_upper[0][c..]);
    if row.j > 0 {
        set(LOWER + 2, 0, &system.lower(1)[c - last(1)..]);
    }
    if row.k > 0 {
        set(LOWER + 3, 0, &system.lower(2)[c - last(2)..]);
    }
    if system.is_advective() {
        set(UPPER, 0, &system.from_upper[1][c..]);
        set(UPPER + 1, 0, &system.from_upper[2][c..]);
    }
    let upper = [1, 2].map(|axis| &system.from_upper[axis][c..]);
    for m in 0..cells {
        let [w, e, s, b] = [0, 1, 2, 3].map(|part| values[place(LOWER + part) + m]);
        let [n, t] = upper.map(|upper| T::from_f64(upper[2 * m]));
        let diagonal: T = w + e + s + n + b + t + values[place(SINK) + m];
        let diagonal = diagonal.to_f64();
        values[place(INVERSE) + m] = T::from_f64(if diagonal > 0.0 { 1.0 / diagonal } else { 0.0 });
    }
}
