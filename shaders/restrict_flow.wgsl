// Means of a state over the faces and cells of a coarser grid:
//
//     ū = Σ A u / Σ A          p̄, θ̄ = Σ V p / Σ V
//
// joined          tables of cells taken together            fine_widths   m
// fine_velocity   m/s, fine_pressure p and its changes in Pa, fine_temperature K; velocity, pressure, temperature the means
//!include invocation
//!include grids

@group(0) @binding(0) var<uniform> grids: Grids;
@group(0) @binding(1) var<storage, read> joined: array<u32>;
@group(0) @binding(2) var<storage, read> fine_widths: array<f32>;
@group(0) @binding(3) var<storage, read> fine_velocity: array<f32>;
@group(0) @binding(4) var<storage, read> fine_pressure: array<f32>;
@group(0) @binding(5) var<storage, read> fine_temperature: array<f32>;
@group(0) @binding(6) var<storage, read_write> velocity: array<f32>;
@group(0) @binding(7) var<storage, read_write> pressure: array<f32>;
@group(0) @binding(8) var<storage, read_write> temperature: array<f32>;

fn width(axis: u32, at: u32) -> f32 {
    let first = vec3<u32>(0u, grids.fine_nx + 2u, grids.fine_nx + grids.fine_ny + 4u);
    return fine_widths[first[axis] + at];
}

// The fine place where a coarse one ends; one further than it begins along the axis of a face.
fn end_of(at: vec3<u32>, axis: u32) -> vec3<u32> {
    var end = vec3<u32>();
    for (var b = 0u; b < 3u; b += 1u) {
        if (b == axis) {
            end[b] = first_fine(b, at[b]) + 1u;
        } else {
            end[b] = first_fine(b, at[b] + 1u);
        }
    }
    return end;
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
    if (any(at == vec3<u32>(0u))) {
        return;
    }
    let begin = vec3<u32>(first_fine(0u, at.x), first_fine(1u, at.y), first_fine(2u, at.z));
    for (var axis = 0u; axis < 3u; axis += 1u) {
        let last = cells() + vec3<u32>(u32(axis == 0u), u32(axis == 1u), u32(axis == 2u));
        if (any(at > last)) {
            continue;
        }
        let end = end_of(at, axis);
        var sum = 0.0;
        var total = 0.0;
        for (var k = begin.z; k < end.z; k += 1u) {
            for (var j = begin.y; j < end.y; j += 1u) {
                for (var i = begin.x; i < end.x; i += 1u) {
                    let w = select(width(0u, i), 1.0, axis == 0u)
                        * select(width(1u, j), 1.0, axis == 1u)
                        * select(width(2u, k), 1.0, axis == 2u);
                    sum += w * fine_velocity[axis * grids.fine_length + fine_index(vec3<u32>(i, j, k))];
                    total += w;
                }
            }
        }
        velocity[axis * grids.length + c] = sum / total;
    }
    if (any(at > cells())) {
        return;
    }
    let end = end_of(at, 3u);
    var sums = vec2<f32>(0.0);
    var total = 0.0;
    for (var k = begin.z; k < end.z; k += 1u) {
        for (var j = begin.y; j < end.y; j += 1u) {
            for (var i = begin.x; i < end.x; i += 1u) {
                let w = width(0u, i) * width(1u, j) * width(2u, k);
                let f = fine_index(vec3<u32>(i, j, k));
                sums += w * vec2<f32>(fine_pressure[f] + fine_pressure[grids.fine_length + f], fine_temperature[f]);
                total += w;
            }
        }
    }
    pressure[c] = sums.x / total;
    pressure[grids.length + c] = 0.0;
    temperature[c] = sums.y / total;
}
