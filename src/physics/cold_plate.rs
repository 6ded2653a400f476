//! Cold plates: thermal resistance to the *inlet* coolant against flow, and pressure drop.
//!
//! R(V) = a + b (V/V_ref)^−n, or a table that is linear in logarithms. A resistance to the inlet contains the
//! coolant's own warming; [`ua_of_inlet_resistance`] takes it out. Flow in m³/s through the plate.
//! A pressure drop that says what it was measured with follows density and viscosity
//! ([`Measured`]); R does not, so it holds near the temperature
//! and for the fluid of its test. Outside the measured flows [`ColdPlateModel::in_range`] is false: warn.

use super::curve::{CurveError, LogCurve};
pub use super::effectiveness::ua_of_inlet_resistance;
use super::hydraulics::{Measured, PressureDrop};

/// 1 L/min in m³/s.
const LITRE_PER_MINUTE: f64 = 1e-3 / 60.0;

/// Why a cold plate is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ColdPlateError {
    /// A table of resistances that is no curve.
    #[error("cold plate resistance: {0}")]
    Curve(#[from] CurveError),
    /// A parameter that is negative, not finite, or leaves nothing.
    #[error("cold plate: {name} = {value} must be {must_be}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// Its value, SI.
        value: f64,
        /// What it must be.
        must_be: &'static str,
    },
}

/// Resistance against flow.
#[derive(Clone, Debug, PartialEq)]
enum Resistance {
    /// a + b (V/1 L/min)^−n.
    Fit {
        a: f64,
        b: f64,
        n: f64,
    },
    Table(LogCurve),
}

/// Refuses coefficients that are negative or not finite.
fn check_drop(drop: &PressureDrop) -> Result<(), ColdPlateError> {
    match drop {
        PressureDrop::Polynomial { linear, quadratic } => {
            at_least_zero("linear pressure coefficient", *linear)?;
            at_least_zero("quadratic pressure coefficient", *quadratic)
        }
        PressureDrop::Power { flow, drop, exponent } => {
            above_zero("flow of the pressure drop", *flow)?;
            at_least_zero("pressure drop", *drop)?;
            above_zero("exponent of the pressure drop", *exponent)
        }
        // Checked when its curve was made.
        PressureDrop::Table(_) => Ok(()),
    }
}

fn at_least_zero(name: &'static str, value: f64) -> Result<(), ColdPlateError> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(ColdPlateError::Parameter { name, value, must_be: "zero or more" })
}

fn above_zero(name: &'static str, value: f64) -> Result<(), ColdPlateError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(ColdPlateError::Parameter { name, value, must_be: "more than zero" })
}

/// Thermal and hydraulic model of a cold plate.
#[derive(Clone, Debug, PartialEq)]
pub struct ColdPlateModel {
    resistance: Resistance,
    valid_flow: (f64, f64),
    pressure_drop: Measured,
    source: String,
}

impl ColdPlateModel {
    /// R = a + b (V in L/min)^−n in K/W, valid between two flows in m³/s.
    ///
    /// # Errors
    /// [`ColdPlateError`] for negative a or n, b that is not positive, or an empty range.
    pub fn fit(a: f64, b: f64, n: f64, valid_flow: (f64, f64)) -> Result<Self, ColdPlateError> {
        at_least_zero("a", a)?;
        above_zero("b", b)?;
        above_zero("n", n)?;
        above_zero("lowest flow", valid_flow.0)?;
        if valid_flow.1.is_nan() || valid_flow.1 <= valid_flow.0 {
            return Err(ColdPlateError::Parameter {
                name: "highest flow",
                value: valid_flow.1,
                must_be: "more than the lowest flow",
            });
        }
        Ok(ColdPlateModel {
            resistance: Resistance::Fit { a, b, n },
            valid_flow,
            pressure_drop: Measured::NONE,
            source: String::new(),
        })
    }

    /// Points of flow in m³/s and resistance in K/W, log-interpolated.
    ///
    /// # Errors
    /// [`ColdPlateError::Curve`] names the point that is wrong.
    pub fn table(points: Vec<(f64, f64)>) -> Result<Self, ColdPlateError> {
        let curve = LogCurve::new(points)?;
        Ok(ColdPlateModel {
            valid_flow: curve.range(),
            resistance: Resistance::Table(curve),
            pressure_drop: Measured::NONE,
            source: String::new(),
        })
    }

