//! Each operation on the GPU gives what its twin on the CPU gives, within f32's rounding, whatever its
//! outputs and scratch arrays held before.

use super::case::{Case, SIZES, UNIT, absolute, bound, cells, field, poison, values};
use super::compare;
use super::problems;
use super::random::Random;
use super::{Outcome, Test, text};
use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::gpu::GpuBackend;
use racktherm::backend::{Backend, Coarsening, Colour};

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("apply_matches_its_twin", apply),
    ("residual_matches_its_twin", residual),
    ("smooth_matches_its_twin", smooth),
    ("smooth_first_matches_its_twin", smooth_first),
    ("smooth_lines_matches_its_twin", smooth_lines),
    ("a_row_without_coefficients_keeps_its_value_when_smoothed", smooth_empty_row),
    ("restrict_matches_its_twin", restrict),
    ("prolong_matches_its_twin", prolong),
    ("deflate_matches_its_twin", deflate),
    ("dot_matches_its_twin", dot),
    ("dot_repeats_bit_for_bit", dot_repeats),
    ("axpy_matches_its_twin", axpy),
    ("divide_matches_its_twin_and_raises_the_flag_alike", divide),
    ("multiply_matches_its_twin", multiply),
    ("copy_and_clear_keep_and_forget_every_value", copy_and_clear),
];

/// Sizes for sums: the last one gives every invocation of dot_partial more than one cell.
const SUMS: [[usize; 3]; 4] = [[1, 1, 1], [33, 9, 5], [257, 1, 1], [257, 257, 1]];

pub(crate) fn apply(gpu: &GpuBackend) -> Outcome {
    for mut case in Case::all() {
        case.b.fill(0.0);
        let expected = case.apply(&CpuBackend::new(), |_| ())?;
        let found = case.apply(gpu, |a| gpu.poison_scratch(Some(a)))?;
        let tolerance = bound(case.roundings(), &case.magnitude());
        compare::fields(&format!("A x, {}", case.name), case.size(), &expected, &found, &tolerance)?;
    }
    Ok(())
}

pub(crate) fn residual(gpu: &GpuBackend) -> Outcome {
    Case::all().iter().try_for_each(|case| residual_of(gpu, case))
}

/// b − A x of one case.
pub(crate) fn residual_of(gpu: &GpuBackend, case: &Case) -> Outcome {
    let expected = case.residual(&CpuBackend::new(), |_| ())?;
    let found = case.residual(gpu, |a| gpu.poison_scratch(Some(a)))?;
    let tolerance = bound(case.roundings(), &case.magnitude());
    compare::fields(&format!("b − A x, {}", case.name), case.size(), &expected, &found, &tolerance)
}

pub(crate) fn smooth(gpu: &GpuBackend) -> Outcome {
    let cpu = CpuBackend::new();
    for case in Case::all() {
        for sweep @ (colour, omega) in [(Colour::Red, 1.0), (Colour::Black, 1.0), (Colour::Red, 1.25)] {
            let expected = case.smooth(&cpu, sweep, &case.b, &case.x, |_| ())?;
            let found = case.smooth(gpu, sweep, &case.b, &case.x, |a| gpu.poison_scratch(Some(a)))?;
            // Coefficients are positive: the sweep of magnitudes is the magnitude of the sweep, but for what
            // over-relaxation takes away again. The diagonal's eight terms, a division of 2.5 units and the
            // relaxation come on top.
            let swept = case.smooth(&cpu, (colour, 1.0), &absolute(&case.b), &absolute(&case.x), |_| ())?;
            let magnitude: Vec<f64> = swept
                .iter()
                .zip(&case.x)
                .map(|(s, x)| omega * s + (omega - 1.0) * x.abs() + x.abs())
                .collect();
            let tolerance = bound(case.roundings() + 20, &magnitude);
            let what = format!("{colour:?} half sweep with {omega}, {}", case.name);
            compare::fields(&what, case.size(), &expected, &found, &tolerance)?;
            let kept = (0..found.len()).filter(|&c| !case.is(c, colour)).all(|c| found[c] == case.x[c]);
            if !kept {
                return Err(format!("{what} of {:?} changes cells of the other colour", case.size()));
            }
        }
    }
    Ok(())
}

pub(crate) fn smooth_first(gpu: &GpuBackend) -> Outcome {
    for case in Case::all() {
        let expected = case.smooth_first(&CpuBackend::new(), &case.b)?;
        let found = case.smooth_first(gpu, &case.b)?;
        // The diagonal's eight terms, a division of 2.5 units and a product.
        let what = format!("first half sweep, {}", case.name);
        compare::fields(&what, case.size(), &expected, &found, &bound(16, &absolute(&expected)))?;
    }
    Ok(())
}

