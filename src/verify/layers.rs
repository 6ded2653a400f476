//! F7 and F12: layers along walls, one that separates behind a step and one that grows along a plate.

use super::flow::at_second_order;
use super::formulas::worst;
use super::profile::Profile;
use super::reference::References;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;

/// Shares of the lower reattachment length with so many cells over the channel.
const STEP: [(usize, f64); 2] = [(40, 5e-2), (60, 2.5e-2)];
/// Share of the layer's quantities, with 12 cells in it.
const PLATE: f64 = 3e-2;

/// A layer along a wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// F7: behind a step, at this Reynolds number.
    Step(u32),
    /// F7 at Re 200 on 20 cells.
    StepCoarse,
    /// F12.
    Plate,
}

impl Layer {
    /// The cases of the validation table.
    pub const ALL: [Layer; 3] = [Layer::Step(200), Layer::Step(800), Layer::Plate];
    /// Coarse siblings.
    pub const COARSE: [Layer; 1] = [Layer::StepCoarse];

    /// `F7-re800`, `F12` and so on.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Layer::Step(reynolds) => format!("F7-re{reynolds}"),
            Layer::StepCoarse => "F7-re200-coarse".to_owned(),
            Layer::Plate => "F12".to_owned(),
        }
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        match self {
            // At Re 800 the flow on 60 cells nears its end for longer than a run may take.
            Layer::Step(800) => step(runner, references, 800, &[STEP[0].0]),
            Layer::Step(reynolds) => step(runner, references, reynolds, &STEP.map(|(cells, _)| cells)),
            Layer::StepCoarse => step(runner, references, 200, &[20]),
            Layer::Plate => plate(runner, references),
        }
    }
}

fn step(
    runner: &Runner,
    references: &References,
    reynolds: u32,
    grids: &[usize],
) -> Result<Vec<Row>, VerifyError> {
    let mut rows = Vec::new();
    for &cells in grids {
        let settings = [format!("reynolds={reynolds}"), format!("grid.cells=[{}, {cells}, 1]", 20 * cells)];
        let run = runner.solve(&format!("{}-{cells}", runner.case), "f7_step.toml", &settings)?;
        let known = references
            .table("gartling_bfs_lengths")
            .and_then(|table| table.number(table.row_with(&[("Re", &reynolds.to_string())])?, "xr_lower_RE"))
            .map_err(|error| run.told(error))?;
        let length = reattachment(&run);
        let tolerance = STEP.iter().find(|(asked, _)| *asked == cells);
        let tolerance = tolerance.map_or(at_second_order(STEP[0].1, STEP[0].0, cells), |(_, share)| *share);
        let name = "lower reattachment, channel heights";
        rows.push(run.label.row(name, known, length, Distance::Relative, tolerance));
        rows.extend(runner.always(&run)?);
    }
    Ok(rows)
}

/// Where the flow along the lower wall turns from backwards to forwards, m: the last change of sign in its lowest cells.
fn reattachment(run: &Run) -> f64 {
    let height = 0.5 / run.cells()[1] as f64;
    let lowest = run.velocity(Axis::X, Axis::X, [0.0, height, 0.5]);
    lowest.zeros().last().copied().unwrap_or(f64::NAN)
}

/// Where the plate begins in the scene, m.
const EDGE: f64 = 0.2;
/// Where on the plate the layer is read, m from its edge.
const PLACES: [f64; 2] = [0.6, 0.9];

fn plate(runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
    let run = runner.solve(&runner.case, "f12_plate.toml", &[])?;
    let told = |error| run.told(error);
    let table = references.table("blasius").map_err(told)?;
    let [etas, speeds, bends] =
        ["eta", "fp", "fpp"].map(|column| table.numbers(column)).map(|values| values.map_err(told));
    let (etas, speeds, bend) = (etas?, speeds?, bends?[0]);
    let viscosity = run.scene.fluids[0].viscosity;
    let fields = &run.solution.fields;
    let mut rows = Vec::new();
    for x in PLACES {
        // Along the wall's normal: the plate is at rest, and 1 K warmer than what enters.
        let u = Profile::along(&fields.grid, &fields.velocity[0], Axis::Y, [EDGE + x, 0.0, 0.5]);
        let t = Profile::along(&fields.grid, &fields.temperature_k, Axis::Y, [EDGE + x, 0.0, 0.5]);
        let y = u.positions.clone();
        let slope = |near: f64, far: f64| (near * y[1] / y[0] - far * y[0] / y[1]) / (y[1] - y[0]);
        let unit = (x * viscosity).sqrt().recip();
        let shear = slope(u.values[0], u.values[1]) / unit;
        let heat = slope(301.0 - t.values[0], 301.0 - t.values[1]) / unit;
        let mut row = |name: &str, known: f64, found: f64| {
            let name = format!("{name}, x = {x}");
            rows.push(run.label.row(name, known, found, Distance::Relative, PLATE));
        };
        row("wall shear, f''(0)", bend, shear);
        // Head of the table, Pr 0.71.
        row("Nu/sqrt(Re)", 0.294165, heat);
        let profile = u.between((0.0, 0.0), (run.scene.size[1], 1.0));
        let points = etas.iter().zip(&speeds).filter(|(eta, _)| **eta <= 6.0);
        let compared = points.map(|(eta, known)| {
            let found = profile.at(eta / unit);
            let name = format!("speed at eta = {eta}, x = {x}");
            run.label.row(name, *known, found, Distance::Absolute, PLATE)
        });
        rows.extend(worst(compared));
    }
    rows.extend(runner.always(&run)?);
    Ok(rows)
}
