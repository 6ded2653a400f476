//! Quantities: evaluated in their unit, within their range, with their origin noted.

use crate::scene::diagnostic::Mistake;
use crate::scene::file::{Content, Node};
use crate::scene::{Origin, Status, Value, names};
use crate::units::{Dimension, Formula, evaluate};

use super::origin::read_origin;
use super::unit_mistake::unit_mistake;
use super::{Fields, Range};

impl<'a> Fields<'a> {
    /// A quantity, if it is given and right.
    pub(in crate::scene) fn quantity(
        &self,
        key: &'static str,
        dimension: Dimension,
        range: Range,
    ) -> Option<f64> {
        self.value(key, self.get(key)?, dimension, range)
    }

    /// A quantity, or what holds where none is given.
    pub(in crate::scene) fn or(
        &self,
        key: &'static str,
        dimension: Dimension,
        range: Range,
        default: f64,
    ) -> f64 {
        self.quantity(key, dimension, range).unwrap_or(default)
    }

    /// A quantity with an assumed default: where it is not given, the item counts as an estimate.
    pub(in crate::scene) fn or_estimate(
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
    pub(in crate::scene) fn required(&self, key: &'static str, dimension: Dimension, range: Range) -> f64 {
        if !self.has(key) {
            self.missing(key, example(dimension).as_str());
        }
        self.quantity(key, dimension, range).unwrap_or_else(|| range.stand_in())
    }

    /// The value of a node, with its origin noted.
    pub(in crate::scene) fn value(
        &self,
        key: &str,
        node: &Node,
        dimension: Dimension,
        range: Range,
    ) -> Option<f64> {
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
            let message = format!("'{key}' of {} {}", self.what, range.words(dimension, value));
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
            Mistake::new("racktherm::out_of_range", message)
                .at(node.place, "not finite")
                .help(format!("write {}", dimension.name_with_example()))
        };
        self.log.add(mistake);
        None
    }

    /// The value inside `{ value = …, source = …, status = … }`, and that origin.
    pub(in crate::scene) fn unwrap<'n>(&self, node: &'n Node) -> (&'n Node, Option<Origin>) {
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

    /// Three quantities along x, y, z; where `one` is allowed, one value stands for all three.
    pub(in crate::scene) fn vector<const N: usize>(
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
    pub(in crate::scene) fn whole(&self, key: &'static str, low: usize, high: usize) -> Option<usize> {
        self.whole_of(key, self.get(key)?, low, high)
    }

    pub(in crate::scene) fn whole_of(
        &self,
        key: &str,
        node: &Node,
        low: usize,
        high: usize,
    ) -> Option<usize> {
        let number = self.value(key, node, Dimension::DIMENSIONLESS, Range::Any)?;
        let rounded = number.round();
        // Expressions such as 0.3 / 0.1 miss whole numbers by rounding.
        if (number - rounded).abs() <= 1e-9 && rounded >= low as f64 && rounded <= high as f64 {
            return Some(rounded as usize);
        }
        let message = format!("'{key}' of {} must be a whole number from {low} to {high}", self.what);
        let label = format!("this is {number}");
        let mistake = Mistake::new("racktherm::out_of_range", message).at(node.place, label);
        self.log.add(mistake.help(format!("write a number such as {}", low.max(1))));
        None
    }

    /// A quantity or a formula of x, y, z.
    pub(in crate::scene) fn field(
        &self,
        key: &'static str,
        dimension: Dimension,
        range: Range,
    ) -> Option<Value> {
        self.field_of(key, self.get(key)?, dimension, range)
    }

    /// A quantity or a formula of x, y, z along each axis.
    pub(in crate::scene) fn field_vector(
        &self,
        key: &'static str,
        dimension: Dimension,
    ) -> Option<[Value; 3]> {
        let list = self.list(key)?;
        if list.len() != 3 {
            let message = format!("'{key}' of {} must have 3 values, not {}", self.what, list.len());
            let label = format!("{} values", list.len());
            self.complain("racktherm::wrong_type", key, message, &label, "along x, y and z");
            return None;
        }
        let values: Vec<Value> =
            list.iter().filter_map(|node| self.field_of(key, node, dimension, Range::Any)).collect();
        values.try_into().ok()
    }

    fn field_of(&self, key: &'static str, node: &Node, dimension: Dimension, range: Range) -> Option<Value> {
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
}

fn example(dimension: Dimension) -> String {
    let text = dimension.name_with_example();
    text.split_once("for example ").map_or_else(|| "…".to_owned(), |(_, example)| example.to_owned())
}
