use super::*;
use crate::material::coolant::Coolant;
use approx::assert_relative_eq;

fn water() -> CoolantProperties {
    Coolant::water().properties(293.15)
}

fn components() -> Vec<Component> {
    let points = vec![(0.0, 2e5), (1e-3, 1.5e5), (2e-3, 0.2e5)];
    vec![
        Component::Pipe(Pipe { length: 3.0, diameter: 0.02, roughness: 1.5e-6, minor_loss: 2.0 }),
        Component::Fitting { loss: 1.5, diameter: 0.01 },
        Component::Valve { kv: 2.0 },
        Component::Measured(Measured {
            drop: PressureDrop::Power { flow: 1e-4, drop: 3e4, exponent: 1.84 },
            with: Some((1010.0, 1.5e-3)),
        }),
        Component::Measured(Measured {
            drop: PressureDrop::Polynomial { linear: 4e8, quadratic: 9e12 },
            with: Some((1010.0, 1.5e-3)),
        }),
        Component::Pump(Pump {
            curve: FanCurve::from_points(points.clone()).unwrap(),
            density: 1000.0,
            speed: 0.8,
        }),
        Component::Pump(Pump { curve: FanCurve::from_points(points).unwrap(), density: 1000.0, speed: 0.0 }),
    ]
}

#[test]
fn slopes_are_difference_quotients_in_both_directions() {
    for component in components() {
        for flow in [-1.2e-3, -1e-4, 3e-5, 2e-4, 9e-4] {
            let step = 1e-6 * f64::abs(flow);
            let at = |flow| component.loss(flow, &water()).drop;
            let quotient = (at(flow + step) - at(flow - step)) / (2.0 * step);
            assert_relative_eq!(component.loss(flow, &water()).slope, quotient, max_relative = 1e-4);
        }
    }
}

#[test]
fn losses_are_odd_and_never_fall_with_the_flow() {
    for component in components().into_iter().filter(|c| !matches!(c, Component::Pump(p) if p.speed > 0.0)) {
        let mut last = 0.0;
        for k in 0..400 {
            let flow = 1e-7 * 1.03_f64.powi(k);
            let loss = component.loss(flow, &water());
            assert!(loss.drop > last && loss.slope > 0.0, "{component:?} at {flow}");
            assert_relative_eq!(component.loss(-flow, &water()).drop, -loss.drop, max_relative = 1e-14);
            last = loss.drop;
        }
        assert_eq!(component.loss(0.0, &water()).drop, 0.0);
    }
}

#[test]
fn a_table_is_met_at_its_points_with_the_fluid_of_its_test() {
    let curve = LogCurve::new(vec![(1e-5, 100.0), (1e-4, 3e3), (5e-4, 7e4)]).unwrap();
    let measured = Measured { drop: PressureDrop::Table(Arc::new(curve)), with: None };
    for (flow, drop) in [(1e-5, 100.0), (1e-4, 3e3), (5e-4, 7e4)] {
        assert_relative_eq!(measured.loss(flow, &water()).drop, drop, max_relative = 1e-12);
        // Half its passages open: the same drop at half the flow.
        assert_relative_eq!(
            measured.through(0.5).loss(0.5 * flow, &water()).drop,
            drop,
            max_relative = 1e-12
        );
    }
}

#[test]
fn a_laminar_pipe_obeys_hagen_and_poiseuille() {
    let pipe = Pipe { length: 2.0, diameter: 0.01, roughness: 0.0, minor_loss: 0.0 };
    let (fluid, flow) = (water(), 5e-6);
    let known = 128.0 * fluid.viscosity * pipe.length * flow / (PI * pipe.diameter.powi(4));
    assert_relative_eq!(pipe.loss(flow, &fluid).drop, known, max_relative = 1e-12);
    assert_relative_eq!(pipe.loss(1e-12, &fluid).drop, known * 2e-7, max_relative = 1e-12);
}

#[test]
fn a_kv_of_one_passes_a_cubic_metre_an_hour_at_one_bar() {
    let fluid = CoolantProperties { density: 1000.0, ..water() };
    assert_relative_eq!(
        Component::Valve { kv: 1.0 }.loss(1.0 / 3600.0, &fluid).drop,
        1e5,
        max_relative = 1e-12
    );
    // UQD04 of engineering.md: Cv 0.80 is about 31 kPa at 6.4 L/min.
    let uqd = Component::Valve { kv: kv_of_cv(0.80) }.loss(6.4 / 60e3, &fluid).drop;
    assert_relative_eq!(uqd, 31e3, max_relative = 0.02);
    assert!(Component::Valve { kv: equal_percentage(0.0, 50.0) }.is_shut());
    assert_relative_eq!(equal_percentage(0.5, 50.0), 50_f64.sqrt().recip(), max_relative = 1e-12);
}

#[test]
fn a_measured_drop_moves_with_viscosity_as_far_as_it_is_laminar() {
    let thick = CoolantProperties { viscosity: 3e-3, density: 1010.0, ..water() };
    let plate = |drop| Measured { drop, with: Some((1010.0, 1.5e-3)) };
    let laminar = plate(PressureDrop::Polynomial { linear: 4e8, quadratic: 0.0 });
    assert_relative_eq!(laminar.loss(1e-4, &thick).drop, 8e4, max_relative = 1e-12);
    let turbulent = plate(PressureDrop::Polynomial { linear: 0.0, quadratic: 9e12 });
    assert_relative_eq!(turbulent.loss(1e-4, &thick).drop, 9e4, max_relative = 1e-12);
    let between = plate(PressureDrop::Power { flow: 1e-4, drop: 1e4, exponent: 1.75 });
    assert_relative_eq!(between.loss(1e-4, &thick).drop, 1e4 * 2_f64.powf(0.25), max_relative = 1e-12);
}
