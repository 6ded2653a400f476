//! What a sweep by lines along one axis needs beside the coefficients.

use super::layout::{Field, Layout};
use crate::backend::lines::inverse_pivots;
use crate::model::system::LinearSystem;
use std::cell::RefCell;

/// Lines along an axis of a level.
#[derive(Clone, Debug)]
pub struct Lines {
    pub(super) axis: usize,
    /// p of every cell.
    pub(super) inverse_pivot: Field,
    /// Values of the lines of one colour while they are solved.
    pub(super) solved: RefCell<Vec<f64>>,
}

impl Lines {
    /// The lines of a system along an axis.
    #[must_use]
    pub fn new(system: &LinearSystem, axis: usize) -> Self {
        let layout = Layout::new(system.size);
        // Lines along x are solved in pairs of rows, of which the last may be alone.
        let rows = (layout.size[1] * layout.size[2]).next_multiple_of(2);
        Self {
            axis,
            inverse_pivot: Field::from_natural(layout, &inverse_pivots(system, axis)),
            solved: RefCell::new(vec![0.0; layout.half * rows]),
        }
    }
}
