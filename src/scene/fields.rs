//! Typed reading of one table: units, ranges, origins, and the keys that nobody asked for.

mod origin;
mod quantity;
mod range;
mod unit_mistake;
mod word;

use std::cell::RefCell;

use super::Origin;
use super::diagnostic::{Log, Mistake, Place};
use super::file::{Node, Table};
use super::scope::Scope;

pub(super) use origin::{layout_origin, read_origin};
pub(super) use range::Range;
pub(super) use unit_mistake::unit_mistake;

/// Reader of one table.
pub(super) struct Fields<'a> {
    pub(super) log: &'a Log,
    pub(super) scope: &'a Scope,
    pub(super) table: &'a Table,
    /// The table in words: `chip 'tray.1/gpu'`.
    pub(super) what: String,
    asked: RefCell<Vec<&'static str>>,
    origins: RefCell<Vec<Origin>>,
    own: Option<Origin>,
    sourced: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn new(log: &'a Log, scope: &'a Scope, table: &'a Table, what: String) -> Self {
        let own = read_origin(table, log);
        let asked = RefCell::new(vec!["source", "status"]);
        Self { log, scope, table, what, asked, origins: RefCell::default(), own, sourced: true }
    }

    /// For tables of choices rather than data: their values need no source.
    pub(super) fn without_sources(mut self) -> Self {
        self.sourced = false;
        self
    }

    /// A reader of an inline table, whose values fall back on this table's origin.
    pub(super) fn inside(&self, key: &str, table: &'a Table) -> Fields<'a> {
        let mut inner = Fields::new(self.log, self.scope, table, format!("'{key}' of {}", self.what));
        inner.own = inner.own.or_else(|| self.own.clone());
        inner.sourced = self.sourced;
        inner
    }

    /// Takes over the origins of an inner reader and logs its unknown keys.
    pub(super) fn absorb(&self, inner: &Fields<'_>) {
        inner.finish();
        self.origins.borrow_mut().append(&mut inner.origins.borrow_mut());
    }

    /// Notes that a key is known.
    pub(super) fn know(&self, key: &'static str) {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
    }

    pub(super) fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    pub(super) fn get(&self, key: &'static str) -> Option<&'a Node> {
        self.know(key);
        self.table.get(key)
    }

    /// Where a key's value stands, or the table.
    pub(super) fn place(&self, key: &str) -> Place {
        self.table.get(key).map_or(self.table.place, |node| node.place)
    }

    pub(super) fn complain(&self, code: &'static str, key: &str, message: String, label: &str, help: &str) {
        self.log.add(Mistake::new(code, message).at(self.place(key), label).help(help));
    }

    /// Logs that a key must be given.
    pub(super) fn missing(&self, key: &str, example: &str) {
        let message = format!("{} has no '{key}'", self.what);
        let mistake = Mistake::new("racktherm::missing_key", message)
            .at(self.table.place, format!("'{key}' must be given"))
            .help(format!("add a line such as {key} = {example}"));
        self.log.add(mistake);
    }

    fn wrong_type(&self, key: &str, node: &Node, expected: &str) {
        let message = format!("'{key}' of {} must be {expected}", self.what);
        let label = format!("this is {}", node.content.kind());
        let mistake = Mistake::new("racktherm::wrong_type", message).at(node.place, label);
        self.log.add(mistake.help(format!("write {expected} after {key} =")));
    }

    /// Logs every key that nobody asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in &self.table.entries {
            if !asked.contains(&key.name.as_str()) {
                let message = format!("{} has no key '{}'", self.what, key.name);
                let mistake = Mistake::new("racktherm::unknown_key", message).at(key.place, "unknown key");
                self.log.add(mistake.nearest(&key.name, asked.iter().copied().filter(|k| !k.is_empty())));
            }
        }
    }
}
