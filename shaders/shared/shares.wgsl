// Per axis: how far each fine edge is from the lower edge of its coarse cell, then how far each fine centre is from that
// of its coarse cell, as shares of the way to the next one.
fn shares_of(axis: u32) -> u32 {
    let each = 2u * (fine_cells() + 2u);
    return select(0u, each.x, axis > 0u) + select(0u, each.y, axis > 1u);
}

fn along(axis: u32, at: u32) -> f32 {
    return shares[shares_of(axis) + at];
}

fn offset(axis: u32, at: u32) -> f32 {
    return shares[shares_of(axis) + fine_cells()[axis] + 2u + at];
}
