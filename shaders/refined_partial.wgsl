// First stage of the sums of a true residual over all rows: three partial sums per workgroup,
//
//     Σ (scale r)²,   Σ (scale magnitude)²,   Σ scale r
//
// added up as in dot_partial.wgsl, in extended precision: the heat balance needs every digit of Σ r.
//
// r, magnitude   as in refined_residual.wgsl, W
// scale          a power of two near 1 / ‖b‖, 1/W: squares stay within f32's range
// partials       three per workgroup, 1
//!include invocation
//!include extended
//!include extended_tree

struct Rows {
    cells: u32,
    rows: u32,
    scale: f32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> all: Rows;
@group(0) @binding(1) var<storage, read> r: array<Extended>;
@group(0) @binding(2) var<storage, read> magnitude: array<f32>;
@group(0) @binding(3) var<storage, read_write> partials: array<Extended>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    protect(all.zero);
    let scale = extended(all.scale);
    let stride = workgroups.x * WORKGROUP;
    var squares = extended(0.0);
    var magnitudes = extended(0.0);
    var total = extended(0.0);
    for (var c = workgroup.x * WORKGROUP + lane; c < all.rows; c += stride) {
        let r_c = product(scale, r[c]);
        let magnitude_c = extended(all.scale * magnitude[c]);
        squares = sum(squares, product(r_c, r_c));
        magnitudes = sum(magnitudes, product(magnitude_c, magnitude_c));
        total = sum(total, r_c);
    }
    squares = sum_extended(lane, squares);
    magnitudes = sum_extended(lane, magnitudes);
    total = sum_extended(lane, total);
    if (lane == 0u) {
        partials[3u * workgroup.x] = squares;
        partials[3u * workgroup.x + 1u] = magnitudes;
        partials[3u * workgroup.x + 2u] = total;
    }
}
