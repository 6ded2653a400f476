//! Coolant supplies and their branches.

use super::{View, celsius};
use crate::coolant::{SupplyState, supply_state};
use crate::couple::loops::outlets;
use crate::result;

/// m³/s in L/min.
pub(super) const LITRES_PER_MINUTE: f64 = 60e3;

/// A supply, with what the summary has no room for.
#[derive(Clone, Debug)]
pub(super) struct LoopResult {
    pub(super) summary: result::Loop,
    /// Part of the pump power that ends in the coolant, W.
    pub(super) pump_heat_to_coolant: f64,
}

/// All supplies.
pub(super) fn loops(view: &View<'_>) -> Vec<LoopResult> {
    (0..view.scene.loops.len()).map(|supply| loop_result(view, supply)).collect()
}

fn loop_result(view: &View<'_>, supply: usize) -> LoopResult {
    let of = &view.scene.loops[supply];
    let members: Vec<_> =
        view.energy.branches.iter().filter(|b| view.scene.branches[b.branch].on_loop == supply).collect();
    let leaving: Vec<Vec<f64>> = members
        .iter()
        .map(|b| outlets(view.model, b.branch, &view.energy.rise, view.energy.reference))
        .collect();
    let pairs: Vec<_> = members.iter().zip(&leaving).map(|(&b, t)| (b, t.as_slice())).collect();
    let SupplyState { flow, return_temperature, heat_flow, pressure_drop, pump_power } =
        supply_state(view.scene, supply, &pairs);
    let branches = pairs
        .iter()
        .map(|(branch, temperatures)| result::Branch {
            name: view.scene.branches[branch.branch].name.clone(),
            flow_l_min: branch.flow * LITRES_PER_MINUTE,
            pressure_drop_pa: branch.pressure_drop(view.scene),
            heat_w: branch.heat_flows(view.scene, temperatures).iter().sum(),
            return_c: celsius(temperatures.last().copied().unwrap_or(branch.supply_temperature)),
        })
        .collect();
    LoopResult {
        summary: result::Loop {
            name: of.name.clone(),
            coolant: of.coolant.to_string(),
            flow_l_min: flow * LITRES_PER_MINUTE,
            supply_c: celsius(of.supply_temperature),
            return_c: celsius(return_temperature),
            pressure_drop_pa: pressure_drop,
            pump_power_w: pump_power,
            heat_w: heat_flow,
            branches,
        },
        pump_heat_to_coolant: of.pump_heat_to_coolant * pump_power,
    }
}
