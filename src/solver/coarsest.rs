//! The last level, solved directly: a dense inverse made once.

use crate::model::system::LinearSystem;
use faer::prelude::Solve;

/// Inverse of a small system with its nodes eliminated, row-major. Rows without coefficients give 0;
/// where a part of the cells is tied to nothing (a closed pressure region), its first cell is held at 0.
#[must_use]
pub fn inverse(system: &LinearSystem, node_inverse: &[f64]) -> Vec<f64> {
    let n = system.cells();
    let mut a = schur_complement(system, node_inverse);
    for cell in held_cells(&a) {
        for other in 0..n {
            a[(cell, other)] = 0.0;
            a[(other, cell)] = 0.0;
        }
        a[(cell, cell)] = f64::INFINITY;
    }
    let held: Vec<bool> = (0..n).map(|c| a[(c, c)].is_infinite() || a[(c, c)] == 0.0).collect();
    for c in (0..n).filter(|&c| held[c]) {
        a[(c, c)] = 1.0;
    }
    let inverse = a.partial_piv_lu().solve(faer::Mat::<f64>::identity(n, n));
    let value = |r: usize, c: usize| if held[r] || held[c] { 0.0 } else { inverse[(r, c)] };
    (0..n * n).map(|i| value(i / n, i % n)).collect()
}

/// A − B D⁻¹ C as a dense matrix.
fn schur_complement(system: &LinearSystem, node_inverse: &[f64]) -> faer::Mat<f64> {
    let (n, nodes) = (system.cells(), system.nodes());
    let mut a = faer::Mat::<f64>::zeros(n, n);
    let strides = system.strides();
    for (c, &sink) in system.sink.iter().enumerate() {
        a[(c, c)] += sink;
        for (axis, &stride) in strides.iter().enumerate() {
            let (upper, lower) = (system.from_upper[axis][c], system.lower(axis)[c]);
            if upper != 0.0 || lower != 0.0 {
                let other = c + stride;
                a[(c, c)] += upper;
                a[(c, other)] -= upper;
                a[(other, other)] += lower;
                a[(other, c)] -= lower;
            }
        }
    }
    for (cell, from, conductance) in system.seam_links() {
        a[(cell, cell)] += conductance;
        a[(cell, from)] -= conductance;
    }
    let mut b = faer::Mat::<f64>::zeros(n, nodes);
    for link in &system.border.cell_links {
        a[(link.cell, link.cell)] += link.conductance;
        b[(link.cell, link.node)] += link.conductance;
    }
    if nodes > 0 {
        let d = faer::Mat::from_fn(nodes, nodes, |r, c| node_inverse[r * nodes + c]);
        a -= &b * d * b.transpose();
    }
    a
}

/// The first cell of each connected part whose rows all add up to nothing.
fn held_cells(a: &faer::Mat<f64>) -> Vec<usize> {
    let n = a.nrows();
    let mut seen = vec![false; n];
    let mut held = Vec::new();
    for first in 0..n {
        if seen[first] || a[(first, first)] == 0.0 {
            continue;
        }
        seen[first] = true;
        let mut part = vec![first];
        let (mut next, mut tied, mut size) = (0, 0.0f64, 0.0f64);
        while next < part.len() {
            let r = part[next];
            next += 1;
            tied += (0..n).map(|c| a[(r, c)]).sum::<f64>();
            size += a[(r, r)];
            for c in 0..n {
                if !seen[c] && (a[(r, c)] != 0.0 || a[(c, r)] != 0.0) {
                    seen[c] = true;
                    part.push(c);
                }
            }
        }
        if tied.abs() <= 1e-13 * size {
            held.push(first);
        }
    }
    held
}
