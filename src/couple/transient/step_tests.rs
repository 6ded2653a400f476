//! Steps of a small run, looked at from inside.

use super::*;
use crate::couple::device;
use crate::couple::transient::{Steady, uniform};
use crate::scene::{Resolution, Scene};
use crate::verify::scenes::read;

/// What `look` finds in a run of K3 by flux on a coarse grid.
fn with_stepper<T>(look: impl FnOnce(&mut Stepper<'_>, &Scene) -> T) -> T {
    let settings = ["spacing=\"10 mm\"", "grid.cells=[30, 1, 1]"].map(str::to_owned);
    let scene = read("k3_flux.toml", &settings).unwrap();
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let device = device::cpu();
    let equation = Equation::new(&scene, &model, None);
    let state = uniform(&equation, 293.15).unwrap();
    let powers = Powers::new(&scene, &model, Resolution::Draft, &known_cells(&model)).unwrap();
    let power = powers.of(&Steady::new(&scene, powers.others()), 0.0, 1.0);
    let mut stepper =
        Stepper::new(equation, powers, TimeScheme::Bdf2, Course::new(state), power, device.as_ref());
    look(&mut stepper, &scene)
}

#[test]
fn a_state_that_is_1_mk_off_in_one_cell_opens_the_balance_of_its_run() {
    for (perturbation, closed) in [(0.0, true), (1e-3, false)] {
        let open = with_stepper(|stepper, _| {
            for step in 0..4 {
                let power = stepper.power.clone();
                let mut candidate = stepper.attempt(1.0, power).unwrap();
                if step == 2 {
                    candidate.increment.cells[3] += perturbation;
                    candidate.rise.cells[3] += perturbation;
                }
                stepper.accept(candidate).unwrap();
            }
            stepper.ledger.relative()
        });
        // 1 mK of 10 mm · 1 cm² of 4 MJ/m³K is 4 mJ of the 4 J that came in.
        assert_eq!(open <= 1e-9, closed, "open by {open:e}");
        assert!(closed || open > 1e-4, "open by {open:e}");
    }
}

#[test]
fn steps_of_one_length_assemble_once_and_a_constant_flux_warms_as_its_heat_does() {
    with_stepper(|stepper, scene| {
        for _ in 0..10 {
            let power = stepper.power.clone();
            let candidate = stepper.attempt(1.0, power).unwrap();
            stepper.accept(candidate).unwrap();
        }
        // Euler begins, BDF2 goes on.
        assert_eq!(stepper.systems, 2);
        let material = &scene.materials[0];
        let capacity = material.density * material.specific_heat * 0.01 * 1e-4;
        let stored: f64 = stepper.state.rise.cells.iter().map(|rise| rise - (293.15 - 298.15)).sum();
        approx::assert_relative_eq!(stored * capacity, 10.0, max_relative = 1e-9);
    });
}
