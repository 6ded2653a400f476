//! Pure formulas of a face, a cell or a component; no grid, no device, no files.
//!
//! | file | what it computes |
//! |---|---|
//! | [`effectiveness`] | ε-NTU of heat exchangers |
//! | [`cold_plate`] | cold plates: R(flow) and pressure drop |
//! | [`curve`] | positive curves through points, linear in logarithms |
//!
//! SI units throughout, absolute temperatures in kelvin. Names are those of the sources (`re`, `nu`, `pr`).

pub mod cold_plate;
pub mod curve;
pub mod effectiveness;
