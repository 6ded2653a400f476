//! The scene language: every refused scene gives the diagnostic written in it, every shipped scene loads and
//! names its sources, and no text at all makes the reader panic.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use racktherm::couple::{CoupleError, prepare};
use racktherm::scene::{Diagnostics, Resolution, Scene, Status};

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
    assert!(scenes.len() >= 24, "only {} refused scenes", scenes.len());
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
    for text in [example(), shipped] {
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
    assert_eq!((scene.chips[0].power, scene.fans[0].power), (900.0, 7.0));
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
    assert_eq!(scene.branches[0].plates, [0, 1]);
}

#[test]
fn cold_plates_without_a_box_need_no_pitch_and_a_coolant_keeps_the_name_of_its_table() {
    let text = "[domain]\nsize = [\"1 m\", \"1 m\", \"1 m\"]\n[[coolant]]\nname = \"oil\"\ndensity = \"900 kg/m3\"\n\
                specific_heat = \"2000 J/kgK\"\nconductivity = \"0.13 W/mK\"\nviscosity = \"8 mPa s\"\n[[cold_plate]]\n\
                name = \"plate\"\ncount = 3\nresistance = \"ocp-1kw-oam-pg25\"\nextra_power = \"1 W\"\n[[branch]]\n\
                name = \"branch\"\nplates = [\"plate.*\"]\nloop = \"rack\"\n[[loop]]\nname = \"rack\"\n\
                coolant = \"oil\"\nsupply_temperature = \"40 degC\"\nflow = \"2 L/min\"\n";
    let scene = load(text, &[]).unwrap();
    assert_eq!((scene.cold_plates.len(), scene.branches[0].plates.as_slice()), (3, &[0, 1, 2][..]));
    assert_eq!(scene.loops[0].coolant.to_string(), "oil");
}

/// Texts to mutate: the example and what is shipped.
fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let mut all = vec![(PathBuf::from("scenes/example.toml"), example().into_bytes())];
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
