//! F22, F23 and F24 as formulas: heat sinks, losses and fans on their own, without cells.

use super::reference::{ReferenceError, References, Table};
use super::{Distance, Label, Row, formulas::worst};
use crate::physics::fan::{FanCurve, SystemCurve, operating_point};
use crate::physics::heat_sink::{PlateFinSink, PlateFinState};
use crate::physics::loss::{darcy_forchheimer, perforated_plate};

/// A model's own error, relative.
const MODEL: f64 = 1e-6;
/// Flow and pressure of an operating point, relative.
const OPERATING_POINT: f64 = 2e-3;

/// A part of the air's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AirPart {
    /// F22: plate fins by Teertstra's model.
    PlateFins,
    /// F23: a porous plug and perforated plates.
    Losses,
    /// F24: a fan on a system curve.
    Fan,
}

impl AirPart {
    /// All of them.
    pub const ALL: [AirPart; 3] = [AirPart::PlateFins, AirPart::Losses, AirPart::Fan];

    /// Id of the case.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            AirPart::PlateFins => "F22-model",
            AirPart::Losses => "F23-formula",
            AirPart::Fan => "F24-alone",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            AirPart::PlateFins => "plate-fin heat sink: the compact model",
            AirPart::Losses => "porous plug and perforated plates by formula",
            AirPart::Fan => "a fan on a system curve, without cells",
        }
    }

    pub(super) fn run(self, references: &References) -> Result<Vec<Row>, ReferenceError> {
        let label = Label { case: self.id().to_owned(), backend: "none".to_owned() };
        match self {
            AirPart::PlateFins => plate_fins(&label, &references.table("plate_fin_teertstra")?),
            AirPart::Losses => losses(&label, &references.table("perforated_plate_K")?),
            AirPart::Fan => fan(&label, &references.table("fan_operating_point")?),
        }
    }
}

/// Column of the table, name, last digit of the table, and the model's value.
type Quantity = (&'static str, &'static str, f64, fn(&PlateFinState) -> f64);

const FIN_QUANTITIES: [Quantity; 5] = [
    ("Re_star", "Re*", 1e-4, |s| s.re_star),
    ("Nu_i", "Nu", 1e-5, |s| s.nusselt),
    ("eta", "fin efficiency", 1e-5, |s| s.fin_efficiency),
    ("h", "h, W/(m2 K)", 1e-4, |s| s.heat_transfer_coefficient),
    ("R_K_W", "R, K/W", 1e-6, |s| s.thermal_resistance),
];

/// k in W/(m K), ν in m²/s and Pr of the table's air.
const FIN_AIR: (f64, f64, f64) = (0.0263, 1.589e-5, 0.707);

fn plate_fins(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let mut rows = Vec::new();
    for (column, name, digit, of) in FIN_QUANTITIES {
        let mut of_column = Vec::new();
        for row in 0..table.len() {
            let number = |column| table.number(row, column);
            let (fins, thickness) = (number("Nfin")?, number("t")?);
            // In the second geometry fins and width leave 3.015 mm, the table computes with 3 mm: its gap decides.
            let width = fins * thickness + (fins - 1.0) * number("b")?;
            let sink =
                PlateFinSink::new(width, number("L")?, number("Hf")?, fins as usize, thickness, number("k")?);
            let (k, nu, pr) = FIN_AIR;
            let speed = number("U")?;
            let found = sink.map_or(f64::NAN, |sink| of(&sink.state_for(speed, k, nu, pr)));
            let known = number(column)?;
            let quantity = format!("{name}, {fins} fins, {speed} m/s");
            of_column.push(rounded(label, quantity, known, found, digit));
        }
        rows.extend(worst(of_column.into_iter()));
    }
    Ok(rows)
}

/// A row whose tolerance is that of a model, and half the last digit of the table.
fn rounded(label: &Label, quantity: String, known: f64, found: f64, digit: f64) -> Row {
    label.row(quantity, known, found, Distance::Absolute, 0.5 * digit + MODEL * known.abs())
}

fn losses(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    // K = 40 1/m over 0.2 m, ρ = 1.2 kg/m³, 1 m/s: 4.8 Pa.
    let plug = darcy_forchheimer(0.0, 40.0, 1.0, 1.2, 1.8e-5) * 0.2;
    let mut rows = vec![label.row("porous plug, Pa", 4.8, plug, Distance::Relative, MODEL)];
    let plates = table.numbers("f")?.into_iter().zip(table.numbers("K")?).map(|(free_area, known)| {
        let found = perforated_plate(free_area).unwrap_or(f64::NAN);
        rounded(label, format!("loss of a plate, free area {free_area}"), known, found, 1e-4)
    });
    rows.extend(worst(plates));
    Ok(rows)
}

/// Fan and system of the table: free delivery in m³/s, shut-off pressure in Pa, linear and quadratic loss.
const FAN: (f64, f64) = (0.12, 300.0);
const SYSTEM: SystemCurve = SystemCurve { linear: 300.0, quadratic: 1.8e4 };

fn fan(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let mut rows = Vec::new();
    for (row, config) in table.texts("config")?.into_iter().enumerate() {
        let speed = match config.strip_prefix("speed ") {
            Some(text) => text.parse().unwrap_or(f64::NAN),
            None => 1.0,
        };
        let running =
            FanCurve::from_end_points(FAN.0, FAN.1).and_then(|curve| curve.at_speed(speed, 1.0)).ok();
        let (flow, rise) = running.map_or((f64::NAN, f64::NAN), |curve| {
            let point = operating_point(&curve, SYSTEM);
            (point.flow, point.pressure_rise)
        });
        for (name, column, found) in [("flow, m3/s", "Q_m3_s", flow), ("pressure, Pa", "dp_Pa", rise)] {
            let known = table.number(row, column)?;
            let quantity = format!("{config}, {name}");
            rows.push(label.row(quantity, known, found, Distance::Relative, OPERATING_POINT));
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_agrees_with_its_table_and_every_quantity_has_a_row() {
        let counts = AirPart::ALL.map(|part| {
            let rows = part.run(&References::default()).unwrap();
            assert!(rows.iter().all(|row| row.pass), "{rows:#?}");
            rows.len()
        });
        assert_eq!(counts, [5, 2, 6]);
    }
}
