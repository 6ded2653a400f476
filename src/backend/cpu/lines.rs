//! What a sweep by lines along one axis needs beside the coefficients.

use super::layout::{Field, Layout};
use super::real::Real;
use crate::backend::lines::inverse_pivots;
use crate::model::system::LinearSystem;
use std::cell::RefCell;

/// Lines along an axis of a level.
#[derive(Clone, Debug)]
pub struct Lines<T = f64> {
    pub(super) axis: usize,
    /// p of every cell.
    pub(super) inverse_pivot: Field<T>,
    /// Values of the lines of one colour while they are solved.
    pub(super) solved: RefCell<Vec<T>>,
}

impl<T: Real> Lines<T> {
    /// The lines of a system along an axis.
    #[must_use]
    pub fn new(system: &LinearSystem, axis: usize) -> Self {
        let layout = Layout::new(system.size);
        // Lines along x are solved in pairs of rows, of which the last in a plane may be alone.
        let rows = layout.size[1].next_multiple_of(2) * layout.size[2];
        Self {
            axis,
            inverse_pivot: Field::from_natural(layout, &inverse_pivots(system, axis)),
            solved: RefCell::new(vec![T::ZERO; layout.half * rows]),
        }
    }
}
