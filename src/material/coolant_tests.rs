//! Facts about coolants, among them validation case L6.

use approx::assert_relative_eq;

use super::*;

/// Rows of a validation table without comments and heading.
fn rows(text: &str) -> Vec<Vec<f64>> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with('T'))
        .map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect())
        .collect()
}

const TABLE: &str = include_str!("../../tests/data/validation/pg25_properties.csv");
const AIREDALE: &str = include_str!("../../tests/data/validation/pg25_airedale.csv");

/// Largest relative errors of ρ, cp, k, µ against four columns from `first`.
fn largest_errors(coolant: &Coolant, first: usize) -> [f64; 4] {
    let mut worst = [0.0_f64; 4];
    let rows = rows(TABLE);
    assert_eq!(rows.len(), 14);
    for row in rows {
        let found = coolant.properties(row[0] + 273.15);
        let values = [found.density, found.specific_heat, found.conductivity, found.viscosity];
        for (index, value) in values.iter().enumerate() {
            worst[index] = worst[index].max((value / row[first + index] - 1.0).abs());
        }
    }
    worst
}

fn within(errors: [f64; 4]) -> bool {
    // L6: ρ 0.1 %, cp 0.2 %, k 0.3 %, µ 0.5 %.
    let tolerances = [1e-3, 2e-3, 3e-3, 5e-3];
    errors.iter().zip(tolerances).all(|(error, most)| *error <= most)
}

#[test]
fn each_fluid_meets_its_own_column_of_the_property_table() {
    let columns = [(Coolant::pg25_by_volume(), 1), (Coolant::pg25_by_mass(), 5), (Coolant::water(), 9)];
    for (coolant, first) in columns {
        let errors = largest_errors(&coolant, first);
        assert!(within(errors), "{coolant}: {errors:?}");
    }
}

#[test]
fn pg25_by_volume_and_by_mass_are_different_fluids() {
    assert!(!within(largest_errors(&Coolant::pg25_by_mass(), 1)));
    assert!(!within(largest_errors(&Coolant::pg25_by_volume(), 5)));
}

#[test]
fn pg25_by_volume_agrees_with_a_manufacturers_density_within_0_2_percent() {
    for row in rows(AIREDALE).iter().filter(|row| row[0] >= 5.0) {
        let found = Coolant::pg25_by_volume().properties(row[0] + 273.15);
        assert_relative_eq!(found.density, row[1], max_relative = 2e-3);
        assert_relative_eq!(found.specific_heat, 1e3 * row[2], max_relative = 1e-2);
    }
}

#[test]
fn a_rack_of_115_kw_warms_130_l_min_of_pg25_by_13_3_k() {
    let coolant = Coolant::pg25_by_mass();
    let supply = 318.15;
    let mass_flow = 130e-3 / 60.0 * coolant.properties(supply).density;
    let back = coolant.temperature_of_enthalpy(coolant.enthalpy(supply) + 115e3 / mass_flow);
    assert_relative_eq!(back - supply, 13.3, epsilon = 0.3);
}

fn user_table() -> Coolant {
    let row = |t: f64, cp: f64, mu: f64| {
        let properties =
            CoolantProperties { density: 820.0, specific_heat: cp, conductivity: 0.135, viscosity: mu };
        (t, properties)
    };
    Coolant::table(vec![row(290.0, 2100.0, 8e-3), row(310.0, 2200.0, 6e-3), row(350.0, 2600.0, 3e-3)])
        .unwrap()
}

#[test]
fn enthalpy_is_the_integral_of_specific_heat_inside_and_outside_the_range() {
    let constant = Coolant::constant(Coolant::water().properties(300.0)).unwrap();
    for coolant in [Coolant::water(), Coolant::pg25_by_mass(), user_table(), constant] {
        for step in 0..40 {
            let (from, to) = (250.5 + 3.0 * f64::from(step), 253.5 + 3.0 * f64::from(step));
            // Midpoint rule in 300 parts: error of a quadratic cp below 1e-9.
            let parts = 300;
            let width = (to - from) / f64::from(parts);
            let sum: f64 = (0..parts)
                .map(|i| from + (f64::from(i) + 0.5) * width)
                .map(|t| coolant.properties(t).specific_heat * width)
                .sum();
            let rise = coolant.enthalpy(to) - coolant.enthalpy(from);
            assert_relative_eq!(rise, sum, max_relative = 1e-7);
        }
        assert_relative_eq!(coolant.enthalpy(273.15), 0.0, epsilon = 1e-6);
    }
}

#[test]
fn temperature_of_enthalpy_inverts_enthalpy() {
    for coolant in [Coolant::water(), Coolant::pg25_by_volume(), user_table()] {
        for step in 0..60 {
            let temperature = 230.0 + 3.0 * f64::from(step);
            let back = coolant.temperature_of_enthalpy(coolant.enthalpy(temperature));
            assert_relative_eq!(back, temperature, max_relative = 1e-12);
        }
    }
}

#[test]
fn the_valid_range_is_stated() {
    let water = Coolant::water();
    assert!(water.in_range(300.0) && !water.in_range(360.0) && !water.in_range(270.0));
    assert_eq!(water.properties(400.0), water.properties(348.15));
}

#[test]
fn wrong_user_tables_are_refused() {
    let good = Coolant::water().properties(300.0);
    let bad = CoolantProperties { viscosity: 0.0, ..good };
    assert_eq!(Coolant::table(vec![(300.0, good)]), Err(CoolantError::TooFewRows { rows: 1 }));
    assert!(matches!(
        Coolant::table(vec![(300.0, good), (300.0, good)]),
        Err(CoolantError::NotRising { row: 2, .. })
    ));
    assert_eq!(Coolant::table(vec![(300.0, good), (310.0, bad)]), Err(CoolantError::NotPositive { row: 2 }));
    assert!(Coolant::constant(bad).is_err());
}

#[test]
fn names_are_read_back() {
    for name in Coolant::names() {
        assert_eq!(Coolant::from_name(name).unwrap().to_string(), name);
    }
    assert_eq!(Coolant::from_name("pg26"), None);
}

#[test]
fn water_boils_at_90_degc_under_0_7_bar_and_at_133_5_degc_under_3_bar() {
    // Saturation of IAPWS-IF97.
    for (pressure, celsius) in [(0.701e5, 90.0), (1.01325e5, 100.0), (1.985e5, 120.0), (3.0e5, 133.5)] {
        let boiling = boiling_under(373.15, pressure) - 273.15;
        approx::assert_abs_diff_eq!(boiling, celsius, epsilon = 0.5);
    }
}
