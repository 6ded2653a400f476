//! `[smoothing]`: what chips and shelves do to the power; `[electrical]`: how it is looked at.

use crate::control::electrical::{Store, View};
use crate::control::load::Part;
use crate::control::smoothing::Smoothing;
use crate::scene::Scene;
use crate::scene::diagnostic::{Mistake, Place};
use crate::scene::fields::{Fields, Range};
use crate::scene::file::{Content, Table};
use crate::scene::read::{Builder, single};
use crate::scene::scope::Scope;
use crate::units::Dimension;

/// Most steps of the electrical power.
const MOST_STEPS: f64 = 1e6;
/// Steps that are taken where none are asked for.
const USUAL_STEPS: f64 = 1e5;

/// Smoothing and the chips that it acts on.
pub(super) struct Smoothed {
    pub(super) chips: Smoothing,
    roles: Vec<String>,
    /// J for each chip.
    energy: f64,
    efficiency: f64,
    limit: Option<f64>,
}

impl Smoothed {
    pub(super) fn acts_on(&self, scene: &Scene, part: Part) -> bool {
        match part {
            Part::Chip(slot) => scene.chips.get(slot).is_some_and(|chip| self.roles.contains(&chip.role)),
            _ => false,
        }
    }
}

/// Reads `[smoothing]`; nothing where it is switched off.
pub(super) fn read_smoothing(
    builder: &Builder<'_>,
    document: &Table,
    scope: &Scope,
    traces: bool,
) -> Option<Smoothed> {
    let table = single(document, "smoothing", builder.overrides, builder.log)?;
    let fields = Fields::new(builder.log, scope, &table, "[smoothing]".to_owned());
    let share = |key, range, default| fields.or_estimate(key, Dimension::DIMENSIONLESS, range, default);
    let ramp =
        |key| fields.quantity(key, Dimension::ROTATION, Range::Within(1e-4, 1e4)).unwrap_or(f64::INFINITY);
    let enabled = fields.truth("enabled", true);
    let chips = Smoothing {
        floor: share("floor", Range::Within(0.0, 1.0), 0.9),
        hold: fields.or_estimate("hold", Dimension::TIME, Range::Within(0.0, 1e6), 30.0),
        ramp_up: ramp("ramp_up"),
        ramp_down: ramp("ramp_down"),
    };
    let smoothed = Smoothed {
        chips,
        energy: fields.or_estimate("energy_per_chip", Dimension::ENERGY, Range::Within(0.0, 1e6), 65.0),
        efficiency: share("efficiency", Range::Within(0.3, 1.0), 0.9),
        limit: fields.quantity("grid_limit", Dimension::POWER, Range::Positive),
        roles: roles(builder, &fields),
    };
    fields.finish();
    if !traces {
        needs_trace(builder, table_place(document, "smoothing").unwrap_or(table.place), "[smoothing]");
    }
    enabled.then_some(smoothed)
}

fn roles(builder: &Builder<'_>, fields: &Fields<'_>) -> Vec<String> {
    let named = fields.texts("roles");
    if !fields.has("roles") {
        return vec!["gpu".to_owned()];
    }
    for (role, node) in &named {
        if !builder.scene.chips.iter().any(|chip| chip.role == *role) {
            let message =
                format!("[smoothing] acts on chips of role '{role}', which the scene does not have");
            let mistake = Mistake::new("racktherm::matches_nothing", message).at(node.place, "no such chip");
            let known: std::collections::BTreeSet<&str> = builder
                .scene
                .chips
                .iter()
                .map(|chip| chip.role.as_str())
                .filter(|role| !role.is_empty())
                .collect();
            builder.log.add(mistake.nearest(role, known));
        }
    }
    named.into_iter().map(|(role, _)| role.to_owned()).collect()
}

fn table_place(document: &Table, name: &str) -> Option<Place> {
    document
        .entries
        .iter()
        .find(|(key, node)| key.name == name && matches!(node.content, Content::Table(_)))
        .map(|(key, _)| key.place)
}

fn needs_trace(builder: &Builder<'_>, place: Place, what: &str) {
    let message = format!("{what} is about loads over time, and the scene has no [[trace]]");
    let mistake = Mistake::new("racktherm::needs_trace", message).at(place, "nothing to act on");
    builder.log.add(mistake.help("add a [[trace]], or leave this table out"));
}

/// Reads `[electrical]` and settles the store.
pub(super) fn read_electrical(
    builder: &mut Builder<'_>,
    document: &Table,
    scope: &Scope,
    smoothing: Option<&Smoothed>,
) {
    let span = builder.scene.control.loads.longest_span();
    let has_loads = !builder.scene.control.loads.parts.is_empty();
    let given = single(document, "electrical", builder.overrides, builder.log);
    let named = given.is_some();
    let table = given.unwrap_or(Table { entries: Vec::new(), place: document.place });
    let fields = Fields::new(builder.log, scope, &table, "[electrical]".to_owned()).without_sources();
    let time = |key, low, high, default| fields.or(key, Dimension::TIME, Range::Within(low, high), default);
    let duration = time("duration", 0.01, 1e8, whole_periods(span));
    let step = time("step", 1e-5, 1e5, (duration / USUAL_STEPS).max(0.02));
    let window = time("window", 1e-5, 1e5, (0.25 * duration).min(1.0).max(step));
    let band =
        fields.vector("band", Dimension::ROTATION, Range::Within(0.0, 1e6), false).unwrap_or([0.2, 3.0]);
    fields.finish();
    let wrong = |key: &'static str, message: String, help: &str| {
        fields.complain("racktherm::bad_value", key, message, "this value", help);
    };
    if duration / step > MOST_STEPS {
        let count = duration / step;
        wrong(
            "step",
            format!("[electrical] has {count:.0} steps, at most {MOST_STEPS:.0} are possible"),
            "lengthen 'step' or shorten 'duration'",
        );
    }
    if window < step || 2.0 * window > duration {
        let message = format!(
            "'window' of [electrical] is {window} s; it must be a step of {step} s or more, and fit twice into {duration} s"
        );
        wrong("window", message, "change 'window', 'step' or 'duration'");
    }
    if band[0] >= band[1] {
        wrong(
            "band",
            format!("'band' of [electrical] goes from {} Hz to {} Hz", band[0], band[1]),
            "the lower frequency first",
        );
    }
    if named && !has_loads && builder.log.is_empty() {
        needs_trace(builder, table_place(document, "electrical").unwrap_or(table.place), "[electrical]");
    }
    if !has_loads {
        return;
    }
    builder.scene.control.view = Some(View { duration, step, window, band });
    if let Some(known) = smoothing {
        let loads = &builder.scene.control.loads;
        let count = loads.parts.iter().filter(|load| load.smoothed).count();
        let capacity = known.energy * count as f64;
        if capacity > 0.0 {
            let store = Store { capacity, efficiency: known.efficiency, limit: known.limit };
            builder.scene.control.store = Some(store);
        }
    }
}

/// Whole periods of a load, from 10 s to an hour: parts of one would be another mean and other frequencies.
fn whole_periods(span: f64) -> f64 {
    let (least, most) = (10.0_f64, 3600.0);
    match span > 0.0 && span < least {
        true => span * (least / span).ceil(),
        false => span.clamp(least, most),
    }
}
