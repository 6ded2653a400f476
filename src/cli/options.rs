//! What `run` and `compare` may be told.

use super::{Exit, Failure};
use crate::couple::{self, BackendChoice};
use crate::report::slice::Slice;
use crate::report::{self, files};
use crate::result::{Solution, Summary};
use crate::scene::{Resolution, Scene};
use clap::{Args, ValueEnum};
use std::path::Path;

/// Options shared by the commands that solve scenes.
#[derive(Debug, Args)]
pub(super) struct SolveOptions {
    /// Device: auto (a real GPU if there is one, else the CPU), gpu, cpu, or a part of a GPU's name
    #[arg(long, value_name = "auto|gpu|cpu|NAME", default_value = "auto", value_parser = backend)]
    pub(super) backend: BackendChoice,
    /// How fine the grid is
    #[arg(long, value_enum, default_value = "draft")]
    grid: GridChoice,
    /// Overrides a value of the scene, such as site.air_temperature="30 degC"; may be repeated
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = assignment)]
    pub(super) set: Vec<String>,
    /// Draws a field on a plane as PNG, such as x=0.3m:temperature; may be repeated
    #[arg(long, value_name = "AXIS=PLACE:QUANTITY")]
    slice: Vec<Slice>,
    /// No progress on standard error
    #[arg(long)]
    pub(super) quiet: bool,
    /// JSON instead of tables on standard output
    #[arg(long)]
    pub(super) json: bool,
    /// Exit with 4 if a part is over its limit, or its margin is not to be trusted
    #[arg(long)]
    fail_over_limit: bool,
}

/// How fine the grid is, as it is asked for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum GridChoice {
    /// At least 2 cells across each part and gap
    Draft,
    /// 4 cells
    Standard,
    /// 8 cells
    Fine,
}

impl GridChoice {
    pub(super) fn resolution(self) -> Resolution {
        match self {
            GridChoice::Draft => Resolution::Draft,
            GridChoice::Standard => Resolution::Standard,
            GridChoice::Fine => Resolution::Fine,
        }
    }
}

impl SolveOptions {
    pub(super) fn couple(&self) -> couple::Options {
        couple::Options { resolution: self.grid.resolution(), backend: self.backend.clone() }
    }

    /// Whether results can go to a directory and slices lie in the scene, before a long run.
    pub(super) fn prepare(&self, scene: &Scene, directory: &Path) -> Result<(), Failure> {
        files::prepare(directory)?;
        self.slice.iter().try_for_each(|slice| slice.check(scene.size)).map_err(Failure::Input)
    }

    /// Writes all files of a solved scene; its summary gets the electrical power of loads over time.
    pub(super) fn write(
        &self,
        directory: &Path,
        scene: &Scene,
        solution: &mut Solution,
    ) -> Result<(), Failure> {
        if let Some(power) = solution.summary.add_electrical(scene) {
            report::power::write(directory, &power)?;
        }
        for slice in &self.slice {
            slice.write(&directory.join(slice.file_name()), &solution.fields)?;
        }
        Ok(report::write_all(directory, solution)?)
    }

    /// The exit code that solved scenes deserve: not converged weighs more than over a limit.
    pub(super) fn exit<'a>(&self, mut summaries: impl Iterator<Item = &'a Summary> + Clone) -> Exit {
        if summaries.clone().any(|s| !s.convergence.converged) {
            Exit::NotConverged
        } else if self.fail_over_limit && summaries.any(|s| !s.passes()) {
            Exit::OverLimit
        } else {
            Exit::Success
        }
    }
}

/// `auto`, `gpu`, `cpu`, or part of a device's name.
pub(super) fn backend(text: &str) -> Result<BackendChoice, String> {
    match text {
        "auto" => Ok(BackendChoice::Auto),
        "gpu" => Ok(BackendChoice::Gpu),
        "cpu" => Ok(BackendChoice::Cpu),
        "" => Err("a backend is auto, gpu, cpu, or a part of a name that `racktherm devices` lists".into()),
        name => Ok(BackendChoice::Named(name.into())),
    }
}

fn assignment(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("write KEY=VALUE, such as loop.rack.flow=\"100 L/min\"".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Wrapper {
        #[command(flatten)]
        options: SolveOptions,
    }

    fn options(arguments: &[&str]) -> SolveOptions {
        Wrapper::try_parse_from(std::iter::once(&"x").chain(arguments)).unwrap().options
    }

    #[test]
    fn a_backend_that_is_no_keyword_is_a_device_name() {
        assert_eq!(options(&["--backend", "cpu"]).backend, BackendChoice::Cpu);
        assert_eq!(options(&["--backend", "llvmpipe"]).backend, BackendChoice::Named("llvmpipe".into()));
    }

    #[test]
    fn over_a_limit_is_success_unless_told_otherwise_and_not_converged_always_is_2() {
        let (mut air, liquid) = (sample::air(), sample::liquid());
        assert_eq!(options(&[]).exit([&air].into_iter()), Exit::Success);
        assert_eq!(options(&["--fail-over-limit"]).exit([&air].into_iter()), Exit::OverLimit);
        assert_eq!(options(&["--fail-over-limit"]).exit([&liquid].into_iter()), Exit::Success);
        let mut doubtful = liquid.clone();
        doubtful.components[0].not_trusted = Some("its sink is passed by".into());
        assert_eq!(options(&["--fail-over-limit"]).exit([&doubtful].into_iter()), Exit::OverLimit);
        air.convergence.converged = false;
        assert_eq!(options(&["--fail-over-limit"]).exit([&liquid, &air].into_iter()), Exit::NotConverged);
    }
}
