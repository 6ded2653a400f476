//! What air and the surface of the domain do: walls, openings, fans, screens, obstacles.

use super::value::{Origin, Rectangle, Region, Value};
use crate::grid::{Axis, Side};
use crate::material::LIQUID_DENSITY;
use crate::physics::fan::{FanCurve, FanPower, STANDARD_DENSITY};

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

/// What a wall does to the air along it.
#[derive(Clone, Debug, PartialEq)]
pub enum WallMotion {
    /// Air sticks to it.
    NoSlip,
    /// Air glides along it without shear: a symmetry plane.
    Slip,
    /// It moves along itself with this velocity along x, y, z, m/s, and takes the air with it.
    Moving([Value; 3]),
}

/// A side of the domain, or a rectangle of it, that is not adiabatic or not at rest.
///
/// Later walls replace earlier ones in what they say: one without a thermal condition leaves that as it was before,
/// adiabatic if nothing was said, and one without a motion leaves the motion, at rest without slip.
#[derive(Clone, Debug, PartialEq)]
pub struct Wall {
    /// Name.
    pub name: String,
    /// Which side.
    pub side: Side,
    /// Where on it.
    pub rectangle: Rectangle,
    /// How heat passes there.
    pub condition: Option<WallCondition>,
    /// What it does to the air.
    pub motion: Option<WallMotion>,
}

/// How a given volume flow is spread over an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowProfile {
    /// The same velocity everywhere.
    Uniform,
    /// A parabola across each of the rectangle's two directions, 0 at its edges; across one alone in a domain that is one
    /// cell deep. Its mean is the given flow.
    Parabolic,
}

/// Inward normal velocity over an opening, m/s; negative: outward.
#[derive(Clone, Debug, PartialEq)]
pub enum VelocityProfile {
    /// One value, or a formula of the place.
    Value(Value),
    /// Linear between points (position in m, velocity in m/s) along an axis in the opening, held at its ends.
    Table {
        /// Axis of the positions.
        along: Axis,
        /// Positions rise.
        points: Vec<(f64, f64)>,
    },
}

impl VelocityProfile {
    /// Inward velocity at a place, m/s.
    #[must_use]
    pub fn at(&self, place: [f64; 3]) -> f64 {
        match self {
            VelocityProfile::Value(value) => value.at(place),
            VelocityProfile::Table { along, points } => {
                let x = place[*along as usize];
                let upper = points.partition_point(|(known, _)| *known < x);
                match (upper.checked_sub(1).map(|lower| points[lower]), points.get(upper)) {
                    (Some((x0, v0)), Some(&(x1, v1))) => v0 + (v1 - v0) * (x - x0) / (x1 - x0),
                    (Some((_, v)), None) | (None, Some(&(_, v))) => v,
                    (None, None) => 0.0,
                }
            }
        }
    }
}

/// What holds in an opening.
#[derive(Clone, Debug, PartialEq)]
pub enum OpeningCondition {
    /// Surroundings at rest of this pressure, Pa gauge.
    Pressure(f64),
    /// Given inward velocity.
    Velocity(VelocityProfile),
    /// Given total volume flow inward, m³/s at the site's air density; negative: outward.
    Flow {
        /// m³/s.
        flow: f64,
        /// How it is spread.
        profile: FlowProfile,
    },
}

/// An opening of the domain; air that enters has its temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    /// Name with path.
    pub name: String,
    /// Which side.
    pub side: Side,
    /// Where on it.
    pub rectangle: Rectangle,
    /// Pressure, velocity or flow.
    pub condition: OpeningCondition,
    /// K, of the air that enters.
    pub temperature: f64,
    /// Loss coefficient ζ on the superficial dynamic pressure; 0 where velocity or flow is given.
    pub loss: f64,
}

impl Opening {
    /// Gauge pressure of the surroundings, Pa, if that is what is given.
    #[must_use]
    pub fn pressure(&self) -> Option<f64> {
        match self.condition {
            OpeningCondition::Pressure(pressure) => Some(pressure),
            OpeningCondition::Velocity(_) | OpeningCondition::Flow { .. } => None,
        }
    }
}