pub(crate) fn smooth_lines(gpu: &GpuBackend) -> Outcome {
    let cpu = CpuBackend::new();
    for case in Case::all() {
        for axis in 0..3 {
            for colour in [Colour::Red, Colour::Black] {
                let sweep = (axis, colour);
                let expected = case.smooth_lines(&cpu, sweep, [&case.b, &case.x], |_, _| ())?;
                let poisoned = |a: &_, lines: &_| {
                    gpu.poison_scratch(Some(a));
                    gpu.poison_lines(lines);
                };
                let found = case.smooth_lines(gpu, sweep, [&case.b, &case.x], poisoned)?;
                // Everything is positive: the sweep of magnitudes is the magnitude of the sweep. Each cell of a
                // line adds the roundings of its pivot, two products and two sums.
                let magnitudes = [&absolute(&case.b)[..], &absolute(&case.x)];
                let magnitude = case.smooth_lines(&cpu, sweep, magnitudes, |_, _| ())?;
                let tolerance = bound(case.roundings() + 8 * case.size()[axis], &magnitude);
                let what = format!("{colour:?} half sweep by lines along axis {axis}, {}", case.name);
                compare::fields(&what, case.size(), &expected, &found, &tolerance)?;
                let kept = |c: usize| case.line_is(c, sweep) || found[c] == case.x[c];
                if !(0..found.len()).all(kept) {
                    return Err(format!("{what} of {:?} changes lines of the other colour", case.size()));
                }
            }
        }
    }
    Ok(())
}

fn smooth_empty_row(gpu: &GpuBackend) -> Outcome {
    let mut case = Case::new([3, 1, 1], false, 0);
    for axis in &mut case.system.from_upper {
        axis.fill(0.0);
    }
    case.system.sink = vec![0.0, 2.0, 0.0];
    (case.x, case.b) = (vec![5.0, 6.0, 7.0], vec![1.0; 3]);
    let red = case.smooth(gpu, (Colour::Red, 1.0), &case.b, &case.x, |_| ())?;
    let black = case.smooth(gpu, (Colour::Black, 1.0), &case.b, &case.x, |_| ())?;
    compare::numbers("red", &[5.0, 6.0, 7.0], &red, &[0.0; 3])?;
    compare::numbers("black", &[5.0, 0.5, 7.0], &black, &[0.0; 3])
}

/// A coarsening of every size along every axis.
fn coarsenings() -> impl Iterator<Item = Coarsening> {
    SIZES.into_iter().flat_map(|size| (0..3).map(move |axis| problems::coarsening(size, axis, 5)))
}

pub(crate) fn restrict(gpu: &GpuBackend) -> Outcome {
    fn restricted<B: Backend>(backend: &B, c: &Coarsening, values: &[f64]) -> Result<Vec<f64>, String> {
        let transfer = backend.transfer(c).map_err(text)?;
        let fine = field(backend, c.fine, values)?;
        let mut coarse = field(backend, c.coarse(), &poison(c.coarse()))?;
        backend.restrict(&transfer, &fine, &mut coarse);
        backend.download(&coarse).map_err(text)
    }
    for coarsening in coarsenings() {
        let x = values(coarsening.fine, 6);
        let expected = restricted(&CpuBackend::new(), &coarsening, &x)?;
        let magnitude = restricted(&CpuBackend::new(), &coarsening, &absolute(&x))?;
        let found = restricted(gpu, &coarsening, &x)?;
        let what = format!("restriction of {:?} along axis {}", coarsening.fine, coarsening.axis);
        // Four products and their sum.
        compare::fields(&what, coarsening.coarse(), &expected, &found, &bound(8, &magnitude))?;
    }
    Ok(())
}

pub(crate) fn prolong(gpu: &GpuBackend) -> Outcome {
    fn prolonged<B: Backend>(backend: &B, c: &Coarsening, values: [&[f64]; 2]) -> Result<Vec<f64>, String> {
        let transfer = backend.transfer(c).map_err(text)?;
        let coarse = field(backend, c.coarse(), values[0])?;
        let mut fine = field(backend, c.fine, values[1])?;
        backend.prolong(&transfer, &coarse, &mut fine);
        backend.download(&fine).map_err(text)
    }
    for coarsening in coarsenings() {
        let (coarse, fine) = (values(coarsening.coarse(), 7), values(coarsening.fine, 8));
        let expected = prolonged(&CpuBackend::new(), &coarsening, [&coarse, &fine])?;
        let magnitude = prolonged(&CpuBackend::new(), &coarsening, [&absolute(&coarse), &absolute(&fine)])?;
        let found = prolonged(gpu, &coarsening, [&coarse, &fine])?;
        let what = format!("prolongation along axis {}", coarsening.axis);
        compare::fields(&what, coarsening.fine, &expected, &found, &bound(5, &magnitude))?;
    }
    Ok(())
}

