//! The kinds of traces: files, and generators with their defaults.

use std::path::Path;

use crate::control::generate::{Inference, MOST_CORNERS, Training, ramp, square};
use crate::control::table::{Between, corners};
use crate::control::{Profile, ProfileError};
use crate::scene::expand::read_text;
use crate::scene::fields::{Fields, Range};
use crate::units::Dimension;

const KINDS: [&str; 6] = ["csv", "training", "inference", "square", "ramp", "constant"];

/// Shares of the nominal power: some above 1, for what is drawn for a short time.
const SHARE: Range = Range::Within(0.0, 3.0);
/// Times of phases, s.
const SECONDS: Range = Range::Within(0.0, 1e6);

/// A load as it is written.
#[derive(Debug)]
pub(super) enum Written {
    /// Shares of the nominal power.
    Share(Profile),
    /// W of all parts that follow it.
    Watts(Profile),
    Training(Training),
    Inference(Inference),
    /// Told already.
    Faulty,
}

impl Written {
    pub(super) fn with_seed(mut self, seed: u64) -> Self {
        match &mut self {
            Written::Training(job) => job.seed = seed,
            Written::Inference(load) => load.seed = seed,
            _ => {}
        }
        self
    }

    /// Share of the nominal power over time, for parts of a nominal power together, W.
    pub(super) fn profile(&self, total: f64) -> Option<Profile> {
        match self {
            Written::Share(profile) => Some(profile.clone()),
            Written::Watts(profile) => (total > 0.0).then(|| profile.scaled(1.0 / total)),
            Written::Training(job) => job.profile().ok(),
            Written::Inference(load) => load.profile().ok(),
            Written::Faulty => None,
        }
    }
}

/// Reads what is special to a kind.
pub(super) fn read(fields: &Fields<'_>, directory: &Path) -> Written {
    if !fields.has("kind") {
        fields.missing("kind", "\"training\"");
    }
    match fields.choice("kind", &KINDS) {
        Some(0) => from_file(fields, directory),
        Some(1) => training(fields),
        Some(2) => inference(fields),
        Some(3) => rectangular(fields),
        Some(4) => rising(fields),
        Some(_) => {
            Written::Share(Profile::constant(fields.required("share", Dimension::DIMENSIONLESS, SHARE)))
        }
        None => {
            // What belongs to no kind is not told twice.
            for (key, _) in &fields.table.entries {
                for known in ALL_KEYS.iter().filter(|known| **known == key.name) {
                    fields.know(known);
                }
            }
            Written::Faulty
        }
    }
}

const ALL_KEYS: [&str; 24] = [
    "file",
    "time",
    "value",
    "unit",
    "between",
    "repeat",
    "compute",
    "idle",
    "compute_time",
    "communication_time",
    "checkpoint_time",
    "checkpoint_every",
    "jitter",
    "edge",
    "steps",
    "busy",
    "rate",
    "service",
    "slots",
    "duration",
    "high",
    "low",
    "period",
    "share",
];

fn training(fields: &Fields<'_>) -> Written {
    let share = |key, default| fields.or_estimate(key, Dimension::DIMENSIONLESS, SHARE, default);
    let time = |key, default| fields.or_estimate(key, Dimension::TIME, SECONDS, default);
    let checkpoint_every = fields.whole("checkpoint_every", 0, 100_000).unwrap_or(50);
    let steps = fields.whole("steps", 1, MOST_CORNERS / 8).unwrap_or(checkpoint_every.max(1) * 4);
    let job = Training {
        compute: share("compute", 1.0),
        idle: share("idle", 0.15),
        compute_time: time("compute_time", 6.0),
        communication_time: time("communication_time", 2.0),
        checkpoint_time: time("checkpoint_time", 12.0),
        checkpoint_every,
        jitter: fields.or_estimate("jitter", Dimension::DIMENSIONLESS, Range::Within(0.0, 0.5), 0.02),
        edge: time("edge", 0.05),
        steps,
        seed: 0,
    };
    let shortest = job.compute_time.min(job.communication_time) * (1.0 - job.jitter);
    if job.edge > shortest {
        let message =
            format!("'edge' of {} takes {} s, its shortest phase {shortest:.4} s", fields.what, job.edge);
        let help = "make the edge shorter, or the phases longer";
        fields.complain("racktherm::bad_value", "edge", message, "longer than a phase", help);
        return Written::Faulty;
    }
    Written::Training(job)
}

