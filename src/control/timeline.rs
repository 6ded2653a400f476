//! What happens to a rack, and when: the state of pumps, fans, supplies, plates and water at any time.
//!
//! An event has effects on targets, each with a law from a time on, and up to another where it ends:
//!
//! ```text
//! coast-down   n = 1/(1 + (t − t₀)/τ)      J ω' = −k ω², the torque of a pump or fan; n = 1/2 after τ
//! run-up       n from 0 at t₀ + delay to 1 within its duration, straight
//! level        blocked share, supply temperature or share of power from t₀ on
//! ```
//!
//! Of several effects on one target the lowest speed counts, the last level, and the sum of the shifts. After its end
//! a stopped machine runs up again, straight from where it is. Speeds are shares of what the machine would do without
//! the event; s, K.

use super::load::Part;

/// What an event or a controller acts on; the numbers are those of the scene's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// Speed of a fan.
    Fan(usize),
    /// Speed of a pump in a loop whose flows follow from pressures.
    Pump(usize),
    /// Flow of a loop whose flow is given.
    Flow(usize),
    /// Opening of a valve.
    Valve(usize),
    /// Supply temperature of a loop, K: the set point of its distribution unit.
    Supply(usize),
    /// Blocked share of a cold plate's channels.
    Plate(usize),
    /// Water of the facility at a distribution unit.
    Water(usize),
    /// Power of a part.
    Power(Part),
}

/// What an effect does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Runs out, τ in s; 0 stops at once.
    CoastDown(f64),
    /// Stands still until now, then runs up within so many s.
    RunUp(f64),
    /// This value instead of the one of the scene.
    Level(f64),
    /// This much more than the one of the scene.
    Shift(f64),
}

/// An effect on one target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// On what.
    pub target: Target,
    /// What.
    pub law: Law,
    /// s.
    pub from: f64,
    /// s; infinite where it stays.
    pub until: f64,
    /// Seconds in which a machine runs up again after the end.
    pub recovery: f64,
    /// Index of its event.
    pub event: usize,
}

/// An event as the scene has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Name.
    pub name: String,
    /// s from the start.
    pub at: f64,
    /// What happens, in words.
    pub words: String,
}

/// Events and their effects.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// In the order of the scene.
    pub events: Vec<Event>,
    /// Of all of them.
    pub effects: Vec<Effect>,
}

impl Effect {
    /// Speed of its machine, as a share.
    fn speed(&self, t: f64) -> f64 {
        match self.law {
            Law::CoastDown(_) if t < self.from => 1.0,
            Law::CoastDown(tau) => {
                let coasting = |seconds: f64| if tau > 0.0 { 1.0 / (1.0 + seconds / tau) } else { 0.0 };
                if t < self.until {
                    return coasting(t - self.from);
                }
                let start = coasting(self.until - self.from);
                let way = if self.recovery > 0.0 { ((t - self.until) / self.recovery).min(1.0) } else { 1.0 };
                start + (1.0 - start) * way
            }
            Law::RunUp(_) if t < self.from => 0.0,
            Law::RunUp(duration) if duration > 0.0 => ((t - self.from) / duration).min(1.0),
            Law::RunUp(_) | Law::Level(_) | Law::Shift(_) => 1.0,
        }
    }

    fn holds(&self, t: f64) -> bool {
        t >= self.from && t < self.until
    }

    /// Times at which it begins, ends or bends.
    fn corners(&self) -> [f64; 3] {
        let last = match self.law {
            Law::CoastDown(_) => self.until + self.recovery,
            Law::RunUp(duration) => self.from + duration,
            Law::Level(_) | Law::Shift(_) => self.until,
        };
        [self.from, self.until, last]
    }
}

impl Timeline {
    /// Speed of a fan or pump, or flow of a loop, as a share of what it would be without events.
    #[must_use]
    pub fn speed(&self, target: Target, t: f64) -> f64 {
        self.of(target).map(|effect| effect.speed(t)).fold(1.0, f64::min)
    }

    /// What a value is at a time: `nominal` but for the events.
    #[must_use]
    pub fn level(&self, target: Target, t: f64, nominal: f64) -> f64 {
        let mut value = nominal;
        let mut since = f64::NEG_INFINITY;
        let mut shift = 0.0;
        for effect in self.of(target).filter(|effect| effect.holds(t)) {
            match effect.law {
                Law::Level(level) if effect.from >= since => (value, since) = (level, effect.from),
                Law::Shift(by) => shift += by,
                _ => {}
            }
        }
        value + shift
    }

    /// Whether a distribution unit has facility water.
    #[must_use]
    pub fn has_water(&self, cdu: usize, t: f64) -> bool {
        self.level(Target::Water(cdu), t, 1.0) > 0.0
    }

    /// Share of its power that a part has left.
    #[must_use]
    pub fn power(&self, part: Part, t: f64) -> f64 {
        self.level(Target::Power(part), t, 1.0)
    }

    /// The first time after one at which an effect begins, ends or bends, s: a step should not pass it.
    #[must_use]
    pub fn next_event(&self, after: f64) -> Option<f64> {
        let corners = self.effects.iter().flat_map(Effect::corners);
        corners.filter(|t| t.is_finite() && *t > after).min_by(f64::total_cmp)
    }

