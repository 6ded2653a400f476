//! Adapters, the choice among them, and the opened device with its failures.

use super::limits::{LimitsChoice, fits};
use crate::backend::BackendError;
use naga::valid::Capabilities;
use std::cell::Cell;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wgpu::DeviceType;

/// Longest wait for queued work. A submission is bounded, so this is a device that hangs.
const PATIENCE: Duration = Duration::from_secs(300);
/// Names of software drivers that may call themselves something else than a CPU.
const SOFTWARE: [&str; 6] =
    ["llvmpipe", "lavapipe", "softpipe", "swiftshader", "basic render", "software adapter"];

/// Which adapter to open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The best real GPU; never a software driver.
    #[default]
    Auto,
    /// The best adapter there is, a software driver if there is nothing else (`--backend gpu`).
    Any,
    /// The first adapter whose name contains this text, in any case of letters.
    Named(String),
}

/// An adapter, for `racktherm devices`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceDescription {
    /// Name of the adapter.
    pub name: String,
    /// API it is reached by: `vulkan`, `metal`, `dx12`.
    pub api: String,
    /// Driver and its version.
    pub driver: String,
    /// `discrete GPU`, `integrated GPU`, `virtual GPU`, `software` or `unknown`.
    pub kind: &'static str,
    /// Whether the backend `auto` would take this one.
    pub auto: bool,
    /// Whether the kernels fit its limits.
    pub usable: bool,
    /// Bytes of one array at most.
    pub max_array: u64,
    /// Storage buffers of a kernel at most.
    pub max_storage_buffers: u32,
    /// Invocations of a workgroup at most.
    pub max_workgroup_size: u32,
    /// Bytes of workgroup memory.
    pub workgroup_memory: u32,
    /// Workgroups along one dimension of a dispatch at most.
    pub max_workgroups: u32,
    /// Whether shaders may use f64.
    pub shader_f64: bool,
}

/// All adapters of this machine, best first.
#[must_use]
pub fn devices() -> Vec<DeviceDescription> {
    let adapters = adapters();
    let auto = choose(&candidates(&adapters), &Choice::Auto);
    let describe = |(at, adapter): (usize, &wgpu::Adapter)| {
        let (info, limits) = (adapter.get_info(), adapter.limits());
        DeviceDescription {
            api: info.backend.to_str().to_owned(),
            driver: driver(&info),
            kind: kind(&info),
            auto: auto == Some(at),
            usable: fits(&limits),
            max_array: limits.max_storage_buffer_binding_size.min(limits.max_buffer_size),
            max_storage_buffers: limits.max_storage_buffers_per_shader_stage,
            max_workgroup_size: limits.max_compute_invocations_per_workgroup,
            workgroup_memory: limits.max_compute_workgroup_storage_size,
            max_workgroups: limits.max_compute_workgroups_per_dimension,
            shader_f64: adapter.features().contains(wgpu::Features::SHADER_F64),
            name: info.name,
        }
    };
    adapters.iter().enumerate().map(describe).collect()
}

/// An opened device, its queue, and the first thing that went wrong on it.
#[derive(Debug)]
pub(crate) struct Device {
    raw: wgpu::Device,
    queue: wgpu::Queue,
    limits: wgpu::Limits,
    name: String,
    driver: String,
    failure: Arc<Mutex<Option<BackendError>>>,
    /// Whether arrays are only noted and work is not sent.
    dry: Cell<bool>,
}

impl Device {
    /// Opens the chosen adapter.
    ///
    /// # Errors
    /// [`BackendError::NoDevice`] if none fits, [`BackendError::DeviceFailed`] if it cannot be opened.
    pub(crate) fn open(choice: &Choice, limits: LimitsChoice) -> Result<Self, BackendError> {
        let adapters = adapters();
        let candidates = candidates(&adapters);
        let chosen = choose(&candidates, choice)
            .ok_or_else(|| BackendError::NoDevice { reason: nothing_fits(choice, &candidates) })?;
        let adapter = &adapters[chosen];
        let info = adapter.get_info();
        let device = info.name.clone();
        let request = adapter.request_device(&wgpu::DeviceDescriptor {
            label: Some("racktherm"),
            required_limits: limits.limits(adapter),
            required_features: limits.features(adapter),
            ..Default::default()
        });
        let (raw, queue) = pollster::block_on(request).map_err(|e| failed(&device, e))?;
        let failure = Arc::new(Mutex::new(None));
        let (name, lost) = (device.clone(), Arc::clone(&failure));
        raw.set_device_lost_callback(move |_, message| {
            keep(&lost, failed(&name, format!("it was lost: {message}")));
        });
        let (name, refused) = (device.clone(), Arc::clone(&failure));
        raw.on_uncaptured_error(Arc::new(move |error: wgpu::Error| keep(&refused, failed(&name, error))));
        let limits = raw.limits();
        Ok(Self { limits, raw, queue, name: device, driver: driver(&info), failure, dry: Cell::new(false) })
    }

