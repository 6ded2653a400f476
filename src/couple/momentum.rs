//! The air of a scene by the momentum equations ([`crate::solver::flow`]).
//!
//! Losses of fins follow their speed from one pass to the next, as in the field of losses. Where the fluid expands, its
//! temperatures are solved along with it over conduction and convection alone; the energy stage then solves
//! them again with everything else, in the flow found.

use crate::couple::airflow::{AirSolution, conserve, mass_defect};
use crate::couple::engine::Device;
use crate::couple::regions::components;
use crate::couple::{CoupleError, Progress, fluid};
use crate::grid::Axis;
use crate::material::air::AirProperties;
use crate::model::air::{AirFlux, AirProblem, FanFace};
use crate::model::flow::{FlowProblem, HeatProblem, WallField};
use crate::model::system::{LinearSystem, State};
use crate::model::{EnergyInputs, Model, energy_system};
use crate::physics::wall_law::viscosity_ratio_in_gap;
use crate::scene::{Scene, Turbulence};
use crate::solver::flow::{FlowOptions, FlowReport};

/// A flow that was solved, on the grid of the model.
#[derive(Clone, Debug)]
pub struct MomentumState {
    /// Velocities, pressures and temperatures in their padded shape: the start of a next solve.
    pub problem: FlowProblem,
    /// How the iteration ended.
    pub report: FlowReport,
    /// µ_eff/µ of every cell in turbulent flow; empty in laminar flow.
    pub viscosity_ratio: Vec<f64>,
}

impl MomentumState {
    /// Rise over the site's air in every cell, K, if temperatures were solved along with the flow.
    #[must_use]
    pub fn temperature(&self) -> Option<Vec<f64>> {
        self.problem.heat.as_ref().map(|_| self.problem.shape.unpad(&self.problem.temperature))
    }
}

