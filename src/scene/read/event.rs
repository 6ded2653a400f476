//! `[[event]]`: what happens to pumps, fans, water, plates, supplies and power, and when.

use crate::control::load::Part;
use crate::control::timeline::{Effect, Event, Law, Target};
use crate::units::Dimension;

use super::Builder;
use super::controller::{loop_named, target_of};
use crate::scene::diagnostic::Mistake;
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::kind::Kind;

const KINDS: [&str; 8] = [
    "pump_trip",
    "pump_start",
    "fan_failure",
    "water_loss",
    "blocked_plate",
    "supply_step",
    "utility_loss",
    "power_step",
];
const SECONDS: Range = Range::Within(0.0, 1e8);
/// Inertia and run-up of machines, s.
const MACHINE: Range = Range::Within(0.0, 3600.0);
/// Temperatures that a coolant may be supplied with, K.
const SUPPLY: Range = Range::Within(243.15, 373.15);

/// Reads every event.
pub(in crate::scene) fn read_events(builder: &mut Builder<'_>) {
    let expansion = builder.expansion;
    for item in expansion.items.iter().filter(|item| item.kind == Kind::Event) {
        let fields = Fields::new(builder.log, &item.scope, &item.table, format!("event '{}'", item.path))
            .without_sources();
        fields.know("name");
        for (key, example) in [("at", "\"60 s\""), ("kind", "\"pump_trip\"")] {
            if !fields.has(key) {
                fields.missing(key, example);
            }
        }
        let at = fields.quantity("at", Dimension::TIME, SECONDS).unwrap_or(0.0);
        let reader =
            Reader { builder, item, fields: &fields, at, event: builder.scene.control.timeline.events.len() };
        let kind = fields.choice("kind", &KINDS);
        let effects = match kind {
            Some(0) => reader.pump_trip(),
            Some(1) => reader.pump_start(),
            Some(2) => reader.fan_failure(),
            Some(3) => reader.water_loss(),
            Some(4) => reader.blocked_plate(),
            Some(5) => reader.supply_step(),
            Some(6) => reader.utility_loss(),
            Some(_) => reader.power_step(),
            // What belongs to no kind is not told twice.
            None => continue,
        };
        fields.finish();
        let words = KINDS[kind.unwrap_or(0)].replace('_', " ");
        let timeline = &mut builder.scene.control.timeline;
        timeline.events.push(Event { name: item.path.clone(), at, words });
        timeline.effects.extend(effects);
    }
}

/// One event on its way to its effects.
struct Reader<'r, 'b> {
    builder: &'r Builder<'b>,
    item: &'r Item,
    fields: &'r Fields<'r>,
    at: f64,
    event: usize,
}

impl Reader<'_, '_> {
    fn seconds(&self, key: &'static str, default: f64) -> f64 {
        self.fields.or_estimate(key, Dimension::TIME, MACHINE, default)
    }

    /// End of what lasts `for` a time; infinite where none is given.
    fn until(&self) -> f64 {
        let lasts = self.fields.quantity("for", Dimension::TIME, Range::Positive);
        lasts.map_or(f64::INFINITY, |seconds| self.at + seconds)
    }

    fn effect(&self, target: Target, law: Law, until: f64, recovery: f64) -> Effect {
        Effect { target, law, from: self.at, until, recovery, event: self.event }
    }

    /// Targets that the names of a key stand for; what an item is to this event is up to `of`.
    fn targets(
        &self,
        key: &'static str,
        words: &str,
        fits: &dyn Fn(Kind) -> bool,
        of: &dyn Fn(usize) -> Option<Target>,
    ) -> Vec<Target> {
        if !self.fields.has(key) {
            self.fields.missing(key, "\"…\"");
        }
        let mut targets = Vec::new();
        for (glob, node) in self.fields.texts(key) {
            let picked = self.builder.pick(self.item, glob, fits);
            if picked.is_empty() {
                self.builder.matches_nothing(glob, node.place, words);
            }
            targets.extend(picked.into_iter().filter_map(of));
        }
        targets
    }

