//! K3, K4 and KT: heat over time, against exact responses.
//!
//! K3 and K4 run by steps that follow their error; the orders of the schemes are taken from steps of one length, by K3
//! from the differences of three lengths on one grid, by the manufactured solution from its exact values there.

use super::reference::{References, Table};
use super::runs::{Run, Runner};
use super::wave::manufactured;
use super::{Distance, Row, VerifyError};
use crate::result::{Fields, History};
use crate::scene::{Steps, TimeScheme, WallCondition};

/// The start of K3 and K4's surroundings, °C.
const BASE: f64 = 20.0;
/// Temperature difference of K3 by step and film, and of K4, K.
const EXCESS: f64 = 100.0;
/// K3: share of the temperature difference at 0.5 mm; on coarser grids by the square of the spacing.
const HALF_SPACE: f64 = 5e-3;
/// K4: share of the excess with 40 cells, and on coarser grids likewise.
const WALL: f64 = 1e-3;
/// KT: share of the rise at the end: the steps may be off by their tolerance of 2 mK a few times over.
const PACKAGE: f64 = 2e-4;
/// Distance of an order from that of the scheme.
pub(super) const ORDER: f64 = 0.15;

/// Schemes and their orders.
pub(super) const SCHEMES: [(TimeScheme, f64); 2] =
    [(TimeScheme::ImplicitEuler, 1.0), (TimeScheme::Bdf2, 2.0)];

/// What the surface of K3's half space sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Another temperature.
    Step,
    /// A heat flux.
    Flux,
    /// A film.
    Film,
}

/// A case over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeCase {
    /// K3; coarse: cells of 2 mm.
    HalfSpace(Surface, bool),
    /// K3: order in time of Euler and BDF2.
    HalfSpaceOrder,
    /// K4 with Bi = 0.1, 1 and 10; coarse: 10 cells.
    Wall(usize, bool),
    /// KT: two time constants.
    Package,
    /// KT: manufactured solution.
    Manufactured,
}

/// Biot numbers of K4.
const BIOT: [&str; 3] = ["0.1", "1.0", "10.0"];

impl TimeCase {
    /// All of them on the grids of the validation table.
    pub const ALL: [TimeCase; 9] = [
        TimeCase::HalfSpace(Surface::Step, false),
        TimeCase::HalfSpace(Surface::Flux, false),
        TimeCase::HalfSpace(Surface::Film, false),
        TimeCase::HalfSpaceOrder,
        TimeCase::Wall(0, false),
        TimeCase::Wall(1, false),
        TimeCase::Wall(2, false),
        TimeCase::Package,
        TimeCase::Manufactured,
    ];

    /// Siblings on coarse grids.
    pub const COARSE: [TimeCase; 3] = [
        TimeCase::HalfSpace(Surface::Flux, true),
        TimeCase::HalfSpace(Surface::Film, true),
        TimeCase::Wall(1, true),
    ];

    /// Id of the case.
    #[must_use]
    pub fn id(self) -> String {
        let grid = |coarse: bool| if coarse { "-coarse" } else { "" };
        match self {
            TimeCase::HalfSpace(surface, coarse) => format!("K3-{}{}", surface.name(), grid(coarse)),
            TimeCase::HalfSpaceOrder => "K3-order".to_owned(),
            TimeCase::Wall(biot, coarse) => format!("K4-bi{}{}", BIOT[biot], grid(coarse)),
            TimeCase::Package => "KT-package".to_owned(),
            TimeCase::Manufactured => "KT-manufactured".to_owned(),
        }
    }

    /// One line for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            TimeCase::HalfSpace(..) => "half space under a step, a flux or a film",
            TimeCase::HalfSpaceOrder => "half space under a film: order of the steps",
            TimeCase::Wall(..) => "plane wall with films on both faces",
            TimeCase::Package => "package of two time constants",
            TimeCase::Manufactured => "manufactured solution over time: order of the steps",
        }
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        let told = |error| VerifyError::Reference { case: runner.case.clone(), error };
        let table = |name: &str| references.table(name).map_err(told);
        match self {
            TimeCase::HalfSpace(surface, coarse) => {
                half_space(runner, surface, coarse, &table("semi_infinite")?)
            }
            TimeCase::HalfSpaceOrder => half_space_order(runner),
            TimeCase::Wall(biot, coarse) => wall(runner, BIOT[biot], coarse, &table("slab_transient")?),
            TimeCase::Package => package(runner),
            TimeCase::Manufactured => manufactured(runner),
        }
    }
}

impl Surface {
    fn name(self) -> &'static str {
        match self {
            Surface::Step => "step",
            Surface::Flux => "flux",
            Surface::Film => "film",
        }
    }
}

