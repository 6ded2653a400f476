// What cells receive from the compact nodes linked to them:
//
//     y_c = y_c + ω w_c Σ_N β_cN x_N
//
// the nodes' share of a product (w = −1), of a residual (w = 1) or of a half sweep (w = 1 / diagonal of c, with its
// relaxation ω; else 1). One
// invocation per linked cell; red ones come first, so that a range of them is one colour or all.
//
// linked_cell        cells that have links
// linked_first       first link of each, links sorted alike, then by node; one more entry closes the last
// link_node          node of every link
// link_conductance   β, W/K
// weight             w of every linked cell, 1 or K/W
// node_x             K over the reference          y   W or K
//!include invocation

struct Range {
    first: u32,
    count: u32,
    omega: f32,
}

@group(0) @binding(0) var<uniform> linked: Range;
@group(0) @binding(1) var<storage, read> linked_cell: array<u32>;
@group(0) @binding(2) var<storage, read> linked_first: array<u32>;
@group(0) @binding(3) var<storage, read> link_node: array<u32>;
@group(0) @binding(4) var<storage, read> link_conductance: array<f32>;
@group(0) @binding(5) var<storage, read> weight: array<f32>;
@group(0) @binding(6) var<storage, read> node_x: array<f32>;
@group(0) @binding(7) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let offset = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (offset >= linked.count) {
        return;
    }
    let at = linked.first + offset;
    var sum = 0.0;
    for (var link = linked_first[at]; link < linked_first[at + 1u]; link += 1u) {
        sum += link_conductance[link] * node_x[link_node[link]];
    }
    y[linked_cell[at]] += linked.omega * weight[at] * sum;
}
