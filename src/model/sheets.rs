//! Contacts between solids, closed air gaps, sheets, and boards under chips.
//!
//! The parts on a face are known from the lowest to the highest. Solid ones between two cells make one
//! [`SheetFace`] of their resistances in series; a thin chip or cold plate among them separates what is
//! below from what is above. An air gap that merging closed stays as the resistance gap/k.

use std::collections::BTreeMap;

use super::assembly::Context;
use super::cells::Face;
use super::error::ModelError;
use super::{
    CellKind, Form, Model, NO_PART, NodeContact, PartKind, SheetContact, SheetFace, Wetted, wetted::Groups,
};
use crate::grid::{Axis, Side};
use crate::scene::{Fill, FluidRegion, Scene};

/// Conductivity of the air in a gap too thin to resolve, W/(m K), at about 25 °C (engineering tables: 0.026).
const GAP_AIR: f64 = 0.026;

/// Parts too thin for a cell have no place on the seam of a periodic axis: there it is at two places at once.
pub(super) fn off_seams(model: &Model, context: &Context) -> Result<(), ModelError> {
    let on_seam = |face: &Face| {
        let a = face.axis as usize;
        model.periodic[a] && (face.at[a] == 0 || face.at[a] == model.grid.size()[a])
    };
    match context.thin.iter().find(|(face, _)| on_seam(face)) {
        Some((face, list)) => {
            let name = model.parts[list[0]].name.clone();
            Err(ModelError::ThinOnSeam { name, axis: face.axis.letter() })
        }
        None => Ok(()),
    }
}

/// Resistances on faces between two cells of solid.
pub(super) fn contacts(model: &mut Model, context: &Context) {
    for axis in Axis::ALL {
        for cell in 0..model.grid.cells() {
            let Some(above) = model.neighbour(cell, Side { axis, upper: true }) else { continue };
            let (a, b) = (model.part_of_cell[cell], model.part_of_cell[above]);
            if a == b || a == NO_PART || b == NO_PART || !is_solid(model, cell) || !is_solid(model, above) {
                continue;
            }
            model.face_resistance[axis as usize][cell] =
                contact(model, context.scene, a, b) + context.gap(axis, a, b);
        }
    }
}

fn is_solid(model: &Model, cell: usize) -> bool {
    matches!(model.cell_kind[cell], CellKind::Solid(_))
}

/// Contact resistance between two parts, m²K/W.
fn contact(model: &Model, scene: &Scene, a: usize, b: usize) -> f64 {
    let (PartKind::Solid(a), PartKind::Solid(b)) = (model.parts[a].kind, model.parts[b].kind) else {
        return 0.0;
    };
    let joins = |c: &&crate::scene::Contact| (c.a, c.b) == (a, b) || (c.a, c.b) == (b, a);
    scene.contacts.iter().filter(joins).map(|c| c.resistance).sum()
}

impl Context<'_> {
    /// Resistance of an air gap between two parts that merging closed, m²K/W; `a` lies below `b`.
    fn gap(&self, axis: Axis, a: usize, b: usize) -> f64 {
        let (Some(a), Some(mut b)) = (self.boxes[a].region, self.boxes[b].region) else { return 0.0 };
        let (along, period) = (axis as usize, self.scene.size[axis as usize]);
        if self.scene.air.periodic[along] && a.upper[along] - b.lower[along] > 0.5 * period {
            b.lower[along] += period;
        }
        let gap = b.lower[axis as usize] - a.upper[axis as usize];
        let middle = [0, 1, 2].map(|i| match i == axis as usize {
            true => 0.5 * (a.upper[i] + b.lower[i]),
            false => 0.5 * (a.lower[i].max(b.lower[i]) + a.upper[i].min(b.upper[i])),
        });
        let holds = |region: &&FluidRegion| {
            (0..3).all(|i| (region.region.lower[i]..=region.region.upper[i]).contains(&middle[i]))
        };
        let region = self.scene.fluid_regions.iter().rev().find(holds);
        let conductivity = match (self.scene.fill, region.map(|region| region.fluid)) {
            (_, Some(None)) | (Fill::Air, None) => GAP_AIR,
            (_, Some(Some(fluid))) | (Fill::Fluid(fluid), None) => self.scene.fluids[fluid.0].conductivity,
            (Fill::Solid(material), None) => self.scene.materials[material.0].conductivity[axis as usize],
        };
        // Rounding of the scene's coordinates is no gap.
        if gap > 1e-9 { gap / conductivity } else { 0.0 }
    }
}

