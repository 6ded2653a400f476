// y = M x for a small dense square matrix:
//
//     y_i = Σ_j M_ij x_j
//
// One invocation per row. m is stored by columns, so that neighbouring invocations read neighbouring words.
//
// m      any unit, rows × rows          x, y   any units
//!include invocation

struct Count {
    count: u32,
}

@group(0) @binding(0) var<uniform> rows: Count;
@group(0) @binding(1) var<storage, read> m: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let row = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (row >= rows.count) {
        return;
    }
    var sum = 0.0;
    for (var column = 0u; column < rows.count; column += 1u) {
        sum += m[column * rows.count + row] * x[column];
    }
    y[row] = sum;
}
