//! The self-test of the flow's kernels, before the first flow: a small problem with walls, an inlet, an opening, a law,
//! a fan, a periodic axis and LVEL, compared with host arithmetic in f64. Convection is upwind: the limiter's terms are
//! those of the same kernels.

mod grids;
mod host;

use super::super::GpuBackend;
use super::super::self_test::{Judge, TOLERANCE, pattern};
use super::Flow;
use crate::backend::flow::{FlowArrays, FlowBackend, Kept, Unknown};
use crate::backend::{Backend, BackendError};
use crate::grid::{Axis, Grid, Side};
use crate::model::flow::{
    Convection, Face, FaceResistance, FlowFan, FlowProblem, HeatProblem, Passage, WallField,
};
use crate::physics::fan::FanCurve;
use host::Host;

const SIZE: [usize; 3] = [3, 2, 2];
/// (1 − α)/α of the sweeps.
const FACTOR: f64 = 0.25;

const UNKNOWNS: [Unknown; 4] =
    [Unknown::Temperature, Unknown::Velocity(0), Unknown::Velocity(1), Unknown::Velocity(2)];

/// The problem, or none if the host itself could not make it.
fn problem() -> Option<FlowProblem> {
    let grid = Grid::uniform([1.0; 3], SIZE).ok()?;
    let mut problem = FlowProblem::closed_box(&grid, 12.0, 0.5);
    problem.widths = [vec![0.5, 0.75, 0.625], vec![1.0, 0.875], vec![0.75, 0.5]];
    problem.convection = Convection::Upwind;
    let shape = problem.shape;
    let length = shape.len();
    problem.velocity = [pattern(1, length), pattern(2, length), pattern(3, length)];
    (problem.pressure, problem.temperature) = (pattern(4, length), pattern(5, length));
    (problem.body_force, problem.buoyancy) = ([0.5, -1.0, 2.0], [0.125, 0.25, -0.5]);
    problem.set_side(Side { axis: Axis::X, upper: false }, Passage::Given, [0.5, 0.25, 0.0]);
    problem.set_side(Side { axis: Axis::X, upper: true }, Passage::Opening, [0.0; 3]);
    problem.set_side(Side { axis: Axis::Y, upper: true }, Passage::MovingWall, [0.5, 0.0, -0.25]);
    problem.set_periodic(2);
    let screen = shape.index([1, 0, 0]);
    problem.faces[0][screen] = Face::new(Passage::Open, true).with_law(1);
    problem.laws = vec![FaceResistance { quadratic: 2.0, linear: 0.5, rise: 1.5, stiffness: 0.75 }];
    let positive = |seed| pattern(seed, length).into_iter().map(f64::abs).collect::<Vec<_>>();
    problem.fans = vec![FlowFan {
        name: String::new(),
        axis: 0,
        forward: true,
        faces: vec![screen, shape.index([1, 1, 0]), shape.index([1, 1, 1])],
        area: 1.0,
        laws: vec![1],
        curve: FanCurve::from_end_points(1.0, 1.0).ok()?,
    }];
    let mut walls =
        WallField { distance: shape.pad(&shape.unpad(&positive(6)), 0.0), shear_share: positive(7) };
    shape.wrap(2, &mut walls.distance);
    shape.wrap(2, &mut walls.shear_share);
    problem.walls = Some(walls);
    problem.heat = Some(HeatProblem {
        conductance: [positive(8), positive(9), positive(10)],
        sink: positive(11),
        source: pattern(12, length),
        specific_heat: 2.0,
    });
    Some(problem)
}

/// Runs all operations.
pub(super) fn run(backend: &GpuBackend) -> Result<(), BackendError> {
    let Some(problem) = problem() else { return Ok(()) };
    let mut flow = Flow::new(&backend.device, &backend.allocator, &problem)?;
    let host = Host::new(problem);
    let test = Test { judge: Judge { backend, tolerance: TOLERANCE }, backend, host };
    test.ghosts(&mut flow)?;
    test.mass(&flow)?;
    for unknown in UNKNOWNS {
        test.system(&mut flow, unknown)?;
    }
    test.correction(&mut flow)?;
    test.sweep(&mut flow)?;
    test.grids()
}

