//! Electrical power of what a scene holds, over time: what its parts draw, and what the grid sees of it.
//!
//! Means over equal steps, W, so that no energy is lost between them. Largest ramp: the largest change of the mean
//! from one window to the next, over its length,
//!
//! ```text
//! max_k |P̄(t_k + w, t_k + 2w) − P̄(t_k, t_k + w)| / w
//! ```

use super::load::Loads;
use super::spectrum::Spectrum;
use super::storage::Shelf;

/// How the power is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    /// From the start of the traces, s.
    pub duration: f64,
    /// s.
    pub step: f64,
    /// Of ramps, s.
    pub window: f64,
    /// Frequencies whose share of the swing is told, Hz.
    pub band: [f64; 2],
}

/// Power over time, one value a step.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// s.
    pub step: f64,
    /// What follows a trace, W.
    pub traced: Vec<f64>,
    /// All parts, W: what follows no trace, fans and pumps with it.
    pub parts: Vec<f64>,
    /// Drawn from the grid, W; the parts' own where nothing is stored.
    pub grid: Vec<f64>,
    /// In the store at the end of each step, J; empty where there is none.
    pub stored: Vec<f64>,
    /// Lost by the store, J.
    pub lost: f64,
    /// Seconds in which the store should have helped and was empty.
    pub empty: f64,
    /// Grid draw that the store held or tried to hold, W.
    pub limit: Option<f64>,
}

/// Figures of one power.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figures {
    /// W.
    pub peak: f64,
    /// W.
    pub mean: f64,
    /// Mean over peak.
    pub load_factor: f64,
    /// Between windows, W/s.
    pub largest_ramp: f64,
    /// Of the variance, within the band.
    pub band_share: f64,
    /// Hz and W of the strongest swing.
    pub strongest: Option<(f64, f64)>,
}

impl Series {
    /// The power of all loads beside a constant one, W. A store without a limit of its own gets the lowest that it can
    /// hold; it starts full.
    #[must_use]
    pub fn of(loads: &Loads, constant: f64, view: &View, shelf: Option<Store>) -> Self {
        let count = (view.duration / view.step).round().max(1.0) as usize;
        let time = |k: usize| k as f64 * view.step;
        let traced: Vec<f64> = (0..count).map(|k| loads.total(time(k), time(k + 1))).collect();
        let parts: Vec<f64> = traced.iter().map(|power| power + constant).collect();
        let mut series = Self {
            step: view.step,
            grid: parts.clone(),
            traced,
            parts,
            stored: Vec::new(),
            lost: 0.0,
            empty: 0.0,
            limit: None,
        };
        if let Some(store) = shelf {
            series.keep(&store);
        }
        series
    }

    fn keep(&mut self, store: &Store) {
        let free = Shelf { capacity: store.capacity, efficiency: store.efficiency, limit: 0.0 };
        let limit = store.limit.unwrap_or_else(|| free.lowest_limit(&self.parts, self.step));
        let shelf = Shelf { limit, ..free };
        let mut stored = shelf.full();
        for (grid, &parts) in self.grid.iter_mut().zip(&self.parts) {
            *grid = shelf.step(&mut stored, parts, self.step).mean;
            self.stored.push(stored.energy);
        }
        self.lost = stored.lost;
        self.empty = stored.empty;
        self.limit = Some(limit);
    }

    /// Figures of a power of the series.
    #[must_use]
    pub fn figures(power: &[f64], view: &View) -> Figures {
        let peak = power.iter().copied().fold(0.0, f64::max);
        let mean = power.iter().sum::<f64>() / power.len().max(1) as f64;
        let spectrum = Spectrum::of(power, view.step);
        Figures {
            peak,
            mean,
            load_factor: if peak > 0.0 { mean / peak } else { 0.0 },
            largest_ramp: largest_ramp(power, view.step, view.window),
            band_share: spectrum.as_ref().map_or(0.0, |known| known.share(view.band[0], view.band[1])),
            strongest: spectrum.and_then(|known| known.strongest()),
        }
    }
}

/// A store and the limit it shall hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Store {
    /// J.
    pub capacity: f64,
    /// Share of the charge that is stored.
    pub efficiency: f64,
    /// Grid draw to hold, W; the lowest that it can hold where none is given.
    pub limit: Option<f64>,
}

