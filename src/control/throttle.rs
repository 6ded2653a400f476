//! Chips that slow down when they are hot, and stop when they are too hot.
//!
//! ```text
//!              T ≥ trip                     T ≥ shutdown
//!   full  ───────────────▶  throttled  ───────────────▶  off   (from either, and for good)
//!         ◀───────────────
//!             T ≤ release
//! ```
//!
//! A chip draws a share of its power that moves with `ramp` per second between 1 and the throttled share. Work is
//! taken to go with the power: a second at a share s loses 1 − s chip-seconds. K and s.

use serde::{Deserialize, Serialize};

/// How chips throttle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Throttle {
    /// Junction at which a chip slows down, K.
    pub trip: f64,
    /// Junction at which it is let go, K; below the trip.
    pub release: f64,
    /// Share of its power when throttled.
    pub share: f64,
    /// Change of the share per second; infinite for at once.
    pub ramp: f64,
    /// Junction at which it stops for good, K.
    pub shutdown: Option<f64>,
}

/// What a chip does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// What is asked of it.
    #[default]
    Full,
    /// Less.
    Throttled,
    /// Nothing any more.
    Off,
}

/// State of one chip; it resumes a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pace {
    /// What it does.
    pub mode: Mode,
    /// Share of its power now.
    pub share: f64,
    /// Chip-seconds of work lost so far.
    pub lost: f64,
    /// Seconds below the full share so far.
    pub slowed: f64,
    /// Times it has tripped.
    pub trips: u32,
    /// When it tripped first, s.
    pub first_trip: Option<f64>,
    /// When it stopped, s.
    pub stopped_at: Option<f64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            mode: Mode::Full,
            share: 1.0,
            lost: 0.0,
            slowed: 0.0,
            trips: 0,
            first_trip: None,
            stopped_at: None,
        }
    }
}

impl Throttle {
    /// Takes the junction at the start of a step, K, and gives the mean share of the power over the step.
    pub fn step(&self, pace: &mut Pace, t: f64, dt: f64, junction: f64) -> f64 {
        if pace.mode != Mode::Off {
            if self.shutdown.is_some_and(|limit| junction >= limit) {
                pace.mode = Mode::Off;
                pace.stopped_at = Some(t);
            } else if pace.mode == Mode::Full && junction >= self.trip {
                pace.mode = Mode::Throttled;
                pace.trips += 1;
                pace.first_trip.get_or_insert(t);
            } else if pace.mode == Mode::Throttled && junction <= self.release {
                pace.mode = Mode::Full;
            }
        }
        let (mean, slowed) = self.follow(pace, dt);
        pace.lost += (1.0 - mean) * dt;
        pace.slowed += slowed;
        mean
    }

    /// When the share stops moving if the mode stays, s: a step should not pass it.
    #[must_use]
    pub fn next_event(&self, pace: &Pace, t: f64) -> Option<f64> {
        let distance = (self.target(pace) - pace.share).abs();
        (self.ramp.is_finite() && distance > 0.0 && pace.mode != Mode::Off).then(|| t + distance / self.ramp)
    }

    fn target(&self, pace: &Pace) -> f64 {
        match pace.mode {
            Mode::Full => 1.0,
            Mode::Throttled => self.share,
            Mode::Off => 0.0,
        }
    }

