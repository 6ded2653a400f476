//! Fans: static pressure rise against flow, its slope, affinity laws, stall, and electrical power.
//!
//! Δp(Q) at nominal speed and a reference density comes from points, as
//! [`monotone`](crate::physics::monotone) joins them, or from the two ends that a data sheet gives: free delivery Q₀
//! and shut-off pressure p₀,
//!
//! Δp = p₀ [1 − (Q/Q₀)²].
//!
//! At speed ratio n and density ratio d (air at altitude over that of the sheet) the affinity laws hold:
//! Q ∝ n, Δp ∝ d n², P ∝ d n³ (Bleier, *Fan Handbook*, ch. 5; same fan, Reynolds number effects left out). k equal
//! fans side by side give Q ∝ k, one behind the other Δp ∝ k, at best: what swirl and gaps cost is left out.
//!
//! An iteration may pass through any flow, so the curve has no end. In reverse flow it goes on as a straight line that
//! rises at least as steeply as p(0) over the last flow; below a first point that is not at rest as its tangent, or
//! level where that would rise; beyond the last point as its tangent, at least half as steep as the last two points.
//! [`FanBranch`] says where a state lies. Flows in m³/s at the local density, pressures in Pa; positive along the fan's direction.

use super::monotone::{MonotoneCurve, MonotoneError};

/// Pieces into which each interval of a curve is cut where a crossing is looked for.
const PIECES: usize = 8;
/// Most halvings or Newton steps to a crossing; ten are usual.
const MOST_STEPS: usize = 200;

/// Density of the air that fan curves are given for, kg/m³ (ISO 5801, AMCA 210).
pub const STANDARD_DENSITY: f64 = 1.2;

/// Why a fan is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FanError {
    /// Points that make no curve at all.
    #[error(transparent)]
    Points(#[from] MonotoneError),
    /// A flow or pressure below zero among the points.
    #[error("point {point} of the fan's curve, {flow} m3/s and {pressure} Pa, has a negative value")]
    Negative {
        /// Point, counted from 1.
        point: usize,
        /// Its flow, m³/s.
        flow: f64,
        /// Its pressure rise, Pa.
        pressure: f64,
    },
    /// A curve that does not fall at its end: there is no free delivery.
    #[error("the fan's curve does not fall towards its last point, {flow} m3/s and {pressure} Pa")]
    NotFalling {
        /// Flow of the last point, m³/s.
        flow: f64,
        /// Pressure rise of the last point, Pa.
        pressure: f64,
    },
    /// A value that is not above zero.
    #[error("fan: {name} = {value} must be above zero")]
    NotPositive {
        /// Name of the value.
        name: &'static str,
        /// The value, SI.
        value: f64,
    },
}

/// Where on its curve a fan works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FanBranch {
    /// Air flows against the fan: beyond what its sheet says.
    Reverse,
    /// Left of the last pressure maximum: the flow separates from the blades, noise and swings follow.
    Stall,
    /// The falling branch.
    Normal,
    /// Beyond the last point, or where the pressure is negative: air is pushed through the fan.
    BeyondFreeDelivery,
}

/// What a fan does at one flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanState {
    /// Static pressure rise along the fan's direction, Pa.
    pub pressure_rise: f64,
    /// d(pressure rise)/dQ, Pa s/m³: negative but in stall.
    pub slope: f64,
    /// Where on the curve that is.
    pub branch: FanBranch,
}

/// A fan's curve at one speed and density, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct FanCurve {
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Parabola { free_delivery: f64, shut_off_pressure: f64 },
    Points(MonotoneCurve),
}

impl FanCurve {
    /// The parabola through free delivery `free_delivery`, m³/s, and `shut_off_pressure`, Pa.
    ///
    /// # Errors
    /// [`FanError::NotPositive`].
    pub fn from_end_points(free_delivery: f64, shut_off_pressure: f64) -> Result<FanCurve, FanError> {
        let free_delivery = positive("free delivery", free_delivery)?;
        let shut_off_pressure = positive("shut-off pressure", shut_off_pressure)?;
        Ok(FanCurve { shape: Shape::Parabola { free_delivery, shut_off_pressure } })
    }

