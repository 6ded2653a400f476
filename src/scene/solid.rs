//! What conducts: materials, boxes of them, heat in them, contacts between them.

use super::air_model::FluidId;
use super::value::{Limit, Origin, Region, Value};

/// A solid material: conductivity k(T) = k₀ (1 + b (T − T_ref)) along each axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Material {
    /// Name, unique in the scene.
    pub name: String,
    /// k₀ along x, y, z, W/(m K).
    pub conductivity: [f64; 3],
    /// b, 1/K.
    pub temperature_coefficient: f64,
    /// T_ref, K.
    pub reference_temperature: f64,
    /// kg/m³.
    pub density: f64,
    /// J/(kg K).
    pub specific_heat: f64,
    /// Origin of the values.
    pub origin: Origin,
}

/// Index into [`super::Scene::materials`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MaterialId(pub usize);

/// What fills the domain where no part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Air, which moves.
    Air,
    /// Another fluid, which moves.
    Fluid(FluidId),
    /// A solid.
    Solid(MaterialId),
}

impl Fill {
    /// Whether it is a fluid, and so open to flow.
    #[must_use]
    pub fn is_fluid(self) -> bool {
        !matches!(self, Fill::Solid(_))
    }
}

/// A box of solid material, thick or thin. A thin one (a plate or board under the smallest spacing) becomes
/// a sheet: it stops the air, resists heat through its thickness, and keeps its power.
#[derive(Clone, Debug, PartialEq)]
pub struct Solid {
    /// Name with path.
    pub name: String,
    /// Where.
    pub region: Region,
    /// Of what.
    pub material: MaterialId,
    /// W, spread evenly over the volume.
    pub power: f64,
    /// Held at this temperature, if given.
    pub fixed_temperature: Option<f64>,
    /// Limit of its hottest point.
    pub limit: Option<Limit>,
    /// `gpu`, `cpu`, `board`, `power_shelf`… for grouping; free text, may be empty.
    pub role: String,
    /// Whether it may lie inside or over an earlier solid and replaces it there.
    pub replaces: bool,
    /// Worst status of its values.
    pub origin: Origin,
}

/// Heat released in the solids inside a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Name with path.
    pub name: String,
    /// Where.
    pub region: Region,
    /// Total, W; for a formula W/m³.
    pub power: Value,
}

/// Resistance between the touching faces of two solids.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    /// Index of one solid.
    pub a: usize,
    /// Index of the other.
    pub b: usize,
    /// m²K/W.
    pub resistance: f64,
}
