//! Distance to the walls of a flow: ∇²φ = −1 with φ = 0 on walls ([`crate::physics::wall_law`]).
//!
//! φ is 0 on solids, baffles and moving walls; it has no gradient through openings, planes of symmetry and given
//! inflows, and neither screens nor porous regions are walls. In the cell at a wall φ is a parabola, whose bend of −1 its
//! axes with walls share by 1/w², w its width: between plates every value is exact, in a gap of a single cell too.

use super::krylov::{Krylov, KrylovOptions};
use super::multigrid::{CycleOptions, HierarchyError};
use super::preconditioner::Preconditioner;
use crate::backend::Preconditioned;
use crate::model::flow::{Face, FlowProblem, Passage, WallField};
use crate::model::system::LinearSystem;
use crate::physics::wall_law::{roundness, shear_share, wall_distance};

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
    let (system, source) = poisson(problem);
    let mut preconditioner = Preconditioner::new(backend, &system, CycleOptions::default())?;
    let mut krylov = Krylov::new(backend, shape.size, 1)?;
    let (mut x, mut r) = (backend.field(shape.size)?, backend.field(shape.size)?);
    backend.upload(&source, &mut r);
    let options = KrylovOptions { tolerance: TOLERANCE, iterations: STEPS, check_every: 4 };
    krylov.solve(backend, &mut preconditioner, options, &mut x, &mut r)?;
    let mut phi = shape.pad(&backend.download(&x)?, 0.0);
    for axis in (0..3).filter(|&axis| problem.periodic[axis]) {
        shape.wrap(axis, &mut phi);
    }

    let mut field = WallField { distance: vec![0.0; shape.len()], shear_share: vec![1.0; shape.len()] };
    for (at, c) in shape.cells().filter(|&(_, c)| is_fluid(problem, c)) {
        let slopes = [0, 1, 2].map(|axis| [0, 1].map(|side| slope(problem, &phi, axis, side, c, at)));
        let gradient =
            slopes.iter().map(|[lower, upper]| (0.5 * (lower + upper)).powi(2)).sum::<f64>().sqrt();
        let bends = [0, 1, 2].map(|axis| {
            let [lower, upper] = slopes[axis];
            (upper - lower) / problem.widths[axis][at[axis]]
        });
        let roundness = roundness(bends);
        field.distance[c] = wall_distance(phi[c], gradient, roundness);
        field.shear_share[c] = shear_share(phi[c], gradient, roundness);
    }
    for axis in (0..3).filter(|&axis| problem.periodic[axis]) {
        shape.wrap(axis, &mut field.distance);
        shape.wrap(axis, &mut field.shear_share);
    }
    Ok(field)
}

/// Whether fluid fills a cell: some face of it is not a wall.
fn is_fluid(problem: &FlowProblem, c: usize) -> bool {
    (0..3)
        .any(|axis| [c, c + problem.shape.strides()[axis]].iter().any(|&f| !is_wall(problem.faces[axis][f])))
}

fn is_wall(face: Face) -> bool {
    face.is(Passage::Wall) || face.is(Passage::MovingWall)
}

/// −∂²φ/∂x² along an axis in the cell at `at`, if it has a wall there.
fn bend(problem: &FlowProblem, axis: usize, c: usize, at: [usize; 3]) -> f64 {
    let weight = |axis: usize| {
        let faces = [c, c + problem.shape.strides()[axis]];
        let walls = faces.iter().any(|&face| is_wall(problem.faces[axis][face]));
        if walls { problem.widths[axis][at[axis]].powi(-2) } else { 0.0 }
    };
    weight(axis) / (0..3).map(weight).sum::<f64>()
}

/// ∂φ/∂n on the lower or upper face of the fluid cell at `at`.
fn slope(problem: &FlowProblem, phi: &[f64], axis: usize, side: usize, c: usize, at: [usize; 3]) -> f64 {
    let stride = problem.shape.strides()[axis];
    let face = problem.faces[axis][c + side * stride];
    let (beside, index) =
        if side == 1 { (c + stride, at[axis].checked_add(1)) } else { (c - stride, at[axis].checked_sub(1)) };
    let n = problem.shape.size[axis];
    let index = if problem.periodic[axis] { Some((at[axis] + n - 1 + 2 * side) % n) } else { index };
    let own = problem.widths[axis][at[axis]];
    let outward = if is_wall(face) {
        -phi[c] / (0.5 * own) - bend(problem, axis, c, at) * 0.25 * own
    } else if face.is(Passage::Open)
        && let Some(width) = index.and_then(|index| problem.widths[axis].get(index))
    {
        (phi[beside] - phi[c]) / (0.5 * (own + width))
    } else {
        0.0
    };
    if side == 1 { outward } else { -outward }
}

/// The operator, and −∇²φ over each cell with what the parabola at a wall adds to its half cell.
fn poisson(problem: &FlowProblem) -> (LinearSystem, Vec<f64>) {
    let shape = problem.shape;
    let mut system = LinearSystem::zeros(shape.size, false);
    let mut source = vec![0.0; system.cells()];
    for (cell, (at, c)) in shape.cells().enumerate() {
        if !is_fluid(problem, c) {
            continue;
        }
        let volume: f64 = (0..3).map(|axis| problem.widths[axis][at[axis]]).product();
        source[cell] = volume;
        for (axis, &i) in at.iter().enumerate() {
            let n = shape.size[axis];
            let area = volume / problem.widths[axis][i];
            let half = 0.5 * problem.widths[axis][i];
            let faces = [problem.faces[axis][c], problem.faces[axis][c + shape.strides()[axis]]];
            for face in faces {
                if is_wall(face) {
                    system.sink[cell] += area / half;
                    source[cell] -= 0.25 * bend(problem, axis, c, at) * volume;
                }
            }
            if faces[1].is(Passage::Open) && (i + 1 < n || problem.periodic[axis]) {
                let g = area / (half + 0.5 * problem.widths[axis][(i + 1) % n]);
                system.add_face(axis, cell, [g; 2]);
            }
        }
    }
    (system, source)
}
