//! How long the operations of a backend take.

use super::{Backend, BackendError};

/// What a time was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// The host's clock around the work, with the wait for its end.
    Host,
    /// Timestamps that the device wrote before and after the work.
    Device,
}

/// A time and what it was read from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elapsed {
    /// Seconds.
    pub seconds: f64,
    /// What they were read from.
    pub clock: Clock,
}

/// A backend that says how long its work takes.
pub trait Stopwatch: Backend {
    /// Bytes of one value of a field.
    const VALUE_BYTES: usize;
    /// Arrays that `smooth_first` reads or writes, and how many values a cell that is: a backend that keeps the inverse
    /// of the diagonal and its colours apart needs no coefficient.
    const FIRST_SWEEP: (&'static str, usize);

    /// The time from the first to the last operation that `work` queues. What was queued before is waited
    /// for first.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost or refuses the work.
    fn time(&self, work: &mut dyn FnMut()) -> Result<Elapsed, BackendError>;
}
