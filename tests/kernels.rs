//! The GPU backend on this machine's best adapter.

use libtest_mimic::{Arguments, Trial};
use racktherm::backend::BackendError;
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};

/// Tests need a GPU or a software driver; without one they show as ignored, or fail with `REQUIRE_GPU=1`.
fn main() -> std::process::ExitCode {
    let opened = GpuBackend::new(&Choice::Any, LimitsChoice::Adapter);
    let missing = matches!(opened, Err(BackendError::NoDevice { .. }));
    let required = std::env::var("REQUIRE_GPU").is_ok_and(|value| value == "1");
    let outcome = opened.map(|_| ()).map_err(|error| error.to_string());
    let test = Trial::test("the_device_passes_its_self_test", move || Ok(outcome?));
    libtest_mimic::run(&Arguments::from_args(), vec![test.with_ignored_flag(missing && !required)])
        .exit_code()
}
