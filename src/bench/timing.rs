//! The median time of something that is done over and over.

use crate::backend::{BackendError, Elapsed, Stopwatch};
use std::time::{Duration, Instant};

/// A sample lasts at least this long, s: clocks and launches are then a small part of it.
const SAMPLE: f64 = 0.02;
/// Runs in one sample at most.
const MOST_RUNS: usize = 500;
/// Samples of which the median is taken, if they fit into [`BUDGET`].
const SAMPLES: usize = 9;
/// No new sample begins after so long.
const BUDGET: Duration = Duration::from_millis(1500);

/// Seconds of one run: the median over samples of many runs each, after two that nobody counts.
///
/// # Errors
/// [`BackendError`] if the device fails.
pub(super) fn median<B: Stopwatch>(backend: &B, run: &mut dyn FnMut()) -> Result<Elapsed, BackendError> {
    // The first run compiles, binds and touches memory for the first time.
    backend.time(run)?;
    let once = backend.time(run)?.seconds;
    let runs = ((SAMPLE / once.max(1e-9)).ceil() as usize).clamp(1, MOST_RUNS);
    let start = Instant::now();
    let mut samples = Vec::new();
    while samples.is_empty() || (samples.len() < SAMPLES && start.elapsed() < BUDGET) {
        samples.push(backend.time(&mut || (0..runs).for_each(|_| run()))?);
    }
    samples.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let middle = samples[samples.len() / 2];
    Ok(Elapsed { seconds: middle.seconds / runs as f64, ..middle })
}
