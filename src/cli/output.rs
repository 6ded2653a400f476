//! Standard output and standard error; a closed pipe is success.

use std::io::{self, ErrorKind, Write};

/// Writes a text to standard output.
///
/// # Errors
/// What the system says, except that nobody reads any more.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    ignore_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes a value to standard output as JSON.
///
/// # Errors
/// As [`print`].
pub(super) fn print_json<T: serde::Serialize>(value: &T) -> io::Result<()> {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

/// Writes a line to standard error. If that fails there is no place left to say it.
pub(super) fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn ignore_closed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
