//! Pressure losses of air: perforated plates, porous obstacles, and the same loss referred to another area.
//!
//! ζ is always on the dynamic pressure of the *superficial* (approach) velocity: Δp = ζ ½ρu².

/// Why a loss cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum LossError {
    /// A free-area ratio outside 0 (exclusive) to 1.
    #[error("free-area ratio {ratio} must lie above 0 and at most at 1")]
    FreeArea {
        /// The value given.
        ratio: f64,
    },
}

/// Loss ζ of a thin sharp-edged perforated plate by its free-area ratio f: [0.707 √(1−f) + 1 − f]²/f².
///
/// Idelchik, *Handbook of Hydraulic Resistance*, diagram 8-1; hole Reynolds number above 10⁵, thickness under 1.5 % of
/// the hole's diameter. Finer meshes at lower speed lose more: give their measured loss.
///
/// # Errors
/// [`LossError::FreeArea`].
pub fn perforated_plate(free_area_ratio: f64) -> Result<f64, LossError> {
    if free_area_ratio.is_nan() || free_area_ratio <= 0.0 || free_area_ratio > 1.0 {
        return Err(LossError::FreeArea { ratio: free_area_ratio });
    }
    let blocked = 1.0 - free_area_ratio;
    Ok(((0.707 * blocked.sqrt() + blocked) / free_area_ratio).powi(2))
}

/// Pressure drop of a screen of loss ζ at velocity u m/s and density kg/m³, Pa; odd in u.
pub fn screen_pressure_drop(zeta: f64, velocity: f64, density: f64) -> f64 {
    0.5 * zeta * density * velocity * velocity.abs()
}

/// Darcy–Forchheimer: −dp/dx = (µ/K) u + ½ρ ζ' |u| u in Pa/m, odd in u.
///
/// `darcy_resistance` is 1/K in 1/m², `loss_per_metre` is ζ' in 1/m.
pub fn darcy_forchheimer(
    darcy_resistance: f64,
    loss_per_metre: f64,
    velocity: f64,
    density: f64,
    viscosity: f64,
) -> f64 {
    velocity * (viscosity * darcy_resistance + 0.5 * density * loss_per_metre * velocity.abs())
}

/// ζ on the dynamic pressure in `area`, referred to `reference_area`: both carry the same flow.
pub fn referred_to(zeta: f64, area: f64, reference_area: f64) -> f64 {
    zeta * (reference_area / area).powi(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_perforated_plate_table_is_met() {
        let table = include_str!("../../tests/data/validation/perforated_plate_K.csv");
        let rows = table.lines().filter(|line| !line.starts_with(['#', 'f']));
        let mut count = 0;
        for line in rows {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
            // The table has four decimals.
            let found = perforated_plate(cells[0]).unwrap();
            assert!((found - cells[1]).abs() <= 5e-5 + 1e-6 * cells[1], "{line}: {found}");
            count += 1;
        }
        assert_eq!(count, 12);
    }

    #[test]
    fn an_open_plate_loses_nothing_and_a_closed_one_is_refused() {
        assert_eq!(perforated_plate(1.0), Ok(0.0));
        assert_eq!(perforated_plate(0.0), Err(LossError::FreeArea { ratio: 0.0 }));
        assert!(perforated_plate(1.2).is_err() && perforated_plate(f64::NAN).is_err());
    }

    #[test]
    fn a_porous_plug_of_40_per_metre_and_0_2_m_costs_4_8_pa() {
        // F23: ρ = 1.2 kg/m³, U = 1 m/s.
        let gradient = darcy_forchheimer(0.0, 40.0, 1.0, 1.2, 1.8e-5);
        assert_relative_eq!(gradient * 0.2, 4.8, max_relative = 1e-12);
        assert_relative_eq!(darcy_forchheimer(0.0, 40.0, -1.0, 1.2, 1.8e-5), -24.0);
        assert_relative_eq!(darcy_forchheimer(1e7, 0.0, 2.0, 1.2, 1.8e-5), 360.0);
    }

    #[test]
    fn half_the_area_means_four_times_the_loss() {
        assert_relative_eq!(referred_to(1.5, 0.5, 1.0), 6.0);
        assert_relative_eq!(screen_pressure_drop(3.0, -2.0, 1.2), -7.2);
    }
}
