//! Steady flow by SIMPLEC, over the operations of a backend.
//!
//! ```text
//! momentum   Σ a (u_n − u) − s u + b(p, θ, u) + m (u_old − u) = 0      a few Jacobi sweeps
//! continuity Σ_f ρ A d (p'_n − p') = −Σ ṁ                            Krylov steps with multigrid
//! correct    u ← u + d (p'_W − p'_P),  p ← p + p'                      d = A / (m + A dΔp/du)
//! heat       Σ a (θ_n − θ) − s θ + b + m (θ_old − θ) = 0              sweeps
//! ```
//!
//! m is what relaxation by α adds to the diagonal, (1 − α)/α Σ a; [`super::pace`] chooses α. m is kept from one iteration
//! to the next and renewed after 1, 3, 7, 15 … iterations and when α changes, so that the operator of the pressure stays
//! the same and its multigrid hierarchy with it. [`super::anderson`] takes several iterations together and shortens their
//! way; [`super::settling`] says how far the end still is. In SIMPLEC the neighbours' corrections are taken as equal to one's own: only
//! m and the slope of the laws are left in d, and the pressure needs no relaxation.
//! Source: J. P. Van Doormaal and G. D. Raithby, "Enhancements of the SIMPLE method for predicting
//! incompressible fluid flows", Numerical Heat Transfer 7 (1984) 147.

use super::anderson::Anderson;
use super::krylov::{Krylov, KrylovOptions};
use super::multigrid::{CycleOptions, HierarchyError};
use super::pace::Pace;
use super::preconditioner::Preconditioner;
use super::settling::{Buoyant, Settling};
use crate::backend::flow::{FlowBackend, Imbalance, Unknown, sweep_radius};
use crate::model::flow::{FlowProblem, Passage};
use crate::model::system::LinearSystem;

/// Iterations before sweeps are accelerated: a flow that grows from rest does not yet show its streams.
const SWEEPS_LEARNT: usize = 10;

/// Share of the largest component's scale that every component has at least.
const ACROSS: f64 = 1e-2;

/// Share of what buoyancy could drive at which fluid is at rest.
const REST: f64 = 1e-6;

/// Imbalance under which the iteration is near enough to its end for its history to be of use.
const ACCELERATED: f64 = 1e-2;

/// Looks from the first one on after which the field is kept, and then from one keeping to the next.
const KEEP_EVERY: usize = 8;

/// How the iteration goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FlowOptions {
    /// α of momentum at the start; it follows how the iteration goes ([`super::pace`]).
    pub momentum_relaxation: f64,
    /// α of heat, fixed.
    pub heat_relaxation: f64,
    /// Jacobi sweeps over the temperature.
    pub heat_sweeps: usize,
    /// Krylov steps for the pressure.
    pub pressure_steps: usize,
    /// Relative imbalance of momentum and heat at which it ends.
    pub tolerance: f64,
    /// Σ|Σ ṁ| over the throughput at which it ends.
    pub mass_tolerance: f64,
    /// Distance from its end, as a share of the flow, at which it ends ([`Settling`]).
    pub distance: f64,
    /// Most iterations.
    pub iterations: usize,
    /// Iterations between two looks at the imbalance, and between two steps of acceleration.
    pub check_every: usize,
    /// Differences that the acceleration keeps; 0 for none.
    pub history: usize,
}

impl Default for FlowOptions {
    fn default() -> Self {
        Self {
            momentum_relaxation: 0.8,
            heat_relaxation: 0.99,
            heat_sweeps: 16,
            pressure_steps: 2,
            tolerance: 1e-5,
            mass_tolerance: 1e-6,
            distance: 5e-5,
            iterations: 2000,
            check_every: 5,
            history: 3,
        }
    }
}

/// How an iteration ended whose values left the numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Divergence {
    /// Iterations after which the field that is handed back was kept.
    pub kept_after: usize,
    /// The cell where that field is fastest.
    pub cell: [usize; 3],
    /// m/s there along one axis.
    pub speed: f64,
}

