// Spalding's law of the wall as in src/physics/wall_law.rs, where its equations and sources stand.
const KAPPA: f32 = 0.417;
const E: f32 = 8.6;
const TINY: f32 = 1e-20;

// e^x less the first four and the first five terms of its series, x = κ u⁺; below x = 0.5 the next eight terms.
fn tails(u_plus: f32) -> vec2<f32> {
    let x = KAPPA * u_plus;
    let fourth = x * x * x * x * (1.0 / 24.0);
    let tenth = 1.0 + x * (1.0 / 10.0) * (1.0 + x * (1.0 / 11.0) * (1.0 + x * (1.0 / 12.0)));
    let sixth = 1.0
        + x * (1.0 / 6.0)
            * (1.0 + x * (1.0 / 7.0) * (1.0 + x * (1.0 / 8.0) * (1.0 + x * (1.0 / 9.0) * tenth)));
    let series = fourth * x * (1.0 / 5.0) * sixth;
    let difference = exp(x) - (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0)))) - fourth;
    let five = select(difference, series, x < 0.5);
    return vec2<f32>(fourth + five, five);
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
    return 1.0 + KAPPA / E * tails(u_plus(re)).x * gap_factor;
}

// Wall shear over µ u/y of a cell whose centre lies at a local Reynolds number.
fn wall_shear_ratio(re: f32) -> f32 {
    let u = u_plus(re);
    return 1.0 + tails(u).y / (E * max(u, TINY));
}