    /// Pumps, and loops whose flow is given.
    fn movers(&self, key: &'static str) -> Vec<Target> {
        let fits = |kind: Kind| matches!(kind, Kind::Pump | Kind::Loop);
        self.targets(key, "pump or loop", &fits, &|index| match target_of(self.builder, index)? {
            Target::Supply(index) => self.flow(index, key),
            target => Some(target),
        })
    }

    fn flow(&self, index: usize, key: &'static str) -> Option<Target> {
        let known = &self.builder.scene.loops[index];
        if known.flow > 0.0 {
            return Some(Target::Flow(index));
        }
        let message =
            format!("{} names loop '{}', whose flow is that of its pumps", self.fields.what, known.name);
        let mistake =
            Mistake::new("racktherm::conflict", message).at(self.fields.place(key), "moved by pumps");
        self.builder.log.add(mistake.help("name the [[pump]] that trips"));
        None
    }

    fn pump_trip(&self) -> Vec<Effect> {
        let (until, coast_down) = (self.until(), self.seconds("coast_down", 2.0));
        let run_up = self.seconds("run_up", 2.0);
        let tripped = self.movers("of");
        let mut effects: Vec<Effect> = tripped
            .iter()
            .map(|target| self.effect(*target, Law::CoastDown(coast_down), until, run_up))
            .collect();
        if self.fields.has("standby") {
            let delay = self.fields.or("standby_delay", Dimension::TIME, MACHINE, 0.0);
            for target in self.movers("standby") {
                if tripped.contains(&target) {
                    let message = format!("the standby of {} is what trips", self.fields.what);
                    let help = "name another pump as its standby";
                    self.fields.complain("racktherm::conflict", "standby", message, "trips itself", help);
                }
                let start = self.effect(target, Law::RunUp(run_up), f64::INFINITY, 0.0);
                effects.push(Effect { from: self.at + delay, ..start });
            }
        }
        effects
    }

    fn pump_start(&self) -> Vec<Effect> {
        let run_up = self.seconds("run_up", 2.0);
        self.movers("of")
            .into_iter()
            .map(|target| self.effect(target, Law::RunUp(run_up), f64::INFINITY, 0.0))
            .collect()
    }

    fn fan_failure(&self) -> Vec<Effect> {
        let (until, coast_down) = (self.until(), self.seconds("coast_down", 1.0));
        let run_up = self.seconds("run_up", 2.0);
        let fans =
            self.targets("of", "fan", &|kind| kind == Kind::Fan, &|index| target_of(self.builder, index));
        fans.into_iter()
            .map(|target| self.effect(target, Law::CoastDown(coast_down), until, run_up))
            .collect()
    }

    fn cdu(&self, index: usize) -> Option<Target> {
        let path = &self.builder.expansion.items[index].path;
        self.builder.scene.cdus.iter().position(|cdu| cdu.name == *path).map(Target::Water)
    }

    fn water_loss(&self) -> Vec<Effect> {
        let until = self.until();
        let units = self.targets("of", "cdu", &|kind| kind == Kind::Cdu, &|index| self.cdu(index));
        units.into_iter().map(|target| self.effect(target, Law::Level(0.0), until, 0.0)).collect()
    }

    fn blocked_plate(&self) -> Vec<Effect> {
        let until = self.until();
        if !self.fields.has("share") {
            self.fields.missing("share", "0.5");
        }
        let share =
            self.fields.quantity("share", Dimension::DIMENSIONLESS, Range::Within(0.0, 1.0)).unwrap_or(0.0);
        let slot = |index: usize| Some(Target::Plate(self.builder.slots[index]));
        let plates = self.targets("of", "cold plate", &|kind| kind == Kind::ColdPlate, &slot);
        plates.into_iter().map(|target| self.effect(target, Law::Level(share), until, 0.0)).collect()
    }

