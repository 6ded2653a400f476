// One relaxed Gauss–Seidel half sweep over the cells of a colour (parity of i + j + k):
//
//     x_c = x_c + ω ((b_c + Σ_n a_cn x_n) / (s_c + Σ_n a_cn) − x_c),   n = W, E, S, N, B, T
//
// One invocation per pair of cells along x. Rows whose diagonal is 0 or below the normal numbers keep x.
//
// a_x, a_y, a_z, sink   as in residual.wgsl, W/K
// x                     K over the reference          b   W
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
    let pair = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let pairs = (sweep.nx + 1u) / 2u;
    let j = (pair / pairs) % sweep.ny;
    let k = pair / (pairs * sweep.ny);
    let i = 2u * (pair % pairs) + ((j + k + sweep.colour) & 1u);
    if (k >= sweep.nz || i >= sweep.nx) {
        return;
    }
    let plane = sweep.nx * sweep.ny;
    let c = i + sweep.nx * j + plane * k;

    var sum = b[c];
    var diagonal = sink[c];
    if (i > 0u) {
        let a_w = a_x[sweep.lower + c - 1u];
        sum += a_w * x[c - 1u];
        diagonal += a_w;
    }
    if (i + 1u < sweep.nx) {
        let a_e = a_x[c];
        sum += a_e * x[c + 1u];
        diagonal += a_e;
    }
    if (j > 0u) {
        let a_s = a_y[sweep.lower + c - sweep.nx];
        sum += a_s * x[c - sweep.nx];
        diagonal += a_s;
    }
    if (j + 1u < sweep.ny) {
        let a_n = a_y[c];
        sum += a_n * x[c + sweep.nx];
        diagonal += a_n;
    }
    if (k > 0u) {
        let a_b = a_z[sweep.lower + c - plane];
        sum += a_b * x[c - plane];
        diagonal += a_b;
    }
    if (k + 1u < sweep.nz) {
        let a_t = a_z[c];
        sum += a_t * x[c + plane];
        diagonal += a_t;
    }
    if (diagonal >= SMALLEST_NORMAL) {
        x[c] += sweep.omega * (sum / diagonal - x[c]);
    }
}
