//! `[[throttle]]`: chips that slow down when they are hot.

use crate::control::plan::Throttling;
use crate::control::throttle::Throttle;
use crate::units::Dimension;

use super::Builder;
use crate::scene::diagnostic::Mistake;
use crate::scene::fields::{Fields, Range};
use crate::scene::kind::Kind;

/// Junctions at which chips throttle, K: 0 to 200 °C.
const JUNCTION: Range = Range::Within(273.15, 473.15);

/// Reads every throttling; no chip may have two.
pub(in crate::scene) fn read_throttles(builder: &mut Builder<'_>) {
    let expansion = builder.expansion;
    for item in expansion.items.iter().filter(|item| item.kind == Kind::Throttle) {
        let fields = Fields::new(builder.log, &item.scope, &item.table, format!("throttle '{}'", item.path));
        fields.know("name");
        for (key, example) in [("for", "\"**/gpu.*\""), ("trip", "\"95 degC\"")] {
            if !fields.has(key) {
                fields.missing(key, example);
            }
        }
        let trip = fields.quantity("trip", Dimension::TEMPERATURE, JUNCTION).unwrap_or(368.15);
        let throttle = Throttle {
            trip,
            release: fields.or("release", Dimension::TEMPERATURE, JUNCTION, trip - 5.0),
            share: fields.or_estimate("power", Dimension::DIMENSIONLESS, Range::Within(0.0, 0.99), 0.5),
            ramp: fields.quantity("ramp", Dimension::ROTATION, Range::Positive).unwrap_or(f64::INFINITY),
            shutdown: fields.quantity("shutdown", Dimension::TEMPERATURE, JUNCTION),
        };
        if throttle.release >= throttle.trip {
            let message =
                format!("{} lets chips go at a temperature that is not below its trip", fields.what);
            let help = "give a release some kelvin below trip: the hysteresis";
            let key = if fields.has("release") { "release" } else { "trip" };
            fields.complain("racktherm::bad_value", key, message, "no hysteresis", help);
        }
        if throttle.shutdown.is_some_and(|limit| limit <= throttle.trip) {
            let message = format!("{} stops chips before it slows them", fields.what);
            let help = "give a shutdown above trip, or leave it out";
            fields.complain("racktherm::bad_value", "shutdown", message, "not above the trip", help);
        }
        let mut chips: Vec<usize> = Vec::new();
        for (glob, node) in fields.texts("for") {
            let picked = builder.pick(item, glob, &|kind| kind == Kind::Chip);
            if picked.is_empty() {
                builder.matches_nothing(glob, node.place, "chip");
            }
            let twice = |slot: &usize| {
                builder.scene.control.throttles.iter().find(|known| known.chips.contains(slot))
            };
            let slots: Vec<usize> = picked.into_iter().map(|index| builder.slots[index]).collect();
            if let Some((slot, other)) = slots.iter().find_map(|slot| twice(slot).map(|other| (*slot, other)))
            {
                let chip = builder.scene.chips.get(slot).map_or("", |chip| chip.name.as_str());
                let message = format!("'{chip}' is throttled by '{}' and by '{}'", other.name, item.path);
                let mistake =
                    Mistake::new("racktherm::conflict", message).at(node.place, "throttled already");
                builder.log.add(mistake.help("let each chip obey one throttle"));
            }
            chips.extend(slots);
        }
        fields.finish();
        chips.sort_unstable();
        chips.dedup();
        builder.scene.control.throttles.push(Throttling { name: item.path.clone(), chips, throttle });
    }
}
