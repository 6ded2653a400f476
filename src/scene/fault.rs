//! What a later stage refuses in a scene that the reader passed: the finding, the remedy, and the items it is about.

use std::collections::HashMap;
use std::sync::Arc;

use miette::NamedSource;
use thiserror::Error;

use super::diagnostic::{Diagnostics, Log, Mistake, Place};
use super::expand::Expansion;
use super::file::{Content, Table};
use super::kind::SINGLES;

/// The table that a fault of the grid is about.
pub const GRID: &str = "[grid]";
/// The table that a fault of the whole domain is about.
pub const DOMAIN: &str = "[domain]";
/// The table that a fault of the rear door is about.
pub const REAR_DOOR: &str = "[rear_door]";

/// The table that a fault of the air's description is about.
pub const AIR: &str = "[air]";

/// Something that grid, air or heat paths cannot do with a scene.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{message}; {remedy}")]
pub struct Fault {
    /// Kind of mistake, such as `racktherm::sealed`.
    pub code: &'static str,
    /// What is wrong, with the numbers.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
    /// Full names of the items, the first where the mistake is likely to be; [`GRID`], [`DOMAIN`], [`AIR`]
    /// or [`REAR_DOOR`] for a table that exists once.
    pub items: Vec<String>,
}

/// Where each item of a scene stands in its files.
#[derive(Clone, Debug, Default)]
pub struct Places {
    files: Vec<Arc<NamedSource<String>>>,
    of: HashMap<String, Place>,
}

impl Places {
    pub(super) fn new(document: &Table, expansion: &Expansion) -> Self {
        let mut of: HashMap<String, Place> = HashMap::new();
        for (key, node) in &document.entries {
            if SINGLES.contains(&key.name.as_str()) && matches!(node.content, Content::Table(_)) {
                of.insert(format!("[{}]", key.name), key.place);
            }
        }
        for item in &expansion.items {
            of.entry(item.path.clone()).or_insert(item.place);
        }
        Self { files: Vec::new(), of }
    }

    /// With the texts that the places lie in.
    pub(super) fn within(mut self, files: Vec<Arc<NamedSource<String>>>) -> Self {
        self.files = files;
        self
    }

    /// Faults as mistakes of the scene's files, each underlined where its first known item is named.
    #[must_use]
    pub fn diagnose(&self, faults: &[Fault]) -> Diagnostics {
        let log = Log::of_files(self.files.clone());
        for fault in faults {
            let known = fault.items.iter().filter_map(|item| self.place(item));
            let mistake = Mistake::new(fault.code, fault.message.clone()).help(fault.remedy.clone());
            let labels = ["this one"].into_iter().chain(std::iter::repeat("and this one"));
            log.add(known.zip(labels).fold(mistake, |mistake, (place, label)| mistake.at(place, label)));
        }
        log.finish().0
    }

    fn place(&self, item: &str) -> Option<Place> {
        // A scene need not have a [grid]; it always has a [domain].
        let instead = (item == GRID).then_some(DOMAIN);
        self.of.get(item).or_else(|| self.of.get(instead?)).copied()
    }
}
