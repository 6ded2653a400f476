//! Flow in f64 on all cores: state, coefficients, and the drivers of the kernels beside it.

mod compress;
mod correct;
mod heat;
mod mass_defect;
mod momentum;
mod plain;
mod prolong_cells;
mod prolong_faces;
mod relax;
mod restrict_flow;
mod restrict_imbalance;
mod rows;
mod shear_viscosity;
mod snapshot;
mod viscosity;
mod wrap;

use super::CpuBackend;
use super::layout::Field;
use crate::backend::BackendError;
use crate::backend::flow::{FlowArrays, FlowBackend, Imbalance, Kept, Unknown};
use crate::field::Padded;
use crate::model::flow::{Convection, Face, FaceResistance, FlowFan, FlowProblem, Transfer, WallField};
use rows::System;
pub use snapshot::Snapshot;

/// A flow and its state.
#[derive(Clone, Debug)]
pub struct Flow {
    shape: Padded,
    /// Widths with a 0 for each ghost, m.
    widths: [Vec<f64>; 3],
    density: f64,
    faces: [Vec<u32>; 3],
    laws: Vec<FaceResistance>,
    fans: Vec<FlowFan>,
    periodic: [bool; 3],
    walls: Option<WallField>,
    velocity: [Vec<f64>; 3],
    pressure: Vec<f64>,
    temperature: Vec<f64>,
    /// Dynamic viscosity of the fluid, Pa s.
    laminar_viscosity: f64,
    /// Effective dynamic viscosity of cells, Pa s.
    viscosity: Vec<f64>,
    /// Per axis, that in shear between a cell and its lower neighbour, Pa s; in laminar flow one row, the same for all.
    shear_viscosity: [Vec<f64>; 3],
    body_force: [f64; 3],
    buoyancy: [f64; 3],
    heat: Option<Heat>,
    convection: Convection,
    /// m of each axis, kg/s.
    inertia: [Vec<f64>; 3],
    /// m of the temperature, W/K.
    heat_inertia: Vec<f64>,
    mobility: [Vec<f64>; 3],
    /// Per axis, the faces that are worked through in vectors.
    plain: [plain::Runs; 3],
    system: System,
    /// Corrections of an unknown, from one sweep to the next.
    delta: [Vec<f32>; 2],
    /// What a finer grid adds to b of velocities along x, y, z, N, and of the temperature, W; empty on the finest.
    force: [Vec<f64>; 4],
    /// The pressure correction with its ghosts.
    padded: Vec<f64>,
    /// Cells in natural order.
    natural: Vec<f64>,
}

/// Heat on the flow's cells.
#[derive(Clone, Debug)]
struct Heat {
    conductance: [Vec<f64>; 3],
    sink: Vec<f64>,
    source: Vec<f64>,
    specific_heat: f64,
}

impl Flow {
    fn new(problem: &FlowProblem) -> Self {
        let shape = problem.shape;
        let zeros = || vec![0.0; shape.len()];
        let with_ghosts = |axis: usize| {
            let (widths, n) = (&problem.widths[axis], shape.size[axis]);
            let mut padded = vec![0.0; n + 2];
            padded[1..=n].copy_from_slice(widths);
            if problem.periodic[axis] {
                (padded[0], padded[n + 1]) = (widths[n - 1], widths[0]);
            }
            padded
        };
        let heat = problem.heat.as_ref().map(|heat| Heat {
            conductance: heat.conductance.clone(),
            sink: heat.sink.clone(),
            source: heat.source.clone(),
            specific_heat: heat.specific_heat,
        });
        let mut flow = Self {
            shape,
            widths: [0, 1, 2].map(with_ghosts),
            density: problem.density,
            faces: problem.faces.each_ref().map(|faces| faces.iter().map(|face| face.0).collect()),
            laws: problem.laws.clone(),
            fans: problem.fans.clone(),
            periodic: problem.periodic,
            walls: problem.walls.clone(),
            laminar_viscosity: problem.viscosity,
            velocity: problem.velocity.clone(),
            pressure: problem.pressure.clone(),
            temperature: problem.temperature.clone(),
            viscosity: vec![problem.viscosity; shape.len()],
            shear_viscosity: [0, 1, 2].map(|_| match problem.walls {
                Some(_) => vec![problem.viscosity; shape.len()],
                None => vec![problem.viscosity; shape.row()],
            }),
            body_force: problem.body_force,
            buoyancy: problem.buoyancy,
            heat_inertia: if heat.is_some() { zeros() } else { Vec::new() },
            heat,
            convection: problem.convection,
            inertia: [zeros(), zeros(), zeros()],
            mobility: [zeros(), zeros(), zeros()],
            plain: Default::default(),
            system: System::new(shape),
            delta: [vec![0.0; shape.len()], vec![0.0; shape.len()]],
            force: Default::default(),
            padded: zeros(),
            natural: vec![0.0; shape.size.iter().product()],
        };
        flow.plain = [0, 1, 2].map(|axis| plain::Runs::new(&flow, axis));
        flow
    }

