//! Pipelines and bind groups, made from what a shader says about itself.

use super::buffers::{Allocator, Buffer};
use super::device::Device;
use super::parameters::Parameters;
use super::shader::{Access, Shader, ShaderError};
use crate::backend::BackendError;
use std::cell::RefCell;
use std::collections::HashMap;
use std::marker::PhantomData;

/// Buffers a kernel can have: eight arrays, the default limit of a stage, and its parameters.
const SLOTS: usize = 9;

/// Bind groups in use, by kernel and buffers, and the uniform buffers of parameters, by their bytes.
#[derive(Debug, Default)]
pub(crate) struct BindGroups {
    groups: RefCell<HashMap<Key, wgpu::BindGroup>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    kernel: String,
    buffers: [u64; SLOTS],
}

impl BindGroups {
    /// Drops the bind groups that hold a buffer.
    pub(crate) fn forget(&self, buffer: u64) {
        self.groups.borrow_mut().retain(|key, _| !key.buffers.contains(&buffer));
    }

    /// How many are kept.
    pub(crate) fn kept(&self) -> usize {
        self.groups.borrow().len()
    }
}

/// Uniform buffers by their content: parameters repeat from iteration to iteration.
pub(crate) type Uniforms = RefCell<HashMap<Vec<u8>, Buffer>>;

/// A compute pipeline whose parameters are a `P`.
#[derive(Debug)]
pub(crate) struct Kernel<P> {
    shader: Shader,
    pipeline: wgpu::ComputePipeline,
    layout: wgpu::BindGroupLayout,
    parameters: PhantomData<P>,
}

/// What one dispatch needs.
pub(crate) struct Dispatch<'a> {
    /// The pipeline.
    pub(crate) pipeline: &'a wgpu::ComputePipeline,
    /// Its buffers.
    pub(crate) group: wgpu::BindGroup,
    /// Workgroups along x, y, z.
    pub(crate) workgroups: [u32; 3],
}

impl<P: Parameters> Kernel<P> {
    /// Builds a kernel from its source.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] with what is wrong in the shader, between it and the host, or with the
    /// driver's compiler.
    pub(crate) fn new(device: &Device, name: &str, source: &str) -> Result<Self, BackendError> {
        let shader = Shader::new(name, source, device.capabilities()).map_err(|e| device.error(e))?;
        shader.check_layout(P::NAME, P::MEMBERS).map_err(|e| device.error(e))?;
        if shader.bindings.len() > SLOTS {
            let what = format!("{} bindings (at most {SLOTS})", shader.bindings.len());
            return Err(device.error(ShaderError::Unsupported { kernel: name.into(), what }));
        }
        let (pipeline, layout) = device.checked(name, |raw| pipeline::<P>(raw, &shader))?;
        Ok(Self { shader, pipeline, layout, parameters: PhantomData })
    }

    /// Invocations of one workgroup.
    pub(crate) fn workgroup_size(&self) -> u32 {
        self.shader.workgroup_size
    }

