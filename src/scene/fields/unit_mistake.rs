//! Errors of units and expressions in the words of the person who wrote the value.

use crate::scene::diagnostic::{Mistake, Place};
use crate::units::{Dimension, UnitError};

/// What a unit error means for the person who wrote the value.
pub(in crate::scene) fn unit_mistake(
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
