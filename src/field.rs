//! Where the values of a flow live: arrays with one ghost cell around the domain.
//!
//! Cell `(i, j, k)` has index `(i+1) + sy (j+1) + sz (k+1)` with the strides `sy = nx + 2`,
//! `sz = (nx + 2)(ny + 2)`; indices −1 and n are ghosts. Pressure and temperature lie at the centre of
//! their cell. The velocity along an axis lies on the **lower** face of its cell, so that the last face of
//! an axis belongs to the upper ghost:
//!
//! ```text
//!        ghost │ cell 0 │ cell 1 │ … │ cell n−1 │ ghost
//!   u:        u₀       u₁       u₂      …       u_n
//! ```
//!
//! Every array of a flow has this shape, whatever it holds: one index and three strides serve them all.
//! Ghosts hold what the surroundings give: a pressure or temperature outside, the velocity of a wall along
//! itself.

/// Shape of an array with one ghost cell around `size` cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Padded {
    /// Cells along x, y, z without ghosts.
    pub size: [usize; 3],
}

impl Padded {
    /// The shape around `size` cells.
    #[must_use]
    pub fn new(size: [usize; 3]) -> Self {
        Self { size }
    }

    /// Values of an array, ghosts included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.size.iter().map(|n| n + 2).product()
    }

    /// Never: there are always ghosts.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Values of a row along x, ghosts included.
    #[must_use]
    pub fn row(&self) -> usize {
        self.size[0] + 2
    }

    /// Distances in the index to the upper neighbour along x, y, z.
    #[must_use]
    pub fn strides(&self) -> [usize; 3] {
        [1, self.size[0] + 2, (self.size[0] + 2) * (self.size[1] + 2)]
    }

    /// Index of cell `(i, j, k)`, which may be the upper ghost (n).
    #[must_use]
    pub fn index(&self, [i, j, k]: [usize; 3]) -> usize {
        let [_, sy, sz] = self.strides();
        (i + 1) + sy * (j + 1) + sz * (k + 1)
    }

    /// Index of the ghost or cell whose coordinates, counted from the lower ghost, are `at`.
    #[must_use]
    pub fn index_from_ghost(&self, at: [usize; 3]) -> usize {
        let [_, sy, sz] = self.strides();
        at[0] + sy * at[1] + sz * at[2]
    }

    /// Cells in natural order with their index here.
    pub fn cells(self) -> impl Iterator<Item = ([usize; 3], usize)> {
        let [nx, ny, nz] = self.size;
        (0..nz).flat_map(move |k| {
            (0..ny).flat_map(move |j| (0..nx).map(move |i| ([i, j, k], self.index([i, j, k]))))
        })
    }

    /// Faces across an axis, those of both ends included, with the index of the cell above each.
    pub fn faces(self, axis: usize) -> impl Iterator<Item = ([usize; 3], usize)> {
        let mut end = self.size;
        end[axis] += 1;
        let [nx, ny, nz] = end;
        (0..nz).flat_map(move |k| {
            (0..ny).flat_map(move |j| (0..nx).map(move |i| ([i, j, k], self.index([i, j, k]))))
        })
    }

    /// An array of one value per cell in natural order, put into this shape; ghosts get `outside`.
    #[must_use]
    pub fn pad(&self, natural: &[f64], outside: f64) -> Vec<f64> {
        let mut padded = vec![outside; self.len()];
        for ((_, at), value) in self.cells().zip(natural) {
            padded[at] = *value;
        }
        padded
    }

    /// Ghosts of a periodic axis: x₋₁ = x_{n−1}, x_n = x₀.
    pub fn wrap(&self, axis: usize, values: &mut [f64]) {
        let (n, stride) = (self.size[axis], self.strides()[axis]);
        for start in (0..self.len()).step_by(stride * (n + 2)) {
            for c in start..start + stride {
                values[c] = values[c + n * stride];
                values[c + (n + 1) * stride] = values[c + stride];
            }
        }
    }

    /// The values of the cells in natural order.
    #[must_use]
    pub fn unpad(&self, padded: &[f64]) -> Vec<f64> {
        self.cells().map(|(_, at)| padded[at]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_and_faces_have_indices_of_their_own_and_neighbours_a_stride_apart() {
        let shape = Padded::new([3, 4, 2]);
        let [sx, sy, sz] = shape.strides();
        let cells: Vec<usize> = shape.cells().map(|(_, at)| at).collect();
        assert_eq!(cells.len(), 24);
        assert!(cells.iter().all(|&at| at < shape.len()));
        assert_eq!(shape.index([2, 1, 1]), shape.index([1, 1, 1]) + sx);
        assert_eq!(shape.index([2, 1, 1]), shape.index([2, 0, 1]) + sy);
        assert_eq!(shape.index([2, 1, 1]), shape.index([2, 1, 0]) + sz);
        assert_eq!(shape.faces(1).count(), 3 * 5 * 2);
        let mut faces: Vec<usize> = shape.faces(1).map(|(_, at)| at).collect();
        faces.dedup();
        assert_eq!(faces.len(), 30);
    }

    #[test]
    fn natural_order_survives_the_round_trip() {
        let shape = Padded::new([2, 3, 2]);
        let natural: Vec<f64> = (0..12).map(f64::from).collect();
        assert_eq!(shape.unpad(&shape.pad(&natural, -1.0)), natural);
    }
}
