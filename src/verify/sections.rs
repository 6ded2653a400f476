//! What a stream along x shows section by section: its mixed temperature, the heat of its walls, the Nusselt number.

use super::runs::Run;
use crate::couple::fluid;
use crate::grid::{Axis, Side};
use crate::scene::{Value, Wall, WallCondition};

/// A section of a duct.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Section {
    /// Centre of its cells along x, m.
    pub at: f64,
    /// Mean speed along x, m/s.
    pub speed: f64,
    /// Mixed temperature of the fluid, K.
    pub mixed: f64,
    /// Mean heat flux of its heated walls, W/m².
    pub flux: f64,
    /// Their mean temperature, K.
    pub wall: f64,
}

impl Section {
    /// Nusselt number on a hydraulic diameter (m) with a conductivity (W/(m K)).
    #[must_use]
    pub fn nusselt(&self, diameter: f64, conductivity: f64) -> f64 {
        self.flux * diameter / (conductivity * (self.wall - self.mixed))
    }
}

/// All sections of a laminar duct along x, from the inlet on. Fluid fills the domain; held walls and those of given flux are
/// the heated ones, and heat reaches the nearest cells over half their width.
#[must_use]
pub fn sections(run: &Run) -> Vec<Section> {
    let fields = &run.solution.fields;
    let [nx, ny, nz] = fields.grid.size();
    let conductivity = fluid::properties(&run.scene, run.scene.site.air_temperature).conductivity;
    let section = |i: usize| {
        let (mut area, mut stream, mut carried) = (0.0, 0.0, 0.0);
        let (mut length, mut heat, mut held) = (0.0, 0.0, 0.0);
        for (j, k) in (0..nz).flat_map(|k| (0..ny).map(move |j| (j, k))) {
            let at = [i, j, k];
            let piece = fields.grid.area(Axis::X, at);
            let speed = fields.velocity[0][at];
            area += piece;
            stream += piece * speed;
            carried += piece * speed * fields.temperature_k[at];
            for side in Side::ALL.into_iter().filter(|side| side.axis != Axis::X) {
                let Some((flux, wall)) = heated(run, side, at, conductivity) else { continue };
                let along = if side.axis == Axis::Y { Axis::Z } else { Axis::Y };
                let edge = fields.grid.width(along, at[along as usize]);
                length += edge;
                heat += edge * flux;
                held += edge * wall;
            }
        }
        Section {
            at: fields.grid.centre(Axis::X, i),
            speed: stream / area,
            mixed: carried / stream,
            flux: heat / length,
            wall: held / length,
        }
    };
    (0..nx).map(section).collect()
}

/// Flux (W/m²) and temperature (K) of the wall on a side of a cell, if it lies at one that is heated.
fn heated(run: &Run, side: Side, at: [usize; 3], conductivity: f64) -> Option<(f64, f64)> {
    let (fields, a) = (&run.solution.fields, side.axis as usize);
    let n = fields.grid.size()[a];
    if at[a] != if side.upper { n - 1 } else { 0 } {
        return None;
    }
    let mut place = fields.grid.cell_centre(at);
    place[a] = fields.grid.faces(side.axis)[if side.upper { n } else { 0 }];
    let wall = |wall: &&Wall| wall.side == side && wall.condition.is_some();
    let half = 0.5 * fields.grid.width(side.axis, at[a]) / conductivity;
    let temperature = fields.temperature_k[at];
    match run.scene.walls.iter().rfind(wall)?.condition.as_ref()? {
        WallCondition::Temperature(Value::Constant(held)) => Some(((held - temperature) / half, *held)),
        WallCondition::Temperature(value) => {
            let held = value.at(place);
            Some(((held - temperature) / half, held))
        }
        WallCondition::Flux(0.0) => None,
        WallCondition::Flux(flux) => Some((*flux, temperature + flux * half)),
        WallCondition::Film { .. } => None,
    }
}
