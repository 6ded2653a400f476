//! y_c = p_c (b_c + Σ_N β_cN x_N + Σ_n a_cn x_n + l_c y_below) up every second line, x_c = y_c + p_c u_c x_above down it.
//!
//! N are nodes, n the four neighbours beside the line, all on lines of the other colour; `backend::lines` has the
//! equations. A line has the colour that the parity of its two other indices gives, so that a row of one
//! colour of cells is on lines of one colour: with lines along y those of cell colour (colour + j) mod 2,
//! along z (colour + k) mod 2, along x both colours of the rows of that parity.
//!
//! Lines lie in slices that are solved on all cores: planes, and with lines along z all rows of the same j. Values are
//! solved in scratch memory and go from there to x while they are in the cache: lines of the other colour do not change.

use super::layout::{Field, Layout};
use super::lines::Lines;
use super::operator::{Links, Operator};
use super::real::Real;
use super::rows::{PARALLEL_VALUES, Row, in_slabs_of, neighbours, row_of};
use super::stencil::Stencil;
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;
use std::ops::Range;

/// Lines along x that are solved side by side: each waits for its own cells one by one.
const LINES: usize = 4;

/// Arrays that a half sweep reads or writes.
const ARRAYS: usize = 13;

/// So many half sweeps, colours in turn from `first` on, each with the nodes' values of `a.nodes[1]`; rows with pivot 0
/// keep x.
pub(super) fn sweep<T: Real>(
    a: &Operator<T>,
    lines: &Lines<T>,
    [first, half_sweeps]: [usize; 2],
    b: &Field<T>,
    x: &mut Field<T>,
) {
    let Lines { axis, inverse_pivot, .. } = lines;
    let Operator { stencil: a, links, nodes, .. } = a;
    let (nodes, mut solved) = (nodes.borrow(), lines.solved.borrow_mut());
    let Layout { size: [_, ny, nz], half, .. } = a.layout;
    let (slices, rows) = if *axis == 2 { (ny, nz) } else { (nz, ny) };
    let bytes = 2 * half * rows * ARRAYS * size_of::<T>();
    in_slabs_of(slices, half_sweeps, bytes, rayon::current_num_threads(), |s, slices| {
        let colour = (first + s) % 2;
        let sweep =
            Sweep { a, links, nodes: &nodes[1], inverse_pivot, axis: *axis, colour, b, layout: a.layout };
        sweep.half_sweep(slices, &mut solved, x);
    });
}

/// What all blocks of a half sweep read, but for x.
struct Sweep<'a, T> {
    a: &'a Stencil<T>,
    links: &'a Links,
    nodes: &'a [f64],
    inverse_pivot: &'a Field<T>,
    axis: usize,
    colour: usize,
    b: &'a Field<T>,
    layout: Layout,
}

/// Lines of a slice, all or along x a piece of it, and the room for their values.
struct Block<'a, T> {
    sweep: &'a Sweep<'a, T>,
    x: &'a Field<T>,
    slice: usize,
    piece: usize,
    values: &'a mut [T],
}

// A struct, because a closure is not inlined into the code of another instruction set.
impl<T: Real> NullaryFnOnce for Block<'_, T> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { sweep, x, slice, piece, values } = self;
        let ny = sweep.layout.size[1];
        match sweep.axis {
            0 => sweep.along_piece(x, slice, piece, values),
            1 => sweep.across_rows(x, |j| Row::at(j, slice, ny), values),
            _ => sweep.across_rows(x, |k| Row::at(slice, k, ny), values),
        }
    }
}

