//! Fans in the solved air: where on their curves they work, and the scene in which they draw what that takes.
//!
//! Until the air is solved a fan with a curve counts with its design power. Its power in the solved flow takes that
//! place before the temperatures are solved, and a budget that contains it leaves the difference to those who receive
//! the rest ([`crate::scene::Remainder`]): no heat is lost or counted twice.

use crate::couple::CoupleError;
use crate::couple::airstate::AirState;
use crate::model::Model;
use crate::physics::fan::FanBranch;
use crate::scene::{Resolution, Scene};
use std::borrow::Cow;

/// What a fan does in the solved air.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanPoint {
    /// Along its direction, m³/s.
    pub flow: f64,
    /// Static pressure rise along its direction, Pa.
    pub pressure_rise: f64,
    /// Where on its curve that is; none for a fixed flow or a fan that has failed.
    pub branch: Option<FanBranch>,
}

/// The state of every fan: on its curve, or what a fixed flow has to overcome.
#[must_use]
pub fn fan_points(scene: &Scene, air: &AirState) -> Vec<FanPoint> {
    let rises = air.problem.fan_pressure_rises(&air.solution.pressure);
    let point = |(number, rise): (usize, f64)| {
        let fan = &scene.fans[number];
        let curve = fan.running_curve(air.problem.fans[number].density).filter(|_| fan.failed.is_none());
        match curve {
            None => FanPoint { flow: air.fan_flow(number), pressure_rise: rise, branch: None },
            Some(curve) => {
                let along = if fan.forward { 1.0 } else { -1.0 };
                let flow = along * air.problem.fans[number].mass_flow / air.problem.fans[number].density;
                let state = curve.at(flow);
                FanPoint { flow, pressure_rise: state.pressure_rise, branch: Some(state.branch) }
            }
        }
    };
    rises.into_iter().enumerate().map(point).collect()
}

/// The scene and the model in which every fan draws what it does in the solved air; the given ones where that is what
/// they hold already.
///
/// # Errors
/// [`CoupleError`] if the model cannot be made, which the given one could.
pub fn settle<'a>(
    scene: &'a Scene,
    model: &'a Model,
    resolution: Resolution,
    air: &AirState,
) -> Result<(Cow<'a, Scene>, Cow<'a, Model>), CoupleError> {
    let points = fan_points(scene, air);
    let drawn: Vec<f64> = scene
        .fans
        .iter()
        .zip(&points)
        .zip(&air.problem.fans)
        .map(|((fan, point), plane)| fan.electrical_power(point.flow, point.pressure_rise, plane.density))
        .collect();
    if drawn.iter().zip(&scene.fans).all(|(drawn, fan)| *drawn == fan.design_power()) {
        return Ok((Cow::Borrowed(scene), Cow::Borrowed(model)));
    }
    let settled = scene.drawing(&drawn);
    let remarks = model.remarks.clone();
    let model = Model { remarks, ..Model::new(&settled, resolution)? };
    Ok((Cow::Owned(settled), Cow::Owned(model)))
}
