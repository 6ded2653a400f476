//! Cells between planes along one axis: as few as needs, largest width and growth allow.
//!
//! Each plane gets a size of the cells beside it, out of a ladder of sizes four to a growth step; each
//! interval then has a fewest number of cells for the sizes at its ends ([`super::interval`]). The sizes with
//! the least sum of cells follow from one pass over the planes (dynamic programming), which looks at each
//! pair of sizes of neighbouring planes once: the work is bounded, and no interval can force another to
//! refine again. Among equals, sizes near the mean of the intervals beside them win. Where planes and needs
//! are their own mirror image, so is the grid.

use super::interval::Interval;
use std::collections::BTreeSet;

/// Most cells along an axis: beyond it the planes ask for something that no one meant.
pub(super) const MOST: usize = 5000;
/// Steps of the ladder of sizes to one growth ratio.
const STEPS: f64 = 4.0;
/// How far below its upper bound the size at a plane is looked for; widened where none is found there.
const WINDOWS: [f64; 3] = [16.0, 256.0, f64::INFINITY];
/// Cells that the squared logarithm of a size over the mean width beside it is worth.
const UNEVEN: f64 = 0.02;

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

/// More cells than [`MOST`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Excess {
    /// Cells that the axis would have, at least.
    pub(super) cells: usize,
    /// The interval whose cells are narrowest.
    pub(super) interval: usize,
}

/// Widths of the cells of each interval, m.
pub(super) fn fill(lengths: &[f64], needs: &[Need], spacing: &Spacing) -> Result<Vec<Vec<f64>>, Excess> {
    let mirrored = is_mirrored(lengths, needs);
    let counts = least_counts(lengths, needs, spacing, mirrored);
    let intervals: Vec<Interval> = lengths
        .iter()
        .zip(&counts)
        .map(|(&length, &cells)| Interval { length, cells, largest: spacing.largest, growth: spacing.growth })
        .collect();
    let narrowest = |counts: &[usize]| {
        let width = |&i: &usize| lengths[i] / counts[i] as f64;
        (0..counts.len()).min_by(|i, j| width(i).total_cmp(&width(j))).unwrap_or(0)
    };
    let checked = |counts: &[usize]| match counts.iter().fold(0_usize, |sum, &n| sum.saturating_add(n)) {
        cells if cells > MOST => Err(Excess { cells, interval: narrowest(counts) }),
        _ => Ok(()),
    };
    checked(&counts)?;
    let sizes = WINDOWS
        .iter()
        .find_map(|&window| Ladder::new(&intervals, spacing, window).sizes(&intervals, mirrored))
        .expect("one size at all planes, small enough for each interval, is in the last window");
    let pairs = intervals.iter().zip(sizes.windows(2));
    let counts: Vec<usize> = pairs.clone().map_while(|(i, s)| i.fewest(s[0], s[1])).collect();
    checked(&counts)?;
    Ok(pairs.zip(counts).map(|((interval, s), n)| interval.widths(n, s[0], s[1])).collect())
}

/// Whether lengths and needs read the same from both ends.
fn is_mirrored(lengths: &[f64], needs: &[Need]) -> bool {
    let total: f64 = lengths.iter().sum();
    let set: BTreeSet<(usize, usize, usize)> = needs.iter().map(|n| (n.from, n.to, n.cells)).collect();
    let count = lengths.len();
    lengths.iter().zip(lengths.iter().rev()).all(|(a, b)| (a - b).abs() <= 1e-9 * total)
        && set.iter().all(|&(from, to, cells)| set.contains(&(count - to, count - from, cells)))
}

/// Cells of each interval before growth counts: the needs, each shared by width within its run.
fn least_counts(lengths: &[f64], needs: &[Need], spacing: &Spacing, mirrored: bool) -> Vec<usize> {
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
    if mirrored {
        counts = counts.iter().zip(counts.iter().rev()).map(|(&a, &b)| a.max(b)).collect();
    }
    counts
}

/// The sizes among which each plane chooses: the largest width over whole steps of the growth's root.
struct Ladder {
    largest: f64,
    /// Logarithm of a step.
    step: f64,
    /// Per plane: first and last rung.
    rungs: Vec<[usize; 2]>,
}

/// Least cost up to a plane with each of its sizes, and the rung before.
type Costs = Vec<(f64, usize)>;

impl Ladder {
    fn new(intervals: &[Interval], spacing: &Spacing, window: f64) -> Self {
        let (largest, step) = (spacing.largest, spacing.growth.ln() / STEPS);
        let bounds = upper_bounds(intervals, spacing);
        let least = bounds.iter().copied().fold(largest, f64::min);
        // Below least/12 every interval has at least 1/(√g − 1/√g) cells for every growth from 1.1 on.
        let rungs = bounds
            .iter()
            .map(|bound| {
                let lowest = (bound / window).max(least / 12.0);
                let rung = |size: f64| ((largest / size).ln() / step).max(0.0).ceil() as usize;
                [rung(*bound), rung(lowest)]
            })
            .collect();
        Self { largest, step, rungs }
    }

