//! Scene files, with all their mistakes told at once.

use super::Failure;
use crate::couple::CoupleError;
use crate::scene::{Diagnostics, Loaded, Places, Scene};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// A scene without mistakes of its own.
pub(super) struct Input {
    path: PathBuf,
    pub(super) scene: Scene,
    places: Places,
    /// Whether it is a part on its own, which has nothing that drives air or coolant.
    pub(super) is_part: bool,
}

impl Input {
    /// What grid, air or heat paths refuse goes to standard error as the reader's mistakes do.
    pub(super) fn refused(&self, error: CoupleError) -> Failure {
        match error {
            CoupleError::Scene(faults) => told(&self.path, &self.places.diagnose(&faults)),
            CoupleError::Backend(_) => error.into(),
        }
    }
}

/// Reads a scene; its mistakes go to standard error.
///
/// # Errors
/// [`Failure::Reported`] once they are said.
pub(super) fn load(path: &Path, overrides: &[String]) -> Result<Input, Failure> {
    input(path, Scene::load_all(path, overrides))
}

/// Reads a scene, or a part file as if one of it stood alone; its mistakes go to standard error.
///
/// # Errors
/// As [`load`].
pub(super) fn load_scene_or_part(path: &Path, overrides: &[String]) -> Result<Input, Failure> {
    input(path, Scene::load_scene_or_part(path, overrides))
}

fn input(path: &Path, loaded: Loaded) -> Result<Input, Failure> {
    let Loaded { scene, mistakes, places, is_part, .. } = loaded;
    let scene = scene.ok_or_else(|| told(path, &mistakes))?;
    Ok(Input { path: path.to_owned(), scene, places, is_part })
}

/// Says all mistakes, with their number last, where a reader looks first.
fn told(path: &Path, mistakes: &Diagnostics) -> Failure {
    let count = mistakes.len();
    let plural = if count == 1 { "mistake" } else { "mistakes" };
    let text = mistakes.render(std::io::stderr().is_terminal());
    super::output::complain(&format!("{text}{}: {count} {plural}", path.display()));
    Failure::Reported
}

/// Reads all scenes before any is solved: a mistake in the last one costs no run of the first.
///
/// # Errors
/// As [`load`], after all scenes were read.
pub(super) fn load_all<P: AsRef<Path>>(paths: &[P], overrides: &[String]) -> Result<Vec<Input>, Failure> {
    let read: Vec<_> = paths.iter().map(|path| load(path.as_ref(), overrides)).collect();
    read.into_iter().collect()
}

/// A scene's file name without its extension.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "scene".into(), |stem| stem.to_string_lossy().into_owned())
}
