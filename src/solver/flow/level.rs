//! One iteration of SIMPLEC on one grid.

use super::{FlowOptions, FlowReport, Relaxed};
use crate::backend::flow::{FlowBackend, Imbalance, Unknown, sweep_radius};
use crate::model::flow::{FlowProblem, Passage};
use crate::model::system::LinearSystem;
use crate::solver::krylov::{Krylov, KrylovOptions};
use crate::solver::multigrid::{CycleOptions, HierarchyError};
use crate::solver::preconditioner::Preconditioner;
use crate::solver::settling::Drive;

/// Share of the largest component's scale that every component has at least.
const ACROSS: f64 = 1e-2;

/// Share of what buoyancy could drive at which fluid is at rest.
const REST: f64 = 1e-6;

/// A flow on one grid, with its pressure solver.
pub(super) struct Level<B: FlowBackend> {
    pub(super) problem: FlowProblem,
    pub(super) flow: B::Flow,
    /// Axes with unknown velocities.
    pub(super) axes: Vec<usize>,
    preconditioner: Option<Preconditioner<B>>,
    krylov: Krylov<B>,
    r: B::Field,
    correction: B::Field,
    norm: B::Scalar,
    /// √Σ throughput² at the last look.
    throughput: f64,
    /// Share of it that really passes: less than 1 where the fluid is at rest.
    pub(super) share_moving: f64,
    /// What buoyancy and fans could do.
    drive: Drive,
    /// Radius of the sweeps for velocities along x, y, z, and for the temperature, from the last look.
    pub(super) radii: [f64; 4],
    /// Times that all equations were evaluated.
    pub(super) evaluations: usize,
}

impl<B: FlowBackend> Level<B> {
    pub(super) fn new(backend: &B, problem: FlowProblem) -> Result<Self, HierarchyError> {
        let size = problem.shape.size;
        Ok(Self {
            flow: backend.flow(&problem)?,
            axes: (0..3).filter(|&a| problem.faces[a].iter().any(|face| face.is_solved())).collect(),
            preconditioner: None,
            krylov: Krylov::new(backend, size, 1)?,
            r: backend.field(size)?,
            correction: backend.field(size)?,
            norm: backend.scalar(),
            throughput: 0.0,
            share_moving: 1.0,
            drive: Drive::of(&problem),
            radii: [0.0; 4],
            evaluations: 0,
            problem,
        })
    }

    /// The unknowns in the order in which they are solved.
    pub(super) fn unknowns(&self) -> impl Iterator<Item = Unknown> + use<B> {
        let heat = self.problem.heat.as_ref().map(|_| Unknown::Temperature);
        self.axes.clone().into_iter().map(Unknown::Velocity).chain(heat)
    }

    pub(super) fn cells(&self) -> usize {
        self.problem.shape.size.iter().product()
    }

    /// Evaluations times cells.
    pub(super) fn work(&self) -> f64 {
        (self.evaluations * self.cells()) as f64
    }

    /// Fills the system of an unknown at the present state.
    pub(super) fn fill(&mut self, backend: &B, unknown: Unknown) {
        match unknown {
            Unknown::Velocity(axis) => backend.momentum(&mut self.flow, axis),
            Unknown::Temperature => backend.heat(&mut self.flow),
        }
    }

    /// Fills the ghosts of periodic axes.
    pub(super) fn wrap(&mut self, backend: &B) {
        backend.wrap(&mut self.flow, Unknown::Temperature);
        for &axis in &self.axes {
            backend.wrap(&mut self.flow, Unknown::Velocity(axis));
        }
    }

    /// One iteration. A `report` takes the imbalances; `renew` gives the inertia anew.
    pub(super) fn iterate(
        &mut self,
        backend: &B,
        options: &FlowOptions,
        relaxed: Relaxed,
        mut report: Option<&mut FlowReport>,
        renew: bool,
    ) -> Result<(), HierarchyError> {
        self.evaluations += 1;
        self.drive_fans(backend)?;
        backend.viscosity(&mut self.flow);
        backend.wrap(&mut self.flow, Unknown::Temperature);
        let mut imbalances = [Imbalance::default(); 3];
        for axis in self.axes.clone() {
            let unknown = Unknown::Velocity(axis);
            backend.momentum(&mut self.flow, axis);
            if report.is_some() {
                imbalances[axis] = backend.imbalance(&mut self.flow, unknown)?;
                self.radii[axis] = sweep_radius(imbalances[axis].stream);
            }
            if renew {
                backend.set_inertia(&mut self.flow, unknown, relaxed.momentum);
            }
            backend.relax(&mut self.flow, unknown, relaxed.sweeps, self.radii[axis]);
            backend.wrap(&mut self.flow, unknown);
        }
        if let Some(report) = &mut report {
            // A component that is next to nothing is compared with the others.
            let largest = imbalances.iter().fold(0.0, |m: f64, imbalance| m.max(imbalance.scale));
            let floor = (ACROSS * largest).max(REST * self.drive.force);
            report.momentum = imbalances.map(|imbalance| imbalance.relative_to(floor));
        }
        if renew {
            self.renew_pressure_operator(backend)?;
        }
        let mass = self.continuity(backend, options, report.is_some())?;
        if let Some(report) = &mut report {
            report.mass = mass;
            report.renewals += usize::from(renew);
        }
        if self.problem.heat.is_some() {
            let unknown = Unknown::Temperature;
            backend.heat(&mut self.flow);
            if let Some(report) = report {
                let imbalance = backend.imbalance(&mut self.flow, unknown)?;
                report.heat = imbalance.relative();
                self.radii[3] = sweep_radius(imbalance.stream);
            }
            if renew {
                backend.set_inertia(&mut self.flow, unknown, relaxed.heat);
            }
            backend.relax(&mut self.flow, unknown, options.heat_sweeps, self.radii[3]);
        }
        Ok(())
    }

