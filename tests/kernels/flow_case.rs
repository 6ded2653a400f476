//! One flow problem with everything that a face or a cell can be, and the operations of the flow on any backend.

use super::case::{UNIT, cells, field, poison, values};
use super::random::Random;
use super::text;
use racktherm::backend::flow::{FlowArrays, Kept, Unknown};
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::flow::{
    Convection, Face, FaceResistance, FlowFan, FlowProblem, HeatProblem, Passage, WallField,
};
use racktherm::physics::fan::FanCurve;

/// What is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    MassDefect,
    Throughput,
    Momentum(usize),
    Heat,
    SetInertia(Unknown),
    Relax(Unknown, usize),
    Imbalance(Unknown),
    Mobility,
    Compress,
    Correct,
    Viscosity,
    Wrap(Unknown),
    FanFlows,
    SetLaws(usize),
    RestrictFlow,
    RestrictImbalance(Unknown),
    ProlongFlow,
    Store,
}

/// All unknowns.
pub(crate) const UNKNOWNS: [Unknown; 4] =
    [Unknown::Velocity(0), Unknown::Velocity(1), Unknown::Velocity(2), Unknown::Temperature];

/// A problem with a name.
pub(crate) struct FlowCase {
    pub(crate) name: String,
    pub(crate) problem: FlowProblem,
}

/// Cells along each axis: odd, prime, one cell thin.
pub(crate) const SIZES: [[usize; 3]; 5] = [[7, 5, 3], [13, 1, 1], [1, 17, 2], [1, 1, 1], [23, 9, 5]];

impl FlowCase {
    /// Laminar and turbulent, every scheme, with every kind of side along each axis in turn.
    pub(crate) fn all() -> Vec<Self> {
        let kinds = [
            (0, Convection::Bounded, true),
            (1, Convection::Bounded, false),
            (2, Convection::Bounded, true),
            (2, Convection::Central, false),
            (0, Convection::Upwind, false),
        ];
        let scattered = kinds.into_iter().flat_map(|kind| SIZES.map(|size| Self::new(size, kind)));
        // Fluid alone, where the CPU goes through rows in vectors.
        let open = kinds.into_iter().map(|kind| Self::with_faces([13, 9, 8], kind, false));
        scattered.chain(open).collect()
    }

    /// Fluid enters along axis `turn` and leaves against a pressure, one wall along the next axis moves and the
    /// other slips, and the third axis repeats; inside, faces of every kind are scattered over noise.
    pub(crate) fn new(size: [usize; 3], kind: (usize, Convection, bool)) -> Self {
        Self::with_faces(size, kind, true)
    }

    fn with_faces(
        size: [usize; 3],
        (turn, convection, turbulent): (usize, Convection, bool),
        scattered: bool,
    ) -> Self {
        let mut random = Random::new(1 + cells(size) as u64 + turn as u64);
        let grid = Grid::uniform([1.0; 3], size).expect("a box");
        let mut problem = FlowProblem::closed_box(&grid, 1.2, if turbulent { 2e-5 } else { 0.03 });
        problem.convection = convection;
        let length = problem.shape.len();
        let mut noise = |scale: f64| -> Vec<f64> {
            random.values(length).into_iter().map(|v| f64::from((scale * v) as f32)).collect()
        };
        problem.velocity = [noise(1.0), noise(1.0), noise(1.0)];
        problem.pressure = noise(3.0);
        problem.temperature = noise(10.0);
        let positive = |values: Vec<f64>| -> Vec<f64> { values.into_iter().map(f64::abs).collect() };
        problem.heat = Some(HeatProblem {
            conductance: [positive(noise(2.0)), positive(noise(2.0)), positive(noise(2.0))],
            sink: positive(noise(1.0)),
            source: noise(5.0),
            specific_heat: 1005.0,
        });
        if turbulent {
            // Ghosts have no distance but along the axis that repeats.
            let shape = problem.shape;
            let (distance, shear_share) = (positive(noise(0.2)), positive(noise(1.0)));
            let distance = shape.pad(&shape.unpad(&distance), 0.0);
            problem.walls = Some(WallField { distance, shear_share });
        }
        problem.body_force = [0.5, -0.25, 2.0];
        problem.buoyancy = [0.03125, -0.0625, 0.125];
        for widths in &mut problem.widths {
            widths.iter_mut().for_each(|width| *width = f64::from((0.1 + 0.1 * random.unit()) as f32));
        }
        problem.laws = laws(&mut random);
        Self::set_sides(&mut problem, turn);
        if scattered {
            Self::scatter_faces(&mut problem, &mut random);
        }
        problem.set_periodic((turn + 2) % 3);
        if let Some(walls) = &mut problem.walls {
            problem.shape.wrap((turn + 2) % 3, &mut walls.distance);
            problem.shape.wrap((turn + 2) % 3, &mut walls.shear_share);
        }
        Self::add_fans(&mut problem);
        let name = format!("turn {turn}, {convection:?}, turbulent {turbulent}");
        Self { name, problem }
    }

