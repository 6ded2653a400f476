//! Turbulence from the distance to the wall and the local velocity alone (LVEL), and the wall law of shear and heat.
//!
//! Spalding's law of the wall (J. Appl. Mech. 28 (1961) 455), one curve from the wall to the logarithmic layer:
//!
//! ```text
//! y⁺ = u⁺ + (1/E) [e^x − 1 − x − x²/2 − x³/6 − x⁴/24],   x = κ u⁺
//! ν_eff/ν = dy⁺/du⁺ = 1 + (κ/E) [e^x − 1 − x − x²/2 − x³/6]
//! Re = |u| y/ν = u⁺ y⁺
//! ```
//!
//! The last line makes it a model: the local Reynolds number gives u⁺, y⁺ and the viscosity, and no more has to be
//! solved (Agonafer, Gan-Li & Spalding 1996, *The LVEL turbulence model for conjugate heat transfer at low Reynolds
//! numbers*, ASME EEP 18). κ = 0.417 and E = 8.6 are those of the PHOENICS encyclopaedia's page on LVEL.
//!
//! **In a gap.** The law holds where the shear is that of the wall. Across a channel the shear falls linearly to 0 in the
//! middle, and dy⁺/du⁺ there is several times the viscosity measured: with it alone the friction of a channel comes
//! out 31 % too high at Re_τ = 180 and 22 % at 395 (Moser, Kim & Mansour 1999). Its turbulent part is
//! therefore multiplied by Reichardt's profile over the logarithmic layer's κ u_τ y (ZAMM 31 (1951) 208),
//!
//! ```text
//! F(r) = (1 + r)(1 + 2r²)/6,   r = 1 − y/h,
//! ```
//!
//! 1 at the wall and 1/6 in the middle of a gap 2h: friction 4 % too high at 180 and 1 % too low at 395, u⁺ within 0.8.
//!
//! **In any duct.** Distance and half gap both come from one Poisson field ∇²φ = −1 with φ = 0 on the walls. At s from the
//! middle of a gap (d = 1), of a round duct (d = 2) and of a ball (d = 3) it is φ = (h² − s²)/(2d), and bends by −1/d along
//! each of d axes. How it bends along the axes of the grid therefore says what it is in:
//!
//! ```text
//! d = 1/Σ (∂²φ/∂x_i²)²,  1 to 3        h = √(d²|∇φ|² + 2dφ),   y = h − d|∇φ|,   r = d|∇φ|/h
//! ```
//!
//! exact in all three, and near any flat wall. With d = 1 everywhere (Spalding 1994) the middle of a round duct counts as
//! 0.71 of its radius from the wall, its eddies are 30 % too weak, and a square duct loses 14 to 17 % of its friction and 17 to
//! 22 % of its heat; with d it is 6 to 11 % and 6 to 14 % below smooth pipes at Re_D 10,000 to 200,000, on 4 to 64 cells
//! over half the duct (friction measured in square ducts lies 3 % below that of pipes: O. C. Jones, J. Fluids Eng. 98
//! (1976) 173). What is left is the secondary flow that stirs corners, which no isotropic viscosity knows.
//!
//! **Between cells.** ν_eff grows tenfold over the buffer layer, which a grid may cross in one step. What stands in shear
//! between two centres is δ/∫ dy/ν, by Simpson's rule with a third value in the middle, at the means of speed, distance
//! and share:
//!
//! ```text
//! ν̄ = 6/(1/ν_1 + 4/ν_m + 1/ν_2)
//! ```
//!
//! On 4 to 400 cells over half the channel friction so lies within −2 to +4 % of the measured at Re_τ = 180 and −4 to −1 %
//! at 395; with the mean of the two it went from −1 to +12 % and from −4 to +7 %, with halves in series from −12 to +4 %
//! and from −14 to −1 %.
//!
//! **Heat**: k_eff/k = 1 + (Pr/Pr_t)(ν_eff/ν − 1), and at the wall Kader's profile (Int. J. Heat Mass Transfer 24 (1981)
//! 1541; Pr 0.6 to 4·10⁴):
//!
//! ```text
//! T⁺ = Pr y⁺ e^−Γ + [2.12 ln(1 + y⁺) + β] e^−1/Γ
//! β = (3.85 Pr^⅓ − 1.3)² + 2.12 ln Pr,   Γ = 0.01 (Pr y⁺)⁴/(1 + 5 Pr³ y⁺)
//! ```
//!
//! In air between plates both give Nusselt numbers 12 % above Gnielinski's (of pipes) from Re_D 30,000 to 200,000, 18 % at
//! 11,000, where the friction measured in channels lies 6 % above that of pipes.
//!
//! A wall's cell of half width y passes shear and heat as the plain half cell does, µ u/y and k/y, times a ratio that is
//! 1 where the cell is resolved. Every function is a fixed sequence of operations with no more than one choice
//! between two values, so that a shader does the same: u⁺ by four Newton steps, for Re up to 10⁸ within 1e-10 in f64
//! and 4e-6 in f32, the ratios within 2e-6 of themselves. Left out: roughness, pressure gradients, transition (the
//! law takes every flow as turbulent once Re exceeds some 100), buoyancy at the wall.

