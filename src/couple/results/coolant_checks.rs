//! Warnings about the liquid: plates out of their range, limits of loop and header; pumps and units in `unit_checks`.

use super::checks::Found;
use super::loops::{LITRES_PER_MINUTE, LoopResult};
use super::{View, celsius, unit_checks};
use crate::coolant::LoopFlows;
use crate::coolant::supply::{RACK_FLOW_LIMIT, RETURN_LIMIT, SUPPLY_LIMIT};
use crate::material::coolant;
use crate::plant::ashrae::{DEW_POINT_MARGIN, TECHNOLOGY};
use crate::scene::{CduSink, Distribution, Element, SUPPLY};

/// Inner diameter of a rack manifold's header, m (E: engineering.md, section 1).
const HEADER_DIAMETER: f64 = 0.038;
/// Highest velocity in it, m/s (E: engineering.md, section 1).
const HEADER_VELOCITY: f64 = 1.8;
/// Blocked share of a plate from which on its resistance is no matter of its range.
const NEARLY_SHUT: f64 = 0.99;
/// Slack of a limit that is met exactly.
pub(super) const SLACK: f64 = 1.0 + 1e-9;

/// Everything about plates and loops.
pub(super) fn coolant(view: &View<'_>, loops: &[LoopResult], found: &mut Found) {
    plates(view, found);
    for (index, result) in loops.iter().enumerate() {
        unit_checks::pumps(view, result, found);
        unit_checks::pump_heat(view, result, found);
        pressures(view, index, result, found);
        flow_limits(view, index, result, found);
        temperature_limits(view, index, result, found);
        headers(view, &view.energy.coolant.loops[index], found);
    }
    cold_surfaces(view, found);
    for unit in &view.energy.coolant.units {
        unit_checks::distribution_unit(view, unit, &loops[view.scene.cdus[unit.cdu].on_loop], found);
    }
}

/// Supplies under the dew point, and fluids that freeze or boil.
fn cold_surfaces(view: &View<'_>, found: &mut Found) {
    let scene = view.scene;
    let temperatures = view.energy.coolant_temperatures(scene, view.model);
    let mut cold: Vec<(&str, f64)> = Vec::new();
    cold.extend(scene.loops.iter().zip(&temperatures.supplies).map(|(of, &t)| (of.name.as_str(), t)));
    cold.extend(
        scene
            .cdus
            .iter()
            .filter(|of| matches!(of.sink, CduSink::Water { .. }))
            .map(|of| (of.name.as_str(), of.temperature)),
    );
    let own_water = scene.rear_door.iter().filter(|of| of.plate.is_none());
    cold.extend(own_water.map(|of| (of.name.as_str(), of.supply_temperature)));
    for (name, temperature) in cold {
        if let Some(dew) = scene.site.dew_point.filter(|dew| temperature < dew + DEW_POINT_MARGIN) {
            found.say(
                name,
                format!(
                    "{:.1} degC are less than {DEW_POINT_MARGIN} K over the room's dew point of {:.1} degC: water condenses",
                    celsius(temperature),
                    celsius(dew)
                ),
                "raise the supply, or dry the room",
            );
        }
    }
    for flows in &view.energy.coolant.loops {
        let of = &scene.loops[flows.on_loop];
        let (freezing, boiling) = of.coolant.liquid();
        let supply = temperatures.supplies[flows.on_loop];
        if let Some(freezing) = freezing.filter(|&freezing| supply <= freezing) {
            found.say(
                &of.name,
                format!(
                    "supplied at {:.1} degC it freezes, at {:.1} degC",
                    celsius(supply),
                    celsius(freezing)
                ),
                "raise the supply, or take more glycol",
            );
        }
        let hottest = flows.members.iter().flat_map(|&member| {
            let outlets = &temperatures.outlets[member];
            view.energy.coolant.branches[member].segments.iter().zip(outlets).map(|(s, &t)| (s.plate, t))
        });
        let hottest = hottest.max_by(|a, b| a.1.total_cmp(&b.1));
        // The least pressure of the loop: that at its return.
        let pressure = scene.site.pressure + of.static_pressure;
        let boiling = boiling.map(|boiling| coolant::boiling_under(boiling, pressure));
        if let (Some((plate, temperature)), Some(boiling)) = (hottest, boiling)
            && temperature >= boiling
        {
            found.say(
                &scene.cold_plates[plate].name,
                format!(
                    "its coolant leaves at {:.1} degC and would boil, at {:.1} degC under {:.2} bar absolute",
                    celsius(temperature),
                    celsius(boiling),
                    pressure / 1e5
                ),
                "give the plate more flow or less heat: boiling is not modelled",
            );
        }
    }
}

