//! y_c = p_c (b_c + Σ_N β_cN x_N + Σ_n a_cn x_n + l_c y_below) up every second line, x_c = y_c + p_c u_c x_above down it.
//!
//! N are nodes, n the four neighbours beside the line, all on lines of the other colour; `backend::lines` has the
//! equations. A line has the colour that the parity of its two other indices gives, so that a row of one
//! colour of cells is on lines of one colour: with lines along y those of cell colour (colour + j) mod 2,
//! along z (colour + k) mod 2, along x both colours of the rows of that parity.
//!
//! Values are solved in scratch memory, line block by line block (along y a plane, along z all rows of the
//! same j, along x a row), and then copied into x: blocks are independent and run on all cores.

use super::layout::{Field, Layout};
use super::lines::Lines;
use super::operator::{Links, Operator};
use super::real::Real;
use super::rows::{PARALLEL_VALUES, Row, for_each_row, neighbours, row_of};
use super::stencil::Stencil;
use rayon::prelude::*;

/// One half sweep over the lines of a colour, with the nodes' values of `a.nodes[1]`; rows with pivot 0 keep x.
pub(super) fn smooth_lines<T: Real>(
    a: &Operator<T>,
    lines: &Lines<T>,
    colour: usize,
    b: &Field<T>,
    x: &mut Field<T>,
) {
    let Lines { axis, inverse_pivot, .. } = lines;
    let Operator { stencil: a, links, nodes, .. } = a;
    let nodes = nodes.borrow();
    let sweep = Sweep { a, links, nodes: &nodes[1], inverse_pivot, axis: *axis, colour, b, layout: a.layout };
    let mut solved = lines.solved.borrow_mut();
    let Layout { size, half, values, .. } = a.layout;
    // Along x a block holds one row, in the room of two.
    let block = half * if *axis == 0 { 2 } else { size[*axis] };
    let room = if *axis == 0 { solved.len() } else { values };
    let solved = &mut solved[..room];
    if values < PARALLEL_VALUES {
        solved.chunks_mut(block).enumerate().for_each(|(at, values)| sweep.solve(x, at, values));
    } else {
        let least = (PARALLEL_VALUES / 2 / block).max(1);
        let blocks = solved.par_chunks_mut(block).enumerate().with_min_len(least);
        blocks.for_each(|(at, values)| sweep.solve(x, at, values));
    }
    let solved = &*solved;
    for cells in 0..2 {
        for_each_row(a.layout, x.interior_mut(cells), |row, x_row| {
            if let Some(at) = sweep.solved_row(cells, row) {
                x_row.copy_from_slice(&solved[at..at + half]);
            }
        });
    }
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

impl<T: Real> Sweep<'_, T> {
    /// Solves the lines of a block.
    fn solve(&self, x: &Field<T>, block: usize, values: &mut [T]) {
        let [_, ny, nz] = self.layout.size;
        match self.axis {
            0 => {
                let rows =
                    (2 * block..(2 * block + 2).min(ny * nz)).map(|row| Row::at(row % ny, row / ny, ny));
                let row = { rows }.find(|row| (row.j + row.k) % 2 == self.colour);
                row.into_iter().for_each(|row| self.along_row(x, row, values));
            }
            1 => self.across_rows(x, |j| Row::at(j, block, ny), values),
            _ => self.across_rows(x, |k| Row::at(block, k, ny), values),
        }
    }

    /// Lines along y or z, side by side: `row(step)` is where they are on their way.
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
            self.load(beside, cells, row, own);
            let lower = self.a.coefficients(cells, row)[2 * axis];
            let inverse = row_of(self.inverse_pivot, cells, row);
            let n = own.len();
            let (below, x_row, lower, inverse) = (&below[..n], &x_row[..n], &lower[..n], &inverse[..n]);
            for m in 0..n {
                own[m] = eliminate(own[m], lower[m] * below[m], inverse[m], x_row[m]);
            }
        }
        for step in (0..steps.saturating_sub(1)).rev() {
            let (cells, row) = ((self.colour + step) % 2, row(step));
            let (own, above) = values[step * half..(step + 2) * half].split_at_mut(half);
            let upper = self.a.coefficients(cells, row)[2 * axis + 1];
            let inverse = row_of(self.inverse_pivot, cells, row);
            let n = own.len();
            let (above, upper, inverse) = (&above[..n], &upper[..n], &inverse[..n]);
            for m in 0..n {
                own[m] += inverse[m] * upper[m] * above[m];
            }
        }
    }

    /// One line along x: its cells with i even, then those with i odd.
    fn along_row(&self, x: &Field<T>, row: Row, values: &mut [T]) {
        let half = self.layout.half;
        let (even, odd) = values.split_at_mut(half);
        // The cells with i even have the colour of the line, the others the other one.
        let of = |field| [row_of(field, self.colour, row), row_of(field, 1 - self.colour, row)];
        let a = [self.colour, 1 - self.colour].map(|cells| self.a.coefficients(cells, row));
        let [lower, upper] = [0, 1].map(|d| a.map(|a| a[d]));
        let [inverse, kept] = [of(self.inverse_pivot), of(x)];
        self.load(neighbours(x, self.colour, row), self.colour, row, even);
        self.load(neighbours(x, 1 - self.colour, row), 1 - self.colour, row, odd);
        let mut below = T::ZERO;
        for m in 0..half {
            even[m] = eliminate(even[m], lower[0][m] * below, inverse[0][m], kept[0][m]);
            odd[m] = eliminate(odd[m], lower[1][m] * even[m], inverse[1][m], kept[1][m]);
            below = odd[m];
        }
        let mut above = T::ZERO;
        for m in (0..half).rev() {
            odd[m] += inverse[1][m] * upper[1][m] * above;
            even[m] += inverse[0][m] * upper[0][m] * odd[m];
            above = even[m];
        }
    }

    /// out_c = b_c + Σ_N β_cN x_N + Σ_n a_cn x_n with the four neighbours beside the lines.
    #[inline(always)]
    fn load(&self, x: [&[T]; 6], cells: usize, row: Row, out: &mut [T]) {
        let n = out.len();
        let axis = self.axis;
        let [p, q] = [if axis == 0 { 1 } else { 0 }, if axis == 2 { 1 } else { 2 }];
        let beside = [2 * p, 2 * p + 1, 2 * q, 2 * q + 1];
        let a = self.a.coefficients(cells, row);
        let [a0, a1, a2, a3] = beside.map(|d| &a[d][..n]);
        let [x0, x1, x2, x3] = beside.map(|d| &x[d][..n]);
        out.copy_from_slice(row_of(self.b, cells, row));
        let first = self.layout.start + self.layout.half * row.index;
        for cell in self.links.of_row(row.index).iter().filter(|cell| cell.colour == cells) {
            let links = &self.links.by_cell[cell.first..cell.last];
            let received: f64 = links.iter().map(|&(node, beta)| beta * self.nodes[node]).sum();
            out[cell.index - first] += T::from_f64(received);
        }
        for m in 0..n {
            out[m] = out[m] + a0[m] * x0[m] + a1[m] * x1[m] + a2[m] * x2[m] + a3[m] * x3[m];
        }
    }

    /// Where the values of row `row` of a colour of cells are in the scratch memory, if they were solved.
    fn solved_row(&self, cells: usize, row: Row) -> Option<usize> {
        let Layout { size: [_, _, nz], half, .. } = self.layout;
        let Row { index, j, k } = row;
        let (of_colour, at) = match self.axis {
            0 => ((j + k) % 2 == self.colour, index / 2 * 2 + usize::from(cells != self.colour)),
            1 => ((self.colour + j) % 2 == cells, index),
            _ => ((self.colour + k) % 2 == cells, k + nz * j),
        };
        of_colour.then_some(half * at)
    }
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
        let mut system = LinearSystem::zeros(size, true);
        let (cells, strides) = (system.cells(), system.strides());
        let pattern = |c: usize| 1.5 + f64::sin(c as f64);
        for axis in 0..3 {
            for c in (0..cells).filter(|c| c / strides[axis] % size[axis] + 1 < size[axis]) {
                system.from_upper[axis][c] = pattern(3 * c + axis);
                system.from_lower[axis][c] = pattern(5 * c + axis);
            }
        }
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
}
