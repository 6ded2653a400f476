//! How far an iteration still is from its end, from how it goes there.
//!
//! An imbalance says little on a fine grid: the slowest mode of the flow, of eigenvalue λ in units of the diagonal, is
//! off by r/λ when its imbalance is r, and λ falls with the square of the spacing. What a step changes says more: if every
//! step changes ρ times as much as the one before, all that follow together change
//!
//! ```text
//! distance ≈ change ρ/(1 − ρ)
//! ```

use crate::model::flow::FlowProblem;
use std::collections::VecDeque;

/// Steps over which ρ is seen: the slowest shrinking between two of them counts, since what shrinks faster is gone first.
const STEPS: usize = 4;

/// Changes of the last steps.
#[derive(Clone, Debug, Default)]
pub struct Settling {
    seen: VecDeque<f64>,
}

impl Settling {
    /// Takes the change of a step, as a share of the whole; the distance from the end in the same measure. Infinite until
    /// it can be told, and where nothing shrinks but changes of `rounding`, which are no more than that.
    pub fn distance(&mut self, change: f64, rounding: f64) -> f64 {
        self.seen.push_back(change);
        if self.seen.len() < STEPS {
            return f64::INFINITY;
        }
        if self.seen.len() > STEPS {
            self.seen.pop_front();
        }
        let pairs = self.seen.iter().zip(self.seen.iter().skip(1));
        let shrinks = pairs.map(|(before, after)| after / before).fold(0.0, f64::max);
        match () {
            () if shrinks < 1.0 => change * shrinks / (1.0 - shrinks),
            () if self.seen.iter().all(|&change| change <= rounding) => change,
            () => f64::INFINITY,
        }
    }
}

/// How many times more of what fans could do counts as rest than of what buoyancy could. The force at shut-off is the
/// scale of momentum itself: swirls through a fan's plane, which its curve does not resist, die away slowly under it.
const SHUT_OFF: f64 = 1e6;
/// A hundredth of free delivery, the share that the smallest component of a flow has at least of the largest.
const FREE_DELIVERY: f64 = 1e4;

/// The size of what buoyancy, a body force and fans could do in a flow, so that fluid that they leave at rest is seen to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Drive {
    /// √Σ ((ρ g β Δθ + f) V)² over faces, N; or `SHUT_OFF` √Σ (Δp A)² over faces of fans at shut-off.
    pub force: f64,
    /// √Σ (ρ √((gβΔθ + f/ρ) L) A)² over cells, kg/s; or `FREE_DELIVERY` √Σ (ρ u A)² over faces of fans at free delivery.
    pub stream: f64,
}

impl Drive {
    /// Δθ is the largest rise of the start, or of cells that are held where none is known. What a held cell takes up besides
    /// would count as a rise of its own, without bound where little holds it.
    #[must_use]
    pub fn of(problem: &FlowProblem) -> Self {
        let size = problem.shape.size;
        let held = problem.heat.iter().flat_map(|heat| heat.source.iter().zip(&heat.sink));
        let held = held.filter(|(_, sink)| **sink > 0.0).map(|(source, sink)| source / sink);
        let largest = |m: f64, rise: f64| m.max(rise.abs());
        let rise = match problem.temperature.iter().copied().fold(0.0, largest) {
            0.0 => held.fold(0.0, largest),
            known => known,
        };
        let length = |axis: usize| problem.widths[axis].iter().sum::<f64>();
        let volume: f64 = (0..3).map(length).product();
        let cells = size.iter().product::<usize>() as f64;
        let lift = [0, 1, 2].map(|axis| {
            problem.buoyancy[axis].abs() * rise + problem.body_force[axis].abs() / problem.density
        });
        let along = (0..3).map(|axis| (lift[axis] * length(axis)).sqrt());
        let speed = along.fold(0.0, f64::max);
        let (mut fan_force, mut fan_stream) = (0.0, 0.0);
        for fan in &problem.fans {
            let squares: f64 = fan.faces.iter().map(|&c| problem.face_area(fan.axis, c).powi(2)).sum();
            fan_force += fan.curve.at(0.0).pressure_rise.powi(2) * squares;
            fan_stream += (problem.density * fan.curve.free_delivery() / fan.area).powi(2) * squares;
        }
        // Cells of equal size will do for a floor.
        let force =
            problem.density * lift.iter().fold(0.0, |m: f64, &lift| m.max(lift)) * volume / cells.sqrt();
        let stream = problem.density * speed * (volume / cells).powf(2.0 / 3.0) * cells.sqrt();
        Self {
            force: force.max(SHUT_OFF * fan_force.sqrt()),
            stream: stream.max(FREE_DELIVERY * fan_stream.sqrt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;
    use crate::model::flow::HeatProblem;

    #[test]
    fn heat_into_a_cell_that_hardly_anything_holds_is_no_drive_of_the_flow() {
        let grid = Grid::uniform([1.0; 3], [2, 2, 2]).unwrap();
        let mut problem = FlowProblem::closed_box(&grid, 1.0, 1.0);
        problem.buoyancy = [0.0, 0.0, -0.03];
        let inside = problem.shape.index([0, 0, 0]);
        let zeros = || vec![0.0; problem.shape.len()];
        let mut heat = HeatProblem {
            conductance: [zeros(), zeros(), zeros()],
            sink: zeros(),
            source: zeros(),
            specific_heat: 1.0,
        };
        // Held at 10 K; no more is known of its temperatures.
        (heat.sink[inside], heat.source[inside]) = (2.0, 20.0);
        problem.heat = Some(heat);
        let held = Drive::of(&problem);
        assert!(held.force > 0.0);
        // 10 K from before, and 20 W into a cell that rounding ties to the rest.
        problem.temperature[inside] = 10.0;
        problem.heat.as_mut().unwrap().sink[inside] = 1e-16;
        assert_eq!(Drive::of(&problem).force, held.force);
    }

    #[test]
    fn the_distance_of_a_slow_mode_is_far_larger_than_a_step() {
        // x ← ρ x towards 0.
        let (mut settling, mut x) = (Settling::default(), 1.0);
        let mut distance = f64::INFINITY;
        for _ in 0..8 {
            let next = 0.98 * x;
            distance = settling.distance(x - next, 0.0);
            if distance.is_finite() {
                approx::assert_relative_eq!(distance, next, max_relative = 1e-9);
            }
            x = next;
        }
        assert!(distance.is_finite());
    }

    #[test]
    fn what_does_not_shrink_is_infinitely_far() {
        let mut settling = Settling::default();
        for _ in 0..10 {
            assert_eq!(settling.distance(1e-7, 1e-8), f64::INFINITY);
        }
        // But what is left of fluid at rest is rounding.
        let distances: Vec<f64> = (0..4).map(|_| settling.distance(1e-9, 1e-8)).collect();
        assert_eq!(distances[3], 1e-9);
    }
}
