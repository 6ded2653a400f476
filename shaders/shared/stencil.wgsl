// Index and coordinate along an axis, `shift` steps from `c`, which lies at `at`: on periodic axes around, where there
// is no second ghost; on others what comes back is inside and means nothing.
fn around(axis: u32, c: u32, at: u32, shift: i32) -> vec2<u32> {
    let n = i32(cells()[axis]);
    var to = i32(at) + shift;
    if (to < 0) {
        to += n;
    } else if (to > n + 1) {
        to -= n;
    }
    return vec2<u32>(u32(i32(c) + (to - i32(at)) * i32(strides()[axis])), u32(to));
}

// Face value less that of the upwind side, u_f − u_C: linear interpolation, limited by the gradients up and down the
// stream, `share` of the way from C to D. An `up_distance` of 0 says that there is nothing upstream to look at.
// Limiter: ψ(r) = (r² + r)/(r² + 1), r = upstream over downstream gradient (van Albada, van Leer and Roberts 1982).
fn correction(centre: f32, down: f32, up: f32, distance: f32, up_distance: f32, share: f32) -> f32 {
    let change = down - centre;
    if (flow.convection == 0u) {
        return 0.0;
    }
    if (flow.convection == 1u || up_distance == 0.0) {
        return share * change;
    }
    let upstream = (centre - up) * distance / up_distance;
    let u = upstream * upstream;
    let c = change * change;
    return share * (u * change + c * upstream) / (u + c + 1e-30);
}
