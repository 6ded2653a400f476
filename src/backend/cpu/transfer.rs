//! A [`Coarsening`] between two levels in the colour-split layout.

use super::layout::{Field, Layout};
use super::real::Real;
use crate::backend::Coarsening;

/// Indices along the axis, and the weights in the layout of the finer level.
#[derive(Clone, Debug)]
pub struct Transfer<T = f64> {
    pub(super) fine: Layout,
    pub(super) coarse: Layout,
    pub(super) axis: usize,
    pub(super) map: Vec<u32>,
    pub(super) first: Vec<u32>,
    /// Whether cells are joined two by two from the first on.
    pub(super) regular: bool,
    pub(super) own: Field<T>,
    pub(super) other: Field<T>,
}

impl<T: Real> Transfer<T> {
    /// The transfer of a coarsening.
    #[must_use]
    pub fn new(coarsening: &Coarsening) -> Self {
        let fine = Layout::new(coarsening.fine);
        Self {
            fine,
            coarse: Layout::new(coarsening.coarse()),
            axis: coarsening.axis,
            map: coarsening.map.clone(),
            first: coarsening.first.clone(),
            regular: coarsening.map.iter().enumerate().all(|(i, &coarse)| coarse as usize == i / 2),
            own: Field::from_natural(fine, &coarsening.own),
            other: Field::from_natural(fine, &coarsening.other),
        }
    }

    /// Index along the axis of the coarse cell beside a fine one: below the first of a pair, above the last;
    /// the own one where there is none (its weight is 0).
    pub(super) fn beside(&self, i: usize) -> usize {
        let parent = self.map[i] as usize;
        if self.first[parent] as usize == i {
            parent.saturating_sub(1)
        } else {
            (parent + 1).min(self.first.len() - 2)
        }
    }
}
