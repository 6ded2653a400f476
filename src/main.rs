//! Parse, call, print, exit code.

fn main() -> std::process::ExitCode {
    racktherm::cli::main()
}