/// Every contact of the scene must lie on some face.
pub(super) fn check_contacts(model: &Model, context: &Context) -> Result<(), ModelError> {
    let mut found = vec![false; context.scene.contacts.len()];
    let mut see = |a: usize, b: usize| {
        let (PartKind::Solid(a), PartKind::Solid(b)) = (model.parts[a].kind, model.parts[b].kind) else {
            return;
        };
        for (contact, found) in context.scene.contacts.iter().zip(&mut found) {
            *found |= (contact.a, contact.b) == (a, b) || (contact.a, contact.b) == (b, a);
        }
    };
    for axis in Axis::ALL {
        for cell in 0..model.grid.cells() {
            if let Some(above) = model.neighbour(cell, Side { axis, upper: true }) {
                let (a, b) = (model.part_of_cell[cell], model.part_of_cell[above]);
                if a != b && a != NO_PART && b != NO_PART {
                    see(a, b);
                }
            }
        }
    }
    for (face, list) in &context.thin {
        let cells = face.cells(&model.grid).map(|c| c.map_or(NO_PART, |c| model.part_of_cell[c]));
        let stack: Vec<usize> = std::iter::once(cells[0])
            .chain(list.iter().copied())
            .chain(std::iter::once(cells[1]))
            .filter(|&part| part != NO_PART)
            .collect();
        stack.windows(2).for_each(|pair| see(pair[0], pair[1]));
    }
    match found.iter().position(|found| !found) {
        None => Ok(()),
        Some(missing) => {
            let contact = &context.scene.contacts[missing];
            let name = |i: usize| context.scene.solids[i].name.clone();
            Err(ModelError::NoContact { a: name(contact.a), b: name(contact.b) })
        }
    }
}

/// What sheets are built with.
struct Builder<'a> {
    context: &'a Context<'a>,
    /// Patches by cell and side.
    patches: BTreeMap<(usize, Side), usize>,
    /// Per part: area on the grid over which a chip meets its board, m².
    boards: Vec<f64>,
}

/// A side of a sheet: what lies there, and m²K/W in series.
type End = (SheetContact, f64);

/// Sheets and thin compact parts on their faces; marks the faces as blocked.
pub(super) fn add(model: &mut Model, context: &Context, groups: &mut Groups) {
    let patches = model.patches.iter().enumerate().map(|(i, p)| ((p.cell, p.side), i)).collect();
    let builder = Builder { context, patches, boards: board_areas(model, context) };
    for face in context.thin.keys() {
        if let [Some(below), Some(_)] = face.cells(&model.grid) {
            model.air_blocked[face.axis as usize][below] = true;
        }
    }
    for (&face, list) in &context.thin {
        let compact = |part: &usize| !matches!(model.parts[*part].kind, PartKind::Solid(_));
        let (first, last) = (list.iter().position(compact), list.iter().rposition(compact));
        let (Some(first), Some(last)) = (first, last) else {
            builder.sheet(model, groups, face, list, [None, None]);
            continue;
        };
        let (low, high) = (list[first], list[last]);
        if first > 0 {
            builder.sheet(model, groups, face, &list[..first], [None, Some(low)]);
        } else {
            builder.thin_compact_side(model, groups, face, low, false);
        }
        if last + 1 < list.len() {
            builder.sheet(model, groups, face, &list[last + 1..], [Some(high), None]);
        } else {
            builder.thin_compact_side(model, groups, face, high, true);
        }
    }
    builder.resolved_boards(model);
}

