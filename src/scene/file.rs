//! TOML text to a tree of values that know their place. No other module knows TOML.

use toml::de::{DeTable, DeValue};

use super::diagnostic::{Log, Mistake, Place};

/// Largest file that is read, bytes.
pub(super) const LARGEST_FILE: usize = 4 << 20;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) content: Content,
    pub(super) place: Place,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Text(String),
    Number(f64),
    Truth(bool),
    List(Vec<Node>),
    Table(Table),
    /// A date or a number out of range: nothing that a scene can use.
    Unusable(&'static str),
}

/// A key and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) place: Place,
}

/// Keys with values in the order of the file.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) entries: Vec<(Key, Node)>,
    pub(super) place: Place,
}

impl Table {
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(key, _)| key.name == name).map(|(_, node)| node)
    }

    /// Puts a value in the place of an earlier one, or adds it.
    pub(super) fn set(&mut self, key: Key, value: Node) {
        match self.entries.iter_mut().find(|(known, _)| known.name == key.name) {
            Some(entry) => *entry = (key, value),
            None => self.entries.push((key, value)),
        }
    }
}

impl Content {
    /// The kind in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Content::Text(_) => "a text",
            Content::Number(_) => "a number",
            Content::Truth(_) => "true or false",
            Content::List(_) => "a list",
            Content::Table(_) => "a table",
            Content::Unusable(kind) => kind,
        }
    }
}

/// Reads a text that is already known to the log as `file`; every syntax error is logged.
pub(super) fn parse(text: &str, file: usize, log: &Log) -> Table {
    let (document, errors) = DeTable::parse_recoverable(text);
    let reader = Reader { file, offset: 0 };
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let place = reader.place(span);
        let message = match error.message() {
            "" => "this is not TOML".to_owned(),
            message => format!("not TOML: {}", message.lines().next().unwrap_or(message)),
        };
        let help = if message.contains("duplicate key") {
            "a key may stand once; a file with [[source]] tables gives its layout's origin in [layout]"
        } else {
            "keys are written name = value, texts in \"double quotes\", tables as [name] or [[name]]"
        };
        log.add(Mistake::new("racktherm::syntax", message).at(place, "here").help(help));
    }
    let span = document.span();
    reader.table(document.get_ref(), span)
}

/// Reads the value of a setting `key=value` as TOML, or as the text itself where it is none.
///
/// `offset` is where the value begins in the text of `file`.
pub(super) fn parse_value(value: &str, file: usize, offset: usize) -> Node {
    const PREFIX: &str = "v=";
    let text = format!("{PREFIX}{value}");
    let place = Place { file, start: offset, end: offset + value.len() };
    let plain = || Node { content: Content::Text(value.trim().to_owned()), place };
    let Ok(document) = DeTable::parse(&text) else { return plain() };
    let mut entries = document.get_ref().iter();
    let (Some((_, node)), None) = (entries.next(), entries.next()) else { return plain() };
    let content = Reader { file, offset }.content(node.get_ref(), PREFIX.len());
    match content {
        Content::Unusable(_) => plain(),
        content => Node { content, place },
    }
}

struct Reader {
    file: usize,
    offset: usize,
}

impl Reader {
    fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place { file: self.file, start: span.start + self.offset, end: span.end + self.offset }
    }

    fn table(&self, table: &DeTable<'_>, span: std::ops::Range<usize>) -> Table {
        self.table_after(table, span, 0)
    }

    fn table_after(&self, table: &DeTable<'_>, span: std::ops::Range<usize>, skip: usize) -> Table {
        let mut entries: Vec<(Key, Node)> = table
            .iter()
            .map(|(key, value)| {
                let key = Key { name: key.get_ref().to_string(), place: self.shifted(key.span(), skip) };
                (key, self.node(value.get_ref(), value.span(), skip))
            })
            .collect();
        entries.sort_by_key(|(key, _)| key.place.start);
        Table { entries, place: self.shifted(span, skip) }
    }

    fn shifted(&self, span: std::ops::Range<usize>, skip: usize) -> Place {
        self.place(span.start.saturating_sub(skip)..span.end.saturating_sub(skip))
    }

    fn node(&self, value: &DeValue<'_>, span: std::ops::Range<usize>, skip: usize) -> Node {
        let content = match value {
            DeValue::Table(table) => Content::Table(self.table_after(table, span.clone(), skip)),
            other => self.content(other, skip),
        };
        Node { content, place: self.shifted(span, skip) }
    }

    fn content(&self, value: &DeValue<'_>, skip: usize) -> Content {
        match value {
            DeValue::String(text) => Content::Text(text.to_string()),
            DeValue::Integer(whole) => match i64::from_str_radix(whole.as_str(), whole.radix()) {
                Ok(number) => Content::Number(number as f64),
                Err(_) => Content::Unusable("a number out of range"),
            },
            DeValue::Float(number) => {
                number.as_str().parse().map_or(Content::Unusable("a number out of range"), Content::Number)
            }
            DeValue::Boolean(truth) => Content::Truth(*truth),
            DeValue::Datetime(_) => Content::Unusable("a date"),
            DeValue::Array(list) => {
                let nodes = list.iter().map(|node| self.node(node.get_ref(), node.span(), skip));
                Content::List(nodes.collect())
            }
            DeValue::Table(table) => Content::Table(self.table_after(table, 0..0, skip)),
        }
    }
}
