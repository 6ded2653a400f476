//! What fills each cell, and which faces carry a part thinner than the smallest spacing.

use std::collections::BTreeMap;

use super::boxes::{self, PartBox};
use super::error::ModelError;
use super::fluids::Fluids;
use super::lines::Lines;
use super::{CellKind, Form, NO_PART, Part, PartKind};
use crate::grid::{Axis, Grid, Side};
use crate::scene::{Fill, RemarkKind, Scene};

/// A face of the grid, also of its surface: normal, and index of the face along it with the cell indices
/// along the other axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Face {
    pub(super) axis: Axis,
    pub(super) at: [usize; 3],
}

impl Face {
    /// The side of a cell.
    pub(super) fn of(cell: [usize; 3], side: Side) -> Self {
        let mut at = cell;
        at[side.axis as usize] += usize::from(side.upper);
        Face { axis: side.axis, at }
    }

    /// The cells below and above, where they exist.
    pub(super) fn cells(self, grid: &Grid) -> [Option<usize>; 2] {
        let a = self.axis as usize;
        let mut below = self.at;
        below[a] = below[a].wrapping_sub(1);
        [
            (self.at[a] > 0).then(|| grid.index(below)),
            (self.at[a] < grid.size()[a]).then(|| grid.index(self.at)),
        ]
    }

    /// m², on the grid.
    pub(super) fn area(self, grid: &Grid) -> f64 {
        grid.area(self.axis, self.at)
    }
}

/// The faces of a range of cells that is empty along `axis`.
pub(super) fn faces_of(range: &[[usize; 2]; 3], axis: Axis) -> impl Iterator<Item = Face> + use<> {
    let mut range = *range;
    range[axis as usize] = [range[axis as usize][0], range[axis as usize][0] + 1];
    positions(range).map(move |at| Face { axis, at })
}

/// The positions in a range, x fastest.
pub(super) fn positions(range: [[usize; 2]; 3]) -> impl Iterator<Item = [usize; 3]> {
    (range[2][0]..range[2][1]).flat_map(move |k| {
        (range[1][0]..range[1][1]).flat_map(move |j| (range[0][0]..range[0][1]).map(move |i| [i, j, k]))
    })
}

/// Occupation of cells and faces.
#[derive(Debug)]
pub(super) struct Raster {
    pub(super) cell_kind: Vec<CellKind>,
    pub(super) fluids: Fluids,
    pub(super) part_of_cell: Vec<usize>,
    pub(super) parts: Vec<Part>,
    /// Sheets and thin compact parts on each face, from the lowest to the highest.
    pub(super) thin: BTreeMap<Face, Vec<usize>>,
    pub(super) remarks: boxes::Remarks,
}

impl Raster {
    /// Puts the parts of a scene on the grid.
    pub(super) fn new(scene: &Scene, lines: &Lines) -> Result<Self, ModelError> {
        let kind = match scene.fill {
            Fill::Air | Fill::Fluid(_) => CellKind::Air,
            Fill::Solid(material) => CellKind::Solid(material.0),
        };
        let count = lines.grid.cells();
        let mut cell_kind = vec![kind; count];
        let fluids = Fluids::new(scene, lines, &mut cell_kind)?;
        let mut raster = Self {
            cell_kind,
            fluids,
            part_of_cell: vec![NO_PART; count],
            parts: Vec::new(),
            thin: BTreeMap::new(),
            remarks: boxes::Remarks::default(),
        };
        let boxes = boxes::parts(scene);
        for part in &boxes {
            raster.place(part, scene, lines)?;
        }
        raster.fluids.give_way(scene, &raster.cell_kind)?;
        raster.drop_replaced(scene, lines);
        for list in raster.thin.values_mut() {
            let middle = |part: usize| {
                boxes[part].region.map_or([0.0; 3], |r| [0, 1, 2].map(|a| 0.5 * (r.lower[a] + r.upper[a])))
            };
            if list.len() > 1 {
                let Form::Sheet(axis) = raster.parts[list[0]].form else { continue };
                list.sort_by(|&a, &b| middle(a)[axis as usize].total_cmp(&middle(b)[axis as usize]));
            }
        }
        raster.collect_cells(lines);
        Ok(raster)
    }

