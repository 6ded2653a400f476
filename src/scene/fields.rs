//! Typed reading of one table: units, ranges, origins, and the keys that nobody asked for.

use std::cell::RefCell;

use crate::units::{Dimension, Formula, UnitError, evaluate};

use super::diagnostic::{Log, Mistake, Place};
use super::file::{Content, Node, Table};
use super::scope::Scope;
use super::{Origin, Status, Value, names};

/// Keys that the layout's source covers.
const LAYOUT: [&str; 7] = ["at", "size", "from", "to", "pitch", "count", "thickness"];

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Range {
    /// Any finite value.
    Any,
    /// Above zero.
    Positive,
    /// Zero or above.
    NotNegative,
    /// Above zero, at most one.
    Share,
    /// From a to b, SI.
    Within(f64, f64),
}

impl Range {
    fn holds(self, value: f64) -> bool {
        match self {
            Range::Any => value.is_finite(),
            Range::Positive => value > 0.0 && value.is_finite(),
            Range::NotNegative => value >= 0.0 && value.is_finite(),
            Range::Share => value > 0.0 && value <= 1.0,
            Range::Within(low, high) => (low..=high).contains(&value),
        }
    }

    fn words(self, dimension: Dimension) -> String {
        match self {
            Range::Any => "must be finite".to_owned(),
            Range::Positive => "must be above zero".to_owned(),
            Range::NotNegative => "must not be negative".to_owned(),
            Range::Share => "must be above 0 and at most 1 (100 %)".to_owned(),
            Range::Within(low, high) if dimension.is_absolute_temperature() => {
                let [low, high] = [low, high].map(|t| t - crate::units::ZERO_CELSIUS);
                format!("must lie from {low:.0} to {high:.0} degC")
            }
            Range::Within(low, high) => {
                let unit = dimension.symbol();
                format!("must lie from {low} to {high} {unit}").trim_end().to_owned()
            }
        }
    }

