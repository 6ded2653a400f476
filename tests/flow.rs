//! Flows with known answers on hand-made problems.

use racktherm::backend::cpu::CpuBackend;
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::flow::{Convection, FlowProblem, HeatProblem, Passage};
use racktherm::solver::flow::{FlowOptions, FlowReport, FlowSolver};
use racktherm::solver::walls::wall_field;

fn solve(problem: FlowProblem, options: &FlowOptions) -> (FlowProblem, FlowReport) {
    let backend = CpuBackend::new();
    let mut solver = FlowSolver::new(&backend, problem).unwrap();
    let report = solver.solve(options, &mut |_| ()).unwrap();
    (solver.into_state().unwrap(), report)
}

/// Square of unit side, hot at x = 0, cold at x = 1: velocities in units of α/L.
fn heated_square(n: usize, rayleigh: f64) -> FlowProblem {
    let grid = Grid::uniform([1.0, 1.0, 1.0], [n, n, 1]).unwrap();
    let prandtl = 0.71;
    let mut problem = FlowProblem::closed_box(&grid, 1.0, prandtl);
    for upper in [false, true] {
        problem.set_side(Side { axis: Axis::Z, upper }, Passage::Slip, [0.0; 3]);
    }
    problem.convection = Convection::Central;
    problem.buoyancy = [0.0, -rayleigh * prandtl, 0.0];
    let shape = problem.shape;
    let mut heat = HeatProblem {
        conductance: [0, 1, 2].map(|_| vec![0.0; shape.len()]),
        sink: vec![0.0; shape.len()],
        source: vec![0.0; shape.len()],
        specific_heat: 1.0,
    };
    let h = 1.0 / n as f64;
    for axis in 0..2 {
        for (at, c) in shape.faces(axis) {
            if at[axis] > 0 && at[axis] < n {
                heat.conductance[axis][c] = 1.0;
            }
        }
    }
    for j in 0..n {
        let (hot, cold) = (shape.index([0, j, 0]), shape.index([n - 1, j, 0]));
        heat.sink[hot] = 2.0;
        heat.sink[cold] = 2.0;
        heat.source[hot] = 2.0 * 0.5;
        heat.source[cold] = -2.0 * 0.5;
        let _ = h;
    }
    problem.heat = Some(heat);
    problem
}

fn nusselt(found: &FlowProblem) -> [f64; 2] {
    let n = found.shape.size[1];
    let (mut hot, mut cold) = (0.0, 0.0);
    for j in 0..n {
        hot += 2.0 * (0.5 - found.temperature[found.shape.index([0, j, 0])]);
        cold += 2.0 * (found.temperature[found.shape.index([n - 1, j, 0])] + 0.5);
    }
    [hot, cold]
}

/// Half a channel of height 2 between a wall at y = 0 and a plane of symmetry, periodic along x, driven by a force
/// of 1 N/m³ in a fluid of density 1: u_τ = 1.
fn half_channel(cells: usize, re_tau: f64, stretch: f64) -> FlowProblem {
    let n = cells;
    let faces: Vec<f64> = (0..=n)
        .map(|j| {
            let t = j as f64 / n as f64;
            if stretch == 0.0 { t } else { 1.0 + (stretch * (t - 1.0)).tanh() / stretch.tanh() }
        })
        .collect();
    let grid = Grid::new([vec![0.0, 1.0], faces, vec![0.0, 1.0]]).unwrap();
    let mut problem = FlowProblem::closed_box(&grid, 1.0, 1.0 / re_tau);
    for side in [(Axis::Y, true), (Axis::Z, false), (Axis::Z, true)] {
        problem.set_side(Side { axis: side.0, upper: side.1 }, Passage::Slip, [0.0; 3]);
    }
    problem.set_periodic(0);
    problem.body_force = [1.0, 0.0, 0.0];
    problem
}

fn lid_driven_cube(n: usize, reynolds: f64) -> FlowProblem {
    let grid = Grid::uniform([1.0, 1.0, 1.0], [n, n, n]).unwrap();
    let mut problem = FlowProblem::closed_box(&grid, 1.0, 1.0 / reynolds);
    problem.set_side(Side { axis: Axis::Y, upper: true }, Passage::MovingWall, [1.0, 0.0, 0.0]);
    problem.convection = Convection::Central;
    problem
}

#[test]
fn tuning() {
    use racktherm::model::air::{AirProblem, SinkLoss};
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(std::env::var("SCENE").unwrap_or("scenes/gb200_tray.toml".into()));
    let convection = std::env::var("CONV").unwrap_or("bounded".into());
    let scene = racktherm::scene::Scene::load(
        &path,
        &["air.field=momentum".into(), format!("air.convection={convection}")],
    )
    .unwrap();
    let model = racktherm::couple::prepare(&scene, racktherm::scene::Resolution::Draft).unwrap();
    let properties = racktherm::couple::fluid::properties(&scene, 298.0);
    let air = AirProblem::new(
        &model,
        &scene,
        properties.density,
        &vec![SinkLoss::default(); scene.heat_sinks.len()],
        0.0,
    );
    let mut problem = FlowProblem::new(&model, &scene, &air, &properties);
    if std::env::var("LVEL").is_ok() {
        problem.walls = Some(wall_field(&CpuBackend::new(), &problem).unwrap());
    }
    let get = |name: &str, default: f64| std::env::var(name).ok().map_or(default, |v| v.parse().unwrap());
    let options = FlowOptions {
        momentum_relaxation: get("ALPHA", 0.8),
        pressure_steps: get("PRESS", 2.0) as usize,
        iterations: get("ITER", 800.0) as usize,
        ..FlowOptions::default()
    };
    let backend = CpuBackend::new();
    let mut solver = FlowSolver::new(&backend, problem).unwrap();
    let report = solver
        .solve(&options, &mut |r| {
            if r.iterations % 30 == 1 {
                println!("{r}");
            }
        })
        .unwrap();
    println!("{report}");
    let found = solver.into_state().unwrap();
    for axis in 0..3 {
        let (c, u) =
            found.velocity[axis].iter().enumerate().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap();
        let s = found.shape.strides();
        println!(
            "axis {axis} largest {u} at {:?}",
            [c % s[1], c / s[1] % (found.shape.size[1] + 2), c / s[2]]
        );
    }
}
