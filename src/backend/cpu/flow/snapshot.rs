//! States of a flow kept aside, and sums of them.

use super::Flow;
use rayon::prelude::*;

/// Values of one piece of a sum: whole pieces make it independent of the number of threads.
const PIECE: usize = 4096;

/// Velocities along x, y, z, pressure, temperature, in the flow's shape.
#[derive(Clone, Debug)]
pub struct Snapshot([Vec<f64>; 5]);

impl Snapshot {
    pub(super) fn new(flow: &Flow, pressure: bool) -> Self {
        let zeros = |are: bool| vec![0.0; if are { flow.shape.len() } else { 0 }];
        Self([zeros(true), zeros(true), zeros(true), zeros(pressure), zeros(flow.heat.is_some())])
    }

    /// Velocities along x, y, z, pressure, temperature.
    pub(super) fn arrays(&self) -> &[Vec<f64>; 5] {
        &self.0
    }

    pub(super) fn save(&mut self, flow: &Flow) {
        let [u, v, w, p, t] = &mut self.0;
        for (kept, velocity) in [u, v, w].into_iter().zip(&flow.velocity) {
            kept.copy_from_slice(velocity);
        }
        for (kept, values) in [(p, &flow.pressure), (t, &flow.temperature)] {
            let n = kept.len();
            kept.copy_from_slice(&values[..n]);
        }
    }

    pub(super) fn add_to(&self, factor: f64, flow: &mut Flow) {
        let [u, v, w] = &mut flow.velocity;
        for (values, kept) in [u, v, w, &mut flow.pressure, &mut flow.temperature].into_iter().zip(&self.0) {
            add(factor, kept, values);
        }
    }

    pub(super) fn add(&mut self, factor: f64, other: &Self) {
        for (values, others) in self.0.iter_mut().zip(&other.0) {
            add(factor, others, values);
        }
    }

    pub(super) fn overlap(&self, other: &Self) -> [f64; 2] {
        let dot = |array: usize| -> f64 {
            let pieces = self.0[array].par_chunks(PIECE).zip(other.0[array].par_chunks(PIECE));
            let sums: Vec<f64> = pieces.map(|(a, b)| a.iter().zip(b).map(|(a, b)| a * b).sum()).collect();
            sums.iter().sum()
        };
        [dot(0) + dot(1) + dot(2), dot(4)]
    }
}

/// y ← y + factor x, or nothing if one of them is missing.
fn add(factor: f64, x: &[f64], y: &mut [f64]) {
    y.par_chunks_mut(PIECE).zip(x.par_chunks(PIECE)).for_each(|(y, x)| {
        for (y, x) in y.iter_mut().zip(x) {
            *y += factor * x;
        }
    });
}
