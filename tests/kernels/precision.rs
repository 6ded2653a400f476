//! True residuals in every precision: the same numbers on each route, found wrong where they are, and
//! chosen by what the device can do.

use super::case::{Case, UNIT, absolute, cells, field, poison, values};
use super::{Outcome, Test, compare, text};
use racktherm::backend::cpu::{CpuBackend, Extended};
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice, devices};
use racktherm::backend::refinement::{Refinement, ResidualPrecision, ResidualSums};
use racktherm::backend::{Backend, BackendError};
use racktherm::model::system::State;

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("residuals_in_f64_two_words_and_on_the_host_agree_within_1e_12_of_their_terms", three_routes),
    ("one_last_place_of_f32_in_a_value_is_no_agreement", f32_is_not_enough),
    ("two_words_without_their_protection_fail_the_self_test", unprotected),
    ("residuals_are_f64_where_shaders_have_it_then_two_words_then_the_hosts", chosen),
    ("sums_of_a_residual_repeat_bit_for_bit", repeats),
];

/// Share of |A||x| + |b| by which residuals of two routes may differ.
const AGREEMENT: f64 = 1e-12;

/// What a refinement step leaves: residual, magnitudes, sums, scaled right-hand side and corrected values.
struct Step {
    residual: State,
    magnitude: State,
    sums: ResidualSums,
    right: Vec<f64>,
    corrected: State,
}

/// x and b that f32 does not hold, and a correction that it does.
fn numbers(case: &Case) -> (State, State, Vec<f64>) {
    let nodes = case.system.nodes();
    let third = |values: Vec<f64>, factor: f64| values.iter().map(|v| v * factor / 3.0).collect::<Vec<_>>();
    let x = State { cells: third(case.x.clone(), 100.0), nodes: third(values([nodes, 1, 1], 21), 100.0) };
    let b = State { cells: third(case.b.clone(), 1.0), nodes: third(values([nodes, 1, 1], 22), 1.0) };
    (x, b, values(case.size(), 23))
}

