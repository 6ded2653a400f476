//! Friction factors: Darcy f in Δp = f (L/D) ½ρu².
//!
//! Laminar f = 64/Re; turbulent after Colebrook (1939), 1/√f = −2 log₁₀(ε/3.7 + 2.51/(Re √f)), ε = roughness/diameter,
//! solved to rounding by Newton's method. Between them flow is neither; [`darcy`] jumps at 2300 as text-books do, and
//! [`darcy_blended`] goes linearly from laminar at Re 2000 to turbulent at 4000, which a network solver needs.

use std::f64::consts::LN_10;

/// Where [`darcy`] changes from laminar to turbulent.
pub const LAMINAR_LIMIT: f64 = 2300.0;

/// Darcy friction factor at Re > 0 and relative roughness 0…0.05; laminar below 2300.
pub fn darcy(re: f64, relative_roughness: f64) -> f64 {
    if re < LAMINAR_LIMIT { 64.0 / re } else { colebrook(re, relative_roughness) }
}

/// Darcy friction factor at Re > 0, continuous: laminar to 2000, Colebrook from 4000, linear in between.
pub fn darcy_blended(re: f64, relative_roughness: f64) -> f64 {
    darcy_blended_with_slope(re, relative_roughness).0
}

/// [`darcy_blended`] and its derivative with respect to Re.
pub fn darcy_blended_with_slope(re: f64, relative_roughness: f64) -> (f64, f64) {
    let (low, high) = (2000.0, 4000.0);
    if re <= low {
        return (64.0 / re, -64.0 / (re * re));
    }
    if re >= high {
        return colebrook_with_slope(re, relative_roughness);
    }
    let slope = (colebrook(high, relative_roughness) - 64.0 / low) / (high - low);
    (64.0 / low + slope * (re - low), slope)
}

/// Colebrook's friction factor, Re ≥ 2300.
pub fn colebrook(re: f64, relative_roughness: f64) -> f64 {
    colebrook_with_slope(re, relative_roughness).0
}

/// [`colebrook`] and its derivative with respect to Re.
pub fn colebrook_with_slope(re: f64, relative_roughness: f64) -> (f64, f64) {
    let rough = relative_roughness / 3.7;
    // Haaland's explicit formula starts within 2 %; Newton then doubles the digits.
    let mut x = -1.8 * (rough.powf(1.11) + 6.9 / re).log10();
    for _ in 0..20 {
        let inside = rough + 2.51 * x / re;
        let residual = x + 2.0 * inside.log10();
        let slope = 1.0 + 2.0 * 2.51 / (re * inside * LN_10);
        let step = residual / slope;
        x -= step;
        if step.abs() <= 1e-15 * x {
            break;
        }
    }
    // The equation differentiated: x' (1 + s/Re) = s x/Re², s = 2·2.51/(ln 10 · inside).
    let s = 2.0 * 2.51 / (LN_10 * (rough + 2.51 * x / re));
    let x_slope = s * x / (re * re) / (1.0 + s / re);
    (1.0 / (x * x), -2.0 * x_slope / (x * x * x))
}

/// Petukhov's smooth-pipe factor (0.79 ln Re − 1.64)⁻², Re 3000 to 5·10⁶ (as used by Gnielinski).
pub fn petukhov(re: f64) -> f64 {
    (0.79 * re.ln() - 1.64).powi(-2)
}

/// Developed laminar f·Re of a rectangular duct by its hydraulic diameter, *Fanning*; aspect = short/long side, 0…1.
///
/// Shah & London (1978), eq. 341: within 0.05 %.
pub fn rectangular_duct_fanning_re(aspect: f64) -> f64 {
    let coefficients = [1.0, -1.3553, 1.9467, -1.7012, 0.9564, -0.2537];
    24.0 * coefficients.iter().rev().fold(0.0, |sum, c| sum * aspect + c)
}

