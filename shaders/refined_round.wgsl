// The true residual, scaled to norm 1 and rounded to f32: the right-hand side of a correction.
//
//     field_c = r_c / ‖r‖,   node_r_N = r_N / ‖r‖;   0 where ‖r‖ is nothing
//
// r          as in refined_residual.wgsl, W          sums    of refined_total.wgsl; sums[0] is (scale ‖r‖)²
// field      cells, 1                                node_r  compact nodes, 1
//!include invocation
//!include extended

struct Rows {
    cells: u32,
    rows: u32,
    scale: f32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> all: Rows;
@group(0) @binding(1) var<storage, read> r: array<Extended>;
@group(0) @binding(2) var<storage, read> sums: array<Extended>;
@group(0) @binding(3) var<storage, read_write> field: array<f32>;
@group(0) @binding(4) var<storage, read_write> node_r: array<f32>;

const SMALLEST_NORMAL: f32 = 1.1754944e-38;

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
    let norm_squared = rounded(sums[0]);
    var value = 0.0;
    if (norm_squared >= SMALLEST_NORMAL) {
        value = all.scale * rounded(r[c]) / sqrt(norm_squared);
    }
    if (c < all.cells) {
        field[c] = value;
    } else {
        node_r[c - all.cells] = value;
    }
}
