//! Fans, liquid streams and fluids of regions, alike ones in one row.

use super::INDENT;
use crate::report::group::kind;
use crate::report::number::{cfm, degrees, fixed, l_min, pascals, range, watts};
use crate::report::table::{Align, Table, paragraph};
use crate::result::{Branch, Cdu, Fan, FanBranch, Loop, Pump, Summary};

/// `box/fan` for all fans of all boxes: the path without its indices.
fn path_kind(name: &str) -> String {
    name.split('/').map(|step| kind(step, "")).collect::<Vec<_>>().join("/")
}

/// Items whose paths differ in their indices only, in the order of their first.
fn alike<T>(items: &[T], name: impl Fn(&T) -> &str) -> Vec<(String, Vec<&T>)> {
    let mut kinds: Vec<(String, Vec<&T>)> = Vec::new();
    for item in items {
        let path = path_kind(name(item));
        match kinds.iter_mut().find(|(known, _)| *known == path) {
            Some((_, members)) => members.push(item),
            None => kinds.push((path, vec![item])),
        }
    }
    kinds
}

/// Lowest and highest of a value, as one text.
fn span<T>(items: &[&T], decimals: usize, value: impl Fn(&T) -> f64) -> String {
    let (low, high) = items
        .iter()
        .map(|item| value(item))
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    range(low, high, decimals)
}

/// Fans and, in regions of other fluids, pumps by kind: flow, pressure needed against pressure available, power.
pub(super) fn fans(all: &[Fan]) -> String {
    let (fans, pumps): (Vec<&Fan>, Vec<&Fan>) = all.iter().partition(|fan| fan.fluid.is_none());
    movers(("FANS", "CFM each", 1), &fans, |fan| cfm(fan.flow_m3_s))
        + &movers(("PUMPS", "L/min each", 3), &pumps, |pump| l_min(pump.flow_m3_s))
}

/// What moves a fluid, by kind; its flow in a unit, with decimals.
fn movers((title, unit, decimals): (&str, &str, usize), all: &[&Fan], flow: impl Fn(&Fan) -> f64) -> String {
    let mut table = Table::new(&[
        (title, Align::Left),
        ("count", Align::Right),
        (unit, Align::Right),
        ("Pa needed", Align::Right),
        ("Pa available", Align::Right),
        ("W each", Align::Right),
        ("W all", Align::Right),
        ("", Align::Left),
    ]);
    for (name, members) in alike(all, |fan| &fan.name) {
        let members: Vec<&Fan> = members.into_iter().copied().collect();
        let known: Vec<&Fan> =
            members.iter().copied().filter(|f| f.available_pressure_pa.is_some()).collect();
        let available = |fan: &Fan| fan.available_pressure_pa.unwrap_or(f64::NAN);
        let weak = members.iter().filter(|fan| fan.is_too_weak()).count();
        let stalled = members.iter().filter(|fan| fan.branch == Some(FanBranch::Stall)).count();
        table.row([
            name,
            members.len().to_string(),
            span(&members, decimals, |fan| flow(fan)),
            span(&members, 0, |fan| fan.pressure_rise_pa),
            match () {
                () if members.iter().all(|fan| fan.branch.is_some()) => "by curve".into(),
                () if known.len() == members.len() => span(&known, 0, available),
                () => "not given".into(),
            },
            span(&members, 1, |fan| fan.power_w),
            fixed(members.iter().map(|fan| fan.power_w).sum(), 0),
            match (weak, stalled) {
                (0, 0) => String::new(),
                (0, stalled) => format!("{stalled} STALLED"),
                (weak, _) => format!("{weak} TOO WEAK"),
            },
        ]);
    }
    if table.is_empty() { String::new() } else { table.render() }
}

/// Coolant supplies with their branches by kind, and the rear door.
pub(super) fn liquid(summary: &Summary) -> String {
    let mut table = Table::new(&[
        ("LIQUID", Align::Left),
        ("coolant", Align::Left),
        ("L/min", Align::Right),
        ("supply °C", Align::Right),
        ("return °C", Align::Right),
        ("kPa", Align::Right),
        ("kW", Align::Right),
        ("pump W", Align::Right),
    ]);
    for supply in &summary.loops {
        loop_rows(&mut table, supply);
    }
    if let Some(door) = &summary.plant.rear_door {
        table.row([
            format!("rear door {}", door.name),
            door.coolant.clone(),
            fixed(door.flow_l_min, 1),
            degrees(door.supply_c),
            degrees(door.return_c),
            fixed(door.pressure_drop_pa / 1e3, 1),
            fixed(door.heat_w / 1e3, 2),
            fixed(door.pump_power_w, 0),
        ]);
    }
    if table.is_empty() { String::new() } else { table.render() + &door_air(summary) + &units(summary) }
}

