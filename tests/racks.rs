//! Facts about the shipped scenes: what they hold, where their numbers are from, and what they must reproduce.

use std::path::{Path, PathBuf};

use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::model::Model;
use racktherm::physics::fan::{FanCurve, STANDARD_DENSITY, SystemCurve, operating_point};
use racktherm::result::Summary;
use racktherm::scene::{Cooler, Fan, Resolution, Scene};

/// 1 CFM in m³/s.
const CFM: f64 = 4.719_474_432e-4;

fn load(name: &str, settings: &[&str]) -> Scene {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenes").join(format!("{name}.toml"));
    let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
    Scene::load(&path, &settings).unwrap_or_else(|mistakes| panic!("{name}: {mistakes}"))
}

fn toml_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files
}

fn chip_power(scene: &Scene, role: &str) -> f64 {
    scene.chips.iter().filter(|chip| chip.role == role).map(|chip| chip.power).sum()
}

fn fan_power(scene: &Scene) -> f64 {
    scene.fans.iter().map(Fan::design_power).sum()
}

/// All power but pumps and doors, W.
fn total_power(scene: &Scene) -> f64 {
    scene.chips.iter().map(|chip| chip.power).sum::<f64>()
        + scene.solids.iter().map(|solid| solid.power).sum::<f64>()
        + scene.porous.iter().map(|porous| porous.power).sum::<f64>()
        + scene.cold_plates.iter().map(|plate| plate.extra_power).sum::<f64>()
        + fan_power(scene)
}

/// Power on cold plates, W.
fn plated_power(scene: &Scene) -> f64 {
    let chips = scene.chips.iter().filter(|chip| matches!(chip.cooler, Some(Cooler::ColdPlate(_))));
    chips.map(|chip| chip.power).sum::<f64>()
        + scene.cold_plates.iter().map(|plate| plate.extra_power).sum::<f64>()
}

fn close(what: &str, found: f64, expected: f64, share: f64) {
    let miss = (found - expected).abs();
    assert!(miss <= share * expected.abs(), "{what}: {found}, expected {expected} ± {:.1} %", share * 100.0);
}

#[test]
fn every_value_of_a_shipped_scene_or_part_has_a_source() {
    let files = [toml_files("scenes"), toml_files("scenes/parts")].concat();
    assert!(files.len() >= 20, "only {} files found", files.len());
    for file in files {
        let loaded = Scene::load_scene_or_part(&file, &[]);
        assert!(loaded.mistakes.is_empty(), "{}: {}", file.display(), loaded.mistakes);
        assert!(loaded.without_source.is_empty(), "{}: {}", file.display(), loaded.without_source);
    }
}

#[test]
fn an_nvl72_has_72_gpus_36_cpus_and_18_switch_chips_and_all_but_the_gpus_without_a_limit() {
    for name in ["gb200_nvl72_liquid", "gb300_nvl72_liquid"] {
        let scene = load(name, &[]);
        let count = |role: &str| scene.chips.iter().filter(|chip| chip.role == role).count();
        assert_eq!((scene.gpus(), count("cpu"), count("switch")), (72, 36, 18), "{name}");
        for chip in &scene.chips {
            assert_eq!(chip.limit.is_some(), chip.role == "gpu", "{name}: {}", chip.name);
        }
    }
}

#[test]
fn the_parts_of_a_rack_add_up_to_its_preset_within_1_percent_and_its_liquid_share_within_2_points() {
    let cases = [
        ("gb200_nvl72_liquid", "nvidia", 120e3, 0.87),
        ("gb200_nvl72_liquid", "closure", 122e3, 0.87),
        ("gb200_nvl72_liquid", "hpe", 132e3, 0.87),
        ("gb300_nvl72_liquid", "closure", 134e3, 0.90),
        ("gb300_nvl72_liquid", "peak", 155e3, 0.90),
    ];
    for (name, preset, power, share) in cases {
        let scene = load(name, &[&format!("preset={preset}")]);
        let total = total_power(&scene);
        close(&format!("{name} {preset}, W"), total, power, 0.01);
        let found = plated_power(&scene) / total;
        assert!((found - share).abs() <= 0.02, "{name} {preset}: {:.1} % on cold plates", found * 100.0);
    }
    for (name, preset) in [("gb200_nvl72_liquid", "closure"), ("gb300_nvl72_liquid", "closure")] {
        let given = load(name, &[&format!("preset={preset}")]);
        assert_eq!(load(name, &[]).chips, given.chips, "{name}: {preset} is the default");
    }
}

