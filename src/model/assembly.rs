//! Puts the pieces of a [`Model`] together in the order in which they need each other.

use std::collections::BTreeMap;

use super::boxes::{self, PartBox};
use super::cells::{Face, Raster};
use super::error::ModelError;
use super::lines::Lines;
use super::{Model, nodes, powers, sheets, surfaces, wetted};
use crate::scene::Scene;

/// What the pieces are made from.
pub(super) struct Context<'a> {
    pub(super) scene: &'a Scene,
    pub(super) lines: &'a Lines,
    /// In the order of [`Model::parts`].
    pub(super) boxes: Vec<PartBox<'a>>,
    /// Sheets and thin compact parts on each face, from the lowest to the highest.
    pub(super) thin: BTreeMap<Face, Vec<usize>>,
}

/// The model of a scene on its grid.
pub(super) fn assemble(scene: &Scene, lines: Lines, raster: Raster) -> Result<Model, ModelError> {
    let cells = lines.grid.cells();
    let zeros = || [0, 1, 2].map(|_| vec![0.0; cells]);
    let mut model = Model {
        grid: lines.grid.clone(),
        periodic: scene.air.periodic,
        materials: scene.materials.clone(),
        cell_kind: raster.cell_kind,
        fluids: raster.fluids,
        part_of_cell: raster.part_of_cell,
        parts: raster.parts,
        face_resistance: zeros(),
        air_blocked: [0, 1, 2].map(|_| vec![false; cells]),
        screen_loss: zeros(),
        loss_per_metre: zeros(),
        darcy_resistance: Default::default(),
        screen_darcy: Default::default(),
        power: vec![0.0; cells],
        fixed_temperature: vec![None; cells],
        patches: Vec::new(),
        openings: Vec::new(),
        fans: Vec::new(),
        fan_power_outside: Vec::new(),
        nodes: Vec::new(),
        node_power: Vec::new(),
        chip_nodes: Vec::new(),
        plate_nodes: Vec::new(),
        coolant_nodes: Vec::new(),
        supply_nodes: Vec::new(),
        node_conductances: Vec::new(),
        node_contacts: Vec::new(),
        wetted: Vec::new(),
        groups: Vec::new(),
        sheets: Vec::new(),
        sinks: Vec::new(),
        remarks: raster.remarks.into_list().collect(),
    };
    let context = Context { scene, lines: &lines, boxes: boxes::parts(scene), thin: raster.thin };
    let mut groups = wetted::Groups::default();
    nodes::add(&mut model, scene);
    sheets::off_seams(&model, &context)?;
    sheets::contacts(&mut model, &context);
    sheets::check_contacts(&model, &context)?;
    surfaces::add(&mut model, &context)?;
    sheets::add(&mut model, &context, &mut groups);
    wetted::add(&mut model, &context, &mut groups);
    wetted::measure_gaps(&mut model);
    powers::add(&mut model, &context, &groups)?;
    drop(context);
    model.remarks.extend(lines.remarks.into_list());
    Ok(model)
}
