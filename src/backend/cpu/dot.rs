//! Σ_c x_c y_c by a tree whose shape depends on the length alone: the same bits on any number of cores.

use super::real::Real;

/// Values summed in a row at the leaves of the tree.
const LEAF: usize = 4096;

/// Σ x y.
pub(super) fn dot<T: Real>(x: &[T], y: &[T]) -> f64 {
    if x.len() <= LEAF {
        // Eight running sums keep the vector units busy; their order is fixed.
        let mut sums = [0.0; 8];
        let (xs, ys) = (x.chunks_exact(8), y.chunks_exact(8));
        let tail: f64 = xs.remainder().iter().zip(ys.remainder()).map(|(a, b)| a.to_f64() * b.to_f64()).sum();
        for (a, b) in xs.zip(ys) {
            for lane in 0..8 {
                sums[lane] += a[lane].to_f64() * b[lane].to_f64();
            }
        }
        return sums.iter().sum::<f64>() + tail;
    }
    let middle = (x.len() / 2).next_multiple_of(LEAF).min(x.len() - 1);
    let (x0, x1) = x.split_at(middle);
    let (y0, y1) = y.split_at(middle);
    let (a, b) = rayon::join(|| dot(x0, y0), || dot(x1, y1));
    a + b
}
