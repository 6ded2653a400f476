//! Every kernel of the GPU backend against its twin on the CPU, and what the backend does at its limits.
//!
//! Tests need a GPU or a software driver. Where there is neither they show as ignored, with the reason on
//! standard error; `REQUIRE_GPU=1` makes that a failure. `cargo test` has no way to say so at run time, so
//! this file brings its own `main`.

mod broken;
mod case;
#[path = "../common/compare.rs"]
mod compare;
mod comparison;
mod cost;
mod device;
mod flow;
mod flow_case;
mod flow_solve;
mod parity;
mod precision;
#[path = "../common/problems.rs"]
mod problems;
#[path = "../common/random.rs"]
mod random;
mod solve;

use libtest_mimic::{Arguments, Failed, Trial};
use racktherm::backend::BackendError;
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use std::process::ExitCode;

/// What a test says: nothing, or what is wrong.
type Outcome = Result<(), String>;
/// A test of a device.
type Test = fn(&GpuBackend) -> Outcome;

thread_local! {
    /// One device for all tests of a thread.
    static DEVICE: Result<GpuBackend, String> = open().map_err(text);
}

fn open() -> Result<GpuBackend, BackendError> {
    GpuBackend::new(&Choice::Any, LimitsChoice::Adapter)
}

fn text(error: BackendError) -> String {
    error.to_string()
}

fn on_device(test: Test) -> Result<(), Failed> {
    DEVICE.with(|device| Ok(test(device.as_ref().map_err(Clone::clone)?)?))
}

fn main() -> ExitCode {
    let required = std::env::var("REQUIRE_GPU").is_ok_and(|value| value == "1");
    // Any other failure than a missing adapter is a failure of every test.
    let missing = match open() {
        Err(error @ BackendError::NoDevice { .. }) if !required => Some(error.to_string()),
        _ => None,
    };
    if let Some(reason) = &missing {
        eprintln!("tests of the GPU backend are ignored: {reason}");
    }
    let on_devices = [
        parity::TESTS,
        precision::TESTS,
        broken::TESTS,
        device::TESTS,
        cost::TESTS,
        solve::TESTS,
        flow::TESTS,
        flow_solve::TESTS,
    ]
    .concat();
    let on_devices = on_devices.into_iter().map(|(name, test)| {
        Trial::test(name, move || on_device(test)).with_ignored_flag(missing.is_some()).with_kind("gpu")
    });
    let on_host = comparison::TESTS.iter().map(|(name, test)| Trial::test(*name, || Ok(test()?)));
    libtest_mimic::run(&Arguments::from_args(), on_devices.chain(on_host).collect()).exit_code()
}
