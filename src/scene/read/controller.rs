//! `[[controller]]`: what it measures, what it sets, and how.

use crate::control::pid::Pid;
use crate::control::plan::{Controller, Measured};
use crate::control::sensor::Sensor;
use crate::control::timeline::Target;
use crate::units::Dimension;

use super::Builder;
use crate::physics::hydraulics::Component;
use crate::scene::Scene;
use crate::scene::diagnostic::Mistake;
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Content;
use crate::scene::kind::Kind;

/// 1/Pa.
const PER_PRESSURE: Dimension = Dimension::new(1, -1, 2, 0);
/// K/Pa.
const TEMPERATURE_PER_PRESSURE: Dimension = Dimension::new(1, -1, 2, 1);
/// Fastest sampling and longest times of a controller, s.
const SAMPLING: Range = Range::Within(1e-4, 3600.0);
const SECONDS: Range = Range::Within(0.0, 1e6);
/// Temperatures that a coolant may be supplied with, K.
const SUPPLY: Range = Range::Within(243.15, 373.15);

/// Reads every controller; no two may set the same thing.
pub(in crate::scene) fn read_controllers(builder: &mut Builder<'_>) {
    let expansion = builder.expansion;
    let mut set: Vec<(Target, String)> = Vec::new();
    for item in expansion.items.iter().filter(|item| item.kind == Kind::Controller) {
        let fields =
            Fields::new(builder.log, &item.scope, &item.table, format!("controller '{}'", item.path))
                .without_sources();
        fields.know("name");
        let Some(controller) = read(builder, item, &fields) else {
            fields.finish();
            continue;
        };
        fields.finish();
        for target in &controller.targets {
            if let Some((_, other)) = set.iter().find(|(known, _)| known == target) {
                let message = format!("controllers '{other}' and '{}' set the same thing", item.path);
                let mistake =
                    Mistake::new("racktherm::conflict", message).at(fields.place("acts_on"), "set already");
                builder.log.add(mistake.help("let each fan, pump, valve or supply obey one controller"));
                break;
            }
        }
        set.extend(controller.targets.iter().map(|target| (*target, item.path.clone())));
        builder.scene.control.controllers.push(controller);
    }
}

fn read(builder: &Builder<'_>, item: &Item, fields: &Fields<'_>) -> Option<Controller> {
    for (key, example) in [
        ("measures", "\"**/gpu.*\""),
        ("acts_on", "\"pump\""),
        ("set_point", "\"60 degC\""),
        ("gain", "\"0.05 1/K\""),
    ] {
        if !fields.has(key) {
            fields.missing(key, example);
        }
    }
    let measured = measured(builder, item, fields);
    let targets = targets(builder, item, fields);
    let pressure = matches!(measured, Some(Measured::PressureDifference(_)));
    let supplies = matches!(targets.as_deref(), Some([Target::Supply(_), ..]));
    let (unit, gain_unit) = match (pressure, supplies) {
        (false, false) => (Dimension::TEMPERATURE, Dimension::PER_TEMPERATURE),
        (false, true) => (Dimension::TEMPERATURE, Dimension::DIMENSIONLESS),
        (true, false) => (Dimension::PRESSURE, PER_PRESSURE),
        (true, true) => (Dimension::PRESSURE, TEMPERATURE_PER_PRESSURE),
    };
    let (output, range, low, high) = match supplies {
        true => (Dimension::TEMPERATURE, SUPPLY, 283.15, 333.15),
        false => (Dimension::DIMENSIONLESS, Range::Within(0.0, 2.0), 0.2, 1.0),
    };
    let set_point = fields.quantity("set_point", unit, Range::Any);
    let gain = fields.quantity("gain", gain_unit, Range::Any);
    let time = |key: &'static str| fields.quantity(key, Dimension::TIME, SECONDS);
    let slew_unit = if supplies { Dimension::new(0, 0, -1, 1) } else { Dimension::ROTATION };
    let pid = Pid {
        set_point: set_point.unwrap_or(0.0),
        gain: gain.unwrap_or(0.0),
        integral_time: fields
            .quantity("integral_time", Dimension::TIME, Range::Positive)
            .unwrap_or(f64::INFINITY),
        derivative_time: time("derivative_time").unwrap_or(0.0),
        limits: [fields.or("lowest", output, range, low), fields.or("highest", output, range, high)],
        slew: fields.quantity("slew", slew_unit, Range::Positive).unwrap_or(f64::INFINITY),
        sample_time: fields.or("sample_time", Dimension::TIME, SAMPLING, 1.0),
        sensor: Sensor { delay: time("delay").unwrap_or(0.0), lag: time("lag").unwrap_or(0.0) },
    };
    let start = fields.quantity("start", output, range);
    if gain == Some(0.0) {
        let message = format!("'gain' of {} is 0: it would never act", fields.what);
        let help = "above 0 the output rises with what is measured, below 0 it falls";
        fields.complain("racktherm::bad_value", "gain", message, "does nothing", help);
    }
    if pid.limits[0] >= pid.limits[1] {
        let message = format!("'lowest' of {} is not below 'highest'", fields.what);
        let key = if fields.has("lowest") { "lowest" } else { "highest" };
        fields.complain("racktherm::bad_value", key, message, "leaves no room", "give the lower one first");
    }
    Some(Controller { name: item.path.clone(), measured: measured?, targets: targets?, pid, start })
}

