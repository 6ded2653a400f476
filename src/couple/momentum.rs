//! The air of a scene by the momentum equations ([`crate::solver::flow`]).
//!
//! Losses of fins follow their speed from one pass to the next, as in the field of losses. Where the fluid expands, its
//! temperatures are solved along with it over conduction and convection, with films, eddies and compact parts as the last energy
//! stage left them; the energy stage then solves them again with everything else, in the flow found.
//!
//! Every fluid is a problem of its own, to which the cells of the others are closed. They meet through solids alone: the
//! energy stage carries heat from one to the other, and where temperatures are solved along with a flow, cells of the
//! other fluids hold those of the last energy stage. Flows and energy follow each other until both stand still.

use crate::couple::airflow::{AirSolution, conserve, mass_defect};
use crate::couple::eddies::Eddies;
use crate::couple::engine::Device;
use crate::couple::fluid::{expansion, name};
use crate::couple::lift::{float, heat_problem, kindle};
use crate::couple::regions::components;
use crate::couple::{CoupleError, Progress};
use crate::grid::Axis;
use crate::material::air::AirProperties;
use crate::model::Model;
use crate::model::air::{AirFlux, AirProblem, FanFace};
use crate::model::flow::FlowProblem;
use crate::model::system::{LinearSystem, State};
use crate::scene::{Scene, Turbulence};
use crate::solver::flow::{FlowOptions, FlowReport, larger};

/// Most iterations of a flow between two energy stages, where it is not solved along over what conducts: the next pass goes on
/// from there. One that is may take all: what compact parts give off is that of the stage before, and follows only a flow that
/// has settled.
const PASS_ITERATIONS: usize = 500;

/// A flow that was solved, on the grid of the model.
#[derive(Clone, Debug)]
pub struct MomentumState {
    /// Which of the model's fluids flows.
    pub fluid: usize,
    /// Velocities, pressures and temperatures in their padded shape: the start of a next solve.
    pub problem: FlowProblem,
    /// Rise of which the pressures do not hold the weight, K: the mean of a closed fluid beside others, else 0.
    pub level: f64,
    /// How the iteration ended.
    pub report: FlowReport,
    /// What eddies add to viscosity and conductivity; none in laminar flow.
    pub eddies: Option<Eddies>,
    /// Where a flow that diverged was fastest before: its place and the part next to it; empty for any other.
    pub diverged_at: String,
}

impl MomentumState {
    /// Whether its temperatures lift or sink it.
    #[must_use]
    pub fn is_lifted(&self) -> bool {
        self.problem.buoyancy.iter().any(|&b| b != 0.0)
    }

    /// Whether its walls and eddies follow a model of turbulence.
    #[must_use]
    pub fn is_turbulent(&self) -> bool {
        self.eddies.is_some()
    }

    /// How the flow has settled, in words.
    #[must_use]
    pub fn settled(&self) -> String {
        let FlowReport { iterations, mass, .. } = self.report;
        let worst = self.report.worst();
        format!(
            "the flow obeys momentum to {worst:.0e} and continuity to {mass:.0e} after {iterations} iterations"
        )
    }

    /// What the flow still lacks, in words.
    #[must_use]
    pub fn missing(&self) -> String {
        let (options, report) = (FlowOptions::default(), self.report);
        if let Some(divergence) = report.diverged {
            let [i, j, k] = divergence.cell;
            return format!(
                "the flow diverged in iteration {}; the field of iteration {} is kept, fastest with {:.3e} m/s in cell \
                 ({i}, {j}, {k}) at {}",
                report.iterations, divergence.kept_after, divergence.speed, self.diverged_at
            );
        }
        let mut missing = Vec::new();
        for (axis, imbalance) in ["x", "y", "z"].into_iter().zip(report.momentum) {
            if imbalance.is_nan() || imbalance > options.tolerance {
                missing.push(format!("momentum along {axis} {imbalance:.1e} of {:.0e}", options.tolerance));
            }
        }
        if report.heat.is_nan() || report.heat > options.tolerance {
            missing.push(format!("heat in the flow {:.1e} of {:.0e}", report.heat, options.tolerance));
        }
        if report.mass.is_nan() || report.mass > options.mass_tolerance {
            missing.push(format!("continuity {:.1e} of {:.0e}", report.mass, options.mass_tolerance));
        }
        if missing.is_empty() {
            missing.push(match report.distance {
                distance if distance.is_finite() => {
                    format!(
                        "it is some {distance:.0e} of itself from its end, {:.0e} are allowed",
                        options.distance
                    )
                }
                _ => "what it changes from step to step does not shrink".into(),
            });
        }
        format!("the flow has not settled after {} iterations: {}", report.iterations, missing.join(", "))
    }

    /// Rise over the site's air in every cell, K, if temperatures were solved along with the flow.
    #[must_use]
    pub fn temperature(&self) -> Option<Vec<f64>> {
        self.problem.heat.as_ref().map(|_| self.problem.shape.unpad(&self.problem.temperature))
    }
}

