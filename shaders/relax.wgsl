// next ← next + ω ((b + Σ a x_n + m x_old) / (Σ a + s + m) − next): one Jacobi sweep from x, where next holds the values
// before x unless ω is 1. Rows with diagonal 0 keep x, those of ghosts among them.
//
// system    as momentum.wgsl and heat.wgsl leave it       inertia   m, kg/s or W/K
// old       the values before the sweeps                  x, next   m/s or K; each begins at an entry of its own
//!include invocation
//!include sweep

@group(0) @binding(0) var<uniform> sweep: Relaxation;
@group(0) @binding(1) var<storage, read> system: array<f32>;
@group(0) @binding(2) var<storage, read> inertia: array<f32>;
@group(0) @binding(3) var<storage, read> old: array<f32>;
@group(0) @binding(4) var<storage, read> x: array<f32>;
@group(0) @binding(5) var<storage, read_write> next: array<f32>;

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= sweep.length) {
        return;
    }
    let m = inertia[c];
    var diagonal = 0.0;
    var sum = system[7u * sweep.length + c];
    for (var side = 0u; side < 6u; side += 1u) {
        let a = system[side * sweep.length + c];
        diagonal += a;
        sum += a * x[sweep.x_first + beside(c, side)];
    }
    diagonal += system[6u * sweep.length + c] + m;
    sum += m * old[sweep.old_first + c];
    if (diagonal > 0.0) {
        let jacobi = sum / diagonal;
        var before = jacobi;
        if (sweep.weight != 1.0) {
            before = next[c];
        }
        next[c] = before + sweep.weight * (jacobi - before);
    } else {
        next[c] = x[sweep.x_first + c];
    }
}
