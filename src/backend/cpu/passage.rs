//! x = f64(x̃), b̃ = f32(b): how the f64 Krylov method uses a cycle in f32.

use super::layout::{Field, Layout};
use super::operator::Operator;
use super::real::Real;
use super::rows::PARALLEL_VALUES;
use super::{Cpu, CpuBackend};
use crate::backend::{BackendError, Preconditioned};
use crate::model::system::LinearSystem;
use rayon::prelude::*;

/// The system's operator in f64, and the cycle's right-hand side and answer in f32.
#[derive(Debug)]
pub struct Passage {
    cycle: Cpu<f32>,
    operator: Operator<f64>,
    b: Field<f32>,
    x: Field<f32>,
}

impl Preconditioned for CpuBackend {
    type Cycle = Cpu<f32>;
    type Passage = Passage;

    fn passage(&self, system: &LinearSystem, node_inverse: &[f64]) -> Result<Passage, BackendError> {
        let layout = Layout::new(system.size);
        let [b, x] = [0; 2].map(|_| Field::zeros(layout));
        Ok(Passage { cycle: Cpu::new(), operator: Operator::new(system, node_inverse), b, x })
    }

    fn cycle<'a>(&'a self, passage: &'a Passage) -> &'a Cpu<f32> {
        &passage.cycle
    }

    fn own_operator<'a>(passage: &'a Passage, _finest: &'a Operator<f32>) -> &'a Operator<f64> {
        &passage.operator
    }

    fn pass<R>(
        &self,
        passage: &mut Passage,
        b: &Field<f64>,
        x: &mut Field<f64>,
        cycle: impl FnOnce(&Cpu<f32>, &Field<f32>, &mut Field<f32>) -> R,
    ) -> R {
        convert(b, &mut passage.b, |value| value as f32);
        let result = cycle(&passage.cycle, &passage.b, &mut passage.x);
        convert(&passage.x, x, f64::from);
        result
    }
}

/// y = x in another precision.
fn convert<T: Real, U: Real>(x: &Field<T>, y: &mut Field<U>, to: impl Fn(T) -> U + Sync) {
    for colour in 0..2 {
        let (from, into) = (x.interior(colour), y.interior_mut(colour));
        let run = |(y, x): (&mut [U], &[T])| y.iter_mut().zip(x).for_each(|(y, x)| *y = to(*x));
        if into.len() < PARALLEL_VALUES {
            run((into, from));
        } else {
            into.par_chunks_mut(PARALLEL_VALUES).zip(from.par_chunks(PARALLEL_VALUES)).for_each(run);
        }
    }
}
