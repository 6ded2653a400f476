//! Facts about fans, among them the model part of validation case F24.

use approx::assert_relative_eq;

use super::*;

/// The fan and the system of fan_operating_point.csv.
fn fan() -> FanCurve {
    FanCurve::from_end_points(0.12, 300.0).unwrap()
}

const SYSTEM: SystemCurve = SystemCurve { linear: 300.0, quadratic: 1.8e4 };

/// A fan that stalls below 0.05 m³/s.
fn hump() -> FanCurve {
    let points = [(0.0, 300.0), (0.02, 280.0), (0.05, 320.0), (0.09, 200.0), (0.12, 0.0)];
    FanCurve::from_points(points.to_vec()).unwrap()
}

/// The root of p₀(1 − (Q/Q₀)²) = aQ + bQ² on paper, for the fan at speed ratio n.
fn on_paper(n: f64) -> f64 {
    let (p0, q0) = (300.0 * n * n, 0.12 * n);
    let b = SYSTEM.quadratic + p0 / (q0 * q0);
    let root = (SYSTEM.linear * SYSTEM.linear + 4.0 * b * p0).sqrt();
    (root - SYSTEM.linear) / (2.0 * b)
}

#[test]
fn the_operating_point_is_that_of_the_quadratic_on_paper() {
    for n in [0.05, 0.5, 0.75, 1.0, 2.0] {
        let running = fan().at_speed(n, 1.0).unwrap();
        let point = operating_point(&running, SYSTEM);
        assert_relative_eq!(point.flow, on_paper(n), max_relative = 1e-13);
        assert_relative_eq!(point.pressure_rise, SYSTEM.pressure_drop(point.flow), max_relative = 1e-12);
        assert_eq!(point.branch, FanBranch::Normal);
    }
}

#[test]
fn the_operating_points_of_the_table_are_met() {
    let table = include_str!("../../tests/data/validation/fan_operating_point.csv");
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with(['#', 'c'])) {
        let cells: Vec<&str> = line.split(',').collect();
        let n = cells[0].strip_prefix("speed ").map_or(1.0, |n| n.parse().unwrap());
        let point = operating_point(&fan().at_speed(n, 1.0).unwrap(), SYSTEM);
        assert_relative_eq!(point.flow, cells[1].parse::<f64>().unwrap(), max_relative = 1e-6);
        assert_relative_eq!(point.pressure_rise, cells[2].parse::<f64>().unwrap(), max_relative = 1e-6);
        count += 1;
    }
    assert_eq!(count, 3);
}

#[test]
fn on_a_purely_quadratic_system_flow_follows_speed_and_density_changes_nothing() {
    // b belongs to air of the sheet's density, so that thin air lowers both curves alike.
    let system = |d: f64| SystemCurve { linear: 0.0, quadratic: 2e4 * d };
    let full = operating_point(&fan(), system(1.0));
    let half = operating_point(&fan().at_speed(0.5, 1.0).unwrap(), system(1.0));
    let high = operating_point(&fan().at_speed(1.0, 0.78).unwrap(), system(0.78));
    assert_relative_eq!(half.flow, 0.5 * full.flow, max_relative = 1e-13);
    assert_relative_eq!(half.pressure_rise, 0.25 * full.pressure_rise, max_relative = 1e-12);
    assert_relative_eq!(high.flow, full.flow, max_relative = 1e-13);
    assert_relative_eq!(high.pressure_rise, 0.78 * full.pressure_rise, max_relative = 1e-12);
}

#[test]
fn two_fans_side_by_side_double_the_flow_and_two_in_a_row_the_pressure() {
    let (one, side, row) = (fan(), fan().in_parallel(2).unwrap(), fan().in_series(2).unwrap());
    assert_relative_eq!(side.at(0.1).pressure_rise, one.at(0.05).pressure_rise, max_relative = 1e-14);
    assert_relative_eq!(row.at(0.05).pressure_rise, 2.0 * one.at(0.05).pressure_rise, max_relative = 1e-14);
    assert_relative_eq!(side.free_delivery(), 0.24, max_relative = 1e-13);
    assert_relative_eq!(row.free_delivery(), 0.12, max_relative = 1e-13);
    assert!(fan().in_parallel(0).is_err());
}

