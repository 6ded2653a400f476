//! Each operation of the flow on the GPU gives what its twin on the CPU gives, within f32's rounding.

use super::case::{field, poison};
use super::flow_case::{FlowCase, Operation, UNKNOWNS, outcome, tolerance};
use super::{Outcome, Test, compare, text};
use racktherm::backend::BackendError;
use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::flow::{FlowBackend, Unknown};
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use racktherm::backend::refinement::Refinement;
use racktherm::model::flow::{Convection, FlowProblem};

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("mass_defect_matches_its_twin", mass_defect),
    ("throughput_matches_its_twin", throughput),
    ("momentum_matches_its_twin", momentum),
    ("heat_matches_its_twin", heat),
    ("set_inertia_matches_its_twin", set_inertia),
    ("relax_matches_its_twin", relax),
    ("imbalance_matches_its_twin", imbalance),
    ("imbalance_repeats_bit_for_bit", imbalance_repeats),
    ("mobility_matches_its_twin", mobility),
    ("compress_matches_its_twin", compress),
    ("correct_matches_its_twin", correct),
    ("viscosity_matches_its_twin", viscosity),
    ("wrap_matches_its_twin", wrap),
    ("fan_flows_match_their_twin", fan_flows),
    ("set_laws_matches_its_twin", set_laws),
    ("restrict_flow_matches_its_twin", restrict_flow),
    ("restrict_imbalance_matches_its_twin", restrict_imbalance),
    ("prolong_flow_matches_its_twin", prolong_flow),
    ("a_state_comes_back_as_it_went", store),
    ("a_flow_fits_webgpus_default_limits", default_limits),
    ("workgroups_of_a_flow_beyond_a_dimension_are_folded", folded),
    ("a_flow_that_does_not_fit_a_binding_is_refused_before_anything_is_made", too_large),
    ("a_flow_takes_148_bytes_a_cell_with_heat_and_lvel", bytes),
    ("an_iteration_of_a_flow_is_one_submission_and_asks_for_no_memory", submissions),
];

/// Roundings on the longest way into a coefficient, sums of all sides included.
const ROUNDINGS: f64 = 32.0;

/// Compares operations on all problems, and says how much of the tolerance the worst entry took.
fn compare_all(gpu: &GpuBackend, operations: &[Operation], roundings: f64) -> Outcome {
    let cpu = CpuBackend::new();
    let mut worst: f64 = 0.0;
    for case in FlowCase::all() {
        for &operation in operations {
            let expected = outcome(&cpu, &case.problem, operation, |_| ())?;
            let found = outcome(gpu, &case.problem, operation, |flow| gpu.poison_flow(flow))?;
            let tolerance = tolerance(&cpu, &case, operation, &expected, roundings)?;
            let size = case.problem.shape.size;
            let what = format!("{operation:?} of {size:?}, {}", case.name);
            let shape = match operation {
                Operation::MassDefect | Operation::Throughput => size,
                _ if expected.len() % case.problem.shape.len() != 0 => [expected.len(), 1, 1],
                // Arrays one after the other, above each other along z.
                _ => [size[0] + 2, size[1] + 2, expected.len() / ((size[0] + 2) * (size[1] + 2))],
            };
            compare::fields(&what, shape, &expected, &found, &tolerance)?;
            for ((e, f), t) in expected.iter().zip(&found).zip(&tolerance).filter(|((e, f), _)| e != f) {
                worst = worst.max((f - e).abs() / t);
            }
        }
    }
    println!("{:?} and others: {:.2} of {roundings} roundings", operations[0], worst * roundings);
    Ok(())
}

pub(crate) fn mass_defect(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::MassDefect], ROUNDINGS)
}

pub(crate) fn throughput(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::Throughput], ROUNDINGS)
}

pub(crate) fn momentum(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[0, 1, 2].map(Operation::Momentum), ROUNDINGS)
}

pub(crate) fn heat(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::Heat], ROUNDINGS)
}

pub(crate) fn set_inertia(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &UNKNOWNS.map(Operation::SetInertia), ROUNDINGS)
}

pub(crate) fn relax(gpu: &GpuBackend) -> Outcome {
    for sweeps in [0, 1, 2, 5] {
        compare_all(gpu, &UNKNOWNS.map(|unknown| Operation::Relax(unknown, sweeps)), ROUNDINGS)?;
    }
    Ok(())
}

pub(crate) fn imbalance(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &UNKNOWNS.map(Operation::Imbalance), ROUNDINGS)
}

fn imbalance_repeats(gpu: &GpuBackend) -> Outcome {
    let case = &FlowCase::all()[4];
    let of = || outcome(gpu, &case.problem, Operation::Imbalance(Unknown::Velocity(0)), |_| ());
    let first = of()?;
    for _ in 0..3 {
        let again = of()?;
        if again != first {
            return Err(format!("first {first:?}, then {again:?}"));
        }
    }
    Ok(())
}

pub(crate) fn mobility(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::Mobility], ROUNDINGS)
}

pub(crate) fn compress(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::Compress], ROUNDINGS)
}

pub(crate) fn correct(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::Correct], ROUNDINGS)
}

pub(crate) fn viscosity(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::Viscosity], ROUNDINGS)
}

pub(crate) fn wrap(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &UNKNOWNS.map(Operation::Wrap), ROUNDINGS)
}

pub(crate) fn fan_flows(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::FanFlows], ROUNDINGS)
}

