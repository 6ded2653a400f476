//! Liquid coolants: density, specific heat, conductivity, viscosity and enthalpy against temperature.
//!
//! Built in, t in °C, polynomials in t: ρ, cp and k of degree two, ln µ of degree three.
//!
//! | fluid | source of the fit | largest error |
//! |---|---|---|
//! | water | CoolProp 8.0.0 (IAPWS) at 3 bar, 5 to 75 °C | ρ 0.04, cp 0.13, k 0.19, µ 0.32 % |
//! | PG25 by mass | CoolProp 8.0.0, Melinder MPG 25 % by mass, 5 to 75 °C | 0.024 % |
//! | PG25 by volume | CoolProp 8.0.0, ASHRAE APG 25 % by volume, 5 to 70 °C, fitted to tests/data/validation/pg25_properties.csv | 0.002 % |
//! | propylene glycol 20, 30, 40, 50 % by mass | CoolProp 8.0.0, Melinder MPG, 5 to 75 °C | 0.025 % |
//! | ethylene glycol 20, 30, 40, 50 % by mass | CoolProp 8.0.0, Melinder MEG, 5 to 75 °C | 0.019 % |
//! | dielectric | single-phase hydrocarbon, ρ 820, cp 2150, k 0.135, 8.75 cSt at 40 °C (P, V2); ν after ASTM D341 with a slope of 3.6, ρ with 7.5e-4 /K (E), 10 to 90 °C | 0.31 % of that |
//!
//! The two PG25 are different fluids. Inhibited commercial PG25 reads 3 to 14 % higher in viscosity.
//! Enthalpy is the exact integral of the same cp, zero at 0 °C, so that ṁ (h_out − h_in) and ∫ ṁ cp dT agree to
//! rounding. Outside the valid range every property keeps its value at the nearest end (and h goes on with that cp):
//! [`Coolant::in_range`] tells, and the caller warns. Pressure dependence is left out; [`Coolant::liquid`] says where the
//! fluid freezes and, at atmospheric pressure, boils.

use super::coolant_fits::{BUILT_IN, Fit, PG25_BY_MASS, WATER};
use std::fmt;

const ZERO_CELSIUS: f64 = 273.15;

/// Properties of a coolant at one temperature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoolantProperties {
    /// ρ, kg/m³.
    pub density: f64,
    /// cp, J/(kg K).
    pub specific_heat: f64,
    /// k, W/(m K).
    pub conductivity: f64,
    /// µ, Pa s.
    pub viscosity: f64,
}

impl CoolantProperties {
    /// Pr = µ cp/k.
    pub fn prandtl(&self) -> f64 {
        self.viscosity * self.specific_heat / self.conductivity
    }

    fn is_physical(&self) -> bool {
        let values = [self.density, self.specific_heat, self.conductivity, self.viscosity];
        values.iter().all(|value| value.is_finite() && *value > 0.0)
    }
}

/// Why a user's coolant is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CoolantError {
    /// A table of one row or none.
    #[error("a coolant table needs at least two rows, not {rows}")]
    TooFewRows {
        /// Number of rows given.
        rows: usize,
    },
    /// Temperatures that do not rise.
    #[error("coolant table: temperature {temperature} K in row {row} does not rise above the row before")]
    NotRising {
        /// Row, counted from 1.
        row: usize,
        /// Its temperature, K.
        temperature: f64,
    },
    /// A property that is zero, negative or not finite.
    #[error(
        "coolant table: density, specific heat, conductivity and viscosity of row {row} must be positive"
    )]
    NotPositive {
        /// Row, counted from 1; 1 for a coolant of constant properties.
        row: usize,
    },
}

/// A liquid with its properties.
#[derive(Clone, Debug, PartialEq)]
pub struct Coolant {
    kind: Kind,
    /// What its scene calls it; none for the built-in ones.
    name: Option<String>,
    /// Freezing and boiling point, K, where they are known.
    liquid: (Option<f64>, Option<f64>),
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Fit(&'static Fit),
    Constant(CoolantProperties),
    Table(Vec<(f64, CoolantProperties)>),
}

impl Coolant {
    fn of(kind: Kind) -> Coolant {
        let liquid = match &kind {
            Kind::Fit(fit) => (fit.freezing.map(|t| t + ZERO_CELSIUS), fit.boiling.map(|t| t + ZERO_CELSIUS)),
            _ => (None, None),
        };
        Coolant { kind, name: None, liquid }
    }

