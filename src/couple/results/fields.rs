//! Cell values of a solved scene for pictures and VTK.

use super::View;
use crate::couple::{CoupleError, fluid, own_mistake};
use crate::model::{CellKind, NO_PART};
use crate::result::{Fields, cell_array};

/// All fields; the first material is air, other fluids stand after the solids, the first part stands for none.
///
/// # Errors
/// [`CoupleError::Scene`] if a field does not have the grid's size.
pub(in crate::couple) fn fields(view: &View<'_>) -> Result<Fields, CoupleError> {
    let model = view.model;
    let n = model.grid.cells();
    let still = || vec![0.0; n];
    let (pressure, velocity) = match view.air {
        Some(air) => (air.solution.pressure.clone(), air.velocity.clone()),
        None => (still(), [still(), still(), still()]),
    };
    let material = |cell: usize| -> u16 {
        let index = match model.cell_kind[cell] {
            CellKind::Air => match model.fluid(cell) {
                0 => 0,
                fluid => 1 + model.materials.len() + fluid,
            },
            CellKind::Compact => 1,
            CellKind::Solid(material) => 2 + material,
        };
        u16::try_from(index).unwrap_or(u16::MAX)
    };
    let part = |cell: usize| -> u32 {
        let part = model.part_of_cell[cell];
        if part == NO_PART { 0 } else { u32::try_from(part + 1).unwrap_or(u32::MAX) }
    };
    let named = |first: &[&str], rest: Vec<String>| {
        first.iter().map(|name| (*name).to_owned()).chain(rest).collect::<Vec<String>>()
    };
    let fluids: Vec<String> =
        model.fluids.list.iter().map(|f| fluid::name(view.scene, *f).to_owned()).collect();
    let fluids = fluids.iter().skip(1);
    let sized = |values| cell_array(&model.grid, values).map_err(|e| own_mistake(e.to_string()));
    let [u, v, w] = velocity;
    Ok(Fields {
        grid: model.grid.clone(),
        temperature_k: sized((0..n).map(|cell| view.temperature(cell)).collect())?,
        pressure: sized(pressure)?,
        velocity: [sized(u)?, sized(v)?, sized(w)?],
        material: cell_array(&model.grid, (0..n).map(material).collect())
            .map_err(|e| own_mistake(e.to_string()))?,
        part: cell_array(&model.grid, (0..n).map(part).collect()).map_err(|e| own_mistake(e.to_string()))?,
        material_names: named(
            &["air", "compact part"],
            model.materials.iter().map(|m| m.name.clone()).chain(fluids.cloned()).collect(),
        ),
        part_names: named(&["none"], model.parts.iter().map(|p| p.name.clone()).collect()),
    })
}
