//! What changes over time: powers, what pumps, fans and supplies are set to, and the moments at which they jump.

use crate::control::load::Part;
use crate::control::plan::Conditions;
use crate::control::timeline::Target;
use crate::control::{Control, Lost, Settings, State};
use crate::scene::Scene;

/// What releases power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerSource {
    /// A chip: index into [`Scene::chips`].
    Chip(usize),
    /// Another part on which control acts.
    Part(Part),
    /// Everything else but fans, together: solids, sources, porous boxes, the heat that plates take besides chips. It
    /// stays spread as the scene has it.
    Others,
}

/// What a run over time is driven by.
pub trait Drive {
    /// Takes down the conditions at the start of a step, before anything is asked of it.
    fn begin(&mut self, _from: f64, _to: f64, _conditions: &dyn Conditions) {}

    /// Forgets the step that was begun last: it is made again, shorter or in another scene.
    fn undo(&mut self) {}

    /// Mean power of a source from one time to another, W: for steps to release what was asked for, whatever their
    /// lengths, it must add up over them.
    fn power(&self, source: PowerSource, from: f64, to: f64) -> f64;

    /// The next time after `after` at which a power jumps, s: a step ends there, and the next ones begin anew.
    fn next_event(&self, after: f64) -> Option<f64>;

    /// What pumps, fans, supplies and plates are during the step that was begun.
    fn targets(&self) -> &[(Target, f64)] {
        &[]
    }

    /// What throttling has cost.
    fn lost(&self) -> Option<Lost> {
        None
    }
}

/// Makes a drive from a scene and what its others release, W.
pub type DriveOf<'a> = dyn Fn(&Scene, f64) -> Box<dyn Drive> + 'a;

/// The control of a scene at work: traces, controllers, throttling and events; without any of them the powers of the
/// scene, all the time.
#[derive(Clone, Debug)]
pub struct Governor {
    control: Control,
    chips: Vec<f64>,
    parts: Vec<(Part, f64)>,
    others: f64,
    /// At the start of the run it is not known before the first step begins.
    state: Option<State>,
    before: Option<State>,
    settings: Settings,
}

impl Governor {
    /// Of a scene whose powers beside chips and what control acts on are `others` W together.
    #[must_use]
    pub fn new(scene: &Scene, others: f64) -> Self {
        let loads = &scene.control.loads;
        Self {
            control: scene.control.clone(),
            chips: scene.chips.iter().map(|chip| chip.power).collect(),
            parts: acted_on(scene).into_iter().map(|part| (part, scene.nominal_power(part))).collect(),
            others,
            state: None,
            before: None,
            // What loads draw at the start, before any step.
            settings: Settings {
                powers: loads.parts.iter().map(|load| (load.part, loads.power(load, 0.0))).collect(),
                ..Settings::default()
            },
        }
    }
}

impl Drive for Governor {
    fn begin(&mut self, from: f64, to: f64, conditions: &dyn Conditions) {
        if self.control.is_steady() {
            return;
        }
        let mut state = self.state.take().unwrap_or_else(|| self.control.start(conditions));
        self.before = Some(state.clone());
        self.settings = self.control.step(&mut state, from, to - from, conditions);
        self.state = Some(state);
    }

    fn undo(&mut self) {
        if let Some(before) = self.before.take() {
            self.state = Some(before);
        }
    }

    fn power(&self, source: PowerSource, _from: f64, _to: f64) -> f64 {
        let nominal =
            |part: Part| self.parts.iter().find(|(known, _)| *known == part).map_or(0.0, |(_, power)| *power);
        match source {
            PowerSource::Chip(chip) => self.settings.power(Part::Chip(chip)).unwrap_or(self.chips[chip]),
            PowerSource::Part(part) => self.settings.power(part).unwrap_or_else(|| nominal(part)),
            PowerSource::Others => self.others,
        }
    }

    fn next_event(&self, after: f64) -> Option<f64> {
        match &self.state {
            Some(state) => self.control.next_event(state, after),
            None => {
                let first = [self.control.loads.next_corner(after), self.control.timeline.next_event(after)];
                first.into_iter().flatten().min_by(f64::total_cmp)
            }
        }
    }

    fn targets(&self) -> &[(Target, f64)] {
        &self.settings.targets
    }

    fn lost(&self) -> Option<Lost> {
        let state = self.state.as_ref().filter(|_| !self.control.throttles.is_empty());
        state.map(|state| self.control.lost(state))
    }
}

/// Parts beside chips whose power control changes.
pub(super) fn acted_on(scene: &Scene) -> Vec<Part> {
    let control = &scene.control;
    let traced = control.loads.parts.iter().map(|load| load.part);
    let events = control.timeline.effects.iter().filter_map(|effect| match effect.target {
        Target::Power(part) => Some(part),
        _ => None,
    });
    let mut parts = Vec::new();
    for part in traced.chain(events).filter(|part| !matches!(part, Part::Chip(_))) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}
