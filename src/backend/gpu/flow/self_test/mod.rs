//! The self-test of the flow's kernels, before the first flow: a small problem with walls, an inlet, an opening, a law,
//! a fan, a periodic axis and LVEL, compared with host arithmetic in f64. Convection is upwind: the limiter's terms are
//! those of the same kernels.

mod grids;

use super::super::GpuBackend;
use super::super::self_test::{Judge, TOLERANCE, pattern};
use super::Flow;
use crate::backend::flow::{FlowArrays, FlowBackend, Kept, Unknown};
use crate::backend::{Backend, BackendError};
use crate::field::Padded;
use crate::grid::{Axis, Grid, Side};
use crate::model::flow::{
    Convection, Face, FaceResistance, FlowFan, FlowProblem, HeatProblem, Passage, WallField,
};
use crate::physics::fan::FanCurve;
use crate::physics::wall_law::{viscosity_ratio_in_gap, wall_shear_ratio};

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
    problem.walls =
        Some(WallField { distance: shape.pad(&shape.unpad(&positive(6)), 0.0), shear_share: positive(7) });
    problem.heat = Some(HeatProblem {
        conductance: [positive(8), positive(9), positive(10)],
        sink: positive(11),
        source: pattern(12, length),
        specific_heat: 2.0,
    });
    Some(problem)
}

/// The problem on the host, ghosts of its periodic axis in place.
struct Host {
    shape: Padded,
    problem: FlowProblem,
    viscosity: Vec<f64>,
}

impl Host {
    fn new(problem: FlowProblem) -> Self {
        let shape = problem.shape;
        let mut host = Self { shape, viscosity: vec![problem.viscosity; shape.len()], problem };
        if let Some(walls) = &host.problem.walls {
            for (_, c) in shape.cells() {
                let ratio = viscosity_ratio_in_gap(host.reynolds(c, walls.distance[c]), walls.shear_share[c]);
                host.viscosity[c] = host.problem.viscosity * ratio;
            }
        }
        let problem = &mut host.problem;
        let states = [&mut problem.pressure, &mut problem.temperature, &mut host.viscosity];
        for values in problem.velocity.iter_mut().chain(states) {
            let sz = shape.strides()[2];
            for c in 0..sz {
                values[c] = values[c + shape.size[2] * sz];
                values[c + (shape.size[2] + 1) * sz] = values[c + sz];
            }
        }
        host
    }

    /// ρ |u| y/µ at the centre of a cell.
    fn reynolds(&self, c: usize, distance: f64) -> f64 {
        let s = self.shape.strides();
        let mean =
            |axis: usize| 0.5 * (self.problem.velocity[axis][c] + self.problem.velocity[axis][c + s[axis]]);
        let speed = (mean(0).powi(2) + mean(1).powi(2) + mean(2).powi(2)).sqrt();
        self.problem.density * speed * distance / self.problem.viscosity
    }

    fn at(&self, c: usize) -> [usize; 3] {
        let s = self.shape.strides();
        [0, 1, 2].map(|axis| c / s[axis] % (self.shape.size[axis] + 2))
    }

    /// Width of the cell at a place counted from the ghost.
    fn width(&self, axis: usize, at: usize) -> f64 {
        let (widths, n) = (&self.problem.widths[axis], self.shape.size[axis]);
        match (at, self.problem.periodic[axis]) {
            (at, _) if at >= 1 && at <= n => widths[at - 1],
            (0, true) => widths[n - 1],
            (_, true) => widths[0],
            (_, false) => 0.0,
        }
    }

    fn area(&self, axis: usize, c: usize) -> f64 {
        let at = self.at(c);
        (0..3).filter(|&other| other != axis).map(|other| self.width(other, at[other])).product()
    }

