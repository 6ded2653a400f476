// d = A / (m + A dΔp/du) of every solved face across an axis: m/s by which 1 Pa moves the flow through it. 0 for others.
//
// velocity m/s, faces codes, laws and widths as in their shared files, inertia m in kg/s; mobility m/(s Pa), one axis
// after the other
//!include invocation
//!include flow
//!include widths
//!include face
//!include law

@group(0) @binding(0) var<uniform> flow: Flow;
@group(0) @binding(1) var<storage, read> velocity: array<f32>;
@group(0) @binding(2) var<storage, read> faces: array<u32>;
@group(0) @binding(3) var<storage, read> laws: array<Law>;
@group(0) @binding(4) var<storage, read> widths: array<f32>;
@group(0) @binding(5) var<storage, read> inertia: array<f32>;
@group(0) @binding(6) var<storage, read_write> mobility: array<f32>;

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
    let axis = flow.axis;
    let at = place(c);
    let here = axis * flow.length + c;
    if ((faces[here] & SOLVED) == 0u) {
        mobility[here] = 0.0;
        return;
    }
    let area = area_across(axis, at);
    let law = law_of(axis, c);
    let slope = 2.0 * law.quadratic * abs(velocity[here]) + law.linear + law.stiffness;
    mobility[here] = area / (inertia[c] + area * slope);
}
