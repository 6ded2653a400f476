//! Whole flows on both backends.

use super::{Outcome, Test, text};
use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::flow::FlowBackend;
use racktherm::backend::gpu::GpuBackend;
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::flow::{
    Convection, Face, FaceResistance, FlowFan, FlowProblem, HeatProblem, Passage, WallField,
};
use racktherm::physics::fan::FanCurve;
use racktherm::solver::flow::{FlowOptions, FlowReport, FlowSolver};

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("a_lid_driven_square_is_that_of_the_cpu_within_1_percent", lid),
    ("a_heated_square_passes_the_heat_of_the_cpu_within_a_thousandth", heated),
    ("a_fan_in_a_duct_blows_as_much_as_on_the_cpu", duct),
    ("a_turbulent_flow_takes_300_bytes_a_cell_at_most_with_coarser_grids_and_when_they_are_left", memory),
    ("f32_takes_a_flow_to_a_fifth_of_the_tolerances_of_a_run", floor),
];

fn square(n: usize, viscosity: f64) -> FlowProblem {
    let grid = Grid::uniform([1.0; 3], [n, n, 1]).expect("a box");
    let mut problem = FlowProblem::closed_box(&grid, 1.0, viscosity);
    for upper in [false, true] {
        problem.set_side(Side { axis: Axis::Z, upper }, Passage::Slip, [0.0; 3]);
    }
    problem.convection = Convection::Central;
    problem
}

/// Square of unit side under a lid that moves with 1 m/s.
fn lid_driven_square(n: usize, reynolds: f64) -> FlowProblem {
    let mut problem = square(n, 1.0 / reynolds);
    problem.set_side(Side { axis: Axis::Y, upper: true }, Passage::MovingWall, [1.0, 0.0, 0.0]);
    problem
}

/// Square of unit side, hot at x = 0, cold at x = 1: velocities in units of α/L.
fn heated_square(n: usize, rayleigh: f64) -> FlowProblem {
    let prandtl = 0.71;
    let mut problem = square(n, prandtl);
    problem.buoyancy = [0.0, -rayleigh * prandtl, 0.0];
    let shape = problem.shape;
    let zeros = || vec![0.0; shape.len()];
    let mut heat = HeatProblem {
        conductance: [zeros(), zeros(), zeros()],
        sink: zeros(),
        source: zeros(),
        specific_heat: 1.0,
    };
    for axis in 0..2 {
        for (_, c) in shape.faces(axis).filter(|(at, _)| at[axis] > 0 && at[axis] < n) {
            heat.conductance[axis][c] = 1.0;
        }
    }
    for j in 0..n {
        for (i, source) in [(0, 1.0), (n - 1, -1.0)] {
            heat.sink[shape.index([i, j, 0])] = 2.0;
            heat.source[shape.index([i, j, 0])] = source;
        }
    }
    problem.heat = Some(heat);
    problem
}

/// Heat from the hot and to the cold side.
fn nusselt(found: &FlowProblem) -> [f64; 2] {
    let n = found.shape.size[1];
    let of = |i: usize, held: f64| -> f64 {
        (0..n).map(|j| 2.0 * (held - found.temperature[found.shape.index([i, j, 0])])).sum()
    };
    [of(0, 0.5), -of(n - 1, -0.5)]
}

