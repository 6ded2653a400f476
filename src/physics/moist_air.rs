//! Moist air at a total pressure: saturation, humidity ratio, enthalpy per kg of dry air, wet bulb.
//!
//! ```text
//! ws = 0.621945 pws/(p − pws)          h = cp t + W (hg0 + cpv t),  t in °C, 0 for dry air at 0 °C
//! W  = [(hg0 − c1 t*) ws* − cp (t − t*)] / (hg0 + cpv t − cw t*)        t* wet bulb, ws* saturated at it
//! ```
//!
//! Source: ASHRAE Handbook of Fundamentals, psychrometrics: Hyland–Wexler saturation over water and ice
//! (−100 to 200 °C), W by wet bulb over water and ice. Temperatures in K, pressures in Pa, W in kg/kg, h in J/kg.
//! Left out: the enhancement factor of air for vapour, 0.4 % of ws.

use crate::units::ZERO_CELSIUS;

/// Heat of vaporisation at 0 °C, J/kg.
const HG0: f64 = 2_501e3;
/// cp of dry air, J/(kg K).
const CP: f64 = 1_006.0;
/// cp of water vapour, J/(kg K).
const CPV: f64 = 1_860.0;
/// Temperatures that are evaluated, K; the nearest end outside.
const EVALUATED: (f64, f64) = (200.0, 371.0);

/// Saturation pressure over water, over ice below 0 °C, Pa.
#[must_use]
pub fn saturation_pressure(temperature: f64) -> f64 {
    let t = temperature.clamp(EVALUATED.0, EVALUATED.1);
    let exponent = if t >= ZERO_CELSIUS {
        -5.800_220_6e3 / t + 1.391_499_3 - 4.864_023_9e-2 * t + 4.176_476_8e-5 * t * t
            - 1.445_209_3e-8 * t.powi(3)
            + 6.545_967_3 * t.ln()
    } else {
        -5.674_535_9e3 / t + 6.392_524_7 - 9.677_843e-3 * t
            + 6.221_570_1e-7 * t * t
            + 2.074_782_5e-9 * t.powi(3)
            - 9.484_024e-13 * t.powi(4)
            + 4.163_501_9 * t.ln()
    };
    exponent.exp()
}

/// Humidity ratio of saturated air.
#[must_use]
pub fn saturated_humidity_ratio(temperature: f64, pressure: f64) -> f64 {
    let vapour = saturation_pressure(temperature).min(0.99 * pressure);
    0.621_945 * vapour / (pressure - vapour)
}

/// Humidity ratio by dry and wet bulb; 0 where the pair is impossible.
#[must_use]
pub fn humidity_ratio(dry_bulb: f64, wet_bulb: f64, pressure: f64) -> f64 {
    let (t, wet) = (dry_bulb - ZERO_CELSIUS, wet_bulb - ZERO_CELSIUS);
    let saturated = saturated_humidity_ratio(wet_bulb, pressure);
    // Over water, and over ice.
    let (melt, slope, liquid) = if wet >= 0.0 { (0.0, 2_326.0, 4_186.0) } else { (329e3, 240.0, 2_100.0) };
    let found =
        ((HG0 + melt - slope * wet) * saturated - CP * (t - wet)) / (HG0 + melt + CPV * t - liquid * wet);
    found.max(0.0)
}

/// Enthalpy per kg of dry air.
#[must_use]
pub fn enthalpy(temperature: f64, humidity_ratio: f64) -> f64 {
    let t = temperature - ZERO_CELSIUS;
    CP * t + humidity_ratio * (HG0 + CPV * t)
}

/// Enthalpy of saturated air per kg of dry air.
#[must_use]
pub fn saturated_enthalpy(temperature: f64, pressure: f64) -> f64 {
    enthalpy(temperature, saturated_humidity_ratio(temperature, pressure))
}

/// Temperature at which saturated air has an enthalpy.
#[must_use]
pub fn saturated_temperature(enthalpy: f64, pressure: f64) -> f64 {
    let (mut low, mut high) = EVALUATED;
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if saturated_enthalpy(middle, pressure) < enthalpy { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    const SEA_LEVEL: f64 = 101_325.0;

    fn kelvin(celsius: f64) -> f64 {
        celsius + ZERO_CELSIUS
    }

    /// ASHRAE Fundamentals, thermodynamic properties of water at saturation and of moist air.
    #[test]
    fn saturation_agrees_with_the_handbooks_tables() {
        for (celsius, pascals) in [(-10.0, 259.9), (0.01, 611.7), (20.0, 2_338.8), (40.0, 7_383.6)] {
            assert_relative_eq!(saturation_pressure(kelvin(celsius)), pascals, max_relative = 1e-3);
        }
        for (celsius, ratio, joules) in [(20.0, 0.014_758, 57_555.0), (30.0, 0.027_329, 100_006.0)] {
            assert_relative_eq!(
                saturated_humidity_ratio(kelvin(celsius), SEA_LEVEL),
                ratio,
                max_relative = 6e-3
            );
            assert_relative_eq!(saturated_enthalpy(kelvin(celsius), SEA_LEVEL), joules, max_relative = 6e-3);
        }
    }

    #[test]
    fn air_whose_wet_bulb_is_its_dry_bulb_is_saturated_and_enthalpy_finds_its_temperature() {
        for celsius in [-15.0, 0.0, 12.0, 35.0] {
            let saturated = saturated_humidity_ratio(kelvin(celsius), SEA_LEVEL);
            let by_bulbs = humidity_ratio(kelvin(celsius), kelvin(celsius), SEA_LEVEL);
            assert_relative_eq!(by_bulbs, saturated, max_relative = 2e-3);
            let back = saturated_temperature(saturated_enthalpy(kelvin(celsius), SEA_LEVEL), SEA_LEVEL);
            assert_relative_eq!(back, kelvin(celsius), epsilon = 1e-6);
        }
        // 40 °C with a wet bulb of 20 °C: 6.5 g/kg read off the handbook's chart to 0.1, which has the enhancement factor,
        // 0.44 % of 14.7 g/kg.
        let found = humidity_ratio(kelvin(40.0), kelvin(20.0), SEA_LEVEL);
        assert!((found - 0.006_5).abs() < 0.000_05 + 0.004_4 * 0.014_7, "{found}");
    }
}