/// A step of a case on a backend; `poison_all` and `look` reach into what only it knows.
fn step<B: Refinement>(
    backend: &B,
    case: &Case,
    poison_all: impl Fn(&B::Extended<'_>, &B::Operator),
    look: impl Fn(&B::Extended<'_>) -> Result<(State, State), String>,
) -> Result<Step, String> {
    let (x, b, e) = numbers(case);
    let a = backend.operator(&case.system, &case.inverse).map_err(text)?;
    let mut extended = backend.extended(&case.system, &case.inverse).map_err(text)?;
    let mut r = field(backend, case.size(), &poison(case.size()))?;
    backend.set_values(&mut extended, &x, &b);
    poison_all(&extended, &a);
    backend.refined_residual(&mut extended, &a, &mut r);
    let sums = backend.residual_sums(&extended).map_err(text)?;
    let (residual, magnitude) = look(&extended)?;
    let right = backend.download(&r).map_err(text)?;
    let e = field(backend, case.size(), &e)?;
    backend.add_correction(&mut extended, &a, &e).map_err(text)?;
    let corrected = backend.values(&extended).map_err(text)?;
    Ok(Step { residual, magnitude, sums, right, corrected })
}

fn on_cpu(case: &Case) -> Result<Step, String> {
    step(&CpuBackend::new(), case, |_, _| (), |extended: &Extended<'_>| Ok(extended.true_residual()))
}

fn on_gpu(gpu: &GpuBackend, case: &Case) -> Result<Step, String> {
    let poison_all = |extended: &racktherm::backend::gpu::Extended<'_>, a: &_| {
        gpu.poison_residual(extended);
        gpu.poison_scratch(Some(a));
    };
    step(gpu, case, poison_all, |extended| gpu.true_residual(extended).map_err(text))
}

/// |D⁻¹| v.
fn node_magnitude(case: &Case, v: &[f64]) -> Vec<f64> {
    let rows = case.inverse.chunks(v.len().max(1));
    rows.map(|row| row.iter().zip(v).map(|(d, v)| d.abs() * v).sum()).collect()
}

/// The two steps of one case, number by number.
fn same(what: &str, case: &Case, expected: &Step, found: &Step) -> Outcome {
    let size = case.size();
    let share = |factor: f64, of: &[f64]| of.iter().map(|m| factor * m).collect::<Vec<_>>();
    let (m, r) = (&expected.magnitude, &expected.residual);
    compare::fields(what, size, &r.cells, &found.residual.cells, &share(AGREEMENT, &m.cells))?;
    compare::numbers(what, &r.nodes, &found.residual.nodes, &share(AGREEMENT, &m.nodes))?;
    // A magnitude is a sum of some products in f32; nodes add up their links.
    let links = case.system.border.cell_links.len() as f64;
    let roundings = (24.0 + links) * UNIT;
    compare::fields(what, size, &m.cells, &found.magnitude.cells, &share(roundings, &m.cells))?;
    compare::numbers(what, &m.nodes, &found.magnitude.nodes, &share(roundings, &m.nodes))?;

    let (sums, total) = (expected.sums, m.values().sum::<f64>());
    compare::numbers("Σ r", &[sums.sum], &[found.sums.sum], &[AGREEMENT * total])?;
    let norms = [sums.norm, sums.magnitude];
    let tolerance = share(roundings, &[sums.norm + AGREEMENT * total, sums.magnitude]);
    compare::numbers("norms", &norms, &[found.sums.norm, found.sums.magnitude], &tolerance)?;

    // Right-hand side and corrected values are f32's: bounded by the magnitudes of their terms.
    let node_r: Vec<f64> = r.nodes.iter().map(|v| v.abs() / sums.norm).collect();
    let mut right: Vec<f64> = r.cells.iter().map(|v| v.abs() / sums.norm).collect();
    let (_, _, e) = numbers(case);
    let mut node_side = node_r.clone();
    let held = node_magnitude(case, &node_r);
    for link in &case.system.border.cell_links {
        right[link.cell] += link.conductance * held[link.node];
        node_side[link.node] += link.conductance * e[link.cell].abs();
    }
    let roundings = (case.roundings() + 8) as f64 * UNIT;
    compare::fields("r / ‖r‖", size, &expected.right, &found.right, &share(roundings, &right))?;
    let (x, _, _) = numbers(case);
    let stored = |x: &[f64], step: &[f64]| -> Vec<f64> {
        let both = x.iter().zip(step);
        both.map(|(x, e)| 1e-14 * x.abs() + roundings * sums.norm * e).collect()
    };
    let (cells, nodes) = (&expected.corrected.cells, &expected.corrected.nodes);
    compare::fields("x + ‖r‖ e", size, cells, &found.corrected.cells, &stored(&x.cells, &absolute(&e)))?;
    let node_step = node_magnitude(case, &node_side);
    compare::numbers("nodes", nodes, &found.corrected.nodes, &stored(&x.nodes, &node_step))
}

/// Residuals of this backend against the CPU's, for all cases.
pub(crate) fn residuals(gpu: &GpuBackend) -> Outcome {
    for case in Case::all() {
        let expected = on_cpu(&case)?;
        let what = format!("{} of {}", gpu.residual_precision(), case.name);
        same(&what, &case, &expected, &on_gpu(gpu, &case)?)?;
        // The twin itself against the assembly that the oracle knows.
        let (x, b, _) = numbers(&case);
        let (r, m) = case.system.residual(&x, &b);
        let tolerance: Vec<f64> = m.values().map(|m| 1e-14 * m).collect();
        let found: Vec<f64> = expected.residual.values().collect();
        compare::numbers("the twin", &r.values().collect::<Vec<_>>(), &found, &tolerance)?;
    }
    Ok(())
}

fn unchanged(_: &str, source: &str) -> String {
    source.to_owned()
}

/// A backend with residuals in a precision; none where the device has no f64.
pub(crate) fn open(precision: ResidualPrecision) -> Result<Option<GpuBackend>, String> {
    if precision == ResidualPrecision::F64 && !devices().iter().any(|device| device.shader_f64) {
        return Ok(None);
    }
    let (choice, limits) = (Choice::Any, LimitsChoice::Adapter);
    GpuBackend::with_residuals(&choice, limits, precision, &unchanged).map(Some).map_err(text)
}

fn three_routes(_: &GpuBackend) -> Outcome {
    for precision in [ResidualPrecision::F64, ResidualPrecision::TwoWords, ResidualPrecision::Host] {
        if let Some(gpu) = open(precision)? {
            gpu.self_test().map_err(text)?;
            residuals(&gpu)?;
        }
    }
    Ok(())
}

fn f32_is_not_enough(_: &GpuBackend) -> Outcome {
    let Some(gpu) = open(ResidualPrecision::TwoWords)? else { return Err("no two words".into()) };
    let case = Case::new([7, 5, 3], true, 3);
    let expected = on_cpu(&case)?;
    let mut found = on_gpu(&gpu, &case)?;
    let last = cells(case.size()) - 1;
    found.residual.cells[last] += UNIT * expected.magnitude.cells[last];
    match same("one last place", &case, &expected, &found) {
        Err(_) => Ok(()),
        Ok(()) => Err("it passes".into()),
    }
}

/// What stands between a rounded value and the driver's compiler.
const PROTECTION: &str = "bitcast<f32>(bitcast<u32>(value) ^ run_time_zero)";

fn unprotected(_: &GpuBackend) -> Outcome {
    let edit = |_: &str, source: &str| source.replace(PROTECTION, "value");
    let (choice, limits) = (Choice::Any, LimitsChoice::WebGpuDefaults);
    let precision = ResidualPrecision::TwoWords;
    let gpu = GpuBackend::with_residuals(&choice, limits, precision, &edit).map_err(text)?;
    match gpu.self_test() {
        Err(BackendError::SelfTest { reason, .. }) => println!("without protection: {reason}"),
        // A compiler that leaves the error terms alone needs no protection, and then none is missed.
        Ok(()) => return residuals(&gpu),
        Err(other) => return Err(other.to_string()),
    }
    if residuals(&gpu).is_ok() {
        return Err("the self-test fails, but residuals are right".into());
    }
    let gpu = GpuBackend::with_edited_kernels(&choice, limits, &edit).map_err(text)?;
    gpu.self_test().map_err(text)?;
    is(&gpu, ResidualPrecision::Host, "f64 on the host")
}

fn is(gpu: &GpuBackend, precision: ResidualPrecision, name: &str) -> Outcome {
    let found = gpu.description().residual_precision;
    if (found, found.to_string().as_str()) == (precision, name) {
        Ok(())
    } else {
        Err(format!("residuals in {found} instead of {name}"))
    }
}

fn chosen(gpu: &GpuBackend) -> Outcome {
    let choice = Choice::Any;
    if devices().iter().any(|device| device.shader_f64) {
        is(gpu, ResidualPrecision::F64, "f64")?;
        // f64 that computes wrongly is not taken.
        let edit = |_: &str, source: &str| source.replace("return a * b;", "return a * b * f64(1.000001);");
        let wrong = GpuBackend::with_edited_kernels(&choice, LimitsChoice::Adapter, &edit).map_err(text)?;
        is(&wrong, ResidualPrecision::TwoWords, "two f32 words")?;
    }
    let plain = GpuBackend::new(&choice, LimitsChoice::WebGpuDefaults).map_err(text)?;
    is(&plain, ResidualPrecision::TwoWords, "two f32 words")
}

fn repeats(_: &GpuBackend) -> Outcome {
    for precision in [ResidualPrecision::F64, ResidualPrecision::TwoWords] {
        let Some(gpu) = open(precision)? else { continue };
        let case = Case::new([33, 9, 5], true, 3);
        let first = on_gpu(&gpu, &case)?.sums;
        for _ in 0..3 {
            let again = on_gpu(&gpu, &case)?.sums;
            if again != first {
                return Err(format!("{precision}: first {first:?}, then {again:?}"));
            }
        }
    }
    Ok(())
}
