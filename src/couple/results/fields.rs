//! Cell values of a solved scene for pictures and VTK.

use super::View;
use crate::couple::{CoupleError, own_mistake};
use crate::model::{CellKind, NO_PART};
use crate::result::{Fields, cell_array};

/// All fields; the first material is air, the first part stands for none.
///
/// # Errors
/// [`CoupleError::Scene`] if a field does not have the grid's size.
pub(super) fn fields(view: &View<'_>) -> Result<Fields, CoupleError> {
    let model = view.model;
    let n = model.grid.cells();
    let still = || vec![0.0; n];
    let (pressure, velocity) = match view.air {
        Some(air) => (air.solution.pressure.clone(), air.velocity.clone()),
        None => (still(), [still(), still(), still()]),
    };
    let material = |cell: usize| -> u16 {
        let index = match model.cell_kind[cell] {
            CellKind::Air => 0,
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
            model.materials.iter().map(|m| m.name.clone()).collect(),
        ),
        part_names: named(&["none"], model.parts.iter().map(|p| p.name.clone()).collect()),
    })
}
