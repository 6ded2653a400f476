//! Reading `"120 kW"`: a number, then products, quotients and integer powers of units.
//!
//! Grammar: `unit = term { ("*" | "/") term }`, `term = factor { (" " | "·" | "." | nothing) factor }`,
//! `factor = ( symbol | "(" unit ")" | "1" ) [ exponent ]`. Juxtaposed factors bind closer than `/`, so
//! `W/mK`, `W/m2K` and `W/(m K)` mean what engineers mean by them. After `/`, `mK` is metre kelvin.

use super::error::nearest;
use super::table::{self, Unit};
use super::{Dimension, Quantity, UnitError};

/// A unit read from the beginning of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct UnitText {
    scale: f64,
    offset: f64,
    dimension: Dimension,
    /// Bytes used.
    pub(super) length: usize,
}

impl UnitText {
    /// Value in SI of `number` in this unit.
    pub(super) fn quantity(&self, number: f64) -> Quantity {
        Quantity { value: number * self.scale + self.offset, dimension: self.dimension }
    }
}

/// Why no unit could be read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum UnitFault {
    Unknown(String),
    OffsetInCompound(String),
}

/// Where units may contain spaces and `*`: everywhere in a plain value, only in parentheses in an expression.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Spacing {
    Free,
    Tight,
}

/// Reads a value text without parameters, in SI.
///
/// Absolute temperatures come back in kelvin: `"35 degC"` is 308.15 with [`Dimension::TEMPERATURE`].
/// A bare number is accepted only where `expected` is dimensionless, and `0` as a length.
///
/// # Errors
/// [`UnitError`] names the text, the offending unit, the expected kind with an example and the nearest known unit.
pub fn parse_quantity(text: &str, expected: Dimension) -> Result<f64, UnitError> {
    let quantity = read(text, Some(expected))?;
    conform(text, quantity, expected)
}

/// Reads a value text whose kind follows from its unit: `K` is a difference, `degC` a temperature.
///
/// # Errors
/// [`UnitError`] as for [`parse_quantity`], without an expected kind.
pub fn parse_any(text: &str) -> Result<Quantity, UnitError> {
    read(text, None)
}

/// Checks a literal's dimension; kelvin serve as difference and as temperature, a bare 0 as a length.
fn conform(text: &str, quantity: Quantity, expected: Dimension) -> Result<f64, UnitError> {
    let trimmed = text.trim();
    let bare = scan_number(trimmed).is_some_and(|(_, end)| end == trimmed.len());
    let kelvin_as_temperature =
        expected.is_absolute_temperature() && quantity.dimension == Dimension::TEMPERATURE_DIFFERENCE;
    let zero_length = bare && quantity.value == 0.0 && expected == Dimension::LENGTH;
    if quantity.dimension != expected && !kelvin_as_temperature && !zero_length {
        return Err(if bare {
            UnitError::MissingUnit { text: text.to_owned(), expected: expected.name_with_example() }
        } else {
            wrong_dimension(text, quantity.dimension, expected)
        });
    }
    if expected.is_absolute_temperature() && quantity.value < 0.0 {
        return Err(UnitError::BelowAbsoluteZero { text: text.to_owned() });
    }
    Ok(quantity.value)
}

/// The error of a known but unsuitable kind.
pub(super) fn wrong_dimension(text: &str, found: Dimension, expected: Dimension) -> UnitError {
    let mut expected_text = expected.name_with_example();
    if found.is_absolute_temperature() && expected == Dimension::TEMPERATURE_DIFFERENCE {
        expected_text.push_str(" (differences are written in K)");
    }
    if expected.is_absolute_temperature() && found == Dimension::TEMPERATURE_DIFFERENCE {
        expected_text.push_str(" (in an expression K is a difference: write degC)");
    }
    UnitError::WrongDimension { text: text.to_owned(), found: found.name(), expected: expected_text }
}

fn read(text: &str, expected: Option<Dimension>) -> Result<Quantity, UnitError> {
    let expected_name = || {
        expected.map_or_else(
            || "a number with a unit, for example \"120 kW\"".to_owned(),
            Dimension::name_with_example,
        )
    };
    let trimmed = text.trim();
    let (number, end) = scan_number(trimmed)
        .ok_or_else(|| UnitError::NotANumber { text: text.to_owned(), expected: expected_name() })?;
    let unit_text = trimmed[end..].trim_start();
    let quantity = if unit_text.is_empty() {
        Quantity { value: number, dimension: Dimension::DIMENSIONLESS }
    } else {
        let unit =
            parse_unit(unit_text, Spacing::Free).and_then(|unit| match unit_text[unit.length..].trim() {
                "" => Ok(unit),
                rest => Err(UnitFault::Unknown(rest.to_owned())),
            });
        unit.map_err(|fault| fault.into_error(text, unit_text, expected_name()))?.quantity(number)
    };
    if !quantity.value.is_finite() {
        return Err(UnitError::NotFinite { text: text.to_owned() });
    }
    Ok(quantity)
}