impl<T: Real> Sweep<'_, T> {
    /// Room of a slice among what is solved. Along x rows come in pairs, of which one has lines of the colour.
    fn room(&self) -> usize {
        let [_, ny, nz] = self.layout.size;
        self.layout.half * [ny.next_multiple_of(2), ny, nz][self.axis]
    }

    /// The lines of a colour in some slices.
    fn half_sweep(&self, slices: Range<usize>, solved: &mut [T], x: &mut Field<T>) {
        let Layout { size: [_, ny, _], half, .. } = self.layout;
        let (room, first) = (self.room(), slices.start);
        let solved = &mut solved[..room * slices.len()];
        let (vectors, before) = (Arch::new(), &*x);
        let piece = if self.axis == 0 { 2 * LINES * half } else { room };
        each_chunk(solved, room, |at, values| {
            each_chunk(values, piece, |piece, values| {
                vectors.dispatch(Block { sweep: self, x: before, slice: first + at, piece, values });
            });
        });
        let solved = &*solved;
        for cells in 0..2 {
            let take = |row: Row, x_row: &mut [T]| {
                if let Some(at) = self.solved_row(cells, row, first) {
                    x_row.copy_from_slice(&solved[at..at + half]);
                }
            };
            let (values, plane) = (x.interior_mut(cells), half * ny);
            if self.axis == 2 {
                each_chunk(values, plane, |k, values| {
                    for j in slices.clone() {
                        take(Row::at(j, k, ny), &mut values[half * j..half * (j + 1)]);
                    }
                });
            } else {
                each_chunk(&mut values[plane * slices.start..plane * slices.end], half, |at, x_row| {
                    take(Row::at(at % ny, first + at / ny, ny), x_row);
                });
            }
        }
    }

    /// Lines along x of some rows in plane k.
    #[inline(always)]
    fn along_piece(&self, x: &Field<T>, k: usize, piece: usize, values: &mut [T]) {
        let ny = self.layout.size[1];
        // Every pair of rows has one with lines of the colour; the last row may be alone.
        let of_colour = |pair: usize| {
            (2 * pair..(2 * pair + 2).min(ny)).find(|j| (j + k) % 2 == self.colour).map(|j| Row::at(j, k, ny))
        };
        let rows: [Option<Row>; LINES] = std::array::from_fn(|line| of_colour(LINES * piece + line));
        if let [Some(a), Some(b), Some(c), Some(d)] = rows {
            self.along_rows(x, [a, b, c, d], values);
        } else {
            for (row, values) in rows.into_iter().zip(values.chunks_mut(2 * self.layout.half)) {
                row.into_iter().for_each(|row| self.along_rows(x, [row], values));
            }
        }
    }

    /// Lines along y or z, side by side: `row(step)` is where they are on their way.
    #[inline(always)]
    fn across_rows(&self, x: &Field<T>, row: impl Fn(usize) -> Row, values: &mut [T]) {
        let (half, axis) = (self.layout.half, self.axis);
        let steps = self.layout.size[axis];
        for step in 0..steps {
            let (cells, row) = ((self.colour + step) % 2, row(step));
            let (done, own) = values.split_at_mut(step * half);
            let (beside, x_row) = (neighbours(x, cells, row), row_of(x, cells, row));
            // The first row receives nothing from below, whatever is there.
            let below = if step > 0 { &done[(step - 1) * half..] } else { beside[2 * axis] };
            let own = &mut own[..half];
            self.load(cells, row, own);
            let a = self.a.coefficients(cells, row);
            let inverse = row_of(self.inverse_pivot, cells, row);
            let n = own.len();
            let (below, x_row, lower, inverse) = (&below[..n], &x_row[..n], &a[2 * axis][..n], &inverse[..n]);
            let (a, beside) = self.across(a, beside, n);
            for m in 0..n {
                let f = add(own[m], a, beside, m);
                own[m] = eliminate(f, lower[m] * below[m], inverse[m], x_row[m]);
            }
        }
        for step in (0..steps.saturating_sub(1)).rev() {
            let (cells, row) = ((self.colour + step) % 2, row(step));
            let (own, above) = values[step * half..(step + 2) * half].split_at_mut(half);
            let upper = self.a.coefficients(cells, row)[2 * axis + 1];
            let inverse = row_of(self.inverse_pivot, cells, row);
            for ((own, above), (inverse, upper)) in own.iter_mut().zip(above).zip(inverse.iter().zip(upper)) {
                *own += *inverse * *upper * *above;
            }
        }
    }

    /// Lines along x: of each the cells with i even, then those with i odd.
    #[inline(always)]
    fn along_rows<const L: usize>(&self, x: &Field<T>, rows: [Row; L], values: &mut [T]) {
        let half = self.layout.half;
        let mut parts = values.chunks_exact_mut(half);
        let mut own: [[&mut [T]; 2]; L] =
            std::array::from_fn(|_| std::array::from_fn(|_| parts.next().expect("a line has two parts")));
        // The cells with i even have the colour of the line, the others the other one.
        let colours = [self.colour, 1 - self.colour];
        for (row, own) in rows.into_iter().zip(&mut own) {
            for (cells, own) in colours.into_iter().zip(own) {
                self.load(cells, row, own);
                let (a, beside) =
                    self.across(self.a.coefficients(cells, row), neighbours(x, cells, row), half);
                for m in 0..half {
                    own[m] = add(own[m], a, beside, m);
                }
            }
        }
        let of = |field| rows.map(|row| colours.map(|cells| &row_of(field, cells, row)[..half]));
        let along =
            |d: usize| rows.map(|row| colours.map(|cells| &self.a.coefficients(cells, row)[d][..half]));
        let (inverse, kept, lower, upper) = (of(self.inverse_pivot), of(x), along(0), along(1));
        let mut below = [T::ZERO; L];
        for m in 0..half {
            for l in 0..L {
                for parity in 0..2 {
                    let from_below = lower[l][parity][m] * below[l];
                    below[l] =
                        eliminate(own[l][parity][m], from_below, inverse[l][parity][m], kept[l][parity][m]);
                    own[l][parity][m] = below[l];
                }
            }
        }
        let mut above = [T::ZERO; L];
        for m in (0..half).rev() {
            for l in 0..L {
                for parity in [1, 0] {
                    own[l][parity][m] += inverse[l][parity][m] * upper[l][parity][m] * above[l];
                    above[l] = own[l][parity][m];
                }
            }
        }
    }

    /// The first n of what belongs to the four neighbours beside the lines: coefficients and values.
    #[inline(always)]
    fn across<'b>(&self, a: [&'b [T]; 6], x: [&'b [T]; 6], n: usize) -> ([&'b [T]; 4], [&'b [T]; 4]) {
        let [p, q] = [usize::from(self.axis == 0), 2 - usize::from(self.axis == 2)];
        let beside = [2 * p, 2 * p + 1, 2 * q, 2 * q + 1];
        (beside.map(|d| &a[d][..n]), beside.map(|d| &x[d][..n]))
    }

    /// out_c = b_c + Σ_N β_cN x_N.
    #[inline(always)]
    fn load(&self, cells: usize, row: Row, out: &mut [T]) {
        out.copy_from_slice(row_of(self.b, cells, row));
        let first = self.layout.start + self.layout.half * row.index;
        for cell in self.links.of_row(row.index).iter().filter(|cell| cell.colour == cells) {
            let links = &self.links.by_cell[cell.first..cell.last];
            let received: f64 = links.iter().map(|&(node, beta)| beta * self.nodes[node]).sum();
            out[cell.index - first] += T::from_f64(received);
        }
    }

    /// Where the values of row `row` of a colour of cells are in the scratch memory from slice `first` on, if they were
    /// solved.
    fn solved_row(&self, cells: usize, row: Row, first: usize) -> Option<usize> {
        let Row { j, k, .. } = row;
        let (of_colour, slice, at) = match self.axis {
            0 => ((j + k) % 2 == self.colour, k, j / 2 * 2 + usize::from(cells != self.colour)),
            1 => ((self.colour + j) % 2 == cells, k, j),
            _ => ((self.colour + k) % 2 == cells, j, k),
        };
        of_colour.then(|| self.room() * (slice - first) + self.layout.half * at)
    }
}

