// δ ← δ + p', u ← u + d (p'_W − p'_P), with p' = 0 beyond the cells: surroundings of openings keep their pressure. Beyond
// the ends of periodic axes p' is that of the other end.
// The pressure is p + δ, with all changes since settle.wgsl in δ.
//
// mobility     d of every face, m/(s Pa)          correction   p' of cells in natural order, Pa
// pressure     p and, behind it, δ in Pa           velocity     m/s
//!include invocation
//!include flow

@group(0) @binding(0) var<uniform> flow: Flow;
@group(0) @binding(1) var<storage, read> mobility: array<f32>;
@group(0) @binding(2) var<storage, read> correction: array<f32>;
@group(0) @binding(3) var<storage, read_write> pressure: array<f32>;
@group(0) @binding(4) var<storage, read_write> velocity: array<f32>;

// p' of a place; one below the lower ghost wraps to a large number and is outside too.
fn change(at: vec3<u32>) -> f32 {
    let around = (vec3<u32>(flow.periodic) & vec3<u32>(1u, 2u, 4u)) != vec3<u32>(0u);
    let cell = select(at - 1u, (at + cells() - 1u) % cells(), around);
    if (any(cell >= cells())) {
        return 0.0;
    }
    return correction[cell.x + flow.nx * (cell.y + flow.ny * cell.z)];
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
    let above = change(at);
    if (all(at > vec3<u32>(0u)) && all(at <= cells())) {
        pressure[flow.length + c] += above;
    }
    for (var axis = 0u; axis < 3u; axis += 1u) {
        let lower = at - vec3<u32>(u32(axis == 0u), u32(axis == 1u), u32(axis == 2u));
        let here = axis * flow.length + c;
        velocity[here] += mobility[here] * (change(lower) - above);
    }
}
