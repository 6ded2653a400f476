// What linked cells receive from compact nodes, added to the true residual and its magnitude:
//
//     r_c         = r_c + Σ_N β_cN (x_N − x_c)
//     magnitude_c = magnitude_c + Σ_N |β_cN| (|x_N| + |x_c|)
//
// One invocation per linked cell.
//
// link_row           linked cells
// link_first         first link of each; one more entry closes the last
// link_other         row of the node of every link
// link_conductance   β, W/K
// x, r, magnitude    as in refined_residual.wgsl
//!include invocation
//!include extended
//!include extended_flux

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
    let at = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (at >= linked.count) {
        return;
    }
    let c = link_row[at];
    var r_c = r[c];
    var magnitude_c = magnitude[c];
    for (var link = link_first[at]; link < link_first[at + 1u]; link += 1u) {
        add_flux(link_conductance[link], x[link_other[link]], x[c], &r_c, &magnitude_c);
    }
    r[c] = r_c;
    magnitude[c] = magnitude_c;
}
