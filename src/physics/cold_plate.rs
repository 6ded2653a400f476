//! Cold plates: thermal resistance to the *inlet* coolant against flow, and pressure drop.
//!
//! R(V) = a + b (V/V_ref)^−n, or a table that is linear in logarithms, or by the geometry of [`Channels`]. A resistance
//! to the inlet contains the coolant's own warming; [`ua_of_inlet_resistance`] takes it out. Flow in m³/s through the plate.
//! A pressure drop that says what it was measured with follows density and viscosity
//! ([`Measured`]); a measured R does not, so it holds near the temperature
//! and for the fluid of its test. Channels follow the coolant in both. Outside the measured flows
//! [`ColdPlateModel::in_range`] is false: warn.

use super::channels::Channels;
use super::curve::{CurveError, LogCurve};
pub use super::effectiveness::ua_of_inlet_resistance;
use super::hydraulics::{Loss, Measured, PressureDrop};
use crate::material::coolant::CoolantProperties;

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
    Channels(Channels),
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
    /// None: that of the channels, or nothing.
    pressure_drop: Option<Measured>,
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
                name: "highest flow (m³/s)",
                value: valid_flow.1,
                must_be: "more than the lowest flow",
            });
        }
        Ok(ColdPlateModel {
            resistance: Resistance::Fit { a, b, n },
            valid_flow,
            pressure_drop: None,
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
            pressure_drop: None,
            source: String::new(),
        })
    }

    /// Channels of a geometry, for every flow and coolant.
    ///
    /// # Errors
    /// [`ColdPlateError::Parameter`] for what is not positive, and a contact larger than the base.
    pub fn channels(channels: Channels) -> Result<Self, ColdPlateError> {
        let Channels { width, height, length, fin, base, conductivity, contact, .. } = channels;
        above_zero("width", width)?;
        above_zero("height", height)?;
        above_zero("length", length)?;
        above_zero("count", channels.count as f64)?;
        above_zero("fin", fin)?;
        above_zero("base", base)?;
        above_zero("conductivity", conductivity)?;
        at_least_zero("tim", channels.tim)?;
        above_zero("contact", contact)?;
        if contact > channels.base_area() * (1.0 + 1e-9) {
            let must_be = "at most the base's area, count × (width + fin) × length";
            return Err(ColdPlateError::Parameter { name: "contact", value: contact, must_be });
        }
        Ok(ColdPlateModel {
            resistance: Resistance::Channels(channels),
            valid_flow: (0.0, f64::INFINITY),
            pressure_drop: None,
            source: String::new(),
        })
    }

    /// The same plate with a measured pressure drop.
    ///
    /// # Errors
    /// [`ColdPlateError::Parameter`] for coefficients that are negative or not finite.
    pub fn with_pressure_drop(mut self, measured: Measured) -> Result<Self, ColdPlateError> {
        check_drop(&measured.drop)?;
        self.pressure_drop = Some(measured);
        Ok(self)
    }

    /// The library's cold plate of a name.
    ///
    /// All are the plate of the OCP 1 kW OAM (OCP liquid cooling guidelines, figures 7 and 8, as digitised in the
    /// Modelica Buildings library), case to inlet liquid, TIM2 included. Fits: PG25 ± 2.5 % (0.4 to 2.4 L/min), water
    /// ± 0.2 % (2 to 5 L/min); status E. Its pressure drop is not published: none there. [`OCP_CHANNELS`] is one geometry
    /// that gives both curves within 5 %, with a pressure drop that nothing confirms (E).
    pub fn from_name(name: &str) -> Option<ColdPlateModel> {
        let plate = LIBRARY.iter().find(|plate| plate.name == name)?;
        let (low, high) = plate.litres_per_minute;
        Some(ColdPlateModel {
            resistance: plate.resistance.clone(),
            valid_flow: (low * LITRE_PER_MINUTE, high * LITRE_PER_MINUTE),
            pressure_drop: None,
            source: plate.source.to_owned(),
        })
    }

    /// Names of the library's cold plates, for messages.
    pub fn names() -> impl Iterator<Item = &'static str> {
        LIBRARY.iter().map(|plate| plate.name)
    }

    /// Whether R is that of the coolant in the plate; else a curve of the flow as it enters.
    pub fn follows_coolant(&self) -> bool {
        matches!(self.resistance, Resistance::Channels(_))
    }

    /// Case or base to inlet coolant, K/W; infinite at rest. Flow in m³/s at the density of `fluid`, the coolant at its mean
    /// temperature in the plate where R follows it, else as it enters.
    pub fn resistance(&self, flow: f64, fluid: &CoolantProperties) -> f64 {
        let flow = flow.max(0.0);
        match &self.resistance {
            Resistance::Fit { a, b, n } => a + b * (flow / LITRE_PER_MINUTE).powf(-n),
            Resistance::Table(curve) => curve.value(flow),
            Resistance::Channels(_) if flow == 0.0 => f64::INFINITY,
            Resistance::Channels(channels) => channels.state(flow, fluid).resistance,
        }
    }

    /// 1/R, W/K; zero at rest.
    pub fn conductance(&self, flow: f64, fluid: &CoolantProperties) -> f64 {
        1.0 / self.resistance(flow, fluid)
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

    /// Its measured pressure drop; none of its own where channels give it.
    pub fn pressure_drop(&self) -> &Measured {
        self.pressure_drop.as_ref().unwrap_or(&Measured::NONE)
    }

    /// Δp and slope at a flow in m³/s where only a share of the channels is open.
    pub fn loss(&self, flow: f64, open: f64, fluid: &CoolantProperties) -> Loss {
        match (&self.pressure_drop, &self.resistance) {
            (Some(measured), _) => measured.through(open).loss(flow, fluid),
            (None, Resistance::Channels(channels)) => {
                let loss = channels.loss(flow / open, fluid);
                Loss { drop: loss.drop, slope: loss.slope / open }
            }
            (None, _) => Loss::default(),
        }
    }

    /// Whether it takes pressure at all.
    pub fn takes_pressure(&self) -> bool {
        let none = PressureDrop::Polynomial { linear: 0.0, quadratic: 0.0 };
        self.pressure_drop.as_ref().map_or(self.follows_coolant(), |measured| measured.drop != none)
    }

    /// Where a library plate is from; empty for the user's own, whose scene says it.
    pub fn source(&self) -> &str {
        &self.source
    }
}

