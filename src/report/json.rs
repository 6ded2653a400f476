//! JSON files, pretty and with the keys in the order of the contract.

use super::files::{self, FileError};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// Writes a value as a JSON file.
///
/// # Errors
/// [`FileError`] with the path that cannot be written.
pub fn write<T: Serialize>(path: &Path, value: &T) -> Result<(), FileError> {
    files::write(path, |writer| {
        serde_json::to_writer_pretty(&mut *writer, value)?;
        writer.write_all(b"\n")
    })
}

#[cfg(test)]
mod tests {
    use crate::report::sample;
    use crate::result::Summary;

    #[test]
    fn a_summary_survives_json() {
        for summary in [sample::air(), sample::rear_door(), sample::liquid()] {
            let text = serde_json::to_string(&summary).unwrap();
            assert_eq!(serde_json::from_str::<Summary>(&text).unwrap(), summary);
        }
    }

    #[test]
    fn the_keys_are_those_of_the_contract_and_absent_limits_are_absent() {
        let value = serde_json::to_value(sample::air()).unwrap();
        for key in
            ["schema", "scene", "backend", "grid", "convergence", "balance", "mass", "air", "components"]
        {
            assert!(value.get(key).is_some(), "{key}");
        }
        let terms = &value["balance"]["heat_in_w"];
        assert!(
            ["chips", "boards", "fans", "pumps", "conversion", "total"].iter().all(|k| terms[k].is_f64())
        );
        let board = value["components"].as_array().unwrap().iter().find(|c| c["role"] == "board").unwrap();
        assert!(board.get("limit_c").is_none() && board.get("margin_k").is_none());
        assert_eq!(value["air"]["field"], "potential");
    }
}
