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

/// Parts of every kind from `x` mm on, in a period of 80 mm: a fan, if there is one, beside a filter, a heat sink on a chip
/// on a board, two boxes of cables, one behind the other, and two blocks that touch with a resistance.
fn all_parts(x: f64, fan: &str) -> String {
    let at = |by: f64| (x + by).rem_euclid(80.0);
    let end = |by: f64| if at(by) == 0.0 { 80.0 } else { at(by) };
    let mut text = plates([32, 8], "lvel", "");
    let boxes = |kind: &str, name: &str, from: f64, to: f64, z: [f64; 2], more: &str| {
        let [low, high] = z;
        let (from, to) = (at(from), end(to));
        format!(
            r#"
[[{kind}]]
name = "{name}"
from = ["{from} mm", 0, "{low} mm"]
to = ["{to} mm", "10 mm", "{high} mm"]
{more}
"#
        )
    };
    let fan_at = at(20.0);
    if !fan.is_empty() {
        text = text.replace(r#"body_force = ["0.05 N/m3", 0, 0]"#, "");
        text += &format!(
            r#"
[[fan]]
name = "fan"
direction = "x+"
at = "{fan_at} mm"
from = [0, "5 mm"]
to = ["10 mm", "20 mm"]
power = "0.02 W"
{fan}
"#
        );
    }
    text += &format!(
        r#"
[[contact]]
between = ["left", "right"]
resistance = "1e-3 m2K/W"
[[screen]]
name = "filter"
normal = "x"
at = "{fan_at} mm"
from = [0, 0]
to = ["10 mm", "5 mm"]
loss = 3
"#
    );
    text += &boxes("board", "board", 30.0, 40.0, [0.0, 2.5], "material = \"glass\"\npower = \"0.01 W\"");
    text += &boxes(
        "chip",
        "gpu",
        30.0,
        40.0,
        [2.5, 5.0],
        "power = \"0.2 W\"\njunction_to_case = \"0.1 K/W\"\njunction_to_board = \"5 K/W\"\ncooler = \"fins\"",
    );
    text += &boxes(
        "heat_sink",
        "fins",
        30.0,
        40.0,
        [5.0, 10.0],
        "flow = \"x\"\nfins = 5\nfin_thickness = \"0.4 mm\"",
    );
    text += &boxes(
        "porous",
        "cables",
        50.0,
        60.0,
        [12.5, 20.0],
        "loss_per_metre = \"40 1/m\"\npower = \"0.02 W\"",
    );
    text += &boxes(
        "porous",
        "more_cables",
        60.0,
        70.0,
        [12.5, 20.0],
        "loss_per_metre = [\"20 1/m\", \"9 1/m\", \"30 1/m\"]",
    );
    text += &boxes("block", "left", 52.5, 60.0, [0.0, 5.0], "material = \"glass\"\npower = \"0.05 W\"");
    text += &boxes("block", "right", 60.0, 65.0, [0.0, 5.0], "material = \"copper\"");
    text
}

#[test]
fn fans_sinks_filters_cables_and_contacts_work_alike_inside_and_at_the_seam() {
    for fan in ["", "flow = \"0.3 CFM\"", "free_delivery = \"0.6 CFM\"\nshut_off_pressure = \"0.5 Pa\""] {
        let inside = run(&all_parts(0.0, fan));
        // The seam lies behind the cables, between them and between the blocks, behind the fins, before them.
        for (shift, cells) in [(10.0, 4), (20.0, 8), (40.0, 16), (50.0, 20)] {
            let moved = run(&all_parts(shift, fan));
            let [most, span] = apart(&inside, &moved, 32 - cells);
            println!("{shift} mm: {most:.1e} of {span} K");
            assert!(most < 1e-5 * span, "{shift} mm: {most} of {span} K");
            for (a, b) in inside.summary.components.iter().zip(&moved.summary.components) {
                let miss = (a.temperature_max_c - b.temperature_max_c).abs();
                assert!(
                    miss < 1e-5 * span,
                    "{}: {} and {}",
                    a.name,
                    a.temperature_max_c,
                    b.temperature_max_c
                );
            }
            for (a, b) in inside.summary.fans.iter().zip(&moved.summary.fans) {
                assert!(
                    (a.flow_m3_s / b.flow_m3_s - 1.0).abs() < 1e-5,
                    "{} and {}",
                    a.flow_m3_s,
                    b.flow_m3_s
                );
            }
        }
    }
}

/// A closed tank of oil under air that passes it, and a body held at 50 °C, from `x` mm on in a period of 80 mm.
fn tank(x: f64) -> String {
    let oil = r#"
[[fluid]]
name = "oil"
density = "850 kg/m3"
specific_heat = "2100 J/kgK"
conductivity = "0.14 W/mK"
viscosity = "50 mPa.s"
expansion = "7e-4 1/K"
"#;
    let boxes = [
        ("block", "before", [0.0, 5.0], [0.0, 10.0], "material = \"glass\"\npower = \"0.02 W\""),
        ("block", "behind", [25.0, 30.0], [0.0, 10.0], "material = \"glass\""),
        ("block", "cover", [5.0, 25.0], [7.5, 10.0], "material = \"copper\""),
        ("fluid_region", "tank", [5.0, 25.0], [0.0, 7.5], "fluid = \"oil\""),
        ("block", "heater", [40.0, 45.0], [0.0, 5.0], "material = \"copper\"\ntemperature = \"50 degC\""),
    ];
    let mut text = plates([32, 8], "laminar", "") + oil;
    for (kind, name, along, [low, high], more) in boxes {
        let from = (x + along[0]).rem_euclid(80.0);
        let to = from + along[1] - along[0];
        text += &format!(
            "[[{kind}]]\nname = \"{name}\"\nfrom = [\"{from} mm\", 0, \"{low} mm\"]\nto = [\"{to} mm\", \"10 mm\", \
             \"{high} mm\"]\n{more}\n"
        );
    }
    text
}

#[test]
fn a_tank_of_another_fluid_and_a_held_body_warm_alike_inside_and_at_the_seam() {
    let inside = run(&tank(0.0));
    // At the seam lie the tank's end, the held body's end and its beginning.
    for (shift, cells) in [(55.0, 22), (35.0, 14), (40.0, 16)] {
        let [most, span] = apart(&inside, &run(&tank(shift)), 32 - cells);
        println!("{shift} mm: {most:.1e} of {span} K");
        assert!(most < 1e-5 * span, "{shift} mm: {most} of {span} K");
    }
}
