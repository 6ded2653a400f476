//! A value over time, piecewise linear: every trace is one, so that its integral is exact.
//!
//! ```text
//! v(t) = v_i + (v_{i+1} − v_i) (t − t_i)/(t_{i+1} − t_i)      mean(a, b) = (I(b) − I(a))/(b − a),  I' = v
//! ```
//!
//! Two corners at one time are a jump; the value there is the one after it. Before the first corner the first value
//! holds. After the last one the last value holds, or the profile goes on from where it repeats. Times in s; the
//! unit of the value is the user's.

use thiserror::Error;

/// What cannot be a profile.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ProfileError {
    /// No corner.
    #[error("it has no values")]
    Empty,
    /// Not finite.
    #[error("corner {corner} has a time or value that is not finite")]
    NotFinite {
        /// Number from 1.
        corner: usize,
    },
    /// Backwards.
    #[error("time goes back from {before} s to {after} s at corner {corner}")]
    Backwards {
        /// Number from 1.
        corner: usize,
        /// Time before, s.
        before: f64,
        /// Time given, s.
        after: f64,
    },
    /// Nothing to repeat.
    #[error("it repeats from {from} s, but ends at {end} s")]
    NoPeriod {
        /// s.
        from: f64,
        /// s.
        end: f64,
    },
}

/// A value over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    corners: Vec<(f64, f64)>,
    /// Integral from the first corner to each.
    integral: Vec<f64>,
    /// Time at which the part begins that repeats for ever after the last corner.
    repeat: Option<f64>,
}

impl Profile {
    /// A profile of corners (s, value), whose times must not fall; `repeat` is the time to which it goes back after
    /// its last corner.
    ///
    /// # Errors
    /// [`ProfileError`] where there is no corner, one is not finite or goes back in time, or nothing repeats.
    pub fn new(corners: Vec<(f64, f64)>, repeat: Option<f64>) -> Result<Self, ProfileError> {
        let Some(&(end, _)) = corners.last() else { return Err(ProfileError::Empty) };
        if let Some(at) = corners.iter().position(|(t, v)| !t.is_finite() || !v.is_finite()) {
            return Err(ProfileError::NotFinite { corner: at + 1 });
        }
        if let Some(at) = corners.windows(2).position(|pair| pair[1].0 < pair[0].0) {
            let (before, after) = (corners[at].0, corners[at + 1].0);
            return Err(ProfileError::Backwards { corner: at + 2, before, after });
        }
        if let Some(from) = repeat.filter(|from| !(*from >= corners[0].0 && *from < end)) {
            return Err(ProfileError::NoPeriod { from, end });
        }
        let mut integral = Vec::with_capacity(corners.len());
        let mut sum = 0.0;
        for (i, &(t, v)) in corners.iter().enumerate() {
            if let Some(before) = i.checked_sub(1) {
                let (t0, v0) = corners[before];
                sum += 0.5 * (v0 + v) * (t - t0);
            }
            integral.push(sum);
        }
        Ok(Self { corners, integral, repeat })
    }

    /// One value for ever.
    #[must_use]
    pub fn constant(value: f64) -> Self {
        Self { corners: vec![(0.0, value)], integral: vec![0.0], repeat: None }
    }

    /// Its corners: s, value.
    #[must_use]
    pub fn corners(&self) -> &[(f64, f64)] {
        &self.corners
    }

    /// Time to which it goes back after its last corner, s.
    #[must_use]
    pub fn repeats_from(&self) -> Option<f64> {
        self.repeat
    }

    /// Time of its last corner, s.
    #[must_use]
    pub fn end(&self) -> f64 {
        self.corners[self.corners.len() - 1].0
    }

    /// Its period, s, if it repeats.
    #[must_use]
    pub fn period(&self) -> Option<f64> {
        self.repeat.map(|from| self.end() - from)
    }

    /// The time that counts in the long run: one period where it repeats, else from 0 to its last corner, s.
    #[must_use]
    pub fn span(&self) -> (f64, f64) {
        (self.repeat.unwrap_or(self.corners[0].0.min(0.0)), self.end())
    }

    /// Its mean over [`Profile::span`]: what a steady run takes for it.
    #[must_use]
    pub fn mean_of_span(&self) -> f64 {
        let (from, to) = self.span();
        self.mean(from, to)
    }

    /// Its value, the one after a jump.
    #[must_use]
    pub fn value(&self, t: f64) -> f64 {
        self.value_within(t - self.shift(t))
    }

    /// Its mean from a time to a later one, exact but for rounding; its value where the two are one.
    #[must_use]
    pub fn mean(&self, from: f64, to: f64) -> f64 {
        if to <= from {
            return self.value(from);
        }
        // Both ends against the same period: nothing large is subtracted from something large.
        let shift = self.shift(from);
        (self.integral_to(to - shift) - self.integral_to(from - shift)) / (to - from)
    }

    /// The first time after one at which the profile has a corner, s.
    #[must_use]
    pub fn next_event(&self, after: f64) -> Option<f64> {
        // What lies closer than rounding has been reached.
        let reached = after + 8.0 * f64::EPSILON * after.abs().max(self.end().abs());
        let shift = self.shift(after);
        let within = self.corners.partition_point(|(t, _)| t + shift <= reached);
        if let Some((t, _)) = self.corners.get(within) {
            return Some(t + shift);
        }
        let (from, period) = (self.repeat?, self.period()?);
        let next = self.corners.partition_point(|(t, _)| *t < from);
        let shift = shift + period;
        self.corners[next..].iter().map(|(t, _)| t + shift).find(|t| *t > reached)
    }

