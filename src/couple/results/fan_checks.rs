//! What an engineer must know of the fans: where on their curves they work, and what of their air comes back.

use super::View;
use super::checks::{CFM, Found};
use crate::model::air::FanFace;
use crate::physics::fan::FanCurve;
use crate::result;
use std::collections::HashSet;

/// Share of the fans' flow through a plane that may pass back beside them without a word.
const BACK_FLOW: f64 = 0.05;

/// Air that passes back through a fan's plane beside the fans in it, which the rack's demand does not show.
pub(super) fn back_flow(view: &View<'_>, found: &mut Found) {
    let Some(air) = view.air else { return };
    let (problem, flux) = (&air.problem, &air.solution.flux);
    let mut seen = HashSet::new();
    for fan in &problem.fans {
        let Some(&FanFace::Interior { axis, cell, .. }) = fan.faces.first() else { continue };
        let index = |cell: usize| (cell / problem.strides()[axis as usize]) % problem.size[axis as usize];
        let (at, forward) = (index(cell), fan.mass_flow > 0.0);
        if !seen.insert((axis as usize, at, forward)) {
            continue;
        }
        let along = |mass_flow: f64| if forward { mass_flow } else { -mass_flow };
        let through: Vec<f64> = flux.faces[axis as usize]
            .iter()
            .enumerate()
            .filter(|(other, _)| index(*other) == at && problem.fluids.of(*other) == problem.fluids.of(cell))
            .map(|(_, &mass_flow)| along(mass_flow))
            .collect();
        let forth: f64 = through.iter().filter(|m| **m > 0.0).sum();
        let back: f64 = -through.iter().filter(|m| **m < 0.0).sum::<f64>();
        let freely = fan.curve.as_ref().map_or(0.0, FanCurve::free_delivery);
        if back > BACK_FLOW * forth && forth > NO_DELIVERY * freely * fan.density {
            let flow = |mass_flow: f64| mass_flow / fan.density * CFM;
            found.say(
                &fan.name,
                format!(
                    "{:.1} of the {:.1} CFM that fans blow through this plane come back beside them",
                    flow(back),
                    flow(forth)
                ),
                "let the fans fill their plane, or close it beside them with a plate",
            );
        }
    }
}

/// Fans that cannot give what they have to, or work off their curves.
pub(super) fn fans(view: &View<'_>, found: &mut Found) {
    for fan in super::air::fans(view) {
        if let Some(available) = fan.available_pressure_pa.filter(|&a| fan.pressure_rise_pa > a) {
            found.say(
                &fan.name,
                format!(
                    "the fan has to give {:.0} Pa and can give {available:.0} Pa at {:.4} m³/s",
                    fan.pressure_rise_pa, fan.flow_m3_s
                ),
                "it will deliver less: choose a stronger fan, less flow, or smaller losses",
            );
        }
        off_its_curve(&fan, view, found);
    }
}

/// Share of its free delivery under which a fan delivers nothing.
const NO_DELIVERY: f64 = 1e-3;

/// A fan that works where its curve is no design point.
fn off_its_curve(fan: &result::Fan, view: &View<'_>, found: &mut Found) {
    let of_scene = view.scene.fans.iter().find(|other| other.name == fan.name);
    let plane = view.air.and_then(|air| air.problem.fans.iter().find(|plane| plane.name == fan.name));
    let curve = of_scene.zip(plane).and_then(|(fan, plane)| fan.running_curve(plane.density));
    let (Some(branch), Some(curve)) = (fan.branch, curve) else { return };
    let (flow, pressure) = (fan.flow_m3_s, fan.pressure_rise_pa);
    if flow.abs() <= NO_DELIVERY * curve.free_delivery() {
        let finding = format!("the fan delivers no air: it stands against {pressure:.0} Pa");
        return found.say(
            &fan.name,
            finding,
            "open a way for its air: something behind or before it is closed",
        );
    }
    match branch {
        result::FanBranch::Normal => (),
        result::FanBranch::Stall => found.say(
            &fan.name,
            format!(
                "the fan stalls: {flow:.4} m³/s at {pressure:.0} Pa lie left of its pressure maximum, at {:.4} m³/s",
                curve.stall_flow()
            ),
            "give its air less resistance, or choose a fan with more pressure: in stall it is loud and its flow swings",
        ),
        result::FanBranch::Reverse => found.say(
            &fan.name,
            format!("air flows backwards through the fan, {:.4} m³/s against its {pressure:.0} Pa", -flow),
            "keep stronger fans and pressures off its outlet, or shut it with a backdraught damper",
        ),
        result::FanBranch::BeyondFreeDelivery => found.say(
            &fan.name,
            format!(
                "{flow:.4} m³/s are pushed through the fan, more than the {:.4} m³/s that it delivers freely",
                curve.free_delivery()
            ),
            "its curve says nothing there: choose a larger fan, or take out what pushes the air",
        ),
    }
}
