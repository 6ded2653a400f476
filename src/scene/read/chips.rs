//! Chips and air heat sinks.

use crate::grid::Axis;
use crate::material::solid::conductivity_at;
use crate::physics::curve::LogCurve;
use crate::physics::heat_sink::PlateFinSink;
use crate::physics::stack::{Layer, LayerKind, junction_to_case};
use crate::units::Dimension;

use super::geometry::{NOWHERE, axis, region};
use super::{Builder, Class, Placed};
use crate::scene::diagnostic::Mistake;
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::file::{Content, Node};
use crate::scene::kind::Kind;
use crate::scene::{Chip, Cooler, HeatCapacity, HeatSink, HeatSinkModel, Region};

/// Temperature at which the layers of a package conduct, K: halfway up to the usual limits.
const PACKAGE_TEMPERATURE: f64 = 350.0;

impl Builder<'_> {
    pub(super) fn chip(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let region = region(fields, item.shift);
        if !fields.has("power") {
            fields.missing("power", "\"1000 W\"");
        }
        let power = self.power(index, "power", fields);
        let footprint = region.map(|region| region.size()[0] * region.size()[1]);
        let (junction_to_case, mut heat_capacity) = self.junction_to_case(item, fields, footprint);
        let junction_to_board =
            fields.quantity("junction_to_board", Dimension::THERMAL_RESISTANCE, Range::Positive);
        for (key, place) in
            [("die_heat_capacity", &mut heat_capacity.die), ("heat_capacity", &mut heat_capacity.case)]
        {
            let given = fields.quantity(key, Dimension::HEAT_CAPACITY, Range::NotNegative);
            *place = given.or(*place);
        }
        let cooler = self.cooler(item, fields);
        if !fields.has("cooler") && !fields.has("junction_to_board") {
            let message = format!("the heat of {} has no way out", fields.what);
            let help = "name its cooler = \"…\" (a heat_sink or cold_plate) or give junction_to_board; \
                        a small part in the air is a [[block]] with power";
            let mistake = Mistake::new("racktherm::no_heat_path", message);
            self.log.add(mistake.at(item.place, "neither cooler nor junction_to_board").help(help));
        }
        let (interface, thickness) = self.interface(item, fields, footprint);
        self.interface_thickness.push(thickness);
        let junction = fields.choice("limit_of", &["junction", "case"]) != Some(1);
        let limit = self.limit("limit", junction, fields);
        let role = fields.text("role").unwrap_or("").to_owned();
        if let Some(region) = region {
            self.placed.push(Placed { item: index, region, class: Class::Chip });
        }
        self.scene.chips.push(Chip {
            name: item.path.clone(),
            role,
            region: region.unwrap_or(NOWHERE),
            power,
            junction_to_case,
            junction_to_board,
            cooler,
            interface,
            heat_capacity,
            limit,
            origin: fields.origin(),
        });
    }

    /// K/W as given or of the layers, and what these store: the first at the junction, the others at the case.
    fn junction_to_case(
        &mut self,
        item: &Item,
        fields: &Fields<'_>,
        footprint: Option<f64>,
    ) -> (f64, HeatCapacity) {
        let unknown = HeatCapacity::default();
        let direct = fields.quantity("junction_to_case", Dimension::THERMAL_RESISTANCE, Range::Positive);
        let layers = fields.list("stack");
        if fields.has("junction_to_case") == fields.has("stack") {
            let both = fields.has("stack");
            let code = if both { "racktherm::conflict" } else { "racktherm::missing_key" };
            let message = format!("{} needs 'junction_to_case' or 'stack'", fields.what);
            let help = "for example junction_to_case = \"0.01 K/W\"";
            fields.complain(code, "stack", message, "one of the two", help);
        }
        let Some(layers) = layers else { return (direct.unwrap_or(1.0), unknown) };
        let mut area = footprint;
        let (mut stack, mut stored) = (Vec::new(), Vec::new());
        for node in layers {
            match self.layer("stack", node, item, fields, area) {
                Some((layer, heat_capacity)) => {
                    area = Some(layer.area);
                    stored.extend(heat_capacity);
                    stack.push(layer);
                }
                // Told already; the layers after it may lack its area.
                None => return (1.0, unknown),
            }
        }
        let resistance = junction_to_case(&stack).unwrap_or_else(|error| {
            fields.complain(
                "racktherm::bad_value",
                "stack",
                error.to_string(),
                "this stack",
                "list the layers",
            );
            1.0
        });
        let case = (stored.len() > 1).then(|| stored[1..].iter().sum());
        (resistance, HeatCapacity { die: stored.first().copied(), case })
    }

    /// A layer, and what it stores if it is of a material, J/K.
    fn layer(
        &mut self,
        key: &'static str,
        node: &Node,
        item: &Item,
        fields: &Fields<'_>,
        before: Option<f64>,
    ) -> Option<(Layer, Option<f64>)> {
        let Content::Table(table) = &node.content else {
            let mistake =
                Mistake::new("racktherm::wrong_type", format!("a layer in {} is a table", fields.what));
            let help = "{ material = \"silicon\", thickness = \"0.775 mm\", area = \"16 cm2\" }";
            self.log.add(mistake.at(node.place, format!("this is {}", node.content.kind())).help(help));
            return None;
        };
        let layer = fields.inside(key, table);
        let area = layer.quantity("area", Dimension::AREA, Range::Positive);
        let thickness = layer.quantity("thickness", Dimension::LENGTH, Range::Positive);
        let resistance = layer.quantity("resistance", Dimension::AREA_RESISTANCE, Range::Positive);
        if layer.has("resistance") == layer.has("material") {
            let code = if layer.has("material") { "racktherm::conflict" } else { "racktherm::missing_key" };
            let message =
                format!("a layer of {} needs 'material' and 'thickness', or 'resistance'", fields.what);
            let mistake = Mistake::new(code, message).at(node.place, "this layer");
            self.log.add(mistake.help("for example resistance = \"0.06 cm2K/W\""));
        }
        let material = layer.text("material").and_then(|name| {
            if !layer.has("thickness") {
                layer.missing("thickness", "\"0.775 mm\"");
            }
            self.material_named(name, layer.place("material"), &item.scope, &layer.what)
        });
        fields.absorb(&layer);
        let area = area.or(before)?;
        let (kind, heat_capacity) = match (resistance, material, thickness) {
            (Some(resistance), None, _) => (LayerKind::Interface(resistance), None),
            (None, Some(id), Some(thickness)) => {
                let material = &self.scene.materials[id.0];
                let conductivity = conductivity_at(
                    material.conductivity[2],
                    material.temperature_coefficient,
                    material.reference_temperature,
                    PACKAGE_TEMPERATURE,
                );
                let heat_capacity = material.density * material.specific_heat * area * thickness;
                (LayerKind::Slab { thickness, conductivity }, Some(heat_capacity))
            }
            _ => return None,
        };
        Some((Layer { kind, area }, heat_capacity))
    }

    /// K/W as given, or of one layer; and that layer's thickness, m.
    fn interface(&mut self, item: &Item, fields: &Fields<'_>, footprint: Option<f64>) -> (f64, f64) {
        if let Some(node) = fields.get("interface")
            && let Content::Table(table) = &node.content
            && table.get("value").is_none()
        {
            let Some((layer, _)) = self.layer("interface", node, item, fields, footprint) else {
                return (0.0, 0.0);
            };
            let thickness = match layer.kind {
                LayerKind::Slab { thickness, .. } => thickness,
                LayerKind::Interface(_) => 0.0,
            };
            return (layer.resistance(), thickness);
        }
        (fields.or("interface", Dimension::THERMAL_RESISTANCE, Range::NotNegative, 0.0), 0.0)
    }

    fn cooler(&self, item: &Item, fields: &Fields<'_>) -> Option<Cooler> {
        let name = fields.text("cooler")?;
        let fits = |kind: Kind| matches!(kind, Kind::HeatSink | Kind::ColdPlate);
        let place = fields.place("cooler");
        let found = self.refer(item, name, place, fields, &fits, "a heat_sink or cold_plate")?;
        let slot = self.slots[found];
        Some(match self.expansion.items[found].kind {
            Kind::HeatSink => Cooler::HeatSink(slot),
            _ => Cooler::ColdPlate(slot),
        })
    }

    pub(super) fn heat_sink(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let region = region(fields, item.shift);
        let flow_axis = axis("flow", fields).unwrap_or(Axis::Y);
        let (fins, of_fins) = self.plate_fins(item, fields, region, flow_axis).unzip();
        let heat_capacity = fields.quantity("heat_capacity", Dimension::HEAT_CAPACITY, Range::NotNegative);
        let table = resistance_table(fields);
        let loss_per_metre = fields.quantity("loss_per_metre", Dimension::PER_LENGTH, Range::NotNegative);
        if fields.has("fins") == fields.has("resistance") {
            let both = fields.has("fins");
            let code = if both { "racktherm::conflict" } else { "racktherm::missing_key" };
            let message = format!("{} needs 'fins' or a table 'resistance'", fields.what);
            fields.complain(
                code,
                "fins",
                message,
                "one of the two",
                "for example fins = 40, fin_thickness = \"0.3 mm\"",
            );
        }
        if fields.has("resistance") && !fields.has("loss_per_metre") {
            fields.missing("loss_per_metre", "\"60 1/m\"");
        }
        if let Some(region) = region {
            self.placed.push(Placed { item: index, region, class: Class::HeatSink });
        }
        let model = fins.or(table.map(HeatSinkModel::Resistance));
        self.scene.heat_sinks.push(HeatSink {
            name: item.path.clone(),
            region: region.unwrap_or(NOWHERE),
            flow_axis,
            model: model.unwrap_or(HeatSinkModel::Resistance(Vec::new())),
            loss_per_metre,
            heat_capacity: heat_capacity.or(of_fins),
            origin: fields.origin(),
        });
    }

    /// Plate fins, and what they store with their base, J/K.
    fn plate_fins(
        &mut self,
        item: &Item,
        fields: &Fields<'_>,
        region: Option<Region>,
        flow_axis: Axis,
    ) -> Option<(HeatSinkModel, f64)> {
        let fins = fields.whole("fins", 2, 10_000);
        let thickness = fields.quantity("fin_thickness", Dimension::LENGTH, Range::Positive);
        let height = fields.quantity("fin_height", Dimension::LENGTH, Range::Positive);
        let given = fields.quantity("conductivity", Dimension::CONDUCTIVITY, Range::Positive);
        let base_resistance =
            fields.or("base_resistance", Dimension::THERMAL_RESISTANCE, Range::NotNegative, 0.0);
        let material = fields.text("material");
        if !fields.has("fins") {
            return None;
        }
        if !fields.has("fin_thickness") {
            fields.missing("fin_thickness", "\"0.3 mm\"");
        }
        let place = fields.place("material");
        let material = self.material_named(material.unwrap_or("aluminium"), place, &item.scope, &fields.what);
        let conductivity = given.or(material.map(|id| self.scene.materials[id.0].conductivity[0]))?;
        let (fins, thickness, size) = (fins?, thickness?, region?.size());
        let height = height.unwrap_or(size[2]);
        let across = if flow_axis == Axis::X { Axis::Y } else { Axis::X };
        if height > size[2] + 1e-9 {
            let message = format!(
                "the fins of {} are {:.2} mm high, its box {:.2} mm",
                fields.what,
                height * 1e3,
                size[2] * 1e3
            );
            let help = "make the box as high as fins and base";
            fields.complain("racktherm::bad_value", "fin_height", message, "higher than the box", help);
        }
        let (width, length) = (size[across as usize], size[flow_axis as usize]);
        if let Err(error) = PlateFinSink::new(width, length, height, fins, thickness, conductivity) {
            let message = format!("{}: {error}", fields.what);
            fields.complain("racktherm::bad_value", "fins", message, "these fins", "fewer or thinner fins");
        }
        let material = &self.scene.materials[material?.0];
        let solid = length * (fins as f64 * thickness * height + width * (size[2] - height));
        let heat_capacity = material.density * material.specific_heat * solid;
        Some((
            HeatSinkModel::PlateFin { fins, thickness, height, conductivity, base_resistance },
            heat_capacity,
        ))
    }
}

