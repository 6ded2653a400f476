//! Loads over time in scenes: who follows which trace, what steady runs take, and what the grid sees.

use std::fs;
use std::path::{Path, PathBuf};

use racktherm::control::electrical::Series;
use racktherm::control::load::Part;
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::scene::{RemarkKind, Scene};

/// Two trays of a chip and a board each, and a chip of the scene's own.
const SCENE: &str = r#"
source = "test"
[domain]
size = ["400 mm", "600 mm", "100 mm"]
[[part]]
name = "tray"
file = "tray.toml"
count = 2
at = [0, "20 mm", "10 mm"]
pitch = [0, "200 mm", 0]
connect = { liquid = "rack" }
[[board]]
name = "own"
at = ["40 mm", "450 mm", 0]
size = ["120 mm", "100 mm", "2 mm"]
material = "fr4"
[[chip]]
name = "gpu"
role = "gpu"
at = ["80 mm", "460 mm", "2 mm"]
size = ["44 mm", "44 mm", "4 mm"]
power = "700 W"
junction_to_case = "0.01 K/W"
junction_to_board = "0.5 K/W"
cooler = "plate"
[[cold_plate]]
name = "plate"
resistance = "ocp-1kw-oam-pg25"
extra_power = "50 W"
[[loop]]
name = "rack"
coolant = "pg25"
supply_temperature = "40 degC"
flow = "6 L/min"
[[branch]]
name = "own_branch"
loop = "rack"
through = ["plate"]
"#;

const TRAY: &str = r#"
source = "test"
[envelope]
size = ["400 mm", "200 mm", "50 mm"]
[[port]]
name = "liquid"
[[board]]
name = "board"
at = ["40 mm", "20 mm", 0]
size = ["120 mm", "150 mm", "2 mm"]
material = "fr4"
power = "100 W"
[[chip]]
name = "gpu"
role = "gpu"
at = ["80 mm", "60 mm", "2 mm"]
size = ["44 mm", "44 mm", "4 mm"]
power = "1000 W"
junction_to_case = "0.01 K/W"
junction_to_board = "0.5 K/W"
cooler = "plate"
[[cold_plate]]
name = "plate"
resistance = "ocp-1kw-oam-pg25"
[[branch]]
name = "liquid"
loop = "port:liquid"
through = ["plate"]
"#;

/// A folder of its own for a test, with the tray in it.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("racktherm-control-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the test");
    fs::write(folder.join("tray.toml"), TRAY).expect("a tray beside the scene");
    folder
}

fn load(folder: &Path, text: String, settings: &[&str]) -> Scene {
    let settings: Vec<String> = settings.iter().map(|setting| (*setting).to_owned()).collect();
    Scene::from_text(&folder.join("scene.toml"), text, &settings)
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// Names of the parts that follow a trace.
fn followers<'a>(scene: &'a Scene, trace: &str) -> Vec<&'a str> {
    let loads = &scene.control.loads;
    let index = loads.traces.iter().position(|known| known.name == trace).expect("a trace of the scene");
    loads.parts.iter().filter(|load| load.trace == index).map(|load| load.name.as_str()).collect()
}

const WAVE: &str = "[[trace]]\nname = \"wave\"\nkind = \"square\"\nlow = 0.2\nperiod = \"2 s\"\n";

