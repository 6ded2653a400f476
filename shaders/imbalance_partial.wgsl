// First stage of Σ r² and Σ (a_P x)², r the sum of all terms of a row without inertia, a_P its diagonal: one partial
// sum of each per workgroup, added up as in dot_partial.wgsl.
//
// system, x   as in relax.wgsl          partials   residuals, then scales, N² or W²
//!include invocation
//!include tree
//!include sweep

@group(0) @binding(0) var<uniform> sweep: Relaxation;
@group(0) @binding(1) var<storage, read> system: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let stride = workgroups.x * WORKGROUP;
    var sums = vec2<f32>(0.0);
    for (var c = workgroup.x * WORKGROUP + lane; c < sweep.length; c += stride) {
        let x_c = x[sweep.x_first + c];
        let s = system[6u * sweep.length + c];
        var r = system[7u * sweep.length + c] - s * x_c;
        var diagonal = s;
        for (var side = 0u; side < 6u; side += 1u) {
            let a = system[side * sweep.length + c];
            r += a * (x[sweep.x_first + beside(c, side)] - x_c);
            diagonal += a;
        }
        sums += vec2<f32>(r * r, diagonal * x_c * (diagonal * x_c));
    }
    sum_workgroup(lane, sums.x);
    if (lane == 0u) {
        partials[workgroup.x] = tree[0];
    }
    sum_workgroup(lane, sums.y);
    if (lane == 0u) {
        partials[workgroups.x + workgroup.x] = tree[0];
    }
}
