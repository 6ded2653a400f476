// The red half sweep of smooth.wgsl from x = 0:
//
//     x_c = ω b_c / (s_c + Σ_n a_cn) for red cells (i + j + k even), 0 for the others
//
// One invocation per cell. Red rows whose diagonal is 0 or below the normal numbers get 0.
//
// a_x, a_y, a_z, sink   as in residual.wgsl, W/K
// b                     W          x   K over the reference
//!include invocation

struct Sweep {
    nx: u32,
    ny: u32,
    nz: u32,
    lower: u32,
    colour: u32,
    omega: f32,
}

@group(0) @binding(0) var<uniform> sweep: Sweep;
@group(0) @binding(1) var<storage, read> a_x: array<f32>;
@group(0) @binding(2) var<storage, read> a_y: array<f32>;
@group(0) @binding(3) var<storage, read> a_z: array<f32>;
@group(0) @binding(4) var<storage, read> sink: array<f32>;
@group(0) @binding(5) var<storage, read> b: array<f32>;
@group(0) @binding(6) var<storage, read_write> x: array<f32>;

const SMALLEST_NORMAL: f32 = 1.1754944e-38;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let plane = sweep.nx * sweep.ny;
    if (c >= plane * sweep.nz) {
        return;
    }
    let i = c % sweep.nx;
    let j = (c / sweep.nx) % sweep.ny;
    let k = c / plane;
    if (((i + j + k + sweep.colour) & 1u) == 1u) {
        x[c] = 0.0;
        return;
    }

    var diagonal = sink[c];
    if (i > 0u) {
        diagonal += a_x[sweep.lower + c - 1u];
    }
    if (i + 1u < sweep.nx) {
        diagonal += a_x[c];
    }
    if (j > 0u) {
        diagonal += a_y[sweep.lower + c - sweep.nx];
    }
    if (j + 1u < sweep.ny) {
        diagonal += a_y[c];
    }
    if (k > 0u) {
        diagonal += a_z[sweep.lower + c - plane];
    }
    if (k + 1u < sweep.nz) {
        diagonal += a_z[c];
    }
    var value = 0.0;
    if (diagonal >= SMALLEST_NORMAL) {
        value = sweep.omega * (b[c] / diagonal);
    }
    x[c] = value;
}
