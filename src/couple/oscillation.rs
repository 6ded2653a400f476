//! How far the values of a flow swing that does not settle.
//!
//! Where the iterations are used up, some more are done in pieces, with the temperatures of each, and every monitor and
//! part is looked at after each piece. Iterations are no time: how far a value swings says how little it can be relied
//! on, not what it does in a second.

use crate::couple::airstate::{Before, solve_air_state};
use crate::couple::engine::Device;
use crate::couple::{Answer, CoupleError, Progress, energy, results};
use crate::model::air::OPEN_LOSS_PER_METRE;
use crate::result::{Component, Monitor, Summary, Swing, Warning};

/// Pieces, and iterations of each.
const PIECES: usize = 8;
const ITERATIONS: usize = 25;

/// Swings worth a warning: of temperatures, K, and of other values, as a share of their largest size.
const WARM: f64 = 0.1;
const SHARE: f64 = 0.01;

/// Puts the swings of monitors and parts into a summary, with a warning of the largest; nothing for a flow that has
/// settled, or has diverged.
pub(super) fn report(
    answer: &Answer<'_>,
    summary: &mut Summary,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<(), CoupleError> {
    let Some(air) = &answer.air else { return Ok(()) };
    let unsettled = air.flows.iter().any(|flow| !flow.report.converged);
    if !unsettled || air.flows.iter().any(|flow| flow.report.diverged.is_some()) {
        return Ok(());
    }
    let (scene, model) = (answer.scene.as_ref(), answer.model.as_ref());
    let (mut air, mut warm) = (air.clone(), answer.energy.clone());
    let mut seen = vec![(summary.components.clone(), summary.monitors.clone())];
    for _ in 0..PIECES {
        let lift = air.follows_temperatures(model).then_some(warm.rise.cells.as_slice());
        let conduction = energy::conduction(scene, model, &air, &warm)?;
        let conduction = conduction.as_ref();
        let before = Before { model, air: &air, lift, conduction, most: Some(ITERATIONS) };
        let next = solve_air_state(scene, model, OPEN_LOSS_PER_METRE, Some(before), device, progress)?;
        let Some(next) = next.filter(|air| air.flows.iter().all(|flow| flow.report.diverged.is_none()))
        else {
            break;
        };
        warm = energy::solve_energy(scene, model, Some(&next), Some(&warm), device, progress)?;
        air = next;
        let view = results::View { scene, model, air: Some(&air), energy: &warm };
        seen.push(results::values(&view));
    }
    for (number, part) in summary.components.iter_mut().enumerate() {
        part.swing_c = swing(seen.iter().filter_map(|(parts, _)| Some(parts.get(number)?.temperature_c())));
    }
    for (number, monitor) in summary.monitors.iter_mut().enumerate() {
        monitor.swing = swing(seen.iter().filter_map(|(_, monitors)| Some(monitors.get(number)?.value)));
    }
    let over = format!("over {} more iterations", PIECES * ITERATIONS);
    let part = largest(summary.components.iter().filter_map(of_part));
    let monitor = largest(summary.monitors.iter().filter_map(of_monitor));
    for (place, swing, unit) in part.into_iter().chain(monitor) {
        let Swing { mean, low, high } = swing;
        summary.warnings.push(Warning {
            finding: format!(
                "the flow does not settle: {low:.4} to {high:.4} {unit} {over}, {mean:.4} in the mean"
            ),
            place: place.to_owned(),
            remedy: "the mean is an estimate, no answer; look for a steady flow: another outlet, less room for jets".into(),
        });
    }
    Ok(())
}

/// Mean and extremes of values; none of a single one, or of what is no number.
fn swing(values: impl Iterator<Item = f64>) -> Option<Swing> {
    let values: Vec<f64> = values.collect();
    let (low, high) =
        values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &v| (v.min(low), v.max(high)));
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (values.len() > 1 && mean.is_finite()).then_some(Swing { mean, low, high })
}

/// A place, its swing with unit, and how far it swings against what is worth telling.
type Told<'a> = (&'a str, Swing, &'a str, f64);

fn of_part(part: &Component) -> Option<Told<'_>> {
    let swing = part.swing_c?;
    Some((&part.name, swing, "°C", (swing.high - swing.low) / WARM))
}

fn of_monitor(monitor: &Monitor) -> Option<Told<'_>> {
    let swing = monitor.swing?;
    let size = swing.low.abs().max(swing.high.abs());
    let worth = if monitor.quantity == "temperature" { WARM } else { SHARE * size };
    let unit = if monitor.unit == "degC" { "°C" } else { &monitor.unit };
    Some((&monitor.name, swing, unit, if worth > 0.0 { (swing.high - swing.low) / worth } else { 0.0 }))
}

/// The one that swings furthest, if that is worth telling.
fn largest<'a>(told: impl Iterator<Item = Told<'a>>) -> Option<(&'a str, Swing, &'a str)> {
    let furthest = told.max_by(|a, b| a.3.total_cmp(&b.3))?;
    (furthest.3 > 1.0).then_some((furthest.0, furthest.1, furthest.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_swing_is_the_mean_and_the_extremes_of_what_was_seen() {
        let found = swing([1.0, 4.0, 1.0].into_iter());
        assert_eq!(found, Some(Swing { mean: 2.0, low: 1.0, high: 4.0 }));
        assert_eq!(swing([1.0].into_iter()), None);
        assert_eq!(swing([1.0, f64::NAN].into_iter()), None);
    }
}
