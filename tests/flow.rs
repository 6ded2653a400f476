//! Flows with known answers on hand-made problems.

use racktherm::backend::cpu::CpuBackend;
use racktherm::grid::{Axis, Grid, Side};
use racktherm::model::flow::{Convection, FlowProblem, HeatProblem, Passage};
use racktherm::solver::flow::{FlowOptions, FlowReport, FlowSolver};

fn solve(problem: FlowProblem, options: &FlowOptions) -> (FlowProblem, FlowReport) {
    let backend = CpuBackend::new();
    let mut solver = FlowSolver::new(&backend, problem).expect("room");
    let report = solver.solve(options).expect("a device");
    (solver.into_state().expect("a device"), report)
}

/// Square of unit side, hot at x = 0, cold at x = 1: velocities in units of α/L.
fn heated_square(n: usize, rayleigh: f64) -> FlowProblem {
    let grid = Grid::uniform([1.0, 1.0, 1.0], [n, n, 1]).expect("a box");
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

#[test]
fn tuning() {
    for (n, ra) in [(40, 1e4), (80, 1e6)] {
        for alpha in [0.9, 0.95] {
            for (sweeps, heat) in [(8, 0.98), (16, 0.98), (16, 0.995)] {
                let started = std::time::Instant::now();
                let options = FlowOptions {
                    momentum_relaxation: alpha,
                    momentum_sweeps: sweeps,
                    heat_sweeps: sweeps,
                    heat_relaxation: heat,
                    ..FlowOptions::default()
                };
                let (found, report) = solve(heated_square(n, ra), &options);
                println!(
                    "{n} {ra} {alpha} {sweeps}: {} {:?} {:.1e} {:.1e} {} Nu {:?} in {:.2} s",
                    report.iterations,
                    report.momentum,
                    report.heat,
                    report.mass,
                    report.converged,
                    nusselt(&found),
                    started.elapsed().as_secs_f64()
                );
            }
        }
    }
}
