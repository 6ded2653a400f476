//! Rows of a flow's arrays, and the system of seven coefficients that lies row by row.
//!
//! A row `Σ a (x_n − x) − s x + b + m (x_old − x) = 0` is kept for its correction δ = x − x_old, divided by its diagonal
//! and in f32, which halves what a sweep moves:
//!
//! ```text
//! δ = r̂ + Σ â δ_n,     â = a/(Σ a + s + m),     r̂ = (b + Σ a (x_n − x) − s x)/(Σ a + s + m)
//! ```
//!
//! The residual itself is taken in f64 from the present x, so that f32 limits the way and not the end.

use crate::backend::flow::Imbalance;
use crate::field::Padded;
use pulp::{Arch, NullaryFnOnce};
use rayon::prelude::*;

/// Values under which one core is faster than the hand-over to others.
const PARALLEL_VALUES: usize = 4096;

/// Arrays of a row while it is assembled: W, E, S, N, B, T coefficients, s, b.
pub(super) const ARRAYS: usize = 8;
/// Place of s.
pub(super) const SINK: usize = 6;
/// Place of b.
pub(super) const RIGHT: usize = 7;
/// Arrays of a row as kept: six coefficients and r̂.
const KEPT: usize = 7;

/// The system of one unknown.
#[derive(Clone, Debug)]
pub(super) struct System {
    shape: Padded,
    /// Row by row, each array of a row after the other.
    values: Vec<f32>,
    /// Per row, Σ r², Σ (a_P x)² and the largest share of the stream in the diagonal.
    sums: Vec<[f64; 3]>,
    /// r of each row.
    pub(super) residual: Vec<f64>,
}

/// What a row is filled from.
pub(super) struct Filling<'a> {
    /// The unknown.
    pub(super) x: &'a [f64],
    /// m of each row; replaced by `factor` times the diagonal if there is one.
    pub(super) inertia: &'a mut [f64],
    pub(super) factor: Option<f64>,
    /// Added to b; nothing if empty.
    pub(super) force: &'a [f64],
}

impl System {
    pub(super) fn new(shape: Padded) -> Self {
        let rows = shape.len() / shape.row();
        Self {
            shape,
            values: vec![0.0; KEPT * shape.len()],
            sums: vec![[0.0; 3]; rows],
            residual: vec![0.0; shape.len()],
        }
    }

    /// Lets `assemble(row, its eight arrays)` fill every row.
    #[inline(always)]
    pub(super) fn fill(&mut self, filling: Filling<'_>, assemble: impl Fn(usize, &mut [f64]) + Sync) {
        let (shape, n) = (self.shape, self.shape.row());
        let Filling { x, inertia, factor, force } = filling;
        let vectors = Arch::new();
        let rows = self.values.par_chunks_mut(KEPT * n).zip(&mut self.sums).zip(inertia.par_chunks_mut(n));
        let rows = rows.zip(self.residual.par_chunks_mut(n));
        rows.with_min_len((PARALLEL_VALUES / n).max(1)).enumerate().for_each_init(
            || (vec![0.0; ARRAYS * n], vec![0.0; 3 * n]),
            |(block, squares), (row, (((kept, sums), inertia), residual))| {
                if holds_cells(shape, row) {
                    let assemble = &assemble;
                    let fill = Fill {
                        shape,
                        row,
                        x,
                        factor,
                        force,
                        block,
                        squares,
                        kept,
                        inertia,
                        sums,
                        residual,
                        assemble,
                    };
                    vectors.dispatch(fill);
                }
            },
        );
    }

    /// How far x was from its equation when the system was filled.
    pub(super) fn imbalance(&self) -> Imbalance {
        let [residual, scale, stream] = self.sums.iter().fold([0.0; 3], |total: [f64; 3], sum| {
            [total[0] + sum[0], total[1] + sum[1], total[2].max(sum[2])]
        });
        Imbalance { residual: residual.sqrt(), scale: scale.sqrt(), stream }
    }

