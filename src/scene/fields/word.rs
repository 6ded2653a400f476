//! Values that are no quantities: texts, words, lists, tables.

use crate::scene::file::{Content, Node, Table};

use super::Fields;

impl<'a> Fields<'a> {
    pub(in crate::scene) fn text(&self, key: &'static str) -> Option<&'a str> {
        let node = self.get(key)?;
        match &node.content {
            Content::Text(text) => Some(text),
            _ => {
                self.wrong_type(key, node, "a text in \"double quotes\"");
                None
            }
        }
    }

    /// A text that must be given and say something; empty once the mistake is logged.
    pub(in crate::scene) fn required_text(&self, key: &'static str, example: &str) -> &'a str {
        if !self.has(key) {
            self.missing(key, example);
        }
        let text = self.text(key);
        if text == Some("") {
            let message = format!("'{key}' of {} is empty", self.what);
            let help = format!("write {key} = {example}, or whatever it is");
            self.complain("racktherm::bad_value", key, message, "says nothing", &help);
        }
        text.unwrap_or("")
    }

    pub(in crate::scene) fn truth(&self, key: &'static str, default: bool) -> bool {
        match self.get(key) {
            None => default,
            Some(Node { content: Content::Truth(truth), .. }) => *truth,
            Some(node) => {
                self.wrong_type(key, node, "true or false (without quotes)");
                default
            }
        }
    }

    /// One of some words, as its position among them.
    pub(in crate::scene) fn choice(&self, key: &'static str, words: &[&str]) -> Option<usize> {
        let text = self.text(key)?;
        let found = words.iter().position(|word| *word == text);
        if found.is_none() {
            let message = format!("'{key}' of {} cannot be \"{text}\"", self.what);
            let help = format!(
                "one of {}",
                words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
            );
            self.complain("racktherm::unknown_word", key, message, "unknown word", &help);
        }
        found
    }

    pub(in crate::scene) fn list(&self, key: &'static str) -> Option<&'a [Node]> {
        let node = self.get(key)?;
        match &self.unwrap_static(node).content {
            Content::List(list) => Some(list),
            _ => {
                self.wrong_type(key, node, "a list");
                None
            }
        }
    }

    fn unwrap_static(&self, node: &'a Node) -> &'a Node {
        match &node.content {
            Content::Table(table) => table.get("value").unwrap_or(node),
            _ => node,
        }
    }

    /// Texts of a list, or one text, each with its node.
    pub(in crate::scene) fn texts(&self, key: &'static str) -> Vec<(&'a str, &'a Node)> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let nodes = match &node.content {
            Content::List(list) => list.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let texts = nodes.iter().filter_map(|node| match &node.content {
            Content::Text(text) => Some((text.as_str(), node)),
            _ => {
                self.wrong_type(key, node, "a name or a list of names");
                None
            }
        });
        texts.collect()
    }

    /// An inline table.
    pub(in crate::scene) fn sub_table(&self, key: &'static str) -> Option<&'a Table> {
        let node = self.get(key)?;
        match &node.content {
            Content::Table(table) => Some(table),
            _ => {
                self.wrong_type(key, node, "a table in { braces }");
                None
            }
        }
    }
}
