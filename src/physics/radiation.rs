//! How much heat a surface radiates, and whether leaving that out shows.
//!
//! Q = ε σ A (T_s⁴ − T_a⁴): a grey convex surface in large surroundings of one temperature, which is the most that it
//! can lose; neighbours as warm as itself take it back. Radiation is not part of the model: this is for the warning.

/// Stefan–Boltzmann constant, W/(m² K⁴) (CODATA 2018).
pub const STEFAN_BOLTZMANN: f64 = 5.670_374_419e-8;

/// Emissivity where none is known (estimate): painted, anodised, plastic and laminate surfaces lie at 0.8 to 0.95,
/// bare metal at 0.05 to 0.2.
pub const EMISSIVITY: f64 = 0.9;

/// Share of a part's heat above which radiation is worth a warning.
pub const NOTICEABLE_SHARE: f64 = 0.02;

/// Net heat radiated, W, by `area` m² of `emissivity` at `surface` K to surroundings at `ambient` K.
#[must_use]
pub fn radiated_heat(emissivity: f64, area: f64, surface: f64, ambient: f64) -> f64 {
    emissivity * STEFAN_BOLTZMANN * area * (surface.powi(4) - ambient.powi(4))
}

/// Heat radiated at [`EMISSIVITY`] as a share of the `power` in W that a part releases; none without power.
///
/// Negative where the surroundings are warmer than the surface.
#[must_use]
pub fn radiated_share(power: f64, area: f64, surface: f64, ambient: f64) -> Option<f64> {
    (power > 0.0).then(|| radiated_heat(EMISSIVITY, area, surface, ambient) / power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn a_black_square_metre_at_300_k_radiates_459_w_into_nothing() {
        assert_relative_eq!(radiated_heat(1.0, 1.0, 300.0, 0.0), 459.300_33, max_relative = 1e-7);
        assert_eq!(radiated_heat(1.0, 1.0, 300.0, 300.0), 0.0);
    }

    #[test]
    fn a_1_kw_chip_under_fins_radiates_little_and_a_5_w_board_in_still_air_much() {
        // 60 × 60 mm at 85 °C against 200 cm² at 70 °C, both in 35 °C.
        let chip = radiated_share(1000.0, 3.6e-3, 358.15, 308.15).unwrap();
        let board = radiated_share(5.0, 0.02, 343.15, 308.15).unwrap();
        assert!(chip < NOTICEABLE_SHARE && board > 0.9, "{chip} {board}");
        assert_eq!(radiated_share(0.0, 1.0, 350.0, 300.0), None);
    }
}
