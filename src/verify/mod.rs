//! Cases with known answers.

use crate::couple::{BackendChoice, CoupleError};
use serde::{Deserialize, Serialize};

/// One quantity of one case on one backend against its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Id of the case with what tells variants apart, such as `K1` or `F5-re1000`.
    pub case: String,
    /// `cpu` or `gpu`.
    pub backend: String,
    /// What is compared, with its unit.
    pub quantity: String,
    /// The known answer.
    pub reference: f64,
    /// What was computed.
    pub result: f64,
    /// Distance between the two, in the sense of the tolerance.
    pub error: f64,
    /// Largest error allowed.
    pub tolerance: f64,
    /// Whether the error is a number within the tolerance.
    pub pass: bool,
}

pub mod contrast;

/// Ids of all cases, in the order of their tables.
#[must_use]
pub fn cases() -> Vec<&'static str> {
    Vec::new()
}

/// Solves a case and compares it with its reference.
///
/// # Errors
/// [`CoupleError`] if there is no such case or the device refuses.
pub fn run(case: &str, _backend: &BackendChoice) -> Result<Vec<Row>, CoupleError> {
    Err(CoupleError::Scene(format!("no case is named {case}")))
}
