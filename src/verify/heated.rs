//! F9 and F10: a square and a cube of air between a hot and a cold side, the others adiabatic.
//!
//! The fluid of the scenes has a diffusivity of 1 m²/s over 1 m and 1 K, so that velocities come in units of α/L and the
//! heat of a side in watts is its mean Nusselt number. Heat of the hot and of the cold side agree to the tolerance of
//! the heat balance, which is a row of every run. The square is solved on three grids with central convection: on each
//! the Nusselt number and velocities are compared, then the order from grid to grid and the limit it leads to.

use super::flow::{at_second_order, richardson};
use super::reference::{ReferenceError, References, Table};
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;

/// Share of the Nusselt number and velocities that the square may be off on 64², and …
const SQUARE: (f64, usize) = (1e-2, 64);
/// … after extrapolation.
const LIMIT: f64 = 1e-3;
/// Share of the Nusselt number that the cube may be off on 48³.
const CUBE: (f64, usize) = (1.5e-2, 48);
/// Least order over three grids.
const ORDER: f64 = 1.8;

/// A box heated from the side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heated {
    /// Power of ten of the Rayleigh number.
    decade: u32,
    cube: bool,
    /// Cells a side, coarsest first.
    cells: &'static [usize],
    /// With the limiter of rack scenes instead of central.
    bounded: bool,
    coarse: bool,
}

const fn square(decade: u32) -> Heated {
    Heated { decade, cube: false, cells: &[32, 64, 128], bounded: false, coarse: false }
}

const fn cube(decade: u32) -> Heated {
    Heated { decade, cube: true, cells: &[48], bounded: false, coarse: false }
}

impl Heated {
    /// The cases of the validation table.
    pub const ALL: [Heated; 6] = [
        // Its Nusselt number passes a minimum between 64 and 128 cells (1.117781, 1.117785): no order there.
        Heated { cells: &[16, 32, 64], ..square(3) },
        square(4),
        square(5),
        Heated { bounded: true, cells: &[64], ..square(5) },
        cube(3),
        cube(4),
    ];

    /// Coarse siblings.
    pub const COARSE: [Heated; 3] = [
        Heated { cells: &[16, 32], coarse: true, ..square(4) },
        Heated { cells: &[32], coarse: true, bounded: true, ..square(5) },
        Heated { cells: &[16], coarse: true, ..cube(4) },
    ];

    /// `F9-ra1e3`, `F10-ra1e4-coarse` and so on.
    #[must_use]
    pub fn id(self) -> String {
        let number = if self.cube { "F10" } else { "F9" };
        let scheme = if self.bounded { "-bounded" } else { "" };
        let size = if self.coarse { "-coarse" } else { "" };
        format!("{number}-ra1e{}{scheme}{size}", self.decade)
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        let mut runs = Vec::new();
        for &cells in self.cells {
            runs.push(self.solve(runner, cells)?);
        }
        let table = references.table(if self.cube { "cubic_cavity" } else { "devahldavis" });
        let known = table.and_then(|table| self.known(&table)).map_err(|error| runs[0].told(error))?;
        let found: Vec<[f64; 3]> =
            runs.iter().map(|run| self.measured(run)).collect::<Result<_, VerifyError>>()?;
        let mut rows = Vec::new();
        for (run, found) in runs.iter().zip(&found) {
            rows.extend(self.compare(run, &known, found));
            rows.extend(runner.always(run)?);
        }
        if let ([.., coarse, fine], Some(run)) = (found.as_slice(), runs.last()) {
            for (quantity, (name, known)) in known.iter().enumerate() {
                let limit = richardson(coarse[quantity], fine[quantity], 0.5);
                // What extrapolation leaves is of fourth order.
                let tolerance = LIMIT * at_second_order(1.0, 64, run.cells()[0]).powi(2);
                let name = format!("{name}, extrapolated");
                rows.push(run.label.row(name, *known, limit, Distance::Relative, tolerance));
            }
        }
        if let ([first, second, third], Some(run)) = (found.as_slice(), runs.last()) {
            let order = ((second[0] - first[0]) / (third[0] - second[0])).log2();
            rows.push(run.label.row("order of the Nusselt number", ORDER, order, Distance::Shortfall, 0.0));
        }
        Ok(rows)
    }

    fn solve(self, runner: &Runner, cells: usize) -> Result<Run, VerifyError> {
        let deep = if self.cube { cells } else { 1 };
        let scheme = if self.bounded { "bounded" } else { "central" };
        let settings = [
            format!("rayleigh=1e{}", self.decade),
            format!("grid.cells=[{cells}, {cells}, {deep}]"),
            format!("air.convection=\"{scheme}\""),
        ];
        let file = if self.cube { "f10_heated_cube.toml" } else { "f9_heated_square.toml" };
        runner.solve(&format!("{}-{cells}", runner.case), file, &settings)
    }

    /// Nusselt number and the largest velocities across and along gravity.
    fn known(self, table: &Table) -> Result<[(&'static str, f64); 3], ReferenceError> {
        let rayleigh = format!("{}.0", 10_u32.pow(self.decade));
        let [source, nusselt, across, along] = match self.cube {
            true => ["own", "Nu_mean", "u_max", "w_max"],
            false if self.decade == 3 => ["dVD", "Nu_avg", "u_max_x05", "v_max_y05"],
            false => ["own", "Nu_avg", "u_max_x05", "v_max_y05"],
        };
        let row = table.row_with(&[("source", source), ("Ra", &rayleigh)])?;
        Ok([
            ("Nusselt number", table.number(row, nusselt)?),
            ("largest velocity across gravity, alpha/L", table.number(row, across)?),
            ("largest velocity along gravity, alpha/L", table.number(row, along)?),
        ])
    }

    /// Those of [`Self::known`], of a solved flow. In the cube velocities are the largest of all cells.
    fn measured(self, run: &Run) -> Result<[f64; 3], VerifyError> {
        let [u, v] = if self.cube {
            let largest = |axis: Axis| {
                let values = &run.solution.fields.velocity[axis as usize];
                values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()))
            };
            [largest(Axis::X), largest(Axis::Z)]
        } else {
            let [u, v] =
                [(Axis::X, Axis::Y), (Axis::Y, Axis::X)].map(|(c, a)| run.velocity(c, a, [0.5; 3]).peak());
            [u, v]
        };
        Ok([run.wall_heat("hot")?, u, v])
    }

    fn compare(self, run: &Run, known: &[(&str, f64); 3], found: &[f64; 3]) -> Vec<Row> {
        let (tolerance, asked) = if self.cube { CUBE } else { SQUARE };
        let tolerance = at_second_order(tolerance, asked, run.cells()[0]);
        let row = |(&(name, known), &found): (&(&str, f64), &f64)| {
            run.label.row(name, known, found, Distance::Relative, tolerance)
        };
        known.iter().zip(found).map(row).collect()
    }
}
