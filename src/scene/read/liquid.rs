//! Coolants, cold plates, loops and branches.

use crate::material::coolant::{Coolant, CoolantProperties};
use crate::physics::cold_plate::ColdPlateModel;
use crate::physics::curve::LogCurve;
use crate::physics::hydraulics::{Measured, PressureDrop};
use crate::plant::ashrae::TECHNOLOGY;
use crate::units::Dimension;

use super::cold_plate::plate_model;
use super::geometry::{NOWHERE, region};
use super::manifold::{RETURN_END, SUPPLY_END};
use super::{Builder, Class, Placed, pairs};
use crate::scene::diagnostic::{Mistake, Place};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::Content;
use crate::scene::kind::Kind;
use crate::scene::scope::Scope;
use crate::scene::{Branch, ColdPlate, Distribution, Element, Loop};
use std::sync::Arc;

/// Supply temperatures outside −60 to 150 °C are slips of a unit, K.
pub(super) const SUPPLY: Range = Range::Within(213.15, 423.15);

const PROPERTIES: [(&str, Dimension, &str); 4] = [
    ("density", Dimension::DENSITY, "\"1000 kg/m3\""),
    ("specific_heat", Dimension::SPECIFIC_HEAT, "\"4180 J/kgK\""),
    ("conductivity", Dimension::CONDUCTIVITY, "\"0.6 W/mK\""),
    ("viscosity", Dimension::VISCOSITY, "\"0.7 mPa s\""),
];

