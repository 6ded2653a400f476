// b ← b + f: what a finer grid asks of the system just filled.
//
// system   as momentum.wgsl and heat.wgsl leave it          force   f, N or W; each unknown's begins at an entry of its own
//!include invocation

struct Forced {
    length: u32,
    first: u32,
}

@group(0) @binding(0) var<uniform> rows: Forced;
@group(0) @binding(1) var<storage, read_write> system: array<f32>;
@group(0) @binding(2) var<storage, read> force: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c < rows.length) {
        system[7u * rows.length + c] += force[rows.first + c];
    }
}
