//! Runs over time that control drives: loads, throttling, faults and controllers act on what is solved.

use approx::assert_relative_eq;
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::result::{Solution, Transient};
use racktherm::scene::Scene;
use std::path::Path;

/// A chip of 1 kW on a plate of 225 J/K and 0.02 K/W at 2 L/min, 12 kPa, between two pumps; a block of 50 W in a film.
const RIG: &str = r#"
[domain]
size = ["100 mm", "100 mm", "100 mm"]
[grid]
cells = [5, 5, 5]
[[material]]
name = "metal"
conductivity = "200 W/mK"
density = "2700 kg/m3"
specific_heat = "900 J/kgK"
[[material]]
name = "foam"
conductivity = "0.03 W/mK"
density = "30 kg/m3"
specific_heat = "1000 J/kgK"
[[block]]
name = "floor"
from = [0, 0, 0]
to = ["100 mm", "100 mm", "20 mm"]
material = "metal"
power = "50 W"
[[block]]
name = "filling"
from = [0, 0, "60 mm"]
to = ["100 mm", "100 mm", "100 mm"]
material = "foam"
[[block]]
name = "sides"
from = [0, 0, "20 mm"]
to = ["100 mm", "20 mm", "60 mm"]
material = "foam"
[[wall]]
name = "under"
side = "z-"
film = "500 W/m2K"
ambient = "25 degC"
[[chip]]
name = "gpu"
role = "gpu"
from = ["20 mm", "20 mm", "20 mm"]
to = ["80 mm", "80 mm", "40 mm"]
power = "1 kW"
junction_to_case = "0.01 K/W"
cooler = "plate"
heat_capacity = "25 J/K"
limit = "85 degC"
[[cold_plate]]
name = "plate"
from = ["20 mm", "20 mm", "40 mm"]
to = ["80 mm", "80 mm", "60 mm"]
resistance = [["0.001 L/min", "0.5 K/W"], ["0.1 L/min", "0.06 K/W"], ["2 L/min", "0.02 K/W"], ["20 L/min", "0.015 K/W"]]
pressure_drop = { flow = "2 L/min", drop = "12 kPa" }
heat_capacity = "200 J/K"
[[branch]]
name = "branch"
loop = "loop"
through = ["plate"]
[[loop]]
name = "loop"
coolant = "water"
supply_temperature = "40 degC"
distribution = "by_pressure"
[[pump]]
name = "duty"
loop = "loop"
free_delivery = "4 L/min"
shut_off_pressure = "16 kPa"
"#;

const SPARE: &str = r#"
[[pump]]
name = "spare"
loop = "loop"
free_delivery = "4 L/min"
shut_off_pressure = "16 kPa"
"#;

const TRIP: &str =
    "[[event]]\nname = \"trip\"\nkind = \"pump_trip\"\nat = \"5 s\"\nof = \"duty\"\ncoast_down = \"1 s\"\n";

const THROTTLE: &str = r#"
[[throttle]]
name = "gpus"
for = "gpu"
trip = "75 degC"
power = 0.5
shutdown = "95 degC"
"#;

fn time(duration: &str, step: &str) -> String {
    format!("[transient]\nduration = \"{duration}\"\nstep = \"{step}\"\noutput_interval = \"1 s\"\n")
}

fn run(parts: &[&str]) -> Solution {
    let text = format!("{RIG}{}", parts.concat());
    let scene = Scene::from_text(Path::new("driven.toml"), text, &[])
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let solution = couple::solve(&scene, &options, &Silent).unwrap_or_else(|error| panic!("{error}"));
    let summary = &solution.summary;
    assert!(summary.convergence.converged, "{}", summary.convergence.reason);
    assert!(over_time(&solution).balance_relative <= 1e-9, "{:?}", summary.transient);
    solution
}

fn over_time(solution: &Solution) -> &Transient {
    solution.summary.transient.as_ref().expect("a run over time")
}

