//! What exists once in a scene: domain, grid, site, rear door; `[air]` has a file of its own.

use crate::grid::{Axis, Side};
use crate::material::air::{STANDARD_PRESSURE, pressure_at_altitude};
use crate::physics::cold_plate::ColdPlateModel;
use crate::physics::hydraulics::PressureDrop;
use crate::plant::ashrae::AIR;
use crate::units::{Dimension, celsius_to_kelvin};

use super::air_model::{fluid_in, read_air};
use super::geometry::{axes, side_or};
use super::liquid::SUPPLY;
use super::{Builder, single};
use crate::scene::diagnostic::{Log, Mistake, Place};
use crate::scene::fields::{Fields, Range};
use crate::scene::file::{Content, Node, Table};
use crate::scene::overrides::Overrides;
use crate::scene::scope::Scope;
use crate::scene::{ColdPlate, Control, Coolant, Element, Fill, GridRule, RearDoor, Scene, Site};

/// Shortest and longest edge of a domain, m: smaller is no rack part, larger is a hall, whose air is not that of a
/// rack. What lies outside is a slip of a unit.
const DOMAIN: Range = Range::Within(1e-4, 100.0);

/// Most cells along one axis.
const MOST_CELLS: usize = 100_000;

/// A scene without items, with its name, title, size and site.
pub(in crate::scene) fn empty_scene(
    name: &str,
    document: &Table,
    scope: &Scope,
    overrides: &Overrides,
    log: &Log,
) -> Scene {
    let title = match document.get("title") {
        Some(Node { content: Content::Text(title), .. }) => title.clone(),
        Some(node) => {
            let mistake =
                Mistake::new("racktherm::wrong_type", "'title' must be a text in \"double quotes\"");
            log.add(mistake.at(node.place, format!("this is {}", node.content.kind())));
            name.to_owned()
        }
        None => name.to_owned(),
    };
    Scene {
        name: name.to_owned(),
        title,
        size: [1.0; 3],
        fill: Fill::Air,
        grid: GridRule::Automatic { smallest_spacing: None, largest_spacing: None, one_cell: [false; 3] },
        site: read_site(document, scope, overrides, log),
        air: read_air(document, scope, overrides, log),
        fluids: Vec::new(),
        fluid_regions: Vec::new(),
        materials: Vec::new(),
        solids: Vec::new(),
        sources: Vec::new(),
        contacts: Vec::new(),
        walls: Vec::new(),
        openings: Vec::new(),
        fans: Vec::new(),
        screens: Vec::new(),
        porous: Vec::new(),
        chips: Vec::new(),
        heat_sinks: Vec::new(),
        cold_plates: Vec::new(),
        hydraulics: Vec::new(),
        loops: Vec::new(),
        branches: Vec::new(),
        cdus: Vec::new(),
        rear_door: None,
        plant: None,
        transient: None,
        remainders: Vec::new(),
        monitors: Vec::new(),
        control: Control::default(),
        remarks: Vec::new(),
    }
}

fn read_site(document: &Table, scope: &Scope, overrides: &Overrides, log: &Log) -> Site {
    let default = celsius_to_kelvin(25.0);
    let mut site = Site {
        air_temperature: default,
        pressure: STANDARD_PRESSURE,
        available_flow: None,
        containment_pressure: 0.0,
        dew_point: None,
        air_class: None,
    };
    let Some(table) = single(document, "site", overrides, log) else { return site };
    let fields = Fields::new(log, scope, &table, "[site]".to_owned());
    // −60 to 90 °C: anything else is a slip of a unit.
    let air = Range::Within(213.15, 363.15);
    site.air_temperature = fields.or("air_temperature", Dimension::TEMPERATURE, air, default);
    let pressure = fields.quantity("pressure", Dimension::PRESSURE, Range::Within(1e4, 1e6));
    let altitude = fields.quantity("altitude", Dimension::LENGTH, Range::Within(-1000.0, 11_000.0));
    if fields.has("pressure") && fields.has("altitude") {
        let message = "[site] has both 'pressure' and 'altitude'".to_owned();
        fields.complain("racktherm::conflict", "altitude", message, "one too many", "leave one of them out");
    }
    site.pressure = pressure.or(altitude.map(pressure_at_altitude)).unwrap_or(STANDARD_PRESSURE);
    site.available_flow = fields.quantity("available_airflow", Dimension::VOLUME_FLOW, Range::Positive);
    site.containment_pressure = fields.or("containment_pressure", Dimension::PRESSURE, Range::Any, 0.0);
    site.dew_point = fields.quantity("dew_point", Dimension::TEMPERATURE, air);
    site.air_class = fields.choice("air_class", &AIR.map(|(name, _)| name));
    fields.finish();
    site
}

