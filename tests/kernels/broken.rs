//! A kernel broken on purpose makes its parity test and the self-test fail: both can tell right from wrong.

use super::{Outcome, Test, parity, precision, text};
use racktherm::backend::BackendError;
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use racktherm::backend::refinement::ResidualPrecision;

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("a_broken_kernel_fails_its_parity_test_and_the_self_test", broken_kernels),
    ("a_broken_kernel_of_the_residual_fails_its_parity_test_and_the_self_test", broken_residuals),
];

/// Kernel, what is replaced in it, by what, and the test that must notice.
const BREAKAGES: [(&str, &str, &str, Test); 16] = [
    ("apply", "(x_c - x[c + 1u])", "(x_c + x[c + 1u])", parity::apply),
    ("residual", "a_x[level.lower + c - 1u]", "a_x[c - 1u]", parity::residual),
    ("smooth", "diagonal += a_t;", "", parity::smooth),
    ("smooth_first", "sweep.omega * (b[c] / diagonal)", "b[c] / diagonal", parity::smooth_first),
    ("smooth_lines", "sweep.lower + c - sweep.stride]", "c - sweep.stride]", parity::smooth_lines),
    ("restrict", "other[above] * fine[above]", "own[above] * fine[above]", parity::restrict),
    ("prolong", "select(index - 1u, index + 1u, last)", "index - 1u", parity::prolong),
    ("collect", "body_first[body] + lane", "body_first[body] + lane + 1u", parity::deflate),
    ("deflate", "of_cell[c] - 1u", "0u", parity::deflate),
    ("dot_partial", "x[c] * y[c]", "x[c] + y[c]", parity::dot),
    ("dot_total", "sum = partials[lane]", "sum = 0.5 * partials[lane]", parity::dot),
    ("axpy", "axpy.sign * alpha[0]", "alpha[0]", parity::axpy),
    ("divide", "numerator[0] / denominator[0]", "denominator[0] / numerator[0]", parity::divide),
    ("multiply", "column * rows.count + row", "row * rows.count + column", parity::multiply),
    ("gather", "node_first[node] + lane", "node_first[node] + lane + 1u", parity::residual),
    ("scatter", "weight[at] * sum", "sum", parity::smooth),
];

/// The same in the kernels of the true residual, where a driver without f64 would run them.
const BROKEN_RESIDUALS: [(&str, &str, &str); 7] = [
    ("refined_residual", "a_x[level.lower + c - 1u]", "a_x[c - 1u]"),
    ("refined_scatter", "link < link_first[at + 1u]", "link < link_first[at] + 1u"),
    ("refined_gather", "link_first[at] + lane", "link_first[at] + lane + 1u"),
    ("refined_partial", "product(r_c, r_c)", "r_c"),
    ("refined_total", "partials[3u * lane + kind]", "partials[3u * lane]"),
    ("refined_round", "/ sqrt(norm_squared)", "/ norm_squared"),
    ("refined_add", "sum(x[c], product", "difference(x[c], product"),
];

fn broken_residuals(_: &GpuBackend) -> Outcome {
    for (kernel, right, wrong) in BROKEN_RESIDUALS {
        let edit = |name: &str, source: &str| {
            if name == kernel { source.replace(right, wrong) } else { source.to_owned() }
        };
        let (limits, precision) = (LimitsChoice::Adapter, ResidualPrecision::TwoWords);
        let gpu = GpuBackend::with_residuals(&Choice::Any, limits, precision, &edit).map_err(text)?;
        if precision::residuals(&gpu).is_ok() {
            return Err(format!("{kernel} with '{wrong}' instead of '{right}' passes its parity test"));
        }
        if !matches!(gpu.self_test(), Err(BackendError::SelfTest { .. })) {
            return Err(format!("{kernel} with '{wrong}' instead of '{right}' passes the self-test"));
        }
    }
    Ok(())
}

fn broken_kernels(_: &GpuBackend) -> Outcome {
    for (kernel, right, wrong, test) in BREAKAGES {
        let edit = |name: &str, source: &str| {
            if name == kernel { source.replace(right, wrong) } else { source.to_owned() }
        };
        let choice = LimitsChoice::Adapter;
        let gpu = GpuBackend::with_edited_kernels(&Choice::Any, choice, &edit).map_err(text)?;
        if test(&gpu).is_ok() {
            return Err(format!("{kernel} with '{wrong}' instead of '{right}' passes its parity test"));
        }
        let gpu = GpuBackend::with_edited_kernels(&Choice::Any, choice, &edit).map_err(text)?;
        if !matches!(gpu.self_test(), Err(BackendError::SelfTest { .. })) {
            return Err(format!("{kernel} with '{wrong}' instead of '{right}' passes the self-test"));
        }
    }
    Ok(())
}