    /// The same plate with a pressure drop.
    ///
    /// # Errors
    /// [`ColdPlateError::Parameter`] for coefficients that are negative or not finite.
    pub fn with_pressure_drop(mut self, measured: Measured) -> Result<Self, ColdPlateError> {
        check_drop(&measured.drop)?;
        self.pressure_drop = measured;
        Ok(self)
    }

    /// The library's cold plate of a name.
    ///
    /// Both are the plate of the OCP 1 kW OAM (OCP liquid cooling guidelines, figures 7 and 8, as digitised in the
    /// Modelica Buildings library), case to inlet liquid, TIM2 included. Fits: PG25 ± 2.5 % (0.4 to 2.4 L/min), water
    /// ± 0.2 % (2 to 5 L/min); status E. Its pressure drop is not published: none here.
    pub fn from_name(name: &str) -> Option<ColdPlateModel> {
        let plate = LIBRARY.iter().find(|plate| plate.name == name)?;
        Some(ColdPlateModel {
            resistance: Resistance::Fit { a: plate.a, b: plate.b, n: plate.n },
            valid_flow: (
                plate.litres_per_minute.0 * LITRE_PER_MINUTE,
                plate.litres_per_minute.1 * LITRE_PER_MINUTE,
            ),
            pressure_drop: Measured::NONE,
            source: OCP_SOURCE.to_owned(),
        })
    }

    /// Names of the library's cold plates, for messages.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LIBRARY.iter().map(|plate| plate.name)
    }

    /// Case or base to inlet coolant at a flow in m³/s, K/W; infinite at rest.
    pub fn resistance(&self, flow: f64) -> f64 {
        let flow = flow.max(0.0);
        match &self.resistance {
            Resistance::Fit { a, b, n } => a + b * (flow / LITRE_PER_MINUTE).powf(-n),
            Resistance::Table(curve) => curve.value(flow),
        }
    }

    /// 1/R, W/K; zero at rest.
    pub fn conductance(&self, flow: f64) -> f64 {
        1.0 / self.resistance(flow)
    }

    /// Flows for which the resistance was measured, m³/s.
    pub fn valid_flow(&self) -> (f64, f64) {
        self.valid_flow
    }

    /// Whether a flow in m³/s lies within the measured ones (1e-9 of slack for rounding).
    pub fn in_range(&self, flow: f64) -> bool {
        let (lowest, highest) = self.valid_flow;
        (lowest * (1.0 - 1e-9)..=highest * (1.0 + 1e-9)).contains(&flow)
    }

    /// Its pressure drop.
    pub fn pressure_drop(&self) -> &Measured {
        &self.pressure_drop
    }

    /// Where a library plate is from; empty for the user's own, whose scene says it.
    pub fn source(&self) -> &str {
        &self.source
    }
}

const OCP_SOURCE: &str = "OCP liquid cooling guidelines, figures 7 and 8 (1 kW OAM), digitised in the Modelica Buildings library; fit (E)";

struct LibraryPlate {
    name: &'static str,
    a: f64,
    b: f64,
    n: f64,
    litres_per_minute: (f64, f64),
}

