//! What all items are written with: boxes, rectangles, values with their origin, limits.

use crate::grid::Axis;
use crate::material::Status;
use crate::units::Formula;

/// A number's origin: `source` in words and its status.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Origin {
    /// Where the number is from.
    pub source: String,
    /// How well it is known.
    pub status: Status,
}

/// An axis-aligned box, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Region {
    /// Lower corner.
    pub lower: [f64; 3],
    /// Upper corner.
    pub upper: [f64; 3],
}

/// An axis-aligned rectangle on a plane, m.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// Normal of the plane.
    pub axis: Axis,
    /// Position of the plane along its normal.
    pub at: f64,
    /// Lower corner; the entry of the normal equals `at`.
    pub lower: [f64; 3],
    /// Upper corner; the entry of the normal equals `at`.
    pub upper: [f64; 3],
}

/// A number, or a formula of x, y, z in m (manufactured solutions); formulas give SI values.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// The same everywhere.
    Constant(f64),
    /// Evaluated at each place.
    Formula(Formula),
}

/// Temperature a part must stay under.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// K.
    pub temperature: f64,
    /// Whether it bounds the junction (else the case or the hottest point).
    pub junction: bool,
    /// Origin of the limit.
    pub origin: Origin,
}

impl Value {
    /// The value at a place, m.
    #[must_use]
    pub fn at(&self, [x, y, z]: [f64; 3]) -> f64 {
        match self {
            Value::Constant(value) => *value,
            Value::Formula(formula) => formula.evaluate(x, y, z),
        }
    }

    /// The value times a number.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Value {
        match self {
            Value::Constant(value) => Value::Constant(factor * value),
            Value::Formula(formula) => Value::Formula(formula.scaled(factor)),
        }
    }
}

impl Region {
    /// Edge lengths, m.
    #[must_use]
    pub fn size(&self) -> [f64; 3] {
        [0, 1, 2].map(|a| self.upper[a] - self.lower[a])
    }

    /// m³.
    #[must_use]
    pub fn volume(&self) -> f64 {
        self.size().iter().product()
    }
}

impl Rectangle {
    /// m².
    #[must_use]
    pub fn area(&self) -> f64 {
        self.axis.others().iter().map(|&a| self.upper[a as usize] - self.lower[a as usize]).product()
    }
}
