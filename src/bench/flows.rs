//! Whole runs of scenes with solved flow: iterations, seconds, and the answers that make the times comparable.

use super::BenchError;
use crate::couple::{self, BackendChoice, Silent};
use crate::result::Solution;
use crate::verify::scenes;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// Names of the flows, in the order of the tables.
pub const NAMES: [&str; 3] = ["lid-cube", "heated-square", "channel"];

/// A flow: its scene and what is set in it.
fn settings(name: &str) -> Option<(&'static str, Vec<String>)> {
    let set = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    Some(match name {
        "lid-cube" => ("f6_lid_driven_cube.toml", set(&["grid.cells=[64,64,64]", "air.convection=central"])),
        "heated-square" => (
            "f9_heated_square.toml",
            set(&["rayleigh=1e6", "grid.cells=[160,160,1]", "air.convection=central"]),
        ),
        "channel" => ("conjugate_channel.toml", Vec::new()),
        _ => return None,
    })
}

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlowRow {
    /// Name of the flow.
    pub name: String,
    /// Cells of the finest grid.
    pub cells: usize,
    /// Iterations on the coarser grids, coarsest first, and on the finest.
    pub iterations: Vec<usize>,
    /// Their work and that of the grids which corrected them, all together, in iterations on the finest.
    pub work: f64,
    /// Whether everything converged.
    pub converged: bool,
    /// Wall time of the whole run with the most threads, s.
    pub seconds: f64,
    /// Wall times by number of threads (of the host, on a GPU).
    pub threads: Vec<FlowTiming>,
    /// What it found.
    pub answers: Vec<Answer>,
}

/// Time with a number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlowTiming {
    /// Threads.
    pub threads: usize,
    /// Wall time of the whole run, s.
    pub seconds: f64,
}

/// A value that a peer gives too.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What, with its unit.
    pub quantity: String,
    /// How much.
    pub value: f64,
}

/// Runs a flow once.
///
/// # Errors
/// [`BenchError`] if the device fails.
pub fn run(name: &str, backend: &BackendChoice) -> Result<Option<(Solution, f64)>, BenchError> {
    let Some((file, settings)) = settings(name) else { return Ok(None) };
    let scene =
        scenes::read(file, &settings).map_err(|message| BenchError::Scene { name: name.into(), message })?;
    let options = couple::Options { backend: backend.clone(), ..couple::Options::default() };
    let start = Instant::now();
    let solution = couple::solve(&scene, &options, &Silent)?;
    Ok(Some((solution, start.elapsed().as_secs_f64())))
}

impl FlowRow {
    /// The row of a flow from its runs, by number of threads.
    #[must_use]
    pub fn new(name: &str, runs: &[(usize, Solution, f64)]) -> Option<Self> {
        let (_, solution, seconds) = runs.last()?;
        let summary = &solution.summary;
        let mut iterations: Vec<usize> = summary.grid.coarser.iter().map(|level| level.iterations).collect();
        iterations.push(summary.convergence.flow_iterations);
        let cells = summary.grid.cells;
        let coarser = summary.grid.coarser.iter().map(|level| level.work * level.cells as f64 / cells as f64);
        let work = coarser.sum::<f64>() + summary.convergence.flow_work;
        Some(Self {
            name: name.into(),
            cells,
            iterations,
            work,
            converged: summary.convergence.converged,
            seconds: *seconds,
            threads: runs.iter().map(|&(threads, _, seconds)| FlowTiming { threads, seconds }).collect(),
            answers: answers(name, solution),
        })
    }
}

fn answers(name: &str, solution: &Solution) -> Vec<Answer> {
    let answer = |quantity: &str, value: f64| Answer { quantity: quantity.into(), value };
    match name {
        "heated-square" => {
            let [nx, ny] = [solution.summary.grid.nx, solution.summary.grid.ny];
            let column = |i: usize| -> f64 {
                (0..ny).map(|j| solution.fields.temperature_k[[i, j, 0]] - 300.0).sum::<f64>() / ny as f64
            };
            // Half a cell conducts to a side that is 0.5 K over or under the middle.
            let conductance = 2.0 * nx as f64;
            vec![
                answer("Nu hot", conductance * (0.5 - column(0))),
                answer("Nu cold", conductance * (column(nx - 1) + 0.5)),
            ]
        }
        "channel" => {
            let parts = &solution.summary.components;
            let mut found: Vec<Answer> = parts
                .iter()
                .map(|part| answer(&format!("{} mean °C", part.name), part.temperature_mean_c))
                .collect();
            let air = solution.summary.air.as_ref();
            found.extend(air.map(|air| answer("outlet °C", air.exhaust_c)));
            found
        }
        _ => {
            let least = solution.fields.velocity[0].iter().copied().fold(f64::INFINITY, f64::min);
            vec![answer("least u, m/s", least)]
        }
    }
}