impl Builder<'_> {
    pub(super) fn coolant(&mut self, item: &Item, fields: &Fields<'_>) {
        let temperatures = column("temperatures", Dimension::TEMPERATURE, fields);
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for (key, dimension, example) in PROPERTIES {
            if !fields.has(key) {
                fields.missing(key, example);
            }
            columns.extend(column(key, dimension, fields));
        }
        let [density, specific_heat, conductivity, viscosity] = columns.as_slice() else {
            return;
        };
        let rows = temperatures.as_ref().map_or(1, Vec::len);
        if columns.iter().any(|column| column.len() != rows) {
            let message = format!("the columns of {} differ in length", fields.what);
            let help = "one value each, or one for each of 'temperatures'";
            fields.complain("racktherm::bad_value", "temperatures", message, "as many values as here", help);
            return;
        }
        let row = |index: usize| CoolantProperties {
            density: density[index],
            specific_heat: specific_heat[index],
            conductivity: conductivity[index],
            viscosity: viscosity[index],
        };
        let made = match temperatures {
            None => Coolant::constant(row(0)),
            Some(temperatures) => {
                Coolant::table(temperatures.iter().enumerate().map(|(index, t)| (*t, row(index))).collect())
            }
        };
        match made {
            Ok(coolant) => {
                let point = |key: &'static str| fields.quantity(key, Dimension::TEMPERATURE, Range::Positive);
                let coolant = coolant.liquid_between(point("freezing_point"), point("boiling_point"));
                let local =
                    item.path.strip_prefix(item.scope.prefix.as_str()).unwrap_or(&item.path).to_owned();
                let coolant = coolant.named(&local);
                item.scope.coolants.borrow_mut().insert(local, coolant);
            }
            Err(error) => {
                let help = "temperatures must rise, properties be above zero";
                fields.complain(
                    "racktherm::bad_value",
                    "temperatures",
                    error.to_string(),
                    "this coolant",
                    help,
                );
            }
        }
    }

    /// The coolant that `coolant` names.
    pub(super) fn coolant_of(&self, scope: &Scope, fields: &Fields<'_>) -> Coolant {
        self.coolant_called("coolant", scope, fields)
    }

    /// The coolant that a key names.
    pub(super) fn coolant_called(&self, key: &'static str, scope: &Scope, fields: &Fields<'_>) -> Coolant {
        let name = fields.required_text(key, "\"pg25\"");
        let mut at = Some(scope);
        while let Some(scope) = at {
            if let Some(coolant) = scope.coolants.borrow().get(name) {
                return coolant.clone();
            }
            at = scope.parent.as_deref();
        }
        if let Some(coolant) = Coolant::from_name(name) {
            return coolant;
        }
        if !name.is_empty() {
            let message = format!("{} runs on '{name}', a coolant that is not known", fields.what);
            let mistake = Mistake::new("racktherm::unknown_coolant", message);
            let own: Vec<String> = scope.coolants.borrow().keys().cloned().collect();
            let mut known: Vec<&str> = Coolant::names().collect();
            known.extend(own.iter().map(String::as_str));
            self.log.add(mistake.at(fields.place(key), "unknown coolant").nearest(name, known));
        }
        Coolant::water()
    }

    pub(super) fn cold_plate(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let boxed = ["at", "size", "from", "to"].into_iter().any(|key| fields.has(key));
        let region = if boxed { region(fields, item.shift) } else { None };
        let model = plate_model(fields);
        let drop = self.measured(&item.scope, fields);
        let extra_power = self.power(index, "extra_power", fields);
        let heat_capacity = fields.quantity("heat_capacity", Dimension::HEAT_CAPACITY, Range::NotNegative);
        let blocked = fields.or("blocked", Dimension::DIMENSIONLESS, Range::Within(0.0, 1.0), 0.0);
        let model = model.and_then(|model| match drop.map(|drop| model.clone().with_pressure_drop(drop)) {
            None => Some(model),
            Some(Ok(model)) => Some(model),
            Some(Err(error)) => {
                let message = format!("{}: {error}", fields.what);
                fields.complain(
                    "racktherm::bad_value",
                    "pressure_drop",
                    message,
                    "this value",
                    "check its sign",
                );
                None
            }
        });
        if let Some(region) = region {
            self.placed.push(Placed { item: index, region, class: Class::ColdPlate });
        }
        let Some(model) = model.or_else(|| ColdPlateModel::table(vec![(1e-6, 1.0), (1e-3, 1.0)]).ok()) else {
            return;
        };
        let region = if boxed { Some(region.unwrap_or(NOWHERE)) } else { None };
        let origin = fields.origin();
        self.scene.cold_plates.push(ColdPlate {
            name: item.path.clone(),
            region,
            model,
            extra_power,
            heat_capacity,
            blocked,
            origin,
        });
    }

    pub(super) fn coolant_loop(&mut self, item: &Item, fields: &Fields<'_>) {
        let coolant = self.coolant_of(&item.scope, fields);
        let supply_temperature = fields.required("supply_temperature", Dimension::TEMPERATURE, SUPPLY);
        let flow = fields.quantity("flow", Dimension::VOLUME_FLOW, Range::Positive);
        let external = fields.or("external_pressure_drop", Dimension::PRESSURE, Range::NotNegative, 0.0);
        let words = ["by_weight", "by_pressure"];
        let distribution = match fields.choice("distribution", &words) {
            Some(1) => Distribution::ByPressure,
            _ => Distribution::ByWeight,
        };
        let class = fields.choice("class", &TECHNOLOGY.map(|(name, _)| name));
        let largest_flow = fields.quantity("largest_flow", Dimension::VOLUME_FLOW, Range::Positive);
        let largest_pressure = fields.quantity("largest_pressure", Dimension::PRESSURE, Range::Positive);
        let static_pressure = fields.or("static_pressure", Dimension::PRESSURE, Range::NotNegative, 0.0);
        let efficiency = fields.or_estimate("pump_efficiency", Dimension::DIMENSIONLESS, Range::Share, 0.3);
        let heat = Range::Within(0.0, 1.0);
        let to_coolant = fields.or_estimate("pump_heat_to_coolant", Dimension::DIMENSIONLESS, heat, 1.0);
        self.scene.loops.push(Loop {
            name: item.path.clone(),
            coolant,
            supply_temperature,
            // NaN marks a flow that follows from the branches; `settle_loops` replaces it.
            flow: flow.unwrap_or(f64::NAN),
            distribution,
            junctions: vec![format!("{} supply", item.path), format!("{} return", item.path)],
            largest_flow,
            class,
            static_pressure,
            largest_pressure,
            external_pressure_drop: external,
            pump_efficiency: efficiency,
            pump_heat_to_coolant: to_coolant,
            origin: fields.origin(),
        });
    }

    pub(super) fn branch(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let flow = fields.quantity("flow", Dimension::VOLUME_FLOW, Range::Positive);
        let weight = fields.or("weight", Dimension::DIMENSIONLESS, Range::Positive, 1.0);
        let quadratic_loss = quadratic_loss(fields);
        let slot = self.scene.branches.len();
        let join = self.join(index, slot, item, fields);
        let key = if fields.has("plates") { "plates" } else { "through" };
        if !fields.has(key) {
            fields.missing("through", "[\"hose\", \"plate.1\", \"plate.2\"]");
        }
        let elements = self.elements(key, item, fields);
        self.joins.extend(join);
        self.scene.branches.push(Branch {
            name: item.path.clone(),
            // The ends follow when all manifolds are known.
            on_loop: usize::MAX,
            from: SUPPLY_END,
            to: RETURN_END,
            flow,
            weight,
            elements,
            quadratic_loss,
            listed: true,
            source: false,
        });
    }

    /// Logs a loop that the scene does not have.
    pub(super) fn unknown_loop(&self, name: &str, place: Place, what: &str) {
        let joints =
            self.expansion.items.iter().filter(|item| matches!(item.kind, Kind::Loop | Kind::Manifold));
        let message = format!("{what} names the loop '{name}', which does not exist");
        let mistake = Mistake::new("racktherm::unknown_name", message).at(place, "unknown loop");
        self.log.add(mistake.nearest(name, joints.map(|item| item.path.as_str())));
    }

    /// The plates and parts that a list names, in its order.
    pub(super) fn elements(&self, key: &'static str, item: &Item, fields: &Fields<'_>) -> Vec<Element> {
        let fits = |kind: Kind| kind == Kind::ColdPlate || (key != "plates" && kind.is_hydraulic());
        let words = if key == "plates" { "a cold_plate" } else { "a cold_plate or a part of a loop" };
        let mut elements = Vec::new();
        for (name, node) in fields.texts(key) {
            let picked = self.pick(item, name, &fits);
            if picked.is_empty() && !name.contains('*') {
                self.refer(item, name, node.place, fields, &fits, words);
            } else if picked.is_empty() {
                self.matches_nothing(name, node.place, words.trim_start_matches("a "));
            }
            elements.extend(picked.into_iter().map(|index| match self.expansion.items[index].kind {
                Kind::ColdPlate => Element::Plate(self.slots[index]),
                _ => Element::Part(self.slots[index]),
            }));
        }
        elements
    }

    pub(super) fn matches_nothing(&self, glob: &str, place: Place, what: &str) {
        let mistake = Mistake::new("racktherm::matches_nothing", format!("no {what} is named '{glob}'"));
        let help = "* stands for any text without '/', ** for any text; names in parts begin with their path";
        self.log.add(mistake.at(place, "matches nothing").help(help));
    }
}

