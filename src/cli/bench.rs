//! `racktherm bench`: how fast this machine computes.

use super::progress::Reporter;
use super::{Exit, Failure, options, output};
use crate::bench::{self, BenchError, Report, page};
use crate::couple::BackendChoice;
use crate::report::files;
use clap::Args;
use std::path::{Path, PathBuf};

/// Measure memory bandwidth, every kernel and whole solves on a device
#[derive(Debug, Args)]
pub(super) struct Bench {
    /// What to measure: kernels, or problems such as blocks; all without any
    rows: Vec<String>,
    /// Device: auto, gpu, cpu, or a part of a GPU's name
    #[arg(long, value_name = "auto|gpu|cpu|NAME", default_value = "auto", value_parser = options::backend)]
    backend: BackendChoice,
    /// Cells along each axis, instead of those that suit the device; may be repeated
    #[arg(long, value_name = "N")]
    cells: Vec<usize>,
    /// Also puts the tables into the device's section of a page [default file: docs/performance.md]
    #[arg(
        long,
        value_name = "FILE",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "docs/performance.md",
        conflicts_with_all = ["rows", "cells"]
    )]
    write: Option<PathBuf>,
    /// JSON instead of tables
    #[arg(long)]
    json: bool,
    /// No progress on standard error
    #[arg(long)]
    quiet: bool,
}

impl Bench {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        // A page that cannot be read must not cost a run.
        let old = self.write.as_deref().map(Self::page).transpose()?;
        let options = bench::Options {
            backend: self.backend.clone(),
            rows: self.rows.clone(),
            cells: self.cells.clone(),
        };
        let report = {
            let progress = Reporter::new("bench", self.quiet);
            bench::run(&options, &progress).map_err(failure)?
        };
        if self.json {
            output::print_json(&report)?;
        } else {
            output::print(&page::console(&report))?;
        }
        if let (Some(path), Some(old)) = (&self.write, old) {
            let new = page::put(&old, &report).map_err(|problem| wrong(path, &problem))?;
            files::write(path, |file| std::io::Write::write_all(file, new.as_bytes()))?;
        }
        Ok(exit(&report))
    }

    fn page(path: &Path) -> Result<String, Failure> {
        std::fs::read_to_string(path)
            .map_err(|error| Failure::Input(format!("cannot read {}: {error}", path.display())))
    }
}

fn wrong(path: &Path, problem: &str) -> Failure {
    Failure::Input(format!("{}: {problem}", path.display()))
}

/// A device that fails keeps its own exit code.
fn failure(error: BenchError) -> Failure {
    match error {
        BenchError::Device(error) => Failure::Couple(error),
        other => Failure::Input(other.to_string()),
    }
}

fn exit(report: &Report) -> Exit {
    let converged = report.solvers.iter().all(|row| row.converged);
    if converged { Exit::Success } else { Exit::NotConverged }
}
