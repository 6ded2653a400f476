//! Limits, failures and cost of the GPU backend.

use super::case::{Case, field, poison, values};
use super::{Outcome, Test, compare, open, parity, text};
use racktherm::backend::gpu::{Choice, Counters, GpuBackend, LimitsChoice, devices};
use racktherm::backend::refinement::ResidualPrecision;
use racktherm::backend::{Backend, BackendError, Colour, Stopwatch};

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("webgpu_default_limits_are_enough", default_limits),
    ("more_workgroups_than_a_dimension_takes_are_folded", folded),
    ("an_array_that_is_too_large_is_refused_with_both_numbers", too_large),
    ("a_lost_device_is_an_error_of_the_next_read", lost),
    ("a_kernel_that_does_not_compile_is_named_with_its_line", misspelt_kernel),
    ("an_array_that_the_shader_renamed_is_named", renamed_array),
    ("fields_of_different_sizes_are_an_error", sizes),
    ("auto_never_lists_a_software_driver", software),
    ("many_kernels_go_into_one_submission", one_submission),
    ("a_submission_holds_a_bounded_number_of_kernels", bounded_submission),
    ("an_upload_comes_after_what_was_queued_before", upload_order),
    ("a_time_is_above_0_and_within_that_of_the_host", device_time),
    ("bind_groups_repeat_and_end_with_their_fields", bind_groups),
];

fn default_limits(_: &GpuBackend) -> Outcome {
    let gpu = GpuBackend::new(&Choice::Any, LimitsChoice::WebGpuDefaults).map_err(text)?;
    parity::residual(&gpu)?;
    parity::smooth(&gpu)
}

fn folded(_: &GpuBackend) -> Outcome {
    let limits = LimitsChoice::Reduced { max_workgroups: 3, max_array: 1 << 20 };
    let gpu = GpuBackend::new(&Choice::Any, limits).map_err(text)?;
    // Gathering takes a workgroup for each node.
    parity::residual_of(&gpu, &Case::new([7, 5, 3], false, 5))?;
    let tests = [parity::apply, parity::smooth, parity::prolong, parity::axpy, parity::dot];
    tests.iter().try_for_each(|test| test(&gpu))
}