#[test]
fn hpes_rack_puts_115_kw_of_132_into_its_coolant() {
    let scene = load("gb200_nvl72_liquid", &["preset=hpe"]);
    close("W on cold plates", plated_power(&scene), 115e3, 0.002);
    // 115 kW into 130 L/min of PG25: ρ cp V̇ = 8.69 kW/K.
    let supply = &scene.loops[0];
    let mass_flow = supply.coolant.properties(supply.supply_temperature).density * supply.flow;
    let specific_heat = supply.coolant.properties(supply.supply_temperature + 6.6).specific_heat;
    let rise: f64 = 115e3 / (mass_flow * specific_heat);
    assert!((rise - 13.3).abs() <= 0.3, "{rise} K");
}

#[test]
fn the_fans_of_a_hybrid_rack_move_150_cfm_for_each_kilowatt_in_air() {
    let scene = load("gb200_nvl72_liquid", &["preset=hpe"]);
    let flow: f64 = scene.fans.iter().filter_map(Fan::fixed_flow).sum::<f64>() / CFM;
    close("CFM", flow, 2550.0, 0.001);
    close("CFM per kW", flow / ((total_power(&scene) - plated_power(&scene)) / 1e3), 150.0, 0.03);
}

#[test]
fn four_dgx_b200_draw_57_kw_and_6200_cfm_with_their_fans_counted_once() {
    for name in ["dgx_b200_air", "dgx_b200_rear_door"] {
        let scene = load(name, &[]);
        assert_eq!((scene.gpus(), scene.fans.len()), (32, 60));
        close("W", total_power(&scene), 57.2e3, 1e-9);
        close("GPUs, W", chip_power(&scene, "gpu"), 32e3, 1e-9);
        close("CFM", scene.fans.iter().filter_map(Fan::fixed_flow).sum::<f64>() / CFM, 6200.0, 1e-9);
        // A stronger fan takes its power from the remainder of its box.
        let stronger = load(name, &["fan.box.*/*_fan.*/fan.power=60 W"]);
        close("fans, W", fan_power(&stronger), 60.0 * 60.0, 1e-9);
        close("W", total_power(&stronger), 57.2e3, 1e-9);
    }
}

#[test]
fn the_1u_tray_in_air_has_254_cfm_and_a_sink_that_ends_below_its_lid() {
    let scene = load("gb200_1u_air", &[]);
    close("W", total_power(&scene), 6e3, 1e-9);
    close("CFM", scene.fans.iter().filter_map(Fan::fixed_flow).sum::<f64>() / CFM, 254.4, 1e-9);
    let taller = load("gb200_1u_air", &["tray_height=4U"]);
    close("CFM in 4U", taller.fans.iter().filter_map(Fan::fixed_flow).sum::<f64>() / CFM, 4.0 * 254.4, 1e-9);
    for scene in [&scene, &taller] {
        let top = scene.heat_sinks.iter().map(|sink| sink.region.upper[2]).fold(0.0, f64::max);
        assert!((scene.size[2] - top - 1e-3).abs() < 1e-9, "sinks end at {top} m of {} m", scene.size[2]);
    }
}

#[test]
fn a_draft_rack_has_150_to_300_thousand_cells() {
    for name in ["dgx_b200_air", "dgx_b200_rear_door", "gb200_nvl72_liquid", "gb300_nvl72_liquid"] {
        let model = Model::new(&load(name, &[]), Resolution::Draft).unwrap();
        let cells = model.grid.cells();
        assert!((150_000..=300_000).contains(&cells), "{name}: {cells} cells, {:?}", model.grid.size());
    }
}

/// A solved scene on the draft grid of the CPU.
fn solve(scene: &Scene, resolution: Resolution) -> Summary {
    let options = Options { resolution, backend: BackendChoice::Cpu };
    let solution = couple::solve(scene, &options, &Silent);
    let summary = solution.unwrap_or_else(|error| panic!("{}: {error}", scene.name)).summary;
    assert!(summary.convergence.converged, "{}: {}", scene.name, summary.convergence.reason);
    assert!(summary.balance.relative < 1e-9, "{}: heat balance {}", scene.name, summary.balance.relative);
    summary
}

/// Mean junction temperature of the chips whose names contain `part`, °C.
fn mean_junction(summary: &Summary, part: &str) -> f64 {
    let found: Vec<f64> = summary
        .components
        .iter()
        .filter(|component| component.name.contains(part))
        .filter_map(|component| component.junction_c)
        .collect();
    assert!(!found.is_empty(), "no chip is named {part}");
    found.iter().sum::<f64>() / found.len() as f64
}

/// The measured chassis: 20 °C inlet, about 990 W a GPU. Mean junctions of the front and the rear row, °C.
fn rows(settings: &[&str]) -> (f64, f64) {
    let measured = ["air_temperature=20 degC", "gpu_power_front=990 W", "gpu_power_rear=990 W"];
    let summary = solve(&load("dgx_b200_box", &[&measured[..], settings].concat()), Resolution::Draft);
    (mean_junction(&summary, "gpu_front."), mean_junction(&summary, "gpu_rear."))
}

