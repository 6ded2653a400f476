//! Rows of a flow's arrays, and the system of seven coefficients that lies row by row.

use crate::field::Padded;
use rayon::prelude::*;

/// Values under which one core is faster than the hand-over to others.
const PARALLEL_VALUES: usize = 4096;

/// Arrays of a system: W, E, S, N, B, T coefficients, what ties a row to 0 (s), right-hand side.
pub(in crate::backend::cpu) const ARRAYS: usize = 8;
/// Place of s.
pub(super) const SINK: usize = 6;
/// Place of b.
pub(super) const RIGHT: usize = 7;

/// A system `Σ a (x_n − x) − s x + b = 0`, one row along x after the other, its eight arrays side by side.
#[derive(Clone, Debug)]
pub(in crate::backend::cpu) struct Coefficients {
    pub(super) shape: Padded,
    pub(super) values: Vec<f64>,
}

impl Coefficients {
    pub(super) fn new(shape: Padded) -> Self {
        Self { shape, values: vec![0.0; ARRAYS * shape.len()] }
    }

    /// What stands in while the system is filled.
    pub(super) fn empty() -> Self {
        Self { shape: Padded::new([0; 3]), values: Vec::new() }
    }

    /// The eight arrays of row `row`, counted with ghosts.
    #[inline(always)]
    pub(super) fn row(&self, row: usize) -> [&[f64]; ARRAYS] {
        let n = self.shape.row();
        let block = &self.values[row * ARRAYS * n..(row + 1) * ARRAYS * n];
        std::array::from_fn(|array| &block[array * n..(array + 1) * n])
    }

    /// The eight arrays, each whole, one after the other.
    pub(super) fn by_arrays(&self) -> Vec<f64> {
        let rows = self.shape.len() / self.shape.row();
        (0..ARRAYS).flat_map(|array| (0..rows).flat_map(move |row| self.row(row)[array])).copied().collect()
    }

    /// Calls `f(row, its block)` for all rows but those of ghosts on the lower sides, on all cores.
    pub(super) fn fill(&mut self, f: impl Fn(usize, &mut [f64]) + Sync) {
        let shape = self.shape;
        each_row(shape, ARRAYS * shape.row(), &mut self.values, f);
    }
}

/// Splits a block of eight arrays.
#[inline(always)]
pub(super) fn split(block: &mut [f64], n: usize) -> [&mut [f64]; ARRAYS] {
    let mut parts = block.chunks_exact_mut(n);
    std::array::from_fn(|_| parts.next().expect("a block has eight arrays"))
}

/// Calls `f(row, the row's chunk)` for every row that holds cells or upper faces.
pub(super) fn each_row(
    shape: Padded,
    chunk: usize,
    values: &mut [f64],
    f: impl Fn(usize, &mut [f64]) + Sync,
) {
    let rows = shape.size[1] + 2;
    let inside = |row: usize| !row.is_multiple_of(rows) && row >= rows;
    let min = (PARALLEL_VALUES / shape.row()).max(1);
    if shape.len() < 2 * PARALLEL_VALUES {
        values.chunks_mut(chunk).enumerate().filter(|(row, _)| inside(*row)).for_each(|(row, v)| f(row, v));
    } else {
        values.par_chunks_mut(chunk).with_min_len(min).enumerate().for_each(|(row, v)| {
            if inside(row) {
                f(row, v)
            }
        });
    }
}

/// Sums of `f(row)` over the same rows, by a fixed tree.
pub(super) fn sum_rows(shape: Padded, f: impl Fn(usize) -> [f64; 2] + Sync + Send) -> [f64; 2] {
    let rows = shape.size[1] + 2;
    let count = rows * (shape.size[2] + 2);
    let sums: Vec<[f64; 2]> = (0..count)
        .into_par_iter()
        .with_min_len((PARALLEL_VALUES / shape.row()).max(1))
        .map(|row| if !row.is_multiple_of(rows) && row >= rows { f(row) } else { [0.0; 2] })
        .collect();
    sums.iter().fold([0.0; 2], |total, sum| [total[0] + sum[0], total[1] + sum[1]])
}
