//! Loads by rule: training steps, inference, square waves, ramps. Values are shares of the nominal power.
//!
//! A training step computes near the design power and then communicates near idle; every n steps a checkpoint is
//! written. Thousands of GPUs do so almost in unison (arXiv 2508.14318), so the jitter of a phase is common to all
//! who follow the trace, and only a small lag and the spread of the dies are a part's own ([`super::load`]).

use super::profile::{Profile, ProfileError};
use super::random::Stream;

/// Most corners that a generator makes.
pub const MOST_CORNERS: usize = 2_000_000;

/// A training job.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// Share of the nominal power while computing.
    pub compute: f64,
    /// Share while communicating and writing checkpoints.
    pub idle: f64,
    /// Seconds of computing in a step.
    pub compute_time: f64,
    /// Seconds of communication in a step.
    pub communication_time: f64,
    /// Seconds of a checkpoint.
    pub checkpoint_time: f64,
    /// Steps between two checkpoints; 0 for none.
    pub checkpoint_every: usize,
    /// Largest change of a phase's duration, as a share of it: phases last 1 ± this, evenly spread.
    pub jitter: f64,
    /// Seconds from one level to the other; 0 jumps.
    pub edge: f64,
    /// Steps until it repeats.
    pub steps: usize,
    /// Of the jitter.
    pub seed: u64,
}

impl Training {
    /// The load over time.
    ///
    /// # Errors
    /// [`ProfileError`] where the durations add up to nothing.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        let mut stream = Stream::new(self.seed, "training jitter");
        let mut path = Path::new(self.edge);
        for step in 1..=self.steps {
            let mut last = |seconds: f64| seconds * (1.0 + self.jitter * stream.symmetric());
            path.hold(self.compute, last(self.compute_time));
            path.hold(self.idle, last(self.communication_time));
            if self.checkpoint_every > 0 && step % self.checkpoint_every == 0 {
                path.hold(self.idle, last(self.checkpoint_time));
            }
        }
        path.repeating()
    }
}

/// Requests that arrive at random and occupy slots; the load follows the number of occupied slots.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// Share of the nominal power without requests.
    pub idle: f64,
    /// Share with all slots occupied.
    pub busy: f64,
    /// Requests per second, on average; the gaps are exponential.
    pub rate: f64,
    /// Seconds of a request, on average; exponential.
    pub service: f64,
    /// Requests at once; others wait in the order of arrival.
    pub slots: usize,
    /// Seconds until it repeats.
    pub duration: f64,
    /// Of arrivals and services.
    pub seed: u64,
}

impl Inference {
    /// The load over time.
    ///
    /// # Errors
    /// [`ProfileError`] where nothing lasts.
    pub fn profile(&self) -> Result<Profile, ProfileError> {
        let mut arrivals = Stream::new(self.seed, "inference arrivals");
        let mut services = Stream::new(self.seed, "inference services");
        // The time at which each slot is free; a request takes the slot that is free first.
        let mut free = vec![0.0_f64; self.slots.max(1)];
        let mut changes: Vec<(f64, f64)> = Vec::new();
        let mut now = 0.0;
        loop {
            now += arrivals.exponential() / self.rate;
            if now >= self.duration || changes.len() >= MOST_CORNERS {
                break;
            }
            let first = (0..free.len()).min_by(|&a, &b| free[a].total_cmp(&free[b])).unwrap_or(0);
            let start = now.max(free[first]);
            free[first] = start + services.exponential() * self.service;
            changes.push((start, 1.0));
            changes.push((free[first], -1.0));
        }
        changes.retain(|(time, _)| *time < self.duration);
        changes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let share = |occupied: f64| self.idle + (self.busy - self.idle) * occupied / self.slots.max(1) as f64;
        let mut occupied = 0.0;
        let mut corners = vec![(0.0, share(0.0))];
        for (time, change) in changes {
            corners.push((time, share(occupied)));
            occupied += change;
            corners.push((time, share(occupied)));
        }
        corners.push((self.duration, share(occupied)));
        Profile::new(corners, Some(0.0))
    }
}

/// A square wave: high first, for a share of its period.
///
/// # Errors
/// [`ProfileError`] where the period is not positive.
pub fn square(high: f64, low: f64, period: f64, duty: f64, edge: f64) -> Result<Profile, ProfileError> {
    let mut path = Path::new(edge);
    path.hold(high, period * duty);
    path.hold(low, period * (1.0 - duty));
    path.repeating()
}

/// From one value to another: held, then linear, then held for ever.
///
/// # Errors
/// [`ProfileError`] where a time is not finite.
pub fn ramp(from: f64, to: f64, start: f64, duration: f64) -> Result<Profile, ProfileError> {
    Profile::new(vec![(0.0, from), (start, from), (start + duration, to)], None)
}

/// Levels held one after the other, with edges of a given length at the start of each.
struct Path {
    edge: f64,
    now: f64,
    level: Option<f64>,
    corners: Vec<(f64, f64)>,
}

impl Path {
    fn new(edge: f64) -> Self {
        Self { edge, now: 0.0, level: None, corners: Vec::new() }
    }

    fn hold(&mut self, level: f64, seconds: f64) {
        if self.level != Some(level) {
            if let Some(before) = self.level {
                self.corners.push((self.now, before));
                self.corners.push((self.now + self.edge.min(seconds), level));
            } else {
                self.corners.push((self.now, level));
            }
            self.level = Some(level);
        }
        self.now += seconds;
    }

