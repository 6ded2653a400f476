//! How many cells parts and gaps ask for, on the grid of the planes alone.

use super::PartKind;
use super::boxes::{self, PartBox};
use super::fill::Need;
use super::lines::AxisPlanes;
use crate::scene::Scene;
use std::collections::BTreeSet;

/// Per axis: the runs of intervals that need at least `across` cells. These are the resolved solids, the runs
/// of air between two obstacles, and the whole axis.
pub(super) fn needs(scene: &Scene, axes: &[AxisPlanes; 3], across: usize) -> [Vec<Need>; 3] {
    let mut blocks = Blocks::new(axes, scene.fill.is_fluid());
    let mut runs: [BTreeSet<(usize, usize)>; 3] = Default::default();
    for part in boxes::parts(scene) {
        blocks.enter(&part, axes, &mut runs);
    }
    for (a, runs) in runs.iter_mut().enumerate() {
        blocks.gaps(a, runs);
        runs.insert((0, blocks.size[a]));
    }
    runs.map(|set| set.into_iter().map(|(from, to)| Need { from, to, cells: across }).collect())
}

/// The blocks between planes, x fastest.
struct Blocks {
    size: [usize; 3],
    strides: [usize; 3],
    /// What is no obstacle.
    air: Vec<bool>,
    /// Per axis: the blocks on whose upper side a sheet lies.
    sheet: [Vec<bool>; 3],
}

impl Blocks {
    fn new(axes: &[AxisPlanes; 3], air: bool) -> Self {
        let size = [0, 1, 2].map(|a| axes[a].position.len() - 1);
        let count = size.iter().product();
        let strides = [1, size[0], size[0] * size[1]];
        Self { size, strides, air: vec![air; count], sheet: [0, 1, 2].map(|_| vec![false; count]) }
    }

    /// Marks what a part fills, and notes its own runs.
    fn enter(
        &mut self,
        part: &PartBox<'_>,
        axes: &[AxisPlanes; 3],
        runs: &mut [BTreeSet<(usize, usize)>; 3],
    ) {
        let Some(region) = part.region else { return };
        // Air flows through these.
        if matches!(part.kind, PartKind::Porous(_) | PartKind::HeatSink(_)) {
            return;
        }
        let range = [0, 1, 2].map(|a| [axes[a].plane(region.lower[a]), axes[a].plane(region.upper[a])]);
        let thin = (0..3).find(|&a| range[a][0] == range[a][1]);
        if thin.is_none() && matches!(part.kind, PartKind::Solid(_)) {
            (0..3).for_each(|a| {
                runs[a].insert((range[a][0], range[a][1]));
            });
        }
        // A sheet marks the blocks below it; one on the domain's lower end separates nothing.
        let marked = match thin {
            Some(a) if range[a][0] == 0 => return,
            Some(a) => [0, 1, 2].map(|b| if b == a { [range[a][0] - 1, range[a][0]] } else { range[b] }),
            None => range,
        };
        for k in marked[2][0]..marked[2][1] {
            for j in marked[1][0]..marked[1][1] {
                for i in marked[0][0]..marked[0][1] {
                    let block = i + self.strides[1] * j + self.strides[2] * k;
                    match thin {
                        Some(a) => self.sheet[a][block] = true,
                        None => self.air[block] = false,
                    }
                }
            }
        }
    }

    /// Adds the runs of air along an axis.
    fn gaps(&self, axis: usize, runs: &mut BTreeSet<(usize, usize)>) {
        let (stride, size) = (self.strides[axis], self.size[axis]);
        let goes_on = |below: usize| self.air[below] && !self.sheet[axis][below];
        for block in (0..self.air.len()).filter(|&block| self.air[block]) {
            let at = (block / stride) % size;
            if at > 0 && goes_on(block - stride) {
                continue;
            }
            let (mut end, mut last) = (at + 1, block);
            while end < size && self.air[last + stride] && !self.sheet[axis][last] {
                end += 1;
                last += stride;
            }
            runs.insert((at, end));
        }
    }
}
