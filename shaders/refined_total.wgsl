// Second stage of the sums of a true residual: the partial sums of refined_partial.wgsl, at most one of each
// kind per invocation, added up by a fixed tree in one workgroup.
//
// partials   three per workgroup of the first stage          sums   the three totals
//!include invocation
//!include extended
//!include extended_tree

struct Linked {
    count: u32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> groups: Linked;
@group(0) @binding(1) var<storage, read> partials: array<Extended>;
@group(0) @binding(2) var<storage, read_write> sums: array<Extended>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
    protect(groups.zero);
    for (var kind = 0u; kind < 3u; kind += 1u) {
        var value = extended(0.0);
        if (lane < groups.count) {
            value = partials[3u * lane + kind];
        }
        value = sum_extended(lane, value);
        if (lane == 0u) {
            sums[kind] = value;
        }
    }
}