impl Builder<'_> {
    /// The side of a thin chip or cold plate that looks into a cell.
    fn thin_compact_side(
        &self,
        model: &mut Model,
        groups: &mut Groups,
        face: Face,
        part: usize,
        upper: bool,
    ) {
        let Some(cell) = face.cells(&model.grid)[usize::from(upper)] else { return };
        let side = Side { axis: face.axis, upper };
        if model.is_air(cell) {
            if let Some(node) = self.context.outer_node(model, part, side, cell) {
                groups.wet(model, self.context, part, cell, side, face, Wetted::Node(node));
            }
        } else if let (false, Axis::Z, Some((junction, resistance))) =
            (upper, face.axis, self.context.junction_to_board(model, part))
            && is_solid(model, cell)
        {
            self.stand(model, part, (junction, resistance), cell, face);
        }
    }

    /// A chip's junction on a solid cell: its resistance is shared by area.
    fn stand(
        &self,
        model: &mut Model,
        part: usize,
        (node, resistance): (usize, f64),
        cell: usize,
        face: Face,
    ) {
        let resistance = resistance * self.boards[part];
        let area = face.area(&model.grid);
        model.node_contacts.push(NodeContact { node, cell, axis: face.axis, area, resistance });
    }

    /// One [`SheetFace`] of the solid sheets on a face; `compact` are thin compact parts that close its ends.
    fn sheet(
        &self,
        model: &mut Model,
        groups: &mut Groups,
        face: Face,
        list: &[usize],
        compact: [Option<usize>; 2],
    ) {
        let index = model.sheets.len();
        let mut resistance = self.context.through(model, list[0], face.axis);
        for pair in list.windows(2) {
            resistance += self.context.through(model, pair[1], face.axis)
                + contact(model, self.context.scene, pair[0], pair[1])
                + self.context.gap(face.axis, pair[0], pair[1]);
        }
        let true_share = groups.factor(model, self.context, list[0], face.axis);
        let ends = [false, true].map(|upper| {
            let own = if upper { list[list.len() - 1] } else { list[0] };
            let end = match compact[usize::from(upper)] {
                Some(part) => self.standing(model, part, face.axis, upper),
                None => self.end(model, groups, face, own, upper, index),
            };
            match end {
                // A chip's K/W was spread over areas on the grid, the sheet's area is the true one.
                (SheetContact::Node(node), series) => (SheetContact::Node(node), series * true_share),
                other => other,
            }
        });
        let fixed_temperature = list.iter().find_map(|&part| match model.parts[part].kind {
            PartKind::Solid(i) => self.context.scene.solids[i].fixed_temperature,
            _ => None,
        });
        let area = face.area(&model.grid) * true_share;
        let heat_capacity =
            area * list.iter().map(|&part| self.context.stored(model, part, face.axis)).sum::<f64>();
        model.sheets.push(SheetFace {
            part: list[0],
            axis: face.axis,
            area,
            resistance,
            power: 0.0,
            heat_capacity,
            fixed_temperature,
            sides: ends.map(|end| end.0),
            side_resistance: ends.map(|end| end.1),
        });
        for &part in list {
            groups.sheets_of_part.entry(part).or_default().push((face, index));
        }
    }

    /// A chip above a sheet conducts from its junction into it; other compact parts do not conduct.
    fn standing(&self, model: &Model, part: usize, axis: Axis, upper: bool) -> End {
        match (upper, axis, self.context.junction_to_board(model, part)) {
            (true, Axis::Z, Some((junction, resistance))) => {
                (SheetContact::Node(junction), resistance * self.boards[part])
            }
            _ => (SheetContact::Insulated, 0.0),
        }
    }

    /// What lies beside the outermost sheet `own` of sheet face `index`.
    fn end(
        &self,
        model: &mut Model,
        groups: &mut Groups,
        face: Face,
        own: usize,
        upper: bool,
        index: usize,
    ) -> End {
        let side = Side { axis: face.axis, upper };
        let cells = face.cells(&model.grid);
        let Some(cell) = cells[usize::from(upper)] else {
            let patch = cells[usize::from(!upper)].and_then(|cell| self.patches.get(&(cell, side)));
            return (patch.map_or(SheetContact::Insulated, |&p| SheetContact::Patch(p)), 0.0);
        };
        let part = model.part_of_cell[cell];
        match model.cell_kind[cell] {
            CellKind::Air => {
                groups.wet(model, self.context, own, cell, side, face, Wetted::Sheet(index));
                (SheetContact::Air(model.wetted.len() - 1), 0.0)
            }
            CellKind::Solid(_) if part == NO_PART => (SheetContact::Solid(cell), 0.0),
            CellKind::Solid(_) => {
                let (low, high) = if upper { (own, part) } else { (part, own) };
                let series = contact(model, self.context.scene, own, part);
                (SheetContact::Solid(cell), series + self.context.gap(face.axis, low, high))
            }
            CellKind::Compact => self.standing(model, part, face.axis, upper),
        }
    }

    /// Chips in cells of their own that stand on solid cells.
    fn resolved_boards(&self, model: &mut Model) {
        for part in 0..model.parts.len() {
            let Some(board) = self.context.junction_to_board(model, part) else { continue };
            if model.parts[part].form != Form::Cells {
                continue;
            }
            for face in self.context.faces_under(model, part) {
                let below = face.cells(&model.grid)[0];
                if let Some(cell) =
                    below.filter(|&c| is_solid(model, c) && !self.context.thin.contains_key(&face))
                {
                    self.stand(model, part, board, cell, face);
                }
            }
        }
    }
}

