//! `racktherm run`: solves a scene and writes its results.

use super::options::SolveOptions;
use super::progress::Reporter;
use super::{Exit, Failure, input, output};
use crate::couple;
use crate::report::console;
use clap::Args;
use std::path::{Path, PathBuf};

/// Solve a scene: limits and margins, heat to air and liquid, fans and pumps
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Scene file
    scene: PathBuf,
    /// Directory of the results [default: results/SCENE-STEM]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    options: SolveOptions,
}

impl Run {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let input = input::load(&self.scene, &self.options.set)?;
        let scene = &input.scene;
        let directory =
            self.out.clone().unwrap_or_else(|| Path::new("results").join(input::stem(&self.scene)));
        self.options.prepare(scene, &directory)?;
        let mut solution = {
            let progress = Reporter::new(&scene.name, self.options.quiet).into_directory(&directory);
            let solution = couple::solve(scene, &self.options.couple(), &progress)
                .map_err(|error| input.refused(error))?;
            progress.failure().map_or(Ok(()), Err)?;
            solution
        };
        self.options.write(&directory, scene, &mut solution)?;
        let summary = &solution.summary;
        if self.options.json {
            output::print_json(summary)?;
        } else {
            output::print(&format!("{}\nresults in {}\n", console::page(summary), directory.display()))?;
        }
        Ok(self.options.exit(std::iter::once(summary)))
    }
}