/// What a flow starts from.
#[derive(Clone, Copy, Debug, Default)]
pub struct Start<'a> {
    /// The flows of a similar problem.
    pub flows: &'a [MomentumState],
    /// A field of losses on the same grid, where there is no flow yet.
    pub losses: Option<&'a AirSolution>,
    /// Rises that lift it, K over the site's air.
    pub lifted: Option<&'a [f64]>,
    /// What conducts at these rises, where flow and temperatures are to be solved together over it.
    pub conduction: Option<&'a (LinearSystem, State)>,
    /// Most iterations, if not as many as a flow may take.
    pub most: Option<usize>,
}

/// Solves the flows of a model whose losses are those of `air`, one for each of its fluids, with their `properties`.
/// A fluid that expands is solved together with its temperatures over what conducts at the `start`, else lifted by the rises
/// given there; without either, laminar flow without compact parts is solved together with its temperatures, and any other is
/// lifted by the temperatures of the flow that it starts from, or by what a draught of its heat would have. Beside other
/// fluids, laminar flow without compact parts is solved with its temperatures also where it starts from rises.
///
/// The solved flows of fans are put into `air`.
///
/// # Errors
/// [`CoupleError`] if the device fails.
pub fn solve_momentum(
    scene: &Scene,
    model: &Model,
    air: &mut AirProblem,
    properties: &[AirProperties],
    start: Start<'_>,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<(AirSolution, Vec<MomentumState>), CoupleError> {
    let fluids = model.present_fluids();
    let mut flows = Vec::new();
    for &fluid in &fluids {
        let settled = start.flows.iter().find(|flow| fluids.len() > 1 && flow.stands(model, fluid, start));
        flows.push(match settled {
            Some(flow) => flow.clone(),
            None => solve_fluid(scene, model, (air, fluid), properties, start, device, progress)?,
        });
    }
    let mut flux =
        AirFlux { faces: [0, 1, 2].map(|_| vec![0.0; air.cells()]), boundary: vec![0.0; air.boundary.len()] };
    let mut pressure = vec![0.0; air.cells()];
    for flow in &flows {
        if !at_rest(&flow.problem) {
            add_fluxes(model, air, &flow.problem, &mut flux);
        }
        let own = (0..).zip(flow.problem.shape.unpad(&flow.problem.pressure));
        own.filter(|(cell, _)| model.fluid(*cell) == flow.fluid).for_each(|(cell, p)| pressure[cell] = p);
    }
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
    let steps = flows.iter().map(|flow| flow.report.iterations).sum();
    let solution = AirSolution {
        mass_defect: mass_defect(air, &flux),
        flux,
        pressure,
        steps,
        change: flows.iter().map(|flow| flow.report.worst()).fold(0.0, larger),
        converged: flows.iter().all(|flow| flow.report.converged),
        repaired,
        linear_iterations: steps * FlowOptions::default().pressure_steps,
    };
    Ok((solution, flows))
}

impl MomentumState {
    /// Whether it is the flow of this fluid on this grid and no rise of `start` can move it.
    fn stands(&self, model: &Model, fluid: usize, start: Start<'_>) -> bool {
        let same_grid = self.problem.shape.size == model.grid.size();
        self.fluid == fluid
            && same_grid
            && start.lifted.is_some()
            && model.sinks.is_empty()
            && self.report.converged
            && !self.is_lifted()
    }
}

/// Solves the flow of one fluid.
fn solve_fluid(
    scene: &Scene,
    model: &Model,
    (air, fluid): (&AirProblem, usize),
    properties: &[AirProperties],
    start: Start<'_>,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<MomentumState, CoupleError> {
    let turbulent = model.fluids.turbulence[fluid] == Turbulence::Lvel;
    let mut problem = FlowProblem::new(model, scene, air, fluid, &properties[fluid]);
    let before = start.flows.iter().find(|flow| flow.fluid == fluid);
    let mut level = 0.0;
    if let Some(before) = before {
        problem.start_from(&before.problem);
    } else if let Some(losses) = start.losses {
        start_from_losses(model, air, losses, &mut problem);
    }
    if scene.air.buoyancy {
        let beta = expansion(scene, model.fluids.list[fluid]);
        problem.buoyancy = scene.air.gravity.map(|g| g * beta);
        let expands = problem.buoyancy.iter().any(|&b| b != 0.0);
        if let Some(rise) = start.lifted {
            for ((_, c), rise) in problem.shape.cells().zip(rise) {
                problem.temperature[c] = *rise;
            }
        }
        let beside_others = model.present_fluids().len() > 1;
        let first = start.lifted.is_none() && start.flows.is_empty();
        let plain = !turbulent && model.nodes.is_empty();
        let kindled =
            first && (beside_others || !plain) && kindle(model, air, fluid, &properties[fluid], &mut problem);
        if expands && plain && beside_others && first && !kindled {
            // How warm it is follows from the other fluids, which the energy stage brings.
            let (report, diverged_at) = (FlowReport::default(), String::new());
            return Ok(MomentumState { fluid, problem, level, report, eddies: None, diverged_at });
        }
        let along = start.conduction.is_some() || plain && (beside_others || start.lifted.is_none());
        if expands && along && !kindled {
            problem.heat = Some(heat_problem(scene, model, &problem, fluid, properties, start.conduction));
        }
        if beside_others && expands {
            level = float(model, fluid, &mut problem, before.map_or(0.0, |flow| flow.level));
        }
    }
    let mut tell = |report: &FlowReport| {
        let done = (report.iterations as f64 / 300.0).min(0.95);
        let of = match fluid {
            0 => String::new(),
            _ => format!("{}: ", name(scene, model.fluids.list[fluid])),
        };
        progress.update(done, &format!("{of}{report}"));
    };
    let mut options = FlowOptions::default();
    if start.lifted.is_some() && start.conduction.is_none() {
        options.iterations = PASS_ITERATIONS;
    }
    options.iterations = start.most.map_or(options.iterations, |most| most.min(options.iterations));
    let outcome = device.solve_flow(problem, turbulent, &options, &mut tell)?;
    let (mut problem, report) = (outcome.problem, outcome.report);
    problem.temperature.iter_mut().for_each(|rise| *rise += level);
    let eddies = outcome.walls.map(|walls| Eddies::of(&problem, &walls));
    let diverged_at = report.diverged.map_or_else(String::new, |divergence| place(model, divergence.cell));
    Ok(MomentumState { fluid, problem, level, report, eddies, diverged_at })
}

