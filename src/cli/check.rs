//! `racktherm check`: reports all mistakes of scene files at once.

use super::{Exit, Failure, input, output};
use crate::scene::Scene;
use clap::Args;
use std::path::PathBuf;

/// Read scenes and report every mistake, without solving
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Scene files
    #[arg(required = true)]
    scenes: Vec<PathBuf>,
    /// Overrides a value of the scenes; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Check {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let mut exit = Exit::Success;
        for path in &self.scenes {
            match input::load_scene_or_part(path, &self.set) {
                Ok(scene) => output::print(&describe(&path.display().to_string(), &scene))?,
                Err(_) => exit = Exit::WrongInput,
            }
        }
        Ok(exit)
    }
}

/// One line of contents, then the reader's remarks.
fn describe(path: &str, scene: &Scene) -> String {
    let plates = [
        (scene.solids.len(), "solids"),
        (scene.chips.len(), "chips"),
        (scene.gpus(), "of them GPUs"),
        (scene.fans.len(), "fans"),
        (scene.heat_sinks.len(), "heat sinks"),
        (scene.cold_plates.len(), "cold plates"),
        (scene.branches.len(), "coolant branches"),
    ];
    let contents: Vec<String> = plates
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let remarks: String = scene.remarks.iter().map(|remark| format!("  remark: {remark}\n")).collect();
    format!("{path}: no mistakes. {} ({})\n{remarks}", scene.title, contents.join(", "))
}
