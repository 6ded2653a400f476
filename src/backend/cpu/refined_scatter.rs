//! r_c = r_c + Σ_N β_cN (x_N − x_c) and its magnitude, for linked cells. Few: one core.

use crate::backend::refinement::RowLinks;

/// What linked cells receive from nodes.
pub(super) fn refined_scatter(links: &RowLinks, x: &[f64], r: &mut [f64], magnitude: &mut [f64]) {
    for (at, &row) in links.row.iter().enumerate() {
        let c = row as usize;
        for link in links.first[at] as usize..links.first[at + 1] as usize {
            let (beta, x_n) = (links.conductance[link], x[links.other[link] as usize]);
            r[c] += beta * (x_n - x[c]);
            magnitude[c] += beta.abs() * (x_n.abs() + x[c].abs());
        }
    }
}
