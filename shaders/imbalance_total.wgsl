// Second stage of the sums of imbalance_partial.wgsl, at most one partial sum per invocation, by a fixed tree.
//
// partials   residuals, then scales, one per workgroup of the first stage          sums   of residuals and of scales
//!include invocation
//!include tree

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> groups: Count;
@group(0) @binding(1) var<storage, read> partials: array<f32>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
    for (var kind = 0u; kind < 2u; kind += 1u) {
        var sum = 0.0;
        if (lane < groups.count) {
            sum = partials[kind * groups.count + lane];
        }
        sum_workgroup(lane, sum);
        if (lane == 0u) {
            sums[kind] = tree[0];
        }
    }
}
