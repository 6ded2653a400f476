//! Runs over time: what is stored, what moves slowly, what jumps, and that nothing is lost on the way.

use racktherm::couple::transient::{Drive, PowerSource};
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::result::{Solution, Transient};
use racktherm::scene::Scene;
use std::path::Path;

fn read(text: &str, settings: &[&str]) -> Scene {
    let settings: Vec<String> = settings.iter().map(|text| (*text).to_owned()).collect();
    Scene::from_text(Path::new("over_time.toml"), text.to_owned(), &settings)
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)))
}

fn options(backend: BackendChoice) -> Options {
    Options { backend, ..Options::default() }
}

fn run(scene: &Scene, backend: BackendChoice) -> Solution {
    couple::solve(scene, &options(backend), &Silent).unwrap_or_else(|error| panic!("{error}"))
}

/// The run over time of a solution.
fn over_time(solution: &Solution) -> &Transient {
    solution.summary.transient.as_ref().expect("the scene runs over time")
}

/// The values of a column.
fn column(solution: &Solution, name: &str) -> Vec<f64> {
    let history = solution.history.as_ref().expect("a run over time has a history");
    let at = history.columns.iter().position(|known| known == name);
    let at = at.unwrap_or_else(|| panic!("no '{name}' in {:?}", history.columns));
    history.rows.iter().map(|row| row[at]).collect()
}

/// 1 kg of copper, insulated, that 0.385 W warm by 1 mK/s, 40 K over the reference.
const SLOW: &str = r#"
[domain]
size = ["100 mm", "100 mm", "100 mm"]
fill = "metal"
[grid]
cells = [6, 6, 6]
[site]
air_temperature = "20 degC"
[[material]]
name = "metal"
conductivity = "390 W/mK"
density = "1000 kg/m3"
specific_heat = "385 J/kgK"
[[source]]
name = "heater"
from = [0, 0, 0]
to = ["100 mm", "100 mm", "100 mm"]
power = "0.385 W"
[[monitor]]
name = "middle"
point = ["50 mm", "50 mm", "50 mm"]
[transient]
duration = "0.1 s"
step = "1 ms"
start = "uniform"
temperature = "60 degC"
output_interval = "10 ms"
"#;

fn slow_part_warms(backend: BackendChoice, tolerance: f64) {
    let solution = run(&read(SLOW, &[]), backend);
    let warm = column(&solution, "middle degC");
    for (row, value) in warm.iter().enumerate() {
        // 1 mK/s · 10 ms a row.
        let expected = 1e-5 * row as f64;
        assert!((value - 60.0 - expected).abs() <= tolerance * 1e-4, "row {row}: {:e}", value - 60.0);
    }
    let transient = over_time(&solution);
    assert_eq!(transient.steps, 100);
    assert!((transient.stored_j / 0.0385 - 1.0).abs() < tolerance, "{transient:?}");
}

#[test]
fn a_part_that_warms_1_mk_a_second_warms_at_steps_of_1_ms_on_the_cpu() {
    slow_part_warms(BackendChoice::Cpu, 1e-6);
}

#[test]
fn a_part_that_warms_1_mk_a_second_warms_at_steps_of_1_ms_on_the_gpu() {
    if std::env::var("REQUIRE_GPU").is_ok_and(|value| value == "1") {
        slow_part_warms(BackendChoice::Gpu, 1e-5);
    }
}

/// A duct with a chip under plate fins, another on a cold plate, a block and a thin plate that both make heat.
const DUCT: &str = r#"
[domain]
size = ["120 mm", "300 mm", "60 mm"]
[site]
air_temperature = "25 degC"
[grid]
smallest_spacing = "3 mm"
largest_spacing = "25 mm"
[[opening]]
name = "front"
side = "y-"
[[opening]]
name = "back"
side = "y+"
[[fan]]
name = "fan"
direction = "y+"
at = "30 mm"
from = [0, 0]
to = ["120 mm", "60 mm"]
flow = "20 CFM"
power = "5 W"
[[board]]
name = "board"
from = ["10 mm", "60 mm", "10 mm"]
to = ["110 mm", "260 mm", "11.6 mm"]
material = "fr4"
power = "8 W"
[[block]]
name = "inductor"
from = ["80 mm", "200 mm", "11.6 mm"]
to = ["100 mm", "220 mm", "25 mm"]
material = "copper"
power = "4 W"
[[chip]]
name = "cpu"
role = "cpu"
from = ["20 mm", "90 mm", "11.6 mm"]
to = ["60 mm", "130 mm", "15 mm"]
power = "4 W"
junction_to_case = "0.1 K/W"
die_heat_capacity = "2 J/K"
heat_capacity = "20 J/K"
cooler = "fins"
limit = "60 degC"
[[heat_sink]]
name = "fins"
from = ["20 mm", "90 mm", "15 mm"]
to = ["60 mm", "130 mm", "40 mm"]
fins = 16
fin_thickness = "0.5 mm"
fin_height = "22 mm"
[[chip]]
name = "gpu"
role = "gpu"
from = ["20 mm", "160 mm", "11.6 mm"]
to = ["60 mm", "200 mm", "15 mm"]
power = "200 W"
junction_to_case = "0.05 K/W"
heat_capacity = "20 J/K"
cooler = "plate"
[[cold_plate]]
name = "plate"
from = ["20 mm", "160 mm", "15 mm"]
to = ["60 mm", "200 mm", "25 mm"]
resistance = "ocp-1kw-oam-pg25"
heat_capacity = "100 J/K"
[[branch]]
name = "branch"
plates = ["plate"]
loop = "loop"
[[loop]]
name = "loop"
coolant = "pg25"
supply_temperature = "40 degC"
flow = "1 L/min"
[transient]
duration = "30 s"
"#;

