//! A flow that repeats along an axis does not know where its period begins.

use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::flow::{FlowBackend, Unknown};
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::flow::{Convection, Face, FlowProblem, HeatProblem, Passage};
use racktherm::result::Solution;
use racktherm::scene::Scene;
use racktherm::solver::flow::{FlowOptions, FlowReport, FlowSolver};
use std::path::Path;

/// A number between −1 and 1 that depends on a place and a kind alone.
fn noise(at: [usize; 3], kind: usize) -> f64 {
    let mut s = (at[0] + 31 * (at[1] + 31 * (at[2] + 31 * kind)) + 1) as u64;
    for _ in 0..4 {
        s = s.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    }
    (s >> 33) as f64 / (1_u64 << 30) as f64 - 1.0
}

const SIZE: [usize; 3] = [5, 4, 3];

/// Fluid in a box that repeats along all axes with a state of noise, begun `shift` cells later.
fn shifted(shift: [usize; 3]) -> FlowProblem {
    let grid = Grid::uniform([1.0, 1.0, 1.0], SIZE).expect("a box");
    let mut problem = FlowProblem::closed_box(&grid, 1.2, 0.05);
    let shape = problem.shape;
    let original = |at: [usize; 3]| [0, 1, 2].map(|axis| (at[axis] + shift[axis]) % SIZE[axis]);
    for axis in 0..3 {
        let n = SIZE[axis];
        problem.widths[axis] =
            (0..n).map(|i| 0.1 + 0.02 * noise([(i + shift[axis]) % n, 0, 0], 7 + axis)).collect();
        problem.set_periodic(axis);
    }
    for (at, c) in shape.cells() {
        problem.pressure[c] = noise(original(at), 3);
        problem.temperature[c] = noise(original(at), 4);
        for axis in 0..3 {
            problem.velocity[axis][c] = noise(original(at), axis);
        }
    }
    problem.buoyancy = [0.3, -2.0, 0.7];
    problem.convection = Convection::Bounded;
    problem.heat = Some(HeatProblem {
        conductance: [0, 1, 2].map(|_| vec![0.2; shape.len()]),
        sink: vec![0.1; shape.len()],
        source: vec![1.0; shape.len()],
        specific_heat: 1.0,
    });
    problem
}

/// Residual and scale of each unknown.
fn imbalances(problem: &FlowProblem) -> [[f64; 2]; 4] {
    let backend = CpuBackend::new();
    let mut flow = backend.flow(problem).expect("room");
    let unknowns = [Unknown::Velocity(0), Unknown::Velocity(1), Unknown::Velocity(2), Unknown::Temperature];
    unknowns.iter().for_each(|&unknown| backend.wrap(&mut flow, unknown));
    unknowns.map(|unknown| {
        match unknown {
            Unknown::Velocity(axis) => backend.momentum(&mut flow, axis),
            Unknown::Temperature => backend.heat(&mut flow),
        }
        let found = backend.imbalance(&mut flow, unknown).expect("sums");
        [found.residual, found.scale]
    })
}

#[test]
fn momentum_and_heat_are_the_same_wherever_a_period_begins() {
    let expected = imbalances(&shifted([0; 3]));
    for axis in 0..3 {
        for by in 1..SIZE[axis] {
            let mut shift = [0; 3];
            shift[axis] = by;
            for (expected, found) in expected.iter().zip(imbalances(&shifted(shift))) {
                for (expected, found) in expected.iter().zip(found) {
                    assert!((found / expected - 1.0).abs() < 1e-12, "{shift:?}: {found} and {expected}");
                }
            }
        }
    }
}

/// A channel of 1 m between plates, `cells` along x over 2 m and 16 across, driven by 1 N/m³ in a fluid of 1 kg/m³ and
/// 0.05 Pa s, with a block of the given cells along x on the floor.
fn channel(cells: usize, block: &[usize]) -> FlowProblem {
    let grid = Grid::uniform([2.0, 1.0, 1.0], [cells, 16, 1]).expect("a channel");
    let mut problem = FlowProblem::closed_box(&grid, 1.0, 0.05);
    problem.set_periodic(0);
    let shape = problem.shape;
    for &i in block {
        for j in 0..6 {
            let c = shape.index([i, j, 0]);
            for (axis, stride) in shape.strides().into_iter().enumerate() {
                problem.faces[axis][c] = Face::new(Passage::Wall, false);
                problem.faces[axis][c + stride] = Face::new(Passage::Wall, false);
            }
            // The seam is one face at two places.
            let [first, end] = [0, cells].map(|i| shape.index([i, j, 0]));
            if i == 0 || i + 1 == cells {
                problem.faces[0][first] = Face::new(Passage::Wall, false);
                problem.faces[0][end] = Face::new(Passage::Wall, false);
            }
        }
    }
    for upper in [false, true] {
        problem.set_side(Side { axis: Axis::Z, upper }, Passage::Slip, [0.0; 3]);
    }
    problem.body_force = [1.0, 0.0, 0.0];
    problem
}

fn solve(problem: FlowProblem) -> (FlowProblem, FlowReport) {
    let backend = CpuBackend::new();
    let options =
        FlowOptions { tolerance: 1e-8, mass_tolerance: 1e-9, distance: 1e-8, ..FlowOptions::default() };
    let mut solver = FlowSolver::new(&backend, problem, options).expect("the problem fits");
    let report = solver.solve(&mut |_| ()).expect("the CPU does not fail");
    assert!(report.converged, "{report}");
    println!("{report}");
    (solver.into_state().expect("the CPU does not fail"), report)
}

