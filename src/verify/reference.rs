//! The tables of known answers (`tests/data/validation`), compiled in, and how they are read.
//!
//! A table begins with lines `# …` that give source, set-up and formula; then come the names of its columns
//! and its rows, comma-separated.

use thiserror::Error;

/// Name and text of each table that a case reads.
const TABLES: [(&str, &str); 37] = [
    ("composite_slab", include_str!("../../tests/data/validation/composite_slab.csv")),
    ("fin", include_str!("../../tests/data/validation/fin.csv")),
    ("semi_infinite", include_str!("../../tests/data/validation/semi_infinite.csv")),
    ("slab_transient", include_str!("../../tests/data/validation/slab_transient.csv")),
    ("mms_conduction", include_str!("../../tests/data/validation/mms_conduction.csv")),
    ("3dice_tests", include_str!("../../tests/data/validation/3dice_tests.csv")),
    ("plate_fin_teertstra", include_str!("../../tests/data/validation/plate_fin_teertstra.csv")),
    ("perforated_plate_K", include_str!("../../tests/data/validation/perforated_plate_K.csv")),
    ("fan_operating_point", include_str!("../../tests/data/validation/fan_operating_point.csv")),
    ("colebrook", include_str!("../../tests/data/validation/colebrook.csv")),
    ("hardy_cross", include_str!("../../tests/data/validation/hardy_cross.csv")),
    ("loop_pg25_4branch", include_str!("../../tests/data/validation/loop_pg25_4branch.csv")),
    ("entu", include_str!("../../tests/data/validation/entu.csv")),
    ("ocp_1kw_oam", include_str!("../../tests/data/validation/ocp_1kw_oam.csv")),
    ("pg25_properties", include_str!("../../tests/data/validation/pg25_properties.csv")),
    ("pg25_airedale", include_str!("../../tests/data/validation/pg25_airedale.csv")),
    ("ghia_u", include_str!("../../tests/data/validation/ghia_u.csv")),
    ("ghia_v", include_str!("../../tests/data/validation/ghia_v.csv")),
    ("cavity3d_albensoeder_u", include_str!("../../tests/data/validation/cavity3d_albensoeder_u.csv")),
    ("cavity3d_albensoeder_v", include_str!("../../tests/data/validation/cavity3d_albensoeder_v.csv")),
    ("devahldavis", include_str!("../../tests/data/validation/devahldavis.csv")),
    ("cubic_cavity", include_str!("../../tests/data/validation/cubic_cavity.csv")),
    ("mixed_convection_channel", include_str!("../../tests/data/validation/mixed_convection_channel.csv")),
    ("duct_laminar_fd", include_str!("../../tests/data/validation/duct_laminar_fd.csv")),
    ("graetz_parallel_plates", include_str!("../../tests/data/validation/graetz_parallel_plates.csv")),
    ("graetz_rectangular", include_str!("../../tests/data/validation/graetz_rectangular.csv")),
    ("blasius", include_str!("../../tests/data/validation/blasius.csv")),
    ("gartling_bfs_lengths", include_str!("../../tests/data/validation/gartling_bfs_lengths.csv")),
    ("gartling_bfs_profiles", include_str!("../../tests/data/validation/gartling_bfs_profiles.csv")),
    ("cht_heated_plates", include_str!("../../tests/data/validation/cht_heated_plates.csv")),
    ("mkm_channel_180", include_str!("../../tests/data/validation/mkm_channel_180.csv")),
    ("mkm_channel_395", include_str!("../../tests/data/validation/mkm_channel_395.csv")),
    ("turbulent_pipe_nu", include_str!("../../tests/data/validation/turbulent_pipe_nu.csv")),
    ("plant_frontier", include_str!("../../tests/data/validation/plant_frontier.csv")),
    ("plant_air_cooled_chiller", include_str!("../../tests/data/validation/plant_air_cooled_chiller.csv")),
    (
        "plant_water_cooled_chiller",
        include_str!("../../tests/data/validation/plant_water_cooled_chiller.csv"),
    ),
    ("plant_coolers", include_str!("../../tests/data/validation/plant_coolers.csv")),
];

/// Why a table cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ReferenceError {
    /// No table of that name.
    #[error("there is no table '{table}'")]
    NoTable {
        /// As asked.
        table: String,
    },
    /// No column of that name.
    #[error("table {table} has no column '{column}'")]
    NoColumn {
        /// The table.
        table: String,
        /// As asked.
        column: String,
    },
    /// No row that fits.
    #[error("table {table} has no row with {what}")]
    NoRow {
        /// The table.
        table: String,
        /// What was looked for.
        what: String,
    },
    /// A value that is not a number.
    #[error("table {table}, row {row}: '{text}' in column '{column}' is not a number")]
    NotANumber {
        /// The table.
        table: String,
        /// Counted from 1.
        row: usize,
        /// The column.
        column: String,
        /// As written.
        text: String,
    },
    /// Text that is no table.
    #[error("table {table}: {message}")]
    Unreadable {
        /// The table.
        table: String,
        /// What the reader says.
        message: String,
    },
}

