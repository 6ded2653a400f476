// Sum over the invocations of a workgroup in extended precision, by the fixed tree of tree.wgsl.
var<workgroup> extended_tree: array<Extended, WORKGROUP>;

// Every invocation of the workgroup calls this once for each sum; lane 0 gets it.
fn sum_extended(lane: u32, value: Extended) -> Extended {
    extended_tree[lane] = value;
    workgroupBarrier();
    for (var width = WORKGROUP / 2u; width > 0u; width /= 2u) {
        if (lane < width) {
            extended_tree[lane] = sum(extended_tree[lane], extended_tree[lane + width]);
        }
        workgroupBarrier();
    }
    return extended_tree[0];
}
