//! An open cooling tower by Merkel's enthalpy potential, and the water that it takes.
//!
//! ```text
//! Q = ε ṁ_air (h_s(T_water,in) − h_air)        ε counterflow, of NTU and m* = ṁ_air c_s/(ṁ_water cp)
//! c_s = [h_s(T_in) − h_s(T_out)]/(T_in − T_out)   h_air = h_s(wet bulb)   NTU ∝ (ṁ_water/ṁ_air)^0.4
//! evaporation = ṁ_air (W_out − W_in), air leaves saturated      make-up = evaporation + blowdown + drift
//! blowdown + drift = evaporation/(cycles − 1)
//! ```
//!
//! Source: Braun, Klein & Mitchell, *Effectiveness models for cooling towers and cooling coils*, ASHRAE Trans. 95(2),
//! 1989. Airflow at full speed: 1/1.2 of the water's at a range of 5.56 K (E, Modelica Buildings' default), in proportion
//! to the heat. Fans: 40.2 gpm/hp at 95 → 85 °F, what ANSI/ASHRAE/IES 90.1 asks of axial fans (S): 1.27 % of the heat.
//! Sea level. Left out: frost, plumes, a least fan speed.

use super::{Rejector, Weather, bisect};
use crate::material::air::STANDARD_PRESSURE;
use crate::physics::effectiveness::{FlowArrangement, effectiveness};
use crate::physics::moist_air::{
    humidity_ratio, saturated_enthalpy, saturated_humidity_ratio, saturated_temperature,
};

/// Design approach to the wet bulb, K (engineering data, E).
pub const APPROACH: f64 = 3.9;
/// Range of the fan's and airflow's ratings, K: 10 °F.
pub const RANGE: f64 = 10.0 / 1.8;
/// cp of water, J/(kg K).
const WATER_CP: f64 = 4_180.0;
/// Water over air by mass at [`RANGE`] (E).
const WATER_TO_AIR: f64 = 1.2;
/// Fans over water, J/kg: 1 hp for 40.2 gpm (S).
const FAN_WORK: f64 = 745.7 / (40.2 * 6.309_02e-5 * 995.0);
const NTU_EXPONENT: f64 = 0.4;
/// Most of the potential that air of full speed takes up at the design point: in the cold, where saturated air holds
/// little, a tower is given more air and fans in proportion (E).
const LARGEST_SHARE: f64 = 0.75;

/// A tower, behind a plate exchanger where the water that it cools is a circuit of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoolingTower {
    /// kg/s at full speed.
    air_flow: f64,
    /// W at full speed.
    fan_power: f64,
    /// NTU at the design ratio of water to air, and that ratio.
    design: (f64, f64),
    /// Effectiveness of the plate exchanger; 1 without one.
    plate: f64,
}

impl CoolingTower {
    /// A tower that cools water of a capacity rate in W/K from `water_in` to `approach` over the wet bulb, at full speed;
    /// the water passes a plate exchanger of an effectiveness, balanced, 1 for none. `approach` is above 0, and `water_in`
    /// above what leaves.
    #[must_use]
    pub fn sized(water_in: f64, capacity_rate: f64, wet_bulb: f64, approach: f64, plate: f64) -> Self {
        let weather = Weather { dry_bulb: wet_bulb, wet_bulb };
        // The tower's water leaves `approach` over the wet bulb, the circuit's a plate's approach above that.
        let range = plate * (water_in - wet_bulb - approach);
        let heat = capacity_rate * range;
        let hot = saturated_enthalpy(wet_bulb + approach + range, STANDARD_PRESSURE);
        let drive = hot - saturated_enthalpy(wet_bulb, STANDARD_PRESSURE);
        let air_flow = (heat / (WATER_CP * RANGE * WATER_TO_AIR)).max(heat / (LARGEST_SHARE * drive));
        let fan_power = air_flow * WATER_TO_AIR * FAN_WORK;
        let ratio = capacity_rate / WATER_CP / air_flow;
        let with = |ntu: f64| Self { air_flow, fan_power, design: (ntu, ratio), plate };
        let short =
            |ntu: f64| with(ntu).heat(water_in, water_in - range, capacity_rate, weather, 1.0) / heat - 1.0;
        with(bisect(0.0, 500.0, short))
    }

    /// Temperatures of the tower's own water, in and out, behind the plate exchanger.
    fn own_water(&self, water_in: f64, water_out: f64) -> (f64, f64) {
        let range = water_in - water_out;
        let out = water_in - range / self.plate;
        (out + range, out)
    }

    /// Water that evaporates at a heat flow in W and a speed, kg/s.
    #[must_use]
    pub fn evaporation(&self, heat: f64, weather: Weather, speed: f64) -> f64 {
        let air_flow = speed * self.air_flow;
        if air_flow <= 0.0 {
            return 0.0;
        }
        let entering = saturated_enthalpy(weather.wet_bulb, STANDARD_PRESSURE);
        let leaving = saturated_temperature(entering + heat / air_flow, STANDARD_PRESSURE);
        let humidity = humidity_ratio(weather.dry_bulb, weather.wet_bulb, STANDARD_PRESSURE);
        (air_flow * (saturated_humidity_ratio(leaving, STANDARD_PRESSURE) - humidity)).max(0.0)
    }
}

