//! Loads from a table of text: one column of times in s and one of values.

use thiserror::Error;

/// Most rows of a table.
const MOST_ROWS: usize = 2_000_000;

/// What is wrong with a table, and in which line.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TableError {
    /// No such column.
    #[error("it has no column \"{name}\"; its columns are {known}")]
    NoColumn {
        /// As asked.
        name: String,
        /// Those that it has.
        known: String,
    },
    /// A line that is no row of numbers.
    #[error("line {line}: \"{text}\" is not a number")]
    NotANumber {
        /// From 1.
        line: u64,
        /// What stands there.
        text: String,
    },
    /// Power below zero.
    #[error("line {line}: {value} is below zero")]
    Negative {
        /// From 1.
        line: u64,
        /// What stands there.
        value: String,
    },
    /// Time that stands still or goes back.
    #[error("line {line}: time {after} s does not come after {before} s")]
    NotRising {
        /// From 1.
        line: u64,
        /// s.
        before: String,
        /// s.
        after: String,
    },
    /// A line of another length, or no text.
    #[error("line {line}: {reason}")]
    Malformed {
        /// From 1.
        line: u64,
        /// Why.
        reason: String,
    },
    /// Fewer than two rows.
    #[error("it has {rows} rows of values; two are needed")]
    TooShort {
        /// Of values.
        rows: usize,
    },
    /// More rows than can be meant.
    #[error("it has more than {MOST_ROWS} rows")]
    TooLong,
}

/// How the value goes from one row to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Straight.
    Line,
    /// Held; the last row only says when the one before it ends.
    Hold,
}

/// Corners of a table with a header, whose lines may be comments after `#`: s from the first row, value. Columns by
/// name, or by number from 1; the first two where none is named.
///
/// # Errors
/// [`TableError`] with the line.
pub fn corners(
    text: &str,
    time: Option<&str>,
    value: Option<&str>,
    between: Between,
) -> Result<Vec<(f64, f64)>, TableError> {
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let malformed = |error: &csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let reason = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("{len} values where the header has {expected_len}")
            }
            _ => error.to_string(),
        };
        TableError::Malformed { line, reason }
    };
    let header = reader.headers().map_err(|error| malformed(&error))?.clone();
    let column = |name: Option<&str>, default: usize| {
        let name = name.map_or_else(|| (default + 1).to_string(), str::to_owned);
        let numbered = || name.parse::<usize>().ok()?.checked_sub(1).filter(|index| *index < header.len());
        header.iter().position(|known| known == name).or_else(numbered).ok_or_else(|| {
            let known = header.iter().map(|known| format!("\"{known}\"")).collect::<Vec<_>>().join(", ");
            TableError::NoColumn { name: name.clone(), known }
        })
    };
    let (time, value) = (column(time, 0)?, column(value, 1)?);
    let mut rows: Vec<(f64, f64)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| malformed(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let number = |index: usize| {
            let text = record.get(index).unwrap_or("");
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.ok_or_else(|| TableError::NotANumber { line, text: text.to_owned() })
        };
        let row = (number(time)?, number(value)?);
        if row.1 < 0.0 {
            return Err(TableError::Negative { line, value: row.1.to_string() });
        }
        if let Some((before, _)) = rows.last().filter(|(before, _)| row.0 <= *before) {
            let (before, after) = (before.to_string(), row.0.to_string());
            return Err(TableError::NotRising { line, before, after });
        }
        rows.push(row);
        if rows.len() > MOST_ROWS {
            return Err(TableError::TooLong);
        }
    }
    if rows.len() < 2 {
        return Err(TableError::TooShort { rows: rows.len() });
    }
    let start = rows[0].0;
    let rows = rows.into_iter().map(|(t, v)| (t - start, v));
    Ok(match between {
        Between::Line => rows.collect(),
        Between::Hold => held(&rows.collect::<Vec<_>>()),
    })
}

fn held(rows: &[(f64, f64)]) -> Vec<(f64, f64)> {
    rows.windows(2).flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# a day\ntime_s,load,other\n15,0.2,7\n30,1.0,8\n45,0.4,9\n";

    #[test]
    fn a_table_is_read_by_name_or_number_from_its_first_time_on() {
        let line = corners(TEXT, None, None, Between::Line).unwrap();
        assert_eq!(line, [(0.0, 0.2), (15.0, 1.0), (30.0, 0.4)]);
        let named = corners(TEXT, Some("time_s"), Some("other"), Between::Line).unwrap();
        assert_eq!(named, corners(TEXT, Some("1"), Some("3"), Between::Line).unwrap());
        let held = corners(TEXT, None, Some("load"), Between::Hold).unwrap();
        assert_eq!(held, [(0.0, 0.2), (15.0, 0.2), (15.0, 1.0), (30.0, 1.0)]);
    }

    #[test]
    fn a_bad_table_is_refused_with_its_line() {
        let refused = |text: &str, value| corners(text, None, value, Between::Line).unwrap_err().to_string();
        let changed = |from: &str, to: &str| refused(&TEXT.replace(from, to), None);
        assert_eq!(changed("1.0", "much"), "line 4: \"much\" is not a number");
        assert_eq!(changed("1.0", "nan"), "line 4: \"nan\" is not a number");
        assert_eq!(changed("0.4", "-0.4"), "line 5: -0.4 is below zero");
        assert_eq!(changed("45", "30"), "line 5: time 30 s does not come after 30 s");
        assert_eq!(changed(",9", ""), "line 5: 2 values where the header has 3");
        assert_eq!(
            refused(TEXT, Some("laod")),
            "it has no column \"laod\"; its columns are \"time_s\", \"load\", \"other\""
        );
        assert_eq!(
            refused(TEXT, Some("4")),
            "it has no column \"4\"; its columns are \"time_s\", \"load\", \"other\""
        );
        assert_eq!(refused("a,b\n1,2\n", None), "it has 1 rows of values; two are needed");
        assert!(refused("", None).starts_with("it has no column \"1\""));
    }
}
