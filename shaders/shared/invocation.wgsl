// Invocations of one workgroup along x, in every kernel.
const WORKGROUP: u32 = 256u;

// Linear index of a workgroup: the host folds more than 65,535 of them into rows.
fn linear_workgroup(workgroup: vec3<u32>, workgroups: vec3<u32>) -> u32 {
    return workgroup.x + workgroup.y * workgroups.x;
}