impl Rejector for CoolingTower {
    fn heat(&self, water_in: f64, water_out: f64, capacity_rate: f64, weather: Weather, speed: f64) -> f64 {
        let (hot, cold) = self.own_water(water_in, water_out);
        let saturated = |temperature| saturated_enthalpy(temperature, STANDARD_PRESSURE);
        let drive = saturated(hot) - saturated(weather.wet_bulb);
        if drive <= 0.0 || speed <= 0.0 || capacity_rate <= 0.0 {
            return 0.0;
        }
        // Over a range of nothing, the slope of the saturation line.
        let range = (hot - cold).max(1e-3);
        let slope = (saturated(hot) - saturated(hot - range)) / range;
        let air_flow = speed * self.air_flow;
        let (air, water) = (air_flow * slope, capacity_rate);
        let ntu = self.design.0 * (capacity_rate / WATER_CP / air_flow / self.design.1).powf(NTU_EXPONENT);
        // NTU is referred to the air, ε as well; the exchanger's own are referred to the smaller of the two.
        let (smaller, larger) = (air.min(water), air.max(water));
        let share = effectiveness(FlowArrangement::Counter, ntu * air / smaller, smaller / larger)
            .expect("NTU ≥ 0, 0 < C_min/C_max ≤ 1");
        share * smaller * drive / slope
    }

    fn fan_power(&self, speed: f64) -> f64 {
        self.fan_power * speed.powi(3)
    }
}

/// Water that a tower takes, kg/s: `evaporation` in kg/s, `circulation` of its own water in kg/s.
#[must_use]
pub fn make_up(evaporation: f64, cycles_of_concentration: f64, drift_share: f64, circulation: f64) -> f64 {
    let drift = drift_share * circulation;
    evaporation + drift.max(evaporation / (cycles_of_concentration - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::ZERO_CELSIUS;
    use approx::assert_relative_eq;

    const RATE: f64 = 1e5;
    /// 95 → 85 °F at a wet bulb of 78 °F: range 5.56 K, approach 3.9 K.
    const WET: f64 = 25.56 + ZERO_CELSIUS;
    const IN: f64 = WET + APPROACH + RANGE;
    const DESIGN: Weather = Weather { dry_bulb: 35.0 + ZERO_CELSIUS, wet_bulb: WET };

    fn tower() -> CoolingTower {
        CoolingTower::sized(IN, RATE, WET, APPROACH, 1.0)
    }

    #[test]
    fn a_tower_meets_its_design_point_with_fans_of_1_27_percent_of_the_heat() {
        let heat = RATE * RANGE;
        assert_relative_eq!(tower().heat(IN, IN - RANGE, RATE, DESIGN, 1.0), heat, max_relative = 1e-9);
        assert_relative_eq!(tower().fan_power(1.0) / heat, 0.0127, max_relative = 0.01);
        assert!(tower().design.0 > 0.5 && tower().design.0 < 5.0, "{:?}", tower());
    }

    #[test]
    fn what_evaporates_carries_most_of_the_heat_in_summer_and_less_in_the_cold() {
        let heat = RATE * RANGE;
        let latent = |celsius: f64, wet: f64| {
            let weather = Weather { dry_bulb: celsius + ZERO_CELSIUS, wet_bulb: wet + ZERO_CELSIUS };
            tower().evaporation(heat, weather, 1.0) * 2_430e3 / heat
        };
        let (summer, winter) = (latent(35.0, 25.56), latent(5.0, 3.0));
        assert!(summer > 0.8 && summer < 1.3 && winter < 0.75 && winter > 0.4, "{summer} {winter}");
    }

    #[test]
    fn a_plate_exchanger_puts_its_approach_above_the_towers() {
        // ε = 10/(10 + 1.5): a range of 10 K leaves 1.5 K.
        let plate = 10.0 / 11.5;
        let water_in = WET + APPROACH + 11.5;
        let tower = CoolingTower::sized(water_in, RATE, WET, APPROACH, plate);
        let full = tower.heat(water_in, water_in - 10.0, RATE, DESIGN, 1.0);
        assert_relative_eq!(full, 10.0 * RATE, max_relative = 1e-9);
    }

    #[test]
    fn in_the_cold_a_tower_is_given_more_air_for_the_same_approach() {
        let at = |celsius: f64| {
            let wet = celsius + ZERO_CELSIUS;
            let tower = CoolingTower::sized(wet + APPROACH + RANGE, RATE, wet, APPROACH, 1.0);
            let weather = Weather { dry_bulb: wet, wet_bulb: wet };
            let heat = tower.heat(wet + APPROACH + RANGE, wet + APPROACH, RATE, weather, 1.0);
            assert_relative_eq!(heat, RATE * RANGE, max_relative = 1e-9);
            tower.air_flow
        };
        assert!(at(0.0) > 1.2 * at(20.0) && at(20.0) == at(26.0));
    }

    #[test]
    fn at_five_cycles_a_quarter_more_than_evaporates_is_taken() {
        assert_relative_eq!(make_up(1.0, 5.0, 2e-5, 60.0), 1.25);
        // Few losses by drift count as blowdown; many cycles leave the drift.
        assert_relative_eq!(make_up(1.0, 1e9, 2e-5, 60.0), 1.0012);
    }
}