/// A duct of 0.6 m along z, 0.12 m wide, between two openings to still air: a fan fills it at a third of its length,
/// a screen at two thirds, a heated block stands behind; LVEL.
fn duct_with_fan() -> FlowProblem {
    let (across, along, width) = (6, 16, 0.02);
    let grid = Grid::uniform([0.12, 0.12, 0.6], [across, across, along]).expect("a box");
    let mut problem = FlowProblem::closed_box(&grid, 1.2, 1.8e-5);
    for upper in [false, true] {
        problem.set_side(Side { axis: Axis::Z, upper }, Passage::Opening, [0.0; 3]);
    }
    problem.convection = Convection::Bounded;
    problem.laws = vec![
        FaceResistance::default(),
        FaceResistance { quadratic: 3.0, linear: 1.0, ..FaceResistance::default() },
    ];
    let shape = problem.shape;
    let [_, sy, sz] = shape.strides();
    let mut fan = Vec::new();
    for (at, c) in shape.faces(2).collect::<Vec<_>>() {
        let law = [(5, 1), (10, 2)].into_iter().find(|(k, _)| *k == at[2]);
        if let Some((_, law)) = law {
            problem.faces[2][c] = problem.faces[2][c].with_law(law);
            fan.extend((law == 1).then_some(c));
        }
    }
    problem.fans = vec![FlowFan {
        name: "fan".into(),
        axis: 2,
        forward: true,
        area: fan.len() as f64 * width * width,
        faces: fan,
        laws: vec![1],
        curve: FanCurve::from_end_points(0.05, 60.0).expect("a curve"),
    }];
    let zeros = || vec![0.0; shape.len()];
    let mut heat = HeatProblem {
        conductance: [zeros(), zeros(), zeros()],
        sink: zeros(),
        source: zeros(),
        specific_heat: 1005.0,
    };
    let mut walls = WallField { distance: zeros(), shear_share: zeros() };
    let block = |[i, j, k]: [usize; 3]| (2..4).contains(&i) && j < 2 && (7..9).contains(&k);
    for (at, c) in shape.cells() {
        let from_side = |i: usize| width * (i.min(across - 1 - i) as f64 + 0.5);
        walls.distance[c] = from_side(at[0]).min(from_side(at[1]));
        walls.shear_share[c] = 1.0 - walls.distance[c] / 0.06;
        for (axis, stride) in [1, sy, sz].into_iter().enumerate() {
            if at[axis] > 0 {
                heat.conductance[axis][c] = if block(at) { 0.2 } else { 5e-4 };
            }
            if block(at) {
                problem.faces[axis][c] = Face::new(Passage::Wall, false);
                problem.faces[axis][c + stride] = Face::new(Passage::Wall, false);
            }
        }
        if block(at) {
            (heat.source[c], walls.distance[c]) = (2.0, 0.0);
        }
    }
    (problem.heat, problem.walls) = (Some(heat), Some(walls));
    problem
}

fn duct(gpu: &GpuBackend) -> Outcome {
    let states = both(gpu, &duct_with_fan())?;
    compare_velocities(&states)?;
    let flow = states.each_ref().map(|found| -> f64 {
        let faces = &found.fans[0].faces;
        faces.iter().map(|&c| found.velocity[2][c]).sum::<f64>() * found.fans[0].area / faces.len() as f64
    });
    let hottest = states.each_ref().map(|found| found.temperature.iter().fold(0.0, |m: f64, t| m.max(*t)));
    println!("{flow:?} m³/s, block at {hottest:?} K on the GPU and the CPU");
    let close = |[found, expected]: [f64; 2]| (found / expected - 1.0).abs() <= 1e-3;
    if close(flow) && close(hottest) { Ok(()) } else { Err(format!("{flow:?} m³/s, {hottest:?} K")) }
}

fn solve<B: FlowBackend>(
    backend: &B,
    problem: FlowProblem,
    options: &FlowOptions,
) -> Result<(FlowProblem, FlowReport), String> {
    let mut solver = FlowSolver::new(backend, problem, *options).map_err(|e| e.to_string())?;
    let report = solver.solve(&mut |_| ()).map_err(|e| e.to_string())?;
    Ok((solver.into_state().map_err(|e| e.to_string())?, report))
}

/// The same flow on both, each to its own tolerances, the GPU's first.
fn both(gpu: &GpuBackend, problem: &FlowProblem) -> Result<[FlowProblem; 2], String> {
    let started = std::time::Instant::now();
    let (found, report) = solve(gpu, problem.clone(), &FlowOptions::default())?;
    println!("{:?} on the GPU: {report:?} in {:.1} s", problem.shape.size, started.elapsed().as_secs_f64());
    if !report.converged {
        return Err(format!("on the GPU: {report:?}"));
    }
    let exact = FlowOptions { tolerance: 1e-8, mass_tolerance: 1e-9, ..FlowOptions::default() };
    let (expected, report) = solve(&CpuBackend::new(), problem.clone(), &exact)?;
    println!("on the CPU: {report:?}");
    if report.converged { Ok([found, expected]) } else { Err(format!("on the CPU: {report:?}")) }
}