    pub(crate) fn raw(&self) -> &wgpu::Device {
        &self.raw
    }

    pub(crate) fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    pub(crate) fn limits(&self) -> &wgpu::Limits {
        &self.limits
    }

    /// Name of the adapter.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Driver and its version.
    pub(crate) fn driver(&self) -> &str {
        &self.driver
    }

    /// Whether arrays are only noted and work is not sent.
    pub(crate) fn is_dry(&self) -> bool {
        self.dry.get()
    }

    /// Begins or ends a dry run.
    pub(crate) fn set_dry(&self, dry: bool) {
        self.dry.set(dry);
    }

    /// Whether shaders may use f64.
    pub(crate) fn has_f64(&self) -> bool {
        self.raw.features().contains(wgpu::Features::SHADER_F64)
    }

    /// What shaders may use: the features that the device was opened with, not all that naga knows.
    pub(crate) fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::empty();
        capabilities.set(Capabilities::FLOAT64, self.has_f64());
        capabilities
    }

    /// An error of this device.
    pub(crate) fn error(&self, reason: impl Display) -> BackendError {
        failed(&self.name, reason)
    }

    /// Remembers a failure for the next [`Self::check`]; the first one stays.
    pub(crate) fn fail(&self, error: BackendError) {
        keep(&self.failure, error);
    }

    /// # Errors
    /// [`BackendError::DeviceFailed`] if anything has gone wrong since the device was opened.
    pub(crate) fn check(&self) -> Result<(), BackendError> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.clone().map_or(Ok(()), Err)
    }

    /// Waits for all submitted work.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device hangs or anything has gone wrong.
    pub(crate) fn wait(&self) -> Result<(), BackendError> {
        let waited = self.raw.poll(wgpu::PollType::Wait { submission_index: None, timeout: Some(PATIENCE) });
        self.check()?;
        waited.map(|_| ()).map_err(|e| self.error(e))
    }

    /// Runs `make` and turns what the device refuses within it into an error.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] naming `what`.
    pub(crate) fn checked<T>(
        &self,
        what: &str,
        make: impl FnOnce(&wgpu::Device) -> T,
    ) -> Result<T, BackendError> {
        let scopes =
            [wgpu::ErrorFilter::Validation, wgpu::ErrorFilter::OutOfMemory, wgpu::ErrorFilter::Internal]
                .map(|filter| self.raw.push_error_scope(filter));
        let made = make(&self.raw);
        let errors: Vec<wgpu::Error> =
            scopes.into_iter().rev().filter_map(|scope| pollster::block_on(scope.pop())).collect();
        match errors.first() {
            None => Ok(made),
            Some(error) => Err(self.error(format!("{what}: {error}"))),
        }
    }

    /// A buffer of `size` bytes. `held` is what the message says is in use already.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the driver refuses the memory.
    pub(crate) fn buffer(
        &self,
        what: &str,
        usage: wgpu::BufferUsages,
        size: u64,
        held: u64,
    ) -> Result<wgpu::Buffer, BackendError> {
        let name = format!("{size} bytes for {what}, {held} bytes asked for before");
        self.checked(&name, |device| {
            let label = Some(what);
            device.create_buffer(&wgpu::BufferDescriptor { label, size, usage, mapped_at_creation: false })
        })
    }
}

fn failed(device: &str, reason: impl Display) -> BackendError {
    // The messages of wgpu end with a line of their own.
    BackendError::DeviceFailed { device: device.into(), reason: reason.to_string().trim().into() }
}

fn keep(failure: &Mutex<Option<BackendError>>, error: BackendError) {
    failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
}

/// What the choice looks at.
#[derive(Clone, Debug, PartialEq)]
struct Candidate {
    name: String,
    real: bool,
    fits: bool,
}

fn candidates(adapters: &[wgpu::Adapter]) -> Vec<Candidate> {
    let candidate = |adapter: &wgpu::Adapter| {
        let info = adapter.get_info();
        Candidate { real: is_real(&info), fits: fits(&adapter.limits()), name: info.name }
    };
    adapters.iter().map(candidate).collect()
}

