//! Library of solids: k(T) = k₀ (1 + b (T − T_ref)) along each axis.
//!
//! Handbook values are for 300 K, b from the values at 300 and 400 K of the same table, so it holds
//! from 250 to 450 K. Boards, interface materials and plastics vary from product to product by a
//! factor of two: theirs are estimates (E) and a scene that depends on them gives its own.

use super::Status;

/// Temperatures for which the library's conductivities hold, K; those of the layers in packages too.
pub const DATA_RANGE: (f64, f64) = (250.0, 450.0);

/// A solid of the library.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LibrarySolid {
    /// Name used in scenes.
    pub name: &'static str,
    /// k₀ along x, y, z, W/(m K); z is the direction through a board.
    pub conductivity: [f64; 3],
    /// b, 1/K.
    pub temperature_coefficient: f64,
    /// T_ref, K.
    pub reference_temperature: f64,
    /// kg/m³.
    pub density: f64,
    /// J/(kg K).
    pub specific_heat: f64,
    /// Where the values are from.
    pub source: &'static str,
    /// How well they are known.
    pub status: Status,
}

impl LibrarySolid {
    /// Conductivity along axis 0, 1 or 2 at a temperature in K, W/(m K).
    pub fn conductivity_at(&self, axis: usize, temperature: f64) -> f64 {
        conductivity_at(
            self.conductivity[axis],
            self.temperature_coefficient,
            self.reference_temperature,
            temperature,
        )
    }
}

/// The share of k₀ under which a conductivity is not let fall. The floor keeps the equation elliptic while an iteration
/// passes through absurd temperatures; an answer that ends there is told.
pub const LEAST_FACTOR: f64 = 0.1;

/// 1 + b (T − T_ref), the share of k₀ that a conductivity has at a temperature in K; the line alone, without a floor.
pub fn conductivity_factor(
    temperature_coefficient: f64,
    reference_temperature: f64,
    temperature: f64,
) -> f64 {
    1.0 + temperature_coefficient * (temperature - reference_temperature)
}

/// k₀ (1 + b (T − T_ref)), W/(m K), held at [`LEAST_FACTOR`] of k₀ where the line would fall below it.
pub fn conductivity_at(
    conductivity: f64,
    temperature_coefficient: f64,
    reference_temperature: f64,
    temperature: f64,
) -> f64 {
    let factor = conductivity_factor(temperature_coefficient, reference_temperature, temperature);
    conductivity * factor.max(LEAST_FACTOR)
}

const HANDBOOK: &str =
    "Incropera, DeWitt, Bergman & Lavine, Fundamentals of Heat and Mass Transfer, appendix A, 300 K";

const fn handbook(
    name: &'static str,
    conductivity: f64,
    at_400_k: f64,
    density: f64,
    specific_heat: f64,
) -> LibrarySolid {
    LibrarySolid {
        name,
        conductivity: [conductivity; 3],
        temperature_coefficient: (at_400_k / conductivity - 1.0) / 100.0,
        reference_temperature: 300.0,
        density,
        specific_heat,
        source: HANDBOOK,
        status: Status::Measured,
    }
}

const fn constant(
    name: &'static str,
    conductivity: [f64; 3],
    density: f64,
    specific_heat: f64,
    source: &'static str,
    status: Status,
) -> LibrarySolid {
    LibrarySolid {
        name,
        conductivity,
        temperature_coefficient: 0.0,
        reference_temperature: 300.0,
        density,
        specific_heat,
        source,
        status,
    }
}

/// All solids of the library.
pub const SOLIDS: &[LibrarySolid] = &[
    handbook("copper", 401.0, 393.0, 8933.0, 385.0),
    handbook("aluminium", 237.0, 240.0, 2702.0, 903.0),
    handbook("silicon", 148.0, 98.9, 2330.0, 712.0),
    handbook("steel", 63.9, 58.7, 7832.0, 434.0),
    handbook("stainless_steel", 14.9, 16.6, 7900.0, 477.0),
    handbook("alumina", 36.0, 26.4, 3970.0, 765.0),
    constant(
        "aluminium_6063",
        [209.0; 3],
        2690.0,
        900.0,
        "ASM Metals Handbook vol. 2, alloy 6063-T5, 25 °C",
        Status::Measured,
    ),
    constant(
        "aluminium_6061",
        [167.0; 3],
        2700.0,
        896.0,
        "ASM Metals Handbook vol. 2, alloy 6061-T6, 25 °C",
        Status::Measured,
    ),
    constant(
        "fr4",
        [20.0, 20.0, 0.3],
        2000.0,
        1000.0,
        "estimate: multi-layer server board, about 5 % copper in its planes; values of the board case in flux_channel_spreading.csv",
        Status::Estimate,
    ),
    constant(
        "fr4_laminate",
        [0.8, 0.8, 0.3],
        1850.0,
        1000.0,
        "estimate: woven glass epoxy without copper",
        Status::Estimate,
    ),
    constant("plastic", [0.2; 3], 1200.0, 1300.0, "estimate: polycarbonate or ABS", Status::Estimate),
    constant("mould_compound", [0.8; 3], 1900.0, 900.0, "estimate: silica-filled epoxy", Status::Estimate),
    constant("solder", [57.0; 3], 7400.0, 230.0, "estimate: tin-silver-copper solder", Status::Estimate),
    constant(
        "tim_grease",
        [4.0; 3],
        2500.0,
        1000.0,
        "estimate: filled silicone grease, bulk",
        Status::Estimate,
    ),
    constant("tim_pad", [5.0; 3], 3000.0, 1000.0, "estimate: gap pad of the 5 W/mK class", Status::Estimate),
    constant(
        "air_gap",
        [0.0263; 3],
        1.161,
        1007.0,
        "Incropera et al., appendix A: still air at 300 K and 101 kPa; no convection, no radiation",
        Status::Measured,
    ),
];

/// The solid of a name.
pub fn solid(name: &str) -> Option<&'static LibrarySolid> {
    SOLIDS.iter().find(|solid| solid.name == name)
}

/// Names of all solids, for messages.
pub fn names() -> impl Iterator<Item = &'static str> {
    SOLIDS.iter().map(|solid| solid.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn silicon_loses_a_third_of_its_conductivity_from_300_to_400_k() {
        let silicon = solid("silicon").unwrap();
        assert_relative_eq!(silicon.conductivity_at(0, 300.0), 148.0);
        assert_relative_eq!(silicon.conductivity_at(2, 400.0), 98.9, max_relative = 1e-12);
    }

    #[test]
    fn a_board_conducts_better_in_its_plane_than_through_it() {
        let board = solid("fr4").unwrap();
        assert!(board.conductivity[0] > 50.0 * board.conductivity[2]);
    }

    #[test]
    fn conductivity_stays_positive_at_absurd_temperatures() {
        for solid in SOLIDS {
            assert!(solid.conductivity_at(0, 5000.0) > 0.0, "{}", solid.name);
            assert!(solid.conductivity_at(0, 0.0) > 0.0, "{}", solid.name);
        }
    }

    #[test]
    fn names_are_unique_and_every_solid_has_a_source() {
        for (index, solid) in SOLIDS.iter().enumerate() {
            assert!(!solid.source.is_empty());
            assert!(SOLIDS[index + 1..].iter().all(|other| other.name != solid.name));
        }
        assert_eq!(solid("unobtainium"), None);
    }
}
