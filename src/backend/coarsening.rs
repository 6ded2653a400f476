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

    /// The fine cell with index 0 on the line of a coarse cell, and the coarse cell's index on that line.
    #[must_use]
    pub fn fine_line(&self, coarse: usize) -> (usize, usize) {
        let (stride, n) = (self.stride(), self.first.len() - 1);
        let (inner, outer) = (coarse % stride, coarse / (stride * n));
        (inner + stride * self.map.len() * outer, (coarse / stride) % n)
    }

    /// The cells joined in a coarse cell.
    pub fn members(&self, coarse: usize) -> impl Iterator<Item = usize> {
        let ((line, i), stride) = (self.fine_line(coarse), self.stride());
        (self.first[i] as usize..self.first[i + 1] as usize).map(move |at| line + at * stride)
    }

    /// The cells that restriction adds up in a coarse cell, with their weights: those joined in it and the ones beside.
    pub fn contributions(&self, coarse: usize) -> impl Iterator<Item = (usize, f64)> {
        self.pair_contributions(coarse, 0).map(|(c, weight, _)| (c, weight))
    }

    /// The same with the weight of the cell `offset` further on in the coarse cell next to this one.
    pub fn pair_contributions(
        &self,
        coarse: usize,
        offset: usize,
    ) -> impl Iterator<Item = (usize, f64, f64)> {
        let ((line, i), stride) = (self.fine_line(coarse), self.stride());
        let (first, end) = (self.first[i] as usize, self.first[i + 1] as usize);
        let from = first.saturating_sub(1);
        let to = (end + 1).min(self.map.len());
        (from..to).map(move |at| {
            let c = line + at * stride;
            let weights = if (first..end).contains(&at) { &self.own } else { &self.other };
            (c, weights[c], weights.get(c + offset).copied().unwrap_or(0.0))
        })
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
