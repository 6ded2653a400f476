//! Flow in f64 on all cores: state, coefficients, and the drivers of the kernels beside it.

mod correct;
mod heat;
mod mass_defect;
mod momentum;
mod relax;
mod rows;

use super::CpuBackend;
use super::layout::Field;
use crate::backend::flow::{FlowBackend, Imbalance, Unknown};
use crate::backend::BackendError;
use crate::field::Padded;
use crate::model::flow::{Convection, FaceResistance, FlowProblem};
pub(super) use rows::Coefficients;

/// A flow and its state.
#[derive(Clone, Debug)]
pub struct Flow {
    shape: Padded,
    /// Widths with a 0 for each ghost, m.
    widths: [Vec<f64>; 3],
    density: f64,
    faces: [Vec<u32>; 3],
    laws: Vec<FaceResistance>,
    velocity: [Vec<f64>; 3],
    pressure: Vec<f64>,
    temperature: Vec<f64>,
    /// Effective dynamic viscosity of cells, Pa s.
    viscosity: Vec<f64>,
    body_force: [f64; 3],
    buoyancy: [f64; 3],
    heat: Option<Heat>,
    convection: Convection,
    /// m of each axis, kg/s.
    inertia: [Vec<f64>; 3],
    /// m of the temperature, W/K.
    heat_inertia: Vec<f64>,
    mobility: [Vec<f64>; 3],
    system: Coefficients,
    /// The other half of a Jacobi sweep.
    next: Vec<f64>,
    /// Values before the sweeps.
    old: Vec<f64>,
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
        let with_ghosts = |widths: &Vec<f64>| {
            let mut padded = vec![0.0; widths.len() + 2];
            padded[1..=widths.len()].copy_from_slice(widths);
            padded
        };
        let heat = problem.heat.as_ref().map(|heat| Heat {
            conductance: heat.conductance.clone(),
            sink: heat.sink.clone(),
            source: heat.source.clone(),
            specific_heat: heat.specific_heat,
        });
        Self {
            shape,
            widths: problem.widths.each_ref().map(with_ghosts),
            density: problem.density,
            faces: problem.faces.each_ref().map(|faces| faces.iter().map(|face| face.0).collect()),
            laws: problem.laws.clone(),
            velocity: problem.velocity.clone(),
            pressure: problem.pressure.clone(),
            temperature: problem.temperature.clone(),
            viscosity: vec![problem.viscosity; shape.len()],
            body_force: problem.body_force,
            buoyancy: problem.buoyancy,
            heat_inertia: if heat.is_some() { zeros() } else { Vec::new() },
            heat,
            convection: problem.convection,
            inertia: [zeros(), zeros(), zeros()],
            mobility: [zeros(), zeros(), zeros()],
            system: Coefficients::new(shape),
            next: zeros(),
            old: zeros(),
            natural: vec![0.0; shape.size.iter().product()],
        }
    }

    fn values(&mut self, unknown: Unknown) -> &mut Vec<f64> {
        match unknown {
            Unknown::Velocity(axis) => &mut self.velocity[axis],
            Unknown::Temperature => &mut self.temperature,
        }
    }

    fn inertia_of(&mut self, unknown: Unknown) -> &mut Vec<f64> {
        match unknown {
            Unknown::Velocity(axis) => &mut self.inertia[axis],
            Unknown::Temperature => &mut self.heat_inertia,
        }
    }
}

impl FlowBackend for CpuBackend {
    type Flow = Flow;

    fn flow(&self, problem: &FlowProblem) -> Result<Flow, BackendError> {
        Ok(Flow::new(problem))
    }

    fn momentum(&self, flow: &mut Flow, axis: usize) {
        momentum::momentum(flow, axis);
    }

    fn heat(&self, flow: &mut Flow) {
        heat::heat(flow);
    }

    fn set_inertia(&self, flow: &mut Flow, unknown: Unknown, factor: f64) {
        let mut inertia = std::mem::take(flow.inertia_of(unknown));
        relax::set_inertia(&flow.system, factor, &mut inertia);
        *flow.inertia_of(unknown) = inertia;
    }

    fn relax(&self, flow: &mut Flow, unknown: Unknown, sweeps: usize) {
        let mut next = std::mem::take(&mut flow.next);
        let mut x = std::mem::take(flow.values(unknown));
        let inertia = std::mem::take(flow.inertia_of(unknown));
        flow.old.copy_from_slice(&x);
        next.copy_from_slice(&x);
        for _ in 0..sweeps {
            relax::relax(&flow.system, &inertia, &flow.old, &x, &mut next);
            std::mem::swap(&mut x, &mut next);
        }
        *flow.values(unknown) = x;
        *flow.inertia_of(unknown) = inertia;
        flow.next = next;
    }

    fn imbalance(&self, flow: &mut Flow, unknown: Unknown) -> Result<Imbalance, BackendError> {
        let x = match unknown {
            Unknown::Velocity(axis) => &flow.velocity[axis],
            Unknown::Temperature => &flow.temperature,
        };
        Ok(relax::imbalance(&flow.system, x))
    }

    fn mobility(&self, flow: &mut Flow) -> Result<[Vec<f64>; 3], BackendError> {
        correct::mobility(flow);
        Ok(flow.mobility.clone())
    }

    fn mass_defect(&self, flow: &Flow, r: &mut Field) {
        let mut natural = flow.natural.clone();
        mass_defect::mass_defect(flow, &mut natural);
        r.set(&natural);
    }

    fn correct(&self, flow: &mut Flow, correction: &Field) {
        correction.copy_to_natural(&mut flow.natural);
        correct::correct(flow);
    }

    fn store(&self, flow: &Flow, problem: &mut FlowProblem) -> Result<(), BackendError> {
        problem.velocity.clone_from(&flow.velocity);
        problem.pressure.clone_from(&flow.pressure);
        problem.temperature.clone_from(&flow.temperature);
        Ok(())
    }
}
