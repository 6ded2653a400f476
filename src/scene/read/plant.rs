//! `[plant]`: what takes the rack's heat out of doors.

use std::path::Path;

use crate::plant::circuit::{Chiller, Rejection};
use crate::plant::weather::{CLIMATES, Climate};
use crate::scene::Status;
use crate::scene::expand::read_text;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Table;
use crate::scene::scope::Scope;
use crate::units::Dimension;

use super::{Builder, single};

/// What can take a circuit's heat.
const REJECTIONS: [&str; 4] = ["dry_cooler", "cooling_tower", "air_cooled_chiller", "water_cooled_chiller"];
/// What can take the rest.
const TRIMS: [&str; 3] = ["none", "air_cooled_chiller", "water_cooled_chiller"];
/// What a year and its design weather may have.
const OUTDOORS: Range = Range::Within(213.15, 333.15);
/// The key of the year.
const CLIMATE: &str = "climate";

/// Reads `[plant]`; files of climates are looked for beside the scene.
pub(in crate::scene) fn read_plant(
    builder: &mut Builder<'_>,
    document: &Table,
    scope: &Scope,
    directory: &Path,
) {
    let Some(table) = single(document, "plant", builder.overrides, builder.log) else { return };
    let fields = Fields::new(builder.log, scope, &table, "[plant]".to_owned());
    let climate = climate(&fields, directory);
    let design = design(&fields, climate.design);
    let difference = |key, low, high, default| {
        fields.or_estimate(key, Dimension::TEMPERATURE_DIFFERENCE, Range::Within(low, high), default)
    };
    let share = |key, high, default| {
        fields.or_estimate(key, Dimension::DIMENSIONLESS, Range::Within(0.0, high), default)
    };
    let heat_rejection = rejection(&fields, ["heat_rejection", "trim"]);
    let room_heat_rejection = rejection(&fields, ["room_heat_rejection", "room_trim"]);
    let approach = fields.quantity("approach", Dimension::TEMPERATURE_DIFFERENCE, Range::Within(0.5, 30.0));
    if approach.is_some() && matches!(heat_rejection, Rejection::Chiller(Chiller::Air)) {
        let message = "'approach' of [plant] says nothing of an air-cooled chiller".to_owned();
        let help = "leave it out, or reject heat by a dry cooler, a tower or a water-cooled chiller";
        fields.complain("racktherm::conflict", "approach", message, "not of this plant", help);
    }
    let plant = crate::scene::Plant {
        climate,
        design,
        heat_rejection,
        approach,
        room_heat_rejection,
        cdu_approach: difference("cdu_approach", 0.0, 30.0, 4.0),
        water_rise: difference("water_rise", 5.0, 40.0, 10.0),
        crah_approach: difference("crah_approach", 0.0, 30.0, 6.0),
        crah_spare: share("crah_spare", 2.0, 0.25),
        room_water_rise: difference("room_water_rise", 5.0, 40.0, 6.0),
        plate_approach: difference("plate_approach", 0.1, 10.0, 1.5),
        water_pressure_drop: fields.or_estimate(
            "water_pressure_drop",
            Dimension::PRESSURE,
            Range::Within(0.0, 500e3),
            200e3,
        ),
        pump_efficiency: fields.or_estimate(
            "pump_efficiency",
            Dimension::DIMENSIONLESS,
            Range::Within(0.2, 1.0),
            0.6,
        ),
        distribution_loss: share("distribution_loss", 0.5, 0.05),
        reuse: fields.or("reuse", Dimension::DIMENSIONLESS, Range::Within(0.0, 0.95), 0.0),
        cycles_of_concentration: fields.or_estimate(
            "cycles_of_concentration",
            Dimension::DIMENSIONLESS,
            Range::Within(1.1, 100.0),
            5.0,
        ),
        drift: share("drift", 0.01, 2e-5),
        energy_price: fields.or_estimate(
            "energy_price",
            Dimension::PRICE_OF_ENERGY,
            Range::NotNegative,
            0.1 / crate::plant::metrics::KWH,
        ),
        water_price: fields.or_estimate("water_price", Dimension::PRICE_OF_VOLUME, Range::NotNegative, 2.0),
        site_power: fields.or_estimate("site_power", Dimension::POWER, Range::Positive, 1e6),
        estimated: fields.origin().status == Status::Estimate,
    };
    fields.finish();
    builder.scene.plant = Some(plant);
}