#[test]
fn a_part_follows_its_own_trace_then_the_one_that_picks_it_then_its_trays() {
    let folder = folder("order");
    let text = SCENE
        .replace("file = \"tray.toml\"", "file = \"tray.toml\"\ntrace = \"wave\"")
        .replace("extra_power", "trace = \"half\"\nextra_power");
    let half = "[[trace]]\nname = \"half\"\nkind = \"constant\"\nshare = 0.5\nfor = [\"tray.2/gpu\"]\n";
    let scene = load(&folder, format!("{text}{WAVE}{half}"), &[]);
    assert_eq!(followers(&scene, "wave"), ["tray.1/board", "tray.1/gpu", "tray.2/board"]);
    assert_eq!(followers(&scene, "half"), ["tray.2/gpu", "plate"]);
    // One tray alone, from the command line.
    let set = load(&folder, format!("{text}{WAVE}{half}"), &["part.tray.1.trace=half"]);
    assert_eq!(followers(&set, "wave"), ["tray.2/board"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_steady_run_solves_the_mean_of_a_trace_and_says_so() {
    let folder = folder("steady");
    let scene =
        load(&folder, format!("{SCENE}{WAVE}for = \"**/gpu\"\nsource = \"test\"\nstatus = \"M\"\n"), &[]);
    let words: Vec<&str> = scene
        .remarks
        .iter()
        .filter(|remark| remark.kind == RemarkKind::Trace)
        .map(|remark| remark.text.as_str())
        .collect();
    assert_eq!(
        words,
        ["trace 'wave': steady runs take its mean, 0.600 of the nominal power over 2 s, for 3 parts"]
    );
    // Chips stay nominal in the scene.
    assert_eq!(scene.chips.iter().map(|chip| chip.power).sum::<f64>(), 2700.0);
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let mut solution = couple::solve(&scene.steady(), &options, &Silent).unwrap();
    let heat = solution.summary.balance.heat_in_w.clone();
    assert!((heat.chips - 0.6 * 2700.0).abs() < 1e-9, "{heat:?}");
    let series = solution.summary.add_electrical(&scene).unwrap();
    let known = solution.summary.electrical.clone().unwrap();
    // Over whole periods the electrical mean is the heat of the steady run; the peak has all chips at full power.
    assert!((known.parts.mean_w - heat.total).abs() < 1e-9 * heat.total, "{known:?}");
    assert!((known.parts.peak_w - (heat.total + 0.4 * 2700.0)).abs() < 1e-6, "{known:?}");
    assert!(known.parts.strongest_hz.is_some_and(|f| (f - 0.5).abs() < 1e-9) && known.store.is_none());
    assert_eq!(series.grid, series.parts);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_trace_in_watts_is_shared_by_nominal_power_and_keeps_its_sum() {
    let folder = folder("watts");
    fs::write(folder.join("day.csv"), "# rack\ntime_s,rack_w\n0,1000\n10,2000\n20,500\n").unwrap();
    let day =
        "[[trace]]\nname = \"day\"\nkind = \"csv\"\nfile = \"day.csv\"\nunit = \"W\"\nfor = \"**/gpu\"\n";
    let scene = load(&folder, format!("{SCENE}{day}"), &[]);
    let loads = &scene.control.loads;
    assert!((loads.total(5.0, 5.0) - 1500.0).abs() < 1e-9 && (loads.total(0.0, 20.0) - 1375.0).abs() < 1e-9);
    let own = loads.parts.iter().find(|load| load.part == Part::Chip(2)).unwrap();
    assert!((loads.power(own, 10.0) - 2000.0 * 700.0 / 2700.0).abs() < 1e-9);
    // Held instead of straight, and for ever again.
    let held = load(&folder, format!("{SCENE}{day}between = \"hold\"\nrepeat = true\n"), &[]);
    assert!((held.control.loads.total(0.0, 40.0) - 1500.0).abs() < 1e-9);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn smoothing_changes_chips_of_its_roles_and_the_shelf_only_what_the_grid_sees() {
    let folder = folder("smoothing");
    let fast = WAVE.replace("2 s", "0.25 s");
    let text = format!(
        "{SCENE}{fast}for = \"**\"\n[smoothing]\nfloor = 0\nefficiency = 1\n[electrical]\nstep = \"5 ms\"\n"
    );
    let scene = load(&folder, text.clone(), &[]);
    let control = &scene.control;
    assert!(control.loads.parts.iter().all(|load| load.smoothed == load.name.ends_with("gpu")));
    let view = control.view.unwrap();
    let series = Series::of(&control.loads, 0.0, &view, control.store);
    // 3 · 65 J within 0.125 s take 1560 W off the peak of 2950 W: 53 %, but never below the mean of 60 %.
    let (parts, grid) = (Series::figures(&series.parts, &view), Series::figures(&series.grid, &view));
    assert!((parts.peak - 2950.0).abs() < 1e-6 && (grid.peak / parts.peak - 0.6).abs() < 1e-3, "{grid:?}");
    assert!(1.0 - grid.peak / parts.peak >= 0.3);
    // Switched off, nothing is left of it; with a floor, idle phases burn more.
    let off = load(&folder, text.clone(), &["smoothing.enabled=false"]);
    assert!(off.control.store.is_none() && off.control.loads.parts.iter().all(|load| !load.smoothed));
    let floor = load(&folder, text, &["smoothing.floor=0.9"]);
    let mean = |scene: &Scene| scene.steady().chips.iter().map(|chip| chip.power).sum::<f64>();
    assert!((mean(&off) - 0.6 * 2700.0).abs() < 1e-6 && (mean(&floor) - 0.95 * 2700.0).abs() < 1e-6);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_same_scene_draws_the_same_random_power_every_time_and_another_seed_another() {
    let folder = folder("seed");
    let job = "[[trace]]\nname = \"job\"\nkind = \"training\"\nfor = \"**/gpu\"\n";
    let of = |settings: &[&str]| load(&folder, format!("{SCENE}{job}"), settings).control.loads;
    assert_eq!(of(&[]), of(&[]));
    assert_ne!(of(&[]).parts[0].full, of(&["trace.job.seed=2"]).parts[0].full);
    // A die keeps its own whatever else is in the scene.
    let fewer = of(&["part.tray.count=1"]);
    assert_eq!(of(&[]).parts[0].full, fewer.parts[0].full);
    fs::remove_dir_all(folder).unwrap();
}

/// One of everything, with every key.
const ALL: &str = r#"
[[trace]]
name = "job"
kind = "training"
for = "tray.1/gpu"
compute = 1
idle = 0.2
compute_time = "6 s"
communication_time = "2 s"
checkpoint_time = "12 s"
checkpoint_every = 20
jitter = 0.02
edge = "0.1 s"
steps = 40
spread = 0.05
lag = "20 ms"
seed = 3
[[trace]]
name = "chat"
kind = "inference"
for = "tray.2/gpu"
rate = "3 Hz"
service = "2 s"
slots = 8
duration = "100 s"
[[trace]]
name = "wave"
kind = "square"
for = "gpu"
low = 0.2
high = 0.9
period = "3 s"
duty = 0.4
[[trace]]
name = "rise"
kind = "ramp"
for = "plate"
from = 0.1
to = 0.9
start = "5 s"
duration = "9 s"
[smoothing]
roles = ["gpu"]
floor = 0.8
hold = "5 s"
ramp_up = "0.5 1/s"
ramp_down = "0.3 1/s"
energy_per_chip = "65 J"
efficiency = 0.9
grid_limit = "3 kW"
[electrical]
duration = "30 s"
step = "50 ms"
window = "1 s"
band = ["0.2 Hz", "3 Hz"]
[[controller]]
name = "supply"
measures = { return = "rack" }
acts_on = "rack"
set_point = "60 degC"
gain = -0.5
integral_time = "20 s"
derivative_time = "1 s"
lowest = "20 degC"
highest = "45 degC"
slew = "0.2 K/s"
sample_time = "2 s"
delay = "1 s"
lag = "3 s"
start = "40 degC"
[[throttle]]
name = "hot"
for = "**/gpu"
trip = "95 degC"
release = "90 degC"
power = 0.5
ramp = "2 1/s"
shutdown = "105 degC"
[[event]]
name = "trip"
at = "60 s"
kind = "pump_trip"
of = "rack"
for = "30 s"
coast_down = "3 s"
run_up = "2 s"
[[event]]
name = "out"
at = "90 s"
kind = "utility_loss"
for = "30 s"
ups = "10 s"
bridges = ["rack"]
"#;

#[test]
fn no_value_in_the_place_of_another_makes_the_reader_panic_or_hang() {
    let folder = folder("hostile");
    let read = |text: &str| Scene::from_text(&folder.join("scene.toml"), format!("{SCENE}{text}"), &[]);
    let codes = |text: &str| -> Vec<&'static str> {
        read(text).err().map(|found| found.iter().map(|mistake| mistake.code).collect()).unwrap_or_default()
    };
    // Nothing but that it does not run over time.
    assert_eq!(codes(ALL), ["racktherm::needs_transient"], "{:?}", read(ALL).err());
    let hostile = [
        "\"\"",
        "0",
        "-1",
        "nan",
        "1e308",
        "true",
        "[]",
        "{}",
        "\"1e9 s\"",
        "\"1 us\"",
        "\"= 1/0\"",
        "\"**\"",
        "\"gpu\"",
    ];
    for (index, line) in ALL.lines().enumerate() {
        let Some((key, _)) = line.split_once(" = ") else { continue };
        for value in hostile {
            let changed = format!("{key} = {value}");
            let lines: Vec<&str> = ALL
                .lines()
                .enumerate()
                .map(|(at, line)| if at == index { changed.as_str() } else { line })
                .collect();
            // Refused or not: it answers, with a remedy.
            if let Err(mistakes) = read(&lines.join("\n")) {
                assert!(mistakes.iter().all(|mistake| mistake.help.is_some()), "{mistakes}");
            }
        }
    }
    fs::remove_dir_all(folder).unwrap();
}
