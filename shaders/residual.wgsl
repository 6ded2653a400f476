// r = b − A x on one level, in flux form:
//
//     r_c = b_c + Σ_n a_cn (x_n − x_c) − s_c x_c,   n = W, E, S, N, B, T
//
// a_x, a_y, a_z   coefficients along an axis, W/K: with which a cell receives from its upper neighbour, then,
//                 from entry `lower` on, with which the upper neighbour receives from the cell; `lower` is 0
//                 where both are equal (no advection)
// sink            s, W/K, with the conductances of links to compact nodes added
// x               K over the reference          b, r   W
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
@group(0) @binding(6) var<storage, read> b: array<f32>;
@group(0) @binding(7) var<storage, read_write> r: array<f32>;

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
    var sum = b[c];
    if (i > 0u) {
        sum += a_x[level.lower + c - 1u] * (x[c - 1u] - x_c);
    }
    if (i + 1u < level.nx) {
        sum += a_x[c] * (x[c + 1u] - x_c);
    }
    if (j > 0u) {
        sum += a_y[level.lower + c - level.nx] * (x[c - level.nx] - x_c);
    }
    if (j + 1u < level.ny) {
        sum += a_y[c] * (x[c + level.nx] - x_c);
    }
    if (k > 0u) {
        sum += a_z[level.lower + c - plane] * (x[c - plane] - x_c);
    }
    if (k + 1u < level.nz) {
        sum += a_z[c] * (x[c + plane] - x_c);
    }
    r[c] = sum - sink[c] * x_c;
}
