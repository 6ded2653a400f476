// f = R r(u) − N(R u): what a finer grid asks of a coarser one. R adds the rows of cells, and those of faces with the
// weights of their linear interpolation along the axis; r and N are the sums of all terms of a row.
//
// joined, shares   tables of cells taken together
// fine_system, system   as momentum.wgsl and heat.wgsl leave them        fine_x, x   the state, m/s or K
// faces            codes of the coarser faces                            force       f, N or W
//!include invocation
//!include grids
//!include shares
//!include face

@group(0) @binding(0) var<uniform> grids: Grids;
@group(0) @binding(1) var<storage, read> joined: array<u32>;
@group(0) @binding(2) var<storage, read> shares: array<f32>;
@group(0) @binding(3) var<storage, read> fine_system: array<f32>;
@group(0) @binding(4) var<storage, read> fine_x: array<f32>;
@group(0) @binding(5) var<storage, read> system: array<f32>;
@group(0) @binding(6) var<storage, read> x: array<f32>;
@group(0) @binding(7) var<storage, read> faces: array<u32>;
@group(0) @binding(8) var<storage, read_write> force: array<f32>;

// Neighbour on side W, E, S, N, B, T; where that is beyond the array its coefficient is 0.
fn beside(c: u32, side: u32, s: vec3<u32>, length: u32) -> u32 {
    let stride = s[side / 2u];
    if ((side & 1u) == 1u) {
        return min(c + stride, length - 1u);
    }
    return max(c, stride) - stride;
}

fn fine_residual(c: u32) -> f32 {
    let x_c = fine_x[grids.fine_first + c];
    var r = fine_system[7u * grids.fine_length + c] - fine_system[6u * grids.fine_length + c] * x_c;
    for (var side = 0u; side < 6u; side += 1u) {
        let n = beside(c, side, fine_strides(), grids.fine_length);
        r += fine_system[side * grids.fine_length + c] * (fine_x[grids.fine_first + n] - x_c);
    }
    return r;
}

fn residual(c: u32) -> f32 {
    let x_c = x[grids.first + c];
    var r = system[7u * grids.length + c] - system[6u * grids.length + c] * x_c;
    for (var side = 0u; side < 6u; side += 1u) {
        let n = beside(c, side, strides(), grids.length);
        r += system[side * grids.length + c] * (x[grids.first + n] - x_c);
    }
    return r;
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= grids.length) {
        return;
    }
    let at = place_in(c, cells());
    let axis = grids.axis;
    var wanted = false;
    if (axis < 3u) {
        wanted = (faces[axis * grids.length + c] & SOLVED) != 0u;
    } else {
        wanted = all(at > vec3<u32>(0u)) && all(at <= cells());
    }
    if (!wanted) {
        return;
    }
    var begin = vec3<u32>();
    var end = vec3<u32>();
    for (var b = 0u; b < 3u; b += 1u) {
        begin[b] = first_fine(b, at[b]);
        end[b] = first_fine(b, at[b] + 1u);
        if (b == axis && at[b] > 1u) {
            begin[b] = first_fine(b, at[b] - 1u) + 1u;
        }
    }
    var sum = 0.0;
    for (var k = begin.z; k < end.z; k += 1u) {
        for (var j = begin.y; j < end.y; j += 1u) {
            for (var i = begin.x; i < end.x; i += 1u) {
                let fine = vec3<u32>(i, j, k);
                var weight = 1.0;
                if (axis < 3u) {
                    let middle = first_fine(axis, at[axis]);
                    if (fine[axis] < middle) {
                        weight = along(axis, fine[axis]);
                    } else if (fine[axis] > middle) {
                        weight = 1.0 - along(axis, fine[axis]);
                    }
                }
                sum += weight * fine_residual(fine_index(fine));
            }
        }
    }
    force[axis * grids.length + c] = sum - residual(c);
}
