//! `power.csv`: electrical power over time.

use super::files::{self, FileError};
use crate::control::electrical::Series;
use csv::Writer;
use std::io::{self, Write};
use std::path::Path;

/// Writes `power.csv` into a directory: means of equal steps, W, and at the end of each what is stored, J.
///
/// # Errors
/// [`FileError`] with the path that cannot be written.
pub fn write(directory: &Path, series: &Series) -> Result<(), FileError> {
    files::write(&directory.join("power.csv"), |out| table(out, series))
}

fn table(out: &mut impl Write, series: &Series) -> io::Result<()> {
    let mut table = Writer::from_writer(out);
    table.write_record(["start_s", "end_s", "traced_w", "parts_w", "grid_w", "stored_j"])?;
    for (k, ((traced, parts), grid)) in series.traced.iter().zip(&series.parts).zip(&series.grid).enumerate()
    {
        let [start, end] = [k, k + 1].map(|k| format!("{:.6}", k as f64 * series.step));
        let [traced, parts, grid] = [traced, parts, grid].map(|power| format!("{power:.3}"));
        let stored = series.stored.get(k).map(|joules| format!("{joules:.3}")).unwrap_or_default();
        table.write_record([start, end, traced, parts, grid, stored])?;
    }
    table.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_a_row_with_its_start_and_end() {
        let series = Series {
            step: 0.5,
            traced: vec![100.0, 200.0],
            parts: vec![110.0, 210.0],
            grid: vec![110.0, 190.0],
            stored: vec![20.0, 10.0],
            lost: 0.0,
            empty: 0.0,
            limit: Some(190.0),
        };
        let mut text = Vec::new();
        table(&mut text, &series).unwrap();
        let expected = "start_s,end_s,traced_w,parts_w,grid_w,stored_j\n\
                        0.000000,0.500000,100.000,110.000,110.000,20.000\n\
                        0.500000,1.000000,200.000,210.000,190.000,10.000\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }
}