/// One value or a list of values.
fn column(key: &'static str, dimension: Dimension, fields: &Fields<'_>) -> Option<Vec<f64>> {
    let node = fields.get(key)?;
    let Content::List(list) = &node.content else {
        return fields.value(key, node, dimension, Range::Positive).map(|value| vec![value]);
    };
    let values: Vec<f64> =
        list.iter().filter_map(|node| fields.value(key, node, dimension, Range::Positive)).collect();
    (values.len() == list.len()).then_some(values)
}

impl Builder<'_> {
    /// A measured pressure drop, with the fluid of its test if it names one.
    pub(super) fn measured(&self, scope: &Scope, fields: &Fields<'_>) -> Option<Measured> {
        let table = fields.sub_table("pressure_drop")?;
        let inner = fields.inside("pressure_drop", table);
        let linear = inner.quantity("linear", Dimension::PRESSURE_PER_FLOW, Range::NotNegative);
        let quadratic = inner.quantity("quadratic", Dimension::PRESSURE_PER_FLOW_SQUARED, Range::NotNegative);
        let polynomial = inner.has("linear") || inner.has("quadratic");
        let table = inner.has("table");
        for key in ["flow", "drop", "exponent"] {
            inner.know(key);
        }
        let drop = if polynomial {
            for key in ["flow", "drop", "exponent"] {
                if inner.has(key) {
                    let message = format!("{} mixes two forms", inner.what);
                    let help = "either flow, drop and exponent, or linear and quadratic";
                    inner.complain("racktherm::conflict", key, message, "not with linear or quadratic", help);
                }
            }
            PressureDrop::Polynomial { linear: linear.unwrap_or(0.0), quadratic: quadratic.unwrap_or(0.0) }
        } else if table {
            drop_table(&inner)?
        } else {
            let flow = inner.required("flow", Dimension::VOLUME_FLOW, Range::Positive);
            let drop = inner.required("drop", Dimension::PRESSURE, Range::NotNegative);
            let exponent = inner.or("exponent", Dimension::DIMENSIONLESS, Range::Within(0.5, 3.0), 2.0);
            PressureDrop::Power { flow, drop, exponent }
        };
        let with = inner.has("coolant").then(|| {
            let coolant = self.coolant_of(scope, &inner);
            let at = inner.required("temperature", Dimension::TEMPERATURE, SUPPLY);
            let properties = coolant.properties(at);
            (properties.density, properties.viscosity)
        });
        if with.is_none() {
            inner.know("coolant");
            if inner.has("temperature") {
                inner.missing("coolant", "\"water\"");
            }
        }
        fields.absorb(&inner);
        Some(Measured { drop, with })
    }
}

/// A table of flow and pressure drop, both rising.
fn drop_table(inner: &Fields<'_>) -> Option<PressureDrop> {
    let dimensions = [Dimension::VOLUME_FLOW, Dimension::PRESSURE];
    let points = pairs("table", dimensions, Range::Positive, "[\"2 L/min\", \"12 kPa\"]", inner)?;
    let falls = points.windows(2).any(|pair| pair[1].1 <= pair[0].1);
    let curve = LogCurve::new(points);
    let wrong = match &curve {
        Err(error) => Some(error.to_string()),
        Ok(_) if falls => Some("a pressure drop that does not rise from row to row".to_owned()),
        Ok(_) => None,
    };
    if let Some(wrong) = wrong {
        let message = format!("'table' of {}: {wrong}", inner.what);
        let help = "rows of flow and pressure drop, both rising";
        inner.complain("racktherm::bad_value", "table", message, "this table", help);
    }
    curve.ok().map(|curve| PressureDrop::Table(Arc::new(curve)))
}

/// Pa per (m³/s)² from the drop at one flow.
fn quadratic_loss(fields: &Fields<'_>) -> f64 {
    let Some(table) = fields.sub_table("pressure_drop") else { return 0.0 };
    let inner = fields.inside("pressure_drop", table);
    let flow = inner.required("flow", Dimension::VOLUME_FLOW, Range::Positive);
    let drop = inner.required("drop", Dimension::PRESSURE, Range::NotNegative);
    fields.absorb(&inner);
    drop / (flow * flow)
}
