//! Air that its own heat, or a force, moves through openings without a fan.

use approx::assert_relative_eq;
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::result::Solution;
use racktherm::scene::Scene;
use std::path::Path;

fn solve(text: &str) -> Solution {
    let scene = Scene::from_text(Path::new("scenes/example.toml"), text.to_owned(), &[])
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let solution = couple::solve(&scene, &options, &Silent).unwrap_or_else(|error| panic!("{error}"));
    let summary = &solution.summary;
    assert!(summary.convergence.converged, "{}", summary.convergence.reason);
    assert!(summary.balance.relative <= 1e-9, "balance open by {:.1e}", summary.balance.relative);
    assert!(summary.mass.relative <= 1e-9, "mass defect {:.1e}", summary.mass.relative);
    println!("{}", summary.convergence.reason);
    solution
}

/// Size of the box, m, 120 mm high, and what it releases, W.
const WIDTH: f64 = 0.08;
const DEPTH: f64 = 0.04;
const HEIGHT: f64 = 0.12;
const POWER: f64 = 0.5;
/// Density, kg/m³, specific heat, J/(kg K), and viscosity, Pa s, of air at 25 °C; its expansion, 1/K.
const DENSITY: f64 = 1.184;
const SPECIFIC_HEAT: f64 = 1006.0;
const VISCOSITY: f64 = 1.845e-5;
const EXPANSION: f64 = 1.0 / 298.15;
const GRAVITY: f64 = 9.806_65;

/// A box that is open below and above, with air that follows `air` and `parts` in it.
fn chimney(air: &str, parts: &str) -> String {
    format!(
        r#"
[domain]
size = ["{WIDTH} m", "{DEPTH} m", "{HEIGHT} m"]
[grid]
cells = [8, 8, 12]
[air]
field = "momentum"
{air}
[[opening]]
name = "bottom"
side = "z-"
[[opening]]
name = "top"
side = "z+"
{parts}
"#
    )
}

/// A block of 20 mm in the lower half.
fn block(power: f64) -> String {
    format!(
        r#"
[[block]]
name = "block"
from = ["30 mm", "10 mm", "20 mm"]
to = ["50 mm", "30 mm", "40 mm"]
material = "steel"
power = "{power} W"
"#
    )
}

/// Permeability and thickness of the mat of [`mat`], m², m, and its height above the floor, m.
const PERMEABILITY: f64 = 1.5e-6;
const THICKNESS: f64 = 0.02;
const LIFTED: f64 = 0.02;

/// A heated mat across the whole section between walls that do not rub.
fn mat() -> String {
    let walls = [("left", "x-"), ("right", "x+"), ("front", "y-"), ("back", "y+")];
    let walls = walls
        .map(|(name, side)| format!("[[wall]]\nname = \"{name}\"\nside = \"{side}\"\nslip = true\n"))
        .join("");
    let top = LIFTED + THICKNESS;
    format!(
        r#"{walls}
[[porous]]
name = "mat"
from = [0, 0, "{LIFTED} m"]
to = ["{WIDTH} m", "{DEPTH} m", "{top} m"]
permeability = "{PERMEABILITY} m2"
power = "{POWER} W"
"#
    )
}

/// m³/s into the box.
fn flow(solution: &Solution) -> f64 {
    solution.summary.air.as_ref().expect("it has openings").demanded_m3_s
}

/// Speed at which a pressure of `drive(u)` Pa overcomes the mat and the dynamic pressure of what leaves, m/s:
/// drive = µ L u/K + ½ ρ u².
fn balanced(drive: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (1e-6, 10.0);
    for _ in 0..60 {
        let speed: f64 = 0.5 * (low + high);
        let taken = VISCOSITY * THICKNESS * speed / PERMEABILITY + 0.5 * DENSITY * speed * speed;
        if drive(speed) > taken { low = speed } else { high = speed }
    }
    low
}

/// Mean velocity upwards, m/s.
fn upwards(solution: &Solution) -> f64 {
    let [_, _, up] = &solution.fields.velocity;
    up.iter().sum::<f64>() / up.len() as f64
}

