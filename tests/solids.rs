//! Heat in solids alone: what is exact, and what is said where it is not.

use approx::assert_relative_eq;
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::result::Summary;
use racktherm::scene::Scene;
use std::path::Path;

/// A cube of 0.1 m of one solid on 8³ cells, with what stands at and in it.
fn cube_on(backend: BackendChoice, solid: &str, rest: &str) -> Summary {
    let text = format!(
        r#"
[domain]
size = ["0.1 m", "0.1 m", "0.1 m"]
fill = "stuff"
[grid]
cells = [8, 8, 8]
[site]
air_temperature = "20 degC"
[[material]]
name = "stuff"
conductivity = "400 W/mK"
{solid}
{rest}
"#
    );
    let scene = Scene::from_text(Path::new("scenes/example.toml"), text, &[])
        .unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let options = Options { backend, ..Options::default() };
    couple::solve(&scene, &options, &Silent).unwrap_or_else(|error| panic!("{error}")).summary
}

fn cube(solid: &str, rest: &str) -> Summary {
    cube_on(BackendChoice::Cpu, solid, rest)
}

/// Walls of a temperature on the named sides.
fn walls(sides: &[&str], temperature: &str) -> String {
    let wall = |side: &&str| {
        let name = side.replace('-', "_low").replace('+', "_high");
        format!("[[wall]]\nname = \"{name}\"\nside = \"{side}\"\ntemperature = \"{temperature}\"\n")
    };
    sides.iter().map(wall).collect()
}

const ALL: [&str; 6] = ["x-", "x+", "y-", "y+", "z-", "z+"];

#[test]
fn a_solid_between_walls_of_one_temperature_has_it_and_its_balance_holds() {
    for backend in [BackendChoice::Cpu, BackendChoice::Gpu] {
        let summary = cube_on(backend, "", &walls(&ALL, "30 degC"));
        assert!(summary.convergence.converged, "{}", summary.convergence.reason);
        assert!(summary.balance.relative <= 1e-9, "{:e}", summary.balance.relative);
    }
}

#[test]
fn a_nanowatt_beside_kilowatts_of_ties_is_no_open_balance() {
    let source = "[[block]]\nname = \"heater\"\nat = [\"25 mm\", \"25 mm\", \"25 mm\"]\n\
                  size = [\"50 mm\", \"50 mm\", \"50 mm\"]\nmaterial = \"stuff\"\npower = \"1e-9 W\"\n";
    let summary = cube("", &(walls(&ALL, "30 degC") + source));
    assert!(summary.convergence.converged, "{}", summary.convergence.reason);
}

#[test]
fn a_monitor_on_a_wall_of_given_flux_reads_the_wall() {
    let rest = walls(&["x-"], "30 degC")
        + "[[wall]]\nname = \"heated\"\nside = \"x+\"\nflux = \"40 kW/m2\"\n\
           [[monitor]]\nname = \"wall\"\npoint = [\"100 mm\", \"50 mm\", \"50 mm\"]\n\
           [[monitor]]\nname = \"edge\"\npoint = [\"100 mm\", \"100 mm\", \"100 mm\"]\n\
           [[monitor]]\nname = \"middle\"\npoint = [\"50 mm\", \"50 mm\", \"50 mm\"]\n";
    let summary = cube("", &rest);
    // 30 °C and q L / k = 40 kW/m² · 0.1 m / 400 W/(m K) = 10 K: a line, exact on any grid.
    for (monitor, exact) in summary.monitors.iter().zip([40.0, 40.0, 35.0]) {
        assert_relative_eq!(monitor.value, exact, max_relative = 1e-9);
    }
}

#[test]
fn a_conductivity_that_its_line_would_bring_to_nothing_is_told() {
    let slope = "temperature_coefficient = \"-0.02 1/K\"\nreference_temperature = \"20 degC\"\n";
    let told = |summary: &Summary| {
        summary.warnings.iter().any(|warning| warning.finding.contains("conductivity would be"))
    };
    // 1 − 0.02 · 40 = 0.2 at the hot wall, then 1 − 0.02 · 60 = −0.2.
    let sides = |hot: &str| walls(&["x-"], "20 degC") + &walls(&["x+"], hot);
    assert!(!told(&cube(slope, &sides("60 degC"))));
    assert!(told(&cube(slope, &sides("80 degC"))));
}

#[test]
fn a_level_that_nothing_determines_is_told() {
    let insulated = cube("", "");
    let told = |summary: &Summary| {
        summary
            .warnings
            .iter()
            .any(|warning| warning.finding.contains("nothing ties it to a known temperature"))
    };
    assert!(told(&insulated), "{:?}", insulated.warnings);
    assert!(!told(&cube("", &walls(&["x-"], "30 degC"))));
}
