//! Faces between air and parts, grouped by part and side so that films can be averaged.

use std::collections::BTreeMap;

use super::assembly::Context;
use super::cells::Face;
use super::surfaces::{across, free_distance, open_faces};
use super::{CellKind, Model, NO_PART, PartKind, Wetted, WettedFace, WettedGroup};
use crate::grid::{Axis, Side};
use crate::scene::Cooler;

/// Groups under construction, and the sheet faces of each part.
#[derive(Debug, Default)]
pub(super) struct Groups {
    index: BTreeMap<(usize, Side), usize>,
    pub(super) sheets_of_part: BTreeMap<usize, Vec<(Face, usize)>>,
}

impl Groups {
    /// Adds a wetted face of a part. `side` is the part's side, outwards, into `air_cell`.
    pub(super) fn wet(
        &mut self,
        model: &mut Model,
        context: &Context,
        part: usize,
        air_cell: usize,
        side: Side,
        face: Face,
        touching: Wetted,
    ) {
        let area = face.area(&model.grid) * self.factor(model, context, part, side.axis);
        let group = *self.index.entry((part, side)).or_insert_with(|| {
            model.groups.push(WettedGroup {
                part,
                side,
                area: 0.0,
                gap: 0.0,
                facing_wall: true,
                extent: model.parts[part].extent,
            });
            model.groups.len() - 1
        });
        let towards = Side { axis: side.axis, upper: !side.upper };
        model.groups[group].area += area;
        model.wetted.push(WettedFace { air_cell, side: towards, area, touching, group });
    }

    /// True area of a part's side over its area on the grid.
    pub(super) fn factor(&self, model: &Model, context: &Context, part: usize, axis: Axis) -> f64 {
        let part = &model.parts[part];
        let on_grid = context.lines.extent(&part.range);
        across(axis).into_iter().map(|a| part.extent[a] / on_grid[a]).product()
    }
}

impl Context<'_> {
    /// The node that the air at a side of a compact part meets; none where the side is covered: under a
    /// chip (its board is a resistance of its own) and on its lid under a cooler.
    pub(super) fn outer_node(
        &self,
        model: &Model,
        part: usize,
        side: Side,
        air_cell: usize,
    ) -> Option<usize> {
        match model.parts[part].kind {
            PartKind::ColdPlate(plate) => Some(model.plate_nodes[plate]),
            PartKind::Chip(chip) => {
                let node = Some(model.chip_nodes[chip].case);
                if side.axis == Axis::Z && !side.upper {
                    return None;
                }
                match self.scene.chips[chip].cooler {
                    Some(Cooler::HeatSink(sink)) if self.in_sink(model, sink, air_cell) => None,
                    Some(Cooler::ColdPlate(plate))
                        if self.scene.cold_plates[plate].region.is_none()
                            && side == (Side { axis: Axis::Z, upper: true }) =>
                    {
                        None
                    }
                    _ => node,
                }
            }
            _ => None,
        }
    }

    fn in_sink(&self, model: &Model, sink: usize, cell: usize) -> bool {
        let at = model.grid.position(cell);
        let range = &model.parts[self.sink_part(sink)].range;
        (0..3).all(|a| (range[a][0]..range[a][1]).contains(&at[a]))
    }

    /// Index of a heat sink among the parts.
    pub(super) fn sink_part(&self, sink: usize) -> usize {
        self.scene.solids.len() + self.scene.chips.len() + sink
    }
}

/// All faces between an air cell and a solid or compact cell that no sheet covers.
pub(super) fn add(model: &mut Model, context: &Context, groups: &mut Groups) {
    for air_cell in 0..model.grid.cells() {
        if !model.is_air(air_cell) {
            continue;
        }
        let at = model.grid.position(air_cell);
        for towards in Side::ALL {
            let Some(other) = model.neighbour(air_cell, towards) else { continue };
            let face = Face::of(at, towards);
            let part = model.part_of_cell[other];
            if part == NO_PART || context.thin.contains_key(&face) {
                continue;
            }
            let side = Side { axis: towards.axis, upper: !towards.upper };
            let touching = match model.cell_kind[other] {
                CellKind::Air => None,
                CellKind::Solid(_) => Some(Wetted::Cell(other)),
                CellKind::Compact => context.outer_node(model, part, side, air_cell).map(Wetted::Node),
            };
            if let Some(touching) = touching {
                groups.wet(model, context, part, air_cell, side, face, touching);
            }
        }
    }
}

/// Free distances in front of the groups, as area means.
pub(super) fn measure_gaps(model: &mut Model) {
    let open = open_faces(model);
    let mut sums = vec![(0.0, 0.0); model.groups.len()];
    for face in &model.wetted {
        let (distance, wall) = free_distance(model, &open, face.air_cell, face.side);
        sums[face.group].0 += face.area * distance;
        sums[face.group].1 += if wall { face.area } else { 0.0 };
    }
    for (group, (distance, walled)) in model.groups.iter_mut().zip(sums) {
        group.gap = distance / group.area;
        group.facing_wall = walled >= 0.5 * group.area;
    }
}
