//! A flow that repeats along an axis does not know where its period begins.

use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::flow::{FlowBackend, Unknown};
use racktherm::grid::Grid;
use racktherm::model::flow::{Convection, FlowProblem, HeatProblem};

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
