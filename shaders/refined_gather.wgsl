// What compact nodes receive from cells and from each other, added to the true residual and its magnitude:
//
//     r_N         = r_N + Σ_c β_cN (x_c − x_N) + Σ_M δ_NM (x_M − x_N)
//     magnitude_N = magnitude_N + Σ |β| (|x_c| + |x_N|) + Σ |δ| (|x_M| + |x_N|)
//
// One workgroup per node: every invocation adds up each 256th link, a fixed tree adds up the workgroup.
//
// link_row           rows of the nodes that have links
// link_first         first link of each; one more entry closes the last
// link_other         row of the cell or node at the other end of every link
// link_conductance   β and δ, W/K
// x, r, magnitude    as in refined_residual.wgsl
//!include invocation
//!include extended
//!include extended_flux
//!include extended_tree
//!include tree

struct Linked {
    count: u32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> linked: Linked;
@group(0) @binding(1) var<storage, read> link_row: array<u32>;
@group(0) @binding(2) var<storage, read> link_first: array<u32>;
@group(0) @binding(3) var<storage, read> link_other: array<u32>;
@group(0) @binding(4) var<storage, read> link_conductance: array<Extended>;
@group(0) @binding(5) var<storage, read> x: array<Extended>;
@group(0) @binding(6) var<storage, read_write> r: array<Extended>;
@group(0) @binding(7) var<storage, read_write> magnitude: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    protect(linked.zero);
    let at = linear_workgroup(workgroup, workgroups);
    var r_n = extended(0.0);
    var magnitude_n = 0.0;
    if (at < linked.count) {
        let x_n = x[link_row[at]];
        for (var link = link_first[at] + lane; link < link_first[at + 1u]; link += WORKGROUP) {
            add_flux(link_conductance[link], x[link_other[link]], x_n, &r_n, &magnitude_n);
        }
    }
    let received = sum_extended(lane, r_n);
    sum_workgroup(lane, magnitude_n);
    if (lane == 0u && at < linked.count) {
        r[link_row[at]] = sum(r[link_row[at]], received);
        magnitude[link_row[at]] += tree[0];
    }
}
