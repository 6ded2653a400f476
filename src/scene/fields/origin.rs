//! Where values are from: their own source, their table's, that of parameters, or that of the file's layout.

use crate::scene::diagnostic::{Log, Mistake};
use crate::scene::file::{Content, Node, Table};
use crate::scene::{Origin, Status, names};
use crate::units::Dimension;

use super::{Fields, Range};

/// Keys that the layout's source covers.
const LAYOUT: [&str; 8] = ["at", "size", "from", "to", "pitch", "tap_pitch", "count", "thickness"];

impl Fields<'_> {
    pub(in crate::scene) fn note_origin(&self, key: &str, node: &Node, own: Option<Origin>, value: f64) {
        if value == 0.0 || !self.sourced {
            return;
        }
        let mut origins = self.origins.borrow_mut();
        if let Some(origin) = own {
            origins.push(origin);
            return;
        }
        let mut from_parameters = false;
        if let Content::Text(text) = &node.content
            && text.trim_start().starts_with('=')
        {
            for word in names::words(text) {
                if let Some(known) = self.scope.parameter_origins.get(word) {
                    from_parameters = true;
                    origins.extend(known.iter().cloned());
                }
            }
        }
        if from_parameters {
            return;
        }
        if let Some(origin) = &self.own {
            origins.push(origin.clone());
        } else if !LAYOUT.contains(&key) || self.scope.layout.is_none() {
            // A layout with a source of its own says nothing about how well a power is known.
            if node.place.file == self.table.place.file {
                self.log.add_unsourced(node.place, key);
            }
        }
    }

    /// The origin of what has been read so far: its worst status.
    pub(in crate::scene) fn origin(&self) -> Origin {
        let origins = self.origins.borrow();
        let Some(status) = origins.iter().map(|origin| origin.status).max() else {
            return self.own.clone().unwrap_or_default();
        };
        let mut sources: Vec<&str> = Vec::new();
        for origin in origins.iter() {
            if !origin.source.is_empty() && !sources.contains(&origin.source.as_str()) {
                sources.push(&origin.source);
            }
        }
        Origin { source: sources.join("; "), status }
    }

    /// A quantity that keeps its origin for itself, such as a limit.
    pub(in crate::scene) fn with_origin(
        &self,
        key: &'static str,
        dimension: Dimension,
        range: Range,
    ) -> Option<(f64, Origin)> {
        let before = self.origins.take();
        let value = self.quantity(key, dimension, range);
        let found = self.origins.replace(before);
        value.map(|value| (value, found.into_iter().next().unwrap_or_default()))
    }

    /// Adds an origin that comes from elsewhere, such as a library.
    pub(in crate::scene) fn note(&self, origin: Origin) {
        self.origins.borrow_mut().push(origin);
    }
}

/// Origin of a file's layout: `[layout]`, or `source` and `status` at its top.
pub(in crate::scene) fn layout_origin(document: &Table, log: &Log) -> Option<Origin> {
    match document.get("layout") {
        Some(Node { content: Content::Table(table), .. }) => {
            for (key, _) in
                table.entries.iter().filter(|(key, _)| !["source", "status"].contains(&key.name.as_str()))
            {
                let mistake =
                    Mistake::new("racktherm::unknown_key", format!("[layout] has no key '{}'", key.name));
                log.add(mistake.at(key.place, "unknown key").nearest(&key.name, ["source", "status"]));
            }
            read_origin(table, log)
        }
        Some(node) => {
            let mistake = Mistake::new("racktherm::wrong_type", "'layout' must be a table [layout]");
            log.add(mistake.at(node.place, format!("this is {}", node.content.kind())));
            None
        }
        // [[source]] tables take the key; their file gives its layout's origin in [layout].
        None => match document.get("source") {
            Some(Node { content: Content::List(_), .. }) => None,
            _ => read_origin(document, log),
        },
    }
}

/// `source` and `status` of a table.
pub(in crate::scene) fn read_origin(table: &Table, log: &Log) -> Option<Origin> {
    let text = |key: &str| match table.get(key) {
        Some(Node { content: Content::Text(text), .. }) => Some(text.clone()),
        Some(node) => {
            let mistake = Mistake::new("racktherm::wrong_type", format!("'{key}' must be a text"));
            let mistake = mistake.at(node.place, format!("this is {}", node.content.kind()));
            log.add(mistake.help(format!("write it in double quotes: {key} = \"…\"")));
            None
        }
        None => None,
    };
    let source = text("source");
    let status = text("status").and_then(|letter| {
        let status = Status::from_letter(&letter);
        if status.is_none()
            && let Some(node) = table.get("status")
        {
            let message = format!("there is no status \"{letter}\"");
            let help = "M measured, S standard, V vendor, V2 vendor second-hand, P press, E estimate";
            log.add(Mistake::new("racktherm::unknown_word", message).at(node.place, "unknown").help(help));
        }
        status
    });
    source.map(|source| Origin { source, status: status.unwrap_or_default() })
}
