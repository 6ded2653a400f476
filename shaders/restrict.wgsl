// A fine level's values added up over the cells of a coarse one:
//
//     coarse_C = Σ_{c in C} fine_c,   x fastest, then y, then z
//
// One invocation per coarse cell, so that the order of terms is fixed.
//
// first          first fine index of every coarse index and, closing each axis, the number of fine ones: the
//                coarse.x + 1 entries of x, then those of y, then those of z
// fine, coarse   any unit (W where they are residuals)
//!include invocation

struct Levels {
    fine_nx: u32,
    fine_ny: u32,
    fine_nz: u32,
    coarse_nx: u32,
    coarse_ny: u32,
    coarse_nz: u32,
}

@group(0) @binding(0) var<uniform> levels: Levels;
@group(0) @binding(1) var<storage, read> first: array<u32>;
@group(0) @binding(2) var<storage, read> fine: array<f32>;
@group(0) @binding(3) var<storage, read_write> coarse: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let plane = levels.coarse_nx * levels.coarse_ny;
    if (c >= plane * levels.coarse_nz) {
        return;
    }
    let at_x = c % levels.coarse_nx;
    let at_y = levels.coarse_nx + 1u + (c / levels.coarse_nx) % levels.coarse_ny;
    let at_z = levels.coarse_nx + levels.coarse_ny + 2u + c / plane;

    var sum = 0.0;
    for (var k = first[at_z]; k < first[at_z + 1u]; k += 1u) {
        for (var j = first[at_y]; j < first[at_y + 1u]; j += 1u) {
            let row = levels.fine_nx * (j + levels.fine_ny * k);
            for (var i = first[at_x]; i < first[at_x + 1u]; i += 1u) {
                sum += fine[row + i];
            }
        }
    }
    coarse[c] = sum;
}