fn inference(fields: &Fields<'_>) -> Written {
    let load = Inference {
        idle: fields.or_estimate("idle", Dimension::DIMENSIONLESS, SHARE, 0.15),
        busy: fields.or_estimate("busy", Dimension::DIMENSIONLESS, SHARE, 1.0),
        rate: fields.required("rate", Dimension::ROTATION, Range::Within(1e-6, 1e6)),
        service: fields.required("service", Dimension::TIME, Range::Within(1e-6, 1e6)),
        slots: fields.whole("slots", 1, 100_000).unwrap_or(1),
        duration: fields.or("duration", Dimension::TIME, Range::Within(1e-3, 1e7), 600.0),
        seed: 0,
    };
    if !fields.has("slots") {
        fields.missing("slots", "64");
    }
    let changes = 4.0 * load.rate * load.duration;
    if changes > MOST_CORNERS as f64 {
        let message =
            format!("{} has about {changes:.0} changes, at most {MOST_CORNERS} are possible", fields.what);
        let help = "shorten its duration, or give requests that come less often and take more slots";
        fields.complain("racktherm::too_many", "rate", message, "too many requests", help);
        return Written::Faulty;
    }
    Written::Inference(load)
}

fn rectangular(fields: &Fields<'_>) -> Written {
    let high = fields.or("high", Dimension::DIMENSIONLESS, SHARE, 1.0);
    let low = fields.required("low", Dimension::DIMENSIONLESS, SHARE);
    let period = fields.required("period", Dimension::TIME, Range::Within(1e-4, 1e7));
    let duty = fields.or("duty", Dimension::DIMENSIONLESS, Range::Within(0.0, 1.0), 0.5);
    let edge = fields.or("edge", Dimension::TIME, SECONDS, 0.0);
    let shortest = period * duty.min(1.0 - duty);
    if edge > shortest {
        let message = format!("'edge' of {} takes {edge} s, its shorter half {shortest:.4} s", fields.what);
        let help = "make the edge shorter, or the period longer";
        fields.complain("racktherm::bad_value", "edge", message, "longer than a half", help);
        return Written::Faulty;
    }
    share(fields, square(high, low, period, duty, edge))
}

fn rising(fields: &Fields<'_>) -> Written {
    let from = fields.or("from", Dimension::DIMENSIONLESS, SHARE, 0.0);
    let to = fields.or("to", Dimension::DIMENSIONLESS, SHARE, 1.0);
    let start = fields.or("start", Dimension::TIME, SECONDS, 0.0);
    share(fields, ramp(from, to, start, fields.required("duration", Dimension::TIME, SECONDS)))
}

fn share(fields: &Fields<'_>, profile: Result<Profile, ProfileError>) -> Written {
    match profile {
        Ok(profile) => Written::Share(profile),
        Err(error) => {
            let message = format!("{} is no load over time: {error}", fields.what);
            fields.complain("racktherm::bad_value", "kind", message, "this trace", "check its times");
            Written::Faulty
        }
    }
}

fn from_file(fields: &Fields<'_>, directory: &Path) -> Written {
    let name = fields.required_text("file", "\"traces/day.csv\"");
    let (time, value) = (column(fields, "time"), column(fields, "value"));
    let watts = fields.choice("unit", &["share", "W"]) == Some(1);
    let between = match fields.choice("between", &["line", "hold"]) {
        Some(1) => Between::Hold,
        _ => Between::Line,
    };
    let repeat = fields.truth("repeat", false);
    if name.is_empty() {
        return Written::Faulty;
    }
    let complain = |code, message: String, help: &str| {
        fields.complain(code, "file", message, "this file", help);
        Written::Faulty
    };
    let text = match read_text(&directory.join(name)) {
        Ok(text) => text,
        Err(reason) => {
            let message = format!("trace \"{name}\" cannot be read: {reason}");
            return complain(
                "racktherm::missing_file",
                message,
                "check the path: it is looked for beside the scene",
            );
        }
    };
    let rows = match corners(&text, time.as_deref(), value.as_deref(), between) {
        Ok(rows) => rows,
        Err(error) => {
            let help =
                "write a header and rows time_s,value with rising times; name the columns by time and value";
            return complain("racktherm::bad_trace", format!("trace \"{name}\": {error}"), help);
        }
    };
    let largest = rows.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    if !watts && !SHARE.holds(largest) {
        let message =
            format!("trace \"{name}\" goes up to {largest}, where shares of the nominal power are expected");
        return complain("racktherm::bad_trace", message, "write unit = \"W\" if these are watts");
    }
    match Profile::new(rows, repeat.then_some(0.0)) {
        Ok(profile) if watts => Written::Watts(profile),
        profile => share(fields, profile),
    }
}

/// A column by its name or its number.
fn column(fields: &Fields<'_>, key: &'static str) -> Option<String> {
    use crate::scene::file::Content;
    match fields.get(key).map(|node| &node.content) {
        Some(Content::Number(_)) => fields.whole(key, 1, 100_000).map(|number| number.to_string()),
        Some(_) => fields.text(key).map(str::to_owned),
        None => None,
    }
}
