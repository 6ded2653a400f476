//! What the components of a coolant loop do to the pressure: pipes, fittings, valves, couplings, plates and pumps.
//!
//! Every component gives Δp(V) from its inlet to its outlet and dΔp/dV at a volume flow V, m³/s, and the liquid's
//! properties there; losses are odd in the flow, a pump's is negative where it drives.
//!
//! | component | Δp |
//! |---|---|
//! | pipe, hose | (f L/D + K) ½ρu² with f after Darcy–Weisbach, laminar to Re 2000, Colebrook from 4000, linear between |
//! | fitting | K ½ρu² in its bore |
//! | valve, coupling | (V/Kv)² ρ/1000 kg/m³ bar with V in m³/h (IEC 60534), Kv = 0.865 Cv |
//! | measured | a V + b V², Δp₀ (V/V₀)ⁿ, or a table of powers, moved from the fluid it was measured with to the local one |
//! | pump | −Δp(V) of its curve by the affinity laws; at rest the loss that its curve ends in |
//!
//! A linear term is laminar and goes with µ, a quadratic one with ρ, and a power n between them with µ^(2−n) ρ^(n−1): what
//! dimensional analysis leaves. Height is left out: in a closed loop it gives back what it takes but for ρ β ΔT g H, some
//! 50 Pa over a rack.

use super::curve::LogCurve;
use super::fan::FanCurve;
use super::friction::darcy_blended_with_slope;
use crate::material::coolant::CoolantProperties;
use std::f64::consts::PI;
use std::sync::Arc;

/// Density to which Kv refers, and a pump's curve if it says nothing else, kg/m³.
pub const WATER_DENSITY: f64 = 1000.0;

/// Pressure and slope of a component at a flow.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// Δp from inlet to outlet, Pa; negative where a pump drives.
    pub drop: f64,
    /// dΔp/dV, Pa s/m³.
    pub slope: f64,
}

impl std::ops::AddAssign for Loss {
    fn add_assign(&mut self, other: Loss) {
        self.drop += other.drop;
        self.slope += other.slope;
    }
}

/// c V|V|.
fn quadratic(coefficient: f64, flow: f64) -> Loss {
    Loss { drop: coefficient * flow * flow.abs(), slope: 2.0 * coefficient * flow.abs() }
}

/// A round pipe or hose.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pipe {
    /// m.
    pub length: f64,
    /// Inner, m.
    pub diameter: f64,
    /// Height of the wall's roughness, m.
    pub roughness: f64,
    /// K of bends, entry and exit together, on ½ρu².
    pub minor_loss: f64,
}

impl Pipe {
    /// Cross-section, m².
    #[must_use]
    pub fn area(&self) -> f64 {
        bore(self.diameter)
    }

    /// Δp and slope.
    #[must_use]
    pub fn loss(&self, flow: f64, fluid: &CoolantProperties) -> Loss {
        let (area, speed) = (self.area(), flow.abs() / self.area());
        let mut loss = quadratic(0.5 * fluid.density * self.minor_loss / (area * area), flow);
        let re = fluid.density * speed * self.diameter / fluid.viscosity;
        // f ½ρu² = f·Re · µu/2D, which has a value at rest.
        let viscous = self.length / self.diameter * fluid.viscosity / (2.0 * self.diameter) / area;
        let (f_re, slope) = match re {
            re if re <= 1.0 => (64.0, 64.0),
            re => {
                let (f, slope) = darcy_blended_with_slope(re, self.roughness / self.diameter);
                (f * re, 2.0 * f * re + slope * re * re)
            }
        };
        loss += Loss { drop: viscous * f_re * flow, slope: viscous * slope };
        loss
    }
}

/// Cross-section of a round bore, m².
#[must_use]
pub fn bore(diameter: f64) -> f64 {
    0.25 * PI * diameter * diameter
}