fn too_large(_: &GpuBackend) -> Outcome {
    let limits = LimitsChoice::Reduced { max_workgroups: 65_535, max_array: 1 << 16 };
    let gpu = GpuBackend::new(&Choice::Any, limits).map_err(text)?;
    match gpu.field([1 << 14, 1, 2]) {
        Err(BackendError::TooLarge { needed: 131_072, available: 65_536, .. }) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

fn lost(_: &GpuBackend) -> Outcome {
    let gpu = open().map_err(text)?;
    let x = field(&gpu, [3, 1, 1], &[1.0, 2.0, 3.0])?;
    gpu.abandon_device();
    match (gpu.download(&x), gpu.read(&[])) {
        (Err(BackendError::DeviceFailed { .. }), Err(BackendError::DeviceFailed { .. })) => Ok(()),
        other => Err(format!("{other:?}")),
    }
}

/// The message with which a backend of edited kernels refuses to open.
fn refusal(edit: &dyn Fn(&str, &str) -> String) -> Result<String, String> {
    match GpuBackend::with_edited_kernels(&Choice::Any, LimitsChoice::Adapter, edit) {
        Err(error) => Ok(error.to_string()),
        Ok(_) => Err("it opens".into()),
    }
}

fn misspelt_kernel(_: &GpuBackend) -> Outcome {
    let message = refusal(&|_, source| source.replace("linear_workgroup(", "linear_workgrup("))?;
    let named = message.contains("kernel apply") && message.contains("linear_workgrup");
    if named { Ok(()) } else { Err(message) }
}

fn renamed_array(_: &GpuBackend) -> Outcome {
    // The binding is only asked for when the kernel runs; the self-test runs them all.
    let edit = |name: &str, source: &str| {
        if name == "axpy" { source.replace("alpha", "alfa") } else { source.to_owned() }
    };
    let (choice, limits) = (Choice::Any, LimitsChoice::Adapter);
    let gpu = GpuBackend::with_residuals(&choice, limits, ResidualPrecision::Host, &edit).map_err(text)?;
    let message = gpu.self_test().err().map(text).unwrap_or_default();
    if message.contains("no array 'alpha'; did you mean 'alfa'") { Ok(()) } else { Err(message) }
}

fn sizes(_: &GpuBackend) -> Outcome {
    let gpu = open().map_err(text)?;
    let (x, mut y) = (field(&gpu, [3, 1, 1], &[0.0; 3])?, field(&gpu, [2, 1, 1], &[0.0; 2])?);
    gpu.copy(&x, &mut y);
    let message = gpu.download(&y).err().map(text).unwrap_or_default();
    if message.contains("[3, 2]") { Ok(()) } else { Err(message) }
}

fn software(_: &GpuBackend) -> Outcome {
    let all = devices();
    let wrong = all.iter().find(|device| device.auto && device.kind == "software");
    let auto = GpuBackend::new(&Choice::Auto, LimitsChoice::Adapter);
    match (wrong, auto) {
        (Some(device), _) => Err(format!("auto would take {}", device.name)),
        (None, Ok(gpu)) if !all.iter().any(|device| device.auto) => {
            Err(format!("auto took {}, which it does not list", gpu.description().device))
        }
        (None, Ok(_) | Err(BackendError::NoDevice { .. })) if !all.is_empty() => Ok(()),
        (None, other) => Err(format!("{:?} with {} adapters", other.map(|_| ()), all.len())),
    }
}

/// What `work` adds to the counters.
fn cost(gpu: &GpuBackend, work: impl FnOnce() -> Outcome) -> Result<Counters, String> {
    let before = gpu.counters();
    work()?;
    Ok(gpu.counters() - before)
}

fn one_submission(gpu: &GpuBackend) -> Outcome {
    let case = Case::new([7, 5, 3], false, 0);
    let a = gpu.operator(&case.system, &case.inverse).map_err(text)?;
    let mut x = field(gpu, case.size(), &case.x)?;
    let b = field(gpu, case.size(), &case.b)?;
    let mut r = field(gpu, case.size(), &poison(case.size()))?;
    let mut norm = gpu.scalar();
    let found = cost(gpu, || {
        for _ in 0..10 {
            gpu.smooth(&a, Colour::Red, 1.0, &b, &mut x);
            gpu.smooth(&a, Colour::Black, 1.0, &b, &mut x);
            gpu.residual(&a, &x, &b, &mut r);
            gpu.dot(&r, &r, &mut norm);
        }
        gpu.read(&[&norm]).map(|_| ()).map_err(text)
    })?;
    let expected =
        Counters { dispatches: 50, submissions: 1, read_backs: 1, bytes_read: 8, ..Counters::default() };
    if found == expected { Ok(()) } else { Err(format!("{found:?} instead of {expected:?}")) }
}

fn bounded_submission(gpu: &GpuBackend) -> Outcome {
    let [numerator, denominator, mut out] = [0; 3].map(|_| gpu.scalar());
    let found = cost(gpu, || {
        for _ in 0..2500 {
            gpu.divide(&numerator, &denominator, &mut out);
        }
        gpu.read(&[&out]).map(|_| ()).map_err(text)
    })?;
    let expected =
        Counters { dispatches: 2500, submissions: 3, read_backs: 1, bytes_read: 8, ..Counters::default() };
    if found == expected { Ok(()) } else { Err(format!("{found:?} instead of {expected:?}")) }
}

fn upload_order(gpu: &GpuBackend) -> Outcome {
    let size = [5, 1, 1];
    let (first, second) = (values(size, 1), values(size, 2));
    let (mut x, mut y) = (field(gpu, size, &first)?, field(gpu, size, &poison(size))?);
    gpu.copy(&x, &mut y);
    gpu.upload(&second, &mut x);
    compare::fields("y", size, &first, &gpu.download(&y).map_err(text)?, &[0.0; 5])?;
    compare::fields("x", size, &second, &gpu.download(&x).map_err(text)?, &[0.0; 5])
}

fn bind_groups(gpu: &GpuBackend) -> Outcome {
    let before = gpu.bind_groups();
    let case = Case::new([7, 5, 3], true, 3);
    let a = gpu.operator(&case.system, &case.inverse).map_err(text)?;
    let x = field(gpu, case.size(), &case.x)?;
    let mut y = field(gpu, case.size(), &case.x)?;
    gpu.apply(&a, &x, &mut y);
    let once = gpu.bind_groups() - before;
    gpu.apply(&a, &x, &mut y);
    let twice = gpu.bind_groups() - before;
    drop((a, x, y));
    let after = gpu.bind_groups() - before;
    // apply, gather, multiply, scatter.
    if [once, twice, after] == [5, 5, 0] { Ok(()) } else { Err(format!("{once}, {twice}, then {after}")) }
}

fn device_time(gpu: &GpuBackend) -> Outcome {
    let size = [31, 17, 5];
    let count = size.iter().product::<usize>();
    let (x, mut y) = (field(gpu, size, &vec![1.0; count])?, field(gpu, size, &vec![0.0; count])?);
    let start = std::time::Instant::now();
    let elapsed = gpu.time(&mut || (0..50).for_each(|_| gpu.copy(&x, &mut y))).map_err(text)?;
    let host = start.elapsed().as_secs_f64();
    if elapsed.seconds <= 0.0 || elapsed.seconds > host {
        return Err(format!("{elapsed:?}, the host counts {host} s"));
    }
    let copied = gpu.download(&y).map_err(text)?;
    if copied.iter().all(|&value| value == 1.0) { Ok(()) } else { Err("the work was not done".into()) }
}
