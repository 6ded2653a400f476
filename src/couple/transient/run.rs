//! A run on its way: steps, what control sets, what is kept, and the answer at its end.

use super::drive::Drive;
use super::powers::Power;
use super::record::Recorder;
use super::settings::{Reading, has_moved};
use super::step::Stepper;
use crate::control::Lost;
use crate::control::plan::Conditions;
use crate::control::timeline::{Event, Target};
use crate::couple::engine::Device;
use crate::couple::equation::Equation;
use crate::couple::momentum::MomentumState;
use crate::couple::results::{self, View};
use crate::couple::{CoupleError, Options, Progress};
use crate::model::storage::unknown;
use crate::result::{self, LostWork, Solution, TimedEvent, Warning};
use crate::scene::{Scene, Steps, Transient};
use crate::solver::time::Controller;
use std::time::Instant;

/// Shortest step over the first one: a run that asks for shorter ones does not get on.
const SHORTEST: f64 = 1e-6;
/// Most names in a warning.
const MOST_NAMES: usize = 4;

/// Why a run stops on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is at its end, or steps get too short to get there.
    Done,
    /// What lifts the air has changed: its flow is to be solved anew.
    Lift,
    /// So have its fans.
    Fans,
    /// Pumps, supplies or plates are set anew.
    Settings,
}

/// A run on its way, with what is kept of it.
pub(super) struct Run<'t> {
    transient: &'t Transient,
    /// What control has set, as far as the scene follows it.
    pub(super) set: Vec<(Target, f64)>,
    /// Powers of the last step.
    pub(super) power: Option<Power>,
    /// Time and length of a step that has begun and waits for another scene, s.
    begun: Option<[f64; 2]>,
    /// Whether the air was solved since the last step.
    pub(super) resumed_in_air: bool,
    control: Controller,
    recorder: Recorder,
    started: Instant,
    steps: usize,
    rejected: usize,
    /// Steps whose linear solve did not reach its tolerance.
    unsolved: usize,
    range: [f64; 2],
    snapshots: Vec<f64>,
    /// Times at which the flow was solved anew, s.
    pub(super) refreshed: Vec<f64>,
}

impl<'t> Run<'t> {
    pub(super) fn new(transient: &'t Transient) -> Self {
        let control = match transient.steps {
            Steps::Fixed(step) => Controller::fixed(step),
            Steps::Controlled { tolerance, first, largest } => Controller::new(tolerance, first, largest),
        };
        Self {
            transient,
            set: Vec::new(),
            power: None,
            begun: None,
            resumed_in_air: false,
            control,
            recorder: Recorder::new(transient.output_interval),
            started: Instant::now(),
            steps: 0,
            rejected: 0,
            unsolved: 0,
            range: [f64::INFINITY, 0.0],
            snapshots: Vec::new(),
            refreshed: Vec::new(),
        }
    }

