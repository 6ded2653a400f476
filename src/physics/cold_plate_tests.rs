use super::*;
use crate::material::coolant::Coolant;
use approx::assert_relative_eq;

/// L/min, K/W: OCP liquid cooling guidelines, figures 7 and 8.
const PG25: [(f64, f64); 14] = [
    (0.4, 0.0389),
    (0.5, 0.0325),
    (0.6, 0.0300),
    (0.7, 0.0280),
    (0.8, 0.0265),
    (0.9, 0.0255),
    (1.0, 0.0245),
    (1.2, 0.0230),
    (1.4, 0.0220),
    (1.6, 0.0214),
    (1.8, 0.0209),
    (2.0, 0.0204),
    (2.2, 0.0200),
    (2.4, 0.0197),
];
const WATER: [(f64, f64); 4] = [(2.0, 0.0172), (3.0, 0.0160), (4.0, 0.0154), (5.0, 0.0151)];

fn water() -> CoolantProperties {
    Coolant::water().properties(313.15)
}

fn largest_error(plate: &ColdPlateModel, points: &[(f64, f64)]) -> f64 {
    points
        .iter()
        .map(|(v, r)| (plate.resistance(v * LITRE_PER_MINUTE, &water()) / r - 1.0).abs())
        .fold(0.0, f64::max)
}

#[test]
fn the_ocp_plate_meets_its_published_points() {
    let pg25 = ColdPlateModel::from_name("ocp-1kw-oam-pg25").unwrap();
    let water = ColdPlateModel::from_name("ocp-1kw-oam-water").unwrap();
    assert!(largest_error(&pg25, &PG25) < 0.025, "{}", largest_error(&pg25, &PG25));
    assert!(largest_error(&water, &WATER) < 0.004);
    // The fits are no fit of each other.
    assert!(largest_error(&water, &PG25) > 0.05);
}

#[test]
fn the_valid_range_of_the_pg25_plate_ends_at_2_4_l_min() {
    let plate = ColdPlateModel::from_name("ocp-1kw-oam-pg25").unwrap();
    assert!(plate.in_range(2.4 * LITRE_PER_MINUTE));
    assert!(!plate.in_range(2.5 * LITRE_PER_MINUTE));
    assert!(!plate.in_range(0.3 * LITRE_PER_MINUTE));
}

#[test]
fn a_table_is_met_at_its_points_and_a_plate_at_rest_carries_nothing() {
    let points: Vec<(f64, f64)> = PG25.iter().map(|(v, r)| (v * LITRE_PER_MINUTE, *r)).collect();
    let plate = ColdPlateModel::table(points.clone()).unwrap();
    for (flow, resistance) in points {
        assert_relative_eq!(plate.resistance(flow, &water()), resistance, max_relative = 1e-12);
    }
    assert_eq!(plate.conductance(0.0, &water()), 0.0);
    for name in ColdPlateModel::names() {
        assert_eq!(ColdPlateModel::from_name(name).unwrap().conductance(0.0, &water()), 0.0);
    }
}

#[test]
fn sc777_pressure_ratio_follows_its_exponent() {
    // Lenovo LP2048: 0.93 bar at 7.0 L/min, 0.70 bar at 6.0 L/min per tray, exponent 1.84.
    let drop = PressureDrop::Power { flow: 7.0 * LITRE_PER_MINUTE, drop: 93e3, exponent: 1.84 };
    assert_relative_eq!(drop.at(6.0 * LITRE_PER_MINUTE), 70e3, max_relative = 1e-3);
    assert_relative_eq!(drop.at(-6.0 * LITRE_PER_MINUTE), -70e3, max_relative = 1e-3);
    assert_eq!(drop.at(0.0), 0.0);
}

#[test]
fn linear_and_quadratic_drops_add() {
    let plate = ColdPlateModel::fit(0.01, 0.01, 1.0, (1e-6, 1e-4))
        .unwrap()
        .with_pressure_drop(PressureDrop::Polynomial { linear: 4.0e8, quadratic: 9.0e12 }.into())
        .unwrap();
    // 6 L/min: 4e8 · 1e-4 + 9e12 · 1e-8 Pa.
    assert_relative_eq!(plate.loss(1e-4, 1.0, &water()).drop, 130e3, max_relative = 1e-12);
}

#[test]
fn half_the_channels_carry_the_heat_and_take_the_pressure_of_twice_the_flow_each() {
    let plate = ColdPlateModel::from_name("ocp-1kw-oam-channels").unwrap();
    assert!(plate.takes_pressure());
    let (half, whole) = (plate.loss(1e-5, 0.5, &water()), plate.loss(2e-5, 1.0, &water()));
    assert_eq!(half.drop, whole.drop);
    assert_relative_eq!(half.slope, 2.0 * whole.slope);
    // A measured drop comes first.
    let given = PressureDrop::Power { flow: 1e-5, drop: 5e3, exponent: 2.0 };
    let plate = plate.with_pressure_drop(given.into()).unwrap();
    assert_relative_eq!(plate.loss(1e-5, 1.0, &water()).drop, 5e3);
}

#[test]
fn wrong_parameters_are_refused_by_name() {
    assert!(ColdPlateModel::fit(-1.0, 0.1, 1.0, (1e-6, 1e-5)).is_err());
    assert!(ColdPlateModel::fit(0.1, 0.1, 1.0, (1e-5, 1e-6)).is_err());
    assert!(ColdPlateModel::table(vec![]).is_err());
    let plate = ColdPlateModel::fit(0.1, 0.1, 1.0, (1e-6, 1e-5)).unwrap();
    let drop = PressureDrop::Polynomial { linear: f64::NAN, quadratic: 0.0 };
    assert!(plate.with_pressure_drop(drop.into()).is_err());
    assert_eq!(ColdPlateModel::from_name("no-such-plate"), None);
    for wrong in [
        Channels { width: 0.0, ..OCP_CHANNELS },
        Channels { count: 0, ..OCP_CHANNELS },
        Channels { tim: -1e-6, ..OCP_CHANNELS },
        Channels { contact: 0.2, ..OCP_CHANNELS },
    ] {
        assert!(ColdPlateModel::channels(wrong).is_err(), "{wrong:?}");
    }
    assert!(ColdPlateModel::channels(OCP_CHANNELS).is_ok());
}
