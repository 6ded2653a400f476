//! Smoothing of the power of chips as GB300 does it: a floor that idle phases burn, and limits of its ramps.
//!
//! ```text
//! target = max(demand, floor)   until `hold` after the demand was last at the floor or above it
//! power' = clamp(target − power → …, −ramp_down, +ramp_up)
//! ```
//!
//! A profile goes in and one comes out, both exact, so that a run of any step sees the same energy. What is burned
//! above the demand is heat; what the ramp keeps back is work that is done later or not at all. Shares of the
//! nominal power, 1/s for ramps. The store at the shelf is in [`super::storage`].

use super::profile::{Profile, ProfileError};

/// Most turns of a repeating load until its smoothed power repeats too.
const MOST_TURNS: usize = 100;
/// Most corners of all these turns, beyond three of them.
const MOST_CORNERS: usize = 4_000_000;

/// What chips do to their own power.
#[derive(Clone, Debug, PartialEq)]
pub struct Smoothing {
    /// Share of the nominal power that idle phases burn; 0 for none.
    pub floor: f64,
    /// Seconds for which the floor is held after the load fell below it.
    pub hold: f64,
    /// Largest rise, share of the nominal power per second; infinite for none.
    pub ramp_up: f64,
    /// Largest fall, likewise.
    pub ramp_down: f64,
}

impl Smoothing {
    /// The power that chips draw for a load, both as shares of the nominal power.
    ///
    /// A load that repeats gives one that repeats, once the turns are alike; that is after the first turn in which the
    /// power meets its target, and where it never does within a hundred turns the last one is taken.
    ///
    /// # Errors
    /// [`ProfileError`], which only values that are not finite can cause.
    pub fn profile(&self, load: &Profile) -> Result<Profile, ProfileError> {
        let Some(period) = load.period() else {
            let target = self.with_floor(load.corners());
            let start = target[0].1;
            return Profile::new(self.limited(&target, start).0, None);
        };
        // Turns are laid out one after the other until one begins as the one before it did.
        let from = load.repeats_from().unwrap_or(0.0);
        let turn: Vec<(f64, f64)> = load.corners().iter().copied().filter(|(t, _)| *t >= from).collect();
        let mut laid: Vec<(f64, f64)> = load.corners().to_vec();
        let most = (MOST_CORNERS / turn.len().max(1)).clamp(3, MOST_TURNS);
        let mut count = 1;
        let mut before = f64::NAN;
        loop {
            let shift = count as f64 * period;
            laid.extend(turn.iter().map(|(t, v)| (t + shift, *v)));
            count += 1;
            let target = self.with_floor(&laid);
            let start = target[0].1;
            let (corners, power) = self.limited(&target, start);
            // The power alone is what one turn hands to the next, once the floor has been held.
            if ((power - before).abs() < 1e-12 && count > 2) || count >= most {
                let end = corners.last().map_or(0.0, |(t, _)| *t);
                return Profile::new(corners, Some(end - period));
            }
            before = power;
        }
    }

    /// What the power aims at: the load, raised to the floor in the phases that hold it.
    fn with_floor(&self, load: &[(f64, f64)]) -> Vec<(f64, f64)> {
        if self.floor <= 0.0 {
            return load.to_vec();
        }
        let mut target: Vec<(f64, f64)> = Vec::with_capacity(2 * load.len());
        // Time at which the floor is let go; none while the load has not been at the floor yet.
        let mut until: Option<f64> = (load[0].1 >= self.floor).then_some(load[0].0 + self.hold);
        target.push(load[0]);
        for pair in load.windows(2) {
            for piece in self.split(pair[0], pair[1], until) {
                let (a, b) = piece;
                let above = a.1.max(b.1) > self.floor || (a.1 >= self.floor && b.1 >= self.floor);
                let held = above
                    || until.is_some_and(|until| b.0 <= until && a.0 < until || (b.0 == a.0 && b.0 < until));
                let raised = |v: f64| if held { v.max(self.floor) } else { v };
                for (t, v) in [(a.0, raised(a.1)), (b.0, raised(b.1))] {
                    if target.last() != Some(&(t, v)) {
                        target.push((t, v));
                    }
                }
                if above {
                    until = Some(b.0 + self.hold);
                }
            }
        }
        target
    }

