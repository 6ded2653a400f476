//! The outer iteration between air, solids, loop and door.

use crate::backend::BackendError;
use crate::result::Solution;
use crate::scene::{Resolution, Scene};
use thiserror::Error;

/// Which device computes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// A real GPU if there is one, else the CPU; never a software driver.
    #[default]
    Auto,
    /// A real GPU; an error if there is none.
    Gpu,
    /// All cores, f64.
    Cpu,
    /// The GPU whose name contains this text, software drivers included.
    Named(String),
}

/// What a run may be told besides its scene.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// How fine the grid is.
    pub resolution: Resolution,
    /// Which device computes.
    pub backend: BackendChoice,
}

/// Told while a run goes on.
pub trait Progress {
    /// A new stage of the work begins.
    fn stage(&self, name: &str);
    /// The stage is `done` (0 to 1); `message` says where it stands, such as its residual.
    fn update(&self, done: f64, message: &str);
    /// Something the user should know now; it is also in the summary.
    fn warn(&self, text: &str);
}

/// Progress that nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _name: &str) {}
    fn update(&self, _done: f64, _message: &str) {}
    fn warn(&self, _text: &str) {}
}

/// Why a run gave no solution.
#[derive(Debug, Error)]
pub enum CoupleError {
    /// The scene makes no problem that can be solved.
    #[error("{0}")]
    Scene(String),
    /// The device cannot do it.
    #[error(transparent)]
    Backend(#[from] BackendError),
}

/// Solves a scene.
///
/// # Errors
/// [`CoupleError`] if the scene makes no solvable problem or the device refuses. A run that does not
/// converge is no error: its summary says so.
pub fn solve(scene: &Scene, _options: &Options, _progress: &dyn Progress) -> Result<Solution, CoupleError> {
    Err(CoupleError::Scene(format!("scene {}: the coupled solution is not built yet", scene.name)))
}
