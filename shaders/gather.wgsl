// What compact nodes receive from the cells linked to them:
//
//     node_rhs_N = Σ_c β_cN x_c
//
// One workgroup per node: every invocation adds up each 256th link, a fixed tree adds up the workgroup.
//
// node_first         first link of every node, links sorted by node; nodes.count + 1 entries
// link_cell          cell of every link
// link_conductance   β, W/K
// x                  K over the reference          node_rhs   W
//!include invocation
//!include tree

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> nodes: Count;
@group(0) @binding(1) var<storage, read> node_first: array<u32>;
@group(0) @binding(2) var<storage, read> link_cell: array<u32>;
@group(0) @binding(3) var<storage, read> link_conductance: array<f32>;
@group(0) @binding(4) var<storage, read> x: array<f32>;
@group(0) @binding(5) var<storage, read_write> node_rhs: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let node = linear_workgroup(workgroup, workgroups);
    var sum = 0.0;
    if (node < nodes.count) {
        let end = node_first[node + 1u];
        for (var link = node_first[node] + lane; link < end; link += WORKGROUP) {
            sum += link_conductance[link] * x[link_cell[link]];
        }
    }
    sum_workgroup(lane, sum);
    if (lane == 0u && node < nodes.count) {
        node_rhs[node] = tree[0];
    }
}
