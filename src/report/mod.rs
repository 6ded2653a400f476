//! Results to people and files.
//!
//! | module | what it writes |
//! |---|---|
//! | [`console`] | the page on standard output |
//! | [`json`] | `summary.json`, the contract for programs |
//! | [`csv`] | `components.csv`, `monitors.csv`, a file per line probe; over time `history.csv` |
//! | [`power`] | `power.csv`, electrical power over time |
//! | [`vtk`] | `fields.vtr` for ParaView and PyVista; over time a series with `fields.pvd` |
//! | [`slice`](mod@slice) | a field on a plane as a PNG |
//! | [`compare`] | several scenes side by side, and `compare.json` |
//! | [`files`] | directories and files that appear whole or not at all |

pub mod compare;
pub mod console;
pub mod csv;
pub mod files;
mod group;
pub mod json;
pub(crate) mod number;
pub mod power;
#[cfg(test)]
pub(crate) mod sample;
pub mod slice;
pub(crate) mod table;
pub mod vtk;

use crate::result::Solution;
use files::FileError;
use std::path::Path;

/// Writes all result files of a run into a directory, which is made if it is missing.
///
/// # Errors
/// [`FileError`] with the path that cannot be written.
pub fn write_all(directory: &Path, solution: &Solution) -> Result<(), FileError> {
    files::prepare(directory)?;
    csv::write(directory, &solution.summary, &solution.probes)?;
    vtk::write(&directory.join("fields.vtr"), &solution.fields)?;
    if let Some(history) = &solution.history {
        csv::write_history(directory, history)?;
    }
    if let Some(transient) = solution.summary.transient.as_ref().filter(|run| !run.snapshots_s.is_empty()) {
        vtk::write_index(directory, &transient.snapshots_s)?;
    }
    json::write(&directory.join("summary.json"), &solution.summary)
}