struct Test<'a> {
    judge: Judge<'a>,
    backend: &'a GpuBackend,
    host: Host,
}

impl Test<'_> {
    fn compare(&self, what: &str, expected: &[f64], found: &[f64]) -> Result<(), BackendError> {
        let magnitude: Vec<f64> = expected.iter().map(|v| v.abs().max(1.0)).collect();
        self.judge.compare(what, expected, &magnitude, found)
    }

    /// Viscosity and ghosts of the state.
    fn ghosts(&self, flow: &mut Flow) -> Result<(), BackendError> {
        for axis in 0..3 {
            self.backend.wrap(flow, Unknown::Velocity(axis));
        }
        self.backend.wrap(flow, Unknown::Temperature);
        self.backend.viscosity(flow);
        self.compare("viscosity", &self.host.viscosity.concat(), &self.backend.kept(flow, Kept::Viscosity)?)?;
        self.state("periodic state", flow)
    }

    fn state(&self, what: &str, flow: &Flow) -> Result<(), BackendError> {
        let mut stored = self.host.problem.clone();
        self.backend.store(flow, &mut stored)?;
        let expected = &self.host.problem;
        self.compare(what, &expected.velocity.concat(), &stored.velocity.concat())?;
        self.compare(what, &expected.pressure, &stored.pressure)?;
        self.compare(what, &expected.temperature, &stored.temperature)
    }

    /// Mass of cells and volume flow of fans.
    fn mass(&self, flow: &Flow) -> Result<(), BackendError> {
        let (host, s) = (&self.host, self.host.shape.strides());
        let (mut gained, mut through) = (Vec::new(), Vec::new());
        for (_, c) in host.shape.cells() {
            let faces = [0, 1, 2].map(|axis| {
                let flux = |face: usize| {
                    host.problem.density * host.problem.velocity[axis][face] * host.area(axis, c)
                };
                [flux(c), flux(c + s[axis])]
            });
            gained.push(faces.iter().map(|[lower, upper]| lower - upper).sum());
            through.push(0.5 * faces.as_flattened().iter().map(|flux| flux.abs()).sum::<f64>());
        }
        let mut field = self.backend.field(SIZE)?;
        self.backend.mass_defect(flow, &mut field);
        self.compare("mass gained", &gained, &self.backend.download(&field)?)?;
        self.backend.throughput(flow, &mut field);
        self.compare("mass passed", &through, &self.backend.download(&field)?)?;
        let fan = &host.problem.fans[0];
        let flow_of_fan =
            fan.faces.iter().map(|&c| host.problem.velocity[fan.axis][c] * host.area(fan.axis, c)).sum();
        self.compare("flow of a fan", &[flow_of_fan], &self.backend.fan_flows(flow)?)
    }

    fn fill(&self, flow: &mut Flow, unknown: Unknown) {
        match unknown {
            Unknown::Velocity(axis) => self.backend.momentum(flow, axis),
            Unknown::Temperature => self.backend.heat(flow),
        }
    }

    /// A system, its inertia and its imbalance.
    fn system(&self, flow: &mut Flow, unknown: Unknown) -> Result<(), BackendError> {
        let (host, length) = (&self.host, self.host.shape.len());
        let (mut system, mut inertia) = (vec![0.0; 8 * length], vec![0.0; length]);
        let (x, r) = (host.values(unknown), host.residual(unknown));
        let mut sums = [r.iter().map(|r| r * r).sum::<f64>(), 0.0];
        for (c, row) in host.rows(unknown) {
            (0..8).for_each(|array| system[array * length + c] = row[array]);
            let diagonal: f64 = row[..7].iter().sum();
            inertia[c] = FACTOR * diagonal;
            sums[1] += (diagonal * x[c]).powi(2);
        }
        self.fill(flow, unknown);
        self.backend.set_inertia(flow, unknown, FACTOR);
        self.compare(
            &format!("system of {unknown:?}"),
            &system,
            &self.backend.kept(flow, Kept::System(unknown))?,
        )?;
        let kept = self.backend.kept(flow, Kept::Inertia(unknown))?;
        self.compare(&format!("inertia of {unknown:?}"), &inertia, &kept)?;
        let found = self.backend.imbalance(flow, unknown)?;
        let found = [found.residual, found.scale];
        self.compare(&format!("imbalance of {unknown:?}"), &sums.map(f64::sqrt), &found)
    }

    /// Mobilities, and a correction that is taken back.
    fn correction(&self, flow: &mut Flow) -> Result<(), BackendError> {
        let (host, shape) = (&self.host, self.host.shape);
        let change = pattern(13, SIZE.iter().product());
        let inside = shape.pad(&change, 0.0);
        let mut padded = inside.clone();
        for axis in (0..3).filter(|&axis| host.problem.periodic[axis]) {
            let (n, stride) = (shape.size[axis], shape.strides()[axis]);
            for c in (0..shape.len()).filter(|&c| host.at(c)[axis] == 0) {
                padded[c] = padded[c + n * stride];
                padded[c + (n + 1) * stride] = padded[c + stride];
            }
        }
        let mut expected = host.problem.clone();
        let mut mobility = [0, 1, 2].map(|_| vec![0.0; shape.len()]);
        for axis in 0..3 {
            for (c, row) in host.rows(Unknown::Velocity(axis)) {
                let area = host.area(axis, c);
                let inertia = FACTOR * row[..7].iter().sum::<f64>();
                let d = area / (inertia + area * host.slope(axis, c));
                mobility[axis][c] = d;
                expected.velocity[axis][c] += d * (padded[c - shape.strides()[axis]] - padded[c]);
            }
        }
        expected.pressure.iter_mut().zip(&inside).for_each(|(p, change)| *p += change);
        // The same numbers as masses gained.
        for (c, at) in shape.cells().map(|(_, c)| (c, host.at(c))) {
            let mass = host.problem.density * (0..3).map(|axis| host.width(axis, at[axis])).product::<f64>();
            expected.pressure[c] += host.viscosity[0][c] * inside[c] / mass;
        }
        self.compare("mobility", &mobility.concat(), &self.backend.mobility(flow)?.concat())?;
        let mut field = self.backend.field(SIZE)?;
        self.backend.upload(&change, &mut field);
        self.backend.compress(flow, &field);
        self.backend.correct(flow, &field);
        // Settles the pressure.
        self.backend.mobility(flow)?;
        let mut found = expected.clone();
        self.backend.store(flow, &mut found)?;
        self.compare("corrected velocity", &expected.velocity.concat(), &found.velocity.concat())?;
        self.compare("corrected pressure", &expected.pressure, &found.pressure)
    }

    /// Two sweeps over the temperature.
    fn sweep(&self, flow: &mut Flow) -> Result<(), BackendError> {
        // The correction has changed the velocities: start anew.
        *flow = Flow::new(&self.backend.device, &self.backend.allocator, &self.host.problem)?;
        let (host, s) = (&self.host, self.host.shape.strides());
        let old = &host.problem.temperature;
        let mut x = old.clone();
        for _ in 0..2 {
            let before = x.clone();
            for (c, row) in host.rows(Unknown::Temperature) {
                let beside = [c - 1, c + 1, c - s[1], c + s[1], c - s[2], c + s[2]];
                let diagonal: f64 = row[..7].iter().sum();
                let sum: f64 = (0..6).map(|side| row[side] * before[beside[side]]).sum();
                x[c] = (row[7] + sum + FACTOR * diagonal * old[c]) / ((1.0 + FACTOR) * diagonal);
            }
        }
        self.fill(flow, Unknown::Temperature);
        self.backend.set_inertia(flow, Unknown::Temperature, FACTOR);
        self.backend.relax(flow, Unknown::Temperature, 2, 0.0);
        let mut found = host.problem.clone();
        self.backend.store(flow, &mut found)?;
        self.compare("temperature after sweeps", &x, &found.temperature)
    }
}