    /// Freezing point, and boiling point at atmospheric pressure, K, where they are known.
    #[must_use]
    pub fn liquid(&self) -> (Option<f64>, Option<f64>) {
        self.liquid
    }

    /// The same fluid with its freezing and boiling point, K.
    #[must_use]
    pub fn liquid_between(self, freezing: Option<f64>, boiling: Option<f64>) -> Coolant {
        Coolant { liquid: (freezing, boiling), ..self }
    }

    /// The same fluid under a name of its own.
    #[must_use]
    pub fn named(self, name: &str) -> Coolant {
        Coolant { name: Some(name.to_owned()), ..self }
    }

    /// Pure water.
    pub fn water() -> Coolant {
        Coolant::of(Kind::Fit(&WATER))
    }

    /// Propylene glycol, 25 % by mass.
    pub fn pg25_by_mass() -> Coolant {
        Coolant::of(Kind::Fit(&PG25_BY_MASS))
    }

    /// Propylene glycol, 25 % by volume.
    pub fn pg25_by_volume() -> Coolant {
        Coolant::of(Kind::Fit(&super::coolant_fits::PG25_BY_VOLUME))
    }

    /// The built-in coolant of a name: `water`, `pg25` (by mass), `pg25-by-volume`, `pg20` … `eg50`, `dielectric`.
    pub fn from_name(name: &str) -> Option<Coolant> {
        let fit = BUILT_IN.iter().find(|fit| fit.name == name)?;
        Some(Coolant::of(Kind::Fit(fit)))
    }

    /// Names of the built-in coolants, for messages.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|fit| fit.name)
    }

    /// A fluid whose properties do not depend on temperature.
    ///
    /// # Errors
    /// [`CoolantError::NotPositive`].
    pub fn constant(properties: CoolantProperties) -> Result<Coolant, CoolantError> {
        if !properties.is_physical() {
            return Err(CoolantError::NotPositive { row: 1 });
        }
        Ok(Coolant::of(Kind::Constant(properties)))
    }

    /// A fluid from rows of temperature in K and properties; ρ, cp, k and ln µ are linear in between.
    ///
    /// # Errors
    /// [`CoolantError`] names the row that is wrong.
    pub fn table(rows: Vec<(f64, CoolantProperties)>) -> Result<Coolant, CoolantError> {
        if rows.len() < 2 {
            return Err(CoolantError::TooFewRows { rows: rows.len() });
        }
        for (index, (temperature, properties)) in rows.iter().enumerate() {
            let row = index + 1;
            let rises = index == 0 || *temperature > rows[index - 1].0;
            if !rises || !temperature.is_finite() {
                return Err(CoolantError::NotRising { row, temperature: *temperature });
            }
            if !properties.is_physical() {
                return Err(CoolantError::NotPositive { row });
            }
        }
        Ok(Coolant::of(Kind::Table(rows)))
    }

    /// Lowest and highest valid temperature, K.
    pub fn range(&self) -> (f64, f64) {
        match &self.kind {
            Kind::Fit(fit) => (fit.range.0 + ZERO_CELSIUS, fit.range.1 + ZERO_CELSIUS),
            Kind::Constant(_) => (0.0, f64::INFINITY),
            Kind::Table(rows) => (rows[0].0, rows[rows.len() - 1].0),
        }
    }

    /// Whether the properties are valid at a temperature in K.
    pub fn in_range(&self, temperature: f64) -> bool {
        let (lowest, highest) = self.range();
        (lowest..=highest).contains(&temperature)
    }

    /// Properties at a temperature in K; those of the nearest end outside the range.
    pub fn properties(&self, temperature: f64) -> CoolantProperties {
        let (lowest, highest) = self.range();
        let inside = temperature.max(lowest).min(highest);
        match &self.kind {
            Kind::Fit(fit) => fit.properties(inside - ZERO_CELSIUS),
            Kind::Constant(properties) => *properties,
            Kind::Table(rows) => interpolate(rows, inside),
        }
    }

