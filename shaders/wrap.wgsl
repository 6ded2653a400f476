// Ghosts of a periodic axis: x₋₁ = x_{n−1}, x_n = x₀; the last face of an axis is its first. One invocation per line
// along the axis.
//
// x   a padded array that begins at the entry `first`; any unit
//!include invocation

struct Ghosts {
    first: u32,
    stride: u32,
    n: u32,
    lines: u32,
}

@group(0) @binding(0) var<uniform> ghosts: Ghosts;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let line = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (line >= ghosts.lines) {
        return;
    }
    let c = ghosts.first + line % ghosts.stride + ghosts.stride * (ghosts.n + 2u) * (line / ghosts.stride);
    x[c] = x[c + ghosts.n * ghosts.stride];
    x[c + (ghosts.n + 1u) * ghosts.stride] = x[c + ghosts.stride];
}
