//! F2, F3 and F14: heat in laminar ducts, along the entrance and far downstream.
//!
//! Solved over a quarter of the duct, or half the gap between plates. At a Péclet number of 100 and more conduction along the
//! stream has no part far downstream; along the entrance it is 2400. x* = x/(D Re Pr).

use super::flow::at_second_order;
use super::formulas::worst;
use super::profile::Profile;
use super::reference::References;
use super::runs::{Run, Runner};
use super::sections::{Section, sections};
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;

/// Cells over the short side and what a developed Nusselt number may be off with them.
const DEVELOPED: [(usize, f64); 2] = [(16, 1.5e-2), (32, 5e-3)];
/// Share of the local Nusselt number, distance of the mixed temperature, with so many cells, from this x* on.
const ENTRANCE: (f64, f64, usize, f64) = (2e-2, 3e-3, 32, 1e-3);
/// Share of every quantity of the heated plates, with so many cells over the gap.
const PLATES: (f64, usize) = (5e-3, 16);

/// What the walls do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Held at one temperature.
    T,
    /// At one temperature in a section, rising along the stream: the same heat in every section.
    H1,
    /// The same heat everywhere.
    H2,
}

/// Heat in a laminar duct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heat {
    /// F2: developed.
    Developed(Kind),
    /// F2 on 8 cells, of walls held at one temperature.
    DevelopedCoarse,
    /// F3: thermal entrance between plates, or in a square duct.
    Entrance {
        /// Between plates.
        plates: bool,
    },
    /// F3 between plates on 16 cells.
    EntranceCoarse,
    /// F14.
    Plates,
}

impl Heat {
    /// The cases of the validation table.
    pub const ALL: [Heat; 6] = [
        Heat::Developed(Kind::T),
        Heat::Developed(Kind::H1),
        Heat::Developed(Kind::H2),
        Heat::Entrance { plates: true },
        Heat::Entrance { plates: false },
        Heat::Plates,
    ];
    /// Coarse siblings.
    pub const COARSE: [Heat; 2] = [Heat::DevelopedCoarse, Heat::EntranceCoarse];

    /// `F2-T`, `F3-plates` and so on.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Heat::Developed(Kind::T) => "F2-T",
            Heat::Developed(Kind::H1) => "F2-H1",
            Heat::Developed(Kind::H2) => "F2-H2",
            Heat::DevelopedCoarse => "F2-coarse",
            Heat::Entrance { plates: true } => "F3-plates",
            Heat::Entrance { plates: false } => "F3-square",
            Heat::EntranceCoarse => "F3-coarse",
            Heat::Plates => "F14",
        }
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        match self {
            Heat::Developed(kind) => {
                let mut rows = Vec::new();
                for ratio in [("1", 1.0), ("0", 0.0)] {
                    for (cells, tolerance) in DEVELOPED {
                        rows.extend(developed(runner, references, kind, ratio, cells, tolerance)?);
                    }
                }
                Ok(rows)
            }
            Heat::DevelopedCoarse => {
                let (asked, tolerance) = DEVELOPED[0];
                let tolerance = at_second_order(tolerance, asked, 8);
                developed(runner, references, Kind::T, ("1", 1.0), 8, tolerance)
            }
            Heat::Entrance { plates } => entrance(runner, references, plates, ENTRANCE.2),
            Heat::EntranceCoarse => entrance(runner, references, true, 16),
            Heat::Plates => plates(runner, references),
        }
    }
}

/// Sets a duct of the short side 1 m; a ratio of sides of 0 stands for plates. `cells` lie over the short side.
struct Duct {
    ratio: f64,
    cells: usize,
    along: usize,
    /// Hydraulic diameters.
    length: f64,
    reynolds: f64,
    prandtl: f64,
}

impl Duct {
    fn width(&self) -> f64 {
        if self.ratio == 0.0 { 1.0 } else { self.ratio.recip() }
    }

    fn diameter(&self) -> f64 {
        if self.ratio == 0.0 { 2.0 } else { 2.0 * self.width() / (1.0 + self.width()) }
    }

