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
//! expands may be solved anew, steady, as soon as its temperatures have left those that lift it by a stated share, and that of
//! any when its fans have moved. Coolant passes its branch at once. What control sets ([`crate::control`]) is put into the
//! scene that the next step solves ([`settings`]).
//!
//! A step ends at every event of the drive, where powers jump, and the next ones begin anew there.

mod assembled;
mod drive;
mod ledger;
mod powers;
mod record;
mod run;
mod settings;
mod step;

pub use drive::{Drive, DriveOf, Governor, PowerSource};

use crate::couple::airstate::{AirState, Before, solve_air_state};
use crate::couple::energy::EnergyState;
use crate::couple::engine::Device;
use crate::couple::equation::Equation;
use crate::couple::loops::coolant_temperatures;
use crate::couple::{CoupleError, Options, Progress, answer_on, fans, prepare};
use crate::model::Model;
use crate::model::air::OPEN_LOSS_PER_METRE;
use crate::model::system::State;
use crate::result::Solution;
use crate::scene::{Scene, Start, Transient};
use powers::Powers;
use run::{Run, Turn};
use settings::{apply, before_start, unfollowed, with};
use std::borrow::Cow;
use step::{Course, Stepper, known_cells};

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
    if let Some(fault) = unfollowed(scene) {
        return Err(fault.into());
    }
    let mut run = Run::new(transient);
    run.set = before_start(scene);
    let (mut air, first) = begin(&with(scene, &run.set), model, transient, options, device, progress)?;
    let mut course: Option<Course> = None;
    let mut driven: Option<Box<dyn Drive>> = None;
    loop {
        let set = with(scene, &run.set);
        let (settled, model) = match &air {
            Some(air) => fans::settle(&set, model, options.resolution, air)?,
            None => (Cow::Borrowed(&*set), Cow::Borrowed(model)),
        };
        let mut now = settled.into_owned();
        let mut powers = Powers::new(&now, &model, options.resolution, &known_cells(&model))?;
        let drive = driven.get_or_insert_with(|| match drive {
            Some(drive) => drive(&now, powers.others()),
            None => Box::new(Governor::new(&now, powers.others())),
        });
        loop {
            let equation = Equation::new(&now, &model, air.as_ref());
            let here = match (course.take(), &first, transient.start) {
                (Some(course), ..) => course,
                (None, Some(state), _) => Course::new(state.clone()),
                (None, None, Start::Uniform(temperature)) => Course::new(uniform(&equation, temperature)?),
                (None, None, Start::Steady { .. }) => Course::new(equation.first_state()?),
            };
            let power = run.power.take().unwrap_or_else(|| powers.of(drive.as_ref(), 0.0, 0.0));
            let mut stepper = Stepper::new(equation, powers, transient.scheme, here, power, device);
            let turn = run.go(scene, &mut stepper, drive.as_mut(), progress)?;
            if turn == Turn::Done {
                return run.finish((stepper, drive.as_ref()), options, device, progress);
            }
            run.power = Some(stepper.power.clone());
            let (mut reached, left) = stepper.into_course();
            powers = left;
            if turn == Turn::Settings {
                run.set.iter().for_each(|(target, value)| apply(&mut now, scene, *target, *value));
                let at = coolant_temperatures(&now, &model, &reached.state.rise, reached.state.reference);
                reached.state.coolant.renew(&now, &at)?;
                course = Some(reached);
                continue;
            }
            if turn == Turn::Fans {
                run.set.iter().for_each(|(target, value)| apply(&mut now, scene, *target, *value));
            }
            let lift = Some(reached.state.rise.cells.as_slice());
            let before =
                air.as_ref().map(|air| Before { model: &model, air, lift, conduction: None, most: None });
            let next = solve_air_state(&now, &model, OPEN_LOSS_PER_METRE, before, device, progress)?;
            run.refreshed.push(reached.time);
            run.resumed_in_air = true;
            reached.leave_air();
            course = Some(reached);
            air = next;
            break;
        }
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
        Start::Steady { power } if power == 1.0 && scene.control.loads.parts.is_empty() => {
            let (answer, _) = answer_on(scene, model, options, device, progress)?;
            Ok((answer.air, Some(answer.energy)))
        }
        Start::Steady { power } => {
            // Loads over time start from their mean.
            let scene = scene.steady().at_power(power);
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