    /// Corrects pressure and velocities. With a `look`, √Σ (Σ ṁ)² before it over the throughput; otherwise 0.
    fn continuity(&mut self, backend: &B, options: &FlowOptions, look: bool) -> Result<f64, HierarchyError> {
        backend.mass_defect(&self.flow, &mut self.r);
        let mut mass = 0.0;
        if look {
            backend.dot(&self.r, &self.r, &mut self.norm);
            let norm = backend.read(&[&self.norm])?.0[0].sqrt();
            let passing = self.throughput(backend)?;
            self.throughput = passing.max(REST * self.drive.stream);
            self.share_moving = if passing < self.throughput { passing / self.throughput } else { 1.0 };
            mass = if self.throughput > 0.0 { norm / self.throughput } else { 0.0 };
        }
        let Some(preconditioner) = &mut self.preconditioner else { return Ok(mass) };
        backend.compress(&mut self.flow, &self.r);
        backend.clear(&mut self.correction);
        let steps = options.pressure_steps;
        let options = KrylovOptions { tolerance: 0.0, iterations: steps, check_every: steps };
        self.krylov.solve(backend, preconditioner, options, &mut self.correction, &mut self.r)?;
        backend.correct(&mut self.flow, &self.correction);
        for &axis in &self.axes {
            backend.wrap(&mut self.flow, Unknown::Velocity(axis));
        }
        Ok(mass)
    }

    /// √Σ of the mass that passes through each cell, squared, kg/s.
    fn throughput(&mut self, backend: &B) -> Result<f64, HierarchyError> {
        backend.throughput(&self.flow, &mut self.correction);
        backend.dot(&self.correction, &self.correction, &mut self.norm);
        Ok(backend.read(&[&self.norm])?.0[0].sqrt())
    }

    /// Lets every fan's pressure follow its flow.
    pub(super) fn drive_fans(&mut self, backend: &B) -> Result<(), HierarchyError> {
        if self.problem.fans.is_empty() {
            return Ok(());
        }
        let flows = backend.fan_flows(&self.flow)?;
        for (fan, flow) in self.problem.fans.iter().zip(flows) {
            let direction = if fan.forward { 1.0 } else { -1.0 };
            let state = fan.curve.at(direction * flow);
            for &number in &fan.laws {
                let law = &mut self.problem.laws[number - 1];
                law.rise = direction * state.pressure_rise;
                // A rise that grows with the flow would drive the iteration away, and one that does not fall with it, as
                // at shut-off, would start it with any speed: the curve's mean slope holds both back.
                let mean_slope = fan.curve.at(0.0).pressure_rise / fan.curve.flow_range().1;
                law.stiffness = mean_slope.max(-state.slope) * fan.area;
            }
        }
        backend.set_laws(&mut self.flow, &self.problem.laws);
        Ok(())
    }

    /// Builds the hierarchy of the pressure correction from the present mobility.
    fn renew_pressure_operator(&mut self, backend: &B) -> Result<(), HierarchyError> {
        let mobility = backend.mobility(&mut self.flow)?;
        self.make_pressure_solver(backend, &mobility)
    }

    /// The same for a mobility.
    pub(super) fn make_pressure_solver(
        &mut self,
        backend: &B,
        mobility: &[Vec<f64>; 3],
    ) -> Result<(), HierarchyError> {
        // The last one makes room.
        self.preconditioner = None;
        let system = pressure_system(&self.problem, mobility);
        self.preconditioner = Some(Preconditioner::new(backend, &system, CycleOptions::default())?);
        self.krylov.restart();
        Ok(())
    }
}

/// The operator of the pressure correction: ρ A d between cells, kg/(s Pa), and to the surroundings.
#[must_use]
pub fn pressure_system(problem: &FlowProblem, mobility: &[Vec<f64>; 3]) -> LinearSystem {
    let shape = problem.shape;
    let mut system = LinearSystem::zeros(shape.size, false);
    let [nx, ny, _] = shape.size;
    let natural = |[i, j, k]: [usize; 3]| i + nx * (j + ny * k);
    for (axis, mobility) in mobility.iter().enumerate() {
        let n = shape.size[axis];
        for (at, face) in shape.faces(axis).filter(|&(_, c)| problem.faces[axis][c].is_solved()) {
            let conductance = problem.density * problem.face_area(axis, face) * mobility[face];
            if problem.faces[axis][face].is(Passage::Opening) {
                let mut inside = at;
                inside[axis] = at[axis].min(n - 1);
                system.sink[natural(inside)] += conductance;
            } else {
                // Below the first cell of a periodic axis lies its last.
                let mut below = at;
                below[axis] = (at[axis] + n - 1) % n;
                system.add_face(axis, natural(below), [conductance; 2]);
            }
        }
    }
    system
}
