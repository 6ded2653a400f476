//! Who draws what, when: parts with their nominal power, the trace that each follows, and what is its own in it.
//!
//! ```text
//! P_i(t) = P_i,nominal · (1 + σ n_i) · v(t − lag_i)
//! ```
//!
//! v is the trace's share of the nominal power, n_i a normal number of the die (σ 5.7 %, measured: arXiv 2508.14318)
//! and the lag a uniform one, both of the trace's seed and the part's name, so that they do not change when other
//! parts come or go. W and s.

use super::profile::Profile;
use super::random::Stream;

/// Which list of the scene a part is in, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// A chip.
    Chip(usize),
    /// A block, plate or board.
    Solid(usize),
    /// A source in solids.
    Source(usize),
    /// A porous box.
    Porous(usize),
    /// What is plated to a cold plate besides its chips.
    Plate(usize),
}

/// A trace: a load and how alike those are who follow it.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// Its name in the scene.
    pub name: String,
    /// Share of the nominal power.
    pub profile: Profile,
    /// What is drawn for it where `[smoothing]` acts; without it the load itself.
    pub smoothed: Option<Profile>,
    /// Standard deviation of the power from part to part.
    pub spread: f64,
    /// Largest lag of a part, s.
    pub lag: f64,
    /// Of spread and lag.
    pub seed: u64,
}

/// A part that follows a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// Name with path.
    pub name: String,
    /// Where it is in the scene.
    pub part: Part,
    /// Nominal power times the factor of its die, W.
    pub full: f64,
    /// s behind the trace.
    pub lag: f64,
    /// Index of its trace.
    pub trace: usize,
    /// Whether it draws the smoothed power.
    pub smoothed: bool,
}

impl Load {
    /// A part of a nominal power, W, on a trace.
    #[must_use]
    pub fn new(name: &str, part: Part, nominal: f64, index: usize, trace: &Trace, smoothed: bool) -> Self {
        let normal = Stream::new(trace.seed, &format!("spread of {name}")).normal();
        let lag = trace.lag * Stream::new(trace.seed, &format!("lag of {name}")).uniform();
        // A die draws power, whatever the dice say.
        let full = nominal * (1.0 + trace.spread * normal).max(0.0);
        Self { name: name.to_owned(), part, full, lag, trace: index, smoothed }
    }
}

/// All parts that follow traces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loads {
    /// The traces.
    pub traces: Vec<Trace>,
    /// The parts, in the order of the scene.
    pub parts: Vec<Load>,
}

impl Loads {
    /// What a part follows, as shares of its full power.
    #[must_use]
    pub fn profile(&self, load: &Load) -> &Profile {
        let trace = &self.traces[load.trace];
        trace.smoothed.as_ref().filter(|_| load.smoothed).unwrap_or(&trace.profile)
    }

    /// Power of a part at a time, W.
    #[must_use]
    pub fn power(&self, load: &Load, t: f64) -> f64 {
        load.full * self.profile(load).value(t - load.lag)
    }

    /// Mean power of a part over a step, W, exact.
    #[must_use]
    pub fn mean(&self, load: &Load, from: f64, to: f64) -> f64 {
        load.full * self.profile(load).mean(from - load.lag, to - load.lag)
    }

    /// Mean power of a part in the long run, W: what a steady run takes.
    #[must_use]
    pub fn steady(&self, load: &Load) -> f64 {
        load.full * self.profile(load).mean_of_span()
    }

    /// Mean power of all parts over a step, W.
    #[must_use]
    pub fn total(&self, from: f64, to: f64) -> f64 {
        self.parts.iter().map(|load| self.mean(load, from, to)).sum()
    }

