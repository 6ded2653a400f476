use super::*;
use crate::material::coolant::Coolant;
use approx::assert_relative_eq;

const PLATE: Channels = Channels {
    width: 0.3e-3,
    height: 3e-3,
    length: 0.05,
    count: 80,
    fin: 0.2e-3,
    base: 2e-3,
    conductivity: 390.0,
    tim: 0.0,
    contact: 0.05 * 80.0 * 0.5e-3,
};

fn water() -> CoolantProperties {
    Coolant::water().properties(313.15)
}

/// Lines of a table of tests/data/validation, as numbers.
fn rows(table: &str) -> Vec<Vec<f64>> {
    let lines = table.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    lines.map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect()
}

#[test]
fn the_developed_nusselt_number_of_rectangles_is_met_to_a_thousandth() {
    let table = rows(include_str!("../../tests/data/validation/duct_laminar_fd.csv"));
    assert_eq!(table.len(), 16);
    for row in table {
        assert_relative_eq!(rectangular_nusselt_h1(row[0]), row[3], max_relative = 1e-3);
    }
}

#[test]
fn plates_under_even_heat_meet_the_thermal_entrance_of_shah_and_london() {
    // Local Nu_H of plates, velocity developed (Shah & London 1978, eq. 317), its inverse averaged from the entrance.
    let local = |x: f64| match x {
        x if x <= 2e-4 => 1.490 * x.powf(-1.0 / 3.0),
        x if x <= 1e-3 => 1.490 * x.powf(-1.0 / 3.0) - 0.4,
        x => 8.235 + 8.68 * (1e3 * x).powf(-0.506) * (-164.0 * x).exp(),
    };
    for x_star in [1e-3, 3e-3, 0.01, 0.03, 0.1] {
        let n = 4000;
        let inverse: f64 = (0..n).map(|i| local(x_star * (i as f64 + 0.5) / n as f64).recip()).sum();
        // Pr 1e6: the velocity develops at once. The model claims 10 %.
        let found = developing_nusselt_h1(0.0, x_star, 1e6);
        assert_relative_eq!(found, n as f64 / inverse, max_relative = 0.1);
    }
}

