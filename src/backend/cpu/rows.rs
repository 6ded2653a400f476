//! Runs a function over all rows of one colour, on all cores where that pays.

use super::layout::{Field, Layout};
use super::real::Real;
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;
use std::ops::Range;

/// Values under which one core is faster than the hand-over to others.
pub(super) const PARALLEL_VALUES: usize = 8192;

/// Bytes that a slab may hold for each thread: about half of a core's second cache.
const SLAB: usize = 512 << 10;

/// A row of cells along x.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// j + ny k.
    pub(super) index: usize,
    pub(super) j: usize,
    pub(super) k: usize,
}

/// The values of `x` to the W, E, S, N, B, T of each cell of a colour in a row, all of the other colour.
#[inline(always)]
pub(super) fn neighbours<T>(x: &Field<T>, colour: usize, row: Row) -> [&[T]; 6] {
    let Layout { half, start, size, .. } = x.layout;
    let first = (row.j + row.k) % 2 == colour;
    let other = &x.colours[1 - colour];
    let o = start + half * row.index;
    let plane = half * size[1];
    let west = if first { o - 1 } else { o };
    let at = |at: usize| &other[at..at + half];
    [at(west), at(west + 1), at(o - half), at(o + half), at(o - plane), at(o + plane)]
}

/// Calls `f(row, values of the row)` for all rows of a colour's interior, compiled for the widest vectors that
/// the processor has (`f` has to be inlined for that). Terms are not reordered: results are the same on every
/// processor.
pub(super) fn for_each_row<T: Real, F>(layout: Layout, values: &mut [T], f: F)
where
    F: Fn(Row, &mut [T]) + Sync + Send,
{
    for_each_row_of(layout, 0..layout.size[2], values, f);
}

/// The same for the rows of some planes; `values` are those of all.
pub(super) fn for_each_row_of<T: Real, F>(layout: Layout, planes: Range<usize>, values: &mut [T], f: F)
where
    F: Fn(Row, &mut [T]) + Sync + Send,
{
    let plane = layout.half * layout.size[1];
    let values = &mut values[plane * planes.start..plane * planes.end];
    let (first, rows) = (layout.size[1] * planes.start, (PARALLEL_VALUES / 2 / layout.half).max(1));
    let vectors = Arch::new();
    let block = |(at, values): (usize, &mut [T])| {
        vectors.dispatch(Rows { layout, first: first + at * rows, values, f: &f });
    };
    if values.len() < PARALLEL_VALUES {
        values.chunks_mut(layout.half * rows).enumerate().for_each(block);
    } else {
        values.par_chunks_mut(layout.half * rows).enumerate().for_each(block);
    }
}

/// Runs stages over all planes so that what one of them has read and written is still in the cache for the
/// next: slab by slab, `stage(s, planes)` for every s, each stage one plane behind the one before. A stage may
/// read one plane further on both sides than it is given: the stage before it has been there, the one after
/// it has not.
pub(super) fn in_slabs(
    layout: Layout,
    stages: usize,
    bytes_per_value: usize,
    stage: impl FnMut(usize, Range<usize>),
) {
    let [_, ny, nz] = layout.size;
    in_slabs_of(nz, stages, 2 * layout.half * ny * bytes_per_value, 1, stage);
}

/// The same over slices of so many bytes, which need not be planes, `least` of them in a slab.
pub(super) fn in_slabs_of(
    slices: usize,
    stages: usize,
    bytes: usize,
    least: usize,
    mut stage: impl FnMut(usize, Range<usize>),
) {
    let slab = (SLAB * rayon::current_num_threads() / bytes).max(least);
    let mut from = 0;
    while from < slices + stages - 1 {
        for s in 0..stages {
            let [start, end] = [from, from + slab].map(|at| at.saturating_sub(s).min(slices));
            if start < end {
                stage(s, start..end);
            }
        }
        from += slab;
    }
}

/// Some rows, from row `first` on, and what is done with each.
struct Rows<'a, T, F> {
    layout: Layout,
    first: usize,
    values: &'a mut [T],
    f: &'a F,
}

// A struct, because a closure is not inlined into the code of another instruction set.
impl<T, F: Fn(Row, &mut [T])> NullaryFnOnce for Rows<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Layout { size: [_, ny, _], half, .. } = self.layout;
        let mut row = Row { index: self.first, j: self.first % ny, k: self.first / ny };
        for values in self.values.chunks_exact_mut(half) {
            (self.f)(row, values);
            row.index += 1;
            row.j += 1;
            if row.j == ny {
                (row.j, row.k) = (0, row.k + 1);
            }
        }
    }
}

/// The first n values of each: in a loop over n of them no index has to be checked.
#[inline(always)]
pub(super) fn cut<T>([w, e, s, n, b, t]: [&[T]; 6], count: usize) -> [&[T]; 6] {
    [&w[..count], &e[..count], &s[..count], &n[..count], &b[..count], &t[..count]]
}

/// The values of a row of one colour.
#[inline(always)]
pub(super) fn row_of<T>(field: &Field<T>, colour: usize, row: Row) -> &[T] {
    let o = field.layout.start + field.layout.half * row.index;
    &field.colours[colour][o..o + field.layout.half]
}

impl Row {
    /// Row `(j, k)` of a level of `ny` rows in a plane.
    #[inline(always)]
    pub(super) fn at(j: usize, k: usize, ny: usize) -> Self {
        Self { index: j + ny * k, j, k }
    }
}