    /// Specific enthalpy at a temperature in K, J/kg: ∫ cp dT, zero at 0 °C.
    pub fn enthalpy(&self, temperature: f64) -> f64 {
        self.integral(temperature) - self.integral(ZERO_CELSIUS)
    }

    /// ∫ cp dT from any fixed temperature.
    fn integral(&self, temperature: f64) -> f64 {
        let (lowest, highest) = self.range();
        match &self.kind {
            Kind::Constant(properties) => properties.specific_heat * (temperature - ZERO_CELSIUS),
            Kind::Fit(fit) => {
                let inside = temperature.max(lowest).min(highest);
                let cp = fit.properties(inside - ZERO_CELSIUS).specific_heat;
                fit.enthalpy(inside - ZERO_CELSIUS) + cp * (temperature - inside)
            }
            Kind::Table(rows) => table_integral(rows, temperature),
        }
    }

    /// Temperature in K at which the enthalpy is `enthalpy` J/kg: the inverse of [`Coolant::enthalpy`].
    ///
    /// Newton's method on a function whose slope cp varies little; it ends when the step is rounding.
    pub fn temperature_of_enthalpy(&self, enthalpy: f64) -> f64 {
        let specific_heat = self.properties(ZERO_CELSIUS).specific_heat;
        let mut temperature = ZERO_CELSIUS + enthalpy / specific_heat;
        for _ in 0..60 {
            let error = self.enthalpy(temperature) - enthalpy;
            let step = error / self.properties(temperature).specific_heat;
            temperature -= step;
            if step.abs() <= 1e-14 * temperature.abs() {
                break;
            }
        }
        temperature
    }
}

impl fmt::Display for Coolant {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            return formatter.write_str(name);
        }
        formatter.write_str(match &self.kind {
            Kind::Fit(fit) => fit.name,
            Kind::Constant(_) => "constant properties",
            Kind::Table(_) => "user table",
        })
    }
}

fn interpolate(rows: &[(f64, CoolantProperties)], temperature: f64) -> CoolantProperties {
    let upper = rows.partition_point(|(known, _)| *known < temperature).clamp(1, rows.len() - 1);
    let ((t0, low), (t1, high)) = (rows[upper - 1], rows[upper]);
    let share = (temperature - t0) / (t1 - t0);
    let mix = |a: f64, b: f64| a + share * (b - a);
    CoolantProperties {
        density: mix(low.density, high.density),
        specific_heat: mix(low.specific_heat, high.specific_heat),
        conductivity: mix(low.conductivity, high.conductivity),
        viscosity: mix(low.viscosity.ln(), high.viscosity.ln()).exp(),
    }
}

/// ∫ cp dT from the first row: trapezes are exact for a cp that is linear in between.
fn table_integral(rows: &[(f64, CoolantProperties)], temperature: f64) -> f64 {
    let (first, last) = (rows[0], rows[rows.len() - 1]);
    if temperature <= first.0 {
        return first.1.specific_heat * (temperature - first.0);
    }
    let mut sum = last.1.specific_heat * (temperature - last.0).max(0.0);
    for pair in rows.windows(2) {
        let ((t0, low), (t1, _)) = (pair[0], pair[1]);
        if temperature <= t0 {
            break;
        }
        let end = temperature.min(t1);
        let cp_end = interpolate(pair, end).specific_heat;
        sum += 0.5 * (low.specific_heat + cp_end) * (end - t0);
    }
    sum
}

/// Molar heat of vaporisation over the gas constant, K: of water at 100 °C, 40.66 kJ/mol (IAPWS-95); aqueous glycols boil
/// off water.
const VAPORISATION: f64 = 40_660.0 / 8.314_46;

/// Boiling point under a pressure in Pa, K, from that at 101 325 Pa: ln(p/p₀) = L/R (1/T₀ − 1/T) (Clausius and
/// Clapeyron). Water's to 0.5 K from 0.5 to 4 bar; of other liquids about as good as L follows water's.
#[must_use]
pub fn boiling_under(at_atmosphere: f64, pressure: f64) -> f64 {
    let inverse = 1.0 / at_atmosphere - (pressure / 101_325.0).ln() / VAPORISATION;
    1.0 / inverse
}

#[cfg(test)]
#[path = "coolant_tests.rs"]
mod tests;
