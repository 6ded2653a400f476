// What the cells of each body add up to:
//
//     sum_b = Σ_{c in b} r_c
//
// One workgroup per body: every invocation adds up each 256th cell, a fixed tree adds up the workgroup.
//
// body_first     first cell of every body, cells sorted by body; bodies.count + 1 entries
// body_cell      the cells
// r              W          sum   W
//!include invocation
//!include tree

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> bodies: Count;
@group(0) @binding(1) var<storage, read> body_first: array<u32>;
@group(0) @binding(2) var<storage, read> body_cell: array<u32>;
@group(0) @binding(3) var<storage, read> r: array<f32>;
@group(0) @binding(4) var<storage, read_write> sum: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let body = linear_workgroup(workgroup, workgroups);
    var partial = 0.0;
    if (body < bodies.count) {
        let end = body_first[body + 1u];
        for (var at = body_first[body] + lane; at < end; at += WORKGROUP) {
            partial += r[body_cell[at]];
        }
    }
    sum_workgroup(lane, partial);
    if (lane == 0u && body < bodies.count) {
        sum[body] = tree[0];
    }
}
