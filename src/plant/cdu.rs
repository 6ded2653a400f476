//! A coolant distribution unit: an exchanger that holds the supply of a loop at its set point while it can.
//!
//! ```text
//! Q = ε(NTU, C_min/C_max) C_min (T_return − T_cold),   NTU = UA/C_min,   UA = UA₀ · 2/((ṁ_s/ṁ_s0)^−0.8 + (ṁ_c/ṁ_c0)^−0.8)
//! ```
//!
//! A valve (or a fan, where air cools it) lets through as much of the cold stream as the set point asks for. Where all of
//! it is not enough the supply floats above the set point; where the return is colder than the set point, nothing passes.
//! UA off design grows with the 0.8th power of each side's flow, its resistance shared equally at design (E: engineering
//! data, section 4); the wall, fouling and losses to the room are left out.

use crate::physics::effectiveness::{FlowArrangement, effectiveness};

/// Exponent of a side's flow in its conductance (Dittus–Boelter; engineering data, section 4).
const EXPONENT: f64 = 0.8;
/// Halvings that bring the share of the cold stream to rounding.
const HALVINGS: usize = 60;

/// UA and how it follows the flows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exchanger {
    /// W/K at the flows of `design`, or at every flow where there are none.
    pub ua: f64,
    /// Flows of the loop and of the cold side that UA belongs to, m³/s.
    pub design: Option<[f64; 2]>,
    /// How the streams meet.
    pub arrangement: FlowArrangement,
}

impl Exchanger {
    /// UA at flows of the loop and the cold side, m³/s; W/K.
    #[must_use]
    pub fn ua(&self, flows: [f64; 2]) -> f64 {
        let Some(design) = self.design else { return self.ua };
        let side = |k: usize| (flows[k] / design[k]).powf(-EXPONENT);
        2.0 * self.ua / (side(0) + side(1))
    }
}

/// What a unit is given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CduInput {
    /// Its exchanger.
    pub exchanger: Exchanger,
    /// Flow of the loop, m³/s.
    pub flow: f64,
    /// ṁ cp of the loop, W/K.
    pub capacity_rate: f64,
    /// What returns from the loop, K.
    pub return_temperature: f64,
    /// Heat that the loop takes up between exchanger and sensor, W: its pumps.
    pub pump_heat: f64,
    /// Supply that is asked for, K.
    pub set_point: f64,
    /// Cold side at its inlet, K.
    pub cold_temperature: f64,
    /// Its largest flow, m³/s.
    pub cold_flow: f64,
    /// ṁ cp of it, W/K.
    pub cold_capacity_rate: f64,
}

/// What a unit does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CduState {
    /// Share of the cold flow that passes, 0 to 1.
    pub share: f64,
    /// ε at that.
    pub effectiveness: f64,
    /// ε C_min, W/K: heat over the difference of the inlets.
    pub conductance: f64,
    /// Heat to the cold side, W.
    pub heat: f64,
    /// What it supplies, K.
    pub supply_temperature: f64,
    /// Whether that is the set point.
    pub holds: bool,
    /// Cold side at its outlet, K.
    pub cold_outlet: f64,
}

/// Share of its heat by which a unit at its rating may fall short of it and still holds: rounding and passes leave less.
const AT_RATING: f64 = 1e-6;

/// A unit's state at steady inlets.
#[must_use]
pub fn cdu(input: &CduInput) -> CduState {
    let wanted = input.capacity_rate * (input.return_temperature - input.set_point) + input.pump_heat;
    let drive = input.return_temperature - input.cold_temperature;
    let most = state(input, 1.0);
    if input.capacity_rate <= 0.0 {
        return CduState { supply_temperature: input.set_point, holds: true, ..state(input, 0.0) };
    }
    if most.conductance * drive <= wanted * (1.0 - AT_RATING) {
        return CduState { holds: false, ..most };
    }
    if wanted <= 0.0 {
        // Nothing heats a loop that returns too cold.
        return CduState { holds: wanted == 0.0, ..state(input, 0.0) };
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if state(input, middle).conductance * drive < wanted { low = middle } else { high = middle }
    }
    CduState { supply_temperature: input.set_point, heat: wanted, holds: true, ..state(input, high) }
}