    fn set_sides(problem: &mut FlowProblem, turn: usize) {
        let side = |axis: usize, upper: bool| Side { axis: Axis::ALL[(turn + axis) % 3], upper };
        problem.set_side(side(0, false), Passage::Given, [0.25, 0.75, -0.5]);
        problem.set_side(side(0, true), Passage::Opening, [0.0; 3]);
        problem.set_side(side(1, false), Passage::MovingWall, [0.5, -0.75, 1.0]);
        problem.set_side(side(1, true), Passage::Slip, [0.0; 3]);
        let outlet: Vec<_> = problem.side(side(0, true)).collect();
        for (face, _) in outlet.into_iter().step_by(2) {
            let axis = turn % 3;
            problem.faces[axis][face] = problem.faces[axis][face].with_law(2);
        }
    }

    /// Faces of every kind between cells.
    fn scatter_faces(problem: &mut FlowProblem, random: &mut Random) {
        let shape = problem.shape;
        for axis in 0..3 {
            for (_, c) in shape.faces(axis).filter(|(at, _)| at[axis] > 0 && at[axis] < shape.size[axis]) {
                problem.faces[axis][c] = match random.index(20) {
                    0 => Face::new(Passage::Wall, false),
                    1 => Face::new(Passage::Slip, false),
                    2 => Face::new(Passage::Given, false),
                    3 => Face::new(Passage::MovingWall, false),
                    law @ 4..=6 => Face::new(Passage::Open, true).with_law(law as u32 - 3),
                    _ => Face::new(Passage::Open, true),
                };
            }
        }
    }

    /// A fan of every second unknown face along each axis.
    fn add_fans(problem: &mut FlowProblem) {
        for axis in 0..3 {
            let faces = problem.shape.faces(axis).map(|(_, c)| c);
            let solved = faces.filter(|&c| problem.faces[axis][c].is_solved()).step_by(2).collect();
            problem.fans.push(FlowFan {
                name: format!("fan {axis}"),
                axis,
                forward: true,
                faces: solved,
                area: 1.0,
                laws: vec![1],
                curve: FanCurve::from_end_points(0.1, 100.0).expect("a curve"),
            });
        }
    }

    /// The same with every number off by up to `share` of itself.
    pub(crate) fn perturbed(&self, share: f64, seed: u64) -> FlowProblem {
        let mut random = Random::new(seed);
        let mut problem = self.problem.clone();
        let mut shift = |value: &mut f64| *value *= 1.0 + share * (2.0 * random.unit() - 1.0);
        let FlowProblem { widths, velocity, pressure, temperature, laws, .. } = &mut problem;
        widths.iter_mut().chain(velocity).flatten().for_each(&mut shift);
        pressure.iter_mut().chain(temperature).for_each(&mut shift);
        for law in laws {
            let all = [&mut law.quadratic, &mut law.linear, &mut law.rise, &mut law.stiffness];
            all.into_iter().for_each(&mut shift);
        }
        [&mut problem.density, &mut problem.viscosity].into_iter().for_each(&mut shift);
        problem.body_force.iter_mut().chain(&mut problem.buoyancy).for_each(&mut shift);
        if let Some(walls) = &mut problem.walls {
            walls.distance.iter_mut().chain(&mut walls.shear_share).for_each(&mut shift);
        }
        if let Some(heat) = &mut problem.heat {
            heat.conductance.iter_mut().flatten().for_each(&mut shift);
            heat.sink.iter_mut().chain(&mut heat.source).for_each(&mut shift);
        }
        problem
    }
}