    fn size(&self, rung: usize) -> f64 {
        self.largest * (-self.step * rung as f64).exp()
    }

    /// Sizes at the planes with the least cost; `None`: no sizes of this ladder suit all intervals.
    fn sizes(&self, intervals: &[Interval], mirrored: bool) -> Option<Vec<f64>> {
        let planes = self.rungs.len();
        let forward = if mirrored { planes.div_ceil(2) } else { planes };
        let [first, last] = self.rungs[0];
        let mut costs: Vec<Costs> = vec![vec![(0.0, 0); last - first + 1]];
        for plane in 1..forward {
            let next = self.advance(&intervals[plane - 1], plane, &costs[plane - 1]);
            costs.push(next);
        }
        // The interval in the middle of a mirror image has the same size at both ends.
        let middle = (mirrored && planes.is_multiple_of(2)).then(|| &intervals[forward - 1]);
        let end = forward - 1;
        let total = |rung: usize| {
            let cost = costs[end][rung - self.rungs[end][0]].0;
            let size = self.size(rung);
            middle.map_or(cost, |interval| 2.0 * cost + price(interval, size, size))
        };
        let [first, last] = self.rungs[end];
        let mut rung = (first..=last).min_by(|&a, &b| total(a).total_cmp(&total(b)))?;
        if !total(rung).is_finite() {
            return None;
        }
        let mut sizes = vec![self.size(rung)];
        for plane in (1..forward).rev() {
            rung = costs[plane][rung - self.rungs[plane][0]].1;
            sizes.push(self.size(rung));
        }
        sizes.reverse();
        let mirror: Vec<f64> = sizes[..planes - forward].iter().rev().copied().collect();
        sizes.extend(mirror);
        Some(sizes)
    }

    /// Costs at a plane from those at the plane before.
    fn advance(&self, interval: &Interval, plane: usize, before: &[(f64, usize)]) -> Costs {
        let [first, last] = self.rungs[plane];
        let offset = self.rungs[plane - 1][0];
        (first..=last)
            .map(|rung| {
                let upper = self.size(rung);
                let mut best = (f64::INFINITY, offset);
                for (i, &(cost, _)) in before.iter().enumerate() {
                    if cost + interval.cells as f64 >= best.0 {
                        continue;
                    }
                    let total = cost + price(interval, self.size(offset + i), upper);
                    if total < best.0 {
                        best = (total, offset + i);
                    }
                }
                best
            })
            .collect()
    }
}

/// Cells of an interval with the sizes at its ends, and a little for sizes that differ from their mean width.
fn price(interval: &Interval, lower: f64, upper: f64) -> f64 {
    let Some(cells) = interval.fewest(lower, upper) else { return f64::INFINITY };
    let mean = interval.length / cells as f64;
    let uneven = |size: f64| UNEVEN * (size / mean).ln().powi(2);
    cells as f64 + uneven(lower) + uneven(upper)
}

