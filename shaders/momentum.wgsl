// The momentum equation along an axis, as coefficients of its faces:
//
//     Σ a_n (u_n − u) − s u + b = 0
//     a_n = µ A/δ + max(ṁ_n, 0)                      shear, and what flows in (ṁ_n inward)
//     s   = µ A ∂u/∂n  +  A dΔp/du                   walls at rest; slope of the face's law
//     b   = A (p_W − p_P)                            pressure
//         + V f − ρ β g (θ_W h_W + θ_P h_P) A        body force, buoyancy
//         + A (u dΔp/du − Δp)                        the law around the present u
//         + Σ ṁ_n (u_f − u_upwind)                   second order, deferred
//
// The volume of a face is the halves of its two cells. Across the other axes its faces are two halves too, each with
// a passage of its own. Rows of faces that are not solved are 0.
//
// velocity m/s, pressure Pa (p and, behind it, its changes δ, see settle.wgsl), temperature K over the reference,
// viscosity Pa s (of cells, and in turbulent flow behind it of faces), faces codes, laws and widths as in their shared files
// system   a_w, a_e, a_s, a_n, a_b, a_t, s in kg/s and b in N, one array after the other
//!include invocation
//!include flow
//!include widths
//!include face
//!include law
//!include stencil
//!include speed
//!include wall_law

@group(0) @binding(0) var<uniform> flow: Flow;
@group(0) @binding(1) var<storage, read> velocity: array<f32>;
@group(0) @binding(2) var<storage, read> pressure: array<f32>;
@group(0) @binding(3) var<storage, read> temperature: array<f32>;
@group(0) @binding(4) var<storage, read> viscosity: array<f32>;
@group(0) @binding(5) var<storage, read> faces: array<u32>;
@group(0) @binding(6) var<storage, read> laws: array<Law>;
@group(0) @binding(7) var<storage, read> widths: array<f32>;
@group(0) @binding(8) var<storage, read_write> system: array<f32>;

// Shear of a wall on an area of it, as coefficients of u₁ − u_wall and of u₂ − u₁, kg/s: the parabola through the wall and
// two velocities in laminar flow, the wall law in turbulent flow. own and behind are the widths of the cell at the wall and
// of the next one, 0 where that is none of the fluid's.
fn wall_shear(cell: u32, area: f32, own: f32, behind: f32) -> vec2<f32> {
    let y1 = 0.5 * own;
    if (flow.turbulent != 0u) {
        let ratio = wall_shear_ratio(flow.density * speed(cell) * y1 / flow.viscosity);
        return vec2<f32>(flow.viscosity * ratio * area / y1, 0.0);
    }
    if (behind == 0.0) {
        return vec2<f32>(flow.viscosity * area / y1, 0.0);
    }
    let y2 = own + 0.5 * behind;
    let c = y1 / (y2 * (y2 - y1));
    return flow.viscosity * area * vec2<f32>(1.0 / y1 + 1.0 / (y2 - y1) - c, c);
}

// µ in shear between the cells beside a face, which counts through the axes.
fn shear_viscosity(face: u32) -> f32 {
    if (flow.turbulent == 0u) {
        return flow.viscosity;
    }
    return viscosity[flow.length + face];
}

// Width of the cell on the far side of a cell from its wall; 0 where no fluid leads there.
fn behind_wall(cell: u32, b: u32, width_behind: f32, wall_is_upper: bool) -> f32 {
    let far_side = b * flow.length + select(cell + strides()[b], cell, wall_is_upper);
    return select(0.0, width_behind, passage(faces[far_side]) == OPEN);
}

// One of the two faces of the volume along the axis, the centre of a cell: sets its coefficient, gives its part of b.
fn along(c: u32, at: vec3<u32>, upper: bool) -> f32 {
    let axis = flow.axis;
    let first = axis * flow.length;
    let s = strides()[axis];
    let entry = (2u * axis + u32(upper)) * flow.length + c;
    let width_here = width(axis, select(at[axis] - 1u, at[axis], upper));
    let width_beside = width(axis, select(at[axis], at[axis] - 1u, upper));
    if (width_here == 0.0) {
        system[entry] = 0.0;
        return 0.0;
    }
    let cell = select(c - s, c, upper);
    let other = select(c - s, c + s, upper);
    let area = area_across(axis, at);
    let u_c = velocity[first + c];
    let u_other = velocity[first + other];
    let towards_upper = 0.5 * flow.density * area * (u_c + u_other);
    let inflow = select(towards_upper, -towards_upper, upper);
    system[entry] = viscosity[cell] * area / width_here + max(inflow, 0.0);

    if (inflow > 0.0) {
        let far = around(axis, c, at[axis], select(-2, 2, upper));
        let ahead = around(axis, c, at[axis], select(-2, 1, upper));
        let up_width = select(0.0, width(axis, ahead.y), is_clear(faces[first + other]));
        return inflow * correction(u_other, u_c, velocity[first + far.x], width_here, up_width, 0.5);
    }
    let opposite = around(axis, c, at[axis], select(1, -1, upper));
    let up_width = select(0.0, width_beside, is_clear(faces[first + c]));
    return inflow * correction(u_c, u_other, velocity[first + opposite.x], width_here, up_width, 0.5);
}