/// Velocities within 1 % of the largest in 99.9 % of the faces.
fn compare_velocities([found, expected]: &[FlowProblem; 2]) -> Outcome {
    let (found, expected) = (found.velocity.concat(), expected.velocity.concat());
    let largest = expected.iter().fold(0.0, |m: f64, u| m.max(u.abs()));
    let mut errors: Vec<f64> = found.iter().zip(&expected).map(|(f, e)| (f - e).abs() / largest).collect();
    errors.sort_by(f64::total_cmp);
    let (most, worst) = (errors[(errors.len() * 999).div_ceil(1000) - 1], errors[errors.len() - 1]);
    println!("velocities: 99.9 % within {most:.1e} of the largest, all within {worst:.1e}");
    if most <= 0.01 { Ok(()) } else { Err(format!("99.9 % of the velocities are within {most:e}")) }
}

fn lid(gpu: &GpuBackend) -> Outcome {
    for n in [16, 32] {
        compare_velocities(&both(gpu, &lid_driven_square(n, 100.0))?)?;
    }
    Ok(())
}

fn heated(gpu: &GpuBackend) -> Outcome {
    for n in [16, 32] {
        let states = both(gpu, &heated_square(n, 1e4))?;
        compare_velocities(&states)?;
        let [found, expected] = states.each_ref().map(nusselt);
        println!("Nu {found:?} on the GPU, {expected:?} on the CPU");
        for (found, expected) in found.into_iter().zip(expected) {
            if (found / expected - 1.0).abs() > 1e-3 {
                return Err(format!("Nu {found} on the GPU, {expected} on the CPU"));
            }
        }
    }
    Ok(())
}

/// Momentum and continuity as far as f32 takes them, with the pressure as it comes: its mean need not be taken out.
fn floor(gpu: &GpuBackend) -> Outcome {
    for problem in [lid_driven_square(16, 100.0), heated_square(16, 1e4)] {
        let options = FlowOptions { tolerance: 0.0, iterations: 500, ..FlowOptions::default() };
        let (found, report) = solve(gpu, problem, &options)?;
        let worst = report.momentum.iter().fold(report.heat, |a, &b| a.max(b));
        let cells = found.shape.unpad(&found.pressure);
        let mean = cells.iter().sum::<f64>() / cells.len() as f64;
        let largest = cells.iter().fold(0.0, |m: f64, p| m.max(p.abs()));
        println!(
            "momentum and heat {worst:.1e}, mass {:.1e}, mean pressure {mean:.1e} of {largest:.1e} Pa",
            report.mass
        );
        if worst > 2e-6 || report.mass > 2e-7 || mean.abs() > largest {
            return Err(format!("{report:?}"));
        }
    }
    Ok(())
}

/// Bytes of a turbulent flow for each value of a padded array: 300 a cell with the ghosts of 215³ cells.
const BYTES: f64 = 300.0 * (215.0 * 215.0 * 215.0) / (217.0 * 217.0 * 217.0);

fn memory(gpu: &GpuBackend) -> Outcome {
    let grid = Grid::uniform([1.0; 3], [64; 3]).map_err(|e| e.to_string())?;
    let mut problem = FlowProblem::closed_box(&grid, 1.2, 1.8e-5);
    let length = problem.shape.len();
    problem.walls = Some(WallField { distance: vec![0.1; length], shear_share: vec![0.1; length] });
    // The first flow begins with the self-test.
    gpu.flow(&problem).map_err(text)?;
    let before = gpu.bytes_requested();
    let phases =
        FlowSolver::resident_arrays(gpu, &problem, &FlowOptions::default()).map_err(|e| e.to_string())?;
    let [with, without] = phases.map(|arrays| {
        for arrays in arrays.iter().filter(|arrays| arrays.bytes >= length as u64) {
            let bytes = arrays.bytes as f64 / length as f64;
            println!("{:3} × {:30} {bytes:6.1} B/value", arrays.count, arrays.name);
        }
        arrays.iter().map(|arrays| arrays.bytes).sum::<u64>() as f64 / length as f64
    });
    println!("{with:.1} and {without:.1} B/value");
    match with <= BYTES && without <= BYTES && gpu.bytes_requested() == before {
        true => Ok(()),
        false => Err(format!("{with:.1} with coarser grids, {without:.1} without them")),
    }
}
