//! `[[trace]]`: loads over time, and the parts that follow them; `[smoothing]` and `[electrical]`, which rest on them.

mod electrical;
mod kinds;

use std::path::Path;

use crate::control::load::{Load, Part, Trace};
use crate::control::smoothing::Smoothing;
use crate::units::Dimension;

use super::Builder;
use crate::scene::diagnostic::{Mistake, Place};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Table;
use crate::scene::kind::Kind;
use crate::scene::scope::Scope;
use crate::scene::{Remark, RemarkKind, Scene, Status, Value};

/// An item that names the trace it follows.
pub(in crate::scene) struct Follow {
    /// Index of the item.
    pub(super) item: usize,
    pub(super) name: String,
    pub(super) place: Place,
}

/// A trace as it is written.
struct Written<'a> {
    item: &'a Item,
    load: kinds::Written,
    spread: f64,
    lag: f64,
    seed: u64,
    estimated: bool,
    /// Items that `for` picks, with where it stands.
    picked: Vec<(usize, Place)>,
    /// Whether a `for` picks nothing, which is told.
    astray: bool,
}

/// Reads traces and gives each to its parts.
pub(in crate::scene) fn read_traces(
    builder: &mut Builder<'_>,
    document: &Table,
    scope: &Scope,
    directory: &Path,
) {
    let expansion = builder.expansion;
    let items: Vec<&Item> = expansion.items.iter().filter(|item| item.kind == Kind::Trace).collect();
    let written: Vec<Written<'_>> = items.into_iter().map(|item| read(builder, item, directory)).collect();
    let mut told = Vec::new();
    let followers = followers(builder, &written, &mut told);
    let smoothing = electrical::read_smoothing(builder, document, scope, !written.is_empty());
    for (index, written) in written.iter().enumerate() {
        let parts: Vec<usize> =
            followers.iter().filter(|(_, trace)| *trace == index).map(|(item, _)| *item).collect();
        if parts.is_empty() && !told.contains(&index) && !written.astray {
            let message = format!("no part follows trace '{}'", written.item.path);
            let mistake =
                Mistake::new("racktherm::matches_nothing", message).at(written.item.place, "this trace");
            let help = "give it for = \"…\", name it on a part by trace = \"…\", or leave it out";
            builder.log.add(mistake.help(help));
        }
        follow(builder, written, &parts, smoothing.as_ref());
    }
    electrical::read_electrical(builder, document, scope, smoothing.as_ref());
}

fn read<'a>(builder: &Builder<'_>, item: &'a Item, directory: &Path) -> Written<'a> {
    let fields = Fields::new(builder.log, &item.scope, &item.table, format!("trace '{}'", item.path));
    fields.know("name");
    let load = kinds::read(&fields, directory);
    let job = matches!(load, kinds::Written::Training(_));
    let share = |key, range, default: f64| match job {
        true => fields.or_estimate(key, Dimension::DIMENSIONLESS, range, default),
        false => fields.or(key, Dimension::DIMENSIONLESS, range, 0.0),
    };
    let spread = share("spread", Range::Within(0.0, 0.3), 0.057);
    let seconds = Range::Within(0.0, 3600.0);
    let lag = match job {
        true => fields.or_estimate("lag", Dimension::TIME, seconds, 0.02),
        false => fields.or("lag", Dimension::TIME, seconds, 0.0),
    };
    let seed = fields.whole("seed", 0, 1_000_000_000).unwrap_or(1) as u64;
    let (mut picked, mut astray) = (Vec::new(), false);
    for (glob, node) in fields.texts("for") {
        let found = builder.pick(item, glob, &follows);
        if found.is_empty() {
            builder.matches_nothing(glob, node.place, "part that can follow a trace");
            astray = true;
        }
        picked.extend(found.into_iter().map(|index| (index, node.place)));
    }
    fields.finish();
    let estimated = fields.origin().status == Status::Estimate;
    Written { item, load: load.with_seed(seed), spread, lag, seed, estimated, picked, astray }
}

pub(super) fn follows(kind: Kind) -> bool {
    kind.is_solid() || matches!(kind, Kind::Source | Kind::Porous | Kind::Chip | Kind::ColdPlate)
}

/// Which item follows which trace: its own `trace`, else a `for` that picks it, else the one of its part. Traces of which
/// a mistake is told go to `wrong`.
fn followers(builder: &Builder<'_>, written: &[Written<'_>], wrong: &mut Vec<usize>) -> Vec<(usize, usize)> {
    let items = &builder.expansion.items;
    let known = |name: &str, place: Place, what: &str| {
        let found = written.iter().position(|trace| trace.item.path == name);
        if found.is_none() {
            let message = format!("{what} follows trace '{name}', which does not exist");
            let mistake = Mistake::new("racktherm::unknown_name", message).at(place, "unknown trace");
            builder.log.add(mistake.nearest(name, written.iter().map(|trace| trace.item.path.as_str())));
        }
        found
    };
    let mut of: Vec<Option<usize>> = vec![None; items.len()];
    let mut told: Vec<Place> = Vec::new();
    for follow in &builder.follows {
        let item = &items[follow.item];
        let trace = if told.contains(&follow.place) {
            written.iter().position(|trace| trace.item.path == follow.name)
        } else {
            told.push(follow.place);
            known(&follow.name, follow.place, &format!("{} '{}'", item.kind.name(), item.path))
        };
        of[follow.item] = trace;
        if trace.is_some() && !draws(builder, follow.item) {
            let message = format!("{} '{}' follows a trace and draws no power", item.kind.name(), item.path);
            let mistake = Mistake::new("racktherm::conflict", message).at(follow.place, "a share of nothing");
            builder.log.add(mistake.help("give it a power that is no formula, or leave its trace out"));
        }
    }
    let own: Vec<bool> = of.iter().map(Option::is_some).collect();
    for (index, trace) in written.iter().enumerate() {
        for &(item, place) in trace.picked.iter().filter(|(item, _)| !own[*item] && draws(builder, *item)) {
            match of[item].replace(index) {
                Some(other) if other != index => {
                    wrong.extend([other, index]);
                    let path = &items[item].path;
                    let [first, second] = [other, index].map(|trace| &written[trace].item.path);
                    let message = format!("'{path}' is picked by trace '{first}' and by trace '{second}'");
                    let mistake = Mistake::new("racktherm::conflict", message).at(place, "picks it too");
                    builder.log.add(mistake.help("pick it by one of them, or name one on the part itself"));
                }
                _ => {}
            }
        }
    }
    for (index, item) in items.iter().enumerate() {
        if of[index].is_none() && follows(item.kind) && draws(builder, index) {
            of[index] = of_scope(&item.scope).and_then(|(name, place)| {
                let trace = written.iter().position(|trace| trace.item.path == *name);
                if trace.is_none() && !told.contains(place) {
                    told.push(*place);
                    known(name, *place, &format!("what holds '{}'", item.path));
                }
                trace
            });
        }
    }
    of.into_iter().enumerate().filter_map(|(item, trace)| Some((item, trace?))).collect()
}

