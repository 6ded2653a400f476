//! Films of wetted faces, and the mixing of air across a gap that they presuppose.
//!
//! The faces of one side of a part share one coefficient, from the mean speed along the face, the mean gap to
//! what lies opposite, and the side's extent along the flow ([`crate::physics::film::film_coefficient`]).
//! The speed is the mean over the gap, or over half the side's larger extent where the gap is wider, so that
//! neither the cell at the wall nor the edges, where a potential flow turns ever faster on finer grids, set it.
//!
//! Correlations refer to the mixed air of the gap, and the film already holds the whole resistance from the
//! wall to it. In the potential field nothing but molecular conduction would mix the air across the gap, and
//! the cell at the wall, thinner on every finer grid, would overheat. Air cells therefore exchange heat
//! across the stream with the eddy diffusivity of a length [`MIXING_LENGTH`] times the local speed along the
//! face. Along the stream nothing is added, and nothing between the fins of a heat sink.

use crate::couple::airstate::AirState;
use crate::couple::momentum::MomentumState;
use crate::grid::{Axis, Side};
use crate::material::air::AirProperties;
use crate::model::system::LinearSystem;
use crate::model::{Model, Patch, WettedFace};
use crate::physics::film::film_coefficient;
use crate::physics::wall_law::wall_conductance;

/// Eddy diffusivity across a stream over its speed, m.
///
/// Estimate (E): a turbulence intensity near 0.1, as behind fans and between packages, with eddies of half
/// a 40 mm gap.
pub const MIXING_LENGTH: f64 = 2e-3;

/// Smallest gap and length that a correlation is asked for, m.
const SMALLEST_LENGTH: f64 = 1e-4;

/// Film coefficient of each wetted face in a field of losses, W/(m²K), with air of the given properties.
#[must_use]
pub fn film_coefficients(model: &Model, air: &AirState, properties: &AirProperties) -> Vec<f64> {
    #[derive(Clone, Copy, Default)]
    struct Sum {
        area: f64,
        speed: f64,
        square: [f64; 2],
    }
    let mut sums = vec![Sum::default(); model.groups.len()];
    for face in &model.wetted {
        let along = speed_before(model, air, face);
        let sum = &mut sums[face.group];
        sum.area += face.area;
        sum.speed += face.area * along[0].hypot(along[1]);
        sum.square[0] += face.area * along[0] * along[0];
        sum.square[1] += face.area * along[1] * along[1];
    }
    let coefficients: Vec<f64> = model
        .groups
        .iter()
        .zip(&sums)
        .map(|(group, sum)| {
            let speed = if sum.area > 0.0 { sum.speed / sum.area } else { 0.0 };
            let extents = group.side.axis.others().map(|axis| group.extent[axis as usize]);
            let weight = sum.square[0] + sum.square[1];
            let length = if weight > 0.0 {
                (sum.square[0] * extents[0] + sum.square[1] * extents[1]) / weight
            } else {
                extents[0].max(extents[1])
            };
            let gap = group.facing_wall.then(|| group.gap.max(SMALLEST_LENGTH));
            film_coefficient(speed, gap, length.max(SMALLEST_LENGTH), properties)
        })
        .collect();
    model.wetted.iter().map(|face| coefficients[face.group]).collect()
}

/// Heat transfer coefficient of each wetted face by the wall law at the speed along it, W/(m²K), with fluids of the given
/// properties.
#[must_use]
pub fn wall_law_coefficients(model: &Model, air: &AirState, properties: &[AirProperties]) -> Vec<f64> {
    let coefficient =
        |face: &WettedFace| wall_law_coefficient(model, air, properties, face.side.axis, face.air_cell);
    model.wetted.iter().map(coefficient).collect()
}

