//! All that acts on a run, in the one interface that a time loop uses; see [`super`].

use super::electrical::{Store, View};
use super::load::{Loads, Part};
use super::pid::{Held, Pid};
use super::throttle::{Mode, Pace, Throttle};
use super::timeline::{Law, Target, Timeline};
use serde::{Deserialize, Serialize};

/// What a controller looks at; the numbers are those of the scene's lists. Temperatures in K, pressures in Pa.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measured {
    /// Hottest junction of these chips and hottest point of these solids.
    Hottest {
        /// Chips.
        chips: Vec<usize>,
        /// Blocks, plates and boards.
        solids: Vec<usize>,
    },
    /// A monitor of a point or a mean.
    Monitor(usize),
    /// Temperature of the coolant that enters a loop.
    Supply(usize),
    /// Temperature of the coolant that comes back.
    Return(usize),
    /// Pressure between a loop's supply and return.
    PressureDifference(usize),
}

/// A controller of the scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Controller {
    /// Name.
    pub name: String,
    /// What it looks at.
    pub measured: Measured,
    /// What it sets, all alike: speeds and openings as shares, supply temperatures in K.
    pub targets: Vec<Target>,
    /// How.
    pub pid: Pid,
    /// Output at which it takes over; what the scene says where none is given.
    pub start: Option<f64>,
}

/// Chips that throttle alike, each by its own junction.
#[derive(Clone, Debug, PartialEq)]
pub struct Throttling {
    /// Name.
    pub name: String,
    /// Indices of the scene's chips.
    pub chips: Vec<usize>,
    /// How.
    pub throttle: Throttle,
}

/// Power over time, controllers, throttling and events of a scene.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Control {
    /// What follows traces.
    pub loads: Loads,
    /// Energy stored at the power shelf.
    pub store: Option<Store>,
    /// How the electrical power is looked at, where anything follows a trace.
    pub view: Option<View>,
    /// Controllers.
    pub controllers: Vec<Controller>,
    /// Throttling.
    pub throttles: Vec<Throttling>,
    /// Events.
    pub timeline: Timeline,
}

/// What control remembers from step to step; writing it and reading it again resumes a run bit for bit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// One a controller.
    pub controllers: Vec<Held>,
    /// One a chip of each throttling.
    pub paces: Vec<Vec<Pace>>,
}

/// What the run tells control at the start of a step.
pub trait Conditions {
    /// A measured value: K or Pa.
    fn measured(&self, what: &Measured) -> f64;
    /// Junction of a chip, K.
    fn junction(&self, chip: usize) -> f64;
    /// What the scene says of a target: speed over nominal, flow in m³/s, opening, supply temperature in K, blocked
    /// share; 1 for water that is there.
    fn nominal(&self, target: Target) -> f64;
    /// Nominal power of a part, W.
    fn power(&self, part: Part) -> f64;
}

/// What holds during a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Targets that a controller or an event acts on, in the order in which the scene names them, with what they are
    /// (units as [`Conditions::nominal`]).
    pub targets: Vec<(Target, f64)>,
    /// Mean power of every part that follows a trace, is throttled or has an event, W.
    pub powers: Vec<(Part, f64)>,
}

impl Settings {
    /// What a target is, if anything acts on it.
    #[must_use]
    pub fn target(&self, target: Target) -> Option<f64> {
        self.targets.iter().find(|(known, _)| *known == target).map(|(_, value)| *value)
    }

    /// Mean power of a part, W, if it is not the nominal one.
    #[must_use]
    pub fn power(&self, part: Part) -> Option<f64> {
        self.powers.iter().find(|(known, _)| *known == part).map(|(_, power)| *power)
    }
}

/// Work that throttling has cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lost {
    /// Chip-seconds.
    pub chip_seconds: f64,
    /// Of the chip that throttled first, s.
    pub first_trip: Option<f64>,
    /// Of the chip that stopped first, s.
    pub first_stop: Option<f64>,
    /// Chips that have tripped.
    pub tripped: usize,
    /// Chips that have stopped.
    pub stopped: usize,
}

impl Control {
    /// Whether nothing changes with time.
    #[must_use]
    pub fn is_steady(&self) -> bool {
        let acts =
            self.controllers.is_empty() && self.throttles.is_empty() && self.timeline.effects.is_empty();
        acts && self.loads.parts.is_empty()
    }

    /// The state at the start of a run.
    #[must_use]
    pub fn start(&self, conditions: &dyn Conditions) -> State {
        let held = |controller: &Controller| {
            let nominal = controller.targets.first().map_or(0.0, |target| conditions.nominal(*target));
            let [low, high] = controller.pid.limits;
            Held::at(controller.start.unwrap_or(nominal).clamp(low, high))
        };
        State {
            controllers: self.controllers.iter().map(held).collect(),
            paces: self.throttles.iter().map(|group| vec![Pace::default(); group.chips.len()]).collect(),
        }
    }

