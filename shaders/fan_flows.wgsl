// Volume flow through a fan's faces towards larger coordinates, Σ u A: one workgroup per fan, by a fixed tree.
//
// fan_first   first face of every fan and, closing it, the number of all          velocity   m/s
// fan_face    entry of each face in velocity          fan_area   m²               flow       m³/s
//!include invocation
//!include tree

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> fans: Count;
@group(0) @binding(1) var<storage, read> fan_first: array<u32>;
@group(0) @binding(2) var<storage, read> fan_face: array<u32>;
@group(0) @binding(3) var<storage, read> fan_area: array<f32>;
@group(0) @binding(4) var<storage, read> velocity: array<f32>;
@group(0) @binding(5) var<storage, read_write> flow: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let fan = linear_workgroup(workgroup, workgroups);
    var sum = 0.0;
    if (fan < fans.count) {
        let end = fan_first[fan + 1u];
        for (var face = fan_first[fan] + lane; face < end; face += WORKGROUP) {
            sum += velocity[fan_face[face]] * fan_area[face];
        }
    }
    sum_workgroup(lane, sum);
    if (lane == 0u && fan < fans.count) {
        flow[fan] = tree[0];
    }
}