    /// Viscosities in shear between the cells from `start` on and their lower neighbours along an axis.
    #[inline(always)]
    fn shear_viscosities(&self, axis: usize, start: usize, n: usize) -> &[f64] {
        let first = if self.walls.is_some() { start } else { 0 };
        &self.shear_viscosity[axis][first..first + n]
    }

    /// Arrays of a system with its force.
    fn forced(&self, mut system: Vec<f64>, number: usize) -> Vec<f64> {
        let right = &mut system[rows::RIGHT * self.shape.len()..];
        right.iter_mut().zip(&self.force[number]).for_each(|(b, force)| *b += force);
        system
    }

    fn values(&mut self, unknown: Unknown) -> &mut Vec<f64> {
        match unknown {
            Unknown::Velocity(axis) => &mut self.velocity[axis],
            Unknown::Temperature => &mut self.temperature,
        }
    }
}

impl FlowBackend for CpuBackend {
    type Flow = Flow;
    type Snapshot = Snapshot;
    type FlowTransfer = Transfer;

    const ROUNDING: f64 = 1e-8;

    fn flow(&self, problem: &FlowProblem) -> Result<Flow, BackendError> {
        Ok(Flow::new(problem))
    }

    fn momentum(&self, flow: &mut Flow, axis: usize) {
        momentum::momentum(flow, axis, None);
    }

    fn heat(&self, flow: &mut Flow) {
        if flow.heat.is_some() {
            heat::heat(flow, None);
        }
    }

    fn set_inertia(&self, flow: &mut Flow, unknown: Unknown, factor: f64) {
        match unknown {
            Unknown::Velocity(axis) => momentum::momentum(flow, axis, Some(factor)),
            Unknown::Temperature => heat::heat(flow, Some(factor)),
        }
    }

    fn relax(&self, flow: &mut Flow, unknown: Unknown, sweeps: usize, radius: f64) {
        relax::relax(flow, unknown, sweeps, radius);
    }

    fn imbalance(&self, flow: &mut Flow, _unknown: Unknown) -> Result<Imbalance, BackendError> {
        Ok(flow.system.imbalance())
    }

    fn mobility(&self, flow: &mut Flow) -> Result<[Vec<f64>; 3], BackendError> {
        correct::mobility(flow);
        Ok(flow.mobility.clone())
    }

    fn viscosity(&self, flow: &mut Flow) {
        if flow.walls.is_some() {
            viscosity::viscosity(flow);
            wrap::wrap_viscosity(flow, false);
            shear_viscosity::shear_viscosity(flow);
            wrap::wrap_viscosity(flow, true);
        }
    }

    fn wrap(&self, flow: &mut Flow, unknown: Unknown) {
        wrap::wrap(flow, unknown);
    }

    fn fan_flows(&self, flow: &Flow) -> Result<Vec<f64>, BackendError> {
        let through = |fan: &FlowFan| {
            let velocity = &flow.velocity[fan.axis];
            fan.faces.iter().map(|&c| velocity[c] * mass_defect::area(flow, fan.axis, c)).sum()
        };
        Ok(flow.fans.iter().map(through).collect())
    }

    fn set_convection(&self, flow: &mut Flow, convection: Convection) {
        flow.convection = convection;
    }

    fn set_laws(&self, flow: &mut Flow, laws: &[FaceResistance]) {
        flow.laws.copy_from_slice(laws);
    }

