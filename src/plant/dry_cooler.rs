//! A dry cooler: finned coils that give the water's heat to outdoor air, fans at the speed that it takes.
//!
//! ```text
//! Q = ε(NTU, Cr) C_min (T_water,in − T_air)    cross-flow, neither mixed    1/UA = 1/(hA)_water + 1/(hA)_air
//! (hA)_water ∝ ṁ_water^0.85    (hA)_air ∝ ṁ_air^0.8    ṁ_air ∝ speed    P_fan ∝ speed³
//! ```
//!
//! The unit is BAC's TDFS1238N-C60ET40B (V): 2931 kW, air 35 °C, water 46.1 → 40.55 °C, fans 117.7 kW. Its airflow is not
//! published: the capacity rates of air and water are taken as equal there, and (hA)_air as half of (hA)_water (E, the
//! defaults of Modelica Buildings' dry cooler, as are the exponents). A cooler is a number of units, not rounded; it
//! scales with the heat. Left out: glycol, frost, recirculation, a least fan speed.

use super::{Rejector, Weather, bisect};
use crate::physics::effectiveness::{FlowArrangement, effectiveness};
use crate::units::ZERO_CELSIUS;

/// Heat of a unit at its design point, W (V).
pub const UNIT_HEAT: f64 = 2_931e3;
/// Air at the design point, K (V).
pub const UNIT_AIR: f64 = 35.0 + ZERO_CELSIUS;
/// Water entering and leaving at the design point, K (V).
pub const UNIT_WATER: (f64, f64) = (46.1 + ZERO_CELSIUS, 40.55 + ZERO_CELSIUS);
/// Fans of a unit at full speed, W (V).
pub const UNIT_FANS: f64 = 117.7e3;
/// Approach of the unit, K: water leaving less air (V).
pub const APPROACH: f64 = 5.55;

const WATER_EXPONENT: f64 = 0.85;
const AIR_EXPONENT: f64 = 0.8;
/// (hA)_air over (hA)_water at the design point (E).
const AIR_SIDE_SHARE: f64 = 0.5;

/// Coolers in parallel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DryCooler {
    units: f64,
    /// ṁ cp of water, and of air at full speed, of a unit, W/K.
    unit_rate: f64,
    /// UA of a unit at its design point, W/K.
    unit_ua: f64,
}

impl DryCooler {
    /// So many units; a fraction is a smaller cooler of the same make.
    #[must_use]
    pub fn of_units(units: f64) -> Self {
        let unit_rate = UNIT_HEAT / (UNIT_WATER.0 - UNIT_WATER.1);
        let share = (UNIT_WATER.0 - UNIT_WATER.1) / (UNIT_WATER.0 - UNIT_AIR);
        let ntu = bisect(0.0, 20.0, |ntu| cross(ntu, 1.0) - share);
        Self { units, unit_rate, unit_ua: ntu * unit_rate }
    }

    /// As many as cool water of a capacity rate in W/K from `water_in` to `approach` over the air at full speed;
    /// `approach` in K, above 0.
    #[must_use]
    pub fn sized(water_in: f64, capacity_rate: f64, air: f64, approach: f64) -> Self {
        let weather = Weather { dry_bulb: air, wet_bulb: air };
        let heat = capacity_rate * (water_in - air - approach);
        let short = |size: f64| {
            let cooler = Self::of_units(size.exp());
            cooler.heat(water_in, air + approach, capacity_rate, weather, 1.0) / heat - 1.0
        };
        // A cooler of a few W to one of some 100 GW.
        Self::of_units(bisect(-14.0, 14.0, short).exp())
    }

    /// Units in parallel.
    #[must_use]
    pub fn units(&self) -> f64 {
        self.units
    }
}

impl Rejector for DryCooler {
    fn heat(&self, water_in: f64, _water_out: f64, capacity_rate: f64, weather: Weather, speed: f64) -> f64 {
        let drive = water_in - weather.dry_bulb;
        if drive <= 0.0 || speed <= 0.0 || capacity_rate <= 0.0 {
            return 0.0;
        }
        let (water, air) = (capacity_rate / self.units, speed * self.unit_rate);
        let by_share = 1.0 + 1.0 / AIR_SIDE_SHARE;
        let water_side = by_share * self.unit_ua * (water / self.unit_rate).powf(WATER_EXPONENT);
        let air_side = by_share * AIR_SIDE_SHARE * self.unit_ua * speed.powf(AIR_EXPONENT);
        let ua = 1.0 / (1.0 / water_side + 1.0 / air_side);
        let (smaller, larger) = (water.min(air), water.max(air));
        self.units * cross(ua / smaller, smaller / larger) * smaller * drive
    }

    fn fan_power(&self, speed: f64) -> f64 {
        self.units * UNIT_FANS * speed.powi(3)
    }
}

fn cross(ntu: f64, ratio: f64) -> f64 {
    effectiveness(FlowArrangement::CrossUnmixed, ntu, ratio).expect("NTU ≥ 0, 0 < C_min/C_max ≤ 1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const AT_DESIGN: Weather = Weather { dry_bulb: UNIT_AIR, wet_bulb: UNIT_AIR };

    #[test]
    fn a_unit_meets_its_design_point_and_a_cooler_sized_for_it_is_one_unit() {
        let unit = DryCooler::of_units(1.0);
        let rate = UNIT_HEAT / (UNIT_WATER.0 - UNIT_WATER.1);
        assert_relative_eq!(
            unit.heat(UNIT_WATER.0, UNIT_WATER.1, rate, AT_DESIGN, 1.0),
            UNIT_HEAT,
            max_relative = 1e-9
        );
        assert_eq!(unit.fan_power(1.0), UNIT_FANS);
        let sized = DryCooler::sized(UNIT_WATER.0, 3.0 * rate, UNIT_AIR, APPROACH);
        assert_relative_eq!(sized.units(), 3.0, max_relative = 1e-8);
    }

    /// The fan law: in air 15 K colder the same heat takes far less than full speed, and power is its cube.
    #[test]
    fn fans_slow_down_in_colder_air_until_the_heat_is_just_met() {
        let unit = DryCooler::of_units(1.0);
        let rate = UNIT_HEAT / (UNIT_WATER.0 - UNIT_WATER.1);
        let cold = Weather { dry_bulb: UNIT_AIR - 15.0, wet_bulb: UNIT_AIR - 15.0 };
        let speed = unit.speed(UNIT_WATER.0, UNIT_WATER.1, rate, cold).unwrap();
        assert!(speed < 0.6 && speed > 0.1, "{speed}");
        assert_relative_eq!(
            unit.heat(UNIT_WATER.0, UNIT_WATER.1, rate, cold, speed),
            UNIT_HEAT,
            max_relative = 1e-9
        );
        assert_relative_eq!(unit.fan_power(speed), UNIT_FANS * speed.powi(3));
        let hot = Weather { dry_bulb: UNIT_AIR + 1.0, ..AT_DESIGN };
        assert!(unit.speed(UNIT_WATER.0, UNIT_WATER.1, rate, hot).is_none());
    }

    #[test]
    fn a_closer_approach_takes_a_larger_cooler() {
        let size = |approach| DryCooler::sized(320.0, 1e5, 308.0, approach).units();
        assert!(size(3.0) > size(6.0) && size(6.0) > size(9.0) && size(9.0) > 0.0);
    }
}
