//! Coarser grids before the one that was asked for: a start for its flow, and an estimate of what its spacing costs.
//!
//! With given cells, grids of half and a quarter of them; with a preset, the coarser presets. From values f of
//! spacings h, 2h and 4h follows the order p they show, and with it what is left at h (Richardson):
//!
//! ```text
//! p = log₂ ((f_2h − f_4h)/(f_h − f_2h)), at least 1 and at most 2      error ≈ |f_h − f_2h|/(2^p − 1)
//! ```
//!
//! Two grids, or values that do not approach each other, show no order: then p is taken as 1.

use crate::couple::CoupleError;
use crate::couple::prepare;
use crate::model::Model;
use crate::result::{Component, LevelSummary, Monitor, Summary};
use crate::scene::{AirField, GridRule, Resolution, Scene};

/// Fewest cells along an axis that has more than one.
const FEWEST: usize = 4;

/// A coarser grid of a scene.
pub(super) struct Level {
    pub(super) scene: Scene,
    pub(super) model: Model,
    pub(super) resolution: Resolution,
}

/// Coarser grids for a scene, coarsest first; none where nothing is gained by them, or where parts do not fit.
pub(super) fn coarser(scene: &Scene, resolution: Resolution) -> Vec<Level> {
    if scene.air.field != AirField::Momentum {
        return Vec::new();
    }
    let of = |(scene, resolution): (Scene, Resolution)| -> Result<Level, CoupleError> {
        let model = prepare(&scene, resolution)?;
        Ok(Level { scene, model, resolution })
    };
    let finer = match (&scene.grid, resolution) {
        (GridRule::Cells { cells, .. }, _) => [4, 2]
            .into_iter()
            .filter_map(|factor| Some(with_cells(scene, fewer(*cells, factor)?)))
            .map(|scene| (scene, resolution))
            .collect(),
        (_, Resolution::Draft) => Vec::new(),
        (_, Resolution::Standard) => vec![(scene.clone(), Resolution::Draft)],
        (_, Resolution::Fine) => {
            vec![(scene.clone(), Resolution::Draft), (scene.clone(), Resolution::Standard)]
        }
    };
    finer.into_iter().filter_map(|level| of(level).ok()).collect()
}

/// Cells over a factor along every axis of more than one, if that goes.
fn fewer(cells: [usize; 3], factor: usize) -> Option<[usize; 3]> {
    let fits = |n: &usize| *n == 1 || n.is_multiple_of(factor) && n / factor >= FEWEST;
    cells.iter().all(fits).then(|| cells.map(|n| if n == 1 { 1 } else { n / factor }))
}

fn with_cells(scene: &Scene, fewer: [usize; 3]) -> Scene {
    let mut scene = scene.clone();
    if let GridRule::Cells { cells, .. } = &mut scene.grid {
        *cells = fewer;
    }
    scene
}

/// What a coarser grid gave.
pub(super) struct Answers {
    pub(super) components: Vec<Component>,
    pub(super) monitors: Vec<Monitor>,
    pub(super) level: LevelSummary,
}

/// Puts the estimated discretisation errors into a summary, from the answers of its coarser grids, coarsest first.
pub(super) fn estimate(summary: &mut Summary, coarser: &[Answers]) {
    let Some((next, far)) = coarser.split_last() else { return };
    let far = far.last();
    let error = |here: f64, of: &dyn Fn(&Answers) -> Option<f64>| -> Option<f64> {
        Some(discretisation_error(here, of(next)?, far.and_then(of)))
    };
    for part in &mut summary.components {
        let of = |answers: &Answers| {
            answers.components.iter().find(|c| c.name == part.name).map(Component::temperature_c)
        };
        part.grid_error_k = error(part.temperature_c(), &of);
    }
    for monitor in &mut summary.monitors {
        let of =
            |answers: &Answers| answers.monitors.iter().find(|m| m.name == monitor.name).map(|m| m.value);
        monitor.grid_error = error(monitor.value, &of);
    }
    summary.grid.coarser = coarser.iter().map(|answers| answers.level.clone()).collect();
}

/// What is left of the error of a value at spacing h, given those at 2h and, if there is one, 4h.
fn discretisation_error(h: f64, h2: f64, h4: Option<f64>) -> f64 {
    let ratio = h4.map_or(2.0, |h4| (h2 - h4) / (h - h2));
    let ratio = if ratio.is_finite() { ratio.clamp(2.0, 4.0) } else { 2.0 };
    (h - h2).abs() / (ratio - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_of_a_value_of_second_order_is_found_from_three_grids() {
        // f = 5 + 3 h².
        let f = |h: f64| 5.0 + 3.0 * h * h;
        let found = discretisation_error(f(0.1), f(0.2), Some(f(0.4)));
        approx::assert_relative_eq!(found, 0.03, max_relative = 1e-9);
        // Two grids show no order: their whole difference.
        approx::assert_relative_eq!(discretisation_error(f(0.1), f(0.2), None), 0.09, max_relative = 1e-9);
        assert_eq!(discretisation_error(1.0, 1.0, Some(1.0)), 0.0);
    }

    #[test]
    fn cells_are_halved_along_axes_that_have_more_than_one_and_allow_it() {
        assert_eq!(fewer([64, 32, 1], 4), Some([16, 8, 1]));
        assert_eq!(fewer([64, 30, 1], 4), None);
        assert_eq!(fewer([8, 8, 8], 4), None);
    }
}
