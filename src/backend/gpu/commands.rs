//! The queue of recorded work: many kernels per submission, bounded work in each.

use super::device::Device;
use super::kernel::Dispatch;
use crate::backend::BackendError;
use std::cell::RefCell;
use std::sync::mpsc;

/// Dispatches of one submission at most.
const DISPATCHES: u32 = 1024;
/// Invocations of one submission at most: some tenths of a second on a slow GPU. Desktops reset the device
/// after seconds.
const INVOCATIONS: u64 = 1 << 27;
/// Staging buffers up to this size are kept, bytes.
const KEPT: u64 = 1 << 16;

/// What has been sent to the device since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Kernels dispatched.
    pub dispatches: u64,
    /// Command buffers submitted.
    pub submissions: u64,
    /// Times the host waited for values.
    pub read_backs: u64,
    /// Bytes of those values.
    pub bytes_read: u64,
    /// Residuals that the host computed because the device could not be trusted with them.
    pub host_residuals: u64,
}

impl std::ops::Sub for Counters {
    type Output = Self;

    /// What was sent after `before`.
    fn sub(self, before: Self) -> Self {
        Self {
            dispatches: self.dispatches - before.dispatches,
            submissions: self.submissions - before.submissions,
            read_backs: self.read_backs - before.read_backs,
            bytes_read: self.bytes_read - before.bytes_read,
            host_residuals: self.host_residuals - before.host_residuals,
        }
    }
}

/// Records work and submits it.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    // Declared before the encoder: a pass ends before what it is recorded in.
    pass: Option<wgpu::ComputePass<'static>>,
    encoder: Option<wgpu::CommandEncoder>,
    dispatches: u32,
    invocations: u64,
    staging: Option<wgpu::Buffer>,
    counters: Counters,
}

impl State {
    fn encoder(&mut self, device: &Device) -> &mut wgpu::CommandEncoder {
        self.encoder.get_or_insert_with(|| device.raw().create_command_encoder(&Default::default()))
    }

    /// The encoder between passes, for copies.
    fn between(&mut self, device: &Device) -> &mut wgpu::CommandEncoder {
        self.pass = None;
        self.encoder(device)
    }

    fn submit(&mut self, device: &Device) {
        self.pass = None;
        if let Some(encoder) = self.encoder.take() {
            device.queue().submit([encoder.finish()]);
            self.counters.submissions += 1;
        }
        self.dispatches = 0;
        self.invocations = 0;
    }
}

impl Recorder {
    /// Queues a kernel; `invocations` is its cost.
    pub(crate) fn dispatch(&self, device: &Device, dispatch: &Dispatch, invocations: u64) {
        let [x, y, z] = dispatch.workgroups;
        if x == 0 || device.is_dry() {
            return;
        }
        let state = &mut *self.state.borrow_mut();
        if state.pass.is_none() {
            let pass = state.encoder(device).begin_compute_pass(&Default::default());
            state.pass = Some(pass.forget_lifetime());
        }
        if let Some(pass) = &mut state.pass {
            pass.set_pipeline(dispatch.pipeline);
            pass.set_bind_group(0, &dispatch.group, &[]);
            pass.dispatch_workgroups(x, y, z);
        }
        state.counters.dispatches += 1;
        state.dispatches += 1;
        state.invocations += invocations;
        if state.dispatches >= DISPATCHES || state.invocations >= INVOCATIONS {
            state.submit(device);
        }
    }

    /// Queues a copy of a whole buffer into one of the same size.
    pub(crate) fn copy(&self, device: &Device, from: &wgpu::Buffer, to: &wgpu::Buffer) {
        if device.is_dry() {
            return;
        }
        self.state.borrow_mut().between(device).copy_buffer_to_buffer(from, 0, to, 0, from.size());
    }

    /// Queues a copy of the first bytes of a buffer to a place in another.
    pub(crate) fn copy_into(
        &self,
        device: &Device,
        from: &wgpu::Buffer,
        to: &wgpu::Buffer,
        at: u64,
        bytes: u64,
    ) {
        if device.is_dry() {
            return;
        }
        self.state.borrow_mut().between(device).copy_buffer_to_buffer(from, 0, to, at, bytes);
    }

    /// Queues a copy of bytes from a place in a buffer to the beginning of another.
    pub(crate) fn copy_part(
        &self,
        device: &Device,
        from: &wgpu::Buffer,
        at: u64,
        to: &wgpu::Buffer,
        bytes: u64,
    ) {
        if device.is_dry() {
            return;
        }
        self.state.borrow_mut().between(device).copy_buffer_to_buffer(from, at, to, 0, bytes);
    }

    /// Queues zeros for a whole buffer.
    pub(crate) fn clear(&self, device: &Device, buffer: &wgpu::Buffer) {
        if device.is_dry() {
            return;
        }
        self.state.borrow_mut().between(device).clear_buffer(buffer, 0, None);
    }

    /// Records what belongs to no pass of the backend's kernels.
    pub(crate) fn between_passes(&self, device: &Device, record: impl FnOnce(&mut wgpu::CommandEncoder)) {
        record(self.state.borrow_mut().between(device));
    }

    /// Writes host bytes after everything that is queued.
    pub(crate) fn write(&self, device: &Device, buffer: &wgpu::Buffer, bytes: &[u8]) {
        if device.is_dry() {
            return;
        }
        // The queue's own writes come before commands that are submitted later.
        self.state.borrow_mut().submit(device);
        device.queue().write_buffer(buffer, 0, bytes);
    }

    /// Sends what is queued and waits for the contents of some buffers, one after the other.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost or anything before this failed.
    pub(crate) fn read(
        &self,
        device: &Device,
        buffers: &[(&wgpu::Buffer, u64)],
    ) -> Result<Vec<u8>, BackendError> {
        device.check()?;
        let size: u64 = buffers.iter().map(|(_, size)| size).sum();
        if size == 0 || device.is_dry() {
            return Ok(vec![0; size as usize]);
        }
        let state = &mut *self.state.borrow_mut();
        let staging = match state.staging.take().filter(|staging| staging.size() >= size) {
            Some(staging) => staging,
            None => {
                let usage = wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST;
                device.buffer("values on their way to the host", usage, size, 0)?
            }
        };
        let mut offset = 0;
        for (buffer, size) in buffers {
            state.between(device).copy_buffer_to_buffer(buffer, 0, &staging, offset, *size);
            offset += size;
        }
        state.submit(device);
        state.counters.read_backs += 1;
        state.counters.bytes_read += size;

        let (sender, receiver) = mpsc::channel();
        staging.map_async(wgpu::MapMode::Read, 0..size, move |mapped| {
            // The receiver lives until the wait below is over; a send after that has no reader.
            let _ = sender.send(mapped);
        });
        device.wait()?;
        let mapped = receiver.try_recv().map_err(|_| device.error("no answer to a read-back"))?;
        mapped.map_err(|e| device.error(e))?;
        let bytes = staging.get_mapped_range(0..size).map_err(|e| device.error(e))?.to_vec();
        staging.unmap();
        if staging.size() <= KEPT {
            state.staging = Some(staging);
        }
        Ok(bytes)
    }

    /// Counts a residual that the host computed.
    pub(crate) fn count_host_residual(&self) {
        self.state.borrow_mut().counters.host_residuals += 1;
    }

    /// What has been sent so far.
    pub(crate) fn counters(&self) -> Counters {
        self.state.borrow().counters
    }
}
