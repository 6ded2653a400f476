//! Where the powers of a drive enter the equation.

use super::drive::{Drive, PowerSource};
use crate::couple::CoupleError;
use crate::model::Model;
use crate::model::system::State;
use crate::scene::{Resolution, Scene};
use crate::solver::time::Weights;

/// Powers of a span of time, W.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Power {
    pub(super) chips: Vec<f64>,
    pub(super) others: f64,
}

impl Power {
    /// All of them, W.
    pub(super) fn total(&self) -> f64 {
        self.chips.iter().sum::<f64>() + self.others
    }

    /// The power that a scheme takes at the end of a step of `step` s over which this is the mean, from the mean of the
    /// step before and its length: D of what was released.
    pub(super) fn at_end(&self, weights: Weights, step: f64, before: Option<(&Power, f64)>) -> Power {
        let end = |this: f64, last: f64| {
            let last_step = before.map_or(0.0, |(_, step)| step);
            weights.derivative(this * step, last * last_step)
        };
        let of_last = |chip: usize| before.map_or(0.0, |(power, _)| power.chips[chip]);
        Power {
            chips: self.chips.iter().enumerate().map(|(chip, power)| end(*power, of_last(chip))).collect(),
            others: end(self.others, before.map_or(0.0, |(power, _)| power.others)),
        }
    }
}

/// How far powers lie from those of the model, and where they enter.
pub(super) struct Powers<'a> {
    model: &'a Model,
    /// Powers of the scene.
    nominal: Power,
    /// Share of the others in cells, nodes and sheets, 1; 0 where the temperature is known.
    cells: Vec<(usize, f64)>,
    nodes: Vec<(usize, f64)>,
    pub(super) sheets: Vec<f64>,
}

impl<'a> Powers<'a> {
    /// Of a model of a scene.
    pub(super) fn new(
        scene: &Scene,
        model: &'a Model,
        resolution: Resolution,
        known: &[bool],
    ) -> Result<Self, CoupleError> {
        // What is there without powers is the fans'.
        let still = Model::new(&scene.at_power(0.0), resolution)?;
        let chips: Vec<f64> = scene.chips.iter().map(|chip| chip.power).collect();
        let mut nodes: Vec<f64> =
            model.node_power.iter().zip(&still.node_power).map(|(a, b)| a - b).collect();
        for (power, at) in chips.iter().zip(&model.chip_nodes) {
            nodes[at.junction] -= power;
        }
        let cells = model.power.iter().zip(&still.power).zip(known);
        let cells: Vec<f64> = cells.map(|((a, b), known)| if *known { 0.0 } else { a - b }).collect();
        let sheets: Vec<f64> =
            model.sheets.iter().zip(&still.sheets).map(|(a, b)| a.power - b.power).collect();
        let others: f64 = cells.iter().chain(&nodes).chain(&sheets).sum();
        let scale = if others == 0.0 { 0.0 } else { others.recip() };
        let shares = |values: Vec<f64>| {
            let shares = values.into_iter().enumerate().map(|(at, power)| (at, power * scale));
            shares.filter(|(_, share)| *share != 0.0).collect::<Vec<_>>()
        };
        Ok(Self {
            model,
            nominal: Power { chips, others },
            cells: shares(cells),
            nodes: shares(nodes),
            sheets: sheets.into_iter().map(|power| power * scale).collect(),
        })
    }

    /// What the others release in the scene, W.
    pub(super) fn others(&self) -> f64 {
        self.nominal.others
    }

    /// What a drive releases over a span of time.
    pub(super) fn of(&self, drive: &dyn Drive, from: f64, to: f64) -> Power {
        Power {
            chips: (0..self.nominal.chips.len())
                .map(|chip| drive.power(PowerSource::Chip(chip), from, to))
                .collect(),
            others: drive.power(PowerSource::Others, from, to),
        }
    }

    /// How much more than the model has it releases, W.
    pub(super) fn excess(&self, power: &Power) -> f64 {
        power.total() - self.nominal.total()
    }

    /// How much more the others do, W.
    pub(super) fn excess_of_others(&self, power: &Power) -> f64 {
        power.others - self.nominal.others
    }

    /// Adds the difference to the right-hand side, but for that in sheets.
    pub(super) fn add_excess(&self, power: &Power, right: &mut State) {
        for ((power, nominal), at) in power.chips.iter().zip(&self.nominal.chips).zip(&self.model.chip_nodes)
        {
            right.nodes[at.junction] += power - nominal;
        }
        let others = self.excess_of_others(power);
        if others != 0.0 {
            self.cells.iter().for_each(|&(cell, share)| right.cells[cell] += share * others);
            self.nodes.iter().for_each(|&(node, share)| right.nodes[node] += share * others);
        }
    }
}
