//! Reading expressions: `0.6 * gpu_power + 20 W` to a tree.
//!
//! Grammar, loosest first: `sum = product { (+|-) product }`, `product = sign { (*|/) sign }`,
//! `sign = [-|+] power`, `power = primary [ ^ sign ]` (to the right, so −2² is −4),
//! `primary = number [unit] | name | function(…) | if(sum (<|>) sum, sum, sum) | (sum)`.
//! A unit follows its number and contains no spaces outside parentheses: `8 mm`, `400 W/(m K)`;
//! operators beside a unit are set off by spaces where a parameter has the name of a unit.

use super::parse::{Spacing, UnitFault, parse_unit, scan_number};
use super::{Quantity, UnitError};

/// Nesting that no sensible expression reaches; bounds the recursion.
const DEEPEST: usize = 64;
/// Longest text in bytes; bounds the depth of trees such as 1+1+1+….
const LONGEST: usize = 2_000;

/// Operators of two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// Functions by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Minimum,
    Maximum,
    SquareRoot,
    Sine,
    Cosine,
    Exponential,
    Logarithm,
    Absolute,
}

impl Function {
    pub(super) const NAMES: [(&'static str, Function); 8] = [
        ("min", Function::Minimum),
        ("max", Function::Maximum),
        ("sqrt", Function::SquareRoot),
        ("sin", Function::Sine),
        ("cos", Function::Cosine),
        ("exp", Function::Exponential),
        ("ln", Function::Logarithm),
        ("abs", Function::Absolute),
    ];

    pub(super) fn name(self) -> &'static str {
        Function::NAMES.iter().find(|(_, function)| *function == self).map_or("function", |(name, _)| name)
    }

    pub(super) fn argument_count(self) -> usize {
        match self {
            Function::Minimum | Function::Maximum => 2,
            _ => 1,
        }
    }

    /// Value of the function; one-argument functions ignore `second`.
    pub(super) fn apply(self, first: f64, second: f64) -> f64 {
        match self {
            Function::Minimum => first.min(second),
            Function::Maximum => first.max(second),
            Function::SquareRoot => first.sqrt(),
            Function::Sine => first.sin(),
            Function::Cosine => first.cos(),
            Function::Exponential => first.exp(),
            Function::Logarithm => first.ln(),
            Function::Absolute => first.abs(),
        }
    }
}

/// A parsed expression.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Value(Quantity),
    Name(String),
    Negate(Box<Node>),
    Binary(Operator, Box<Node>, Box<Node>),
    Call(Function, Vec<Node>),
    /// `if(left < right, then, otherwise)`; `>` is stored with its sides exchanged.
    If(Box<[Node; 4]>),
}