/// Where an iteration stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlowReport {
    /// Iterations done.
    pub iterations: usize,
    /// Relative imbalance of momentum along x, y, z; 0 for an axis without unknowns.
    pub momentum: [f64; 3],
    /// Relative imbalance of heat.
    pub heat: f64,
    /// √Σ (Σ ṁ)² before the pressure correction over √Σ of the throughput squared.
    pub mass: f64,
    /// Estimated distance from the end, as a share of the flow.
    pub distance: f64,
    /// Hierarchies built for the pressure.
    pub renewals: usize,
    /// α of momentum in the last iteration.
    pub relaxation: f64,
    /// Whether all tolerances hold.
    pub converged: bool,
    /// Set where the iteration was stopped because it diverged.
    pub diverged: Option<Divergence>,
}

impl FlowReport {
    /// Largest relative imbalance of momentum and heat; NaN if one is.
    #[must_use]
    pub fn worst(&self) -> f64 {
        self.momentum.iter().fold(self.heat, |a, &b| if b > a || b.is_nan() { b } else { a })
    }
}

impl std::fmt::Display for FlowReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [x, y, z] = self.momentum;
        write!(
            f,
            "iteration {}: momentum {x:.1e} {y:.1e} {z:.1e}, heat {:.1e}, mass {:.1e}, distance {:.1e}, relaxation {:.2}",
            self.iterations, self.heat, self.mass, self.distance, self.relaxation
        )
    }
}

/// A flow on a device with its pressure solver.
pub struct FlowSolver<'a, B: FlowBackend> {
    backend: &'a B,
    problem: FlowProblem,
    flow: B::Flow,
    /// Axes with unknown velocities.
    axes: Vec<usize>,
    preconditioner: Option<Preconditioner<B>>,
    krylov: Krylov<B>,
    r: B::Field,
    correction: B::Field,
    norm: B::Scalar,
    /// √Σ throughput² at the last look.
    throughput: f64,
    /// What buoyancy could do.
    buoyant: Buoyant,
    /// Radius of the sweeps for velocities along x, y, z, and for the temperature, from the last look.
    radii: [f64; 4],
    report: FlowReport,
    /// Iterations after which `problem` took over the state of the device: what is left if it diverges.
    kept_after: usize,
}

impl<'a, B: FlowBackend> FlowSolver<'a, B> {
    /// Puts a problem on a device.
    ///
    /// # Errors
    /// [`HierarchyError`] if it does not fit.
    pub fn new(backend: &'a B, problem: FlowProblem) -> Result<Self, HierarchyError> {
        let flow = backend.flow(&problem)?;
        let size = problem.shape.size;
        let axes = (0..3).filter(|&a| problem.faces[a].iter().any(|face| face.is_solved())).collect();
        Ok(Self {
            flow,
            axes,
            preconditioner: None,
            krylov: Krylov::new(backend, size, 1)?,
            r: backend.field(size)?,
            correction: backend.field(size)?,
            norm: backend.scalar(),
            throughput: 0.0,
            buoyant: Buoyant::of(&problem),
            radii: [0.0; 4],
            report: FlowReport::default(),
            kept_after: 0,
            problem,
            backend,
        })
    }

