//! Rectilinear Cartesian grid: face positions along three axes, and everything that follows from them.
//!
//! Cell `(i, j, k)` has index `i + nx (j + ny k)`: x runs fastest. A face array of axis `a` has one entry
//! per cell and holds the face between the cell and its upper neighbour along `a`; boundary faces are
//! described by [`Side`]. Lengths in m, areas in m², volumes in m³.

use thiserror::Error;

/// One of the three coordinate axes; `as usize` gives 0, 1, 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    /// Width of a rack.
    X = 0,
    /// Depth of a rack, from the cold front to the hot back.
    Y = 1,
    /// Height.
    Z = 2,
}

impl Axis {
    /// The axes in order.
    pub const ALL: [Axis; 3] = [Axis::X, Axis::Y, Axis::Z];

    /// The two other axes, in cyclic order.
    #[must_use]
    pub fn others(self) -> [Axis; 2] {
        match self {
            Axis::X => [Axis::Y, Axis::Z],
            Axis::Y => [Axis::Z, Axis::X],
            Axis::Z => [Axis::X, Axis::Y],
        }
    }

    /// `x`, `y` or `z`.
    #[must_use]
    pub fn letter(self) -> char {
        ['x', 'y', 'z'][self as usize]
    }
}

/// One of the six sides of a box: W, E, S, N, B, T (x−, x+, y−, y+, z−, z+).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Side {
    /// Axis of the side's normal.
    pub axis: Axis,
    /// Whether the side lies at the upper end of the axis.
    pub upper: bool,
}

impl Side {
    /// The six sides in the order W, E, S, N, B, T.
    pub const ALL: [Side; 6] = [
        Side { axis: Axis::X, upper: false },
        Side { axis: Axis::X, upper: true },
        Side { axis: Axis::Y, upper: false },
        Side { axis: Axis::Y, upper: true },
        Side { axis: Axis::Z, upper: false },
        Side { axis: Axis::Z, upper: true },
    ];

    /// Position in [`Side::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        2 * self.axis as usize + usize::from(self.upper)
    }

    /// `x-`, `x+`, `y-` and so on, as scenes write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        ["x-", "x+", "y-", "y+", "z-", "z+"][self.index()]
    }
}

/// Why positions do not make a grid.
#[derive(Debug, Error, PartialEq)]
pub enum GridError {
    /// Fewer than two face positions.
    #[error("axis {axis} has {count} face positions; a grid needs at least 2")]
    TooFew {
        /// The axis.
        axis: char,
        /// Positions given.
        count: usize,
    },
    /// Positions that do not increase.
    #[error("axis {axis}: face {index} at {position} m does not lie above the face before it")]
    NotIncreasing {
        /// The axis.
        axis: char,
        /// Index of the offending face.
        index: usize,
        /// Its position, m.
        position: f64,
    },
}

/// Face positions along the three axes, m.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    faces: [Vec<f64>; 3],
}

impl Grid {
    /// A grid from its face positions, m, strictly increasing along each axis.
    ///
    /// # Errors
    /// [`GridError`] if an axis has fewer than two positions or they do not increase.
    pub fn new(faces: [Vec<f64>; 3]) -> Result<Self, GridError> {
        for axis in Axis::ALL {
            let positions = &faces[axis as usize];
            if positions.len() < 2 {
                return Err(GridError::TooFew { axis: axis.letter(), count: positions.len() });
            }
            if let Some(index) = (1..positions.len())
                .find(|&i| positions[i].partial_cmp(&positions[i - 1]) != Some(std::cmp::Ordering::Greater))
            {
                return Err(GridError::NotIncreasing {
                    axis: axis.letter(),
                    index,
                    position: positions[index],
                });
            }
        }
        Ok(Self { faces })
    }

    /// A box of `size` m in `cells` equal cells per axis, from the origin.
    ///
    /// # Errors
    /// As [`Grid::new`].
    pub fn uniform(size: [f64; 3], cells: [usize; 3]) -> Result<Self, GridError> {
        let along = |a: usize| (0..=cells[a]).map(|i| size[a] * i as f64 / cells[a] as f64).collect();
        Self::new([along(0), along(1), along(2)])
    }

    /// Cells along each axis.
    #[must_use]
    pub fn size(&self) -> [usize; 3] {
        [0, 1, 2].map(|a| self.faces[a].len() - 1)
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.size().iter().product()
    }

