// First stage of Σ x y: one partial sum per workgroup.
//
// Every invocation adds up the cells c, c + stride, c + 2 stride … of its own, where the stride is all
// invocations of the dispatch; a fixed tree adds them up within the workgroup (dot_total.wgsl goes on).
//
// x, y       any units          partials   their product, one per workgroup
//!include invocation
//!include tree

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> cells: Count;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let stride = workgroups.x * WORKGROUP;
    var sum = 0.0;
    for (var c = workgroup.x * WORKGROUP + lane; c < cells.count; c += stride) {
        sum += x[c] * y[c];
    }
    sum_workgroup(lane, sum);
    if (lane == 0u) {
        partials[workgroup.x] = tree[0];
    }
}
