//! r_N = r_N + Σ_c β_cN (x_c − x_N) + Σ_M δ_NM (x_M − x_N) and its magnitude, for nodes. Few: one core.

use crate::backend::refinement::RowLinks;

/// What nodes receive from cells and from each other.
pub(super) fn refined_gather(links: &RowLinks, x: &[f64], r: &mut [f64], magnitude: &mut [f64]) {
    for (at, &row) in links.row.iter().enumerate() {
        let n = row as usize;
        let (mut received, mut size) = (0.0, 0.0);
        for link in links.first[at] as usize..links.first[at + 1] as usize {
            let (a, x_other) = (links.conductance[link], x[links.other[link] as usize]);
            received += a * (x_other - x[n]);
            size += a.abs() * (x_other.abs() + x[n].abs());
        }
        r[n] += received;
        magnitude[n] += size;
    }
}