    /// Closed by an edge back to its first level, which lies in the first phase of the next turn.
    fn repeating(mut self) -> Result<Profile, ProfileError> {
        let Some(last) = self.level else { return Err(ProfileError::Empty) };
        let first = self.corners[0].1;
        self.corners.push((self.now, last));
        if self.edge > 0.0 && first != last {
            // The first turn starts on its level; every later one begins with an edge.
            let rise = (self.now + self.edge.min(self.corners[1].0), first);
            let turn: Vec<(f64, f64)> = self.corners[1..].iter().map(|(t, v)| (t + self.now, *v)).collect();
            let from = self.now;
            self.corners.push(rise);
            self.corners.extend(turn);
            return Profile::new(self.corners, Some(from));
        }
        Profile::new(self.corners, Some(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> Training {
        Training {
            compute: 1.0,
            idle: 0.15,
            compute_time: 6.0,
            communication_time: 2.0,
            checkpoint_time: 12.0,
            checkpoint_every: 50,
            jitter: 0.0,
            edge: 0.0,
            steps: 50,
            seed: 1,
        }
    }

    #[test]
    fn a_job_draws_what_its_phases_draw_by_their_share_of_the_time() {
        let profile = job().profile().unwrap();
        // 50 steps of 8 s and a checkpoint of 12 s: 300 s at 1 and 112 s at 0.15.
        assert_eq!(profile.period(), Some(412.0));
        assert!((profile.mean_of_span() - (300.0 + 112.0 * 0.15) / 412.0).abs() < 1e-14);
        assert_eq!(
            [3.0, 7.0, 9.0, 405.0, 412.0 + 3.0].map(|t| profile.value(t)),
            [1.0, 0.15, 1.0, 0.15, 1.0]
        );
    }

    #[test]
    fn edges_take_as_much_from_one_level_as_they_give_to_the_next() {
        let sharp = job().profile().unwrap();
        let soft = Training { edge: 0.5, ..job() }.profile().unwrap();
        assert_eq!(soft.period(), Some(412.0));
        // As many edges up as down in a period, each shifts half its length.
        assert!((sharp.mean_of_span() - soft.mean_of_span()).abs() < 1e-13);
        assert!((soft.value(6.25) - 0.575).abs() < 1e-12);
        assert!(
            (soft.value(8.25 + 412.0) - 0.575).abs() < 1e-12 && (soft.value(412.25) - 0.575).abs() < 1e-12
        );
    }

    #[test]
    fn jitter_changes_each_phase_by_at_most_its_share_and_keeps_its_seed() {
        let noisy = |seed| Training { jitter: 0.1, seed, steps: 200, ..job() }.profile().unwrap();
        assert_eq!(noisy(3), noisy(3));
        assert_ne!(noisy(3), noisy(4));
        let profile = noisy(3);
        let compute: Vec<f64> = profile
            .corners()
            .windows(2)
            .filter(|p| p[0].1 == 1.0 && p[1].1 == 1.0)
            .map(|p| p[1].0 - p[0].0)
            .collect();
        assert_eq!(compute.len(), 200);
        assert!(compute.iter().all(|seconds| (seconds - 6.0).abs() <= 0.6 + 1e-9));
        // Evenly spread over ±0.6 s: a variance of 0.6²/3, known from 200 of them to within 5·√(0.8/200) of it.
        let variance = compute.iter().map(|seconds| (seconds - 6.0).powi(2)).sum::<f64>() / 200.0;
        assert!((variance / 0.12 - 1.0).abs() < 5.0 * (0.8_f64 / 200.0).sqrt(), "{variance}");
    }

    #[test]
    fn random_requests_occupy_rate_times_service_slots_on_average() {
        // Little's law: 2/s · 3 s = 6 of 40 slots, hardly ever full; over 20,000 s. The mean of a process of variance 6
        // and correlation time 3 s is known to 5·√(6·2·3/20000) of it.
        let load =
            Inference { idle: 0.2, busy: 1.0, rate: 2.0, service: 3.0, slots: 40, duration: 20e3, seed: 5 };
        let occupied = (load.profile().unwrap().mean_of_span() - 0.2) / 0.8 * 40.0;
        assert!((occupied - 6.0).abs() < 5.0 * (36.0_f64 / 20e3).sqrt(), "{occupied}");
    }

    #[test]
    fn never_more_requests_are_served_than_there_are_slots() {
        let load =
            Inference { idle: 0.2, busy: 1.0, rate: 5.0, service: 3.0, slots: 4, duration: 200.0, seed: 5 };
        let profile = load.profile().unwrap();
        let (low, high) = profile
            .corners()
            .iter()
            .fold((1.0_f64, 0.0_f64), |(low, high), (_, v)| (low.min(*v), high.max(*v)));
        assert!((high - 1.0).abs() < 1e-12 && low >= 0.2 - 1e-12);
    }

    #[test]
    fn a_square_wave_and_a_ramp_have_their_means() {
        let wave = square(1.0, 0.2, 1.0 / 3.0, 0.25, 0.0).unwrap();
        assert!((wave.mean_of_span() - 0.4).abs() < 1e-14);
        assert!((wave.mean(0.0, 100.0) - 0.4).abs() < 1e-12);
        let ramp = ramp(0.2, 1.0, 10.0, 20.0).unwrap();
        assert!((ramp.value(20.0) - 0.6).abs() < 1e-14 && (ramp.mean(0.0, 40.0) - 24.0 / 40.0).abs() < 1e-14);
    }
}