#[test]
fn the_slope_is_the_derivative_at_every_flow_that_an_iteration_may_pass() {
    for fan in [fan(), hump(), hump().at_speed(1.3, 0.8).unwrap()] {
        for step in -40..80 {
            let (flow, e) = (0.005 * f64::from(step) + 1.7e-3, 1e-7);
            let difference = (fan.at(flow + e).pressure_rise - fan.at(flow - e).pressure_rise) / (2.0 * e);
            assert_relative_eq!(fan.at(flow).slope, difference, max_relative = 1e-4, epsilon = 0.5);
        }
    }
}

#[test]
fn reverse_flow_meets_more_than_the_shut_off_pressure() {
    for fan in [fan(), hump()] {
        let state = fan.at(-0.03);
        assert_eq!(state.branch, FanBranch::Reverse);
        assert!(state.pressure_rise > 300.0 && state.slope < 0.0, "{state:?}");
        assert_relative_eq!(fan.at(-1e-12).pressure_rise, fan.at(0.0).pressure_rise, max_relative = 1e-9);
    }
}

#[test]
fn beyond_free_delivery_the_fan_takes_pressure_along_a_straight_line() {
    let (one, two) = (fan().at(0.15), fan().at(0.18));
    assert_eq!((one.branch, two.branch), (FanBranch::BeyondFreeDelivery, FanBranch::BeyondFreeDelivery));
    assert_relative_eq!(two.pressure_rise, 2.0 * one.pressure_rise, max_relative = 1e-12);
    assert_relative_eq!(one.slope, -2.0 * 300.0 / 0.12, max_relative = 1e-14);
}

#[test]
fn a_fan_left_of_its_pressure_maximum_stalls() {
    let fan = hump();
    assert_eq!(fan.stall_flow(), 0.05);
    assert_eq!([0.01, 0.03, 0.049].map(|flow| fan.at(flow).branch), [FanBranch::Stall; 3]);
    assert_eq!([0.05, 0.1].map(|flow| fan.at(flow).branch), [FanBranch::Normal; 2]);
    assert!(fan.at(0.03).slope > 0.0);
    // A system steep enough to hold the fan there.
    let point = operating_point(&fan, SystemCurve { linear: 1e4, quadratic: 0.0 });
    assert_eq!(point.branch, FanBranch::Stall);
    assert_relative_eq!(point.pressure_rise, 1e4 * point.flow, max_relative = 1e-12);
}

#[test]
fn of_three_crossings_the_stable_one_of_the_largest_flow_is_found() {
    // Shut-off 340 Pa, a dip to 100 Pa at 0.02 m³/s and a hump of 320 Pa at 0.05 m³/s.
    let points = vec![(0.0, 340.0), (0.02, 100.0), (0.04, 310.0), (0.05, 320.0), (0.12, 0.0)];
    let fan = FanCurve::from_points(points).unwrap();
    let system = SystemCurve { linear: 6000.0, quadratic: 0.0 };
    let crosses = |flow: f64| fan.at(flow).pressure_rise - system.pressure_drop(flow);
    assert!(crosses(0.01) > 0.0 && crosses(0.02) < 0.0 && crosses(0.04) > 0.0);
    let point = operating_point(&fan, system);
    assert!(point.flow > 0.05 && point.branch == FanBranch::Normal, "{point:?}");
    assert_relative_eq!(point.pressure_rise, 6000.0 * point.flow, max_relative = 1e-12);
}

