// Distances in the index of a padded array, its length, and where values begin in their buffers.
struct Relaxation {
    sy: u32,
    sz: u32,
    length: u32,
    old_first: u32,
    x_first: u32,
    weight: f32,
}

// Neighbour on side W, E, S, N, B, T; ghosts, whose coefficients are 0, get one inside the array.
fn beside(c: u32, side: u32) -> u32 {
    var stride = 1u;
    if (side >= 4u) {
        stride = sweep.sz;
    } else if (side >= 2u) {
        stride = sweep.sy;
    }
    if ((side & 1u) == 1u) {
        return min(c + stride, sweep.length - 1u);
    }
    return max(c, stride) - stride;
}