fn largest_ramp(power: &[f64], step: f64, window: f64) -> f64 {
    let width = (window / step).round().max(1.0) as usize;
    let mut sums = vec![0.0; power.len() + 1];
    for (k, value) in power.iter().enumerate() {
        sums[k + 1] = sums[k] + value;
    }
    let change = |k: usize| (sums[k + 2 * width] - 2.0 * sums[k + width] + sums[k]) / width as f64;
    let last = (power.len() + 1).saturating_sub(2 * width);
    let largest = (0..last).map(|k| change(k).abs()).fold(0.0, f64::max);
    largest / (width as f64 * step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::generate::square;
    use crate::control::load::{Load, Part, Trace};

    fn rack(profile: crate::control::Profile, gpus: usize) -> Loads {
        let trace = Trace { name: "job".into(), profile, smoothed: None, spread: 0.0, lag: 0.0, seed: 1 };
        let part = |i: usize| Load::new(&format!("gpu.{i}"), Part::Chip(i), 1400.0, 0, &trace, false);
        Loads { parts: (0..gpus).map(part).collect(), traces: vec![trace] }
    }

    const VIEW: View = View { duration: 20.0, step: 0.005, window: 0.05, band: [0.2, 3.0] };

    #[test]
    fn a_rack_of_square_loads_has_their_peak_mean_ramp_and_band() {
        let loads = rack(square(1.0, 0.15, 0.5, 0.5, 0.0).unwrap(), 72);
        let series = Series::of(&loads, 20e3, &VIEW, None);
        let figures = Series::figures(&series.grid, &VIEW);
        let full = 72.0 * 1400.0;
        assert!(
            (figures.peak - (full + 20e3)).abs() < 1e-6
                && (figures.mean - (0.575 * full + 20e3)).abs() < 1e-6
        );
        assert!((figures.load_factor - (0.575 * full + 20e3) / (full + 20e3)).abs() < 1e-12);
        // 85 % of the full power from one window to the next.
        assert!((figures.largest_ramp - 0.85 * full / 0.05).abs() < 1e-3);
        // A square wave of 2 Hz has 8/π² of its variance at 2 Hz, the rest from 6 Hz on; a hundred samples a period see
        // it within (π/100)²/3 of that.
        let share = 8.0 / std::f64::consts::PI.powi(2);
        assert!(
            (figures.band_share - share).abs() < share * (std::f64::consts::PI / 100.0).powi(2) / 3.0 * 2.0
        );
        assert!((figures.strongest.unwrap().0 - 2.0).abs() < 1e-9);
    }

    #[test]
    fn the_shelf_takes_30_percent_off_the_peak_of_fast_pulses_and_nothing_off_slow_steps() {
        let store = Store { capacity: 72.0 * 65.0, efficiency: 1.0, limit: None };
        let reduction = |period: f64| {
            let loads = rack(square(1.0, 0.15, period, 0.5, 0.0).unwrap(), 72);
            let series = Series::of(&loads, 0.0, &VIEW, Some(store));
            1.0 - Series::figures(&series.grid, &VIEW).peak / Series::figures(&series.parts, &VIEW).peak
        };
        // 65 J over half a period T/2 of 1400 W: 65/(1400 T/2): 31 % at 0.3 s; a training step of 6 s sees 0.8 %.
        assert!((reduction(0.3) - 65.0 / (1400.0 * 0.15)).abs() < 1e-5, "{}", reduction(0.3));
        assert!(reduction(0.3) > 0.3 && reduction(12.0) < 0.01, "{}", reduction(12.0));
    }

    #[test]
    fn energy_of_grid_parts_store_and_losses_balances() {
        let loads = rack(square(1.0, 0.15, 0.7, 0.4, 0.1).unwrap(), 5);
        let store = Store { capacity: 325.0, efficiency: 0.93, limit: Some(5000.0) };
        let series = Series::of(&loads, 123.0, &VIEW, Some(store));
        let joules = |power: &[f64]| power.iter().sum::<f64>() * series.step;
        let stored = series.stored.last().unwrap() - 325.0;
        let open = joules(&series.grid) - joules(&series.parts) - stored - series.lost;
        assert!(open.abs() < 1e-12 * joules(&series.grid), "{open} J");
        assert!(series.lost > 0.0 && series.limit == Some(5000.0));
    }
}
