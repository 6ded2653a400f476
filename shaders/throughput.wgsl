// t_c = ½ Σ_f ρ |u_f| A_f: the mass that passes through each cell, in natural order.
//
// velocity   m/s         widths   m         t   kg/s
//!include invocation
//!include flow
//!include widths

@group(0) @binding(0) var<uniform> flow: Flow;
@group(0) @binding(1) var<storage, read> velocity: array<f32>;
@group(0) @binding(2) var<storage, read> widths: array<f32>;
@group(0) @binding(3) var<storage, read_write> t: array<f32>;

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
    let s = strides();
    let c = at.x + s.y * at.y + s.z * at.z;
    var sum = 0.0;
    for (var axis = 0u; axis < 3u; axis += 1u) {
        let lower = velocity[axis * flow.length + c];
        let upper = velocity[axis * flow.length + c + s[axis]];
        sum += 0.5 * (abs(lower) + abs(upper)) * area_across(axis, at);
    }
    t[cell] = flow.density * sum;
}