/// Coolant distribution units, a line each.
fn units(summary: &Summary) -> String {
    let told = |cdu: &Cdu| {
        let state = match (cdu.holds, cdu.cold_share > 0.0) {
            (true, _) => "holds",
            (false, true) => "CANNOT HOLD",
            (false, false) => "stands still, below",
        };
        let flow = match cdu.cooled_by.as_str() {
            "air" => format!("{} CFM of air", fixed(cfm(cdu.cold_flow_m3_s), 0)),
            _ => format!("{} L/min of facility water", fixed(l_min(cdu.cold_flow_m3_s), 1)),
        };
        let text = format!(
            "{} {state} {} °C: {} kW to {flow} ({} % of it), {} → {} °C; approach {} K, effectiveness {}, {} for the cold \
             side",
            cdu.name,
            degrees(cdu.set_point_c),
            fixed(cdu.heat_w / 1e3, 1),
            fixed(100.0 * cdu.cold_share, 0),
            degrees(cdu.cold_supply_c),
            degrees(cdu.cold_return_c),
            fixed(cdu.approach_k, 1),
            fixed(cdu.effectiveness, 3),
            watts(cdu.cold_power_w),
        );
        paragraph("", INDENT, &text)
    };
    summary.plant.cdus.iter().map(told).collect()
}

/// Fluids of the scene's regions.
pub(super) fn fluids(summary: &Summary) -> String {
    let mut table = Table::new(&[
        ("FLUIDS", Align::Left),
        ("L/min", Align::Right),
        ("inlet °C", Align::Right),
        ("outlet °C", Align::Right),
        ("W", Align::Right),
        ("mean °C", Align::Right),
        ("warmest °C", Align::Right),
        ("Pa", Align::Right),
        ("fastest m/s", Align::Right),
    ]);
    let known = |value: Option<f64>| value.map_or_else(|| "closed".to_owned(), degrees);
    for fluid in &summary.fluids {
        table.row([
            fluid.name.clone(),
            fixed(l_min(fluid.flow_m3_s), 3),
            known(fluid.inlet_c),
            known(fluid.outlet_c),
            fixed(fluid.heat_w, 1),
            degrees(fluid.mean_c),
            degrees(fluid.max_c),
            fluid.pressure_drop_pa.map_or_else(String::new, |p| fixed(p, 1)),
            fixed(fluid.fastest_m_s, 3),
        ]);
    }
    if table.is_empty() { String::new() } else { table.render() }
}

fn loop_rows(table: &mut Table, supply: &Loop) {
    table.row([
        supply.name.clone(),
        supply.coolant.clone(),
        fixed(supply.flow_l_min, 1),
        degrees(supply.supply_c),
        degrees(supply.return_c),
        fixed(supply.pressure_drop_pa / 1e3, 1),
        fixed(supply.heat_w / 1e3, 2),
        fixed(supply.pump_power_w, 0),
    ]);
    for (name, members) in alike(&supply.branches, |branch: &Branch| &branch.name) {
        table.row([
            format!("  {} × {name}", members.len()),
            String::new(),
            span(&members, 2, |b| b.flow_l_min),
            String::new(),
            span(&members, 1, |b| b.return_c),
            span(&members, 1, |b| b.pressure_drop_pa / 1e3),
            span(&members, 2, |b| b.heat_w / 1e3),
        ]);
    }
    for (name, members) in alike(&supply.pumps, |pump: &Pump| &pump.name) {
        table.row([
            format!("  pumps: {} × {name}", members.len()),
            String::new(),
            span(&members, 1, |p| p.flow_l_min),
            String::new(),
            String::new(),
            span(&members, 1, |p| p.pressure_rise_pa / 1e3),
            String::new(),
            span(&members, 0, |p| p.power_w),
        ]);
    }
}

fn door_air(summary: &Summary) -> String {
    let Some(door) = &summary.plant.rear_door else { return String::new() };
    let text = format!(
        "air {} → {} °C, effectiveness {}, {} on the air side, door fans {}",
        degrees(door.air_inlet_c),
        degrees(door.air_outlet_c),
        fixed(door.effectiveness, 3),
        pascals(door.air_pressure_drop_pa),
        watts(door.fan_power_w),
    );
    paragraph("", INDENT, &text)
}
