//! Expressions over parameters, with their dimensions checked: `= tray_height - 8 mm`.
//!
//! A literal in `K` is a temperature difference, one in `degC` or `degF` an absolute temperature.
//! Absolute temperatures take part in `T ± ΔT`, `T − T`, `min`, `max`, comparisons and `if` only.

use std::collections::BTreeMap;

use super::error::nearest;
use super::parse::{parse_any, parse_quantity, wrong_dimension};
use super::syntax::{Function, Node, Operator, parse};
use super::{Dimension, Quantity, UnitError};

/// Values that expressions may name.
pub type Parameters = BTreeMap<String, Quantity>;

/// Reads a value text, or evaluates it when it begins with `=`; in SI, of the expected dimension.
///
/// # Errors
/// [`UnitError`] for unreadable text, unknown names and dimensions that do not fit.
pub fn evaluate(text: &str, expected: Dimension, parameters: &Parameters) -> Result<f64, UnitError> {
    if !is_expression(text) {
        return parse_quantity(text, expected);
    }
    let quantity = evaluate_any(text, parameters)?;
    if quantity.dimension != expected {
        return Err(wrong_dimension(text, quantity.dimension, expected));
    }
    if expected.is_absolute_temperature() && quantity.value < 0.0 {
        return Err(UnitError::BelowAbsoluteZero { text: text.to_owned() });
    }
    Ok(quantity.value)
}

/// Reads or evaluates a value text whose kind follows from its units.
///
/// # Errors
/// [`UnitError`] for unreadable text, unknown names and dimensions that do not fit.
pub fn evaluate_any(text: &str, parameters: &Parameters) -> Result<Quantity, UnitError> {
    if !is_expression(text) {
        return parse_any(text);
    }
    let evaluator = Evaluator { text, parameters };
    let quantity = evaluator.value(&parse(text)?)?;
    if !quantity.value.is_finite() {
        return Err(UnitError::NotFinite { text: text.to_owned() });
    }
    Ok(quantity)
}

fn is_expression(text: &str) -> bool {
    text.trim_start().starts_with('=')
}

struct Evaluator<'a> {
    text: &'a str,
    parameters: &'a Parameters,
}