/// The junctions, points, monitor or side of a loop that `measures` names.
fn measured(builder: &Builder<'_>, item: &Item, fields: &Fields<'_>) -> Option<Measured> {
    let node = fields.get("measures")?;
    if let Content::Table(table) = &node.content {
        let inner = fields.inside("measures", table).without_sources();
        let forms = ["supply", "return", "pressure"];
        let given: Vec<&'static str> = forms.into_iter().filter(|form| inner.has(form)).collect();
        let found = match given.as_slice() {
            &[form] => inner.text(form).and_then(|name| {
                let index = loop_named(builder, item, name, &inner, form)?;
                Some(match form {
                    "supply" => Measured::Supply(index),
                    "return" => Measured::Return(index),
                    _ => Measured::PressureDifference(index),
                })
            }),
            _ => {
                let message =
                    format!("'measures' of {} needs one of 'supply', 'return', 'pressure'", fields.what);
                let help = "for example measures = { return = \"rack\" }";
                fields.complain(
                    "racktherm::wrong_type",
                    "measures",
                    message,
                    "names no side of a loop",
                    help,
                );
                None
            }
        };
        fields.absorb(&inner);
        return found;
    }
    let named = fields.texts("measures");
    if let [(name, _)] = named.as_slice()
        && let Some(index) = builder.find(item, name)
        && builder.expansion.items[index].kind == Kind::Monitor
    {
        let path = &builder.expansion.items[index].path;
        return builder
            .scene
            .monitors
            .iter()
            .position(|monitor| monitor.name == *path)
            .map(Measured::Monitor);
    }
    let (mut chips, mut solids) = (Vec::new(), Vec::new());
    for (glob, node) in named {
        let picked = builder.pick(item, glob, &super::super::instance::takes_limit);
        if picked.is_empty() {
            builder.matches_nothing(glob, node.place, "chip, solid or monitor");
        }
        for index in picked {
            let slot = builder.slots[index];
            match builder.expansion.items[index].kind {
                Kind::Chip => chips.push(slot),
                _ => solids.push(slot),
            }
        }
    }
    for list in [&mut chips, &mut solids] {
        list.sort_unstable();
        list.dedup();
    }
    (!chips.is_empty() || !solids.is_empty()).then_some(Measured::Hottest { chips, solids })
}

/// The supply that a loop or its distribution unit stands for.
pub(super) fn loop_named(
    builder: &Builder<'_>,
    item: &Item,
    name: &str,
    fields: &Fields<'_>,
    key: &'static str,
) -> Option<usize> {
    let fits = |kind: Kind| matches!(kind, Kind::Loop | Kind::Cdu);
    let index = builder.refer(item, name, fields.place(key), fields, &fits, "a loop or a cdu")?;
    supply_of(&builder.scene, builder.expansion.items[index].kind, &builder.expansion.items[index].path)
}

fn supply_of(scene: &Scene, kind: Kind, path: &str) -> Option<usize> {
    match kind {
        Kind::Cdu => scene.cdus.iter().find(|cdu| cdu.name == path).map(|cdu| cdu.on_loop),
        _ => scene.loops.iter().position(|known| known.name == path),
    }
}

/// What an item is to events and controllers; `None` for what they cannot act on.
pub(super) fn target_of(builder: &Builder<'_>, index: usize) -> Option<Target> {
    let item = &builder.expansion.items[index];
    let scene = &builder.scene;
    match item.kind {
        Kind::Fan => scene.fans.iter().position(|fan| fan.name == item.path).map(Target::Fan),
        Kind::Loop | Kind::Cdu => supply_of(scene, item.kind, &item.path).map(Target::Supply),
        kind if kind.is_hydraulic() => {
            let part = scene.hydraulics.iter().position(|part| part.name == item.path)?;
            match scene.hydraulics[part].component {
                Component::Pump(_) => Some(Target::Pump(part)),
                _ if kind == Kind::Valve => Some(Target::Valve(part)),
                _ => None,
            }
        }
        _ => None,
    }
}

fn targets(builder: &Builder<'_>, item: &Item, fields: &Fields<'_>) -> Option<Vec<Target>> {
    let settable = |kind: Kind| matches!(kind, Kind::Fan | Kind::Pump | Kind::Valve | Kind::Loop | Kind::Cdu);
    let mut targets: Vec<Target> = Vec::new();
    for (glob, node) in fields.texts("acts_on") {
        let picked = builder.pick(item, glob, &settable);
        if picked.is_empty() {
            builder.matches_nothing(glob, node.place, "fan, pump, valve, loop or cdu");
        }
        for target in picked.into_iter().filter_map(|index| target_of(builder, index)) {
            if targets
                .first()
                .is_some_and(|first| std::mem::discriminant(first) != std::mem::discriminant(&target))
            {
                let message = format!("{} acts on things of different kinds", fields.what);
                let mistake = Mistake::new("racktherm::conflict", message).at(node.place, "of another kind");
                builder
                    .log
                    .add(mistake.help("one controller for fans, another for pumps, valves or supplies"));
                return None;
            }
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
    }
    (!targets.is_empty()).then_some(targets)
}
