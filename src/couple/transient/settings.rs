//! What control sets, in the scene; and what it reads of a state.

use crate::control::load::Part;
use crate::control::plan::{Conditions, Measured};
use crate::control::timeline::Target;
use crate::coolant::supply_state;
use crate::couple::results::{View, values};
use crate::model::{NO_PART, PartKind};
use crate::physics::hydraulics::Component;
use crate::scene::{FanDrive, Fault, Scene};
use crate::units::ZERO_CELSIUS;
use std::borrow::Cow;

/// A machine that stands is followed down to this share of its nominal speed: coolant and air never quite stand.
const LEAST_SPEED: f64 = 1e-3;
/// Largest blocked share of a plate: nothing is shut altogether.
const MOST_BLOCKED: f64 = 0.999;
/// Change of a speed, flow or share from which on coolant is solved with it.
const SPEED_CHANGE: f64 = 1e-3;
/// The same of a supply temperature, K.
const SUPPLY_CHANGE: f64 = 0.01;
/// Change of a fan's speed, as a share of the nominal one, from which on the air is solved anew, steady.
const FAN_CHANGE: f64 = 0.05;

/// A moment before the start: events at 0 s have not happened yet, s.
const JUST_BEFORE: f64 = -1e-9;

/// Whether a target has left what it was set to by enough to be set again.
pub(super) fn has_moved(target: Target, from: f64, to: f64) -> bool {
    let allowed = match target {
        Target::Supply(_) => SUPPLY_CHANGE,
        Target::Fan(_) => FAN_CHANGE,
        Target::Flow(_) => SPEED_CHANGE * from.abs().max(to.abs()),
        _ => SPEED_CHANGE,
    };
    (to - from).abs() > allowed
}

/// Puts a target of a scene to a value, beside what `base` says of it.
pub(super) fn apply(scene: &mut Scene, base: &Scene, target: Target, value: f64) {
    match target {
        Target::Fan(index) => {
            let share = value.max(LEAST_SPEED);
            match (&mut scene.fans[index].drive, &base.fans[index].drive) {
                (FanDrive::Flow(flow), FanDrive::Flow(nominal)) => *flow = nominal * share,
                (FanDrive::Curve { speed, .. }, _) => *speed = share,
                _ => {}
            }
        }
        Target::Pump(index) => {
            if let Component::Pump(pump) = &mut scene.hydraulics[index].component {
                pump.speed = value.max(LEAST_SPEED);
            }
            if let Some(drive) = &mut scene.hydraulics[index].drive {
                drive.failed = false;
            }
        }
        Target::Flow(index) => {
            scene.loops[index].flow = value.max(LEAST_SPEED * base.loops[index].flow);
        }
        Target::Supply(index) => scene.loops[index].supply_temperature = value,
        Target::Plate(index) => scene.cold_plates[index].blocked = value.min(MOST_BLOCKED),
        Target::Water(index) => scene.cdus[index].flow = base.cdus[index].flow * value.max(LEAST_SPEED),
        Target::Valve(_) | Target::Power(_) => {}
    }
}

/// A scene with its targets put to values.
pub(super) fn with<'a>(scene: &'a Scene, set: &[(Target, f64)]) -> Cow<'a, Scene> {
    let mut other = Cow::Borrowed(scene);
    for (target, value) in set {
        apply(other.to_mut(), scene, *target, *value);
    }
    other
}

/// What a scene says of a target, in its units.
fn nominal(scene: &Scene, target: Target) -> f64 {
    match target {
        Target::Fan(index) => match &scene.fans[index].drive {
            FanDrive::Flow(_) => 1.0,
            FanDrive::Curve { speed, .. } => *speed,
        },
        Target::Pump(index) => match &scene.hydraulics[index].component {
            Component::Pump(pump) => pump.speed,
            _ => 0.0,
        },
        Target::Flow(index) => scene.loops[index].flow,
        Target::Supply(index) => scene.loops[index].supply_temperature,
        Target::Plate(index) => scene.cold_plates[index].blocked,
        Target::Valve(_) | Target::Water(_) | Target::Power(_) => 1.0,
    }
}