    /// Coefficients, s and b of a face.
    fn momentum(&self, axis: usize, c: usize) -> [f64; 8] {
        let (p, s, at) = (&self.problem, self.shape.strides(), self.at(c));
        let (u, area) = (&p.velocity[axis], self.area(axis, c));
        let mut row = [0.0; 8];
        let halves = [0.5 * self.width(axis, at[axis] - 1), 0.5 * self.width(axis, at[axis])];
        for side in (0..2).filter(|&side| halves[side] > 0.0) {
            let other = if side == 1 { c + s[axis] } else { c - s[axis] };
            let inward = if side == 1 { -1.0 } else { 1.0 };
            let cell = if side == 1 { c } else { other };
            let inflow: f64 = inward * 0.5 * p.density * area * (u[c] + u[other]);
            row[2 * axis + side] = self.viscosity[cell] * area / (2.0 * halves[side]) + inflow.max(0.0);
        }
        for b in (0..3).filter(|&b| b != axis) {
            let (own, depth) = (self.width(b, at[b]), self.width(3 - axis - b, at[3 - axis - b]));
            for side in 0..2 {
                let distance = 0.5 * (own + self.width(b, at[b] + 2 * side - 1));
                let (mut g, mut inflow) = (0.0, 0.0);
                for half in (0..2).filter(|&half| halves[half] > 0.0) {
                    let cell = c - (1 - half) * s[axis];
                    let neighbour = if side == 1 { cell + s[b] } else { cell - s[b] };
                    let face = if side == 1 { neighbour } else { cell };
                    let piece = halves[half] * depth;
                    inflow += (1.0 - 2.0 * side as f64) * p.density * p.velocity[b][face] * piece;
                    let near = piece / (0.5 * own);
                    let wall = p.viscosity * wall_shear_ratio(self.reynolds(cell, 0.5 * own)) * near;
                    let code = p.faces[b][face];
                    if code.is(Passage::Wall) {
                        row[6] += wall;
                    } else if code.is(Passage::MovingWall) {
                        g += wall;
                    } else if code.is(Passage::Given) {
                        g += self.viscosity[cell] * near;
                    } else if code.is(Passage::Open) {
                        g += 0.5 * (self.viscosity[cell] + self.viscosity[neighbour]) * piece / distance;
                    }
                }
                row[2 * b + side] = g + inflow.max(0.0);
            }
        }
        let law = self.law(axis, c);
        row[6] += area * self.slope(axis, c);
        let weight = p.temperature[c - s[axis]] * halves[0] + p.temperature[c] * halves[1];
        row[7] = area * (p.pressure[c - s[axis]] - p.pressure[c])
            + area * (halves[0] + halves[1]) * p.body_force[axis]
            - area * p.density * p.buoyancy[axis] * weight
            + area * (law.quadratic * u[c] * u[c].abs() + law.rise + law.stiffness * u[c]);
        row
    }

    /// The law of a face; the only opening is at the upper end of x.
    fn law(&self, axis: usize, c: usize) -> FaceResistance {
        let face = self.problem.faces[axis][c];
        let mut law = if face.law() == 1 { self.problem.laws[0] } else { FaceResistance::default() };
        if face.is(Passage::Opening) && self.problem.velocity[axis][c] < 0.0 {
            law.quadratic += 0.5 * self.problem.density;
        }
        law
    }

    fn slope(&self, axis: usize, c: usize) -> f64 {
        let law = self.law(axis, c);
        2.0 * law.quadratic * self.problem.velocity[axis][c].abs() + law.linear + law.stiffness
    }

    /// Coefficients, s and b of a cell.
    fn heat(&self, heat: &HeatProblem, c: usize) -> [f64; 8] {
        let (p, s) = (&self.problem, self.shape.strides());
        let mut row = [0.0; 8];
        for axis in 0..3 {
            for side in 0..2 {
                let face = c + side * s[axis];
                let capacity = p.density * heat.specific_heat * self.area(axis, c);
                let inflow = (1.0 - 2.0 * side as f64) * capacity * p.velocity[axis][face];
                row[2 * axis + side] = heat.conductance[axis][face] + inflow.max(0.0);
            }
        }
        (row[6], row[7]) = (heat.sink[c], heat.source[c]);
        row
    }

    /// The sum of all terms of every row.
    fn residual(&self, unknown: Unknown) -> Vec<f64> {
        let (s, x) = (self.shape.strides(), self.values(unknown));
        let mut r = vec![0.0; self.shape.len()];
        for (c, row) in self.rows(unknown) {
            let beside = [c - 1, c + 1, c - s[1], c + s[1], c - s[2], c + s[2]];
            // Above the last plane there is nothing, and its coefficient is 0.
            let flux = |side: usize| row[side] * (x.get(beside[side]).copied().unwrap_or(0.0) - x[c]);
            r[c] = row[7] - row[6] * x[c] + (0..6).map(flux).sum::<f64>();
        }
        r
    }

    /// Rows of an unknown that are not 0, with their places.
    fn rows(&self, unknown: Unknown) -> Vec<(usize, [f64; 8])> {
        match (unknown, &self.problem.heat) {
            (Unknown::Velocity(axis), _) => {
                let solved = |c: &usize| self.problem.faces[axis][*c].is_solved();
                (0..self.shape.len()).filter(solved).map(|c| (c, self.momentum(axis, c))).collect()
            }
            (Unknown::Temperature, Some(heat)) => {
                self.shape.cells().map(|(_, c)| (c, self.heat(heat, c))).collect()
            }
            (Unknown::Temperature, None) => Vec::new(),
        }
    }

    fn values(&self, unknown: Unknown) -> &[f64] {
        match unknown {
            Unknown::Velocity(axis) => &self.problem.velocity[axis],
            Unknown::Temperature => &self.problem.temperature,
        }
    }
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
        self.backend.viscosity(flow);
        for axis in 0..3 {
            self.backend.wrap(flow, Unknown::Velocity(axis));
        }
        self.backend.wrap(flow, Unknown::Temperature);
        self.compare("viscosity", &self.host.viscosity, &self.backend.kept(flow, Kept::Viscosity)?)?;
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
            expected.pressure[c] += host.viscosity[c] * inside[c] / mass;
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
