//! Plate-fin heat sinks in ducted air: resistance to the inlet air and pressure drop.
//!
//! Heat: Teertstra, Yovanovich & Culham, *Analytical forced convection modeling of plate fin heat sinks*, J. Electronics
//! Manufacturing 10 (2000) 253: Re* = (U b/ν)(b/L),
//! Nu_i = { (Re* Pr/2)⁻³ + [0.664 √Re* Pr^⅓ √(1 + 3.65/√Re*)]⁻³ }^−⅓, h = Nu_i k/b, referred to the inlet air;
//! fin efficiency tanh(mH)/(mH), m = √(2h(1 + t/L)/(k_f t)); R = 1/[h (A_fins η + A_base)].
//! Authors: 2.1 % rms against numerics, 6 % against tests.
//!
//! Pressure: developing laminar apparent friction, f_app Re_D = √[(3.44/√L⁺)² + (f Re)²], L⁺ = L/(D Re_D)
//! (Muzychka & Yovanovich 1998; f Re of the rectangle after Shah & London), Petukhov's friction above transition, and
//! ½ρU² [0.42 (1 − σ) + (1 − σ)²] for contraction and expansion with the area ratio σ (White, *Fluid Mechanics*).
//!
//! U is the velocity between the fins; bypass around the sink belongs to the air field. Radiation is left out.

use super::effectiveness::{EffectivenessError, ua_of_inlet_resistance};
use super::friction::{apparent_fanning, entrance_and_exit};
use crate::material::air::AirProperties;

/// Slowest frontal velocity for which a loss per metre is given, m/s: laminar ζ grows as 1/u without bound.
const SLOWEST: f64 = 0.01;

/// Why a heat sink is refused.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum HeatSinkError {
    /// Fewer than two fins make no channel.
    #[error("a plate-fin heat sink needs at least two fins, not {fins}")]
    TooFewFins {
        /// Number of fins.
        fins: usize,
    },
    /// A length or conductivity that is not positive.
    #[error("heat sink: {name} = {value} must be more than zero")]
    NotPositive {
        /// Name of the value.
        name: &'static str,
        /// The value, SI.
        value: f64,
    },
    /// Fins that fill the whole width.
    #[error("{fins} fins of {thickness} m leave no gap in a width of {width} m")]
    NoGap {
        /// Number of fins.
        fins: usize,
        /// Fin thickness, m.
        thickness: f64,
        /// Width of the sink, m.
        width: f64,
    },
}

/// Geometry of a plate-fin heat sink, checked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlateFinSink {
    width: f64,
    length: f64,
    height: f64,
    fins: usize,
    thickness: f64,
    conductivity: f64,
}

/// What the model says at one velocity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlateFinState {
    /// Re* = (U b/ν)(b/L).
    pub re_star: f64,
    /// Nusselt number by the gap, referred to the inlet air.
    pub nusselt: f64,
    /// Fin efficiency.
    pub fin_efficiency: f64,
    /// h, W/(m² K), referred to the inlet air.
    pub heat_transfer_coefficient: f64,
    /// Base of the fins to inlet air, K/W; infinite at rest.
    pub thermal_resistance: f64,
}

impl PlateFinSink {
    /// A sink of `fins` plates of `thickness` and `height`, spread over `width` across and `length` along the flow, m;
    /// fin `conductivity` in W/(m K).
    ///
    /// # Errors
    /// [`HeatSinkError`] names the value that is wrong.
    pub fn new(
        width: f64,
        length: f64,
        height: f64,
        fins: usize,
        thickness: f64,
        conductivity: f64,
    ) -> Result<PlateFinSink, HeatSinkError> {
        if fins < 2 {
            return Err(HeatSinkError::TooFewFins { fins });
        }
        let values = [
            ("width", width),
            ("length", length),
            ("fin height", height),
            ("fin thickness", thickness),
            ("fin conductivity", conductivity),
        ];
        for (name, value) in values {
            if !value.is_finite() || value <= 0.0 {
                return Err(HeatSinkError::NotPositive { name, value });
            }
        }
        let sink = PlateFinSink { width, length, height, fins, thickness, conductivity };
        if sink.gap() <= 0.0 {
            return Err(HeatSinkError::NoGap { fins, thickness, width });
        }
        Ok(sink)
    }

    /// Distance b between fins, m.
    pub fn gap(&self) -> f64 {
        (self.width - self.fins as f64 * self.thickness) / (self.fins - 1) as f64
    }

    /// Free share σ of the frontal area between the fins.
    pub fn free_area_ratio(&self) -> f64 {
        1.0 - self.fins as f64 * self.thickness / self.width
    }

