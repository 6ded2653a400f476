//! Fluids beside the air: their streams through openings and their own temperatures.

use super::validity::fineness;
use super::{View, celsius};
use crate::couple::airstate::AirState;
use crate::couple::fluid;
use crate::result::FluidStream;

/// Sums over what crosses the openings one way.
#[derive(Clone, Copy, Default)]
struct Stream {
    /// kg/s.
    mass_flow: f64,
    /// kg K/s over the reference.
    heat: f64,
    /// kg Pa/s, of the cells at the openings.
    pressure: f64,
}

impl Stream {
    fn mean(&self, sum: f64) -> Option<f64> {
        (self.mass_flow > 0.0).then(|| sum / self.mass_flow)
    }
}

/// Every fluid with open cells but that of the fill.
pub(super) fn streams(view: &View<'_>) -> Vec<FluidStream> {
    let Some(air) = view.air else { return Vec::new() };
    let others = view.model.present_fluids().into_iter().filter(|&fluid| fluid != 0);
    others.map(|fluid| of_fluid(view, air, fluid)).collect()
}

fn of_fluid(view: &View<'_>, air: &AirState, number: usize) -> FluidStream {
    let (model, energy, properties) = (view.model, view.energy, &air.properties[number]);
    let (mut entering, mut leaving) = (Stream::default(), Stream::default());
    let faces = model.openings.iter().zip(&air.solution.flux.boundary);
    for (face, &outward) in faces.filter(|(face, _)| model.fluid(face.cell) == number) {
        let (stream, rise) = match outward < 0.0 {
            true => (&mut entering, view.scene.openings[face.opening].temperature - energy.reference),
            false => (&mut leaving, energy.rise.cells[face.cell]),
        };
        stream.mass_flow += outward.abs();
        stream.heat += outward.abs() * rise;
        stream.pressure += outward.abs() * air.solution.pressure[face.cell];
    }
    let (mut volume, mut heat, mut warmest, mut fastest) = (0.0, 0.0, f64::NEG_INFINITY, 0.0_f64);
    for cell in (0..model.grid.cells()).filter(|&cell| model.is_air(cell) && model.fluid(cell) == number) {
        volume += view.volume(cell);
        heat += view.volume(cell) * energy.cell(cell);
        warmest = warmest.max(energy.cell(cell));
        let square: f64 = (0..3).map(|axis| air.velocity[axis][cell].powi(2)).sum();
        fastest = fastest.max(square.sqrt());
    }
    let kelvin = |stream: &Stream| stream.mean(stream.heat).map(|rise| celsius(energy.reference + rise));
    let pressures = entering.mean(entering.pressure).zip(leaving.mean(leaving.pressure));
    let fineness = fineness(view, number);
    FluidStream {
        name: fluid::name(view.scene, model.fluids.list[number]).to_owned(),
        flow_m3_s: entering.mass_flow / properties.density,
        mass_flow_kg_s: entering.mass_flow,
        inlet_c: kelvin(&entering),
        outlet_c: kelvin(&leaving),
        pressure_drop_pa: pressures.map(|(entering, leaving)| entering - leaving),
        heat_w: properties.specific_heat * (leaving.heat - entering.heat),
        mean_c: celsius(heat / volume),
        max_c: celsius(warmest),
        fastest_m_s: fastest,
        largest_y_plus: fineness.and_then(|f| f.y_plus).map(|(y_plus, _)| y_plus),
        largest_cell_reynolds: fineness.map(|f| f.cell_reynolds.0),
    }
}