/// Values of a column of the history.
fn column(solution: &Solution, name: &str) -> Vec<f64> {
    let history = solution.history.as_ref().expect("a history");
    let at = history.columns.iter().position(|known| known == name);
    let at = at.unwrap_or_else(|| panic!("no '{name}' in {:?}", history.columns));
    history.rows.iter().map(|row| row[at]).collect()
}

#[test]
fn parts_that_follow_traces_release_their_exact_energy_whatever_the_steps() {
    let traces = r#"
[[trace]]
name = "job"
kind = "square"
for = "gpu"
low = 0.1
high = 0.9
period = "2.3 s"
duty = 0.4
[[trace]]
name = "boot"
kind = "ramp"
for = "floor"
from = 0.2
to = 1
duration = "4 s"
"#;
    for step in ["0.37 s", "0.1 s"] {
        let solution = run(&[traces, &time("11.5 s", step)]);
        // Five periods of 0.4 · 0.9 + 0.6 · 0.1; a mean of 0.6 for 4 s, then all for 7.5 s.
        let entered = 1000.0 * 11.5 * (0.4 * 0.9 + 0.6 * 0.1) + 50.0 * (0.6 * 4.0 + 7.5);
        assert_relative_eq!(over_time(&solution).in_j, entered, max_relative = 1e-9);
    }
    let steady = run_steady(traces);
    // The means of a whole period, and of the ramp up to its end.
    assert_relative_eq!(steady, 420.0 + 30.0, max_relative = 1e-9);
}

/// Heat that the same scene releases in its steady state, W.
fn run_steady(traces: &str) -> f64 {
    let scene = Scene::from_text(Path::new("driven.toml"), format!("{RIG}{traces}"), &[])
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let balance = couple::solve(&scene, &options, &Silent).expect("it can be solved").summary.balance;
    balance.heat_in_w.total - balance.heat_in_w.pumps
}

/// Mean electrical power of a scene with traces, over whole periods, W.
fn electrical(parts: &[&str]) -> f64 {
    let scene = Scene::from_text(Path::new("driven.toml"), format!("{RIG}{}", parts.concat()), &[])
        .unwrap_or_else(|mistakes| panic!("{}", mistakes.render(false)));
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let mut summary = couple::solve(&scene, &options, &Silent).expect("it can be solved").summary;
    summary.add_electrical(&scene).expect("a part follows a trace");
    summary.electrical.expect("it was added").parts.mean_w
}

#[test]
fn the_electrical_power_of_loads_is_the_same_from_a_steady_run_and_from_one_that_ends_at_any_moment() {
    let trace = "[[trace]]\nname = \"job\"\nkind = \"square\"\nfor = \"gpu\"\nlow = 0.1\nhigh = 0.9\n\
                 period = \"2.3 s\"\nduty = 0.4\n";
    let steady = electrical(&[trace]);
    // 420 W of the chip in the mean, 50 W of the floor, and a pump of 0.5 W or so.
    assert!((470.0..474.0).contains(&steady), "{steady} W");
    for duration in ["2 s", "3 s"] {
        assert_relative_eq!(electrical(&[trace, &time(duration, "0.5 s")]), steady, max_relative = 1e-3);
    }
}

#[test]
fn a_chip_whose_pump_trips_throttles_then_stops_and_a_standby_saves_it() {
    let alone = run(&[TRIP, THROTTLE, &time("60 s", "0.1 s")]);
    let lost = over_time(&alone).lost.as_ref().expect("something throttles");
    let (slowed, stopped) = (lost.first_throttle_s.expect("it throttles"), lost.first_shutdown_s);
    // 225 J/K under 1 kW warm by at most 4.4 K/s, from about 70 °C: no sooner than a second after the trip.
    assert!(slowed > 6.0 && slowed < 25.0, "{lost:?}");
    assert!(stopped.is_some_and(|stopped| stopped > slowed), "{lost:?}");
    assert_eq!((lost.throttled, lost.stopped), (1, 1));
    let after = 60.0 - stopped.unwrap_or(60.0);
    assert!(lost.chip_seconds > after && lost.chip_seconds < 60.0 - slowed, "{lost:?}");
    let saved = TRIP.to_owned() + "standby = \"spare\"\nstandby_delay = \"0.5 s\"\nrun_up = \"1 s\"\n";
    let saved = run(&[SPARE, &saved, THROTTLE, &time("60 s", "0.1 s")]);
    let lost = over_time(&saved).lost.as_ref().expect("something may throttle");
    assert_eq!((lost.first_throttle_s, lost.chip_seconds), (None, 0.0));
    let gpu = column(&saved, "gpu degC");
    let (start, peak, end) = (gpu[0], gpu.iter().fold(0.0, |m: f64, t| m.max(*t)), gpu[gpu.len() - 1]);
    assert!(peak > start + 0.5 && (end - start).abs() < 0.3, "{start} {peak} {end}");
}

