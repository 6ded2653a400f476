//! What the user of a part hands to it: parameters, and loops for its coolant ports.

use std::collections::BTreeMap;

use crate::units::{Quantity, evaluate_any};

use super::Origin;
use super::diagnostic::{Mistake, Place};
use super::fields::{Fields, read_origin, unit_mistake};
use super::file::{Content, Node, Table};
use super::kind::Kind;
use super::names::{is_name, words};
use super::scope::Given;

/// Keys of `[[part]]`; any other key of a `--set part.NAME.KEY` is a parameter of the part.
pub(super) const PART_KEYS: [&str; 10] =
    ["name", "file", "at", "count", "pitch", "parameters", "connect", "trace", "source", "status"];

/// What coolant is joined to: a loop or manifold, and who takes a tap there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Connection {
    /// Full name of the loop or manifold.
    pub(super) name: String,
    /// The instance, branch or manifold that names it; what shares its port shares its tap.
    pub(super) tap: String,
    /// Where it is named.
    pub(super) place: Place,
    /// Whether a part's file names it without a port: then it must be in that file.
    pub(super) local: bool,
}

/// The values that an instance gives to parameters, evaluated where it stands, and the preset it selects.
pub(super) fn given_parameters(fields: &Fields<'_>) -> (Vec<Given>, Option<(String, Place)>) {
    let Some(table) = fields.sub_table("parameters") else { return (Vec::new(), None) };
    let preset = match table.get("preset") {
        Some(Node { content: Content::Text(name), place }) => Some((name.clone(), *place)),
        Some(node) => {
            let mistake = Mistake::new("racktherm::wrong_type", "'preset' must be the name of a preset");
            fields.log.add(mistake.at(node.place, format!("this is {}", node.content.kind())));
            None
        }
        None => None,
    };
    let own = read_origin(table, fields.log).or_else(|| read_origin(fields.table, fields.log));
    let mut given = Vec::new();
    for (key, node) in &table.entries {
        if !["preset", "source", "status"].contains(&key.name.as_str())
            && let Some((quantity, origins)) = evaluate(fields, &key.name, node, own.as_ref())
        {
            given.push(Given { key: key.clone(), quantity, origins });
        }
    }
    (given, preset)
}

fn evaluate(
    fields: &Fields<'_>,
    key: &str,
    node: &Node,
    own: Option<&Origin>,
) -> Option<(Quantity, Vec<Origin>)> {
    let (node, mut origin) = match &node.content {
        Content::Table(table) => match table.get("value") {
            Some(value) => (value, read_origin(table, fields.log)),
            None => (node, None),
        },
        _ => (node, None),
    };
    let scope = fields.scope;
    let (quantity, expression) = match &node.content {
        Content::Number(number) if number.is_finite() => (Quantity::number(*number), ""),
        Content::Text(text) => {
            if text.trim_start().starts_with('=') && words(text).any(|word| scope.faulty.contains(word)) {
                return None;
            }
            match evaluate_any(text, &scope.parameters) {
                Ok(quantity) => (quantity, text.as_str()),
                Err(error) => {
                    let dimension = crate::units::Dimension::DIMENSIONLESS;
                    fields.log.add(unit_mistake(key, &fields.what, node.place, &error, dimension));
                    return None;
                }
            }
        }
        other => {
            let message = format!("parameter '{key}' must be a quantity or a number");
            let mistake = Mistake::new("racktherm::wrong_type", message);
            fields.log.add(mistake.at(node.place, format!("this is {}", other.kind())));
            return None;
        }
    };
    // A parameter that the layout's source covers has no origin of its own, and is no number without a source.
    let mut named: Vec<Origin> = Vec::new();
    let mut names_any = false;
    if expression.trim_start().starts_with('=') {
        for origins in words(expression).filter_map(|word| scope.parameter_origins.get(word)) {
            names_any = true;
            named.extend(origins.iter().cloned());
        }
    }
    if origin.is_none() && !names_any {
        origin = own.cloned();
        let covered = quantity.dimension == crate::units::Dimension::LENGTH && scope.layout.is_some();
        if origin.is_none() && !covered && quantity.value != 0.0 && node.place.file == fields.table.place.file
        {
            fields.log.add_unsourced(node.place, key);
        }
    }
    Some((quantity, origin.map_or(named, |origin| vec![origin])))
}

/// Where each port of a part's file leads; a port without a loop is a mistake. `path` is the instance's.
pub(super) fn connections(
    document: &Table,
    fields: &Fields<'_>,
    path: &str,
) -> BTreeMap<String, Option<Connection>> {
    let mut ports = BTreeMap::new();
    if let Some(Node { content: Content::List(list), .. }) = document.get("port") {
        for node in list {
            let Content::Table(table) = &node.content else { continue };
            let port = Fields::new(fields.log, fields.scope, table, "[[port]]".to_owned());
            let name = port.required_text("name", "\"liquid\"");
            port.finish();
            if is_name(name) {
                ports.insert(name.to_owned(), None);
            }
        }
    }
    let connect = fields.sub_table("connect");
    for (key, node) in connect.into_iter().flat_map(|table| &table.entries) {
        if !ports.contains_key(&key.name) {
            let message = format!("the file of {} has no port '{}'", fields.what, key.name);
            let mistake = Mistake::new("racktherm::unknown_name", message).at(key.place, "unknown port");
            fields.log.add(mistake.nearest(&key.name, ports.keys().map(String::as_str)));
            continue;
        }
        ports.insert(key.name.clone(), leads_to(node, fields, path));
    }
    for name in ports.iter().filter(|(_, leads)| leads.is_none()).map(|(name, _)| name) {
        if connect.is_some_and(|table| table.get(name).is_some()) {
            continue;
        }
        let message = format!("coolant port '{name}' of {} is not connected", fields.what);
        let mistake = Mistake::new("racktherm::unconnected_port", message);
        let help =
            format!("add connect = {{ {name} = \"LOOP\" }} with the name of a [[loop]] or [[manifold]]");
        fields.log.add(mistake.at(fields.place("name"), "this part").help(help));
    }
    ports
}

fn leads_to(node: &Node, fields: &Fields<'_>, path: &str) -> Option<Connection> {
    let Content::Text(text) = &node.content else {
        let mistake =
            Mistake::new("racktherm::wrong_type", "a port is connected to the name of a loop or manifold");
        fields.log.add(mistake.at(node.place, format!("this is {}", node.content.kind())));
        return None;
    };
    connection(text, node.place, fields, path)
}

/// What a text names: a loop or manifold of its file, or through `port:NAME` what the user of the part connected.
/// `tap` is who names it.
pub(super) fn connection(text: &str, place: Place, fields: &Fields<'_>, tap: &str) -> Option<Connection> {
    let scope = fields.scope;
    let Some(port) = text.strip_prefix("port:") else {
        return Some(Connection {
            name: format!("{}{text}", scope.prefix),
            tap: tap.to_owned(),
            place,
            local: scope.parent.is_some(),
        });
    };
    match scope.ports.get(port) {
        Some(leads) => leads.clone(),
        None => {
            let message = format!("{} names the port '{port}', which its file does not declare", fields.what);
            let mistake = Mistake::new("racktherm::unknown_name", message).at(place, "unknown port");
            fields.log.add(mistake.nearest(port, scope.ports.keys().map(String::as_str)));
            None
        }
    }
}

/// Whether a kind of item can be given a number in `[[limit]]`.
pub(super) fn takes_limit(kind: Kind) -> bool {
    kind.is_solid() || kind == Kind::Chip
}