    /// Mean share over a step, and how long of it the share is below 1.
    fn follow(&self, pace: &mut Pace, dt: f64) -> (f64, f64) {
        let target = self.target(pace);
        let distance = target - pace.share;
        let at_once = pace.mode == Mode::Off || self.ramp.is_infinite();
        let moving = if at_once { 0.0 } else { distance.abs() / self.ramp };
        let before = pace.share;
        let mean = if moving <= dt {
            pace.share = target;
            target - 0.5 * distance * moving / dt
        } else {
            pace.share += distance.signum() * self.ramp * dt;
            0.5 * (before + pace.share)
        };
        let slowed = if target < 1.0 {
            dt
        } else if before < 1.0 {
            moving.min(dt)
        } else {
            0.0
        };
        (mean, slowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THROTTLE: Throttle =
        Throttle { trip: 368.15, release: 358.15, share: 0.4, ramp: f64::INFINITY, shutdown: Some(378.15) };

    #[test]
    fn a_chip_that_cannot_be_cooled_swings_with_the_period_of_its_hysteresis() {
        // C T' = s P − (T − T_a)/R with R = 0.05 K/W, C = 225 J/K, P = 1300 W over 40 °C: it would reach 105 °C, throttled 66 °C.
        let (tau, hot, cold) = (0.05 * 225.0, 313.15 + 65.0, 313.15 + 26.0);
        let exact: f64 = tau * ((hot - THROTTLE.release) / (hot - THROTTLE.trip)).ln()
            + tau * ((THROTTLE.trip - cold) / (THROTTLE.release - cold)).ln();
        let dt = 1e-3;
        let without = Throttle { shutdown: None, ..THROTTLE };
        let (mut pace, mut junction, mut trips) = (Pace::default(), 350.0, Vec::new());
        for k in 0..200_000 {
            let t = k as f64 * dt;
            let before = pace.trips;
            let share = without.step(&mut pace, t, dt, junction);
            if pace.trips > before {
                trips.push(t);
            }
            let end = 313.15 + share * 65.0;
            junction = end + (junction - end) * f64::exp(-dt / tau);
        }
        assert!(trips.len() > 5, "{trips:?}");
        let found = (trips[trips.len() - 1] - trips[0]) / (trips.len() - 1) as f64;
        // Each of its two switches is late by at most one step, which lengthens both branches by at most that times
        // the ratio of the two slopes there.
        let ratio = ((hot - THROTTLE.trip) / (THROTTLE.trip - cold))
            .max((THROTTLE.release - cold) / (hot - THROTTLE.release));
        assert!(
            found >= exact - dt && found <= exact + 2.0 * dt * (1.0 + ratio.max(1.0 / ratio)),
            "{found} against {exact}"
        );
    }

    #[test]
    fn lost_work_is_what_the_share_lacks_over_time() {
        // Slows within 3 s to 0.4 (0.2/s), holds for 7 s, rises within 3 s.
        let slow = Throttle { ramp: 0.2, ..THROTTLE };
        for dt in [0.01, 0.25, 0.5] {
            let mut pace = Pace::default();
            let (count, mut by_ten) = ((20.0 / dt) as usize, 0.0);
            for k in 0..count {
                let t = k as f64 * dt;
                slow.step(&mut pace, t, dt, if t < 10.0 { 370.0 } else { 350.0 });
                if t < 10.0 - 0.5 * dt {
                    by_ten = pace.lost;
                }
            }
            assert!((by_ten - (0.9 + 7.0 * 0.6)).abs() < 1e-9, "{dt}: {by_ten}");
            assert!((pace.lost - (0.9 + 7.0 * 0.6 + 0.9)).abs() < 1e-9, "{dt}: {}", pace.lost);
            assert!((pace.slowed - 13.0).abs() < 1e-9 && pace.trips == 1 && pace.first_trip == Some(0.0));
        }
    }

    #[test]
    fn between_release_and_trip_a_chip_stays_what_it_was() {
        let mut pace = Pace::default();
        let shares: Vec<f64> = [360.0, 368.15, 360.0, 358.15, 367.0]
            .into_iter()
            .enumerate()
            .map(|(k, junction)| THROTTLE.step(&mut pace, k as f64, 1.0, junction))
            .collect();
        assert_eq!(shares, [1.0, 0.4, 0.4, 1.0, 1.0]);
    }

    #[test]
    fn a_chip_over_its_shutdown_limit_stops_and_tells_when() {
        let mut pace = Pace::default();
        THROTTLE.step(&mut pace, 0.0, 1.0, 370.0);
        assert_eq!(THROTTLE.step(&mut pace, 7.5, 1.0, 380.0), 0.0);
        // Cold again, it stays off.
        assert_eq!(THROTTLE.step(&mut pace, 8.5, 1.0, 300.0), 0.0);
        assert_eq!((pace.mode, pace.stopped_at), (Mode::Off, Some(7.5)));
        assert!((pace.lost - (0.6 + 2.0)).abs() < 1e-12);
    }

    #[test]
    fn its_ramps_end_where_it_says() {
        let slow = Throttle { ramp: 0.2, ..THROTTLE };
        let mut pace = Pace::default();
        assert_eq!(slow.next_event(&pace, 0.0), None);
        slow.step(&mut pace, 0.0, 1.0, 370.0);
        assert!((slow.next_event(&pace, 1.0).unwrap() - 3.0).abs() < 1e-12);
    }
}