    /// The first time after one at which a trace has a corner for one of its parts, s. Lags spread the corners of many
    /// parts: a run that need not meet each of them asks [`Loads::next_corner`].
    #[must_use]
    pub fn next_event(&self, after: f64) -> Option<f64> {
        let of = |load: &Load| self.profile(load).next_event(after - load.lag).map(|t| t + load.lag);
        self.parts.iter().filter_map(of).filter(|t| *t > after).min_by(f64::total_cmp)
    }

    /// The first time after one at which a trace itself has a corner, s, whatever the lags.
    #[must_use]
    pub fn next_corner(&self, after: f64) -> Option<f64> {
        let all = self.traces.iter().flat_map(|trace| [Some(&trace.profile), trace.smoothed.as_ref()]);
        all.flatten().filter_map(|profile| profile.next_event(after)).min_by(f64::total_cmp)
    }

    /// The longest time that a trace takes until it repeats or ends, s; 0 where all are constant.
    #[must_use]
    pub fn longest_span(&self) -> f64 {
        let span = |trace: &Trace| {
            let (from, to) = trace.profile.span();
            to - from
        };
        self.traces.iter().map(span).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::generate::square;

    fn trace(spread: f64, lag: f64) -> Trace {
        let profile = square(1.0, 0.15, 8.0, 0.75, 0.0).unwrap();
        Trace { name: "job".into(), profile, smoothed: None, spread, lag, seed: 11 }
    }

    fn loads(count: usize, spread: f64, lag: f64) -> Loads {
        let trace = trace(spread, lag);
        let part = |i: usize| Load::new(&format!("gpu.{i}"), Part::Chip(i), 1000.0, 0, &trace, false);
        Loads { parts: (0..count).map(part).collect(), traces: vec![trace] }
    }

    #[test]
    fn dies_differ_by_their_spread_and_lag_at_most_as_said() {
        let loads = loads(5000, 0.057, 0.1);
        let mean = loads.parts.iter().map(|load| load.full).sum::<f64>() / 5000.0;
        let variance = loads.parts.iter().map(|load| (load.full - mean).powi(2)).sum::<f64>() / 5000.0;
        // Five standard errors of 5000 of them.
        assert!((mean - 1000.0).abs() < 5.0 * 57.0 / 5000.0_f64.sqrt(), "{mean}");
        assert!((variance.sqrt() / 57.0 - 1.0).abs() < 5.0 * 0.7 / 5000.0_f64.sqrt(), "{variance}");
        assert!(loads.parts.iter().all(|load| (0.0..0.1).contains(&load.lag)));
    }

    #[test]
    fn the_power_of_all_is_the_sum_of_each_over_any_step() {
        let loads = loads(7, 0.057, 0.1);
        let whole = loads.total(3.0, 23.0) * 20.0;
        let pieces: f64 =
            (0..40).map(|k| 0.5 * loads.total(3.0 + 0.5 * k as f64, 3.5 + 0.5 * k as f64)).sum();
        assert!((whole - pieces).abs() < 1e-12 * whole.abs() * 40.0);
        // After whole periods every part has drawn its steady power.
        let steady: f64 = loads.parts.iter().map(|load| loads.steady(load)).sum();
        assert!((loads.total(80.0, 160.0) / steady - 1.0).abs() < 1e-13);
    }

    #[test]
    fn events_come_with_each_parts_own_lag() {
        let loads = loads(3, 0.0, 0.1);
        let mut lags: Vec<f64> = loads.parts.iter().map(|load| load.lag).collect();
        lags.sort_by(f64::total_cmp);
        let mut t = 5.0;
        for lag in lags {
            t = loads.next_event(t).unwrap();
            assert!((t - 6.0 - lag).abs() < 1e-12, "{t}");
        }
        assert_eq!(loads.next_corner(5.0), Some(6.0));
        // Late by its lag, a part draws its idle share from there to there.
        for load in &loads.parts {
            let idle = loads.mean(load, 6.0 + load.lag, 8.0 + load.lag);
            assert!((idle - 150.0).abs() < 1e-9, "{idle}");
        }
    }
}
