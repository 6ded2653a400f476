//! A kernel broken on purpose makes its parity test and the self-test fail: both can tell right from wrong.

use super::{Outcome, Test, flow, parity, precision, text};
use racktherm::backend::BackendError;
use racktherm::backend::gpu::{Choice, GpuBackend, LimitsChoice};
use racktherm::backend::refinement::ResidualPrecision;

/// Names and tests.
pub(crate) const TESTS: &[(&str, Test)] = &[
    ("a_broken_kernel_fails_its_parity_test_and_the_self_test", broken_kernels),
    ("a_broken_kernel_of_the_residual_fails_its_parity_test_and_the_self_test", broken_residuals),
    ("a_broken_kernel_of_the_flow_fails_its_parity_test_and_the_self_test", broken_flows),
];

/// Kernel, what is replaced in it, by what, and the test that must notice.
const BREAKAGES: [(&str, &str, &str, Test); 17] = [
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
    ("seam", "x[seam_cell[at]]", "x[at]", parity::apply),
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

/// The same in the kernels of the flow, which have a self-test of their own.
const BROKEN_FLOWS: [(&str, &str, &str, Test); 21] = [
    ("momentum", "half.x + half.y", "half.x + half.x", flow::momentum),
    ("heat", "flow.specific_heat * ", "", flow::heat),
    ("set_inertia", "array < 7u", "array < 6u", flow::set_inertia),
    ("relax", "old[sweep.old_first + c]", "x[sweep.x_first + c]", flow::relax),
    ("imbalance_partial", "x[sweep.x_first + beside(c, side)]", "x[beside(c, side)]", flow::imbalance),
    ("imbalance_total", "kind * groups.count + lane", "lane", flow::imbalance),
    ("mobility", "2.0 * law.quadratic", "law.quadratic", flow::mobility),
    ("compress", "viscosity[c] *", "flow.viscosity *", flow::compress),
    ("correct", "change(lower) - above", "above - change(lower)", flow::correct),
    ("mass_defect", "lower - upper", "lower + upper", flow::mass_defect),
    ("throughput", "abs(lower)", "lower", flow::throughput),
    ("viscosity", "speed(c)", "abs(velocity[c])", flow::viscosity),
    ("shear_viscosity", "4.0 / middle", "3.0 / middle", flow::viscosity),
    ("settle", "-= pressure[c] - old[c]", "-= 0.0", flow::correct),
    ("wrap", "c + ghosts.n * ghosts.stride", "c + ghosts.stride", flow::wrap),
    ("fan_flows", "fan_first[fan] + lane", "fan_first[fan] + lane + 1u", flow::fan_flows),
    ("restrict_flow", "select(width(1u, j), 1.0, axis == 1u)", "1.0", flow::restrict_flow),
    ("restrict_imbalance", "sum - residual(c)", "sum + residual(c)", flow::restrict_imbalance),
    ("force", "+= force", "-= force", flow::restrict_imbalance),
    ("prolong_faces", "var next = -own", "var next = own", flow::prolong_flow),
    ("prolong_cells", "abs(weight) *", "weight *", flow::prolong_flow),
];

/// Passages of the shared texts, each broken alone, and the test that must notice.
const BROKEN_PASSAGES: [(&str, &str, &str, Test); 12] = [
    ("momentum", "max(inflow, 0.0);\n\n    if", "max(-inflow, 0.0);\n\n    if", flow::momentum),
    ("momentum", "case MOVING", "case 7u", flow::momentum),
    ("momentum", "case GIVEN", "case 7u", flow::momentum),
    (
        "momentum",
        "sink += wall_shear(cell, piece, own, behind_wall(cell, b, opposite, upper)).x",
        "sink += flow.viscosity",
        flow::momentum,
    ),
    ("momentum", "select(-1, 2, upper), half", "select(-1, 1, upper), half", flow::momentum),
    ("momentum", "select(0.0, width_beside, is_clear(faces[first + c]))", "width_beside", flow::momentum),
    ("momentum", "law.stiffness * u)", "law.stiffness)", flow::momentum),
    ("momentum", "flow.buoyancy *", "", flow::momentum),
    ("momentum", "viscosity[flow.length + face]", "viscosity[face]", flow::momentum),
    ("shear_viscosity", "0.5 * (shear_share[below] +", "0.5 * (shear_share[c] +", flow::viscosity),
    ("heat", "select(other, far.x, upper)", "other", flow::heat),
    ("correct", "(at + cells() - 1u) % cells()", "at - 1u", flow::correct),
];

/// A text of shaders/shared/ broken in one kernel.
const BROKEN_SHARED: [(&str, &str, &str, &str, Test); 12] = [
    ("stencil", "momentum", "u * change + c * upstream", "u * change", flow::momentum),
    ("stencil", "heat", "to -= n;", "to -= n + 1;", flow::heat),
    ("stencil", "heat", "flow.convection == 0u", "false", flow::heat),
    ("stencil", "heat", "flow.convection == 1u || ", "", flow::heat),
    ("law", "momentum", "0.5 * flow.density", "0.0", flow::momentum),
    ("law", "mobility", "== cells()[axis] + 1u", "== 1u", flow::mobility),
    ("wall_law", "momentum", "(1.0 / 24.0)", "(1.0 / 23.0)", flow::momentum),
    ("wall_law", "viscosity", "step < 4u", "step < 2u", flow::viscosity),
    ("speed", "viscosity", "0.5 *", "", flow::viscosity),
    ("sweep", "relax", "side >= 4u", "side >= 5u", flow::relax),
    ("face", "momentum", "code & 7u", "code & 3u", flow::momentum),
    ("widths", "mass_defect", "flow.nx + flow.ny + 4u", "flow.nx + flow.ny + 3u", flow::mass_defect),
];

fn broken_flows(_: &GpuBackend) -> Outcome {
    for (kernel, right, wrong, test) in BROKEN_FLOWS {
        let text = text_of(kernel)?;
        let gpu = must_fail(kernel, &text, (right, wrong), &text, test)?;
        if !matches!(gpu.self_test_flow(), Err(BackendError::SelfTest { .. })) {
            return Err(format!("{kernel} with '{wrong}' instead of '{right}' passes the self-test"));
        }
    }
    for (kernel, right, wrong, test) in BROKEN_PASSAGES {
        let text = text_of(kernel)?;
        must_fail(kernel, &text, (right, wrong), &text, test)?;
    }
    for (shared, kernel, right, wrong, test) in BROKEN_SHARED {
        let (text, line) = (text_of(&format!("shared/{shared}"))?, format!("//!include {shared}\n"));
        must_fail(kernel, &line, (right, wrong), &text, test)?;
    }
    Ok(())
}

/// A backend with `text`, `right` once in it replaced by `wrong`, where a kernel has `place`; its test must find a
/// number beyond its tolerance.
fn must_fail(
    kernel: &str,
    place: &str,
    (right, wrong): (&str, &str),
    text_there: &str,
    test: Test,
) -> Result<GpuBackend, String> {
    let breakage = format!("{kernel} with '{wrong}' instead of '{right}'");
    if text_there.matches(right).count() != 1 {
        return Err(format!("{breakage}: that is not there once"));
    }
    let broken = text_there.replace(right, wrong);
    let edit = |name: &str, source: &str| {
        if name == kernel { source.replace(place, &broken) } else { source.to_owned() }
    };
    let gpu = GpuBackend::with_edited_kernels(&Choice::Any, LimitsChoice::Adapter, &edit).map_err(text)?;
    match test(&gpu) {
        Err(message) if message.contains("times the tolerance") => Ok(gpu),
        other => Err(format!("{breakage}: {other:?}")),
    }
}

/// A text of shaders/.
fn text_of(name: &str) -> Result<String, String> {
    let path = format!("{}/shaders/{name}.wgsl", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))
}