/// Pairs of flow, m³/s, and resistance, K/W, checked as a curve.
pub(super) fn resistance_table(fields: &Fields<'_>) -> Option<Vec<(f64, f64)>> {
    let rows = fields.list("resistance")?;
    let mut points = Vec::new();
    for row in rows {
        let pair = match &row.content {
            Content::List(pair) if pair.len() == 2 => pair,
            _ => {
                let message = format!("a row of 'resistance' of {} is flow and resistance", fields.what);
                let mistake = Mistake::new("racktherm::wrong_type", message);
                let label = format!("this is {}", row.content.kind());
                fields.log.add(mistake.at(row.place, label).help("[\"20 CFM\", \"0.11 K/W\"]"));
                return None;
            }
        };
        let flow = fields.value("resistance", &pair[0], Dimension::VOLUME_FLOW, Range::Positive)?;
        let value = fields.value("resistance", &pair[1], Dimension::THERMAL_RESISTANCE, Range::Positive)?;
        points.push((flow, value));
    }
    if let Err(error) = LogCurve::new(points.clone()) {
        let message = format!("'resistance' of {}: {error}", fields.what);
        fields.complain(
            "racktherm::bad_value",
            "resistance",
            message,
            "this table",
            "flows must rise from row to row",
        );
        return None;
    }
    Some(points)
}
