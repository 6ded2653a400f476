// The true residual in extended precision, in flux form, and the magnitude of its terms; links follow in
// refined_scatter.wgsl and refined_gather.wgsl:
//
//     r_c         = b_c − s_c x_c + Σ_n a_cn (x_n − x_c),   n = W, E, S, N, B, T
//     magnitude_c = |b_c| + |s_c x_c| + Σ_n |a_cn| (|x_n| + |x_c|)
//
// a_x, a_y, a_z   as in residual.wgsl, W/K
// sink            s of all rows, cells before compact nodes, without the conductances of links, W/K
// x               K over the reference          b, r, magnitude   W          all of them cells before nodes
//!include invocation
//!include extended
//!include extended_flux

struct Refined {
    nx: u32,
    ny: u32,
    nz: u32,
    lower: u32,
    rows: u32,
    zero: u32,
}

@group(0) @binding(0) var<uniform> level: Refined;
@group(0) @binding(1) var<storage, read> a_x: array<Extended>;
@group(0) @binding(2) var<storage, read> a_y: array<Extended>;
@group(0) @binding(3) var<storage, read> a_z: array<Extended>;
@group(0) @binding(4) var<storage, read> sink: array<Extended>;
@group(0) @binding(5) var<storage, read> x: array<Extended>;
@group(0) @binding(6) var<storage, read> b: array<Extended>;
@group(0) @binding(7) var<storage, read_write> r: array<Extended>;
@group(0) @binding(8) var<storage, read_write> magnitude: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    protect(level.zero);
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= level.rows) {
        return;
    }
    let x_c = x[c];
    let own = product(sink[c], x_c);
    var r_c = difference(b[c], own);
    var magnitude_c = abs(rounded(b[c])) + abs(rounded(own));

    let plane = level.nx * level.ny;
    if (c < plane * level.nz) {
        let i = c % level.nx;
        let j = (c / level.nx) % level.ny;
        let k = c / plane;
        if (i > 0u) {
            add_flux(a_x[level.lower + c - 1u], x[c - 1u], x_c, &r_c, &magnitude_c);
        }
        if (i + 1u < level.nx) {
            add_flux(a_x[c], x[c + 1u], x_c, &r_c, &magnitude_c);
        }
        if (j > 0u) {
            add_flux(a_y[level.lower + c - level.nx], x[c - level.nx], x_c, &r_c, &magnitude_c);
        }
        if (j + 1u < level.ny) {
            add_flux(a_y[c], x[c + level.nx], x_c, &r_c, &magnitude_c);
        }
        if (k > 0u) {
            add_flux(a_z[level.lower + c - plane], x[c - plane], x_c, &r_c, &magnitude_c);
        }
        if (k + 1u < level.nz) {
            add_flux(a_z[c], x[c + plane], x_c, &r_c, &magnitude_c);
        }
    }
    r[c] = r_c;
    magnitude[c] = magnitude_c;
}
