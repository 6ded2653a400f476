// Keeps the changes of the pressure small beside it, so that a difference of neighbours does not round with the whole:
//
//     stage 0   p ← p + δ
//     stage 1   δ ← δ − (p − p_old)          what rounding has left out of p
//
// Two dispatches, because a compiler that sees both takes the difference for δ and the rest for 0.
//
// pressure   p and, behind it, δ, Pa          old   p before stage 0, Pa
//!include invocation

struct Settling {
    length: u32,
    stage: u32,
}

@group(0) @binding(0) var<uniform> settling: Settling;
@group(0) @binding(1) var<storage, read> old: array<f32>;
@group(0) @binding(2) var<storage, read_write> pressure: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= settling.length) {
        return;
    }
    if (settling.stage == 0u) {
        pressure[c] += pressure[settling.length + c];
    } else {
        pressure[settling.length + c] -= pressure[c] - old[c];
    }
}
