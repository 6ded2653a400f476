//! The loss-driven air field: Newton steps on the fluxes until they stand still, then exact continuity.
//!
//! Every step solves the linear problem of [`crate::model::air`] for the pressure. Pressure components are
//! the sets of cells that faces with a coefficient join; a fan of fixed flow cuts them. A component with an
//! opening takes its level from there. One without needs fans whose flows cancel, else there is no steady
//! field and the fans are named; if they cancel, one of its cells is tied to 0 Pa.
//!
//! The linear solver leaves a defect in each cell. It is carried to the opening (or, without one, to the busiest cell) along
//! the strongest streams, a maximum spanning tree over |ṁ|: after that continuity holds to rounding,
//! whatever the device, and the energy equation gets no false heat (NUMERICS.md, section 3).

use crate::couple::CoupleError;
use crate::couple::engine::{Goal, LinearSolver};
use crate::couple::regions::{Components, components, pinned_cells};
use crate::grid::Grid;
use crate::model::air::{AirFlux, AirProblem};
use crate::model::system::State;
use std::collections::BinaryHeap;

/// Relative change of the fluxes at which the field stands still: Σ|Δṁ| / Σ|ṁ|.
pub const FLUX_TOLERANCE: f64 = 1e-6;

/// Most Newton steps; the rack scenes take 6 to 12.
pub const MOST_STEPS: usize = 40;

/// A solved air field.
#[derive(Clone, Debug)]
pub struct AirSolution {
    /// Mass fluxes, kg/s.
    pub flux: AirFlux,
    /// Gauge pressure per cell, Pa; 0 where there is no air.
    pub pressure: Vec<f64>,
    /// Newton steps.
    pub steps: usize,
    /// Σ|Δṁ| / Σ|ṁ| of the last step.
    pub change: f64,
    /// Whether `change` reached the tolerance asked for.
    pub converged: bool,
    /// Largest |∇·ṁ| of a cell over its throughput, after continuity was made exact.
    pub mass_defect: f64,
    /// Share of the fluxes that making continuity exact has moved: Σ|Δṁ| / Σ|ṁ|.
    pub repaired: f64,
    /// Krylov iterations of all steps.
    pub linear_iterations: usize,
}

/// Solves the air field until Σ|Δṁ| / Σ|ṁ| is at most `tolerance`; `start` is the field of a similar problem, if
/// there is one.
///
/// # Errors
/// [`CoupleError`] if a region without opening is driven, or the device fails.
pub fn solve_air(
    problem: &AirProblem,
    grid: &Grid,
    start: Option<&AirSolution>,
    tolerance: f64,
    solver: &dyn LinearSolver,
    report: &mut dyn FnMut(usize, f64),
) -> Result<AirSolution, CoupleError> {
    let components = components(problem);
    let pinned = pinned_cells(problem, &components)?;
    let mut pressure = State {
        cells: start.map_or_else(|| vec![0.0; problem.cells()], |s| s.pressure.clone()),
        nodes: Vec::new(),
    };
    let guess = guess_speed(problem);
    let area = |axis, cell| grid.area(axis, grid.position(cell));
    let mut flux = start.map_or_else(|| problem.uniform_guess(guess, area), |s| s.flux.clone());
    refresh_fans(problem, &mut flux);
    let mut solution = AirSolution {
        flux: AirFlux::default(),
        pressure: Vec::new(),
        steps: 0,
        change: f64::INFINITY,
        converged: false,
        mass_defect: 0.0,
        repaired: 0.0,
        linear_iterations: 0,
    };
    let driven = flux.faces.iter().flatten().any(|&m| m != 0.0) || !problem.boundary.is_empty();
    while driven && solution.steps < MOST_STEPS && !solution.converged {
        let first = start.is_none() && solution.steps == 0;
        let (system, right) = problem.linearise(&flux, &pinned, first);
        // The first guess of a step is as good as the step before it: few digits bring it to the next.
        let goal = if solution.change <= 1e-2 { 1e-3 } else { 1e-2 };
        let done = solver.solve(&system, &mut pressure, &right, Goal::Reduce(goal))?;
        solution.linear_iterations += done.iterations;
        solution.change = problem.advance(&pressure.cells, &mut flux, first);
        solution.steps += 1;
        solution.converged = !first && solution.change <= tolerance;
        report(solution.steps, solution.change);
    }
    solution.converged |= !driven;
    solution.repaired = conserve(problem, &components, &mut flux);
    solution.mass_defect = mass_defect(problem, &flux);
    solution.pressure =
        (0..problem.cells()).map(|cell| if problem.air[cell] { pressure.cells[cell] } else { 0.0 }).collect();
    solution.flux = flux;
    Ok(solution)
}

/// A speed of the right order for the first step, m/s.
fn guess_speed(problem: &AirProblem) -> f64 {
    let fastest = problem.fans.iter().map(|fan| fan.speed()).fold(0.0, f64::max);
    if fastest > 0.0 { 0.5 * fastest } else { 1.0 }
}

/// Puts the fans' fixed fluxes in place of whatever a first guess has at their faces.
fn refresh_fans(problem: &AirProblem, flux: &mut AirFlux) {
    let still = problem.still_air();
    for (axis, laws) in problem.laws.iter().enumerate() {
        for (cell, _) in laws.iter().enumerate().filter(|(_, law)| !law.is_open()) {
            flux.faces[axis][cell] = still.faces[axis][cell];
        }
    }
    for (face, _) in problem.boundary.iter().enumerate().filter(|(_, face)| !face.law.is_open()) {
        flux.boundary[face] = still.boundary[face];
    }
}

