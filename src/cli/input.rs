//! Scene files, with all their mistakes told at once.

use super::Failure;
use crate::scene::Scene;
use std::path::Path;

/// Reads a scene; its mistakes go to standard error.
///
/// # Errors
/// [`Failure::Reported`] once they are said.
pub(super) fn load(path: &Path, overrides: &[String]) -> Result<Scene, Failure> {
    let text = std::fs::read_to_string(path);
    let reason = match text {
        Err(error) => error.to_string(),
        Ok(_) => format!("its language is not built yet ({} overrides)", overrides.len()),
    };
    super::output::complain(&format!("scene \"{}\" cannot be read: {reason}", path.display()));
    Err(Failure::Reported)
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
