//! Power of solids, sources, sheets and porous boxes on their cells; heat sinks and losses in the air.

use super::assembly::Context;
use super::boxes::pattern;
use super::cells::positions;
use super::error::ModelError;
use super::surfaces::across;
use super::wetted::Groups;
use super::{CellKind, Form, Model, PartKind, SheetContact, SinkSpan, nodes};
use crate::grid::Axis;
use crate::scene::{Remark, RemarkKind, Source, Value};

/// Power of everything that is neither compact nor a fan; loss of porous boxes; spans of heat sinks.
pub(super) fn add(model: &mut Model, context: &Context, groups: &Groups) -> Result<(), ModelError> {
    for part in 0..model.parts.len() {
        match model.parts[part].kind {
            PartKind::Solid(i) => solid(model, context, groups, part, i)?,
            PartKind::Porous(i) => porous(model, context, part, i)?,
            PartKind::HeatSink(i) => heat_sink(model, context, part, i)?,
            PartKind::Chip(i) => chip(model, context, part, i)?,
            PartKind::ColdPlate(_) => (),
        }
    }
    context.scene.sources.iter().try_for_each(|source| add_source(model, context, groups, source))
}

/// Spreads power over cells by volume.
fn spread(model: &mut Model, cells: &[usize], power: f64) {
    let volumes: Vec<f64> = cells.iter().map(|&c| model.grid.volume(model.grid.position(c))).collect();
    let total: f64 = volumes.iter().sum();
    for (&cell, volume) in cells.iter().zip(volumes) {
        model.power[cell] += power * volume / total;
    }
}

fn covered(name: &str, power: f64) -> ModelError {
    ModelError::Covered { name: name.to_owned(), power }
}

fn solid(
    model: &mut Model,
    context: &Context,
    groups: &Groups,
    part: usize,
    index: usize,
) -> Result<(), ModelError> {
    let solid = &context.scene.solids[index];
    let cells = model.parts[part].cells.clone();
    if let Some(temperature) = solid.fixed_temperature {
        cells.iter().for_each(|&c| model.fixed_temperature[c] = Some(temperature));
    }
    if !cells.is_empty() {
        spread(model, &cells, solid.power);
        return Ok(());
    }
    let faces = groups.sheets_of_part.get(&part).map_or(&[][..], Vec::as_slice);
    let weights: Vec<(usize, f64)> = faces.iter().map(|&(_, s)| (s, model.sheets[s].area)).collect();
    if !spread_on_sheets(model, &weights, solid.power) && solid.power != 0.0 {
        return Err(covered(&solid.name, solid.power));
    }
    if faces.is_empty() {
        let text = format!("`{}` is wholly replaced by other parts", solid.name);
        note(model, RemarkKind::Replaced, text);
    }
    Ok(())
}

/// Adds a remark, or counts it where it says the same of another member of an array.
fn note(model: &mut Model, kind: RemarkKind, text: String) {
    let alike = |remark: &&mut Remark| remark.kind == kind && pattern(&remark.text) == pattern(&text);
    match model.remarks.iter_mut().find(alike) {
        Some(remark) => remark.count += 1,
        None => model.remarks.push(Remark::new(kind, text)),
    }
}

/// Spreads power over those sheet faces that can give heat away; whether there are any.
fn spread_on_sheets(model: &mut Model, weights: &[(usize, f64)], power: f64) -> bool {
    let takes = |model: &Model, s: usize| {
        model.sheets[s].sides.iter().any(|side| match side {
            SheetContact::Insulated => false,
            SheetContact::Patch(p) => !matches!(model.patches[*p].condition, super::PatchCondition::Flux(_)),
            _ => true,
        })
    };
    let live: Vec<(usize, f64)> = weights.iter().copied().filter(|&(s, _)| takes(model, s)).collect();
    let total: f64 = live.iter().map(|(_, weight)| weight).sum();
    for (sheet, weight) in &live {
        model.sheets[*sheet].power += power * weight / total;
    }
    !live.is_empty()
}