pub(crate) fn deflate(gpu: &GpuBackend) -> Outcome {
    fn deflated<B: Backend>(
        backend: &B,
        size: [usize; 3],
        (of_cell, inverse): (&[u32], &[f64]),
        values: [&[f64]; 2],
    ) -> Result<Vec<f64>, String> {
        let bodies = backend.deflation(size, of_cell, inverse).map_err(text)?;
        let r = field(backend, size, values[0])?;
        let mut x = field(backend, size, values[1])?;
        // What an earlier use has left must not matter.
        backend.deflate(&bodies, &field(backend, size, &poison(size))?, &mut x);
        backend.upload(values[1], &mut x);
        backend.deflate(&bodies, &r, &mut x);
        backend.download(&x).map_err(text)
    }
    for size in SIZES {
        let of_cell = problems::bodies(cells(size), 5, 17);
        let count = of_cell.iter().copied().max().unwrap_or(0) as usize;
        if count == 0 {
            continue;
        }
        let (inverse, r, x) = (Random::new(18).values(count * count), values(size, 19), values(size, 20));
        let cpu = CpuBackend::new();
        let expected = deflated(&cpu, size, (&of_cell, &inverse), [&r, &x])?;
        let magnitude =
            deflated(&cpu, size, (&of_cell, &absolute(&inverse)), [&absolute(&r), &absolute(&x)])?;
        let found = deflated(gpu, size, (&of_cell, &inverse), [&r, &x])?;
        // Sums over at most all cells, a row of the inverse, and the last addition.
        let roundings = 4 + cells(size) + 2 * count;
        compare::fields("the bodies' correction", size, &expected, &found, &bound(roundings, &magnitude))?;
    }
    Ok(())
}

fn product<B: Backend>(backend: &B, size: [usize; 3], x: &[f64], y: &[f64]) -> Result<f64, String> {
    let (x, y) = (field(backend, size, x)?, field(backend, size, y)?);
    let nan = field(backend, [1, 1, 1], &[f64::NAN])?;
    let mut out = backend.scalar();
    backend.dot(&nan, &nan, &mut out);
    backend.dot(&x, &y, &mut out);
    Ok(backend.read(&[&out]).map_err(text)?.0[0])
}

pub(crate) fn dot(gpu: &GpuBackend) -> Outcome {
    for size in SUMS {
        let (x, y) = (values(size, 9), values(size, 10));
        let expected = product(&CpuBackend::new(), size, &x, &y)?;
        let magnitude = product(&CpuBackend::new(), size, &absolute(&x), &absolute(&y))?;
        gpu.poison_scratch(None);
        let found = product(gpu, size, &x, &y)?;
        // A product, the cells of an invocation, and two trees of eight levels.
        let roundings = 1 + cells(size).div_ceil(65_536) + 16;
        compare::numbers("Σ x y", &[expected], &[found], &bound(roundings, &[magnitude]))?;
    }
    Ok(())
}

fn dot_repeats(gpu: &GpuBackend) -> Outcome {
    let size = [257, 257, 1];
    let (x, y) = (values(size, 9), values(size, 10));
    let first = product(gpu, size, &x, &y)?;
    for _ in 0..5 {
        let again = product(gpu, size, &x, &y)?;
        if again.to_bits() != first.to_bits() {
            return Err(format!("first {first:e}, then {again:e}"));
        }
    }
    Ok(())
}