/// The GPU's power jumps every 2.5 s; all else as the scene has it.
struct Square {
    nominal: Vec<f64>,
    others: f64,
}

/// s.
const HALF: f64 = 2.5;

impl Square {
    /// How long a span lies in odd halves, s.
    fn high(from: f64, to: f64) -> f64 {
        let up_to = |t: f64| {
            let (half, rest) = ((t / HALF).floor(), t % HALF);
            (half / 2.0).floor() * HALF + if half % 2.0 == 1.0 { rest } else { 0.0 }
        };
        up_to(to) - up_to(from)
    }
}

impl Drive for Square {
    fn power(&self, source: PowerSource, from: f64, to: f64) -> f64 {
        match source {
            PowerSource::Chip(1) if to > from => self.nominal[1] * Self::high(from, to) / (to - from),
            PowerSource::Chip(1) => 0.0,
            PowerSource::Chip(chip) => self.nominal[chip],
            PowerSource::Part(_) => 0.0,
            PowerSource::Others => self.others,
        }
    }

    fn next_event(&self, after: f64) -> Option<f64> {
        Some(((after / HALF + 1e-9).floor() + 1.0) * HALF)
    }
}

fn driven(scene: &Scene) -> Solution {
    let drive = |scene: &Scene, others: f64| -> Box<dyn Drive> {
        Box::new(Square { nominal: scene.chips.iter().map(|chip| chip.power).collect(), others })
    };
    couple::solve_driven(scene, Some(&drive), &options(BackendChoice::Cpu), &Silent)
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn over_jumps_of_power_in_air_and_coolant_stored_heat_is_what_entered_less_what_left() {
    for scheme in ["bdf2", "implicit_euler"] {
        let scene = read(DUCT, &[&format!("transient.scheme={scheme}"), "transient.start_power=0.2"]);
        let solution = driven(&scene);
        let run = over_time(&solution);
        assert!(solution.summary.convergence.converged, "{}", solution.summary.convergence.reason);
        assert!(run.balance_relative <= 1e-9, "{run:?}");
        // 4, 8, 4 and 5 W all the time, 200 W half of it.
        let released = 30.0 * (21.0 + 100.0);
        assert!((run.in_j / released - 1.0).abs() < 1e-9, "{} of {released} J", run.in_j);
        assert!(run.stored_j > 100.0 && run.stored_j < 0.9 * released, "{run:?}");
        assert!((run.in_j - run.out_j - run.stored_j).abs() < 1e-8 * released);
    }
}

#[test]
fn from_the_steady_state_of_its_own_powers_nothing_moves() {
    let scene = read(DUCT, &[]);
    let solution = run(&scene, BackendChoice::Cpu);
    for part in &["cpu", "gpu", "board", "inductor"] {
        let values = column(&solution, &format!("{part} degC"));
        let off = values.iter().map(|value| (value - values[0]).abs()).fold(0.0, f64::max);
        // Coefficients may be off by 1e-3 of what they hold: of the 25 K of the GPU over its coolant.
        assert!(off < 0.03, "{part} moves by {off} K");
    }
}

#[test]
fn a_step_of_power_ends_at_the_steady_state_and_a_limit_is_passed_for_as_long_as_the_curve_says() {
    let settings = ["transient.start_power=0", "transient.duration=\"4 h\""];
    let scene = read(DUCT, &settings);
    let warmed = run(&scene, BackendChoice::Cpu);
    let mut steady = scene.clone();
    steady.transient = None;
    let steady = run(&steady, BackendChoice::Cpu);
    for (a, b) in warmed.summary.components.iter().zip(&steady.summary.components) {
        let apart = (a.temperature_c() - b.temperature_c()).abs();
        // Films wait for their fluid to move by 0.1 K, other coefficients for a thousandth of theirs.
        assert!(apart < 0.1, "{}: {} over time, {} steady", a.name, a.temperature_c(), b.temperature_c());
    }
    let peaks = &over_time(&warmed).peaks;
    let cpu = peaks.iter().find(|peak| peak.name == "cpu").unwrap();
    let (times, values) = (column(&warmed, "time_s"), column(&warmed, "cpu degC"));
    let crossed = values.windows(2).zip(times.windows(2)).find(|(v, _)| v[0] < 60.0 && v[1] >= 60.0);
    let over = cpu.time_over_limit_s.unwrap();
    match crossed {
        Some((v, t)) => {
            let at = t[0] + (60.0 - v[0]) / (v[1] - v[0]) * (t[1] - t[0]);
            // Half of what lies between two rows.
            assert!((over - (14_400.0 - at)).abs() < 36.0, "{over} s over the limit, crossed at {at} s");
        }
        None => assert_eq!(over, 0.0),
    }
}

/// A block and a thin plate in an insulated box without flow: all heat stays.
const BOX: &str = r#"
[domain]
size = ["100 mm", "100 mm", "100 mm"]
[site]
air_temperature = "20 degC"
[[plate]]
name = "sheet"
from = [0, 0, "50 mm"]
to = ["100 mm", "100 mm", "51 mm"]
material = "aluminium"
power = "5 W"
[[block]]
name = "block"
from = ["20 mm", "20 mm", "10 mm"]
to = ["40 mm", "40 mm", "30 mm"]
material = "copper"
power = "5 W"
[transient]
duration = "60 s"
start = "uniform"
temperature = "20 degC"
"#;

#[test]
fn what_cells_sheets_and_air_store_is_the_mass_of_the_parts_times_their_specific_heat() {
    // Heated and left alone in air that hardly conducts: the store of every part by its own rise.
    let scene = read(BOX, &[]);
    let solution = run(&scene, BackendChoice::Cpu);
    let transient = over_time(&solution);
    assert!(transient.balance_relative <= 1e-9, "{transient:?}");
    assert!((transient.stored_j - 600.0).abs() < 1e-6, "{transient:?}");
    let mean = |name: &str| {
        let part = solution.summary.components.iter().find(|part| part.name == name).unwrap();
        part.temperature_mean_c - 20.0
    };
    let store = |index: usize| {
        let solid = &scene.solids[index];
        let material = &scene.materials[solid.material.0];
        solid.region.volume() * material.density * material.specific_heat
    };
    // The sheet (about 24 J/K) takes its 300 J but for what the air takes (1.2 J/K); so does the block.
    let held = store(0) * mean("sheet") + store(1) * mean("block");
    assert!(held > 560.0 && held < 600.0, "{held} J in {} and {} K", mean("sheet"), mean("block"));
}

/// A block that begins to heat the air of a chimney.
const CHIMNEY: &str = r#"
[domain]
size = ["80 mm", "40 mm", "120 mm"]
[grid]
cells = [8, 8, 12]
[air]
field = "momentum"
[[opening]]
name = "bottom"
side = "z-"
[[opening]]
name = "top"
side = "z+"
[[block]]
name = "block"
from = ["30 mm", "10 mm", "20 mm"]
to = ["50 mm", "30 mm", "40 mm"]
material = "plastic"
power = "0.5 W"
[transient]
duration = "30 min"
start_power = 0.5
refresh_flow = 0.2
"#;

#[test]
fn a_flow_that_its_heat_lifts_is_solved_anew_as_the_heat_changes_and_no_heat_is_lost_by_it() {
    let solution = run(&read(CHIMNEY, &[]), BackendChoice::Cpu);
    let transient = over_time(&solution);
    let refreshed = &transient.flow_refreshed_s;
    // The rise in the end is nearly twice that at the start: between one and seven times a change of a fifth.
    assert!((1..=7).contains(&refreshed.len()), "{refreshed:?}");
    assert!(transient.balance_relative <= 1e-9, "{transient:?}");
    let frozen = run(&read(CHIMNEY, &["transient.refresh_flow=1"]), BackendChoice::Cpu);
    let end = |solution: &Solution| *column(solution, "block degC").last().unwrap();
    assert!(end(&solution) < end(&frozen), "a stronger draught cools: {}, {}", end(&solution), end(&frozen));
}