#[test]
fn the_rear_row_of_eight_b200_is_7_k_hotter_because_the_front_row_heats_its_air() {
    // Measured: 52, 52, 52 °C in front (988 to 994 W), 57, 59, 59, 61 °C behind; one part file in both rows.
    let (front, rear) = rows(&[]);
    assert!((front - 52.0).abs() <= 2.0, "front row {front} °C");
    assert!((rear - 59.0).abs() <= 2.0, "rear row {rear} °C");
    let (swapped_front, swapped_rear) = rows(&["front_row_at=430 mm", "rear_row_at=180 mm"]);
    let (gap, swapped) = (rear - front, swapped_rear - swapped_front);
    assert!((gap + swapped).abs() <= 0.5, "gap {gap} K, with the rows swapped {swapped} K");
    // Without the heat of the front row the rear row reads what the front row read.
    let (_, alone) = rows(&["gpu_power_front=0 W"]);
    assert!((alone - front).abs() <= 0.5, "rear row alone {alone} °C, front row {front} °C");
}

#[test]
fn a_box_of_14_3_kw_warms_1550_cfm_from_25_degc_by_16_4_k() {
    // Four such boxes are the rack: 57.2 kW into 6200 CFM.
    let summary = solve(&load("dgx_b200_box", &[]), Resolution::Draft);
    let air = summary.air.unwrap();
    let rise = air.exhaust_c - air.intake_max_c;
    assert!((rise - 16.4).abs() <= 0.3, "{rise} K");
    assert!((summary.balance.to_air_w - 14.3e3).abs() < 1e-6 * 14.3e3);
}

/// Flow in m³/s and pressure of the fans whose name contains a word: flows together, pressures as their mean.
fn fans_of(summary: &Summary, word: &str) -> (f64, f64) {
    let running: Vec<_> =
        summary.fans.iter().filter(|fan| fan.name.contains(word) && fan.speed > 0.0).collect();
    let pressure = running.iter().map(|fan| fan.pressure_rise_pa).sum::<f64>() / running.len() as f64;
    (running.iter().map(|fan| fan.flow_m3_s).sum(), pressure)
}

#[test]
fn with_its_resistance_fixed_at_1550_cfm_a_dgx_b200_finds_its_other_operating_points_within_2_percent() {
    let solved = |settings: &[&str]| {
        let summary =
            solve(&load("dgx_b200_box", &[&["air.field=momentum"], settings].concat()), Resolution::Draft);
        assert!(summary.balance.relative <= 1e-9, "{:?}", summary.balance);
        close("W released", summary.balance.heat_in_w.total, 14.3e3, 1e-9);
        summary
    };
    let curve = FanCurve::from_end_points(147.0 * CFM, 1200.0).unwrap();
    let sheet = solved(&[]);
    close("CFM", sheet.air.as_ref().unwrap().demanded_m3_s / CFM, 1550.0, 1e-3);
    // 25 °C at the pressures of the ICAO standard atmosphere.
    let density = |pressure: f64| racktherm::material::air::properties(298.15, pressure).density;
    let (sea, mountain) = (density(101_325.0), density(79_495.0));
    let cases: [(&str, &[&str], f64, f64, f64); 4] = [
        ("full speed", &[], 1.0, 10.0, sea),
        ("half speed", &["fan_speed=0.5"], 0.5, 10.0, sea),
        ("a fan blocked", &["fan.box/gpu_fan_curve.3/fan.failed=blocked"], 1.0, 9.0, sea),
        ("2000 m", &["site.altitude=\"2000 m\""], 1.0, 10.0, mountain),
    ];
    for (case, settings, speed, gpu_fans, air) in cases {
        let summary = solved(&[&["fan_curves=1"], settings].concat());
        for (half, number) in [("gpu_fan", gpu_fans), ("host_fan", 5.0)] {
            // The same resistance: Δp = K ρ Q², and fans side by side add their flows.
            let (flow, pressure) = fans_of(&sheet, half);
            let system = SystemCurve { linear: 0.0, quadratic: pressure / (flow * flow) * air / sea };
            let wall = curve.at_speed(speed, air / STANDARD_DENSITY).unwrap();
            let expected = operating_point(&wall.in_parallel(number as usize).unwrap(), system);
            let (flow, pressure) = fans_of(&summary, half);
            close(&format!("{case}, {half}: m³/s"), flow, expected.flow, 0.02);
            close(&format!("{case}, {half}: Pa"), pressure, expected.pressure_rise, 0.02);
        }
    }
}