    /// The curve through points (flow in m³/s, pressure rise in Pa), flows rising.
    ///
    /// It need not begin at zero flow nor end at zero pressure, but it has to fall at its end.
    ///
    /// # Errors
    /// [`FanError`] names the point that is wrong.
    pub fn from_points(points: Vec<(f64, f64)>) -> Result<FanCurve, FanError> {
        let negative = points.iter().position(|&(flow, pressure)| flow < 0.0 || pressure < 0.0);
        if let Some(index) = negative {
            let (flow, pressure) = points[index];
            return Err(FanError::Negative { point: index + 1, flow, pressure });
        }
        let curve = MonotoneCurve::new(points)?;
        let [before, (flow, pressure)] = last_two(&curve);
        if pressure >= before.1 {
            return Err(FanError::NotFalling { flow, pressure });
        }
        Ok(FanCurve { shape: Shape::Points(curve) })
    }

    /// Pressure rise, slope and branch at a flow, m³/s.
    #[must_use]
    pub fn at(&self, flow: f64) -> FanState {
        let (_, last) = self.flow_range();
        let (pressure_rise, slope) = if flow < 0.0 {
            let (at_rest, rest_slope) = self.forward(0.0);
            let slope = rest_slope.min(-at_rest / last);
            (at_rest + slope * flow, slope)
        } else {
            self.forward(flow)
        };
        let branch = if flow < 0.0 {
            FanBranch::Reverse
        } else if flow < self.stall_flow() {
            FanBranch::Stall
        } else if flow > last || pressure_rise < 0.0 {
            FanBranch::BeyondFreeDelivery
        } else {
            FanBranch::Normal
        };
        FanState { pressure_rise, slope, branch }
    }

    /// Pressure rise and slope in forward flow.
    fn forward(&self, flow: f64) -> (f64, f64) {
        match &self.shape {
            Shape::Points(curve) => {
                let (first, [before, last]) = (curve.points()[0], last_two(curve));
                if flow < first.0 && curve.slopes()[0] > 0.0 {
                    return (first.1, 0.0);
                }
                let (pressure, slope) = curve.value_and_slope(flow);
                if flow <= last.0 {
                    return (pressure, slope);
                }
                let steepness = slope.min(0.5 * (last.1 - before.1) / (last.0 - before.0));
                (last.1 + steepness * (flow - last.0), steepness)
            }
            Shape::Parabola { free_delivery, shut_off_pressure } => {
                let share = (flow / free_delivery).min(1.0);
                let slope = -2.0 * shut_off_pressure * share / free_delivery;
                let beyond = (flow - free_delivery).max(0.0);
                (shut_off_pressure * (1.0 - share * share) + slope * beyond, slope)
            }
        }
    }

    /// Flows between which the curve is given, m³/s.
    #[must_use]
    pub fn flow_range(&self) -> (f64, f64) {
        match &self.shape {
            Shape::Points(curve) => (curve.points()[0].0, curve.points()[curve.points().len() - 1].0),
            Shape::Parabola { free_delivery, .. } => (0.0, *free_delivery),
        }
    }

    /// Flow below which the fan stalls, m³/s: that of the last point to which the pressure rises; 0 if it never does.
    #[must_use]
    pub fn stall_flow(&self) -> f64 {
        match &self.shape {
            Shape::Points(curve) => {
                let rises = curve.points().windows(2).rev().find(|pair| pair[1].1 > pair[0].1);
                rises.map_or(0.0, |pair| pair[1].0)
            }
            Shape::Parabola { .. } => 0.0,
        }
    }

    /// Flow at which no pressure is left, m³/s: free delivery.
    #[must_use]
    pub fn free_delivery(&self) -> f64 {
        operating_point(self, SystemCurve { linear: 0.0, quadratic: 0.0 }).flow
    }

