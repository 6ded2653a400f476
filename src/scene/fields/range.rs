//! What a value may be, and what is said where it is not.

use crate::units::Dimension;

/// What a value may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::scene) enum Range {
    /// Any finite value.
    Any,
    /// Above zero.
    Positive,
    /// Zero or above.
    NotNegative,
    /// Above zero, at most one.
    Share,
    /// From a to b, SI.
    Within(f64, f64),
}

/// Largest magnitude of a value, SI, and the smallest above zero: products of them stay numbers, in f32 too.
const MAGNITUDES: [f64; 2] = [1e-20, 1e20];

/// Whether a value is so large or small that what is computed with it is no number.
fn is_beyond_computing(value: f64) -> bool {
    let [least, largest] = MAGNITUDES;
    value != 0.0 && !(least..=largest).contains(&value.abs())
}

impl Range {
    pub(in crate::scene) fn holds(self, value: f64) -> bool {
        match self {
            Range::Any => !is_beyond_computing(value),
            Range::Positive => value > 0.0 && !is_beyond_computing(value),
            Range::NotNegative => value >= 0.0 && !is_beyond_computing(value),
            Range::Share => value > 0.0 && value <= 1.0,
            Range::Within(low, high) => {
                // -60 degC is 213.14999999999998 K: the ends are those that the words name.
                let [below, above] = [low, high].map(|end| 1e-12 * end.abs());
                (low - below..=high + above).contains(&value)
            }
        }
    }

    /// What is said of a value that does not hold.
    pub(in crate::scene) fn words(self, dimension: Dimension, value: f64) -> String {
        match self {
            Range::Any | Range::Positive | Range::NotNegative
                if value > 0.0 && is_beyond_computing(value) =>
            {
                let ([least, largest], unit) = (MAGNITUDES, dimension.symbol());
                format!("must lie from {least:e} to {largest:e} {unit} to be computed with")
            }
            Range::Any => format!("must lie within ±{:e} {}", MAGNITUDES[1], dimension.symbol()),
            Range::Positive => "must be above zero".to_owned(),
            Range::NotNegative => "must not be negative".to_owned(),
            Range::Share => "must be above 0 and at most 1 (100 %)".to_owned(),
            Range::Within(low, high) if dimension.is_absolute_temperature() => {
                let [low, high] = [low, high].map(|t| t - crate::units::ZERO_CELSIUS);
                format!("must lie from {low:.0} to {high:.0} degC")
            }
            Range::Within(low, high) => {
                let unit = dimension.symbol();
                format!("must lie from {low} to {high} {unit}").trim_end().to_owned()
            }
        }
    }

    /// Stands in for a value that could not be read, so that reading can go on to the next mistake.
    pub(in crate::scene) fn stand_in(self) -> f64 {
        match self {
            Range::Any | Range::NotNegative => 0.0,
            Range::Positive | Range::Share => 1.0,
            Range::Within(low, _) => low,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Parameters, ZERO_CELSIUS, evaluate};

    #[test]
    fn what_no_number_can_follow_from_is_out_of_every_range() {
        for value in [1e300, 1e21, 1e-21, f64::NAN, f64::INFINITY] {
            assert!(
                ![Range::Any, Range::Positive, Range::NotNegative].iter().any(|range| range.holds(value))
            );
        }
        assert!(Range::NotNegative.holds(0.0) && Range::Any.holds(-1e20) && !Range::Any.holds(-1e21));
        let words = Range::Positive.words(Dimension::POWER, 1e300);
        assert!(words.contains("1e20 W"), "{words}");
    }

    #[test]
    fn the_ends_that_a_range_names_lie_in_it_and_nothing_beyond() {
        for (text, low, high) in [("-60 degC", 213.15, 423.15), ("150 degC", 213.15, 423.15)] {
            let value = evaluate(text, Dimension::TEMPERATURE, &Parameters::new()).unwrap();
            assert!(Range::Within(low, high).holds(value), "{text} is {value} K");
        }
        assert!(!Range::Within(213.15, 423.15).holds(-60.001 + ZERO_CELSIUS));
        assert!(!Range::Within(213.15, 423.15).holds(150.001 + ZERO_CELSIUS));
        assert!(!Range::Within(213.15, 423.15).holds(f64::NAN));
        assert!(!Range::Within(1e-6, 1e9).holds(0.0), "the upper end is no matter of the lower one");
    }
}