pub(crate) fn axpy(gpu: &GpuBackend) -> Outcome {
    fn stepped<B: Backend>(
        backend: &B,
        sign: f64,
        v: [&[f64]; 3],
        size: [usize; 3],
    ) -> Result<Vec<f64>, String> {
        let (x, mut y) = (field(backend, size, v[1])?, field(backend, size, v[2])?);
        let (factor, one) = (field(backend, [1, 1, 1], v[0])?, field(backend, [1, 1, 1], &[1.0])?);
        let mut alpha = backend.scalar();
        backend.dot(&factor, &one, &mut alpha);
        backend.axpy(sign, &alpha, &x, &mut y);
        backend.download(&y).map_err(text)
    }
    for size in SIZES {
        let (alpha, x, y) = (values([1, 1, 1], 11), values(size, 12), values(size, 13));
        for sign in [1.0, -1.0] {
            let expected = stepped(&CpuBackend::new(), sign, [&alpha, &x, &y], size)?;
            let magnitudes = [&absolute(&alpha)[..], &absolute(&x), &absolute(&y)];
            let magnitude = stepped(&CpuBackend::new(), 1.0, magnitudes, size)?;
            let found = stepped(gpu, sign, [&alpha, &x, &y], size)?;
            compare::fields(&format!("y {sign:+} α x"), size, &expected, &found, &bound(3, &magnitude))?;
        }
    }
    Ok(())
}

pub(crate) fn divide(gpu: &GpuBackend) -> Outcome {
    fn quotient<B: Backend>(backend: &B, values: [f64; 2]) -> Result<(f64, bool), String> {
        let one = field(backend, [1, 1, 1], &[1.0])?;
        let [mut numerator, mut denominator, mut out] = [0; 3].map(|_| backend.scalar());
        backend.dot(&field(backend, [1, 1, 1], &values[..1])?, &one, &mut numerator);
        backend.dot(&field(backend, [1, 1, 1], &values[1..])?, &one, &mut denominator);
        backend.dot(&field(backend, [1, 1, 1], &[f64::NAN])?, &one, &mut out);
        backend.divide(&numerator, &denominator, &mut out);
        let (found, broken) = backend.read(&[&out]).map_err(text)?;
        if backend.read(&[]).map_err(text)?.1 {
            return Err("the flag stays up after it was read".into());
        }
        Ok((found[0], broken))
    }
    let (nan, infinity) = (f64::NAN, f64::INFINITY);
    let valid = [[1.0, 3.0], [-5.0, 7.0], [0.0, 2.0], [1e-20, 1e-10], [1.0, 1.5e-38]];
    let broken = [[1.0, 0.0], [1.0, -2.0], [1.0, nan], [1.0, infinity], [nan, 1.0], [infinity, 1.0]];
    for values in valid.into_iter().chain(broken) {
        let (expected, flag) = quotient(&CpuBackend::new(), values)?;
        let (found, found_flag) = quotient(gpu, values)?;
        if flag != found_flag {
            return Err(format!("{values:?}: the flag is {found_flag} instead of {flag}"));
        }
        // Both rounded to f32, and a division of 2.5 units.
        compare::numbers(&format!("{values:?}"), &[expected], &[found], &[6.0 * UNIT * expected.abs()])?;
    }
    Ok(())
}

pub(crate) fn multiply(gpu: &GpuBackend) -> Outcome {
    fn multiplied<B: Backend>(
        backend: &B,
        size: [usize; 3],
        m: &[f64],
        x: &[f64],
    ) -> Result<Vec<f64>, String> {
        let m = backend.dense(cells(size), m).map_err(text)?;
        let x = field(backend, size, x)?;
        let mut y = field(backend, size, &poison(size))?;
        backend.multiply(&m, &x, &mut y);
        backend.download(&y).map_err(text)
    }
    for size in [[1, 1, 1], [7, 5, 3], [257, 1, 1]] {
        let rows = cells(size);
        let (m, x) = (Random::new(14).values(rows * rows), values(size, 15));
        let expected = multiplied(&CpuBackend::new(), size, &m, &x)?;
        let magnitude = multiplied(&CpuBackend::new(), size, &absolute(&m), &absolute(&x))?;
        let found = multiplied(gpu, size, &m, &x)?;
        compare::fields("M x", size, &expected, &found, &bound(2 + rows, &magnitude))?;
    }
    Ok(())
}

fn copy_and_clear(gpu: &GpuBackend) -> Outcome {
    for size in SIZES {
        let values = values(size, 16);
        let (mut x, mut y) = (field(gpu, size, &values)?, field(gpu, size, &poison(size))?);
        gpu.copy(&x, &mut y);
        gpu.clear(&mut x);
        let zeros = vec![0.0; values.len()];
        compare::fields("copy", size, &values, &gpu.download(&y).map_err(text)?, &zeros)?;
        compare::fields("clear", size, &zeros, &gpu.download(&x).map_err(text)?, &zeros)?;
        let fresh = gpu.field(size).map_err(text)?;
        compare::fields("new field", size, &zeros, &gpu.download(&fresh).map_err(text)?, &zeros)?;
    }
    Ok(())
}
