//! The scenes of the cases: compiled in as they are, complete, and equal to their tables.

use super::{Outcome, Test};
use racktherm::scene::{Scene, Value, WallCondition};
use racktherm::verify::reference::References;
use racktherm::verify::scenes::{SCENES, read};
use std::path::{Path, PathBuf};

/// Names and tests.
pub(crate) const TESTS: &[Test] = &[
    ("the_scenes_of_the_folder_are_those_compiled_in", compiled_in),
    ("every_value_of_a_scene_has_a_source", sourced),
    ("the_fins_of_the_scene_are_those_of_the_table", fins),
    ("sources_and_walls_of_the_manufactured_scenes_are_those_of_the_table", manufactured),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes/validation")
}

fn compiled_in() -> Outcome {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder()).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        files.push((name, text));
    }
    files.sort();
    let compiled: Vec<(String, String)> =
        SCENES.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
    if files == compiled { Ok(()) } else { Err("scenes/validation and verify::scenes differ".into()) }
}

fn sourced() -> Outcome {
    for (file, _) in SCENES {
        let loaded = Scene::load_all(&folder().join(file), &[]);
        if !loaded.mistakes.is_empty() || !loaded.without_source.is_empty() {
            return Err(loaded.mistakes.render(false) + &loaded.without_source.render(false));
        }
    }
    Ok(())
}

fn equal(what: &str, found: f64, known: f64) -> Outcome {
    let close = (found - known).abs() <= 1e-12 * known.abs();
    if close { Ok(()) } else { Err(format!("{what}: {found} in the scene, {known} in the table")) }
}

fn fins() -> Outcome {
    let table = References::default().table("fin").map_err(|error| error.to_string())?;
    for row in 0..table.len() {
        let known = |column| table.number(row, column).map_err(|error| error.to_string());
        let scene = read("k2_fin.toml", &[format!("preset=fin_{}", row + 1), "convecting_tip=1".to_owned()])?;
        equal("length", scene.size[0], known("L_m")?)?;
        equal("half thickness", scene.size[1], 0.5 * known("t_m")?)?;
        equal("conductivity", scene.materials[0].conductivity[0], known("k")?)?;
        for name in ["face", "tip"] {
            match scene.walls.iter().find(|wall| wall.name == name).and_then(|wall| wall.condition.as_ref()) {
                Some(WallCondition::Film { coefficient, .. }) => equal(name, *coefficient, known("h")?)?,
                other => return Err(format!("{name}: {other:?}")),
            }
        }
    }
    Ok(())
}

fn manufactured() -> Outcome {
    let table = References::default().table("mms_conduction").map_err(|error| error.to_string())?;
    let files = [("k6_conductivity_of_temperature.toml", "S_kT"), ("k6_orthotropic.toml", "S_aniso")];
    for (file, column) in files {
        let scene = read(file, &[])?;
        for row in 0..table.len() {
            let known = |column| table.number(row, column).map_err(|error| error.to_string());
            let [x, y, z] = [known("x")?, known("y")?, known("z")?];
            let Value::Formula(source) = &scene.sources[0].power else { return Err("no formula".into()) };
            equal("source", source.evaluate(x, y, z), known(column)?)?;
            for wall in &scene.walls {
                let Some(WallCondition::Temperature(Value::Formula(held))) = &wall.condition else {
                    return Err(format!("{} has no formula", wall.name));
                };
                equal("temperature", held.evaluate(x, y, z), 300.0 + known("T")?)?;
            }
        }
    }
    Ok(())
}
