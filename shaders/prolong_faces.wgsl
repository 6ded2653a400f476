// u ← u + (1 − t) C_lower + t C_upper: the change of coarser velocities on the finer ones that are solved.
//
//     C = c + Σ w (c_n − c)     w towards the coarse neighbour n; c_n = −c beyond a wall that holds the fluid
//
// joined, shares   tables of cells taken together      change   c of the coarser velocities, m/s
// faces, fine_faces   codes                            fine_velocity   m/s
//!include invocation
//!include grids
//!include shares
//!include face

@group(0) @binding(0) var<uniform> grids: Grids;
@group(0) @binding(1) var<storage, read> joined: array<u32>;
@group(0) @binding(2) var<storage, read> shares: array<f32>;
@group(0) @binding(3) var<storage, read> change: array<f32>;
@group(0) @binding(4) var<storage, read> faces: array<u32>;
@group(0) @binding(5) var<storage, read> fine_faces: array<u32>;
@group(0) @binding(6) var<storage, read_write> fine_velocity: array<f32>;

// C of the coarse face at `place`, for a fine face at `at`.
fn of_face(axis: u32, at: vec3<u32>, place: vec3<u32>) -> f32 {
    let s = strides();
    let c = index(place);
    let first = axis * grids.length;
    let own = change[first + c];
    // A cell beside the face, inside the domain.
    let cell = select(c - s[axis], c, place[axis] <= cells()[axis]);
    var value = own;
    for (var b = 0u; b < 3u; b += 1u) {
        if (b == axis) {
            continue;
        }
        let weight = offset(b, at[b]);
        let upper = weight >= 0.0;
        let face = b * grids.length + select(cell, cell + s[b], upper);
        var next = -own;
        switch passage(faces[face]) {
            case OPEN: { next = change[first + select(c - s[b], c + s[b], upper)]; }
            case SLIP, OPENING: { next = own; }
            default: {}
        }
        value += abs(weight) * (next - own);
    }
    return value;
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= grids.fine_length) {
        return;
    }
    let at = place_in(c, fine_cells());
    let lower = parent(at);
    for (var axis = 0u; axis < 3u; axis += 1u) {
        let here = axis * grids.fine_length + c;
        if ((fine_faces[here] & SOLVED) == 0u) {
            continue;
        }
        let share = along(axis, at[axis]);
        var value = (1.0 - share) * of_face(axis, at, lower);
        if (share > 0.0) {
            var above = lower;
            above[axis] += 1u;
            value += share * of_face(axis, at, above);
        }
        fine_velocity[here] += value;
    }
}