/// Value of a column at a time, if both are there.
fn at(history: &History, column: &str, time: f64) -> Option<f64> {
    let column = history.columns.iter().position(|known| known == column)?;
    let row = history.rows.iter().find(|row| (row[0] - time).abs() <= 1e-9 * time.max(1.0))?;
    row.get(column).copied()
}

/// °C of a monitor at a time.
fn monitored(run: &Run, monitor: &str, time: f64) -> Result<f64, VerifyError> {
    let history = run.solution.history.as_ref();
    let value = history.and_then(|history| at(history, &format!("{monitor} degC"), time));
    value.ok_or_else(|| run.missing(format!("monitor '{monitor}' at {time} s")))
}

/// Temperature of the face beside the outermost cell, of `value` at its centre, by what the wall does; °C.
fn of_face(run: &Run, value: f64, spacing: f64) -> f64 {
    let conductance = run.scene.materials[0].conductivity[0] / (0.5 * spacing);
    match run.scene.walls[0].condition {
        Some(WallCondition::Flux(flux)) => value + flux / conductance,
        Some(WallCondition::Film { coefficient, ambient }) => {
            let ambient = crate::units::kelvin_to_celsius(ambient);
            (conductance * value + coefficient * ambient) / (conductance + coefficient)
        }
        _ => BASE + EXCESS,
    }
}

