//! Why a scene does not become a discrete problem, with the remedy.

use thiserror::Error;

/// Why a scene does not become a discrete problem.
#[derive(Debug, Error, PartialEq)]
pub enum ModelError {
    /// More cells than a run can hold.
    #[error(
        "the grid would have {cells} cells ({size:?}), more than {limit}; choose a coarser grid or a larger smallest_spacing"
    )]
    TooManyCells {
        /// Cells it would have.
        cells: usize,
        /// Along x, y, z.
        size: [usize; 3],
        /// Limit.
        limit: usize,
    },
    /// More cells along an axis than anyone can mean.
    #[error(
        "axis {axis} would have {cells} cells or more (limit {limit}); the narrowest lie between `{lower}` and `{upper}`, {distance:.3} mm apart: move these, or set a larger smallest_spacing or largest_spacing"
    )]
    TooFine {
        /// The axis.
        axis: char,
        /// Cells it would have, at least.
        cells: usize,
        /// Limit.
        limit: usize,
        /// Item at the lower plane.
        lower: String,
        /// Item at the upper plane.
        upper: String,
        /// Between the planes, mm.
        distance: f64,
    },
    /// The given number of cells cannot put a line on every plane.
    #[error(
        "axis {axis}: {given} cells cannot hold {needed} intervals between part faces; give at least {needed}"
    )]
    TooFewCells {
        /// The axis.
        axis: char,
        /// Cells given.
        given: usize,
        /// Intervals between planes.
        needed: usize,
    },
    /// A number that a grid cannot be made of.
    #[error("grid: {what} is {value}; it must be {expected}")]
    BadNumber {
        /// Which number.
        what: String,
        /// Its value.
        value: f64,
        /// What it must be.
        expected: &'static str,
    },
    /// A part that is thinner than the smallest spacing along two or three axes.
    #[error(
        "`{name}` is thinner than the smallest spacing ({spacing} m) along {axes}; set a smaller smallest_spacing, choose a finer grid, or leave the part out and give its power to the part it sits on"
    )]
    Vanished {
        /// Name.
        name: String,
        /// The axes, as letters.
        axes: String,
        /// m.
        spacing: f64,
    },
    /// All of a part was replaced or covered, and its power with it.
    #[error(
        "`{name}` with {power} W has no cell left: others cover it on this grid; set a smaller smallest_spacing or move it"
    )]
    Covered {
        /// Name.
        name: String,
        /// W.
        power: f64,
    },
    /// A source that meets no solid.
    #[error(
        "source `{name}` ({power} W) lies in no solid; move it into a solid or use a porous box with power"
    )]
    SourceInAir {
        /// Name.
        name: String,
        /// W.
        power: f64,
    },
    /// A fan, opening or wall without a free face.
    #[error("{kind} `{name}` has no free face on this grid: {why}")]
    NoFace {
        /// `fan`, `opening`, `wall`, `heat sink`.
        kind: &'static str,
        /// Name.
        name: String,
        /// Cause and remedy.
        why: String,
    },
    /// A contact between solids that do not touch.
    #[error(
        "contact between `{a}` and `{b}`: they do not touch on this grid; move one or leave the contact out"
    )]
    NoContact {
        /// One solid.
        a: String,
        /// The other.
        b: String,
    },
    /// The grid lines do not increase (a domain of no size).
    #[error(transparent)]
    Grid(#[from] crate::grid::GridError),
}
