//! What air and the surface of the domain do: walls, openings, fans, screens, obstacles.

use super::value::{Origin, Rectangle, Region, Value};
use crate::grid::Side;

/// Thermal condition of a part of the domain's surface.
#[derive(Clone, Debug, PartialEq)]
pub enum WallCondition {
    /// Held at a temperature, K.
    Temperature(Value),
    /// Heat flux into the domain, W/m².
    Flux(f64),
    /// Film to an ambient temperature.
    Film {
        /// W/(m²K).
        coefficient: f64,
        /// K.
        ambient: f64,
    },
}

/// A side of the domain, or a rectangle of it, that is not adiabatic. Later walls replace earlier ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Wall {
    /// Name.
    pub name: String,
    /// Which side.
    pub side: Side,
    /// Where on it.
    pub rectangle: Rectangle,
    /// What holds there.
    pub condition: WallCondition,
}

/// An opening of the domain to surroundings of given pressure; air that enters has its temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Name with path.
    pub name: String,
    /// Which side.
    pub side: Side,
    /// Where on it.
    pub rectangle: Rectangle,
    /// Pa, gauge.
    pub pressure: f64,
    /// K, of the air that enters.
    pub temperature: f64,
    /// Loss coefficient ζ on the superficial dynamic pressure.
    pub loss: f64,
}

/// A fan of fixed flow on a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// Name with path.
    pub name: String,
    /// Where.
    pub rectangle: Rectangle,
    /// Whether it blows towards larger coordinates.
    pub forward: bool,
    /// m³/s at the site's air density, total over its plane.
    pub flow: f64,
    /// Electrical, W; it heats the air behind the fan.
    pub power: f64,
    /// Static pressure it can give at this flow, Pa, if known.
    pub available_pressure: Option<f64>,
    /// Origin of flow and power.
    pub origin: Origin,
}

/// A flat resistance to air: grille, filter, perforated plate.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    /// Name with path.
    pub name: String,
    /// Where.
    pub rectangle: Rectangle,
    /// ζ on the superficial dynamic pressure.
    pub loss: f64,
}

/// A box of obstacles too small to resolve: cables, DIMMs.
#[derive(Clone, Debug, PartialEq)]
pub struct Porous {
    /// Name with path.
    pub name: String,
    /// Where.
    pub region: Region,
    /// ζ per metre along x, y, z on the superficial dynamic pressure, 1/m.
    pub loss_per_metre: [f64; 3],
    /// W released into its air, evenly over the volume.
    pub power: f64,
    /// For grouping.
    pub role: String,
    /// Origin of its values.
    pub origin: Origin,
}
