// |u| at the centre of a cell, m/s, from the means of its faces.
fn speed(c: u32) -> f32 {
    let s = strides();
    var sum = 0.0;
    for (var axis = 0u; axis < 3u; axis += 1u) {
        let upper = min(c + s[axis], flow.length - 1u);
        let mean = 0.5 * (velocity[axis * flow.length + c] + velocity[axis * flow.length + upper]);
        sum += mean * mean;
    }
    return sqrt(sum);
}
