//! Film coefficients of faces wetted by air whose velocity is known and whose boundary layer is not resolved.
//!
//! In a gap (parallel plates, D = 2·gap, X = Re Pr D/L), mean over the length L:
//! - laminar, velocity and temperature developing: Nu = 7.55 + 0.024 X^1.14 / (1 + 0.0358 X^0.64 Pr^0.17)
//!   (Stephan 1959; given in Shah & London 1978; Pr 0.1 to 1000, all X);
//! - turbulent: Gnielinski (1976), Nu = (f/8)(Re − 1000)Pr / [1 + 12.7 √(f/8)(Pr^⅔ − 1)] · [1 + (D/L)^⅔],
//!   Re 2300 to 5·10⁶, the entrance factor with D/L at most 1;
//! - between Re 2300 and 10⁴ a smooth blend of both (Gnielinski 2013 uses a linear one).
//!
//! On a free plate, mean over L: Nu = 0.3 + √(Nu_lam² + Nu_turb²), Nu_lam = 0.664 Re^½ Pr^⅓,
//! Nu_turb = 0.037 Re^0.8 Pr/[1 + 2.443 Re^−0.1 (Pr^⅔ − 1)] (Gnielinski 1975; Re 10 to 10⁷, leading edge tripped as in
//! a rack).
//!
//! Left out: natural convection and radiation, so that a face in still air keeps the conduction limit alone, which is
//! low, on the safe side. Expect ± 20 %.

use super::friction::{intermittency, petukhov};
use crate::material::air::AirProperties;

/// Reynolds numbers between which a gap turns from laminar to turbulent.
const TRANSITION: (f64, f64) = (2300.0, 1.0e4);

/// Mean film coefficient, W/(m² K), of a face over `length` m along the flow.
///
/// `velocity` in m/s is the mean in the gap or, without a gap, that of the free stream; its sign plays no part.
/// `gap` in m is the distance to the opposite face. Positive for every velocity, zero included; gap and length must
/// be positive.
pub fn film_coefficient(velocity: f64, gap: Option<f64>, length: f64, air: &AirProperties) -> f64 {
    debug_assert!(length > 0.0 && gap.is_none_or(|gap| gap > 0.0));
    let speed = velocity.abs();
    let (nu, pr) = (air.kinematic_viscosity(), air.prandtl());
    match gap {
        Some(gap) => {
            let diameter = 2.0 * gap;
            let re = speed * diameter / nu;
            duct_nusselt(re, pr, diameter / length) * air.conductivity / diameter
        }
        None => plate_nusselt(speed * length / nu, pr) * air.conductivity / length,
    }
}

/// Mean Nusselt number between parallel plates by Re and Nu of the hydraulic diameter; `slenderness` is D/L.
pub fn duct_nusselt(re: f64, pr: f64, slenderness: f64) -> f64 {
    duct_nusselt_over(developing_laminar_plates(re * pr * slenderness, pr), re, pr, slenderness)
}

/// As [`duct_nusselt`], in a duct whose `laminar` Nusselt number is this.
pub fn duct_nusselt_over(laminar: f64, re: f64, pr: f64, slenderness: f64) -> f64 {
    let share = intermittency(re, TRANSITION.0, TRANSITION.1);
    if share == 0.0 {
        return laminar;
    }
    let entrance = 1.0 + slenderness.min(1.0).powf(2.0 / 3.0);
    (1.0 - share) * laminar + share * gnielinski(re, pr) * entrance
}

/// Stephan's mean Nusselt number of simultaneously developing laminar flow, walls of equal temperature.
pub fn developing_laminar_plates(x: f64, pr: f64) -> f64 {
    7.55 + 0.024 * x.powf(1.14) / (1.0 + 0.0358 * x.powf(0.64) * pr.powf(0.17))
}

/// Gnielinski's Nusselt number of developed turbulent flow, Re above 2300.
pub fn gnielinski(re: f64, pr: f64) -> f64 {
    let f = petukhov(re) / 8.0;
    f * (re - 1000.0) * pr / (1.0 + 12.7 * f.sqrt() * (pr.powf(2.0 / 3.0) - 1.0))
}