    /// Another unit: every value times a factor.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let corners = self.corners.iter().map(|(t, v)| (*t, v * factor)).collect();
        Self { corners, integral: self.integral.iter().map(|i| i * factor).collect(), repeat: self.repeat }
    }

    /// How far a time lies behind the one of the corners that it repeats, s.
    fn shift(&self, t: f64) -> f64 {
        match (self.repeat, self.period()) {
            (Some(from), Some(period)) if t >= self.end() => ((t - from) / period).floor() * period,
            _ => 0.0,
        }
    }

    fn value_within(&self, t: f64) -> f64 {
        let above = self.corners.partition_point(|(known, _)| *known <= t);
        match (above.checked_sub(1).map(|below| self.corners[below]), self.corners.get(above)) {
            (Some((t0, v0)), Some(&(t1, v1))) => v0 + (v1 - v0) * (t - t0) / (t1 - t0),
            (Some((_, v)), None) | (None, Some(&(_, v))) => v,
            (None, None) => 0.0,
        }
    }

    /// Integral from the first corner to a time of any period.
    fn integral_to(&self, t: f64) -> f64 {
        let last = self.corners.len() - 1;
        let (end, value) = self.corners[last];
        if t >= end {
            let whole = self.integral[last];
            let (Some(from), Some(period)) = (self.repeat, self.period()) else {
                return whole + value * (t - end);
            };
            let of_period = whole - self.integral_to(from);
            let periods = ((t - end) / period).floor();
            let rest = (t - end - periods * period).clamp(0.0, period);
            let part = if rest < period {
                self.integral_to(from + rest) - self.integral_to(from)
            } else {
                of_period
            };
            return whole + periods * of_period + part;
        }
        let above = self.corners.partition_point(|(known, _)| *known <= t);
        let Some(below) = above.checked_sub(1) else {
            let (first, value) = self.corners[0];
            return value * (t - first);
        };
        let (t0, v0) = self.corners[below];
        self.integral[below] + 0.5 * (v0 + self.value_within(t)) * (t - t0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 for 3 s, a jump to 4, down to 2 within 2 s, up to 3 within 1 s; then again from 3 s on.
    fn odd() -> Profile {
        let corners = vec![(0.0, 1.0), (3.0, 1.0), (3.0, 4.0), (5.0, 2.0), (6.0, 3.0)];
        Profile::new(corners, Some(3.0)).unwrap()
    }

    #[test]
    fn the_mean_of_a_jump_a_fall_and_a_rise_is_their_area_over_their_time() {
        // 3 s · 1 + 2 s · (4 + 2)/2 + 1 s · (2 + 3)/2 = 11.5 over 6 s, and 8.5 for each 3 s after that.
        assert!((odd().mean(0.0, 6.0) - 11.5 / 6.0).abs() < 1e-15);
        assert!((odd().mean(0.0, 6.0 + 5.0 * 3.0) - (11.5 + 5.0 * 8.5) / 21.0).abs() < 1e-14);
        // From 4 s, value 3: 1 s · 2.5 + 1 s · 2.5 + half a second from 4 to 3.5.
        assert!((odd().mean(4.0, 6.5) - (2.5 + 2.5 + 0.5 * 3.75) / 2.5).abs() < 1e-14);
        assert_eq!(odd().value(3.0), 4.0);
        assert_eq!(odd().value(7.0), 3.0);
        assert_eq!(odd().value(-1.0), 1.0);
    }

    #[test]
    fn no_step_size_loses_energy_even_after_a_day() {
        let profile = odd();
        for step in [0.013, 0.1, 0.77, 2.0, 7.3] {
            let (start, count) = (86_400.0, 1000);
            let time = |k: usize| start + k as f64 * step;
            let sum: f64 =
                (0..count).map(|k| profile.mean(time(k), time(k + 1)) * (time(k + 1) - time(k))).sum();
            let whole = profile.mean(start, time(count)) * (time(count) - start);
            // Times near 86 400 s are known to 1.5e-11 s, and 1000 of them meet a value of at most 4.
            assert!((sum - whole).abs() < 1000.0 * 4.0 * 1.5e-11, "{step}: {sum} against {whole}");
        }
    }

    #[test]
    fn events_are_its_corners_each_once_and_go_on_for_ever() {
        let mut times = Vec::new();
        let mut t = -1.0;
        while let Some(next) = odd().next_event(t).filter(|next| *next < 12.5) {
            assert!(next > t);
            times.push(next);
            t = next;
        }
        assert_eq!(times, [0.0, 3.0, 5.0, 6.0, 8.0, 9.0, 11.0, 12.0]);
        assert_eq!(Profile::constant(2.0).next_event(0.0), None);
        // Beside rounding: a period that no binary number holds, after a day.
        let tenth = Profile::new(vec![(0.0, 0.0), (0.1, 1.0)], Some(0.0)).unwrap();
        let mut t = 86_400.0;
        for _ in 0..1000 {
            let next = tenth.next_event(t).unwrap();
            assert!(next > t && next < t + 0.1001, "{t} {next}");
            t = next;
        }
        assert!((t - 86_500.0).abs() < 0.11);
    }

    #[test]
    fn what_is_no_profile_is_refused_with_the_corner() {
        assert_eq!(Profile::new(vec![], None), Err(ProfileError::Empty));
        assert_eq!(
            Profile::new(vec![(0.0, 0.0), (1.0, f64::NAN)], None),
            Err(ProfileError::NotFinite { corner: 2 })
        );
        let back = Profile::new(vec![(0.0, 0.0), (2.0, 0.0), (1.0, 0.0)], None).unwrap_err();
        assert_eq!(back, ProfileError::Backwards { corner: 3, before: 2.0, after: 1.0 });
        assert!(Profile::new(vec![(0.0, 0.0)], Some(0.0)).is_err());
    }
}
