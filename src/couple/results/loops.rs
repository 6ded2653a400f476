//! Coolant supplies and their branches.

use super::{View, celsius};
use crate::coolant::supply::PumpState;
use crate::coolant::{LoopFlows, UnitState, supply_state};
use crate::physics::hydraulics::Component;
use crate::result;
use crate::scene::{CduSink, Scene};

/// m³/s in L/min.
pub(super) const LITRES_PER_MINUTE: f64 = 60e3;

/// A supply, with what the summary has no room for.
#[derive(Clone, Debug)]
pub(super) struct LoopResult {
    pub(super) summary: result::Loop,
    /// Part of the pump power that ends in the coolant, W.
    pub(super) pump_heat_to_coolant: f64,
    /// Its pumps.
    pub(super) pumps: Vec<PumpState>,
}

/// All supplies.
pub(super) fn loops(view: &View<'_>) -> Vec<LoopResult> {
    (0..view.scene.loops.len()).map(|supply| loop_result(view, supply)).collect()
}

/// °C of supply and return of every loop.
pub(in crate::couple) fn temperatures(view: &View<'_>) -> Vec<[f64; 2]> {
    let (scene, coolant) = (view.scene, &view.energy.coolant);
    let temperatures = view.energy.coolant_temperatures(scene, view.model);
    let of = |supply: usize| {
        let back = supply_state(scene, coolant, supply, &temperatures).return_temperature;
        [temperatures.supplies[supply], back].map(celsius)
    };
    (0..scene.loops.len()).map(of).collect()
}

fn loop_result(view: &View<'_>, supply: usize) -> LoopResult {
    let (scene, coolant) = (view.scene, &view.energy.coolant);
    let of = &scene.loops[supply];
    let temperatures = view.energy.coolant_temperatures(scene, view.model);
    let state = supply_state(scene, coolant, supply, &temperatures);
    let flows = &coolant.loops[supply];
    let density = of.coolant.properties(temperatures.supplies[supply]).density;
    let drops = flows.pressure_drops(scene, &coolant.branches, &temperatures);
    let branches = flows
        .members
        .iter()
        .zip(drops)
        .filter(|(member, _)| scene.branches[**member].listed)
        .map(|(&member, pressure_drop_pa)| {
            let branch = &coolant.branches[member];
            result::Branch {
                name: scene.branches[member].name.clone(),
                flow_l_min: branch.mass_flow / density * LITRES_PER_MINUTE,
                pressure_drop_pa,
                heat_w: branch.heat_flows(scene, &temperatures).iter().sum(),
                return_c: celsius(branch.outlet_temperature(&temperatures)),
            }
        })
        .collect();
    let pump = |pump: &PumpState| {
        let part = &scene.hydraulics[pump.part];
        let speed = match &part.component {
            Component::Pump(of) => of.speed,
            _ => 0.0,
        };
        result::Pump {
            name: part.name.clone(),
            flow_l_min: pump.flow * LITRES_PER_MINUTE,
            pressure_rise_pa: pump.pressure_rise,
            power_w: pump.power,
            speed,
        }
    };
    LoopResult {
        summary: result::Loop {
            name: of.name.clone(),
            coolant: of.coolant.to_string(),
            flow_l_min: state.flow * LITRES_PER_MINUTE,
            supply_c: celsius(temperatures.supplies[supply]),
            return_c: celsius(state.return_temperature),
            pressure_drop_pa: state.pressure_drop,
            pump_power_w: state.pump_power,
            heat_w: state.heat_flow,
            branches,
            pumps: state.pumps.iter().map(pump).collect(),
            closure: closure(scene, flows),
        },
        pump_heat_to_coolant: state.pump_heat,
        pumps: state.pumps,
    }
}

/// How well the worst branch and junction of a solved loop close.
fn closure(scene: &Scene, flows: &LoopFlows) -> Option<result::LoopClosure> {
    let solution = flows.solution.as_ref()?;
    Some(result::LoopClosure {
        branch: scene.branches[flows.members[solution.momentum.index]].name.clone(),
        momentum: solution.momentum.relative,
        junction: scene.loops[flows.on_loop].junctions[solution.mass.index].clone(),
        mass: solution.mass.relative,
    })
}

/// All distribution units.
pub(super) fn cdus(view: &View<'_>, loops: &[LoopResult]) -> Vec<result::Cdu> {
    let scene = view.scene;
    let of_unit = |unit: &UnitState| {
        let (of, state) = (&scene.cdus[unit.cdu], &unit.state);
        let summary = &loops[of.on_loop].summary;
        let (word, power) = match &of.sink {
            CduSink::Water { pressure_drop, pump_efficiency, .. } => {
                // A valve throttles what the facility's pumps give.
                ("water", pressure_drop * of.flow * state.share / pump_efficiency)
            }
            CduSink::Air { fan_power } => ("air", fan_power * state.share.powi(3)),
        };
        result::Cdu {
            name: of.name.clone(),
            on_loop: summary.name.clone(),
            cooled_by: word.into(),
            heat_w: summary.heat_w + unit.pump_heat,
            holds: state.holds,
            set_point_c: celsius(scene.loops[of.on_loop].supply_temperature),
            supply_c: summary.supply_c,
            approach_k: summary.supply_c - celsius(of.temperature),
            effectiveness: state.effectiveness,
            cold_supply_c: celsius(of.temperature),
            cold_return_c: celsius(state.cold_outlet),
            cold_flow_m3_s: of.flow * state.share,
            cold_share: state.share,
            cold_power_w: power,
        }
    };
    view.energy.coolant.units.iter().map(of_unit).collect()
}
