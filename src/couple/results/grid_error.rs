//! What the grid's spacing costs: answers of coarser grids, and which part suffers most.

use super::View;
use crate::couple::airstate::AirState;
use crate::couple::sequence::Answers;
use crate::result::{Component, LevelSummary, Monitor, Summary, Warning};

/// Share of a part's own rise from which on its estimated error is worth a warning.
const WORTH_TELLING: f64 = 0.1;
/// Errors below this never are, K.
const NEVER: f64 = 0.5;

/// What a coarser grid says of the parts and monitors.
pub(in crate::couple) fn answers(view: &View<'_>, seconds: f64) -> Answers {
    let (components, monitors) = values(view);
    Answers {
        components,
        monitors,
        level: LevelSummary {
            cells: view.model.grid.cells(),
            iterations: view.air.map_or(0, AirState::flow_iterations),
            work: view.air.map_or(0.0, AirState::flow_work),
            converged: view.energy.converged && view.air.is_none_or(|air| air.solution.converged),
            seconds,
        },
    }
}

/// Parts and monitors.
pub(in crate::couple) fn values(view: &View<'_>) -> (Vec<Component>, Vec<Monitor>) {
    (super::components::components(view), super::monitors::monitors(view).0)
}

/// Warns of the part whose temperature the grid resolves worst.
pub(in crate::couple) fn under_resolved(summary: &mut Summary) {
    let share = |part: &Component| {
        let error = part.grid_error_k?;
        let rise = (part.temperature_c() - part.reference_c?).abs();
        (error > NEVER && error > WORTH_TELLING * rise).then_some((error, rise))
    };
    let worst = summary
        .components
        .iter()
        .filter_map(|part| share(part).map(|(error, rise)| (part, error, rise)))
        .max_by(|a, b| (a.1 / a.2).total_cmp(&(b.1 / b.2)));
    if let Some((part, error, rise)) = worst {
        let finding = format!(
            "its temperature is uncertain by {error:.1} K of a rise of {rise:.1} K for the grid's spacing alone"
        );
        let remedy = "use a finer grid: `--grid standard`, `--grid fine`, or a smaller `smallest_spacing`";
        summary.warnings.push(Warning { finding, place: part.name.clone(), remedy: remedy.into() });
    }
}
