//! Air that expands and its temperatures: they follow each other until both stand still.
//!
//! In a chimney the speed grows with the rise and the rise falls with the speed, so that passes which hold one while they solve
//! the other swing, for ever where the draught is laminar. Flow and temperatures are therefore solved together, over what
//! conducts and what compact parts give off at the end of the pass before ([`crate::couple::lift`]), and passes only bring
//! these along. The first pass holds the temperatures: it shows whether the flow feels them at all.

use crate::couple::airstate::{AirState, Before, solve_air_state};
use crate::couple::energy::{conduction, largest_difference, solve_energy};
use crate::couple::engine::Device;
use crate::couple::{Answer, CoupleError, Progress, fans};
use crate::model::Model;
use crate::model::air::OPEN_LOSS_PER_METRE;
use crate::scene::{Resolution, Scene};

/// Difference of the rises that lift the air and those of the energy equation at which they agree, K …
const TOLERANCE: f64 = 0.01;
/// … or as a share of the largest rise.
const SHARE: f64 = 1e-3;
/// Most passes of air and temperatures.
const PASSES: usize = 12;

/// Lets the air follow the temperatures, and they the air, until both stand still. Nothing to do where the air does not
/// feel them, or was solved together with them.
pub(super) fn settle<'a>(
    (scene, model, resolution): (&'a Scene, &'a Model, Resolution),
    mut air: AirState,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<Answer<'a>, CoupleError> {
    let mut settled = fans::settle(scene, model, resolution, &air)?;
    let mut energy = solve_energy(&settled.0, &settled.1, Some(&air), None, device, progress)?;
    let follows = air.follows_temperatures(model);
    let (mut off, mut largest) = (f64::INFINITY, 0.0);
    for _ in 0..if follows { PASSES } else { 0 } {
        let together =
            if off.is_finite() { conduction(&settled.0, &settled.1, &air, &energy)? } else { None };
        let (lift, conduction) = (Some(energy.rise.cells.as_slice()), together.as_ref());
        let before = Before { model, air: &air, lift, conduction, most: None };
        let Some(next) = solve_air_state(scene, model, OPEN_LOSS_PER_METRE, Some(before), device, progress)?
        else {
            break;
        };
        settled = fans::settle(scene, model, resolution, &next)?;
        let heated = solve_energy(&settled.0, &settled.1, Some(&next), Some(&energy), device, progress)?;
        off = largest_difference(&energy.rise, &heated.rise);
        largest = heated.rise.values().fold(0.0, |largest: f64, rise| largest.max(rise.abs()));
        (air, energy) = (next, heated);
        if air.solution.converged && off <= TOLERANCE.max(SHARE * largest) {
            break;
        }
    }
    if follows && off > TOLERANCE.max(SHARE * largest) {
        energy.converged = false;
        energy.buoyancy_change = off;
    }
    let (scene, model) = settled;
    Ok(Answer { scene, model, air: Some(air), energy })
}
