//! Cold plates of parallel rectangular channels (skived fins, microchannels) under a base, from their geometry.
//!
//! ```text
//!   ── contact: heat Q over its area, through TIM2 ──
//!   ██████████████████████████████████  base
//!   █ fin █ w █ fin █ w █ fin █ w █       height
//!   ──────────── cover, adiabatic ────
//! ```
//!
//! Film by the mean difference of temperature over the length L under even heat, D = 2wH/(w + H), x* = L/(D Re Pr), α =
//! short/long side:
//! - laminar, both profiles developing (Muzychka & Yovanovich 2004, J. Heat Transfer 126, 54, in D):
//!   Nu = {[(4/3) 0.501 (f Re/x*)^⅓]⁵ + Nu_H1⁵}^⅕ =: N, and Nu = {N^m + [(3/2) f(Pr)/√x*]^m}^(1/m), m = 2.27 + 1.65 Pr^⅓,
//!   f(Pr) = 0.886/[1 + (1.909 Pr^⅙)^4.5]^(2/9), with Nu_H1 and f Re of the rectangle; 4/3 and 3/2 turn their local numbers,
//!   x^−⅓ and x^−½, into means of the difference;
//! - Re 2300 to 10⁴ blends into Gnielinski's turbulent one with its entrance factor.
//!
//! Fins of conductivity k conduct to their tip: η = tanh(mH)/(mH), m = √(2h/(k t)); UA = h n L (w + 2ηH).
//!
//! Coolant that warms along the channels, under even heat, with base and fins that conduct K = k A/L along them:
//! K θ″ − UA (θ − φ) + Q = 0, C φ′ = UA (θ − φ), θ′ = 0 at both ends, so (K/NTU) φ″ + K φ′ − C φ = −Q x with φ(0) = 0, φ(1) = Q/C,
//! and the mean of the metal over the entering coolant is
//!
//! ```text
//! R = 1/UA + F/C    F = ½ + κ − κ P (1/r₁ + 1/r₂)    κ = K/C    r₁,₂ = ½ NTU (√(1 + 4/(κ NTU)) ∓ 1)
//!                   P = (1 − e^−r₁)(1 − e^−r₂)/(1 − e^−(r₁ + r₂))
//! ```
//!
//! Without conduction F is ½ (even heat), with much of it 1/(1 − e^−NTU) − 1/NTU (even temperature). To the contact's mean add
//! the base, its spreading ([`super::stack`]) and TIM2.
//!
//! Δp = (4 f_app L/D + K_ends) ½ρu², friction as in a plate-fin heat sink ([`super::friction::apparent_fanning`]), from and to a
//! header of the plate's width ([`super::friction::entrance_and_exit`]).
//! Left out: uneven shares of the channels, heat through the cover, uneven heat of the contact, ports and headers.

use super::film::duct_nusselt_over;
use super::friction::{apparent_fanning, entrance_and_exit, rectangular_duct_fanning_re};
use super::hydraulics::Loss;
use super::stack::spreading_resistance;
use crate::material::coolant::CoolantProperties;

/// Channels between fins and the plate around them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channels {
    /// Of a channel, between two fins, m.
    pub width: f64,
    /// Of the fins, m.
    pub height: f64,
    /// Along the flow, m.
    pub length: f64,
    /// Channels side by side.
    pub count: usize,
    /// Thickness of a fin, m.
    pub fin: f64,
    /// Thickness of the base, m.
    pub base: f64,
    /// Of base and fins, W/(m K).
    pub conductivity: f64,
    /// TIM2 on the contact, m² K/W; 0 where R is given from the base.
    pub tim: f64,
    /// m² over which heat enters; at most the base's.
    pub contact: f64,
}

/// What a flow makes of channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelState {
    /// By the hydraulic diameter.
    pub re: f64,
    /// Mean over the length, by the hydraulic diameter.
    pub nusselt: f64,
    /// tanh(mH)/(mH).
    pub fin_efficiency: f64,
    /// Metal to coolant, W/K.
    pub ua: f64,
    /// Mean of the metal at the channels to the entering coolant, K/W.
    pub channel_resistance: f64,
    /// Mean of the contact to the entering coolant, K/W.
    pub resistance: f64,
}

impl Channels {
    /// Across the flow, m: every channel with one fin.
    #[must_use]
    pub fn plate_width(&self) -> f64 {
        self.count as f64 * (self.width + self.fin)
    }

    /// Of the base, m².
    #[must_use]
    pub fn base_area(&self) -> f64 {
        self.plate_width() * self.length
    }

    /// D of a channel, m.
    #[must_use]
    pub fn hydraulic_diameter(&self) -> f64 {
        2.0 * self.width * self.height / (self.width + self.height)
    }

    fn aspect(&self) -> f64 {
        self.width.min(self.height) / self.width.max(self.height)
    }

    fn velocity(&self, flow: f64) -> f64 {
        flow / (self.count as f64 * self.width * self.height)
    }

