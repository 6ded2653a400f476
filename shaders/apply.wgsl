// y = A x on one level, in flux form:
//
//     y_c = Σ_n a_cn (x_c − x_n) + s_c x_c,   n = W, E, S, N, B, T
//
// a_x, a_y, a_z, sink   as in residual.wgsl, W/K
// x                     K over the reference          y   W
//!include invocation

struct Level {
    nx: u32,
    ny: u32,
    nz: u32,
    lower: u32,
}

@group(0) @binding(0) var<uniform> level: Level;
@group(0) @binding(1) var<storage, read> a_x: array<f32>;
@group(0) @binding(2) var<storage, read> a_y: array<f32>;
@group(0) @binding(3) var<storage, read> a_z: array<f32>;
@group(0) @binding(4) var<storage, read> sink: array<f32>;
@group(0) @binding(5) var<storage, read> x: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let plane = level.nx * level.ny;
    if (c >= plane * level.nz) {
        return;
    }
    let i = c % level.nx;
    let j = (c / level.nx) % level.ny;
    let k = c / plane;

    let x_c = x[c];
    var sum = 0.0;
    if (i > 0u) {
        sum += a_x[level.lower + c - 1u] * (x_c - x[c - 1u]);
    }
    if (i + 1u < level.nx) {
        sum += a_x[c] * (x_c - x[c + 1u]);
    }
    if (j > 0u) {
        sum += a_y[level.lower + c - level.nx] * (x_c - x[c - level.nx]);
    }
    if (j + 1u < level.ny) {
        sum += a_y[c] * (x_c - x[c + level.nx]);
    }
    if (k > 0u) {
        sum += a_z[level.lower + c - plane] * (x_c - x[c - plane]);
    }
    if (k + 1u < level.nz) {
        sum += a_z[c] * (x_c - x[c + plane]);
    }
    y[c] = sum + sink[c] * x_c;
}
