//! A wrong answer is seen: perturbed references, perturbed temperatures.

use super::{Outcome, Test};
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::verify::measure::HeatFlows;
use racktherm::verify::reference::References;
use racktherm::verify::{Case, scenes};

/// Names and tests.
pub(crate) const TESTS: &[Test] = &[
    ("a_perturbed_reference_fails_and_nothing_else_does", perturbed_reference),
    ("a_temperature_perturbed_by_1_mk_opens_the_balance", perturbed_temperature),
];

/// Case, table, number in it, and the same number beyond the tolerance.
const PERTURBED: [(&str, &str, &str, &str); 14] = [
    ("K1", "composite_slab", "78.67976505304014", "78.67976506304014"),
    ("K2-1", "fin", "1.399095", "1.406500"),
    ("K7-both", "3dice_tests", "303.745", "303.800"),
    ("F22-model", "plate_fin_teertstra", "1.214423", "1.214426"),
    ("F23-formula", "perforated_plate_K", "11.2151", "11.2152"),
    ("F24-resolved", "fan_operating_point", "0.08411598", "0.08650000"),
    ("F24-alone", "fan_operating_point", "0.04025367", "0.04033600"),
    ("L5-counter", "entu", "0.221199,0.221199,0.221199", "0.221201,0.221199,0.221199"),
    ("L6-pg25-by-volume", "pg25_properties", "1019.43", "1020.46"),
    ("L6-pg25-by-volume", "pg25_airedale", "1019.2", "1021.6"),
    ("P1", "plant_frontier", "0.553", "0.580"),
    ("P2-air-cooled", "plant_air_cooled_chiller", "6,20,4.74", "6,20,4.75"),
    ("P2-water-cooled", "plant_water_cooled_chiller", "11.0372", "11.0373"),
    ("P3", "plant_coolers", "117.7", "117.8"),
];

fn perturbed_reference() -> Outcome {
    for (id, table, right, wrong) in PERTURBED {
        let case = Case::all().into_iter().find(|case| case.id() == id).ok_or("no such case")?;
        let shipped = References::default();
        let text = shipped.text(table).map_err(|error| error.to_string())?;
        if !text.contains(right) {
            return Err(format!("{table} has no {right}"));
        }
        let text = text.replacen(right, wrong, 1);
        let references = shipped.with(table, &text).map_err(|error| error.to_string())?;
        let rows = case.run(&BackendChoice::Cpu, &references);
        let rows = rows.map_err(|error| error.to_string())?;
        let failed: Vec<_> = rows.iter().filter(|row| !row.pass).collect();
        if failed.len() != 1 {
            return Err(format!("{id} with {wrong} in {table}: {failed:#?} fail"));
        }
    }
    Ok(())
}

fn perturbed_temperature() -> Outcome {
    let scene = scenes::read("k1_composite_slab.toml", &[])?;
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let mut solution = couple::solve(&scene, &options, &Silent).map_err(|error| error.to_string())?;
    let before = HeatFlows::of(&scene, &solution.fields).defect();
    solution.fields.temperature_k[[0, 0, 0]] += 1e-3;
    let after = HeatFlows::of(&scene, &solution.fields).defect();
    // k/(Δ/2) · 1 mK over q = 390/0.0005 · 0.001 / 7946 ≈ 0.1, of which half counts as flowing through.
    match before <= 1e-9 && after > 0.05 {
        true => Ok(()),
        false => Err(format!("defect {before:e}, then {after:e}")),
    }
}