    /// Heat at a flow in m³/s above 0, and the coolant's properties at its mean temperature in the plate.
    #[must_use]
    pub fn state(&self, flow: f64, fluid: &CoolantProperties) -> ChannelState {
        let Channels { width, height, length, fin, base, conductivity: k, .. } = *self;
        let (diameter, count) = (self.hydraulic_diameter(), self.count as f64);
        let re = fluid.density * self.velocity(flow) * diameter / fluid.viscosity;
        let nusselt = self.nusselt(re, fluid.prandtl());
        let h = nusselt * fluid.conductivity / diameter;
        let m_height = (2.0 * h / (k * fin)).sqrt() * height;
        let fin_efficiency = if m_height > 1e-6 { m_height.tanh() / m_height } else { 1.0 };
        let ua = h * count * length * (width + 2.0 * fin_efficiency * height);
        let capacity_rate = fluid.density * fluid.specific_heat * flow;
        let along = k * (self.plate_width() * base + count * fin * height) / length;
        let channel_resistance =
            1.0 / ua + mean_rise(ua / capacity_rate, along / capacity_rate) / capacity_rate;
        let spreading = spreading_resistance(self.contact, self.base_area(), base, k, 1.0 / ua).mean;
        let resistance =
            channel_resistance + base / (k * self.base_area()) + spreading + self.tim / self.contact;
        ChannelState { re, nusselt, fin_efficiency, ua, channel_resistance, resistance }
    }

    /// Nusselt number over the length, by Re and Nu of the hydraulic diameter.
    #[must_use]
    pub fn nusselt(&self, re: f64, pr: f64) -> f64 {
        let slenderness = self.hydraulic_diameter() / self.length;
        let laminar = developing_nusselt_h1(self.aspect(), 1.0 / (slenderness * re * pr), pr);
        duct_nusselt_over(laminar, re, pr, slenderness)
    }

    /// Δp from header to header at a flow in m³/s; odd in the flow.
    #[must_use]
    pub fn loss(&self, flow: f64, fluid: &CoolantProperties) -> Loss {
        let diameter = self.hydraulic_diameter();
        // The slope is a central difference of a smooth function, over a step that Re 1 makes safe at rest.
        let re_one = fluid.viscosity / (fluid.density * diameter * self.velocity(1.0));
        let step = 1e-5 * flow.abs().max(re_one);
        let slope = (self.drop(flow + step, fluid) - self.drop(flow - step, fluid)) / (2.0 * step);
        Loss { drop: self.drop(flow, fluid), slope }
    }

    fn drop(&self, flow: f64, fluid: &CoolantProperties) -> f64 {
        let (u, diameter) = (self.velocity(flow), self.hydraulic_diameter());
        let re = fluid.density * u.abs() * diameter / fluid.viscosity;
        if re == 0.0 {
            return 0.0;
        }
        let friction =
            4.0 * apparent_fanning(re, self.aspect(), diameter / self.length) * self.length / diameter;
        let ends = entrance_and_exit(self.width / (self.width + self.fin));
        0.5 * fluid.density * u * u.abs() * (friction + ends)
    }
}

/// Developed laminar Nu of a rectangle, heat even along and temperature even around it; aspect = short/long side, 0…1.
///
/// Shah & London (1978), eq. 343: within 0.03 %.
#[must_use]
pub fn rectangular_nusselt_h1(aspect: f64) -> f64 {
    let coefficients = [1.0, -2.0421, 3.0853, -2.4765, 1.0578, -0.1861];
    8.235 * coefficients.iter().rev().fold(0.0, |sum, c| sum * aspect + c)
}

/// Laminar Nu over a length x* from the entrance of a rectangle under even heat; aspect = short/long side, 0…1.
#[must_use]
pub fn developing_nusselt_h1(aspect: f64, x_star: f64, pr: f64) -> f64 {
    let layer = 4.0 / 3.0 * 0.501 * (rectangular_duct_fanning_re(aspect) / x_star).cbrt();
    let of_pr = 0.886 / (1.0 + (1.909 * pr.powf(1.0 / 6.0)).powf(4.5)).powf(2.0 / 9.0);
    let both_layers = 1.5 * of_pr / x_star.sqrt();
    let m = 2.27 + 1.65 * pr.cbrt();
    blend(blend(layer, rectangular_nusselt_h1(aspect), 5.0), both_layers, m)
}

/// (aⁿ + bⁿ)^(1/n), which overflows for no n.
fn blend(a: f64, b: f64, n: f64) -> f64 {
    let (small, large) = (a.min(b), a.max(b));
    large * (1.0 + (small / large).powf(n)).powf(1.0 / n)
}

/// F: the coolant's share in the mean rise of the metal, over Q/C, by NTU = UA/C and κ = K/C.
fn mean_rise(ntu: f64, kappa: f64) -> f64 {
    // Beyond it the metal is even to 1e-4 and the difference below would lose its digits.
    if kappa > 1e4 {
        return 1.0 / -(-ntu).exp_m1() - 1.0 / ntu;
    }
    let root = (1.0 + 4.0 / (kappa * ntu)).sqrt();
    let (r1, r2) = (0.5 * ntu * (root - 1.0), 0.5 * ntu * (root + 1.0));
    let p = (-r1).exp_m1() * (-r2).exp_m1() / -(-r1 - r2).exp_m1();
    0.5 + kappa - kappa * p * (1.0 / r1 + 1.0 / r2)
}

#[cfg(test)]
#[path = "channels_tests.rs"]
mod tests;