    /// Face positions along an axis, m.
    #[must_use]
    pub fn faces(&self, axis: Axis) -> &[f64] {
        &self.faces[axis as usize]
    }

    /// Width of the `i`-th cell along an axis, m.
    #[must_use]
    pub fn width(&self, axis: Axis, i: usize) -> f64 {
        let positions = &self.faces[axis as usize];
        positions[i + 1] - positions[i]
    }

    /// Centre of the `i`-th cell along an axis, m.
    #[must_use]
    pub fn centre(&self, axis: Axis, i: usize) -> f64 {
        let positions = &self.faces[axis as usize];
        0.5 * (positions[i + 1] + positions[i])
    }

    /// Index of cell `(i, j, k)`.
    #[must_use]
    pub fn index(&self, [i, j, k]: [usize; 3]) -> usize {
        let [nx, ny, _] = self.size();
        i + nx * (j + ny * k)
    }

    /// The `(i, j, k)` of a cell index.
    #[must_use]
    pub fn position(&self, cell: usize) -> [usize; 3] {
        let [nx, ny, _] = self.size();
        [cell % nx, (cell / nx) % ny, cell / (nx * ny)]
    }

    /// Distance in the cell index between a cell and its upper neighbour along an axis.
    #[must_use]
    pub fn stride(&self, axis: Axis) -> usize {
        let [nx, ny, _] = self.size();
        [1, nx, nx * ny][axis as usize]
    }

    /// Area of a face of cell `(i, j, k)` whose normal is `axis`, m².
    #[must_use]
    pub fn area(&self, axis: Axis, at: [usize; 3]) -> f64 {
        let [b, c] = axis.others();
        self.width(b, at[b as usize]) * self.width(c, at[c as usize])
    }

    /// Volume of cell `(i, j, k)`, m³.
    #[must_use]
    pub fn volume(&self, at: [usize; 3]) -> f64 {
        Axis::ALL.iter().map(|&a| self.width(a, at[a as usize])).product()
    }

    /// Centre of cell `(i, j, k)`, m.
    #[must_use]
    pub fn cell_centre(&self, at: [usize; 3]) -> [f64; 3] {
        Axis::ALL.map(|a| self.centre(a, at[a as usize]))
    }

    /// The cell along an axis that holds a coordinate, m; the last one at the upper end; none outside.
    #[must_use]
    pub fn locate(&self, axis: Axis, coordinate: f64) -> Option<usize> {
        let positions = &self.faces[axis as usize];
        let last = positions.len() - 1;
        if !(positions[0]..=positions[last]).contains(&coordinate) {
            return None;
        }
        Some(positions.partition_point(|&p| p <= coordinate).clamp(1, last) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_of_a_stretched_grid_add_up_to_the_box() {
        let grid = Grid::new([vec![0.0, 0.1, 0.4], vec![-1.0, 1.0], vec![0.0, 0.5, 0.6, 3.0]]).unwrap();
        let total: f64 = (0..grid.cells()).map(|c| grid.volume(grid.position(c))).sum();
        approx::assert_relative_eq!(total, 0.4 * 2.0 * 3.0, max_relative = 1e-14);
    }

    #[test]
    fn index_and_position_invert_each_other() {
        let grid = Grid::uniform([1.0, 1.0, 1.0], [3, 5, 7]).unwrap();
        assert!((0..grid.cells()).all(|c| grid.index(grid.position(c)) == c));
        assert_eq!(grid.index([1, 0, 0]) + grid.stride(Axis::Z), grid.index([1, 0, 1]));
    }

    #[test]
    fn a_point_on_a_face_belongs_to_the_cell_above_and_the_last_face_to_the_last_cell() {
        let grid = Grid::uniform([1.0, 1.0, 1.0], [4, 1, 1]).unwrap();
        assert_eq!(grid.locate(Axis::X, 0.25), Some(1));
        assert_eq!(grid.locate(Axis::X, 1.0), Some(3));
        assert_eq!(grid.locate(Axis::X, 1.0001), None);
    }

    #[test]
    fn positions_that_do_not_increase_are_refused_with_their_place() {
        let error = Grid::new([vec![0.0, 1.0], vec![0.0, 0.5, 0.5], vec![0.0, 1.0]]).unwrap_err();
        assert_eq!(error, GridError::NotIncreasing { axis: 'y', index: 2, position: 0.5 });
    }
}
