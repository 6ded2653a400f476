//! The scenes of the cases, compiled in, so that the program verifies itself without its source tree.

use crate::scene::Scene;
use std::path::Path;

/// File name and text of each scene in `scenes/validation`.
pub const SCENES: [(&str, &str); 5] = [
    ("k1_composite_slab.toml", K1),
    ("k2_fin.toml", K2),
    ("k6_conductivity_of_temperature.toml", K6_VARIABLE),
    ("k6_orthotropic.toml", K6_ORTHOTROPIC),
    ("k7_3dice_stack.toml", K7),
];

const K1: &str = include_str!("../../scenes/validation/k1_composite_slab.toml");
const K2: &str = include_str!("../../scenes/validation/k2_fin.toml");
const K6_VARIABLE: &str = include_str!("../../scenes/validation/k6_conductivity_of_temperature.toml");
const K6_ORTHOTROPIC: &str = include_str!("../../scenes/validation/k6_orthotropic.toml");
const K7: &str = include_str!("../../scenes/validation/k7_3dice_stack.toml");

/// The text of a scene; none for an unknown file name.
#[must_use]
pub fn text(file: &str) -> Option<&'static str> {
    SCENES.iter().find(|(known, _)| *known == file).map(|(_, text)| *text)
}

/// Reads a scene with `--set` texts.
///
/// # Errors
/// What the reader says about it, or that there is no such scene.
pub fn read(file: &str, settings: &[String]) -> Result<Scene, String> {
    let text = text(file).ok_or_else(|| format!("there is no scene {file}"))?;
    Scene::from_text(Path::new(file), text.to_owned(), settings).map_err(|mistakes| mistakes.render(false))
}
