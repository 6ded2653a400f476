//! What a loop delivers, takes back and costs.

use super::branch::BranchState;
use super::flows::LoopFlows;
use super::mixing::junction_temperatures;
use super::{CoolantState, Temperatures};
use crate::scene::{Branch, Element, RETURN, SUPPLY, Scene};

/// Largest flow of a rack, L/min (S: OCP MGX rack specification 1.1).
pub const RACK_FLOW_LIMIT: f64 = 130.0;
/// Highest supply temperature, °C (S: OCP MGX rack specification 1.1).
pub const SUPPLY_LIMIT: f64 = 45.0;
/// Highest return temperature, °C (V2: QCT).
pub const RETURN_LIMIT: f64 = 65.0;

/// What a supply delivers and costs.
#[derive(Clone, Debug, PartialEq)]
pub struct SupplyState {
    /// m³/s at the supply temperature.
    pub flow: f64,
    /// Mixed return, K: the temperature of the branches' mean enthalpy.
    pub return_temperature: f64,
    /// Heat that its plates took, Σ ṁ (h_out − h_in), W.
    pub heat_flow: f64,
    /// From supply to return, with the external one, Pa; by weight: of the branch with the largest loss.
    pub pressure_drop: f64,
    /// Electrical, W.
    pub pump_power: f64,
    /// Part of it that ends in the coolant, W.
    pub pump_heat: f64,
    /// Its pumps.
    pub pumps: Vec<PumpState>,
}

/// A pump at work.
#[derive(Clone, Debug, PartialEq)]
pub struct PumpState {
    /// Index into the scene's hydraulic parts.
    pub part: usize,
    /// m³/s at its temperature; negative backwards.
    pub flow: f64,
    /// Pa.
    pub pressure_rise: f64,
    /// Electrical, W.
    pub power: f64,
}

/// What moves a loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Driven {
    /// kg/s that are given from outside, or that its feeding pumps take from its return.
    pub mass_flow: f64,
    /// Pa, from supply to return, with the external one.
    pub pressure_drop: f64,
    /// Electrical, W.
    pub pump_power: f64,
    /// Part of it that ends in the coolant, W.
    pub pump_heat: f64,
    /// Its pumps.
    pub pumps: Vec<PumpState>,
}

/// Flow, pressure and pumps of a loop.
#[must_use]
pub fn driven(
    scene: &Scene,
    flows: &LoopFlows,
    branches: &[BranchState],
    temperatures: &Temperatures,
) -> Driven {
    let of = &scene.loops[flows.on_loop];
    let pumps = pumps(scene, flows, branches, temperatures);
    let mass_flow = if flows.given > 0.0 { flows.given } else { conditioned(scene, flows) };
    let pressure_drop = of.external_pressure_drop
        + match &flows.solution {
            Some(solution) => solution.pressures[SUPPLY] - solution.pressures[RETURN],
            None => flows.pressure_drops(scene, branches, temperatures).into_iter().fold(0.0, f64::max),
        };
    // What moves a given flow is no pump of the scene; boosters in branches are, and leave it less to do.
    let flow = flows.given / of.coolant.properties(temperatures.supplies[flows.on_loop]).density;
    let outside = (pressure_drop * flow / of.pump_efficiency).max(0.0);
    let heat = |pump: &PumpState| {
        let drive = scene.hydraulics[pump.part].drive;
        pump.power * drive.map_or(0.0, |drive| drive.heat_to_coolant)
    };
    let pump_power = outside + pumps.iter().map(|pump| pump.power).sum::<f64>();
    let pump_heat = of.pump_heat_to_coolant * outside + pumps.iter().map(heat).sum::<f64>();
    Driven { mass_flow, pressure_drop, pump_power, pump_heat, pumps }
}

/// A loop at its temperatures.
#[must_use]
pub fn supply_state(
    scene: &Scene,
    state: &CoolantState,
    supply: usize,
    temperatures: &Temperatures,
) -> SupplyState {
    let (of, flows) = (&scene.loops[supply], &state.loops[supply]);
    let density = of.coolant.properties(temperatures.supplies[supply]).density;
    let heat =
        |&member: &usize| state.branches[member].heat_flows(scene, temperatures).into_iter().sum::<f64>();
    let heat_flow = flows.members.iter().map(heat).sum();
    let Driven { mass_flow, pressure_drop, pump_power, pump_heat, pumps } =
        driven(scene, flows, &state.branches, temperatures);
    let return_temperature = junction_temperatures(scene, flows, &state.branches, temperatures)[RETURN];
    let flow = mass_flow / density;
    SupplyState { flow, return_temperature, heat_flow, pressure_drop, pump_power, pump_heat, pumps }
}

/// kg/s that go from the return through the loop's feeding pumps, and so through its unit: what runs backwards from the
/// supply or past them through a branch does not.
fn conditioned(scene: &Scene, flows: &LoopFlows) -> f64 {
    let members = || flows.members.iter().map(|&member| &scene.branches[member]);
    // Behind an exchanger that takes pressure the pumps start from its outlet.
    let feeds = |junction: usize| members().any(|branch| branch.source && branch.from == junction);
    let passes = |branch: &Branch| branch.from == RETURN && (branch.source || feeds(branch.to));
    let flow = |(branch, flow): (&Branch, &f64)| if passes(branch) { flow.max(0.0) } else { 0.0 };
    members().zip(&flows.mass_flows).map(flow).sum()
}

fn pumps(
    scene: &Scene,
    flows: &LoopFlows,
    branches: &[BranchState],
    temperatures: &Temperatures,
) -> Vec<PumpState> {
    let coolant = &scene.loops[flows.on_loop].coolant;
    let mut found = Vec::new();
    for (&member, &mass_flow) in flows.members.iter().zip(&flows.mass_flows) {
        let elements = &scene.branches[member].elements;
        let local = branches[member].element_temperatures(scene, temperatures);
        for (element, temperature) in elements.iter().zip(local) {
            let Element::Part(part) = *element else { continue };
            let Some(drive) = scene.hydraulics[part].drive else { continue };
            let fluid = coolant.properties(temperature);
            let flow = mass_flow / fluid.density;
            let pressure_rise = -scene.hydraulics[part].component.loss(flow, &fluid).drop;
            let power = if drive.failed { 0.0 } else { (flow * pressure_rise / drive.efficiency).max(0.0) };
            found.push(PumpState { part, flow, pressure_rise, power });
        }
    }
    found
}