/// Pressure drop against flow.
#[derive(Clone, Debug, PartialEq)]
pub enum PressureDrop {
    /// Δp = linear · V + quadratic · V².
    Polynomial {
        /// Pa per m³/s.
        linear: f64,
        /// Pa per (m³/s)².
        quadratic: f64,
    },
    /// Δp = drop · (V/flow)^exponent.
    Power {
        /// Flow of the design point, m³/s.
        flow: f64,
        /// Pressure drop there, Pa.
        drop: f64,
        /// Exponent, 1 (laminar) to 2.
        exponent: f64,
    },
    /// Points of flow, m³/s, and drop, Pa, both rising: powers between them and beyond.
    Table(Arc<LogCurve>),
}

impl PressureDrop {
    /// No loss.
    pub const NONE: PressureDrop = PressureDrop::Polynomial { linear: 0.0, quadratic: 0.0 };

    /// Pa at a flow in m³/s; odd in the flow.
    #[must_use]
    pub fn at(&self, flow: f64) -> f64 {
        match self {
            PressureDrop::Polynomial { linear, quadratic } => flow * (linear + quadratic * flow.abs()),
            PressureDrop::Power { flow: design, drop, exponent } => {
                drop * (flow.abs() / design).powf(*exponent).copysign(flow)
            }
            PressureDrop::Table(_) if flow == 0.0 => 0.0,
            PressureDrop::Table(curve) => curve.value_and_exponent(flow.abs()).0.copysign(flow),
        }
    }
}

/// What a part was measured with, so that its Δp can be moved to another fluid.
#[derive(Clone, Debug, PartialEq)]
pub struct Measured {
    /// Δp against flow.
    pub drop: PressureDrop,
    /// Density and viscosity of the test, kg/m³ and Pa s; none: the curve holds for every fluid.
    pub with: Option<(f64, f64)>,
}

impl From<PressureDrop> for Measured {
    fn from(drop: PressureDrop) -> Self {
        Self { drop, with: None }
    }
}

impl Measured {
    /// The same where only a share of the passages is open, above 0: the others carry the flow.
    #[must_use]
    pub fn through(&self, open: f64) -> Measured {
        let drop = match &self.drop {
            PressureDrop::Polynomial { linear, quadratic } => {
                PressureDrop::Polynomial { linear: linear / open, quadratic: quadratic / (open * open) }
            }
            PressureDrop::Power { flow, drop, exponent } => {
                PressureDrop::Power { flow: flow * open, drop: *drop, exponent: *exponent }
            }
            PressureDrop::Table(curve) => PressureDrop::Table(Arc::new(curve.stretched(open))),
        };
        Measured { drop, with: self.with }
    }

    /// No loss.
    pub const NONE: Measured = Measured { drop: PressureDrop::NONE, with: None };

    /// Δp and slope.
    #[must_use]
    pub fn loss(&self, flow: f64, fluid: &CoolantProperties) -> Loss {
        let (density, viscosity) = match self.with {
            Some((density, viscosity)) => (fluid.density / density, fluid.viscosity / viscosity),
            None => (1.0, 1.0),
        };
        match &self.drop {
            PressureDrop::Polynomial { linear, quadratic: second } => {
                let mut loss = quadratic(second * density, flow);
                loss += Loss { drop: linear * viscosity * flow, slope: linear * viscosity };
                loss
            }
            PressureDrop::Power { exponent, flow: design, .. } => {
                let factor = viscosity.powf(2.0 - exponent) * density.powf(exponent - 1.0);
                let drop = factor * self.drop.at(flow);
                // Below a thousandth of the design flow a power under 1 would rise without bound.
                let from = flow.abs().max(1e-3 * design);
                Loss { drop, slope: exponent * factor * self.drop.at(from) / from }
            }
            PressureDrop::Table(curve) => {
                // One exponent moves all of it, so that no piece is torn from the next.
                let exponent = curve.mean_exponent().clamp(1.0, 2.0);
                let factor = viscosity.powf(2.0 - exponent) * density.powf(exponent - 1.0);
                let from = flow.abs().max(1e-3 * curve.range().0);
                let (value, local) = curve.value_and_exponent(from);
                Loss { drop: factor * self.drop.at(flow), slope: factor * local * value / from }
            }
        }
    }
}

