//! Values with units: `"120 kW"`, `"35 degC"`, `"40 L/min"`, `"= tray_height - 8 mm"` to SI.
//!
//! Everything inside racktherm is `f64` in SI with absolute temperatures in kelvin; this module is the only
//! place that knows other units. Compound units are parsed as products, quotients and integer powers of the
//! symbols in one table ([`parse_quantity`]), a value that begins with `=` is an expression over parameters with
//! its dimensions checked ([`evaluate`]), and [`Formula`] is an expression of x, y, z compiled for fast evaluation.
//!
//! Left out: standard (normal) volume flows, gauge pressure, electrical units.

mod dimension;
mod error;
mod expression;
mod formula;
mod parse;
mod syntax;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

pub use dimension::Dimension;
pub use error::UnitError;
pub use expression::{Parameters, evaluate, evaluate_any};
pub use formula::Formula;
pub use parse::{parse_any, parse_quantity};

/// 0 °C in kelvin.
pub const ZERO_CELSIUS: f64 = 273.15;

/// A value in SI units with its dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// Value in SI; absolute temperatures in kelvin.
    pub value: f64,
    /// What the value measures.
    pub dimension: Dimension,
}

impl Quantity {
    /// A pure number.
    pub const fn number(value: f64) -> Quantity {
        Quantity { value, dimension: Dimension::DIMENSIONLESS }
    }
}

impl fmt::Display for Quantity {
    /// Value and SI symbol, in a form that [`parse_quantity`] reads back.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = self.dimension.symbol();
        if symbol.is_empty() {
            return write!(formatter, "{:e}", self.value);
        }
        write!(formatter, "{:e} {symbol}", self.value)
    }
}

/// Celsius to kelvin.
pub fn celsius_to_kelvin(temperature_c: f64) -> f64 {
    temperature_c + ZERO_CELSIUS
}

/// Kelvin to Celsius.
pub fn kelvin_to_celsius(temperature: f64) -> f64 {
    temperature - ZERO_CELSIUS
}
