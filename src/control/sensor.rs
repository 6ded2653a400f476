//! What a controller knows of a value: late by a dead time, and smeared by a first-order lag.
//!
//! ```text
//! τ y' = x − y        seen(t) = y(t − delay)
//! ```
//!
//! x is taken as straight between two readings, for which the lag is exact:
//! y(t) = x(t) − ẋ τ + (y₀ − x₀ + ẋ τ) e^{−(t − t₀)/τ}. s and the unit of the value.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How a value is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sensor {
    /// Dead time, s.
    pub delay: f64,
    /// Time constant, s.
    pub lag: f64,
}

/// What a sensor remembers; it resumes a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sensed {
    /// Last reading: s, value.
    last: Option<(f64, f64)>,
    /// Lagged values, oldest first, as far back as the dead time reaches.
    history: VecDeque<(f64, f64)>,
}

impl Sensor {
    /// Takes a reading at a time, not before the last one, and gives what is seen then. Before the first reading
    /// the value is taken to have been what that one says.
    pub fn read(&self, sensed: &mut Sensed, t: f64, reading: f64) -> f64 {
        let lagged = match (sensed.last, sensed.history.back()) {
            (Some((t0, x0)), Some(&(_, y0))) if t > t0 && self.lag > 0.0 => {
                let slope_times_lag = (reading - x0) / (t - t0) * self.lag;
                reading - slope_times_lag + (y0 - x0 + slope_times_lag) * (-(t - t0) / self.lag).exp()
            }
            (Some((t0, _)), Some(&(_, y0))) if t <= t0 && self.lag > 0.0 => y0,
            _ => reading,
        };
        sensed.last = Some((t, reading));
        match sensed.history.back_mut() {
            // Once more at the same time, as after a step that was taken back.
            Some(last) if last.0 >= t => *last = (t, lagged),
            _ => sensed.history.push_back((t, lagged)),
        }
        let seen = t - self.delay;
        while sensed.history.len() > 2 && sensed.history[1].0 <= seen {
            sensed.history.pop_front();
        }
        let after = sensed.history.partition_point(|(time, _)| *time <= seen);
        match (after.checked_sub(1).map(|before| sensed.history[before]), sensed.history.get(after)) {
            (Some((t0, y0)), Some(&(t1, y1))) => y0 + (y1 - y0) * (seen - t0) / (t1 - t0),
            (Some((_, y)), None) | (None, Some(&(_, y))) => y,
            (None, None) => lagged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_seen_late_by_delay_and_lag_and_from_its_start_exactly() {
        let sensor = Sensor { delay: 2.0, lag: 5.0 };
        for dt in [0.1, 0.7, 3.0] {
            let mut sensed = Sensed::default();
            let mut k = 0;
            while (k as f64) * dt < 60.0 {
                let t = f64::from(k) * dt;
                let seen = sensor.read(&mut sensed, t, 20.0 + 0.5 * t);
                let at = (t - 2.0).max(0.0);
                let exact = 20.0 + 0.5 * (at - 5.0 * (1.0 - (-at / 5.0).exp()));
                // Between readings the delayed value is straight: within ẍ dt²/8 ≤ 0.5/5·dt²/8.
                assert!(
                    (seen - exact).abs() <= 0.1 * dt * dt / 8.0 + 1e-12,
                    "{dt} s at {t} s: {seen} against {exact}"
                );
                k += 1;
            }
        }
    }

    #[test]
    fn a_sensor_without_delay_and_lag_sees_what_is() {
        let mut sensed = Sensed::default();
        for (t, x) in [(0.0, 3.0), (1.0, -2.0), (1.0, 4.0), (1.5, 7.0)] {
            assert_eq!(Sensor::default().read(&mut sensed, t, x), x);
        }
    }
}
