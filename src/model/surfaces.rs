//! Faces of the domain's surface (openings, thermal walls) and flat items in the air (fans, screens).

use std::collections::BTreeMap;

use super::assembly::Context;
use super::cells::{Face, faces_of};
use super::error::ModelError;
use super::{CellKind, FacePlace, FanFace, Model, OpeningFace, Patch, PatchCondition};
use crate::grid::{Axis, Side};
use crate::scene::{Rectangle, Region, WallCondition};

/// Openings, then what lies in their planes or inside, then thermal walls.
pub(super) fn add(model: &mut Model, context: &Context) -> Result<(), ModelError> {
    openings(model, context)?;
    screens(model, context)?;
    fans(model, context)?;
    walls(model, context)
}

/// The faces of a rectangle, and its true area over its area on the grid.
fn rectangle_faces(
    kind: &'static str,
    name: &str,
    rectangle: &Rectangle,
    context: &Context,
) -> Result<(Vec<Face>, f64), ModelError> {
    let region = Region { lower: rectangle.lower, upper: rectangle.upper };
    let range = context.lines.range(&region);
    let faces: Vec<Face> = faces_of(&range, rectangle.axis).collect();
    let on_grid: f64 = faces.iter().map(|f| f.area(&context.lines.grid)).sum();
    if on_grid <= 0.0 {
        let why = "it is narrower than the smallest spacing";
        return Err(no_face(kind, name, why, "set a smaller smallest_spacing or widen it"));
    }
    Ok((faces, rectangle.area() / on_grid))
}

fn no_face(kind: &'static str, name: &str, why: &'static str, remedy: &'static str) -> ModelError {
    ModelError::NoFace { kind, name: name.to_owned(), why, remedy }
}

fn openings(model: &mut Model, context: &Context) -> Result<(), ModelError> {
    let mut taken = std::collections::BTreeSet::new();
    for (index, opening) in context.scene.openings.iter().enumerate() {
        let (faces, factor) = rectangle_faces("opening", &opening.name, &opening.rectangle, context)?;
        let before = model.openings.len();
        for face in faces {
            let cell = face.cells(&model.grid)[usize::from(!opening.side.upper)];
            let Some(cell) = cell.filter(|&c| model.is_air(c) && !context.thin.contains_key(&face)) else {
                continue;
            };
            if !taken.insert((cell, opening.side)) {
                continue;
            }
            let area = face.area(&model.grid) * factor;
            let (side, loss) = (opening.side, opening.loss);
            model.openings.push(OpeningFace { opening: index, cell, side, area, loss });
        }
        if model.openings.len() == before {
            return Err(no_face(
                "opening",
                &opening.name,
                "parts or other openings cover it",
                "move one of them",
            ));
        }
    }
    Ok(())
}

/// Where air can pass a face: between two air cells without a sheet, or through an opening.
fn free(
    model: &Model,
    context: &Context,
    open: &BTreeMap<(usize, Side), usize>,
    face: Face,
) -> Option<FacePlace> {
    if context.thin.contains_key(&face) {
        return None;
    }
    match face.cells(&model.grid) {
        [Some(below), Some(above)] => {
            let joined =
                model.is_air(below) && model.is_air(above) && model.fluid(below) == model.fluid(above);
            joined.then_some(FacePlace::Inside { axis: face.axis, cell: below })
        }
        [Some(cell), None] => {
            open.get(&(cell, Side { axis: face.axis, upper: true })).map(|&o| FacePlace::Opening(o))
        }
        [None, Some(cell)] => {
            open.get(&(cell, Side { axis: face.axis, upper: false })).map(|&o| FacePlace::Opening(o))
        }
        [None, None] => None,
    }
}

/// Opening faces by cell and side.
pub(super) fn open_faces(model: &Model) -> BTreeMap<(usize, Side), usize> {
    model.openings.iter().enumerate().map(|(i, o)| ((o.cell, o.side), i)).collect()
}

const COVERED: &str = "solids, sheets or the closed surface of the domain cover it";
const UNCOVER: &str = "move it into the air, or add an opening behind it";

fn screens(model: &mut Model, context: &Context) -> Result<(), ModelError> {
    let open = open_faces(model);
    for screen in &context.scene.screens {
        let (faces, _) = rectangle_faces("screen", &screen.name, &screen.rectangle, context)?;
        let places: Vec<FacePlace> =
            faces.into_iter().filter_map(|face| free(model, context, &open, face)).collect();
        if places.is_empty() {
            return Err(no_face("screen", &screen.name, COVERED, UNCOVER));
        }
        for place in places {
            match place {
                FacePlace::Inside { axis, cell } => model.screen_loss[axis as usize][cell] += screen.loss,
                FacePlace::Opening(index) => model.openings[index].loss += screen.loss,
            }
        }
    }
    Ok(())
}