// Whether both halves of the volume's face `shift` steps along b are clear.
fn is_clear_along(c: u32, at: vec3<u32>, b: u32, shift: i32, half: vec2<f32>) -> bool {
    let far = b * flow.length + around(b, c, at[b], shift).x;
    return (half.x == 0.0 || is_clear(faces[far - strides()[flow.axis]])) && (half.y == 0.0 || is_clear(faces[far]));
}

// One of the four sides of the volume across the axis: sets its coefficient, gives its parts of s and b.
fn across(c: u32, at: vec3<u32>, b: u32, upper: bool, half: vec2<f32>) -> vec2<f32> {
    let axis = flow.axis;
    let first = axis * flow.length;
    let s = strides()[b];
    let third = 3u - axis - b;
    let depth = width(third, at[third]);
    let own = width(b, at[b]);
    let beyond = width(b, select(at[b] - 1u, at[b] + 1u, upper));
    let opposite = width(b, select(at[b] + 1u, at[b] - 1u, upper));
    let distance = 0.5 * (own + beyond);
    var sink = 0.0;
    var g = 0.0;
    var inflow = 0.0;
    var free = true;
    for (var h = 0u; h < 2u; h += 1u) {
        let piece = half[h] * depth;
        if (piece == 0.0) {
            continue;
        }
        let cell = c - (1u - h) * strides()[axis];
        let neighbour = select(cell - s, cell + s, upper);
        let face = b * flow.length + select(cell, neighbour, upper);
        let code = faces[face];
        let flux = flow.density * velocity[face] * piece;
        inflow += select(flux, -flux, upper);
        switch (passage(code)) {
            case OPEN: {
                g += shear_viscosity(face) * piece / distance;
            }
            case WALL: {
                sink += wall_shear(cell, piece, own, behind_wall(cell, b, opposite, upper)).x;
            }
            case MOVING: {
                g += wall_shear(cell, piece, own, behind_wall(cell, b, opposite, upper)).x;
            }
            case GIVEN: {
                g += viscosity[cell] * piece / (0.5 * own);
            }
            default: {
            }
        }
        // What the velocity on this side takes off the shear of a wall on the other.
        let across_cell = faces[b * flow.length + select(cell + s, cell, upper)];
        if (passage(across_cell) == WALL || passage(across_cell) == MOVING) {
            g += wall_shear(cell, piece, own, behind_wall(cell, b, beyond, !upper)).y;
        }
        free = free && is_clear(code);
    }
    system[(2u * b + u32(upper)) * flow.length + c] = g + max(inflow, 0.0);
    if (!free) {
        return vec2<f32>(sink, 0.0);
    }

    let u_c = velocity[first + c];
    let u_other = velocity[first + select(c - s, c + s, upper)];
    if (inflow > 0.0) {
        let far = around(b, c, at[b], select(-2, 2, upper));
        let sighted = is_clear_along(c, at, b, select(-1, 2, upper), half);
        let up_distance = select(0.0, 0.5 * (beyond + width(b, far.y)), sighted);
        let share = beyond / (beyond + own);
        let up = velocity[first + far.x];
        return vec2<f32>(sink, inflow * correction(u_other, u_c, up, distance, up_distance, share));
    }
    let sighted = is_clear_along(c, at, b, select(1, 0, upper), half);
    let up_distance = select(0.0, 0.5 * (own + width(b, select(at[b] + 1u, at[b] - 1u, upper))), sighted);
    let share = own / (own + beyond);
    let up = velocity[first + select(c + s, c - s, upper)];
    return vec2<f32>(sink, inflow * correction(u_c, u_other, up, distance, up_distance, share));
}

@compute @workgroup_size(WORKGROUP)
fn main(
    @builtin(workgroup_id) workgroup: vec3<u32>,
    @builtin(num_workgroups) workgroups: vec3<u32>,
    @builtin(local_invocation_index) lane: u32,
) {
    let c = linear_workgroup(workgroup, workgroups) * WORKGROUP + lane;
    if (c >= flow.length) {
        return;
    }
    let axis = flow.axis;
    if ((faces[axis * flow.length + c] & SOLVED) == 0u) {
        for (var array = 0u; array < 8u; array += 1u) {
            system[array * flow.length + c] = 0.0;
        }
        return;
    }
    let at = place(c);
    let west = c - strides()[axis];
    let half = vec2<f32>(0.5 * width(axis, at[axis] - 1u), 0.5 * width(axis, at[axis]));
    let area = area_across(axis, at);

    // s and b.
    var sums = vec2<f32>(0.0, along(c, at, false));
    sums.y += along(c, at, true);
    for (var turn = 1u; turn < 3u; turn += 1u) {
        let b = (axis + turn) % 3u;
        sums += across(c, at, b, false, half);
        sums += across(c, at, b, true, half);
    }
    let law = law_of(axis, c);
    let u = velocity[axis * flow.length + c];
    system[6u * flow.length + c] =
        sums.x + area * (2.0 * law.quadratic * abs(u) + law.linear + law.stiffness);
    let changes = flow.length + c;
    let fall = (pressure[west] - pressure[c]) + (pressure[changes - (c - west)] - pressure[changes]);
    system[7u * flow.length + c] = sums.y + area * fall
        + area * (half.x + half.y) * flow.body_force
        - area * flow.density * flow.buoyancy * (temperature[west] * half.x + temperature[c] * half.y)
        + area * (law.quadratic * u * abs(u) + law.rise + law.stiffness * u);
}
