//! The comparison itself: it must fail where it should.

use super::Outcome;
use super::compare::fields;

/// A test without a device.
type Test = fn() -> Outcome;

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("comparison_fails_beyond_the_tolerance_and_names_the_worst_cell", names_the_worst_cell),
    ("comparison_fails_on_a_number_that_is_none", fails_on_nan),
    ("comparison_fails_on_a_wrong_shape", fails_on_shape),
    ("comparison_holds_within_the_tolerance", holds),
];

fn expect(condition: bool, what: &str) -> Outcome {
    if condition { Ok(()) } else { Err(what.to_owned()) }
}

fn names_the_worst_cell() -> Outcome {
    let expected = [0.0; 6];
    let found = [0.0, 2e-3, 0.0, 0.0, 0.0, -3e-3];
    let message = fields("p", [2, 3, 1], &expected, &found, &[1e-3; 6]).err().unwrap_or_default();
    expect(message.contains("[1, 2, 0]") && message.contains("-0.003"), &format!("it says '{message}'"))
}

fn fails_on_nan() -> Outcome {
    let nan = f64::NAN;
    expect(fields("p", [1, 1, 1], &[0.0], &[nan], &[1.0]).is_err(), "a found NaN passes")?;
    expect(fields("p", [1, 1, 1], &[nan], &[nan], &[1.0]).is_err(), "an expected NaN passes")?;
    expect(fields("p", [1, 1, 1], &[0.0], &[1.0], &[nan]).is_err(), "a NaN tolerance passes")?;
    expect(fields("p", [1, 1, 1], &[0.0], &[0.0], &[f64::INFINITY]).is_err(), "any value would pass")
}

fn fails_on_shape() -> Outcome {
    expect(fields("p", [2, 1, 1], &[0.0; 2], &[0.0], &[1.0; 2]).is_err(), "a missing value passes")?;
    expect(fields("p", [1, 1, 1], &[0.0; 2], &[0.0; 2], &[1.0; 2]).is_err(), "a wrong size passes")
}

fn holds() -> Outcome {
    fields("p", [2, 1, 1], &[1.0, 2.0], &[1.0 + 1e-4, 2.0], &[1e-3, 0.0])
}