    /// Stands in for a value that could not be read, so that reading can go on to the next mistake.
    fn stand_in(self) -> f64 {
        match self {
            Range::Any | Range::NotNegative => 0.0,
            Range::Positive | Range::Share => 1.0,
            Range::Within(low, _) => low,
        }
    }
}

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
        self.log.add(Mistake::new("racktherm::wrong_type", message).at(node.place, label));
    }

    // Quantities ------------------------------------------------------------------------------------------

    /// A quantity, if it is given and right.
    pub(super) fn quantity(&self, key: &'static str, dimension: Dimension, range: Range) -> Option<f64> {
        self.value(key, self.get(key)?, dimension, range)
    }

    /// A quantity, or what holds where none is given.
    pub(super) fn or(&self, key: &'static str, dimension: Dimension, range: Range, default: f64) -> f64 {
        self.quantity(key, dimension, range).unwrap_or(default)
    }

    /// A quantity with an assumed default: where it is not given, the item counts as an estimate.
    pub(super) fn or_estimate(
        &self,
        key: &'static str,
        dimension: Dimension,
        range: Range,
        default: f64,
    ) -> f64 {
        if !self.has(key) {
            let source = format!("assumed {key}");
            self.origins.borrow_mut().push(Origin { source, status: Status::Estimate });
        }
        self.or(key, dimension, range, default)
    }

    /// A quantity that must be given.
    pub(super) fn required(&self, key: &'static str, dimension: Dimension, range: Range) -> f64 {
        if !self.has(key) {
            self.missing(key, example(dimension).as_str());
        }
        self.quantity(key, dimension, range).unwrap_or_else(|| range.stand_in())
    }

    /// The value of a node, with its origin noted.
    pub(super) fn value(&self, key: &str, node: &Node, dimension: Dimension, range: Range) -> Option<f64> {
        let (node, own) = self.unwrap(node);
        let value = match &node.content {
            Content::Text(text) if self.names_faulty(text) => return None,
            Content::Text(text) => match evaluate(text, dimension, &self.scope.parameters) {
                Ok(value) => value,
                Err(error) => {
                    self.log.add(unit_mistake(key, &self.what, node.place, &error, dimension));
                    return None;
                }
            },
            Content::Number(number) => self.bare_number(key, node, *number, dimension)?,
            _ => {
                self.wrong_type(key, node, &dimension.name_with_example());
                return None;
            }
        };
        if !range.holds(value) {
            let message = format!("'{key}' of {} {}", self.what, range.words(dimension));
            let help = "check the sign and the unit";
            let mistake = Mistake::new("racktherm::out_of_range", message);
            self.log.add(mistake.at(node.place, "out of range").help(help));
            return None;
        }
        self.note_origin(key, node, own, value);
        Some(value)
    }

    /// Whether an expression names a parameter that is itself a mistake, told already.
    fn names_faulty(&self, text: &str) -> bool {
        text.trim_start().starts_with('=') && names::words(text).any(|word| self.scope.faulty.contains(word))
    }

    fn bare_number(&self, key: &str, node: &Node, number: f64, dimension: Dimension) -> Option<f64> {
        let zero = number == 0.0 && !dimension.is_absolute_temperature();
        if (dimension == Dimension::DIMENSIONLESS && number.is_finite()) || zero {
            return Some(number);
        }
        let mistake = if number.is_finite() {
            let message = format!("'{key}' of {} has no unit", self.what);
            Mistake::new("racktherm::missing_unit", message)
                .at(node.place, "a bare number")
                .help(format!("write {}", dimension.name_with_example()))
        } else {
            let message = format!("'{key}' of {} is not a finite number", self.what);
            Mistake::new("racktherm::out_of_range", message).at(node.place, "not finite")
        };
        self.log.add(mistake);
        None
    }

    /// The value inside `{ value = …, source = …, status = … }`, and that origin.
    fn unwrap<'n>(&self, node: &'n Node) -> (&'n Node, Option<Origin>) {
        let Content::Table(table) = &node.content else { return (node, None) };
        let Some(value) = table.get("value") else { return (node, None) };
        for (key, _) in &table.entries {
            if !["value", "source", "status"].contains(&key.name.as_str()) {
                let message = format!("unknown key '{}' beside a value", key.name);
                let mistake = Mistake::new("racktherm::unknown_key", message).at(key.place, "unknown");
                self.log.add(mistake.nearest(&key.name, ["value", "source", "status"]));
            }
        }
        (value, read_origin(table, self.log))
    }

    fn note_origin(&self, key: &str, node: &Node, own: Option<Origin>, value: f64) {
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
    pub(super) fn origin(&self) -> Origin {
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
    pub(super) fn with_origin(
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
    pub(super) fn note(&self, origin: Origin) {
        self.origins.borrow_mut().push(origin);
    }

    /// Three quantities along x, y, z; where `one` is allowed, one value stands for all three.
    pub(super) fn vector<const N: usize>(
        &self,
        key: &'static str,
        dimension: Dimension,
        range: Range,
        one: bool,
    ) -> Option<[f64; N]> {
        let node = self.get(key)?;
        let inner = self.unwrap(node).0;
        let Content::List(list) = &inner.content else {
            if one {
                return self.value(key, node, dimension, range).map(|value| [value; N]);
            }
            self.wrong_type(key, inner, &format!("a list of {N} values"));
            return None;
        };
        if list.len() != N {
            let message = format!("'{key}' of {} must have {N} values, not {}", self.what, list.len());
            let label = format!("{} values", list.len());
            let help = if N == 2 {
                "in a plane: two values, the plane's own axis left out, in the order x, y, z"
            } else {
                "along x, y and z"
            };
            self.log.add(Mistake::new("racktherm::wrong_type", message).at(inner.place, label).help(help));
            return None;
        }
        let mut values = [0.0; N];
        let mut complete = true;
        for (entry, node) in values.iter_mut().zip(list) {
            match self.value(key, node, dimension, range) {
                Some(value) => *entry = value,
                None => complete = false,
            }
        }
        complete.then_some(values)
    }

    /// A whole number.
    pub(super) fn whole(&self, key: &'static str, low: usize, high: usize) -> Option<usize> {
        self.whole_of(key, self.get(key)?, low, high)
    }

    pub(super) fn whole_of(&self, key: &str, node: &Node, low: usize, high: usize) -> Option<usize> {
        let number = self.value(key, node, Dimension::DIMENSIONLESS, Range::Any)?;
        let rounded = number.round();
        // Expressions such as 0.3 / 0.1 miss whole numbers by rounding.
        if (number - rounded).abs() <= 1e-9 && rounded >= low as f64 && rounded <= high as f64 {
            return Some(rounded as usize);
        }
        let message = format!("'{key}' of {} must be a whole number from {low} to {high}", self.what);
        let label = format!("this is {number}");
        self.log.add(Mistake::new("racktherm::out_of_range", message).at(node.place, label));
        None
    }

    /// A quantity or a formula of x, y, z.
    pub(super) fn field(&self, key: &'static str, dimension: Dimension, range: Range) -> Option<Value> {
        let node = self.get(key)?;
        if let Content::Text(text) = &self.unwrap(node).0.content
            && let Some(formula) = text.trim_start().strip_prefix("formula:")
        {
            return match Formula::parse(formula.trim()) {
                Ok(formula) => Some(Value::Formula(formula)),
                Err(error) => {
                    self.log.add(unit_mistake(key, &self.what, node.place, &error, dimension));
                    None
                }
            };
        }
        self.value(key, node, dimension, range).map(Value::Constant)
    }

    // Other values ----------------------------------------------------------------------------------------

    pub(super) fn text(&self, key: &'static str) -> Option<&'a str> {
        let node = self.get(key)?;
        match &node.content {
            Content::Text(text) => Some(text),
            _ => {
                self.wrong_type(key, node, "a text in \"double quotes\"");
                None
            }
        }
    }

    /// A text that must be given; empty where it is not.
    pub(super) fn required_text(&self, key: &'static str, example: &str) -> &'a str {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.text(key).unwrap_or("")
    }

    pub(super) fn truth(&self, key: &'static str, default: bool) -> bool {
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
    pub(super) fn choice(&self, key: &'static str, words: &[&str]) -> Option<usize> {
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

    pub(super) fn list(&self, key: &'static str) -> Option<&'a [Node]> {
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
    pub(super) fn texts(&self, key: &'static str) -> Vec<(&'a str, &'a Node)> {
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
    pub(super) fn sub_table(&self, key: &'static str) -> Option<&'a Table> {
        let node = self.get(key)?;
        match &node.content {
            Content::Table(table) => Some(table),
            _ => {
                self.wrong_type(key, node, "a table in { braces }");
                None
            }
        }
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

fn example(dimension: Dimension) -> String {
    let text = dimension.name_with_example();
    text.split_once("for example ").map_or_else(|| "…".to_owned(), |(_, example)| example.to_owned())
}

/// Origin of a file's layout: `[layout]`, or `source` and `status` at its top.
pub(super) fn layout_origin(document: &Table, log: &Log) -> Option<Origin> {
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
pub(super) fn read_origin(table: &Table, log: &Log) -> Option<Origin> {
    let text = |key: &str| match table.get(key) {
        Some(Node { content: Content::Text(text), .. }) => Some(text.clone()),
        Some(node) => {
            let mistake = Mistake::new("racktherm::wrong_type", format!("'{key}' must be a text"));
            log.add(mistake.at(node.place, format!("this is {}", node.content.kind())));
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

/// What a unit error means for the person who wrote the value.
pub(super) fn unit_mistake(
    key: &str,
    what: &str,
    place: Place,
    error: &UnitError,
    dimension: Dimension,
) -> Mistake {
    let write = format!("write {}", dimension.name_with_example());
    let of = format!("'{key}' of {what}");
    let (code, message, label, help) = match error {
        UnitError::WrongDimension { found, .. } => (
            "racktherm::wrong_unit",
            format!("{of} must be {}, not {found}", dimension.name()),
            format!("this is {found}"),
            write,
        ),
        UnitError::MissingUnit { .. } => {
            ("racktherm::missing_unit", format!("{of} has no unit"), "a bare number".to_owned(), write)
        }
        UnitError::UnknownUnit { unit, nearest, .. } => (
            "racktherm::unknown_unit",
            format!("{of}: unknown unit '{unit}'"),
            "unknown unit".to_owned(),
            nearest.as_ref().map_or(write, |near| format!("did you mean '{near}'?")),
        ),
        UnitError::UnknownName { name, nearest, .. } => (
            "racktherm::unknown_name",
            format!("{of}: unknown name '{name}'"),
            "unknown parameter, function or unit".to_owned(),
            nearest.as_ref().map_or_else(
                || "declare it in [parameters]".to_owned(),
                |near| format!("did you mean '{near}'?"),
            ),
        ),
        UnitError::OffsetInCompound { .. } => {
            ("racktherm::wrong_unit", format!("{of}: {error}"), "a temperature scale".to_owned(), write)
        }
        UnitError::BelowAbsoluteZero { .. } => (
            "racktherm::out_of_range",
            format!("{of} is below absolute zero"),
            "below 0 K".to_owned(),
            "check the sign and the unit".to_owned(),
        ),
        UnitError::NotFinite { .. } => (
            "racktherm::out_of_range",
            format!("{of} is not a finite number"),
            "not finite".to_owned(),
            write,
        ),
        UnitError::NotANumber { .. } => (
            "racktherm::bad_value",
            format!("{of} does not begin with a number"),
            "not a quantity".to_owned(),
            write,
        ),
        UnitError::Syntax { .. } | UnitError::Incompatible { .. } | UnitError::Unsuitable { .. } => {
            ("racktherm::bad_expression", format!("{of}: {error}"), "this expression".to_owned(), write)
        }
    };
    Mistake::new(code, message).at(place, label).help(help)
}
