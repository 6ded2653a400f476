//! Each operation of the flow on the GPU gives what its twin on the CPU gives, within f32's rounding.

use super::flow_case::{FlowCase, Operation, UNKNOWNS, outcome, tolerance};
use super::{Outcome, Test, compare};
use racktherm::backend::cpu::CpuBackend;
use racktherm::backend::flow::Unknown;
use racktherm::backend::gpu::GpuBackend;

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
    ("correct_matches_its_twin", correct),
    ("viscosity_matches_its_twin", viscosity),
    ("wrap_matches_its_twin", wrap),
    ("fan_flows_match_their_twin", fan_flows),
    ("set_laws_matches_its_twin", set_laws),
    ("a_state_comes_back_as_it_went", store),
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

fn store(gpu: &GpuBackend) -> Outcome {
    // All of them are numbers of f32.
    compare_all(gpu, &[Operation::Store], 0.0)
}
