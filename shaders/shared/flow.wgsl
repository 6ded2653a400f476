// A flow: its arrays have one ghost around the cells (src/field.rs), so that cell (i, j, k) has the place (i, j, k) + 1
// and the velocity of a place is that of the lower face of its cell. Arrays of three axes lie one after the other.
struct Flow {
    nx: u32,
    ny: u32,
    nz: u32,
    // Values of one array, ghosts included.
    length: u32,
    // Of the momentum equation and the mobility.
    axis: u32,
    // kg/m³, Pa s, J/(kg K)
    density: f32,
    viscosity: f32,
    specific_heat: f32,
    // N/m³ and m/(s² K), along the axis.
    body_force: f32,
    buoyancy: f32,
    // 0 upwind, 1 central, 2 bounded.
    convection: u32,
    // 1 where the viscosity is LVEL's.
    turbulent: u32,
    // A bit for each periodic axis.
    periodic: u32,
}

// Distances in the index to the upper neighbours.
fn strides() -> vec3<u32> {
    return vec3<u32>(1u, flow.nx + 2u, (flow.nx + 2u) * (flow.ny + 2u));
}

fn cells() -> vec3<u32> {
    return vec3<u32>(flow.nx, flow.ny, flow.nz);
}

// Coordinates counted from the lower ghost.
fn place(c: u32) -> vec3<u32> {
    return vec3<u32>(c % (flow.nx + 2u), c / (flow.nx + 2u) % (flow.ny + 2u), c / strides().z);
}
