//! F1 and F11: developed flow in ducts and between plates, one cell along the stream.
//!
//! A body force of 1 N/m³ drives a fluid of 1 Pa s. With the hydraulic diameter D and the mean speed u, Fanning's
//! friction factor times the Reynolds number is f Re = D²/(2 u), as shear and force balance. In mixed convection the
//! profile is exact; buoyancy has no mean, so that the force alone sets the mean speed of 1 m/s.

use super::flow::at_second_order;
use super::formulas::worst;
use super::profile::Profile;
use super::reference::References;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;

/// Cells over the short side and what f Re may be off with them.
const FRICTION: [(usize, f64); 2] = [(16, 1e-2), (32, 3e-3)];
/// Ratios of the short to the long side, as the table has them; 0 stands for plates.
const RATIOS: [(&str, f64); 4] = [("1", 1.0), ("0.5", 0.5), ("0.25", 0.25), ("0", 0.0)];
/// Gr/Re of the mixed convection; from 144 on fluid falls at the cold wall.
const GRASHOFS: [u32; 3] = [36, 144, 288];
/// Share of the largest speed that mixed convection may be off, with so many cells.
const MIXED: (f64, usize) = (5e-3, 32);
/// Least order over three grids.
const ORDER: f64 = 1.8;
/// Velocity that fluid at rest may have, over √(gβΔT L).
const REST: [(&str, f64); 2] = [("cpu", 1e-10), ("gpu", 1e-5)];

/// A developed flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Developed {
    /// F1: friction in ducts.
    Ducts,
    /// F1 on 8 cells.
    DuctsCoarse,
    /// F11: mixed convection between plates.
    Mixed,
    /// F11 on 16 cells.
    MixedCoarse,
    /// F11: fluid at rest.
    Rest,
}

impl Developed {
    /// The cases of the validation table.
    pub const ALL: [Developed; 3] = [Developed::Ducts, Developed::Mixed, Developed::Rest];
    /// Coarse siblings.
    pub const COARSE: [Developed; 2] = [Developed::DuctsCoarse, Developed::MixedCoarse];

    /// `F1`, `F11-mixed` and so on.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Developed::Ducts => "F1",
            Developed::DuctsCoarse => "F1-coarse",
            Developed::Mixed => "F11-mixed",
            Developed::MixedCoarse => "F11-mixed-coarse",
            Developed::Rest => "F11-rest",
        }
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        match self {
            Developed::Ducts => {
                let mut rows = Vec::new();
                for ratio in RATIOS {
                    for (cells, tolerance) in FRICTION {
                        rows.extend(friction(runner, references, ratio, cells, tolerance)?);
                    }
                }
                Ok(rows)
            }
            Developed::DuctsCoarse => {
                let (asked, tolerance) = FRICTION[0];
                let tolerance = at_second_order(tolerance, asked, 8);
                let mut rows = friction(runner, references, RATIOS[1], 8, tolerance)?;
                rows.extend(friction(runner, references, RATIOS[3], 8, tolerance)?);
                Ok(rows)
            }
            Developed::Mixed => mixed(runner, references, &GRASHOFS, &[8, 16, 32]),
            Developed::MixedCoarse => mixed(runner, references, &[288], &[8, 16]),
            Developed::Rest => rest(runner),
        }
    }
}