    /// Iterates until the tolerances hold or the iterations are used up.
    ///
    /// # Errors
    /// [`HierarchyError`] if the device fails.
    pub fn solve(
        &mut self,
        options: &FlowOptions,
        tell: &mut dyn FnMut(&FlowReport),
    ) -> Result<FlowReport, HierarchyError> {
        self.report.converged = false;
        let mut looks = 0;
        let mut pace = Pace::new(options.momentum_relaxation);
        let mut history = Anderson::new(self.backend, &self.flow, options.history)?;
        let mut settling = Settling::default();
        let mut next_renewal = 0;
        for iteration in 0..options.iterations {
            let look = iteration % options.check_every == 0 || iteration + 1 == options.iterations;
            let renew = iteration == next_renewal;
            if renew {
                history.restart();
                // After 0, 1, 3, 7, 15 … iterations: a flow that grows from rest changes by factors.
                next_renewal = 2 * iteration + 1;
            }
            self.report.relaxation = pace.relaxation();
            if iteration.is_multiple_of(options.check_every) {
                history.before(self.backend, &self.flow);
            }
            self.iterate(options, look, pace, renew)?;
            if (iteration + 1).is_multiple_of(options.check_every) && self.report.worst() < ACCELERATED {
                history.after(self.backend, &mut self.flow)?;
            }
            self.report.iterations += 1;
            if look {
                tell(&self.report);
                let worst = self.report.worst();
                let settled = worst <= options.tolerance && self.report.mass <= options.mass_tolerance;
                let heat = (1.0 - options.heat_relaxation) / options.heat_relaxation;
                let inertia = if self.problem.heat.is_some() { pace.factor.min(heat) } else { pace.factor };
                self.report.distance = settling.distance(worst, inertia, options.check_every);
                let still = self.report.distance <= options.distance || worst <= B::ROUNDING;
                self.report.converged = settled && still && iteration > 0;
                if iteration < SWEEPS_LEARNT {
                    self.radii = [0.0; 4];
                }
                if !(worst + self.report.mass).is_finite() {
                    self.report.diverged = Some(self.divergence());
                }
                if self.report.converged || self.report.diverged.is_some() {
                    break;
                }
                looks += 1;
                if looks <= KEEP_EVERY || looks % KEEP_EVERY == 0 {
                    self.keep()?;
                }
                if pace.hears(worst.max(10.0 * self.report.mass)) {
                    next_renewal = iteration + 1;
                }
            }
        }
        Ok(self.report)
    }

    /// One iteration; `look` measures the imbalances, `renew` gives the inertia anew.
    fn iterate(
        &mut self,
        options: &FlowOptions,
        look: bool,
        pace: Pace,
        renew: bool,
    ) -> Result<(), HierarchyError> {
        let backend = self.backend;
        self.drive_fans()?;
        backend.viscosity(&mut self.flow);
        backend.wrap(&mut self.flow, Unknown::Temperature);
        let mut imbalances = [Imbalance::default(); 3];
        for &axis in &self.axes {
            let unknown = Unknown::Velocity(axis);
            backend.momentum(&mut self.flow, axis);
            if look {
                imbalances[axis] = backend.imbalance(&mut self.flow, unknown)?;
                self.radii[axis] = sweep_radius(imbalances[axis].stream);
            }
            if renew {
                backend.set_inertia(&mut self.flow, unknown, pace.factor);
            }
            backend.relax(&mut self.flow, unknown, pace.sweeps(), self.radii[axis]);
            backend.wrap(&mut self.flow, unknown);
        }
        if look {
            // A component that is next to nothing is compared with the others.
            let largest = imbalances.iter().fold(0.0, |m: f64, imbalance| m.max(imbalance.scale));
            let floor = (ACROSS * largest).max(REST * self.buoyant.force);
            self.report.momentum = imbalances.map(|imbalance| imbalance.relative_to(floor));
        }
        if renew {
            self.renew_pressure_operator()?;
        }
        self.continuity(options, look)?;
        if self.problem.heat.is_some() {
            let unknown = Unknown::Temperature;
            backend.heat(&mut self.flow);
            if look {
                let imbalance = backend.imbalance(&mut self.flow, unknown)?;
                self.report.heat = imbalance.relative();
                self.radii[3] = sweep_radius(imbalance.stream);
            }
            if renew {
                let alpha = options.heat_relaxation;
                backend.set_inertia(&mut self.flow, unknown, (1.0 - alpha) / alpha);
            }
            backend.relax(&mut self.flow, unknown, options.heat_sweeps, self.radii[3]);
        }
        Ok(())
    }