/// What the timeline has set before the run begins, such as a standby that stands still.
pub(super) fn before_start(scene: &Scene) -> Vec<(Target, f64)> {
    let timeline = &scene.control.timeline;
    let mut set: Vec<(Target, f64)> = Vec::new();
    for effect in &timeline.effects {
        let (target, of_scene) = (effect.target, nominal(scene, effect.target));
        let value = timeline.level(target, JUST_BEFORE, of_scene) * timeline.speed(target, JUST_BEFORE);
        if !set.iter().any(|(known, _)| *known == target) && has_moved(target, of_scene, value) {
            set.push((target, value));
        }
    }
    set
}

/// The fault of what control acts on and a run cannot follow yet.
pub(super) fn unfollowed(scene: &Scene) -> Option<Fault> {
    let controlled = scene.control.controllers.iter().flat_map(|controller| &controller.targets);
    let mut targets = controlled.chain(scene.control.timeline.effects.iter().map(|effect| &effect.target));
    let valve = targets.find_map(|target| match target {
        Target::Valve(part) => Some(scene.hydraulics[*part].name.clone()),
        _ => None,
    })?;
    Some(Fault {
        code: "racktherm::unfollowed",
        message: format!("valve '{valve}' is to move, which a run over time does not follow yet"),
        remedy: "act on the pump or on the loop's supply temperature instead".into(),
        items: vec![valve],
    })
}

/// A state as control reads it.
pub(super) struct Reading<'a> {
    pub(super) base: &'a Scene,
    pub(super) view: View<'a>,
}

impl Reading<'_> {
    /// Hottest point of a solid, K.
    fn solid(&self, index: usize) -> f64 {
        let View { model, energy, .. } = self.view;
        let of = |part: usize| part != NO_PART && model.parts[part].kind == PartKind::Solid(index);
        let cells = model.parts.iter().filter(|part| part.kind == PartKind::Solid(index));
        let cells = cells.flat_map(|part| part.cells.iter().map(|&cell| energy.cell(cell)));
        let sheets = model.sheets.iter().zip(&energy.sheets).filter(|(sheet, _)| of(sheet.part));
        cells.chain(sheets.map(|(_, rise)| energy.reference + rise)).fold(f64::NEG_INFINITY, f64::max)
    }
}

impl Conditions for Reading<'_> {
    fn measured(&self, what: &Measured) -> f64 {
        let View { scene, model, energy, .. } = self.view;
        let temperatures = || energy.coolant_temperatures(scene, model);
        let state = |of: usize| supply_state(scene, &energy.coolant, of, &temperatures());
        match what {
            Measured::Hottest { chips, solids } => {
                let chips = chips.iter().map(|&chip| self.junction(chip));
                chips.chain(solids.iter().map(|&solid| self.solid(solid))).fold(f64::NEG_INFINITY, f64::max)
            }
            Measured::Monitor(index) => {
                let (_, monitors) = values(&self.view);
                match monitors[*index].unit.as_str() {
                    "degC" => monitors[*index].value + ZERO_CELSIUS,
                    _ => monitors[*index].value,
                }
            }
            Measured::Supply(of) => temperatures().supplies[*of],
            Measured::Return(of) => state(*of).return_temperature,
            Measured::PressureDifference(of) => state(*of).pressure_drop,
        }
    }

    fn junction(&self, chip: usize) -> f64 {
        self.view.energy.node(self.view.model.chip_nodes[chip].junction)
    }

    fn nominal(&self, target: Target) -> f64 {
        nominal(self.base, target)
    }

    fn power(&self, part: Part) -> f64 {
        self.base.nominal_power(part)
    }
}