    /// Free cross-section of the channels, m².
    pub fn free_area(&self) -> f64 {
        self.free_area_ratio() * self.width * self.height
    }

    /// The thermal model at a velocity *between the fins*, m/s.
    pub fn state(&self, channel_velocity: f64, air: &AirProperties) -> PlateFinState {
        self.state_for(channel_velocity.abs(), air.conductivity, air.kinematic_viscosity(), air.prandtl())
    }

    /// As [`PlateFinSink::state`], for air given by its k in W/(m K), ν in m²/s and Pr (validation case F22).
    pub fn state_for(&self, u: f64, k: f64, nu: f64, pr: f64) -> PlateFinState {
        let (b, length, t) = (self.gap(), self.length, self.thickness);
        let re_star = u * b / nu * (b / length);
        let developed = 0.5 * re_star * pr;
        // √Re* √(1 + 3.65/√Re*) without the division, which fails at rest.
        let root = re_star.sqrt();
        let developing = 0.664 * (re_star + 3.65 * root).sqrt() * pr.cbrt();
        let nusselt =
            if re_star > 0.0 { (developed.powi(-3) + developing.powi(-3)).powf(-1.0 / 3.0) } else { 0.0 };
        let h = nusselt * k / b;
        let m_height = (2.0 * h * (1.0 + t / length) / (self.conductivity * t)).sqrt() * self.height;
        let fin_efficiency = if m_height > 1e-6 { m_height.tanh() / m_height } else { 1.0 };
        let fin_area = self.fins as f64 * 2.0 * self.height * length;
        let base_area = (self.fins - 1) as f64 * b * length;
        PlateFinState {
            re_star,
            nusselt,
            fin_efficiency,
            heat_transfer_coefficient: h,
            thermal_resistance: 1.0 / (h * (fin_area * fin_efficiency + base_area)),
        }
    }

    /// Capacity rate of the air through the channels at a velocity between the fins, W/K.
    pub fn capacity_rate(&self, channel_velocity: f64, air: &AirProperties) -> f64 {
        channel_velocity.abs() * self.free_area() * air.density * air.specific_heat
    }

    /// Conductance from the base of the fins to the *inlet* air, W/K: 1/R, and never more than the air can carry.
    ///
    /// Towards rest Teertstra's two outer fin faces would take more heat than the air's capacity rate; it is capped.
    pub fn conductance_to_inlet(&self, channel_velocity: f64, air: &AirProperties) -> f64 {
        let state = self.state(channel_velocity, air);
        let capacity_rate = self.capacity_rate(channel_velocity, air);
        (1.0 / state.thermal_resistance).min(capacity_rate)
    }

    /// UA in W/K between the base of the fins and the air along them: the resistance without the air's own warming.
    ///
    /// # Errors
    /// [`EffectivenessError::ResistanceTooSmall`] at velocities so low that the air leaves with the fins' temperature.
    pub fn ua(&self, channel_velocity: f64, air: &AirProperties) -> Result<f64, EffectivenessError> {
        let state = self.state(channel_velocity, air);
        ua_of_inlet_resistance(state.thermal_resistance, self.capacity_rate(channel_velocity, air))
    }

    /// Pressure drop at a velocity between the fins, Pa, with entrance and exit; odd in the velocity.
    pub fn pressure_drop(&self, channel_velocity: f64, air: &AirProperties) -> f64 {
        let u = channel_velocity.abs();
        let (b, height) = (self.gap(), self.height);
        let diameter = 2.0 * b * height / (b + height);
        let re = u * diameter / air.kinematic_viscosity();
        if re == 0.0 {
            return 0.0;
        }
        let aspect = b.min(height) / b.max(height);
        let fanning = apparent_fanning(re, aspect, diameter / self.length);
        let ends = entrance_and_exit(self.free_area_ratio());
        let loss = 4.0 * fanning * self.length / diameter + ends;
        0.5 * air.density * u * channel_velocity * loss
    }

    /// ζ per metre on the dynamic pressure of the frontal velocity (m/s, before the fins), 1/m.
    ///
    /// It falls with the velocity, as laminar friction does; below 0.01 m/s its value there is kept.
    pub fn loss_per_metre(&self, frontal_velocity: f64, air: &AirProperties) -> f64 {
        let frontal = frontal_velocity.abs().max(SLOWEST);
        let drop = self.pressure_drop(frontal / self.free_area_ratio(), air);
        drop / (0.5 * air.density * frontal * frontal * self.length)
    }
}

#[cfg(test)]
#[path = "heat_sink_tests.rs"]
mod tests;
