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
use crate::scene::{self, Coolant, Fault, REAR_DOOR};

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
    let water = water_of(view, door);
    let state = converge(door, &water, air_capacity_rate, exhaust)?;
    let heat = water.taken(state.water_outlet_temperature);
    let heat_from_air = air_capacity_rate * (exhaust - state.air_outlet_temperature);
    // On a loop its pumps are the loop's.
    let hydraulic = if door.plate.is_some() { 0.0 } else { door.water_pressure_drop * door.flow };
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
        coolant: water.coolant.to_string(),
        flow_l_min: water.flow() * LITRES_PER_MINUTE,
        supply_c: celsius(water.inlet),
        return_c: celsius(state.water_outlet_temperature),
        pressure_drop_pa: door.water_pressure_drop * (water.flow() / door.flow).powi(2),
        fan_power_w: door.fan_power,
        pump_power_w: hydraulic / door.pump_efficiency,
    };
    let warnings = warnings(door, &water, &state, air_mass_flow, exhaust);
    Ok(Some(DoorResult { summary, heat_from_air, pump_heat_to_water: hydraulic, warnings }))
}

/// What passes a door on its water side.
struct Water<'a> {
    coolant: &'a Coolant,
    /// K.
    inlet: f64,
    /// kg/s.
    mass_flow: f64,
}

impl Water<'_> {
    /// m³/s at the inlet.
    fn flow(&self) -> f64 {
        self.mass_flow / self.coolant.properties(self.inlet).density
    }

    /// Heat up to an outlet, W.
    fn taken(&self, outlet: f64) -> f64 {
        self.mass_flow * (self.coolant.enthalpy(outlet) - self.coolant.enthalpy(self.inlet))
    }
}

/// The door's own water, or that of the branch that it hangs on.
fn water_of<'a>(view: &View<'a>, door: &'a scene::RearDoor) -> Water<'a> {
    let own = || Water {
        coolant: &door.coolant,
        inlet: door.supply_temperature,
        mass_flow: door.flow * door.coolant.properties(door.supply_temperature).density,
    };
    let Some(plate) = door.plate else { return own() };
    let temperatures = view.energy.coolant_temperatures(view.scene, view.model);
    let branches = &view.energy.coolant.branches;
    let found = branches.iter().find_map(|branch| {
        let inlet = branch.plate_inlet(plate, &temperatures)?;
        let on_loop = view.scene.branches[branch.branch].on_loop;
        Some(Water { coolant: &view.scene.loops[on_loop].coolant, inlet, mass_flow: branch.mass_flow.abs() })
    });
    found.unwrap_or_else(own)
}

/// Heat that a door on a loop gives to its branch at the temperatures of a view, W; 0 without such a door.
///
/// # Errors
/// [`CoupleError`] if the door's values are impossible.
pub(in crate::couple) fn heat_to_loop(view: &View<'_>) -> Result<f64, CoupleError> {
    let on_loop = view.scene.rear_door.as_ref().is_some_and(|door| door.plate.is_some());
    if !on_loop {
        return Ok(0.0);
    }
    Ok(door(view)?.map_or(0.0, |door| door.summary.heat_w))
}

/// The door's state with the water's mean cp between its inlet and outlet.
fn converge(
    door: &scene::RearDoor,
    water: &Water<'_>,
    air_capacity_rate: f64,
    exhaust: f64,
) -> Result<RearDoorState, CoupleError> {
    let mut outlet = water.inlet;
    let mut state = None;
    for _ in 0..STEPS {
        let cp = mean_specific_heat(water.coolant, water.inlet, outlet);
        let input = RearDoorInput {
            ua: door.ua,
            air_capacity_rate,
            water_capacity_rate: water.mass_flow * cp,
            exhaust_temperature: exhaust,
            water_inlet_temperature: water.inlet,
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

fn warnings(
    door: &scene::RearDoor,
    water: &Water<'_>,
    state: &RearDoorState,
    air: f64,
    exhaust: f64,
) -> Vec<Warning> {
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
                celsius(water.inlet),
                celsius(exhaust)
            ),
            "lower the water's supply temperature",
        );
    }
    if !water.coolant.in_range(state.water_outlet_temperature) {
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