fn fans(model: &mut Model, context: &Context) -> Result<(), ModelError> {
    let open = open_faces(model);
    for (index, fan) in context.scene.fans.iter().enumerate() {
        let (faces, factor) = rectangle_faces("fan", &fan.name, &fan.rectangle, context)?;
        let free: Vec<FanFace> = faces
            .into_iter()
            .filter_map(|face| {
                let place = free(model, context, &open, face)?;
                Some(FanFace { fan: index, place, area: face.area(&model.grid) * factor })
            })
            .collect();
        let area: f64 = free.iter().map(|f| f.area).sum();
        if free.is_empty() {
            return Err(no_face("fan", &fan.name, COVERED, UNCOVER));
        }
        let mut outside = 0.0;
        for face in &free {
            let power = fan.design_power() * face.area / area;
            match behind(model, face.place, fan.forward) {
                Some(cell) => model.power[cell] += power,
                None => outside += power,
            }
        }
        model.fan_power_outside.push(outside);
        model.fans.extend(free);
    }
    Ok(())
}

/// The cell that a fan blows into; none if it blows out of the domain.
fn behind(model: &Model, place: FacePlace, forward: bool) -> Option<usize> {
    match place {
        FacePlace::Inside { axis, cell } => {
            if forward {
                model.neighbour(cell, Side { axis, upper: true })
            } else {
                Some(cell)
            }
        }
        FacePlace::Opening(index) => {
            let opening = &model.openings[index];
            (opening.side.upper != forward).then_some(opening.cell)
        }
    }
}

fn walls(model: &mut Model, context: &Context) -> Result<(), ModelError> {
    let open = open_faces(model);
    let mut last: BTreeMap<Face, (usize, f64)> = BTreeMap::new();
    let thermal = context.scene.walls.iter().enumerate().filter(|(_, wall)| wall.condition.is_some());
    for (index, wall) in thermal {
        let (faces, factor) = rectangle_faces("wall", &wall.name, &wall.rectangle, context)?;
        last.extend(faces.into_iter().map(|face| (face, (index, factor))));
    }
    for (face, (index, factor)) in last {
        let wall = &context.scene.walls[index];
        let Some(cell) = face.cells(&model.grid)[usize::from(!wall.side.upper)] else { continue };
        let Some(condition) = &wall.condition else { continue };
        if model.cell_kind[cell] == CellKind::Compact || open.contains_key(&(cell, wall.side)) {
            continue;
        }
        let mut centre = model.grid.cell_centre(model.grid.position(cell));
        centre[face.axis as usize] = model.grid.faces(face.axis)[face.at[face.axis as usize]];
        let condition = match condition {
            WallCondition::Temperature(value) => PatchCondition::Temperature(value.at(centre)),
            WallCondition::Flux(flux) => PatchCondition::Flux(*flux),
            WallCondition::Film { coefficient, ambient } => {
                PatchCondition::Film { coefficient: *coefficient, ambient: *ambient }
            }
        };
        let area = face.area(&model.grid) * factor;
        model.patches.push(Patch { wall: index, cell, side: wall.side, area, condition });
    }
    Ok(())
}

/// Distance from a wetted face through the air to the next obstacle or the surface, m, and whether a wall
/// (not an opening) stands there.
pub(super) fn free_distance(
    model: &Model,
    open: &BTreeMap<(usize, Side), usize>,
    air_cell: usize,
    side: Side,
) -> (f64, bool) {
    let away = Side { axis: side.axis, upper: !side.upper };
    let width = |cell: usize| model.grid.width(side.axis, model.grid.position(cell)[side.axis as usize]);
    let (mut cell, mut distance) = (air_cell, width(air_cell));
    loop {
        let Some(next) = model.neighbour(cell, away) else {
            return (distance, !open.contains_key(&(cell, away)));
        };
        if !model.air_passes(side.axis, if away.upper { cell } else { next }) {
            return (distance, true);
        }
        cell = next;
        distance += width(cell);
    }
}

/// Axes across a normal.
pub(super) fn across(axis: Axis) -> [usize; 2] {
    axis.others().map(|a| a as usize)
}