/// Largest |∇·ṁ| of a cell over its throughput; cells with less than 1e-6 of the mean throughput are
/// compared with that instead.
#[must_use]
pub fn mass_defect(problem: &AirProblem, flux: &AirFlux) -> f64 {
    let throughput = problem.throughput(flux);
    let moving = throughput.iter().filter(|&&t| t > 0.0).count().max(1);
    let floor = 1e-6 * throughput.iter().sum::<f64>() / moving as f64;
    let relative = |(d, t): (f64, &f64)| if d == 0.0 { 0.0 } else { d.abs() / t.max(floor) };
    problem.divergence(flux).into_iter().zip(&throughput).map(relative).fold(0.0, f64::max)
}

/// How a cell reaches the root of its tree.
#[derive(Clone, Copy, Debug)]
enum Parent {
    /// Not reached, or the root of a set without an opening.
    None,
    /// Through a boundary face.
    Boundary(usize),
    /// Through the face to its upper neighbour along an axis.
    Upper(usize),
    /// Through the face to its lower neighbour along an axis.
    Lower(usize),
}

/// Makes continuity exact: the defect of each cell goes to its root over a maximum spanning tree of |ṁ|.
/// Returns Σ|change| / Σ|ṁ|.
pub(super) fn conserve(problem: &AirProblem, components: &Components, flux: &mut AirFlux) -> f64 {
    let (order, parents) = spanning_tree(problem, components, flux);
    let mut change = 0.0;
    // Twice: the first pass leaves the rounding of its own sums.
    for _ in 0..2 {
        let mut divergence = problem.divergence(flux);
        for &cell in order.iter().rev() {
            let excess = divergence[cell];
            if excess == 0.0 {
                continue;
            }
            match parents[cell] {
                Parent::None => continue,
                Parent::Boundary(face) => flux.boundary[face] -= excess,
                Parent::Upper(axis) => {
                    flux.faces[axis][cell] -= excess;
                    divergence[problem.above(axis, cell)] += excess;
                }
                Parent::Lower(axis) => {
                    let below = problem.below(axis, cell);
                    flux.faces[axis][below] += excess;
                    divergence[below] += excess;
                }
            }
            change += excess.abs();
        }
    }
    let total: f64 = flux.faces.iter().flatten().chain(&flux.boundary).map(|m| m.abs()).sum();
    if total > 0.0 { change / total } else { 0.0 }
}

/// Cells in the order in which Prim's algorithm reaches them, strongest streams first, and their parents.
fn spanning_tree(problem: &AirProblem, components: &Components, flux: &AirFlux) -> (Vec<usize>, Vec<Parent>) {
    let n = problem.cells();
    let mut parents = vec![Parent::None; n];
    let mut reached = vec![false; n];
    let mut order = Vec::new();
    // Magnitudes of non-negative floats order like their bits.
    let mut queue: BinaryHeap<(u64, usize, usize)> = BinaryHeap::new();
    let strength = |mass_flow: f64| mass_flow.abs().to_bits();
    let mut rooted = vec![false; n];
    let mut strongest: Vec<Option<usize>> = vec![None; n];
    for (face, at) in problem.boundary.iter().enumerate().filter(|(_, f)| f.law.is_open()) {
        let component = components.of_cell[at.cell];
        let stronger =
            strongest[component].is_none_or(|best| flux.boundary[best].abs() < flux.boundary[face].abs());
        if stronger {
            strongest[component] = Some(face);
        }
        rooted[component] = true;
    }
    const BOUNDARY: usize = 6;
    for face in strongest.iter().flatten() {
        queue.push((u64::MAX, problem.boundary[*face].cell, BOUNDARY));
        parents[problem.boundary[*face].cell] = Parent::Boundary(*face);
    }
    // What rounding leaves ends at the root: without an opening that is where most passes.
    let throughput = problem.throughput(flux);
    let mut busiest: Vec<Option<usize>> = vec![None; n];
    for cell in (0..n).filter(|&c| problem.air[c] && !rooted[components.of_cell[c]]) {
        let best = &mut busiest[components.of_cell[cell]];
        if best.is_none_or(|best| throughput[best] < throughput[cell]) {
            *best = Some(cell);
        }
    }
    for &cell in busiest.iter().flatten() {
        queue.push((u64::MAX, cell, BOUNDARY));
    }
    while let Some((_, cell, from)) = queue.pop() {
        if std::mem::replace(&mut reached[cell], true) {
            continue;
        }
        match from {
            BOUNDARY => {}
            from if from % 2 == 0 => parents[cell] = Parent::Upper(from / 2),
            from => parents[cell] = Parent::Lower(from / 2),
        }
        order.push(cell);
        for axis in 0..3 {
            let [above, below] = [problem.above(axis, cell), problem.below(axis, cell)];
            if problem.laws[axis][cell].is_open() && !reached[above] {
                queue.push((strength(flux.faces[axis][cell]), above, 2 * axis + 1));
            }
            if problem.laws[axis][below].is_open() && !reached[below] {
                queue.push((strength(flux.faces[axis][below]), below, 2 * axis));
            }
        }
    }
    (order, parents)
}
