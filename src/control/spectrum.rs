//! In which frequencies a power swings.
//!
//! ```text
//! P(t_k) = mean + Σ_m a_m cos(2π f_m t_k + φ_m)      f_m = m/(N Δt)      Parseval: variance = Σ_m a_m²/2
//! ```
//!
//! (the amplitude at half the sampling frequency counts whole, a²). The mean over each step, not the value at its
//! start, is what is sampled: what swings within a step is averaged away and not folded into lower frequencies.

use realfft::RealFftPlanner;

/// Amplitudes by frequency.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    /// Distance of the frequencies, Hz.
    pub resolution: f64,
    /// Amplitude at m times the distance, W; the first is the mean.
    pub amplitude: Vec<f64>,
    /// Number of samples.
    samples: usize,
}

impl Spectrum {
    /// Of samples every `dt` seconds; `None` for fewer than two.
    #[must_use]
    pub fn of(samples: &[f64], dt: f64) -> Option<Self> {
        let count = samples.len();
        if count < 2 {
            return None;
        }
        let plan = RealFftPlanner::<f64>::new().plan_fft_forward(count);
        let mut input = samples.to_vec();
        let mut output = plan.make_output_vec();
        plan.process(&mut input, &mut output).ok()?;
        let amplitude = output.iter().enumerate().map(|(m, value)| {
            let once = m == 0 || 2 * m == count;
            value.norm() * if once { 1.0 } else { 2.0 } / count as f64
        });
        Some(Self { resolution: 1.0 / (count as f64 * dt), amplitude: amplitude.collect(), samples: count })
    }

    /// Variance that a frequency carries, W².
    fn variance_of(&self, m: usize) -> f64 {
        let whole = self.amplitude[m] * self.amplitude[m];
        if 2 * m == self.samples { whole } else { 0.5 * whole }
    }

    /// Variance of all frequencies, W².
    #[must_use]
    pub fn variance(&self) -> f64 {
        (1..self.amplitude.len()).map(|m| self.variance_of(m)).sum()
    }

    /// Share of the variance between two frequencies, Hz, both included; 0 for a power that does not swing.
    #[must_use]
    pub fn share(&self, low: f64, high: f64) -> f64 {
        let frequency = |m: usize| m as f64 * self.resolution;
        let slack = 1e-9 * self.resolution;
        let within = (1..self.amplitude.len())
            .filter(|&m| frequency(m) >= low - slack && frequency(m) <= high + slack);
        let inside: f64 = within.map(|m| self.variance_of(m)).sum();
        let all = self.variance();
        // Rounding of the transform alone is no swing.
        let rounding = (f64::EPSILON * self.amplitude[0]).powi(2) * self.samples as f64;
        if all > rounding { inside / all } else { 0.0 }
    }

    /// Frequency and amplitude, Hz and W, of the strongest swing; `None` for a power that does not swing.
    #[must_use]
    pub fn strongest(&self) -> Option<(f64, f64)> {
        let m = (1..self.amplitude.len()).max_by(|&a, &b| self.amplitude[a].total_cmp(&self.amplitude[b]))?;
        (self.share(0.0, f64::INFINITY) > 0.0).then(|| (m as f64 * self.resolution, self.amplitude[m]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    fn samples(count: usize, dt: f64) -> Vec<f64> {
        let at = |t: f64| 500.0 + 30.0 * (TAU * 1.0 * t).cos() + 40.0 * (TAU * 4.0 * t + 1.0).sin();
        (0..count).map(|k| at(k as f64 * dt)).collect()
    }

    #[test]
    fn two_swings_have_their_amplitudes_at_their_frequencies_and_share_the_variance() {
        let spectrum = Spectrum::of(&samples(1000, 0.01), 0.01).unwrap();
        assert!((spectrum.resolution - 0.1).abs() < 1e-15);
        for (m, amplitude) in [(0, 500.0), (10, 30.0), (40, 40.0), (7, 0.0)] {
            assert!((spectrum.amplitude[m] - amplitude).abs() < 1e-10, "{m}: {}", spectrum.amplitude[m]);
        }
        assert!((spectrum.share(0.2, 3.0) - 900.0 / 2500.0).abs() < 1e-12);
        let (frequency, amplitude) = spectrum.strongest().unwrap();
        assert!((frequency - 4.0).abs() < 1e-12 && (amplitude - 40.0).abs() < 1e-10);
    }

    #[test]
    fn the_variance_is_that_of_the_samples_for_even_and_odd_counts() {
        for count in [2_usize, 3, 64, 997, 1000] {
            let series: Vec<f64> = (0..count as u64).map(|k| ((k * k * 7919) % 1013) as f64).collect();
            let mean = series.iter().sum::<f64>() / count as f64;
            let variance = series.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / count as f64;
            let found = Spectrum::of(&series, 0.1).unwrap().variance();
            // Rounding of the transform: log₂ 1000 levels of 1000 W.
            assert!(
                (found - variance).abs() < 1e-12 * 1013.0 * 1013.0,
                "{count}: {found} against {variance}"
            );
        }
    }

    #[test]
    fn a_steady_power_swings_nowhere() {
        let spectrum = Spectrum::of(&[1234.5; 300], 0.1).unwrap();
        assert_eq!((spectrum.share(0.2, 3.0), spectrum.strongest()), (0.0, None));
        assert!(Spectrum::of(&[1.0], 0.1).is_none());
    }
}
