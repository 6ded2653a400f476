//! Flows with known answers on hand-made problems, and what they cost.

use approx::assert_relative_eq;
use racktherm::backend::cpu::CpuBackend;
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::flow::{Convection, Face, FaceResistance, FlowFan, FlowProblem, HeatProblem, Passage};
use racktherm::physics::fan::{FanCurve, SystemCurve, operating_point};
use racktherm::solver::flow::{FlowOptions, FlowReport, FlowSolver};
use racktherm::solver::walls::wall_field;

fn solve(problem: FlowProblem, options: &FlowOptions) -> (FlowProblem, FlowReport) {
    let backend = CpuBackend::new();
    let mut solver = FlowSolver::new(&backend, problem, *options).expect("the problem fits");
    let report = solver.solve(&mut |_| ()).expect("the CPU does not fail");
    (solver.into_state().expect("the CPU does not fail"), report)
}

fn two_dimensional(grid: &Grid, density: f64, viscosity: f64) -> FlowProblem {
    let mut problem = FlowProblem::closed_box(grid, density, viscosity);
    for upper in [false, true] {
        problem.set_side(Side { axis: Axis::Z, upper }, Passage::Slip, [0.0; 3]);
    }
    problem
}

fn square(n: usize) -> Grid {
    Grid::uniform([1.0, 1.0, 1.0], [n, n, 1]).expect("a square")
}

/// A lid at 1 m/s over a square of 1 m.
fn lid_driven_square(n: usize, reynolds: f64) -> FlowProblem {
    let mut problem = two_dimensional(&square(n), 1.0, 1.0 / reynolds);
    problem.set_side(Side { axis: Axis::Y, upper: true }, Passage::MovingWall, [1.0, 0.0, 0.0]);
    problem.convection = Convection::Central;
    problem
}

/// Square of unit side, hot at x = 0, cold at x = 1: velocities in units of α/L.
fn heated_square(n: usize, rayleigh: f64) -> FlowProblem {
    let prandtl = 0.71;
    let mut problem = two_dimensional(&square(n), 1.0, prandtl);
    problem.convection = Convection::Central;
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
        for (i, temperature) in [(0, 0.5), (n - 1, -0.5)] {
            let c = shape.index([i, j, 0]);
            heat.sink[c] = 2.0;
            heat.source[c] = 2.0 * temperature;
        }
    }
    problem.heat = Some(heat);
    problem
}

/// Heat through the hot and the cold side, over conduction alone.
fn nusselt(found: &FlowProblem) -> [f64; 2] {
    let [n, ny, _] = found.shape.size;
    let at = |i: usize, j: usize| found.temperature[found.shape.index([i, j, 0])];
    [(0..ny).map(|j| 2.0 * (0.5 - at(0, j))).sum(), (0..ny).map(|j| 2.0 * (at(n - 1, j) + 0.5)).sum()]
}

/// Half a channel of height 2 m between a wall at y = 0 and a plane of symmetry, developed along x, driven by 1 N/m³ in a
/// fluid of 1 kg/m³: u_τ = 1 m/s.
fn half_channel(cells: usize, re_tau: f64) -> FlowProblem {
    let grid = Grid::uniform([1.0, 1.0, 1.0], [1, cells, 1]).expect("a channel");
    let mut problem = two_dimensional(&grid, 1.0, 1.0 / re_tau);
    problem.set_side(Side { axis: Axis::Y, upper: true }, Passage::Slip, [0.0; 3]);
    problem.set_periodic(0);
    problem.body_force = [1.0, 0.0, 0.0];
    problem
}

fn bulk(found: &FlowProblem) -> f64 {
    let u = |j: usize| found.velocity[0][found.shape.index([0, j, 0])];
    (0..found.shape.size[1]).map(|j| u(j) * found.widths[1][j]).sum()
}

#[test]
fn laminar_flow_between_plates_has_a_third_of_f_h2_over_mu() {
    // ū = f h²/(3 µ) for half the gap h = 1 m.
    let (found, report) = solve(half_channel(16, 1.0), &FlowOptions::default());
    assert!(report.converged, "{report}");
    assert_relative_eq!(bulk(&found), 1.0 / 3.0, max_relative = 3e-3);
}

#[test]
fn a_turbulent_channel_has_the_friction_of_direct_simulation() {
    // Moser, Kim & Mansour 1999, Re_τ = 395: ū/u_τ = 17.55.
    let mut problem = half_channel(64, 395.0);
    problem.walls = Some(wall_field(&CpuBackend::new(), &problem).expect("the CPU does not fail"));
    let options = FlowOptions { iterations: 20_000, ..FlowOptions::default() };
    let (found, report) = solve(problem, &options);
    assert!(report.converged, "{report}");
    let friction = 2.0 / bulk(&found).powi(2);
    assert_relative_eq!(friction, 2.0 / 17.55_f64.powi(2), max_relative = 0.05);
}

