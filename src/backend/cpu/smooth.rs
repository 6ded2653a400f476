//! x_c = x_c + ω ((b_c + Σ_n a_cn x_n) / diagonal − x_c) for the cells of one colour (nodes by `scatter`).

use super::layout::Field;
use super::real::Real;
use super::rows::{cut, for_each_row_of, in_slabs, neighbours, row_of};
use super::stencil::Stencil;
use std::ops::Range;

/// So many half sweeps, colours in turn from `first` on; each reads what the one before left.
pub(super) fn sweep<T: Real>(
    a: &Stencil<T>,
    [first, half_sweeps]: [usize; 2],
    omega: f64,
    b: &Field<T>,
    x: &mut Field<T>,
) {
    in_slabs(a.layout, half_sweeps, 8 * size_of::<T>(), |s, planes| {
        smooth(a, (first + s) % 2, planes, omega, b, x);
    });
}

/// One relaxed Gauss–Seidel half sweep over some planes, without the nodes; rows with diagonal 0 keep x.
pub(super) fn smooth<T: Real>(
    a: &Stencil<T>,
    colour: usize,
    planes: Range<usize>,
    omega: f64,
    b: &Field<T>,
    x: &mut Field<T>,
) {
    let omega = T::from_f64(omega);
    let mut own = std::mem::take(&mut x.colours[colour]);
    let (start, values) = (a.layout.start, a.layout.values);
    for_each_row_of(
        a.layout,
        planes,
        &mut own[start..start + values],
        #[inline(always)]
        |row, x_row| {
            let (b, inverse) = (row_of(b, colour, row), a.inverse(colour, row));
            relax(omega, a.coefficients(colour, row), neighbours(x, colour, row), b, inverse, x_row);
        },
    );
    x.colours[colour] = own;
}

/// The cells of a row.
#[inline(always)]
fn relax<T: Real>(omega: T, a: [&[T]; 6], x: [&[T]; 6], b: &[T], inverse: &[T], x_row: &mut [T]) {
    let n = x_row.len();
    let [aw, ae, as_, an, ab, at] = cut(a, n);
    let [xw, xe, xs, xn, xb, xt] = cut(x, n);
    let (b, inverse) = (&b[..n], &inverse[..n]);
    for m in 0..n {
        let sum = b[m]
            + aw[m] * xw[m]
            + ae[m] * xe[m]
            + as_[m] * xs[m]
            + an[m] * xn[m]
            + ab[m] * xb[m]
            + at[m] * xt[m];
        let step = if inverse[m] > T::ZERO { omega } else { T::ZERO };
        x_row[m] += step * (sum * inverse[m] - x_row[m]);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Cpu;
    use super::*;
    use crate::backend::{Backend, Colour};
    use crate::model::system::LinearSystem;

    /// x after half sweeps, in one call or in as many calls, on so many threads.
    fn swept<T: Real>(system: &LinearSystem, threads: usize, at_once: bool) -> Vec<f64> {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
            let on = Cpu::<T>::new();
            let a = on.operator(system, &[]).unwrap();
            let [mut b, mut x] = [0; 2].map(|_| on.field(system.size).unwrap());
            let values = |f: f64| (0..system.cells()).map(|c| (f * c as f64).sin()).collect::<Vec<_>>();
            on.upload(&values(1.0), &mut b);
            on.upload(&values(2.0), &mut x);
            if at_once {
                on.sweep(&a, Colour::Black, 5, 1.25, &b, &mut x);
            } else {
                (0..5).for_each(|s| on.smooth(&a, Colour::Black.after(s), 1.25, &b, &mut x));
            }
            on.download(&x).unwrap()
        })
    }

    #[test]
    fn half_sweeps_that_follow_each_other_through_the_cache_give_the_same_bits_as_one_by_one() {
        // A plane holds a good part of a slab, so that there are several slabs; and a level of few planes.
        for size in [[131, 127, 29], [257, 255, 3]] {
            for advective in [false, true] {
                let mut system = LinearSystem::zeros(size, advective);
                let strides = system.strides();
                for axis in 0..3 {
                    for c in (0..system.cells()).filter(|c| c / strides[axis] % size[axis] + 1 < size[axis]) {
                        system.from_upper[axis][c] = 1.5 + f64::sin((3 * c + axis) as f64);
                        if advective {
                            system.from_lower[axis][c] = 1.5 + f64::sin((5 * c + axis) as f64);
                        }
                    }
                }
                for threads in [1, 3] {
                    let one_by_one = swept::<f64>(&system, 1, false);
                    assert!(one_by_one == swept::<f64>(&system, threads, true), "{size:?} f64 {threads}");
                    let one_by_one = swept::<f32>(&system, 1, false);
                    assert!(one_by_one == swept::<f32>(&system, threads, true), "{size:?} f32 {threads}");
                }
            }
        }
    }
}
