//! The f64 reference on all cores, one file an operation; `shaders/` holds their twins.

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
mod prolong;
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
mod smooth;
mod smooth_first;
mod smooth_lines;
mod stopwatch;
mod transfer;

use super::refinement::ResidualPrecision;
use super::{Backend, BackendError, Coarsening, Colour, Description};
use crate::model::system::LinearSystem;
pub use deflate::Deflation;
pub use extended::Extended;
pub use flow::Flow;
pub use layout::{Field, Layout};
pub use lines::Lines;
pub use operator::Operator;
use std::cell::{Cell, RefCell};
pub use transfer::Transfer;

/// The CPU backend.
#[derive(Debug, Default)]
pub struct CpuBackend {
    breakdown: Cell<bool>,
}

/// A dense matrix, row-major, with room for the values of a level in natural order.
#[derive(Clone, Debug)]
pub struct Dense {
    values: Vec<f64>,
    scratch: RefCell<[Vec<f64>; 2]>,
}

impl CpuBackend {
    /// The backend on all cores that rayon's pool has.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Backend for CpuBackend {
    type Field = Field;
    type Scalar = f64;
    type Operator = Operator;
    type Transfer = Transfer;
    type Lines = Lines;
    type Dense = Dense;
    type Deflation = Deflation;

    fn description(&self) -> Description {
        let device = format!("{} threads, f64", rayon::current_num_threads());
        Description { kind: "cpu", device, driver: String::new(), residual_precision: ResidualPrecision::F64 }
    }

    fn field(&self, size: [usize; 3]) -> Result<Field, BackendError> {
        Ok(Field::zeros(Layout::new(size)))
    }

    fn scalar(&self) -> f64 {
        0.0
    }

    fn operator(&self, system: &LinearSystem, node_inverse: &[f64]) -> Result<Operator, BackendError> {
        Ok(Operator::new(system, node_inverse))
    }

    fn lines(&self, system: &LinearSystem, axis: usize) -> Result<Lines, BackendError> {
        Ok(Lines::new(system, axis))
    }

    fn transfer(&self, coarsening: &Coarsening) -> Result<Transfer, BackendError> {
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

    fn upload(&self, values: &[f64], x: &mut Field) {
        x.set(values);
    }

    fn download(&self, x: &Field) -> Result<Vec<f64>, BackendError> {
        Ok(x.to_natural())
    }

    fn read(&self, scalars: &[&f64]) -> Result<(Vec<f64>, bool), BackendError> {
        Ok((scalars.iter().map(|&&s| s).collect(), self.breakdown.take()))
    }

    fn clear(&self, x: &mut Field) {
        x.colours.iter_mut().for_each(|values| values.fill(0.0));
    }

    fn copy(&self, x: &Field, y: &mut Field) {
        for colour in 0..2 {
            y.interior_mut(colour).copy_from_slice(x.interior(colour));
        }
    }

    fn axpy(&self, sign: f64, alpha: &f64, x: &Field, y: &mut Field) {
        for colour in 0..2 {
            axpy::axpy(sign * alpha, x.interior(colour), y.interior_mut(colour));
        }
    }

    fn dot(&self, x: &Field, y: &Field, out: &mut f64) {
        *out = dot::dot(x.interior(0), y.interior(0)) + dot::dot(x.interior(1), y.interior(1));
    }

    fn divide(&self, numerator: &f64, denominator: &f64, out: &mut f64) {
        let valid = denominator.is_normal() && *denominator > 0.0 && numerator.is_finite();
        if !valid {
            self.breakdown.set(true);
        }
        *out = if valid { numerator / denominator } else { 0.0 };
    }

    fn apply(&self, a: &Operator, x: &Field, y: &mut Field) {
        apply::apply(&a.stencil, x, y);
        if !a.node_inverse.is_empty() {
            gather::gather(a, x);
            scatter::scatter(a, scatter::Weight::MinusOne, None, y);
        }
    }

    fn residual(&self, a: &Operator, x: &Field, b: &Field, r: &mut Field) {
        residual::residual(&a.stencil, x, b, r);
        if !a.node_inverse.is_empty() {
            gather::gather(a, x);
            scatter::scatter(a, scatter::Weight::One, None, r);
        }
    }

    fn smooth(&self, a: &Operator, colour: Colour, omega: f64, b: &Field, x: &mut Field) {
        let colour = colour as usize;
        if a.node_inverse.is_empty() {
            return smooth::smooth(&a.stencil, colour, omega, b, x);
        }
        gather::gather(a, x);
        smooth::smooth(&a.stencil, colour, omega, b, x);
        scatter::scatter(a, scatter::Weight::Relaxed(omega), Some(colour), x);
    }

    fn smooth_first(&self, a: &Operator, omega: f64, b: &Field, x: &mut Field) {
        smooth_first::smooth_first(&a.stencil, omega, b, x);
    }

    fn smooth_lines(&self, a: &Operator, lines: &Lines, colour: Colour, b: &Field, x: &mut Field) {
        if !a.node_inverse.is_empty() {
            gather::gather(a, x);
        }
        smooth_lines::smooth_lines(a, lines, colour as usize, b, x);
    }

    fn restrict(&self, transfer: &Transfer, fine: &Field, coarse: &mut Field) {
        restrict::restrict(transfer, fine, coarse);
    }

    fn prolong(&self, transfer: &Transfer, coarse: &Field, fine: &mut Field) {
        prolong::prolong(transfer, coarse, fine);
    }

    fn multiply(&self, m: &Dense, x: &Field, y: &mut Field) {
        let [natural, product] = &mut *m.scratch.borrow_mut();
        x.copy_to_natural(natural);
        multiply::multiply(&m.values, natural, product);
        y.set(product);
    }

    fn deflate(&self, bodies: &Deflation, r: &Field, x: &mut Field) {
        deflate::deflate(bodies, r, x);
    }
}
