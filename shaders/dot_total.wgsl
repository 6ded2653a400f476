// Second stage of Σ x y: the partial sums of dot_partial.wgsl, at most one per invocation, added up by a
// fixed tree in one workgroup.
//
// partials   one per workgroup of the first stage          out   their sum, same unit
//!include invocation
//!include tree

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> groups: Count;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
    var sum = 0.0;
    if (lane < groups.count) {
        sum = partials[lane];
    }
    sum_workgroup(lane, sum);
    if (lane == 0u) {
        out[0] = tree[0];
    }
}