#[test]
fn a_channel_of_many_cells_along_its_period_flows_as_one_of_one_cell() {
    let (one, _) = solve(channel(1, &[]));
    let (many, _) = solve(channel(12, &[]));
    for j in 0..16 {
        let expected = one.velocity[0][one.shape.index([0, j, 0])];
        for i in 0..=12 {
            let found = many.velocity[0][many.shape.index([i, j, 0])];
            assert!((found / expected - 1.0).abs() < 1e-6, "{i} {j}: {found} and {expected}");
        }
    }
}

#[test]
fn a_block_in_a_periodic_channel_has_the_same_flow_wherever_the_period_begins() {
    let n = 16;
    let (inside, _) = solve(channel(n, &[6, 7, 8, 9]));
    let (across, _) = solve(channel(n, &[14, 15, 0, 1]));
    let fastest = inside.velocity[0].iter().fold(0.0, |m: f64, u| m.max(u.abs()));
    // What passes every section, and how much the block turns the stream.
    let (mut through, mut turned) = (Vec::new(), 0.0f64);
    for i in 0..n {
        let mut sum = 0.0;
        for j in 0..16 {
            let [here, there] =
                [(&inside, i), (&across, (i + 8) % n)].map(|(p, i)| (p, p.shape.index([i, j, 0])));
            for axis in 0..2 {
                let (a, b) = (here.0.velocity[axis][here.1], there.0.velocity[axis][there.1]);
                assert!((a - b).abs() < 1e-6 * fastest, "{i} {j} along {axis}: {a} and {b}");
            }
            sum += across.velocity[0][across.shape.index([i, j, 0])];
            turned = turned.max(across.velocity[1][across.shape.index([i, j, 0])].abs());
        }
        through.push(sum);
    }
    assert!(turned > 0.05 * fastest, "{turned} of {fastest}");
    for sum in &through {
        assert!((sum / through[0] - 1.0).abs() < 1e-8, "{through:?}");
    }
}

fn read(text: &str) -> Scene {
    Scene::from_text(Path::new("scenes/example.toml"), text.to_owned(), &[])
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn run(text: &str) -> Solution {
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let solution = couple::solve(&read(text), &options, &Silent).unwrap_or_else(|error| panic!("{error}"));
    let summary = &solution.summary;
    assert!(summary.convergence.converged, "{}", summary.convergence.reason);
    assert!(summary.balance.relative <= 1e-9, "balance open by {:.1e}", summary.balance.relative);
    assert!(summary.mass.relative <= 1e-12, "mass defect {:.1e}", summary.mass.relative);
    println!("{:?}\n{:?}\n{}", summary.balance, summary.mass, summary.convergence.reason);
    solution
}

/// Air that 0.05 N/m³ drive along x between plates held at 25 and 45 °C, 20 mm apart, with a period of 80 mm.
fn plates(cells: [usize; 2], turbulence: &str, blocks: &str) -> String {
    let [x, z] = cells;
    format!(
        r#"
[domain]
size = ["80 mm", "10 mm", "20 mm"]
[grid]
cells = [{x}, 1, {z}]
[air]
field = "momentum"
turbulence = "{turbulence}"
body_force = ["0.05 N/m3", 0, 0]
periodic = ["x"]
[[material]]
name = "glass"
conductivity = "1 W/mK"
[[wall]]
name = "floor"
side = "z-"
temperature = "25 degC"
[[wall]]
name = "lid"
side = "z+"
temperature = "45 degC"
[[wall]]
name = "front"
side = "y-"
slip = true
[[wall]]
name = "back"
side = "y+"
slip = true
{blocks}"#
    )
}

/// A block on the floor between two places along x, mm.
fn block(name: &str, from: f64, to: f64, power: f64) -> String {
    format!(
        r#"
[[block]]
name = "{name}"
from = ["{from} mm", 0, 0]
to = ["{to} mm", "10 mm", "7.5 mm"]
material = "glass"
power = "{power} W"
"#
    )
}

/// Largest difference between the temperatures of two solutions of which the second one's period begins `shift` cells
/// later, and the largest difference within the first, K.
fn apart(a: &Solution, b: &Solution, shift: usize) -> [f64; 2] {
    let (t, u) = (&a.fields.temperature_k, &b.fields.temperature_k);
    let (nx, _, _) = t.dim();
    let mut most = 0.0f64;
    for ((i, j, k), value) in t.indexed_iter() {
        most = most.max((value - u[[(i + nx - shift) % nx, j, k]]).abs());
    }
    let [low, high] = [f64::min, f64::max].map(|f| t.iter().copied().reduce(f).expect("cells"));
    [most, high - low]
}

#[test]
fn air_between_plates_is_as_warm_with_many_cells_along_its_period_as_with_one() {
    for turbulence in ["laminar", "lvel"] {
        let [one, many] = [1, 8].map(|cells| run(&plates([cells, 8], turbulence, "")).fields.temperature_k);
        for ((_, j, k), found) in many.indexed_iter() {
            let expected = one[[0, j, k]];
            assert!((found - expected).abs() < 1e-6, "{turbulence} at {k}: {found} and {expected}");
        }
    }
}

#[test]
fn a_heated_block_has_the_same_temperatures_wherever_the_period_begins() {
    for turbulence in ["laminar", "lvel"] {
        let inside = run(&plates([16, 8], turbulence, &block("chip", 30.0, 50.0, 0.05)));
        let halves = block("left", 0.0, 10.0, 0.025) + &block("right", 70.0, 80.0, 0.025);
        let across = run(&plates([16, 8], turbulence, &halves));
        let [most, span] = apart(&inside, &across, 8);
        println!("{turbulence}: {most:.1e} of {span} K");
        // The flow obeys its equations to 1e-5.
        assert!(most < 1e-5 * span, "{turbulence}: {most} of {span} K");
    }
}
