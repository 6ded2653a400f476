// A coarse level's values interpolated to the finer level along one axis and added:
//
//     fine_c = fine_c + own_c coarse_C + other_c coarse_D
//
// with C the coarse cell of c and D the one below it for the first cell of a pair, above it for the last.
//
// parent         coarse index of every fine index of the axis
// own, other     weights of C and D, per fine cell
// coarse, fine   any unit (K where they are corrections)
//!include invocation

struct Levels {
    stride: u32,
    fine_n: u32,
    coarse_n: u32,
    lines: u32,
}

@group(0) @binding(0) var<uniform> levels: Levels;
@group(0) @binding(1) var<storage, read> parent: array<u32>;
@group(0) @binding(2) var<storage, read> own: array<f32>;
@group(0) @binding(3) var<storage, read> other: array<f32>;
@group(0) @binding(4) var<storage, read> coarse: array<f32>;
@group(0) @binding(5) var<storage, read_write> fine: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= levels.lines * levels.fine_n) {
        return;
    }
    let i = (c / levels.stride) % levels.fine_n;
    let line = c % levels.stride + levels.stride * levels.coarse_n * (c / (levels.stride * levels.fine_n));
    let index = parent[i];

    var sum = own[c] * coarse[line + levels.stride * index];
    if (other[c] > 0.0) {
        let last = i > 0u && parent[max(i, 1u) - 1u] == index;
        let beside = select(index - 1u, index + 1u, last);
        sum += other[c] * coarse[line + levels.stride * beside];
    }
    fine[c] += sum;
}
