//! What the names of one file stand for: its parameters, ports, materials, and where it lies.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use crate::material::coolant::Coolant;
use crate::units::{Dimension, Parameters, Quantity, evaluate_any};

use super::diagnostic::{Log, Mistake, Place};
use super::fields::{read_origin, unit_mistake};
use super::file::{Content, Key, Node, Table};
use super::instance::Connection;
use super::{FluidId, MaterialId, Origin, Region, Status, names};

/// Most parameters that one file may have.
const MOST_PARAMETERS: usize = 1000;

/// One use of one file: a scene, or an instance of a part.
#[derive(Default)]
pub(super) struct Scope {
    /// Path of the instance with a closing `/`; empty for the scene.
    pub(super) prefix: String,
    /// Where the file's origin lies in the scene, m.
    pub(super) origin: [f64; 3],
    pub(super) parameters: Parameters,
    pub(super) parameter_origins: HashMap<String, Vec<Origin>>,
    /// Parameters that could not be evaluated: what names them is not told as a mistake again.
    pub(super) faulty: HashSet<String>,
    /// Loop or manifold that each port leads to; `None` where it is not connected.
    pub(super) ports: BTreeMap<String, Option<Connection>>,
    /// Origin of the file's layout.
    pub(super) layout: Option<Origin>,
    /// Box of a part, in the scene's coordinates.
    pub(super) envelope: Option<Region>,
    /// Trace that its parts follow where they name none, and where it is named.
    pub(super) trace: Option<(String, Place)>,
    pub(super) materials: RefCell<HashMap<String, MaterialId>>,
    pub(super) coolants: RefCell<HashMap<String, Coolant>>,
    pub(super) fluids: RefCell<HashMap<String, FluidId>>,
    pub(super) parent: Option<Rc<Scope>>,
}

/// A parameter's value as the user of a part gives it.
pub(super) struct Given {
    pub(super) key: Key,
    pub(super) quantity: Quantity,
    pub(super) origins: Vec<Origin>,
}

/// A definition of a parameter, with the origin of the table that it stands in.
struct Definition<'a> {
    node: &'a Node,
    origin: Option<Origin>,
    from_command_line: bool,
}

/// Parameters with the origin of each, and the names of those that could not be evaluated.
#[derive(Default)]
pub(super) struct Resolved {
    pub(super) parameters: Parameters,
    pub(super) faulty: HashSet<String>,
    pub(super) origins: HashMap<String, Vec<Origin>>,
}

const RESERVED: [&str; 3] = ["preset", "source", "status"];

/// Evaluates a file's parameters: its own, then those of the preset, then what the user gives.
///
/// `settings` are the command line's, as text over this file's parameters; `given` those of an instance,
/// already evaluated. `preset` of the instance or command line comes before the file's own.
pub(super) fn resolve(
    document: &Table,
    settings: &[(Key, Node)],
    given: Vec<Given>,
    preset: Option<&(String, Place)>,
    layout: Option<&Origin>,
    log: &Log,
) -> Resolved {
    let mut definitions: BTreeMap<&str, Definition<'_>> = BTreeMap::new();
    let own = table_of(document, "parameters", log);
    if let Some(table) = own {
        define(table, &mut definitions, false, log);
    }
    if definitions.len() > MOST_PARAMETERS {
        let mistake = Mistake::new("racktherm::too_many", format!("more than {MOST_PARAMETERS} parameters"));
        log.add(own.map(|table| table.place).into_iter().fold(mistake, |m, place| m.at(place, "here")));
        return Resolved::default();
    }
    // The kinds of the file's own values decide what may replace them.
    let resolver = Resolver { layout, log };
    let defaults = resolver.evaluate(&definitions, Vec::new());
    let first = defaults.parameters.clone();
    let selected = select_preset(document, own, preset, log);
    let Ok(changes) = selected else { return defaults };
    let known: Vec<String> =
        first.keys().cloned().chain(definitions.keys().map(|k| (*k).to_owned())).collect();
    let mut unchanged = true;
    if let Some(table) = changes {
        check_known(table.entries.iter().map(|(key, _)| key), &known, log);
        define(table, &mut definitions, true, log);
        unchanged &= table.entries.is_empty();
    }
    check_known(settings.iter().map(|(key, _)| key), &known, log);
    check_known(given.iter().map(|given| &given.key), &known, log);
    for (key, node) in settings {
        if definitions.contains_key(key.name.as_str()) {
            let definition = Definition { node, origin: None, from_command_line: true };
            definitions.insert(&key.name, definition);
            unchanged = false;
        }
    }
    let given: Vec<Given> =
        given.into_iter().filter(|given| definitions.remove(given.key.name.as_str()).is_some()).collect();
    if unchanged && given.is_empty() {
        return defaults;
    }
    let places: Vec<(String, Place)> = definitions
        .iter()
        .map(|(name, definition)| ((*name).to_owned(), definition.node.place))
        .chain(given.iter().map(|given| (given.key.name.clone(), given.key.place)))
        .collect();
    let result = Resolver { layout, log }.evaluate(&definitions, given);
    check_kinds(&first, &result.parameters, &places, log);
    result
}

