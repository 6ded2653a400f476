//! Regions of heat without a way out.
//!
//! Where faces and links join cells and nodes into a region that nothing ties to a known temperature, no steady
//! temperature exists if heat is released in it, and any level will do if none is. The first is an error with
//! names; in the second one row is tied to the reference.

use crate::couple::CoupleError;
use crate::model::system::{LinearSystem, State};
use crate::model::{FacePlace, Model, NO_PART};
use crate::scene::{DOMAIN, Fault, Scene};

/// Most names in a message.
const MOST_NAMES: usize = 4;

/// A row of a system: cells first, then nodes.
fn root(parent: &mut [u32], mut row: u32) -> u32 {
    while parent[row as usize] != row {
        parent[row as usize] = parent[parent[row as usize] as usize];
        row = parent[row as usize];
    }
    row
}

/// Rows whose tie to the reference fixes the level of their region: one in each without ties and net heat.
///
/// # Errors
/// [`CoupleError::Scene`] with a fault for each region that releases heat and passes none on.
pub fn loose_rows(
    scene: &Scene,
    model: &Model,
    system: &LinearSystem,
    right: &State,
) -> Result<Vec<usize>, CoupleError> {
    let n = system.cells();
    let rows = n + system.nodes();
    let region = regions(system);
    let (mut tied, mut net, mut gross) = (vec![false; rows], vec![0.0; rows], vec![0.0; rows]);
    let values = system.sink.iter().zip(&right.cells);
    for (row, (&sink, &b)) in values.chain(system.border.sink.iter().zip(&right.nodes)).enumerate() {
        tied[region[row]] |= sink > 0.0;
        net[region[row]] += b;
        gross[region[row]] += b.abs();
    }
    let loose: Vec<usize> = (0..rows).filter(|&row| region[row] == row && !tied[row]).collect();
    let heated = loose.iter().filter(|&&row| net[row].abs() > 1e-9 * gross[row]);
    let faults: Vec<Fault> =
        heated.map(|&row| stranded(scene, model, right, &region, row, net[row])).collect();
    if faults.is_empty() { Ok(loose) } else { Err(CoupleError::Scene(faults)) }
}

/// Per row, the smallest row that faces and links join it with.
fn regions(system: &LinearSystem) -> Vec<usize> {
    let n = system.cells();
    let rows = n + system.nodes();
    let mut parent: Vec<u32> = (0..u32::try_from(rows).unwrap_or(u32::MAX)).collect();
    let mut join = |a: usize, b: usize| {
        let (a, b) = (root(&mut parent, a as u32), root(&mut parent, b as u32));
        parent[a.max(b) as usize] = a.min(b);
    };
    for (axis, stride) in system.strides().into_iter().enumerate() {
        let both = system.from_upper[axis].iter().zip(system.lower(axis));
        for (cell, _) in both.enumerate().filter(|(_, (upper, lower))| **upper > 0.0 || **lower > 0.0) {
            join(cell, cell + stride);
        }
    }
    for (a, b, _) in system.seam_links().filter(|(_, _, coefficient)| *coefficient > 0.0) {
        join(a, b);
    }
    for link in system.border.cell_links.iter().filter(|link| link.conductance > 0.0) {
        join(link.cell, n + link.node);
    }
    for link in system.border.node_links.iter().filter(|link| link.conductance > 0.0) {
        join(n + link.to, n + link.from);
    }
    (0..rows).map(|row| root(&mut parent, row as u32) as usize).collect()
}

/// The fault of a region that releases `power` W and passes none on.
fn stranded(scene: &Scene, model: &Model, right: &State, region: &[usize], of: usize, power: f64) -> Fault {
    let n = model.grid.cells();
    let mut items: Vec<&str> = Vec::new();
    for row in (0..region.len()).rev().filter(|&row| region[row] == of) {
        let item = if row >= n {
            model.item_of(model.nodes[row - n].kind).filter(|_| right.nodes[row - n] != 0.0)
        } else {
            let part = model.part_of_cell[row];
            (right.cells[row] != 0.0 && part != NO_PART).then(|| model.parts[part].name.as_str())
        };
        match item {
            Some(item) if items.len() < MOST_NAMES && !items.contains(&item) => items.push(item),
            _ => (),
        }
    }
    for face in &model.fans {
        let fan = &scene.fans[face.fan];
        let cell = match face.place {
            FacePlace::Inside { cell, .. } => cell,
            FacePlace::Opening(opening) => model.openings[opening].cell,
        };
        let heats = region[cell] == of && fan.design_power() != 0.0;
        if heats && items.len() < MOST_NAMES && !items.contains(&fan.name.as_str()) {
            items.push(&fan.name);
        }
    }
    let (names, items) = match items.is_empty() {
        true => ("a region of the domain".to_owned(), vec![DOMAIN]),
        false => (items.iter().map(|item| format!("'{item}'")).collect::<Vec<_>>().join(", "), items),
    };
    Fault {
        code: "racktherm::no_heat_path",
        message: format!("{names}: {power:.1} W have no way out, so that there is no steady temperature"),
        remedy:
            "give it moving air, a cold plate in a branch with flow, or a wall with a film or temperature"
                .into(),
        items: items.into_iter().map(str::to_owned).collect(),
    }
}

/// Ties rows of [`loose_rows`] to the reference.
pub fn tie(system: &mut LinearSystem, rows: &[usize]) {
    let n = system.cells();
    for &row in rows {
        let sink = if row < n { &mut system.sink[row] } else { &mut system.border.sink[row - n] };
        *sink = 1.0;
    }
}
