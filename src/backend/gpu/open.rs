//! Opening a device, and the choice of the precision of its residuals.
//!
//! f64 where shaders have it, else two f32 words, each only after the self-test found its residuals right on
//! this device; else f64 on the host.

use super::buffers::Allocator;
use super::commands::Recorder;
use super::device::{Choice, Device};
use super::flow::FlowSources;
use super::kernel::Uniforms;
use super::kernels::{Edit, Kernels};
use super::limits::LimitsChoice;
use super::refined::RefinedKernels;
use super::{GpuBackend, PARTIALS, self_test};
use crate::backend::BackendError;
use crate::backend::refinement::ResidualPrecision;
use std::cell::{Cell, OnceCell};

impl GpuBackend {
    /// Opens a device and lets it solve a small known problem; kernels of the flow are tried before the first flow.
    ///
    /// # Errors
    /// [`BackendError::NoDevice`] if no adapter fits, [`BackendError::DeviceFailed`] if it cannot be opened
    /// or refuses a kernel, [`BackendError::SelfTest`] if it computes wrongly.
    pub fn new(choice: &Choice, limits: LimitsChoice) -> Result<Self, BackendError> {
        let backend = Self::with_edited_kernels(choice, limits, &|_, source| source.to_owned())?;
        backend.self_test()?;
        backend.flow_is_untested.set(true);
        Ok(backend)
    }

    /// Opens a device with kernels whose sources went through `edit` (name and text), without the self-test of
    /// the kernels in f32: for tests that break a kernel on purpose.
    ///
    /// # Errors
    /// As [`Self::new`], without the self-test's.
    pub fn with_edited_kernels(
        choice: &Choice,
        limits: LimitsChoice,
        edit: &dyn Fn(&str, &str) -> String,
    ) -> Result<Self, BackendError> {
        let mut backend = Self::open(choice, limits, edit)?;
        backend.choose_residual_precision(edit);
        backend.device.check()?;
        Ok(backend)
    }

    /// As [`Self::with_edited_kernels`], with residuals in a precision that is not asked whether it works.
    ///
    /// # Errors
    /// As [`Self::with_edited_kernels`].
    pub fn with_residuals(
        choice: &Choice,
        limits: LimitsChoice,
        precision: ResidualPrecision,
        edit: &dyn Fn(&str, &str) -> String,
    ) -> Result<Self, BackendError> {
        let mut backend = Self::open(choice, limits, edit)?;
        backend.set_residual_precision(precision, edit)?;
        Ok(backend)
    }

    fn open(
        choice: &Choice,
        limits: LimitsChoice,
        edit: &dyn Fn(&str, &str) -> String,
    ) -> Result<Self, BackendError> {
        let device = Device::open(choice, limits)?;
        let allocator = Allocator::default();
        Ok(Self {
            kernels: Kernels::new(&device, edit)?,
            flow_sources: FlowSources::new(&device, edit)?,
            flow_kernels: OnceCell::new(),
            flow_is_untested: Cell::new(false),
            refined: None,
            partials: allocator.zeros(&device, "partial sums", PARTIALS)?,
            breakdown: allocator.zeros(&device, "the breakdown flag", 1)?,
            uniforms: Uniforms::default(),
            recorder: Recorder::default(),
            allocator,
            device,
        })
    }

    /// Takes the best arithmetic whose residuals are right on this device.
    fn choose_residual_precision(&mut self, edit: Edit<'_>) {
        for precision in [ResidualPrecision::F64, ResidualPrecision::TwoWords] {
            if precision == ResidualPrecision::F64 && !self.device.has_f64() {
                continue;
            }
            // Whatever is wrong with this arithmetic here, the next one may do.
            let set = self.set_residual_precision(precision, edit);
            if set.is_ok() && self_test::refinement(self).is_ok() {
                return;
            }
        }
        self.refined = None;
    }

    /// Takes an arithmetic without asking whether it is right.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device refuses its kernels.
    fn set_residual_precision(
        &mut self,
        precision: ResidualPrecision,
        edit: Edit<'_>,
    ) -> Result<(), BackendError> {
        self.refined = match precision {
            ResidualPrecision::Host => None,
            precision => Some(RefinedKernels::new(&self.device, precision, edit)?),
        };
        Ok(())
    }
}
