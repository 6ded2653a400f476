//! L5 and L6: formulas without cells, each column of its table at its worst point.

use super::reference::{ReferenceError, References, Table};
use super::{Distance, Label, Row};
use crate::material::coolant::{Coolant, CoolantProperties};
use crate::physics::effectiveness::{FlowArrangement, effectiveness};
use crate::units::celsius_to_kelvin;

/// Effectiveness is tabulated to six digits.
const EFFECTIVENESS_TOLERANCE: f64 = 1e-6;

/// A coolant and its columns in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fluid {
    /// Name in the library.
    pub coolant: &'static str,
    /// What its case is called.
    pub id: &'static str,
    /// Its columns begin with this.
    pub prefix: &'static str,
    /// Whether the manufacturer's table is about it.
    pub in_manual: bool,
}

/// The coolants of case L6. PG25 by volume and by mass are different fluids, each with columns of its own.
pub const FLUIDS: [Fluid; 3] = [
    Fluid { coolant: "pg25-by-volume", id: "pg25-by-volume", prefix: "APG25v", in_manual: true },
    Fluid { coolant: "pg25", id: "pg25-by-mass", prefix: "MPG25m", in_manual: false },
    Fluid { coolant: "water", id: "water", prefix: "water", in_manual: false },
];

/// A property in the unit of the table (SI, the manual's cp in kJ/(kg K)): end of its column, name, tolerance.
type Property = (&'static str, &'static str, f64, fn(&CoolantProperties) -> f64);

const PROPERTIES: [Property; 4] = [
    ("rho", "density", 1e-3, |p| p.density),
    ("cp", "specific heat", 2e-3, |p| p.specific_heat),
    ("k", "conductivity", 3e-3, |p| p.conductivity),
    ("mu", "viscosity", 5e-3, |p| p.viscosity),
];

/// The manual has three digits; its head states how far it agrees.
const MANUAL: [Property; 2] = [
    ("rho", "manual density", 2e-3, |p| p.density),
    ("cp_kJ_kgK", "manual cp", 1e-2, |p| p.specific_heat / 1e3),
];

/// `L5-counter` and so on.
pub(super) fn effectiveness_id(index: usize) -> String {
    format!("L5-{}", FlowArrangement::NAMED[index].0.replace('_', "-"))
}

/// `L6-water` and so on.
pub(super) fn coolant_id(index: usize) -> String {
    format!("L6-{}", FLUIDS[index].id)
}

/// The row whose error is the largest share of its tolerance; a result that is no number counts most.
pub(super) fn worst(rows: impl Iterator<Item = Row>) -> Option<Row> {
    let severity = |row: &Row| if row.error.is_nan() { f64::INFINITY } else { row.error / row.tolerance };
    rows.max_by(|a, b| severity(a).total_cmp(&severity(b)))
}

pub(super) fn effectiveness_rows(index: usize, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let (column, arrangement) = FlowArrangement::NAMED[index];
    let label = Label { case: effectiveness_id(index), backend: "none".to_owned() };
    let (ratios, sizes) = (table.numbers("Cr")?, table.numbers("NTU")?);
    let known = table.numbers(column)?;
    let rows = ratios.iter().zip(&sizes).zip(known).map(|((&ratio, &ntu), known)| {
        let found = effectiveness(arrangement, ntu, ratio).unwrap_or(f64::NAN);
        let quantity = format!("at Cr {ratio}, NTU {ntu}");
        label.row(quantity, known, found, Distance::Absolute, EFFECTIVENESS_TOLERANCE)
    });
    Ok(worst(rows).into_iter().collect())
}

pub(super) fn coolant_rows(index: usize, references: &References) -> Result<Vec<Row>, ReferenceError> {
    let fluid = FLUIDS[index];
    let table = references.table("pg25_properties")?;
    let mut rows = Vec::new();
    for property in &PROPERTIES {
        rows.extend(property_row(index, &table, &format!("{}_{}", fluid.prefix, property.0), property)?);
    }
    if fluid.in_manual {
        let manual = references.table("pg25_airedale")?;
        for property in &MANUAL {
            rows.extend(property_row(index, &manual, property.0, property)?);
        }
    }
    Ok(rows)
}

/// The worst temperature of a column within the coolant's range.
fn property_row(
    index: usize,
    table: &Table,
    column: &str,
    &(_, name, tolerance, of): &Property,
) -> Result<Option<Row>, ReferenceError> {
    let fluid = FLUIDS[index];
    let Some(coolant) = Coolant::from_name(fluid.coolant) else { return Ok(None) };
    let label = Label { case: coolant_id(index), backend: "none".to_owned() };
    let points = table.numbers("T_C")?.into_iter().zip(table.numbers(column)?);
    let inside = points.filter(|(temperature, _)| coolant.in_range(celsius_to_kelvin(*temperature)));
    let rows = inside.map(|(temperature, known)| {
        let found = of(&coolant.properties(celsius_to_kelvin(temperature)));
        let quantity = format!("{name}, {temperature} degC");
        label.row(quantity, known, found, Distance::Relative, tolerance)
    });
    Ok(worst(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_arrangement_and_coolant_agrees_with_its_own_column() {
        let references = References::default();
        let table = references.table("entu").unwrap();
        for index in 0..FlowArrangement::NAMED.len() {
            let rows = effectiveness_rows(index, &table).unwrap();
            assert!(rows.len() == 1 && rows[0].pass, "{rows:?}");
        }
        for (index, fluid) in FLUIDS.iter().enumerate() {
            let rows = coolant_rows(index, &references).unwrap();
            assert_eq!(rows.len(), if fluid.in_manual { 6 } else { 4 });
            assert!(rows.iter().all(|row| row.pass), "{rows:?}");
        }
    }

    /// 25 % by volume and 25 % by mass are different fluids: one does not pass for the other.
    #[test]
    fn pg25_by_mass_fails_against_the_column_by_volume() {
        let table = References::default().table("pg25_properties").unwrap();
        let by_mass = FLUIDS.iter().position(|fluid| fluid.id == "pg25-by-mass").unwrap();
        for property in &PROPERTIES {
            let row =
                property_row(by_mass, &table, &format!("APG25v_{}", property.0), property).unwrap().unwrap();
            assert!(!row.pass, "{row:?}");
        }
    }
}
