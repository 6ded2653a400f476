//! Resistance of cold plates: of the library, a fit, a table, or by the geometry of their channels.

use crate::physics::channels::Channels;
use crate::physics::cold_plate::{ColdPlateError, ColdPlateModel};
use crate::units::Dimension;

use super::chips::resistance_table;
use crate::scene::diagnostic::Mistake;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Content;
use crate::scene::{Origin, Status};

/// More channels in a plate are a slip.
const MOST_CHANNELS: usize = 100_000;

/// Copper, W/(m K).
const COPPER: f64 = 390.0;

/// R(flow): of the library, a fit, a table, or by the geometry of its channels.
pub(super) fn plate_model(fields: &Fields<'_>) -> Option<ColdPlateModel> {
    if fields.has("channels") {
        return channels(fields);
    }
    let Some(node) = fields.get("resistance") else {
        fields.missing("resistance", "\"ocp-1kw-oam-pg25\"");
        return None;
    };
    let refuse = |error: String| {
        let message = format!("'resistance' of {}: {error}", fields.what);
        fields.complain(
            "racktherm::bad_value",
            "resistance",
            message,
            "this curve",
            "see docs/scene.md, [[cold_plate]]",
        );
    };
    match &node.content {
        Content::Text(name) => {
            let model = ColdPlateModel::from_name(name);
            if model.is_none() {
                let message =
                    format!("{} names the curve '{name}', which the library does not have", fields.what);
                let mistake =
                    Mistake::new("racktherm::unknown_name", message).at(node.place, "unknown curve");
                fields.log.add(mistake.nearest(name, ColdPlateModel::names()));
            }
            if let Some(model) = &model {
                // The fit to the published points is ours: an estimate.
                fields.note(Origin { source: model.source().to_owned(), status: Status::Estimate });
            }
            model
        }
        Content::Table(table) if table.get("value").is_none() => {
            let fit = fields.inside("resistance", table);
            let a = fit.required("a", Dimension::THERMAL_RESISTANCE, Range::NotNegative);
            let b = fit.required("b", Dimension::THERMAL_RESISTANCE, Range::Positive);
            let n = fit.required("n", Dimension::DIMENSIONLESS, Range::Positive);
            if !fit.has("range") {
                fit.missing("range", "[\"0.4 L/min\", \"2.4 L/min\"]");
            }
            let range: Option<[f64; 2]> = fit.vector("range", Dimension::VOLUME_FLOW, Range::Positive, false);
            fields.absorb(&fit);
            let [low, high] = range?;
            ColdPlateModel::fit(a, b, n, (low, high)).map_err(|error| refuse(error.to_string())).ok()
        }
        _ => {
            let points = resistance_table(fields)?;
            ColdPlateModel::table(points).map_err(|error| refuse(error.to_string())).ok()
        }
    }
}

/// `channels` of a cold plate, which take the place of its `resistance`.
fn channels(fields: &Fields<'_>) -> Option<ColdPlateModel> {
    if fields.has("resistance") {
        let message = format!("{} has 'channels', which give its resistance, and 'resistance'", fields.what);
        let help = "keep one of the two; 'tim' in 'channels' adds what lies between case and base";
        fields.complain("racktherm::conflict", "resistance", message, "not with 'channels'", help);
    }
    let inner = fields.inside("channels", fields.sub_table("channels")?);
    let length = |key: &'static str| inner.required(key, Dimension::LENGTH, Range::Positive);
    let (width, height, along) = (length("width"), length("height"), length("length"));
    let (fin, base) = (length("fin"), length("base"));
    if !inner.has("count") {
        inner.missing("count", "110");
    }
    let count = inner.whole("count", 1, MOST_CHANNELS);
    let conductivity = inner.or_estimate("conductivity", Dimension::CONDUCTIVITY, Range::Positive, COPPER);
    let tim = inner.or("tim", Dimension::AREA_RESISTANCE, Range::NotNegative, 0.0);
    let contact = inner.quantity("contact", Dimension::AREA, Range::Positive);
    fields.absorb(&inner);
    let mut made =
        Channels { width, height, length: along, count: count?, fin, base, conductivity, tim, contact: 0.0 };
    made.contact = contact.unwrap_or_else(|| made.base_area());
    let refuse = |error: ColdPlateError| {
        let message = format!("'channels' of {}: {error}", fields.what);
        let help = "count × (width + fin) × length is the base; 'contact' is the part of it under heat";
        inner.complain("racktherm::bad_value", "contact", message, "larger than the base", help);
    };
    ColdPlateModel::channels(made).map_err(refuse).ok()
}