/// The trace of the innermost part around an item that names one.
fn of_scope(scope: &Scope) -> Option<&(String, Place)> {
    let mut at = Some(scope);
    while let Some(scope) = at {
        if scope.trace.is_some() {
            return scope.trace.as_ref();
        }
        at = scope.parent.as_deref();
    }
    None
}

pub(super) fn part_of(builder: &Builder<'_>, item: usize) -> Part {
    let slot = builder.slots[item];
    match builder.expansion.items[item].kind {
        Kind::Chip => Part::Chip(slot),
        Kind::Source => Part::Source(slot),
        Kind::Porous => Part::Porous(slot),
        Kind::ColdPlate => Part::Plate(slot),
        _ => Part::Solid(slot),
    }
}

/// Nominal power of an item, W; of one that could not be read, 0.
fn nominal(scene: &Scene, part: Part) -> f64 {
    let power = match part {
        Part::Chip(slot) => scene.chips.get(slot).map(|chip| chip.power),
        Part::Solid(slot) => scene.solids.get(slot).map(|solid| solid.power),
        Part::Porous(slot) => scene.porous.get(slot).map(|porous| porous.power),
        Part::Plate(slot) => scene.cold_plates.get(slot).map(|plate| plate.extra_power),
        Part::Source(slot) => scene.sources.get(slot).map(|source| match source.power {
            Value::Constant(power) => power,
            Value::Formula(_) => 0.0,
        }),
    };
    power.unwrap_or(0.0)
}

pub(super) fn draws(builder: &Builder<'_>, item: usize) -> bool {
    nominal(&builder.scene, part_of(builder, item)) > 0.0
}

/// Adds a trace and its parts to the scene.
fn follow(
    builder: &mut Builder<'_>,
    written: &Written<'_>,
    items: &[usize],
    smoothing: Option<&electrical::Smoothed>,
) {
    let scene = &builder.scene;
    let parts: Vec<Part> = items.iter().map(|&item| part_of(builder, item)).collect();
    let total: f64 = parts.iter().map(|part| nominal(scene, *part)).sum();
    let Some(profile) = written.load.profile(total) else { return };
    let acts: Vec<bool> =
        parts.iter().map(|part| smoothing.is_some_and(|known| known.acts_on(scene, *part))).collect();
    let smoothed = smoothing.filter(|_| acts.contains(&true));
    let smoothed = smoothed.and_then(|known: &electrical::Smoothed| smooth(&known.chips, &profile));
    let trace = Trace {
        name: written.item.path.clone(),
        profile,
        smoothed,
        spread: written.spread,
        lag: written.lag,
        seed: written.seed,
    };
    let index = scene.control.loads.traces.len();
    let loads: Vec<Load> = items
        .iter()
        .zip(&parts)
        .zip(&acts)
        .map(|((&item, part), acts)| {
            let name = &builder.expansion.items[item].path;
            Load::new(name, *part, nominal(scene, *part), index, &trace, *acts)
        })
        .collect();
    builder.scene.remarks.push(Remark::new(RemarkKind::Trace, words(&trace, &loads, written.estimated)));
    builder.scene.control.loads.traces.push(trace);
    builder.scene.control.loads.parts.extend(loads);
}

fn smooth(smoothing: &Smoothing, profile: &crate::control::Profile) -> Option<crate::control::Profile> {
    smoothing.profile(profile).ok()
}

/// What a steady run does with a trace.
fn words(trace: &Trace, loads: &[Load], estimated: bool) -> String {
    let profile =
        trace.smoothed.as_ref().filter(|_| loads.iter().any(|load| load.smoothed)).unwrap_or(&trace.profile);
    let (from, to) = profile.span();
    let seconds = format!("{:.3}", to - from);
    let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
    let over = if to > from { format!(" over {seconds} s") } else { String::new() };
    let parts = if loads.len() == 1 { "1 part".to_owned() } else { format!("{} parts", loads.len()) };
    let smoothed = if loads.iter().any(|load| load.smoothed) { ", smoothed" } else { "" };
    let estimate = if estimated { "; some of its values are estimates" } else { "" };
    format!(
        "trace '{}': steady runs take its mean, {:.3} of the nominal power{over}{smoothed}, for {parts}{estimate}",
        trace.name,
        profile.mean_of_span()
    )
}