    /// To the end, or to where something wants to be solved anew; `base` is the scene as it was read.
    pub(super) fn go(
        &mut self,
        base: &Scene,
        stepper: &mut Stepper<'_>,
        drive: &mut dyn Drive,
        progress: &dyn Progress,
    ) -> Result<Turn, CoupleError> {
        if stepper.time == 0.0 || self.resumed_in_air {
            progress.stage("time");
            self.resumed_in_air = false;
        }
        let duration = self.transient.duration;
        let end = duration * (1.0 - 1e-12);
        let lifted = stepper.equation.air.is_some_and(|air| air.flows.iter().any(MomentumState::is_lifted));
        let refresh = self.transient.refresh_flow.filter(|_| lifted);
        let lift = stepper.state.rise.cells.clone();
        if self.steps == 0 {
            self.keep(stepper, progress)?;
        }
        while stepper.time < end {
            let now = stepper.time;
            let event = drive.next_event(now).filter(|event| *event > now && *event < end);
            let until = event.unwrap_or(duration);
            let step = self.control.next(until - now);
            // A step that was begun goes on in the scene that it asked for: asked again there, control might ask for another.
            if self.begun.take() != Some([now, step]) {
                let reading = Reading { base, view: stepper.view() };
                drive.begin(now, now + step, &reading);
                if let Some(turn) = self.follow(drive.targets(), &reading) {
                    self.begun = Some([now, step]);
                    return Ok(turn);
                }
            }
            let power = stepper.powers.of(drive, now, now + step);
            let candidate = stepper.attempt(step, power)?;
            let error = candidate.error;
            if !self.control.judge(step, error) {
                self.rejected += 1;
                drive.undo();
                if error.is_nan() || self.control.step() < SHORTEST * self.first_step() {
                    break;
                }
                continue;
            }
            self.unsolved += usize::from(!candidate.report.converged);
            self.range = [self.range[0].min(step), self.range[1].max(step)];
            self.steps += 1;
            stepper.accept(candidate)?;
            // The clock meets events to the last digit.
            if until - stepper.time <= 1e-9 * step {
                stepper.time = until;
            }
            if Some(stepper.time) == event {
                stepper.restart();
                self.control.restart();
            }
            self.keep(stepper, progress)?;
            progress.update(stepper.time / duration, &self.standing(stepper, step));
            if stepper.time < end && refresh.is_some_and(|share| stepper.lift_change(&lift) > share) {
                self.control.restart();
                return Ok(Turn::Lift);
            }
        }
        self.recorder.finish();
        Ok(Turn::Done)
    }

    /// Takes over targets that have left what the scene is set to; what then is to be solved anew.
    fn follow(&mut self, targets: &[(Target, f64)], conditions: &dyn Conditions) -> Option<Turn> {
        let mut turn = None;
        for (target, value) in targets {
            let known = self.set.iter_mut().find(|(known, _)| known == target);
            let before = known.as_ref().map_or_else(|| conditions.nominal(*target), |(_, before)| *before);
            if !has_moved(*target, before, *value) {
                continue;
            }
            turn = match (turn, target) {
                (_, Target::Fan(_)) | (Some(Turn::Fans), _) => Some(Turn::Fans),
                _ => Some(Turn::Settings),
            };
            match known {
                Some(known) => known.1 = *value,
                None => self.set.push((*target, *value)),
            }
        }
        turn
    }

    fn first_step(&self) -> f64 {
        match self.transient.steps {
            Steps::Fixed(step) => step,
            Steps::Controlled { first, .. } => first,
        }
    }

    /// Simulated, remaining and how the balance stands.
    fn standing(&self, stepper: &Stepper<'_>, step: f64) -> String {
        let (time, duration) = (stepper.time, self.transient.duration);
        let spent = self.started.elapsed().as_secs_f64();
        let left = spent * (duration - time) / time;
        format!(
            "{time:.4} of {duration} s simulated in steps of {step:.3} s, about {left:.0} s of computing left, balance \
             open by {:.1e}",
            stepper.ledger.relative()
        )
    }

    /// Takes down the state, and its fields where a snapshot is due.
    fn keep(&mut self, stepper: &Stepper<'_>, progress: &dyn Progress) -> Result<(), CoupleError> {
        let Stepper { power, time, .. } = stepper;
        let view = stepper.view();
        self.recorder.observe(*time, power.total(), &view);
        if let Some(interval) = self.transient.field_interval
            && *time >= self.snapshots.len() as f64 * interval * (1.0 - 1e-12)
        {
            progress.fields(self.snapshots.len(), &results::fields(&view)?);
            self.snapshots.push(*time);
        }
        Ok(())
    }