fn porous(model: &mut Model, context: &Context, part: usize, index: usize) -> Result<(), ModelError> {
    let porous = &context.scene.porous[index];
    let range = model.parts[part].range;
    let cells = match model.parts[part].form {
        Form::Sheet(axis) => {
            // Too thin for a cell: its loss becomes that of a screen, its power goes to the air beside it.
            let mut beside = Vec::new();
            for face in super::cells::faces_of(&range, axis) {
                if let [Some(below), Some(above)] = face.cells(&model.grid)
                    && model.air_passes(axis, below)
                {
                    let thickness = model.parts[part].extent[axis as usize];
                    model.screen_loss[axis as usize][below] +=
                        porous.loss_per_metre[axis as usize] * thickness;
                    let darcy = porous.darcy_resistance[axis as usize] * thickness;
                    add_where_any(&mut model.screen_darcy[axis as usize], model.power.len(), below, darcy);
                    beside.extend([below, above]);
                }
            }
            if !beside.is_empty() {
                let text = format!(
                    "`{}` is thinner than the smallest spacing along {} and becomes a screen",
                    porous.name,
                    axis.letter()
                );
                note(model, RemarkKind::ThinPorous, text);
            }
            beside
        }
        _ => model.parts[part].cells.clone(),
    };
    if cells.is_empty() {
        // Without air there is nothing to slow; only power would be lost.
        return if porous.power == 0.0 { Ok(()) } else { Err(covered(&porous.name, porous.power)) };
    }
    spread(model, &cells, porous.power);
    if model.parts[part].form == Form::Cells {
        for &cell in &cells {
            for axis in 0..3 {
                // A moved face changes the box's length; the loss over it stays.
                let ratio = stretch(model, context, part, axis);
                model.loss_per_metre[axis][cell] += porous.loss_per_metre[axis] * ratio;
                let darcy = porous.darcy_resistance[axis] * ratio;
                add_where_any(&mut model.darcy_resistance[axis], model.power.len(), cell, darcy);
            }
        }
    }
    Ok(())
}

/// Adds to a value of a list that stays empty as long as all of its `cells` values are 0.
fn add_where_any(list: &mut Vec<f64>, cells: usize, cell: usize, value: f64) {
    if value != 0.0 {
        list.resize(cells, 0.0);
        list[cell] += value;
    }
}

/// True length of a part's box along an axis over its length on the grid.
fn stretch(model: &Model, context: &Context, part: usize, axis: usize) -> f64 {
    model.parts[part].extent[axis] / context.lines.extent(&model.parts[part].range)[axis]
}

fn heat_sink(model: &mut Model, context: &Context, part: usize, index: usize) -> Result<(), ModelError> {
    let sink = &context.scene.heat_sinks[index];
    let cells = model.parts[part].cells.clone();
    let volume = |c: usize| model.grid.volume(model.grid.position(c));
    let total: f64 = cells.iter().map(|&c| volume(c)).sum();
    let base = nodes::sink_base(model, index);
    let (false, Some(base)) = (cells.is_empty(), base) else {
        return Err(ModelError::NoFace {
            kind: "heat sink",
            name: sink.name.clone(),
            why: "solids or chips fill its box",
            remedy: "move it into the air",
        });
    };
    let section_factor =
        across(sink.flow_axis).into_iter().map(|a| stretch(model, context, part, a)).product();
    let shares = cells.iter().map(|&c| (c, volume(c) / total)).collect();
    model.sinks.push(SinkSpan { base, flow_axis: sink.flow_axis, cells: shares, section_factor });
    if let Some(loss) = sink.loss_per_metre {
        let axis = sink.flow_axis as usize;
        let ratio = stretch(model, context, part, axis);
        cells.iter().for_each(|&c| model.loss_per_metre[axis][c] += loss * ratio);
    }
    Ok(())
}

