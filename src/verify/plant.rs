//! P1 to P4: the plant's components at their published points, the measures of a site, and heat in against heat out.

use super::formulas::worst;
use super::reference::{ReferenceError, References, Table};
use super::{Distance, Label, Row};
use crate::plant::chiller::{air_cooled, water_cooled};
use crate::plant::circuit::{Chiller, Circuit, Design, Rejection};
use crate::plant::cooling_tower::CoolingTower;
use crate::plant::dry_cooler::DryCooler;
use crate::plant::metrics::Tally;
use crate::plant::weather::{CLIMATES, Climate};
use crate::plant::{Rejector, Weather};
use crate::units::celsius_to_kelvin;

/// PUE by the powers stated with it.
const PUE: f64 = 2e-3;
/// A table at its points, and design points, relative: rounding and the search for a speed.
const EXACT: f64 = 1e-9;
/// A tower's fans, relative: the rating is stated by volume, its water's density by four digits.
const TOWER_FANS: f64 = 2e-3;
/// Heat in against heat out, relative.
const BALANCE: f64 = 1e-8;

/// A part of the plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlantCase {
    /// P1: measures of a site.
    Measures,
    /// P2: an air-cooled chiller's table.
    AirCooled,
    /// P2: a water-cooled chiller's table.
    WaterCooled,
    /// P3: dry cooler and tower at their design points.
    Coolers,
    /// P4: heat in against heat out, every way of rejection in every hour of three climates.
    Balance,
}

impl PlantCase {
    /// All of them.
    pub const ALL: [PlantCase; 5] = [
        PlantCase::Measures,
        PlantCase::AirCooled,
        PlantCase::WaterCooled,
        PlantCase::Coolers,
        PlantCase::Balance,
    ];

    /// Id of the case.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            PlantCase::Measures => "P1",
            PlantCase::AirCooled => "P2-air-cooled",
            PlantCase::WaterCooled => "P2-water-cooled",
            PlantCase::Coolers => "P3",
            PlantCase::Balance => "P4",
        }
    }

    /// One line for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            PlantCase::Measures => "PUE of Frontier, January 2024",
            PlantCase::AirCooled | PlantCase::WaterCooled => "COP of a chiller by its table",
            PlantCase::Coolers => "dry cooler and cooling tower at their design points",
            PlantCase::Balance => "heat into a plant's circuit against heat out of doors",
        }
    }

    pub(super) fn run(self, references: &References) -> Result<Vec<Row>, ReferenceError> {
        let label = Label { case: self.id().to_owned(), backend: "none".to_owned() };
        match self {
            PlantCase::Measures => measures(&label, &references.table("plant_frontier")?),
            PlantCase::AirCooled => air(&label, &references.table("plant_air_cooled_chiller")?),
            PlantCase::WaterCooled => water(&label, &references.table("plant_water_cooled_chiller")?),
            PlantCase::Coolers => coolers(&label, &references.table("plant_coolers")?),
            PlantCase::Balance => Ok(balance(&label)),
        }
    }
}

fn measures(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let tally = Tally {
        it: table.number(0, "it_MW")? * 1e6,
        pumps: table.number(0, "facility_MW")? * 1e6,
        ..Tally::default()
    };
    Ok(vec![label.row("PUE", table.number(0, "pue")?, tally.pue(), Distance::Absolute, PUE)])
}

fn air(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let (leaving, ambient) = (table.numbers("leaving_C")?, table.numbers("ambient_C")?);
    let known = table.numbers("cop")?;
    let of = |leaving, ambient| air_cooled(celsius_to_kelvin(leaving), celsius_to_kelvin(ambient)).value;
    let rows = leaving.iter().zip(&ambient).zip(&known).map(|((&leaving, &ambient), &known)| {
        let quantity = format!("COP, leaving {leaving}, ambient {ambient} degC");
        label.row(quantity, known, of(leaving, ambient), Distance::Relative, EXACT)
    });
    Ok(worst(rows).into_iter().collect())
}

