// A coarse level's values added to the fine cells they stand for:
//
//     fine_c = fine_c + coarse_C(c)
//
// parent         coarse index of every fine index: the fine.x entries of x, then those of y, then those of z
// coarse, fine   any unit (K where they are corrections)
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
@group(0) @binding(1) var<storage, read> parent: array<u32>;
@group(0) @binding(2) var<storage, read> coarse: array<f32>;
@group(0) @binding(3) var<storage, read_write> fine: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    let plane = levels.fine_nx * levels.fine_ny;
    if (c >= plane * levels.fine_nz) {
        return;
    }
    let i = parent[c % levels.fine_nx];
    let j = parent[levels.fine_nx + (c / levels.fine_nx) % levels.fine_ny];
    let k = parent[levels.fine_nx + levels.fine_ny + c / plane];
    fine[c] += coarse[i + levels.coarse_nx * (j + levels.coarse_ny * k)];
}