/// von Kármán's constant κ of the law.
pub const KAPPA: f64 = 0.417;
/// Constant E of the law.
pub const E: f64 = 8.6;
/// Turbulent Prandtl number: with it the slope of the logarithm away from the wall, Pr_t/κ, is Kader's 2.12 at it. Of
/// air 0.85 to 0.9 (Kays, J. Heat Transfer 116 (1994) 284).
pub const TURBULENT_PRANDTL: f64 = 2.12 * KAPPA;
/// Local Reynolds number up to which [`u_plus`] is accurate as stated.
pub const HIGHEST_REYNOLDS: f64 = 1e8;
/// Newton steps of [`u_plus`] and [`u_plus_at`].
pub const NEWTON_STEPS: usize = 4;

/// Smallest divisor: keeps 0/0 at rest or on the wall from happening, in f32 too.
const TINY: f64 = 1e-20;

/// e^x less the first four and the first five terms of its series, x = κ u⁺.
///
/// Below x = 0.5 the next eight terms, within 1e-12 of it: there the difference would leave only rounding.
#[inline]
fn tails(u_plus: f64) -> (f64, f64) {
    let x = KAPPA * u_plus;
    let fourth = x * x * x * x * (1.0 / 24.0);
    let tenth = 1.0 + x * (1.0 / 10.0) * (1.0 + x * (1.0 / 11.0) * (1.0 + x * (1.0 / 12.0)));
    let sixth = 1.0
        + x * (1.0 / 6.0)
            * (1.0 + x * (1.0 / 7.0) * (1.0 + x * (1.0 / 8.0) * (1.0 + x * (1.0 / 9.0) * tenth)));
    let series = fourth * x * (1.0 / 5.0) * sixth;
    let difference = x.exp() - (1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0)))) - fourth;
    let five = if x < 0.5 { series } else { difference };
    (fourth + five, five)
}

/// y⁺ at a u⁺ (Spalding's law).
#[inline]
#[must_use]
pub fn y_plus_at(u_plus: f64) -> f64 {
    u_plus + tails(u_plus).1 / E
}

/// u⁺ at a y⁺, 0 to 10⁶ (Spalding's law inverted).
#[inline]
#[must_use]
pub fn u_plus_at(y_plus: f64) -> f64 {
    // Within 1.1 of the answer, after which Newton squares κ/2 times its error.
    let mut u = y_plus.min(3.3 + 2.6 * (1.0 + y_plus).ln());
    for _ in 0..NEWTON_STEPS {
        let (four, five) = tails(u);
        let y = u + five / E;
        let slope = 1.0 + KAPPA / E * four;
        u -= (y - y_plus) / slope;
    }
    u
}

/// u⁺ at a local Reynolds number |u| y/ν = u⁺ y⁺, 0 to [`HIGHEST_REYNOLDS`].
#[inline]
#[must_use]
pub fn u_plus(re: f64) -> f64 {
    // Within 0.7 of the answer: √Re in the viscous layer, a logarithm beyond Re 80.
    let mut u = re.sqrt().min((2.26 * (1.0 + re).ln() - 0.9).max(8.0));
    for _ in 0..NEWTON_STEPS {
        let (four, five) = tails(u);
        let y = u + five / E;
        let slope = 1.0 + KAPPA / E * four;
        u -= (u * y - re) / (y + u * slope).max(TINY);
    }
    u
}

/// y⁺ at a local Reynolds number.
#[inline]
#[must_use]
pub fn y_plus(re: f64) -> f64 {
    y_plus_at(u_plus(re))
}

/// ν_eff/ν at a local Reynolds number where the shear is that of the wall: LVEL as published, 1 at rest.
#[inline]
#[must_use]
pub fn viscosity_ratio(re: f64) -> f64 {
    1.0 + KAPPA / E * tails(u_plus(re)).0
}

/// F(r): what is left of the turbulent viscosity where the shear is r times that of the wall, r = 0 to 1.
#[inline]
#[must_use]
pub fn gap_factor(shear_share: f64) -> f64 {
    let r = shear_share;
    (1.0 + r) * (1.0 + 2.0 * r * r) * (1.0 / 6.0)
}

/// ν_eff/ν at a local Reynolds number where the shear is r times that of the wall.
#[inline]
#[must_use]
pub fn viscosity_ratio_in_gap(re: f64, shear_share: f64) -> f64 {
    1.0 + (viscosity_ratio(re) - 1.0) * gap_factor(shear_share)
}

