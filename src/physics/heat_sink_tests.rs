//! Facts about plate-fin heat sinks, among them the model part of validation case F22.

use approx::assert_relative_eq;

use super::*;
use crate::material::air::{STANDARD_PRESSURE, properties};

fn air() -> AirProperties {
    properties(300.0, STANDARD_PRESSURE)
}

fn sink() -> PlateFinSink {
    PlateFinSink::new(0.1, 0.1, 0.02, 27, 0.0008, 200.0).unwrap()
}

#[test]
fn teertstras_model_meets_its_table() {
    let table = include_str!("../../tests/data/validation/plate_fin_teertstra.csv");
    let mut count = 0;
    for line in table.lines().filter(|line| !line.starts_with(['#', 'W'])) {
        let c: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let sink = PlateFinSink::new(c[0], c[1], c[2], c[7] as usize, c[5], c[6]).unwrap();
        // In the second geometry 27 fins of 0.8 mm leave 3.015 mm, the table rounds to 3 mm: use its gap.
        let width = c[7] * c[5] + (c[7] - 1.0) * c[4];
        let exact = PlateFinSink::new(width, c[1], c[2], c[7] as usize, c[5], c[6]).unwrap();
        assert_relative_eq!(sink.gap(), c[4], max_relative = 6e-3);
        let state = exact.state_for(c[8], 0.0263, 1.589e-5, 0.707);
        // 1e-6 of the model, and half a unit in the last digit of the table.
        let found = [
            (state.re_star, c[9], 5e-5),
            (state.nusselt, c[10], 5e-6),
            (state.fin_efficiency, c[11], 5e-6),
            (state.heat_transfer_coefficient, c[12], 5e-5),
            (state.thermal_resistance, c[13], 5e-7),
        ];
        for (value, expected, digit) in found {
            assert!((value - expected).abs() <= digit + 1e-6 * expected, "{line}: {value} {expected}");
        }
        count += 1;
    }
    assert_eq!(count, 8);
}

#[test]
fn resistance_falls_with_velocity_and_is_infinite_at_rest() {
    let sink = sink();
    assert_eq!(sink.state(0.0, &air()).thermal_resistance, f64::INFINITY);
    assert_eq!(sink.conductance_to_inlet(0.0, &air()), 0.0);
    let resistances = [0.5, 1.0, 2.0, 4.0, 8.0].map(|u| sink.state(u, &air()).thermal_resistance);
    assert!(resistances.windows(2).all(|pair| pair[1] < pair[0]));
}

#[test]
fn no_sink_takes_more_than_its_air_can_carry() {
    for u in [0.001, 0.01, 0.1, 1.0, 10.0] {
        let conductance = sink().conductance_to_inlet(u, &air());
        assert!(conductance <= sink().capacity_rate(u, &air()));
    }
    assert!(sink().ua(0.001, &air()).is_err());
    let ua = sink().ua(4.0, &air()).unwrap();
    assert!(ua > sink().conductance_to_inlet(4.0, &air()));
}

#[test]
fn developed_laminar_pressure_drop_is_that_of_parallel_plates() {
    // Long narrow channels: Δp = 12 µ U L/b² for plates; 96/Re of D = 2b, f Re of the finite height within 2 %.
    let long = PlateFinSink::new(0.1, 2.0, 0.2, 40, 0.001, 200.0).unwrap();
    let (u, air) = (0.5, air());
    let plates = 12.0 * air.viscosity * u * 2.0 / long.gap().powi(2);
    assert_relative_eq!(long.pressure_drop(u, &air), plates, max_relative = 0.02);
}

#[test]
fn loss_per_metre_reproduces_the_pressure_drop() {
    let (sink, air) = (sink(), air());
    let frontal = 3.0;
    let drop = sink.pressure_drop(frontal / sink.free_area_ratio(), &air);
    let from_loss = 0.5 * air.density * frontal * frontal * sink.loss_per_metre(frontal, &air) * 0.1;
    assert_relative_eq!(from_loss, drop, max_relative = 1e-12);
    assert_relative_eq!(sink.pressure_drop(-3.0, &air), -sink.pressure_drop(3.0, &air));
    assert!(sink.loss_per_metre(0.0, &air).is_finite());
}

#[test]
fn pressure_drop_rises_smoothly_through_transition() {
    let (sink, air) = (sink(), air());
    let mut before = 0.0;
    for step in 1..=4000 {
        let now = sink.pressure_drop(0.02 * f64::from(step), &air);
        assert!(now > before, "step {step}");
        before = now;
    }
}

#[test]
fn impossible_geometry_is_refused() {
    assert_eq!(
        PlateFinSink::new(0.1, 0.1, 0.02, 1, 0.001, 200.0),
        Err(HeatSinkError::TooFewFins { fins: 1 })
    );
    assert!(matches!(PlateFinSink::new(0.1, 0.1, 0.02, 100, 0.001, 200.0), Err(HeatSinkError::NoGap { .. })));
    assert!(matches!(
        PlateFinSink::new(0.1, -0.1, 0.02, 20, 0.001, 200.0),
        Err(HeatSinkError::NotPositive { name: "length", .. })
    ));
}
