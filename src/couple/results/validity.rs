//! Whether an answer lies where models and data hold: speeds of incompressible air, temperatures of material data.

use std::collections::BTreeSet;

use super::checks::Found;
use super::{View, celsius};
use crate::couple::airstate::AirState;
use crate::grid::Axis;
use crate::material::{air, solid};
use crate::model::{CellKind, NO_PART, NodeKind, PartKind};

/// Warns of air that is too fast to be incompressible, at its fastest place.
pub(super) fn speeds(view: &View<'_>, air: &AirState, found: &mut Found) {
    let (speed, place) = fastest(view, air);
    if speed > air::FASTEST {
        found.say(
            &place,
            format!(
                "air moves at {speed:.0} m/s; above {:.0} m/s, 0.3 of the speed of sound, it is compressed, and flows \
                 and pressures here are not those of air",
                air::FASTEST
            ),
            "check the pressures of openings, the flows of fans, and what narrows their way",
        );
    }
}

/// Where a speed was found.
#[derive(Clone, Copy)]
enum At {
    Cell(usize),
    Opening(usize),
    Fan(usize),
}

/// The highest speed through a face, m/s, and the item there, or its position.
fn fastest(view: &View<'_>, air: &AirState) -> (f64, String) {
    let (grid, flux, density) = (&view.model.grid, &air.solution.flux, air.properties.density);
    let inside = Axis::ALL.into_iter().flat_map(|axis| {
        let faces = flux.faces[axis as usize].iter().enumerate().filter(|(_, m)| **m != 0.0);
        faces.map(move |(cell, m)| {
            (m.abs() / (density * grid.area(axis, grid.position(cell))), At::Cell(cell))
        })
    });
    let outside = view.model.openings.iter().zip(&flux.boundary);
    let outside = outside.map(|(face, m)| (m.abs() / (density * face.area), At::Opening(face.opening)));
    // What covers a part of a fan's plane leaves less area than its cells have.
    let fans = air.problem.fans.iter().enumerate().map(|(fan, plane)| (plane.speed(density), At::Fan(fan)));
    let first = (0.0, At::Cell(0));
    let faster = |a: (f64, At), b: (f64, At)| if b.0 > a.0 { b } else { a };
    let (speed, at) = fans.chain(outside).chain(inside).fold(first, faster);
    let place = match at {
        At::Opening(opening) => view.scene.openings[opening].name.clone(),
        At::Fan(fan) => view.scene.fans[fan].name.clone(),
        At::Cell(cell) => place_in_air(view, cell),
    };
    (speed, place)
}

/// The heat sink or porous box that holds a cell of air, else the cell's centre.
fn place_in_air(view: &View<'_>, cell: usize) -> String {
    let holds = |kind| matches!(kind, PartKind::HeatSink(_) | PartKind::Porous(_));
    let part = view.model.parts.iter().find(|p| holds(p.kind) && p.cells.binary_search(&cell).is_ok());
    part.map_or_else(
        || {
            let centre = view.model.grid.cell_centre(view.model.grid.position(cell));
            let [x, y, z] = centre.map(|length| length * 1e3);
            format!("x {x:.0}, y {y:.0}, z {z:.0} mm")
        },
        |part| part.name.clone(),
    )
}

/// Warns of parts whose temperature no material data reach, naming the one that is farthest out.
pub(super) fn temperatures(view: &View<'_>, found: &mut Found) {
    let (low, high) = solid::DATA_RANGE;
    let beyond = |temperature: f64| (temperature - high).max(low - temperature);
    let mut parts: BTreeSet<&str> = BTreeSet::new();
    let mut worst: Option<(f64, &str)> = None;
    for (temperature, name) in temperatures_of_solids(view).filter(|(t, _)| beyond(*t) > 0.0) {
        parts.insert(name);
        if worst.is_none_or(|(t, _)| beyond(temperature) > beyond(t)) {
            worst = Some((temperature, name));
        }
    }
    let Some((temperature, name)) = worst else { return };
    let more = match parts.len() - 1 {
        0 => String::new(),
        1 => " (and another part outside)".to_owned(),
        more => format!(" (and {more} more parts outside)"),
    };
    found.say(
        name,
        format!(
            "it reaches {:.0} degC; conductivities of solids and packages hold from {:.0} to {:.0} degC{more}",
            celsius(temperature),
            celsius(low),
            celsius(high)
        ),
        "check its power and what cools it: the temperature says that it fails, not what it would have",
    );
}

/// Temperatures of solid cells, sheets and compact nodes, K, each with the part they belong to.
fn temperatures_of_solids<'a>(view: &'a View<'_>) -> impl Iterator<Item = (f64, &'a str)> {
    let model = view.model;
    let solid = |cell: &usize| matches!(model.cell_kind[*cell], CellKind::Solid(_));
    let cells = (0..model.grid.cells()).filter(solid).map(|cell| {
        let part = model.part_of_cell[cell];
        let name = if part == NO_PART { "the domain's fill" } else { model.parts[part].name.as_str() };
        (view.energy.cell(cell), name)
    });
    let sheets = model.sheets.iter().zip(&view.energy.sheets);
    let sheets =
        sheets.map(|(sheet, rise)| (view.energy.reference + rise, model.parts[sheet.part].name.as_str()));
    // A sink's base and a plate's are those of their chips; the coolant has a range of its own.
    let nodes = model.nodes.iter().enumerate().filter_map(|(index, node)| match node.kind {
        NodeKind::Coolant { .. } => None,
        kind => model.item_of(kind).map(|name| (view.energy.node(index), name)),
    });
    cells.chain(sheets).chain(nodes)
}
