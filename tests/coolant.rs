//! Coolant loops whose flows follow from pressures: sharing, faults, reversal, mixing, and what is refused.

use approx::assert_relative_eq;
use racktherm::coolant::{CoolantState, Temperatures, supply_state};
use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::material::coolant::Coolant;
use racktherm::physics::cold_plate::OCP_CHANNELS;
use racktherm::physics::hydraulics::{Component, Measured, PressureDrop};
use racktherm::result::Summary;
use racktherm::scene::{Chip, Cooler, Scene};
use std::path::Path;

/// A block in a film, and what a test adds: loops of water at 25 °C.
fn scene(text: &str) -> Result<Scene, String> {
    let base = r#"
source = "test"
[domain]
size = ["100 mm", "100 mm", "100 mm"]
[grid]
cells = [2, 2, 2]
[site]
air_temperature = "25 degC"
[[material]]
name = "metal"
conductivity = "200 W/mK"
[[block]]
name = "block"
from = [0, 0, 0]
to = ["100 mm", "100 mm", "50 mm"]
material = "metal"
[[wall]]
side = "x-"
film = "100 W/m2K"
ambient = "25 degC"
[[coolant]]
name = "liquid"
density = "1000 kg/m3"
specific_heat = "4000 J/kgK"
conductivity = "0.5 W/mK"
viscosity = "1 mPa s"
"#;
    Scene::from_text(Path::new("test.toml"), format!("{base}{text}"), &[])
        .map_err(|mistakes| mistakes.render(false))
}

