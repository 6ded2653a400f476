//! The cases with known answers: all of them pass, and each of them can fail. Flows that take minutes are run by
//! `racktherm verify`; here stand their siblings on coarse grids.
//!
//! Cases on the GPU need one, or a software driver. Where there is neither they show as ignored, with the
//! reason on standard error; `REQUIRE_GPU=1` makes that a failure. `cargo test` has no way to say so at run
//! time, so this file brings its own `main`.

mod answers;
mod scenes;
mod symmetry;

use libtest_mimic::{Arguments, Failed, Trial};
use racktherm::backend::BackendError;
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use racktherm::couple::BackendChoice;
use racktherm::verify::reference::References;
use racktherm::verify::{Case, Row};
use std::process::ExitCode;

/// What a test says: nothing, or what is wrong.
type Outcome = Result<(), String>;
/// Name and test.
type Test = (&'static str, fn() -> Outcome);

/// Cases that the GPU runs here beside the coarse siblings: each kind once; `racktherm verify --backend gpu` runs all.
const ON_GPU: [&str; 5] = ["K1", "K2-4-tip", "K6-kT-stretched", "K7-both", "KT-package"];

/// Runs a case with the tables as shipped.
fn run(case: Case, backend: &BackendChoice) -> Result<Vec<Row>, String> {
    case.run(backend, &References::default()).map_err(|error| error.to_string())
}

/// Every row of a case passes, and there is one at least.
fn passes(case: Case, backend: &BackendChoice, kind: &str) -> Result<(), Failed> {
    let rows = run(case, backend)?;
    if rows.is_empty() {
        return Err("nothing was compared".into());
    }
    let wrong = |row: &&Row| !row.pass || (case.has_cells() && row.backend != kind);
    match rows.iter().filter(wrong).collect::<Vec<_>>() {
        wrong if wrong.is_empty() => Ok(()),
        wrong => Err(format!("{wrong:#?}").into()),
    }
}

fn main() -> ExitCode {
    let required = std::env::var("REQUIRE_GPU").is_ok_and(|value| value == "1");
    // Any other failure than a missing adapter is a failure of every test.
    let missing = match GpuBackend::new(&Choice::Any, LimitsChoice::Adapter) {
        Err(error @ BackendError::NoDevice { .. }) if !required => Some(error.to_string()),
        _ => None,
    };
    if let Some(reason) = &missing {
        eprintln!("cases on the GPU are ignored: {reason}");
    }
    let short = Case::all().into_iter().filter(|case| !case.is_long());
    let on_cpu = short.chain(Case::coarse()).map(|case| {
        Trial::test(format!("{}_passes_on_the_cpu", case.id()), move || {
            passes(case, &BackendChoice::Cpu, "cpu")
        })
    });
    let gpu = Case::all().into_iter().filter(|case| ON_GPU.contains(&case.id().as_str()));
    let on_gpu = gpu.chain(Case::coarse()).map(|case| {
        let name = format!("{}_passes_on_the_gpu", case.id());
        Trial::test(name, move || passes(case, &BackendChoice::Gpu, "gpu"))
            .with_ignored_flag(missing.is_some())
            .with_kind("gpu")
    });
    let facts = [answers::TESTS, scenes::TESTS, symmetry::TESTS].concat();
    let facts = facts.into_iter().map(|(name, test)| Trial::test(name, move || Ok(test()?)));
    let trials = on_cpu.chain(on_gpu).chain(facts).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