/// The year of `climate`: one that is compiled in, or a file. What cannot be read is logged, and another stands in.
fn climate(fields: &Fields<'_>, directory: &Path) -> Climate {
    let name = fields.text(CLIMATE).unwrap_or("temperate");
    if let Some(known) = Climate::named(name) {
        return known;
    }
    let stand_in = Climate::named("temperate").expect("it is compiled in");
    let complain = |code, message: String, help: &str| {
        fields.complain(code, CLIMATE, message, "this climate", help);
    };
    if !name.ends_with(".csv") {
        let names = CLIMATES.map(|(name, _)| format!("\"{name}\"")).join(", ");
        let help = format!("one of {names}, or the path of a .csv file");
        complain("racktherm::unknown_name", format!("there is no climate \"{name}\""), &help);
        return stand_in;
    }
    let text = match read_text(&directory.join(name)) {
        Ok(text) => text,
        Err(reason) => {
            let help = "check the path: it is looked for beside the scene";
            let message = format!("climate \"{name}\" cannot be read: {reason}");
            complain("racktherm::missing_file", message, help);
            return stand_in;
        }
    };
    Climate::parse(name, &text).unwrap_or_else(|error| {
        let help = "write rows dry_bulb_C,wet_bulb_C,hours that add up to 8760 h";
        complain("racktherm::bad_climate", format!("climate \"{name}\": {error}"), help);
        stand_in
    })
}

/// The design weather: what is given, else the climate's.
fn design(fields: &Fields<'_>, of: crate::plant::Weather) -> crate::plant::Weather {
    let dry = fields.quantity("design_dry_bulb", Dimension::TEMPERATURE, OUTDOORS);
    let wet = fields.quantity("design_wet_bulb", Dimension::TEMPERATURE, OUTDOORS);
    let dry_bulb = dry.unwrap_or(of.dry_bulb);
    if wet.is_some_and(|wet| wet > dry_bulb) {
        let message = "'design_wet_bulb' of [plant] is above the design dry bulb".to_owned();
        let help = "a wet bulb is at most the dry bulb: check both, or leave one to the climate";
        fields.complain("racktherm::bad_value", "design_wet_bulb", message, "too warm", help);
    }
    crate::plant::Weather { dry_bulb, wet_bulb: wet.unwrap_or(of.wet_bulb).min(dry_bulb) }
}

/// What takes a circuit's heat, by its two keys; a dry cooler and an air-cooled chiller where they are not given.
fn rejection(fields: &Fields<'_>, [first, rest]: [&'static str; 2]) -> Rejection {
    let of = fields.choice(first, &REJECTIONS).unwrap_or(0);
    let trim = fields.choice(rest, &TRIMS);
    if of > 1 && trim.is_some_and(|trim| trim > 0) {
        let message = format!("[plant] has '{rest}' beside a chiller that takes all the heat");
        let help =
            format!("leave it out, or reject heat by {first} = \"dry_cooler\" or \"cooling_tower\" first");
        fields.complain("racktherm::conflict", rest, message, "nothing is left for it", &help);
    }
    let trim = [None, Some(Chiller::Air), Some(Chiller::Water)][trim.unwrap_or(1)];
    match of {
        0 => Rejection::DryCooler(trim),
        1 => Rejection::CoolingTower(trim),
        2 => Rejection::Chiller(Chiller::Air),
        _ => Rejection::Chiller(Chiller::Water),
    }
}