/// Calls `f(at, chunk)` for every chunk of some values, on all cores where that pays.
fn each_chunk<T: Real>(values: &mut [T], chunk: usize, f: impl Fn(usize, &mut [T]) + Sync) {
    let least = (PARALLEL_VALUES / 2 / chunk).max(1);
    if values.len() < PARALLEL_VALUES {
        values.chunks_mut(chunk).enumerate().for_each(|(at, values)| f(at, values));
    } else {
        values.par_chunks_mut(chunk).enumerate().with_min_len(least).for_each(|(at, values)| f(at, values));
    }
}

/// f + Σ_n a_n x_n of a cell.
#[inline(always)]
fn add<T: Real>(f: T, [a0, a1, a2, a3]: [&[T]; 4], [x0, x1, x2, x3]: [&[T]; 4], m: usize) -> T {
    f + a0[m] * x0[m] + a1[m] * x1[m] + a2[m] * x2[m] + a3[m] * x3[m]
}

/// y_c = p_c (f_c + l_c y_below), or x_c where the pivot is 0.
#[inline(always)]
fn eliminate<T: Real>(f: T, from_below: T, inverse: T, x: T) -> T {
    let y = inverse * (f + from_below);
    if inverse > T::ZERO { y } else { x }
}

#[cfg(test)]
mod tests {
    use super::super::CpuBackend;
    use crate::backend::{Backend, Colour};
    use crate::model::system::{LinearSystem, State};

