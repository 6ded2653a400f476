//! Parse, call, print, exit code.

fn main() -> std::process::ExitCode {
    // On a thread of the pool, so that no operation of a solve has to wake the pool from outside.
    rayon::scope(|_| racktherm::cli::main())
}