pub(crate) fn set_laws(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[0, 1, 2].map(Operation::SetLaws), ROUNDINGS)
}

pub(crate) fn restrict_flow(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::RestrictFlow], ROUNDINGS)
}

pub(crate) fn restrict_imbalance(gpu: &GpuBackend) -> Outcome {
    // A coefficient of a fine row, the row, and the sum of up to eighteen rows.
    compare_all(gpu, &UNKNOWNS.map(Operation::RestrictImbalance), 3.0 * ROUNDINGS)
}

pub(crate) fn prolong_flow(gpu: &GpuBackend) -> Outcome {
    compare_all(gpu, &[Operation::ProlongFlow], ROUNDINGS)
}

fn store(gpu: &GpuBackend) -> Outcome {
    // All of them are numbers of f32.
    compare_all(gpu, &[Operation::Store], 0.0)
}

fn default_limits(_: &GpuBackend) -> Outcome {
    let gpu = GpuBackend::new(&Choice::Any, LimitsChoice::WebGpuDefaults).map_err(text)?;
    [momentum, heat, mobility].iter().try_for_each(|test| test(&gpu))
}

fn folded(_: &GpuBackend) -> Outcome {
    let limits = LimitsChoice::Reduced { max_workgroups: 3, max_array: 1 << 20 };
    let gpu = GpuBackend::new(&Choice::Any, limits).map_err(text)?;
    let tests = [mass_defect, throughput, momentum, heat, set_inertia, imbalance, mobility, correct];
    tests.iter().chain(&[viscosity, wrap, fan_flows]).try_for_each(|test| test(&gpu))
}

/// A flow with everything in it.
fn everything(size: [usize; 3]) -> FlowProblem {
    FlowCase::new(size, (0, Convection::Bounded, true)).problem
}

fn too_large(_: &GpuBackend) -> Outcome {
    let limits = LimitsChoice::Reduced { max_workgroups: 65_535, max_array: 1 << 16 };
    let gpu = GpuBackend::new(&Choice::Any, limits).map_err(text)?;
    let before = gpu.bytes_requested();
    // 32 bytes for each of 14 × 14 × 12 values of a padded array.
    match gpu.flow(&everything([12, 12, 10])) {
        Err(BackendError::TooLarge { needed: 75_264, available: 65_536, .. }) => {}
        other => return Err(format!("{:?}", other.map(|_| ()))),
    }
    if gpu.bytes_requested() == before {
        return gpu.flow(&everything([10, 10, 10])).map(|_| ()).map_err(text);
    }
    Err(format!("{} bytes were asked for", gpu.bytes_requested() - before))
}

fn bytes(gpu: &GpuBackend) -> Outcome {
    let mut problem = everything([13, 11, 7]);
    problem.fans.clear();
    let made = || gpu.flow(&problem).map(|_| ());
    // The first flow begins with the self-test.
    made().map_err(text)?;
    let before = gpu.bytes_requested();
    let table = gpu.resident_arrays(made).map_err(text)?;
    if gpu.bytes_requested() != before {
        return Err("the table itself asks for memory".into());
    }
    made().map_err(text)?;
    let asked = gpu.bytes_requested() - before;
    let length = problem.shape.len() as u64;
    for arrays in table.iter().filter(|arrays| arrays.bytes >= length) {
        println!(
            "{:2} × {:30} {:6.1} B/value",
            arrays.count,
            arrays.name,
            arrays.bytes as f64 / length as f64
        );
    }
    let total: u64 = table.iter().map(|arrays| arrays.bytes).sum();
    let arrays: u64 = table.iter().filter(|a| a.bytes >= 4 * length).map(|a| a.bytes).sum();
    if asked == total && arrays == 148 * length {
        return Ok(());
    }
    Err(format!("{asked} bytes were asked for, {total} are in the table, {arrays} for {length} values"))
}

/// One iteration's operations: all unknowns, six sweeps each, continuity.
fn iterate(gpu: &GpuBackend, problem: &FlowProblem) -> Result<[u64; 2], String> {
    let mut flow = gpu.flow(problem).map_err(text)?;
    let mut r = field(gpu, problem.shape.size, &poison(problem.shape.size))?;
    let (before, bytes) = (gpu.counters(), gpu.bytes_requested());
    gpu.viscosity(&mut flow);
    for unknown in UNKNOWNS {
        match unknown {
            Unknown::Velocity(axis) => gpu.momentum(&mut flow, axis),
            Unknown::Temperature => gpu.heat(&mut flow),
        }
        gpu.set_inertia(&mut flow, unknown, 0.1);
        gpu.relax(&mut flow, unknown, 6, 0.0);
        gpu.wrap(&mut flow, unknown);
    }
    gpu.mass_defect(&flow, &mut r);
    gpu.correct(&mut flow, &r);
    gpu.throughput(&flow, &mut r);
    gpu.imbalance(&mut flow, Unknown::Temperature).map_err(text)?;
    Ok([(gpu.counters() - before).submissions, gpu.bytes_requested() - bytes])
}

fn submissions(gpu: &GpuBackend) -> Outcome {
    let problem = everything([7, 5, 3]);
    // The first makes the uniform buffers of its parameters.
    iterate(gpu, &problem)?;
    match iterate(gpu, &problem)? {
        [1, 0] => Ok(()),
        [submissions, bytes] => Err(format!("{submissions} submissions, {bytes} bytes")),
    }
}
