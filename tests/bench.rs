//! Facts about `racktherm bench`: its contract, its problems, its refusals.

use racktherm::backend::cpu::CpuBackend;
use racktherm::bench::{self, BenchError, Options, Report, solvers};
use racktherm::couple::{BackendChoice, Silent};
use racktherm::verify::contrast;
use serde_json::Value;
use std::process::Command;

fn options(rows: &[&str], cells: &[usize]) -> Options {
    let rows = rows.iter().map(|&row| row.to_owned()).collect();
    Options { backend: BackendChoice::Cpu, rows, cells: cells.to_vec() }
}

/// The named numbers of an object, each finite and positive.
fn positive(object: &Value, keys: &[&str]) {
    for key in keys {
        let number = object[*key].as_f64().unwrap_or_else(|| panic!("no number {key} in {object}"));
        assert!(number.is_finite() && number > 0.0, "{key} in {object}");
    }
}

#[test]
fn the_json_of_a_tiny_run_follows_the_contract_and_standard_error_stays_silent() {
    let output = Command::new(env!("CARGO_BIN_EXE_racktherm"))
        .args(["bench", "--backend", "cpu", "--json", "--quiet", "--cells", "12"])
        .output()
        .unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["device"].as_str().is_some_and(|name| name.ends_with("f64")), "{}", report["device"]);
    positive(&report, &["copy_gb_s"]);
    let kernels = report["kernels"].as_array().unwrap();
    for kernel in kernels {
        positive(kernel, &["cells", "bytes_per_cell", "seconds", "gb_s", "copy_share"]);
    }
    for name in ["apply", "residual", "smooth", "restrict", "prolong", "dot", "axpy"] {
        assert!(kernels.iter().any(|kernel| kernel["name"] == name), "no kernel {name}");
    }
    let solvers = report["solvers"].as_array().unwrap();
    let names: Vec<_> = solvers.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, contrast::NAMES);
    for row in solvers {
        positive(row, &["cells", "unknowns", "iterations", "seconds", "relative_residual"]);
        assert!(row["relative_residual"].as_f64().unwrap() <= solvers::REDUCTION, "{row}");
    }
}

#[test]
fn a_sweep_cannot_do_with_less_than_seven_values_a_cell_and_its_rate_is_bytes_over_time() {
    let report = bench::run(&options(&["kernels"], &[12]), &Silent).unwrap();
    let smooth = report.kernels.iter().find(|kernel| kernel.name == "smooth").unwrap();
    assert_eq!((smooth.cells, smooth.bytes_per_cell), (12 * 12 * 12, 56.0));
    let gb_s = 56.0 * 1728.0 / smooth.seconds * 1e-9;
    approx::assert_relative_eq!(smooth.gb_s, gb_s, max_relative = 1e-12);
    approx::assert_relative_eq!(smooth.copy_share, gb_s / report.copy_gb_s, max_relative = 1e-12);
    assert!(report.solvers.is_empty());
}

#[test]
fn a_solve_is_timed_with_1_and_with_2_threads_and_counts_the_cells_with_an_equation() {
    let Report { solvers, .. } = bench::run(&options(&["masked"], &[16]), &Silent).unwrap();
    let [row] = &solvers[..] else { panic!("{solvers:?}") };
    assert_eq!(row.threads[..2].iter().map(|timing| timing.threads).collect::<Vec<_>>(), [1, 2]);
    assert!(row.converged && row.highest_k.is_none());
    // A third of the cells takes no part.
    assert!((2600..2900).contains(&row.unknowns) && row.cells == 4096, "{row:?}");
}

#[test]
fn the_hottest_point_of_the_copper_cube_is_that_of_the_peers() {
    let problem = contrast::problem("copper-cube", 128).unwrap();
    let solve = solvers::solve(&CpuBackend::new(), &problem).unwrap();
    // pyamg on the same equations; OpenFOAM the same within its stopping tolerance.
    approx::assert_abs_diff_eq!(solve.highest, 11_322.594, epsilon = 1e-3);
}

#[test]
fn a_step_of_the_solver_costs_at_least_its_sweeps_and_its_product() {
    for name in contrast::NAMES {
        let problem = contrast::problem(name, 32).unwrap();
        let solve = solvers::solve(&CpuBackend::new(), &problem).unwrap();
        // Four sweeps, a residual and a product on the finest grid.
        assert!(solve.work_units >= 6.0 && solve.work_units < 60.0, "{name}: {}", solve.work_units);
    }
}

#[test]
fn every_problem_has_sources_from_the_smallest_grid_on() {
    for n in (*bench::CELLS.start()..=33).chain([64]) {
        for name in contrast::NAMES {
            assert!(contrast::problem(name, n).unwrap().source.norm() > 0.0, "{name} {n}³");
        }
    }
}

#[test]
fn a_row_that_does_not_exist_is_refused_with_all_that_do() {
    let error = bench::run(&options(&["nuemann"], &[]), &Silent).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, BenchError::UnknownRow { ref nearest, .. } if nearest == "neumann"), "{text}");
    assert!(contrast::NAMES.iter().chain([&bench::KERNELS]).all(|name| text.contains(name)), "{text}");
    assert!(matches!(bench::run(&options(&[], &[3]), &Silent), Err(BenchError::Cells { cells: 3 })));
}
