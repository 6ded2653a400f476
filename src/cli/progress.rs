//! Progress on standard error: a bar on a terminal, plain lines otherwise; snapshots of runs over time to their files.

use super::output::complain;
use crate::couple::Progress;
use crate::report::files::FileError;
use crate::report::vtk;
use crate::result::Fields;
use indicatif::{ProgressBar, ProgressStyle};
use std::cell::{Cell, RefCell};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Steps of the bar.
const STEPS: u64 = 1000;
/// Plain lines of one stage come no faster than this.
const PAUSE: Duration = Duration::from_secs(10);

/// Shows the progress of one scene.
pub(super) struct Reporter {
    scene: String,
    /// Where snapshots go, if anywhere.
    directory: Option<PathBuf>,
    /// The first snapshot that could not be written.
    failed: RefCell<Option<FileError>>,
    display: Display,
}

enum Display {
    Nothing,
    Bar(ProgressBar),
    Lines { stage: RefCell<String>, last: Cell<Instant> },
}

impl Reporter {
    pub(super) fn new(scene: &str, quiet: bool) -> Self {
        let display = if quiet {
            Display::Nothing
        } else if std::io::stderr().is_terminal() {
            let style =
                ProgressStyle::with_template("{prefix}  {bar:30} {percent:>3} %  {wide_msg} {elapsed}")
                    .expect("the template names known keys");
            let bar = ProgressBar::new(STEPS).with_style(style).with_prefix(scene.to_owned());
            bar.enable_steady_tick(Duration::from_millis(200));
            Display::Bar(bar)
        } else {
            Display::Lines { stage: RefCell::default(), last: Cell::new(Instant::now()) }
        };
        Self { scene: scene.to_owned(), directory: None, failed: RefCell::default(), display }
    }

    /// With snapshots into a directory.
    pub(super) fn into_directory(mut self, directory: &Path) -> Self {
        self.directory = Some(directory.to_owned());
        self
    }

    /// The first snapshot that could not be written.
    pub(super) fn failure(&self) -> Option<FileError> {
        self.failed.take()
    }
}

impl Progress for Reporter {
    fn stage(&self, name: &str) {
        match &self.display {
            Display::Nothing => {}
            Display::Bar(bar) => {
                bar.set_position(0);
                bar.set_message(name.to_owned());
            }
            Display::Lines { stage, last } => {
                *stage.borrow_mut() = name.to_owned();
                last.set(Instant::now());
                complain(&format!("{}: {name}", self.scene));
            }
        }
    }

    fn update(&self, done: f64, message: &str) {
        match &self.display {
            Display::Nothing => {}
            Display::Bar(bar) => {
                bar.set_position((done.clamp(0.0, 1.0) * STEPS as f64) as u64);
                bar.set_message(message.to_owned());
            }
            Display::Lines { stage, last } => {
                if last.get().elapsed() >= PAUSE {
                    last.set(Instant::now());
                    let percent = 100.0 * done.clamp(0.0, 1.0);
                    complain(&format!("{}: {} {percent:.0} %, {message}", self.scene, stage.borrow()));
                }
            }
        }
    }

    fn fields(&self, number: usize, fields: &Fields) {
        let mut failed = self.failed.borrow_mut();
        if let (None, Some(directory)) = (failed.as_ref(), &self.directory) {
            *failed = vtk::write(&directory.join(vtk::snapshot(number)), fields).err();
        }
    }

    fn warn(&self, text: &str) {
        let line = format!("warning: {}: {text}", self.scene);
        match &self.display {
            Display::Bar(bar) => bar.suspend(|| complain(&line)),
            Display::Nothing | Display::Lines { .. } => complain(&line),
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
    }
}
