//! Air streams through the openings, and fans; other fluids have streams of their own (`fluids`).

use super::{View, celsius, validity};
use crate::couple::airstate::AirState;
use crate::couple::fans::{FanPoint, fan_points};
use crate::couple::fluid;
use crate::grid::Side;
use crate::model::air::{FanFace, FanPlane};
use crate::physics::fan::FanBranch;
use crate::result;

/// What crosses the openings of a scene; temperatures in K.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AirStreams {
    /// Drawn in, kg/s.
    pub intake: f64,
    /// Blown out, kg/s.
    pub exhaust: f64,
    /// Coldest air drawn in.
    pub intake_min: f64,
    /// Warmest air drawn in.
    pub intake_max: f64,
    /// Mixed air blown out.
    pub exhaust_temperature: f64,
    /// Share of the intake that is exhaust air by its temperature.
    pub recirculated_share: f64,
}

/// Streams through all openings of a scene.
#[must_use]
pub fn air_streams(view: &View<'_>, air: &AirState) -> AirStreams {
    let site = view.scene.site.air_temperature;
    let (exhaust, exhaust_temperature) = leaving(view, air, None);
    let mut streams = AirStreams {
        intake: 0.0,
        exhaust,
        intake_min: f64::INFINITY,
        intake_max: f64::NEG_INFINITY,
        exhaust_temperature,
        recirculated_share: 0.0,
    };
    let warmest = exhaust_temperature - site;
    let mut warm = 0.0;
    for (face, &outward) in view.model.openings.iter().zip(&air.solution.flux.boundary) {
        if outward >= 0.0 || view.model.fluid(face.cell) != 0 {
            continue;
        }
        let temperature = view.scene.openings[face.opening].temperature;
        streams.intake -= outward;
        streams.intake_min = streams.intake_min.min(temperature);
        streams.intake_max = streams.intake_max.max(temperature);
        if warmest > 1e-9 {
            warm -= outward * ((temperature - site) / warmest).clamp(0.0, 1.0);
        }
    }
    if streams.intake > 0.0 {
        streams.recirculated_share = warm / streams.intake;
    } else {
        (streams.intake_min, streams.intake_max) = (site, site);
    }
    streams
}

/// Mass flow (kg/s) and mixed temperature (K) of the air that leaves through a side, or through all.
pub(super) fn leaving(view: &View<'_>, air: &AirState, side: Option<Side>) -> (f64, f64) {
    let (mut mass_flow, mut heat) = (0.0, 0.0);
    for (face, &outward) in view.model.openings.iter().zip(&air.solution.flux.boundary) {
        let of_air = view.model.fluid(face.cell) == 0;
        if outward > 0.0 && of_air && side.is_none_or(|side| side == face.side) {
            mass_flow += outward;
            heat += outward * view.energy.rise.cells[face.cell];
        }
    }
    // Fans in the openings' plane heat the air that they blow out.
    if mass_flow > 0.0 {
        heat += fans_at(view, air, side) / air.air().specific_heat;
    }
    let rise = if mass_flow > 0.0 { heat / mass_flow } else { 0.0 };
    (mass_flow, view.energy.reference + rise)
}

/// The fluid that a fan moves.
fn fluid_of(view: &View<'_>, air: &AirState, fan: usize) -> usize {
    let face = air.problem.fans[fan].faces.first();
    face.map_or(0, |face| view.model.fluid(air.problem.inside(face)))
}

/// Power of the fans that blow air out through a side of the domain, or through any, W.
fn fans_at(view: &View<'_>, air: &AirState, side: Option<Side>) -> f64 {
    let of_air = |fan: usize| fluid_of(view, air, fan) == 0;
    let on_side = |fan: usize| {
        let Some(side) = side else { return true };
        let rectangle = &view.scene.fans[fan].rectangle;
        let limit = if side.upper { view.scene.size[side.axis as usize] } else { 0.0 };
        let near = 1e-6 * view.scene.size[side.axis as usize];
        rectangle.axis == side.axis && (rectangle.at - limit).abs() <= near
    };
    let power = &view.model.fan_power_outside;
    power.iter().enumerate().filter(|(fan, _)| of_air(*fan) && on_side(*fan)).map(|(_, power)| power).sum()
}

