//! v_s = x_c: the values of the cells beyond the seam of a periodic axis, for `scatter` to read like nodes.

use super::layout::Field;
use super::real::Real;

/// Reads the cells at these colours and indices.
pub(super) fn seam<T: Real>(cells: &[(usize, usize)], x: &Field<T>, values: &mut [f64]) {
    for (value, &(colour, index)) in values.iter_mut().zip(cells) {
        *value = x.colours[colour][index].to_f64();
    }
}