impl Evaluator<'_> {
    fn value(&self, node: &Node) -> Result<Quantity, UnitError> {
        match node {
            Node::Value(quantity) => Ok(*quantity),
            Node::Name(name) => self.parameter(name),
            Node::Negate(inner) => self.negate(self.value(inner)?),
            Node::Binary(operator, left, right) => {
                self.binary(*operator, self.value(left)?, self.value(right)?)
            }
            Node::Call(function, arguments) => {
                let values: Result<Vec<Quantity>, UnitError> =
                    arguments.iter().map(|node| self.value(node)).collect();
                self.call(*function, &values?)
            }
            Node::If(parts) => {
                let [smaller, larger, then, otherwise] = parts.as_ref();
                let (smaller, larger) = (self.value(smaller)?, self.value(larger)?);
                self.same("compare", smaller, larger)?;
                let (then, otherwise) = (self.value(then)?, self.value(otherwise)?);
                self.same("choose between", then, otherwise)?;
                Ok(if smaller.value < larger.value { then } else { otherwise })
            }
        }
    }

    fn parameter(&self, name: &str) -> Result<Quantity, UnitError> {
        self.parameters.get(name).copied().ok_or_else(|| UnitError::UnknownName {
            text: self.text.to_owned(),
            name: name.to_owned(),
            nearest: nearest(name, self.parameters.keys().map(String::as_str)),
        })
    }

    fn incompatible(&self, operation: &str, left: Quantity, right: Quantity) -> UnitError {
        UnitError::Incompatible {
            text: self.text.to_owned(),
            operation: operation.to_owned(),
            left: left.dimension.name(),
            right: right.dimension.name(),
        }
    }

    fn unsuitable(&self, operation: &str, value: Quantity) -> UnitError {
        UnitError::Unsuitable {
            text: self.text.to_owned(),
            operation: operation.to_owned(),
            found: value.dimension.name(),
        }
    }

    fn same(&self, operation: &str, left: Quantity, right: Quantity) -> Result<(), UnitError> {
        if left.dimension == right.dimension {
            return Ok(());
        }
        Err(self.incompatible(operation, left, right))
    }

    fn negate(&self, inner: Quantity) -> Result<Quantity, UnitError> {
        if inner.dimension.is_absolute_temperature() {
            return Err(self.unsuitable("the minus sign", inner));
        }
        Ok(Quantity { value: -inner.value, ..inner })
    }

    fn binary(&self, operator: Operator, left: Quantity, right: Quantity) -> Result<Quantity, UnitError> {
        match operator {
            Operator::Add => self.add(left, right),
            Operator::Subtract => self.subtract(left, right),
            Operator::Multiply => self.scale("multiply", left, right, 1),
            Operator::Divide => self.scale("divide", left, right, -1),
            Operator::Power => self.power(left, right),
        }
    }

    fn add(&self, left: Quantity, right: Quantity) -> Result<Quantity, UnitError> {
        let (a, b) = (left.dimension, right.dimension);
        let both_absolute = a.is_absolute_temperature() && b.is_absolute_temperature();
        if a.difference() != b.difference() || both_absolute {
            return Err(self.incompatible("add", left, right));
        }
        Ok(Quantity {
            value: left.value + right.value,
            dimension: if b.is_absolute_temperature() { b } else { a },
        })
    }

    fn subtract(&self, left: Quantity, right: Quantity) -> Result<Quantity, UnitError> {
        let (a, b) = (left.dimension, right.dimension);
        let from_difference = b.is_absolute_temperature() && !a.is_absolute_temperature();
        if a.difference() != b.difference() || from_difference {
            return Err(self.incompatible("subtract", left, right));
        }
        let dimension = if b.is_absolute_temperature() { a.difference() } else { a };
        Ok(Quantity { value: left.value - right.value, dimension })
    }

    fn scale(
        &self,
        operation: &str,
        left: Quantity,
        right: Quantity,
        power: i8,
    ) -> Result<Quantity, UnitError> {
        let (a, b) = (left.dimension, right.dimension);
        let absolute = a.is_absolute_temperature() || b.is_absolute_temperature();
        let product = a.times_power(b, power).filter(|_| !absolute);
        let dimension = product.ok_or_else(|| self.incompatible(operation, left, right))?;
        let value = if power < 0 { left.value / right.value } else { left.value * right.value };
        Ok(Quantity { value, dimension })
    }

    fn power(&self, base: Quantity, exponent: Quantity) -> Result<Quantity, UnitError> {
        let refused = || self.incompatible("raise to a power", base, exponent);
        if exponent.dimension != Dimension::DIMENSIONLESS || base.dimension.is_absolute_temperature() {
            return Err(refused());
        }
        let dimension = if base.dimension == Dimension::DIMENSIONLESS {
            base.dimension
        } else {
            let whole = exponent.value.fract() == 0.0 && exponent.value.abs() <= 9.0;
            if !whole {
                return Err(refused());
            }
            // Cast of an integer within ±9 is exact.
            Dimension::DIMENSIONLESS.times_power(base.dimension, exponent.value as i8).ok_or_else(refused)?
        };
        Ok(Quantity { value: base.value.powf(exponent.value), dimension })
    }

    fn call(&self, function: Function, values: &[Quantity]) -> Result<Quantity, UnitError> {
        let first = values[0];
        let second = values.get(1).copied().unwrap_or(first);
        let dimension = match function {
            Function::Minimum | Function::Maximum => {
                self.same("compare", first, second)?;
                first.dimension
            }
            Function::SquareRoot => {
                first.dimension.square_root().ok_or_else(|| self.unsuitable(function.name(), first))?
            }
            Function::Absolute => first.dimension,
            _ if first.dimension == Dimension::DIMENSIONLESS => first.dimension,
            _ => return Err(self.unsuitable(function.name(), first)),
        };
        Ok(Quantity { value: function.apply(first.value, second.value), dimension })
    }
}
