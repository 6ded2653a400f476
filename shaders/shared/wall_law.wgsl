// Spalding's law of the wall as in src/physics/wall_law.rs, where its equations and sources stand.
const KAPPA: f32 = 0.417;
const E: f32 = 8.6;
const TINY: f32 = 1e-20;

// e^x less the first four and the first five terms of its series, x = κ u⁺.
fn tails(u_plus: f32) -> vec2<f32> {
    let x = KAPPA * u_plus;
    let four = exp(x) - (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0))));
    return vec2<f32>(four, four - x * x * x * x * (1.0 / 24.0));
}

// u⁺ at a local Reynolds number |u| y/ν = u⁺ y⁺.
fn u_plus(re: f32) -> f32 {
    var u = min(sqrt(re), max(2.26 * log(1.0 + re) - 0.9, 8.0));
    for (var step = 0u; step < 4u; step += 1u) {
        let tail = tails(u);
        let y = u + tail.y / E;
        let slope = 1.0 + KAPPA / E * tail.x;
        u -= (u * y - re) / max(y + u * slope, TINY);
    }
    return u;
}

// ν_eff/ν at a local Reynolds number where the shear is r times that of the wall.
fn viscosity_ratio_in_gap(re: f32, shear_share: f32) -> f32 {
    let r = shear_share;
    let gap_factor = (1.0 + r) * (1.0 + 2.0 * r * r) * (1.0 / 6.0);
    return 1.0 + KAPPA / E * max(tails(u_plus(re)).x, 0.0) * gap_factor;
}

// Wall shear over µ u/y of a cell whose centre lies at a local Reynolds number.
fn wall_shear_ratio(re: f32) -> f32 {
    let u = u_plus(re);
    return 1.0 + max(tails(u).y, 0.0) / (E * max(u, TINY));
}
