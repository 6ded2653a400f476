// The values of the cells beyond the seam of a periodic axis, behind those of the compact nodes, for scatter.wgsl to read
// like them:
//
//     node_x_s = x_c
//
// One invocation per value.
//
// seam_cell   cells, in the order of their values          x   K over the reference          node_x   the same
//!include invocation

struct Range {
    first: u32,
    count: u32,
    omega: f32,
}

@group(0) @binding(0) var<uniform> beyond: Range;
@group(0) @binding(1) var<storage, read> seam_cell: array<u32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> node_x: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let at = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (at < beyond.count) {
        node_x[beyond.first + at] = x[seam_cell[at]];
    }
}
