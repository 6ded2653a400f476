//! Whole solves of the problems of [`contrast`]: iterations, work and time.
//!
//! The goal is ‖r‖/‖b‖ ≤ 1e-8. On an f64 device that is one correction by the Krylov method, whose own
//! residual is asked; on an f32 device corrections of four steps are repeated until the true residual is
//! there or stands still. Storing the answer in f64 leaves a floor ([`SolverRow::floor`]) below which no residual can be.

use crate::backend::refinement::Refinement;
use crate::model::system::State;
use crate::solver::{Options, Refined, SolveError};
use crate::verify::contrast::Problem;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// ‖r‖/‖b‖ asked for.
pub const REDUCTION: f64 = 1e-8;
/// Krylov steps of one correction at most.
const STEPS: usize = 1000;
/// Half the spacing of f64 numbers around 1: what rounding a stored value costs.
const ROUNDING: f64 = 1.1e-16;
/// A solve is repeated up to so often, while all of them together stay below [`BUDGET`].
const REPEATS: usize = 3;
/// Seconds.
const BUDGET: f64 = 3.0;

/// The solve of a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SolverRow {
    /// Name of the problem.
    pub name: String,
    /// Cells of the grid.
    pub cells: usize,
    /// Cells with an equation.
    pub unknowns: usize,
    /// Krylov steps.
    pub iterations: usize,
    /// Cost of a step in residual evaluations on the finest grid.
    pub work_units_per_iteration: f64,
    /// Wall time of set-up and solve with the most threads, s.
    pub seconds: f64,
    /// Wall time of the solve for each decimal digit by which it reduced the residual, with the most
    /// threads, s.
    pub seconds_per_digit: f64,
    /// ‖b − A T‖/‖b‖ in f64.
    pub relative_residual: f64,
    /// The same of the rounded exact answer, about.
    pub floor: f64,
    /// Whether the residual is [`REDUCTION`], or no more than ten floors above it.
    pub converged: bool,
    /// Highest value over the held side, K; none where no side is held.
    pub highest_k: Option<f64>,
    /// Times by number of threads (of the host, on a GPU).
    pub threads: Vec<Timing>,
}

/// Times with a number of threads.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Timing {
    /// Threads.
    pub threads: usize,
    /// Wall time until the hierarchy stood on the device, s.
    pub setup_seconds: f64,
    /// Wall time of the solve, s.
    pub solve_seconds: f64,
}

/// One solve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Solve {
    /// Krylov steps.
    pub iterations: usize,
    /// Cost of a step in residual evaluations on the finest grid.
    pub work_units: f64,
    /// ‖b − A T‖/‖b‖ in f64.
    pub relative_residual: f64,
    /// What storing the answer in f64 leaves of it.
    pub floor: f64,
    /// Highest value.
    pub highest: f64,
    /// Seconds of the set-up.
    pub setup_seconds: f64,
    /// Seconds of the solve.
    pub solve_seconds: f64,
}

/// Sets a problem up and solves it from 0.
///
/// # Errors
/// [`SolveError`] if the device fails or the problem does not fit.
pub fn solve<B: Refinement>(backend: &B, problem: &Problem) -> Result<Solve, SolveError> {
    let options = match backend.description().kind {
        "cpu" => Options {
            tolerance: 0.0,
            outer_steps: 1,
            iterations: STEPS,
            correction: REDUCTION,
            ..Options::cpu()
        },
        _ => Options { tolerance: 0.0, balance: f64::INFINITY, reduction: REDUCTION, ..Options::gpu() },
    };
    let start = Instant::now();
    let mut refined = Refined::new(backend, &problem.system, options)?;
    // Uploads are queued: only a read waits for them.
    backend.read(&[])?;
    let setup_seconds = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let mut x = State::zeros(&problem.system);
    let report = refined.solve(&mut x, &problem.source)?;
    Ok(Solve {
        iterations: report.iterations,
        work_units: refined.work_units(),
        relative_residual: report.relative_residual,
        floor: ROUNDING * report.magnitude / problem.source.norm().max(f64::MIN_POSITIVE),
        highest: x.cells.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        setup_seconds,
        solve_seconds: start.elapsed().as_secs_f64(),
    })
}

/// The solve of median time among a few, with its times.
///
/// # Errors
/// As [`solve`].
pub fn typical<B: Refinement>(backend: &B, problem: &Problem) -> Result<Solve, SolveError> {
    let start = Instant::now();
    let mut solves = vec![solve(backend, problem)?];
    let first = start.elapsed().as_secs_f64();
    while solves.len() < REPEATS && start.elapsed().as_secs_f64() + first < BUDGET {
        solves.push(solve(backend, problem)?);
    }
    solves.sort_by(|a, b| a.solve_seconds.total_cmp(&b.solve_seconds));
    Ok(solves[solves.len() / 2])
}

impl SolverRow {
    /// The row of a problem from its solves, by number of threads.
    #[must_use]
    pub fn new(name: &str, problem: &Problem, solves: &[(usize, Solve)]) -> Option<Self> {
        let (_, last) = solves.last()?;
        let threads = solves
            .iter()
            .map(|&(threads, Solve { setup_seconds, solve_seconds, .. })| Timing {
                threads,
                setup_seconds,
                solve_seconds,
            })
            .collect();
        let held = problem.system.sink.iter().any(|&sink| sink > 0.0);
        Some(Self {
            name: name.to_owned(),
            cells: problem.grid.cells(),
            unknowns: problem.unknowns(),
            iterations: last.iterations,
            work_units_per_iteration: last.work_units,
            seconds: last.setup_seconds + last.solve_seconds,
            seconds_per_digit: last.solve_seconds / -last.relative_residual.log10(),
            relative_residual: last.relative_residual,
            floor: last.floor,
            converged: last.relative_residual <= REDUCTION + 10.0 * last.floor,
            highest_k: held.then_some(last.highest),
            threads,
        })
    }
}
