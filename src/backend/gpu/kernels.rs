//! All kernels of the backend with the parameters that each takes.

use super::device::Device;
use super::kernel::Kernel;
use super::parameters::{Axpy, Count, Level, Levels, LineSweep, Parameters, Range, Sweep};
use super::sources;
use crate::backend::BackendError;

/// The kernels in f32, one for every file of `shaders/` but the refined ones (`refined`) and the flow's (`flow`).
#[derive(Debug)]
pub(super) struct Kernels {
    pub(super) apply: Kernel<Level>,
    pub(super) residual: Kernel<Level>,
    pub(super) smooth: Kernel<Sweep>,
    pub(super) smooth_first: Kernel<Sweep>,
    pub(super) smooth_lines: Kernel<LineSweep>,
    pub(super) restrict: Kernel<Levels>,
    pub(super) prolong: Kernel<Levels>,
    pub(super) dot_partial: Kernel<Count>,
    pub(super) dot_total: Kernel<Count>,
    pub(super) axpy: Kernel<Axpy>,
    pub(super) divide: Kernel<()>,
    pub(super) multiply: Kernel<Count>,
    pub(super) gather: Kernel<Count>,
    pub(super) scatter: Kernel<Range>,
    pub(super) seam: Kernel<Range>,
    pub(super) collect: Kernel<Count>,
    pub(super) deflate: Kernel<Count>,
}

/// Changes a kernel's source, given its name and text.
pub(super) type Edit<'a> = &'a dyn Fn(&str, &str) -> String;

impl Kernels {
    /// Builds all of them; `edit` sees each source first.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] for the first that the device refuses.
    pub(super) fn new(device: &Device, edit: Edit<'_>) -> Result<Self, BackendError> {
        Ok(Self {
            apply: build(device, "apply", edit)?,
            residual: build(device, "residual", edit)?,
            smooth: build(device, "smooth", edit)?,
            smooth_first: build(device, "smooth_first", edit)?,
            smooth_lines: build(device, "smooth_lines", edit)?,
            restrict: build(device, "restrict", edit)?,
            prolong: build(device, "prolong", edit)?,
            dot_partial: build(device, "dot_partial", edit)?,
            dot_total: build(device, "dot_total", edit)?,
            axpy: build(device, "axpy", edit)?,
            divide: build(device, "divide", edit)?,
            multiply: build(device, "multiply", edit)?,
            gather: build(device, "gather", edit)?,
            scatter: build(device, "scatter", edit)?,
            seam: build(device, "seam", edit)?,
            collect: build(device, "collect", edit)?,
            deflate: build(device, "deflate", edit)?,
        })
    }
}

fn build<P: Parameters>(device: &Device, name: &str, edit: Edit<'_>) -> Result<Kernel<P>, BackendError> {
    let source = sources::source(name).map_err(|e| device.error(e))?;
    build_text(device, name, source, edit)
}

/// A kernel from a text that may differ from its file's.
pub(super) fn build_text<P: Parameters>(
    device: &Device,
    name: &str,
    text: &str,
    edit: Edit<'_>,
) -> Result<Kernel<P>, BackendError> {
    Kernel::new(device, name, &edit(name, text))
}
