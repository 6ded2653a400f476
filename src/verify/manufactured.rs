//! K6: manufactured solutions on the unit cube; the order of accuracy from grid to grid.
//!
//! Order p = ln(e_coarse / e_fine) / ln 2, e the root of the volume mean of the squared error at cell centres.
//! Grids are 16³, 32³, 64³ on the CPU and 8³, 16³, 32³ on the GPU. The stretched grid of 8³ cells is too coarse
//! for its leading error term (the order from it to 16³ is 2.13 to 2.15 on either backend), so that pairs with 8³
//! only owe the 1.8 that every case of second order owes.
//!
//! An order is only defined between grids of one family. Widths of a stretched grid grow geometrically from
//! both sides to the middle; with growth R^(2/n) over n cells every cell of a grid is two of the next, exactly.
//! The scene asks for the ratio of the widest to the narrowest cell, which is then R^(1 − 2/n): were that ratio
//! held instead, coarse grids would be the more stretched ones and the order would come out too high (2.11
//! from 16³ with a ratio of 4).

use super::exact;
use super::measure::error_norm;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};

const ORDER: f64 = 2.0;
/// Between the grids of 16³ to 64³ cells.
const TOLERANCE: f64 = 0.1;
/// From a coarser grid the order may be higher; it must not fall under 1.8.
const SHORTFALL: f64 = 0.2;
/// Coarsest grid that is fine enough for its error to be that of its leading term, cells a side.
const SETTLED: usize = 16;
/// The scenes' temperatures lie this much above those of the table, K: the manufactured ones reach 0.
const SHIFT: f64 = 300.0;
/// R: ratio of the widths in the middle and at the sides that stretched grids tend to.
const STRETCH: f64 = 4.0;

/// Which conductivity, and which grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    variable: bool,
    stretched: bool,
}

impl Variant {
    /// All of them.
    pub const ALL: [Variant; 4] = [
        Variant { variable: true, stretched: false },
        Variant { variable: true, stretched: true },
        Variant { variable: false, stretched: false },
        Variant { variable: false, stretched: true },
    ];

    /// `K6-kT-uniform` and so on.
    #[must_use]
    pub fn id(self) -> &'static str {
        match (self.variable, self.stretched) {
            (true, false) => "K6-kT-uniform",
            (true, true) => "K6-kT-stretched",
            (false, false) => "K6-aniso-uniform",
            (false, true) => "K6-aniso-stretched",
        }
    }

    pub(super) fn run(self, runner: &Runner) -> Result<Vec<Row>, VerifyError> {
        // 16³ is in both sets of grids; where it ran says which set is asked for.
        let middle = self.solve(runner, 16)?;
        let runs = if middle.label.backend == "cpu" {
            vec![middle, self.solve(runner, 32)?, self.solve(runner, 64)?]
        } else {
            vec![self.solve(runner, 8)?, middle, self.solve(runner, 32)?]
        };
        let mut rows = Vec::new();
        for run in &runs {
            rows.extend(runner.always(run)?);
        }
        for pair in runs.windows(2) {
            rows.push(order(&pair[0], &pair[1]));
        }
        rows.sort_by_key(|row| runs.iter().position(|run| run.label.case == row.case));
        Ok(rows)
    }

    fn solve(self, runner: &Runner, cells: usize) -> Result<Run, VerifyError> {
        let file = if self.variable { "k6_conductivity_of_temperature.toml" } else { "k6_orthotropic.toml" };
        let stretch = if self.stretched { STRETCH.powf(1.0 - 2.0 / cells as f64) } else { 1.0 };
        let settings = [
            format!("grid.cells=[{cells}, {cells}, {cells}]"),
            format!("grid.stretch=[{stretch}, {stretch}, {stretch}]"),
        ];
        runner.solve(&format!("{}-{cells}", runner.case), file, &settings)
    }
}

/// The order from a grid to one with cells of half the width; the quantity's name tells the error there.
fn order(coarse: &Run, fine: &Run) -> Row {
    let error = |run: &Run| error_norm(&run.solution.fields, |at| SHIFT + exact::temperature(at));
    let (from, to) = (error(coarse), error(fine));
    let cells = coarse.solution.summary.grid.nx;
    let (distance, tolerance) = match cells >= SETTLED {
        true => (Distance::Absolute, TOLERANCE),
        false => (Distance::Shortfall, SHORTFALL),
    };
    let quantity = format!("order from {cells}³, {to:.1e} K");
    fine.label.row(quantity, ORDER, (from / to).log2(), distance, tolerance)
}