/// A table as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Reads a table.
    ///
    /// # Errors
    /// [`ReferenceError::Unreadable`] if a row has more or fewer values than there are columns.
    pub fn parse(name: &str, text: &str) -> Result<Table, ReferenceError> {
        let told = |error: csv::Error| ReferenceError::Unreadable {
            table: name.to_owned(),
            message: error.to_string(),
        };
        let mut reader =
            csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
        let columns = reader.headers().map_err(told)?.iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|record| record.map(|record| record.iter().map(str::to_owned).collect()))
            .collect::<Result<Vec<Vec<String>>, _>>()
            .map_err(told)?;
        Ok(Table { name: name.to_owned(), columns, rows })
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A column as text, from the first row to the last.
    ///
    /// # Errors
    /// [`ReferenceError::NoColumn`].
    pub fn texts(&self, column: &str) -> Result<Vec<&str>, ReferenceError> {
        let index = self.columns.iter().position(|known| known == column).ok_or_else(|| {
            ReferenceError::NoColumn { table: self.name.clone(), column: column.to_owned() }
        })?;
        Ok(self.rows.iter().map(|row| row[index].as_str()).collect())
    }

    /// A column as numbers.
    ///
    /// # Errors
    /// [`ReferenceError`] if there is no such column or a value is not a number.
    pub fn numbers(&self, column: &str) -> Result<Vec<f64>, ReferenceError> {
        let number = |(row, text): (usize, &str)| {
            text.parse().map_err(|_| ReferenceError::NotANumber {
                table: self.name.clone(),
                row: row + 1,
                column: column.to_owned(),
                text: text.to_owned(),
            })
        };
        self.texts(column)?.into_iter().enumerate().map(number).collect()
    }

    /// The number in a column of a row, counted from 0.
    ///
    /// # Errors
    /// As [`Table::numbers`], and if there is no such row.
    pub fn number(&self, row: usize, column: &str) -> Result<f64, ReferenceError> {
        let texts = self.texts(column)?;
        let text = texts.get(row).ok_or_else(|| self.no_row(&format!("number {}", row + 1)))?;
        text.parse().map_err(|_| ReferenceError::NotANumber {
            table: self.name.clone(),
            row: row + 1,
            column: column.to_owned(),
            text: (*text).to_owned(),
        })
    }

    /// The first row whose columns have these texts, counted from 0.
    ///
    /// # Errors
    /// [`ReferenceError`] if there is no such column or row.
    pub fn row_with(&self, wanted: &[(&str, &str)]) -> Result<usize, ReferenceError> {
        let columns = wanted
            .iter()
            .map(|(column, text)| Ok((self.texts(column)?, *text)))
            .collect::<Result<Vec<_>, ReferenceError>>()?;
        let fits = |row: &usize| columns.iter().all(|(texts, text)| texts[*row] == *text);
        (0..self.len()).find(fits).ok_or_else(|| {
            let what: Vec<String> =
                wanted.iter().map(|(column, text)| format!("{column} = {text}")).collect();
            self.no_row(&what.join(", "))
        })
    }

    fn no_row(&self, what: &str) -> ReferenceError {
        ReferenceError::NoRow { table: self.name.clone(), what: what.to_owned() }
    }
}

/// The texts of all tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct References(Vec<(&'static str, String)>);

impl Default for References {
    /// The tables as shipped.
    fn default() -> Self {
        Self(TABLES.iter().map(|&(name, text)| (name, text.to_owned())).collect())
    }
}

impl References {
    /// Names of the tables.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TABLES.iter().map(|(name, _)| *name)
    }

    /// The text of a table.
    ///
    /// # Errors
    /// [`ReferenceError::NoTable`].
    pub fn text(&self, name: &str) -> Result<&str, ReferenceError> {
        let found = self.0.iter().find(|(known, _)| *known == name);
        found.map(|(_, text)| text.as_str()).ok_or_else(|| ReferenceError::NoTable { table: name.to_owned() })
    }

    /// A table.
    ///
    /// # Errors
    /// [`ReferenceError`] if there is none of that name or it cannot be read.
    pub fn table(&self, name: &str) -> Result<Table, ReferenceError> {
        Table::parse(name, self.text(name)?)
    }

    /// The same tables, one of them with another text: what a test does to see a case fail.
    ///
    /// # Errors
    /// [`ReferenceError::NoTable`].
    pub fn with(mut self, name: &str, text: &str) -> Result<Self, ReferenceError> {
        let found = self.0.iter_mut().find(|(known, _)| *known == name);
        let (_, old) = found.ok_or_else(|| ReferenceError::NoTable { table: name.to_owned() })?;
        text.clone_into(old);
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_table_can_be_read_and_has_rows() {
        for name in References::names() {
            assert!(!References::default().table(name).unwrap().is_empty(), "{name}");
        }
    }

    #[test]
    fn a_value_that_is_no_number_is_named_with_its_row() {
        let table = Table::parse("t", "# head, with commas\nx,y\n1,2\n3,four\n").unwrap();
        assert_eq!(table.numbers("x").unwrap(), [1.0, 3.0]);
        let error = table.numbers("y").unwrap_err().to_string();
        assert_eq!(error, "table t, row 2: 'four' in column 'y' is not a number");
    }

    #[test]
    fn a_row_is_found_by_its_texts() {
        let table = Table::parse("t", "model,mode,v\na,x,1\na,y,2\n").unwrap();
        assert_eq!(table.row_with(&[("model", "a"), ("mode", "y")]).unwrap(), 1);
        assert!(table.row_with(&[("model", "b")]).is_err());
    }
}