/// Apparent *Fanning* factor over the length of a rectangular duct that the flow enters at Re > 0, by its hydraulic
/// diameter; `slenderness` is D/L.
///
/// Laminar f Re = √[(3.44/√L⁺)² + (f Re)²], L⁺ = L/(D Re) (Muzychka & Yovanovich 1998), Petukhov's beyond Re 10⁴, a blend
/// from 2300.
pub fn apparent_fanning(re: f64, aspect: f64, slenderness: f64) -> f64 {
    let developing = 3.44 * (slenderness * re).sqrt();
    let laminar = developing.hypot(rectangular_duct_fanning_re(aspect)) / re;
    let share = intermittency(re, LAMINAR_LIMIT, 1.0e4);
    if share > 0.0 { (1.0 - share) * laminar + share * petukhov(re) / 4.0 } else { laminar }
}

/// K on the dynamic pressure between fins, of contraction into and expansion out of them with the free share σ of their
/// front: 0.42 (1 − σ) + (1 − σ)² (White, *Fluid Mechanics*).
pub fn entrance_and_exit(free_area_ratio: f64) -> f64 {
    let blocked = 1.0 - free_area_ratio;
    0.42 * blocked + blocked * blocked
}

/// Share of turbulence, 0 to 1 with continuous slope between two Reynolds numbers.
pub fn intermittency(re: f64, low: f64, high: f64) -> f64 {
    let share = ((re - low) / (high - low)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_colebrook_table_is_met_to_1e_6() {
        let table = include_str!("../../tests/data/validation/colebrook.csv");
        let rows = table.lines().filter(|line| !line.starts_with(['#', 'r']));
        let mut count = 0;
        for line in rows {
            let cells: Vec<&str> = line.split(',').collect();
            let [roughness, re, expected] = [0, 1, 2].map(|i| cells[i].parse::<f64>().unwrap());
            // Absolute: the table has eight decimals.
            assert!((darcy(re, roughness) - expected).abs() <= 1e-8, "{line}");
            assert_relative_eq!(darcy(re, roughness), expected, max_relative = 1e-6);
            count += 1;
        }
        assert_eq!(count, 35);
    }

    #[test]
    fn haalands_formula_would_not_pass_as_colebrook() {
        let haaland = (-1.8 * (6.9 / 4000.0_f64).log10()).powi(-2);
        assert!((haaland / colebrook(4000.0, 0.0) - 1.0).abs() > 1e-3);
    }

    #[test]
    fn the_blended_factor_is_continuous() {
        for re in [2000.0, 4000.0] {
            let (below, above) = (darcy_blended(re - 1e-6, 1e-4), darcy_blended(re + 1e-6, 1e-4));
            assert_relative_eq!(below, above, max_relative = 1e-8);
        }
    }

    #[test]
    fn the_slope_of_the_factor_is_its_difference_quotient() {
        for re in [500.0, 3000.0, 5e3, 2e5, 1e7] {
            for roughness in [0.0, 1e-3, 0.03] {
                let step = 1e-5 * re;
                let quotient = (darcy_blended(re + step, roughness) - darcy_blended(re - step, roughness))
                    / (2.0 * step);
                let (_, slope) = darcy_blended_with_slope(re, roughness);
                assert_relative_eq!(slope, quotient, max_relative = 1e-4, epsilon = 1e-14);
            }
        }
    }

    #[test]
    fn rectangular_ducts_meet_the_exact_friction_within_0_1_percent() {
        let table = include_str!("../../tests/data/validation/duct_laminar_fd.csv");
        let rows = table.lines().filter(|line| !line.starts_with(['#', 'a', 'c']));
        let mut count = 0;
        for line in rows {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            let found = rectangular_duct_fanning_re(cells[0]);
            assert_relative_eq!(found, cells[1], max_relative = 1e-3);
            count += 1;
        }
        assert_eq!(count, 16);
    }

    #[test]
    fn petukhovs_factor_is_that_of_the_pipe_table() {
        // turbulent_pipe_nu.csv.
        assert_relative_eq!(petukhov(1e4), 0.031_479_8, max_relative = 1e-5);
        assert_relative_eq!(petukhov(2e5), 0.015_614_1, max_relative = 1e-5);
    }
}
