//! What the discrete problem stores: C of every cell, node and sheet face, J/K.
//!
//! ```text
//! solid cell   ρ c V · (true volume of its part over that on the grid)
//! open cell    ρ c_p V of its fluid, also between fins and in porous boxes: what fills these is not known
//! sheet face   Σ ρ c d A over the sheets on it
//! node         junction: die; case: lid and substrate; base of a sink or plate: as the scene gives or its fins tell
//! ```
//!
//! Cells of fixed temperature and insides of compact parts store nothing: the first by definition, the second because
//! their nodes do. Coolant nodes follow their flow at once.

use super::{CellKind, Model, NO_PART, NodeKind};
use crate::scene::Scene;

/// Heat capacities, J/K.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Storage {
    /// Per cell.
    pub cells: Vec<f64>,
    /// Per node.
    pub nodes: Vec<f64>,
    /// Per sheet face.
    pub sheets: Vec<f64>,
}

impl Storage {
    /// Of a model; `fluids` are ρ c_p of its fluids, J/(m³K).
    #[must_use]
    pub fn new(scene: &Scene, model: &Model, fluids: &[f64]) -> Self {
        let cell = |cell: usize| {
            if model.fixed_temperature[cell].is_some() {
                return 0.0;
            }
            let volume = model.grid.volume(model.grid.position(cell));
            match model.cell_kind[cell] {
                CellKind::Compact => 0.0,
                CellKind::Air => volume * fluids[model.fluid(cell)],
                CellKind::Solid(material) => {
                    let (material, part) = (&model.materials[material], model.part_of_cell[cell]);
                    let factor = if part == NO_PART { 1.0 } else { model.parts[part].volume_factor };
                    volume * factor * material.density * material.specific_heat
                }
            }
        };
        let mut nodes: Vec<f64> = model.nodes.iter().map(|node| of_node(scene, node.kind)).collect();
        for (chip, at) in scene.chips.iter().zip(&model.chip_nodes) {
            nodes[at.junction] += chip.heat_capacity.die.unwrap_or(0.0);
            nodes[at.case] += chip.heat_capacity.case.unwrap_or(0.0);
        }
        let sheet = |sheet: &super::SheetFace| match sheet.fixed_temperature {
            Some(_) => 0.0,
            None => sheet.heat_capacity,
        };
        Self {
            cells: (0..model.grid.cells()).map(cell).collect(),
            nodes,
            sheets: model.sheets.iter().map(sheet).collect(),
        }
    }
}

/// Of a base; chips add theirs to whatever nodes stand for junction and case.
fn of_node(scene: &Scene, node: NodeKind) -> f64 {
    match node {
        NodeKind::SinkBase(sink) => scene.heat_sinks[sink].heat_capacity.unwrap_or(0.0),
        NodeKind::Plate(plate) => scene.cold_plates[plate].heat_capacity.unwrap_or(0.0),
        NodeKind::Junction(_) | NodeKind::Case(_) | NodeKind::Coolant { .. } | NodeKind::Supply(_) => 0.0,
    }
}

/// Compact parts of a scene that do not say what they store: chips, heat sinks, cold plates.
#[must_use]
pub fn unknown(scene: &Scene) -> [Vec<&str>; 3] {
    let chips =
        scene.chips.iter().filter(|c| c.heat_capacity.case.is_none() && c.heat_capacity.die.is_none());
    let sinks = scene.heat_sinks.iter().filter(|sink| sink.heat_capacity.is_none());
    let plates = scene.cold_plates.iter().enumerate();
    let plates = plates.filter(|(index, plate)| plate.heat_capacity.is_none() && !scene.is_door(*index));
    [
        chips.map(|chip| chip.name.as_str()).collect(),
        sinks.map(|sink| sink.name.as_str()).collect(),
        plates.map(|(_, plate)| plate.name.as_str()).collect(),
    ]
}