fn laws(random: &mut Random) -> Vec<FaceResistance> {
    let mut number = || f64::from((3.0 * random.unit()) as f32);
    let mut law = || FaceResistance {
        quadratic: number(),
        linear: number(),
        rise: number() - 1.5,
        stiffness: number(),
    };
    vec![law(), law(), law()]
}

/// What an operation gives, array after array; `prepare` may poison what is written before it is read.
pub(crate) fn outcome<B: FlowArrays>(
    backend: &B,
    problem: &FlowProblem,
    operation: Operation,
    prepare: impl Fn(&B::Flow),
) -> Result<Vec<f64>, String> {
    let size = problem.shape.size;
    let mut flow = backend.flow(problem).map_err(text)?;
    prepare(&flow);
    backend.viscosity(&mut flow);
    let mut stored = problem.clone();
    match operation {
        Operation::MassDefect => {
            let mut r = field(backend, size, &poison(size))?;
            backend.mass_defect(&flow, &mut r);
            backend.download(&r).map_err(text)
        }
        Operation::Throughput => {
            let mut t = field(backend, size, &poison(size))?;
            backend.throughput(&flow, &mut t);
            backend.download(&t).map_err(text)
        }
        Operation::Momentum(axis) => system(backend, &mut flow, Unknown::Velocity(axis)),
        Operation::Heat => system(backend, &mut flow, Unknown::Temperature),
        Operation::SetInertia(unknown) => {
            fill(backend, &mut flow, unknown);
            backend.set_inertia(&mut flow, unknown, 0.25);
            backend.kept(&flow, Kept::Inertia(unknown)).map_err(text)
        }
        Operation::Relax(unknown, sweeps) => {
            fill(backend, &mut flow, unknown);
            backend.set_inertia(&mut flow, unknown, 0.25);
            backend.relax(&mut flow, unknown, sweeps, 0.6);
            backend.store(&flow, &mut stored).map_err(text)?;
            Ok(match unknown {
                Unknown::Velocity(axis) => stored.velocity[axis].clone(),
                Unknown::Temperature => stored.temperature,
            })
        }
        Operation::Imbalance(unknown) => {
            fill(backend, &mut flow, unknown);
            let found = backend.imbalance(&mut flow, unknown).map_err(text)?;
            Ok(vec![found.residual, found.scale])
        }
        Operation::Mobility => Ok(mobility(backend, &mut flow)?.concat()),
        Operation::Compress => {
            backend.compress(&mut flow, &field(backend, size, &values(size, 22))?);
            backend.store(&flow, &mut stored).map_err(text)?;
            Ok(stored.pressure)
        }
        Operation::Correct => {
            mobility(backend, &mut flow)?;
            let correction = field(backend, size, &values(size, 21))?;
            backend.correct(&mut flow, &correction);
            // The GPU settles its pressure with the mobility.
            backend.mobility(&mut flow).map_err(text)?;
            backend.correct(&mut flow, &correction);
            backend.store(&flow, &mut stored).map_err(text)?;
            Ok([stored.velocity.concat(), stored.pressure].concat())
        }
        Operation::Viscosity => backend.kept(&flow, Kept::Viscosity).map_err(text),
        Operation::Wrap(unknown) => {
            backend.wrap(&mut flow, unknown);
            backend.store(&flow, &mut stored).map_err(text)?;
            let viscosity = backend.kept(&flow, Kept::Viscosity).map_err(text)?;
            Ok([stored.velocity.concat(), stored.pressure, stored.temperature, viscosity].concat())
        }
        Operation::FanFlows => backend.fan_flows(&flow).map_err(text),
        Operation::SetLaws(axis) => {
            let mut laws = problem.laws.clone();
            laws.reverse();
            backend.set_laws(&mut flow, &laws);
            system(backend, &mut flow, Unknown::Velocity(axis))
        }
        Operation::RestrictFlow => {
            let (coarse, mut stored) = coarser(backend, &mut flow, problem, None)?;
            backend.store(&coarse, &mut stored).map_err(text)?;
            Ok([stored.velocity.concat(), stored.pressure, stored.temperature].concat())
        }
        Operation::RestrictImbalance(unknown) => {
            let (mut coarse, _) = coarser(backend, &mut flow, problem, Some(unknown))?;
            system(backend, &mut coarse, unknown)
        }
        Operation::ProlongFlow => {
            let (problem, transfer) = problem.with_edges(&edges(size));
            let mut coarse = backend.flow(&problem).map_err(text)?;
            let transfer = backend.flow_transfer(&transfer, &problem, &mut coarse).map_err(text)?;
            let mut change = backend.snapshot(&coarse, true).map_err(text)?;
            backend.save(&coarse, &mut change);
            backend.prolong_flow(&transfer, &change, &coarse, &mut flow);
            backend.store(&flow, &mut stored).map_err(text)?;
            Ok([stored.velocity.concat(), stored.pressure, stored.temperature].concat())
        }
        Operation::Store => {
            backend.store(&flow, &mut stored).map_err(text)?;
            Ok([stored.velocity.concat(), stored.pressure, stored.temperature].concat())
        }
    }
}