fn water(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let (condenser, load) = (table.numbers("condenser_C")?, table.numbers("load")?);
    let known = table.numbers("cop")?;
    let of =
        |condenser, load| water_cooled(celsius_to_kelvin(10.0), celsius_to_kelvin(condenser), load).value;
    let rows = condenser.iter().zip(&load).zip(&known).map(|((&condenser, &load), &known)| {
        let quantity = format!("COP, condenser water {condenser} degC, load {load}");
        label.row(quantity, known, of(condenser, load), Distance::Relative, EXACT)
    });
    Ok(worst(rows).into_iter().collect())
}

fn coolers(label: &Label, table: &Table) -> Result<Vec<Row>, ReferenceError> {
    let mut rows = Vec::new();
    for (row, name) in table.texts("cooler")?.into_iter().enumerate() {
        let kelvin = |column| table.number(row, column).map(celsius_to_kelvin);
        let (air, water_in, water_out) = (kelvin("air_C")?, kelvin("water_in_C")?, kelvin("water_out_C")?);
        let (heat, fans) = (table.number(row, "heat_kW")? * 1e3, table.number(row, "fans_kW")? * 1e3);
        let rate = heat / (water_in - water_out);
        let weather = Weather { dry_bulb: air, wet_bulb: air };
        let tower = CoolingTower::sized(water_in, rate, air, water_out - air, 1.0);
        let (cooler, fan_tolerance): (&dyn Rejector, f64) = match name {
            "dry_cooler" => (&DryCooler::of_units(1.0), EXACT),
            _ => (&tower, TOWER_FANS),
        };
        let reached = water_in - cooler.reach(water_in, rate, weather) / rate;
        let speed = cooler.speed(water_in, water_out, rate, weather).unwrap_or(f64::NAN);
        let mut add = |what: &str, known: f64, found: f64, tolerance: f64| {
            let quantity = format!("{}, {what}", name.replace('_', " "));
            rows.push(label.row(quantity, known, found, Distance::Relative, tolerance));
        };
        add("heat, W", heat, cooler.heat(water_in, water_out, rate, weather, 1.0), EXACT);
        add("leaving water at full speed, K", water_out, reached, EXACT);
        add("fans at the speed for it, W", fans, cooler.fan_power(speed), fan_tolerance);
    }
    Ok(rows)
}

/// Every way of rejection, cold and warm water, with a fifth of the heat put to use: its worst hour.
fn balance(label: &Label) -> Vec<Row> {
    let chillers = [None, Some(Chiller::Air), Some(Chiller::Water)];
    let economisers =
        chillers.into_iter().flat_map(|c| [Rejection::DryCooler(c), Rejection::CoolingTower(c)]);
    let ways: Vec<Rejection> =
        economisers.chain(chillers.into_iter().flatten().map(Rejection::Chiller)).collect();
    let mut rows = Vec::new();
    for (name, _) in CLIMATES {
        let Some(climate) = Climate::named(name) else { continue };
        let mut hours = Vec::new();
        for (&rejection, supply) in ways.iter().flat_map(|way| [(way, 12.0), (way, 36.0)]) {
            let design = Design {
                heat: 1e6,
                supply: celsius_to_kelvin(supply),
                rise: 10.0,
                rejection,
                approach: None,
                plate_approach: 1.5,
                pump_pressure: 333e3,
                reuse: 0.2,
                cycles_of_concentration: 5.0,
                drift: 2e-5,
            };
            let circuit = Circuit::sized(design, climate.design);
            for &(weather, _) in &climate.bins {
                let state = circuit.operate(weather);
                let entered = design.heat + state.pumps + state.chiller;
                let left = state.rejected + state.reused;
                let quantity = format!("{name}: worst of {} ways, heat out, W", 2 * ways.len());
                hours.push(label.row(quantity, entered, left, Distance::Relative, BALANCE));
            }
        }
        rows.extend(worst(hours.into_iter()));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_plant_meets_its_table_and_every_quantity_has_a_row() {
        let counts = PlantCase::ALL.map(|case| {
            let rows = case.run(&References::default()).unwrap();
            assert!(rows.iter().all(|row| row.pass), "{rows:#?}");
            rows.len()
        });
        assert_eq!(counts, [1, 1, 1, 6, 3]);
    }
}