#[test]
fn the_blend_with_the_leveque_layer_meets_rectangles_at_even_temperature() {
    // The same blend with the constants of even temperature, (3/2) 0.409 and Nu_T, has a table of its own.
    let ducts = rows(include_str!("../../tests/data/validation/duct_laminar_fd.csv"));
    let mut count = 0;
    for row in rows(include_str!("../../tests/data/validation/graetz_rectangular.csv")) {
        let Some(duct) = ducts.iter().find(|duct| (duct[0] - row[0]).abs() < 1e-3) else { continue };
        let layer = 1.5 * 0.409 * (duct[1] / row[1]).cbrt();
        assert_relative_eq!(blend(layer, duct[2], 5.0), row[3], max_relative = 0.1);
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn a_velocity_that_develops_adds_to_the_film() {
    // Pr 0.7 against 1e6 at x* = 0.01: S&L tab. 88 has 10 to 20 % for plates.
    let ratio = developing_nusselt_h1(0.0, 0.01, 0.7) / developing_nusselt_h1(0.0, 0.01, 1e6);
    assert!((1.05..1.35).contains(&ratio), "{ratio}");
}

#[test]
fn the_metal_rises_by_half_the_coolants_warming_without_conduction_and_by_epsilon_with_it() {
    for ntu in [0.05, 0.7, 3.0, 20.0] {
        assert_relative_eq!(mean_rise(ntu, 1e-9), 0.5, max_relative = 1e-4);
        let even = 1.0 / (1.0 - f64::exp(-ntu)) - 1.0 / ntu;
        assert_relative_eq!(mean_rise(ntu, 9e3), even, max_relative = 1e-3);
        assert_relative_eq!(mean_rise(ntu, 1e9), even, max_relative = 1e-12);
    }
}

#[test]
fn the_mean_rise_meets_a_finite_volume_solution_of_metal_and_coolant() {
    // Cells along the channel: K(θ_E − 2θ + θ_W)/dx² − UA(θ − φ) + Q = 0 with coolant that leaves a cell at its own φ_E
    // and meets it at the mean, C(φ_E − φ_W)/dx = UA(θ − φ), swept until nothing moves. UA = NTU, C = Q = 1.
    let (ntu, kappa, n) = (2.4, 0.15, 200);
    let dx = 1.0 / n as f64;
    let (mut metal, mut mean) = (vec![1.0; n], vec![0.0; n]);
    for _ in 0..60_000 {
        let mut entering = 0.0;
        for i in 0..n {
            let leaving = (entering * (1.0 - 0.5 * ntu * dx) + ntu * dx * metal[i]) / (1.0 + 0.5 * ntu * dx);
            mean[i] = 0.5 * (entering + leaving);
            entering = leaving;
            let g = kappa / (dx * dx);
            let (mut sum, mut diagonal) = (ntu * mean[i] + 1.0, ntu);
            for neighbour in [i.checked_sub(1), (i + 1 < n).then_some(i + 1)].into_iter().flatten() {
                sum += g * metal[neighbour];
                diagonal += g;
            }
            metal[i] = sum / diagonal;
        }
    }
    let found = metal.iter().sum::<f64>() * dx - 1.0 / ntu;
    assert!(found > 0.55, "conduction matters here: {found}");
    assert_relative_eq!(mean_rise(ntu, kappa), found, max_relative = 1e-4);
}

#[test]
fn at_small_flows_the_coolant_leaves_with_the_metals_temperature() {
    let fluid = water();
    for flow in [1e-15, 1e-12, 1e-9] {
        let state = PLATE.state(flow, &fluid);
        let capacity_rate = fluid.density * fluid.specific_heat * flow;
        assert_relative_eq!(state.channel_resistance * capacity_rate, 1.0, max_relative = 1e-2);
    }
}

#[test]
fn long_channels_at_low_reynolds_number_take_poiseuilles_pressure() {
    // Δp = 2 (f Re) µ u L/D² with f Re = 21.169 at 1:10; entrance and ends add ρu² terms that vanish with u.
    let (fluid, flow) = (water(), 1e-9);
    let (u, d) = (flow / (80.0 * 0.9e-6), PLATE.hydraulic_diameter());
    let expected = 2.0 * 21.169 * fluid.viscosity * u * 0.05 / (d * d);
    let loss = PLATE.loss(flow, &fluid);
    assert_relative_eq!(loss.drop, expected, max_relative = 1e-3);
    assert_relative_eq!(loss.slope, expected / flow, max_relative = 1e-3);
    assert_relative_eq!(PLATE.loss(0.0, &fluid).slope, expected / flow, max_relative = 1e-2);
    assert_eq!(PLATE.loss(0.0, &fluid).drop, 0.0);
    assert_eq!(PLATE.loss(-flow, &fluid).drop, -loss.drop);
}

#[test]
fn pressure_rises_without_jumps_through_transition_and_its_slope_is_its_derivative() {
    let fluid = water();
    let mut before = PLATE.loss(0.0, &fluid);
    for step in 1..=400 {
        let flow = 5e-6 * f64::from(step);
        let now = PLATE.loss(flow, &fluid);
        let trapezium = 0.5 * (before.slope + now.slope) * 5e-6;
        assert_relative_eq!(now.drop - before.drop, trapezium, max_relative = 0.02);
        before = now;
    }
    assert!(PLATE.state(2e-3, &fluid).re > 1e4);
}

#[test]
fn base_spreading_and_tim_add_to_the_channels() {
    let (fluid, flow) = (water(), 3e-5);
    let whole = PLATE.state(flow, &fluid);
    // 2 mm of copper of 20 cm²: 2e-3/(390 · 2e-3).
    assert_relative_eq!(whole.resistance - whole.channel_resistance, 2.564e-3, max_relative = 1e-3);
    let die = Channels { contact: 6e-4, tim: 1e-5, ..PLATE }.state(flow, &fluid);
    let spreading = spreading_resistance(6e-4, 2e-3, 2e-3, 390.0, 1.0 / whole.ua).mean;
    assert!(spreading > 1e-3);
    assert_relative_eq!(die.resistance, whole.resistance + spreading + 1e-5 / 6e-4, max_relative = 1e-12);
}
