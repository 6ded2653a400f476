//! F15 and F18: turbulent flow and heat between plates and in a square duct with LVEL.
//!
//! The channel is solved with wall shear, half gap and density 1: velocities are u⁺. With heat the Nusselt number is
//! read from how the mixed temperature nears that of the walls, θ ∝ e^(−4 Nu x*), which owes nothing to the wall law.
//! Grids go from two cells in a gap, as racks have them, over the buffer layer in one step (16, 32) to a resolved wall.

use super::formulas::worst;
use super::reference::References;
use super::runs::Runner;
use super::sections::sections;
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;

/// Share of the friction coefficient, and distance in u⁺ beyond y⁺ = 30.
const CHANNEL: (f64, f64, f64) = (5e-2, 1.0, 30.0);
/// Share of Gnielinski's Nusselt number.
const NUSSELT: f64 = 0.15;

/// A turbulent flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turbulent {
    /// F15 at this Re_τ on so many cells over half the gap.
    Channel(u32, usize),
    /// F18 between plates at this Re of the hydraulic diameter on so many cells over half the gap.
    Duct(u32, usize),
    /// F18 in a square duct at this Re on so many cells over half a side.
    SquareDuct(u32, usize),
}

impl Turbulent {
    /// The cases of the validation table.
    pub const ALL: [Turbulent; 19] = [
        Turbulent::Channel(180, 4),
        Turbulent::Channel(180, 6),
        Turbulent::Channel(180, 8),
        Turbulent::Channel(180, 16),
        Turbulent::Channel(180, 32),
        Turbulent::Channel(180, 64),
        Turbulent::Channel(180, 96),
        Turbulent::Channel(395, 4),
        Turbulent::Channel(395, 8),
        Turbulent::Channel(395, 16),
        Turbulent::Channel(395, 32),
        Turbulent::Channel(395, 64),
        Turbulent::Channel(395, 96),
        Turbulent::Duct(50_000, 8),
        Turbulent::Duct(200_000, 8),
        Turbulent::SquareDuct(10_000, 8),
        Turbulent::SquareDuct(50_000, 4),
        Turbulent::SquareDuct(50_000, 8),
        Turbulent::SquareDuct(200_000, 8),
    ];

    /// `F15-180-16`, `F18-10000` and so on.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Turbulent::Channel(reynolds, cells) => format!("F15-{reynolds}-{cells}"),
            Turbulent::Duct(reynolds, _) => format!("F18-{reynolds}"),
            Turbulent::SquareDuct(reynolds, cells) => format!("F18-square-{reynolds}-{cells}"),
        }
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        match self {
            Turbulent::Channel(reynolds, cells) => channel(runner, references, reynolds, cells),
            Turbulent::Duct(reynolds, cells) => duct(runner, references, reynolds, [cells, 1]),
            Turbulent::SquareDuct(reynolds, cells) => duct(runner, references, reynolds, [cells, cells]),
        }
    }
}

fn channel(
    runner: &Runner,
    references: &References,
    reynolds: u32,
    cells: usize,
) -> Result<Vec<Row>, VerifyError> {
    let table = references.table(&format!("mkm_channel_{reynolds}"));
    let points = table.and_then(|table| {
        let [y, plus, u] = ["y_h", "yplus", "Uplus"].map(|column| table.numbers(column));
        Ok((y?, plus?, u?))
    });
    let told = |error| VerifyError::Reference { case: runner.case.clone(), error };
    let (heights, plus, speeds) = points.map_err(told)?;
    // The table ends in the middle of the channel: its y⁺ there is Re_τ.
    let actual = plus.last().copied().unwrap_or(f64::NAN);
    let settings = [format!("reynolds={actual}"), format!("grid.cells=[1, {cells}, 1]")];
    let run = runner.solve(&runner.case, "f15_turbulent_channel.toml", &settings)?;
    let profile = run.velocity(Axis::X, Axis::Y, [0.5; 3]);
    let (mut bulk, widths) = (0.0, &run.solution.fields.grid);
    for (j, value) in profile.values.iter().enumerate() {
        bulk += value * widths.width(Axis::Y, j);
    }
    let known_bulk: f64 =
        (1..heights.len()).map(|i| 0.5 * (heights[i] - heights[i - 1]) * (speeds[i] + speeds[i - 1])).sum();
    let [known, found] = [known_bulk, bulk].map(|bulk| 2.0 / (bulk * bulk));
    let (share, distance, beyond) = CHANNEL;
    let mut rows = vec![run.label.row("friction coefficient", known, found, Distance::Relative, share)];
    // Between the solved velocities: the wall's cell is bridged by the wall law.
    let (first, last) = (profile.positions[0], profile.positions[cells - 1]);
    let inside = heights.iter().zip(&plus).zip(&speeds);
    let compared = inside.filter(|((y, plus), _)| **plus >= beyond && (first..=last).contains(*y)).map(
        |((y, plus), known)| {
            let name = format!("u+ at y+ = {plus:.0}");
            run.label.row(name, *known, profile.at(*y), Distance::Absolute, distance)
        },
    );
    rows.extend(worst(compared));
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

fn duct(
    runner: &Runner,
    references: &References,
    reynolds: u32,
    [across, deep]: [usize; 2],
) -> Result<Vec<Row>, VerifyError> {
    let settings = [format!("reynolds={reynolds}"), format!("grid.cells=[100, {across}, {deep}]")];
    // The hydraulic diameter is twice the gap between plates, and the side of a square.
    let (file, diameter) = match deep {
        1 => ("f18_turbulent_duct.toml", 2.0),
        _ => ("f18_turbulent_square_duct.toml", 1.0),
    };
    let run = runner.solve(&runner.case, file, &settings)?;
    let known = references
        .table("turbulent_pipe_nu")
        .and_then(|table| {
            let row = table.row_with(&[("Re_D", &format!("{reynolds}.0")), ("Pr", "0.71")])?;
            table.number(row, "Nu_gnielinski")
        })
        .map_err(|error| run.told(error))?;
    let sections = sections(&run);
    // Developed from 20 diameters on; away from the outlet.
    let [from, to] = [sections[50], sections[90]];
    let decay = ((from.wall - from.mixed) / (to.wall - to.mixed)).ln();
    let found = decay * f64::from(reynolds) * 0.71 * diameter / (4.0 * (to.at - from.at));
    let mut rows = vec![run.label.row("Nusselt number", known, found, Distance::Relative, NUSSELT)];
    rows.extend(runner.always(&run)?);
    Ok(rows)
}