/// f Re of one duct on one grid.
fn friction(
    runner: &Runner,
    references: &References,
    (text, ratio): (&str, f64),
    cells: usize,
    tolerance: f64,
) -> Result<Vec<Row>, VerifyError> {
    let plates = ratio == 0.0;
    let width = if plates { 1.0 } else { ratio.recip() };
    let across = if plates { 1 } else { (cells as f64 / ratio).round() as usize };
    let settings = [
        format!("width=\"{width} m\""),
        format!("grid.cells=[1, {cells}, {across}]"),
        format!("wall.left.slip={plates}"),
        format!("wall.right.slip={plates}"),
    ];
    let run = runner.solve(&format!("{}-{text}-{cells}", runner.case), "f1_duct.toml", &settings)?;
    let table = references.table("duct_laminar_fd").map_err(|error| run.told(error))?;
    let known = table
        .row_with(&[("alpha", text)])
        .and_then(|row| table.number(row, "fRe_fanning"))
        .map_err(|error| run.told(error))?;
    let diameter = if plates { 2.0 } else { 2.0 * width / (1.0 + width) };
    let found = diameter * diameter / (2.0 * mean_velocity(&run, Axis::X));
    let mut rows = vec![run.label.row("f Re (Fanning)", known, found, Distance::Relative, tolerance)];
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

/// Mean of a velocity over the volume, m/s.
fn mean_velocity(run: &Run, component: Axis) -> f64 {
    let (fields, mut sum, mut volume) = (&run.solution.fields, 0.0, 0.0);
    for (at, value) in fields.velocity[component as usize].indexed_iter() {
        let part = fields.grid.volume(at.into());
        sum += part * value;
        volume += part;
    }
    sum / volume
}

/// Profiles of mixed convection; the order of the largest speed where there are three grids.
fn mixed(
    runner: &Runner,
    references: &References,
    grashofs: &[u32],
    grids: &[usize],
) -> Result<Vec<Row>, VerifyError> {
    let mut rows = Vec::new();
    for grashof in grashofs {
        let mut errors = Vec::new();
        for &cells in grids {
            let settings = [format!("grashof={grashof}"), format!("grid.cells=[{cells}, 1, 1]")];
            let case = format!("{}-{grashof}-{cells}", runner.case);
            let run = runner.solve(&case, "f11_mixed_convection.toml", &settings)?;
            let told = |error| run.told(error);
            let table = references.table("mixed_convection_channel").map_err(told)?;
            let profile = run.velocity(Axis::Y, Axis::X, [0.5; 3]).between((0.0, 0.0), (1.0, 0.0));
            let ratios = table.numbers("Gr_over_Re").map_err(told)?;
            let (places, speeds) = (table.numbers("Y").map_err(told)?, table.numbers("U").map_err(told)?);
            let points: Vec<(f64, f64)> = ratios
                .iter()
                .zip(places.iter().zip(speeds))
                .filter(|(ratio, _)| **ratio == f64::from(*grashof))
                .map(|(_, (y, u))| (*y, u))
                .collect();
            let largest = points.iter().fold(0.0_f64, |largest, (_, u)| largest.max(u.abs()));
            let tolerance = at_second_order(MIXED.0, MIXED.1, cells);
            let compared = points.iter().map(|&(y, known)| {
                let quantity = format!("speed over the mean, {y} of the gap from the hot wall");
                run.label.row(quantity, known, profile.at(y), Distance::Of(largest), tolerance)
            });
            rows.extend(worst(compared));
            rows.extend(runner.always(&run)?);
            errors.push(root_mean_square(&profile, *grashof));
            if let [first, _, third] = errors[..] {
                let order = 0.5 * f64::log2(first / third);
                rows.push(run.label.row("order of the profile", ORDER, order, Distance::Shortfall, 0.0));
            }
        }
    }
    Ok(rows)
}

/// Distance of the solved points of a profile from the exact one (head of the table), rms.
fn root_mean_square(profile: &Profile, grashof: u32) -> f64 {
    let exact = |y: f64| {
        let e = y - 0.5;
        6.0 * y * (1.0 - y) + f64::from(grashof) * (e * e * e / 6.0 - e / 24.0)
    };
    let points = profile.positions.iter().zip(&profile.values);
    let sum: f64 = points.map(|(y, u)| (u - exact(*y)).powi(2)).sum();
    (sum / profile.values.len() as f64).sqrt()
}

/// The largest velocity of fluid that should be at rest.
fn rest(runner: &Runner) -> Result<Vec<Row>, VerifyError> {
    let run = runner.solve(&runner.case, "f11_rest.toml", &[])?;
    let velocities = run.solution.fields.velocity.iter().flatten();
    let largest = velocities.fold(0.0, |m: f64, u| if u.abs() > m || u.is_nan() { u.abs() } else { m });
    let tolerance = run.by_backend(REST);
    let mut rows = vec![run.label.row("largest velocity, m/s", 0.0, largest, Distance::Absolute, tolerance)];
    rows.extend(runner.always(&run)?);
    Ok(rows)
}
