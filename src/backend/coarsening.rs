//! How a level's cells join along one axis, for every backend.

/// Pairs of cells along an axis with the weights by which values pass between the two levels:
///
/// ```text
/// fine_c   = own_c coarse_C + other_c coarse_D          prolong
/// coarse_C = Σ_{c in C} own_c fine_c + Σ_{c beside C} other_c fine_c       restrict
/// ```
///
/// where D is the coarse cell below C for the first of a pair and the one above C for the last. A cell that
/// is alone in its coarse cell has no share in others.
#[derive(Clone, Debug, PartialEq)]
pub struct Coarsening {
    /// Fine cells along x, y, z.
    pub fine: [usize; 3],
    /// The axis along which cells join.
    pub axis: usize,
    /// Coarse index of every fine index of the axis; non-decreasing and without gaps.
    pub map: Vec<u32>,
    /// First fine index of every coarse index, and the number of fine ones.
    pub first: Vec<u32>,
    /// Weight of the own coarse cell, per fine cell.
    pub own: Vec<f64>,
    /// Weight of the coarse cell next to it, per fine cell; 0 where there is none.
    pub other: Vec<f64>,
}

impl Coarsening {
    /// A coarsening of a level of `fine` cells by its map and weights.
    #[must_use]
    pub fn new(fine: [usize; 3], axis: usize, map: Vec<u32>, own: Vec<f64>, other: Vec<f64>) -> Self {
        let coarse = map.last().map_or(0, |&last| last + 1);
        let first = (0..=coarse).map(|c| map.partition_point(|&m| m < c) as u32).collect();
        Self { fine, axis, map, first, own, other }
    }

    /// Coarse cells along x, y, z.
    #[must_use]
    pub fn coarse(&self) -> [usize; 3] {
        let mut size = self.fine;
        size[self.axis] = self.first.len() - 1;
        size
    }

    /// Distance in the cell index between neighbours along the axis, the same on both levels.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.fine[..self.axis].iter().product()
    }

    /// The first of the fine cells with index `at` along the axis that lie on the lines of the run of coarse
    /// cells that starts at `coarse` and has index `i`.
    #[must_use]
    pub fn fine_run(&self, coarse: usize, i: usize, at: usize) -> usize {
        let (stride, n) = (self.stride(), self.first.len() - 1);
        let outer = (coarse / stride - i) / n;
        stride * (outer * self.map.len() + at)
    }

    /// Fine indices along the axis of the cells that have a weight in the coarse cells of an index, and whether
    /// they are joined in it (else they lie beside it).
    pub fn contributors(&self, i: usize) -> impl Iterator<Item = (usize, bool)> {
        let (first, end) = (self.first[i] as usize, self.first[i + 1] as usize);
        let to = (end + 1).min(self.map.len());
        (first.saturating_sub(1)..to).map(move |at| (at, (first..end).contains(&at)))
    }

    /// The coarse cells that a fine cell has weights in.
    #[must_use]
    pub fn parents(&self, cell: usize) -> ((usize, f64), Option<(usize, f64)>) {
        let (stride, n) = (self.stride(), self.map.len());
        let (inner, i, outer) = (cell % stride, (cell / stride) % n, cell / (stride * n));
        let parent = self.map[i] as usize;
        let at = |index: usize| inner + stride * (index + (self.first.len() - 1) * outer);
        let beside = if self.is_first(i) { parent.wrapping_sub(1) } else { parent + 1 };
        let other = (self.other[cell] > 0.0).then(|| (at(beside), self.other[cell]));
        ((at(parent), self.own[cell]), other)
    }

    /// Whether a fine index is the first of its coarse one.
    #[must_use]
    pub fn is_first(&self, i: usize) -> bool {
        self.first[self.map[i] as usize] as usize == i
    }
}