#[test]
fn a_standby_stands_still_from_the_start_and_nothing_moves_before_its_event() {
    let event = TRIP.replace("5 s", "20 s") + "standby = \"spare\"\n";
    let solution = run(&[SPARE, &event, &time("10 s", "0.5 s")]);
    let alone = run(&[&time("10 s", "0.5 s")]);
    let (gpu, known) = (column(&solution, "gpu degC"), column(&alone, "gpu degC"));
    assert!(gpu.iter().all(|value| (value - gpu[0]).abs() < 0.01), "{gpu:?}");
    // A thousandth of its speed is left to it, behind a shut check valve.
    assert_relative_eq!(gpu[0], known[0], max_relative = 1e-4);
}

#[test]
fn a_pump_that_holds_a_pressure_is_asked_once_a_step() {
    // Half the pressure comes at once with 0.7 of the speed, which a controller that is asked again would answer.
    let controller = r#"
[[controller]]
name = "pressure"
measures = { pressure = "loop" }
acts_on = "duty"
set_point = "6 kPa"
gain = "-5e-5 1/Pa"
integral_time = "10 s"
lowest = 0.1
sample_time = "1 s"
"#;
    let solution = run(&[controller, &time("40 s", "0.5 s")]);
    let drop = solution.summary.loops[0].pressure_drop_pa;
    assert!((drop - 6e3).abs() < 300.0, "{drop} Pa");
}

#[test]
fn a_pump_under_control_brings_its_chip_to_the_set_point() {
    let controller = r#"
[[controller]]
name = "flow"
measures = "gpu"
acts_on = "duty"
set_point = "75 degC"
gain = "0.02 1/K"
integral_time = "8 s"
lowest = 0.1
sample_time = "1 s"
"#;
    let free = run(&[&time("5 s", "0.5 s")]);
    let controlled = run(&[controller, &time("240 s", "0.5 s")]);
    let (before, held) = (column(&free, "gpu degC"), column(&controlled, "gpu degC"));
    let end = held[held.len() - 1];
    assert!((before[0] - 75.0).abs() > 1.0, "at full speed the chip has {}", before[0]);
    assert!((end - 75.0).abs() < 0.2, "{end}");
}

#[test]
fn without_facility_water_the_supply_warms_with_what_it_cools() {
    let unit = r#"
[[cdu]]
name = "unit"
loop = "loop"
ua = "500 W/K"
facility_temperature = "30 degC"
facility_flow = "4 L/min"
[[event]]
name = "dry"
kind = "water_loss"
at = "5 s"
of = "unit"
"#;
    let solution = run(&[unit, &time("30 s", "0.1 s")]);
    let (supply, gpu) = (column(&solution, "loop supply degC"), column(&solution, "gpu degC"));
    assert_relative_eq!(supply[4], 40.0, max_relative = 1e-6);
    // Nothing leaves: 1 kW and the pump's heat warm 225 J/K and the floor a little by 4.4 K/s at most.
    let rate = (gpu[29] - gpu[10]) / 19.0;
    assert!((3.5..4.6).contains(&rate), "{rate} K/s");
    assert!(supply[29] - supply[10] > 0.9 * (gpu[29] - gpu[10]), "{supply:?}");
}