fn table_of<'a>(document: &'a Table, name: &str, log: &Log) -> Option<&'a Table> {
    let node = document.get(name)?;
    match &node.content {
        Content::Table(table) => Some(table),
        other => {
            let mistake = Mistake::new("racktherm::wrong_type", format!("'{name}' must be a table [{name}]"));
            log.add(mistake.at(node.place, format!("this is {}", other.kind())));
            None
        }
    }
}

fn define<'a>(table: &'a Table, into: &mut BTreeMap<&'a str, Definition<'a>>, replace: bool, log: &Log) {
    let origin = read_origin(table, log);
    for (key, node) in &table.entries {
        if RESERVED.contains(&key.name.as_str()) || (replace && !into.contains_key(key.name.as_str())) {
            continue;
        }
        let fits = key.name.chars().all(|c| c.is_alphanumeric() || c == '_')
            && !key.name.starts_with(|c: char| c.is_ascii_digit());
        if !fits {
            let mistake =
                Mistake::new("racktherm::bad_name", format!("'{}' cannot name a parameter", key.name));
            let help = "a name begins with a letter or _, such as gpu_power";
            log.add(mistake.at(key.place, "letters, digits and _ only").help(help));
            continue;
        }
        into.insert(&key.name, Definition { node, origin: origin.clone(), from_command_line: false });
    }
}

/// A preset is named that is not there; it has been logged.
struct UnknownPreset;

/// The table of the selected preset, if one is selected.
fn select_preset<'a>(
    document: &'a Table,
    own: Option<&'a Table>,
    preset: Option<&(String, Place)>,
    log: &Log,
) -> Result<Option<&'a Table>, UnknownPreset> {
    let presets = table_of(document, "preset", log);
    let selected = match (preset, own.and_then(|table| table.get("preset"))) {
        (Some((name, place)), _) => Some((name.as_str(), *place)),
        (None, Some(Node { content: Content::Text(name), place })) => Some((name.as_str(), *place)),
        (None, Some(node)) => {
            let mistake = Mistake::new("racktherm::wrong_type", "'preset' must be the name of a preset");
            log.add(mistake.at(node.place, format!("this is {}", node.content.kind())));
            None
        }
        (None, None) => None,
    };
    let Some((name, place)) = selected else { return Ok(None) };
    match presets.and_then(|table| table.get(name)) {
        Some(Node { content: Content::Table(table), .. }) => Ok(Some(table)),
        Some(node) => {
            let mistake = Mistake::new("racktherm::wrong_type", format!("[preset.{name}] must be a table"));
            log.add(mistake.at(node.place, format!("this is {}", node.content.kind())));
            Err(UnknownPreset)
        }
        None => {
            let known =
                presets.iter().flat_map(|table| table.entries.iter().map(|(key, _)| key.name.as_str()));
            let mistake = Mistake::new("racktherm::unknown_preset", format!("there is no preset '{name}'"));
            log.add(mistake.at(place, "unknown preset").nearest(name, known));
            Err(UnknownPreset)
        }
    }
}

fn check_known<'a>(keys: impl Iterator<Item = &'a Key>, known: &[String], log: &Log) {
    for key in keys.filter(|key| !RESERVED.contains(&key.name.as_str())) {
        if !known.contains(&key.name) {
            let message = format!("there is no parameter '{}'", key.name);
            let mistake =
                Mistake::new("racktherm::unknown_parameter", message).at(key.place, "unknown parameter");
            log.add(mistake.nearest(&key.name, known.iter().map(String::as_str)));
        }
    }
}

fn check_kinds(first: &Parameters, last: &Parameters, places: &[(String, Place)], log: &Log) {
    for (name, place) in places {
        let (Some(default), Some(value)) = (first.get(name), last.get(name)) else { continue };
        if default.dimension != value.dimension {
            let message = format!(
                "parameter '{name}' must be {}, not {}",
                default.dimension.name(),
                value.dimension.name()
            );
            let label = format!("this is {}", value.dimension.name());
            let help = format!("write {}", default.dimension.name_with_example());
            log.add(Mistake::new("racktherm::wrong_unit", message).at(*place, label).help(help));
        }
    }
}