    fn supply_step(&self) -> Vec<Effect> {
        let until = self.until();
        let to = self.fields.quantity("to", Dimension::TEMPERATURE, SUPPLY);
        let by = self.fields.quantity("by", Dimension::TEMPERATURE_DIFFERENCE, Range::Within(-80.0, 80.0));
        if self.fields.has("to") == self.fields.has("by") {
            let code = if self.fields.has("to") { "racktherm::conflict" } else { "racktherm::missing_key" };
            let message = format!("{} needs 'to' or 'by'", self.fields.what);
            self.fields.complain(code, "by", message, "one of the two", "for example by = \"5 K\"");
        }
        let law = to.map(Law::Level).or(by.map(Law::Shift)).unwrap_or(Law::Shift(0.0));
        if !self.fields.has("of") {
            self.fields.missing("of", "\"rack\"");
        }
        let named = self.fields.texts("of");
        let loops = named
            .into_iter()
            .filter_map(|(name, _)| loop_named(self.builder, self.item, name, self.fields, "of"));
        loops.map(|index| self.effect(Target::Supply(index), law, until, 0.0)).collect()
    }

    fn power_step(&self) -> Vec<Effect> {
        let until = self.until();
        if !self.fields.has("share") {
            self.fields.missing("share", "0.2");
        }
        let share =
            self.fields.quantity("share", Dimension::DIMENSIONLESS, Range::Within(0.0, 3.0)).unwrap_or(1.0);
        let fits = |kind: Kind| {
            kind.is_solid() || matches!(kind, Kind::Source | Kind::Porous | Kind::Chip | Kind::ColdPlate)
        };
        let slot = |index: usize| Some(Target::Power(self.part(index)));
        let parts = self.targets("of", "part that draws power", &fits, &slot);
        parts.into_iter().map(|target| self.effect(target, Law::Level(share), until, 0.0)).collect()
    }

    fn part(&self, index: usize) -> Part {
        super::trace::part_of(self.builder, index)
    }

    /// Everything that draws power, moves air or coolant, or brings water stops, what the UPS bridges after it is empty.
    fn utility_loss(&self) -> Vec<Effect> {
        if !self.fields.has("for") {
            self.fields.missing("for", "\"30 s\"");
        }
        let until = self.until();
        let bridged_for = self.fields.or("ups", Dimension::TIME, SECONDS, 0.0);
        let (coast_down, run_up) = (self.seconds("coast_down", 2.0), self.seconds("run_up", 2.0));
        let bridged = self.bridged();
        let mut effects = Vec::new();
        for (index, item) in self.builder.expansion.items.iter().enumerate() {
            let Some((target, law)) = self.powered(index, item, coast_down) else { continue };
            let from =
                if bridged.as_ref().is_none_or(|known| known.contains(&index)) && item.kind != Kind::Cdu {
                    self.at + bridged_for
                } else {
                    self.at
                };
            if from < until && !effects.iter().any(|known: &Effect| known.target == target) {
                effects.push(Effect { from, ..self.effect(target, law, until, run_up) });
            }
        }
        effects
    }

    /// Items that the UPS carries; none named: all but the facility's water.
    fn bridged(&self) -> Option<Vec<usize>> {
        if !self.fields.has("bridges") {
            return None;
        }
        let fits =
            |kind: Kind| super::trace::follows(kind) || matches!(kind, Kind::Fan | Kind::Pump | Kind::Loop);
        let mut found = Vec::new();
        for (glob, node) in self.fields.texts("bridges") {
            let picked = self.builder.pick(self.item, glob, &fits);
            if picked.is_empty() {
                self.builder.matches_nothing(glob, node.place, "fan, pump, loop or part that draws power");
            }
            found.extend(picked);
        }
        Some(found)
    }

    fn powered(&self, index: usize, item: &Item, coast_down: f64) -> Option<(Target, Law)> {
        match item.kind {
            Kind::Fan | Kind::Pump => Some((target_of(self.builder, index)?, Law::CoastDown(coast_down))),
            Kind::Loop => match target_of(self.builder, index)? {
                Target::Supply(known) if self.builder.scene.loops[known].flow > 0.0 => {
                    Some((Target::Flow(known), Law::CoastDown(coast_down)))
                }
                _ => None,
            },
            Kind::Cdu => Some((self.cdu(index)?, Law::Level(0.0))),
            kind if super::trace::follows(kind) && super::trace::draws(self.builder, index) => {
                Some((Target::Power(self.part(index)), Law::Level(0.0)))
            }
            _ => None,
        }
    }
}
