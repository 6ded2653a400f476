//! K1: three layers in series with two contact resistances, one face held, a film on the other.
//!
//! Exact on any grid: face conductances are half cells in series with the contact resistance between them, and
//! the profile is linear in each layer.

use super::exact::{Layer, slab_flux};
use super::measure::face_temperature;
use super::reference::Table;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;
use crate::scene::{Scene, Value, WallCondition};
use crate::units::kelvin_to_celsius;

const SCENE: &str = "k1_composite_slab.toml";
/// Shares of the whole temperature difference, and of the flux.
const TOLERANCE: [(&str, f64); 2] = [("cpu", 1e-10), ("gpu", 1e-8)];

/// What drives the heat: temperature of the held face, film, ambient.
struct Drive {
    hot: f64,
    coefficient: f64,
    ambient: f64,
}

pub(super) fn run(runner: &Runner, table: &Table) -> Result<Vec<Row>, VerifyError> {
    let run = runner.solve(&runner.case, SCENE, &[])?;
    let mut rows = compare(&run, table)?;
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

fn compare(run: &Run, table: &Table) -> Result<Vec<Row>, VerifyError> {
    let told = |error| VerifyError::Reference { case: run.label.case.clone(), error };
    let drive = drive(&run.scene).ok_or_else(|| run.missing("held face and film".to_owned()))?;
    let tolerance = run.by_backend(TOLERANCE);
    let positions = table.numbers("x_m").map_err(told)?;
    let temperatures = table.numbers("T_C").map_err(told)?;
    let places = table.texts("where").map_err(told)?;
    let mut rows = Vec::new();
    for ((x, known), place) in positions.into_iter().zip(temperatures).zip(places) {
        // The right side of a layer is seen from the layer, that is from below.
        let (from_above, seen) = match place {
            "wall" => (true, "wall"),
            place if place.starts_with("right") => (false, "below"),
            _ => (true, "above"),
        };
        let found = face_temperature(&run.solution.fields, Axis::X, [0; 3], x, from_above)
            .ok_or_else(|| run.missing(format!("grid plane at x = {x} m with two cells beside it")))?;
        let quantity = format!("T at {:.0} mm, {seen}, degC", x * 1e3);
        let scale = Distance::Of(drive.hot - drive.ambient);
        rows.push(run.label.row(quantity, known, kelvin_to_celsius(found), scale, tolerance));
    }
    let flux = slab_flux(&layers(&run.scene), drive.hot, drive.coefficient, drive.ambient);
    let area = run.scene.size[1] * run.scene.size[2];
    let found = -run.wall_heat("film")? / area;
    rows.push(run.label.row("heat flux, W/m2", flux, found, Distance::Relative, tolerance));
    Ok(rows)
}

/// The layers of the scene along x, in its order.
fn layers(scene: &Scene) -> Vec<Layer> {
    let contact = |index: usize| {
        let behind = |c: &&crate::scene::Contact| c.a.min(c.b) == index;
        scene.contacts.iter().find(behind).map_or(0.0, |c| c.resistance)
    };
    let layer = |(index, solid): (usize, &crate::scene::Solid)| Layer {
        thickness: solid.region.size()[0],
        conductivity: scene.materials[solid.material.0].conductivity[0],
        contact: contact(index),
    };
    scene.solids.iter().enumerate().map(layer).collect()
}

fn drive(scene: &Scene) -> Option<Drive> {
    let condition =
        |name: &str| scene.walls.iter().find(|w| w.name == name).and_then(|w| w.condition.as_ref());
    match (condition("hot")?, condition("film")?) {
        (WallCondition::Temperature(Value::Constant(hot)), WallCondition::Film { coefficient, ambient }) => {
            Some(Drive { hot: *hot, coefficient: *coefficient, ambient: *ambient })
        }
        _ => None,
    }
}
