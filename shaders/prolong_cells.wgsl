// x ← x + C: the change of coarser values of cells on the finer ones, linear towards the neighbours that something passes
// to.
//
//     C = c + Σ w (c_n − c)     w towards the coarse neighbour n
//
// joined, shares   tables of cells taken together      change   c, Pa or K; pressures in two words
// passes   codes of the coarser faces, SOLVED where something passes          fine_x   Pa or K
//!include invocation
//!include grids
//!include shares
//!include face

@group(0) @binding(0) var<uniform> grids: Grids;
@group(0) @binding(1) var<storage, read> joined: array<u32>;
@group(0) @binding(2) var<storage, read> shares: array<f32>;
@group(0) @binding(3) var<storage, read> change: array<f32>;
@group(0) @binding(4) var<storage, read> passes: array<u32>;
@group(0) @binding(5) var<storage, read_write> fine_x: array<f32>;

fn changed(c: u32) -> f32 {
    if (grids.words == 2u) {
        return change[c] + change[grids.length + c];
    }
    return change[c];
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let fine = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (fine >= grids.fine_length) {
        return;
    }
    let at = place_in(fine, fine_cells());
    if (any(at == vec3<u32>(0u)) || any(at > fine_cells())) {
        return;
    }
    let s = strides();
    let coarse = parent(at);
    let c = index(coarse);
    let own = changed(c);
    var value = own;
    for (var b = 0u; b < 3u; b += 1u) {
        let weight = offset(b, at[b]);
        let upper = weight >= 0.0;
        let inside = select(coarse[b] > 1u, coarse[b] < cells()[b], upper);
        let face = b * grids.length + select(c, c + s[b], upper);
        if (inside && (passes[face] & SOLVED) != 0u) {
            value += abs(weight) * (changed(select(c - s[b], c + s[b], upper)) - own);
        }
    }
    fine_x[grids.fine_first + fine] += value;
}
