//! The whole solver over the GPU backend: corrections in f32, values and residuals in f64.

use super::case::{Case, bound, values};
use super::{Outcome, Test, compare};
use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::gpu::GpuBackend;
use racktherm::model::system::{LinearSystem, State};
use racktherm::solver::{Options, Refined};
use racktherm::verify::contrast;

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("copper_in_air_solved_on_the_gpu_is_the_f64_answer_within_1_mk", copper_in_air),
    ("copper_in_air_takes_few_iterations_on_the_gpu", iterations),
    ("advection_with_compact_nodes_solved_on_the_gpu_is_the_f64_answer", advection),
];

/// The state that each backend finds, the GPU's first.
fn both(gpu: &GpuBackend, system: &LinearSystem, b: &State) -> Result<[State; 2], String> {
    let mut found = [State::zeros(system), State::zeros(system)];
    let mut on_gpu = Refined::new(gpu, system, Options::gpu()).map_err(|e| e.to_string())?;
    let report = on_gpu.solve(&mut found[0], b).map_err(|e| e.to_string())?;
    if !report.converged {
        return Err(format!("on the GPU: {report:?}"));
    }
    let cpu = CpuBackend::new();
    let mut on_cpu = Refined::new(&cpu, system, Options::cpu()).map_err(|e| e.to_string())?;
    let report = on_cpu.solve(&mut found[1], b).map_err(|e| e.to_string())?;
    if report.converged { Ok(found) } else { Err(format!("on the CPU: {report:?}")) }
}

fn copper_in_air(gpu: &GpuBackend) -> Outcome {
    for name in ["blocks", "board"] {
        let problem = contrast::problem(name, 16).ok_or("no such problem")?;
        let [found, expected] = both(gpu, &problem.system, &problem.source)?;
        let tolerance = vec![1e-3; expected.cells.len()];
        compare::fields(name, problem.system.size, &expected.cells, &found.cells, &tolerance)?;
    }
    Ok(())
}

/// Steps to ‖r‖/‖b‖ ≤ 1e-8; the device takes them four at a time.
fn iterations(gpu: &GpuBackend) -> Outcome {
    let options = Options { tolerance: 0.0, balance: f64::INFINITY, reduction: 1e-8, ..Options::gpu() };
    let bounds =
        [("blocks", 20), ("board", 20), ("random", 40), ("neumann", 8), ("copper-cube", 12), ("masked", 16)];
    for (name, bound) in bounds {
        for n in [16, 32] {
            let problem = contrast::problem(name, n).ok_or("no such problem")?;
            let mut refined = Refined::new(gpu, &problem.system, options).map_err(|e| e.to_string())?;
            let mut x = State::zeros(&problem.system);
            let report = refined.solve(&mut x, &problem.source).map_err(|e| e.to_string())?;
            println!("{name} {n}³: {} steps", report.iterations);
            if !report.converged || report.iterations > bound {
                return Err(format!("{name} {n}³, at most {bound} steps: {report:?}"));
            }
        }
    }
    Ok(())
}

fn advection(gpu: &GpuBackend) -> Outcome {
    let case = Case::new([9, 7, 5], true, 3);
    let b = State { cells: case.b.clone(), nodes: values([3, 1, 1], 4) };
    let [found, expected] = both(gpu, &case.system, &b)?;
    let largest = expected.cells.iter().chain(&expected.nodes).fold(0.0, |m: f64, v| m.max(v.abs()));
    // The stopping rule asks for far more than f32 could hold: a hundredth of its roundoff is left over.
    let tolerance = |count| bound(1, &vec![0.01 * largest; count]);
    compare::fields("cells", case.size(), &expected.cells, &found.cells, &tolerance(expected.cells.len()))?;
    compare::numbers("nodes", &expected.nodes, &found.nodes, &tolerance(3))
}
