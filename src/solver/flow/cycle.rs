//! The full-approximation multigrid around SIMPLEC.
//!
//! A few iterations leave of an error what varies slowly; a coarser grid, on which that varies faster, takes it on.
//! There the same equations are solved with a force that makes them true for the finer state if that is already right:
//!
//! ```text
//! coarse   N(ū) + f = 0,   f = R r(u) − N(R u)         u ← u + P (ū − R u)
//! ```
//!
//! r and N are the sums of all terms of a row on the finer and on the coarser grid; R of a state is its mean over areas and
//! volumes, which keeps the mass through every coarse face.
//! Source: A. Brandt, "Multi-level adaptive solutions to boundary-value problems", Math. Comp. 31 (1977) 333; with SIMPLE on
//! every grid: W. Shyy and C.-S. Sun, Computers & Fluids 22 (1993) 51.

use super::level::Level;
use super::{FlowReport, Relaxed, Step};
use crate::backend::flow::FlowBackend;
use crate::model::flow::{Convection, FlowProblem};
use crate::solver::multigrid::HierarchyError;

/// Iterations on the coarsest grid.
const COARSEST: usize = 10;

/// How much longer rows are held on a grid whose iteration has driven it away from its solution, at most, and how much
/// shorter after so many visits that have not.
const LONGER: f64 = 2.0;
const LONGEST: f64 = 64.0;
const SHORTER: f64 = 1.5;
const VISITS: usize = 8;

/// Grids of one flow.
pub(super) struct Grids<B: FlowBackend> {
    pub(super) finest: Level<B>,
    /// Finer before coarser.
    coarser: Vec<Coarser<B>>,
    /// Evaluations on grids that have been left, times their cells.
    left: f64,
}

/// A coarser grid: how values come to it from the finer one and go back.
struct Coarser<B: FlowBackend> {
    level: Level<B>,
    transfer: B::FlowTransfer,
    /// The state as it came from the finer grid, and what was changed in it.
    came: B::Snapshot,
    change: B::Snapshot,
    /// How many times longer than on the finest grid rows are held, and whether that has just changed.
    held: f64,
    renewed: bool,
    /// Visits since it changed or had to.
    visits: usize,
}

impl<B: FlowBackend> Grids<B> {
    /// A problem on at most `most` grids.
    pub(super) fn new(backend: &B, problem: FlowProblem, most: usize) -> Result<Self, HierarchyError> {
        let mut coarser = Vec::new();
        let mut next = problem.coarsened();
        while let Some((problem, transfer)) = next.take_if(|_| coarser.len() + 1 < most) {
            next = problem.coarsened();
            let mut level = Level::new(backend, problem)?;
            coarser.push(Coarser {
                transfer: backend.flow_transfer(&transfer, &level.problem, &mut level.flow)?,
                came: backend.snapshot(&level.flow, true)?,
                change: backend.snapshot(&level.flow, true)?,
                level,
                held: 1.0,
                renewed: false,
                visits: 0,
            });
        }
        Ok(Self { finest: Level::new(backend, problem)?, coarser, left: 0.0 })
    }

    /// Whether there are coarser grids.
    pub(super) fn are_several(&self) -> bool {
        !self.coarser.is_empty()
    }

    /// Work so far on all grids, in iterations of the finest: an evaluation of all equations on a grid counts its cells.
    pub(super) fn work(&self) -> f64 {
        let coarser: f64 = self.coarser.iter().map(|grid| grid.level.work()).sum();
        (self.left + coarser + self.finest.work()) / self.finest.cells() as f64
    }

    /// Goes on without coarser grids: what they hold is free for a longer history.
    pub(super) fn leave_coarser(&mut self) {
        self.left += self.coarser.drain(..).map(|grid| grid.level.work()).sum::<f64>();
    }

    /// Makes every pressure solver for a fluid that moves as easily everywhere.
    pub(super) fn make_pressure_solvers(&mut self, backend: &B) -> Result<(), HierarchyError> {
        for level in
            std::iter::once(&mut self.finest).chain(self.coarser.iter_mut().map(|grid| &mut grid.level))
        {
            let length = level.problem.shape.len();
            level.make_pressure_solver(backend, &[0; 3].map(|_| vec![1.0; length]))?;
        }
        Ok(())
    }

    /// One iteration, the correction from coarser grids, the rest of the iterations. The report is of the beginning.
    pub(super) fn step(
        &mut self,
        backend: &B,
        step: Step<'_>,
        report: &mut FlowReport,
    ) -> Result<(), HierarchyError> {
        let Step { options, relaxed, renew, .. } = step;
        self.finest.iterate(backend, options, relaxed, Some(report), renew)?;
        if step.corrected {
            correct(backend, &mut self.finest, &mut self.coarser, step)?;
        }
        for _ in 1..step.iterations {
            self.finest.iterate(backend, options, relaxed, None, false)?;
        }
        Ok(())
    }
}

