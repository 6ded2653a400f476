//! What controllers, throttles and events of a scene resolve to. They need `[transient]`, so the scene is read despite
//! that one mistake.

use crate::control::load::Part;
use crate::control::plan::Measured;
use crate::control::timeline::{Law, Target};
use crate::scene::Scene;
use crate::scene::load::despite_mistakes;

/// A chip on a plate in a loop of given flow, a loop moved by two pumps, a fan, and a monitor.
const RACK: &str = r#"
source = "test"
[domain]
size = ["200 mm", "300 mm", "1 U"]
[[board]]
name = "board"
at = ["40 mm", "50 mm", 0]
size = ["120 mm", "200 mm", "2 mm"]
material = "fr4"
power = "20 W"
[[chip]]
name = "gpu"
role = "gpu"
count = 2
pitch = ["0 mm", "60 mm", 0]
at = ["80 mm", "100 mm", "2 mm"]
size = ["44 mm", "44 mm", "4 mm"]
power = "1000 W"
junction_to_case = "0.01 K/W"
cooler = "plate"
[[cold_plate]]
name = "plate"
count = 2
resistance = "ocp-1kw-oam-pg25"
[[loop]]
name = "given"
coolant = "pg25"
supply_temperature = "40 degC"
flow = "2 L/min"
[[branch]]
name = "first"
loop = "given"
through = ["plate.1", "plate.2"]
[[fan]]
name = "fan"
direction = "y+"
at = "20 mm"
from = ["40 mm", "10 mm"]
to = ["80 mm", "40 mm"]
flow = "20 CFM"
power = "10 W"
[[monitor]]
name = "outlet"
point = ["100 mm", "290 mm", "20 mm"]
"#;

/// The scene of the rack and more tables, whose only mistake may be that it does not run over time.
fn read(more: &str) -> Scene {
    let (scene, mistakes) = despite_mistakes(&format!("{RACK}{more}"));
    let codes: Vec<&str> = mistakes.iter().map(|mistake| mistake.code).collect();
    assert!(codes.is_empty() || codes == ["racktherm::needs_transient"], "{mistakes}");
    scene
}

#[test]
fn a_controller_knows_what_it_sees_and_sets_in_si_units() {
    let scene = read(
        r#"
[[controller]]
name = "fans"
measures = ["gpu", "board"]
acts_on = "fan"
set_point = "70 degC"
gain = "0.02 1/K"
integral_time = "0.5 min"
slew = "10 %/s"
delay = "2 s"
[[controller]]
name = "supply"
measures = { return = "given" }
acts_on = "given"
set_point = "50 degC"
gain = -0.5
lowest = "20 degC"
"#,
    );
    let [fans, supply] = scene.control.controllers.as_slice() else { panic!("{:?}", scene.control) };
    assert_eq!(fans.measured, Measured::Hottest { chips: vec![0, 1], solids: vec![0] });
    assert_eq!(fans.targets, [Target::Fan(0)]);
    assert!((fans.pid.set_point - 343.15).abs() < 1e-9 && (fans.pid.slew - 0.1).abs() < 1e-12);
    assert_eq!((fans.pid.gain, fans.pid.integral_time, fans.pid.sensor.delay), (0.02, 30.0, 2.0));
    assert_eq!(
        (supply.measured.clone(), supply.targets.clone()),
        (Measured::Return(0), vec![Target::Supply(0)])
    );
    assert!(supply.pid.limits.iter().zip([293.15, 333.15]).all(|(a, b)| (a - b).abs() < 1e-9));
    let monitored = read(
        "[[controller]]\nname = \"c\"\nmeasures = \"outlet\"\nacts_on = \"fan\"\nset_point = \"40 degC\"\ngain = \"0.1 1/K\"\n",
    );
    assert_eq!(monitored.control.controllers[0].measured, Measured::Monitor(0));
}

#[test]
fn a_throttle_takes_each_of_its_chips() {
    let scene = read("[[throttle]]\nname = \"hot\"\nfor = \"gpu\"\ntrip = \"95 degC\"\npower = \"40 %\"\n");
    let throttling = &scene.control.throttles[0];
    assert_eq!(throttling.chips, [0, 1]);
    assert!(
        (throttling.throttle.trip - 368.15).abs() < 1e-9
            && (throttling.throttle.release - 363.15).abs() < 1e-9
    );
    assert_eq!((throttling.throttle.share, throttling.throttle.shutdown), (0.4, None));
}

#[test]
fn events_become_effects_on_their_targets_in_time() {
    let scene = read(
        r#"
[[event]]
name = "trip"
at = "1 min"
kind = "pump_trip"
of = "given"
coast_down = "3 s"
for = "30 s"
[[event]]
name = "warmer"
at = "100 s"
kind = "supply_step"
of = "given"
by = "5 K"
[[event]]
name = "dirt"
at = "10 s"
kind = "blocked_plate"
of = "plate.2"
share = 0.4
[[event]]
name = "half"
at = "20 s"
kind = "power_step"
of = "gpu.1"
share = 0.5
"#,
    );
    let line = &scene.control.timeline;
    assert_eq!(line.events.iter().map(|event| event.at).collect::<Vec<_>>(), [60.0, 100.0, 10.0, 20.0]);
    assert!((line.speed(Target::Flow(0), 63.0) - 0.5).abs() < 1e-12);
    assert_eq!(line.speed(Target::Flow(0), 200.0), 1.0);
    assert_eq!(line.level(Target::Supply(0), 101.0, 313.15), 318.15);
    assert_eq!([0, 1].map(|plate| line.level(Target::Plate(plate), 11.0, 0.0)), [0.0, 0.4]);
    assert_eq!([0, 1].map(|chip| line.power(Part::Chip(chip), 21.0)), [0.5, 1.0]);
}

#[test]
fn a_utility_loss_stops_at_once_what_the_ups_does_not_bridge_and_the_rest_when_it_is_empty() {
    let outage =
        "[[event]]\nname = \"out\"\nat = \"10 s\"\nkind = \"utility_loss\"\nfor = \"60 s\"\nups = \"20 s\"\n";
    let line =
        read(&format!("{outage}bridges = [\"given\", \"gpu\"]\ncoast_down = \"0 s\"\nrun_up = \"4 s\"\n"))
            .control
            .timeline;
    let (fan, flow) = (Target::Fan(0), Target::Flow(0));
    let found = [9.0, 11.0, 29.0, 31.0, 72.0, 80.0].map(|t| (line.speed(fan, t), line.speed(flow, t)));
    assert_eq!(found, [(1.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 0.0), (0.5, 0.5), (1.0, 1.0)]);
    assert_eq!([11.0, 31.0, 71.0].map(|t| line.power(Part::Chip(1), t)), [1.0, 0.0, 1.0]);
    // The board is not bridged; each law is one on its target.
    assert_eq!(line.power(Part::Solid(0), 11.0), 0.0);
    assert!(
        line.effects
            .iter()
            .any(|effect| effect.law == Law::Level(0.0) && effect.target == Target::Power(Part::Solid(0)))
    );
    // Longer than the outage: nothing stops.
    let long = read(&outage.replace("ups = \"20 s\"", "ups = \"90 s\"")).control.timeline;
    assert_eq!(
        (long.speed(fan, 50.0), long.speed(flow, 50.0), long.power(Part::Chip(0), 50.0)),
        (1.0, 1.0, 1.0)
    );
}