/// Solves the flow of a model whose losses are those of `air`; `before` is the flow of a similar problem.
///
/// The solved flows of fans are put into `air`.
///
/// # Errors
/// [`CoupleError`] if the device fails.
pub fn solve_momentum(
    scene: &Scene,
    model: &Model,
    air: &mut AirProblem,
    properties: &AirProperties,
    before: Option<&MomentumState>,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<(AirSolution, MomentumState), CoupleError> {
    let mut problem = FlowProblem::new(model, scene, air, properties);
    if let Some(before) = before {
        start_from(&mut problem, &before.problem);
    }
    if scene.air.buoyancy {
        let beta = fluid::expansion(scene);
        problem.buoyancy = scene.air.gravity.map(|g| g * beta);
        if problem.buoyancy.iter().any(|&b| b != 0.0) {
            problem.heat = Some(heat_problem(scene, model, &problem, properties));
        }
    }
    let turbulent = scene.air.turbulence == Turbulence::Lvel;
    let options = FlowOptions::default();
    let mut tell = |report: &FlowReport| {
        let done = (report.iterations as f64 / 300.0).min(0.95);
        progress.update(done, &report.to_string());
    };
    let outcome = device.solve_flow(problem, turbulent, &options, &mut tell)?;
    let (problem, report) = (outcome.problem, outcome.report);
    let mut flux = fluxes(model, air, &problem);
    for fan in air.fans.iter_mut().filter(|fan| !fan.fixed) {
        fan.mass_flow = fan
            .faces
            .iter()
            .map(|face| match *face {
                FanFace::Interior { axis, cell, .. } => flux.faces[axis as usize][cell],
                FanFace::Boundary { face, .. } => {
                    if air.boundary[face].side.upper {
                        flux.boundary[face]
                    } else {
                        -flux.boundary[face]
                    }
                }
            })
            .sum();
    }
    let repaired = conserve(air, &components(air), &mut flux);
    let solution = AirSolution {
        mass_defect: mass_defect(air, &flux),
        flux,
        pressure: problem.shape.unpad(&problem.pressure),
        steps: report.iterations,
        change: report.worst(),
        converged: report.converged,
        repaired,
        linear_iterations: report.iterations * options.pressure_steps,
    };
    let viscosity_ratio = outcome.walls.map_or_else(Vec::new, |walls| viscosity_ratios(&problem, &walls));
    Ok((solution, MomentumState { problem, report, viscosity_ratio }))
}

/// Takes over the state of a problem of the same shape; what is given stays as it is.
fn start_from(problem: &mut FlowProblem, before: &FlowProblem) {
    for axis in 0..3 {
        for (_, c) in problem.shape.faces(axis) {
            if problem.faces[axis][c].is_solved() {
                problem.velocity[axis][c] = before.velocity[axis][c];
            }
        }
    }
    for (_, c) in problem.shape.cells() {
        problem.pressure[c] = before.pressure[c];
        problem.temperature[c] = before.temperature[c];
    }
}

/// Mass fluxes of the velocities.
fn fluxes(model: &Model, air: &AirProblem, problem: &FlowProblem) -> AirFlux {
    let mut flux = air.still_air();
    for axis in Axis::ALL {
        let a = axis as usize;
        let stride = problem.shape.strides()[a];
        for (cell, (at, c)) in problem.shape.cells().enumerate() {
            if at[a] + 1 < problem.shape.size[a] {
                let area = model.grid.area(axis, at);
                flux.faces[a][cell] = problem.density * area * problem.velocity[a][c + stride];
            }
        }
    }
    for (outward, face) in flux.boundary.iter_mut().zip(&air.boundary) {
        let (a, at) = (face.side.axis as usize, model.grid.position(face.cell));
        let c = problem.shape.index(at);
        let through = problem.density * model.grid.area(face.side.axis, at);
        *outward = if face.side.upper {
            through * problem.velocity[a][c + problem.shape.strides()[a]]
        } else {
            -through * problem.velocity[a][c]
        };
    }
    flux
}

/// µ_eff/µ of every cell.
fn viscosity_ratios(problem: &FlowProblem, walls: &WallField) -> Vec<f64> {
    let shape = problem.shape;
    let strides = shape.strides();
    let ratio = |(_, c): ([usize; 3], usize)| {
        if walls.distance[c] == 0.0 {
            return 1.0;
        }
        let square = (0..3).map(|axis| {
            let velocity = &problem.velocity[axis];
            (0.5 * (velocity[c] + velocity[c + strides[axis]])).powi(2)
        });
        let speed = square.sum::<f64>().sqrt();
        let re = problem.density * speed * walls.distance[c] / problem.viscosity;
        viscosity_ratio_in_gap(re, walls.shear_share[c])
    };
    shape.cells().map(ratio).collect()
}

/// Conduction of the model in the flow's shape. Compact parts are at the site's temperature here.
fn heat_problem(
    scene: &Scene,
    model: &Model,
    problem: &FlowProblem,
    properties: &AirProperties,
) -> HeatProblem {
    let inputs = EnergyInputs {
        reference_temperature: scene.site.air_temperature,
        rise: &vec![0.0; model.grid.cells()],
        air_conductivity: properties.conductivity,
        film: None,
        capacity_flow: None,
        opening_capacity_flow: &[],
        opening_temperature: &[],
        sink_conductance: &[],
        node_links: &[],
        node_sink: &[],
        node_source: &[],
    };
    let (system, right) = energy_system(model, &inputs);
    padded(problem, &system, &right, properties.specific_heat)
}

fn padded(problem: &FlowProblem, system: &LinearSystem, right: &State, specific_heat: f64) -> HeatProblem {
    let shape = problem.shape;
    let mut heat = HeatProblem {
        conductance: [0, 1, 2].map(|_| vec![0.0; shape.len()]),
        sink: shape.pad(&system.sink, 0.0),
        source: shape.pad(&right.cells, 0.0),
        specific_heat,
    };
    for (axis, stride) in shape.strides().into_iter().enumerate() {
        for ((_, c), conductance) in shape.cells().zip(&system.from_upper[axis]) {
            if *conductance != 0.0 {
                heat.conductance[axis][c + stride] = *conductance;
            }
        }
    }
    for link in &system.border.cell_links {
        let c = shape.index(cell_position(shape.size, link.cell));
        heat.sink[c] += link.conductance;
    }
    heat
}

fn cell_position([nx, ny, _]: [usize; 3], cell: usize) -> [usize; 3] {
    [cell % nx, cell / nx % ny, cell / (nx * ny)]
}