    /// Largest Q Δp along the curve, W: what the air can take from this fan. Of points to about 1 %.
    #[must_use]
    pub fn largest_air_power(&self) -> f64 {
        match &self.shape {
            // At Q₀/√3.
            Shape::Parabola { free_delivery, shut_off_pressure } => {
                2.0 / 27_f64.sqrt() * free_delivery * shut_off_pressure
            }
            Shape::Points(_) => {
                self.cuts().into_iter().map(|flow| flow * self.at(flow).pressure_rise).fold(0.0, f64::max)
            }
        }
    }

    /// The same fan at another speed and density: Q ∝ n, Δp ∝ d n².
    ///
    /// `speed_ratio` is n over the speed of this curve, `density_ratio` d the air's density over that of this curve.
    ///
    /// # Errors
    /// [`FanError::NotPositive`]: a fan that stands still has no curve but a loss.
    pub fn at_speed(&self, speed_ratio: f64, density_ratio: f64) -> Result<FanCurve, FanError> {
        let n = positive("speed ratio", speed_ratio)?;
        let d = positive("density ratio", density_ratio)?;
        Ok(self.scaled(n, d * n * n))
    }

    /// `count` equal fans side by side, as one: the flows add.
    ///
    /// # Errors
    /// [`FanError::NotPositive`] for none.
    pub fn in_parallel(&self, count: usize) -> Result<FanCurve, FanError> {
        Ok(self.scaled(positive("number of fans", count as f64)?, 1.0))
    }

    /// `count` equal fans one behind the other, as one: the pressures add.
    ///
    /// # Errors
    /// [`FanError::NotPositive`] for none.
    pub fn in_series(&self, count: usize) -> Result<FanCurve, FanError> {
        Ok(self.scaled(1.0, positive("number of fans", count as f64)?))
    }

    fn scaled(&self, flow_factor: f64, pressure_factor: f64) -> FanCurve {
        let shape = match &self.shape {
            Shape::Points(curve) => Shape::Points(curve.scaled(flow_factor, pressure_factor)),
            Shape::Parabola { free_delivery, shut_off_pressure } => Shape::Parabola {
                free_delivery: free_delivery * flow_factor,
                shut_off_pressure: shut_off_pressure * pressure_factor,
            },
        };
        FanCurve { shape }
    }

    /// Flows at which the curve is cut where a crossing or a largest value is looked for, falling from beyond its end to rest.
    fn cuts(&self) -> Vec<f64> {
        let mut ends: Vec<f64> = match &self.shape {
            Shape::Points(curve) => curve.points().iter().map(|(flow, _)| *flow).collect(),
            Shape::Parabola { free_delivery, .. } => vec![0.0, *free_delivery],
        };
        if ends[0] > 0.0 {
            ends.insert(0, 0.0);
        }
        let last = ends[ends.len() - 1];
        // Where the line beyond the end meets zero pressure: no crossing lies further.
        let (pressure, slope) = (self.at(last).pressure_rise, self.forward(last * 2.0).1);
        let beyond = last - pressure.max(0.0) / slope;
        let piece = |pair: &[f64]| {
            let (low, high) = (pair[0], pair[1]);
            (0..PIECES).map(move |k| low + (high - low) * k as f64 / PIECES as f64).collect::<Vec<_>>()
        };
        let mut cuts: Vec<f64> = ends.windows(2).flat_map(piece).collect();
        cuts.extend([last, beyond]);
        cuts.reverse();
        cuts
    }
}

fn last_two(curve: &MonotoneCurve) -> [(f64, f64); 2] {
    let points = curve.points();
    [points[points.len() - 2], points[points.len() - 1]]
}

fn positive(name: &'static str, value: f64) -> Result<f64, FanError> {
    if value > 0.0 && value.is_finite() { Ok(value) } else { Err(FanError::NotPositive { name, value }) }
}

/// What a duct, a rack or a tray resists: Δp = a Q + b Q|Q|, both not negative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SystemCurve {
    /// a, Pa s/m³.
    pub linear: f64,
    /// b, Pa s²/m⁶.
    pub quadratic: f64,
}

impl SystemCurve {
    /// Pressure drop at a flow in m³/s, Pa; odd in the flow.
    #[must_use]
    pub fn pressure_drop(&self, flow: f64) -> f64 {
        self.linear * flow + self.quadratic * flow * flow.abs()
    }