/// Mean Nusselt number of a plate by its length.
pub fn plate_nusselt(re: f64, pr: f64) -> f64 {
    if re <= 0.0 {
        return 0.3;
    }
    let laminar = 0.664 * re.sqrt() * pr.cbrt();
    // The denominator of the turbulent formula may vanish for Pr < 1 at tiny Re, where it plays no part.
    let denominator = 1.0 + 2.443 * re.max(10.0).powf(-0.1) * (pr.powf(2.0 / 3.0) - 1.0);
    let turbulent = 0.037 * re.powf(0.8) * pr / denominator;
    0.3 + laminar.hypot(turbulent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::material::air::{STANDARD_PRESSURE, properties};
    use approx::assert_relative_eq;

    fn air() -> AirProperties {
        properties(300.0, STANDARD_PRESSURE)
    }

    #[test]
    fn a_long_gap_tends_to_the_developed_nusselt_number() {
        // Exact: 7.5407 (duct_laminar_fd.csv).
        assert_relative_eq!(developing_laminar_plates(0.1, 0.71), 7.5407, max_relative = 2e-3);
    }

    #[test]
    fn developing_velocity_adds_a_little_to_the_graetz_solution() {
        // graetz_parallel_plates.csv has a developed velocity: mean Nu of air lies above it by at most 30 %.
        let table = include_str!("../../tests/data/validation/graetz_parallel_plates.csv");
        let rows = table.lines().filter(|line| !line.starts_with(['#', 'x']));
        let mut count = 0;
        for line in rows {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            if cells[0] >= 1e-3 {
                let ratio = developing_laminar_plates(1.0 / cells[0], 0.71) / cells[2];
                assert!((0.98..=1.3).contains(&ratio), "{line}: {ratio}");
                count += 1;
            }
        }
        assert_eq!(count, 17);
    }

    #[test]
    fn gnielinski_meets_the_pipe_table() {
        let table = include_str!("../../tests/data/validation/turbulent_pipe_nu.csv");
        for line in table.lines().filter(|line| !line.starts_with(['#', 'R'])) {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            assert_relative_eq!(gnielinski(cells[0], cells[1]), cells[3], max_relative = 1e-5);
        }
    }

    #[test]
    fn a_short_wide_gap_is_a_plate() {
        // X → ∞: Stephan's formula tends to 0.67 √Re_L Pr^⅓, Pohlhausen's plate to 0.664.
        let (velocity, length) = (1.0, 0.02);
        let wide = film_coefficient(velocity, Some(0.017), length, &air());
        let plate = film_coefficient(velocity, None, length, &air());
        assert_relative_eq!(wide, plate, max_relative = 0.2);
    }

    #[test]
    fn a_tripped_plate_takes_a_third_more_heat_than_pohlhausens_at_re_1e4() {
        // Nu_lam = 0.664 √1e4 · 0.71^⅓ = 59.24, Nu_turb = 0.037 · 1584.9 · 0.71/0.8019 = 51.9.
        let expected = 0.3 + 59.24_f64.hypot(51.9);
        assert_relative_eq!(plate_nusselt(1e4, 0.71), expected, max_relative = 2e-3);
        // Laminar below: at Re 100 the turbulent part adds less than a quarter to 5.92.
        assert!((5.9..7.7).contains(&plate_nusselt(100.0, 0.71)));
    }

    #[test]
    fn the_coefficient_is_positive_at_rest_and_rises_without_jumps() {
        for gap in [Some(0.002), Some(0.01), Some(0.05), None] {
            let mut before = film_coefficient(0.0, gap, 0.2, &air());
            assert!(before > 0.0);
            for step in 1..=3000 {
                let now = film_coefficient(0.005 * f64::from(step), gap, 0.2, &air());
                assert!(now >= before, "{gap:?} at step {step}: {now} after {before}");
                // The steepest place is the first step from rest on a free plate.
                assert!(now - before <= 0.05 * before + 1.2, "{gap:?} {step}: {before} {now}");
                before = now;
            }
        }
    }

    #[test]
    fn still_air_in_a_gap_conducts() {
        // Nu = 7.55 on D = 2·gap.
        let found = film_coefficient(0.0, Some(0.01), 0.1, &air());
        assert_relative_eq!(found, 7.55 * air().conductivity / 0.02, max_relative = 1e-12);
        let back = film_coefficient(-2.0, Some(0.01), 0.1, &air());
        assert_eq!(back, film_coefficient(2.0, Some(0.01), 0.1, &air()));
    }
}