impl UnitFault {
    /// The error of this fault in `text`, whose whole unit is `unit_text`.
    pub(super) fn into_error(self, text: &str, unit_text: &str, expected: String) -> UnitError {
        match self {
            UnitFault::Unknown(unit) => {
                let suggestion = match unit.as_str() {
                    "C" => Some("degC".to_owned()),
                    "F" => Some("degF".to_owned()),
                    _ => {
                        nearest(&unit, table::spellings()).or_else(|| nearest(unit_text, table::spellings()))
                    }
                };
                UnitError::UnknownUnit { text: text.to_owned(), unit, expected, nearest: suggestion }
            }
            UnitFault::OffsetInCompound(unit) => UnitError::OffsetInCompound { text: text.to_owned(), unit },
        }
    }
}

/// A number at the beginning of `text` and its length in bytes.
pub(super) fn scan_number(text: &str) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let start = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut end = digits(start);
    let mut count = end - start;
    if bytes.get(end) == Some(&b'.') {
        let fraction_end = digits(end + 1);
        count += fraction_end - end - 1;
        // "5.m" is no number with a fraction; the dot is left to the unit.
        if fraction_end > end + 1 || count > 0 && fraction_end == bytes.len() {
            end = fraction_end;
        }
    }
    if count == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent_end = digits(end + 1 + sign);
        if exponent_end > end + 1 + sign {
            end = exponent_end;
        }
    }
    text[..end].parse().ok().map(|number| (number, end))
}

/// Reads the longest unit at the beginning of `text`.
///
/// With [`Spacing::Tight`] a `/` that no unit follows is left unread, so that `20 W/count` divides by a parameter.
pub(super) fn parse_unit(text: &str, spacing: Spacing) -> Result<UnitText, UnitFault> {
    let mut reader = Reader { text, at: 0, spacing, nested: false, offset_unit: None, factors: 0 };
    let product = reader.unit(false)?;
    let offset = match reader.offset_unit {
        None => 0.0,
        Some((_, offset)) if reader.factors == 1 && product.dimension == Dimension::TEMPERATURE => offset,
        Some((name, _)) => return Err(UnitFault::OffsetInCompound(name)),
    };
    Ok(UnitText { scale: product.scale, offset, dimension: product.dimension, length: reader.at })
}

#[derive(Clone, Copy)]
struct Product {
    scale: f64,
    dimension: Dimension,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    spacing: Spacing,
    nested: bool,
    offset_unit: Option<(String, f64)>,
    factors: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn spaces_allowed(&self) -> bool {
        self.nested || self.spacing == Spacing::Free
    }

    fn skip_spaces(&mut self) {
        if self.spaces_allowed() {
            self.at += self.rest().len() - self.rest().trim_start().len();
        }
    }

    fn fault(&self) -> UnitFault {
        let rest = self.rest();
        let end = rest
            .find(|character: char| character.is_whitespace() || "*/()^·".contains(character))
            .unwrap_or(rest.len());
        UnitFault::Unknown(if end == 0 { rest } else { &rest[..end] }.to_owned())
    }