    /// A straight piece cut where it crosses the floor and where the floor is let go.
    fn split(&self, a: (f64, f64), b: (f64, f64), until: Option<f64>) -> Vec<((f64, f64), (f64, f64))> {
        let at = |t: f64| (t, a.1 + (b.1 - a.1) * (t - a.0) / (b.0 - a.0));
        let mut cuts = Vec::new();
        if b.0 > a.0 {
            if (a.1 - self.floor) * (b.1 - self.floor) < 0.0 {
                let t = a.0 + (b.0 - a.0) * (self.floor - a.1) / (b.1 - a.1);
                cuts.push((t, self.floor));
                // A fall through the floor holds it from there.
                if a.1 > self.floor && t + self.hold < b.0 {
                    cuts.push(at(t + self.hold));
                }
            }
            if let Some(t) = until.filter(|t| *t > a.0 && *t < b.0 && a.1 <= self.floor) {
                cuts.push(at(t));
            }
        }
        cuts.sort_by(|x, y| x.0.total_cmp(&y.0));
        cuts.dedup_by(|x, y| x.0 == y.0);
        let mut points = vec![a];
        points.extend(cuts);
        points.push(b);
        points.windows(2).map(|pair| (pair[0], pair[1])).collect()
    }

    /// The power that follows a target within the ramp limits, and what it is at the end.
    fn limited(&self, target: &[(f64, f64)], start: f64) -> (Vec<(f64, f64)>, f64) {
        let mut power = start;
        let mut corners = vec![(target[0].0, power)];
        for pair in target.windows(2) {
            let ((t0, v0), (t1, v1)) = (pair[0], pair[1]);
            let mut now = t0;
            if t1 == t0 {
                // A jump is followed at once only where its direction has no limit.
                let free = if v1 > power { self.ramp_up } else { self.ramp_down };
                if free.is_infinite() {
                    power = v1;
                    corners.push((t1, power));
                }
                continue;
            }
            let slope = (v1 - v0) / (t1 - t0);
            while now < t1 {
                let gap = v0 + slope * (now - t0) - power;
                let on_target = gap.abs() < 1e-14;
                let rate = match on_target {
                    true => slope.clamp(-self.ramp_down, self.ramp_up),
                    false if gap > 0.0 => self.ramp_up,
                    false => -self.ramp_down,
                };
                if rate.is_infinite() {
                    power += gap;
                    corners.push((now, power));
                    continue;
                }
                let closing = rate - slope;
                let meets = if on_target || closing == 0.0 { f64::INFINITY } else { now + gap / closing };
                if meets > now && meets < t1 {
                    now = meets;
                    power = v0 + slope * (now - t0);
                } else {
                    power = if on_target && rate == slope { v1 } else { power + rate * (t1 - now) };
                    now = t1;
                }
                corners.push((now, power));
            }
        }
        (corners, power)
    }
}

/// What smoothing costs over a span of time, both in s of the nominal power.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Burned above the load.
    pub burned: f64,
    /// Kept back below the load.
    pub withheld: f64,
}

