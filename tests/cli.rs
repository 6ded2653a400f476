//! The command line as a user meets it: transcripts in `tests/cli/`, and what a transcript cannot show.

use std::process::{Command, Stdio};

fn racktherm() -> Command {
    Command::new(env!("CARGO_BIN_EXE_racktherm"))
}

#[test]
fn transcripts_hold() {
    trycmd::TestCases::new().case("tests/cli/*.trycmd");
}

#[test]
fn a_reader_that_closes_the_pipe_is_success() {
    let mut child = racktherm().arg("--help").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn wrong_input_exits_1_and_says_nothing_on_standard_output() {
    for arguments in [&["run"][..], &["run", "no/such.toml"], &["compare", "one.toml"], &["verify", "X9"]] {
        let output = racktherm().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}