const OCP_SOURCE: &str = "OCP liquid cooling guidelines, figures 7 and 8 (1 kW OAM), digitised in the Modelica Buildings library; fit (E)";
const OCP_CHANNELS_SOURCE: &str = "geometry fitted to OCP liquid cooling guidelines, figures 7 and 8 (1 kW OAM), both coolants within 5 % (E)";

/// A geometry that the OCP plate's PG25 and water curves allow (verify case `L-ocp`), under a case of 25 cm² with TIM2 of
/// 0.1 cm²K/W (E). The curves settle UA, the contact's resistance and what the metal conducts along the flow; not the
/// fins one by one, nor the pressure drop.
pub const OCP_CHANNELS: Channels = Channels {
    width: 0.4e-3,
    height: 3e-3,
    length: 45e-3,
    count: 110,
    fin: 0.4e-3,
    base: 2e-3,
    conductivity: 390.0,
    tim: 1e-5,
    contact: 25e-4,
};

struct LibraryPlate {
    name: &'static str,
    resistance: Resistance,
    litres_per_minute: (f64, f64),
    source: &'static str,
}

const LIBRARY: [LibraryPlate; 3] = [
    LibraryPlate {
        name: "ocp-1kw-oam-pg25",
        resistance: Resistance::Fit { a: 0.018_66, b: 0.005_40, n: 1.44 },
        litres_per_minute: (0.4, 2.4),
        source: OCP_SOURCE,
    },
    LibraryPlate {
        name: "ocp-1kw-oam-water",
        resistance: Resistance::Fit { a: 0.014_06, b: 0.007_28, n: 1.21 },
        litres_per_minute: (2.0, 5.0),
        source: OCP_SOURCE,
    },
    LibraryPlate {
        name: "ocp-1kw-oam-channels",
        resistance: Resistance::Channels(OCP_CHANNELS),
        litres_per_minute: (0.4, 5.0),
        source: OCP_CHANNELS_SOURCE,
    },
];

#[cfg(test)]
#[path = "cold_plate_tests.rs"]
mod tests;