    /// One sweep over the corrections: `next`, which holds those before δ, moves to r̂ + Σ â δ by `weight` times the way.
    pub(super) fn sweep(&self, delta: &[f32], next: &mut [f32], weight: f32) {
        let (n, [_, sy, sz]) = (self.shape.row(), self.shape.strides());
        each_row(
            self.shape,
            n,
            next,
            #[inline(always)]
            |row, next| {
                let (first, count) = (row * n + 1, n - 1);
                let part = |array: usize| &self.values[(row * KEPT + array) * n + 1..][..count];
                let (aw, ae, as_, an) = (part(0), part(1), part(2), part(3));
                let (ab, at, r) = (part(4), part(5), part(6));
                // Rows of upper faces have nothing beyond them: their coefficients are 0.
                let beside = |start: usize| {
                    let start = start.min(delta.len() - count);
                    &delta[start..start + count]
                };
                let (xw, xe, xs) = (beside(first - 1), beside(first + 1), beside(first - sy));
                let (xn, xb, xt) = (beside(first + sy), beside(first - sz), beside(first + sz));
                let next = &mut next[1..][..count];
                for i in 0..count {
                    let jacobi = r[i]
                        + aw[i] * xw[i]
                        + ae[i] * xe[i]
                        + as_[i] * xs[i]
                        + an[i] * xn[i]
                        + ab[i] * xb[i]
                        + at[i] * xt[i];
                    next[i] += weight * (jacobi - next[i]);
                }
            },
        );
    }
}

/// The eight arrays that `assemble` gives, each whole, one after the other.
pub(super) fn assembled(shape: Padded, assemble: impl Fn(usize, &mut [f64])) -> Vec<f64> {
    let (n, length) = (shape.row(), shape.len());
    let (mut arrays, mut block) = (vec![0.0; ARRAYS * length], vec![0.0; ARRAYS * n]);
    for row in (0..length / n).filter(|&row| holds_cells(shape, row)) {
        assemble(row, &mut block);
        for (array, values) in block.chunks_exact(n).enumerate() {
            arrays[array * length + row * n + 1..][..n - 1].copy_from_slice(&values[1..]);
        }
    }
    arrays
}

/// One row: assembled, then divided by its diagonal.
struct Fill<'a, F> {
    shape: Padded,
    row: usize,
    x: &'a [f64],
    factor: Option<f64>,
    force: &'a [f64],
    block: &'a mut [f64],
    squares: &'a mut [f64],
    kept: &'a mut [f32],
    inertia: &'a mut [f64],
    sums: &'a mut [f64; 3],
    residual: &'a mut [f64],
    assemble: &'a F,
}

