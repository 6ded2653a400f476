//! Quantities of a solution, taken from its temperatures alone.
//!
//! The heat flow through a face of the domain's surface follows from the temperature of the cell inside, half
//! a cell of its material and what the wall does: `q = A (T_wall − T) / (Δ/2k)`, `A (T_ambient − T) /
//! (Δ/2k + 1/h)` or `A q″`. It owes nothing to the assembled equations, so that a balance closed here says
//! that they were the right ones. Faces of parts lie on grid lines, as in validation scenes, and no layer is turbulent.

use crate::couple::fluid;
use crate::grid::{Axis, Grid, Side};
use crate::result::Fields;
use crate::scene::{Material, Region, Scene, Value, Wall, WallCondition};

/// Index of the fluid among the materials of fields.
const FLUID: u16 = 0;

/// Heat into the domain, W.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatFlows {
    /// Per wall of the scene.
    pub walls: Vec<f64>,
    /// Released inside.
    pub sources: f64,
    /// Half the sum of |heat| over all faces and sources: what flows through.
    pub through: f64,
}

impl HeatFlows {
    /// Heat flows of a solved scene.
    #[must_use]
    pub fn of(scene: &Scene, fields: &Fields) -> Self {
        let mut flows = HeatFlows { walls: vec![0.0; scene.walls.len()], sources: 0.0, through: 0.0 };
        for side in Side::ALL {
            flows.add_side(scene, fields, side);
        }
        for solid in &scene.solids {
            flows.add_source(solid.power);
        }
        for source in &scene.sources {
            match &source.power {
                Value::Constant(power) => flows.add_source(*power),
                Value::Formula(_) => {
                    for cell in cells_in(&fields.grid, &source.region) {
                        let density = source.power.at(fields.grid.cell_centre(cell));
                        flows.add_source(density * fields.grid.volume(cell));
                    }
                }
            }
        }
        flows
    }

    /// |Σ heat into the domain| over the heat that flows through; 0 where none flows.
    #[must_use]
    pub fn defect(&self) -> f64 {
        let sum = self.walls.iter().sum::<f64>() + self.sources;
        if self.through == 0.0 { sum.abs() } else { sum.abs() / self.through }
    }

    fn add_source(&mut self, power: f64) {
        self.sources += power;
        self.through += 0.5 * power.abs();
    }

    fn add_side(&mut self, scene: &Scene, fields: &Fields, side: Side) {
        let grid = &fields.grid;
        let (a, size) = (side.axis as usize, grid.size());
        let layer = if side.upper { size[a] - 1 } else { 0 };
        let plane = grid.faces(side.axis)[if side.upper { size[a] } else { 0 }];
        for cell in (0..grid.cells()).map(|c| grid.position(c)).filter(|at| at[a] == layer) {
            let mut centre = grid.cell_centre(cell);
            centre[a] = plane;
            let covers = |wall: &Wall| wall.side == side && wall.condition.is_some() && within(wall, centre);
            let Some(index) = scene.walls.iter().rposition(covers) else { continue };
            let Some(condition) = &scene.walls[index].condition else { continue };
            let half = 0.5 * grid.width(side.axis, layer) / conductivity(scene, fields, cell, side.axis);
            let temperature = fields.temperature_k[cell];
            let flux = match condition {
                WallCondition::Temperature(value) => (value.at(centre) - temperature) / half,
                WallCondition::Flux(flux) => *flux,
                WallCondition::Film { coefficient, ambient } => {
                    (ambient - temperature) / (half + 1.0 / coefficient)
                }
            };
            let heat = flux * grid.area(side.axis, cell);
            self.walls[index] += heat;
            self.through += 0.5 * heat.abs();
        }
    }
}

/// Whether a point of a wall's side lies on its rectangle.
fn within(wall: &Wall, point: [f64; 3]) -> bool {
    let (lower, upper) = (wall.rectangle.lower, wall.rectangle.upper);
    wall.side
        .axis
        .others()
        .iter()
        .all(|&b| (lower[b as usize]..=upper[b as usize]).contains(&point[b as usize]))
}

/// Cells whose centre lies in a box.
fn cells_in(grid: &Grid, region: &Region) -> impl Iterator<Item = [usize; 3]> {
    let inside = |at: &[usize; 3]| {
        let centre = grid.cell_centre(*at);
        (0..3).all(|a| (region.lower[a]..=region.upper[a]).contains(&centre[a]))
    };
    (0..grid.cells()).map(|c| grid.position(c)).filter(inside)
}

/// Conductivity of a cell along an axis at its temperature, W/(m K); not a number where it is neither a solid nor the
/// fluid of the scene.
fn conductivity(scene: &Scene, fields: &Fields, cell: [usize; 3], axis: Axis) -> f64 {
    if fields.material[cell] == FLUID {
        return fluid::properties(scene, fields.temperature_k[cell]).conductivity;
    }
    let name = fields.material_names.get(usize::from(fields.material[cell]));
    let known = |material: &&Material| Some(&material.name) == name;
    scene.materials.iter().find(known).map_or(f64::NAN, |material| {
        let excess = fields.temperature_k[cell] - material.reference_temperature;
        material.conductivity[axis as usize] * (1.0 + material.temperature_coefficient * excess)
    })
}

/// Temperature on the grid plane at `position` m along an axis, K, in the row of cells through `at`,
/// extrapolated linearly from the two cells above it (`from_above`) or below: exact for layers of constant
/// conductivity. None where no plane lies there or the grid has no two cells on that side.
#[must_use]
pub fn face_temperature(
    fields: &Fields,
    axis: Axis,
    at: [usize; 3],
    position: f64,
    from_above: bool,
) -> Option<f64> {
    let a = axis as usize;
    let faces = fields.grid.faces(axis);
    let face = faces.iter().position(|f| (f - position).abs() < 1e-9)?;
    let (near, far) = match from_above {
        true => (face, face + 1),
        false => (face.checked_sub(1)?, face.checked_sub(2)?),
    };
    if near.max(far) >= fields.grid.size()[a] {
        return None;
    }
    let temperature = |i: usize| {
        let mut cell = at;
        cell[a] = i;
        fields.temperature_k[cell]
    };
    let centre = |i: usize| fields.grid.centre(axis, i);
    let slope = (temperature(near) - temperature(far)) / (centre(near) - centre(far));
    Some(temperature(near) + slope * (faces[face] - centre(near)))
}

/// Root of the volume mean of (T − exact)², K; `exact` gives K at a point in m.
#[must_use]
pub fn error_norm(fields: &Fields, exact: impl Fn([f64; 3]) -> f64) -> f64 {
    let grid = &fields.grid;
    let (mut sum, mut volume) = (0.0, 0.0);
    for at in (0..grid.cells()).map(|c| grid.position(c)) {
        let error = fields.temperature_k[at] - exact(grid.cell_centre(at));
        sum += error * error * grid.volume(at);
        volume += grid.volume(at);
    }
    (sum / volume).sqrt()
}
