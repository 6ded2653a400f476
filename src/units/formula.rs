//! A formula of x, y, z, compiled once and evaluated at every cell.
//!
//! The tree becomes a list of operations on a stack of fixed size, so evaluation neither allocates nor looks up names.
//! All values are pure numbers: coordinates in metres, the result in SI of whatever the caller asks for.

use super::syntax::{Function, Node, Operator, parse};
use super::{Dimension, UnitError};

/// Slots of the evaluation stack; deeper formulas are refused when parsed.
const STACK: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operation {
    Number(f64),
    Coordinate(usize),
    Negate,
    Binary(Operator),
    Power(i32),
    Call(Function),
    /// Four values on the stack: smaller, larger, then, otherwise.
    Select,
}

/// A dimensionless formula of x, y, z such as `1 + sin(pi*x)*sin(2*pi*y)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    text: String,
    operations: Vec<Operation>,
}

impl Formula {
    /// Parses a formula; a leading `=` is allowed.
    ///
    /// # Errors
    /// [`UnitError`] for unreadable text, names other than `x`, `y`, `z`, `pi`, and values with units.
    pub fn parse(text: &str) -> Result<Formula, UnitError> {
        let mut compiler = Compiler { text, operations: Vec::new(), depth: 0 };
        compiler.compile(&parse(text)?)?;
        Ok(Formula { text: text.to_owned(), operations: compiler.operations })
    }

    /// The formula times a number.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Formula {
        let mut scaled = self.clone();
        scaled.text = format!("{factor}*({})", self.text);
        // The stack ends with one value, so that there is room for another.
        scaled.operations.extend([Operation::Number(factor), Operation::Binary(Operator::Multiply)]);
        scaled
    }

    /// The formula as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Value at a point in metres; NaN or infinite where the formula is (`ln(x)` at x < 0).
    pub fn evaluate(&self, x: f64, y: f64, z: f64) -> f64 {
        let coordinates = [x, y, z];
        let mut stack = [0.0; STACK];
        let mut top = 0;
        for operation in &self.operations {
            match *operation {
                Operation::Number(number) => {
                    stack[top] = number;
                    top += 1;
                }
                Operation::Coordinate(axis) => {
                    stack[top] = coordinates[axis];
                    top += 1;
                }
                Operation::Negate => stack[top - 1] = -stack[top - 1],
                Operation::Power(exponent) => stack[top - 1] = stack[top - 1].powi(exponent),
                Operation::Binary(operator) => {
                    top -= 1;
                    stack[top - 1] = apply(operator, stack[top - 1], stack[top]);
                }
                Operation::Call(function) if function.argument_count() == 2 => {
                    top -= 1;
                    stack[top - 1] = function.apply(stack[top - 1], stack[top]);
                }
                Operation::Call(function) => {
                    stack[top - 1] = function.apply(stack[top - 1], 0.0);
                }
                Operation::Select => {
                    top -= 3;
                    stack[top - 1] =
                        if stack[top - 1] < stack[top] { stack[top + 1] } else { stack[top + 2] };
                }
            }
        }
        stack[0]
    }
}

fn apply(operator: Operator, left: f64, right: f64) -> f64 {
    match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Divide => left / right,
        Operator::Power => left.powf(right),
    }
}

struct Compiler<'a> {
    text: &'a str,
    operations: Vec<Operation>,
    depth: usize,
}

impl Compiler<'_> {
    fn push(&mut self, operation: Operation) -> Result<(), UnitError> {
        self.depth += 1;
        if self.depth > STACK {
            return Err(UnitError::Syntax {
                text: self.text.to_owned(),
                position: 1,
                message: format!("needs more than {STACK} intermediate values"),
            });
        }
        self.operations.push(operation);
        Ok(())
    }

    fn reduce(&mut self, operation: Operation, consumed: usize) {
        self.depth -= consumed;
        self.operations.push(operation);
    }

    fn compile(&mut self, node: &Node) -> Result<(), UnitError> {
        match node {
            Node::Value(quantity) if quantity.dimension == Dimension::DIMENSIONLESS => {
                self.push(Operation::Number(quantity.value))
            }
            Node::Value(quantity) => Err(UnitError::Unsuitable {
                text: self.text.to_owned(),
                operation: "a formula of x, y, z".to_owned(),
                found: quantity.dimension.name(),
            }),
            Node::Name(name) => self.coordinate(name),
            Node::Negate(inner) => {
                self.compile(inner)?;
                self.reduce(Operation::Negate, 0);
                Ok(())
            }
            Node::Binary(operator, left, right) => self.binary(*operator, left, right),
            Node::Call(function, arguments) => {
                for argument in arguments {
                    self.compile(argument)?;
                }
                self.reduce(Operation::Call(*function), arguments.len() - 1);
                Ok(())
            }
            Node::If(parts) => {
                for part in parts.iter() {
                    self.compile(part)?;
                }
                self.reduce(Operation::Select, 3);
                Ok(())
            }
        }
    }

    fn coordinate(&mut self, name: &str) -> Result<(), UnitError> {
        match ["x", "y", "z"].iter().position(|axis| *axis == name) {
            Some(axis) => self.push(Operation::Coordinate(axis)),
            None => Err(UnitError::UnknownName {
                text: self.text.to_owned(),
                name: name.to_owned(),
                nearest: super::error::nearest(name, ["x", "y", "z", "pi"].into_iter()),
            }),
        }
    }

    fn binary(&mut self, operator: Operator, left: &Node, right: &Node) -> Result<(), UnitError> {
        self.compile(left)?;
        if let (Operator::Power, Node::Value(exponent)) = (operator, right) {
            let whole = exponent.dimension == Dimension::DIMENSIONLESS
                && exponent.value.fract() == 0.0
                && exponent.value.abs() <= 64.0;
            if whole {
                // A small integer power is a few products, and right for negative bases too.
                self.reduce(Operation::Power(exponent.value as i32), 0);
                return Ok(());
            }
        }
        self.compile(right)?;
        self.reduce(Operation::Binary(operator), 1);
        Ok(())
    }
}
