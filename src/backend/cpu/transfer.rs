//! An [`Agglomeration`] between two levels in the colour-split layout.

use super::layout::{Field, Layout};
use super::rows::PARALLEL_VALUES;
use crate::backend::Agglomeration;
use rayon::prelude::*;
use std::ops::Range;

/// Maps of fine to coarse indices along each axis, and their inverses.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub(super) fine: Layout,
    pub(super) coarse: Layout,
    pub(super) map: [Vec<u32>; 3],
    starts: [Vec<usize>; 3],
}

impl Transfer {
    /// The transfer of an agglomeration.
    #[must_use]
    pub fn new(agglomeration: &Agglomeration) -> Self {
        let starts = [0, 1, 2].map(|axis| {
            let map = &agglomeration.map[axis];
            (0..=agglomeration.coarse[axis]).map(|c| map.partition_point(|&m| (m as usize) < c)).collect()
        });
        Self {
            fine: Layout::new(agglomeration.fine),
            coarse: Layout::new(agglomeration.coarse),
            map: agglomeration.map.clone(),
            starts,
        }
    }

    /// Fine indices of a coarse index along an axis.
    pub(super) fn range(&self, axis: usize, coarse: usize) -> Range<usize> {
        self.starts[axis][coarse]..self.starts[axis][coarse + 1]
    }

    /// Calls `f(k, red plane, black plane)` for every coarse plane.
    pub(super) fn for_each_coarse_plane<F>(&self, coarse: &mut Field, f: F)
    where
        F: Fn(usize, &mut [f64], &mut [f64]) + Sync + Send,
    {
        let plane = self.coarse.half * self.coarse.size[1];
        let Layout { start, values, .. } = self.coarse;
        let [red, black] = &mut coarse.colours;
        let (red, black) = (&mut red[start..start + values], &mut black[start..start + values]);
        if self.fine.values < PARALLEL_VALUES {
            let planes = red.chunks_mut(plane).zip(black.chunks_mut(plane));
            planes.enumerate().for_each(|(k, (red, black))| f(k, red, black));
        } else {
            let planes = red.par_chunks_mut(plane).zip(black.par_chunks_mut(plane));
            planes.enumerate().for_each(|(k, (red, black))| f(k, red, black));
        }
    }
}
