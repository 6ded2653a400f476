//! One interval between two planes of the grid: the fewest cells that suit the sizes wished at both ends.
//!
//! A size s at a plane asks both cells beside it to be between s/√g and s·√g wide, so that across the plane
//! they differ by the growth g at most. Cell j of n may then be as wide, and as narrow, as
//!
//! ```text
//! wide_j   = min(s₋·√g·gʲ,  s₊·√g·gⁿ⁻¹⁻ʲ,  largest)
//! narrow_j = max(s₋/√g·g⁻ʲ, s₊/√g·g⁻⁽ⁿ⁻¹⁻ʲ⁾)
//! ```
//!
//! Neighbours in either list differ by g at most, and so they do in narrow_j¹⁻ᵗ·wide_jᵗ for every t from 0
//! to 1, whose sum rises with t. So n cells fill the length L exactly if Σ narrow ≤ L ≤ Σ wide.
//! All lengths in m.

/// Rounding allowed where a sum is compared with a length.
const ROUNDING: f64 = 1e-9;

/// An interval and what its cells must keep.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    /// m.
    pub(super) length: f64,
    /// At least so many.
    pub(super) cells: usize,
    /// Widest cell, m.
    pub(super) largest: f64,
    /// Ratio of neighbouring widths, above 1.
    pub(super) growth: f64,
}

impl Interval {
    /// Fewest cells for the sizes wished at the lower and the upper end, m; `None`: none fill it.
    pub(super) fn fewest(&self, lower: f64, upper: f64) -> Option<usize> {
        let cells = self.reaching(lower, upper).max(self.cells);
        let apart = (lower / upper).ln().abs();
        let meets = apart <= cells as f64 * self.growth.ln() * (1.0 + ROUNDING);
        (meets && self.narrowest_sum(cells, lower, upper) <= self.length * (1.0 + ROUNDING)).then_some(cells)
    }

    /// Fewest cells with Σ wide ≥ L: the n widths are the n smallest of the two rising sequences.
    fn reaching(&self, lower: f64, upper: f64) -> usize {
        let root = self.growth.sqrt();
        let mut ends = [lower * root, upper * root];
        let (mut reach, mut cells) = (0.0, 0);
        while reach < self.length * (1.0 - ROUNDING) {
            let next = &mut ends[usize::from(lower_is_wider(&ends))];
            if *next >= self.largest {
                let rest = (self.length - reach) / self.largest;
                return cells + ((rest * (1.0 - ROUNDING)).ceil() as usize).max(1);
            }
            reach += *next;
            *next *= self.growth;
            cells += 1;
        }
        cells
    }

    /// Σ narrow over `cells`: the largest of the two falling sequences; stops beyond the length.
    fn narrowest_sum(&self, cells: usize, lower: f64, upper: f64) -> f64 {
        let root = self.growth.sqrt();
        let mut ends = [lower / root, upper / root];
        let mut sum = 0.0;
        for _ in 0..cells {
            let next = &mut ends[usize::from(!lower_is_wider(&ends))];
            sum += *next;
            if sum > 2.0 * self.length || *next < 1e-12 * self.length {
                break;
            }
            *next /= self.growth;
        }
        sum
    }

    /// Widths of `cells` cells for the sizes at both ends; `cells` is what [`Self::fewest`] says.
    /// Equal ones where both ends allow them.
    pub(super) fn widths(&self, cells: usize, lower: f64, upper: f64) -> Vec<f64> {
        let root = self.growth.sqrt();
        let equal = self.length / cells as f64;
        if [lower, upper].iter().all(|s| (s / root..=s * root).contains(&equal)) {
            return vec![equal; cells];
        }
        let bounds: Vec<[f64; 2]> = (0..cells)
            .map(|j| {
                let from_lower = self.growth.powi(j as i32) * root;
                let from_upper = self.growth.powi((cells - 1 - j) as i32) * root;
                let narrow = (lower / from_lower).max(upper / from_upper);
                [narrow, (lower * from_lower).min(upper * from_upper).min(self.largest)]
            })
            .collect();
        let at = |t: f64| bounds.iter().map(move |[narrow, wide]| narrow * (wide / narrow).powf(t));
        let (mut below, mut above) = (0.0, 1.0);
        // 50 halvings leave nothing of a double's digits.
        for _ in 0..50 {
            let middle = 0.5 * (below + above);
            *(if at(middle).sum::<f64>() < self.length { &mut below } else { &mut above }) = middle;
        }
        let scale = self.length / at(above).sum::<f64>();
        at(above).map(|width| width * scale).collect()
    }

    /// Widest cell that the interval may have at an end, m: the others fall away from it.
    pub(super) fn widest_at_end(&self) -> f64 {
        let falling: f64 = (0..self.cells).map(|j| self.growth.powi(-(j as i32))).sum();
        (self.length / falling).min(self.largest)
    }
}

fn lower_is_wider(ends: &[f64; 2]) -> bool {
    ends[0] > ends[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Interval = Interval { length: 0.4, cells: 1, largest: 0.05, growth: 1.5 };

    #[test]
    fn cells_grow_from_both_ends_to_the_largest() {
        // 2.5 mm·√1.5·1.5ʲ: 7 cells reach 35 mm and 98.5 mm from each end; 203 mm are left for cells of 50 mm.
        let cells = LONG.fewest(2.5e-3, 2.5e-3).unwrap();
        assert_eq!(cells, 19);
        let widths = LONG.widths(cells, 2.5e-3, 2.5e-3);
        approx::assert_relative_eq!(widths.iter().sum::<f64>(), 0.4, max_relative = 1e-14);
        assert!(widths.iter().all(|&w| w <= 0.05 * (1.0 + 1e-9)), "{widths:?}");
        assert!(
            widths.windows(2).all(|w| (w[0] / w[1]).max(w[1] / w[0]) <= 1.5 * (1.0 + 1e-9)),
            "{widths:?}"
        );
        for (width, mirrored) in widths.iter().zip(widths.iter().rev()) {
            approx::assert_relative_eq!(width, mirrored, max_relative = 1e-12);
        }
    }

    #[test]
    fn a_wish_wider_than_the_interval_has_no_cells() {
        assert_eq!(Interval { length: 0.01, ..LONG }.fewest(0.02, 0.02), None);
        assert_eq!(Interval { length: 0.01, ..LONG }.fewest(0.011, 0.009), Some(1));
        // One cell cannot lie between sizes that are 1.6 times apart; no two make up for it here.
        assert_eq!(Interval { length: 0.01, ..LONG }.fewest(0.013, 0.008), None);
    }

    #[test]
    fn equal_cells_where_both_ends_allow_them() {
        let interval = Interval { length: 0.01, cells: 4, ..LONG };
        assert_eq!(interval.fewest(2.4e-3, 2.6e-3), Some(4));
        assert_eq!(interval.widths(4, 2.4e-3, 2.6e-3), [2.5e-3; 4]);
        approx::assert_relative_eq!(
            interval.widest_at_end(),
            0.01 / (1.0 + 2.0 / 3.0 + 4.0 / 9.0 + 8.0 / 27.0)
        );
    }
}
