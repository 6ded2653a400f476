// Transport of heat, as coefficients of its cells:
//
//     Σ a_n (θ_n − θ) − s θ + b = 0,   a_n = g_n + cp max(ṁ_n, 0),   b = q + Σ cp ṁ_n (θ_f − θ_upwind)
//
// velocity m/s, temperature K over the reference, faces codes, widths m, conductance and sink W/K, source W;
// system   a_w, a_e, a_s, a_n, a_b, a_t, s in W/K and b in W, one array after the other; 0 in ghosts
//!include invocation
//!include flow
//!include widths
//!include face
//!include stencil

@group(0) @binding(0) var<uniform> flow: Flow;
@group(0) @binding(1) var<storage, read> velocity: array<f32>;
@group(0) @binding(2) var<storage, read> temperature: array<f32>;
@group(0) @binding(3) var<storage, read> faces: array<u32>;
@group(0) @binding(4) var<storage, read> widths: array<f32>;
@group(0) @binding(5) var<storage, read> conductance: array<f32>;
@group(0) @binding(6) var<storage, read> sink: array<f32>;
@group(0) @binding(7) var<storage, read> source: array<f32>;
@group(0) @binding(8) var<storage, read_write> system: array<f32>;

// One side of a cell: sets its coefficient, gives its part of b.
fn side(c: u32, at: vec3<u32>, axis: u32, upper: bool) -> f32 {
    let first = axis * flow.length;
    let s = strides()[axis];
    let other = select(c - s, c + s, upper);
    let face = first + select(c, other, upper);
    let flux = flow.density * flow.specific_heat * area_across(axis, at) * velocity[face];
    let inflow = select(flux, -flux, upper);
    system[(2u * axis + u32(upper)) * flow.length + c] = conductance[face] + max(inflow, 0.0);
    if (inflow == 0.0 || !is_clear(faces[face])) {
        return 0.0;
    }
    let own = width(axis, at[axis]);
    let beyond = width(axis, select(at[axis] - 1u, at[axis] + 1u, upper));
    let distance = 0.5 * (own + beyond);
    let t_c = temperature[c];
    let t_other = temperature[other];
    if (inflow > 0.0) {
        let far = around(axis, c, at[axis], select(-2, 2, upper));
        let sighted = is_clear(faces[first + select(other, far.x, upper)]);
        let up_distance = select(0.0, 0.5 * (beyond + width(axis, far.y)), sighted);
        let share = beyond / (beyond + own);
        return inflow * correction(t_other, t_c, temperature[far.x], distance, up_distance, share);
    }
    let opposite = select(c + s, c - s, upper);
    let sighted = is_clear(faces[first + select(opposite, c, upper)]);
    let up_width = width(axis, select(at[axis] + 1u, at[axis] - 1u, upper));
    let up_distance = select(0.0, 0.5 * (own + up_width), sighted);
    let share = own / (own + beyond);
    return inflow * correction(t_c, t_other, temperature[opposite], distance, up_distance, share);
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= flow.length) {
        return;
    }
    let at = place(c);
    if (any(at == vec3<u32>(0u)) || any(at > cells())) {
        for (var array = 0u; array < 8u; array += 1u) {
            system[array * flow.length + c] = 0.0;
        }
        return;
    }
    system[6u * flow.length + c] = sink[c];
    var right = source[c];
    for (var axis = 0u; axis < 3u; axis += 1u) {
        right += side(c, at, axis, false);
        right += side(c, at, axis, true);
    }
    system[7u * flow.length + c] = right;
}
