//! The scenes of the cases, compiled in, so that the program verifies itself without its source tree.

use crate::scene::Scene;
use std::path::Path;

/// File name and text of each scene in `scenes/validation`.
pub const SCENES: [(&str, &str); 33] = [
    ("conjugate_channel.toml", CHANNEL),
    ("f10_heated_cube.toml", F10),
    ("f11_mixed_convection.toml", F11_MIXED_CONVECTION),
    ("f11_rest.toml", F11_REST),
    ("f12_plate.toml", F12_PLATE),
    ("f14_heated_plates.toml", F14_HEATED_PLATES),
    ("f15_turbulent_channel.toml", F15_TURBULENT_CHANNEL),
    ("f18_turbulent_duct.toml", F18_TURBULENT_DUCT),
    ("f18_turbulent_square_duct.toml", F18_SQUARE),
    ("f1_duct.toml", F1_DUCT),
    ("f23_porous_plug.toml", F23_POROUS_PLUG),
    ("f24_fan_in_duct.toml", F24_FAN_IN_DUCT),
    ("f2_heated_duct.toml", F2_HEATED_DUCT),
    ("f3_held_duct.toml", F3_HELD_DUCT),
    ("f5_lid_driven_square.toml", F5),
    ("f6_lid_driven_cube.toml", F6),
    ("f7_step.toml", F7_STEP),
    ("f9_heated_square.toml", F9),
    ("k1_composite_slab.toml", K1),
    ("k2_fin.toml", K2),
    ("k3_film.toml", K3_FILM),
    ("k3_flux.toml", K3_FLUX),
    ("k3_step.toml", K3_STEP),
    ("k4_plane_wall.toml", K4),
    ("k6_conductivity_of_temperature.toml", K6_VARIABLE),
    ("k6_orthotropic.toml", K6_ORTHOTROPIC),
    ("k7_3dice_stack.toml", K7),
    ("kt_manufactured.toml", KT_MANUFACTURED),
    ("kt_package.toml", KT_PACKAGE),
    ("l11_microchannels.toml", L11),
    ("l12_tee.toml", L12),
    ("l4_four_branches.toml", L4),
    ("l7_affinity.toml", L7),
];

const F10: &str = include_str!("../../scenes/validation/f10_heated_cube.toml");
const F11_MIXED_CONVECTION: &str = include_str!("../../scenes/validation/f11_mixed_convection.toml");
const F11_REST: &str = include_str!("../../scenes/validation/f11_rest.toml");
const F12_PLATE: &str = include_str!("../../scenes/validation/f12_plate.toml");
const F14_HEATED_PLATES: &str = include_str!("../../scenes/validation/f14_heated_plates.toml");
const F15_TURBULENT_CHANNEL: &str = include_str!("../../scenes/validation/f15_turbulent_channel.toml");
const F18_TURBULENT_DUCT: &str = include_str!("../../scenes/validation/f18_turbulent_duct.toml");
const F18_SQUARE: &str = include_str!("../../scenes/validation/f18_turbulent_square_duct.toml");
const F1_DUCT: &str = include_str!("../../scenes/validation/f1_duct.toml");
const F23_POROUS_PLUG: &str = include_str!("../../scenes/validation/f23_porous_plug.toml");
const F24_FAN_IN_DUCT: &str = include_str!("../../scenes/validation/f24_fan_in_duct.toml");
const F2_HEATED_DUCT: &str = include_str!("../../scenes/validation/f2_heated_duct.toml");
const F3_HELD_DUCT: &str = include_str!("../../scenes/validation/f3_held_duct.toml");
const F5: &str = include_str!("../../scenes/validation/f5_lid_driven_square.toml");
const F6: &str = include_str!("../../scenes/validation/f6_lid_driven_cube.toml");
const F7_STEP: &str = include_str!("../../scenes/validation/f7_step.toml");
const CHANNEL: &str = include_str!("../../scenes/validation/conjugate_channel.toml");
const F9: &str = include_str!("../../scenes/validation/f9_heated_square.toml");
const K1: &str = include_str!("../../scenes/validation/k1_composite_slab.toml");
const K2: &str = include_str!("../../scenes/validation/k2_fin.toml");
const K3_FILM: &str = include_str!("../../scenes/validation/k3_film.toml");
const K3_FLUX: &str = include_str!("../../scenes/validation/k3_flux.toml");
const K3_STEP: &str = include_str!("../../scenes/validation/k3_step.toml");
const K4: &str = include_str!("../../scenes/validation/k4_plane_wall.toml");
const KT_MANUFACTURED: &str = include_str!("../../scenes/validation/kt_manufactured.toml");
const KT_PACKAGE: &str = include_str!("../../scenes/validation/kt_package.toml");
const K6_VARIABLE: &str = include_str!("../../scenes/validation/k6_conductivity_of_temperature.toml");
const K6_ORTHOTROPIC: &str = include_str!("../../scenes/validation/k6_orthotropic.toml");
const K7: &str = include_str!("../../scenes/validation/k7_3dice_stack.toml");
const L11: &str = include_str!("../../scenes/validation/l11_microchannels.toml");
const L12: &str = include_str!("../../scenes/validation/l12_tee.toml");
const L4: &str = include_str!("../../scenes/validation/l4_four_branches.toml");
const L7: &str = include_str!("../../scenes/validation/l7_affinity.toml");

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
