//! What eddies add to the conductivity of a solved fluid: k_eff/k from the viscosity of LVEL ([`crate::physics::wall_law`]).
//!
//! ```text
//! g = A k̄/δ,   k̄ = 6/(1/k_1 + 4/k_m + 1/k_2)          between the centres 1 and 2 of two cells, m halfway
//! ```
//!
//! as momentum has it of the viscosity. From a wall to the centre of its cell the wall law conducts (`films`).

use crate::couple::films::shape;
use crate::grid::{Axis, Side};
use crate::material::air::AirProperties;
use crate::model::Model;
use crate::model::flow::{FlowProblem, WallField};
use crate::model::system::LinearSystem;
use crate::physics::wall_law::{conductivity_ratio, ratio_between, viscosity_ratio_in_gap};

/// µ_eff/µ of a turbulent flow.
#[derive(Clone, Debug)]
pub struct Eddies {
    /// At the centre of every cell.
    pub cells: Vec<f64>,
    /// Per axis, halfway between every cell and its upper neighbour.
    pub middles: [Vec<f64>; 3],
}

impl Eddies {
    /// Those of a solved flow between its walls.
    #[must_use]
    pub fn of(problem: &FlowProblem, walls: &WallField) -> Self {
        let shape = problem.shape;
        let strides = shape.strides();
        let ratio = |speed: f64, distance: f64, share: f64| {
            viscosity_ratio_in_gap(problem.density * speed * distance / problem.viscosity, share)
        };
        let mut speeds = vec![0.0; shape.len()];
        for (_, c) in shape.cells() {
            let square = (0..3).map(|axis| {
                let velocity = &problem.velocity[axis];
                (0.5 * (velocity[c] + velocity[c + strides[axis]])).powi(2)
            });
            speeds[c] = square.sum::<f64>().sqrt();
        }
        for axis in (0..3).filter(|&axis| problem.periodic[axis]) {
            shape.wrap(axis, &mut speeds);
        }
        let middles = strides.map(|stride| {
            let middle = |(_, c): ([usize; 3], usize)| {
                let mean = |values: &[f64]| 0.5 * (values[c] + values[c + stride]);
                ratio(mean(&speeds), mean(&walls.distance), mean(&walls.shear_share))
            };
            shape.cells().map(middle).collect()
        });
        let cells = shape.cells().map(|(_, c)| ratio(speeds[c], walls.distance[c], walls.shear_share[c]));
        Self { cells: cells.collect(), middles }
    }

    /// Adds k̄ − k over the faces between cells of their fluid to an assembled energy system.
    pub fn add_to(&self, model: &Model, fluid: usize, properties: &AirProperties, system: &mut LinearSystem) {
        let of = |ratio: f64| conductivity_ratio(ratio, properties.prandtl());
        for axis in Axis::ALL {
            let cells = (0..model.grid.cells()).filter(|&cell| model.fluid(cell) == fluid);
            for cell in cells.filter(|&cell| model.air_passes(axis, cell)) {
                let Some(above) = model.neighbour(cell, Side { axis, upper: true }) else { continue };
                if model.fixed_temperature[cell].is_some() || model.fixed_temperature[above].is_some() {
                    continue;
                }
                let middle = self.middles[axis as usize][cell];
                let between = ratio_between(of(self.cells[cell]), of(middle), of(self.cells[above]));
                let extra = properties.conductivity * (between - 1.0);
                let conductance = extra * shape(model, axis, [cell, above]);
                system.add_face(axis as usize, cell, [conductance; 2]);
            }
        }
    }
}
