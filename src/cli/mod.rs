//! The command line: one file a subcommand.
//!
//! Results go to standard output, progress and warnings to standard error. A reader that closes the pipe
//! early is no failure.

mod bench;
mod check;
mod compare;
mod devices;
mod docs;
mod input;
mod options;
mod output;
mod progress;
mod run;
mod search;
mod verify;

use crate::backend::BackendError;
use crate::couple::CoupleError;
use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// How a command ended, as the exit code of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Solved, within limits or merely over them.
    Success = 0,
    /// Wrong input, or results that cannot be written.
    WrongInput = 1,
    /// A run did not converge, or a case missed its reference.
    NotConverged = 2,
    /// No such device, or it failed.
    NoDevice = 3,
    /// Over a limit, under `--fail-over-limit`.
    OverLimit = 4,
}

/// Rack thermal and liquid-cooling simulator: will every part stay under its limit, and at what cost.
#[derive(Debug, Parser)]
#[command(name = "racktherm", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 solved (over limits or not: the table says) · 1 wrong input · \
                          2 not converged · 3 no such device · 4 over a limit, with --fail-over-limit";

#[derive(Debug, Subcommand)]
enum Command {
    Run(run::Run),
    Compare(compare::Compare),
    Search(search::Search),
    Check(check::Check),
    Devices(devices::Devices),
    Verify(verify::Verify),
    Bench(bench::Bench),
    Docs(docs::Docs),
}

/// Why a command gives no result.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    File(#[from] crate::report::files::FileError),
    #[error(transparent)]
    Couple(#[from] CoupleError),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] std::io::Error),
    /// Said already, in full.
    #[error("")]
    Reported,
    #[error("{0}")]
    Input(String),
}

impl Failure {
    fn exit(&self) -> Exit {
        match self {
            Failure::Couple(CoupleError::Backend(BackendError::TooLarge { .. })) => Exit::WrongInput,
            Failure::Couple(CoupleError::Backend(_)) => Exit::NoDevice,
            _ => Exit::WrongInput,
        }
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let exit = match Arguments::try_parse() {
        Ok(arguments) => execute(arguments.command),
        Err(error) => refuse(&error),
    };
    ExitCode::from(exit as u8)
}

fn execute(command: Command) -> Exit {
    let result = match command {
        Command::Run(run) => run.execute(),
        Command::Compare(compare) => compare.execute(),
        Command::Search(search) => search.execute(),
        Command::Check(check) => check.execute(),
        Command::Devices(devices) => devices.execute(),
        Command::Verify(verify) => verify.execute(),
        Command::Bench(bench) => bench.execute(),
        Command::Docs(docs) => docs.execute(),
    };
    result.unwrap_or_else(|failure| {
        if !matches!(failure, Failure::Reported) {
            output::complain(&format!("error: {failure}"));
        }
        failure.exit()
    })
}

/// Help and version are answers; everything else that clap returns is wrong input.
fn refuse(error: &clap::Error) -> Exit {
    // A closed pipe leaves nobody to tell.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Success,
        _ => Exit::WrongInput,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_missing_device_exits_3_and_a_wrong_scene_1() {
        let missing = BackendError::NoDevice { reason: "none".into() };
        assert_eq!(Failure::from(CoupleError::from(missing)).exit(), Exit::NoDevice);
        assert_eq!(Failure::Input("x".into()).exit(), Exit::WrongInput);
    }
}
