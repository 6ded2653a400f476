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

    pub(super) fn load(&self, flow: &mut Flow) {
        let [u, v, w, p, t] = &self.0;
        for (velocity, kept) in flow.velocity.iter_mut().zip([u, v, w]) {
            velocity.copy_from_slice(kept);
        }
        for (values, kept) in [(&mut flow.pressure, p), (&mut flow.temperature, t)] {
            values[..kept.len()].copy_from_slice(kept);
        }
    }

    pub(super) fn keep(&mut self, other: &Self) {
        for (values, others) in self.0.iter_mut().zip(&other.0) {
            let n = values.len().min(others.len());
            values[..n].copy_from_slice(&others[..n]);
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