/// Edges of a coarser grid: single cells and pairs.
fn edges(size: [usize; 3]) -> [Vec<usize>; 3] {
    size.map(|n| (0..=n).filter(|edge| matches!(edge % 5, 0 | 1 | 3) || *edge == n).collect())
}

/// A flow on a coarser grid with the state of the finer one, and with what that asks for an unknown.
fn coarser<B: FlowArrays>(
    backend: &B,
    flow: &mut B::Flow,
    problem: &FlowProblem,
    asked: Option<Unknown>,
) -> Result<(B::Flow, FlowProblem), String> {
    let (mut problem, transfer) = problem.with_edges(&edges(problem.shape.size));
    problem.velocity.iter_mut().for_each(|velocity| velocity.fill(0.0));
    let mut coarse = backend.flow(&problem).map_err(text)?;
    let transfer = backend.flow_transfer(&transfer, &problem, &mut coarse).map_err(text)?;
    backend.restrict_flow(&transfer, flow, &mut coarse);
    if let Some(unknown) = asked {
        backend.viscosity(&mut coarse);
        fill(backend, flow, unknown);
        fill(backend, &mut coarse, unknown);
        backend.restrict_imbalance(&transfer, flow, &mut coarse, unknown);
    }
    Ok((coarse, problem))
}

fn system<B: FlowArrays>(backend: &B, flow: &mut B::Flow, unknown: Unknown) -> Result<Vec<f64>, String> {
    fill(backend, flow, unknown);
    backend.kept(flow, Kept::System(unknown)).map_err(text)
}

fn fill<B: FlowArrays>(backend: &B, flow: &mut B::Flow, unknown: Unknown) {
    match unknown {
        Unknown::Velocity(axis) => backend.momentum(flow, axis),
        Unknown::Temperature => backend.heat(flow),
    }
}

fn mobility<B: FlowArrays>(backend: &B, flow: &mut B::Flow) -> Result<[Vec<f64>; 3], String> {
    for axis in 0..3 {
        backend.momentum(flow, axis);
        backend.set_inertia(flow, Unknown::Velocity(axis), 0.25);
    }
    backend.mobility(flow).map_err(text)
}

/// How far rounding may take an operation from `expected`: so many roundings, each of which changes the outcome as
/// much as a relative error of one unit in all of the problem's numbers does.
pub(crate) fn tolerance<B: FlowArrays>(
    backend: &B,
    case: &FlowCase,
    operation: Operation,
    expected: &[f64],
    roundings: f64,
) -> Result<Vec<f64>, String> {
    const SHARE: f64 = 1e-6;
    let mut sensitivity: Vec<f64> = expected.iter().map(|v| v.abs()).collect();
    let mut largest = vec![0.0_f64; expected.len()];
    for seed in 0..8 {
        let found = outcome(backend, &case.perturbed(SHARE, 100 + seed), operation, |_| ())?;
        for ((largest, found), expected) in largest.iter_mut().zip(&found).zip(expected) {
            *largest = largest.max((found - expected).abs() / SHARE);
        }
    }
    sensitivity.iter_mut().zip(largest).for_each(|(s, l)| *s = roundings * UNIT * (*s + l));
    Ok(sensitivity)
}
