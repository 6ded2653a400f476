//! Monitors, and limits for several parts.

use crate::units::Dimension;

use super::Builder;
use super::geometry::{axis, plane, region};
use crate::scene::diagnostic::Mistake;
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::instance::takes_limit;
use crate::scene::kind::Kind;
use crate::scene::{Limit, Monitor, Place, Quantity};

impl Builder<'_> {
    pub(super) fn monitor(&mut self, item: &Item, fields: &Fields<'_>) {
        let quantity = match fields.choice("quantity", &["temperature", "pressure", "velocity"]) {
            Some(1) => Quantity::Pressure,
            Some(2) => Quantity::Velocity,
            _ => Quantity::Temperature,
        };
        let forms = ["point", "line", "surface", "volume"];
        let given: Vec<&str> = forms.into_iter().filter(|form| fields.has(form)).collect();
        if given.len() != 1 {
            let code = if given.is_empty() { "racktherm::missing_key" } else { "racktherm::conflict" };
            let message = format!("{} needs one of 'point', 'line', 'surface', 'volume'", fields.what);
            let mistake = Mistake::new(code, message).at(item.place, "looks nowhere, or at two places");
            self.log.add(mistake.help("for example point = [\"10 mm\", \"20 mm\", \"5 mm\"]"));
            return;
        }
        let Some(place) = place(item, fields) else { return };
        self.scene.monitors.push(Monitor { name: item.path.clone(), quantity, place });
    }
}

fn place(item: &Item, fields: &Fields<'_>) -> Option<Place> {
    let moved = |point: [f64; 3]| [0, 1, 2].map(|axis| point[axis] + item.shift[axis]);
    for key in ["line", "surface", "volume"] {
        let Some(table) = fields.get(key).and_then(|_| fields.sub_table(key)) else { continue };
        let inner = fields.inside(key, table).without_sources();
        let place = match key {
            "line" => {
                for end in ["from", "to"] {
                    if !inner.has(end) {
                        inner.missing(end, "[\"10 mm\", \"20 mm\", 0]");
                    }
                }
                let from: Option<[f64; 3]> = inner.vector("from", Dimension::LENGTH, Range::Any, false);
                let to: Option<[f64; 3]> = inner.vector("to", Dimension::LENGTH, Range::Any, false);
                let samples = inner.whole("samples", 2, 1_000_000);
                if !inner.has("samples") {
                    inner.missing("samples", "101");
                }
                from.zip(to).zip(samples).map(|((from, to), samples)| Place::Line {
                    from: moved(from),
                    to: moved(to),
                    samples,
                })
            }
            "surface" => {
                if !inner.has("normal") {
                    inner.missing("normal", "\"y\"");
                }
                for known in ["at", "from", "to"] {
                    inner.know(known);
                }
                let plane = axis("normal", &inner).and_then(|axis| plane(axis, &inner, item.shift));
                plane.map(Place::Surface)
            }
            _ => region(&inner, item.shift).map(Place::Volume),
        };
        fields.absorb(&inner);
        return place;
    }
    fields.vector("point", Dimension::LENGTH, Range::Any, false).map(|point| Place::Point(moved(point)))
}

/// Applies `[[limit]]` tables to the parts that they name.
pub(in crate::scene) fn read_limits(builder: &mut Builder<'_>) {
    let expansion = builder.expansion;
    for item in expansion.items.iter().filter(|item| item.kind == Kind::Limit) {
        let fields = Fields::new(builder.log, &item.scope, &item.table, "[[limit]]".to_owned());
        if !fields.has("temperature") {
            fields.missing("temperature", "\"88 degC\"");
        }
        if !fields.has("for") {
            fields.missing("for", "\"**/gpu.*\"");
        }
        let limit = fields.with_origin("temperature", Dimension::TEMPERATURE, Range::Positive);
        let junction = fields.choice("of", &["junction", "case"]) != Some(1);
        for (glob, node) in fields.texts("for") {
            let picked = builder.pick(item, glob, &takes_limit);
            if picked.is_empty() {
                builder.matches_nothing(glob, node.place, "chip or solid");
            }
            let Some((temperature, origin)) = &limit else { continue };
            for index in picked {
                let is_chip = expansion.items[index].kind == Kind::Chip;
                let limit = Limit {
                    temperature: *temperature,
                    junction: is_chip && junction,
                    origin: origin.clone(),
                };
                let slot = builder.slots[index];
                if is_chip {
                    builder.scene.chips[slot].limit = Some(limit);
                } else {
                    builder.scene.solids[slot].limit = Some(limit);
                }
            }
        }
        fields.finish();
    }
}
