// A correction added in extended precision:
//
//     x_c = x_c + ‖r‖ e_c
//
// e        correction of cells for a residual of norm 1, K/W          node_e   the same of compact nodes
// sums     of refined_total.wgsl; sums[0] is (scale ‖r‖)²             x        all rows, K over the reference
//!include invocation
//!include extended

struct Rows {
    cells: u32,
    rows: u32,
    scale: f32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> all: Rows;
@group(0) @binding(1) var<storage, read> e: array<f32>;
@group(0) @binding(2) var<storage, read> node_e: array<f32>;
@group(0) @binding(3) var<storage, read> sums: array<Extended>;
@group(0) @binding(4) var<storage, read_write> x: array<Extended>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    protect(all.zero);
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= all.rows) {
        return;
    }
    var e_c = 0.0;
    if (c < all.cells) {
        e_c = e[c];
    } else {
        e_c = node_e[c - all.cells];
    }
    let norm = extended(sqrt(rounded(sums[0])) / all.scale);
    x[c] = sum(x[c], product(norm, extended(e_c)));
}
