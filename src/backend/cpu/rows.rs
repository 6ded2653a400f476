//! Runs a function over all rows of one colour, on all cores where that pays.

use super::layout::{Field, Layout};
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Values under which one core is faster than the hand-over to others.
pub(super) const PARALLEL_VALUES: usize = 8192;

/// Rows of one colour as slices that a stencil reads: own row and those of the six neighbours.
pub(super) struct Neighbours<'a> {
    /// Values of the other colour to the W, E, S, N, B, T of each value of the row.
    pub(super) x: [&'a [f64]; 6],
}

/// The slices of `x` (of the colour opposite to `colour`) beside row `row = j + ny k`.
#[inline(always)]
pub(super) fn neighbours<'a>(x: &'a Field, colour: usize, row: usize) -> Neighbours<'a> {
    let Layout { half, start, size, .. } = x.layout;
    let [j, k] = [row % size[1], row / size[1]];
    let first = (j + k) % 2 == colour;
    let other = &x.colours[1 - colour];
    let o = start + half * row;
    let plane = half * size[1];
    let west = if first { o - 1 } else { o };
    Neighbours {
        x: [west, west + 1, o - half, o + half, o - plane, o + plane].map(|at| &other[at..at + half]),
    }
}

/// Calls `f(row, values of the row)` for all rows of a colour's interior, compiled for the widest vectors that
/// the processor has (`f` has to be inlined for that). Terms are not reordered: results are the same on every
/// processor.
pub(super) fn for_each_row<F>(layout: Layout, values: &mut [f64], f: F)
where
    F: Fn(usize, &mut [f64]) + Sync + Send,
{
    let rows = (PARALLEL_VALUES / 2 / layout.half).max(1);
    let vectors = Arch::new();
    let block = |(at, values): (usize, &mut [f64])| {
        vectors.dispatch(Rows { half: layout.half, first: at * rows, values, f: &f });
    };
    if layout.values < PARALLEL_VALUES {
        values.chunks_mut(layout.half * rows).enumerate().for_each(block);
    } else {
        values.par_chunks_mut(layout.half * rows).enumerate().for_each(block);
    }
}

/// Some rows, from row `first` on, and what is done with each.
struct Rows<'a, F> {
    half: usize,
    first: usize,
    values: &'a mut [f64],
    f: &'a F,
}

// A struct, because a closure is not inlined into the code of another instruction set.
impl<F: Fn(usize, &mut [f64])> NullaryFnOnce for Rows<'_, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (row, values) in self.values.chunks_mut(self.half).enumerate() {
            (self.f)(self.first + row, values);
        }
    }
}

/// The values of row `row` of one colour.
#[inline(always)]
pub(super) fn row_of(field: &Field, colour: usize, row: usize) -> &[f64] {
    let o = field.layout.start + field.layout.half * row;
    &field.colours[colour][o..o + field.layout.half]
}
