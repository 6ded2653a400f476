// δ ← δ + µ r/(ρ V), with the mass r that a cell gains: the stress of fluid that is pressed together.
//
// widths m, viscosity µ in Pa s          r   in natural order, kg/s          pressure   p and, behind it, δ in Pa
//!include invocation
//!include flow
//!include widths

@group(0) @binding(0) var<uniform> flow: Flow;
@group(0) @binding(1) var<storage, read> widths: array<f32>;
@group(0) @binding(2) var<storage, read> viscosity: array<f32>;
@group(0) @binding(3) var<storage, read> r: array<f32>;
@group(0) @binding(4) var<storage, read_write> pressure: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let cell = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (cell >= flow.nx * flow.ny * flow.nz) {
        return;
    }
    let at = vec3<u32>(cell % flow.nx, cell / flow.nx % flow.ny, cell / (flow.nx * flow.ny)) + 1u;
    let c = dot(at, strides());
    let mass = flow.density * width(0u, at.x) * width(1u, at.y) * width(2u, at.z);
    pressure[flow.length + c] += viscosity[c] * r[cell] / mass;
}
