//! Elimination along lines of cells, for every backend.
//!
//! With all other cells given, the cells of a line along an axis obey a tridiagonal system,
//!
//! ```text
//! (l_c + u_c + t_c) x_c − l_c x_below − u_c x_above = f_c
//! ```
//!
//! with l and u what c receives from below and above and t the rest of its diagonal: faces across the line, s
//! and Σβ. Elimination up the line leaves x_c = y_c + p_c u_c x_above with
//!
//! ```text
//! p_c = 1 / (u_c + e_c)       e_c = t_c + l_c e_below p_below       y_c = p_c (f_c + l_c y_below)
//! ```
//!
//! p depends on the coefficients alone and is stored. e, the part of the pivot that is not passed on upward,
//! is a sum of positive terms: written as l + u + t − l u_below p_below it would be lost to rounding where
//! copper lies in air.

use crate::model::system::LinearSystem;

/// p of every cell for lines along an axis; 0 where the pivot is 0, in rows that nothing determines: they keep x.
#[must_use]
pub(super) fn inverse_pivots(system: &LinearSystem, axis: usize) -> Vec<f64> {
    let (strides, size) = (system.strides(), system.size);
    let (upper, lower) = (&system.from_upper[axis], system.lower(axis));
    let mut passed = rest_of_diagonal(system, axis);
    let mut inverse = vec![0.0; system.cells()];
    for c in 0..system.cells() {
        let i = (c / strides[axis]) % size[axis];
        if i > 0 {
            let below = c - strides[axis];
            // A row that keeps x passes nothing on.
            let share = if inverse[below] > 0.0 { passed[below] * inverse[below] } else { 1.0 };
            passed[c] += lower[below] * share;
        }
        let pivot = passed[c] + if i + 1 < size[axis] { upper[c] } else { 0.0 };
        inverse[c] = if pivot > 0.0 { 1.0 / pivot } else { 0.0 };
    }
    inverse
}

/// t of every cell.
fn rest_of_diagonal(system: &LinearSystem, axis: usize) -> Vec<f64> {
    let (strides, size) = (system.strides(), system.size);
    let mut rest = system.sink.clone();
    for across in (0..3).filter(|&a| a != axis) {
        let (upper, lower) = (&system.from_upper[across], system.lower(across));
        for c in 0..system.cells() {
            if (c / strides[across]) % size[across] + 1 < size[across] {
                rest[c] += upper[c];
                rest[c + strides[across]] += lower[c];
            }
        }
    }
    for link in &system.border.cell_links {
        rest[link.cell] += link.conductance;
    }
    system.seam_links().for_each(|(cell, _, conductance)| rest[cell] += conductance);
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pivot_keeps_what_holds_a_copper_line_in_air() {
        // A hundred cells of copper, 1e4 W/K between them, held by 1e-9 W/K at the first one alone: the
        // last one's pivot is what is left of that, in series with the copper.
        let mut system = LinearSystem::zeros([1, 100, 1], false);
        system.from_upper[1][..99].fill(1e4);
        system.sink[0] = 1e-9;
        let series: f64 = 1.0 / (1e9 + 99.0 / 1e4);
        approx::assert_relative_eq!(1.0 / inverse_pivots(&system, 1)[99], series, max_relative = 1e-12);
    }

    #[test]
    fn a_line_that_nothing_holds_keeps_its_last_cell() {
        let mut system = LinearSystem::zeros([4, 1, 1], false);
        system.from_upper[0][..3].fill(2.0);
        assert_eq!(inverse_pivots(&system, 0), [0.5, 0.5, 0.5, 0.0]);
    }

    #[test]
    fn a_row_without_coefficients_is_given_to_the_next_one() {
        let mut system = LinearSystem::zeros([2, 1, 1], true);
        system.from_lower[0][0] = 4.0;
        assert_eq!(inverse_pivots(&system, 0), [0.0, 0.25]);
    }
}
