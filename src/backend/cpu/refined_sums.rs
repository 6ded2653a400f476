//! Σ r², Σ magnitude² and Σ r over all rows, in f64 by a fixed tree (twin of refined_partial and
//! refined_total): the same bits on any number of cores.

use rayon::prelude::*;

/// Rows summed one after the other at the leaves.
const LEAF: usize = 4096;

/// The three sums.
pub(super) fn refined_sums(r: &[f64], magnitude: &[f64]) -> [f64; 3] {
    let leaf = |(r, magnitude): (&[f64], &[f64])| {
        let mut sums = [0.0; 3];
        for (r, magnitude) in r.iter().zip(magnitude) {
            sums[0] += r * r;
            sums[1] += magnitude * magnitude;
            sums[2] += r;
        }
        sums
    };
    let partials: Vec<[f64; 3]> = r.par_chunks(LEAF).zip(magnitude.par_chunks(LEAF)).map(leaf).collect();
    tree(&partials)
}

fn tree(partials: &[[f64; 3]]) -> [f64; 3] {
    match partials {
        [] => [0.0; 3],
        [one] => *one,
        _ => {
            let (low, high) = partials.split_at(partials.len() / 2);
            let (low, high) = (tree(low), tree(high));
            [0, 1, 2].map(|kind| low[kind] + high[kind])
        }
    }
}
