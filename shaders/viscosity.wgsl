// µ_eff of LVEL at the centres of cells: µ (1 + F(r) (dy⁺/du⁺ − 1)) at Re = ρ |u| y/µ. Places without a distance keep
// theirs.
//
// velocity m/s, distance y in m, shear_share r; viscosity Pa s
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
    if (distance[c] > 0.0) {
        let re = flow.density * speed(c) * distance[c] / flow.viscosity;
        viscosity[c] = flow.viscosity * viscosity_ratio_in_gap(re, shear_share[c]);
    }
}
