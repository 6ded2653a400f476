//! The scene language: every refused scene gives the diagnostic written in it, every shipped scene loads and
//! names its sources, and no text at all makes the reader panic.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use racktherm::couple::{CoupleError, prepare};
use racktherm::scene::{
    AirField, AirModel, Convection, Diagnostics, FanFailure, FanPower, Fill, FlowProfile, FluidId,
    OpeningCondition, Receiver, Resolution, Scene, Status, Turbulence, Value, WallCondition, WallMotion,
};

fn toml_files(folder: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// File, line, code and message of the one comment `# expect: code "message"` of a scene or a part.
fn expectation(path: &Path) -> Option<(String, usize, String)> {
    let text = read(path);
    let (line, words) = text.lines().enumerate().find_map(|(index, line)| {
        line.strip_prefix("# expect: ").map(|words| (index + 2, words.to_owned()))
    })?;
    Some((file_name(path), line, words))
}

/// What `check` says of a scene: the reader, and where that finds nothing, the grid and all that is checked on it.
fn mistakes(path: &Path, resolution: Resolution) -> Diagnostics {
    let loaded = Scene::load_all(path, &[]);
    let Some(scene) = loaded.scene else { return loaded.mistakes };
    match prepare(&scene, resolution) {
        Ok(_) => Diagnostics::default(),
        Err(CoupleError::Scene(faults)) => loaded.places.diagnose(&faults),
        Err(other) => panic!("{}: {other}", path.display()),
    }
}

#[test]
fn every_refused_scene_gives_the_one_diagnostic_written_in_it() {
    let scenes = toml_files("scenes/invalid");
    assert!(scenes.len() >= 100, "only {} refused scenes", scenes.len());
    let mut wrong = Vec::new();
    for path in scenes {
        let expected = expectation(&path).or_else(|| {
            // The mistake stands in the part that the scene names.
            let text = read(&path);
            let part = text.lines().find_map(|line| line.strip_prefix("file = \"")).unwrap();
            expectation(&Path::new("scenes/invalid").join(part.trim_end_matches('"')))
        });
        let expected = expected.unwrap_or_else(|| panic!("{}: no '# expect:'", path.display()));
        let found = mistakes(&path, Resolution::Draft);
        if found.iter().any(|mistake| mistake.help.is_none()) {
            wrong.push(format!("{} is told without a remedy", path.display()));
        }
        let found: Vec<(String, usize, String)> = found
            .iter()
            .map(|mistake| {
                let file = file_name(Path::new(mistake.file()));
                let words = format!("{} \"{}\"", mistake.code, mistake.message);
                (file, mistake.line().unwrap_or(0), words)
            })
            .collect();
        if found != [expected.clone()] {
            wrong.push(format!("{}\n  expected {expected:?}\n  found    {found:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_shipped_scene_and_part_loads_and_names_the_source_of_every_value() {
    for path in toml_files("scenes").into_iter().chain(toml_files("scenes/parts")) {
        let loaded = Scene::load_scene_or_part(&path, &[]);
        assert!(loaded.scene.is_some(), "{}", loaded.mistakes);
        assert!(loaded.without_source.is_empty(), "{}", loaded.without_source);
    }
}

#[test]
fn every_shipped_and_validation_scene_fits_its_grid_and_has_a_way_for_air_and_heat() {
    for path in toml_files("scenes").into_iter().chain(toml_files("scenes/validation")) {
        let mistakes = mistakes(&path, Resolution::Draft);
        assert!(mistakes.is_empty(), "{mistakes}");
    }
}

#[test]
fn no_value_in_the_place_of_another_makes_check_panic() {
    let hostile = [
        "\"\"",
        "0",
        "-1",
        "nan",
        "1e308",
        "true",
        "[]",
        "[[]]",
        "{}",
        "\"0 mm\"",
        "\"1 U\"",
        "\"= 1/0\"",
        "\"**\"",
        "\"gpu\"",
        "\"é\"",
        "[\"0 mm\", 0, \"1 nm\"]",
        "9223372036854775807",
    ];
    let shipped = read(Path::new("scenes/gb200_1u_air.toml"));
    for text in [example(), shipped, MOMENTUM.to_owned()] {
        let lines: Vec<&str> = text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            let Some((key, _)) = line.split_once('=').filter(|(key, _)| !key.contains('#')) else { continue };
            for value in hostile {
                let changed = format!("{key}= {value}");
                let mut lines = lines.clone();
                lines[index] = &changed;
                if let Ok(scene) = load(&lines.join("\n"), &[]) {
                    // Refused or not: it answers.
                    let _ = prepare(&scene, Resolution::Draft);
                }
            }
        }
    }
}

#[test]
fn parts_that_lie_too_deep_are_not_said_to_contain_themselves() {
    let folder = std::env::temp_dir().join(format!("racktherm-deep-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let size = "size = [\"1 m\", \"1 m\", \"1 m\"]";
    let part = |file: usize| format!("[[part]]\nname = \"p\"\nfile = \"{file}.toml\"\n");
    for level in 0..20 {
        let text = format!("[envelope]\n{size}\n{}", part(level + 1));
        fs::write(folder.join(format!("{level}.toml")), text).unwrap();
    }
    let text = format!("[domain]\n{size}\n{}", part(0));
    let mistakes = Scene::from_text(&folder.join("scene.toml"), text, &[]).unwrap_err();
    fs::remove_dir_all(&folder).unwrap();
    let codes: Vec<&str> = mistakes.iter().map(|mistake| mistake.code).collect();
    assert_eq!(codes, ["racktherm::too_deep"], "{mistakes}");
}

/// The example at the head of the language page.
fn example() -> String {
    let page = read(Path::new("docs/scene.md"));
    let from_block = page.split("```toml").nth(1).unwrap_or("");
    from_block.split("```").next().unwrap_or("").to_owned()
}

fn load(text: &str, settings: &[&str]) -> Result<Scene, Diagnostics> {
    let settings: Vec<String> = settings.iter().map(|setting| (*setting).to_owned()).collect();
    Scene::from_text(Path::new("scenes/example.toml"), text.to_owned(), &settings)
}

#[test]
fn the_example_of_the_language_page_is_a_scene() {
    let scene = load(&example(), &[]).unwrap();
    assert_eq!((scene.gpus(), scene.chips[0].power, scene.cold_plates.len()), (1, 1000.0, 1));
    assert_eq!(scene.chips[0].limit.as_ref().unwrap().origin.status, Status::Measured);
    // One worst value decides: the power is a vendor's, the resistance an estimate.
    assert_eq!(scene.chips[0].origin.status, Status::Estimate);
}

#[test]
fn settings_change_parameters_tables_and_items_before_expressions_are_evaluated() {
    let settings =
        ["gpu_power=900 W", "site.air_temperature=30 degC", "loop.rack.flow=\"3 L/min\"", "fan.*.power=7 W"];
    let scene = load(&example(), &settings).unwrap();
    assert_eq!((scene.chips[0].power, scene.fans[0].design_power()), (900.0, 7.0));
    assert!((scene.site.air_temperature - 303.15).abs() < 1e-9);
    assert!((scene.loops[0].flow - 3e-3 / 60.0).abs() < 1e-15);
}

#[test]
fn a_setting_that_matches_nothing_is_refused_with_the_nearest_name() {
    let facts = [
        ("gpu_pwer=1 kW", "gpu_power"),
        ("sit.air_temperature=30 degC", "site"),
        ("site.air_temprature=30 degC", "air_temperature"),
        ("chip.gqu.power=1 kW", "gpu"),
        ("chip.gpu.powr=1 kW", "power"),
        ("chip.gpu.name=cpu", "file"),
        ("preset=hpe", ""),
        ("gpu_power", "key"),
    ];
    for (setting, nearest) in facts {
        let mistakes = load(&example(), &[setting]).expect_err(setting);
        assert_eq!(mistakes.len(), 1, "{mistakes}");
        let mistake = mistakes.iter().next().unwrap();
        assert_eq!(mistake.file(), "--set", "{mistakes}");
        assert!(mistake.help.as_deref().unwrap_or("").contains(nearest), "{mistakes}");
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = example()
        .replace("\"20 CFM\"", "\"20 W\"")
        .replace("\"fr4\"", "\"fr5\"")
        .replace("cooler = \"plate\"", "cooler = \"plat\"")
        .replace("supply_temperature", "suply_temperature");
    let mistakes = load(&text, &[]).unwrap_err();
    let codes: Vec<&str> = mistakes.iter().map(|mistake| mistake.code).collect();
    for code in ["wrong_unit", "unknown_material", "unknown_name", "unknown_key", "missing_key"] {
        assert!(codes.contains(&format!("racktherm::{code}").as_str()), "{code}: {mistakes}");
    }
    assert_eq!(codes.len(), 5, "{mistakes}");
}

#[test]
fn the_remainder_of_a_budget_goes_to_the_named_part_and_fans_count_once() {
    let text = example()
        + "[[porous]]\nname = \"rest\"\nat = [\"20 mm\", \"200 mm\", \"10 mm\"]\nsize = [\"20 mm\", \"20 mm\", \"5 mm\"]\n\
           loss_per_metre = \"40 1/m\"\n[[budget]]\nname = \"box\"\ntotal = \"1100 W\"\nincludes_fans = true\n\
           remainder_to = \"rest\"\n";
    let scene = load(&text, &[]).unwrap();
    assert!((scene.porous[0].power - (1100.0 - 1000.0 - 6.0)).abs() < 1e-9);
    assert!(load(&text, &["budget.box.total=1005 W"]).is_err());
    // A fan that draws 2 W more than its 6 W leaves 2 W less.
    let rest = &scene.remainders[0];
    assert_eq!((rest.fans.as_slice(), rest.receivers.as_slice()), (&[0][..], &[Receiver::Porous(0)][..]));
    assert!((rest.correction(&scene, &[8.0]) + 2.0).abs() < 1e-12);
    assert!(load(&text, &["budget.box.includes_fans=false"]).unwrap().remainders.is_empty());
}

#[test]
fn members_of_an_array_join_those_of_the_same_number() {
    let text = example()
        .replace("junction_to_case", "count = 2\npitch = [0, \"80 mm\", 0]\njunction_to_case")
        .replace("resistance = \"ocp", "count = 2\npitch = [0, \"80 mm\", 0]\nresistance = \"ocp")
        .replace("plates = [\"plate\"]", "plates = [\"plate.*\"]");
    let scene = load(&text, &[]).unwrap();
    assert_eq!(scene.chips[1].name, "gpu.2");
    assert_eq!(scene.chips[1].cooler, Some(racktherm::scene::Cooler::ColdPlate(1)));
    assert!((scene.chips[1].region.lower[1] - 0.2).abs() < 1e-12);
    assert!(scene.branches[0].plates().eq([0, 1]));
}

#[test]
fn cold_plates_without_a_box_need_no_pitch_and_a_coolant_keeps_the_name_of_its_table() {
    let text = "[domain]\nsize = [\"1 m\", \"1 m\", \"1 m\"]\n[[coolant]]\nname = \"oil\"\ndensity = \"900 kg/m3\"\n\
                specific_heat = \"2000 J/kgK\"\nconductivity = \"0.13 W/mK\"\nviscosity = \"8 mPa s\"\n[[cold_plate]]\n\
                name = \"plate\"\ncount = 3\nresistance = \"ocp-1kw-oam-pg25\"\nextra_power = \"1 W\"\n[[branch]]\n\
                name = \"branch\"\nplates = [\"plate.*\"]\nloop = \"rack\"\n[[loop]]\nname = \"rack\"\n\
                coolant = \"oil\"\nsupply_temperature = \"40 degC\"\nflow = \"2 L/min\"\n";
    let scene = load(text, &[]).unwrap();
    assert_eq!(scene.cold_plates.len(), 3);
    assert!(scene.branches[0].plates().eq([0, 1, 2]));
    assert_eq!(scene.loops[0].coolant.to_string(), "oil");
}

/// A scene that has every key of the momentum equations.
const MOMENTUM: &str = r#"
[domain]
size = ["200 mm", "300 mm", "100 mm"]
fill = "oil"
[air]
field = "momentum"
turbulence = "laminar"
convection = "central"
buoyancy = false
gravity = [0, "-9.81 m/s2", 0]
body_force = ["2 N/m3", 0, 0]
periodic = ["x"]
[[fluid]]
name = "oil"
density = "830 kg/m3"
specific_heat = "2100 J/kgK"
conductivity = "0.135 W/mK"
viscosity = "7 mPa s"
expansion = "8e-4 1/K"
reference_temperature = "40 degC"
[[fluid]]
name = "thin_air"
density = "1 kg/m3"
specific_heat = "1006 J/kgK"
conductivity = "0.026 W/mK"
viscosity = "18 uPa.s"
[[fluid_region]]
name = "gap"
at = [0, 0, 0]
size = ["200 mm", "300 mm", "10 mm"]
fluid = "thin_air"
[[opening]]
name = "velocity"
side = "y-"
from = [0, 0]
to = ["50 mm", "100 mm"]
velocity = "-1.5 m/s"
[[opening]]
name = "formula"
side = "y-"
from = ["50 mm", 0]
to = ["100 mm", "100 mm"]
velocity = "formula: 24 * z * (1 - z)"
[[opening]]
name = "table"
side = "y-"
from = ["100 mm", 0]
to = ["150 mm", "100 mm"]
velocity = [["20 mm", "1 m/s"], ["60 mm", "3 m/s"]]
along = "z"
temperature = "30 degC"
[[opening]]
name = "flow"
side = "y-"
from = ["150 mm", 0]
to = ["200 mm", "100 mm"]
flow = "3 L/min"
profile = "parabolic"
[[opening]]
name = "back"
side = "y+"
pressure = "2 Pa"
free_area = 0.5
[[wall]]
name = "symmetry"
side = "z-"
slip = true
[[wall]]
name = "lid"
side = "z+"
velocity = ["1 m/s", "formula: 0.5 * x", 0]
temperature = "50 degC"
[[wall]]
name = "held"
side = "z+"
to = ["100 mm", "100 mm"]
from = [0, 0]
flux = "10 W/m2"
[[fan]]
name = "curve"
direction = "y+"
at = "100 mm"
from = [0, 0]
to = ["40 mm", "40 mm"]
curve = [["0 m3/s", "300 Pa"], ["0.01 m3/s", "200 Pa"], ["0.02 m3/s", "0 Pa"]]
curve_density = "1.1 kg/m3"
speed = 0.5
power = [["0 m3/s", "8 W"], ["0.02 m3/s", "16 W"]]
[[fan]]
name = "ends"
direction = "y+"
at = "300 mm"
from = [0, 0]
to = ["40 mm", "40 mm"]
free_delivery = "0.012 m3/s"
shut_off_pressure = "300 Pa"
efficiency = "40 %"
failed = "windmilling"
windmilling_loss = 12
[[fan]]
name = "fixed"
direction = "y-"
at = "100 mm"
from = ["50 mm", 0]
to = ["90 mm", "40 mm"]
flow = "0.01 m3/s"
power = "6 W"
failed = "blocked"
[[porous]]
name = "foam"
at = [0, "200 mm", "20 mm"]
size = ["200 mm", "50 mm", "80 mm"]
permeability = ["1e-7 m2", "2e-7 m2", "1e-7 m2"]
[[porous]]
name = "mesh"
at = [0, "260 mm", "50 mm"]
size = ["200 mm", "10 mm", "50 mm"]
permeability = "1e-8 m2"
loss_per_metre = "40 1/m"
"#;

#[test]
fn every_key_of_the_air_and_its_fluids_lands_in_the_scene() {
    let scene = load(MOMENTUM, &[]).unwrap();
    let expected = AirModel {
        field: AirField::Momentum,
        turbulence: Turbulence::Laminar,
        convection: Convection::Central,
        buoyancy: false,
        gravity: [0.0, -9.81, 0.0],
        body_force: [2.0, 0.0, 0.0],
        periodic: [true, false, false],
    };
    assert_eq!(scene.air, expected);
    assert_eq!(scene.fill, Fill::Fluid(FluidId(0)));
    let oil = &scene.fluids[0];
    let values = [oil.density, oil.specific_heat, oil.conductivity, oil.viscosity, oil.expansion];
    assert_eq!(values, [830.0, 2100.0, 0.135, 7e-3, 8e-4]);
    assert_eq!((oil.reference_temperature, scene.fluids[1].expansion), (313.15, 0.0));
    assert_eq!(
        (scene.fluid_regions[0].fluid, scene.fluid_regions[0].region.upper[2]),
        (Some(FluidId(1)), 0.01)
    );
}

#[test]
fn without_an_air_table_the_field_is_one_of_losses_and_momentum_has_the_defaults_of_the_language_page() {
    assert_eq!(load(&example(), &[]).unwrap().air, AirModel::default());
    let air = load(&example(), &["air.field=momentum"]).unwrap().air;
    assert_eq!(air, AirModel { field: AirField::Momentum, ..AirModel::default() });
    assert_eq!((air.turbulence, air.convection, air.buoyancy), (Turbulence::Lvel, Convection::Bounded, true));
    assert_eq!(air.gravity, [0.0, 0.0, -9.806_65]);
}

#[test]
fn openings_take_pressure_velocity_or_flow() {
    let scene = load(MOMENTUM, &[]).unwrap();
    let velocity = |opening: usize, z: f64| match &scene.openings[opening].condition {
        OpeningCondition::Velocity(profile) => profile.at([0.1, 0.0, z]),
        other => panic!("{other:?}"),
    };
    assert_eq!((velocity(0, 0.05), velocity(1, 0.5)), (-1.5, 6.0));
    for (z, expected) in [(0.0, 1.0), (0.02, 1.0), (0.03, 1.5), (0.06, 3.0), (0.1, 3.0)] {
        assert!((velocity(2, z) - expected).abs() < 1e-12, "{z}");
    }
    let flow = OpeningCondition::Flow { flow: 3e-3 / 60.0, profile: FlowProfile::Parabolic };
    assert_eq!(scene.openings[3].condition, flow);
    assert_eq!((scene.openings[4].pressure(), scene.openings[3].pressure()), (Some(2.0), None));
    assert!(scene.openings[4].loss > 3.9 && scene.openings[2].temperature == 303.15);
}

#[test]
fn walls_slip_move_or_hold_heat_alone_or_together() {
    let scene = load(MOMENTUM, &[]).unwrap();
    let [symmetry, lid, held] = &scene.walls[..] else { panic!("three walls") };
    assert_eq!((symmetry.motion.as_ref(), symmetry.condition.as_ref()), (Some(&WallMotion::Slip), None));
    let Some(WallMotion::Moving(velocity)) = &lid.motion else { panic!("{lid:?}") };
    assert_eq!([0, 1, 2].map(|axis| velocity[axis].at([0.2, 0.1, 0.1])), [1.0, 0.1, 0.0]);
    assert_eq!(lid.condition, Some(WallCondition::Temperature(Value::Constant(323.15))));
    assert_eq!((held.motion.as_ref(), held.condition.as_ref()), (None, Some(&WallCondition::Flux(10.0))));
}

#[test]
fn fans_run_by_curve_at_their_speed_and_fail_as_they_say() {
    let scene = load(MOMENTUM, &[]).unwrap();
    let [curve, ends, fixed] = &scene.fans[..] else { panic!("three fans") };
    // Half speed in air of 1.21 kg/m³: half the flow, 1.1/4 of the pressure.
    let running = curve.running_curve(1.21).unwrap();
    assert!((running.at(0.005).pressure_rise - 200.0 * 0.275).abs() < 1e-9);
    assert!((curve.design_power() - 2.0).abs() < 1e-12 && (curve.speed() - 0.5).abs() < 1e-12);
    assert!((curve.electrical_power(0.01, 10.0, 1.1) - 2.0).abs() < 1e-12);
    assert_eq!((ends.failed, ends.design_power()), (Some(FanFailure::Windmilling(12.0)), 0.0));
    assert_eq!(ends.power, FanPower::Efficiency(0.4));
    assert_eq!(ends.running_curve(1.2).unwrap().at(0.0).pressure_rise, 300.0);
    assert_eq!((fixed.failed, fixed.fixed_flow()), (Some(FanFailure::Blocked), Some(0.01)));
    // What keeps its efficiency draws at most 2/(3√3) Q₀ p₀/η.
    let well = load(&MOMENTUM.replace("failed = \"windmilling\"\n", ""), &[]).unwrap();
    let most = 2.0 / 27_f64.sqrt() * 0.012 * 300.0 / 0.4;
    assert!((well.fans[1].design_power() - most).abs() < 1e-9 * most);
}

#[test]
fn a_permeability_is_a_darcy_resistance() {
    let scene = load(MOMENTUM, &[]).unwrap();
    assert_eq!(
        (scene.porous[0].darcy_resistance, scene.porous[0].loss_per_metre),
        ([1e7, 5e6, 1e7], [0.0; 3])
    );
    assert_eq!((scene.porous[1].darcy_resistance, scene.porous[1].loss_per_metre), ([1e8; 3], [40.0; 3]));
}

/// Texts to mutate: the example and what is shipped.
fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let example = |text: String| (PathBuf::from("scenes/example.toml"), text.into_bytes());
    let mut all = vec![example(self::example()), example(MOMENTUM.to_owned())];
    for folder in ["scenes", "scenes/validation", "scenes/invalid"] {
        all.extend(toml_files(folder).into_iter().map(|path| {
            let text = read(&path).into_bytes();
            (path, text)
        }));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_mutation_of_a_scene_makes_the_reader_panic(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec((0..4_u8, any::<prop::sample::Index>(), 1..40_usize, any::<u8>()), 1..4),
    ) {
        let samples = samples();
        let (path, mut text) = samples[which.index(samples.len())].clone();
        for (kind, at, length, byte) in edits {
            let at = at.index(text.len().max(1));
            let end = (at + length).min(text.len());
            match kind {
                0 if at < text.len() => text[at] ^= 1 << (byte % 7),
                1 => drop(text.drain(at..end)),
                2 => {
                    let piece = text[at..end].to_vec();
                    text.splice(at..at, piece);
                }
                // A digit more or less: sizes, counts and powers of another magnitude.
                _ => text.insert(at, b'0' + byte % 10),
            }
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        if let Err(mistakes) = Scene::from_text(&path, text, &[]) {
            prop_assert!(!mistakes.is_empty());
            prop_assert!(!mistakes.render(false).is_empty());
        }
    }

    #[test]
    fn no_setting_makes_the_reader_panic(setting in "[a-z_.*/=\" 0-9{}\\[\\]]{0,40}") {
        let _ = load(&example(), &[&setting]);
        let _ = load(&example(), &[&format!("chip.gpu.{setting}")]);
    }
}
