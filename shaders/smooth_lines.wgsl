// One zebra half sweep: the cells of every second line along an axis are solved together, given all others:
//
//     y_c = p_c (b_c + Σ_n a_cn x_n + l_c y_below)      up the line; n: the four neighbours beside it
//     x_c = y_c + p_c u_c x_above                       down it
//
// l and u are what c receives from below and above, p its inverse pivot (host, backend/lines.rs). One invocation per
// line; a line has the colour that the parity of its two other indices gives, so that x beside it stands still
// and x on it can hold y. Rows whose p is 0 keep x.
//
// a_along, a_first, a_second   as a_x, a_y, a_z in residual.wgsl: of the lines' axis and the two others, W/K
// inverse_pivot                p, K/W
// x                            K over the reference          b   W
//!include invocation

struct LineSweep {
    stride: u32,
    steps: u32,
    first_stride: u32,
    first_n: u32,
    second_stride: u32,
    second_n: u32,
    lower: u32,
    colour: u32,
}

@group(0) @binding(0) var<uniform> sweep: LineSweep;
@group(0) @binding(1) var<storage, read> a_along: array<f32>;
@group(0) @binding(2) var<storage, read> a_first: array<f32>;
@group(0) @binding(3) var<storage, read> a_second: array<f32>;
@group(0) @binding(4) var<storage, read> inverse_pivot: array<f32>;
@group(0) @binding(5) var<storage, read> b: array<f32>;
@group(0) @binding(6) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let line = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let pairs = (sweep.first_n + 1u) / 2u;
    let second = line / pairs;
    let first = 2u * (line % pairs) + ((second + sweep.colour) & 1u);
    if (second >= sweep.second_n || first >= sweep.first_n) {
        return;
    }
    var c = first * sweep.first_stride + second * sweep.second_stride;

    var below = 0.0;
    for (var step = 0u; step < sweep.steps; step += 1u) {
        var sum = b[c];
        if (first > 0u) {
            sum += a_first[sweep.lower + c - sweep.first_stride] * x[c - sweep.first_stride];
        }
        if (first + 1u < sweep.first_n) {
            sum += a_first[c] * x[c + sweep.first_stride];
        }
        if (second > 0u) {
            sum += a_second[sweep.lower + c - sweep.second_stride] * x[c - sweep.second_stride];
        }
        if (second + 1u < sweep.second_n) {
            sum += a_second[c] * x[c + sweep.second_stride];
        }
        if (step > 0u) {
            sum += a_along[sweep.lower + c - sweep.stride] * below;
        }
        if (inverse_pivot[c] > 0.0) {
            x[c] = inverse_pivot[c] * sum;
        }
        below = x[c];
        c += sweep.stride;
    }
    c -= sweep.stride;
    var above = x[c];
    for (var step = 1u; step < sweep.steps; step += 1u) {
        c -= sweep.stride;
        above = x[c] + inverse_pivot[c] * a_along[c] * above;
        x[c] = above;
    }
}