#[test]
fn the_distance_to_the_walls_of_a_gap_is_that_to_the_nearer_one() {
    let grid = Grid::uniform([1.0, 0.1, 1.0], [4, 20, 1]).expect("a gap");
    let mut problem = two_dimensional(&grid, 1.0, 1.0);
    for upper in [false, true] {
        problem.set_side(Side { axis: Axis::X, upper }, Passage::Slip, [0.0; 3]);
    }
    let walls = wall_field(&CpuBackend::new(), &problem).expect("the CPU does not fail");
    for j in 0..20 {
        let exact = 0.005 * (j.min(19 - j) as f64 + 0.5);
        let found = walls.distance[problem.shape.index([1, j, 0])];
        // Half a cell at the wall: φ is a parabola, its cell value is not that of its middle.
        assert!((found - exact).abs() < 3e-4, "{j}: {found} for {exact}");
    }
}

#[test]
fn both_sides_of_a_heated_square_pass_the_same_heat() {
    // Ra 1e4: Nu = 2.2448 (tests/data/validation/devahldavis.csv); 1 % on this grid.
    let (found, report) = solve(heated_square(32, 1e4), &FlowOptions::default());
    assert!(report.converged, "{report}");
    let [hot, cold] = nusselt(&found);
    assert_relative_eq!(hot, cold, max_relative = 1e-5);
    assert_relative_eq!(hot, 2.2448, max_relative = 0.015);
}

#[test]
fn a_fan_in_a_duct_with_a_screen_finds_its_operating_point() {
    // Δp = 300 (1 − (Q/0.12)²) Pa on a screen of a u² with a = 200 Pa s²/m² over 0.1 × 0.1 m; walls do not rub.
    let grid = Grid::uniform([1.0, 0.1, 0.1], [16, 4, 4]).expect("a duct");
    let density = 1.2;
    let mut problem = FlowProblem::closed_box(&grid, density, 1.8e-5);
    for side in Side::ALL {
        let passage = if side.axis == Axis::X { Passage::Opening } else { Passage::Slip };
        problem.set_side(side, passage, [0.0; 3]);
    }
    let (screen, fan) = (1, 2);
    problem.laws =
        vec![FaceResistance { quadratic: 200.0, ..FaceResistance::default() }, FaceResistance::default()];
    let mut faces = Vec::new();
    for (at, c) in problem.shape.faces(0).collect::<Vec<_>>() {
        match at[0] {
            4 => problem.faces[0][c] = Face::new(Passage::Open, true).with_law(screen),
            8 => {
                problem.faces[0][c] = Face::new(Passage::Open, true).with_law(fan);
                faces.push(c);
            }
            _ => (),
        }
    }
    let curve = FanCurve::from_end_points(0.12, 300.0).expect("a curve");
    let area = 0.01;
    problem.fans = vec![FlowFan {
        name: "fan".into(),
        axis: 0,
        forward: true,
        faces,
        area,
        laws: vec![fan as usize],
        curve: curve.clone(),
    }];
    let (found, report) = solve(problem, &FlowOptions::default());
    assert!(report.converged, "{report}");
    // The surroundings lose the dynamic pressure of what they give.
    let system = SystemCurve { linear: 0.0, quadratic: (200.0 + 0.5 * density) / (area * area) };
    let expected = operating_point(&curve, system);
    let flow: f64 = (0..4)
        .flat_map(|k| (0..4).map(move |j| (j, k)))
        .map(|(j, k)| found.velocity[0][found.shape.index([8, j, k])] * area / 16.0)
        .sum();
    assert_relative_eq!(flow, expected.flow, max_relative = 1e-3);
}

#[test]
fn a_fan_against_a_closed_duct_stands_at_its_shut_off_pressure() {
    let grid = Grid::uniform([0.4, 0.1, 0.1], [16, 4, 4]).expect("a duct");
    let mut problem = FlowProblem::closed_box(&grid, 1.2, 1.8e-5);
    problem.set_side(Side { axis: Axis::X, upper: false }, Passage::Opening, [0.0; 3]);
    problem.laws = vec![FaceResistance::default()];
    let faces: Vec<usize> = problem.shape.faces(0).filter(|(at, _)| at[0] == 8).map(|(_, c)| c).collect();
    for &c in &faces {
        problem.faces[0][c] = Face::new(Passage::Open, true).with_law(1);
    }
    let curve = FanCurve::from_end_points(0.05, 100.0).expect("a curve");
    problem.fans =
        vec![FlowFan { name: "fan".into(), axis: 0, forward: true, faces, area: 0.01, laws: vec![1], curve }];
    let (found, report) = solve(problem, &FlowOptions::default());
    assert!(report.converged, "{report}");
    // Nothing moves: 100 Pa over the surroundings behind the fan, none before it.
    let pressure = |i: usize| found.pressure[found.shape.index([i, 2, 1])];
    assert_relative_eq!(pressure(12), 100.0, max_relative = 1e-6);
    assert!(pressure(3).abs() < 1e-4, "{} Pa", pressure(3));
}