/// A chip that says that it conducts into what is under it must stand on something.
fn chip(model: &Model, context: &Context, part: usize, index: usize) -> Result<(), ModelError> {
    let chip = &context.scene.chips[index];
    if context.junction_to_board(model, part).is_none() {
        return Ok(());
    }
    if context.faces_under(model, part).any(|face| context.stands_on_board(model, part, face)) {
        return Ok(());
    }
    Err(ModelError::NoFace {
        kind: "chip",
        name: chip.name.clone(),
        why: "junction_to_board is given, but no solid lies under it",
        remedy: "put a board there or leave it out",
    })
}

fn add_source(
    model: &mut Model,
    context: &Context,
    groups: &Groups,
    source: &Source,
) -> Result<(), ModelError> {
    let shares = overlap(model, source);
    match &source.power {
        Value::Formula(_) => {
            for &(cell, volume) in &shares {
                let at = model.grid.position(cell);
                model.power[cell] += source.power.at(model.grid.cell_centre(at)) * volume;
            }
            match shares.is_empty() {
                true => Err(ModelError::SourceInAir { name: source.name.clone(), power: f64::NAN }),
                false => Ok(()),
            }
        }
        Value::Constant(power) => {
            let total: f64 = shares.iter().map(|(_, volume)| volume).sum();
            for &(cell, volume) in &shares {
                model.power[cell] += power * volume / total;
            }
            if shares.is_empty()
                && !spread_on_sheets(model, &sheets_in(model, context, groups, source), *power)
            {
                return Err(ModelError::SourceInAir { name: source.name.clone(), power: *power });
            }
            Ok(())
        }
    }
}

/// Length that two intervals share.
fn common(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[1].min(b[1]) - a[0].max(b[0])).max(0.0)
}

/// Solid cells in the true box of a source, with the volume that they share with it, m³.
fn overlap(model: &Model, source: &Source) -> Vec<(usize, f64)> {
    let grid = &model.grid;
    let range = Axis::ALL.map(|axis| {
        let (low, high) = (source.region.lower[axis as usize], source.region.upper[axis as usize]);
        let faces = grid.faces(axis);
        [
            faces.partition_point(|&f| f <= low).max(1) - 1,
            faces.partition_point(|&f| f < high).min(faces.len() - 1),
        ]
    });
    let shared = |at: [usize; 3]| -> f64 {
        Axis::ALL
            .iter()
            .map(|&axis| {
                let (a, faces) = (axis as usize, grid.faces(axis));
                let length = common(
                    [faces[at[a]], faces[at[a] + 1]],
                    [source.region.lower[a], source.region.upper[a]],
                );
                // What rounding leaves of a neighbour's cell is nothing.
                if length > 1e-9 * grid.width(axis, at[a]) { length } else { 0.0 }
            })
            .product()
    };
    positions(range)
        .map(|at| (grid.index(at), shared(at)))
        .filter(|&(cell, volume)| volume > 0.0 && matches!(model.cell_kind[cell], CellKind::Solid(_)))
        .collect()
}

/// Faces of sheets whose true boxes a source meets, with the area they share, m².
fn sheets_in(model: &Model, context: &Context, groups: &Groups, source: &Source) -> Vec<(usize, f64)> {
    let mut list = Vec::new();
    for (&part, faces) in &groups.sheets_of_part {
        let (Some(region), Form::Sheet(axis)) = (context.boxes[part].region, model.parts[part].form) else {
            continue;
        };
        let meets = |a: usize| {
            common([region.lower[a], region.upper[a]], [source.region.lower[a], source.region.upper[a]])
        };
        if (0..3).any(|a| meets(a) <= 0.0) {
            continue;
        }
        for &(face, sheet) in faces {
            let area: f64 = across(axis)
                .into_iter()
                .map(|a| {
                    let lines = model.grid.faces(Axis::ALL[a]);
                    common(
                        [lines[face.at[a]], lines[face.at[a] + 1]],
                        [source.region.lower[a], source.region.upper[a]],
                    )
                })
                .product();
            if area > 0.0 {
                list.push((sheet, area));
            }
        }
    }
    list
}