/// With a share of the cold flow.
fn state(input: &CduInput, share: f64) -> CduState {
    let (own, cold) = (input.capacity_rate, share * input.cold_capacity_rate);
    let (smaller, larger) = (own.min(cold), own.max(cold));
    let drive = input.return_temperature - input.cold_temperature;
    let effectiveness = if smaller > 0.0 {
        let ua = input.exchanger.ua([input.flow, share * input.cold_flow]);
        effectiveness(input.exchanger.arrangement, ua / smaller, smaller / larger).unwrap_or(0.0)
    } else {
        0.0
    };
    let conductance = effectiveness * smaller;
    let heat = conductance * drive;
    let warmed = if own > 0.0 { (heat - input.pump_heat) / own } else { 0.0 };
    CduState {
        share,
        effectiveness,
        conductance,
        heat,
        supply_temperature: input.return_temperature - warmed,
        holds: false,
        cold_outlet: if cold > 0.0 { input.cold_temperature + heat / cold } else { input.cold_temperature },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn input() -> CduInput {
        let exchanger =
            Exchanger { ua: 20e3, design: Some([2e-3, 2e-3]), arrangement: FlowArrangement::Counter };
        CduInput {
            exchanger,
            flow: 2e-3,
            capacity_rate: 8e3,
            return_temperature: 325.0,
            pump_heat: 800.0,
            set_point: 313.0,
            cold_temperature: 305.0,
            cold_flow: 2e-3,
            cold_capacity_rate: 8.3e3,
        }
    }

    #[test]
    fn the_set_point_is_held_with_part_of_the_cold_water_and_all_heat_arrives_there() {
        let held = cdu(&input());
        assert!(held.holds && held.share > 0.3 && held.share < 1.0, "{held:?}");
        assert_relative_eq!(held.heat, 8e3 * 12.0 + 800.0, max_relative = 1e-12);
        assert_relative_eq!(held.supply_temperature, 313.0);
        let cold = held.share * 8.3e3 * (held.cold_outlet - 305.0);
        assert_relative_eq!(cold, held.heat, max_relative = 1e-9);
    }

    #[test]
    fn warm_water_lets_the_supply_float_above_the_set_point() {
        let floats = cdu(&CduInput { cold_temperature: 312.0, ..input() });
        assert!(!floats.holds && floats.share == 1.0);
        assert!(floats.supply_temperature > 313.0 && floats.supply_temperature < 325.0);
        // The loop's and the water's heat agree, the pumps' included.
        assert_relative_eq!(
            floats.heat,
            8e3 * (325.0 - floats.supply_temperature) + 800.0,
            max_relative = 1e-12
        );
        assert_relative_eq!(floats.heat, 8.3e3 * (floats.cold_outlet - 312.0), max_relative = 1e-12);
    }

    #[test]
    fn ua_is_its_design_value_at_design_and_grows_as_the_eighth_tenth_of_both_flows() {
        let exchanger = input().exchanger;
        assert_relative_eq!(exchanger.ua([2e-3, 2e-3]), 20e3);
        assert_relative_eq!(exchanger.ua([4e-3, 4e-3]), 20e3 * 2_f64.powf(0.8), max_relative = 1e-14);
        // One side alone can at most double it.
        assert!(exchanger.ua([2e-3, 2.0]) < 40e3);
        assert_eq!(Exchanger { design: None, ..exchanger }.ua([1.0, 0.1]), 20e3);
    }

    #[test]
    fn a_loop_that_returns_colder_than_its_set_point_is_left_alone() {
        let idle = cdu(&CduInput { return_temperature: 310.0, pump_heat: 0.0, ..input() });
        assert_eq!((idle.share, idle.heat, idle.holds), (0.0, 0.0, false));
        assert_relative_eq!(idle.supply_temperature, 310.0);
    }
}
