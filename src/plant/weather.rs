//! Climates: the hours of a year by dry bulb, each bin with the mean wet bulb of its hours.
//!
//! A climate is a CSV file: lines `# …` with its place, source and design temperatures, then rows
//! `dry_bulb_C,wet_bulb_C,hours`. Three are compiled in (`scenes/climates`), made of typical years of measured months
//! (TMY3); a scene may name a file of its own.

use super::Weather;
use crate::units::ZERO_CELSIUS;

/// Hours of a year.
pub const HOURS: f64 = 8760.0;

/// Name and text of each climate that is compiled in.
pub const CLIMATES: [(&str, &str); 3] = [
    ("cold", include_str!("../../scenes/climates/cold.csv")),
    ("temperate", include_str!("../../scenes/climates/temperate.csv")),
    ("hot_humid", include_str!("../../scenes/climates/hot_humid.csv")),
];

/// A year's weather.
#[derive(Clone, Debug, PartialEq)]
pub struct Climate {
    /// `temperate`, or the name of the file.
    pub name: String,
    /// Each weather with its hours.
    pub bins: Vec<(Weather, f64)>,
    /// What a plant is sized for; the dry and the wet bulb of the warmest bins where the file gives none.
    pub design: Weather,
}

/// Why a climate cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ClimateError {
    /// A row that is none.
    #[error(
        "line {line}: \"{text}\" is no row dry_bulb_C,wet_bulb_C,hours with a wet bulb up to the dry bulb, from −60 to 60 °C"
    )]
    Row {
        /// Counted from 1.
        line: usize,
        /// As written.
        text: String,
    },
    /// A head line with a design temperature that is none.
    #[error("line {line}: \"{text}\" gives no temperature from −60 to 60 °C")]
    Design {
        /// Counted from 1.
        line: usize,
        /// As written.
        text: String,
    },
    /// The hours are no year's.
    #[error("its rows have {hours} hours, a year has {HOURS}")]
    Hours {
        /// Their sum.
        hours: f64,
    },
}

impl Climate {
    /// One that is compiled in.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (name, text) = CLIMATES.into_iter().find(|(known, _)| *known == name)?;
        Some(Self::parse(name, text).expect("shipped climates are read by a test"))
    }

    /// Reads the text of a climate.
    ///
    /// # Errors
    /// [`ClimateError`] with the line.
    pub fn parse(name: &str, text: &str) -> Result<Self, ClimateError> {
        let mut bins = Vec::new();
        let mut design = [None; 2];
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|value| value.is_finite());
        let celsius = |text: &str| number(text).filter(|value| value.abs() <= 60.0);
        for (line, text) in text.lines().map(str::trim).enumerate().filter(|(_, text)| !text.is_empty()) {
            if let Some(head) = text.strip_prefix('#') {
                for (index, key) in ["design_dry_bulb_C:", "design_wet_bulb_C:"].into_iter().enumerate() {
                    if let Some(value) = head.trim().strip_prefix(key) {
                        let error = || ClimateError::Design { line: line + 1, text: text.to_owned() };
                        design[index] = Some(celsius(value).ok_or_else(error)? + ZERO_CELSIUS);
                    }
                }
                continue;
            }
            if text.replace(' ', "") == "dry_bulb_C,wet_bulb_C,hours" {
                continue;
            }
            let values: Vec<&str> = text.split(',').collect();
            let row = match values[..] {
                [dry, wet, hours] => celsius(dry).zip(celsius(wet)).zip(number(hours)),
                _ => None,
            };
            match row {
                Some(((dry, wet), hours)) if wet <= dry && hours >= 0.0 => {
                    let weather = Weather { dry_bulb: dry + ZERO_CELSIUS, wet_bulb: wet + ZERO_CELSIUS };
                    bins.push((weather, hours));
                }
                _ => return Err(ClimateError::Row { line: line + 1, text: text.to_owned() }),
            }
        }
        let hours: f64 = bins.iter().map(|(_, hours)| hours).sum();
        if (hours - HOURS).abs() > 0.5 {
            return Err(ClimateError::Hours { hours });
        }
        let warmest = |of: fn(&Weather) -> f64| bins.iter().map(|(w, _)| of(w)).fold(0.0, f64::max);
        let dry_bulb = design[0].unwrap_or_else(|| warmest(|w| w.dry_bulb));
        let wet_bulb = design[1].unwrap_or_else(|| warmest(|w| w.wet_bulb)).min(dry_bulb);
        Ok(Self { name: name.to_owned(), bins, design: Weather { dry_bulb, wet_bulb } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(climate: &Climate, of: fn(&Weather) -> f64) -> f64 {
        climate.bins.iter().map(|(weather, hours)| of(weather) * hours).sum::<f64>() / HOURS - ZERO_CELSIUS
    }

    /// Means of the TMY3 years themselves: 4.4, 12.7 and 22.3 °C; wet bulb 2.6, 9.5 and 19.0 °C.
    #[test]
    fn the_shipped_climates_have_8760_hours_and_the_means_of_their_years() {
        let known = [("cold", 4.42, 2.57), ("temperate", 12.67, 9.48), ("hot_humid", 22.29, 19.05)];
        for (name, dry, wet) in known {
            let climate = Climate::named(name).unwrap();
            assert!(climate.bins.iter().map(|(_, hours)| hours).sum::<f64>() == HOURS);
            assert!((mean(&climate, |w| w.dry_bulb) - dry).abs() < 0.01, "{name}");
            assert!((mean(&climate, |w| w.wet_bulb) - wet).abs() < 0.01, "{name}");
            assert!(climate.design.dry_bulb > climate.design.wet_bulb && climate.bins.len() > 10);
        }
    }

    #[test]
    fn a_wrong_row_is_named_with_its_line_and_hours_must_be_a_years() {
        let error = |text: &str| Climate::parse("x", text).unwrap_err().to_string();
        assert!(error("# head\n20,25,8760").starts_with("line 2: \"20,25,8760\" is no row"));
        assert!(error("20,15").starts_with("line 1"));
        assert_eq!(error("20,15,100\n"), "its rows have 100 hours, a year has 8760");
        assert!(error("# design_dry_bulb_C: hot\n20,15,8760").contains("gives no temperature"));
    }

    #[test]
    fn without_design_temperatures_the_warmest_bins_are_designed_for() {
        let climate = Climate::parse("x", "10,9,760\n30,20,4000\n28,22,4000").unwrap();
        let celsius = [climate.design.dry_bulb, climate.design.wet_bulb].map(|t| (t - ZERO_CELSIUS).round());
        assert_eq!(celsius, [30.0, 22.0]);
    }
}
