//! Time on the device, from timestamps of two empty passes before and after the work. Devices without
//! timestamps are timed by the host, from the first recorded operation to the arrival of a read-back.

use super::{Device, GpuBackend};
use crate::backend::{BackendError, Clock, Elapsed, Stopwatch};
use std::time::Instant;

/// Bytes of the two timestamps.
const TICKS: u64 = 2 * size_of::<u64>() as u64;

/// Two timestamps and the buffer through which they leave the device.
struct Timestamps {
    set: wgpu::QuerySet,
    resolved: wgpu::Buffer,
}

impl Timestamps {
    /// None where the device writes no timestamps.
    fn new(device: &Device) -> Result<Option<Self>, BackendError> {
        if !device.raw().features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return Ok(None);
        }
        let set = device.checked("timestamps", |raw| {
            let ty = wgpu::QueryType::Timestamp;
            raw.create_query_set(&wgpu::QuerySetDescriptor { label: Some("timestamps"), ty, count: 2 })
        })?;
        let usage = wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC;
        Ok(Some(Self { set, resolved: device.buffer("timestamps", usage, TICKS, 0)? }))
    }

    /// Records the timestamp of an index.
    fn mark(&self, encoder: &mut wgpu::CommandEncoder, index: u32) {
        let timestamp_writes = Some(wgpu::ComputePassTimestampWrites {
            query_set: &self.set,
            beginning_of_pass_write_index: Some(index),
            end_of_pass_write_index: None,
        });
        encoder.begin_compute_pass(&wgpu::ComputePassDescriptor { label: None, timestamp_writes });
    }
}

impl Stopwatch for GpuBackend {
    const VALUE_BYTES: usize = size_of::<f32>();
    const FIRST_SWEEP: (&'static str, usize) = ("3a s b x", 6);

    fn time(&self, work: &mut dyn FnMut()) -> Result<Elapsed, BackendError> {
        let timestamps = Timestamps::new(&self.device)?;
        let mark = |index| {
            if let Some(timestamps) = &timestamps {
                self.recorder.between_passes(&self.device, |encoder| timestamps.mark(encoder, index));
            }
        };
        // Any read waits for all that is queued.
        let wait = || self.recorder.read(&self.device, &[(self.breakdown.raw(), 4)]);
        wait()?;
        let start = Instant::now();
        mark(0);
        work();
        mark(1);
        wait()?;
        let host = Elapsed { seconds: start.elapsed().as_secs_f64(), clock: Clock::Host };
        let Some(Timestamps { set, resolved }) = &timestamps else { return Ok(host) };
        self.recorder
            .between_passes(&self.device, |encoder| encoder.resolve_query_set(set, 0..2, resolved, 0));
        let bytes = self.recorder.read(&self.device, &[(resolved, TICKS)])?;
        let ticks: Vec<u64> = bytes.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        let nanoseconds = f64::from(self.device.queue().get_timestamp_period());
        Ok(match ticks[..] {
            // A driver that skips empty passes leaves 0.
            [first, last] if first > 0 && last > first => {
                Elapsed { seconds: (last - first) as f64 * nanoseconds * 1e-9, clock: Clock::Device }
            }
            _ => host,
        })
    }
}
