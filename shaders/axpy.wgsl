// y = y + sign·alpha·x
//
// alpha   one number on the device; unit of y over unit of x
// x, y    any units
//!include invocation

struct Axpy {
    sign: f32,
    count: u32,
}

@group(0) @binding(0) var<uniform> axpy: Axpy;
@group(0) @binding(1) var<storage, read> alpha: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= axpy.count) {
        return;
    }
    y[c] += axpy.sign * alpha[0] * x[c];
}