/// What a smoothed power burns and keeps back against its load from one time to another.
#[must_use]
pub fn cost(load: &Profile, smoothed: &Profile, from: f64, to: f64) -> Cost {
    let mut cost = Cost::default();
    let mut now = from;
    while now < to {
        let next = [load.next_event(now), smoothed.next_event(now)].into_iter().flatten().fold(to, f64::min);
        // Both are straight from `now` to `next`; a crossing lies where the difference changes its sign.
        let mean = |a: f64, b: f64| smoothed.mean(a, b) - load.mean(a, b);
        let start = smoothed.value(now) - load.value(now);
        let end = 2.0 * mean(now, next) - start;
        let mut add = |difference: f64, seconds: f64| match difference > 0.0 {
            true => cost.burned += difference * seconds,
            false => cost.withheld -= difference * seconds,
        };
        if start * end < 0.0 {
            let cross = (next - now) * start / (start - end);
            add(0.5 * start, cross);
            add(0.5 * end, next - now - cross);
        } else {
            add(0.5 * (start + end), next - now);
        }
        now = next;
    }
    cost
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::generate::square;

    const FREE: Smoothing =
        Smoothing { floor: 0.0, hold: 0.0, ramp_up: f64::INFINITY, ramp_down: f64::INFINITY };

    #[test]
    fn nothing_to_do_changes_nothing() {
        let load = square(1.0, 0.15, 8.0, 0.75, 0.0).unwrap();
        let same = FREE.profile(&load).unwrap();
        for t in [0.0, 1.0, 6.5, 8.0, 13.0, 100.3] {
            assert_eq!(same.value(t), load.value(t), "{t}");
        }
    }

    #[test]
    fn a_floor_burns_what_idle_phases_lack_and_lets_go_after_its_hold() {
        let load = square(1.0, 0.15, 8.0, 0.75, 0.0).unwrap();
        let held = Smoothing { floor: 0.9, hold: 10.0, ..FREE }.profile(&load).unwrap();
        // 6 s at 1 and 2 s at 0.9 in each turn.
        assert!((held.mean_of_span() - 7.8 / 8.0).abs() < 1e-13, "{held:?}");
        let cost_of = |smoothed: &Profile| cost(&load, smoothed, 800.0, 808.0);
        assert!((cost_of(&held).burned - 2.0 * 0.75).abs() < 1e-9 && cost_of(&held).withheld < 1e-9);
        // Held for half a second only: 6 s at 1, 0.5 s at 0.9, 1.5 s at 0.15.
        let short = Smoothing { floor: 0.9, hold: 0.5, ..FREE }.profile(&load).unwrap();
        assert!((short.mean_of_span() - (6.0 + 0.45 + 0.225) / 8.0).abs() < 1e-13, "{short:?}");
        assert_eq!(short.value(88.0 + 7.0), 0.15);
    }

    #[test]
    fn ramps_cut_triangles_from_a_square_wave() {
        let load = square(1.0, 0.2, 8.0, 0.5, 0.0).unwrap();
        let slow = Smoothing { ramp_up: 0.4, ramp_down: 0.8, ..FREE }.profile(&load).unwrap();
        // Up in 2 s, down in 1 s: −0.8·2/2 and +0.8·1/2 on 0.6 · 8 s.
        assert!((slow.mean_of_span() - (4.8 - 0.8 + 0.4) / 8.0).abs() < 1e-13, "{slow:?}");
        assert!((slow.value(80.0 + 1.0) - 0.6).abs() < 1e-12 && (slow.value(84.5) - 0.6).abs() < 1e-12);
        let (from, to) = (800.0, 808.0);
        let cost = cost(&load, &slow, from, to);
        assert!((cost.withheld - 0.8).abs() < 1e-9 && (cost.burned - 0.4).abs() < 1e-9, "{cost:?}");
        let steepest = slow
            .corners()
            .windows(2)
            .filter(|p| p[1].0 > p[0].0)
            .map(|p| (p[1].1 - p[0].1) / (p[1].0 - p[0].0));
        assert!(steepest.clone().all(|slope| (-0.8 - 1e-9..=0.4 + 1e-9).contains(&slope)));
    }

    #[test]
    fn a_load_that_meets_its_target_in_every_turn_needs_three_of_them() {
        let load = square(1.0, 0.15, 8.0, 0.75, 0.0).unwrap();
        let held = Smoothing { floor: 0.9, hold: 10.0, ..FREE }.profile(&load).unwrap();
        assert!((held.end() - 24.0).abs() < 1e-12, "{}", held.end());
    }

    #[test]
    fn a_load_that_rises_faster_than_the_limit_is_followed_at_the_limit() {
        // 0.8/s against 0.4/s: half of the way after its second, all of it after two.
        let load = crate::control::generate::ramp(0.2, 1.0, 3.0, 1.0).unwrap();
        let slow = Smoothing { ramp_up: 0.4, ..FREE }.profile(&load).unwrap();
        assert!((slow.value(4.0) - 0.6).abs() < 1e-12, "{slow:?}");
    }

    #[test]
    fn ramps_too_slow_for_a_load_swing_about_its_mean_and_still_repeat() {
        // 0.01/s against a half turn of 4 s: the power never meets its target after the first turns.
        let load = square(1.0, 0.0, 8.0, 0.5, 0.0).unwrap();
        let slow = Smoothing { ramp_up: 0.01, ramp_down: 0.01, ..FREE }.profile(&load).unwrap();
        assert_eq!(slow.period().map(|p| (p * 1e9).round() / 1e9), Some(8.0));
        let period = (slow.value(slow.end()) - slow.value(slow.end() - 8.0)).abs();
        assert!(period < 1e-9, "{period}");
    }
}
