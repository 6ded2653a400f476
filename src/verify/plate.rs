//! L-ocp: one geometry of channels against the PG25 and the water curve of the OCP 1 kW OAM plate.

use super::reference::{ReferenceError, Table};
use super::{Distance, Label, Row};
use crate::material::coolant::Coolant;
use crate::physics::channels::Channels;
use crate::units::celsius_to_kelvin;

/// Inlet, °C, and heat, W, of the test (E): the guidelines give neither.
const TEST: (f64, f64) = (40.0, 1000.0);
/// Of R, relative: what issue and data allow.
const TOLERANCE: f64 = 0.05;

/// R of every point of the table, by channels at the coolant's mean temperature.
pub(super) fn rows(label: &Label, channels: &Channels, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let mut rows = Vec::new();
    for (row, name) in table.texts("coolant")?.into_iter().enumerate() {
        let litres = table.number(row, "L_min")?;
        let found =
            Coolant::from_name(name).map_or(f64::NAN, |coolant| resistance(channels, &coolant, litres));
        let quantity = format!("R at {litres} L/min of {name}, K/W");
        rows.push(label.row(quantity, table.number(row, "R_K_W")?, found, Distance::Relative, TOLERANCE));
    }
    Ok(rows)
}

fn resistance(channels: &Channels, coolant: &Coolant, litres: f64) -> f64 {
    let inlet = celsius_to_kelvin(TEST.0);
    let mass_flow = coolant.properties(inlet).density * litres / 60e3;
    let outlet = coolant.temperature_of_enthalpy(coolant.enthalpy(inlet) + TEST.1 / mass_flow);
    let fluid = coolant.properties(0.5 * (inlet + outlet));
    channels.state(mass_flow / fluid.density, &fluid).resistance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::cold_plate::OCP_CHANNELS;
    use crate::verify::reference::References;

    fn of(channels: &Channels) -> Vec<Row> {
        let label = Label { case: "L-ocp".to_owned(), backend: "none".to_owned() };
        rows(&label, channels, &References::default().table("ocp_1kw_oam").unwrap()).unwrap()
    }

    #[test]
    fn one_geometry_meets_all_points_of_both_coolants() {
        let rows = of(&OCP_CHANNELS);
        assert_eq!(rows.len(), 18);
        assert!(rows.iter().all(|row| row.pass), "{rows:#?}");
    }

    #[test]
    fn channels_a_fifth_wider_or_narrower_do_not() {
        for factor in [0.8, 1.2] {
            let other = Channels { width: factor * OCP_CHANNELS.width, ..OCP_CHANNELS };
            let failed = |coolant: &str| {
                of(&other).iter().filter(|row| row.quantity.contains(coolant) && !row.pass).count()
            };
            assert!(failed("pg25") >= 10 && failed("water") >= 3, "{factor}: {:#?}", of(&other));
        }
    }
}
