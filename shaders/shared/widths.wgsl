// Widths along x, y, z with their ghosts, one axis after the other, m.
fn width(axis: u32, at: u32) -> f32 {
    let first = vec3<u32>(0u, flow.nx + 2u, flow.nx + flow.ny + 4u);
    return widths[first[axis] + at];
}

// Of the lower face of a place across an axis, m².
fn area_across(axis: u32, at: vec3<u32>) -> f32 {
    let first = (axis + 1u) % 3u;
    let second = (axis + 2u) % 3u;
    return width(first, at[first]) * width(second, at[second]);
}