    fn continuity(&mut self, options: &FlowOptions, look: bool) -> Result<(), HierarchyError> {
        let backend = self.backend;
        backend.mass_defect(&self.flow, &mut self.r);
        if look {
            backend.dot(&self.r, &self.r, &mut self.norm);
            let norm = backend.read(&[&self.norm])?.0[0].sqrt();
            self.throughput = self.throughput()?.max(REST * self.buoyant.stream);
            self.report.mass = if self.throughput > 0.0 { norm / self.throughput } else { 0.0 };
        }
        let Some(preconditioner) = &mut self.preconditioner else { return Ok(()) };
        backend.clear(&mut self.correction);
        let steps = options.pressure_steps;
        let options = KrylovOptions { tolerance: 0.0, iterations: steps, check_every: steps };
        self.krylov.solve(backend, preconditioner, options, &mut self.correction, &mut self.r)?;
        backend.correct(&mut self.flow, &self.correction);
        for &axis in &self.axes {
            backend.wrap(&mut self.flow, Unknown::Velocity(axis));
        }
        Ok(())
    }

    /// √Σ of the mass that passes through each cell, squared, kg/s.
    fn throughput(&mut self) -> Result<f64, HierarchyError> {
        let backend = self.backend;
        backend.throughput(&self.flow, &mut self.correction);
        backend.dot(&self.correction, &self.correction, &mut self.norm);
        Ok(backend.read(&[&self.norm])?.0[0].sqrt())
    }

    /// Lets every fan's pressure follow its flow.
    fn drive_fans(&mut self) -> Result<(), HierarchyError> {
        if self.problem.fans.is_empty() {
            return Ok(());
        }
        let flows = self.backend.fan_flows(&self.flow)?;
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
        self.backend.set_laws(&mut self.flow, &self.problem.laws);
        Ok(())
    }

    /// Builds the hierarchy of the pressure correction from the present mobility.
    fn renew_pressure_operator(&mut self) -> Result<(), HierarchyError> {
        let mobility = self.backend.mobility(&mut self.flow)?;
        let system = pressure_system(&self.problem, &mobility);
        self.preconditioner = Some(Preconditioner::new(self.backend, &system, CycleOptions::default())?);
        self.krylov.restart();
        self.report.renewals += 1;
        Ok(())
    }

    /// Takes the state of the device into `problem`, if all of it is finite.
    fn keep(&mut self) -> Result<(), HierarchyError> {
        let last =
            (self.problem.velocity.clone(), self.problem.pressure.clone(), self.problem.temperature.clone());
        self.backend.store(&self.flow, &mut self.problem)?;
        let state = self.problem.velocity.iter().chain([&self.problem.pressure, &self.problem.temperature]);
        if state.flatten().all(|value| value.is_finite()) {
            self.kept_after = self.report.iterations;
        } else {
            (self.problem.velocity, self.problem.pressure, self.problem.temperature) = last;
        }
        Ok(())
    }

    /// Where the field that was kept last is fastest.
    fn divergence(&self) -> Divergence {
        let shape = self.problem.shape;
        let mut found = Divergence { kept_after: self.kept_after, cell: [0; 3], speed: 0.0 };
        for (axis, velocity) in self.problem.velocity.iter().enumerate() {
            for (at, c) in shape.cells() {
                let speed = velocity[c].abs().max(velocity[c + shape.strides()[axis]].abs());
                if speed > found.speed {
                    (found.cell, found.speed) = (at, speed);
                }
            }
        }
        found
    }

    /// The problem with the present velocities, pressures and temperatures; with the last ones that were kept if the
    /// iteration has diverged.
    ///
    /// # Errors
    /// [`HierarchyError`] if the device is lost.
    pub fn into_state(mut self) -> Result<FlowProblem, HierarchyError> {
        if self.report.diverged.is_none() {
            self.backend.store(&self.flow, &mut self.problem)?;
        }
        Ok(self.problem)
    }
}

/// The operator of the pressure correction: ρ A d between cells, kg/(s Pa), and to the surroundings.
#[must_use]
pub fn pressure_system(problem: &FlowProblem, mobility: &[Vec<f64>; 3]) -> LinearSystem {
    let shape = problem.shape;
    let mut system = LinearSystem::zeros(shape.size, false);
    let strides = system.strides();
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
            } else if at[axis] > 0 && at[axis] < n {
                system.from_upper[axis][natural(at) - strides[axis]] += conductance;
            }
        }
    }
    system
}