/// Share of what fans deliver freely under which a fluid is at rest.
const STILL: f64 = 1e-9;

/// Whether a fluid's fans meet closed ducts: they leave fluxes of rounding, which would carry heat at any temperature.
fn at_rest(problem: &FlowProblem) -> bool {
    let freely = problem.fans.iter().map(|fan| fan.curve.free_delivery()).fold(0.0, f64::max);
    let strides = problem.shape.strides();
    let slow = |axis: usize, c: usize| {
        let velocity = &problem.velocity[axis];
        let fastest = velocity[c].abs().max(velocity[c + strides[axis]].abs());
        fastest * problem.face_area(axis, c) <= STILL * freely
    };
    problem.shape.cells().all(|(_, c)| (0..3).all(|axis| slow(axis, c)))
}

/// The centre of a cell in m, and the part or fan nearest to it.
fn place(model: &Model, cell: [usize; 3]) -> String {
    let centre = model.grid.cell_centre(cell);
    let distance = |cell: usize| {
        let other = model.grid.cell_centre(model.grid.position(cell));
        (0..3).map(|axis| (other[axis] - centre[axis]).powi(2)).sum::<f64>()
    };
    let parts = model.parts.iter().flat_map(|part| part.cells.iter().map(move |&cell| (cell, part)));
    let nearest = parts.min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)));
    let [x, y, z] = centre;
    let beside = nearest.map_or_else(String::new, |(_, part)| format!(", next to {}", part.name));
    format!("x {x:.4}, y {y:.4}, z {z:.4} m{beside}")
}

/// Velocities and pressures of a field of losses, where they are unknowns.
fn start_from_losses(model: &Model, air: &AirProblem, losses: &AirSolution, problem: &mut FlowProblem) {
    let shape = problem.shape;
    let set = |problem: &mut FlowProblem, axis: usize, face: usize, mass_flow: f64| {
        if problem.faces[axis][face].is_solved() {
            let area = problem.face_area(axis, face);
            problem.velocity[axis][face] = mass_flow / (problem.density * area);
        }
    };
    for axis in Axis::ALL {
        for ((_, c), mass_flow) in shape.cells().zip(&losses.flux.faces[axis as usize]) {
            let face = problem.upper_face(axis as usize, c);
            set(problem, axis as usize, face, *mass_flow);
        }
    }
    for (face, outward) in air.boundary.iter().zip(&losses.flux.boundary) {
        let axis = face.side.axis as usize;
        let c = shape.index(model.grid.position(face.cell));
        match face.side.upper {
            true => set(problem, axis, c + shape.strides()[axis], *outward),
            false => set(problem, axis, c, -outward),
        }
    }
    for ((_, c), pressure) in shape.cells().zip(&losses.pressure) {
        problem.pressure[c] = *pressure;
    }
}

/// Adds the mass fluxes of a flow's velocities.
fn add_fluxes(model: &Model, air: &AirProblem, problem: &FlowProblem, flux: &mut AirFlux) {
    for axis in Axis::ALL {
        let a = axis as usize;
        for (cell, (at, c)) in problem.shape.cells().enumerate() {
            if at[a] + 1 < problem.shape.size[a] || problem.periodic[a] {
                let area = model.grid.area(axis, at);
                flux.faces[a][cell] += problem.density * area * problem.velocity[a][problem.upper_face(a, c)];
            }
        }
    }
    for (outward, face) in flux.boundary.iter_mut().zip(&air.boundary) {
        let (a, at) = (face.side.axis as usize, model.grid.position(face.cell));
        let c = problem.shape.index(at);
        let through = problem.density * model.grid.area(face.side.axis, at);
        *outward += if face.side.upper {
            through * problem.velocity[a][c + problem.shape.strides()[a]]
        } else {
            -through * problem.velocity[a][c]
        };
    }
}