fn read(text: &str) -> Scene {
    scene(text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn refused(text: &str) -> String {
    scene(text).err().unwrap_or_default()
}

fn solve(text: &str) -> Summary {
    couple::solve(&read(text), &Options { backend: BackendChoice::Cpu, ..Options::default() }, &Silent)
        .expect("a scene that can be solved")
        .summary
}

/// Flow of a branch without heat, L/min.
fn cold(scene: &Scene) -> impl Fn(&str) -> f64 + use<> {
    let state = CoolantState::first(scene, &|_| 0.0).expect("flows");
    let flows: Vec<(String, f64)> = (scene.branches.iter().zip(&state.branches))
        .map(|(branch, state)| (branch.name.clone(), state.mass_flow / 1000.0 * 60e3))
        .collect();
    move |name: &str| {
        flows.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name} in {flows:?}")).1
    }
}

const LOOP: &str = r#"
[[loop]]
name = "loop"
coolant = "liquid"
supply_temperature = "25 degC"
distribution = "by_pressure"
"#;

fn plate(name: &str, flow: &str, keys: &str) -> String {
    format!(
        "[[cold_plate]]\nname = \"{name}\"\nresistance = [[\"0.1 L/min\", \"0.02 K/W\"], [\"90 L/min\", \"0.02 K/W\"]]\n\
         pressure_drop = {{ flow = \"{flow}\", drop = \"10 kPa\" }}\n{keys}\n"
    )
}

fn branch(name: &str, through: &str, keys: &str) -> String {
    format!("[[branch]]\nname = \"{name}\"\nloop = \"loop\"\nthrough = {through}\n{keys}\n")
}

#[test]
fn parallel_plates_share_the_flow_as_the_roots_of_their_losses() {
    let text = format!(
        "{LOOP}flow = \"6 L/min\"\n{}{}{}{}",
        plate("easy", "4 L/min", ""),
        plate("hard", "2 L/min", ""),
        branch("a", "[\"easy\"]", ""),
        branch("b", "[\"hard\"]", "")
    );
    let flow = cold(&read(&text));
    assert_relative_eq!(flow("a"), 4.0, max_relative = 1e-10);
    assert_relative_eq!(flow("b"), 2.0, max_relative = 1e-10);
}

/// Eight equal branches on a manifold of thin headers.
fn manifold(layout: &str) -> String {
    format!(
        "{LOOP}flow = \"40 L/min\"\n[[manifold]]\nname = \"rack\"\nloop = \"loop\"\ndiameter = \"16 mm\"\n\
         tap_pitch = \"0.3 m\"\nlayout = \"{layout}\"\n[[pipe]]\nname = \"hose\"\nlength = \"1 m\"\n\
         diameter = \"10 mm\"\n[[branch]]\nname = \"tray\"\ncount = 8\nloop = \"rack\"\nthrough = [\"hose\"]\n"
    )
}

#[test]
fn a_reverse_return_spreads_the_flow_more_evenly_than_a_direct_one() {
    let spread = |layout: &str| {
        let flow = cold(&read(&manifold(layout)));
        let flows: Vec<f64> = (1..=8).map(|k| flow(&format!("tray.{k}"))).collect();
        assert_relative_eq!(flows.iter().sum::<f64>(), 40.0, max_relative = 1e-12);
        let (low, high) = flows.iter().fold((f64::MAX, 0.0_f64), |(l, h), &f| (l.min(f), h.max(f)));
        (high / low - 1.0, flows)
    };
    let (direct, flows) = spread("direct_return");
    // The first tap has the shortest way.
    assert!(flows.windows(2).all(|pair| pair[0] > pair[1]), "{flows:?}");
    let (reverse, flows) = spread("reverse_return");
    assert!(reverse < 0.5 * direct, "{reverse} of {direct}");
    // Its ends see the same way and the middle the longest.
    assert_relative_eq!(flows[0], flows[7], max_relative = 1e-9);
    assert!(flows[3] < flows[0], "{flows:?}");
}

#[test]
fn a_closed_quick_disconnect_takes_its_tray_out_and_the_others_get_its_share() {
    let text = |closed: bool| {
        format!(
            "{LOOP}flow = \"6 L/min\"\n{}{}[[quick_disconnect]]\nname = \"uqd\"\ncv = 0.8\nclosed = {closed}\n{}{}",
            plate("one", "3 L/min", "extra_power = \"100 W\""),
            plate("two", "3 L/min", "extra_power = \"100 W\""),
            branch("a", "[\"one\", \"uqd\"]", ""),
            branch("b", "[\"two\"]", "")
        )
    };
    let (open, shut) = (cold(&read(&text(false))), cold(&read(&text(true))));
    assert!(open("a") > 0.5 && open("a") < open("b"));
    assert_eq!((shut("a"), shut("b")), (0.0, 6.0));
}

#[test]
fn a_blocked_plate_gets_less_and_one_that_is_wholly_blocked_nothing() {
    let flow = |blocked: f64| {
        let text = format!(
            "{LOOP}flow = \"6 L/min\"\n{}{}{}{}",
            plate("one", "3 L/min", &format!("blocked = {blocked}")),
            plate("two", "3 L/min", ""),
            branch("a", "[\"one\"]", ""),
            branch("b", "[\"two\"]", "")
        );
        cold(&read(&text))("a")
    };
    assert_relative_eq!(flow(0.0), 3.0, max_relative = 1e-10);
    // Half its channels: half the flow at the same loss.
    assert_relative_eq!(flow(0.5), 2.0, max_relative = 1e-10);
    assert_eq!(flow(1.0), 0.0);
}

/// Two pumps side by side.
fn pumps(second: &str) -> String {
    format!(
        "{LOOP}[[valve]]\nname = \"valve\"\nkv = \"6 m3/h\"\n{}\
         [[pump]]\nname = \"one\"\nloop = \"loop\"\nfree_delivery = \"120 L/min\"\nshut_off_pressure = \"1 bar\"\n\
         [[pump]]\nname = \"two\"\nloop = \"loop\"\nfree_delivery = \"120 L/min\"\nshut_off_pressure = \"1 bar\"\n{second}\n",
        branch("a", "[\"valve\"]", "")
    )
}

#[test]
fn of_two_pumps_one_failed_leaves_what_the_other_gives_on_the_same_system() {
    // p₀ (1 − (Q/kQ₀)²) = c Q²: Q = √(p₀/(c + p₀/(kQ₀)²)).
    // In L/s: 6 m³/h at 1 bar, and 120 L/min for each of k pumps.
    let c = 1e5 / (6.0_f64 / 3.6).powi(2);
    let litres = |k: f64| (1e5 / (c + 1e5 / (k * 2.0).powi(2))).sqrt() * 60.0;
    let both = cold(&read(&pumps("")));
    let one = cold(&read(&pumps("failed = true")));
    assert_relative_eq!(both("a"), litres(2.0), max_relative = 1e-9);
    assert_relative_eq!(one("a"), litres(1.0), max_relative = 1e-9);
    assert_eq!(one("two"), 0.0);
    // Without its check valve the coolant runs back through it.
    let leaks = cold(&read(&pumps("failed = true\ncheck_valve = false")));
    assert!(leaks("two") < -1.0 && leaks("a") < one("a"));
    assert_relative_eq!(leaks("one") + leaks("two"), leaks("a"), max_relative = 1e-12);
}

/// A ladder in which the middle rung is passed from either side.
fn bridge(left: &str, right: &str) -> String {
    format!(
        "{LOOP}flow = \"6 L/min\"\n{}{}{}{}{}{}{}{}{}{}",
        plate("p1", left, "extra_power = \"200 W\""),
        plate("p2", right, "extra_power = \"300 W\""),
        plate("p3", "1 L/min", "extra_power = \"50 W\""),
        plate("p4", right, "extra_power = \"100 W\""),
        plate("p5", left, "extra_power = \"150 W\""),
        branch("b1", "[\"p1\"]", "to = \"left\""),
        branch("b2", "[\"p2\"]", "to = \"right\""),
        branch("b3", "[\"p3\"]", "from = \"left\"\nto = \"right\""),
        branch("b4", "[\"p4\"]", "from = \"left\""),
        branch("b5", "[\"p5\"]", "from = \"right\"")
    )
}

#[test]
fn a_branch_that_flows_backwards_carries_its_heat_to_where_it_flows() {
    let (forward, backward) = (solve(&bridge("4 L/min", "2 L/min")), solve(&bridge("2 L/min", "4 L/min")));
    for summary in [&forward, &backward] {
        assert!(summary.convergence.converged, "{:?}", summary.convergence);
        let supply = &summary.loops[0];
        let heat: f64 = supply.branches.iter().map(|branch| branch.heat_w).sum();
        assert_relative_eq!(heat, 800.0, max_relative = 1e-9);
        // 800 W in 0.1 kg/s of 4 kJ/kgK.
        assert_relative_eq!(supply.return_c, 25.0 + 800.0 / 400.0, max_relative = 1e-9);
    }
    let flow = |summary: &Summary, name: &str| {
        summary.loops[0].branches.iter().find(|branch| branch.name == name).map_or(0.0, |b| b.flow_l_min)
    };
    assert!(flow(&forward, "b3") > 0.1 && flow(&backward, "b3") < -0.1);
    // By hand: what leaves the third plate and mixes before the plate behind it.
    let by = |name: &str| forward.loops[0].branches.iter().find(|b| b.name == name).unwrap();
    let rate = |name: &str| by(name).flow_l_min / 60.0 * 4000.0;
    let left = 25.0 + 200.0 / rate("b1");
    let over = left + 50.0 / rate("b3");
    let right = (rate("b2") * (25.0 + 300.0 / rate("b2")) + rate("b3") * over) / (rate("b2") + rate("b3"));
    assert_relative_eq!(by("b5").return_c, right + 150.0 / rate("b5"), max_relative = 1e-8);
    assert_relative_eq!(by("b4").return_c, left + 100.0 / rate("b4"), max_relative = 1e-8);
}

#[test]
fn warmer_coolant_is_thinner_and_takes_less_pressure() {
    let drop = |power: &str| {
        let text = format!(
            "{}flow = \"0.5 L/min\"\n{}[[pipe]]\nname = \"hose\"\nlength = \"10 m\"\ndiameter = \"10 mm\"\n{}",
            LOOP.replace("\"liquid\"", "\"pg25\""),
            plate("one", "3 L/min", power),
            branch("a", "[\"one\", \"hose\"]", "")
        );
        solve(&text).loops[0].pressure_drop_pa
    };
    let (cold, warm) = (drop("extra_power = \"1 W\""), drop("extra_power = \"600 W\""));
    assert!(warm < 0.95 * cold, "{warm} of {cold}");
}

#[test]
fn the_pressures_of_a_solved_loop_and_its_pumps_work_agree() {
    let scene = read(&pumps(""));
    let state = CoolantState::first(&scene, &|_| 0.0).unwrap();
    let temperatures =
        Temperatures { outlets: vec![Vec::new(); scene.branches.len()], supplies: vec![298.15] };
    let supply = supply_state(&scene, &state, 0, &temperatures);
    assert_eq!(supply.pumps.len(), 2);
    for pump in &supply.pumps {
        assert_relative_eq!(pump.pressure_rise, supply.pressure_drop, max_relative = 1e-9);
        // Wire to water 0.3, the default.
        assert_relative_eq!(pump.power, pump.flow * pump.pressure_rise / 0.3, max_relative = 1e-12);
    }
    let closed = state.loops[0].solution.as_ref().unwrap();
    assert!(closed.momentum.relative <= 1e-10 && closed.mass.relative <= 1e-12);
}

#[test]
fn what_no_pressure_can_place_is_refused_with_its_remedy() {
    let plates = plate("one", "3 L/min", "");
    let cases = [
        (
            format!("{LOOP}{plates}{}", branch("a", "[\"one\"]", "")),
            "nothing moves the coolant of loop 'loop'",
        ),
        (
            format!("{LOOP}flow = \"1 L/min\"\n{plates}{}", branch("a", "[\"one\"]", "to = \"nowhere\"")),
            "only one branch meets the junction 'nowhere'",
        ),
        (
            format!(
                "{LOOP}flow = \"1 L/min\"\n{plates}{}{}",
                branch("a", "[\"one\"]", "to = \"x\""),
                branch("b", "[\"one\"]", "from = \"x\"\nto = \"supply\"")
            ),
            "has no reference for its pressures",
        ),
        (
            format!(
                "{}flow = \"1 L/min\"\n{plates}{}",
                LOOP.replace("by_pressure", "by_weight"),
                branch("a", "[\"one\"]", "to = \"return\"")
            ),
            "set distribution = \"by_pressure\" in loop 'loop'",
        ),
        (
            format!(
                "{LOOP}flow = \"1 L/min\"\n[[cold_plate]]\nname = \"one\"\nresistance = \"ocp-1kw-oam-pg25\"\n{}",
                branch("a", "[\"one\"]", "")
            ),
            "branch 'a' takes no pressure",
        ),
        (
            pumps("").replacen("distribution", "flow = \"9 L/min\"\ndistribution", 1),
            "loop 'loop' has a flow, and a pump from its return to its supply",
        ),
        (
            format!(
                "{LOOP}flow = \"1 L/min\"\n[[manifold]]\nname = \"m\"\nloop = \"loop\"\n{plates}{}",
                branch("a", "[\"one\"]", "")
            ),
            "nothing hangs on manifold 'm'",
        ),
        (
            format!(
                "{LOOP}flow = \"1 L/min\"\n[[quick_disconnect]]\nname = \"q\"\ncv = 1\nclosed = true\n{plates}{}",
                branch("a", "[\"one\", \"q\"]", "")
            ),
            "every branch at the supply or the return of loop 'loop' is shut",
        ),
    ];
    for (text, message) in cases {
        let told = refused(&text);
        assert!(told.contains(message), "'{message}' is not in:\n{told}");
        assert!(told.contains("help:"), "{told}");
    }
}

/// A loop of a rack where every plate takes the power of its chips; its pressure drop in kPa.
fn rack_drop(scene: &Scene) -> f64 {
    let state = CoolantState::first(scene, &|plate| chips_on(scene, plate)).expect("flows");
    let closed = state.loops[0].solution.as_ref().expect("pressures");
    assert!(closed.momentum.relative <= 1e-10 && closed.mass.relative <= 1e-12);
    (closed.pressures[0] - closed.pressures[1]) / 1e3
}

fn chips_on(scene: &Scene, plate: usize) -> f64 {
    let cooled = |chip: &&Chip| chip.cooler == Some(Cooler::ColdPlate(plate));
    scene.chips.iter().filter(cooled).map(|chip| chip.power).sum::<f64>()
        + scene.cold_plates[plate].extra_power
}

/// Supply °C, L/min and psi of a GB300 rack (Lenovo LP2357, table 27), and how far the model may be off: its plates
/// are set from the first and fourth row alone.
const GB300: [(f64, f64, f64, f64); 5] = [
    (25.0, 59.0, 2.3, 0.01),
    (30.0, 71.0, 3.2, 0.03),
    (35.0, 89.0, 4.9, 0.03),
    (40.0, 119.0, 8.5, 0.01),
    (45.0, 177.0, 18.4, 0.06),
];

/// Largest error over its tolerance of the GB300 curve, with the scene changed.
fn gb300_error(change: impl Fn(&mut Scene)) -> f64 {
    GB300
        .iter()
        .map(|(supply, flow, psi, tolerance)| {
            let settings =
                [format!("supply_temperature={supply} degC"), format!("coolant_flow={flow} L/min")];
            let path = Path::new("scenes/gb300_nvl72_liquid.toml");
            let mut scene = Scene::load(path, &settings).unwrap_or_else(|m| panic!("{}", m.render(false)));
            change(&mut scene);
            let error = rack_drop(&scene) / (psi * 6.894_757) - 1.0;
            println!("{supply} degC, {flow} L/min: {:+.2} % of {psi} psi", 100.0 * error);
            error.abs() / tolerance
        })
        .fold(0.0, f64::max)
}

/// Multiplies the laminar and the quadratic term of every plate.
fn scale_plates(scene: &mut Scene, laminar: f64, turbulent: f64) {
    for plate in &mut scene.cold_plates {
        let measured = plate.model.pressure_drop().clone();
        let PressureDrop::Polynomial { linear, quadratic } = measured.drop else { panic!("a polynomial") };
        let drop = PressureDrop::Polynomial { linear: laminar * linear, quadratic: turbulent * quadratic };
        plate.model =
            plate.model.clone().with_pressure_drop(Measured { drop, ..measured }).expect("positive");
    }
}

#[test]
fn the_pressure_drop_of_a_gb300_rack_follows_its_curve_from_59_to_177_l_min() {
    assert!(gb300_error(|_| ()) <= 1.0);
    // A fifth more or less of any coefficient is noticed.
    for (laminar, turbulent) in [(1.2, 1.0), (0.8, 1.0), (1.0, 1.2), (1.0, 0.8)] {
        assert!(gb300_error(|scene| scale_plates(scene, laminar, turbulent)) > 1.0);
    }
    let couplings = |factor: f64| {
        gb300_error(move |scene| {
            let couplings = scene.hydraulics.iter_mut().filter(|part| part.name.ends_with("/coupling"));
            for part in couplings {
                if let Component::Valve { kv } = &mut part.component {
                    *kv *= factor;
                }
            }
        })
    };
    assert!(couplings(1.2) > 1.0 && couplings(0.8) > 1.0);
}

#[test]
fn eight_of_its_trays_lose_a_third_more_at_7_than_at_6_l_min_each() {
    // Lenovo LP2048: 0.93 bar at 45 °C and 7.0 L/min a tray, 0.70 bar at 40 °C and 6.0, trays of 4 × 1200 W.
    let drop = |supply: f64, each: f64| {
        let text = format!(
            "source = \"test\"\n[domain]\nsize = [\"600 mm\", \"1200 mm\", \"9 U\"]\n\
             [air]\nfield = \"momentum\"\n\
             [[loop]]\nname = \"loop\"\ncoolant = \"pg25\"\nsupply_temperature = \"{supply} degC\"\n\
             flow = \"{} L/min\"\ndistribution = \"by_pressure\"\n\
             [[manifold]]\nname = \"manifold\"\nloop = \"loop\"\ndiameter = \"38 mm\"\ntap_pitch = \"1 U\"\n\
             [[part]]\nname = \"tray\"\nfile = \"parts/compute_tray.toml\"\ncount = 8\npitch = [0, 0, \"1 U\"]\n\
             connect = {{ liquid = \"manifold\" }}\n",
            8.0 * each
        );
        let scene = Scene::from_text(Path::new("scenes/sc777.toml"), text, &[]);
        rack_drop(&scene.unwrap_or_else(|m| panic!("{}", m.render(false))))
    };
    let ratio = drop(45.0, 7.0) / drop(40.0, 6.0);
    println!("ratio {ratio:.3}, {:.1} kPa at 7 L/min", drop(45.0, 7.0));
    assert!((ratio - 1.33).abs() <= 0.03, "{ratio}");
}

/// A plate of 40 kW on a loop of 60 L/min behind a unit.
fn conditioned(cdu: &str, more: &str) -> String {
    format!(
        "{LOOP}flow = \"60 L/min\"\n{more}\n{}{}[[cdu]]\nname = \"cdu\"\nloop = \"loop\"\n{cdu}\n",
        plate("one", "60 L/min", "extra_power = \"40 kW\""),
        branch("a", "[\"one\"]", "")
    )
    // The plate is at 0.02 K/W: far above its coolant, but linear.
    .replace("\"25 degC\"\ndistribution", "\"40 degC\"\ndistribution")
}

const WATER: &str = "facility_temperature = \"30 degC\"\nfacility_flow = \"60 L/min\"\nua = \"12 kW/K\"";

#[test]
fn a_unit_holds_its_set_point_with_as_much_facility_water_as_it_takes() {
    let summary = solve(&conditioned(WATER, "pump_efficiency = 0.5"));
    let (cdu, supply) = (&summary.plant.cdus[0], &summary.loops[0]);
    assert!(summary.convergence.converged && cdu.holds);
    assert_relative_eq!(supply.supply_c, 40.0, max_relative = 1e-12);
    // 40 kW in 1 kg/s of 4 kJ/kgK.
    assert_relative_eq!(supply.return_c, 50.0, max_relative = 1e-9);
    assert!(cdu.cold_share > 0.2 && cdu.cold_share < 1.0);
    // What the loop gives with its pump's heat arrives in the water.
    assert_relative_eq!(cdu.heat_w, 40e3 + supply.pump_power_w, max_relative = 1e-9);
    let water = racktherm::material::coolant::Coolant::water();
    let mass_flow = cdu.cold_flow_m3_s * water.properties(303.15).density;
    let taken = mass_flow * (water.enthalpy(cdu.cold_return_c + 273.15) - water.enthalpy(303.15));
    assert_relative_eq!(taken, cdu.heat_w, max_relative = 1e-6);
    assert!(summary.balance.relative < 1e-9);
}

#[test]
fn a_unit_with_too_warm_water_floats_and_says_so_without_further_passes() {
    let warm = WATER.replace("30 degC", "38 degC");
    let (held, floats) = (solve(&conditioned(WATER, "")), solve(&conditioned(&warm, "")));
    let (cdu, supply) = (&floats.plant.cdus[0], &floats.loops[0]);
    assert!(floats.convergence.converged && !cdu.holds && cdu.cold_share == 1.0);
    // By hand: constant cp, counterflow, the pump's heat between exchanger and plate.
    let rate = 4000.0;
    let cold = 60.0 / 60e3 * 4158.0 * 993.0;
    let (smaller, larger) = (f64::min(rate, cold), f64::max(rate, cold));
    let (ntu, ratio) = (12e3 / smaller, smaller / larger);
    let e = (-ntu * (1.0 - ratio)).exp();
    let effectiveness = (1.0 - e) / (1.0 - ratio * e);
    let heat = 40e3 + supply.pump_power_w;
    let back = 38.0 + heat / (effectiveness * smaller);
    assert!((supply.return_c - back).abs() < 0.05, "{} of {back}", supply.return_c);
    assert_relative_eq!(supply.return_c - supply.supply_c, 10.0, max_relative = 1e-9);
    assert!(
        floats.warnings.iter().any(|w| w.finding.contains("cannot hold 40.0 degC")),
        "{:?}",
        floats.warnings
    );
    // Coupling costs a pass to see that it floats, and one for cp.
    assert!(floats.convergence.iterations <= held.convergence.iterations + 4, "{:?}", floats.convergence);
}

#[test]
fn a_unit_cooled_by_air_gives_its_heat_to_the_room() {
    let air = "cooled_by = \"air\"\nair_flow = \"6000 CFM\"\nfan_power = \"1 kW\"\nua = \"20 kW/K\"";
    let summary = solve(&conditioned(air, ""));
    let cdu = &summary.plant.cdus[0];
    assert!(cdu.holds && cdu.cold_share < 1.0, "{cdu:?}");
    assert_relative_eq!(cdu.cold_power_w, 1e3 * cdu.cold_share.powi(3), max_relative = 1e-12);
    let balance = &summary.balance;
    assert!(balance.relative < 1e-9, "{balance:?}");
    assert!(balance.to_liquid_w.abs() < 1e-6 && balance.to_room_w > 40e3, "{balance:?}");
}

#[test]
fn a_unit_is_charged_with_what_passes_it_not_with_what_recirculates() {
    // Two pumps, one failed: the other sends a part back through it, or a branch with a pump of its own leads past the
    // unit. With and without an exchanger that takes pressure: the pumps start at its outlet, or at the return.
    let pump = |name: &str, keys: &str| {
        format!(
            "[[pump]]\nname = \"{name}\"\nfree_delivery = \"20 L/min\"\nshut_off_pressure = \"100 kPa\"\n{keys}\n"
        )
    };
    let failed = pump("spare", "loop = \"loop\"\nfailed = true\ncheck_valve = false");
    let round = branch("round", "[\"bypass\", \"booster\"]", "from = \"return\"\nto = \"supply\"");
    let bypass = "[[pipe]]\nname = \"bypass\"\nlength = \"3 m\"\ndiameter = \"11 mm\"\n";
    for more in [failed, format!("{}{bypass}{round}", pump("booster", ""))] {
        for drop in ["", "pressure_drop = { flow = \"20 L/min\", drop = \"20 kPa\" }"] {
            let summary = solve(&format!(
                "{LOOP}{}{}{}{more}[[cdu]]\nname = \"unit\"\nloop = \"loop\"\nua = \"2000 W/K\"\n{drop}\n\
                 facility_temperature = \"15 degC\"\nfacility_flow = \"30 L/min\"\nfacility_coolant = \"liquid\"\n",
                plate("plate", "4 L/min", "extra_power = \"5 kW\""),
                branch("branch", "[\"plate\"]", ""),
                pump("pump", "loop = \"loop\""),
            ));
            let (unit, of) = (&summary.plant.cdus[0], &summary.loops[0]);
            assert!(unit.holds && summary.convergence.converged, "{unit:?}");
            // ρ cp of 4 MJ/(m³ K) on both sides.
            let cold = 4e6 * unit.cold_flow_m3_s * (unit.cold_return_c - unit.cold_supply_c);
            let warm = 4e6 * of.flow_l_min / 60e3 * (of.return_c - of.supply_c);
            assert_relative_eq!(cold, unit.heat_w, max_relative = 1e-6);
            assert_relative_eq!(warm, of.heat_w, max_relative = 1e-6);
        }
    }
}

#[test]
fn what_lies_outside_curves_bores_and_pressures_is_told_with_the_part() {
    let told = |summary: &Summary, place: &str, text: &str| {
        summary.warnings.iter().any(|warning| warning.place == place && warning.finding.contains(text))
    };
    let pump = "[[pump]]\nname = \"pump\"\nloop = \"loop\"\n\
                curve = [[\"0 L/min\", \"100 kPa\"], [\"1 L/min\", \"99 kPa\"]]\n";
    let water =
        |plate: String, more: &str| format!("{LOOP}{plate}{}{more}", branch("branch", "[\"plate\"]", ""));
    let summary = solve(&water(plate("plate", "4 L/min", ""), pump));
    assert!(told(&summary, "pump", "its curve's last point"), "{:?}", summary.warnings);
    // Half of the passages carry all of 60 L/min: as if 120 did, over the table's 90.
    let half = plate("plate", "60 L/min", "blocked = 0.5").replace("0.1 L/min", "70 L/min");
    let summary = solve(&water(half, "").replace("distribution", "flow = \"60 L/min\"\ndistribution"));
    assert!(told(&summary, "plate", "120.00 L/min in its open passages"), "{:?}", summary.warnings);
    // (90/0.5)² · 10 kPa.
    let summary = solve(
        &water(plate("plate", "0.5 L/min", ""), "")
            .replace("distribution", "flow = \"90 L/min\"\ndistribution"),
    );
    assert!(told(&summary, "loop", "which pipes of PN 16 bear"), "{:?}", summary.warnings);
    let idle = "[[pipe]]\nname = \"spare\"\nlength = \"1 m\"\ndiameter = \"10 mm\"\n";
    let summary = solve(
        &water(plate("plate", "4 L/min", ""), idle)
            .replace("distribution", "flow = \"4 L/min\"\ndistribution"),
    );
    assert!(told(&summary, "scene", "'spare' stands in no branch"), "{:?}", summary.warnings);
}

#[test]
fn a_given_flow_costs_its_pump_what_boosters_leave_to_it() {
    let loaded = |through: &str, booster: &str| {
        let plate = plate("plate", "4 L/min", "");
        let branch = branch("branch", through, "");
        let summary =
            solve(&format!("{LOOP}flow = \"4 L/min\"\npump_efficiency = 0.5\n{plate}{booster}{branch}"));
        (summary.loops[0].pressure_drop_pa, summary.loops[0].pump_power_w)
    };
    // 10 kPa at 4 L/min, at an efficiency of a half.
    let whole = 10e3 * 4.0 / 60e3 / 0.5;
    let (drop, power) = loaded("[\"plate\"]", "");
    assert_relative_eq!(drop, 10e3, max_relative = 1e-9);
    assert_relative_eq!(power, whole, max_relative = 1e-9);
    // 10 kPa shut off, 8 L/min at most: 7.5 kPa at 4 L/min.
    let booster = "[[pump]]\nname = \"booster\"\nfree_delivery = \"8 L/min\"\nshut_off_pressure = \"10 kPa\"\n\
                   efficiency = 0.5\n";
    let (left, power) = loaded("[\"plate\", \"booster\"]", booster);
    assert_relative_eq!(left, 2.5e3, max_relative = 1e-6);
    assert_relative_eq!(power, whole, max_relative = 1e-6);
}

#[test]
fn a_rating_gives_the_ua_that_meets_its_approach() {
    let rated = "facility_temperature = \"36 degC\"\nfacility_flow = \"60 L/min\"\n\
                 rating = { heat = \"40 kW\", approach = \"4 K\", flow = \"60 L/min\", \
                 cold_flow = \"60 L/min\", supply = \"40 degC\" }";
    let summary = solve(&conditioned(rated, "pump_heat_to_coolant = 0"));
    let cdu = &summary.plant.cdus[0];
    // At its rating all of the water is needed, but for the second digit of cp.
    assert!((cdu.supply_c - 40.0).abs() < 0.02 && cdu.cold_share > 0.97, "{cdu:?}");
    let told = refused(&conditioned(
        &rated.replace("4 K", "0.001 K").replace("cold_flow = \"60", "cold_flow = \"20"),
        "",
    ));
    assert!(told.contains("no exchanger brings 40.0 kW over"), "{told}");
}

#[test]
fn a_unit_says_when_it_is_too_small_or_its_pumps_too_weak() {
    let small = format!("{WATER}\nlargest_heat = \"30 kW\"\navailable_pressure = \"5 kPa\"");
    let summary = solve(&conditioned(&small, ""));
    let said = |text: &str| summary.warnings.iter().any(|warning| warning.finding.contains(text));
    assert!(
        said("exceed the 30.0 kW that it is made for") && said("its pumps give 5 kPa"),
        "{:?}",
        summary.warnings
    );
}

#[test]
fn channels_give_heat_and_pressure_by_the_coolant_in_the_plate() {
    let keys = "extra_power = \"1 kW\"\nchannels = { width = \"0.4 mm\", height = \"3 mm\", length = \"45 mm\", count = 110, \
                fin = \"0.4 mm\", base = \"2 mm\", tim = \"0.1 cm2K/W\", contact = \"25 cm2\" }";
    let glycol = Coolant::pg25_by_mass();
    let mut rises = Vec::new();
    for supply in [20.0, 60.0] {
        let text = format!(
            "{}flow = \"1 L/min\"\n[[cold_plate]]\nname = \"one\"\n{keys}\n{}",
            LOOP.replace("\"liquid\"", "\"pg25\"").replace("25 degC", &format!("{supply} degC")),
            branch("a", "[\"one\"]", "")
        );
        let summary = solve(&text);
        let plate = summary.components.iter().find(|c| c.name == "one").expect("the plate");
        let inlet = supply + 273.15;
        let mass_flow = glycol.properties(inlet).density / 60e3;
        let outlet = glycol.temperature_of_enthalpy(glycol.enthalpy(inlet) + 1000.0 / mass_flow);
        let fluid = glycol.properties(0.5 * (inlet + outlet));
        let flow = mass_flow / fluid.density;
        let rise = plate.temperature_mean_c - supply;
        assert_relative_eq!(rise, 1000.0 * OCP_CHANNELS.state(flow, &fluid).resistance, max_relative = 1e-5);
        let drop = summary.loops[0].pressure_drop_pa;
        assert_relative_eq!(drop, OCP_CHANNELS.loss(flow, &fluid).drop, max_relative = 1e-5);
        rises.push((rise, drop));
    }
    // From 20 to 60 °C PG25 conducts 6 % better and is a third as viscous.
    assert!(rises[1].0 < 0.99 * rises[0].0 && rises[1].1 < 0.5 * rises[0].1, "{rises:?}");
}

/// A box of 2 kW of heat in air behind which a door hangs.
fn door(keys: &str, more: &str) -> String {
    format!(
        "source = \"test\"\n[domain]\nsize = [\"200 mm\", \"300 mm\", \"100 mm\"]\n[site]\nair_temperature = \"25 degC\"\n\
         [[opening]]\nname = \"front\"\nside = \"y-\"\n[[opening]]\nname = \"back\"\nside = \"y+\"\n\
         [[fan]]\nname = \"fan\"\ndirection = \"y+\"\nat = \"20 mm\"\nfrom = [0, 0]\nto = [\"200 mm\", \"100 mm\"]\n\
         flow = \"150 CFM\"\npower = \"10 W\"\n\
         [[porous]]\nname = \"electronics\"\nat = [0, \"60 mm\", 0]\nsize = [\"200 mm\", \"150 mm\", \"100 mm\"]\n\
         loss_per_metre = \"10 1/m\"\npower = \"2 kW\"\n\
         [rear_door]\nua = \"150 W/K\"\nflow = \"4 L/min\"\nwater_pressure_drop = \"20 kPa\"\n{keys}\n{more}"
    )
}

#[test]
fn a_rear_door_on_a_loop_takes_what_it_would_on_water_of_its_own_and_warms_what_is_behind_it() {
    let solve = |text: String| {
        let scene = Scene::from_text(Path::new("door.toml"), text, &[])
            .unwrap_or_else(|m| panic!("{}", m.render(false)));
        let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
        couple::solve(&scene, &options, &Silent).expect("a scene that can be solved").summary
    };
    let own = solve(door("coolant = \"water\"\nsupply_temperature = \"20 degC\"", ""));
    let on_loop = solve(door(
        "branch = \"water\"",
        "[[loop]]\nname = \"loop\"\ncoolant = \"water\"\nsupply_temperature = \"20 degC\"\nflow = \"4 L/min\"\n\
         distribution = \"by_pressure\"\n[[valve]]\nname = \"valve\"\nkv = \"1 m3/h\"\n\
         [[branch]]\nname = \"water\"\nloop = \"loop\"\nthrough = [\"valve\"]\nto = \"behind\"\n\
         [[cold_plate]]\nname = \"plate\"\nresistance = [[\"1 L/min\", \"0.01 K/W\"], [\"9 L/min\", \"0.01 K/W\"]]\n\
         pressure_drop = { flow = \"4 L/min\", drop = \"10 kPa\" }\nextra_power = \"300 W\"\n\
         [[branch]]\nname = \"plate_branch\"\nloop = \"loop\"\nthrough = [\"plate\"]\nfrom = \"behind\"\n",
    ));
    let (a, b) = (own.plant.rear_door.expect("a door"), on_loop.plant.rear_door.expect("a door"));
    assert!(a.heat_w > 1000.0, "{a:?}");
    assert_relative_eq!(a.heat_w, b.heat_w, max_relative = 1e-9);
    assert_relative_eq!(a.return_c, b.return_c, max_relative = 1e-9);
    let supply = &on_loop.loops[0];
    assert_relative_eq!(supply.heat_w, b.heat_w + 300.0, max_relative = 1e-9);
    assert!(supply.return_c > b.return_c + 0.9, "{} behind {}", supply.return_c, b.return_c);
    // 20 kPa of the door, 10 of the plate and what the valve takes.
    assert!(supply.pressure_drop_pa > 30e3 && supply.pressure_drop_pa < 40e3, "{}", supply.pressure_drop_pa);
    assert!(on_loop.convergence.converged, "{:?}", on_loop.convergence);
    assert!(on_loop.balance.relative < 1e-9, "{:?}", on_loop.balance);
    assert!(on_loop.components.iter().all(|part| part.name != "rear_door"));
}
