//! Which device computes: the one place where backends are told apart.
//!
//! `auto` takes a real GPU that passes its self-test. Where there is none the CPU computes; where there is
//! one that fails, the CPU computes and a warning says why. A device that was asked for by name is never
//! replaced.

use crate::backend::BackendError;
use crate::backend::cpu::CpuBackend;
use crate::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use crate::couple::engine::{Device, Engine};
use crate::couple::{BackendChoice, Progress};
use crate::result::Warning;
use crate::solver::Options;

/// Largest open share of the heat balance on an f64 device.
pub const BALANCE_CPU: f64 = 1e-9;

/// The same on an f32 device with residuals in extended precision.
pub const BALANCE_GPU: f64 = 1e-6;

/// A device that is ready to compute.
pub struct Opened {
    /// The device.
    pub device: Box<dyn Device>,
    /// Whether the CPU may take over if it fails later.
    pub may_fall_back: bool,
    /// What the user should know about the choice.
    pub warnings: Vec<Warning>,
}

/// All cores, f64.
#[must_use]
pub fn cpu() -> Box<dyn Device> {
    Box::new(Engine::new(CpuBackend::new(), Options::cpu(), BALANCE_CPU))
}

fn gpu(choice: &Choice) -> Result<Box<dyn Device>, BackendError> {
    let backend = GpuBackend::new(choice, LimitsChoice::Adapter)?;
    Ok(Box::new(Engine::new(backend, Options::gpu(), BALANCE_GPU)))
}

/// Opens the device of a choice.
///
/// # Errors
/// [`BackendError`] if a device was asked for that is not there or fails its self-test.
pub fn open(choice: &BackendChoice, progress: &dyn Progress) -> Result<Opened, BackendError> {
    let chosen = |device| Opened { device, may_fall_back: false, warnings: Vec::new() };
    match choice {
        BackendChoice::Cpu => Ok(chosen(cpu())),
        BackendChoice::Gpu => gpu(&Choice::Any).map(chosen),
        BackendChoice::Named(name) => gpu(&Choice::Named(name.clone())).map(chosen),
        BackendChoice::Auto => match gpu(&Choice::Auto) {
            Ok(device) => Ok(Opened { device, may_fall_back: true, warnings: Vec::new() }),
            Err(BackendError::NoDevice { .. }) => Ok(chosen(cpu())),
            Err(error) => Ok(Opened {
                device: cpu(),
                may_fall_back: false,
                warnings: vec![fallen_back(&error, progress)],
            }),
        },
    }
}

/// Says that the CPU takes over, and why.
pub fn fallen_back(error: &BackendError, progress: &dyn Progress) -> Warning {
    let warning = Warning {
        finding: format!("the GPU could not be used, the CPU computed instead: {error}"),
        place: "backend".into(),
        remedy: "`racktherm devices` lists what this machine has; `--backend cpu` chooses the CPU".into(),
    };
    progress.warn(&warning.finding);
    warning
}