fn plates(view: &View<'_>, found: &mut Found) {
    for branch in &view.energy.coolant.branches {
        let of = &view.scene.branches[branch.branch];
        if branch.mass_flow == 0.0 && !branch.segments.is_empty() {
            let one_way = of.parts().any(|part| view.scene.hydraulics[part].one_way);
            let by_weight = view.scene.loops[of.on_loop].distribution == Distribution::ByWeight;
            let (finding, remedy) = match () {
                () if view.scene.is_shut(of) => {
                    ("the branch is shut: no coolant flows in it", "open its valve, coupling or plate")
                }
                () if by_weight => ("no coolant flows in the branch", "give it flow or a weight"),
                () if one_way => (
                    "its check valve is shut, the pressure behind it is higher: no coolant flows in the branch",
                    "look at the pumps beside it, and which way the valve is turned",
                ),
                () => (
                    "no coolant flows in the branch: nothing drives it",
                    "lead it from a junction of higher pressure to one of lower, or give it a pump",
                ),
            };
            found.say(&of.name, finding.into(), remedy);
            continue;
        }
        if branch.mass_flow < 0.0 && !branch.segments.is_empty() {
            let finding = "the coolant runs backwards through the branch and its plates".to_owned();
            found.say(&of.name, finding, "look at the pumps beside it, or turn the branch round");
        }
        for segment in branch.segments.iter().filter(|segment| !view.scene.is_door(segment.plate)) {
            let plate = &view.scene.cold_plates[segment.plate];
            let flow = segment.flow * LITRES_PER_MINUTE;
            let (lowest, highest) = plate.model.valid_flow();
            // Its resistance is that of its open passages, each with the flow that all would have if all passed as much.
            let each = segment.flow / (1.0 - plate.blocked);
            if plate.blocked < NEARLY_SHUT && !plate.model.in_range(each) {
                let passing = if plate.blocked > 0.0 { " in its open passages" } else { "" };
                found.say(
                    &plate.name,
                    format!(
                        "{:.2} L/min{passing} lie outside {:.2} to {:.2} L/min, for which its resistance was measured",
                        each * LITRES_PER_MINUTE,
                        lowest * LITRES_PER_MINUTE,
                        highest * LITRES_PER_MINUTE
                    ),
                    "change the flow per plate (series or parallel branches) or give data for it",
                );
            }
            if segment.clipped {
                found.say(
                    &plate.name,
                    format!(
                        "at {flow:.2} L/min the coolant carries {:.1} W/K, less than the plate's 1/R; R was raised to {:.4} K/W",
                        segment.capacity_rate,
                        1.0 / segment.capacity_rate
                    ),
                    "give the plate more flow",
                );
            }
        }
    }
}

fn flow_limits(view: &View<'_>, index: usize, result: &LoopResult, found: &mut Found) {
    let of = &view.scene.loops[index];
    let flow = result.summary.flow_l_min;
    let (limit, of_whom) = match of.largest_flow {
        Some(limit) => (limit * LITRES_PER_MINUTE, String::new()),
        // What moves by weight is one rack's supply.
        None if of.distribution == Distribution::ByWeight => {
            (RACK_FLOW_LIMIT, " a rack (S: OCP MGX rack specification 1.1)".to_owned())
        }
        None => (f64::INFINITY, String::new()),
    };
    if flow > limit * SLACK {
        found.say(
            &of.name,
            format!("{flow:.1} L/min exceed {limit:.0} L/min{of_whom}"),
            "a colder supply needs less flow",
        );
    }
    if of.distribution == Distribution::ByWeight {
        let area = std::f64::consts::FRAC_PI_4 * HEADER_DIAMETER * HEADER_DIAMETER;
        let velocity = flow / LITRES_PER_MINUTE / area;
        if velocity > HEADER_VELOCITY {
            found.say(
                &of.name,
                format!(
                    "{velocity:.2} m/s in a header of 38 mm exceed {HEADER_VELOCITY} m/s (E: engineering data, racks)"
                ),
                "less flow or a wider header",
            );
        }
    }
}

/// Pressure of cooling loops' pipes and hoses, Pa: PN 16, which EN 10217 and hoses of technology loops bear.
const USUAL_PRESSURE: f64 = 16e5;

fn pressures(view: &View<'_>, index: usize, result: &LoopResult, found: &mut Found) {
    let of = &view.scene.loops[index];
    // Where flows go by weight, the supply is the highest that is known.
    let by_weight = (SUPPLY, of.static_pressure + result.summary.pressure_drop_pa);
    let solved = view.energy.coolant.loops[index].solution.iter();
    let solved = solved.flat_map(|s| s.pressures.iter().copied().enumerate());
    let (junction, pressure) =
        solved.fold(by_weight, |highest, at| if at.1 > highest.1 { at } else { highest });
    let (limit, whose, remedy) = match of.largest_pressure {
        Some(limit) => (limit, "", "lower the pump's speed or the static pressure"),
        None => (
            USUAL_PRESSURE,
            ", which pipes of PN 16 bear",
            "look for what is nearly shut, or say what the loop bears by 'largest_pressure'",
        ),
    };
    if pressure > limit * SLACK {
        let name = &of.junctions[junction];
        let finding = format!("{:.2} bar at '{name}' exceed {:.2} bar{whose}", pressure / 1e5, limit / 1e5);
        found.say(&of.name, finding, remedy);
    }
}

