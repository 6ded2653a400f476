//! What a device is asked for, and what the kernels need of it.

/// Arrays that the largest kernel binds.
const ARRAYS: u32 = 8;
/// Invocations of a workgroup in every kernel.
const INVOCATIONS: u32 = 256;
/// Workgroup memory of the largest kernel (refined_gather), bytes an invocation.
const WORKGROUP_BYTES: u32 = 12;

/// How large the device's limits are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LimitsChoice {
    /// All that the adapter offers.
    #[default]
    Adapter,
    /// WebGPU's defaults, which every adapter offers: 128 MiB a binding, 8 storage buffers a stage, no f64.
    WebGpuDefaults,
    /// WebGPU's defaults with less room, to see what happens at the limits.
    Reduced {
        /// Workgroups along one dimension of a dispatch.
        max_workgroups: u32,
        /// Bytes of one array.
        max_array: u64,
    },
}

impl LimitsChoice {
    pub(super) fn limits(self, adapter: &wgpu::Adapter) -> wgpu::Limits {
        match self {
            Self::Adapter => adapter.limits(),
            Self::WebGpuDefaults => wgpu::Limits::default(),
            Self::Reduced { max_workgroups, max_array } => wgpu::Limits {
                max_compute_workgroups_per_dimension: max_workgroups,
                max_storage_buffer_binding_size: max_array,
                ..wgpu::Limits::default()
            },
        }
    }

    /// Of what goes beyond WebGPU, f64 and time stamps are used.
    pub(super) fn features(self, adapter: &wgpu::Adapter) -> wgpu::Features {
        match self {
            Self::Adapter => {
                adapter.features() & (wgpu::Features::SHADER_F64 | wgpu::Features::TIMESTAMP_QUERY)
            }
            Self::WebGpuDefaults | Self::Reduced { .. } => wgpu::Features::empty(),
        }
    }
}

/// Whether the kernels fit these limits.
pub(super) fn fits(limits: &wgpu::Limits) -> bool {
    limits.max_storage_buffers_per_shader_stage >= ARRAYS
        && limits.max_compute_invocations_per_workgroup >= INVOCATIONS
        && limits.max_compute_workgroup_size_x >= INVOCATIONS
        && limits.max_compute_workgroup_storage_size >= WORKGROUP_BYTES * INVOCATIONS
}
