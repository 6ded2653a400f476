//! Result files: a directory that is known to be writable, and files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A result that cannot be written.
#[derive(Debug, Error)]
#[error("cannot write {}: {source}. Choose another directory with `--out DIR`", path.display())]
pub struct FileError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

/// Makes a directory and tries a file in it, so that a long run does not end in front of a locked door.
///
/// # Errors
/// [`FileError`] with the directory if it cannot be made or written.
pub fn prepare(directory: &Path) -> Result<(), FileError> {
    let trial = || {
        fs::create_dir_all(directory)?;
        let probe = temporary(&directory.join("probe"));
        File::create(&probe)?;
        fs::remove_file(&probe)
    };
    trial().map_err(|source| FileError { path: directory.to_owned(), source })
}

/// Writes a file under a temporary name in its directory and renames it when it is complete.
///
/// # Errors
/// [`FileError`] with the path; nothing is left behind then.
pub fn write(
    path: &Path,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), FileError> {
    let unfinished = temporary(path);
    let attempt = || {
        let mut writer = BufWriter::new(File::create(&unfinished)?);
        content(&mut writer)?;
        writer.flush()?;
        drop(writer);
        fs::rename(&unfinished, path)
    };
    attempt().map_err(|source| {
        // The first error is the one worth telling; the file may not even exist.
        let _ = fs::remove_file(&unfinished);
        FileError { path: path.to_owned(), source }
    })
}

fn temporary(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// A name made safe as a file name: letters, digits, `.`, `-` and `_` stay, the rest becomes `_`.
pub(crate) fn file_stem(name: &str) -> String {
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
    name.chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("racktherm-{name}-{}", std::process::id()));
        prepare(&path).unwrap();
        path
    }

    #[test]
    fn a_file_that_fails_half_way_leaves_the_old_one_and_nothing_else() {
        let place = directory("half");
        let path = place.join("summary.json");
        write(&path, |w| w.write_all(b"old")).unwrap();
        let failed = write(&path, |w| {
            w.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.unwrap_err().to_string().contains("disk full"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(&place).unwrap().count(), 1);
        fs::remove_dir_all(place).unwrap();
    }

    #[test]
    fn a_directory_under_a_file_is_refused_with_its_path() {
        let place = directory("blocked");
        write(&place.join("x"), |w| w.write_all(b"")).unwrap();
        let error = prepare(&place.join("x/results")).unwrap_err();
        assert!(error.to_string().contains("x/results") && error.to_string().contains("--out"));
        fs::remove_dir_all(place).unwrap();
    }

    #[test]
    fn names_with_slashes_become_file_names() {
        assert_eq!(file_stem("tray.1/front line"), "tray.1_front_line");
    }
}
