//! Coolant distribution units: UA from a rating or given, and what cools them.

use crate::material::air;
use crate::material::coolant::Coolant;
use crate::physics::effectiveness::{FlowArrangement, ntu_of};
use crate::physics::hydraulics::Component;
use crate::plant::ashrae::FACILITY_WATER;
use crate::plant::cdu::Exchanger;
use crate::units::Dimension;

use super::Builder;
use super::liquid::SUPPLY;
use crate::scene::diagnostic::Mistake;
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::kind::Kind;
use crate::scene::{Cdu, CduSink, Distribution, Element, HydraulicPart, RETURN};

/// Facility temperatures outside −60 to 90 °C are slips of a unit, K.
const COLD: Range = Range::Within(213.15, 363.15);

impl Builder<'_> {
    pub(super) fn cdu(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let by_air = fields.choice("cooled_by", &["water", "air"]) == Some(1);
        let (sink, temperature, flow) =
            if by_air { self.air_side(fields) } else { self.water_side(item, fields) };
        let facility_class = fields.choice("facility_class", &FACILITY_WATER.map(|(name, _)| name));
        let largest_heat = fields.quantity("largest_heat", Dimension::POWER, Range::Positive);
        let available_pressure = fields.quantity("available_pressure", Dimension::PRESSURE, Range::Positive);
        let measured = fields.has("pressure_drop").then(|| self.measured(&item.scope, fields)).flatten();
        let connection = self.connection(item, fields);
        let on_loop = connection.and_then(|connection| {
            let &index = self.expansion.names.get(&connection.name)?;
            let fits = self.expansion.items[index].kind == Kind::Loop;
            if !fits {
                let message = format!("{} names '{}', which is no loop", fields.what, connection.name);
                let help = "a unit conditions a whole loop: name the [[loop]] that the manifold hangs on";
                fields.complain("racktherm::wrong_kind", "loop", message, "not a loop", help);
            }
            fits.then_some(self.slots[index])
        });
        // Loops may stand below their units in the file.
        let Some(on_loop) = on_loop else {
            for key in ["ua", "rating"] {
                fields.know(key);
            }
            return;
        };
        self.units.push(Unit { item: index, on_loop, measured: measured.map(Component::Measured) });
        let slot = self.scene.cdus.len();
        self.scene.cdus.push(Cdu {
            name: item.path.clone(),
            on_loop,
            exchanger: Exchanger { ua: 1.0, design: None, arrangement: FlowArrangement::Counter },
            sink,
            temperature,
            flow,
            facility_class,
            largest_heat,
            available_pressure,
            origin: fields.origin(),
        });
        let arrangement = if by_air { FlowArrangement::CrossUnmixed } else { FlowArrangement::Counter };
        if let Some(exchanger) = self.exchanger(slot, arrangement, item, fields) {
            self.scene.cdus[slot].exchanger = exchanger;
        }
        self.scene.cdus[slot].origin = fields.origin();
    }

    fn water_side(&self, item: &Item, fields: &Fields<'_>) -> (CduSink, f64, f64) {
        for key in ["air_flow", "air_temperature", "fan_power"] {
            self.only_with(key, "air", fields);
        }
        let coolant = match fields.has("facility_coolant") {
            true => self.coolant_called("facility_coolant", &item.scope, fields),
            false => Coolant::water(),
        };
        let temperature = fields.required("facility_temperature", Dimension::TEMPERATURE, SUPPLY);
        let flow = fields.required("facility_flow", Dimension::VOLUME_FLOW, Range::Positive);
        let pressure_drop = fields.or("facility_pressure_drop", Dimension::PRESSURE, Range::NotNegative, 0.0);
        let pump_efficiency =
            fields.or_estimate("facility_pump_efficiency", Dimension::DIMENSIONLESS, Range::Share, 0.5);
        (CduSink::Water { coolant, pressure_drop, pump_efficiency }, temperature, flow)
    }

    fn air_side(&self, fields: &Fields<'_>) -> (CduSink, f64, f64) {
        for key in [
            "facility_coolant",
            "facility_temperature",
            "facility_flow",
            "facility_pressure_drop",
            "facility_pump_efficiency",
        ] {
            self.only_with(key, "water", fields);
        }
        let default = self.scene.site.air_temperature;
        let temperature = fields.or("air_temperature", Dimension::TEMPERATURE, COLD, default);
        let flow = fields.required("air_flow", Dimension::VOLUME_FLOW, Range::Positive);
        let fan_power = fields.or("fan_power", Dimension::POWER, Range::NotNegative, 0.0);
        (CduSink::Air { fan_power }, temperature, flow)
    }

    fn only_with(&self, key: &'static str, word: &str, fields: &Fields<'_>) {
        if fields.has(key) {
            let message = format!("{} has '{key}', and is not cooled by {word}", fields.what);
            let help = format!("set cooled_by = \"{word}\", or leave the key out");
            fields.complain("racktherm::conflict", key, message, "of the other kind", &help);
        }
    }

    /// UA as given, or from what the unit is rated for.
    fn exchanger(
        &self,
        slot: usize,
        arrangement: FlowArrangement,
        item: &Item,
        fields: &Fields<'_>,
    ) -> Option<Exchanger> {
        if fields.has("ua") == fields.has("rating") {
            let (code, key) = match fields.has("ua") {
                true => ("racktherm::conflict", "rating"),
                false => ("racktherm::missing_key", "ua"),
            };
            let message = format!("{} needs 'ua' or 'rating'", fields.what);
            let help = "for example rating = { heat = \"121 kW\", approach = \"4 K\", flow = \"120 L/min\", \
                        cold_flow = \"120 L/min\", supply = \"40 degC\" }";
            fields.complain(code, key, message, "one of the two", help);
            return None;
        }
        if let Some(ua) = fields.quantity("ua", Dimension::UA, Range::Positive) {
            return Some(Exchanger { ua, design: None, arrangement });
        }
        let rating = fields.inside("rating", fields.sub_table("rating")?);
        let heat = rating.required("heat", Dimension::POWER, Range::Positive);
        let approach = rating.required("approach", Dimension::TEMPERATURE_DIFFERENCE, Range::Positive);
        let flow = rating.required("flow", Dimension::VOLUME_FLOW, Range::Positive);
        let cold_flow = rating.required("cold_flow", Dimension::VOLUME_FLOW, Range::Positive);
        let supply = rating.required("supply", Dimension::TEMPERATURE, SUPPLY);
        fields.absorb(&rating);
        let cdu = &self.scene.cdus[slot];
        let own = self.loop_coolant(item, fields)?.properties(supply);
        let capacity_rate = own.density * flow * own.specific_heat;
        let cold = cold_flow * cold_heat_capacity(&cdu.sink, supply - approach, self.scene.site.pressure);
        let (smaller, larger) = (capacity_rate.min(cold), capacity_rate.max(cold));
        let drive = heat / capacity_rate + approach;
        let wanted = heat / (smaller * drive);
        let Some(ntu) = ntu_of(arrangement, wanted, smaller / larger) else {
            let message = format!(
                "no exchanger brings {:.1} kW over at an approach of {approach:.1} K: it would need an effectiveness of \
                 {wanted:.2} with these flows",
                heat / 1e3
            );
            let help = "give more cold flow, a larger approach, or less heat";
            fields.complain("racktherm::bad_value", "rating", message, "this rating", help);
            return None;
        };
        Some(Exchanger { ua: ntu * smaller, design: Some([flow, cold_flow]), arrangement })
    }

    /// The coolant of the loop that an item names, from its text: it may stand below.
    fn loop_coolant(&self, item: &Item, fields: &Fields<'_>) -> Option<Coolant> {
        let &index = self.expansion.names.get(&format!("{}{}", item.scope.prefix, fields.text("loop")?))?;
        let of = &self.expansion.items[index];
        let quiet = Fields::new(self.log, &of.scope, &of.table, format!("loop '{}'", of.path));
        let name = quiet.text("coolant")?;
        // A wrong name is told where the loop is read.
        of.scope.coolants.borrow().get(name).cloned().or_else(|| Coolant::from_name(name))
    }
}

