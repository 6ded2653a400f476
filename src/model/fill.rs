//! Cells between planes along one axis.

/// A run of intervals that needs a number of cells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Need {
    /// First interval.
    pub(super) from: usize,
    /// One past the last.
    pub(super) to: usize,
    /// At least.
    pub(super) cells: usize,
}

/// Bounds on the widths along an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spacing {
    /// m.
    pub(super) largest: f64,
    /// Ratio of neighbouring widths.
    pub(super) growth: f64,
}

/// Widths of the cells of each interval, m, and the largest ratio of neighbours.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) widths: Vec<Vec<f64>>,
    pub(super) growth: f64,
}

/// Fewest cells found that satisfy needs and spacing, by adding one at a time where one is missing.
pub(super) fn fill(lengths: &[f64], needs: &[Need], spacing: &Spacing) -> Filled {
    /// Rounds of refinement; each adds a cell to at least one interval.
    const ROUNDS: usize = 4000;
    let mut counts: Vec<usize> =
        lengths.iter().map(|l| ((l / spacing.largest - 1e-9).ceil() as usize).max(1)).collect();
    let mut sorted = needs.to_vec();
    sorted.sort_by_key(|need| (need.to - need.from, need.from));
    for need in &sorted {
        while counts[need.from..need.to].iter().sum::<usize>() < need.cells {
            let widest = widest(&lengths[need.from..need.to], &counts[need.from..need.to]);
            counts[need.from + widest] += 1;
        }
    }
    let mut filled = graded(lengths, &counts, spacing);
    for _ in 0..ROUNDS {
        let wanting = intervals_to_refine(&filled.widths, spacing);
        if wanting.is_empty() {
            break;
        }
        for interval in wanting {
            counts[interval] += 1;
        }
        filled = graded(lengths, &counts, spacing);
    }
    filled
}

/// The interval with the widest cells, the first of equals.
fn widest(lengths: &[f64], counts: &[usize]) -> usize {
    let width = |i: usize| lengths[i] / counts[i] as f64;
    (1..lengths.len()).fold(0, |best, i| if width(i) > width(best) * (1.0 + 1e-9) { i } else { best })
}

/// `total` cells shared by length, at least one each: always to the interval whose cells are widest.
pub(super) fn share(lengths: &[f64], total: usize) -> Vec<usize> {
    let mut counts = vec![1; lengths.len()];
    for _ in lengths.len()..total {
        let interval = widest(lengths, &counts);
        counts[interval] += 1;
    }
    counts
}

/// `cells` widths that fill `length`, symmetric about the middle, largest there, in geometric progression;
/// `ratio` is largest over smallest.
pub(super) fn symmetric(length: f64, cells: usize, ratio: f64) -> Vec<f64> {
    let middle = (cells.saturating_sub(1) / 2).max(1) as f64;
    let weights: Vec<f64> = (0..cells).map(|i| ratio.powf(i.min(cells - 1 - i) as f64 / middle)).collect();
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|w| length * w / sum).collect()
}

/// Intervals in which a cell is too wide for its neighbour or for the largest spacing, increasing.
fn intervals_to_refine(widths: &[Vec<f64>], spacing: &Spacing) -> Vec<usize> {
    let cells: Vec<(usize, f64)> =
        widths.iter().enumerate().flat_map(|(i, w)| w.iter().map(move |&w| (i, w))).collect();
    let mut wanting: Vec<usize> =
        cells.iter().filter(|(_, w)| *w > spacing.largest * (1.0 + 1e-9)).map(|(i, _)| *i).collect();
    for pair in cells.windows(2) {
        let [(i, a), (j, b)] = [pair[0], pair[1]];
        if a > b * spacing.growth * (1.0 + 1e-9) {
            wanting.push(i);
        }
        if b > a * spacing.growth * (1.0 + 1e-9) {
            wanting.push(j);
        }
    }
    wanting.sort_unstable();
    wanting.dedup();
    wanting
}

