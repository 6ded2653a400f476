//! Warnings about pumps and distribution units: those that cannot do what they are asked for.

use super::checks::Found;
use super::coolant_checks::SLACK;
use super::loops::{LITRES_PER_MINUTE, LoopResult};
use super::{View, celsius};
use crate::coolant::UnitState;
use crate::material::coolant;
use crate::physics::hydraulics::Component;
use crate::plant::ashrae::FACILITY_WATER;
use crate::scene::{Branch, CduSink};

pub(super) fn distribution_unit(view: &View<'_>, unit: &UnitState, result: &LoopResult, found: &mut Found) {
    let of = &view.scene.cdus[unit.cdu];
    let set_point = celsius(view.scene.loops[of.on_loop].supply_temperature);
    if !unit.state.holds && unit.state.share > 0.0 {
        found.say(
            &of.name,
            format!(
                "it cannot hold {set_point:.1} degC: all of its {} at {:.1} degC leaves the supply at {:.2} degC",
                if matches!(of.sink, CduSink::Air { .. }) { "air" } else { "facility water" },
                celsius(of.temperature),
                result.summary.supply_c
            ),
            "colder or more of what cools it, a larger unit, or a higher set point",
        );
    } else if !unit.state.holds {
        found.say(
            &of.name,
            format!(
                "the loop returns at {:.1} degC, colder than its set point of {set_point:.1} degC: the unit stands still",
                result.summary.return_c
            ),
            "lower the set point: nothing heats the loop",
        );
    }
    if let CduSink::Water { coolant, .. } = &of.sink {
        let (freezing, boiling) = coolant.liquid();
        let (enters, leaves) = (of.temperature, unit.state.cold_outlet);
        let freezes = freezing.is_some_and(|freezing| enters <= freezing);
        let boils = boiling
            .is_some_and(|boiling| leaves >= coolant::boiling_under(boiling, view.scene.site.pressure));
        if freezes || boils || !coolant.in_range(enters) || !coolant.in_range(leaves) {
            let what = match (freezes, boils) {
                (true, _) => "it freezes",
                (_, true) => "it boils under the pressure of the air",
                _ => "its properties do not reach that far",
            };
            found.say(
                &of.name,
                format!("facility water from {:.1} to {:.1} degC: {what}", celsius(enters), celsius(leaves)),
                "check 'facility_temperature' and 'facility_flow', or name the liquid by 'facility_coolant'",
            );
        }
    }
    let class = of.facility_class.map(|class| FACILITY_WATER[class]);
    if let Some((name, warmest)) = class.filter(|class| celsius(of.temperature) > class.1 + 1e-9) {
        found.say(
            &of.name,
            format!(
                "facility water at {:.1} degC leaves ASHRAE's class {name}, up to {warmest:.0} degC",
                celsius(of.temperature)
            ),
            "colder water, or the next class",
        );
    }
    let pressure = result.summary.pressure_drop_pa;
    if let Some(available) = of.available_pressure.filter(|&available| pressure > available * SLACK) {
        found.say(
            &of.name,
            format!(
                "the loop takes {:.0} kPa at {:.0} L/min, its pumps give {:.0} kPa",
                pressure / 1e3,
                result.summary.flow_l_min,
                available / 1e3
            ),
            "less flow, wider manifolds or couplings, or a larger unit",
        );
    }
    let heat = result.summary.heat_w + unit.pump_heat;
    if let Some(largest) = of.largest_heat.filter(|&largest| heat > largest * SLACK) {
        found.say(
            &of.name,
            format!("{:.1} kW exceed the {:.1} kW that it is made for", heat / 1e3, largest / 1e3),
            "a larger unit, or a second loop",
        );
    }
}

pub(super) fn pumps(view: &View<'_>, result: &LoopResult, found: &mut Found) {
    for pump in &result.pumps {
        let part = &view.scene.hydraulics[pump.part];
        let Component::Pump(of) = &part.component else { continue };
        let litres = pump.flow * LITRES_PER_MINUTE;
        let failed = part.drive.is_some_and(|drive| drive.failed);
        if pump.flow < 0.0 {
            found.say(
                &part.name,
                format!("the coolant runs backwards through the pump, {:.1} L/min", -litres),
                "pumps in opposition, or one that stands without a check valve: turn it, stop the other, or add one",
            );
        } else if !failed
            && of.speed > 0.0
            && pump.flow > of.curve.flow_range().1 * of.speed * SLACK
            && pump.pressure_rise >= 0.0
        {
            found.say(
                &part.name,
                format!(
                    "{litres:.1} L/min lie beyond the {:.1} L/min of its curve's last point, which is carried on",
                    of.curve.flow_range().1 * of.speed * LITRES_PER_MINUTE
                ),
                "give the curve up to its free delivery, or the loop more resistance",
            );
        } else if !failed && of.speed > 0.0 && pump.pressure_rise < 0.0 {
            found.say(
                &part.name,
                format!(
                    "{litres:.1} L/min lie beyond the pump's free delivery: others push the coolant through it"
                ),
                "raise its speed, or take it out of the loop",
            );
        } else if !failed && of.speed > 0.0 && pump.flow == 0.0 {
            found.say(
                &part.name,
                "the pump runs against a shut check valve and moves nothing".into(),
                "raise its speed until it holds the pressure of the pumps beside it",
            );
        }
    }
}

/// Warmth that a pump of a branch gives the coolant there, K, from which on it is told that what follows does not get it.
const NOTICEABLE_WARMTH: f64 = 0.1;

/// Warns of pumps inside branches whose heat is counted in the loop, not in the stream behind them.
pub(super) fn pump_heat(view: &View<'_>, result: &LoopResult, found: &mut Found) {
    let scene = view.scene;
    for pump in &result.pumps {
        let part = &scene.hydraulics[pump.part];
        let boosts = |b: &&Branch| !b.source && b.parts().any(|part| part == pump.part);
        let (Some(branch), Some(drive)) = (scene.branches.iter().find(boosts), part.drive) else { continue };
        let of = &scene.loops[branch.on_loop];
        let fluid = of.coolant.properties(of.supply_temperature);
        let warmth =
            pump.power * drive.heat_to_coolant / (fluid.density * fluid.specific_heat * pump.flow.abs());
        if warmth.is_finite() && warmth > NOTICEABLE_WARMTH {
            found.say(
                &part.name,
                format!(
                    "its heat would warm the coolant in '{}' by {warmth:.1} K; it is counted in the loop, not in what follows there",
                    branch.name
                ),
                "take the plates behind it as so much warmer",
            );
        }
    }
}