    fn place(&mut self, item: &PartBox, scene: &Scene, lines: &Lines) -> Result<(), ModelError> {
        let index = self.parts.len();
        let mut part = Part {
            name: item.name.to_owned(),
            kind: item.kind,
            form: Form::Nodes,
            cells: Vec::new(),
            range: [[0; 2]; 3],
            extent: [0.0; 3],
            volume_factor: 1.0,
            conductivity_factor: [1.0; 3],
        };
        if let Some(region) = item.region {
            part.range = lines.range(&region);
            part.extent = region.size();
            let thin: Vec<Axis> = Axis::ALL
                .into_iter()
                .filter(|&a| part.range[a as usize][0] == part.range[a as usize][1])
                .collect();
            part.form = match thin[..] {
                [] => Form::Cells,
                [axis] if !matches!(item.kind, PartKind::HeatSink(_)) => Form::Sheet(axis),
                _ => {
                    let axes: Vec<String> = thin.iter().map(|a| a.letter().to_string()).collect();
                    return Err(ModelError::Vanished {
                        name: part.name,
                        axes: axes.join(" and "),
                        spacing: lines.smallest,
                    });
                }
            };
            match part.form {
                Form::Cells => self.occupy(index, &mut part, scene, lines),
                Form::Sheet(axis) => self.lay(index, &part, axis),
                Form::Nodes => (),
            }
        }
        self.parts.push(part);
        Ok(())
    }

    fn occupy(&mut self, index: usize, part: &mut Part, scene: &Scene, lines: &Lines) {
        let on_grid = lines.extent(&part.range);
        let ratio = [0, 1, 2].map(|a| part.extent[a] / on_grid[a]);
        part.volume_factor = ratio.iter().product();
        part.conductivity_factor = ratio.map(|r| part.volume_factor / (r * r));
        let kind = match part.kind {
            PartKind::Solid(i) => CellKind::Solid(scene.solids[i].material.0),
            PartKind::Chip(_) | PartKind::ColdPlate(_) => CellKind::Compact,
            PartKind::HeatSink(_) | PartKind::Porous(_) => return,
        };
        for at in positions(part.range) {
            let cell = lines.grid.index(at);
            self.cell_kind[cell] = kind;
            self.part_of_cell[cell] = index;
        }
    }

    fn lay(&mut self, index: usize, part: &Part, axis: Axis) {
        if let PartKind::Porous(_) = part.kind {
            return;
        }
        for face in faces_of(&part.range, axis) {
            self.thin.entry(face).or_default().push(index);
        }
        if matches!(part.kind, PartKind::Solid(_)) {
            let text = format!(
                "`{}` ({:.2} mm along {}) is thinner than the smallest spacing: a sheet that resists heat through its thickness and stops the air; conduction along it is left out",
                part.name,
                part.extent[axis as usize] * 1e3,
                axis.letter()
            );
            self.remarks.add(RemarkKind::Sheet, boxes::pattern(&part.name), text);
        } else {
            let text = format!(
                "`{}` ({:.2} mm along {}) is thinner than the smallest spacing: its nodes stay, its box takes no cells",
                part.name,
                part.extent[axis as usize] * 1e3,
                axis.letter()
            );
            self.remarks.add(RemarkKind::ThinPart, boxes::pattern(&part.name), text);
        }
    }

    /// Sheets inside a later solid that replaces what it covers are gone there.
    fn drop_replaced(&mut self, scene: &Scene, lines: &Lines) {
        let Self { parts, part_of_cell, thin, .. } = self;
        for (face, list) in thin.iter_mut() {
            let [Some(below), Some(above)] = face.cells(&lines.grid) else { continue };
            let (part, other) = (part_of_cell[below], part_of_cell[above]);
            if part != other || part == NO_PART {
                continue;
            }
            if let PartKind::Solid(i) = parts[part].kind
                && scene.solids[i].replaces
            {
                list.retain(|&sheet| sheet > part);
            }
        }
        thin.retain(|_, list| !list.is_empty());
    }

    fn collect_cells(&mut self, lines: &Lines) {
        for (cell, &part) in self.part_of_cell.iter().enumerate() {
            if part != NO_PART {
                self.parts[part].cells.push(cell);
            }
        }
        for part in &mut self.parts {
            if matches!(part.kind, PartKind::HeatSink(_) | PartKind::Porous(_)) && part.form == Form::Cells {
                let free = |cell: &usize| self.cell_kind[*cell] == CellKind::Air;
                part.cells = positions(part.range).map(|at| lines.grid.index(at)).filter(free).collect();
            }
        }
    }
}