    /// d(pressure drop)/dQ, Pa s/m³.
    #[must_use]
    pub fn slope(&self, flow: f64) -> f64 {
        self.linear + 2.0 * self.quadratic * flow.abs()
    }
}

/// Where a fan and a system meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OperatingPoint {
    /// m³/s.
    pub flow: f64,
    /// Pa.
    pub pressure_rise: f64,
    /// Where on the fan's curve that is.
    pub branch: FanBranch,
}

/// Flow at which a fan gives what a system takes.
///
/// Where the curves meet more than once, as a fan with a hump can, the crossing of the largest flow is given: it is the
/// stable one. Newton's steps are kept in a bracket, to rounding. A system that lets nothing pass leaves the flow at 0.
#[must_use]
pub fn operating_point(fan: &FanCurve, system: SystemCurve) -> OperatingPoint {
    let excess = |flow: f64| fan.at(flow).pressure_rise - system.pressure_drop(flow);
    let cuts = fan.cuts();
    // At rest the fan's pressure is not negative and the system takes none.
    let low = cuts.iter().position(|&flow| excess(flow) >= 0.0).unwrap_or(cuts.len() - 1);
    let (mut low, mut high) = (cuts[low], cuts[low.saturating_sub(1)]);
    let mut flow = if high > low { 0.5 * (low + high) } else { low };
    for _ in 0..MOST_STEPS {
        let over = excess(flow);
        if over >= 0.0 {
            low = flow;
        } else {
            high = flow;
        }
        let slope = fan.at(flow).slope - system.slope(flow);
        let newton = flow - over / slope;
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let stands = over == 0.0 || (next - flow).abs() <= 4.0 * f64::EPSILON * flow.abs();
        if stands || high <= low {
            break;
        }
        flow = next;
    }
    let state = fan.at(flow);
    OperatingPoint { flow, pressure_rise: state.pressure_rise, branch: state.branch }
}

/// How a fan's electrical power follows from its state.
#[derive(Clone, Debug, PartialEq)]
pub enum FanPower {
    /// P = Q Δp/η with a fixed efficiency η of fan, motor and drive together. At shut-off and beyond free delivery it
    /// gives 0 W, which is less than any fan draws.
    Efficiency(f64),
    /// W at nominal speed and the sheet's density, whatever the flow.
    Nominal(f64),
    /// W against flow in m³/s at nominal speed and the sheet's density; held at its ends.
    Curve(MonotoneCurve),
}

impl FanPower {
    /// Electrical power, W, that is known without a state: the nominal one, or the highest of a curve, at a speed and
    /// density ratio; none by efficiency.
    #[must_use]
    pub fn highest(&self, speed_ratio: f64, density_ratio: f64) -> Option<f64> {
        let affinity = density_ratio * speed_ratio.powi(3);
        match self {
            FanPower::Efficiency(_) => None,
            FanPower::Nominal(power) => Some(power * affinity),
            FanPower::Curve(curve) => {
                let highest = curve.points().iter().map(|(_, power)| *power).fold(0.0, f64::max);
                Some(highest * affinity)
            }
        }
    }

    /// Electrical power, W, at a flow in m³/s and a pressure rise in Pa, speed ratio n and density ratio d.
    #[must_use]
    pub fn power(&self, flow: f64, pressure_rise: f64, speed_ratio: f64, density_ratio: f64) -> f64 {
        let affinity = density_ratio * speed_ratio.powi(3);
        match self {
            FanPower::Efficiency(efficiency) => (flow * pressure_rise / efficiency).max(0.0),
            FanPower::Nominal(power) => power * affinity,
            FanPower::Curve(curve) => {
                let points = curve.points();
                let at_nominal = (flow / speed_ratio).clamp(points[0].0, points[points.len() - 1].0);
                curve.value_and_slope(at_nominal).0.max(0.0) * affinity
            }
        }
    }
}

#[cfg(test)]
#[path = "fan_tests.rs"]
mod tests;
