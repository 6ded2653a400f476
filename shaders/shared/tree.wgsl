// Sum over the invocations of a workgroup by a fixed binary tree, so that repeats are bit-identical.
var<workgroup> tree: array<f32, WORKGROUP>;

// Every invocation of the workgroup calls this once; `tree[0]` is the sum afterwards.
fn sum_workgroup(lane: u32, value: f32) {
    tree[lane] = value;
    workgroupBarrier();
    for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
            tree[lane] += tree[lane + width];
        }
        workgroupBarrier();
    }
}