impl AirStreams {
    /// For the summary.
    pub(super) fn summary(&self, view: &View<'_>) -> result::Air {
        let air = view.air.expect("streams are those of an air field");
        let points = fan_points(view.scene, air).into_iter().enumerate();
        let points: Vec<FanPoint> =
            points.filter(|&(fan, _)| fluid_of(view, air, fan) == 0).map(|(_, point)| point).collect();
        let fineness = validity::fineness(view, 0);
        let total: f64 = points.iter().map(|point| point.flow).sum();
        let work: f64 = points.iter().map(|point| point.flow * point.pressure_rise).sum();
        result::Air {
            demanded_m3_s: self.intake / air.air().density,
            available_m3_s: view.scene.site.available_flow,
            recirculated_share: self.recirculated_share,
            warm_share_at_fans: warm_share_at_fans(view, air, self.exhaust_temperature),
            intake_min_c: celsius(self.intake_min),
            intake_max_c: celsius(self.intake_max),
            exhaust_c: celsius(self.exhaust_temperature),
            rack_pressure_pa: if total > 0.0 { work / total } else { 0.0 },
            field: match air.flows.is_empty() {
                true => result::AirField::Potential,
                false => result::AirField::Momentum,
            },
            largest_y_plus: fineness.and_then(|f| f.y_plus).map(|(y_plus, _)| y_plus),
            largest_cell_reynolds: fineness.map(|f| f.cell_reynolds.0),
        }
    }
}

/// Share of air of the exhaust's temperature, K, in what the fans draw beside air of the site; none without fans or
/// warm exhaust.
fn warm_share_at_fans(view: &View<'_>, air: &AirState, exhaust: f64) -> Option<f64> {
    let (mut mass_flow, mut warm) = (0.0, 0.0);
    let of_air = |face: &FanFace| view.model.fluid(air.problem.inside(face)) == 0;
    let faces = air.problem.fans.iter().flat_map(FanPlane::fluxes).filter(|(face, _)| of_air(face));
    for (face, through) in faces {
        let from = match face {
            FanFace::Interior { axis, cell, .. } if through < 0.0 => {
                Some(air.problem.above(axis as usize, cell))
            }
            FanFace::Interior { cell, .. } => Some(cell),
            FanFace::Boundary { face, .. } => {
                let at = &air.problem.boundary[face];
                (at.side.upper == (through > 0.0)).then_some(at.cell)
            }
        };
        let rise = from.map_or(0.0, |cell| view.energy.cell(cell) - view.scene.site.air_temperature);
        mass_flow += through.abs();
        warm += through.abs() * rise;
    }
    let largest = exhaust - view.scene.site.air_temperature;
    (mass_flow > 0.0 && largest > 1e-6).then(|| (warm / mass_flow / largest).clamp(0.0, 1.0))
}

/// Every fan, with the pressure it gives or has to give.
pub(super) fn fans(view: &View<'_>) -> Vec<result::Fan> {
    let Some(air) = view.air else { return Vec::new() };
    let branch = |branch: FanBranch| match branch {
        FanBranch::Reverse => result::FanBranch::Reverse,
        FanBranch::Stall => result::FanBranch::Stall,
        FanBranch::Normal => result::FanBranch::Normal,
        FanBranch::BeyondFreeDelivery => result::FanBranch::BeyondFreeDelivery,
    };
    let fluid = |fan: usize| match fluid_of(view, air, fan) {
        0 => None,
        other => Some(fluid::name(view.scene, view.model.fluids.list[other]).to_owned()),
    };
    let summary = |((number, fan), point): ((usize, &crate::scene::Fan), FanPoint)| result::Fan {
        name: fan.name.clone(),
        fluid: fluid(number),
        flow_m3_s: point.flow,
        pressure_rise_pa: point.pressure_rise,
        available_pressure_pa: fan.available_pressure,
        power_w: fan.design_power(),
        speed: fan.speed(),
        branch: point.branch.map(branch),
    };
    view.scene.fans.iter().enumerate().zip(fan_points(view.scene, air)).map(summary).collect()
}