/// The same of each patch of the domain's walls; it has no part where solid lies there.
#[must_use]
pub fn patch_coefficients(model: &Model, air: &AirState, properties: &[AirProperties]) -> Vec<f64> {
    let coefficient =
        |patch: &Patch| wall_law_coefficient(model, air, properties, patch.side.axis, patch.cell);
    model.patches.iter().map(coefficient).collect()
}

/// By the wall law, from a wall across `normal` to the centre of a cell of fluid, W/(m²K).
fn wall_law_coefficient(
    model: &Model,
    air: &AirState,
    properties: &[AirProperties],
    normal: Axis,
    cell: usize,
) -> f64 {
    let fluid = &properties[model.fluid(cell)];
    let turbulent = air.flow_in(cell).is_some_and(MomentumState::is_turbulent);
    let [a, b] = normal.others().map(|axis| air.velocity[axis as usize][cell]);
    let distance = 0.5 * model.grid.width(normal, model.grid.position(cell)[normal as usize]);
    let AirProperties { density, viscosity, conductivity, .. } = *fluid;
    if !turbulent {
        // A laminar layer is resolved.
        return conductivity / distance;
    }
    wall_conductance(a.hypot(b), distance, density, viscosity, conductivity, fluid.prandtl())
}

/// Mean speeds along a face in front of it, in the order of the axes beside its normal, m/s.
fn speed_before(model: &Model, air: &AirState, face: &WettedFace) -> [f64; 2] {
    let normal = face.side.axis;
    let others = normal.others();
    let extent = model.groups[face.group].extent;
    let depth = 0.5 * extent[others[0] as usize].max(extent[others[1] as usize]);
    let away = Side { axis: normal, upper: !face.side.upper };
    let (mut sum, mut length) = ([0.0; 2], 0.0);
    let mut cell = face.air_cell;
    loop {
        let width = model.grid.width(normal, model.grid.position(cell)[normal as usize]);
        // At least the cell at the wall counts, whatever the part's extent.
        let part = if length > 0.0 { width.min(depth - length) } else { width.min(depth.max(width * 1e-3)) };
        for (sum, axis) in sum.iter_mut().zip(others) {
            *sum += part * air.velocity[axis as usize][cell].abs();
        }
        length += part;
        let Some(next) = model.neighbour(cell, away) else { break };
        if length >= depth * (1.0 - 1e-12) || !model.air_passes(normal, if away.upper { cell } else { next })
        {
            break;
        }
        cell = next;
    }
    sum.map(|s| s / length)
}

/// Adds the mixing across the stream to an assembled energy system.
pub fn add_mixing(model: &Model, air: &AirState, system: &mut LinearSystem) {
    let mut in_sink = vec![false; model.grid.cells()];
    for &(cell, _) in model.sinks.iter().flat_map(|span| &span.cells) {
        in_sink[cell] = true;
    }
    let heat = air.properties[0].density * air.properties[0].specific_heat;
    for axis in Axis::ALL {
        let others = axis.others();
        for cell in (0..model.grid.cells()).filter(|&cell| model.air_passes(axis, cell)) {
            let above = air.problem.above(axis as usize, cell);
            let held = |cell: usize| in_sink[cell] || model.fixed_temperature[cell].is_some();
            if held(cell) || held(above) {
                continue;
            }
            let speed =
                |c: usize| air.velocity[others[0] as usize][c].hypot(air.velocity[others[1] as usize][c]);
            let diffusivity = MIXING_LENGTH * 0.5 * (speed(cell) + speed(above));
            let conductance = heat * diffusivity * shape(model, axis, [cell, above]);
            system.add_face(axis as usize, cell, [conductance; 2]);
        }
    }
}

/// Area over distance of the centres of two neighbours along an axis, m.
pub(super) fn shape(model: &Model, axis: Axis, cells: [usize; 2]) -> f64 {
    let at = cells.map(|cell| model.grid.position(cell));
    let [below, above] = at.map(|at| model.grid.width(axis, at[axis as usize]));
    model.grid.area(axis, at[0]) / (0.5 * (below + above))
}
