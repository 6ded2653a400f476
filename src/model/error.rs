//! Why a scene does not become a discrete problem, with the remedy.

use crate::scene::{DOMAIN, Fault, GRID};
use thiserror::Error;

/// Why a scene does not become a discrete problem.
#[derive(Debug, Error, PartialEq)]
pub enum ModelError {
    /// More cells than a run can hold.
    #[error("the grid would have {cells} cells ({size:?}), more than {limit}")]
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
        "axis {axis} would have {cells} cells or more (limit {limit}); the narrowest lie between '{lower}' and '{upper}', {distance:.3} mm apart"
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
    #[error("axis {axis}: {given} cells cannot hold {needed} intervals between part faces")]
    TooFewCells {
        /// The axis.
        axis: char,
        /// Cells given.
        given: usize,
        /// Intervals between planes.
        needed: usize,
    },
    /// A face inside an axis of one cell.
    #[error("axis {axis} has one cell, and a face of '{name}' lies inside it, at {at:.2} mm")]
    InsideOneCell {
        /// The axis.
        axis: char,
        /// Item at the plane.
        name: String,
        /// Place of the plane, mm.
        at: f64,
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
    #[error("'{name}' is thinner than the smallest spacing ({} mm) along {axes}", spacing * 1e3)]
    Vanished {
        /// Name.
        name: String,
        /// The axes, as letters.
        axes: String,
        /// m.
        spacing: f64,
    },
    /// A part without cells of its own where the domain repeats.
    #[error("'{name}' is thinner than the smallest spacing and lies where the domain repeats along {axis}")]
    ThinOnSeam {
        /// Name.
        name: String,
        /// The axis, as a letter.
        axis: char,
    },
    /// All of a part was replaced or covered, and its power with it.
    #[error("'{name}' with {power} W has no cell left: others cover it on this grid")]
    Covered {
        /// Name.
        name: String,
        /// W.
        power: f64,
    },
    /// A source that meets no solid.
    #[error("source '{name}' ({power} W) lies in no solid")]
    SourceInAir {
        /// Name.
        name: String,
        /// W.
        power: f64,
    },
    /// A fan, opening or wall without a free face.
    #[error("{kind} '{name}' has no free face on this grid: {why}")]
    NoFace {
        /// `fan`, `opening`, `wall`, `heat sink`.
        kind: &'static str,
        /// Name.
        name: String,
        /// Cause.
        why: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A fluid region without an open cell.
    #[error("fluid region '{name}' holds no open cell: {why}")]
    NoFluid {
        /// Name.
        name: String,
        /// Cause.
        why: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A contact between solids that do not touch.
    #[error("contact between '{a}' and '{b}': they do not touch on this grid")]
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

impl ModelError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooManyCells { .. } | Self::TooFine { .. } => "racktherm::too_many_cells",
            Self::TooFewCells { .. } | Self::InsideOneCell { .. } => "racktherm::too_few_cells",
            Self::BadNumber { .. } | Self::Grid(_) => "racktherm::bad_grid",
            Self::Vanished { .. } => "racktherm::too_thin",
            Self::ThinOnSeam { .. } => "racktherm::thin_on_seam",
            Self::Covered { .. } => "racktherm::covered",
            Self::SourceInAir { .. } => "racktherm::source_in_air",
            Self::NoFace { .. } => "racktherm::no_face",
            Self::NoFluid { .. } => "racktherm::no_fluid",
            Self::NoContact { .. } => "racktherm::not_touching",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::TooManyCells { .. } => "choose a coarser grid or a larger smallest_spacing",
            Self::TooFine { .. } => "move these, or set a larger smallest_spacing or largest_spacing",
            Self::TooFewCells { needed, .. } => return format!("give at least {needed}"),
            Self::InsideOneCell { axis, .. } => {
                return format!(
                    "let it reach from end to end of the domain, or take \"{axis}\" out of 'one_cell' of [grid]"
                );
            }
            Self::BadNumber { .. } | Self::Grid(_) => "check the sizes of domain and grid",
            Self::Vanished { .. } => {
                "set a smaller smallest_spacing, choose a finer grid, or leave the part out and give its power to \
                 the part it sits on"
            }
            Self::ThinOnSeam { .. } => {
                "begin the period elsewhere, so that the part lies inside, or set a smaller smallest_spacing"
            }
            Self::Covered { .. } => "set a smaller smallest_spacing or move it",
            Self::SourceInAir { .. } => "move it into a solid or use a porous box with power",
            Self::NoFace { remedy, .. } | Self::NoFluid { remedy, .. } => remedy,
            Self::NoContact { .. } => "move one or leave the contact out",
        }
        .to_owned()
    }

    fn items(&self) -> Vec<String> {
        match self {
            // The domain's own ends are planes too, and no items.
            Self::TooFine { lower, upper, .. } => vec![lower.clone(), upper.clone(), GRID.to_owned()],
            Self::TooManyCells { .. } | Self::TooFewCells { .. } => vec![GRID.to_owned()],
            Self::BadNumber { what, .. } if !what.contains("domain") => vec![GRID.to_owned()],
            Self::BadNumber { .. } | Self::Grid(_) => vec![DOMAIN.to_owned()],
            Self::Vanished { name, .. }
            | Self::ThinOnSeam { name, .. }
            | Self::InsideOneCell { name, .. }
            | Self::Covered { name, .. }
            | Self::SourceInAir { name, .. }
            | Self::NoFace { name, .. }
            | Self::NoFluid { name, .. } => vec![name.clone()],
            Self::NoContact { a, b } => vec![a.clone(), b.clone()],
        }
    }
}

impl From<ModelError> for Fault {
    fn from(error: ModelError) -> Self {
        Fault { code: error.code(), message: error.to_string(), remedy: error.remedy(), items: error.items() }
    }
}
