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

#[test]
fn check_and_run_refuse_a_scene_that_fits_no_grid_in_the_same_words_with_its_line() {
    let scene = "scenes/invalid/fan_into_closed_region.toml";
    let out = std::env::temp_dir().join(format!("racktherm-refused-{}", std::process::id()));
    let out = out.to_string_lossy().into_owned();
    let checked = racktherm().args(["check", scene]).output().unwrap();
    let run =
        racktherm().args(["run", scene, "--quiet", "--backend", "cpu", "--out", &out]).output().unwrap();
    let _ = std::fs::remove_dir_all(&out);
    assert_eq!((checked.status.code(), run.status.code()), (Some(1), Some(1)));
    let text = String::from_utf8(checked.stderr).unwrap();
    assert_eq!(text, String::from_utf8(run.stderr).unwrap());
    assert!(text.contains(&format!("{scene}:10:")) && text.contains("1 mistake"), "{text}");
}

#[test]
fn a_warning_on_standard_error_names_the_part_that_it_is_about() {
    let out = std::env::temp_dir().join(format!("racktherm-warned-{}", std::process::id()));
    let run = racktherm()
        .args(["run", "scenes/gb200_1u_air.toml", "--quiet", "--backend", "cpu", "--out"])
        .arg(&out)
        .output()
        .unwrap();
    let _ = std::fs::remove_dir_all(&out);
    let text = String::from_utf8(run.stderr).unwrap();
    assert!(text.contains("warning: gb200_1u_air: fan.1/fan: the fan has to give"), "{text}");
}

/// What the program says of a file that reaches it through a pipe.
#[cfg(target_os = "linux")]
fn check_through_a_pipe(file: &str) -> std::process::Output {
    let mut child = racktherm()
        .args(["check", "/dev/stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let text = std::fs::read(file).expect("the file ships");
    let mut pipe = child.stdin.take().expect("its input is a pipe");
    std::io::Write::write_all(&mut pipe, &text).expect("it reads all");
    drop(pipe);
    child.wait_with_output().expect("it ends")
}

#[cfg(target_os = "linux")]
#[test]
fn a_scene_may_come_through_a_pipe_and_a_part_is_told_to_be_a_file() {
    let scene = check_through_a_pipe("scenes/gb200_tray.toml");
    assert_eq!(scene.status.code(), Some(0), "{}", String::from_utf8_lossy(&scene.stderr));
    let part = check_through_a_pipe("scenes/parts/fan_40x56.toml");
    assert_eq!(part.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&part.stderr).contains("through a pipe"));
}
