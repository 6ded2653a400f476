//! One solved scene of a case, and the rows that every such run gives.

use super::measure::HeatFlows;
use super::profile::Profile;
use super::reference::ReferenceError;
use super::{Distance, Label, Row, VerifyError, scenes};
use crate::couple::transient::DriveOf;
use crate::couple::{self, BackendChoice, Options, Silent};
use crate::grid::Axis;
use crate::result::Solution;
use crate::scene::{AirField, Scene};

/// Heat that may be lost, as a share of the heat that flows through (NUMERICS.md, Parity).
const BALANCE: [(&str, f64); 2] = [("cpu", 1e-9), ("gpu", 1e-6)];
/// Largest temperature difference between the backends, K (NUMERICS.md, Parity).
const PARITY: f64 = 1e-3;
/// Mass that a cell may lose, as a share of its throughput (NUMERICS.md, section 3).
const MASS: f64 = 1e-9;

/// Solves the scenes of a case.
pub struct Runner<'a> {
    /// Id of the case.
    pub case: String,
    /// Where to compute.
    pub backend: &'a BackendChoice,
}

/// A solved scene.
#[derive(Debug)]
pub struct Run {
    /// As read, with the settings of the variant.
    pub scene: Scene,
    /// The settings.
    pub settings: Vec<String>,
    /// What was found.
    pub solution: Solution,
    /// Case and backend of its rows.
    pub label: Label,
}

impl Runner<'_> {
    /// Solves a scene of [`scenes::SCENES`] with `--set` texts; `case` is the id in its rows.
    ///
    /// # Errors
    /// [`VerifyError`] if the scene cannot be read or the run cannot start.
    pub fn solve(&self, case: &str, file: &str, settings: &[String]) -> Result<Run, VerifyError> {
        let scene = self.read(case, file, settings)?;
        self.solve_scene(case, scene, settings, None)
    }

    /// Reads a scene of [`scenes::SCENES`] with `--set` texts.
    ///
    /// # Errors
    /// [`VerifyError::Scene`].
    pub fn read(&self, case: &str, file: &str, settings: &[String]) -> Result<Scene, VerifyError> {
        scenes::read(file, settings).map_err(|message| VerifyError::Scene { case: case.to_owned(), message })
    }

    /// Solves a scene that was read with `settings`; over time with powers of its own, if they are given.
    ///
    /// # Errors
    /// [`VerifyError::Run`] if the run cannot start.
    pub fn solve_scene(
        &self,
        case: &str,
        scene: Scene,
        settings: &[String],
        drive: Option<&DriveOf>,
    ) -> Result<Run, VerifyError> {
        let solution = self.solve_on(case, &scene, drive, self.backend)?;
        let label = Label { case: case.to_owned(), backend: solution.summary.backend.kind.clone() };
        Ok(Run { scene, settings: settings.to_vec(), solution, label })
    }

    fn solve_on(
        &self,
        case: &str,
        scene: &Scene,
        drive: Option<&DriveOf>,
        backend: &BackendChoice,
    ) -> Result<Solution, VerifyError> {
        let options = Options { backend: backend.clone(), ..Options::default() };
        couple::solve_driven(scene, drive, &options, &Silent)
            .map_err(|error| VerifyError::Run { case: case.to_owned(), error })
    }

    /// What every run owes: its heat balance; on the GPU its distance from the CPU; why it did not
    /// converge, if it did not.
    ///
    /// # Errors
    /// [`VerifyError`] if the run on the CPU cannot be done.
    pub fn always(&self, run: &Run) -> Result<Vec<Row>, VerifyError> {
        let Run { scene, solution, label, .. } = run;
        let mut rows = Vec::new();
        let convergence = &solution.summary.convergence;
        if !convergence.converged {
            let quantity = format!("converged (1) or not (0): {}", convergence.reason);
            rows.push(label.row(quantity, 1.0, 0.0, Distance::Absolute, 0.0));
        }
        let flows = scene.air.field == AirField::Momentum;
        rows.push(run.balance());
        if flows {
            let defect = solution.summary.mass.relative;
            rows.push(label.row("mass balance of the worst cell", 0.0, defect, Distance::Absolute, MASS));
        }
        if label.backend == "gpu" {
            let cpu = self.solve_on(&label.case, scene, None, &BackendChoice::Cpu)?;
            let pairs = solution.fields.temperature_k.iter().zip(&cpu.fields.temperature_k);
            // `f64::max` would drop a value that is not a number.
            let distance = |(a, b): (&f64, &f64)| (a - b).abs();
            let largest = pairs.map(distance).fold(0.0, |m: f64, d| if d > m || d.is_nan() { d } else { m });
            rows.push(label.row("largest |T - T on cpu|, K", 0.0, largest, Distance::Absolute, PARITY));
        }
        Ok(rows)
    }
}

impl Run {
    /// Its heat balance.
    #[must_use]
    pub fn balance(&self) -> Row {
        let summary = &self.solution.summary;
        let flows = self.scene.air.field == AirField::Momentum;
        let defect = if let Some(transient) = &summary.transient {
            // What is stored, over all its steps.
            transient.balance_relative
        } else if flows && !self.scene.openings.is_empty() {
            // What streams through openings is known on their faces alone.
            summary.balance.relative
        } else {
            HeatFlows::of(&self.scene, &self.solution.fields).defect()
        };
        self.label.row("heat balance", 0.0, defect, Distance::Absolute, self.by_backend(BALANCE))
    }

    /// The number that goes with the run's backend.
    #[must_use]
    pub fn by_backend(&self, numbers: [(&str, f64); 2]) -> f64 {
        let found = numbers.iter().find(|(kind, _)| *kind == self.label.backend);
        found.map_or(numbers[0].1, |(_, number)| *number)
    }

    /// A monitor's value.
    ///
    /// # Errors
    /// [`VerifyError::Missing`].
    pub fn monitor(&self, name: &str) -> Result<f64, VerifyError> {
        let found = self.solution.summary.monitors.iter().find(|monitor| monitor.name == name);
        found.map(|monitor| monitor.value).ok_or_else(|| self.missing(format!("monitor '{name}'")))
    }

    /// Heat into the domain through a wall of the scene, W.
    ///
    /// # Errors
    /// [`VerifyError::Missing`].
    pub fn wall_heat(&self, name: &str) -> Result<f64, VerifyError> {
        let index = self.scene.walls.iter().position(|wall| wall.name == name);
        let index = index.ok_or_else(|| self.missing(format!("wall '{name}'")))?;
        Ok(HeatFlows::of(&self.scene, &self.solution.fields).walls[index])
    }

    /// The error of a table.
    #[must_use]
    pub fn told(&self, error: ReferenceError) -> VerifyError {
        VerifyError::Reference { case: self.label.case.clone(), error }
    }

    /// Velocity along the axis `component` on the line along `axis` through a point.
    #[must_use]
    pub fn velocity(&self, component: Axis, axis: Axis, through: [f64; 3]) -> Profile {
        let fields = &self.solution.fields;
        Profile::along(&fields.grid, &fields.velocity[component as usize], axis, through)
    }

    /// Cells along x, y, z.
    #[must_use]
    pub fn cells(&self) -> [usize; 3] {
        self.solution.fields.grid.size()
    }

    /// The error of a result that lacks something.
    #[must_use]
    pub fn missing(&self, what: String) -> VerifyError {
        VerifyError::Missing { case: self.label.case.clone(), what }
    }
}
