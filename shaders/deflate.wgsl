// The bodies' corrections added to their cells:
//
//     x_c = x_c + y_b for the cells c of body b
//
// of_cell        body of every cell plus one; 0 outside of bodies
// body_x         y, K          x   K
//!include invocation

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> cells: Count;
@group(0) @binding(1) var<storage, read> of_cell: array<u32>;
@group(0) @binding(2) var<storage, read> body_x: array<f32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= cells.count || of_cell[c] == 0u) {
        return;
    }
    x[c] += body_x[of_cell[c] - 1u];
}
