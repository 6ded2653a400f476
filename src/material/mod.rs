//! Solids, coolants and air: properties with their range and source.
//!
//! | file | what it holds |
//! |---|---|
//! | [`solid`] | library of solids, k(T) = k₀ (1 + b (T − T_ref)) along each axis |
//! | [`coolant`] | water, PG25 by mass, PG25 by volume, and fluids of the user |
//! | [`air`] | dry air at a pressure; pressure at an altitude |
//!
//! SI units throughout, absolute temperatures in kelvin. Nothing here knows a grid or a file.

pub mod air;
pub mod coolant;
mod coolant_fits;
pub mod solid;

/// Density over which a fluid is a liquid, kg/m³: gases at the pressures of racks have a few, liquids over 500.
pub const LIQUID_DENSITY: f64 = 100.0;

/// How well a number is known; it decides what a margin may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Status {
    /// M: measured, handbook data included.
    Measured,
    /// S: standard or open specification.
    Standard,
    /// V: vendor specification.
    Vendor,
    /// V2: vendor sheet, read second-hand.
    VendorSecondHand,
    /// P: press, only as a range.
    Press,
    /// E: estimate.
    #[default]
    Estimate,
}

impl Status {
    const LETTERS: [(&'static str, Status); 6] = [
        ("M", Status::Measured),
        ("S", Status::Standard),
        ("V", Status::Vendor),
        ("V2", Status::VendorSecondHand),
        ("P", Status::Press),
        ("E", Status::Estimate),
    ];

    /// The status of a letter `M`, `S`, `V`, `V2`, `P` or `E`.
    pub fn from_letter(letter: &str) -> Option<Status> {
        let found = Status::LETTERS.iter().find(|(known, _)| *known == letter);
        found.map(|(_, status)| *status)
    }

    /// The letter of this status.
    pub fn letter(self) -> &'static str {
        let found = Status::LETTERS.iter().find(|(_, status)| *status == self);
        found.map_or("E", |(letter, _)| letter)
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn letters_of_a_status_are_read_back() {
        for letter in ["M", "S", "V", "V2", "P", "E"] {
            assert_eq!(Status::from_letter(letter).unwrap().letter(), letter);
        }
        assert_eq!(Status::from_letter("X"), None);
    }
}
