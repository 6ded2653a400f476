//! Dry air: ideal gas density and Sutherland transport properties.
//!
//! ρ = p/(R T), µ = Cµ T^1.5/(T + 110.4), k = Ck T^1.5/(T + 162.5), cp = 1006 + 4.5e-4 t² (t in °C).
//! The constants Cµ, Ck and the cp fit are adjusted to CoolProp 8.0.0 values for dry air at 101.325 kPa
//! (10 to 65 °C), which they meet within 0.1 %. Humidity is left out: at 20 °C and 50 % it lowers ρ by 0.4 %.

/// Specific gas constant of dry air, J/(kg K) (ISO 2533).
pub const GAS_CONSTANT: f64 = 287.052_87;
/// Sea-level pressure of the standard atmosphere, Pa (ISO 2533).
pub const STANDARD_PRESSURE: f64 = 101_325.0;
/// Temperatures for which the fits are checked, K (10 to 65 °C).
pub const CHECKED_RANGE: (f64, f64) = (283.15, 338.15);

/// Speed up to which air may be taken as incompressible, m/s: 0.3 of the speed of sound, 343 m/s at 20 °C, where
/// its density changes by 4 %.
pub const FASTEST: f64 = 100.0;

/// Outside these the nearest end is used, K: an iteration may pass through temperatures that no rack has.
const EVALUATED_RANGE: (f64, f64) = (150.0, 1000.0);
const ZERO_CELSIUS: f64 = 273.15;

/// Properties of air at one state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AirProperties {
    /// ρ, kg/m³.
    pub density: f64,
    /// cp, J/(kg K).
    pub specific_heat: f64,
    /// k, W/(m K).
    pub conductivity: f64,
    /// µ, Pa s.
    pub viscosity: f64,
}

impl AirProperties {
    /// ν = µ/ρ, m²/s.
    pub fn kinematic_viscosity(&self) -> f64 {
        self.viscosity / self.density
    }

    /// Pr = µ cp/k.
    pub fn prandtl(&self) -> f64 {
        self.viscosity * self.specific_heat / self.conductivity
    }
}

/// Properties at a temperature in K and an absolute pressure in Pa.
pub fn properties(temperature: f64, pressure: f64) -> AirProperties {
    let t = temperature.clamp(EVALUATED_RANGE.0, EVALUATED_RANGE.1);
    let t_power = t * t.sqrt();
    let t_celsius = (t - ZERO_CELSIUS).clamp(0.0, 200.0);
    AirProperties {
        density: pressure / (GAS_CONSTANT * t),
        specific_heat: 1006.0 + 4.5e-4 * t_celsius * t_celsius,
        conductivity: 2.3482e-3 * t_power / (t + 162.5),
        viscosity: 1.4649e-6 * t_power / (t + 110.4),
    }
}

/// Density at a temperature in K and an absolute pressure in Pa, kg/m³.
pub fn density(temperature: f64, pressure: f64) -> f64 {
    properties(temperature, pressure).density
}

/// Whether the fits are checked at this temperature in K.
pub fn in_range(temperature: f64) -> bool {
    (CHECKED_RANGE.0..=CHECKED_RANGE.1).contains(&temperature)
}

/// Pressure of the standard atmosphere at an altitude in m, Pa; −1 to 11 km (ISO 2533), held outside.
pub fn pressure_at_altitude(altitude: f64) -> f64 {
    let base = 1.0 - 2.255_77e-5 * altitude.clamp(-1000.0, 11_000.0);
    STANDARD_PRESSURE * base.powf(5.255_88)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// t °C, ρ kg/m³, k W/mK, µ µPa s: CoolProp 8.0.0, dry air at 101.325 kPa.
    const REFERENCE: [(f64, f64, f64, f64); 4] = [
        (10.0, 1.2472, 0.02512, 17.72),
        (20.0, 1.2046, 0.02587, 18.21),
        (40.0, 1.1274, 0.02735, 19.17),
        (60.0, 1.0596, 0.02880, 20.10),
    ];

    #[test]
    fn air_agrees_with_reference_data_within_a_tenth_of_a_percent() {
        for (t, rho, k, mu) in REFERENCE {
            let air = properties(t + 273.15, STANDARD_PRESSURE);
            assert_relative_eq!(air.density, rho, max_relative = 1e-3);
            assert_relative_eq!(air.conductivity, k, max_relative = 1e-3);
            assert_relative_eq!(air.viscosity, mu * 1e-6, max_relative = 1e-3);
            assert!((1005.9..1008.1).contains(&air.specific_heat));
            assert!((0.70..0.72).contains(&air.prandtl()));
        }
    }

    #[test]
    fn six_thousand_cfm_at_25_degc_carry_3_49_kw_per_kelvin() {
        // Four DGX B200 at 1550 CFM each: engineering.md section 4.
        let air = properties(298.15, STANDARD_PRESSURE);
        let capacity_rate = 6200.0 * 4.719_474_432e-4 * air.density * air.specific_heat;
        assert_relative_eq!(capacity_rate, 3490.0, max_relative = 2e-3);
    }

    #[test]
    fn pressure_falls_to_79_5_kpa_at_2000_m() {
        // ISO 2533: 79,495 Pa at 2000 m geopotential.
        assert_relative_eq!(pressure_at_altitude(2000.0), 79_495.0, max_relative = 1e-4);
        assert_relative_eq!(pressure_at_altitude(0.0), 101_325.0);
    }

    #[test]
    fn absurd_temperatures_give_finite_positive_properties() {
        for temperature in [-1e6, 0.0, 1e6] {
            let air = properties(temperature, STANDARD_PRESSURE);
            assert!(air.density > 0.0 && air.density.is_finite());
            assert!(air.viscosity > 0.0 && air.conductivity > 0.0);
        }
        assert!(!in_range(400.0) && in_range(300.0));
    }
}
