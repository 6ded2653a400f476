//! What can be wrong with a value text.

/// A value text that is not understood; the message names the text, the fault and what is expected.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UnitError {
    /// The text does not begin with a number.
    #[error("\"{text}\" does not begin with a number; expected {expected}")]
    NotANumber {
        /// The text as written.
        text: String,
        /// The expected kind with an example.
        expected: String,
    },
    /// The number overflows, or an expression divides by zero.
    #[error("\"{text}\" is not a finite number")]
    NotFinite {
        /// The text as written.
        text: String,
    },
    /// A number without the unit that it needs.
    #[error("\"{text}\" has no unit; expected {expected}")]
    MissingUnit {
        /// The text as written.
        text: String,
        /// The expected kind with an example.
        expected: String,
    },
    /// A unit that is not in the table.
    #[error("unknown unit '{unit}' in \"{text}\"; expected {expected}{}", did_you_mean(.nearest))]
    UnknownUnit {
        /// The text as written.
        text: String,
        /// The part of the unit that is not known.
        unit: String,
        /// The expected kind with an example.
        expected: String,
        /// The known unit whose spelling is nearest.
        nearest: Option<String>,
    },
    /// A known unit of another kind.
    #[error("\"{text}\" is {found}; expected {expected}")]
    WrongDimension {
        /// The text as written.
        text: String,
        /// What the text measures.
        found: String,
        /// The expected kind with an example.
        expected: String,
    },
    /// `degC` or `degF` inside a compound unit or with an exponent.
    #[error(
        "'{unit}' in \"{text}\" counts from an offset zero and cannot be part of a compound unit: write K"
    )]
    OffsetInCompound {
        /// The text as written.
        text: String,
        /// The unit with the offset.
        unit: String,
    },
    /// A temperature below 0 K.
    #[error("\"{text}\" is below absolute zero")]
    BelowAbsoluteZero {
        /// The text as written.
        text: String,
    },
    /// An expression that cannot be read.
    #[error("in \"{text}\" at character {position}: {message}")]
    Syntax {
        /// The expression as written.
        text: String,
        /// Character position, counted from 1.
        position: usize,
        /// What was expected or found.
        message: String,
    },
    /// An expression names a parameter or function that does not exist.
    #[error("unknown name '{name}' in \"{text}\"{}", did_you_mean(.nearest))]
    UnknownName {
        /// The expression as written.
        text: String,
        /// The name.
        name: String,
        /// The known name whose spelling is nearest.
        nearest: Option<String>,
    },
    /// Two values whose dimensions do not fit the operation.
    #[error("\"{text}\": cannot {operation} {left} and {right}")]
    Incompatible {
        /// The expression as written.
        text: String,
        /// The operation as a verb, such as `add`.
        operation: String,
        /// Kind of the first value.
        left: String,
        /// Kind of the second value.
        right: String,
    },
    /// A value whose dimension does not fit the function that takes it.
    #[error("\"{text}\": {operation} does not take {found}")]
    Unsuitable {
        /// The expression as written.
        text: String,
        /// The function or operation.
        operation: String,
        /// Kind of the value.
        found: String,
    },
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!("; did you mean '{name}'?"))
}

/// The candidate nearest to `name` by Damerau–Levenshtein distance, if near enough to be a slip.
///
/// Case alone costs nothing, so `kpa` finds `kPa`.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    // Texts of arbitrary length reach this point; distance is quadratic in length.
    if name.chars().count() > 40 {
        return None;
    }
    let lower = name.to_lowercase();
    let allowed = (lower.chars().count() / 2).clamp(1, 3);
    candidates
        .map(|candidate| {
            let folded = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            let exact = strsim::damerau_levenshtein(name, candidate);
            ((folded, exact), candidate)
        })
        .filter(|((folded, _), _)| *folded <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate.to_owned())
}
