//! The state of a flow from one grid to another over the same domain: linear between centres, or between faces along a
//! velocity's own axis; beyond the outermost ones the last value holds.

use super::FlowProblem;

/// Where a coordinate lies between two places: their indices and the weight of the second.
type Between = (usize, usize, f64);

impl FlowProblem {
    /// Starts from the state of a flow on another grid, or on the same one; what is given stays as it is.
    pub fn start_from(&mut self, other: &FlowProblem) {
        let same = self.widths == other.widths;
        for axis in 0..3 {
            let tables = [0, 1, 2].map(|along| {
                let at_faces = along == axis;
                let places = |p: &FlowProblem| if at_faces { p.faces_along(along) } else { p.centres(along) };
                between(&places(self), &places(other))
            });
            for (at, c) in self.shape.faces(axis) {
                if self.faces[axis][c].is_solved() {
                    let from = &other.velocity[axis];
                    self.velocity[axis][c] = if same { from[c] } else { other.mean(from, at, &tables) };
                }
            }
        }
        let tables = [0, 1, 2].map(|along| between(&self.centres(along), &other.centres(along)));
        for (at, c) in self.shape.cells() {
            if same {
                self.pressure[c] = other.pressure[c];
                self.temperature[c] = other.temperature[c];
            } else {
                self.pressure[c] = other.mean(&other.pressure, at, &tables);
                self.temperature[c] = other.mean(&other.temperature, at, &tables);
            }
        }
    }

    /// Coordinates of the faces across an axis, m from the lower side.
    fn faces_along(&self, axis: usize) -> Vec<f64> {
        let mut place = 0.0;
        let upper = self.widths[axis].iter().map(|width| {
            place += width;
            place
        });
        std::iter::once(0.0).chain(upper).collect()
    }

    /// Coordinates of the centres along an axis, m from the lower side.
    fn centres(&self, axis: usize) -> Vec<f64> {
        self.faces_along(axis).windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect()
    }

    /// Trilinear mean of an array.
    fn mean(&self, values: &[f64], at: [usize; 3], tables: &[Vec<Between>; 3]) -> f64 {
        let [x, y, z] = [0, 1, 2].map(|axis| tables[axis][at[axis]]);
        let mut sum = 0.0;
        for (i, wx) in [(x.0, 1.0 - x.2), (x.1, x.2)] {
            for (j, wy) in [(y.0, 1.0 - y.2), (y.1, y.2)] {
                for (k, wz) in [(z.0, 1.0 - z.2), (z.1, z.2)] {
                    sum += wx * wy * wz * values[self.shape.index([i, j, k])];
                }
            }
        }
        sum
    }
}

/// For each of `wanted`, its place among `known`; both rise.
fn between(wanted: &[f64], known: &[f64]) -> Vec<Between> {
    let last = known.len() - 1;
    let place = |&x: &f64| match known.partition_point(|&k| k < x) {
        0 => (0, 0, 0.0),
        above if above > last => (last, last, 0.0),
        above => (above - 1, above, (x - known[above - 1]) / (known[above] - known[above - 1])),
    };
    wanted.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;

    #[test]
    fn a_linear_pressure_and_a_linear_velocity_survive_refinement_between_the_outermost_centres() {
        let problem = |n: usize| {
            let grid = Grid::uniform([1.0, 2.0, 1.0], [n, n, 1]).unwrap();
            FlowProblem::closed_box(&grid, 1.0, 1.0)
        };
        let (mut coarse, mut fine) = (problem(4), problem(8));
        let centres = [coarse.centres(0), coarse.centres(1)];
        for (at, c) in coarse.shape.cells() {
            coarse.pressure[c] = 3.0 * centres[0][at[0]] - centres[1][at[1]];
        }
        for (at, c) in coarse.shape.faces(0) {
            coarse.velocity[0][c] = at[0] as f64 / 4.0;
        }
        fine.start_from(&coarse);
        let c = fine.shape.index([3, 4, 0]);
        approx::assert_relative_eq!(
            fine.pressure[c],
            3.0 * fine.centres(0)[3] - fine.centres(1)[4],
            max_relative = 1e-12
        );
        approx::assert_relative_eq!(fine.velocity[0][fine.shape.index([3, 4, 0])], 3.0 / 8.0);
        assert_eq!(fine.velocity[0][fine.shape.index([8, 4, 0])], 0.0);
    }
}
