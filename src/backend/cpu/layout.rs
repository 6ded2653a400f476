//! How a level's values lie in memory: split by colour, so that sweeps run over contiguous memory.
//!
//! Cell `(i, j, k)` is red where i + j + k is even. Each colour is an array of rows of
//! `half = ⌈nx/2⌉` values, row `(j, k)` at `half (j + ny k)`, value `i / 2` within the row. With
//! p = (j + k) mod 2, red cells of the row have i = 2m + p and black ones i = 2m + 1 − p. Hence for a
//! cell at m of either colour the neighbours, all of the other colour, are at
//!
//! ```text
//! S, N   m in rows j ∓ 1        B, T   m in planes k ∓ 1
//! W, E   m − 1, m  (first cell of the pair: i even)   or   m, m + 1  (i odd)
//! ```
//!
//! A guard of one plane and one value before and after each colour makes every such read valid; guards and
//! the odd end of rows hold 0 and have coefficient 0.

use super::real::Real;
use crate::backend::Colour;
use rayon::prelude::*;

/// Rows handed to one core at least.
pub(super) const ROWS: usize = 64;

/// Shape of a level in the colour-split layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Cells along x, y, z.
    pub size: [usize; 3],
    /// Values of one colour in a row.
    pub half: usize,
    /// Index of the first value after the guard.
    pub start: usize,
    /// Values of one colour without guards.
    pub values: usize,
}

impl Layout {
    /// The layout of a level of `size` cells.
    #[must_use]
    pub fn new(size: [usize; 3]) -> Self {
        let half = size[0].div_ceil(2);
        Self { size, half, start: half * size[1] + 1, values: half * size[1] * size[2] }
    }

    /// Length of a colour's array, guards included.
    #[must_use]
    pub fn length(&self) -> usize {
        self.values + 2 * self.start
    }

    /// Colour and index, guards included, of cell `(i, j, k)`.
    #[must_use]
    pub fn place(&self, [i, j, k]: [usize; 3]) -> (Colour, usize) {
        let colour = if (i + j + k).is_multiple_of(2) { Colour::Red } else { Colour::Black };
        (colour, self.start + i / 2 + self.half * (j + self.size[1] * k))
    }

    /// Whether the cells of `colour` in row `(j, k)` are the first of their pairs (i even).
    #[must_use]
    pub fn first_of_pair(&self, colour: Colour, j: usize, k: usize) -> bool {
        (j + k) % 2 == colour as usize
    }

    /// Colour and index of every cell in natural order.
    pub fn places(self) -> impl Iterator<Item = (Colour, usize)> {
        let [nx, ny, nz] = self.size;
        (0..nz).flat_map(move |k| (0..ny).flat_map(move |j| (0..nx).map(move |i| self.place([i, j, k]))))
    }
}

/// One value per cell of a level, split by colour.
#[derive(Clone, Debug)]
pub struct Field<T = f64> {
    /// Shape.
    pub layout: Layout,
    /// Red and black values with their guards.
    pub colours: [Vec<T>; 2],
}

impl<T: Real> Field<T> {
    /// All values 0.
    #[must_use]
    pub fn zeros(layout: Layout) -> Self {
        Self { layout, colours: [vec![T::ZERO; layout.length()], vec![T::ZERO; layout.length()]] }
    }

    /// The values in natural order, taken over by the layout.
    #[must_use]
    pub fn from_natural(layout: Layout, values: &[f64]) -> Self {
        let mut field = Self::zeros(layout);
        field.set(values);
        field
    }

    /// Overwrites all values, given in natural order.
    pub fn set(&mut self, values: &[f64]) {
        self.set_scaled(1.0, values);
    }

    /// Overwrites all values by a multiple of those given in natural order.
    pub fn set_scaled(&mut self, scale: f64, values: &[f64]) {
        let Layout { size: [nx, ny, _], half, start, values: count } = self.layout;
        let [red, black] = &mut self.colours;
        let (red, black) = (&mut red[start..start + count], &mut black[start..start + count]);
        let rows = red.par_chunks_mut(half).zip(black.par_chunks_mut(half)).zip(values.par_chunks(nx));
        rows.with_min_len(ROWS).enumerate().for_each(|(row, ((red, black), values))| {
            // The colour of the first cell of the row.
            let pair = if (row % ny + row / ny).is_multiple_of(2) { [red, black] } else { [black, red] };
            for (parity, half) in pair.into_iter().enumerate() {
                for (to, from) in half.iter_mut().zip(values[parity.min(nx)..].iter().step_by(2)) {
                    *to = T::from_f64(scale * *from);
                }
            }
        });
    }

    /// The values in natural order.
    #[must_use]
    pub fn to_natural(&self) -> Vec<f64> {
        self.layout.places().map(|(colour, index)| self.colours[colour as usize][index].to_f64()).collect()
    }

    /// The values in natural order, into an array of as many.
    pub fn copy_to_natural(&self, values: &mut [f64]) {
        for (value, (colour, index)) in values.iter_mut().zip(self.layout.places()) {
            *value = self.colours[colour as usize][index].to_f64();
        }
    }

    /// One colour's values without guards.
    #[must_use]
    pub fn interior(&self, colour: usize) -> &[T] {
        &self.colours[colour][self.layout.start..self.layout.start + self.layout.values]
    }

    /// One colour's values without guards.
    pub fn interior_mut(&mut self, colour: usize) -> &mut [T] {
        let Layout { start, values, .. } = self.layout;
        &mut self.colours[colour][start..start + values]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_its_own_place_and_finds_its_neighbours_by_the_rule_of_the_head() {
        for size in [[7, 5, 3], [1, 4, 2], [4, 1, 1], [1, 1, 1]] {
            let layout = Layout::new(size);
            let mut seen = std::collections::HashSet::new();
            for k in 0..size[2] {
                for j in 0..size[1] {
                    for i in 0..size[0] {
                        let (colour, m) = layout.place([i, j, k]);
                        assert!(seen.insert((colour as usize, m)));
                        assert_eq!(layout.first_of_pair(colour, j, k), i.is_multiple_of(2));
                        if i > 0 {
                            let west = if i % 2 == 0 { m - 1 } else { m };
                            assert_eq!(layout.place([i - 1, j, k]).1, west);
                        }
                        if j > 0 {
                            assert_eq!(layout.place([i, j - 1, k]).1, m - layout.half);
                        }
                        if k > 0 {
                            assert_eq!(layout.place([i, j, k - 1]).1, m - layout.half * size[1]);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn natural_order_survives_the_round_trip() {
        let layout = Layout::new([5, 3, 2]);
        let values: Vec<f64> = (0..30).map(f64::from).collect();
        assert_eq!(Field::<f64>::from_natural(layout, &values).to_natural(), values);
    }
}
