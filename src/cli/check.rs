//! `racktherm check`: reports all mistakes of scene files at once, those that only the grid shows included.

use super::input::Input;
use super::options::GridChoice;
use super::{Exit, Failure, input, output};
use crate::couple;
use crate::scene::Remark;
use clap::Args;
use std::path::{Path, PathBuf};

/// Read scenes, fit them to their grid and report every mistake, without solving
#[derive(Debug, Args)]
pub(super) struct Check {
    /// Scene files
    #[arg(required = true)]
    scenes: Vec<PathBuf>,
    /// Overrides a value of the scenes; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Grid that the scenes have to fit, as for `run`
    #[arg(long, value_enum, default_value = "draft")]
    grid: GridChoice,
}

impl Check {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let mut exit = Exit::Success;
        for path in &self.scenes {
            match self.check(path) {
                Ok(text) => output::print(&text)?,
                Err(Failure::Reported) => exit = Exit::WrongInput,
                Err(other) => return Err(other),
            }
        }
        Ok(exit)
    }

    /// What is to say of a scene without mistakes.
    fn check(&self, path: &Path) -> Result<String, Failure> {
        let input = input::load_scene_or_part(path, &self.set)?;
        let remarks = if input.is_part {
            // A part alone has nothing that drives its air or takes its heat.
            Vec::new()
        } else {
            let resolution = self.grid.resolution();
            couple::prepare(&input.scene, resolution).map_err(|error| input.refused(error))?.remarks
        };
        Ok(describe(&path.display().to_string(), &input, &remarks))
    }
}

/// One line of contents, then the remarks of the reader and the grid.
fn describe(path: &str, input: &Input, grid: &[Remark]) -> String {
    let scene = &input.scene;
    let plates = [
        (scene.solids.len(), "solids"),
        (scene.chips.len(), "chips"),
        (scene.gpus(), "of them GPUs"),
        (scene.fans.len(), "fans"),
        (scene.heat_sinks.len(), "heat sinks"),
        (scene.cold_plates.len(), "cold plates"),
        (scene.branches.iter().filter(|branch| branch.listed).count(), "coolant branches"),
    ];
    let contents: Vec<String> = plates
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let remarks: String =
        scene.remarks.iter().chain(grid).map(|remark| format!("  remark: {remark}\n")).collect();
    format!("{path}: no mistakes. {} ({})\n{remarks}", scene.title, contents.join(", "))
}
