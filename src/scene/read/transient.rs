//! `[transient]`: a run over time.

use super::{Builder, single};
use crate::scene::diagnostic::Mistake;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Table;
use crate::scene::kind::Kind;
use crate::scene::scope::Scope;
use crate::scene::{Start, Steps, TimeScheme, Transient};
use crate::units::Dimension;

/// From a microsecond to ten years, s: what lies outside is a slip of a unit.
const TIMES: Range = Range::Within(1e-6, 3.2e8);
/// Error that one step may make where the scene does not say, K.
const TOLERANCE: f64 = 0.05;
/// Rows of the time series where the scene does not say.
const ROWS: f64 = 200.0;
/// Most rows and snapshots.
const MOST_ROWS: f64 = 1e6;
const MOST_SNAPSHOTS: f64 = 1e4;
/// The first of controlled steps, and the longest, over the duration.
const FIRST_STEP: f64 = 1e-4;
const LARGEST_STEP: f64 = 0.05;

/// Reads `[transient]`.
pub(in crate::scene) fn read_transient(builder: &mut Builder<'_>, document: &Table, scope: &Scope) {
    let Some(table) = single(document, "transient", builder.overrides, builder.log) else { return };
    let fields = Fields::new(builder.log, scope, &table, "[transient]".to_owned()).without_sources();
    let given = fields.required("duration", Dimension::TIME, TIMES);
    // Without a duration nothing is too long for it.
    let duration = if fields.has("duration") { given } else { f64::INFINITY };
    let scheme = match fields.choice("scheme", &["bdf2", "implicit_euler"]) {
        Some(1) => TimeScheme::ImplicitEuler,
        _ => TimeScheme::Bdf2,
    };
    let steps = steps(&fields, duration);
    let start = start(&fields);
    let refresh_flow = fields.quantity("refresh_flow", Dimension::DIMENSIONLESS, Range::Share);
    builder.momentum_only(&["refresh_flow"], &fields);
    let output_interval = interval("output_interval", &fields, duration, MOST_ROWS);
    let field_interval = interval("field_interval", &fields, duration, MOST_SNAPSHOTS);
    fields.finish();
    known_capacities(builder);
    builder.scene.transient = Some(Transient {
        duration,
        scheme,
        steps,
        start,
        output_interval: output_interval.unwrap_or(duration / ROWS),
        field_interval,
        refresh_flow,
    });
}

/// Most steps of one length: a day in steps of 10 ms.
const MOST_STEPS: f64 = 1e7;

fn steps(fields: &Fields<'_>, duration: f64) -> Steps {
    let fixed = fields.quantity("step", Dimension::TIME, TIMES);
    let tolerance =
        fields.quantity("tolerance", Dimension::TEMPERATURE_DIFFERENCE, Range::Within(1e-6, 10.0));
    let first = fields.quantity("first_step", Dimension::TIME, TIMES);
    let largest = fields.quantity("largest_step", Dimension::TIME, TIMES);
    if fields.has("step") {
        for key in ["tolerance", "first_step", "largest_step"] {
            if fields.has(key) {
                let message = format!("[transient] has 'step' and '{key}'");
                let help =
                    "leave out 'step' for steps that follow the error, or the other for steps of one length";
                fields.complain("racktherm::conflict", key, message, "not with 'step'", help);
            }
        }
    }
    if let Some(step) = fixed {
        if step > duration {
            let message = "'step' of [transient] is longer than its 'duration'".to_owned();
            let help = "make the step shorter, or leave it out for steps that follow the error";
            fields.complain("racktherm::bad_value", "step", message, "too long", help);
        }
        if duration.is_finite() && duration / step > MOST_STEPS {
            let message = format!("'step' of [transient] asks for {:.0} steps", duration / step);
            let help = format!("at most {MOST_STEPS:.0}: make it longer");
            fields.complain("racktherm::bad_value", "step", message, "too short for the duration", &help);
        }
        return Steps::Fixed(step);
    }
    let largest_step = largest.unwrap_or(LARGEST_STEP * duration);
    let first_step = first.unwrap_or((FIRST_STEP * duration).min(largest_step));
    if first_step > largest_step {
        let message = "'first_step' of [transient] is longer than its 'largest_step'".to_owned();
        let key = if fields.has("first_step") { "first_step" } else { "largest_step" };
        fields.complain("racktherm::bad_value", key, message, "the wrong way round", "exchange the two");
    }
    Steps::Controlled { tolerance: tolerance.unwrap_or(TOLERANCE), first: first_step, largest: largest_step }
}

fn start(fields: &Fields<'_>) -> Start {
    let uniform = fields.choice("start", &["steady", "uniform"]) == Some(1);
    let temperature = fields.quantity("temperature", Dimension::TEMPERATURE, Range::Within(173.15, 1273.15));
    let power = fields.quantity("start_power", Dimension::DIMENSIONLESS, Range::Within(0.0, 10.0));
    if uniform && fields.has("start_power") {
        let message = "[transient] has start = \"uniform\" and 'start_power'".to_owned();
        let help = "a uniform start needs no power: leave 'start_power' out";
        fields.complain("racktherm::conflict", "start_power", message, "not with a uniform start", help);
    }
    if uniform && !fields.has("temperature") {
        fields.missing("temperature", "\"25 degC\"");
    }
    if !uniform && fields.has("temperature") {
        let message = "[transient] has 'temperature' without start = \"uniform\"".to_owned();
        let help = "add start = \"uniform\", or leave 'temperature' out: a steady start finds its own";
        fields.complain("racktherm::conflict", "temperature", message, "not with a steady start", help);
    }
    match (uniform, temperature) {
        (true, Some(temperature)) => Start::Uniform(temperature),
        _ => Start::Steady { power: power.unwrap_or(1.0) },
    }
}

fn interval(key: &'static str, fields: &Fields<'_>, duration: f64, most: f64) -> Option<f64> {
    let interval = fields.quantity(key, Dimension::TIME, TIMES)?;
    if duration.is_finite() && duration / interval > most {
        let message = format!("'{key}' of [transient] asks for {:.0} outputs", duration / interval);
        let help = format!("at most {most:.0}: make it longer");
        fields.complain("racktherm::bad_value", key, message, "too short for the duration", &help);
    }
    Some(interval)
}

/// Materials of the scene's own must say what they store: a default that a steady run never sees would decide.
fn known_capacities(builder: &Builder<'_>) {
    for item in builder.expansion.items.iter().filter(|item| item.kind == Kind::Material) {
        for (key, example) in [("density", "\"8900 kg/m3\""), ("specific_heat", "\"385 J/kgK\"")] {
            if item.table.get(key).is_none() {
                let message =
                    format!("material '{}' has no '{key}', and the scene runs over time", item.path);
                let mistake = Mistake::new("racktherm::missing_key", message);
                let help = format!("add a line such as {key} = {example}");
                builder.log.add(mistake.at(item.place, format!("'{key}' must be given")).help(help));
            }
        }
    }
}
