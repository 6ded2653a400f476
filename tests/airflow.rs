//! The loss-driven air field on problems with an answer on paper.

use racktherm::couple::airflow::{AirSolution, FLUX_TOLERANCE, solve_air};
use racktherm::couple::engine::{Goal, LinearSolver, SolveReport};
use racktherm::couple::regions::{components, pinned_cells};
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::Fluids;
use racktherm::model::air::{AirProblem, BoundaryFace, FaceLaw, FanFace, FanPlane, LOSS_LINEAR_SPEED};
use racktherm::model::system::{LinearSystem, State};
use racktherm::solver::SolveError;

/// Conjugate gradients with a diagonal preconditioner: slow, short and independent of the product's solver.
struct PlainCg;

fn apply(system: &LinearSystem, x: &[f64]) -> Vec<f64> {
    let zero = State { cells: vec![0.0; x.len()], nodes: Vec::new() };
    let (r, _) = system.residual(&State { cells: x.to_vec(), nodes: Vec::new() }, &zero);
    r.cells.iter().map(|v| -v).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

impl LinearSolver for PlainCg {
    fn solve(
        &self,
        system: &LinearSystem,
        x: &mut State,
        b: &State,
        goal: Goal,
    ) -> Result<SolveReport, SolveError> {
        let strides = system.strides();
        let mut diagonal = system.sink.clone();
        for axis in 0..3 {
            for c in 0..system.cells() {
                let a = system.from_upper[axis][c];
                if a > 0.0 {
                    diagonal[c] += a;
                    diagonal[c + strides[axis]] += a;
                }
            }
        }
        let precondition =
            |r: &[f64]| r.iter().zip(&diagonal).map(|(r, d)| if *d > 0.0 { r / d } else { 0.0 }).collect();
        let reduction = match goal {
            Goal::Reduce(r) => r,
            Goal::Converge | Goal::Polish | Goal::Increment => 1e-13,
        };
        let ax = apply(system, &x.cells);
        let mut r: Vec<f64> = b.cells.iter().zip(&ax).map(|(b, a)| b - a).collect();
        let first = dot(&r, &r).sqrt();
        let mut z: Vec<f64> = precondition(&r);
        let mut p = z.clone();
        let mut report = SolveReport::default();
        while dot(&r, &r).sqrt() > reduction * first && report.iterations < 5000 {
            let ap = apply(system, &p);
            let rz = dot(&r, &z);
            let alpha = rz / dot(&p, &ap);
            for i in 0..r.len() {
                x.cells[i] += alpha * p[i];
                r[i] -= alpha * ap[i];
            }
            z = precondition(&r);
            let beta = dot(&r, &z) / rz;
            p.iter_mut().zip(&z).for_each(|(p, z)| *p = z + beta * *p);
            report.iterations += 1;
        }
        report.converged = true;
        Ok(report)
    }
}

const DENSITY: f64 = 1.2;

/// A box of open air with faces of `open` ζ each, closed all round.
fn sealed_box(grid: &Grid, open: f64) -> AirProblem {
    let n = grid.cells();
    let laws = Axis::ALL.map(|axis| {
        let law = |cell: usize| {
            let at = grid.position(cell);
            if at[axis as usize] + 1 == grid.size()[axis as usize] {
                FaceLaw::CLOSED
            } else {
                FaceLaw::of_loss(open, LOSS_LINEAR_SPEED, grid.area(axis, at), DENSITY)
            }
        };
        (0..n).map(law).collect()
    });
    AirProblem {
        size: grid.size(),
        densities: vec![DENSITY],
        fluids: Fluids::default(),
        air: vec![true; n],
        laws,
        boundary: Vec::new(),
        openings: Vec::new(),
        fans: Vec::new(),
    }
}

fn add_openings(problem: &mut AirProblem, grid: &Grid, side: Side, zeta: f64, pressure: f64) {
    let at_side = |at: [usize; 3]| {
        let last = grid.size()[side.axis as usize] - 1;
        at[side.axis as usize] == if side.upper { last } else { 0 }
    };
    for cell in (0..grid.cells()).filter(|&c| at_side(grid.position(c))) {
        let area = grid.area(side.axis, grid.position(cell));
        let law = FaceLaw::of_loss(zeta, LOSS_LINEAR_SPEED, area, DENSITY);
        problem.boundary.push(BoundaryFace { cell, side, area, law, pressure, opening: 0, given: None });
    }
}

fn add_fan(
    problem: &mut AirProblem,
    grid: &Grid,
    name: &str,
    plane: usize,
    keep: impl Fn([usize; 3]) -> bool,
) {
    let mut fan = FanPlane {
        name: name.into(),
        density: DENSITY,
        mass_flow: DENSITY * 0.1,
        faces: Vec::new(),
        fixed: true,
        forward: true,
        curve: None,
    };
    for cell in (0..grid.cells()).filter(|&c| grid.position(c)[1] == plane && keep(grid.position(c))) {
        problem.laws[1][cell] = FaceLaw::CLOSED;
        let area = grid.area(Axis::Y, grid.position(cell));
        fan.faces.push(FanFace::Interior { axis: Axis::Y, cell, area, law: FaceLaw::FREE });
    }
    problem.fans.push(fan);
}

fn solve(problem: &AirProblem, grid: &Grid) -> AirSolution {
    let solution = solve_air(problem, grid, None, FLUX_TOLERANCE, &PlainCg, &mut |_, _| {})
        .expect("a field that exists");
    assert!(solution.converged, "change {:.1e} after {} steps", solution.change, solution.steps);
    assert!(solution.mass_defect < 1e-9, "mass defect {:.1e}", solution.mass_defect);
    solution
}

const FRONT: Side = Side { axis: Axis::Y, upper: false };
const BACK: Side = Side { axis: Axis::Y, upper: true };

/// Mass flow through the plane above `plane` along y, for cells with x index in `columns`.
fn through(grid: &Grid, solution: &AirSolution, plane: usize, columns: std::ops::Range<usize>) -> f64 {
    (0..grid.cells())
        .filter(|&c| grid.position(c)[1] == plane && columns.contains(&grid.position(c)[0]))
        .map(|c| solution.flux.faces[1][c])
        .sum()
}

#[test]
fn twenty_pascals_through_two_losses_of_four_in_series_drive_2_04_metres_per_second() {
    // Δp = (ζ₁ + ζ₂) ρ/2 u²: u = √(2 · 20 / (1.2 · 8)).
    let grid = Grid::uniform([0.2, 0.3, 0.1], [2, 3, 1]).unwrap();
    let mut problem = sealed_box(&grid, 1e-9);
    add_openings(&mut problem, &grid, FRONT, 4.0, 20.0);
    add_openings(&mut problem, &grid, BACK, 4.0, 0.0);
    let solution = solve(&problem, &grid);
    let speed = through(&grid, &solution, 0, 0..2) / (DENSITY * 0.02);
    approx::assert_relative_eq!(speed, (2.0 * 20.0 / (1.2 * 8.0_f64)).sqrt(), max_relative = 0.005);
    assert!(solution.steps <= 10, "{} Newton steps", solution.steps);
}

/// A fan blows into two ducts side by side with screens of the given ζ; returns the ratio of their flows.
fn split(first: f64, second: f64) -> f64 {
    let grid = Grid::uniform([0.2, 0.6, 0.1], [4, 6, 2]).expect("lines that increase");
    let mut problem = sealed_box(&grid, 1e-6);
    add_openings(&mut problem, &grid, FRONT, 0.1, 0.0);
    add_openings(&mut problem, &grid, BACK, 0.0, 0.0);
    for face in problem.boundary.iter_mut().filter(|f| f.side == BACK) {
        face.law = FaceLaw::of_loss(1e-6, LOSS_LINEAR_SPEED, face.area, DENSITY);
    }
    add_fan(&mut problem, &grid, "fan", 0, |_| true);
    for cell in 0..grid.cells() {
        let [x, y, _] = grid.position(cell);
        if x == 1 && y >= 2 {
            problem.laws[0][cell] = FaceLaw::CLOSED;
        }
        if y == 3 {
            let zeta = if x < 2 { first } else { second };
            let area = grid.area(Axis::Y, grid.position(cell));
            problem.laws[1][cell] = FaceLaw::of_loss(zeta, LOSS_LINEAR_SPEED, area, DENSITY);
        }
    }
    let solution = solve(&problem, &grid);
    through(&grid, &solution, 3, 0..2) / through(&grid, &solution, 3, 2..4)
}

#[test]
fn two_equal_ducts_share_the_flow_equally() {
    approx::assert_relative_eq!(split(10.0, 10.0), 1.0, max_relative = 1e-9);
}

#[test]
fn a_screen_of_nine_times_the_loss_passes_a_third_of_the_flow() {
    approx::assert_relative_eq!(split(5.0, 45.0), 3.0, max_relative = 0.005);
}

#[test]
fn a_fan_across_a_sealed_box_is_refused_by_name() {
    let grid = Grid::uniform([0.1, 0.4, 0.1], [1, 4, 1]).unwrap();
    let mut problem = sealed_box(&grid, 1.0);
    add_fan(&mut problem, &grid, "tray.1/fan.3", 1, |_| true);
    let error =
        solve_air(&problem, &grid, None, FLUX_TOLERANCE, &PlainCg, &mut |_, _| {}).unwrap_err().to_string();
    assert!(error.contains("tray.1/fan.3") && error.contains("without an opening"), "{error}");
}

#[test]
fn a_fan_that_stirs_a_sealed_box_drives_a_flow_that_closes_on_itself() {
    let grid = Grid::uniform([0.2, 0.4, 0.1], [4, 6, 1]).unwrap();
    let mut problem = sealed_box(&grid, 1.0);
    add_fan(&mut problem, &grid, "stirrer", 2, |at| at[0] < 2);
    let solution = solve(&problem, &grid);
    approx::assert_relative_eq!(through(&grid, &solution, 2, 0..2), DENSITY * 0.1, max_relative = 1e-12);
    approx::assert_relative_eq!(through(&grid, &solution, 2, 2..4), -DENSITY * 0.1, max_relative = 1e-9);
}

#[test]
fn a_pocket_of_closed_air_stays_at_rest_beside_the_stream() {
    let grid = Grid::uniform([0.3, 0.4, 0.1], [3, 4, 1]).unwrap();
    let mut problem = sealed_box(&grid, 1.0);
    for cell in 0..grid.cells() {
        if grid.position(cell)[0] == 1 {
            problem.laws[0][cell] = FaceLaw::CLOSED;
        }
    }
    add_openings(&mut problem, &grid, FRONT, 1.0, 10.0);
    add_openings(&mut problem, &grid, BACK, 1.0, 0.0);
    problem.boundary.retain(|face| grid.position(face.cell)[0] < 2);
    let joined = components(&problem);
    assert_eq!(pinned_cells(&problem, &joined).unwrap(), vec![2]);
    let solution = solve(&problem, &grid);
    assert!((0..3).all(|y| solution.flux.faces[1][grid.index([2, y, 0])] == 0.0));
    assert!(through(&grid, &solution, 0, 0..2) > 0.0);
}