    #[test]
    fn rows_of_swept_lines_have_no_residual_left_along_every_axis_on_one_and_on_more_threads() {
        // Large enough that blocks go to several threads, and odd.
        let size = [27, 31, 29];
        let system = scattered(size);
        let cells = system.cells();
        let pattern = |c: usize| 1.5 + f64::sin(c as f64);
        let b = State { cells: (0..cells).map(pattern).collect(), nodes: Vec::new() };
        for axis in 0..3 {
            let sweep = |threads: usize| {
                rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
                    let backend = CpuBackend::new();
                    let a = backend.operator(&system, &[]).unwrap();
                    let lines = backend.lines(&system, axis).unwrap();
                    let [mut x, mut rhs] = [0; 2].map(|_| backend.field(size).unwrap());
                    backend.upload(&b.cells, &mut rhs);
                    backend.smooth_lines(&a, &lines, Colour::Black, &rhs, &mut x);
                    backend.download(&x).unwrap()
                })
            };
            let x = State { cells: sweep(1), nodes: Vec::new() };
            assert_eq!(x.cells, sweep(3), "axis {axis}");
            let (r, magnitude) = system.residual(&x, &b);
            for c in 0..cells {
                let at = [c % size[0], c / size[0] % size[1], c / (size[0] * size[1])];
                let black = (at.iter().sum::<usize>() - at[axis]) % 2 == 1;
                let right =
                    if black { r.cells[c].abs() < 1e-13 * magnitude.cells[c] } else { x.cells[c] == 0.0 };
                assert!(right, "axis {axis}, cell {at:?}: x {}, residual {}", x.cells[c], r.cells[c]);
            }
        }
    }

    /// A system with advection in which every coefficient is another one.
    fn scattered(size: [usize; 3]) -> LinearSystem {
        let mut system = LinearSystem::zeros(size, true);
        let (cells, strides) = (system.cells(), system.strides());
        for axis in 0..3 {
            for c in (0..cells).filter(|c| c / strides[axis] % size[axis] + 1 < size[axis]) {
                system.from_upper[axis][c] = 1.5 + f64::sin((3 * c + axis) as f64);
                system.from_lower[axis][c] = 1.5 + f64::sin((5 * c + axis) as f64);
            }
        }
        system
    }

    #[test]
    fn half_sweeps_that_follow_each_other_through_the_cache_give_the_same_bits_as_one_by_one() {
        // Slices so large that a slab holds as many as there are threads, and a level of one plane.
        for size in [[131, 67, 23], [67, 23, 131], [257, 255, 1]] {
            let system = scattered(size);
            for axis in 0..3 {
                let swept = |threads: usize, at_once: bool| {
                    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
                        let on = CpuBackend::new();
                        let a = on.operator(&system, &[]).unwrap();
                        let lines = on.lines(&system, axis).unwrap();
                        let [mut b, mut x] = [0; 2].map(|_| on.field(size).unwrap());
                        let values =
                            |f: f64| (0..system.cells()).map(|c| (f * c as f64).sin()).collect::<Vec<_>>();
                        on.upload(&values(1.0), &mut b);
                        on.upload(&values(2.0), &mut x);
                        if at_once {
                            on.sweep_lines(&a, &lines, Colour::Black, 3, &b, &mut x);
                        } else {
                            (0..3).for_each(|s| {
                                on.smooth_lines(&a, &lines, Colour::Black.after(s), &b, &mut x)
                            });
                        }
                        on.download(&x).unwrap()
                    })
                };
                let one_by_one = swept(1, false);
                for threads in [1, 3] {
                    assert!(one_by_one == swept(threads, true), "{size:?} along {axis} on {threads}");
                }
            }
        }
    }
}
