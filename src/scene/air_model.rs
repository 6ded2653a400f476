//! How the air of a scene is described, and fluids other than air.

use super::value::{Origin, Region};
use crate::grid::{Axis, Side};
pub use crate::physics::convection::Convection;

/// What is solved for the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum AirField {
    /// A field driven by pressures and losses, without inertia.
    #[default]
    Potential,
    /// The momentum equations.
    Momentum,
}

/// What stands for turbulence in the momentum equations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Turbulence {
    /// Nothing: laminar flow.
    Laminar,
    /// Wall distance and local velocity ([`crate::physics::wall_law`]).
    #[default]
    Lvel,
}

/// The air of a scene. All but `field` belongs to the momentum equations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AirModel {
    /// What is solved.
    pub field: AirField,
    /// Model of turbulence.
    pub turbulence: Turbulence,
    /// Scheme of convection.
    pub convection: Convection,
    /// Whether warm air rises (Boussinesq).
    pub buoyancy: bool,
    /// Along x, y, z, m/s².
    pub gravity: [f64; 3],
    /// Force on the fluid along x, y, z besides gravity, N/m³.
    pub body_force: [f64; 3],
    /// Axes along which the domain repeats: what leaves at one side enters at the other.
    pub periodic: [bool; 3],
}

/// Standard gravity, m/s².
pub const STANDARD_GRAVITY: f64 = 9.806_65;

impl Default for AirModel {
    /// A field of losses; for momentum what the scene language states as defaults.
    fn default() -> Self {
        Self {
            field: AirField::Potential,
            turbulence: Turbulence::Lvel,
            convection: Convection::Bounded,
            buoyancy: true,
            gravity: [0.0, 0.0, -STANDARD_GRAVITY],
            body_force: [0.0; 3],
            periodic: [false; 3],
        }
    }
}

/// Index into [`super::Scene::fluids`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FluidId(pub usize);

/// A fluid of constant properties in place of air; its density varies in the buoyancy alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Fluid {
    /// Name with path.
    pub name: String,
    /// ρ at the reference temperature, kg/m³.
    pub density: f64,
    /// cp, J/(kg K).
    pub specific_heat: f64,
    /// k, W/(m K).
    pub conductivity: f64,
    /// Dynamic viscosity µ, Pa s.
    pub viscosity: f64,
    /// β in ρ (1 − β (T − T_ref)), 1/K.
    pub expansion: f64,
    /// T_ref, K.
    pub reference_temperature: f64,
    /// Origin of the values.
    pub origin: Origin,
}

impl Fluid {
    /// ν = µ/ρ, m²/s.
    #[must_use]
    pub fn kinematic_viscosity(&self) -> f64 {
        self.viscosity / self.density
    }

    /// Pr = µ cp/k.
    #[must_use]
    pub fn prandtl(&self) -> f64 {
        self.viscosity * self.specific_heat / self.conductivity
    }
}

/// A box whose open cells hold a fluid.
#[derive(Clone, Debug, PartialEq)]
pub struct FluidRegion {
    /// Name with path.
    pub name: String,
    /// Where.
    pub region: Region,
    /// Which fluid; none is the site's air.
    pub fluid: Option<FluidId>,
    /// Model of turbulence of the fluid, where it is not that of [`AirModel`].
    pub turbulence: Option<Turbulence>,
    /// Film coefficients of its walls, where they are given and do not follow from its flow.
    pub film: Option<WallFilms>,
}

/// Film coefficients between a fluid's cells and the solids beside, under and above them, W/(m² K).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WallFilms {
    /// At walls along z.
    pub sides: f64,
    /// Down to the wall below.
    pub bottom: f64,
    /// Up to the wall above.
    pub top: f64,
}

impl WallFilms {
    /// That at a side of a cell of the fluid.
    #[must_use]
    pub fn at(&self, side: Side) -> f64 {
        match side.axis {
            Axis::Z if side.upper => self.top,
            Axis::Z => self.bottom,
            _ => self.sides,
        }
    }
}