impl<F: Fn(usize, &mut [f64])> NullaryFnOnce for Fill<'_, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let (n, [_, sy, sz]) = (self.shape.row(), self.shape.strides());
        (self.assemble)(self.row, self.block);
        let (first, count) = (self.row * n + 1, n - 1);
        if !self.force.is_empty() {
            let b = &mut self.block[RIGHT * n + 1..][..count];
            for (b, force) in b.iter_mut().zip(&self.force[first..]) {
                *b += force;
            }
        }
        let part = |array: usize| &self.block[array * n + 1..][..count];
        let (aw, ae, as_, an) = (part(0), part(1), part(2), part(3));
        let (ab, at, s, b) = (part(4), part(5), part(SINK), part(RIGHT));
        let beside = |start: usize| {
            let start = start.min(self.x.len() - count);
            &self.x[start..start + count]
        };
        let (xw, xe, xs) = (beside(first - 1), beside(first + 1), beside(first - sy));
        let (xn, xb, xt) = (beside(first + sy), beside(first - sz), beside(first + sz));
        let (x, m) = (beside(first), &mut self.inertia[1..][..count]);
        let (kw, rest) = self.kept.split_at_mut(n);
        let (ke, rest) = rest.split_at_mut(n);
        let (ks, rest) = rest.split_at_mut(n);
        let (kn, rest) = rest.split_at_mut(n);
        let (kb, rest) = rest.split_at_mut(n);
        let (kt, kr) = rest.split_at_mut(n);
        let (kw, ke, ks) = (&mut kw[1..][..count], &mut ke[1..][..count], &mut ks[1..][..count]);
        let (kn, kb, kt) = (&mut kn[1..][..count], &mut kb[1..][..count], &mut kt[1..][..count]);
        let kr = &mut kr[1..][..count];
        let (square, rest) = self.squares.split_at_mut(n);
        let (scale, stream) = rest.split_at_mut(n);
        let (square, scale, stream) = (&mut square[..count], &mut scale[..count], &mut stream[..count]);
        let residual = &mut self.residual[1..][..count];
        let (renewed, factor) = (self.factor.is_some(), self.factor.unwrap_or(0.0));
        for i in 0..count {
            let diagonal = aw[i] + ae[i] + as_[i] + an[i] + ab[i] + at[i] + s[i];
            m[i] = if renewed { factor * diagonal } else { m[i] };
            let r = b[i]
                + aw[i] * (xw[i] - x[i])
                + ae[i] * (xe[i] - x[i])
                + as_[i] * (xs[i] - x[i])
                + an[i] * (xn[i] - x[i])
                + ab[i] * (xb[i] - x[i])
                + at[i] * (xt[i] - x[i])
                - s[i] * x[i];
            let whole = diagonal + m[i];
            let inverse = if whole > 0.0 { 1.0 / whole } else { 0.0 };
            kw[i] = (aw[i] * inverse) as f32;
            ke[i] = (ae[i] * inverse) as f32;
            ks[i] = (as_[i] * inverse) as f32;
            kn[i] = (an[i] * inverse) as f32;
            kb[i] = (ab[i] * inverse) as f32;
            kt[i] = (at[i] * inverse) as f32;
            kr[i] = (r * inverse) as f32;
            residual[i] = r;
            square[i] = r * r;
            scale[i] = diagonal * x[i] * (diagonal * x[i]);
            stream[i] = inverse * (through(aw[i], ae[i]) + through(as_[i], an[i]) + through(ab[i], at[i]));
        }
        // Apart from the loop above, which the order of a sum would keep from vectors.
        *self.sums =
            [square.iter().sum(), scale.iter().sum(), stream.iter().fold(0.0, |m: f64, &s| m.max(s))];
    }
}

/// What streams through a row from one side to the other: the sides share their diffusion. Nothing through walls.
#[inline(always)]
fn through(lower: f64, upper: f64) -> f64 {
    if lower.min(upper) > 0.0 { (lower - upper).abs() } else { 0.0 }
}

/// Whether a row, counted with ghosts, holds cells or upper faces.
fn holds_cells(shape: Padded, row: usize) -> bool {
    let rows = shape.size[1] + 2;
    !row.is_multiple_of(rows) && row >= rows
}

/// Splits a block of eight arrays.
#[inline(always)]
pub(super) fn split(block: &mut [f64], n: usize) -> [&mut [f64]; ARRAYS] {
    let mut parts = block.chunks_exact_mut(n);
    std::array::from_fn(|_| parts.next().expect("a block has eight arrays"))
}

/// Calls `f(row, the row's chunk)` for every row that holds cells or upper faces, compiled for the widest vectors
/// that the processor has (`f` has to be inlined for that).
pub(super) fn each_row<T: Send>(
    shape: Padded,
    chunk: usize,
    values: &mut [T],
    f: impl Fn(usize, &mut [T]) + Sync,
) {
    let vectors = Arch::new();
    let work = |row: usize, values: &mut [T]| {
        if holds_cells(shape, row) {
            vectors.dispatch(Row { row, values, f: &f });
        }
    };
    if shape.len() < 2 * PARALLEL_VALUES {
        values.chunks_mut(chunk).enumerate().for_each(|(row, values)| work(row, values));
    } else {
        let least = (PARALLEL_VALUES / shape.row()).max(1);
        let chunks = values.par_chunks_mut(chunk).with_min_len(least);
        chunks.enumerate().for_each(|(row, values)| work(row, values));
    }
}

/// A row and what is done with it.
struct Row<'a, T, F> {
    row: usize,
    values: &'a mut [T],
    f: &'a F,
}

// A struct, because a closure is not inlined into the code of another instruction set.
impl<T, F: Fn(usize, &mut [T])> NullaryFnOnce for Row<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        (self.f)(self.row, self.values);
    }
}
