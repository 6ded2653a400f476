//! Rows as a table for people: Markdown for `docs/verification.md`, plain lines elsewhere.

use super::Row;

/// A number with the digits that a comparison needs.
#[must_use]
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return "not finite".to_owned();
    }
    let size = value.abs();
    if size == 0.0 || (1e-3..1e6).contains(&size) {
        // Seven digits in all.
        let before = if size >= 1.0 { size.log10() as usize + 1 } else { 1 };
        let text = format!("{value:.*}", 7 - before.min(6));
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{value:.2e}")
}

/// The texts of a row: case, backend, quantity, reference, result, error, tolerance, verdict.
#[must_use]
pub fn cells(row: &Row) -> [String; 8] {
    let verdict = if row.pass { "pass" } else { "FAIL" };
    [
        row.case.clone(),
        row.backend.clone(),
        row.quantity.clone(),
        number(row.reference),
        number(row.result),
        short(row.error),
        short(row.tolerance),
        verdict.to_owned(),
    ]
}

/// Two digits: errors and tolerances.
fn short(value: f64) -> String {
    match value {
        v if !v.is_finite() => "not finite".to_owned(),
        v if v == 0.0 || (1e-2..1e3).contains(&v.abs()) => {
            format!("{v:.3}").trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        v => format!("{v:.1e}"),
    }
}

/// Heads of the columns of [`cells`].
pub const HEADS: [&str; 8] =
    ["case", "backend", "quantity", "reference", "result", "error", "tolerance", "verdict"];

/// The rows as a Markdown table.
#[must_use]
pub fn markdown(rows: &[Row]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&HEADS.map(str::to_owned));
    text += "|---|---|---|---:|---:|---:|---:|---|\n";
    for row in rows {
        text += &line(&cells(row).map(|cell| cell.replace('|', "\\|")));
    }
    text
}

/// How many rows passed, in words.
#[must_use]
pub fn outcome(rows: &[Row]) -> String {
    let failed = rows.iter().filter(|row| !row.pass).count();
    match failed {
        0 => format!("all {} comparisons pass", rows.len()),
        _ => format!("{failed} of {} comparisons FAIL", rows.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_seven_digits_and_no_idle_zeros() {
        let texts = [303.745, 7945.858477, 0.0, 2.0, 1.3e-12, -0.5, 1029.59].map(number);
        assert_eq!(texts, ["303.745", "7945.858", "0", "2", "1.30e-12", "-0.5", "1029.59"]);
        assert_eq!(number(f64::NAN), "not finite");
    }

    #[test]
    fn a_row_that_fails_says_so_in_the_table_and_in_the_outcome() {
        let label = super::super::Label { case: "K1".to_owned(), backend: "cpu".to_owned() };
        let row = label.row("T", 1.0, 2.0, super::super::Distance::Absolute, 0.5);
        assert!(markdown(std::slice::from_ref(&row)).contains("| K1 | cpu | T | 1 | 2 | 1 | 0.5 | FAIL |"));
        assert_eq!(outcome(&[row]), "1 of 1 comparisons FAIL");
    }
}
