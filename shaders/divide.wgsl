// out = numerator / denominator
//
// Where the denominator is not a normal positive number, or the quotient is not finite, out is 0 and the
// breakdown flag is raised. Tests look at the bits: compilers may assume that no NaN or infinity occurs.
//
// numerator, denominator, out   one number each, any units
// breakdown                     1 once any division broke down; the host lowers it
const SMALLEST_NORMAL_BITS: u32 = 0x00800000u;
const INFINITY_BITS: u32 = 0x7f800000u;

@group(0) @binding(0) var<storage, read> numerator: array<f32>;
@group(0) @binding(1) var<storage, read> denominator: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<storage, read_write> breakdown: array<u32>;

@compute @workgroup_size(1)
fn main() {
    var quotient = 0.0;
    var broken = true;
    let bits = bitcast<u32>(denominator[0]);
    if (bits >= SMALLEST_NORMAL_BITS && bits < INFINITY_BITS) {
        quotient = numerator[0] / denominator[0];
        broken = (bitcast<u32>(quotient) & INFINITY_BITS) == INFINITY_BITS;
    }
    if (broken) {
        out[0] = 0.0;
        breakdown[0] = 1u;
    } else {
        out[0] = quotient;
    }
}
