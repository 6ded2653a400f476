//! States of a flow kept aside, and sums of them.

use super::super::buffers::Buffer;
use super::super::{Field, GpuBackend, Scalar};
use super::Flow;
use crate::backend::gpu::operator::index;
use crate::backend::gpu::parameters::Axpy;
use crate::backend::{Backend, BackendError};

/// Velocities along x, y, z, pressure with its changes, temperature, in the flow's shape; the last two may be missing.
#[derive(Debug)]
pub struct Snapshot {
    velocity: Field,
    pressure: Field,
    temperature: Field,
    /// 1, by which sums are scaled.
    one: Scalar,
}

impl GpuBackend {
    pub(super) fn new_snapshot(&self, flow: &Flow, pressure: bool) -> Result<Snapshot, BackendError> {
        let room = |what: &str, cells: usize| {
            Ok(Field { values: self.allocator.zeros(&self.device, what, cells)?, cells })
        };
        let length = flow.length();
        let one = self.scalar();
        if let Some(buffer) = &one.0 {
            self.recorder.write(&self.device, buffer.raw(), bytemuck::bytes_of(&1.0_f32));
        }
        Ok(Snapshot {
            velocity: room("a flow kept aside", 3 * length)?,
            pressure: room("a flow kept aside", if pressure { 2 * length } else { 0 })?,
            temperature: room("a flow kept aside", if flow.heat.is_some() { length } else { 0 })?,
            one,
        })
    }

    pub(super) fn save_snapshot(&self, flow: &Flow, snapshot: &mut Snapshot) {
        let arrays = [&flow.velocity, &flow.pressure, &flow.temperature];
        for (from, to) in arrays.into_iter().zip(snapshot.fields()).filter(|(_, to)| to.cells > 0) {
            self.recorder.copy(&self.device, from.raw(), to.values.raw());
        }
    }

    /// Adds to velocities, pressure and temperature of a flow or of another snapshot, what both have.
    pub(super) fn add_snapshot(&self, factor: f64, x: &Snapshot, y: [&Buffer; 3]) {
        let Some(one) = &x.one.0 else { return };
        // What is missing has room for one word, which no kernel may read.
        let has = |y: &Buffer, cells: usize| cells > 0 && y.raw().size() >= 4 * cells as u64;
        for (x, y) in x.fields().into_iter().zip(y).filter(|(x, y)| has(y, x.cells)) {
            let arrays = [("alpha", one), ("x", &x.values), ("y", y)];
            let parameters = Axpy { sign: factor as f32, count: index(x.cells) };
            self.run(&self.kernels.axpy, &arrays, parameters, x.cells);
        }
    }

    pub(super) fn overlaps_of(
        &self,
        pairs: &[(&Snapshot, &Snapshot)],
    ) -> Result<Vec<[f64; 2]>, BackendError> {
        let mut sums = Vec::new();
        for (x, y) in pairs {
            for (x, y) in [(&x.velocity, &y.velocity), (&x.temperature, &y.temperature)] {
                let mut sum = self.scalar();
                if x.cells > 0 {
                    self.dot(x, y, &mut sum);
                }
                sums.push(sum);
            }
        }
        let values = self.read(&sums.iter().collect::<Vec<_>>())?.0;
        Ok(values.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect())
    }
}

impl Snapshot {
    /// Velocities, pressure, temperature.
    pub(super) fn buffers(&self) -> [&Buffer; 3] {
        self.fields().map(|field| &field.values)
    }

    fn fields(&self) -> [&Field; 3] {
        [&self.velocity, &self.pressure, &self.temperature]
    }
}