    fn unit(&mut self, inverted: bool) -> Result<Product, UnitFault> {
        let mut product = self.term(inverted)?;
        loop {
            let before = (self.at, self.offset_unit.clone(), self.factors);
            self.skip_spaces();
            let divide = match self.peek() {
                Some('/') => true,
                Some('*') if self.spaces_allowed() => false,
                _ => {
                    self.at = before.0;
                    return Ok(product);
                }
            };
            self.at += 1;
            self.skip_spaces();
            match self.term(inverted != divide) {
                Ok(term) => {
                    let power = if divide { -1 } else { 1 };
                    product = combine(product, term, power).ok_or_else(|| self.fault())?;
                }
                Err(UnitFault::Unknown(_)) if !self.spaces_allowed() => {
                    (self.at, self.offset_unit, self.factors) = before;
                    return Ok(product);
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Juxtaposed factors.
    fn term(&mut self, inverted: bool) -> Result<Product, UnitFault> {
        let mut product = self.factor(inverted)?;
        loop {
            let before = self.at;
            self.skip_spaces();
            match self.peek() {
                Some(separator @ ('·' | '.')) => self.at += separator.len_utf8(),
                Some(next) if is_symbol_character(next) => {}
                Some('(') if self.spaces_allowed() => {}
                _ => {
                    self.at = before;
                    return Ok(product);
                }
            }
            self.skip_spaces();
            let factor = self.factor(inverted)?;
            product = combine(product, factor, 1).ok_or_else(|| self.fault())?;
        }
    }

    fn factor(&mut self, inverted: bool) -> Result<Product, UnitFault> {
        let base = if self.peek() == Some('(') && !self.nested {
            self.group(inverted)?
        } else if self.rest().starts_with('1')
            && !self.rest()[1..].starts_with(|next: char| next.is_ascii_digit())
        {
            self.at += 1;
            Product { scale: 1.0, dimension: Dimension::DIMENSIONLESS }
        } else {
            return self.symbols(inverted);
        };
        self.raise(base)
    }

    /// A unit in parentheses; they do not nest, which bounds the recursion.
    fn group(&mut self, inverted: bool) -> Result<Product, UnitFault> {
        self.at += 1;
        self.nested = true;
        self.skip_spaces();
        let inner = self.unit(inverted);
        self.skip_spaces();
        self.nested = false;
        let inner = inner?;
        if self.peek() != Some(')') {
            return Err(self.fault());
        }
        self.at += 1;
        Ok(inner)
    }

    /// One run of letters: a symbol, or a symbol with `K`, `s`, `h` or `m` glued to it.
    fn symbols(&mut self, inverted: bool) -> Result<Product, UnitFault> {
        let rest = self.rest();
        let end = rest.find(|character: char| !is_symbol_character(character)).unwrap_or(rest.len());
        let run = match table::symbols_with_digits().find(|symbol| rest.starts_with(symbol)) {
            Some(symbol) => symbol,
            None => &rest[..end],
        };
        let run = run.to_owned();
        // An underscore belongs to the name of a parameter, never to a unit.
        let fault = self.fault();
        let unknown = || fault.clone();
        if self.text[self.at + run.len()..].starts_with('_') {
            return Err(unknown());
        }
        let whole = table::lookup(&run).filter(|unit| {
            !(inverted && unit.prefixed && unit.dimension == Dimension::TEMPERATURE_DIFFERENCE)
        });
        let (first, last) = match whole {
            Some(unit) => (None, unit),
            None => split(&run).map(|(head, tail)| (Some(head), tail)).ok_or_else(unknown)?,
        };
        for unit in first.iter().chain([&last]) {
            if unit.offset != 0.0 {
                self.offset_unit = Some((run.clone(), unit.offset));
            }
            self.factors += 1;
        }
        self.at += run.len();
        let as_product = |unit: Unit| Product { scale: unit.scale, dimension: unit.dimension };
        let raised = self.raise(as_product(last))?;
        match first {
            None => Ok(raised),
            Some(head) => combine(as_product(head), raised, 1).ok_or_else(|| self.fault()),
        }
    }

    fn raise(&mut self, base: Product) -> Result<Product, UnitFault> {
        let (exponent, length) = match scan_exponent(self.rest()) {
            None => return Ok(base),
            Some(found) => found,
        };
        self.at += length;
        // A power of degC is a compound unit: count it as two factors.
        self.factors += 1;
        let one = Product { scale: 1.0, dimension: Dimension::DIMENSIONLESS };
        combine(one, base, exponent).ok_or_else(|| self.fault())
    }
}

fn is_symbol_character(character: char) -> bool {
    character.is_alphabetic() || "%°µμ℃".contains(character)
}

fn split(run: &str) -> Option<(Unit, Unit)> {
    ["K", "s", "h", "m"].iter().find_map(|tail| {
        let head = table::lookup(run.strip_suffix(tail)?)?;
        Some((head, table::lookup(tail)?))
    })
}

fn combine(one: Product, other: Product, power: i8) -> Option<Product> {
    let scale = one.scale * other.scale.powi(i32::from(power));
    // Only a product keeps the flag of an absolute temperature: one factor, first power.
    let dimension = if one.dimension == Dimension::DIMENSIONLESS && power == 1 {
        other.dimension
    } else {
        one.dimension.times_power(other.dimension, power)?
    };
    scale.is_finite().then_some(Product { scale, dimension })
}

/// `2`, `^2`, `^-1`, `²`, `⁻¹`; at most ±9.
fn scan_exponent(text: &str) -> Option<(i8, usize)> {
    let superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    let mut characters = text.chars().peekable();
    let mut length = 0;
    let caret = characters.next_if_eq(&'^').is_some();
    length += usize::from(caret);
    let mut sign = 1;
    if let Some(minus) = characters.next_if(|next| *next == '⁻' || caret && *next == '-') {
        sign = -1;
        length += minus.len_utf8();
    }
    let digit = characters.next()?;
    let value = match digit.to_digit(10) {
        Some(value) => i8::try_from(value).ok()?,
        None => i8::try_from(superscripts.chars().position(|symbol| symbol == digit)?).ok()?,
    };
    if characters.next().is_some_and(|next| next.is_ascii_digit()) {
        return None;
    }
    Some((sign * value, length + digit.len_utf8()))
}