/// A component of a loop.
#[derive(Clone, Debug, PartialEq)]
pub enum Component {
    /// Pipe or hose.
    Pipe(Pipe),
    /// K on ½ρu² in a bore of this diameter, m.
    Fitting {
        /// K.
        loss: f64,
        /// m.
        diameter: f64,
    },
    /// A valve or coupling by its flow coefficient, m³/h at 1 bar of water, as far as it is open.
    Valve {
        /// Kv, m³/h.
        kv: f64,
    },
    /// A plate, filter or coupling by what was measured.
    Measured(Measured),
    /// A pump.
    Pump(Pump),
}

/// A pump: a curve at its speed, or the loss of a wheel that stands still.
#[derive(Clone, Debug, PartialEq)]
pub struct Pump {
    /// Curve at nominal speed, m³/s and Pa.
    pub curve: FanCurve,
    /// Density of the liquid that it was measured with, kg/m³.
    pub density: f64,
    /// Over nominal speed; 0 stands still.
    pub speed: f64,
}

impl Pump {
    /// Δp (negative where it drives) and slope.
    #[must_use]
    pub fn loss(&self, flow: f64, fluid: &CoolantProperties) -> Loss {
        let density = fluid.density / self.density;
        if self.speed <= 0.0 {
            // What it gave at rest it takes at free delivery (E).
            let (pressure, last) = (self.curve.at(0.0).pressure_rise, self.curve.free_delivery());
            return quadratic(density * pressure / (last * last), flow);
        }
        // Q ∝ n, Δp ∝ ρ n².
        let state = self.curve.at(flow / self.speed);
        Loss {
            drop: -density * self.speed * self.speed * state.pressure_rise,
            slope: -density * self.speed * state.slope,
        }
    }
}

/// Kv of a valve of equal percentage at an opening from 0 to 1, over Kv wide open: R^(x − 1), shut at 0.
#[must_use]
pub fn equal_percentage(opening: f64, rangeability: f64) -> f64 {
    if opening <= 0.0 { 0.0 } else { rangeability.powf(opening - 1.0) }
}

/// Kv in m³/h of a Cv in US gallons per minute at 1 psi.
#[must_use]
pub fn kv_of_cv(cv: f64) -> f64 {
    // 1 US gal/min = 0.227124707 m³/h; 1 psi = 0.0689475729 bar.
    cv * 0.227_124_707 / 0.068_947_572_9_f64.sqrt()
}

impl Component {
    /// Δp and slope at a flow in m³/s.
    #[must_use]
    pub fn loss(&self, flow: f64, fluid: &CoolantProperties) -> Loss {
        match self {
            Component::Pipe(pipe) => pipe.loss(flow, fluid),
            Component::Fitting { loss, diameter } => {
                quadratic(0.5 * fluid.density * loss / bore(*diameter).powi(2), flow)
            }
            Component::Valve { kv } => {
                let si = kv / 3600.0;
                quadratic(1e5 * fluid.density / WATER_DENSITY / (si * si), flow)
            }
            Component::Measured(measured) => measured.loss(flow, fluid),
            Component::Pump(pump) => pump.loss(flow, fluid),
        }
    }

    /// Whether nothing can pass.
    #[must_use]
    pub fn is_shut(&self) -> bool {
        matches!(self, Component::Valve { kv } if *kv <= 0.0)
    }

    /// Bore, m², where a velocity can be told.
    #[must_use]
    pub fn area(&self) -> Option<f64> {
        match self {
            Component::Pipe(pipe) => Some(pipe.area()),
            Component::Fitting { diameter, .. } => Some(bore(*diameter)),
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "hydraulics_tests.rs"]
mod tests;