/// Widths for given counts: within an interval they follow h(x) = min(h_left + αx, h_right + α(L − x),
/// largest) with α = ln growth, so that neighbours of a fine interval grow away from it geometrically.
fn graded(lengths: &[f64], counts: &[usize], spacing: &Spacing) -> Filled {
    let alpha = spacing.growth.ln();
    let mean = |i: usize| lengths[i] / counts[i] as f64;
    // h at the lower and upper end of each interval, from the intervals below and above it.
    let mut left = vec![f64::INFINITY; lengths.len()];
    let mut right = left.clone();
    for i in 1..lengths.len() {
        left[i] = mean(i - 1).min(left[i - 1] + alpha * lengths[i - 1]);
    }
    for i in (0..lengths.len() - 1).rev() {
        right[i] = mean(i + 1).min(right[i + 1] + alpha * lengths[i + 1]);
    }
    let widths: Vec<Vec<f64>> = (0..lengths.len())
        .map(|i| {
            let size = Size {
                length: lengths[i],
                left: left[i].min(spacing.largest),
                right: right[i].min(spacing.largest),
                largest: spacing.largest,
                alpha,
            };
            size.divide(counts[i])
        })
        .collect();
    let all: Vec<f64> = widths.iter().flatten().copied().collect();
    let growth = all.windows(2).map(|w| (w[0] / w[1]).max(w[1] / w[0])).fold(1.0, f64::max);
    Filled { widths, growth }
}

/// The wished width over an interval.
struct Size {
    length: f64,
    left: f64,
    right: f64,
    largest: f64,
    alpha: f64,
}

impl Size {
    /// Divides the interval so that every cell holds the same share of ∫ dx/h.
    fn divide(&self, cells: usize) -> Vec<f64> {
        // Up from the left, along a plateau, down to the right: lengths of the three parts.
        let crossing = (self.right - self.left + self.alpha * self.length) / (2.0 * self.alpha);
        let crossing = crossing.clamp(0.0, self.length);
        let up = ((self.largest - self.left) / self.alpha).clamp(0.0, crossing);
        let down = ((self.largest - self.right) / self.alpha).clamp(0.0, self.length - crossing);
        // Where one side alone governs, its ramp starts at the size that it gives to the other end.
        let left = self.left.min(self.right + self.alpha * self.length);
        let right = self.right.min(self.left + self.alpha * self.length);
        let shares = [
            (self.alpha * up / left).ln_1p() / self.alpha,
            (self.length - up - down) / self.largest,
            (self.alpha * down / right).ln_1p() / self.alpha,
        ];
        let total: f64 = shares.iter().sum();
        let place = |share: f64| {
            if share <= shares[0] {
                left * (self.alpha * share).exp_m1() / self.alpha
            } else if share <= shares[0] + shares[1] {
                up + (share - shares[0]) * self.largest
            } else {
                self.length - right * (self.alpha * (total - share)).exp_m1() / self.alpha
            }
        };
        let mut faces: Vec<f64> = (0..=cells).map(|i| place(total * i as f64 / cells as f64)).collect();
        (faces[0], faces[cells]) = (0.0, self.length);
        faces.windows(2).map(|f| f[1] - f[0]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coarse_interval_between_fine_ones_grows_and_shrinks_within_the_ratio() {
        let spacing = Spacing { largest: 0.05, growth: 1.5 };
        let needs = [Need { from: 0, to: 1, cells: 4 }, Need { from: 2, to: 3, cells: 4 }];
        let filled = fill(&[0.01, 0.4, 0.01], &needs, &spacing);
        assert!(filled.growth <= 1.5 * (1.0 + 1e-9), "growth {}", filled.growth);
        for (widths, length) in filled.widths.iter().zip([0.01, 0.4, 0.01]) {
            approx::assert_relative_eq!(widths.iter().sum::<f64>(), length, max_relative = 1e-12);
        }
        let most = filled.widths[1].len();
        // 2.5 mm × 1.5ⁿ up to 50 mm takes 7 cells and 0.14 m on each side; 3 cells of 50 mm are left.
        assert!((15..=19).contains(&most), "{most} cells");
    }

    #[test]
    fn cells_are_shared_by_length() {
        assert_eq!(share(&[1.0, 2.0, 1.0], 8), [2, 4, 2]);
        assert_eq!(share(&[1.0, 1e-3], 5), [4, 1]);
    }

    #[test]
    fn a_symmetric_stretch_has_its_ratio_and_its_length() {
        let widths = symmetric(2.0, 9, 4.0);
        approx::assert_relative_eq!(widths.iter().sum::<f64>(), 2.0, max_relative = 1e-14);
        approx::assert_relative_eq!(widths[4] / widths[0], 4.0, max_relative = 1e-12);
        approx::assert_relative_eq!(widths[2], widths[6], max_relative = 1e-12);
    }

    #[test]
    fn two_needs_that_overlap_share_their_cells() {
        let needs = [Need { from: 0, to: 2, cells: 2 }, Need { from: 1, to: 3, cells: 2 }];
        let filled = fill(&[1.0, 1.0, 1.0], &needs, &Spacing { largest: 9.0, growth: 1.5 });
        assert_eq!(filled.widths.iter().map(Vec::len).sum::<usize>(), 3);
    }
}