    fn throughput(&self, flow: &Flow, t: &mut Field) {
        let mut natural = flow.natural.clone();
        mass_defect::throughput(flow, &mut natural);
        t.set(&natural);
    }

    fn mass_defect(&self, flow: &Flow, r: &mut Field) {
        let mut natural = flow.natural.clone();
        mass_defect::mass_defect(flow, &mut natural);
        r.set(&natural);
    }

    fn compress(&self, flow: &mut Flow, r: &Field) {
        r.copy_to_natural(&mut flow.natural);
        compress::compress(flow);
    }

    fn correct(&self, flow: &mut Flow, correction: &Field) {
        correction.copy_to_natural(&mut flow.natural);
        correct::correct(flow);
    }

    fn flow_transfer(
        &self,
        transfer: &Transfer,
        _problem: &FlowProblem,
        coarse: &mut Flow,
    ) -> Result<Transfer, BackendError> {
        coarse.force = [0; 4].map(|_| vec![0.0; coarse.shape.len()]);
        Ok(transfer.clone())
    }

    fn restrict_flow(&self, transfer: &Transfer, fine: &Flow, coarse: &mut Flow) {
        restrict_flow::restrict_flow(transfer, fine, coarse);
    }

    fn restrict_imbalance(&self, transfer: &Transfer, fine: &Flow, coarse: &mut Flow, unknown: Unknown) {
        restrict_imbalance::restrict_imbalance(transfer, fine, coarse, unknown);
    }

    fn prolong_flow(&self, transfer: &Transfer, change: &Snapshot, coarse: &Flow, fine: &mut Flow) {
        let [u, v, w, pressure, temperature] = change.arrays();
        for (axis, change) in [u, v, w].into_iter().enumerate() {
            prolong_faces::prolong_faces(transfer, change, coarse, fine, axis);
        }
        let flows = |axis: usize, face: usize| coarse.faces[axis][face] & Face::SOLVED != 0;
        prolong_cells::prolong_cells(transfer, pressure, flows, &mut fine.pressure);
        if let Some(heat) = &coarse.heat {
            let conducts = |axis: usize, face: usize| heat.conductance[axis][face] > 0.0;
            prolong_cells::prolong_cells(transfer, temperature, conducts, &mut fine.temperature);
        }
    }

    fn snapshot(&self, flow: &Flow, pressure: bool) -> Result<Snapshot, BackendError> {
        Ok(Snapshot::new(flow, pressure))
    }

    fn save(&self, flow: &Flow, snapshot: &mut Snapshot) {
        snapshot.save(flow);
    }

    fn add_to(&self, factor: f64, snapshot: &Snapshot, flow: &mut Flow) {
        snapshot.add_to(factor, flow);
    }

    fn add(&self, factor: f64, x: &Snapshot, y: &mut Snapshot) {
        y.add(factor, x);
    }

    fn overlaps(&self, pairs: &[(&Snapshot, &Snapshot)]) -> Result<Vec<[f64; 2]>, BackendError> {
        Ok(pairs.iter().map(|(x, y)| x.overlap(y)).collect())
    }

    fn store(&self, flow: &Flow, problem: &mut FlowProblem) -> Result<(), BackendError> {
        problem.velocity.clone_from(&flow.velocity);
        problem.pressure.clone_from(&flow.pressure);
        problem.temperature.clone_from(&flow.temperature);
        Ok(())
    }
}

impl FlowArrays for CpuBackend {
    fn kept(&self, flow: &Flow, what: Kept) -> Result<Vec<f64>, BackendError> {
        Ok(match what {
            Kept::System(Unknown::Velocity(axis)) => flow.forced(momentum::assembled(flow, axis), axis),
            Kept::System(Unknown::Temperature) => flow.forced(heat::assembled(flow), 3),
            Kept::Inertia(Unknown::Velocity(axis)) => flow.inertia[axis].clone(),
            Kept::Inertia(Unknown::Temperature) => flow.heat_inertia.clone(),
            Kept::Viscosity if flow.walls.is_some() => {
                [&flow.viscosity].into_iter().chain(&flow.shear_viscosity).flatten().copied().collect()
            }
            Kept::Viscosity => flow.viscosity.clone(),
        })
    }
}
