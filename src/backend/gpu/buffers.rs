//! Buffers on the device: checked against its limits before they are asked for, uploaded as f32 or u32.

use super::device::Device;
use super::kernel::BindGroups;
use crate::backend::BackendError;
use crate::backend::refinement::ResidentArrays;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use wgpu::BufferUsages;

/// An array on the device. Bind groups that hold it are forgotten when it is dropped, so that its memory
/// is given back.
#[derive(Debug)]
pub(crate) struct Buffer {
    raw: wgpu::Buffer,
    id: u64,
    groups: Rc<BindGroups>,
}

impl Buffer {
    /// The buffer itself.
    pub(crate) fn raw(&self) -> &wgpu::Buffer {
        &self.raw
    }

    /// Tells it from every other buffer of the device, past ones included.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.groups.forget(self.id);
    }
}

/// Makes buffers and remembers how much memory was asked for.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    groups: Rc<BindGroups>,
    made: Cell<u64>,
    bytes: Cell<u64>,
    /// Arrays of a dry run.
    noted: RefCell<Vec<ResidentArrays>>,
    /// What stands for every array of a dry run.
    stand_in: OnceCell<wgpu::Buffer>,
}

impl Allocator {
    /// Bind groups of the buffers made here.
    pub(crate) fn groups(&self) -> &BindGroups {
        &self.groups
    }

    /// Bytes of all buffers made so far, dropped ones included.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes.get()
    }

    /// The arrays of a dry run, largest kind first; the next one starts anew.
    pub(crate) fn take_noted(&self) -> Vec<ResidentArrays> {
        let mut noted = self.noted.take();
        noted.sort_by_key(|arrays| std::cmp::Reverse(arrays.bytes));
        noted
    }

    /// Bytes of one array at most.
    pub(crate) fn available(&self, device: &Device) -> u64 {
        let limits = device.limits();
        limits.max_storage_buffer_binding_size.min(limits.max_buffer_size)
    }

    /// An array of `length` words of four bytes, all 0. `what` names it in messages.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it exceeds a limit of the device, [`BackendError::DeviceFailed`] if
    /// the driver refuses the memory.
    pub(crate) fn zeros(&self, device: &Device, what: &str, length: usize) -> Result<Buffer, BackendError> {
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
        self.make(device, what, usage, length)
    }

    /// An array of f32 from host values.
    ///
    /// # Errors
    /// As [`Self::zeros`].
    pub(crate) fn reals(
        &self,
        device: &Device,
        what: &str,
        parts: &[&[f64]],
    ) -> Result<Buffer, BackendError> {
        let length = parts.iter().map(|part| part.len()).sum();
        let buffer = self.zeros(device, what, length)?;
        let mut offset = 0;
        for part in parts.iter().filter(|part| !part.is_empty() && !device.is_dry()) {
            device.queue().write_buffer(buffer.raw(), offset, bytemuck::cast_slice(&single(part)));
            offset += 4 * part.len() as u64;
        }
        Ok(buffer)
    }

    /// An array of words, u32 or the bits of something else, from host values.
    ///
    /// # Errors
    /// As [`Self::zeros`].
    pub(crate) fn words(&self, device: &Device, what: &str, values: &[u32]) -> Result<Buffer, BackendError> {
        let buffer = self.zeros(device, what, values.len())?;
        if !values.is_empty() && !device.is_dry() {
            device.queue().write_buffer(buffer.raw(), 0, bytemuck::cast_slice(values));
        }
        Ok(buffer)
    }

    /// A uniform buffer that holds these bytes.
    ///
    /// # Errors
    /// As [`Self::zeros`].
    pub(crate) fn uniform(&self, device: &Device, bytes: &[u8]) -> Result<Buffer, BackendError> {
        let usage = BufferUsages::UNIFORM | BufferUsages::COPY_DST;
        let buffer = self.make(device, "parameters", usage, bytes.len().div_ceil(4))?;
        device.queue().write_buffer(buffer.raw(), 0, bytes);
        Ok(buffer)
    }

    fn make(
        &self,
        device: &Device,
        what: &str,
        usage: BufferUsages,
        length: usize,
    ) -> Result<Buffer, BackendError> {
        // A binding may not be empty, so an empty array has one word that no kernel reads.
        let needed = 4 * length.max(1) as u64;
        let available = self.available(device);
        if needed > available {
            return Err(BackendError::TooLarge { what: format!("one array ({what})"), needed, available });
        }
        let raw = if device.is_dry() {
            self.note(what, needed);
            self.stand_in(device)?
        } else {
            let raw = device.buffer(what, usage, needed, self.bytes.get())?;
            self.bytes.set(self.bytes.get() + needed);
            raw
        };
        self.made.set(self.made.get() + 1);
        Ok(Buffer { raw, id: self.made.get(), groups: Rc::clone(&self.groups) })
    }

    /// Remembers an array of a dry run.
    fn note(&self, what: &str, bytes: u64) {
        let mut noted = self.noted.borrow_mut();
        match noted.iter_mut().find(|arrays| arrays.name == what) {
            Some(arrays) => {
                arrays.count += 1;
                arrays.bytes += bytes;
                arrays.largest = arrays.largest.max(bytes);
            }
            None => noted.push(ResidentArrays { name: what.into(), count: 1, bytes, largest: bytes }),
        }
    }

    fn stand_in(&self, device: &Device) -> Result<wgpu::Buffer, BackendError> {
        if let Some(buffer) = self.stand_in.get() {
            return Ok(buffer.clone());
        }
        let buffer = device.buffer("a dry run", BufferUsages::STORAGE, 4, self.bytes.get())?;
        Ok(self.stand_in.get_or_init(|| buffer).clone())
    }
}

/// Host values as the device's numbers.
pub(crate) fn single(values: &[f64]) -> Vec<f32> {
    values.iter().map(|&value| value as f32).collect()
}
