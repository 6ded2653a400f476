//! What the memory of a device gives: the yardstick of every kernel.
//!
//! ```text
//! copy    y = x              2 values moved
//! triad   z = x + s y        3 values moved (STREAM)
//! ```
//!
//! Bytes are those that the program names; what a cache reads before it writes is not counted.

use super::timing;
use crate::backend::cpu::CpuBackend;
use crate::backend::{BackendError, Stopwatch};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Bandwidth of memory, GB/s (10⁹ bytes).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bandwidth {
    /// Threads of the CPU; none on a GPU.
    pub threads: Option<usize>,
    /// Of y = x.
    pub copy_gb_s: f64,
    /// Of z = x + s y; measured on the CPU alone.
    pub triad_gb_s: Option<f64>,
}

/// An array of the CPU is four times its last cache, within these bounds, bytes.
const CPU_ARRAY: [usize; 2] = [128 << 20, 512 << 20];
/// Values of a GPU's array at first; halved until it fits. Two of 256 MiB are twice the largest cache.
const GPU_VALUES: usize = 1 << 26;

/// Bandwidth of the CPU's memory with so many threads.
///
/// # Errors
/// [`BackendError::DeviceFailed`] if the system gives no threads.
pub fn cpu(threads: usize) -> Result<Bandwidth, BackendError> {
    let bytes = last_cache().map_or(CPU_ARRAY[0], |cache| 4 * cache).clamp(CPU_ARRAY[0], CPU_ARRAY[1]);
    let values = bytes / size_of::<f64>();
    super::with_threads(threads, || {
        let backend = CpuBackend::new();
        let (x, mut y, mut z) = (vec![1.0f64; values], vec![2.0f64; values], vec![0.0f64; values]);
        let part = values.div_ceil(threads);
        let copy = timing::median(&backend, &mut || {
            y.par_chunks_mut(part).zip(x.par_chunks(part)).for_each(|(y, x)| y.copy_from_slice(x));
        })?;
        let triad = timing::median(&backend, &mut || {
            let parts = z.par_chunks_mut(part).zip(x.par_chunks(part)).zip(y.par_chunks(part));
            parts.for_each(|((z, x), y)| {
                z.iter_mut().zip(x).zip(y).for_each(|((z, x), y)| *z = x + 3.0 * y);
            });
        })?;
        let gb_s = |arrays: usize, seconds: f64| (arrays * bytes) as f64 / seconds * 1e-9;
        Ok(Bandwidth {
            threads: Some(threads),
            copy_gb_s: gb_s(2, copy.seconds),
            triad_gb_s: Some(gb_s(3, triad.seconds)),
        })
    })?
}

/// Bytes of the last cache of the first core, where the system says.
fn last_cache() -> Option<usize> {
    let text = std::fs::read_to_string("/sys/devices/system/cpu/cpu0/cache/index3/size").ok()?;
    text.trim().strip_suffix('K')?.parse::<usize>().ok().map(|kib| kib << 10)
}

/// Bandwidth of a device's memory, by its own copy between two fields.
///
/// # Errors
/// [`BackendError`] if the device fails or holds no fields.
pub fn device<B: Stopwatch>(backend: &B) -> Result<Bandwidth, BackendError> {
    let mut values = GPU_VALUES;
    let (mut x, mut y) = loop {
        match backend.field([values, 1, 1]).and_then(|x| Ok((x, backend.field([values, 1, 1])?))) {
            Err(_) if values > 1 << 16 => values /= 2,
            fields => break fields?,
        }
    };
    backend.clear(&mut x);
    let copy = timing::median(backend, &mut || backend.copy(&x, &mut y))?;
    let bytes = 2 * values * B::VALUE_BYTES;
    Ok(Bandwidth { threads: None, copy_gb_s: bytes as f64 / copy.seconds * 1e-9, triad_gb_s: None })
}
