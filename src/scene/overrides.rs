//! `--set key=value`: what the command line changes in a scene before it is evaluated.

use std::cell::Cell;

use super::diagnostic::{Log, Mistake, Place};
use super::file::{Key, Node, Table, parse_value};
use super::kind::{Kind, SINGLES};
use super::names;

/// What a setting changes.
#[derive(Debug, PartialEq)]
enum Target {
    /// A parameter of the scene, or its preset.
    Parameter(String),
    /// The title.
    Title,
    /// A key of a table that exists once.
    Single { table: &'static str, key: String },
    /// A key of the items of a kind that a glob picks.
    Item { kind: Kind, glob: String, key: String },
}

struct Setting {
    target: Target,
    key: Place,
    value: Node,
    used: Cell<bool>,
}

impl Setting {
    fn apply(&self, name: &str, table: &mut Table) {
        self.used.set(true);
        table.set(Key { name: name.to_owned(), place: self.key }, self.value.clone());
    }
}

/// All settings of a run.
#[derive(Default)]
pub(super) struct Overrides(Vec<Setting>);

impl Overrides {
    /// Reads `key=value` texts; what cannot be read is logged.
    pub(super) fn new(settings: &[String], log: &Log) -> Self {
        Self(settings.iter().filter_map(|text| read(text, log)).collect())
    }

    /// Changes the scene's own `[parameters]`.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (Key, Node)> {
        self.0.iter().filter_map(|setting| match &setting.target {
            Target::Parameter(name) => {
                setting.used.set(true);
                Some((Key { name: name.clone(), place: setting.key }, setting.value.clone()))
            }
            _ => None,
        })
    }

    /// Changes the keys at the top of the scene's file.
    pub(super) fn apply_to_top(&self, table: &mut Table) {
        for setting in self.0.iter().filter(|setting| setting.target == Target::Title) {
            setting.apply("title", table);
        }
    }

    /// Changes a table that exists once, such as `site`.
    pub(super) fn apply_to_single(&self, name: &str, table: &mut Table) {
        for setting in &self.0 {
            if let Target::Single { table: single, key } = &setting.target
                && *single == name
            {
                setting.apply(key, table);
            }
        }
    }

    /// Whether a setting speaks of a table that exists once.
    pub(super) fn names_single(&self, name: &str) -> Option<Place> {
        self.0.iter().find_map(|setting| match &setting.target {
            Target::Single { table, .. } if *table == name => Some(setting.key),
            _ => None,
        })
    }

    /// The settings for an item, as key and value; `path` is its name with its path.
    pub(super) fn of_item(&self, of: Kind, path: &str) -> Vec<(Key, Node)> {
        let fits = |setting: &&Setting| match &setting.target {
            Target::Item { kind, glob, .. } => *kind == of && names::matches(glob, path),
            _ => false,
        };
        let found = self.0.iter().filter(fits).map(|setting| {
            setting.used.set(true);
            let Target::Item { key, .. } = &setting.target else { unreachable!("filtered above") };
            (Key { name: key.clone(), place: setting.key }, setting.value.clone())
        });
        found.collect()
    }

    /// Logs the settings that changed nothing, with what could have been meant.
    pub(super) fn report_unused<'a>(&self, paths: &dyn Fn(Kind) -> Vec<&'a str>, log: &Log) {
        for setting in self.0.iter().filter(|setting| !setting.used.get()) {
            if let Target::Item { kind, glob, .. } = &setting.target {
                let known = paths(*kind);
                let mistake = Mistake::new(
                    "racktherm::unknown_setting",
                    format!("--set: no [[{}]] is named '{glob}'", kind.name()),
                );
                log.add(mistake.at(setting.key, "matches nothing").nearest(glob, known));
            }
        }
    }
}

fn read(text: &str, log: &Log) -> Option<Setting> {
    let file = log.add_file("--set", text.to_owned());
    let whole = Place { file, start: 0, end: text.len() };
    let Some((left, right)) = text.split_once('=') else {
        log.add(
            Mistake::new("racktherm::bad_setting", format!("--set \"{text}\" has no '='"))
                .at(whole, "expected key=value")
                .help("write key=value, for example --set site.air_temperature=\"30 degC\""),
        );
        return None;
    };
    let key = Place { file, start: 0, end: left.len() };
    let value = parse_value(right, file, left.len() + 1);
    let target = target(left.trim(), key, log)?;
    Some(Setting { target, key, value, used: Cell::new(false) })
}

fn target(key: &str, place: Place, log: &Log) -> Option<Target> {
    if key == "title" {
        return Some(Target::Title);
    }
    let Some((head, rest)) = key.split_once('.') else {
        return Some(Target::Parameter(key.to_owned()));
    };
    if head == "parameters" {
        return Some(Target::Parameter(rest.to_owned()));
    }
    if let Some(&single) = SINGLES.iter().find(|&&single| single == head) {
        return Some(Target::Single { table: single, key: rest.to_owned() });
    }
    let Some(kind) = Kind::from_name(head) else {
        let known = Kind::ALL.iter().map(|kind| kind.name()).chain(SINGLES.iter().copied());
        log.add(
            Mistake::new("racktherm::unknown_setting", format!("--set: there is no table '{head}'"))
                .at(place, "unknown table")
                .nearest(head, known),
        );
        return None;
    };
    let Some((name, key)) = rest.rsplit_once('.') else {
        log.add(
            Mistake::new("racktherm::bad_setting", format!("--set {head}.{rest} names no key"))
                .at(place, format!("expected {head}.NAME.KEY"))
                .help(format!("for example --set \"{head}.*.source=test\"")),
        );
        return None;
    };
    if key == "name" {
        // Others refer to items by name, so that a new one would not be found.
        let mistake = Mistake::new("racktherm::bad_setting", format!("--set cannot rename {head} '{name}'"));
        log.add(mistake.at(place, "a name is no value").help("change the name in the file itself"));
        return None;
    }
    Some(Target::Item { kind, glob: name.to_owned(), key: key.to_owned() })
}