#[test]
fn fluid_that_a_force_presses_against_closed_walls_rests_under_its_hydrostatic_pressure() {
    // p = f x, 2 N/m³ over 0.4 m, laminar and by LVEL.
    for turbulent in [false, true] {
        let grid = Grid::uniform([0.4, 0.1, 0.1], [16, 4, 4]).expect("a box");
        let mut problem = FlowProblem::closed_box(&grid, 1.2, 1.8e-5);
        problem.body_force = [2.0, 0.0, 0.0];
        if turbulent {
            problem.walls = Some(wall_field(&CpuBackend::new(), &problem).expect("the CPU does not fail"));
        }
        let (found, report) = solve(problem, &FlowOptions::default());
        assert!(report.converged && report.iterations <= 200, "{report}");
        let pressure = |i: usize| found.pressure[found.shape.index([i, 2, 1])];
        assert_relative_eq!(pressure(15) - pressure(0), 2.0 * 0.375, max_relative = 1e-6);
    }
}

#[test]
fn squares_settle_within_so_many_iterations_and_stay_the_same_with_more_threads() {
    // What they take today and a fifth more.
    for (name, problem, most) in
        [("lid 32", lid_driven_square(32, 100.0), LID), ("heated 32", heated_square(32, 1e5), HEATED)]
    {
        let (_, report) = solve(problem, &FlowOptions::default());
        assert!(report.converged && report.iterations <= most, "{name}: {report}");
        println!("{name}: {report}");
    }
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        let options = FlowOptions { iterations: 20, ..FlowOptions::default() };
        pool.install(|| solve(lid_driven_square(48, 100.0), &options).0.velocity)
    };
    assert_eq!(on(1), on(3));
}

#[test]
fn from_one_grid_to_the_next_finer_one_iterations_grow_by_half_at_most() {
    type Make = fn(usize, f64) -> FlowProblem;
    for (name, make, number) in
        [("lid", lid_driven_square as Make, 1000.0), ("heated", heated_square as Make, 1e6)]
    {
        let (mut coarser, mut taken): (Option<FlowProblem>, Vec<usize>) = (None, Vec::new());
        for n in [16, 32, 64, 128] {
            let mut problem = make(n, number);
            if let Some(coarser) = &coarser {
                problem.start_from(coarser);
            }
            let (found, report) = solve(problem, &FlowOptions::default());
            println!("{name} {n}: {report}, work {:.0}", report.work);
            assert!(report.converged, "{name} {n}: {report}");
            taken.push(report.iterations);
            coarser = Some(found);
        }
        // From 32² on: at cell Reynolds numbers of 60 and more a grid has a flow of its own.
        for pair in taken[1..].windows(2) {
            assert!(pair[1] as f64 <= 1.5 * pair[0] as f64, "{name}: {taken:?}");
        }
    }
}

/// Iterations of the lid-driven square of 32² at Re 100.
const LID: usize = 55;
/// Iterations of the heated square of 32² at Ra 1e5.
const HEATED: usize = 50;

/// A channel of height 2 m and length 20 m: fluid enters above a step of 1 m at 1 m/s.
fn step([nx, ny]: [usize; 2], reynolds: f64) -> FlowProblem {
    let grid = Grid::uniform([20.0, 2.0, 1.0], [nx, ny, 1]).expect("a channel");
    let mut problem = two_dimensional(&grid, 1.0, 1.0 / reynolds);
    problem.set_side(Side { axis: Axis::X, upper: false }, Passage::Given, [1.0, 0.0, 0.0]);
    problem.set_side(Side { axis: Axis::X, upper: true }, Passage::Opening, [0.0; 3]);
    for j in 0..ny / 2 {
        let face = problem.shape.index([0, j, 0]);
        problem.faces[0][face] = Face::new(Passage::Wall, false);
        problem.velocity[0][face] = 0.0;
    }
    problem
}

#[test]
fn a_flow_behind_a_step_that_coarser_grids_stir_up_settles_on_the_finest_alone() {
    // With its coarser grids all the way it is still off by 2e-2 after 800 iterations; alone it takes 400.
    let options = FlowOptions { iterations: 480, ..FlowOptions::default() };
    let backend = CpuBackend::new();
    let mut solver = FlowSolver::new(&backend, step([160, 16], 800.0), options).expect("the problem fits");
    let (mut last, mut corrected) = ((0, 0.0), 0);
    let mut tell = |report: &FlowReport| {
        // An iteration on the finest grid counts one, what is done on coarser ones a part of one.
        if report.work - last.1 > (report.iterations - last.0) as f64 {
            corrected = report.iterations;
        }
        last = (report.iterations, report.work);
    };
    let report = solver.solve(&mut tell).expect("the CPU does not fail");
    println!("{report}, corrected until iteration {corrected}");
    assert!(report.converged, "{report}");
    assert!((1..250).contains(&corrected), "corrected until iteration {corrected}");
}