/// Per part: area on the grid over which a chip meets its board, m²; 0 for others.
fn board_areas(model: &Model, context: &Context) -> Vec<f64> {
    (0..model.parts.len())
        .map(|part| {
            if context.junction_to_board(model, part).is_none() {
                return 0.0;
            }
            let stands = |face: &Face| context.stands_on_board(model, part, *face);
            context.faces_under(model, part).filter(stands).map(|f| f.area(&model.grid)).sum()
        })
        .collect()
}

impl Context<'_> {
    /// Thickness over conductivity of a sheet, m²K/W, at the material's reference temperature.
    fn through(&self, model: &Model, part: usize, axis: Axis) -> f64 {
        match model.parts[part].kind {
            PartKind::Solid(i) => {
                let material = &self.scene.materials[self.scene.solids[i].material.0];
                model.parts[part].extent[axis as usize] / material.conductivity[axis as usize]
            }
            _ => 0.0,
        }
    }

    /// ρ c times the thickness of a sheet, J/(m²K).
    fn stored(&self, model: &Model, part: usize, axis: Axis) -> f64 {
        match model.parts[part].kind {
            PartKind::Solid(i) => {
                let material = &self.scene.materials[self.scene.solids[i].material.0];
                model.parts[part].extent[axis as usize] * material.density * material.specific_heat
            }
            _ => 0.0,
        }
    }

    /// Junction node and resistance to the board of a chip, K/W.
    pub(super) fn junction_to_board(&self, model: &Model, part: usize) -> Option<(usize, f64)> {
        let PartKind::Chip(chip) = model.parts[part].kind else { return None };
        let resistance = self.scene.chips[chip].junction_to_board?;
        Some((model.chip_nodes[chip].junction, resistance))
    }

    /// The faces under a part.
    pub(super) fn faces_under(&self, model: &Model, part: usize) -> impl Iterator<Item = Face> + use<> {
        super::cells::faces_of(&model.parts[part].range, Axis::Z)
    }

    /// Whether a face under a chip is one of a sheet below it or of a solid cell.
    pub(super) fn stands_on_board(&self, model: &Model, part: usize, face: Face) -> bool {
        let sheet_below = self.thin.get(&face).is_some_and(|list| {
            let end = list.iter().position(|&p| p == part).unwrap_or(list.len());
            list[..end].last().is_some_and(|&p| matches!(model.parts[p].kind, PartKind::Solid(_)))
        });
        let solid_below = face.cells(&model.grid)[0].is_some_and(|cell| is_solid(model, cell));
        let open = self.thin.get(&face).is_none_or(|list| list.first() == Some(&part));
        sheet_below || (solid_below && open)
    }
}
