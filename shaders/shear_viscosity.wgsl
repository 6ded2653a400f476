// µ_eff of LVEL between the centres of two cells: 6/(1/µ_1 + 4/µ_m + 1/µ_2), µ_m at the means of their speeds, distances
// and shares; the mean of the two where one is beyond a wall.
//
// velocity m/s, distance y in m, shear_share r
// viscosity   Pa s, of cells, and behind them of the lower faces along x, y and z
//!include invocation
//!include flow
//!include speed
//!include wall_law

@group(0) @binding(0) var<uniform> flow: Flow;
@group(0) @binding(1) var<storage, read> velocity: array<f32>;
@group(0) @binding(2) var<storage, read> distance: array<f32>;
@group(0) @binding(3) var<storage, read> shear_share: array<f32>;
@group(0) @binding(4) var<storage, read_write> viscosity: array<f32>;

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
    if (any(at == vec3<u32>(0u)) || any(at > cells())) {
        return;
    }
    let speed_here = speed(c);
    for (var axis = 0u; axis < 3u; axis += 1u) {
        let below = c - strides()[axis];
        let face = (1u + axis) * flow.length + c;
        if (distance[below] > 0.0 && distance[c] > 0.0) {
            let mean_speed = 0.5 * (speed(below) + speed_here);
            let re = flow.density * mean_speed * (0.5 * (distance[below] + distance[c])) / flow.viscosity;
            let share = 0.5 * (shear_share[below] + shear_share[c]);
            let middle = flow.viscosity * viscosity_ratio_in_gap(re, share);
            // ratio_between of the wall law
            viscosity[face] = 6.0 / (1.0 / viscosity[below] + 4.0 / middle + 1.0 / viscosity[c]);
        } else {
            viscosity[face] = 0.5 * (viscosity[below] + viscosity[c]);
        }
    }
}
