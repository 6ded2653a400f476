//! What a whole solve costs beside arithmetic: waits of the host, bytes over the bus, dispatches, memory.

use super::case::{Case, values};
use super::precision::open;
use super::{Outcome, Test, compare, text};
use racktherm::backend::BackendError;
use racktherm::backend::gpu::{Choice, Counters, GpuBackend, LimitsChoice};
use racktherm::backend::refinement::{Refinement, ResidualPrecision};
use racktherm::model::system::{LinearSystem, State};
use racktherm::solver::multigrid::HierarchyError;
use racktherm::solver::{Options, Refined, Report, SolveError};
use racktherm::verify::contrast;

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("a_solve_waits_for_the_device_at_most_2_times_and_once_in_four_iterations", read_backs),
    ("a_second_solve_asks_for_no_memory", no_allocation),
    ("a_solve_on_the_hosts_residuals_is_counted_as_such", host_residuals),
    ("a_thousandth_of_a_kelvin_opens_the_balance", one_millikelvin),
    ("a_whole_solve_fits_webgpus_default_limits", default_limits),
    ("a_grid_that_does_not_fit_a_binding_is_refused_before_anything_is_made", too_large),
    ("the_table_of_arrays_is_what_a_solver_asks_for", resident_arrays),
];

/// Dispatches of one Krylov step on one level at most: eight half sweeps, a residual, up to three restrictions
/// and prolongations, and on the finest the Krylov method's own; compact nodes add three to each product.
const DISPATCHES: u64 = 15;
const DISPATCHES_WITH_NODES: u64 = 40;

/// Problems of conduction, of a closed box, and of advection with compact nodes.
fn problems() -> Result<Vec<(LinearSystem, State)>, String> {
    let mut all = Vec::new();
    for name in ["blocks", "neumann", "masked"] {
        let problem = contrast::problem(name, 16).ok_or("no such problem")?;
        all.push((problem.system, problem.source));
    }
    let case = Case::new([13, 11, 7], true, 3);
    all.push((case.system, State { cells: case.b, nodes: values([3, 1, 1], 4) }));
    Ok(all)
}

/// A solve from nothing: its report, what it sent, and its levels.
fn solve(
    gpu: &GpuBackend,
    system: &LinearSystem,
    b: &State,
    x: &mut State,
    options: Options,
) -> Result<(Report, Counters, usize), String> {
    let mut refined = Refined::new(gpu, system, options).map_err(|e| e.to_string())?;
    let before = gpu.counters();
    let report = refined.solve(x, b).map_err(|e| e.to_string())?;
    Ok((report, gpu.counters() - before, refined.levels().len()))
}

fn read_backs(_: &GpuBackend) -> Outcome {
    for precision in [ResidualPrecision::F64, ResidualPrecision::TwoWords] {
        let Some(gpu) = open(precision)? else { continue };
        for (system, b) in problems()? {
            let mut x = State::zeros(&system);
            let (report, sent, levels) = solve(&gpu, &system, &b, &mut x, Options::gpu())?;
            let (iterations, steps) = (report.iterations as u64, report.outer_steps as u64);
            let rows = (system.cells() + system.nodes()) as u64;
            let a_level = if system.nodes() > 0 { DISPATCHES_WITH_NODES } else { DISPATCHES };
            // The values once, and three sums of eight bytes for every residual.
            let bytes = 8 * rows + 24 * (steps + 1);
            let holds = report.converged
                && sent.read_backs <= 2 + iterations / 4
                && sent.bytes_read == bytes
                && sent.host_residuals == 0
                && sent.dispatches <= 16 * (steps + 1) + a_level * levels as u64 * iterations;
            println!("{precision}: {iterations} iterations on {levels} levels, {sent:?}");
            if !holds {
                return Err(format!("{precision}: {report:?} sent {sent:?} over {levels} levels"));
            }
        }
    }
    Ok(())
}

fn no_allocation(gpu: &GpuBackend) -> Outcome {
    for (system, b) in problems()? {
        let mut refined = Refined::new(gpu, &system, Options::gpu()).map_err(|e| e.to_string())?;
        // The first solve makes the uniform buffers of its parameters.
        refined.solve(&mut State::zeros(&system), &b).map_err(|e| e.to_string())?;
        let before = gpu.bytes_requested();
        refined.solve(&mut State::zeros(&system), &b).map_err(|e| e.to_string())?;
        if gpu.bytes_requested() != before {
            return Err(format!("{} bytes were asked for", gpu.bytes_requested() - before));
        }
    }
    Ok(())
}

fn host_residuals(_: &GpuBackend) -> Outcome {
    let Some(gpu) = open(ResidualPrecision::Host)? else { return Err("no backend".into()) };
    for (system, b) in problems()? {
        let mut x = State::zeros(&system);
        let (report, sent, _) = solve(&gpu, &system, &b, &mut x, Options::gpu())?;
        if !report.converged || sent.host_residuals != report.outer_steps as u64 + 1 {
            return Err(format!("{report:?} sent {sent:?}"));
        }
    }
    Ok(())
}

