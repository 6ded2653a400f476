//! What is no hardware: surroundings, grid, monitors.

use super::value::{Rectangle, Region};

/// Quantity of a monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// K (reported in °C).
    Temperature,
    /// Pa.
    Pressure,
    /// Speed, m/s.
    Velocity,
}

/// Where a monitor looks.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// A point, interpolated.
    Point([f64; 3]),
    /// A straight line of samples, written as CSV.
    Line {
        /// Start.
        from: [f64; 3],
        /// End.
        to: [f64; 3],
        /// Number of samples, both ends included.
        samples: usize,
    },
    /// Area mean over a rectangle.
    Surface(Rectangle),
    /// Volume mean over a box.
    Volume(Region),
}

/// A value that the engineer wants to see.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitor {
    /// Name.
    pub name: String,
    /// Of what.
    pub quantity: Quantity,
    /// Where.
    pub place: Place,
}

/// Surroundings of the rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Air at the rack's front, K.
    pub air_temperature: f64,
    /// Absolute pressure, Pa.
    pub pressure: f64,
    /// Air that the hall can give at this rack, m³/s, if stated.
    pub available_flow: Option<f64>,
    /// Pressure of the cold aisle over the hot aisle, Pa.
    pub containment_pressure: f64,
    /// Dew point of the room, K, if it is given.
    pub dew_point: Option<f64>,
    /// ASHRAE's class of the IT in air: index into [`crate::plant::ashrae::AIR`].
    pub air_class: Option<usize>,
}

/// How fine the grid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Resolution {
    /// At least 2 cells across each part and gap, growth 1.5.
    #[default]
    Draft,
    /// 4 cells, growth 1.3.
    Standard,
    /// 8 cells, growth 1.2.
    Fine,
}

/// How the grid is made.
#[derive(Clone, Debug, PartialEq)]
pub enum GridRule {
    /// Lines on part faces, filled by the resolution's rule.
    Automatic {
        /// Planes closer than this merge, m; `None`: 5, 2.5, 1.25 mm by resolution.
        smallest_spacing: Option<f64>,
        /// Largest spacing, m, if given.
        largest_spacing: Option<f64>,
        /// Axes of one cell, along which nothing varies.
        one_cell: [bool; 3],
    },
    /// Equal cells between consecutive planes of parts, and nothing merged: `cells` over each axis of the
    /// domain where no part face lies inside, else shared by length (validation cases).
    Cells {
        /// Cells along x, y, z.
        cells: [usize; 3],
        /// Ratio of the largest to the smallest spacing along each axis, symmetric about the middle; 1 is
        /// uniform.
        stretch: [f64; 3],
    },
}