fn temperature_limits(view: &View<'_>, index: usize, result: &LoopResult, found: &mut Found) {
    let of = &view.scene.loops[index];
    let summary = &result.summary;
    if summary.supply_c > SUPPLY_LIMIT + 1e-9 {
        found.say(
            &of.name,
            format!(
                "supply at {:.1} degC exceeds {SUPPLY_LIMIT:.0} degC (S: OCP MGX rack specification 1.1)",
                summary.supply_c
            ),
            "lower the supply temperature",
        );
    }
    if let Some((name, warmest)) =
        of.class.map(|class| TECHNOLOGY[class]).filter(|c| summary.supply_c > c.1 + 1e-9)
    {
        found.say(
            &of.name,
            format!(
                "supply at {:.1} degC leaves ASHRAE's class {name}, up to {warmest:.0} degC",
                summary.supply_c
            ),
            "lower the supply temperature, or the claim",
        );
    }
    if summary.return_c > RETURN_LIMIT {
        found.say(
            &of.name,
            format!("return at {:.1} degC exceeds {RETURN_LIMIT:.0} degC (V2: QCT)", summary.return_c),
            "give the loop more flow",
        );
    }
    // The coolant is warmest behind a plate, where too little passes.
    let temperatures = view.energy.coolant_temperatures(view.scene, view.model);
    let members = view.energy.coolant.loops[index].members.iter();
    let leaving = members.flat_map(|&member| temperatures.outlets[member].iter().copied());
    let warmest = leaving.fold(temperatures.supplies[index], f64::max);
    let (lowest, highest) = of.coolant.range();
    if !of.coolant.in_range(temperatures.supplies[index]) || !of.coolant.in_range(warmest) {
        found.say(
            &of.name,
            format!(
                "{:.1} to {:.1} degC leave the range of the coolant's properties, {:.1} to {:.1} degC",
                summary.supply_c,
                celsius(warmest),
                celsius(lowest),
                celsius(highest)
            ),
            "the nearest end was used: change flow or supply temperature",
        );
    }
    // A unit may supply at another density than that of the set point, to which the given flow belongs.
    let conditioned = view.scene.cdus.iter().any(|cdu| cdu.on_loop == index);
    let wanted = of.flow * LITRES_PER_MINUTE;
    if wanted > 0.0 && !conditioned && (summary.flow_l_min - wanted).abs() > 1e-6 * wanted.max(1.0) {
        found.say(
            &of.name,
            format!(
                "its branches pass {:.2} L/min, its own flow is given as {wanted:.2} L/min",
                summary.flow_l_min
            ),
            "make the branches' flows add up, or leave one without a flow of its own",
        );
    }
}

/// Velocities above what pipes and headers say they bear, each part once, where it is worst.
fn headers(view: &View<'_>, flows: &LoopFlows, found: &mut Found) {
    let scene = view.scene;
    let density = |member: usize| {
        let coolant = &scene.loops[scene.branches[member].on_loop].coolant;
        coolant.properties(scene.loops[scene.branches[member].on_loop].supply_temperature).density
    };
    let mut worst: Vec<(usize, f64, usize)> = Vec::new();
    for (&member, &flow) in flows.members.iter().zip(&flows.mass_flows) {
        for element in &scene.branches[member].elements {
            let Element::Part(part) = *element else { continue };
            let (Some(limit), Some(area)) =
                (scene.hydraulics[part].largest_velocity, scene.hydraulics[part].component.area())
            else {
                continue;
            };
            let velocity = flow.abs() / density(member) / area;
            if velocity <= limit * SLACK {
                continue;
            }
            match worst.iter_mut().find(|(known, ..)| *known == part) {
                Some(entry) if entry.1 >= velocity => {}
                Some(entry) => *entry = (part, velocity, member),
                None => worst.push((part, velocity, member)),
            }
        }
    }
    for (part, velocity, member) in worst {
        let limit = scene.hydraulics[part].largest_velocity.unwrap_or(f64::INFINITY);
        found.say(
            &scene.hydraulics[part].name,
            format!("{velocity:.2} m/s in '{}' exceed {limit} m/s", scene.branches[member].name),
            "less flow or a wider bore",
        );
    }
}
