//! Time on the CPU, where an operation is over when its call returns.

use super::Cpu;
use super::real::Real;
use crate::backend::{BackendError, Clock, Elapsed, Stopwatch};
use std::time::Instant;

impl<T: Real> Stopwatch for Cpu<T> {
    const VALUE_BYTES: usize = size_of::<T>();
    const FIRST_SWEEP: (&'static str, usize) = ("half of 1/d and b, x", 2);

    fn time(&self, work: &mut dyn FnMut()) -> Result<Elapsed, BackendError> {
        let start = Instant::now();
        work();
        Ok(Elapsed { seconds: start.elapsed().as_secs_f64(), clock: Clock::Host })
    }
}