    /// The first time after one that a step should not pass, s: a corner of a trace, an event, a sample, the end of a
    /// ramp. Own lags of parts are left out, since power is given as the exact mean of a step.
    #[must_use]
    pub fn next_event(&self, state: &State, after: f64) -> Option<f64> {
        let samples = self.controllers.iter().zip(&state.controllers);
        let samples = samples.map(|(controller, held)| controller.pid.next_event(held));
        let ramps = self.throttles.iter().zip(&state.paces).flat_map(|(group, paces)| {
            paces.iter().filter_map(move |pace| group.throttle.next_event(pace, after))
        });
        let first = [self.loads.next_corner(after), self.timeline.next_event(after)];
        first.into_iter().flatten().chain(samples).chain(ramps).filter(|t| *t > after).min_by(f64::total_cmp)
    }

    /// Takes the conditions at the start of a step, moves the state to its end, and gives what holds during it.
    pub fn step(&self, state: &mut State, t: f64, dt: f64, conditions: &dyn Conditions) -> Settings {
        Settings {
            targets: self.set_targets(state, t, dt, conditions),
            powers: self.set_powers(state, t, dt, conditions),
        }
    }

    /// Work lost so far.
    #[must_use]
    pub fn lost(&self, state: &State) -> Lost {
        let paces = || state.paces.iter().flatten();
        Lost {
            chip_seconds: paces().map(|pace| pace.lost).sum(),
            first_trip: paces().filter_map(|pace| pace.first_trip).min_by(f64::total_cmp),
            first_stop: paces().filter_map(|pace| pace.stopped_at).min_by(f64::total_cmp),
            tripped: paces().filter(|pace| pace.trips > 0).count(),
            stopped: paces().filter(|pace| pace.mode == Mode::Off).count(),
        }
    }

    fn set_targets(
        &self,
        state: &mut State,
        t: f64,
        dt: f64,
        conditions: &dyn Conditions,
    ) -> Vec<(Target, f64)> {
        let mut set: Vec<(Target, f64)> = Vec::new();
        for (controller, held) in self.controllers.iter().zip(&mut state.controllers) {
            let output = controller.pid.step(held, t, dt, conditions.measured(&controller.measured));
            set.extend(controller.targets.iter().map(|target| (*target, output)));
        }
        for effect in &self.timeline.effects {
            if !matches!(effect.target, Target::Power(_))
                && !set.iter().any(|(known, _)| *known == effect.target)
            {
                set.push((effect.target, conditions.nominal(effect.target)));
            }
        }
        // Steps end where effects begin and end, so that the middle of a step lies within one law.
        let middle = t + 0.5 * dt;
        for (target, value) in &mut set {
            let level = self.timeline.level(*target, middle, *value);
            *value = level * self.timeline.speed(*target, middle);
        }
        set
    }