/// Parses the expression behind an optional `=`.
pub(super) fn parse(text: &str) -> Result<Node, UnitError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    if text.len() > LONGEST {
        // The text itself would drown the message.
        return Err(UnitError::Syntax {
            text: text.chars().take(40).chain("…".chars()).collect(),
            position: LONGEST,
            message: format!("an expression has at most {LONGEST} characters"),
        });
    }
    parser.accept('=');
    let node = parser.sum()?;
    parser.skip_spaces();
    match parser.peek() {
        None => Ok(node),
        Some(next) => Err(parser.error(format!("expected an operator or the end, found '{next}'"))),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_spaces(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn accept(&mut self, wanted: char) -> bool {
        self.skip_spaces();
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn expect(&mut self, wanted: char) -> Result<(), UnitError> {
        if self.accept(wanted) {
            return Ok(());
        }
        let found = self.peek().map_or_else(|| "the end".to_owned(), |next| format!("'{next}'"));
        Err(self.error(format!("expected '{wanted}', found {found}")))
    }

    fn error(&self, message: String) -> UnitError {
        UnitError::Syntax {
            text: self.text.to_owned(),
            position: self.text[..self.at].chars().count() + 1,
            message,
        }
    }

    fn sum(&mut self) -> Result<Node, UnitError> {
        let mut left = self.product()?;
        loop {
            let operator = if self.accept('+') {
                Operator::Add
            } else if self.accept('-') {
                Operator::Subtract
            } else {
                return Ok(left);
            };
            left = Node::Binary(operator, Box::new(left), Box::new(self.product()?));
        }
    }

    fn product(&mut self) -> Result<Node, UnitError> {
        let mut left = self.sign()?;
        loop {
            let operator = if self.accept('*') {
                Operator::Multiply
            } else if self.accept('/') {
                Operator::Divide
            } else {
                return Ok(left);
            };
            left = Node::Binary(operator, Box::new(left), Box::new(self.sign()?));
        }
    }

    fn sign(&mut self) -> Result<Node, UnitError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.error(format!("nested deeper than {DEEPEST} levels")));
        }
        let node = if self.accept('-') {
            Node::Negate(Box::new(self.sign()?))
        } else if self.accept('+') {
            self.sign()?
        } else {
            let base = self.primary()?;
            if self.accept('^') {
                Node::Binary(Operator::Power, Box::new(base), Box::new(self.sign()?))
            } else {
                base
            }
        };
        self.depth -= 1;
        Ok(node)
    }

    fn primary(&mut self) -> Result<Node, UnitError> {
        self.skip_spaces();
        match self.peek() {
            Some('(') => {
                self.accept('(');
                let inner = self.sum()?;
                self.expect(')')?;
                Ok(inner)
            }
            Some(next) if next.is_ascii_digit() || next == '.' => self.number(),
            Some(next) if next.is_alphabetic() || next == '_' => self.name(),
            Some(next) => Err(self.error(format!("expected a value, found '{next}'"))),
            None => Err(self.error("expected a value, found the end".to_owned())),
        }
    }

    /// A number with an optional unit.
    fn number(&mut self) -> Result<Node, UnitError> {
        let (number, length) =
            scan_number(self.rest()).ok_or_else(|| self.error("expected a number, found '.'".to_owned()))?;
        self.at += length;
        let after_number = self.at;
        self.skip_spaces();
        let starts_unit = self.peek().is_some_and(|next| next.is_alphabetic() || "%°µμ℃".contains(next));
        if !starts_unit {
            self.at = after_number;
            return Ok(Node::Value(Quantity::number(number)));
        }
        let unit_text = self.rest();
        let unit = parse_unit(unit_text, Spacing::Tight).map_err(|fault| {
            let fault = match fault {
                UnitFault::Unknown(_) => UnitFault::Unknown(leading_name(unit_text).to_owned()),
                other => other,
            };
            fault.into_error(self.text, unit_text, "an operator or a unit".to_owned())
        })?;
        self.at += unit.length;
        let quantity = unit.quantity(number);
        if !quantity.value.is_finite() {
            return Err(UnitError::NotFinite { text: self.text.to_owned() });
        }
        Ok(Node::Value(quantity))
    }

    /// A parameter, `pi`, a function or `if`.
    fn name(&mut self) -> Result<Node, UnitError> {
        let name = leading_name(self.rest()).to_owned();
        let start = self.at;
        self.at += name.len();
        let called = self.accept('(');
        if name == "if" && called {
            return self.condition();
        }
        let function = Function::NAMES.iter().find(|(known, _)| *known == name);
        match function {
            Some((_, function)) if called => self.arguments(*function),
            _ if called => {
                let known = Function::NAMES.iter().map(|(known, _)| *known);
                Err(UnitError::UnknownName {
                    text: self.text.to_owned(),
                    nearest: super::error::nearest(&name, known.chain(["if"])),
                    name,
                })
            }
            _ if name == "pi" => Ok(Node::Value(Quantity::number(std::f64::consts::PI))),
            _ => {
                self.at = start + name.len();
                Ok(Node::Name(name))
            }
        }
    }

    fn arguments(&mut self, function: Function) -> Result<Node, UnitError> {
        let mut arguments = vec![self.sum()?];
        while self.accept(',') {
            arguments.push(self.sum()?);
        }
        self.expect(')')?;
        if arguments.len() != function.argument_count() {
            return Err(self.error(format!(
                "{} takes {} argument(s), not {}",
                function.name(),
                function.argument_count(),
                arguments.len()
            )));
        }
        Ok(Node::Call(function, arguments))
    }

    fn condition(&mut self) -> Result<Node, UnitError> {
        let mut smaller = self.sum()?;
        let less = self.accept('<');
        if !less && !self.accept('>') {
            return Err(self.error("expected '<' or '>' in if(a < b, then, otherwise)".to_owned()));
        }
        let mut larger = self.sum()?;
        if !less {
            std::mem::swap(&mut smaller, &mut larger);
        }
        self.expect(',')?;
        let then = self.sum()?;
        self.expect(',')?;
        let otherwise = self.sum()?;
        self.expect(')')?;
        Ok(Node::If(Box::new([smaller, larger, then, otherwise])))
    }
}

/// Letters, digits and underscores at the beginning; at least one character.
fn leading_name(text: &str) -> &str {
    let end =
        text.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(text.len());
    if end == 0 {
        let first = text.chars().next().map_or(0, char::len_utf8);
        return &text[..first];
    }
    &text[..end]
}
