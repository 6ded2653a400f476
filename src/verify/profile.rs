//! Values of a solved flow along a line, taken from its cells.
//!
//! Across the line a value is that of the cubic through the four nearest cell centres, and so it is along it, with the
//! values on the walls as further points where the case knows them: what is read off is of higher order than what was
//! solved. Velocities of cells are the means of their two faces.

use crate::grid::{Axis, Grid};
use ndarray::Array3;

/// Points of a line with their values.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Increasing, m.
    pub positions: Vec<f64>,
    /// One a position.
    pub values: Vec<f64>,
}

impl Profile {
    /// The cells' values along an axis, on the line `through` a point.
    #[must_use]
    pub fn along(grid: &Grid, values: &Array3<f64>, axis: Axis, through: [f64; 3]) -> Self {
        let across: Vec<(Axis, Vec<(usize, f64)>)> = axis
            .others()
            .into_iter()
            .map(|other| (other, weights(&centres(grid, other), through[other as usize])))
            .collect();
        let value = |i: usize| {
            let mut sum = 0.0;
            for &(j, first) in &across[0].1 {
                for &(k, second) in &across[1].1 {
                    let mut at = [i; 3];
                    at[across[0].0 as usize] = j;
                    at[across[1].0 as usize] = k;
                    sum += first * second * values[at];
                }
            }
            sum
        };
        let positions = centres(grid, axis);
        Self { values: (0..positions.len()).map(value).collect(), positions }
    }

    /// With the values on the walls at both ends, (m, value).
    #[must_use]
    pub fn between(mut self, lower: (f64, f64), upper: (f64, f64)) -> Self {
        self.positions.insert(0, lower.0);
        self.values.insert(0, lower.1);
        self.positions.push(upper.0);
        self.values.push(upper.1);
        self
    }

    /// Value at a position.
    #[must_use]
    pub fn at(&self, position: f64) -> f64 {
        weights(&self.positions, position).into_iter().map(|(i, share)| share * self.values[i]).sum()
    }

    /// Value at a position on the straight line between its neighbours, as the product's own probes give it.
    #[must_use]
    pub fn linear(&self, position: f64) -> f64 {
        let above = self.positions.partition_point(|&p| p <= position).clamp(1, self.positions.len() - 1);
        let [x0, x1] = [above - 1, above].map(|i| self.positions[i]);
        let share = (position - x0) / (x1 - x0);
        (1.0 - share) * self.values[above - 1] + share * self.values[above]
    }

    /// The largest value, by the parabola through the largest point and its neighbours.
    #[must_use]
    pub fn peak(&self) -> f64 {
        let last = self.values.len().saturating_sub(1);
        let Some(top) = (0..self.values.len()).max_by(|&a, &b| self.values[a].total_cmp(&self.values[b]))
        else {
            return f64::NAN;
        };
        if top == 0 || top == last {
            return self.values[top];
        }
        let [x0, x1, x2] = [top - 1, top, top + 1].map(|i| self.positions[i]);
        let [v0, v1, v2] = [top - 1, top, top + 1].map(|i| self.values[i]);
        let (below, above) = ((v1 - v0) / (x1 - x0), (v2 - v1) / (x2 - x1));
        let curvature = (above - below) / (x2 - x0);
        // v = v1 + slope (x − x1) + curvature (x − x1)².
        let slope = below + curvature * (x1 - x0);
        v1 - slope * slope / (4.0 * curvature)
    }

    /// Where the values change their sign, from the lower end.
    #[must_use]
    pub fn zeros(&self) -> Vec<f64> {
        let pairs = self.positions.windows(2).zip(self.values.windows(2));
        pairs
            .filter(|(_, v)| v[0] != v[1] && (v[0] < 0.0) != (v[1] < 0.0))
            .map(|(x, v)| x[0] + (x[1] - x[0]) * v[0] / (v[0] - v[1]))
            .collect()
    }
}

/// Centres of the cells along an axis, m.
fn centres(grid: &Grid, axis: Axis) -> Vec<f64> {
    (0..grid.size()[axis as usize]).map(|i| grid.centre(axis, i)).collect()
}

/// The four points nearest to `at` (fewer if there are no more) with their Lagrange weights.
fn weights(points: &[f64], at: f64) -> Vec<(usize, f64)> {
    let count = points.len().min(4);
    let above = points.partition_point(|&p| p <= at);
    let first = above.saturating_sub(2).min(points.len() - count);
    let near = first..first + count;
    let weight = |i: usize| {
        let others = near.clone().filter(|&j| j != i);
        others.map(|j| (at - points[j]) / (points[i] - points[j])).product()
    };
    near.clone().map(|i| (i, weight(i))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_is_read_off_exactly_and_so_are_the_peak_of_a_parabola_and_its_zeros() {
        let grid = Grid::uniform([1.0, 2.0, 1.0], [8, 6, 1]).unwrap();
        let cubic = |[x, y, _]: [f64; 3]| x * x * x - 2.0 * x * y + 1.0;
        let values = Array3::from_shape_fn((8, 6, 1), |(i, j, k)| cubic(grid.cell_centre([i, j, k])));
        let profile = Profile::along(&grid, &values, Axis::X, [0.0, 0.9, 0.5]);
        approx::assert_relative_eq!(profile.at(0.37), cubic([0.37, 0.9, 0.0]), max_relative = 1e-12);
        let positions: Vec<f64> = vec![0.0, 0.3, 0.5, 0.9];
        let values = positions.iter().map(|x| 1.0 - 4.0 * (x - 0.4) * (x - 0.4)).collect();
        let parabola = Profile { positions, values };
        approx::assert_relative_eq!(parabola.peak(), 1.0, max_relative = 1e-12);
        let line = Profile { positions: vec![0.0, 1.0, 2.0], values: vec![-1.0, 3.0, 5.0] };
        assert_eq!(line.zeros(), [0.25]);
    }
}
