// A grid and a coarser one (src/model/flow/transfer.rs). Places and indices are those of padded arrays.
struct Grids {
    fine_nx: u32,
    fine_ny: u32,
    fine_nz: u32,
    nx: u32,
    ny: u32,
    nz: u32,
    // Values of one array.
    fine_length: u32,
    length: u32,
    // Of a velocity; 3 for values of cells.
    axis: u32,
    // Where the values begin in their arrays on the finer and on the coarser grid.
    fine_first: u32,
    first: u32,
    // Arrays that add up to a change.
    words: u32,
}

fn fine_cells() -> vec3<u32> {
    return vec3<u32>(grids.fine_nx, grids.fine_ny, grids.fine_nz);
}

fn cells() -> vec3<u32> {
    return vec3<u32>(grids.nx, grids.ny, grids.nz);
}

fn fine_strides() -> vec3<u32> {
    return vec3<u32>(1u, grids.fine_nx + 2u, (grids.fine_nx + 2u) * (grids.fine_ny + 2u));
}

fn strides() -> vec3<u32> {
    return vec3<u32>(1u, grids.nx + 2u, (grids.nx + 2u) * (grids.ny + 2u));
}

fn index(at: vec3<u32>) -> u32 {
    return dot(at, strides());
}

fn fine_index(at: vec3<u32>) -> u32 {
    return dot(at, fine_strides());
}

fn place_in(c: u32, n: vec3<u32>) -> vec3<u32> {
    let row = n.x + 2u;
    return vec3<u32>(c % row, c / row % (n.y + 2u), c / (row * (n.y + 2u)));
}

// Where the tables of an axis begin in `joined`: the first fine cell of each coarse one, then the coarse cell of each
// fine one.
fn joined_of(axis: u32) -> u32 {
    let each = fine_cells() + cells() + 5u;
    return select(0u, each.x, axis > 0u) + select(0u, each.y, axis > 1u);
}

fn first_fine(axis: u32, at: u32) -> u32 {
    return joined[joined_of(axis) + at];
}

// The coarse place of a fine one.
fn parent(at: vec3<u32>) -> vec3<u32> {
    let behind = cells() + 3u;
    return vec3<u32>(
        joined[joined_of(0u) + behind.x + at.x],
        joined[joined_of(1u) + behind.y + at.y],
        joined[joined_of(2u) + behind.z + at.z],
    );
}
