//! `racktherm verify`: cases with known answers.

use super::progress::Reporter;
use super::{Exit, Failure, options, output};
use crate::couple::{BackendChoice, Progress};
use crate::report::table::{Align, Table};
use crate::verify::page::number;
use crate::verify::reference::References;
use crate::verify::{Case, Row, VerifyError};
use clap::Args;

/// Solve cases with known answers and print reference, result, error and tolerance
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Cases, such as K1; all without any
    cases: Vec<String>,
    /// Device: auto, gpu, cpu, or a part of a GPU's name
    #[arg(long, value_name = "auto|gpu|cpu|NAME", default_value = "auto", value_parser = options::backend)]
    backend: BackendChoice,
    /// JSON instead of a table
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn execute(&self) -> Result<Exit, Failure> {
        let cases = Case::select(&self.cases).map_err(failure)?;
        let references = References::default();
        let mut rows = Vec::new();
        {
            let progress = Reporter::new("verify", false);
            for (done, case) in cases.iter().enumerate() {
                progress.stage(&case.id());
                progress.update(done as f64 / cases.len() as f64, &case.id());
                rows.extend(case.run(&self.backend, &references).map_err(failure)?);
            }
        }
        if rows.is_empty() {
            // Nothing compared must not read as everything passed.
            return Err(Failure::Input("no case was compared with a reference".into()));
        }
        if self.json {
            output::print_json(&rows)?;
        } else {
            output::print(&page(&rows))?;
        }
        Ok(if rows.iter().all(|row| row.pass) { Exit::Success } else { Exit::NotConverged })
    }
}

/// A device that fails keeps its own exit code.
pub(super) fn failure(error: VerifyError) -> Failure {
    match error {
        VerifyError::Run { error, .. } => Failure::Couple(error),
        other => Failure::Input(other.to_string()),
    }
}

fn page(rows: &[Row]) -> String {
    let mut table = Table::new(&[
        ("case", Align::Left),
        ("on", Align::Left),
        ("reference", Align::Right),
        ("result", Align::Right),
        ("error", Align::Right),
        ("tolerance", Align::Right),
        ("", Align::Left),
        ("quantity", Align::Left),
    ]);
    for row in rows {
        table.row([
            row.case.clone(),
            row.backend.clone(),
            number(row.reference),
            number(row.result),
            format!("{:.1e}", row.error),
            format!("{:.1e}", row.tolerance),
            if row.pass { "pass" } else { "FAIL" }.to_owned(),
            row.quantity.clone(),
        ]);
    }
    let passed = rows.iter().filter(|row| row.pass).count();
    format!("{}{passed} of {} passed\n", table.render(), rows.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_row_is_told_apart_and_counted() {
        let row = |pass| Row {
            case: "K1".into(),
            backend: "cpu".into(),
            quantity: "interface temperature, degC".into(),
            reference: 40.0,
            result: 40.1,
            error: 0.1,
            tolerance: 1e-6,
            pass,
        };
        let text = page(&[row(true), row(false)]);
        assert!(text.contains("FAIL") && text.ends_with("1 of 2 passed\n"), "{text}");
    }
}