/// Reads `[domain]` and `[grid]`; tells whether the domain's size is known.
pub(in crate::scene) fn read_singles(
    builder: &mut Builder<'_>,
    document: &Table,
    scope: &Scope,
    file: Place,
) -> bool {
    let (log, overrides) = (builder.log, builder.overrides);
    let known = match single(document, "domain", overrides, log) {
        None if document.get("domain").is_some() => false,
        None => {
            let mistake = Mistake::new("racktherm::missing_table", "the scene has no [domain]");
            log.add(
                mistake
                    .at(file, "this file")
                    .help("add [domain] with size = [\"600 mm\", \"1200 mm\", \"48 U\"]"),
            );
            false
        }
        Some(table) => {
            let fields = Fields::new(log, scope, &table, "[domain]".to_owned());
            if !fields.has("size") {
                fields.missing("size", "[\"600 mm\", \"1200 mm\", \"48 U\"]");
            }
            let size: Option<[f64; 3]> = fields.vector("size", Dimension::LENGTH, DOMAIN, false);
            builder.scene.size = size.unwrap_or([1.0; 3]);
            fields.know("fill");
            fields.finish();
            size.is_some()
        }
    };
    if let Some(table) = single(document, "grid", overrides, log) {
        builder.scene.grid =
            read_grid(&Fields::new(log, scope, &table, "[grid]".to_owned()).without_sources());
    }
    known
}

impl Builder<'_> {
    /// Reads what fills the domain, once the materials are known.
    pub(in crate::scene) fn read_fill(&mut self, document: &Table, scope: &Scope) {
        let Some(table) = single(document, "domain", self.overrides, self.log) else { return };
        let fields = Fields::new(self.log, scope, &table, "the domain".to_owned());
        let Some(name) = fields.text("fill").filter(|name| *name != "air") else { return };
        if let Some(fluid) = fluid_in(scope, name) {
            if self.momentum_only(&["fill"], &fields) {
                self.scene.fill = Fill::Fluid(fluid);
            }
        } else if let Some(id) = self.material_named(name, fields.place("fill"), scope, "the domain") {
            self.scene.fill = Fill::Solid(id);
        }
    }
}

fn read_grid(fields: &Fields<'_>) -> GridRule {
    let smallest = fields.quantity("smallest_spacing", Dimension::LENGTH, Range::Positive);
    let largest = fields.quantity("largest_spacing", Dimension::LENGTH, Range::Positive);
    let one_cell = axes("one_cell", fields);
    let cells = cells(fields);
    let stretch = fields.vector("stretch", Dimension::DIMENSIONLESS, Range::Within(1e-6, 1e6), false);
    if let (Some(small), Some(large)) = (smallest, largest)
        && large < small
    {
        let message = "'largest_spacing' of [grid] is smaller than 'smallest_spacing'".to_owned();
        fields.complain("racktherm::bad_value", "largest_spacing", message, "too small", "exchange the two");
    }
    if fields.has("cells") {
        for key in ["smallest_spacing", "largest_spacing", "one_cell"] {
            if fields.has(key) {
                let message = format!("[grid] has 'cells' and '{key}'");
                fields.complain(
                    "racktherm::conflict",
                    key,
                    message,
                    "not with 'cells'",
                    "leave one of them out",
                );
            }
        }
    } else if fields.has("stretch") {
        fields.missing("cells", "[16, 16, 16]");
    }
    fields.finish();
    match cells {
        Some(cells) => GridRule::Cells { cells, stretch: stretch.unwrap_or([1.0; 3]) },
        None => GridRule::Automatic { smallest_spacing: smallest, largest_spacing: largest, one_cell },
    }
}

