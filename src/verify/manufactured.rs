//! K6: manufactured solutions on the unit cube; the order of accuracy from grid to grid.
//!
//! Order p = ln(e_coarse / e_fine) / ln 2, e the root of the volume mean of the squared error at cell centres.
//! Stretched grids have cells four times as wide in the middle as at the sides, by the same smooth map at
//! every size.

use super::exact;
use super::measure::error_norm;
use super::runs::{Run, Runner};
use super::{Distance, Row, Size, VerifyError};

const ORDER: f64 = 2.0;
const TOLERANCE: f64 = 0.1;
/// The scenes' temperatures lie this much above those of the table, K: the manufactured ones reach 0.
const SHIFT: f64 = 300.0;
/// Ratio of the widest to the narrowest cell of a stretched grid.
const STRETCH: u32 = 4;

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

    pub(super) fn run(self, runner: &Runner, size: Size) -> Result<Vec<Row>, VerifyError> {
        // 16³ is in every set of grids; where it ran says which set is asked for.
        let middle = self.solve(runner, 16)?;
        let fine = size == Size::Full && middle.label.backend == "cpu";
        let runs = if fine {
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
        let file =
            if self.variable { "k6_conductivity_of_temperature.toml" } else { "k6_orthotropic.toml" };
        let stretch = if self.stretched { STRETCH } else { 1 };
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
    let quantity = format!("order from {cells}³, {to:.1e} K");
    fine.label.row(quantity, ORDER, (from / to).log2(), Distance::Absolute, TOLERANCE)
}