    /// Binds arrays by name and folds the workgroups into what a dimension takes.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if names do not match the shader's or a buffer is refused.
    pub(crate) fn dispatch(
        &self,
        device: &Device,
        allocator: &Allocator,
        uniforms: &Uniforms,
        arrays: &[(&str, &Buffer)],
        parameters: &P,
        workgroups: usize,
    ) -> Result<Dispatch<'_>, BackendError> {
        let names: Vec<&str> = arrays.iter().map(|(name, _)| *name).collect();
        let order = self.shader.order(&names).map_err(|e| device.error(e))?;
        let buffers: Vec<&Buffer> = order.iter().map(|&at| arrays[at].1).collect();
        let mut uniforms = uniforms.borrow_mut();
        let uniform = match self.shader.uniform() {
            None => None,
            Some(_) => {
                let bytes = bytemuck::bytes_of(parameters);
                if !uniforms.contains_key(bytes) {
                    uniforms.insert(bytes.to_vec(), allocator.uniform(device, bytes)?);
                }
                uniforms.get(bytes)
            }
        };
        Ok(Dispatch {
            pipeline: &self.pipeline,
            group: self.group(device, allocator.groups(), uniform, &buffers),
            workgroups: fold(workgroups, device.limits().max_compute_workgroups_per_dimension),
        })
    }

    fn group(
        &self,
        device: &Device,
        groups: &BindGroups,
        uniform: Option<&Buffer>,
        arrays: &[&Buffer],
    ) -> wgpu::BindGroup {
        let mut buffers = [0; SLOTS];
        for (slot, buffer) in buffers.iter_mut().zip(uniform.into_iter().chain(arrays.iter().copied())) {
            *slot = buffer.id();
        }
        let key = Key { kernel: self.shader.name.clone(), buffers };
        if let Some(group) = groups.groups.borrow().get(&key) {
            return group.clone();
        }
        let mut arrays = arrays.iter().copied();
        let mut entries = Vec::with_capacity(SLOTS);
        for binding in &self.shader.bindings {
            let buffer = if binding.access == Access::Uniform { uniform } else { arrays.next() };
            entries.extend(buffer.map(|buffer| wgpu::BindGroupEntry {
                binding: binding.index,
                resource: buffer.raw().as_entire_binding(),
            }));
        }
        let group = device.raw().create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(&self.shader.name),
            layout: &self.layout,
            entries: &entries,
        });
        groups.groups.borrow_mut().insert(key, group.clone());
        group
    }
}

/// Layout, module and pipeline. The layout holds every binding that the shader declares, used or not.
fn pipeline<P: Parameters>(
    device: &wgpu::Device,
    shader: &Shader,
) -> (wgpu::ComputePipeline, wgpu::BindGroupLayout) {
    let entries: Vec<_> = shader
        .bindings
        .iter()
        .map(|binding| wgpu::BindGroupLayoutEntry {
            binding: binding.index,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: match binding.access {
                    Access::Uniform => wgpu::BufferBindingType::Uniform,
                    Access::Read => wgpu::BufferBindingType::Storage { read_only: true },
                    Access::ReadWrite => wgpu::BufferBindingType::Storage { read_only: false },
                },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        })
        .collect();
    let label = Some(shader.name.as_str());
    let layout =
        device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label, entries: &entries });
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label,
        source: wgpu::ShaderSource::Wgsl(shader.text.as_str().into()),
    });
    let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
        label,
        bind_group_layouts: &[Some(&layout)],
        immediate_size: 0,
    });
    let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
        label,
        layout: Some(&pipeline_layout),
        module: &module,
        entry_point: Some(&shader.entry_point),
        compilation_options: wgpu::PipelineCompilationOptions {
            constants: &[],
            // Every entry of workgroup memory is written before it is read.
            zero_initialize_workgroup_memory: false,
        },
        cache: None,
    });
    (pipeline, layout)
}

/// Workgroups along x, y, z for a number of them: rows of at most `limit` (linear_workgroup in the shaders
/// undoes it). The last row may have more than are needed; kernels return there.
fn fold(workgroups: usize, limit: u32) -> [u32; 3] {
    let limit = limit.max(1) as usize;
    let rows = workgroups.div_ceil(limit).max(1);
    let along = workgroups.div_ceil(rows);
    // Fits: `along` is at most `limit`, and more rows than that have no storage behind them.
    [along as u32, rows as u32, 1]
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn workgroups_beyond_a_dimension_are_folded_into_rows() {
        assert_eq!(fold(65_535, 65_535), [65_535, 1, 1]);
        assert_eq!(fold(65_536, 65_535), [32_768, 2, 1]);
        let [x, y, z] = fold(8_388_608, 65_535);
        assert!(x <= 65_535 && z == 1 && x as usize * y as usize >= 8_388_608, "{x} {y} {z}");
    }

    #[test]
    fn nothing_to_do_is_no_workgroup() {
        assert_eq!(fold(0, 65_535), [0, 1, 1]);
    }
}
