//! The rear door behind the exhaust.
//!
//! Water's cp is the mean between its inlet and outlet, found with the outlet itself, so that the door's heat is
//! ṁ (h_out − h_in) on the water side and C (T_in − T_out) on the air side, two terms that the balance compares.

use super::air::leaving;
use super::loops::LITRES_PER_MINUTE;
use super::{View, celsius};
use crate::coolant::mean_specific_heat;
use crate::couple::CoupleError;
use crate::plant::rear_door::{RearDoorInput, RearDoorState, rear_door};
use crate::result::{self, Warning};
use crate::scene::{self, Fault, REAR_DOOR};

/// Most steps of the water's mean cp; each gains three digits.
const STEPS: usize = 12;

/// A solved door.
#[derive(Clone, Debug)]
pub(super) struct DoorResult {
    pub(super) summary: result::RearDoor,
    /// C (T_in − T_out) of the air, W.
    pub(super) heat_from_air: f64,
    /// Part of the pump power that ends in the water: Δp Q, W.
    pub(super) pump_heat_to_water: f64,
    pub(super) warnings: Vec<Warning>,
}

/// The door of a scene, if it has one and air leaves through it.
pub(super) fn door(view: &View<'_>) -> Result<Option<DoorResult>, CoupleError> {
    let (Some(door), Some(air)) = (&view.scene.rear_door, view.air) else { return Ok(None) };
    let (air_mass_flow, exhaust) = leaving(view, air, Some(door.side));
    let air_capacity_rate = air_mass_flow * air.air().specific_heat;
    let water_mass_flow = door.flow * door.coolant.properties(door.supply_temperature).density;
    let state = converge(door, air_capacity_rate, water_mass_flow, exhaust)?;
    let water = |temperature: f64| door.coolant.enthalpy(temperature);
    let heat = water_mass_flow * (water(state.water_outlet_temperature) - water(door.supply_temperature));
    let heat_from_air = air_capacity_rate * (exhaust - state.air_outlet_temperature);
    let hydraulic = door.water_pressure_drop * door.flow;
    let behind = view.model.openings.iter().filter(|f| f.side == door.side && view.model.fluid(f.cell) == 0);
    let area: f64 = behind.map(|f| f.area).sum();
    let speed = if area > 0.0 { air_mass_flow / (air.air().density * area) } else { 0.0 };
    let summary = result::RearDoor {
        name: door.name.clone(),
        heat_w: heat,
        effectiveness: state.effectiveness,
        air_inlet_c: celsius(exhaust),
        air_outlet_c: celsius(state.air_outlet_temperature),
        air_pressure_drop_pa: 0.5 * door.loss * air.air().density * speed * speed,
        coolant: door.coolant.to_string(),
        flow_l_min: door.flow * LITRES_PER_MINUTE,
        supply_c: celsius(door.supply_temperature),
        return_c: celsius(state.water_outlet_temperature),
        pressure_drop_pa: door.water_pressure_drop,
        fan_power_w: door.fan_power,
        pump_power_w: hydraulic / door.pump_efficiency,
    };
    let warnings = warnings(door, &state, air_mass_flow, exhaust);
    Ok(Some(DoorResult { summary, heat_from_air, pump_heat_to_water: hydraulic, warnings }))
}

/// The door's state with the water's mean cp between its inlet and outlet.
fn converge(
    door: &scene::RearDoor,
    air_capacity_rate: f64,
    water_mass_flow: f64,
    exhaust: f64,
) -> Result<RearDoorState, CoupleError> {
    let mut outlet = door.supply_temperature;
    let mut state = None;
    for _ in 0..STEPS {
        let cp = mean_specific_heat(&door.coolant, door.supply_temperature, outlet);
        let input = RearDoorInput {
            ua: door.ua,
            air_capacity_rate,
            water_capacity_rate: water_mass_flow * cp,
            exhaust_temperature: exhaust,
            water_inlet_temperature: door.supply_temperature,
        };
        let next = rear_door(&input).map_err(|error| impossible(door, &error.to_string()))?;
        let still = (next.water_outlet_temperature - outlet).abs() <= 1e-13 * outlet;
        outlet = next.water_outlet_temperature;
        state = Some(next);
        if still {
            break;
        }
    }
    state.ok_or_else(|| impossible(door, "it was not computed"))
}

fn impossible(door: &scene::RearDoor, why: &str) -> CoupleError {
    Fault {
        code: "racktherm::rear_door",
        message: format!("rear door '{}': {why}", door.name),
        remedy: "check its values and the air that reaches it".into(),
        items: vec![REAR_DOOR.into()],
    }
    .into()
}

fn warnings(door: &scene::RearDoor, state: &RearDoorState, air: f64, exhaust: f64) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut say = |finding: String, remedy: &str| {
        found.push(Warning { finding, place: door.name.clone(), remedy: remedy.into() });
    };
    if air <= 0.0 {
        say(
            format!("no air leaves through side {}, where the rear door hangs", door.side.name()),
            "put the door on the side of the exhaust",
        );
    } else if state.heat_flow < 0.0 {
        say(
            format!(
                "the door's water at {:.1} degC is warmer than the exhaust at {:.1} degC and heats it",
                celsius(door.supply_temperature),
                celsius(exhaust)
            ),
            "lower the water's supply temperature",
        );
    }
    if !door.coolant.in_range(state.water_outlet_temperature) {
        say(
            format!(
                "the door's coolant leaves at {:.1} degC, outside the range of its properties",
                celsius(state.water_outlet_temperature)
            ),
            "give it more flow",
        );
    }
    found
}