#[test]
fn a_heated_mat_in_a_chimney_draws_what_its_draught_drives_through_it() {
    // ρ β g ΔT H with ΔT = Q/(ρ cp u A) over the height from the middle of the mat to the top.
    let (area, lift) = (WIDTH * DEPTH, HEIGHT - LIFTED - 0.5 * THICKNESS);
    let rise = |speed: f64| POWER / (DENSITY * SPECIFIC_HEAT * speed * area);
    let speed = balanced(|speed| DENSITY * EXPANSION * GRAVITY * rise(speed) * lift);
    let text =
        chimney("turbulence = \"laminar\"", &mat()).replace("cells = [8, 8, 12]", "cells = [4, 4, 24]");
    let solution = solve(&text);
    let air = solution.summary.air.as_ref().expect("it has openings");
    println!("{} m/s for {speed}, {} K for {}", flow(&solution) / area, air.exhaust_c - 25.0, rise(speed));
    // Nothing of second order is carried across the faces of a mat: its heat is lifted by half a cell of 5 mm more than from its
    // middle, of which the speed feels the root, 1.4 %.
    assert_relative_eq!(flow(&solution) / area, speed, max_relative = 0.02);
    assert_relative_eq!(air.exhaust_c - 25.0, rise(speed), max_relative = 0.02);
    assert!(upwards(&solution) > 0.9 * speed);
}

#[test]
fn a_force_alone_drives_air_through_two_openings_and_takes_heat_along() {
    let (force, area) = (0.1, WIDTH * DEPTH);
    let speed = balanced(|_| force * HEIGHT);
    let air = format!("turbulence = \"laminar\"\nbuoyancy = false\nbody_force = [0, 0, \"{force} N/m3\"]");
    let solution = solve(&chimney(&air, &mat()));
    println!("{} m/s for {speed}", flow(&solution) / area);
    assert_relative_eq!(flow(&solution) / area, speed, max_relative = 0.005);
    let warmer = solution.summary.air.as_ref().expect("it has openings").exhaust_c - 25.0;
    let rise = POWER / (DENSITY * SPECIFIC_HEAT * speed * area);
    assert_relative_eq!(warmer, rise, max_relative = 0.01);
}

#[test]
fn a_block_between_two_openings_is_cooled_by_its_own_draught_laminar_and_by_lvel() {
    let [laminar, lvel] = ["laminar", "lvel"].map(|turbulence| {
        let solution = solve(&chimney(&format!("turbulence = \"{turbulence}\""), &block(POWER)));
        assert!(upwards(&solution) > 0.01, "{} m/s upwards", upwards(&solution));
        assert_relative_eq!(solution.summary.balance.to_air_w, POWER, max_relative = 1e-9);
        let block = solution.summary.components.first().expect("the block");
        println!("{turbulence}: {:?} °C, {} m³/s", block.temperature_c(), flow(&solution));
        block.temperature_c() - 25.0
    });
    // At Re 125 eddies add little.
    assert_relative_eq!(lvel, laminar, max_relative = 0.1);
}

#[test]
fn a_chip_on_a_board_between_two_openings_settles_with_its_draught_laminar_and_by_lvel() {
    let parts = r#"
[[board]]
name = "board"
from = ["20 mm", 0, "20 mm"]
to = ["60 mm", "40 mm", "30 mm"]
in_plane = "20 W/mK"
through_plane = "0.3 W/mK"
normal = "z"
[[chip]]
name = "chip"
from = ["30 mm", "10 mm", "30 mm"]
to = ["40 mm", "30 mm", "40 mm"]
power = "0.5 W"
junction_to_case = "1 K/W"
junction_to_board = "2 K/W"
"#;
    for turbulence in ["laminar", "lvel"] {
        let solution = solve(&chimney(&format!("turbulence = \"{turbulence}\""), parts));
        assert!(upwards(&solution) > 0.01, "{} m/s upwards", upwards(&solution));
        assert_relative_eq!(solution.summary.balance.to_air_w, POWER, max_relative = 1e-9);
    }
}

#[test]
fn a_closed_box_of_lvel_air_between_cold_walls_settles_with_the_heat_of_its_block() {
    let walls = [("left", "x-"), ("right", "x+")].map(|(name, side)| {
        format!("[[wall]]\nname = \"{name}\"\nside = \"{side}\"\ntemperature = \"25 degC\"\n")
    });
    let text = chimney("turbulence = \"lvel\"", &(walls.join("") + &block(POWER)));
    let (head, rest) = text.split_once("[[opening]]").expect("the first opening");
    let solution = solve(&format!("{head}{}", &rest[rest.find("[[wall]]").expect("the first wall")..]));
    assert_relative_eq!(solution.summary.balance.to_room_w, POWER, max_relative = 1e-9);
}
