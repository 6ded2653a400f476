//! The energy equation and its solution on both backends against a third opinion, `common/oracle.rs`.
//!
//! Tests of the GPU show as ignored where there is no adapter; `REQUIRE_GPU=1` makes that a failure.

mod cases;
#[path = "../common/compare.rs"]
mod compare;
#[path = "../common/oracle.rs"]
mod oracle;
#[path = "../common/random.rs"]
mod random;
#[path = "../common/scenes.rs"]
mod scenes;

use cases::Case;
use libtest_mimic::{Arguments, Failed, Trial};
use oracle::Oracle;
use racktherm::backend::BackendError;
use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use racktherm::backend::refinement::Refinement;
use racktherm::model::system::{LinearSystem, State};
use racktherm::model::{energy_system, sheet_rise};
use racktherm::solver::{Options, Refined};
use random::Random;
use std::process::ExitCode;

/// Share of a row's magnitude by which two ways of adding it up may differ.
const ROUNDING: f64 = 1e-12;

/// A·x of both assemblies at random values, row by row.
fn rows(case: &Case, system: &LinearSystem, b: &State) -> Result<(), String> {
    let oracle = Oracle::new(&case.model, &case.inputs());
    let mut random = Random::new(11);
    let size = system.size;
    for _ in 0..3 {
        let mut values = |count| random.values(count).iter().map(|v| 40.0 * v).collect();
        let x = State { cells: values(system.cells()), nodes: values(system.nodes()) };
        let expected = oracle.residual(&x);
        let (found, _) = system.residual(&x, b);
        let tolerance = |m: &[f64]| m.iter().map(|m| ROUNDING * m).collect::<Vec<_>>();
        let (value, magnitude) = (&expected.value, &expected.magnitude);
        compare::fields(&case.name, size, &value.cells, &found.cells, &tolerance(&magnitude.cells))?;
        compare::numbers(&case.name, &value.nodes, &found.nodes, &tolerance(&magnitude.nodes))?;
    }
    Ok(())
}

fn all_rows() -> Result<(), Failed> {
    for case in Case::all() {
        let (system, b) = energy_system(&case.model, &case.inputs());
        rows(&case, &system, &b)?;
    }
    Ok(())
}

/// Scales the largest of some coefficients by a millionth; whether there is one. (A small one may be below
/// the rounding of its row.)
fn perturb<'a>(list: impl IntoIterator<Item = &'a mut f64>) -> bool {
    let largest = list.into_iter().max_by(|a, b| a.abs().total_cmp(&b.abs()));
    largest.is_some_and(|value| {
        *value *= 1.0 + 1e-6;
        *value != 0.0
    })
}

/// Every kind of coefficient, off by a millionth in one place, is noticed.
fn wrong_coefficient() -> Result<(), Failed> {
    type Perturbation = fn(&mut LinearSystem, &mut State) -> bool;
    let perturbations: [(&str, Perturbation); 10] = [
        ("from_upper x", |a, _| perturb(&mut a.from_upper[0])),
        ("from_upper z", |a, _| perturb(&mut a.from_upper[2])),
        ("from_lower", |a, _| perturb(&mut a.from_lower[1])),
        ("seam from upper", |a, _| perturb(a.seam.iter_mut().map(|face| &mut face.from_upper))),
        ("seam from lower", |a, _| perturb(a.seam.iter_mut().map(|face| &mut face.from_lower))),
        ("sink", |a, _| perturb(&mut a.sink)),
        ("node sink", |a, _| perturb(&mut a.border.sink)),
        ("cell link", |a, _| perturb(a.border.cell_links.iter_mut().map(|l| &mut l.conductance))),
        ("node link", |a, _| perturb(a.border.node_links.iter_mut().map(|l| &mut l.conductance))),
        ("right-hand side", |_, b| perturb(&mut b.cells)),
    ];
    let cases = Case::all();
    for (what, change) in perturbations {
        let mut tried = 0;
        for case in &cases {
            let (mut system, mut b) = energy_system(&case.model, &case.inputs());
            if change(&mut system, &mut b) {
                tried += 1;
                if rows(case, &system, &b).is_ok() {
                    Err(format!("{}: a wrong {what} passes", case.name))?;
                }
            }
        }
        if tried == 0 {
            Err(format!("no case has a {what}"))?;
        }
    }
    Ok(())
}

/// The refined solution of a backend against the direct one; `share` of the largest rise, or `kelvin`.
fn solved<B: Refinement>(backend: &B, options: Options, share: f64, kelvin: f64) -> Result<(), String> {
    for case in Case::all() {
        let (system, b) = energy_system(&case.model, &case.inputs());
        let (expected, sheets) = Oracle::new(&case.model, &case.inputs()).solve()?;
        let mut x = State::zeros(&system);
        let mut refined = Refined::new(backend, &system, options).map_err(|e| e.to_string())?;
        let report = refined.solve(&mut x, &b).map_err(|e| e.to_string())?;
        if !report.converged {
            return Err(format!("{}: {report:?}", case.name));
        }
        let largest = expected.values().fold(0.0, |m: f64, v| m.max(v.abs()));
        let all = |count| vec![kelvin.max(share * largest); count];
        let size = system.size;
        compare::fields(&case.name, size, &expected.cells, &x.cells, &all(system.cells()))?;
        compare::numbers(&case.name, &expected.nodes, &x.nodes, &all(system.nodes()))?;
        let rise = sheet_rise(&case.model, &case.inputs(), &x);
        compare::numbers(&format!("{} sheets", case.name), &sheets, &rise, &all(sheets.len()))?;
    }
    Ok(())
}

fn on_cpu() -> Result<(), Failed> {
    Ok(solved(&CpuBackend::new(), Options::cpu(), 1e-9, 0.0)?)
}

fn open() -> Result<GpuBackend, BackendError> {
    GpuBackend::new(&Choice::Any, LimitsChoice::Adapter)
}

fn on_gpu() -> Result<(), Failed> {
    let gpu = open().map_err(|error| error.to_string())?;
    Ok(solved(&gpu, Options::gpu(), 0.0, 1e-3)?)
}

fn main() -> ExitCode {
    let required = std::env::var("REQUIRE_GPU").is_ok_and(|value| value == "1");
    // Any other failure than a missing adapter is a failure of the test.
    let missing = match open() {
        Err(error @ BackendError::NoDevice { .. }) if !required => Some(error.to_string()),
        _ => None,
    };
    if let Some(reason) = &missing {
        eprintln!("tests of the GPU backend are ignored: {reason}");
    }
    let trials = vec![
        Trial::test("every_row_agrees_with_an_assembly_by_faces", all_rows),
        Trial::test("one_coefficient_off_by_a_millionth_fails", wrong_coefficient),
        Trial::test("the_solution_on_the_cpu_is_the_direct_one_within_1e_9_of_the_rise", on_cpu),
        Trial::test("the_solution_on_the_gpu_is_the_direct_one_within_1_mk", on_gpu)
            .with_ignored_flag(missing.is_some())
            .with_kind("gpu"),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
