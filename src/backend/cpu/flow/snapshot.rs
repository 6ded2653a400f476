//! States of a flow kept aside, and sums of them.

use super::Flow;
use rayon::prelude::*;

/// Values of one piece of a sum: whole pieces make it independent of the number of threads.
const PIECE: usize = 4096;

/// Velocities along x, y, z, pressure, temperature, in the flow's shape.
#[derive(Clone, Debug)]
pub struct Snapshot([Vec<f64>; 5]);

impl Snapshot {
    pub(super) fn new(flow: &Flow) -> Self {
        let zeros = || vec![0.0; flow.shape.len()];
        let temperature = if flow.heat.is_some() { zeros() } else { Vec::new() };
        Self([zeros(), zeros(), zeros(), zeros(), temperature])
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
        p.copy_from_slice(&flow.pressure);
        if !t.is_empty() {
            t.copy_from_slice(&flow.temperature);
        }
    }

    pub(super) fn load(&self, flow: &mut Flow) {
        let [u, v, w, p, t] = &self.0;
        for (velocity, kept) in flow.velocity.iter_mut().zip([u, v, w]) {
            velocity.copy_from_slice(kept);
        }
        flow.pressure.copy_from_slice(p);
        if !t.is_empty() {
            flow.temperature.copy_from_slice(t);
        }
    }

    pub(super) fn keep(&mut self, other: &Self) {
        for (values, others) in self.0.iter_mut().zip(&other.0) {
            values.copy_from_slice(others);
        }
    }

    pub(super) fn add(&mut self, factor: f64, other: &Self) {
        for (values, others) in self.0.iter_mut().zip(&other.0) {
            values.par_chunks_mut(PIECE).zip(others.par_chunks(PIECE)).for_each(|(values, others)| {
                for (value, other) in values.iter_mut().zip(others) {
                    *value += factor * other;
                }
            });
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
