//! Temperatures over time in air that stands as it was at the start: frozen flow.
//!
//! ```text
//! start ─ steady state of the start's powers (air, temperatures), or one temperature everywhere
//!   └─ steps   drive ─ powers ─ step (w₀ C + A) d = …  ─ ledger: in, out, stored
//!        └─ record: rows at output times, peaks, time over limits; snapshots of the fields
//! ```
//!
//! Parts, air between them and compact parts store heat ([`crate::model::storage`]); what follows the temperatures
//! (films, coolant, conductivities) follows them step by step. The flow of air stays what it was, but that a fluid which
//! expands may be solved anew, steady, as soon as its temperatures have left those that lift it by a stated share. Coolant
//! passes its branch at once.
//!
//! A step ends at every event of the drive, where powers jump, and the next ones begin anew there.

mod assembled;
mod drive;
mod ledger;
mod powers;
mod record;
mod step;

pub use drive::{Drive, DriveOf, PowerSource, Steady};

use crate::couple::airstate::{AirState, Before, solve_air_state};
use crate::couple::energy::EnergyState;
use crate::couple::engine::Device;
use crate::couple::equation::Equation;
use crate::couple::momentum::MomentumState;
use crate::couple::results::{self, View};
use crate::couple::{CoupleError, Options, Progress, answer_on, fans, prepare};
use crate::model::Model;
use crate::model::air::OPEN_LOSS_PER_METRE;
use crate::model::storage::unknown;
use crate::model::system::State;
use crate::result::{self, Solution, Warning};
use crate::scene::{Scene, Start, Steps, Transient};
use crate::solver::time::Controller;
use powers::Powers;
use record::Recorder;
use std::borrow::Cow;
use std::time::Instant;
use step::{Course, Stepper, known_cells};

/// Shortest step over the first one: a run that asks for shorter ones does not get on.
const SHORTEST: f64 = 1e-6;
/// Most names in a warning.
const MOST_NAMES: usize = 4;

/// Runs a scene over its time, with the powers that it has unless others are given.
///
/// # Errors
/// As [`crate::couple::solve`].
pub(super) fn solve(
    (scene, model): (&Scene, &Model),
    transient: &Transient,
    drive: Option<&DriveOf>,
    options: &Options,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<Solution, CoupleError> {
    let (mut air, first) = begin(scene, model, transient, options, device, progress)?;
    let mut run = Run::new(transient);
    let mut course = None;
    loop {
        let (scene, model) = match &air {
            Some(air) => fans::settle(scene, model, options.resolution, air)?,
            None => (Cow::Borrowed(scene), Cow::Borrowed(model)),
        };
        let equation = Equation::new(&scene, &model, air.as_ref());
        let here = match (course.take(), &first, transient.start) {
            (Some(course), ..) => course,
            (None, Some(state), _) => Course::new(state.clone()),
            (None, None, Start::Uniform(temperature)) => Course::new(uniform(&equation, temperature)?),
            (None, None, Start::Steady { .. }) => Course::new(equation.first_state()?),
        };
        let powers = Powers::new(&scene, &model, options.resolution, &known_cells(&model))?;
        let drive = match drive {
            Some(drive) => drive(&scene, powers.others()),
            None => Box::new(Steady::new(&scene, powers.others())),
        };
        let power = powers.of(drive.as_ref(), 0.0, 0.0);
        let mut stepper = Stepper::new(equation, powers, transient.scheme, here, power, device);
        if run.go(&mut stepper, drive.as_ref(), progress)? {
            return run.finish(stepper, options, device, progress);
        }
        let lift = Some(stepper.state.rise.cells.as_slice());
        let before =
            air.as_ref().map(|air| Before { model: &model, air, lift, conduction: None, most: None });
        let next = solve_air_state(&scene, &model, OPEN_LOSS_PER_METRE, before, device, progress)?;
        course = Some(stepper.into_course());
        air = next;
    }
}

/// Air and temperatures of the start; temperatures only where they are those of a steady state.
fn begin(
    scene: &Scene,
    model: &Model,
    transient: &Transient,
    options: &Options,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<(Option<AirState>, Option<EnergyState>), CoupleError> {
    match transient.start {
        Start::Uniform(_) => {
            Ok((solve_air_state(scene, model, OPEN_LOSS_PER_METRE, None, device, progress)?, None))
        }
        Start::Steady { power: 1.0 } => {
            let (answer, _) = answer_on(scene, model, options, device, progress)?;
            Ok((answer.air, Some(answer.energy)))
        }
        Start::Steady { power } => {
            let scene = scene.at_power(power);
            let model = prepare(&scene, options.resolution)?;
            let (answer, _) = answer_on(&scene, &model, options, device, progress)?;
            Ok((answer.air, Some(answer.energy)))
        }
    }
}

/// Everything at one temperature, K, but what is held at another.
fn uniform(equation: &Equation<'_>, temperature: f64) -> Result<EnergyState, CoupleError> {
    let (model, reference) = (equation.model, equation.reference);
    let rise = temperature - reference;
    let cell = |cell: usize| model.fixed_temperature[cell].map_or(rise, |held| held - reference);
    let sheet =
        |sheet: &crate::model::SheetFace| sheet.fixed_temperature.map_or(rise, |held| held - reference);
    let mut state = equation.first_state()?;
    let cells = (0..model.grid.cells()).map(cell).collect();
    state.rise = State { cells, nodes: vec![rise; model.nodes.len()] };
    state.sheets = model.sheets.iter().map(sheet).collect();
    let coolant = state.coolant_temperatures(equation.scene, model);
    state.coolant.update(equation.scene, &coolant)?;
    state.converged = true;
    state.change = 0.0;
    Ok(state)
}

/// A run on its way, with what is kept of it.
struct Run<'t> {
    transient: &'t Transient,
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
    refreshed: Vec<f64>,
}

impl<'t> Run<'t> {
    fn new(transient: &'t Transient) -> Self {
        let control = match transient.steps {
            Steps::Fixed(step) => Controller::fixed(step),
            Steps::Controlled { tolerance, first, largest } => Controller::new(tolerance, first, largest),
        };
        Self {
            transient,
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

    /// To the end, or until steps get too short to get there: then it is true. False where the flow wants to be solved anew.
    fn go(
        &mut self,
        stepper: &mut Stepper<'_>,
        drive: &dyn Drive,
        progress: &dyn Progress,
    ) -> Result<bool, CoupleError> {
        progress.stage("time");
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
            let power = stepper.powers.of(drive, now, now + step);
            let candidate = stepper.attempt(step, power)?;
            let error = candidate.error;
            if !self.control.judge(step, error) {
                self.rejected += 1;
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
                self.refreshed.push(stepper.time);
                self.control.restart();
                return Ok(false);
            }
        }
        self.recorder.finish();
        Ok(true)
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
        let Stepper { equation, state, power, time, .. } = stepper;
        let view = View { scene: equation.scene, model: equation.model, air: equation.air, energy: state };
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
    fn finish(
        self,
        mut stepper: Stepper<'_>,
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
        });
        solution.history = Some(self.recorder.history);
        solution.summary.warnings.extend(warnings(&scene));
        for Warning { finding, place, .. } in &solution.summary.warnings {
            progress.warn(&format!("{place}: {finding}"));
        }
        Ok(solution)
    }
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