fn cells(fields: &Fields<'_>) -> Option<[usize; 3]> {
    let list = fields.list("cells")?;
    let counts: Vec<usize> =
        list.iter().filter_map(|node| fields.whole_of("cells", node, 1, MOST_CELLS)).collect();
    match (list.len(), counts.as_slice()) {
        (3, &[x, y, z]) => Some([x, y, z]),
        (3, _) => None,
        (length, _) => {
            let message = format!("'cells' of [grid] must have 3 values, not {length}");
            fields.complain("racktherm::wrong_type", "cells", message, "along x, y and z", "[16, 16, 16]");
            None
        }
    }
}

/// Reads `[rear_door]`.
pub(in crate::scene) fn read_rear_door(builder: &mut Builder<'_>, document: &Table, scope: &Scope) {
    let Some(table) = single(document, "rear_door", builder.overrides, builder.log) else { return };
    let fields = Fields::new(builder.log, scope, &table, "[rear_door]".to_owned());
    let side = side_or("side", Side { axis: Axis::Y, upper: true }, &fields);
    let on_branch = fields.has("branch");
    let (coolant, supply_temperature) = if on_branch {
        for key in ["coolant", "supply_temperature", "pump_efficiency"] {
            if fields.has(key) {
                let message = format!("[rear_door] has 'branch' and '{key}'");
                let help = "leave it out: it is that of the branch's loop";
                fields.complain("racktherm::conflict", key, message, "one too many", help);
            }
        }
        (Coolant::water(), 0.0)
    } else {
        let coolant = builder.coolant_of(scope, &fields);
        (coolant, fields.required("supply_temperature", Dimension::TEMPERATURE, SUPPLY))
    };
    let mut door = RearDoor {
        name: fields.text("name").unwrap_or("rear_door").to_owned(),
        side,
        ua: fields.required("ua", Dimension::UA, Range::Positive),
        plate: None,
        coolant,
        supply_temperature,
        flow: fields.required("flow", Dimension::VOLUME_FLOW, Range::Positive),
        water_pressure_drop: fields.or("water_pressure_drop", Dimension::PRESSURE, Range::NotNegative, 0.0),
        pump_efficiency: fields.or_estimate("pump_efficiency", Dimension::DIMENSIONLESS, Range::Share, 0.3),
        loss: fields.or("loss", Dimension::DIMENSIONLESS, Range::NotNegative, 0.0),
        fan_power: fields.or("fan_power", Dimension::POWER, Range::NotNegative, 0.0),
        origin: fields.origin(),
    };
    if on_branch {
        door.plate = water_side(builder, &door, &fields);
    }
    fields.finish();
    if !builder.scene.openings.iter().any(|opening| opening.side == side) {
        let message = format!("no air passes the rear door: side {} has no opening", side.name());
        let mistake = Mistake::new("racktherm::door_without_opening", message);
        let help = format!("add [[opening]] with side = \"{}\", or give the door another side", side.name());
        builder.log.add(mistake.at(table.place, "this door").help(help));
    }
    builder.scene.rear_door = Some(door);
}

/// A resistance far above that of any stream: the heat of a door is known, not found, and its plate only hands it on.
const HANDED_ON: f64 = 1e-3;

/// The plate that stands for a door in the branch that it names, behind whatever the branch passes.
fn water_side(builder: &mut Builder<'_>, door: &RearDoor, fields: &Fields<'_>) -> Option<usize> {
    let name = fields.text("branch")?;
    let Some(branch) = builder.scene.branches.iter().position(|branch| branch.name == name) else {
        let message = format!("[rear_door] names the branch '{name}', which does not exist");
        let mistake =
            Mistake::new("racktherm::unknown_name", message).at(fields.place("branch"), "unknown branch");
        builder
            .log
            .add(mistake.nearest(name, builder.scene.branches.iter().map(|branch| branch.name.as_str())));
        return None;
    };
    let drop = PressureDrop::Power { flow: door.flow, drop: door.water_pressure_drop, exponent: 2.0 };
    let model = ColdPlateModel::table(vec![(1e-9, HANDED_ON), (1e3, HANDED_ON)]);
    let model = model.and_then(|model| model.with_pressure_drop(drop.into())).ok()?;
    let plate = builder.scene.cold_plates.len();
    builder.scene.cold_plates.push(ColdPlate {
        name: door.name.clone(),
        region: None,
        model,
        extra_power: 0.0,
        heat_capacity: None,
        blocked: 0.0,
        origin: door.origin.clone(),
    });
    builder.scene.branches[branch].elements.push(Element::Plate(plate));
    Some(plate)
}