struct Resolver<'a> {
    layout: Option<&'a Origin>,
    log: &'a Log,
}

impl Resolver<'_> {
    /// Evaluates until nothing more follows; what is left over refers to itself.
    fn evaluate(&self, definitions: &BTreeMap<&str, Definition<'_>>, given: Vec<Given>) -> Resolved {
        let mut resolved = Resolved::default();
        for given in given {
            resolved.parameters.insert(given.key.name.clone(), given.quantity);
            resolved.origins.insert(given.key.name, given.origins);
        }
        let mut open: Vec<&str> = definitions.keys().copied().collect();
        loop {
            let before = open.len();
            open.retain(|name| !self.settle(name, definitions, &mut resolved));
            if open.is_empty() || open.len() == before {
                break;
            }
        }
        for name in open {
            let message = format!("parameter '{name}' refers to itself, directly or through others");
            let mistake = Mistake::new("racktherm::circular_parameter", message);
            let help = "give one parameter of the circle a value of its own";
            self.log.add(mistake.at(definitions[name].node.place, "in a circle").help(help));
            resolved.faulty.insert(name.to_owned());
        }
        resolved
    }

    /// Evaluates one parameter; `false` while it waits for others.
    fn settle(
        &self,
        name: &str,
        definitions: &BTreeMap<&str, Definition<'_>>,
        resolved: &mut Resolved,
    ) -> bool {
        let definition = &definitions[name];
        let node = bare(definition.node);
        let text = match &node.content {
            Content::Text(text) => text.as_str(),
            _ => "",
        };
        let is_expression = text.trim_start().starts_with('=');
        if is_expression {
            for word in names::words(text).filter(|word| definitions.contains_key(word)) {
                if resolved.faulty.contains(word) {
                    resolved.faulty.insert(name.to_owned());
                    return true;
                }
                if !resolved.parameters.contains_key(word) {
                    return false;
                }
            }
        }
        match self.quantity(name, node, &resolved.parameters) {
            Some(quantity) => {
                let text = if is_expression { text } else { "" };
                let origins = self.origins(name, definition, text, quantity, resolved);
                resolved.parameters.insert(name.to_owned(), quantity);
                resolved.origins.insert(name.to_owned(), origins);
            }
            None => {
                resolved.faulty.insert(name.to_owned());
            }
        }
        true
    }

    fn quantity(&self, name: &str, node: &Node, parameters: &Parameters) -> Option<Quantity> {
        let what = "[parameters]";
        match &node.content {
            Content::Text(text) => match evaluate_any(text, parameters) {
                Ok(quantity) => Some(quantity),
                Err(error) => {
                    self.log.add(unit_mistake(name, what, node.place, &error, Dimension::DIMENSIONLESS));
                    None
                }
            },
            Content::Number(number) if number.is_finite() => Some(Quantity::number(*number)),
            other => {
                let message = format!("parameter '{name}' must be a quantity or a number");
                let mistake = Mistake::new("racktherm::wrong_type", message);
                self.log.add(mistake.at(node.place, format!("this is {}", other.kind())));
                None
            }
        }
    }

    fn origins(
        &self,
        name: &str,
        definition: &Definition<'_>,
        expression: &str,
        quantity: Quantity,
        resolved: &Resolved,
    ) -> Vec<Origin> {
        if let Content::Table(table) = &definition.node.content
            && let Some(origin) = read_origin(table, self.log)
        {
            return vec![origin];
        }
        if definition.from_command_line {
            return vec![Origin { source: "--set".to_owned(), status: Status::Estimate }];
        }
        let mut named = names::words(expression).filter_map(|word| resolved.origins.get(word)).peekable();
        if named.peek().is_some() {
            return named.flatten().cloned().collect();
        }
        if let Some(origin) = &definition.origin {
            return vec![origin.clone()];
        }
        let covered = quantity.dimension == Dimension::LENGTH && self.layout.is_some();
        if !covered && quantity.value != 0.0 {
            self.log.add_unsourced(definition.node.place, name);
        }
        Vec::new()
    }
}

/// The value of `{ value = …, source = … }`.
fn bare(node: &Node) -> &Node {
    match &node.content {
        Content::Table(table) => table.get("value").unwrap_or(node),
        _ => node,
    }
}