    /// Whether a machine is speeding up or down at a time, so that its speed changes without an event.
    #[must_use]
    pub fn is_moving(&self, t: f64) -> bool {
        let machine = |effect: &&Effect| matches!(effect.law, Law::CoastDown(_) | Law::RunUp(_));
        self.effects.iter().filter(machine).any(|effect| {
            let speed = effect.speed(t);
            t >= effect.from && speed > 0.0 && speed < 1.0
        })
    }

    /// What stands still at a time, each once.
    #[must_use]
    pub fn off(&self, t: f64) -> Vec<Target> {
        let mut off = Vec::new();
        for effect in &self.effects {
            let stopped = match effect.law {
                Law::CoastDown(_) | Law::RunUp(_) => self.speed(effect.target, t) <= 0.0,
                Law::Level(_) => {
                    matches!(effect.target, Target::Water(_) | Target::Power(_))
                        && self.level(effect.target, t, 1.0) <= 0.0
                }
                Law::Shift(_) => false,
            };
            if stopped && !off.contains(&effect.target) {
                off.push(effect.target);
            }
        }
        off
    }

    /// Events that a run of a duration, s, does not reach.
    pub fn beyond(&self, duration: f64) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.at >= duration)
    }

    fn of(&self, target: Target) -> impl Iterator<Item = &Effect> {
        self.effects.iter().filter(move |effect| effect.target == target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUMP: Target = Target::Pump(0);
    const STANDBY: Target = Target::Pump(1);

    fn effect(target: Target, law: Law, from: f64, until: f64, recovery: f64) -> Effect {
        Effect { target, law, from, until, recovery, event: 0 }
    }

    fn timeline(effects: Vec<Effect>) -> Timeline {
        Timeline { events: vec![Event { name: "trip".into(), at: 60.0, words: String::new() }], effects }
    }

    #[test]
    fn a_pump_that_trips_coasts_down_by_its_inertia_as_the_torque_says() {
        let line = timeline(vec![effect(PUMP, Law::CoastDown(3.0), 60.0, f64::INFINITY, 0.0)]);
        assert_eq!(line.speed(PUMP, 59.999), 1.0);
        assert!((line.speed(PUMP, 63.0) - 0.5).abs() < 1e-15 && (line.speed(PUMP, 87.0) - 0.1).abs() < 1e-15);
        // J ω' = −k ω², here n' = −n²/τ: by a central difference, to (Δt)² n'''/6 = n⁴/τ³ Δt².
        let (t, dt) = (64.0, 1e-3);
        let slope = (line.speed(PUMP, t + dt) - line.speed(PUMP, t - dt)) / (2.0 * dt);
        assert!((slope + line.speed(PUMP, t).powi(2) / 3.0).abs() < 1e-7, "{slope}");
        assert!(line.is_moving(64.0) && !line.is_moving(10.0) && line.off(64.0).is_empty());
    }

    #[test]
    fn a_standby_stands_until_its_start_and_runs_up_straight() {
        let trip = effect(PUMP, Law::CoastDown(0.0), 60.0, f64::INFINITY, 0.0);
        let line = timeline(vec![trip, effect(STANDBY, Law::RunUp(4.0), 65.0, f64::INFINITY, 0.0)]);
        let speeds = [0.0, 64.9, 66.0, 67.0, 69.0, 100.0].map(|t| line.speed(STANDBY, t));
        assert_eq!(speeds, [0.0, 0.0, 0.25, 0.5, 1.0, 1.0]);
        assert_eq!(line.off(0.0), [STANDBY]);
        assert_eq!(line.off(62.0), [PUMP, STANDBY]);
        assert_eq!(line.off(80.0), [PUMP]);
        let mut times = Vec::new();
        let mut t = 0.0;
        while let Some(next) = line.next_event(t) {
            times.push(next);
            t = next;
        }
        assert_eq!(times, [60.0, 65.0, 69.0]);
    }

    #[test]
    fn what_ends_runs_up_again_from_where_it_is() {
        let line = timeline(vec![effect(Target::Fan(2), Law::CoastDown(5.0), 10.0, 15.0, 2.0)]);
        let found = [15.0, 16.0, 17.0, 50.0].map(|t| line.speed(Target::Fan(2), t));
        assert!(found.iter().zip([0.5, 0.75, 1.0, 1.0]).all(|(a, b)| (a - b).abs() < 1e-15), "{found:?}");
        assert_eq!(line.next_event(15.0), Some(17.0));
    }

    #[test]
    fn the_last_level_counts_and_shifts_add_to_it() {
        let supply = Target::Supply(0);
        let line = timeline(vec![
            effect(supply, Law::Level(308.15), 20.0, 30.0, 0.0),
            effect(supply, Law::Level(313.15), 10.0, f64::INFINITY, 0.0),
            effect(supply, Law::Shift(2.0), 25.0, f64::INFINITY, 0.0),
        ]);
        let found = [0.0, 12.0, 22.0, 26.0, 40.0].map(|t| line.level(supply, t, 298.15));
        assert_eq!(found, [298.15, 313.15, 308.15, 310.15, 315.15]);
        let water = timeline(vec![effect(Target::Water(0), Law::Level(0.0), 5.0, 65.0, 0.0)]);
        assert_eq!([4.0, 5.0, 64.0, 65.0].map(|t| water.has_water(0, t)), [true, false, false, true]);
        assert_eq!(water.off(6.0), [Target::Water(0)]);
        assert_eq!(line.beyond(60.0).count(), 1);
    }
}
