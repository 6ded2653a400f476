//! Flows with known answers on hand-made problems.

use racktherm::backend::cpu::CpuBackend;
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::flow::{Convection, FlowProblem, Passage};
use racktherm::solver::flow::{FlowOptions, FlowReport, FlowSolver};

fn lid_driven_square(n: usize, reynolds: f64) -> FlowProblem {
    let grid = Grid::uniform([1.0, 1.0, 1.0], [n, n, 1]).unwrap();
    let mut problem = FlowProblem::closed_box(&grid, 1.0, 1.0 / reynolds);
    problem.set_side(Side { axis: Axis::Y, upper: true }, Passage::MovingWall, [1.0, 0.0, 0.0]);
    for upper in [false, true] {
        problem.set_side(Side { axis: Axis::Z, upper }, Passage::Slip, [0.0; 3]);
    }
    problem.convection = Convection::Central;
    problem
}

fn solve(problem: FlowProblem, options: &FlowOptions) -> (FlowProblem, FlowReport) {
    let backend = CpuBackend::new();
    let mut solver = FlowSolver::new(&backend, problem).unwrap();
    let report = solver.solve(options).unwrap();
    (solver.into_state().unwrap(), report)
}

#[test]
fn a_lid_driven_square_at_re_100_has_the_published_profile() {
    for (n, re) in [(32, 100.0), (64, 100.0), (64, 400.0), (128, 1000.0)] {
        let started = std::time::Instant::now();
        let options = FlowOptions::default();
        let (found, report) = solve(lid_driven_square(n, re), &options);
        let i = n / 2;
        let u: Vec<f64> = (0..n).map(|j| found.velocity[0][found.shape.index([i, j, 0])]).collect();
        let least = u.iter().copied().fold(f64::INFINITY, f64::min);
        println!("{n} {re} {report:?} least u {least} in {:.2} s", started.elapsed().as_secs_f64());
    }
}
