//! How far a value can be pushed: each kind of limit binds in a scene that it was made for.

use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::scene::Scene;
use racktherm::search::{Found, LARGEST_EXHAUST, Query, Trial, limits, search};
use std::path::Path;

/// A duct with a fan, a chip on a plate and a heated board; every value that a search may push is a parameter.
const SCENE: &str = r#"
source = "test"
[parameters]
gpu_power = "500 W"
board_power = "20 W"
airflow = "20 CFM"
supply = "40 degC"
loss = 1
gpu_limit = "88 degC"
[domain]
size = ["200 mm", "300 mm", "1 U"]
[site]
air_temperature = "25 degC"
available_airflow = "40 CFM"
[[opening]]
name = "front"
side = "y-"
[[opening]]
name = "back"
side = "y+"
[[screen]]
name = "screen"
normal = "y"
at = "200 mm"
from = ["0 mm", "0 mm"]
to = ["200 mm", "1 U"]
loss = "= loss"
[[fan]]
name = "fan"
direction = "y+"
at = "20 mm"
from = ["0 mm", "0 mm"]
to = ["200 mm", "1 U"]
flow = "= airflow"
available_pressure = "100 Pa"
power = "6 W"
[[board]]
name = "board"
at = ["10 mm", "50 mm", "5 mm"]
size = ["180 mm", "240 mm", "2 mm"]
material = "fr4"
power = "= board_power"
[[chip]]
name = "gpu"
role = "gpu"
at = ["70 mm", "120 mm", "7 mm"]
size = ["60 mm", "60 mm", "4 mm"]
power = "= gpu_power"
junction_to_case = "0.01 K/W"
cooler = "plate"
limit = "= gpu_limit"
[[cold_plate]]
name = "plate"
at = ["65 mm", "115 mm", "11 mm"]
size = ["70 mm", "70 mm", "12 mm"]
resistance = "ocp-1kw-oam-pg25"
[[branch]]
name = "tray"
through = ["plate"]
loop = "rack"
[[loop]]
name = "rack"
coolant = "pg25"
supply_temperature = "= supply"
flow = "1 L/min"
"#;

fn pushed(key: &str, unit: &str, range: (f64, f64), set: &[&str]) -> Found {
    let query = Query {
        easy: range.0,
        hard: range.1,
        tolerance: 0.02 * (range.1 - range.0).abs(),
        margin: 3.0,
        largest_exhaust: LARGEST_EXHAUST,
    };
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let mut run = |value: f64| -> Result<Trial, String> {
        let mut settings: Vec<String> = set.iter().map(|text| (*text).to_owned()).collect();
        settings.push(format!("{key}={value} {unit}").trim_end().to_owned());
        let scene = Scene::from_text(Path::new("test.toml"), SCENE.to_owned(), &settings)
            .map_err(|mistakes| mistakes.render(false))?;
        let solution = couple::solve(&scene, &options, &Silent).map_err(|error| error.to_string())?;
        let all = limits(&solution.summary, &scene, &query);
        Ok(Trial::new(value, all, solution.summary.balance.heat_in_w.total))
    };
    search(&query, &mut run).unwrap_or_else(|error| panic!("{error}"))
}

fn binds(found: &Found, kind: &str) -> f64 {
    let limit = found.binding.as_ref().expect("something binds");
    assert_eq!(limit.kind, kind, "{found:?}");
    assert!(found.trials.len() <= 8, "{} runs", found.trials.len());
    found.value.expect("a value")
}

#[test]
fn a_chip_binds_the_power_with_its_margin_kept() {
    let found = pushed("gpu_power", "W", (500.0, 3000.0), &[]);
    let value = binds(&found, "chip");
    let last = found.trials.iter().find(|trial| trial.value == value).unwrap();
    // At the answer the margin is the one asked for, to what the tolerance leaves.
    assert!((0.0..0.2).contains(&last.tightest.slack), "{last:?}");
    assert!(value > 1000.0 && value < 2500.0, "{value}");
}

#[test]
fn a_fan_binds_what_its_air_meets() {
    let value = binds(&pushed("loss", "", (1.0, 400.0), &[]), "fan stall");
    // 100 Pa at ζ ρ/2 u²: 20 CFM through 200 × 44 mm are 1.07 m/s.
    let u = 20.0 * 4.719_474e-4 / (0.2 * 0.04445);
    let wanted = 100.0 / (0.5 * 1.184 * u * u);
    assert!((value / wanted - 1.0).abs() < 0.1, "{value} of {wanted}");
}

#[test]
fn the_hall_binds_the_air_that_it_does_not_give() {
    let value = binds(
        &pushed("airflow", "CFM", (20.0, 60.0), &["fan.fan.available_pressure=10 kPa"]),
        "hall airflow",
    );
    assert!((39.0..=40.0).contains(&value), "{value}");
}

#[test]
fn the_exhaust_binds_what_is_released_into_the_air() {
    let value =
        binds(&pushed("board_power", "W", (20.0, 900.0), &["gpu_limit=400 degC"]), "exhaust temperature");
    // 20 CFM carry 11.2 W/K; 35 K of it, less what the coolant takes through board and chip.
    assert!(value > 300.0 && value < 700.0, "{value}");
}

#[test]
fn the_coolant_binds_a_supply_above_what_racks_are_specified_for() {
    let value = binds(&pushed("supply", "degC", (30.0, 60.0), &["gpu_limit=400 degC"]), "coolant");
    assert!((44.0..=45.0).contains(&value), "{value}");
}

#[test]
fn a_range_that_is_broken_at_its_begin_names_the_limit_and_gives_no_value() {
    let found = pushed("gpu_power", "W", (3000.0, 4000.0), &[]);
    assert!(found.value.is_none() && found.binding.is_some_and(|limit| limit.kind == "chip"));
    assert_eq!(found.trials.len(), 1);
}
