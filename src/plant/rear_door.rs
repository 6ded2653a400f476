//! A rear-door exchanger: heat that the rack's exhaust gives to water.
//!
//! Q = ε(NTU, C_min/C_max) C_min (T_exhaust − T_water,in), NTU = UA/C_min, as a cross-flow exchanger with neither stream
//! mixed (a finned coil). UA is an estimate wherever a door's rating leaves air flow and temperature out. Condensation is
//! left out: water is to be held at least 2 K above the dew point, which the caller checks.

use crate::physics::effectiveness::{FlowArrangement, effectiveness};

/// What a door is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RearDoorInput {
    /// UA, W/K.
    pub ua: f64,
    /// ṁ cp of the air through the door, W/K.
    pub air_capacity_rate: f64,
    /// ṁ cp of the water, W/K.
    pub water_capacity_rate: f64,
    /// Air before the door, K.
    pub exhaust_temperature: f64,
    /// Water entering, K.
    pub water_inlet_temperature: f64,
}

/// What a door does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RearDoorState {
    /// Heat from air to water, W; negative where the water is warmer than the exhaust.
    pub heat_flow: f64,
    /// ε, 0 to 1.
    pub effectiveness: f64,
    /// Air behind the door, before its fans, K.
    pub air_outlet_temperature: f64,
    /// Water leaving, K.
    pub water_outlet_temperature: f64,
}

/// Why a door cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum RearDoorError {
    /// A value that is negative or not finite.
    #[error("rear door: {name} = {value} {unit} must be finite and {must_be}")]
    Input {
        /// Name of the value.
        name: &'static str,
        /// The value.
        value: f64,
        /// Its unit.
        unit: &'static str,
        /// What it must be.
        must_be: &'static str,
    },
}

impl RearDoorInput {
    fn check(&self) -> Result<(), RearDoorError> {
        let rates = [
            ("UA", self.ua),
            ("air capacity rate", self.air_capacity_rate),
            ("water capacity rate", self.water_capacity_rate),
        ];
        for (name, value) in rates {
            if !value.is_finite() || value < 0.0 {
                return Err(RearDoorError::Input { name, value, unit: "W/K", must_be: "zero or more" });
            }
        }
        let temperatures = [
            ("exhaust temperature", self.exhaust_temperature),
            ("water inlet temperature", self.water_inlet_temperature),
        ];
        for (name, value) in temperatures {
            if !value.is_finite() || value <= 0.0 {
                return Err(RearDoorError::Input { name, value, unit: "K", must_be: "above absolute zero" });
            }
        }
        Ok(())
    }
}

/// Heat and outlet temperatures of a door; no heat where air or water stands still.
///
/// # Errors
/// [`RearDoorError`] names a capacity rate, UA or temperature that is impossible.
pub fn rear_door(input: &RearDoorInput) -> Result<RearDoorState, RearDoorError> {
    input.check()?;
    let (air, water) = (input.air_capacity_rate, input.water_capacity_rate);
    let (smaller, larger) = (air.min(water), air.max(water));
    let drive = input.exhaust_temperature - input.water_inlet_temperature;
    if smaller == 0.0 {
        return Ok(RearDoorState {
            heat_flow: 0.0,
            effectiveness: 0.0,
            air_outlet_temperature: input.exhaust_temperature,
            water_outlet_temperature: input.water_inlet_temperature,
        });
    }
    let share = effectiveness(FlowArrangement::CrossUnmixed, input.ua / smaller, smaller / larger)
        .expect("NTU ≥ 0 and 0 < C_min/C_max ≤ 1 after the check");
    let heat_flow = share * smaller * drive;
    Ok(RearDoorState {
        heat_flow,
        effectiveness: share,
        air_outlet_temperature: input.exhaust_temperature - heat_flow / air,
        water_outlet_temperature: input.water_inlet_temperature + heat_flow / water,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Four DGX B200 at 25 °C inlet: exhaust 41.4 °C, 3.49 kW/K of air; water at 30 °C.
    fn four_dgx_b200(ua: f64) -> RearDoorInput {
        RearDoorInput {
            ua,
            air_capacity_rate: 3490.0,
            // 23 gpm of water.
            water_capacity_rate: 23.0 * 6.309_02e-5 * 995.7 * 4179.5,
            exhaust_temperature: 41.4 + 273.15,
            water_inlet_temperature: 30.0 + 273.15,
        }
    }

    #[test]
    fn no_door_with_30_degc_water_removes_more_than_39_8_kw_from_four_dgx_b200() {
        for ua in [1e3, 5e3, 1e4, 1e5, 1e6, 1e9] {
            let state = rear_door(&four_dgx_b200(ua)).unwrap();
            assert!(state.heat_flow <= 3490.0 * 11.4 && 3490.0 * 11.4 <= 39.8e3);
        }
        // And a huge door with much water comes close: the bound is not met by removing nothing.
        let mut input = four_dgx_b200(1e5);
        input.water_capacity_rate = 1e6;
        assert!(rear_door(&input).unwrap().heat_flow > 39.7e3);
    }

    #[test]
    fn air_and_water_exchange_the_same_heat() {
        let input = four_dgx_b200(6000.0);
        let state = rear_door(&input).unwrap();
        let from_air = input.air_capacity_rate * (input.exhaust_temperature - state.air_outlet_temperature);
        let to_water =
            input.water_capacity_rate * (state.water_outlet_temperature - input.water_inlet_temperature);
        assert_relative_eq!(from_air, state.heat_flow, max_relative = 1e-11);
        assert_relative_eq!(to_water, state.heat_flow, max_relative = 1e-11);
        assert!(state.air_outlet_temperature > input.water_inlet_temperature);
    }

    #[test]
    fn warm_water_heats_the_exhaust_and_standing_water_does_nothing() {
        let mut input = four_dgx_b200(6000.0);
        input.water_inlet_temperature = 50.0 + 273.15;
        assert!(rear_door(&input).unwrap().heat_flow < 0.0);
        input.water_capacity_rate = 0.0;
        assert_eq!(rear_door(&input).unwrap().heat_flow, 0.0);
    }

    #[test]
    fn impossible_inputs_are_refused_by_name() {
        let error = rear_door(&four_dgx_b200(-1.0)).unwrap_err();
        assert_eq!(error.to_string(), "rear door: UA = -1 W/K must be finite and zero or more");
        let mut input = four_dgx_b200(1e3);
        input.exhaust_temperature = f64::NAN;
        assert!(rear_door(&input).is_err());
    }
}
