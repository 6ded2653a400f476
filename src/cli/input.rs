//! Scene files, with all their mistakes told at once.

use super::Failure;
use crate::scene::{Diagnostics, Scene};
use std::io::IsTerminal;
use std::path::Path;

/// Reads a scene; its mistakes go to standard error.
///
/// # Errors
/// [`Failure::Reported`] once they are said.
pub(super) fn load(path: &Path, overrides: &[String]) -> Result<Scene, Failure> {
    Scene::load(path, overrides).map_err(|mistakes| told(path, &mistakes))
}

/// Reads a scene, or a part file as if one of it stood alone; its mistakes go to standard error.
///
/// # Errors
/// As [`load`].
pub(super) fn load_scene_or_part(path: &Path, overrides: &[String]) -> Result<Scene, Failure> {
    let loaded = Scene::load_scene_or_part(path, overrides);
    loaded.scene.ok_or_else(|| told(path, &loaded.mistakes))
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
pub(super) fn load_all<P: AsRef<Path>>(paths: &[P], overrides: &[String]) -> Result<Vec<Scene>, Failure> {
    let read: Vec<_> = paths.iter().map(|path| load(path.as_ref(), overrides)).collect();
    read.into_iter().collect()
}

/// A scene's file name without its extension.
pub(super) fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "scene".into(), |stem| stem.to_string_lossy().into_owned())
}