/// Corrects a level from the next coarser one, which is first corrected in the same way; leaves it as it is if the
/// coarser one does not approach its solution.
fn correct<B: FlowBackend>(
    backend: &B,
    finer: &mut Level<B>,
    coarser: &mut [Coarser<B>],
    step: Step<'_>,
) -> Result<(), HierarchyError> {
    let Some((here, rest)) = coarser.split_first_mut() else { return Ok(()) };
    here.restrict(backend, finer)?;
    let (mut before, mut after) = (FlowReport::default(), FlowReport::default());
    let relaxed = step.relaxed.longer(here.held);
    let renew = std::mem::take(&mut here.renewed) || step.renew;
    let last = if rest.is_empty() { COARSEST } else { step.options.step } - 1;
    for iteration in 0..=last {
        let look = match iteration {
            0 => Some(&mut before),
            _ if iteration == last => Some(&mut after),
            _ => None,
        };
        here.level.iterate(backend, step.options, relaxed, look, renew && iteration == 0)?;
        if iteration == 0 {
            correct(backend, &mut here.level, rest, step)?;
        }
    }
    if here.judges(backend, after.off() < before.off()) {
        here.prolong(backend, finer);
    }
    Ok(())
}

impl<B: FlowBackend> Coarser<B> {
    /// Takes over the finer state, and the force that makes the equations true here if they are there.
    fn restrict(&mut self, backend: &B, finer: &mut Level<B>) -> Result<(), HierarchyError> {
        let Self { level, transfer, came, .. } = self;
        backend.restrict_flow(transfer, &finer.flow, &mut level.flow);
        backend.save(&level.flow, came);
        for level in [&mut *finer, &mut *level] {
            level.evaluations += 1;
            level.drive_fans(backend)?;
            level.wrap(backend);
            backend.viscosity(&mut level.flow);
        }
        for unknown in finer.unknowns() {
            finer.fill(backend, unknown);
            level.fill(backend, unknown);
            backend.restrict_imbalance(transfer, &finer.flow, &mut level.flow, unknown);
        }
        Ok(())
    }

    /// Adds what has changed here to the finer state.
    fn prolong(&mut self, backend: &B, finer: &mut Level<B>) {
        backend.save(&self.level.flow, &mut self.change);
        backend.add(-1.0, &self.came, &mut self.change);
        backend.prolong_flow(&self.transfer, &self.change, &self.level.flow, &mut finer.flow);
        finer.wrap(backend);
    }

    /// Whether the visit went well. After the first one that did not, values are carried by first order, since not every
    /// flow settles on a coarse grid by a second; after others rows are held longer, and shorter after many good ones.
    fn judges(&mut self, backend: &B, well: bool) -> bool {
        self.visits = if well { self.visits + 1 } else { 0 };
        if !well && self.level.problem.convection != Convection::Upwind {
            self.level.problem.convection = Convection::Upwind;
            backend.set_convection(&mut self.level.flow, Convection::Upwind);
            return false;
        }
        let held = match self.visits {
            0 => (LONGER * self.held).min(LONGEST),
            VISITS => (self.held / SHORTER).max(1.0),
            _ => return well,
        };
        self.visits = 0;
        self.renewed = held != self.held;
        self.held = held;
        well
    }
}

impl Relaxed {
    /// The same with rows held `times` longer.
    fn longer(self, times: f64) -> Self {
        Self { momentum: self.momentum * times, heat: self.heat * times, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::cpu::CpuBackend;
    use crate::backend::flow::{FlowArrays, Kept, Unknown};
    use crate::grid::Grid;

    /// b of the velocities along x on the coarser grid of a box in which fluid swirls.
    fn carried(backend: &CpuBackend, coarser: &mut Coarser<CpuBackend>) -> Vec<f64> {
        coarser.level.fill(backend, Unknown::Velocity(0));
        let kept = backend.kept(&coarser.level.flow, Kept::System(Unknown::Velocity(0))).unwrap();
        kept[7 * coarser.level.problem.shape.len()..].to_vec()
    }

    fn swirling(convection: Convection) -> FlowProblem {
        let grid = Grid::uniform([1.0; 3], [16, 16, 4]).unwrap();
        let mut problem = FlowProblem::closed_box(&grid, 1.0, 1e-3);
        problem.convection = convection;
        for axis in 0..3 {
            for (at, c) in problem.shape.faces(axis).collect::<Vec<_>>() {
                if problem.faces[axis][c].is_solved() {
                    problem.velocity[axis][c] = (0.7 * at[0] as f64 + 0.4 * at[1] as f64 + axis as f64).sin();
                }
            }
        }
        problem
    }

    #[test]
    fn a_coarse_grid_that_does_not_approach_its_solution_carries_by_first_order_before_its_rows_are_held_longer()
     {
        let backend = CpuBackend::new();
        let with = |convection: Convection| {
            let mut grids = Grids::new(&backend, swirling(convection), 2).unwrap();
            let Coarser { level, transfer, .. } = &mut grids.coarser[0];
            backend.restrict_flow(transfer, &grids.finest.flow, &mut level.flow);
            grids
        };
        let mut grids = with(Convection::Bounded);
        let coarser = &mut grids.coarser[0];
        let second = carried(&backend, coarser);
        assert!(coarser.judges(&backend, true));
        assert_eq!(carried(&backend, coarser), second);
        // The first failure takes nothing but the scheme, and nothing of what was found.
        assert!(!coarser.judges(&backend, false));
        assert_eq!((coarser.held, coarser.renewed), (1.0, false));
        let first = carried(&backend, coarser);
        assert!(first != second);
        assert_eq!(first, carried(&backend, &mut with(Convection::Upwind).coarser[0]));
        // The next one holds its rows longer, and many good ones let go again.
        assert!(!coarser.judges(&backend, false));
        assert_eq!((coarser.held, coarser.renewed), (LONGER, true));
        for _ in 0..VISITS {
            assert!(coarser.judges(&backend, true));
        }
        assert_eq!(coarser.held, LONGER / SHORTER);
    }
}
