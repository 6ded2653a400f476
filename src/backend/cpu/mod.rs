//! The CPU on all cores, one file an operation; `shaders/` holds their twins.
//!
//! [`CpuBackend`] is the f64 reference: its Krylov method, its residuals and its answers are f64. The cycle
//! that preconditions it is [`Cpu`] in f32, whose operations are the same code: half the memory traffic,
//! and what it gives is only a direction ([`Preconditioned`]).

mod apply;
mod axpy;
mod deflate;
mod dot;
mod extended;
mod flow;
mod gather;
mod layout;
mod lines;
mod multiply;
mod operator;
mod passage;
mod prolong;
mod real;
mod refined_add;
mod refined_gather;
mod refined_residual;
mod refined_round;
mod refined_scatter;
mod refined_sums;
mod residual;
mod restrict;
mod rows;
mod scatter;
mod seam;
mod smooth;
mod smooth_first;
mod smooth_lines;
mod stencil;
mod stopwatch;
mod transfer;

use super::refinement::ResidualPrecision;
use super::{Backend, BackendError, Coarsening, Colour, Description};
use crate::model::system::LinearSystem;
pub use deflate::Deflation;
pub use extended::Extended;
pub use flow::{Flow, Snapshot};
pub use layout::{Field, Layout};
pub use lines::Lines;
pub use operator::Operator;
pub use passage::Passage;
pub use real::Real;
use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
pub use transfer::Transfer;

/// The CPU with fields of one precision.
#[derive(Debug, Default)]
pub struct Cpu<T> {
    breakdown: Cell<bool>,
    precision: PhantomData<T>,
}

/// The CPU backend.
pub type CpuBackend = Cpu<f64>;

/// A dense matrix, row-major, with room for the values of a level in natural order.
#[derive(Clone, Debug)]
pub struct Dense {
    values: Vec<f64>,
    scratch: RefCell<[Vec<f64>; 2]>,
}

impl<T: Real> Cpu<T> {
    /// The backend on all cores that rayon's pool has.
    #[must_use]
    pub fn new() -> Self {
        Self { breakdown: Cell::new(false), precision: PhantomData }
    }
}

impl<T: Real> Backend for Cpu<T> {
    type Field = Field<T>;
    type Scalar = f64;
    type Operator = Operator<T>;
    type Transfer = Transfer<T>;
    type Lines = Lines<T>;
    type Dense = Dense;
    type Deflation = Deflation;

    fn description(&self) -> Description {
        let device = format!("{} threads, {}", rayon::current_num_threads(), T::NAME);
        Description { kind: "cpu", device, driver: String::new(), residual_precision: ResidualPrecision::F64 }
    }

    fn field(&self, size: [usize; 3]) -> Result<Field<T>, BackendError> {
        Ok(Field::zeros(Layout::new(size)))
    }

    fn scalar(&self) -> f64 {
        0.0
    }

    fn operator(&self, system: &LinearSystem, node_inverse: &[f64]) -> Result<Operator<T>, BackendError> {
        Ok(Operator::new(system, node_inverse))
    }

    fn lines(&self, system: &LinearSystem, axis: usize) -> Result<Lines<T>, BackendError> {
        Ok(Lines::new(system, axis))
    }

    fn transfer(&self, coarsening: &Coarsening) -> Result<Transfer<T>, BackendError> {
        Ok(Transfer::new(coarsening))
    }

    fn dense(&self, rows: usize, values: &[f64]) -> Result<Dense, BackendError> {
        let scratch = RefCell::new([vec![0.0; rows], vec![0.0; rows]]);
        Ok(Dense { values: values.to_vec(), scratch })
    }

    fn deflation(
        &self,
        size: [usize; 3],
        of_cell: &[u32],
        inverse: &[f64],
    ) -> Result<Deflation, BackendError> {
        Ok(Deflation::new(size, of_cell, inverse))
    }

    fn upload(&self, values: &[f64], x: &mut Field<T>) {
        x.set(values);
    }

    fn download(&self, x: &Field<T>) -> Result<Vec<f64>, BackendError> {
        Ok(x.to_natural())
    }

    fn read(&self, scalars: &[&f64]) -> Result<(Vec<f64>, bool), BackendError> {
        Ok((scalars.iter().map(|&&s| s).collect(), self.breakdown.take()))
    }

    fn clear(&self, x: &mut Field<T>) {
        for colour in 0..2 {
            rows::for_each_row(x.layout, x.interior_mut(colour), |_, values| values.fill(T::ZERO));
        }
    }