const LIBRARY: [LibraryPlate; 2] = [
    LibraryPlate {
        name: "ocp-1kw-oam-pg25",
        a: 0.018_66,
        b: 0.005_40,
        n: 1.44,
        litres_per_minute: (0.4, 2.4),
    },
    LibraryPlate {
        name: "ocp-1kw-oam-water",
        a: 0.014_06,
        b: 0.007_28,
        n: 1.21,
        litres_per_minute: (2.0, 5.0),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// L/min, K/W: OCP liquid cooling guidelines, figures 7 and 8.
    const PG25: [(f64, f64); 14] = [
        (0.4, 0.0389),
        (0.5, 0.0325),
        (0.6, 0.0300),
        (0.7, 0.0280),
        (0.8, 0.0265),
        (0.9, 0.0255),
        (1.0, 0.0245),
        (1.2, 0.0230),
        (1.4, 0.0220),
        (1.6, 0.0214),
        (1.8, 0.0209),
        (2.0, 0.0204),
        (2.2, 0.0200),
        (2.4, 0.0197),
    ];
    const WATER: [(f64, f64); 4] = [(2.0, 0.0172), (3.0, 0.0160), (4.0, 0.0154), (5.0, 0.0151)];

    fn largest_error(plate: &ColdPlateModel, points: &[(f64, f64)]) -> f64 {
        points
            .iter()
            .map(|(v, r)| (plate.resistance(v * LITRE_PER_MINUTE) / r - 1.0).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn the_ocp_plate_meets_its_published_points() {
        let pg25 = ColdPlateModel::from_name("ocp-1kw-oam-pg25").unwrap();
        let water = ColdPlateModel::from_name("ocp-1kw-oam-water").unwrap();
        assert!(largest_error(&pg25, &PG25) < 0.025, "{}", largest_error(&pg25, &PG25));
        assert!(largest_error(&water, &WATER) < 0.004);
        // The fits are no fit of each other.
        assert!(largest_error(&water, &PG25) > 0.05);
    }

    #[test]
    fn the_valid_range_of_the_pg25_plate_ends_at_2_4_l_min() {
        let plate = ColdPlateModel::from_name("ocp-1kw-oam-pg25").unwrap();
        assert!(plate.in_range(2.4 * LITRE_PER_MINUTE));
        assert!(!plate.in_range(2.5 * LITRE_PER_MINUTE));
        assert!(!plate.in_range(0.3 * LITRE_PER_MINUTE));
    }

    #[test]
    fn a_table_is_met_at_its_points_and_a_plate_at_rest_carries_nothing() {
        let points: Vec<(f64, f64)> = PG25.iter().map(|(v, r)| (v * LITRE_PER_MINUTE, *r)).collect();
        let plate = ColdPlateModel::table(points.clone()).unwrap();
        for (flow, resistance) in points {
            assert_relative_eq!(plate.resistance(flow), resistance, max_relative = 1e-12);
        }
        assert_eq!(plate.conductance(0.0), 0.0);
        assert_eq!(ColdPlateModel::from_name("ocp-1kw-oam-pg25").unwrap().conductance(0.0), 0.0);
    }

    #[test]
    fn sc777_pressure_ratio_follows_its_exponent() {
        // Lenovo LP2048: 0.93 bar at 7.0 L/min, 0.70 bar at 6.0 L/min per tray, exponent 1.84.
        let drop = PressureDrop::Power { flow: 7.0 * LITRE_PER_MINUTE, drop: 93e3, exponent: 1.84 };
        assert_relative_eq!(drop.at(6.0 * LITRE_PER_MINUTE), 70e3, max_relative = 1e-3);
        assert_relative_eq!(drop.at(-6.0 * LITRE_PER_MINUTE), -70e3, max_relative = 1e-3);
        assert_eq!(drop.at(0.0), 0.0);
    }

    #[test]
    fn linear_and_quadratic_drops_add() {
        let plate = ColdPlateModel::fit(0.01, 0.01, 1.0, (1e-6, 1e-4))
            .unwrap()
            .with_pressure_drop(PressureDrop::Polynomial { linear: 4.0e8, quadratic: 9.0e12 }.into())
            .unwrap();
        // 6 L/min: 4e8 · 1e-4 + 9e12 · 1e-8 Pa.
        assert_relative_eq!(plate.pressure_drop().drop.at(1e-4), 130e3, max_relative = 1e-12);
    }

    #[test]
    fn wrong_parameters_are_refused_by_name() {
        assert!(ColdPlateModel::fit(-1.0, 0.1, 1.0, (1e-6, 1e-5)).is_err());
        assert!(ColdPlateModel::fit(0.1, 0.1, 1.0, (1e-5, 1e-6)).is_err());
        assert!(ColdPlateModel::table(vec![]).is_err());
        let plate = ColdPlateModel::fit(0.1, 0.1, 1.0, (1e-6, 1e-5)).unwrap();
        let drop = PressureDrop::Polynomial { linear: f64::NAN, quadratic: 0.0 };
        assert!(plate.with_pressure_drop(drop.into()).is_err());
        assert_eq!(ColdPlateModel::from_name("no-such-plate"), None);
    }
}