/// Index of the chosen one; candidates are in the order of preference.
fn choose(candidates: &[Candidate], choice: &Choice) -> Option<usize> {
    let wanted = |candidate: &Candidate| match choice {
        Choice::Auto => candidate.real,
        Choice::Any => true,
        Choice::Named(name) => candidate.name.to_lowercase().contains(&name.to_lowercase()),
    };
    candidates.iter().position(|candidate| candidate.fits && wanted(candidate))
}

fn nothing_fits(choice: &Choice, candidates: &[Candidate]) -> String {
    let wanted = match choice {
        Choice::Auto => "a real GPU (software drivers are only used when asked for)".to_owned(),
        Choice::Any => "any adapter".to_owned(),
        Choice::Named(name) => format!("an adapter whose name contains '{name}'"),
    };
    let found: Vec<String> = candidates
        .iter()
        .map(|candidate| match (candidate.fits, candidate.real) {
            (false, _) => format!("{} (limits too small)", candidate.name),
            (true, false) => format!("{} (software)", candidate.name),
            (true, true) => candidate.name.clone(),
        })
        .collect();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    format!("looked for {wanted}, found {found}")
}

/// All adapters, real ones and among them fast ones first.
fn adapters() -> Vec<wgpu::Adapter> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::PRIMARY;
    // Every build validates alike, and the drivers' own debug layers stay off.
    descriptor.flags = wgpu::InstanceFlags::empty();
    let instance = wgpu::Instance::new(descriptor);
    let mut adapters = pollster::block_on(instance.enumerate_adapters(wgpu::Backends::PRIMARY));
    adapters.sort_by_key(|adapter| rank(&adapter.get_info()));
    adapters
}

fn rank(info: &wgpu::AdapterInfo) -> u32 {
    match info.device_type {
        _ if is_software(info) => 4,
        DeviceType::DiscreteGpu => 0,
        DeviceType::IntegratedGpu => 1,
        DeviceType::VirtualGpu => 2,
        _ => 3,
    }
}

fn is_software(info: &wgpu::AdapterInfo) -> bool {
    let says = |text: &str| SOFTWARE.iter().any(|name| text.to_lowercase().contains(name));
    info.device_type == DeviceType::Cpu || says(&info.name) || says(&info.driver)
}

/// Whether `auto` may take it: a GPU that says so of itself.
fn is_real(info: &wgpu::AdapterInfo) -> bool {
    !is_software(info) && info.device_type != DeviceType::Other
}

fn kind(info: &wgpu::AdapterInfo) -> &'static str {
    match info.device_type {
        _ if is_software(info) => "software",
        DeviceType::DiscreteGpu => "discrete GPU",
        DeviceType::IntegratedGpu => "integrated GPU",
        DeviceType::VirtualGpu => "virtual GPU",
        _ => "unknown",
    }
}

fn driver(info: &wgpu::AdapterInfo) -> String {
    format!("{} {}", info.driver, info.driver_info).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(name: &str, real: bool, fits: bool) -> Candidate {
        Candidate { name: name.into(), real, fits }
    }

    #[test]
    fn auto_never_takes_a_software_driver_and_any_takes_it_last() {
        let both = [candidate("RTX", true, true), candidate("llvmpipe", false, true)];
        assert_eq!(choose(&both, &Choice::Auto), Some(0));
        assert_eq!(choose(&both, &Choice::Any), Some(0));
        assert_eq!(choose(&both[1..], &Choice::Auto), None);
        assert_eq!(choose(&both[1..], &Choice::Any), Some(0));
    }

    #[test]
    fn a_name_is_found_in_any_case_and_an_adapter_that_is_too_small_is_not_taken() {
        let adapters = [candidate("NVIDIA H200", true, true), candidate("LLVMpipe", false, true)];
        assert_eq!(choose(&adapters, &Choice::Named("llvm".into())), Some(1));
        assert_eq!(choose(&adapters, &Choice::Named("radeon".into())), None);
        assert_eq!(choose(&[candidate("old", true, false)], &Choice::Any), None);
    }

    #[test]
    fn the_message_says_what_was_looked_for_and_what_was_there() {
        let reason = nothing_fits(&Choice::Auto, &[candidate("llvmpipe", false, true)]);
        assert!(reason.contains("a real GPU") && reason.contains("llvmpipe (software)"), "{reason}");
        assert!(nothing_fits(&Choice::Any, &[]).ends_with("found nothing"));
    }
}