    fn copy(&self, x: &Field<T>, y: &mut Field<T>) {
        for colour in 0..2 {
            y.interior_mut(colour).copy_from_slice(x.interior(colour));
        }
    }

    fn axpy(&self, sign: f64, alpha: &f64, x: &Field<T>, y: &mut Field<T>) {
        for colour in 0..2 {
            axpy::axpy(sign * alpha, x.interior(colour), y.interior_mut(colour));
        }
    }

    fn dot(&self, x: &Field<T>, y: &Field<T>, out: &mut f64) {
        *out = dot::dot(x.interior(0), y.interior(0)) + dot::dot(x.interior(1), y.interior(1));
    }

    fn divide(&self, numerator: &f64, denominator: &f64, out: &mut f64) {
        let valid = denominator.is_normal() && *denominator > 0.0 && numerator.is_finite();
        if !valid {
            self.breakdown.set(true);
        }
        *out = if valid { numerator / denominator } else { 0.0 };
    }

    fn apply(&self, a: &Operator<T>, x: &Field<T>, y: &mut Field<T>) {
        apply::apply(&a.stencil, x, y);
        if !a.links.is_empty() {
            gather::gather(a, x);
            scatter::scatter(a, scatter::Weight::MinusOne, None, y);
        }
    }

    fn residual(&self, a: &Operator<T>, x: &Field<T>, b: &Field<T>, r: &mut Field<T>) {
        residual::residual(&a.stencil, x, b, r);
        if !a.links.is_empty() {
            gather::gather(a, x);
            scatter::scatter(a, scatter::Weight::One, None, r);
        }
    }

    fn smooth(&self, a: &Operator<T>, colour: Colour, omega: f64, b: &Field<T>, x: &mut Field<T>) {
        let colour = colour as usize;
        if a.links.is_empty() {
            return smooth::sweep(&a.stencil, [colour, 1], omega, b, x);
        }
        gather::gather(a, x);
        smooth::sweep(&a.stencil, [colour, 1], omega, b, x);
        scatter::scatter(a, scatter::Weight::Relaxed(omega), Some(colour), x);
    }

    fn sweep(
        &self,
        a: &Operator<T>,
        first: Colour,
        half_sweeps: usize,
        omega: f64,
        b: &Field<T>,
        x: &mut Field<T>,
    ) {
        if a.links.is_empty() {
            smooth::sweep(&a.stencil, [first as usize, half_sweeps], omega, b, x);
        } else {
            (0..half_sweeps).for_each(|s| self.smooth(a, first.after(s), omega, b, x));
        }
    }

    fn smooth_first(&self, a: &Operator<T>, omega: f64, b: &Field<T>, x: &mut Field<T>) {
        smooth_first::smooth_first(&a.stencil, omega, b, x);
    }

    fn smooth_lines(
        &self,
        a: &Operator<T>,
        lines: &Lines<T>,
        colour: Colour,
        b: &Field<T>,
        x: &mut Field<T>,
    ) {
        if !a.links.is_empty() {
            gather::gather(a, x);
        }
        smooth_lines::sweep(a, lines, [colour as usize, 1], b, x);
    }

    fn sweep_lines(
        &self,
        a: &Operator<T>,
        lines: &Lines<T>,
        first: Colour,
        half_sweeps: usize,
        b: &Field<T>,
        x: &mut Field<T>,
    ) {
        if a.links.is_empty() {
            smooth_lines::sweep(a, lines, [first as usize, half_sweeps], b, x);
        } else {
            (0..half_sweeps).for_each(|s| self.smooth_lines(a, lines, first.after(s), b, x));
        }
    }

    fn restrict(&self, transfer: &Transfer<T>, fine: &Field<T>, coarse: &mut Field<T>) {
        restrict::restrict(transfer, fine, coarse);
    }

    fn prolong(&self, transfer: &Transfer<T>, coarse: &Field<T>, fine: &mut Field<T>) {
        prolong::prolong(transfer, coarse, fine);
    }

    fn multiply(&self, m: &Dense, x: &Field<T>, y: &mut Field<T>) {
        let [natural, product] = &mut *m.scratch.borrow_mut();
        x.copy_to_natural(natural);
        multiply::multiply(&m.values, natural, product);
        y.set(product);
    }

    fn deflate(&self, bodies: &Deflation, r: &Field<T>, x: &mut Field<T>) {
        deflate::deflate(bodies, r, x);
    }
}