fn one_millikelvin(_: &GpuBackend) -> Outcome {
    let problem = contrast::problem("blocks", 16).ok_or("no such problem")?;
    for precision in [ResidualPrecision::F64, ResidualPrecision::TwoWords, ResidualPrecision::Host] {
        let Some(gpu) = open(precision)? else { continue };
        let mut x = State::zeros(&problem.system);
        let look = Options { outer_steps: 0, ..Options::gpu() };
        solve(&gpu, &problem.system, &problem.source, &mut x, Options::gpu())?;
        let closed = solve(&gpu, &problem.system, &problem.source, &mut x, look)?.0;
        x.cells.iter_mut().for_each(|t| *t += 1e-3);
        let open = solve(&gpu, &problem.system, &problem.source, &mut x, look)?.0;
        // Σ s · 1 mK leaves more over the held side than the sources bring.
        let expected = problem.system.sink.iter().sum::<f64>() * 1e-3
            / problem.source.values().map(f64::abs).sum::<f64>();
        if !closed.converged || open.converged {
            return Err(format!("{precision}: {closed:?}, then {open:?}"));
        }
        let tolerance = 2.0 * look.balance;
        compare::numbers("open share", &[expected], &[open.imbalance], &[tolerance])?;
    }
    Ok(())
}

fn default_limits(_: &GpuBackend) -> Outcome {
    let gpu = GpuBackend::new(&Choice::Any, LimitsChoice::WebGpuDefaults).map_err(text)?;
    for (system, b) in problems()? {
        let mut x = State::zeros(&system);
        let (report, sent, _) = solve(&gpu, &system, &b, &mut x, Options::gpu())?;
        if !report.converged || sent.host_residuals > 0 {
            return Err(format!("{report:?} sent {sent:?}"));
        }
    }
    Ok(())
}

/// Bytes needed and offered, where an array does not fit.
fn refusal(error: &SolveError) -> Option<(u64, u64)> {
    match error {
        SolveError::Backend(BackendError::TooLarge { needed, available, .. })
        | SolveError::Hierarchy(HierarchyError::Backend(BackendError::TooLarge {
            needed, available, ..
        })) => Some((*needed, *available)),
        _ => None,
    }
}

fn too_large(_: &GpuBackend) -> Outcome {
    let limits = LimitsChoice::Reduced { max_workgroups: 65_535, max_array: 1 << 16 };
    let gpu = GpuBackend::new(&Choice::Any, limits).map_err(text)?;
    let before = gpu.bytes_requested();
    // 8 bytes for each of 32 × 17 × 16 coefficients.
    let system = LinearSystem::zeros([32, 17, 16], false);
    let refused = Refined::new(&gpu, &system, Options::gpu()).err();
    if refused.as_ref().and_then(refusal) != Some((69_632, 65_536)) {
        return Err(format!("{refused:?}"));
    }
    if gpu.bytes_requested() != before {
        return Err(format!("{} bytes were asked for", gpu.bytes_requested() - before));
    }
    // The inverse of the coarsest level of `blocks` and `masked` is larger than any array of the finest.
    let mut fitting = 0;
    for name in ["neumann", "copper-cube", "blocks", "masked"] {
        let problem = contrast::problem(name, 16).ok_or("no such problem")?;
        let before = gpu.bytes_requested();
        match Refined::new(&gpu, &problem.system, Options::gpu()) {
            Err(error) => {
                let (needed, _) = refusal(&error).ok_or_else(|| error.to_string())?;
                if needed <= 65_536 || gpu.bytes_requested() != before {
                    return Err(format!("{name}: {needed} bytes are too many"));
                }
            }
            Ok(mut refined) => {
                let mut x = State::zeros(&problem.system);
                let report = refined.solve(&mut x, &problem.source).map_err(|e| e.to_string())?;
                if !report.converged {
                    return Err(format!("{name}: {report:?}"));
                }
                fitting += 1;
            }
        }
    }
    println!("{fitting} of 4 problems fit arrays of 64 KiB");
    if (1..4).contains(&fitting) { Ok(()) } else { Err(format!("{fitting} of 4 problems fit")) }
}

fn resident_arrays(_: &GpuBackend) -> Outcome {
    for precision in [ResidualPrecision::F64, ResidualPrecision::TwoWords, ResidualPrecision::Host] {
        let Some(gpu) = open(precision)? else { continue };
        for (system, _) in problems()? {
            let before = gpu.bytes_requested();
            let table = Refined::resident_arrays(&gpu, &system, Options::gpu()).map_err(|e| e.to_string())?;
            if gpu.bytes_requested() != before {
                return Err("the table itself asks for memory".into());
            }
            let _refined = Refined::new(&gpu, &system, Options::gpu()).map_err(|e| e.to_string())?;
            let (asked, total) =
                (gpu.bytes_requested() - before, table.iter().map(|arrays| arrays.bytes).sum::<u64>());
            if asked != total {
                return Err(format!("{precision}: {total} bytes in the table, {asked} asked for"));
            }
            for arrays in &table {
                let per_cell = arrays.bytes as f64 / system.cells() as f64;
                println!("{precision}: {:4} × {:40} {per_cell:8.1} B/cell", arrays.count, arrays.name);
            }
            println!("{precision}: {:.1} B/cell in all", total as f64 / system.cells() as f64);
        }
        gpu.check_size(&LinearSystem::zeros([4, 4, 4], true)).map_err(text)?;
    }
    Ok(())
}