/// ρ cp of the cold side, J/(m³ K), at K and Pa.
fn cold_heat_capacity(sink: &CduSink, temperature: f64, pressure: f64) -> f64 {
    match sink {
        CduSink::Water { coolant, .. } => {
            let water = coolant.properties(temperature);
            water.density * water.specific_heat
        }
        CduSink::Air { .. } => {
            let air = air::properties(temperature, pressure);
            air.density * air.specific_heat
        }
    }
}

/// A unit, until the pumps of its loop are known.
pub(in crate::scene) struct Unit {
    item: usize,
    on_loop: usize,
    measured: Option<Component>,
}

/// Puts the units' own losses in front of their loops' pumps, or adds them to what a given flow meets; logs loops with
/// two units.
pub(super) fn place_units(builder: &mut Builder<'_>) {
    for (position, unit) in std::mem::take(&mut builder.units).into_iter().enumerate() {
        let item = &builder.expansion.items[unit.item];
        let (name, place) = (item.path.clone(), item.place);
        if let Some(other) =
            builder.scene.cdus.iter().take(position).find(|other| other.on_loop == unit.on_loop)
        {
            let message = format!(
                "loop '{}' has two units, '{}' and '{name}'",
                builder.scene.loops[unit.on_loop].name, other.name
            );
            let mistake = Mistake::new("racktherm::conflict", message);
            builder.log.add(mistake.at(place, "second").help("give one its own loop, or rate one for both"));
        }
        let Some(component) = unit.measured else { continue };
        let on_loop = &mut builder.scene.loops[unit.on_loop];
        let pumped = builder.scene.branches.iter().any(|b| b.on_loop == unit.on_loop && b.source);
        if !pumped {
            if on_loop.flow.is_finite() {
                let fluid = on_loop.coolant.properties(on_loop.supply_temperature);
                on_loop.external_pressure_drop += component.loss(on_loop.flow, &fluid).drop;
            }
            continue;
        }
        debug_assert_eq!(on_loop.distribution, Distribution::ByPressure);
        on_loop.junctions.push(format!("{name} outlet"));
        let inner = on_loop.junctions.len() - 1;
        let part = builder.scene.hydraulics.len();
        builder.scene.hydraulics.push(HydraulicPart {
            name: format!("{name} exchanger"),
            component,
            one_way: false,
            largest_velocity: None,
            drive: None,
            origin: builder.scene.cdus[position].origin.clone(),
        });
        for branch in builder.scene.branches.iter_mut().filter(|b| b.on_loop == unit.on_loop && b.source) {
            branch.from = inner;
        }
        builder.scene.branches.push(super::manifold::piece(
            format!("{name} exchanger"),
            unit.on_loop,
            RETURN,
            inner,
            vec![Element::Part(part)],
        ));
    }
}