    fn set_powers(
        &self,
        state: &mut State,
        t: f64,
        dt: f64,
        conditions: &dyn Conditions,
    ) -> Vec<(Part, f64)> {
        let mean = |load: &super::load::Load| (load.part, self.loads.mean(load, t, t + dt));
        let mut set: Vec<(Part, f64)> = self.loads.parts.iter().map(mean).collect();
        let mut at: std::collections::HashMap<Part, usize> =
            set.iter().enumerate().map(|(index, (part, _))| (*part, index)).collect();
        let mut scale = |part: Part, share: f64| {
            let index = *at.entry(part).or_insert_with(|| {
                set.push((part, conditions.power(part)));
                set.len() - 1
            });
            set[index].1 *= share;
        };
        for (group, paces) in self.throttles.iter().zip(&mut state.paces) {
            for (&chip, pace) in group.chips.iter().zip(paces) {
                let share = group.throttle.step(pace, t, dt, conditions.junction(chip));
                scale(Part::Chip(chip), share);
            }
        }
        let mut seen = Vec::new();
        for effect in &self.timeline.effects {
            let (Target::Power(part), Law::Level(_)) = (effect.target, effect.law) else { continue };
            if !seen.contains(&part) {
                seen.push(part);
                scale(part, self.timeline.power(part, t + 0.5 * dt));
            }
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::generate::square;
    use crate::control::load::{Load, Trace};
    use crate::control::sensor::Sensor;
    use crate::control::timeline::{Effect, Event};

    /// One chip on a plate whose resistance falls with the speed of its pump.
    struct Bench {
        junction: f64,
    }

    impl Conditions for Bench {
        fn measured(&self, _: &Measured) -> f64 {
            self.junction
        }
        fn junction(&self, _: usize) -> f64 {
            self.junction
        }
        fn nominal(&self, _: Target) -> f64 {
            0.8
        }
        fn power(&self, _: Part) -> f64 {
            1000.0
        }
    }

    fn control() -> Control {
        let profile = square(1.0, 0.15, 8.0, 0.75, 0.0).unwrap();
        let trace = Trace { name: "job".into(), profile, smoothed: None, spread: 0.0, lag: 0.0, seed: 1 };
        let parts = vec![Load::new("gpu", Part::Chip(0), 1200.0, 0, &trace, false)];
        let pid = Pid {
            set_point: 333.15,
            gain: 0.05,
            integral_time: 20.0,
            derivative_time: 0.0,
            limits: [0.3, 1.0],
            slew: 0.1,
            sample_time: 1.0,
            sensor: Sensor { delay: 1.0, lag: 2.0 },
        };
        let measured = Measured::Hottest { chips: vec![0], solids: vec![] };
        let targets = vec![Target::Pump(0)];
        let throttle =
            Throttle { trip: 363.15, release: 353.15, share: 0.5, ramp: 1.0, shutdown: Some(378.15) };
        let stop = Effect {
            target: Target::Pump(0),
            law: Law::CoastDown(3.0),
            from: 60.0,
            until: f64::INFINITY,
            recovery: 0.0,
            event: 0,
        };
        let halved =
            Effect { target: Target::Power(Part::Solid(3)), law: Law::Level(0.5), from: 30.0, ..stop };
        Control {
            loads: Loads { traces: vec![trace], parts },
            controllers: vec![Controller { name: "pump".into(), measured, targets, pid, start: None }],
            throttles: vec![Throttling { name: "gpus".into(), chips: vec![0], throttle }],
            timeline: Timeline {
                events: vec![Event { name: "trip".into(), at: 60.0, words: "pump trips".into() }],
                effects: vec![stop, halved],
            },
            ..Control::default()
        }
    }

    /// A run of the whole loop on 225 J/K over 40 °C, 0.02 K/W at full speed; what each step was given.
    fn run(
        control: &Control,
        state: &mut State,
        from: f64,
        to: f64,
        bench: &mut Bench,
    ) -> Vec<(f64, Settings)> {
        let (mut t, mut log) = (from, Vec::new());
        while t < to {
            let next = control.next_event(state, t).map_or(to, |next| next.min(to));
            let dt = (next - t).min(0.25);
            let settings = control.step(state, t, dt, bench);
            let speed = settings.target(Target::Pump(0)).unwrap();
            let power = settings.power(Part::Chip(0)).unwrap();
            let rate = speed.max(1e-3) / (0.02 * 225.0);
            let end = 313.15 + power / (225.0 * rate);
            bench.junction = end + (bench.junction - end) * (-rate * dt).exp();
            log.push((t, settings));
            t = if dt < 0.25 { next } else { t + dt };
        }
        log
    }

    #[test]
    fn a_pump_that_trips_makes_its_chip_throttle_and_stop_within_seconds() {
        let control = control();
        let mut bench = Bench { junction: 330.0 };
        let mut state = control.start(&bench);
        let log = run(&control, &mut state, 0.0, 59.0, &mut bench);
        assert!(control.lost(&state).tripped == 0, "{:?}", control.lost(&state));
        assert!(
            log.iter().all(|(_, settings)| (0.3..=1.0).contains(&settings.target(Target::Pump(0)).unwrap()))
        );
        // Power is halved where its event says, and a part without trace keeps its nominal one before.
        let solid = |at: f64| log.iter().find(|(t, _)| *t >= at).unwrap().1.power(Part::Solid(3));
        assert_eq!((solid(10.0), solid(31.0)), (Some(1000.0), Some(500.0)));
        run(&control, &mut state, 59.0, 200.0, &mut bench);
        let lost = control.lost(&state);
        let (trip, stop) = (lost.first_trip.unwrap(), lost.first_stop.unwrap());
        assert!(trip > 60.0 && trip < 80.0 && stop > trip, "{lost:?}");
        assert!(lost.chip_seconds > 200.0 - stop && lost.stopped == 1);
    }

    #[test]
    fn steps_land_on_corners_events_and_samples() {
        let control = control();
        let mut bench = Bench { junction: 330.0 };
        let mut state = control.start(&bench);
        let times: Vec<f64> =
            run(&control, &mut state, 0.0, 70.0, &mut bench).iter().map(|(t, _)| *t).collect();
        for landed in [6.0, 8.0, 30.0, 60.0, 64.0, 17.0] {
            assert!(times.iter().any(|t| (t - landed).abs() < 1e-9), "{landed}");
        }
    }

    #[test]
    fn a_run_that_is_written_and_read_again_goes_on_bit_for_bit() {
        let control = control();
        let mut bench = Bench { junction: 330.0 };
        let mut state = control.start(&bench);
        run(&control, &mut state, 0.0, 63.0, &mut bench);
        let mut again: State = serde_json::from_value(serde_json::to_value(&state).unwrap()).unwrap();
        let mut other = Bench { junction: bench.junction };
        let whole = run(&control, &mut state, 63.0, 90.0, &mut bench);
        let resumed = run(&control, &mut again, 63.0, 90.0, &mut other);
        assert_eq!((whole, state, bench.junction), (resumed, again, other.junction));
    }
}