#[test]
fn warm_air_returns_to_a_rack_without_containment_or_without_a_blanking_panel() {
    let share = |settings: &[&str]| {
        let summary = solve(&load("aisle_rack", settings), Resolution::Draft);
        summary.air.unwrap().warm_share_at_fans.expect("warm exhaust")
    };
    let both = share(&[]);
    let (open_slots, open_aisle) = (share(&["blanking_panel=0"]), share(&["containment=0"]));
    let neither = share(&["blanking_panel=0", "containment=0"]);
    let told = format!("{both:.3} {open_slots:.3} {open_aisle:.3} {neither:.3}");
    assert!(both < 0.05 && open_slots > both + 0.05 && open_aisle > both + 0.05, "{told}");
    assert!(neither > open_aisle, "{told}");
}

#[test]
fn jets_beside_a_rack_sway_along_the_row_where_the_grid_lets_them() {
    // Four cells between planes of symmetry, although nothing varies along the row: the plane flow is one that any
    // disturbance leaves, whatever the scheme and the relaxation.
    let scene = load("aisle_rack", &["blanking_panel=0", "grid.one_cell=[]"]);
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let summary = couple::solve(&scene, &options, &Silent).unwrap().summary;
    assert_eq!(summary.grid.nx, 4);
    assert!(summary.balance.relative <= 1e-9);
    assert!(!summary.convergence.converged && summary.convergence.reason.contains("has not settled"));
    // Monitors and parts say how far they swing.
    let swings = summary.monitors.iter().map(|monitor| monitor.swing);
    for swing in swings.chain(summary.components.iter().map(|part| part.swing_c)) {
        let swing = swing.expect("a swing");
        assert!(swing.low <= swing.mean && swing.mean <= swing.high, "{swing:?}");
    }
    let told = summary.warnings.iter().filter(|warning| warning.finding.contains("does not settle: "));
    assert!(told.count() > 0, "{:?}", summary.warnings);
}

#[test]
fn six_kilowatts_do_not_fit_into_1u_of_air_and_fit_into_4u() {
    let flat = solve(&load("gb200_1u_air", &[]), Resolution::Draft);
    let air = flat.air.as_ref().unwrap();
    let rise = air.exhaust_c - air.intake_max_c;
    assert!(rise >= 41.0, "air rises by {rise} K");
    let worst = flat.worst().unwrap();
    assert!(worst.name.starts_with("gpu.") && worst.margin_k.unwrap() < 0.0, "{worst:?}");
    let tall = solve(&load("gb200_1u_air", &["tray_height=4U"]), Resolution::Draft);
    assert!(tall.over_limit().is_empty(), "{:?}", tall.over_limit());
    assert_eq!(tall.gpus, 4);
}

#[test]
fn no_gpu_of_a_tray_moves_by_more_than_3_k_from_draft_to_standard() {
    let scene = load("gb200_tray", &[]);
    let (draft, standard) = (solve(&scene, Resolution::Draft), solve(&scene, Resolution::Standard));
    let gpus = |summary: &Summary| -> Vec<f64> {
        let gpus = summary.components.iter().filter(|component| component.role == "gpu");
        gpus.filter_map(|gpu| gpu.junction_c).collect()
    };
    let (coarse, fine) = (gpus(&draft), gpus(&standard));
    assert_eq!((coarse.len(), fine.len()), (4, 4));
    for (a, b) in coarse.iter().zip(&fine) {
        assert!((a - b).abs() <= 3.0, "draft {a} °C, standard {b} °C");
    }
}

#[test]
fn a_rack_of_132_kw_returns_its_coolant_13_3_k_warmer_and_keeps_all_72_gpus_alike() {
    let summary = solve(&load("gb200_nvl72_liquid", &["preset=hpe"]), Resolution::Draft);
    let supply = &summary.loops[0];
    // 115 kW are put on cold plates; a percent of them goes from the plates' sides to the air.
    close("W into the coolant", supply.heat_w, 115e3, 0.02);
    let rise = supply.return_c - supply.supply_c;
    assert!((rise - 13.3).abs() <= 0.3, "{rise} K");
    let gpus = summary.components.iter().filter(|component| component.role == "gpu");
    let junctions: Vec<f64> = gpus.filter_map(|gpu| gpu.junction_c).collect();
    assert_eq!(junctions.len(), 72);
    let (low, high) = junctions.iter().fold((f64::MAX, f64::MIN), |(l, h), &t| (l.min(t), h.max(t)));
    // Parallel plates of equal flow: 40 °C + 1200 W × (0.0116 + 0.0220 K/W) and the plated regulators.
    assert!(low > 78.0 && high < 86.0 && high - low < 1.0, "{low} to {high} °C");
}