fn half_space(
    runner: &Runner,
    surface: Surface,
    coarse: bool,
    table: &Table,
) -> Result<Vec<Row>, VerifyError> {
    let (spacing, cells) = if coarse { (2e-3, 150) } else { (0.5e-3, 600) };
    let mut settings = vec![format!("spacing=\"{spacing} m\""), format!("grid.cells=[{cells}, 1, 1]")];
    if coarse {
        settings.push("transient.tolerance=\"0.02 K\"".to_owned());
    }
    let file = format!("k3_{}.toml", surface.name());
    let run = runner.solve(&runner.case, &file, &settings)?;
    let told = |error| run.told(error);
    let column = format!("{}_K", surface.name());
    let (times, places) = (table.numbers("t_s").map_err(told)?, table.numbers("x_m").map_err(told)?);
    let known = table.numbers(&column).map_err(told)?;
    // The scale of a flux is the rise that it makes at its surface.
    let scale = match surface {
        Surface::Flux => known.iter().copied().fold(0.0, f64::max),
        _ => EXCESS,
    };
    let tolerance = HALF_SPACE * (spacing / 0.5e-3_f64).powi(2).min(4.0);
    let mut rows = Vec::new();
    for ((time, place), known) in times.into_iter().zip(places).zip(known) {
        let value = match place {
            0.0 => of_face(&run, monitored(&run, "below_surface", time)?, spacing),
            x => monitored(&run, &format!("at_{:.0}_mm", x * 1e3), time)?,
        };
        let quantity = format!("rise at {:.0} mm, {time} s, K", place * 1e3);
        rows.push(run.label.row(quantity, known, value - BASE, Distance::Of(scale), tolerance));
    }
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

/// From the differences of three lengths of steps, each half of the one before, on one grid at 60 s.
fn half_space_order(runner: &Runner) -> Result<Vec<Row>, VerifyError> {
    let mut rows = Vec::new();
    let settings = ["spacing=\"2 mm\"".to_owned(), "grid.cells=[150, 1, 1]".to_owned()];
    for (scheme, order) in SCHEMES {
        let mut runs = Vec::new();
        for step in [2.0, 1.0, 0.5] {
            let case = format!("{}-{}-{step}", runner.case, scheme.name());
            let mut scene = runner.read(&case, "k3_film.toml", &settings)?;
            if let Some(transient) = &mut scene.transient {
                (transient.scheme, transient.steps, transient.duration) = (scheme, Steps::Fixed(step), 60.0);
            }
            runs.push(runner.solve_scene(&case, scene, &settings, None)?);
        }
        let apart = |a: &Run, b: &Run| distance(&a.solution.fields, &b.solution.fields);
        let (far, near) = (apart(&runs[0], &runs[1]), apart(&runs[1], &runs[2]));
        let quantity = format!("order of {} in time, steps of 2, 1, 0.5 s", scheme.name());
        rows.push(runs[2].label.row(quantity, order, (far / near).log2(), Distance::Absolute, ORDER));
        for run in &runs {
            rows.extend(runner.always(run)?);
        }
    }
    Ok(rows)
}

/// Root of the mean square of the difference of two fields of temperature, K.
fn distance(a: &Fields, b: &Fields) -> f64 {
    let squares = a.temperature_k.iter().zip(&b.temperature_k).map(|(a, b)| (a - b).powi(2));
    (squares.sum::<f64>() / a.temperature_k.len() as f64).sqrt()
}

fn wall(runner: &Runner, biot: &str, coarse: bool, table: &Table) -> Result<Vec<Row>, VerifyError> {
    let (spacing, cells) = if coarse { (2e-3, 10) } else { (0.5e-3, 40) };
    let settings =
        [format!("biot={biot}"), format!("spacing=\"{spacing} m\""), format!("grid.cells=[{cells}, 1, 1]")];
    let run = runner.solve(&runner.case, "k4_plane_wall.toml", &settings)?;
    let told = |error| run.told(error);
    let tolerance = WALL * (spacing / 0.5e-3_f64).powi(2);
    let mut rows = Vec::new();
    for row in 0..table.len() {
        let number = |column: &str| table.number(row, column).map_err(told);
        if number("Bi")? != biot.parse::<f64>().unwrap_or(f64::NAN) {
            continue;
        }
        let fourier = number("Fo")?;
        let time = 100.0 * fourier;
        let face = of_face(&run, monitored(&run, "below_the_face", time)?, spacing);
        let found = [
            ("theta_X0", monitored(&run, "at_the_middle", time)?),
            ("theta_X05", monitored(&run, "at_half", time)?),
            ("theta_X1", face),
        ];
        for (column, value) in found {
            let quantity = format!("{column}, Fo = {fourier}");
            let excess = (value - BASE) / EXCESS;
            rows.push(run.label.row(quantity, number(column)?, excess, Distance::Absolute, tolerance));
        }
    }
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

/// Two stores in series: rises of the first and second at a time after a power steps up from nothing.
#[derive(Clone, Copy, Debug)]
struct Pair {
    power: f64,
    resistance: [f64; 2],
    capacity: [f64; 2],
}

impl Pair {
    /// By the eigenvalues of the system, exactly.
    fn rises(self, time: f64) -> [f64; 2] {
        let Pair { power, resistance: [r1, r2], capacity: [c1, c2] } = self;
        let steady = [power * (r1 + r2), power * r2];
        let (a, b, c, d) = (-1.0 / (r1 * c1), 1.0 / (r1 * c1), 1.0 / (r1 * c2), -(1.0 / r1 + 1.0 / r2) / c2);
        let root = (0.25 * (a - d) * (a - d) + b * c).sqrt();
        let (fast, slow) = (0.5 * (a + d) - root, 0.5 * (a + d) + root);
        // Eigenvectors (b, λ − a); the distance from the end is a sum of both.
        let determinant = b * (slow - fast);
        let of_fast = (-steady[0] * (slow - a) + steady[1] * b) / determinant;
        let of_slow = (-steady[1] * b + steady[0] * (fast - a)) / determinant;
        let (fast_now, slow_now) = (of_fast * (fast * time).exp(), of_slow * (slow * time).exp());
        [steady[0] + b * (fast_now + slow_now), steady[1] + (fast - a) * fast_now + (slow - a) * slow_now]
    }
}

fn package(runner: &Runner) -> Result<Vec<Row>, VerifyError> {
    let run = runner.solve(&runner.case, "kt_package.toml", &[])?;
    let (chip, plate) = (&run.scene.chips[0], &run.scene.cold_plates[0]);
    let store = |capacity: Option<f64>| capacity.ok_or_else(|| run.missing("heat capacity".to_owned()));
    let exact = Pair {
        power: chip.power,
        resistance: [chip.junction_to_case, 0.025],
        capacity: [store(chip.heat_capacity.die)?, store(plate.heat_capacity)?],
    };
    let supply = crate::units::kelvin_to_celsius(run.scene.loops[0].supply_temperature);
    let end = exact.power * exact.resistance.iter().sum::<f64>();
    let mut rows = Vec::new();
    for time in [1.0, 2.0, 5.0, 10.0, 20.0] {
        let known = exact.rises(time)[0];
        let found = monitored(&run, "gpu", time)? - supply;
        let quantity = format!("rise of the junction after {time} s, K");
        rows.push(run.label.row(quantity, known, found, Distance::Of(end), PACKAGE));
    }
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pair_starts_at_rest_obeys_its_equations_and_ends_at_its_steady_rises() {
        let pair = Pair { power: 1200.0, resistance: [0.01, 0.025], capacity: [15.0, 225.0] };
        let [start, far] = [pair.rises(0.0), pair.rises(1e3)];
        assert!(start.iter().all(|rise| rise.abs() < 1e-11), "{start:?}");
        approx::assert_relative_eq!(far[0], 42.0, max_relative = 1e-12);
        approx::assert_relative_eq!(far[1], 30.0, max_relative = 1e-12);
        let step = 1e-5;
        let (before, now, after) = (pair.rises(2.0 - step), pair.rises(2.0), pair.rises(2.0 + step));
        let slope = [0, 1].map(|i| (after[i] - before[i]) / (2.0 * step));
        let through = (now[0] - now[1]) / 0.01;
        approx::assert_relative_eq!(15.0 * slope[0], 1200.0 - through, max_relative = 1e-6);
        approx::assert_relative_eq!(225.0 * slope[1], through - now[1] / 0.025, max_relative = 1e-6);
    }
}
