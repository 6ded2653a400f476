//! `racktherm compare`: solves scenes and puts them side by side.

use super::input::Input;
use super::options::SolveOptions;
use super::progress::Reporter;
use super::{Exit, Failure, input, output};
use crate::couple;
use crate::report::{compare, json};
use crate::result::Summary;
use clap::Args;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Solve scenes and compare them: margins, heat, air, liquid and power, per rack and per GPU
#[derive(Debug, Args)]
pub(super) struct Compare {
    /// Scene files, two or more
    #[arg(required = true, num_args = 2..)]
    scenes: Vec<PathBuf>,
    /// Directory of the results: one directory a scene in it, and compare.json
    #[arg(long, value_name = "DIR", default_value = "results")]
    out: PathBuf,
    #[command(flatten)]
    options: SolveOptions,
}

impl Compare {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let inputs = input::load_all(&self.scenes, &self.options.set)?;
        let names = directories(&self.scenes);
        for (input, name) in inputs.iter().zip(&names) {
            self.options.prepare(&input.scene, &self.out.join(name))?;
        }
        // All scenes before any is solved: a mistake in the last one costs no run of the first.
        for input in &inputs {
            couple::prepare(&input.scene, self.options.couple().resolution)
                .map_err(|error| input.refused(error))?;
        }
        let mut summaries = Vec::new();
        for (input, name) in inputs.iter().zip(&names) {
            summaries.push(self.solve(input, &self.out.join(name))?);
        }
        let comparison = compare::compare(&summaries, &names);
        json::write(&self.out.join("compare.json"), &comparison)?;
        if self.options.json {
            output::print_json(&comparison)?;
        } else {
            let page = compare::page(&comparison, &summaries);
            output::print(&format!("{page}\nresults in {}\n", self.out.display()))?;
        }
        Ok(self.options.exit(summaries.iter()))
    }

    /// Keeps the summary only: the fields of one scene are written before the next is solved.
    fn solve(&self, input: &Input, directory: &Path) -> Result<Summary, Failure> {
        let progress = Reporter::new(&input.scene.name, self.options.quiet).into_directory(directory);
        let mut solution = couple::solve(&input.scene, &self.options.couple(), &progress)
            .map_err(|error| input.refused(error))?;
        progress.failure().map_or(Ok(()), Err)?;
        self.options.write(directory, &input.scene, &mut solution)?;
        Ok(solution.summary)
    }
}

/// A directory name for each scene: its stem, numbered where two files share one.
fn directories(scenes: &[PathBuf]) -> Vec<String> {
    let mut taken = HashSet::new();
    scenes
        .iter()
        .map(|path| {
            let stem = input::stem(path);
            let numbered = (2..).map(|n| format!("{stem}-{n}"));
            let free = std::iter::once(stem.clone()).chain(numbered).find(|name| !taken.contains(name));
            let name = free.expect("there are more numbers than scenes");
            taken.insert(name.clone());
            name
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scenes_of_the_same_stem_get_directories_of_their_own() {
        let scenes = ["a/rack.toml", "b/rack.toml", "rack-2.toml"].map(PathBuf::from);
        assert_eq!(directories(&scenes), ["rack", "rack-2", "rack-2-2"]);
    }
}