    /// The solution at the end, with what led there.
    pub(super) fn finish(
        self,
        (mut stepper, drive): (Stepper<'_>, &dyn Drive),
        options: &Options,
        device: &dyn Device,
        progress: &dyn Progress,
    ) -> Result<Solution, CoupleError> {
        progress.stage("results");
        let balance = stepper.ledger.relative();
        let arrived = stepper.time >= self.transient.duration * (1.0 - 1e-12);
        let closed = balance <= device.balance_tolerance();
        stepper.state.passes = self.steps;
        stepper.state.converged = arrived && closed && self.unsolved == 0;
        let mut scene = stepper.equation.scene.clone();
        scene.chips.iter_mut().zip(&stepper.power.chips).for_each(|(chip, power)| chip.power = *power);
        let Equation { model, air, .. } = stepper.equation;
        let view = View { scene: &scene, model, air, energy: &stepper.state };
        let mut solution = results::solution(&view, options, device)?;
        let convergence = &mut solution.summary.convergence;
        convergence.reason = format!(
            "{} steps to {:.6} s, {} of them not solved to their tolerance; heat balance of the run open by {balance:.1e}",
            self.steps, stepper.time, self.unsolved
        );
        if !arrived {
            convergence.reason += "; steps became too short to get on: the error stays over the tolerance";
        }
        // What a part is judged by over time is its hottest moment.
        for (part, peak) in solution.summary.components.iter_mut().zip(&self.recorder.peaks) {
            part.margin_k = part.limit_c.map(|limit| limit - peak.temperature_c);
        }
        let ledger = &stepper.ledger;
        solution.summary.transient = Some(result::Transient {
            duration_s: stepper.time,
            scheme: self.transient.scheme.name().into(),
            steps: self.steps,
            rejected: self.rejected,
            step_range_s: self.range,
            systems: stepper.systems,
            peaks: self.recorder.peaks,
            stored_j: ledger.stored,
            in_j: ledger.entered,
            out_j: ledger.left,
            balance_relative: balance,
            snapshots_s: self.snapshots,
            flow_refreshed_s: self.refreshed,
            lost: drive.lost().map(lost),
            events: events(&scene, stepper.time),
        });
        solution.history = Some(self.recorder.history);
        solution.summary.warnings.extend(warnings(&scene));
        solution.summary.warnings.extend(unreached(&scene, self.transient.duration));
        for Warning { finding, place, .. } in &solution.summary.warnings {
            progress.warn(&format!("{place}: {finding}"));
        }
        Ok(solution)
    }
}

/// What throttling has cost, for the summary.
fn lost(lost: Lost) -> LostWork {
    LostWork {
        chip_seconds: lost.chip_seconds,
        first_throttle_s: lost.first_trip,
        first_shutdown_s: lost.first_stop,
        throttled: lost.tripped,
        stopped: lost.stopped,
    }
}

/// The timeline up to the end of the run, for the summary.
fn events(scene: &Scene, until: f64) -> Vec<TimedEvent> {
    let told =
        |event: &Event| TimedEvent { name: event.name.clone(), at_s: event.at, what: event.words.clone() };
    scene.control.timeline.events.iter().filter(|event| event.at < until).map(told).collect()
}

/// Events after the end of the run.
fn unreached(scene: &Scene, duration: f64) -> impl Iterator<Item = Warning> + '_ {
    scene.control.timeline.beyond(duration).map(move |event| Warning {
        finding: format!("it is at {} s, the run ends at {duration} s", event.at),
        place: event.name.clone(),
        remedy: "make the run longer, or the event earlier".into(),
    })
}

/// Compact parts that store nothing because nobody says what.
fn warnings(scene: &Scene) -> Vec<Warning> {
    let kinds = ["chip", "heat sink", "cold plate"].into_iter().zip(unknown(scene));
    let told = kinds.filter(|(_, names)| !names.is_empty()).map(|(kind, names)| {
        let (first, rest) = (names[0].to_owned(), names.len().saturating_sub(MOST_NAMES));
        let names = names.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        Warning {
            finding: format!("nothing says what a {kind} stores: {names}{more} follow their load at once"),
            place: first,
            remedy: "give it heat_capacity, such as \"225 J/K\" for package and plate together".into(),
        }
    });
    told.collect()
}
