//! Kernels of the flow, built when the first flow is put on the device.

use super::super::device::Device;
use super::super::kernel::Kernel;
use super::super::kernels::{Edit, build_text};
use super::super::parameters::{
    Count, Flow, Forced, Ghosts, Grids, Inertia, Parameters, Relaxation, Settling,
};
use super::super::sources;
use crate::backend::BackendError;

/// One for every operation of [`FlowBackend`](crate::backend::flow::FlowBackend).
#[derive(Debug)]
pub(crate) struct FlowKernels {
    pub(super) momentum: Kernel<Flow>,
    pub(super) heat: Kernel<Flow>,
    pub(super) set_inertia: Kernel<Inertia>,
    pub(super) relax: Kernel<Relaxation>,
    pub(super) imbalance_partial: Kernel<Relaxation>,
    pub(super) imbalance_total: Kernel<Count>,
    pub(super) mobility: Kernel<Flow>,
    pub(super) compress: Kernel<Flow>,
    pub(super) correct: Kernel<Flow>,
    pub(super) mass_defect: Kernel<Flow>,
    pub(super) throughput: Kernel<Flow>,
    pub(super) viscosity: Kernel<Flow>,
    pub(super) shear_viscosity: Kernel<Flow>,
    pub(super) settle: Kernel<Settling>,
    pub(super) wrap: Kernel<Ghosts>,
    pub(super) fan_flows: Kernel<Count>,
    pub(super) restrict_flow: Kernel<Grids>,
    pub(super) restrict_imbalance: Kernel<Grids>,
    pub(super) force: Kernel<Forced>,
    pub(super) prolong_faces: Kernel<Grids>,
    pub(super) prolong_cells: Kernel<Grids>,
}

/// Names of the kernels.
const NAMES: [&str; 21] = [
    "momentum",
    "heat",
    "set_inertia",
    "relax",
    "imbalance_partial",
    "imbalance_total",
    "mobility",
    "compress",
    "correct",
    "mass_defect",
    "throughput",
    "viscosity",
    "shear_viscosity",
    "settle",
    "wrap",
    "fan_flows",
    "restrict_flow",
    "restrict_imbalance",
    "force",
    "prolong_faces",
    "prolong_cells",
];

/// Their texts.
#[derive(Debug)]
pub(crate) struct FlowSources(Vec<(&'static str, String)>);

impl FlowSources {
    /// As the files have them, seen by `edit` first.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if there is no such file.
    pub(crate) fn new(device: &Device, edit: Edit<'_>) -> Result<Self, BackendError> {
        let text = |name| Ok((name, edit(name, sources::source(name).map_err(|e| device.error(e))?)));
        Ok(Self(NAMES.into_iter().map(text).collect::<Result<_, _>>()?))
    }

    fn build<P: Parameters>(&self, device: &Device, name: &str) -> Result<Kernel<P>, BackendError> {
        let text = self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| text);
        build_text(device, name, text, &|_, text| text.to_owned())
    }
}

impl FlowKernels {
    /// Builds all of them.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] for the first that the device refuses.
    pub(super) fn new(device: &Device, sources: &FlowSources) -> Result<Self, BackendError> {
        Ok(Self {
            momentum: sources.build(device, "momentum")?,
            heat: sources.build(device, "heat")?,
            set_inertia: sources.build(device, "set_inertia")?,
            relax: sources.build(device, "relax")?,
            imbalance_partial: sources.build(device, "imbalance_partial")?,
            imbalance_total: sources.build(device, "imbalance_total")?,
            mobility: sources.build(device, "mobility")?,
            compress: sources.build(device, "compress")?,
            correct: sources.build(device, "correct")?,
            mass_defect: sources.build(device, "mass_defect")?,
            throughput: sources.build(device, "throughput")?,
            viscosity: sources.build(device, "viscosity")?,
            shear_viscosity: sources.build(device, "shear_viscosity")?,
            settle: sources.build(device, "settle")?,
            wrap: sources.build(device, "wrap")?,
            fan_flows: sources.build(device, "fan_flows")?,
            restrict_flow: sources.build(device, "restrict_flow")?,
            restrict_imbalance: sources.build(device, "restrict_imbalance")?,
            force: sources.build(device, "force")?,
            prolong_faces: sources.build(device, "prolong_faces")?,
            prolong_cells: sources.build(device, "prolong_cells")?,
        })
    }
}