/// At each plane a size that no grid of these intervals exceeds, m. Where a cell has the width m, one at the
/// distance d is no wider than g·m + (g − 1)·d.
fn upper_bounds(intervals: &[Interval], spacing: &Spacing) -> Vec<f64> {
    let (growth, root) = (spacing.growth, spacing.growth.sqrt());
    let mut bounds = vec![spacing.largest; intervals.len() + 1];
    for (i, interval) in intervals.iter().enumerate() {
        let end = root * interval.widest_at_end();
        bounds[i] = bounds[i].min(end);
        bounds[i + 1] = bounds[i + 1].min(end);
    }
    let beyond = |size: f64, length: f64| root * (growth * root * size + (growth - 1.0) * length);
    for i in 0..intervals.len() {
        bounds[i + 1] = bounds[i + 1].min(beyond(bounds[i], intervals[i].length));
    }
    for i in (0..intervals.len()).rev() {
        bounds[i] = bounds[i].min(beyond(bounds[i + 1], intervals[i].length));
    }
    bounds
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Largest ratio of neighbouring widths.
    fn growth(widths: &[Vec<f64>]) -> f64 {
        let all: Vec<f64> = widths.iter().flatten().copied().collect();
        all.windows(2).map(|w| (w[0] / w[1]).max(w[1] / w[0])).fold(1.0, f64::max)
    }

    /// A number of cells below which no grid can be: ∫ dx/h, h the widest cell that can lie at x. Each
    /// interval j holds a cell of at most L_j/N_j; at the distance d from it none exceeds g·L_j/N_j + (g − 1)·d.
    fn lower_bound(lengths: &[f64], counts: &[usize], spacing: &Spacing) -> f64 {
        let mut planes = vec![0.0];
        lengths.iter().for_each(|l| planes.push(planes[planes.len() - 1] + l));
        let widest = |x: f64| {
            let of = |j: usize| {
                let distance = (planes[j + 1] - x).max(x - planes[j]);
                spacing.growth * lengths[j] / counts[j] as f64 + (spacing.growth - 1.0) * distance
            };
            (0..lengths.len()).map(of).fold(spacing.largest, f64::min)
        };
        let samples = 64;
        let integral = |i: usize| {
            let part = lengths[i] / f64::from(samples);
            let sum: f64 = (0..samples).map(|s| part / widest(planes[i] + (f64::from(s) + 0.5) * part)).sum();
            sum.max(counts[i] as f64)
        };
        (0..lengths.len()).map(integral).sum()
    }

    fn random_axis() -> impl Strategy<Value = (Vec<f64>, Vec<usize>, f64, f64)> {
        let interval = ((-3.0..0.0_f64).prop_map(|e| 10_f64.powf(e)), 1..=8_usize);
        let growth = prop_oneof![Just(1.5), Just(1.3), Just(1.2)];
        (prop::collection::vec(interval, 1..40), growth, 0.02..0.5_f64).prop_map(|(list, growth, largest)| {
            let (lengths, counts) = list.into_iter().unzip();
            (lengths, counts, growth, largest)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_planes_are_filled_within_growth_width_needs_and_three_times_the_fewest_cells(
            (lengths, cells, growth_limit, largest) in random_axis()
        ) {
            let spacing = Spacing { largest, growth: growth_limit };
            let need = |(i, &cells): (usize, &usize)| Need { from: i, to: i + 1, cells };
            let needs: Vec<Need> = cells.iter().enumerate().map(need).collect();
            let widths = fill(&lengths, &needs, &spacing).unwrap();
            prop_assert_eq!(widths.len(), lengths.len());
            for ((widths, length), cells) in widths.iter().zip(&lengths).zip(&cells) {
                prop_assert!((widths.iter().sum::<f64>() / length - 1.0).abs() < 1e-12);
                prop_assert!(widths.len() >= *cells);
                prop_assert!(widths.iter().all(|&w| w > 0.0 && w <= largest * (1.0 + 1e-8)));
            }
            prop_assert!(growth(&widths) <= growth_limit * (1.0 + 1e-8), "growth {}", growth(&widths));
            let total: usize = widths.iter().map(Vec::len).sum();
            let least = lower_bound(&lengths, &cells, &spacing);
            prop_assert!(total as f64 <= 3.0 * least, "{total} cells, at least {least:.1} needed");
        }
    }

    #[test]
    fn a_coarse_interval_between_fine_ones_grows_and_shrinks_within_the_ratio() {
        let spacing = Spacing { largest: 0.05, growth: 1.5 };
        let needs = [Need { from: 0, to: 1, cells: 4 }, Need { from: 2, to: 3, cells: 4 }];
        let widths = fill(&[0.01, 0.4, 0.01], &needs, &spacing).unwrap();
        assert!(growth(&widths) <= 1.5 * (1.0 + 1e-9), "growth {}", growth(&widths));
        let most = widths[1].len();
        // 2.5 mm × 1.5ⁿ up to 50 mm takes 7 cells and 0.14 m on each side; 3 cells of 50 mm are left.
        assert!((15..=19).contains(&most), "{most} cells");
    }

    #[test]
    fn a_mirrored_axis_has_a_mirrored_grid() {
        let half = [0.01, 0.037, 0.0052, 0.11, 0.021];
        let spacing = Spacing { largest: 0.06, growth: 1.3 };
        for middle in [&[][..], &[0.044]] {
            let lengths: Vec<f64> = half.iter().chain(middle).chain(half.iter().rev()).copied().collect();
            let all = [Need { from: 0, to: lengths.len(), cells: 40 }];
            let widths = fill(&lengths, &all, &spacing).unwrap().concat();
            for (width, mirrored) in widths.iter().zip(widths.iter().rev()) {
                approx::assert_relative_eq!(width, mirrored, max_relative = 1e-9);
            }
        }
    }

    #[test]
    fn an_absurd_number_of_cells_is_refused_with_its_place() {
        let spacing = Spacing { largest: 1e-4, growth: 1.2 };
        let excess = fill(&[0.1, 1.0, 0.2], &[], &spacing).unwrap_err();
        assert_eq!(excess.cells, 13_000);
        let spacing = Spacing { largest: 1.0, growth: 1.5 };
        let excess = fill(&[0.1, 1.0], &[Need { from: 1, to: 2, cells: 6000 }], &spacing).unwrap_err();
        assert_eq!(excess.interval, 1);
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
        let widths = fill(&[1.0, 1.0, 1.0], &needs, &Spacing { largest: 9.0, growth: 1.5 }).unwrap();
        assert_eq!(widths.concat().len(), 3);
    }
}