/// k_eff/k where the viscosity is `viscosity_ratio` times the fluid's own, of Prandtl number `pr`.
#[inline]
#[must_use]
pub fn conductivity_ratio(viscosity_ratio: f64, pr: f64) -> f64 {
    1.0 + pr / TURBULENT_PRANDTL * (viscosity_ratio - 1.0)
}

/// Wall shear over µ u/y of a cell whose centre lies at a local Reynolds number: y⁺/u⁺, 1 at rest.
#[inline]
#[must_use]
pub fn wall_shear_ratio(re: f64) -> f64 {
    let u = u_plus(re);
    1.0 + tails(u).1 / (E * u.max(TINY))
}

/// Wall shear stress, Pa, under a `velocity` along the wall in m/s at `distance` m from it; odd in the velocity.
///
/// `density` in kg/m³, `viscosity` µ in Pa s, both and the distance positive.
#[inline]
#[must_use]
pub fn wall_shear(velocity: f64, distance: f64, density: f64, viscosity: f64) -> f64 {
    let re = density * velocity.abs() * distance / viscosity;
    viscosity * velocity / distance * wall_shear_ratio(re)
}

/// Kader's T⁺ at a y⁺ and a Prandtl number: (T_w − T) ρ cp u_τ/q.
#[inline]
#[must_use]
pub fn t_plus(y_plus: f64, pr: f64) -> f64 {
    let root = 3.85 * pr.cbrt() - 1.3;
    let beta = root * root + 2.12 * pr.ln();
    let conductive = pr * y_plus;
    let square = conductive * conductive;
    let gamma = 0.01 * square * square / (1.0 + 5.0 * pr * pr * conductive);
    let turbulent = 2.12 * (1.0 + y_plus).ln() + beta;
    conductive * (-gamma).exp() + turbulent * (-1.0 / gamma.max(TINY)).exp()
}

/// Wall heat over k ΔT/y of a cell whose centre lies at a local Reynolds number: Pr y⁺/T⁺, 1 at rest.
#[inline]
#[must_use]
pub fn wall_heat_ratio(re: f64, pr: f64) -> f64 {
    let y = y_plus(re).max(TINY);
    pr * y / t_plus(y, pr)
}

/// Heat conductance of the wall, W/(m² K), to a cell centre at `distance` m with a `speed` in m/s along the wall:
/// ρ cp u_τ/T⁺, which is k/y at rest.
///
/// `density` in kg/m³, `viscosity` µ in Pa s, `conductivity` in W/(m K), `pr` the Prandtl number.
#[inline]
#[must_use]
pub fn wall_conductance(
    speed: f64,
    distance: f64,
    density: f64,
    viscosity: f64,
    conductivity: f64,
    pr: f64,
) -> f64 {
    let re = density * speed.abs() * distance / viscosity;
    conductivity / distance * wall_heat_ratio(re, pr)
}

/// ν_eff/ν or k_eff/k that shear or heat meets between two places, by its values there and halfway between.
#[inline]
#[must_use]
pub fn ratio_between(first: f64, middle: f64, second: f64) -> f64 {
    6.0 / (1.0 / first + 4.0 / middle + 1.0 / second)
}

/// d, in how many directions a duct is closed: 1 in a gap, 2 in a round duct, 3 in a ball, by the second derivatives of φ
/// along the axes.
#[inline]
#[must_use]
pub fn roundness(bends: [f64; 3]) -> f64 {
    (1.0 / bends.iter().map(|bend| bend * bend).sum::<f64>()).clamp(1.0, 3.0)
}

/// Half the gap h, m, by φ in m², |∇φ| in m and d of the Poisson field.
#[inline]
#[must_use]
pub fn half_gap(phi: f64, gradient: f64, roundness: f64) -> f64 {
    let slope = roundness * gradient;
    (slope * slope + 2.0 * roundness * phi.max(0.0)).sqrt()
}

/// Distance y to the wall, m, by φ in m², |∇φ| in m and d of the Poisson field.
#[inline]
#[must_use]
pub fn wall_distance(phi: f64, gradient: f64, roundness: f64) -> f64 {
    // h − d|∇φ| without the difference, which rounds near walls.
    2.0 * roundness * phi.max(0.0) / (half_gap(phi, gradient, roundness) + roundness * gradient).max(TINY)
}

/// Share r of the wall's shear, 1 at the wall and 0 in the middle of a duct, by φ in m², |∇φ| in m and d.
#[inline]
#[must_use]
pub fn shear_share(phi: f64, gradient: f64, roundness: f64) -> f64 {
    roundness * gradient / half_gap(phi, gradient, roundness).max(TINY)
}

#[cfg(test)]
#[path = "wall_law_tests.rs"]
mod tests;
