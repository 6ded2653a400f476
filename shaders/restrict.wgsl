// A fine level's values added up over the cells of a coarser one along one axis, by the weights of
// prolong.wgsl:
//
//     coarse_C = Σ_{c in C} own_c fine_c + Σ_{c beside C} other_c fine_c,   upwards along the axis
//
// One invocation per coarse cell, so that the order of terms is fixed.
//
// first          first fine index of every coarse index of the axis and, closing it, the number of fine ones
// own, other     weights of C and of the coarse cell beside it, per fine cell
// fine, coarse   any unit (W where they are residuals)
//!include invocation

struct Levels {
    stride: u32,
    fine_n: u32,
    coarse_n: u32,
    lines: u32,
}

@group(0) @binding(0) var<uniform> levels: Levels;
@group(0) @binding(1) var<storage, read> first: array<u32>;
@group(0) @binding(2) var<storage, read> own: array<f32>;
@group(0) @binding(3) var<storage, read> other: array<f32>;
@group(0) @binding(4) var<storage, read> fine: array<f32>;
@group(0) @binding(5) var<storage, read_write> coarse: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= levels.lines * levels.coarse_n) {
        return;
    }
    let index = (c / levels.stride) % levels.coarse_n;
    let line = c % levels.stride + levels.stride * levels.fine_n * (c / (levels.stride * levels.coarse_n));
    let begin = first[index];
    let end = first[index + 1u];

    var sum = 0.0;
    if (begin > 0u) {
        let below = line + levels.stride * (begin - 1u);
        sum += other[below] * fine[below];
    }
    for (var i = begin; i < end; i += 1u) {
        let at = line + levels.stride * i;
        sum += own[at] * fine[at];
    }
    if (end < levels.fine_n) {
        let above = line + levels.stride * end;
        sum += other[above] * fine[above];
    }
    coarse[c] = sum;
}