#[test]
fn a_system_that_blocks_all_leaves_shut_off_and_one_that_takes_nothing_free_delivery() {
    let shut = operating_point(&fan(), SystemCurve { linear: 1e30, quadratic: 0.0 });
    assert!(shut.flow < 1e-25);
    assert_relative_eq!(shut.pressure_rise, 300.0, max_relative = 1e-12);
    let free = operating_point(&fan(), SystemCurve { linear: 0.0, quadratic: 0.0 });
    assert_relative_eq!(free.flow, 0.12, max_relative = 1e-13);
    // Points that end above zero pressure: the tangent goes on to it.
    let short = FanCurve::from_points(vec![(0.02, 100.0), (0.06, 60.0)]).unwrap();
    assert_relative_eq!(short.free_delivery(), 0.12, max_relative = 1e-12);
    assert_relative_eq!(short.at(0.0).pressure_rise, 120.0, max_relative = 1e-12);
}

#[test]
fn a_curve_that_flattens_out_at_its_end_or_rises_from_its_first_point_still_has_an_end_and_a_pressure_at_rest()
 {
    let flat = FanCurve::from_points(vec![(0.0, 300.0), (0.09, 200.0), (0.1, 20.0), (0.12, 10.0)]).unwrap();
    assert!(flat.at(0.13).slope <= -250.0 && flat.free_delivery().is_finite());
    let rising = FanCurve::from_points(vec![(0.02, 10.0), (0.05, 300.0), (0.12, 0.0)]).unwrap();
    assert_eq!((rising.at(0.0).pressure_rise, rising.at(0.01).branch), (10.0, FanBranch::Stall));
}

#[test]
fn the_air_takes_most_from_a_parabola_at_free_delivery_over_root_3() {
    let flow = 0.12 / 3_f64.sqrt();
    let most = flow * fan().at(flow).pressure_rise;
    assert_relative_eq!(fan().largest_air_power(), most, max_relative = 1e-14);
    let points = (0..=12).map(|i| 0.01 * f64::from(i)).map(|q| (q, fan().at(q).pressure_rise));
    let points = FanCurve::from_points(points.collect()).unwrap();
    assert_relative_eq!(points.largest_air_power(), most, max_relative = 0.01);
}

#[test]
fn power_follows_flow_times_pressure_or_the_cube_of_the_speed() {
    assert_relative_eq!(FanPower::Efficiency(0.4).power(0.08, 150.0, 1.0, 1.0), 30.0, max_relative = 1e-14);
    assert_eq!(FanPower::Efficiency(0.4).power(0.15, -20.0, 1.0, 1.0), 0.0);
    assert_relative_eq!(FanPower::Nominal(16.8).power(0.0, 0.0, 0.5, 1.0), 2.1, max_relative = 1e-14);
    assert_relative_eq!(FanPower::Nominal(16.8).power(0.0, 0.0, 1.0, 0.78), 13.104, max_relative = 1e-12);
    let curve = MonotoneCurve::new(vec![(0.0, 20.0), (0.1, 10.0)]).unwrap();
    let curve = FanPower::Curve(curve);
    assert_relative_eq!(curve.power(0.05, 0.0, 1.0, 1.0), 15.0, max_relative = 1e-14);
    assert_relative_eq!(curve.power(0.025, 0.0, 0.5, 1.0), 15.0 / 8.0, max_relative = 1e-14);
    assert_relative_eq!(curve.power(9.0, 0.0, 1.0, 1.0), 10.0, max_relative = 1e-14);
    assert_eq!(curve.highest(0.5, 1.0), Some(2.5));
    assert_eq!(FanPower::Efficiency(0.4).highest(1.0, 1.0), None);
}

#[test]
fn impossible_fans_are_refused_with_the_reason() {
    let error = FanCurve::from_end_points(0.0, 300.0).unwrap_err();
    assert_eq!(error, FanError::NotPositive { name: "free delivery", value: 0.0 });
    let error = FanCurve::from_points(vec![(0.0, 100.0), (0.1, -1.0)]).unwrap_err();
    assert!(matches!(error, FanError::Negative { point: 2, .. }));
    let error = FanCurve::from_points(vec![(0.0, 100.0), (0.1, 120.0)]).unwrap_err();
    assert!(matches!(error, FanError::NotFalling { .. }));
    assert!(matches!(FanCurve::from_points(vec![]), Err(FanError::Points(_))));
    assert!(fan().at_speed(0.0, 1.0).is_err() && fan().at_speed(f64::NAN, 1.0).is_err());
}
