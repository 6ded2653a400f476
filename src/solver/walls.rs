//! Distance to the walls of a flow: ∇²φ = −1 with φ = 0 on walls ([`crate::physics::wall_law`]).
//!
//! φ is 0 on solids, baffles and moving walls; it has no gradient through openings, planes of symmetry and given
//! inflows, and neither screens nor porous regions are walls.

use super::krylov::{Krylov, KrylovOptions};
use super::multigrid::{CycleOptions, HierarchyError};
use super::preconditioner::Preconditioner;
use crate::backend::Preconditioned;
use crate::model::flow::{FlowProblem, Passage, WallField};
use crate::model::system::LinearSystem;
use crate::physics::wall_law::{shear_share, wall_distance};

/// ‖r‖/‖b‖ of the Poisson problem: a distance needs no more than f32 has.
const TOLERANCE: f64 = 1e-6;

/// Most Krylov steps.
const STEPS: usize = 100;

/// Distance to the walls and share of their shear in every cell; 0 in solids.
///
/// # Errors
/// [`HierarchyError`] if the device fails.
pub fn wall_field<B: Preconditioned>(
    backend: &B,
    problem: &FlowProblem,
) -> Result<WallField, HierarchyError> {
    let shape = problem.shape;
    let (system, volume) = poisson(problem);
    let mut preconditioner = Preconditioner::new(backend, &system, CycleOptions::default())?;
    let mut krylov = Krylov::new(backend, shape.size, 1)?;
    let (mut x, mut r) = (backend.field(shape.size)?, backend.field(shape.size)?);
    backend.upload(&volume, &mut r);
    let options = KrylovOptions { tolerance: TOLERANCE, iterations: STEPS, check_every: 4 };
    krylov.solve(backend, &mut preconditioner, options, &mut x, &mut r)?;
    let mut phi = shape.pad(&backend.download(&x)?, 0.0);
    for axis in (0..3).filter(|&axis| problem.periodic[axis]) {
        let (n, stride) = (shape.size[axis], shape.strides()[axis]);
        for c in (0..shape.len()).filter(|c| c / stride % (n + 2) == 0) {
            phi[c] = phi[c + n * stride];
            phi[c + (n + 1) * stride] = phi[c + stride];
        }
    }

    let mut field = WallField { distance: vec![0.0; shape.len()], shear_share: vec![1.0; shape.len()] };
    for (at, c) in shape.cells().filter(|&(_, c)| is_fluid(problem, c)) {
        let slopes = (0..3).map(|axis| {
            let mean = 0.5
                * (slope(problem, &phi, axis, c, at) + {
                    let above = c + shape.strides()[axis];
                    let mut there = at;
                    there[axis] += 1;
                    slope(problem, &phi, axis, above, there)
                });
            mean * mean
        });
        let gradient = slopes.sum::<f64>().sqrt();
        field.distance[c] = wall_distance(phi[c], gradient);
        field.shear_share[c] = shear_share(phi[c], gradient);
    }
    Ok(field)
}

/// Whether fluid fills a cell: some face of it is not a wall.
fn is_fluid(problem: &FlowProblem, c: usize) -> bool {
    (0..3).any(|axis| {
        [c, c + problem.shape.strides()[axis]].iter().any(|&f| !problem.faces[axis][f].is(Passage::Wall))
    })
}

/// ∂φ/∂n on the lower face of the cell at `at`.
fn slope(problem: &FlowProblem, phi: &[f64], axis: usize, c: usize, at: [usize; 3]) -> f64 {
    let face = problem.faces[axis][c];
    let below = c - problem.shape.strides()[axis];
    let (widths, n) = (&problem.widths[axis], problem.shape.size[axis]);
    let (lower, upper) = match (at[axis], problem.periodic[axis]) {
        (0, false) => (0.0, widths[0]),
        (i, false) if i == n => (widths[n - 1], 0.0),
        (i, _) => (widths[(i + n - 1) % n], widths[i % n]),
    };
    match () {
        () if face.is(Passage::Open) && lower > 0.0 && upper > 0.0 => {
            (phi[c] - phi[below]) / (0.5 * (lower + upper))
        }
        () if face.is(Passage::Wall) || face.is(Passage::MovingWall) => {
            // From the side that holds fluid.
            if upper > 0.0 && phi[c] > 0.0 { phi[c] / (0.5 * upper) } else { -phi[below] / (0.5 * lower) }
        }
        () => 0.0,
    }
}

fn poisson(problem: &FlowProblem) -> (LinearSystem, Vec<f64>) {
    let shape = problem.shape;
    let mut system = LinearSystem::zeros(shape.size, false);
    let mut volume = vec![0.0; system.cells()];
    for (cell, (at, c)) in shape.cells().enumerate() {
        if !is_fluid(problem, c) {
            continue;
        }
        volume[cell] = (0..3).map(|axis| problem.widths[axis][at[axis]]).product();
        for (axis, &i) in at.iter().enumerate() {
            let n = shape.size[axis];
            let area = volume[cell] / problem.widths[axis][i];
            let half = 0.5 * problem.widths[axis][i];
            let faces = [problem.faces[axis][c], problem.faces[axis][c + shape.strides()[axis]]];
            for face in faces {
                if face.is(Passage::Wall) || face.is(Passage::MovingWall) {
                    system.sink[cell] += area / half;
                }
            }
            if faces[1].is(Passage::Open) && (i + 1 < n || problem.periodic[axis]) {
                let g = area / (half + 0.5 * problem.widths[axis][(i + 1) % n]);
                system.add_face(axis, cell, [g; 2]);
            }
        }
    }
    (system, volume)
}
