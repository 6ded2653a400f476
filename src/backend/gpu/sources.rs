//! The texts of `shaders/`, by name, and how they are put together.
//!
//! A line `//!include name` stands for the text of `shaders/shared/name.wgsl`. `//!include extended` stands for
//! the arithmetic of a precision: the kernels of the true residual are written once for f64 and two words.

use super::shader::ShaderError;
use crate::backend::refinement::ResidualPrecision;

/// Every kernel's name (its file's stem) and text.
pub(crate) const SOURCES: [(&str, &str); 45] = [
    ("apply", include_str!("../../../shaders/apply.wgsl")),
    ("residual", include_str!("../../../shaders/residual.wgsl")),
    ("smooth", include_str!("../../../shaders/smooth.wgsl")),
    ("smooth_first", include_str!("../../../shaders/smooth_first.wgsl")),
    ("smooth_lines", include_str!("../../../shaders/smooth_lines.wgsl")),
    ("restrict", include_str!("../../../shaders/restrict.wgsl")),
    ("prolong", include_str!("../../../shaders/prolong.wgsl")),
    ("dot_partial", include_str!("../../../shaders/dot_partial.wgsl")),
    ("dot_total", include_str!("../../../shaders/dot_total.wgsl")),
    ("axpy", include_str!("../../../shaders/axpy.wgsl")),
    ("divide", include_str!("../../../shaders/divide.wgsl")),
    ("multiply", include_str!("../../../shaders/multiply.wgsl")),
    ("gather", include_str!("../../../shaders/gather.wgsl")),
    ("scatter", include_str!("../../../shaders/scatter.wgsl")),
    ("seam", include_str!("../../../shaders/seam.wgsl")),
    ("collect", include_str!("../../../shaders/collect.wgsl")),
    ("deflate", include_str!("../../../shaders/deflate.wgsl")),
    ("refined_residual", include_str!("../../../shaders/refined_residual.wgsl")),
    ("refined_scatter", include_str!("../../../shaders/refined_scatter.wgsl")),
    ("refined_gather", include_str!("../../../shaders/refined_gather.wgsl")),
    ("refined_partial", include_str!("../../../shaders/refined_partial.wgsl")),
    ("refined_total", include_str!("../../../shaders/refined_total.wgsl")),
    ("refined_round", include_str!("../../../shaders/refined_round.wgsl")),
    ("refined_add", include_str!("../../../shaders/refined_add.wgsl")),
    ("momentum", include_str!("../../../shaders/momentum.wgsl")),
    ("heat", include_str!("../../../shaders/heat.wgsl")),
    ("set_inertia", include_str!("../../../shaders/set_inertia.wgsl")),
    ("relax", include_str!("../../../shaders/relax.wgsl")),
    ("imbalance_partial", include_str!("../../../shaders/imbalance_partial.wgsl")),
    ("imbalance_total", include_str!("../../../shaders/imbalance_total.wgsl")),
    ("mobility", include_str!("../../../shaders/mobility.wgsl")),
    ("correct", include_str!("../../../shaders/correct.wgsl")),
    ("mass_defect", include_str!("../../../shaders/mass_defect.wgsl")),
    ("throughput", include_str!("../../../shaders/throughput.wgsl")),
    ("viscosity", include_str!("../../../shaders/viscosity.wgsl")),
    ("shear_viscosity", include_str!("../../../shaders/shear_viscosity.wgsl")),
    ("settle", include_str!("../../../shaders/settle.wgsl")),
    ("wrap", include_str!("../../../shaders/wrap.wgsl")),
    ("fan_flows", include_str!("../../../shaders/fan_flows.wgsl")),
    ("restrict_flow", include_str!("../../../shaders/restrict_flow.wgsl")),
    ("restrict_imbalance", include_str!("../../../shaders/restrict_imbalance.wgsl")),
    ("compress", include_str!("../../../shaders/compress.wgsl")),
    ("force", include_str!("../../../shaders/force.wgsl")),
    ("prolong_faces", include_str!("../../../shaders/prolong_faces.wgsl")),
    ("prolong_cells", include_str!("../../../shaders/prolong_cells.wgsl")),
];

/// What several kernels need, by name.
const SHARED: [(&str, &str); 14] = [
    ("invocation", include_str!("../../../shaders/shared/invocation.wgsl")),
    ("tree", include_str!("../../../shaders/shared/tree.wgsl")),
    ("extended_tree", include_str!("../../../shaders/shared/extended_tree.wgsl")),
    ("extended_flux", include_str!("../../../shaders/shared/extended_flux.wgsl")),
    ("flow", include_str!("../../../shaders/shared/flow.wgsl")),
    ("widths", include_str!("../../../shaders/shared/widths.wgsl")),
    ("face", include_str!("../../../shaders/shared/face.wgsl")),
    ("law", include_str!("../../../shaders/shared/law.wgsl")),
    ("grids", include_str!("../../../shaders/shared/grids.wgsl")),
    ("shares", include_str!("../../../shaders/shared/shares.wgsl")),
    ("stencil", include_str!("../../../shaders/shared/stencil.wgsl")),
    ("speed", include_str!("../../../shaders/shared/speed.wgsl")),
    ("wall_law", include_str!("../../../shaders/shared/wall_law.wgsl")),
    ("sweep", include_str!("../../../shaders/shared/sweep.wgsl")),
];

/// What stands where a kernel includes `extended`: the arithmetic of a precision.
const ARITHMETIC: [(ResidualPrecision, &str); 2] = [
    (ResidualPrecision::F64, include_str!("../../../shaders/shared/extended_f64.wgsl")),
    (ResidualPrecision::TwoWords, include_str!("../../../shaders/shared/extended_two_words.wgsl")),
];

/// The text of a kernel.
pub(crate) fn source(name: &str) -> Result<&'static str, ShaderError> {
    let found = SOURCES.iter().find(|(known, _)| *known == name);
    found.map(|(_, text)| *text).ok_or_else(|| ShaderError::UnknownKernel { name: name.into() })
}

/// The text of a kernel in extended precision, with the arithmetic of a precision in it.
pub(crate) fn with_arithmetic(source: &str, precision: ResidualPrecision) -> Result<String, ShaderError> {
    let found = ARITHMETIC.iter().find(|(known, _)| *known == precision);
    let (_, arithmetic) = found.ok_or_else(|| ShaderError::Unsupported {
        kernel: "refined".into(),
        what: format!("a residual in {precision}"),
    })?;
    Ok(source.replace("//!include extended\n", arithmetic))
}

/// Puts shared text in the place of `//!include name`.
pub(super) fn expand(kernel: &str, source: &str) -> Result<String, ShaderError> {
    let mut text = String::new();
    for line in source.lines() {
        match line.strip_prefix("//!include ").map(str::trim) {
            None => text.push_str(line),
            Some(include) => {
                let found = SHARED.iter().find(|(name, _)| *name == include);
                let (_, shared) = found.ok_or_else(|| ShaderError::UnknownInclude {
                    kernel: kernel.into(),
                    include: include.into(),
                })?;
                text.push_str(shared);
            }
        }
        text.push('\n');
    }
    Ok(text)
}