    fn settings(&self) -> Vec<String> {
        let half = self.cells / 2;
        let deep = if self.ratio == 0.0 { 1 } else { (half as f64 * self.width()).round() as usize };
        let mut settings = vec![
            format!("width=\"{} m\"", self.width()),
            format!("diameter=\"{} m\"", self.diameter()),
            format!("length=\"{} m\"", self.length * self.diameter()),
            format!("reynolds={}", self.reynolds),
            format!("prandtl={}", self.prandtl),
            format!("grid.cells=[{}, {half}, {deep}]", self.along),
        ];
        if self.ratio == 0.0 {
            settings.push("opening.inlet.velocity=\"formula: 1.5 * (1 - (1 - 2*y)^2)\"".to_owned());
        }
        settings
    }

    /// W/(m K), at a mean speed of 1 m/s of a fluid of 1 kg/m³ and 1 J/(kg K).
    fn conductivity(&self) -> f64 {
        self.diameter() / (self.reynolds * self.prandtl)
    }
}

fn developed(
    runner: &Runner,
    references: &References,
    kind: Kind,
    (text, ratio): (&str, f64),
    cells: usize,
    tolerance: f64,
) -> Result<Vec<Row>, VerifyError> {
    // x* = 0.2 at the end. Between the walls that rise with x the fluid starts from one temperature: the difference from
    // the developed profile fades with the slowest mode, e^(−4 Nu_T x*), to 0.3 % in a square duct at x* = 0.5.
    let (along, length) = if kind == Kind::H1 { (100, 50.0) } else { (60, 20.0) };
    let duct = Duct { ratio, cells, along, length, reynolds: 1.0, prandtl: 100.0 };
    let mut settings = duct.settings();
    let file = if kind == Kind::H2 { "f2_heated_duct.toml" } else { "f3_held_duct.toml" };
    if ratio == 0.0 {
        settings.extend(between_plates(kind));
    }
    if kind == Kind::H1 {
        settings.push("wall.bottom.temperature=\"formula: 301 + x\"".to_owned());
        settings.push("wall.left_heat.temperature=\"formula: 301 + x\"".to_owned());
    }
    let run = runner.solve(&format!("{}-{text}-{cells}", runner.case), file, &settings)?;
    let column = match kind {
        Kind::T => "Nu_T",
        Kind::H1 => "Nu_H1",
        Kind::H2 => "Nu_H2",
    };
    let table = references.table("duct_laminar_fd").map_err(|error| run.told(error))?;
    let known = table
        .row_with(&[("alpha", text)])
        .and_then(|row| table.number(row, column))
        .map_err(|error| run.told(error))?;
    // Away from the outlet, whose cells carry heat out upwind.
    let sections = sections(&run);
    let found = sections[sections.len() * 9 / 10].nusselt(duct.diameter(), duct.conductivity());
    let mut rows = vec![run.label.row("Nusselt number", known, found, Distance::Relative, tolerance)];
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

/// Settings that make the side of a duct the symmetry plane between plates.
fn between_plates(kind: Kind) -> Vec<String> {
    match kind {
        Kind::H2 => vec!["wall.left.flux=\"0 W/m2\"".to_owned(), "wall.left.slip=true".to_owned()],
        // What holds the side's temperature goes to the plate, which has it already.
        _ => vec!["wall.left.slip=true".to_owned(), "wall.left_heat.side=\"y-\"".to_owned()],
    }
}

fn entrance(
    runner: &Runner,
    references: &References,
    plates: bool,
    cells: usize,
) -> Result<Vec<Row>, VerifyError> {
    let ratio = if plates { 0.0 } else { 1.0 };
    let (reynolds, prandtl) = (2.4, 1000.0);
    // x* = 0.02 at the end.
    let along = 10 * cells.min(20);
    let duct = Duct { ratio, cells, along, length: 0.02 * reynolds * prandtl, reynolds, prandtl };
    let mut settings = duct.settings();
    if plates {
        settings.extend(between_plates(Kind::T));
    }
    let run = runner.solve(&format!("{}-{cells}", runner.case), "f3_held_duct.toml", &settings)?;
    let told = |error| run.told(error);
    let table = references
        .table(if plates { "graetz_parallel_plates" } else { "graetz_rectangular" })
        .map_err(told)?;
    let sections = sections(&run);
    let over = |value: &dyn Fn(&Section) -> f64| {
        let unit = duct.diameter() * reynolds * prandtl;
        let (positions, values) = sections.iter().map(|s| (s.at / unit, value(s))).unzip();
        Profile { positions, values }
    };
    let nusselt = over(&|section| section.nusselt(duct.diameter(), duct.conductivity()));
    // The walls are 1 K above what enters.
    let mixed = over(&|section| section.wall - section.mixed);
    let last = 0.95 * nusselt.positions.last().copied().unwrap_or(0.0);
    let mut points = Vec::new();
    for row in 0..table.len() {
        let known = |column: &str| table.number(row, column).map_err(told);
        let at = known("xs")?;
        if (plates || known("alpha")? == ratio) && (ENTRANCE.3..last).contains(&at) {
            points.push((at, known("Nu_xT")?, known("theta_m")?));
        }
    }
    let (local, mean, asked, _) = ENTRANCE;
    let [local, mean] = [local, mean].map(|tolerance| at_second_order(tolerance, asked, cells));
    let mut rows = Vec::new();
    rows.extend(worst(points.iter().map(|&(at, known, _)| {
        run.label.row(format!("Nu at x* = {at}"), known, nusselt.at(at), Distance::Relative, local)
    })));
    rows.extend(worst(points.iter().map(|&(at, _, known)| {
        run.label.row(format!("theta_m at x* = {at}"), known, mixed.at(at), Distance::Absolute, mean)
    })));
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

fn plates(runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
    let run = runner.solve(&runner.case, "f14_heated_plates.toml", &[])?;
    let table = references.table("cht_heated_plates").map_err(|error| run.told(error))?;
    let known = |quantity: &str| {
        table
            .row_with(&[("quantity", quantity)])
            .and_then(|row| table.number(row, "value"))
            .map_err(|error| run.told(error))
    };
    let (tolerance, asked) = PLATES;
    let gap = run.cells()[1] * 4 / 6;
    let tolerance = at_second_order(tolerance, asked, gap);
    // From 150 mm on all is developed; the ends of the plates, over 19 mm, are far away.
    let columns = [80, 92].map(|i| Column::of(&run, i));
    let [first, second] = columns;
    let slope = (second.mixed - first.mixed) / (second.at - first.at);
    let mut rows = Vec::new();
    for (name, found, quantity) in [
        ("rise of the mixed temperature, K/m", slope, "dTm_dx"),
        ("wall over mixed temperature, K", first.wall - first.mixed, "Twall_minus_Tm"),
        ("outer over inner face of a plate, K", first.outer - first.wall, "Touter_minus_Twall"),
    ] {
        rows.push(run.label.row(name, known(quantity)?, found, Distance::Relative, tolerance));
    }
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

/// Temperatures of a section of the heated plates, K.
#[derive(Clone, Copy, Debug)]
struct Column {
    at: f64,
    mixed: f64,
    wall: f64,
    outer: f64,
}

impl Column {
    fn of(run: &Run, i: usize) -> Self {
        let fields = &run.solution.fields;
        let at = fields.grid.centre(Axis::X, i);
        let profile = Profile::along(&fields.grid, &fields.temperature_k, Axis::Y, [at, 0.0, 0.0]);
        let (mut stream, mut carried, mut solid) = (0.0, 0.0, Vec::new());
        for j in 0..profile.positions.len() {
            let speed = fields.velocity[0][[i, j, 0]];
            stream += speed;
            carried += speed * profile.values[j];
            if fields.material[[i, j, 0]] != 0 && profile.positions[j] < 3e-3 {
                solid.push(j);
            }
        }
        // In the plate cell values lie on a parabola, whatever the grid.
        let plate = Profile {
            positions: solid.iter().map(|&j| profile.positions[j]).collect(),
            values: solid.iter().map(|&j| profile.values[j]).collect(),
        };
        Self { at, mixed: carried / stream, wall: plate.at(1e-3), outer: plate.at(0.0) }
    }
}