/// How much a fan moves.
#[derive(Clone, Debug, PartialEq)]
pub enum FanDrive {
    /// A fixed flow, m³/s at the site's air density, total over its plane.
    Flow(f64),
    /// What its curve gives against the pressure.
    Curve {
        /// At nominal speed and `density`.
        curve: FanCurve,
        /// Density of the fluid that the curve was measured with, kg/m³, if given.
        density: Option<f64>,
        /// Speed over nominal.
        speed: f64,
    },
}

/// How a fan fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FanFailure {
    /// No air passes.
    Blocked,
    /// Air turns it against this loss ζ on the superficial dynamic pressure of its plane.
    Windmilling(f64),
}

/// A fan on a plane.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// Name with path.
    pub name: String,
    /// Where.
    pub rectangle: Rectangle,
    /// Whether it blows towards larger coordinates.
    pub forward: bool,
    /// What moves the air.
    pub drive: FanDrive,
    /// Electrical; it heats the air behind the fan.
    pub power: FanPower,
    /// Whether it has failed, and how.
    pub failed: Option<FanFailure>,
    /// Static pressure it can give at a fixed flow, Pa, if known.
    pub available_pressure: Option<f64>,
    /// Origin of flow or curve, and power.
    pub origin: Origin,
}

impl Fan {
    /// Its flow, m³/s, where that is fixed.
    #[must_use]
    pub fn fixed_flow(&self) -> Option<f64> {
        match self.drive {
            FanDrive::Flow(flow) => Some(flow),
            FanDrive::Curve { .. } => None,
        }
    }

    /// Density of the fluid that it moves over that of the one its curve and power are for: what is given, else air for
    /// which sheets are made, or any liquid. 1 for a fixed flow, whose power is given at it.
    fn density_ratio(&self, density: f64) -> f64 {
        match self.drive {
            FanDrive::Flow(_) => 1.0,
            FanDrive::Curve { density: Some(given), .. } => density / given,
            FanDrive::Curve { density: None, .. } if density < LIQUID_DENSITY => density / STANDARD_DENSITY,
            FanDrive::Curve { density: None, .. } => 1.0,
        }
    }

    /// Its curve at its speed in a fluid of a density in kg/m³; none for a fixed flow.
    #[must_use]
    pub fn running_curve(&self, density: f64) -> Option<FanCurve> {
        match &self.drive {
            FanDrive::Flow(_) => None,
            FanDrive::Curve { curve, speed, .. } => curve.at_speed(*speed, self.density_ratio(density)).ok(),
        }
    }

    /// Speed over nominal; 1 for a fixed flow, 0 for a fan that has failed.
    #[must_use]
    pub fn speed(&self) -> f64 {
        match self.drive {
            _ if self.failed.is_some() => 0.0,
            FanDrive::Flow(_) => 1.0,
            FanDrive::Curve { speed, .. } => speed,
        }
    }

    /// Electrical power before the air is solved, W at the density of its sheet: exact where the power is given,
    /// the highest of a power curve, and by efficiency the largest Q Δp/η along its curve.
    #[must_use]
    pub fn design_power(&self) -> f64 {
        let by_efficiency = || match (&self.drive, &self.power) {
            (FanDrive::Curve { curve, speed, .. }, FanPower::Efficiency(efficiency)) => {
                curve.largest_air_power() * speed.powi(3) / efficiency
            }
            _ => 0.0,
        };
        match self.failed {
            Some(_) => 0.0,
            None => self.power.highest(self.speed(), 1.0).unwrap_or_else(by_efficiency),
        }
    }

    /// Electrical power, W, at a flow in m³/s and a pressure rise in Pa, in a fluid of a density in kg/m³.
    #[must_use]
    pub fn electrical_power(&self, flow: f64, pressure_rise: f64, density: f64) -> f64 {
        match self.failed {
            Some(_) => 0.0,
            None => self.power.power(flow, pressure_rise, self.speed(), self.density_ratio(density)),
        }
    }
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
    /// Darcy resistance along x, y, z, the inverse of the permeability, 1/m²; 0 where there is none.
    pub darcy_resistance: [f64; 3],
    /// W released into its air, evenly over the volume.
    pub power: f64,
    /// For grouping.
    pub role: String,
    /// Origin of its values.
    pub origin: Origin,
}
