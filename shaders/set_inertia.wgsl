// m = factor · (Σ a + s), with which a sweep holds each row at its last value.
//
// system   as momentum.wgsl and heat.wgsl leave it          inertia   m, kg/s or W/K
//!include invocation

struct Inertia {
    length: u32,
    factor: f32,
}

@group(0) @binding(0) var<uniform> rows: Inertia;
@group(0) @binding(1) var<storage, read> system: array<f32>;
@group(0) @binding(2) var<storage, read_write> inertia: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= rows.length) {
        return;
    }
    var diagonal = 0.0;
    for (var array = 0u; array < 7u; array += 1u) {
        diagonal += system[array * rows.length + c];
    }
    inertia[c] = rows.factor * diagonal;
}
