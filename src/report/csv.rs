//! Tables as CSV: every part, every monitor, every line probe, and values over time.

use super::files::{self, FileError, file_stem};
use crate::result::{History, LineProbe, Summary};
use csv::Writer;
use std::io::{self, Write};
use std::path::Path;

/// Writes `components.csv`, `monitors.csv` and `line_NAME.csv` into a directory.
///
/// # Errors
/// [`FileError`] with the path that cannot be written.
pub fn write(directory: &Path, summary: &Summary, probes: &[LineProbe]) -> Result<(), FileError> {
    files::write(&directory.join("components.csv"), |out| components(out, summary))?;
    files::write(&directory.join("monitors.csv"), |out| monitors(out, summary))?;
    for probe in probes {
        let name = format!("line_{}.csv", file_stem(&probe.name));
        files::write(&directory.join(name), |out| line(out, probe))?;
    }
    Ok(())
}

/// Writes `history.csv` into a directory.
///
/// # Errors
/// [`FileError`] with the path that cannot be written.
pub fn write_history(directory: &Path, history: &History) -> Result<(), FileError> {
    files::write(&directory.join("history.csv"), |out| over_time(out, history))
}

fn over_time(out: &mut impl Write, history: &History) -> io::Result<()> {
    let mut table = Writer::from_writer(out);
    table.write_record(&history.columns)?;
    for row in &history.rows {
        table.write_record(row.iter().map(|value| value.to_string()))?;
    }
    table.flush()
}

fn optional(value: Option<f64>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

fn components(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let mut table = Writer::from_writer(out);
    table.write_record([
        "name",
        "role",
        "cooled_by",
        "power_w",
        "temperature_max_c",
        "temperature_mean_c",
        "junction_c",
        "reference_c",
        "limit_c",
        "margin_k",
        "band_k",
        "rests_on_estimates",
        "limit_source",
        "air_field",
        "not_trusted",
    ])?;
    for c in &summary.components {
        let field = summary.air.as_ref().map_or("", |air| air.field.name());
        table.write_record([
            c.name.as_str(),
            &c.role,
            c.cooled_by.name(),
            &c.power_w.to_string(),
            &c.temperature_max_c.to_string(),
            &c.temperature_mean_c.to_string(),
            &optional(c.junction_c),
            &optional(c.reference_c),
            &optional(c.limit_c),
            &optional(c.margin_k),
            &summary.band_k(c).to_string(),
            &c.rests_on_estimates.to_string(),
            c.limit_source.as_deref().unwrap_or("no limit given"),
            if c.cooled_by == crate::result::CooledBy::Air { field } else { "" },
            c.not_trusted.as_deref().unwrap_or(""),
        ])?;
    }
    table.flush()
}

fn monitors(out: &mut impl Write, summary: &Summary) -> io::Result<()> {
    let mut table = Writer::from_writer(out);
    table.write_record(["name", "quantity", "value", "unit"])?;
    for m in &summary.monitors {
        table.write_record([m.name.as_str(), &m.quantity, &m.value.to_string(), &m.unit])?;
    }
    table.flush()
}

fn line(out: &mut impl Write, probe: &LineProbe) -> io::Result<()> {
    let mut table = Writer::from_writer(out);
    let value = format!("{}_{}", probe.quantity, probe.unit.replace('/', "_"));
    table.write_record(["x_m", "y_m", "z_m", value.as_str()])?;
    for (p, v) in probe.positions.iter().zip(&probe.values) {
        table.write_record([p[0], p[1], p[2], *v].map(|n| n.to_string()))?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_part_has_a_line_with_its_margin_and_no_limit_is_said() {
        let summary = sample::air();
        let mut bytes = Vec::new();
        components(&mut bytes, &summary).unwrap();
        let mut rows = csv::Reader::from_reader(bytes.as_slice());
        let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), summary.components.len());
        for (row, part) in rows.iter().zip(&summary.components) {
            assert_eq!(&row[0], part.name);
            match part.margin_k {
                Some(margin) => assert_eq!(row[9].parse::<f64>().unwrap(), margin),
                None => assert_eq!((&row[9], &row[12]), ("", "no limit given")),
            }
        }
    }

    #[test]
    fn a_history_reads_back_with_all_its_digits() {
        let columns = vec!["time_s".to_owned(), "tray.1/gpu, left degC".to_owned()];
        let history = History { columns, rows: vec![vec![0.0, 1.0 / 3.0], vec![0.1, -2e-9]] };
        let mut bytes = Vec::new();
        over_time(&mut bytes, &history).unwrap();
        let mut table = csv::Reader::from_reader(bytes.as_slice());
        assert_eq!(table.headers().unwrap(), history.columns);
        let read = table.records().map(|row| row.unwrap().iter().map(|v| v.parse().unwrap()).collect());
        assert_eq!(read.collect::<Vec<Vec<f64>>>(), history.rows);
    }

    #[test]
    fn a_line_probe_names_its_unit_and_keeps_all_digits() {
        let probe = LineProbe {
            name: "mid".into(),
            quantity: "velocity".into(),
            unit: "m/s".into(),
            positions: vec![[0.0, 0.1, 0.2]],
            values: vec![1.0 / 3.0],
        };
        let mut bytes = Vec::new();
        line(&mut bytes, &probe).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, format!("x_m,y_m,z_m,velocity_m_s\n0,0.1,0.2,{}\n", 1.0 / 3.0));
    }
}
