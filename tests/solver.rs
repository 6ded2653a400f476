//! Facts about the multigrid-preconditioned solver on the f64 backend.

use racktherm::backend::cpu::CpuBackend;
use racktherm::model::system::State;
use racktherm::solver::{Options, Refined};
use racktherm::verify::contrast;

/// Solves a named problem to ‖r‖/‖b‖ ≤ 1e-8 and returns the Krylov steps.
fn iterations(name: &str, n: usize) -> usize {
    let problem = contrast::problem(name, n).unwrap();
    let backend = CpuBackend::new();
    let options = Options { correction: 1e-8, outer_steps: 1, ..Options::cpu() };
    let start = std::time::Instant::now();
    let mut refined = Refined::new(&backend, &problem.system, options).unwrap();
    let setup = start.elapsed();
    let mut x = State::zeros(&problem.system);
    let report = refined.solve(&mut x, &problem.source).unwrap();
    println!(
        "{name} {n}: {report:?} levels {:?} setup {setup:?} all {:?}",
        refined.levels(),
        start.elapsed()
    );
    assert!(report.relative_residual < 1e-6, "{name} {n}: {report:?}");
    report.iterations
}

/// Steps at 32³ and 64³ that the solver takes today, rounded up by a tenth; `random` waits for the bodies
/// as coarse unknowns.
#[test]
fn copper_in_air_takes_few_iterations_on_every_grid() {
    let bounds = [
        ("blocks", 32),
        ("board", 26),
        ("random", 246),
        ("neumann", 13),
        ("copper-cube", 15),
        ("masked", 14),
    ];
    for (name, bound) in bounds {
        for n in [32, 64] {
            let steps = iterations(name, n);
            assert!(steps <= bound, "{name} {n}³ takes {steps} iterations, more than {bound}");
        }
    }
}
