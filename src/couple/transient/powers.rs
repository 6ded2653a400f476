//! Where the powers of a drive enter the equation: chips at their junctions, parts on which control acts where their
//! power lies, all others together as the scene spreads them.

use super::drive::{Drive, PowerSource, acted_on};
use crate::control::load::Part;
use crate::couple::CoupleError;
use crate::model::system::State;
use crate::model::{Model, PartKind};
use crate::scene::{Fault, Resolution, Scene};
use crate::solver::time::Weights;

/// Powers of a span of time, W.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Power {
    pub(super) chips: Vec<f64>,
    /// Of every [`Group`].
    groups: Vec<f64>,
}

impl Power {
    /// All of them, W.
    pub(super) fn total(&self) -> f64 {
        self.chips.iter().chain(&self.groups).sum()
    }

    /// The power that a scheme takes at the end of a step of `step` s over which this is the mean, from the mean of the
    /// step before and its length: D of what was released.
    pub(super) fn at_end(&self, weights: Weights, step: f64, before: Option<(&Power, f64)>) -> Power {
        let end = |this: f64, last: f64| {
            let last_step = before.map_or(0.0, |(_, step)| step);
            weights.derivative(this * step, last * last_step)
        };
        let all = |this: &[f64], last: Option<&Vec<f64>>| {
            let last = |index: usize| last.map_or(0.0, |last| last[index]);
            this.iter().enumerate().map(|(index, power)| end(*power, last(index))).collect()
        };
        let last = before.map(|(power, _)| power);
        Power {
            chips: all(&self.chips, last.map(|power| &power.chips)),
            groups: all(&self.groups, last.map(|power| &power.groups)),
        }
    }
}

/// Powers that rise and fall together, with their shares of it; 0 where the temperature is known.
struct Group {
    source: PowerSource,
    cells: Vec<(usize, f64)>,
    nodes: Vec<(usize, f64)>,
    sheets: Vec<(usize, f64)>,
}

/// How far powers lie from those of the model, and where they enter.
pub(super) struct Powers {
    /// Node of every chip's junction.
    junctions: Vec<usize>,
    sheets: usize,
    /// Powers of the scene.
    nominal: Power,
    /// Parts that control acts on, then all others.
    groups: Vec<Group>,
}

/// Powers by cell, node and sheet, W.
struct Spread {
    cells: Vec<f64>,
    nodes: Vec<f64>,
    sheets: Vec<f64>,
}

impl Spread {
    /// Takes out what lies in the places of a part, as shares of its nominal power.
    fn take(&mut self, scene: &Scene, model: &Model, part: Part) -> Result<Group, CoupleError> {
        let nominal = scene.nominal_power(part);
        if nominal == 0.0 {
            let (cells, nodes, sheets) = (Vec::new(), Vec::new(), Vec::new());
            return Ok(Group { source: PowerSource::Part(part), cells, nodes, sheets });
        }
        let kind = match part {
            Part::Chip(chip) => PartKind::Chip(chip),
            Part::Solid(solid) => PartKind::Solid(solid),
            Part::Porous(porous) => PartKind::Porous(porous),
            Part::Plate(plate) => PartKind::ColdPlate(plate),
            Part::Source(source) => return Err(not_alone(&scene.sources[source].name)),
        };
        let place = model.parts.iter().position(|known| known.kind == kind);
        let of = place.map(|index| &model.parts[index]);
        let node = match part {
            Part::Plate(plate) => Some(model.plate_nodes[plate]),
            _ => None,
        };
        let taken = |list: &mut [f64], at: &mut dyn Iterator<Item = usize>| {
            let take = |index: usize| (index, std::mem::take(&mut list[index]) / nominal);
            at.map(take).filter(|(_, share)| *share != 0.0).collect::<Vec<_>>()
        };
        let cells = of.map_or(&[][..], |of| &of.cells);
        let sheets = (0..model.sheets.len()).filter(|sheet| Some(model.sheets[*sheet].part) == place);
        let group = Group {
            source: PowerSource::Part(part),
            cells: taken(&mut self.cells, &mut cells.iter().copied()),
            nodes: taken(&mut self.nodes, &mut node.into_iter()),
            sheets: taken(&mut self.sheets, &mut sheets.into_iter()),
        };
        let parts = group.cells.iter().chain(&group.nodes).chain(&group.sheets);
        let whole: f64 = parts.map(|(_, share)| share).sum();
        // Nothing at all where its temperature is known.
        match (whole - 1.0).abs() < 1e-6 || whole == 0.0 {
            true => Ok(group),
            false => Err(not_alone(of.map_or("a part", |of| of.name.as_str()))),
        }
    }
}

/// A part whose power cannot be told from that of others in the same cells.
fn not_alone(name: &str) -> CoupleError {
    Fault {
        code: "racktherm::power_not_alone",
        message: format!(
            "the power of '{name}' lies in one place with that of others, so that it cannot change alone"
        ),
        remedy: "give the power to a block, board or chip of its own, and the trace or event to that".into(),
        items: vec![name.to_owned()],
    }
    .into()
}

impl Powers {
    /// Of a model of a scene.
    pub(super) fn new(
        scene: &Scene,
        model: &Model,
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
        let mut spread = Spread {
            cells: cells.map(|((a, b), known)| if *known { 0.0 } else { a - b }).collect(),
            nodes,
            sheets: model.sheets.iter().zip(&still.sheets).map(|(a, b)| a.power - b.power).collect(),
        };
        let acted = acted_on(scene);
        let mut groups =
            acted.iter().map(|part| spread.take(scene, model, *part)).collect::<Result<Vec<_>, _>>()?;
        let mut nominal: Vec<f64> = acted.iter().map(|part| scene.nominal_power(*part)).collect();
        let Spread { cells, nodes, sheets } = spread;
        let others: f64 = cells.iter().chain(&nodes).chain(&sheets).sum();
        let scale = if others == 0.0 { 0.0 } else { others.recip() };
        let shares = |values: Vec<f64>| {
            let shares = values.into_iter().enumerate().map(|(at, power)| (at, power * scale));
            shares.filter(|(_, share)| *share != 0.0).collect::<Vec<_>>()
        };
        groups.push(Group {
            source: PowerSource::Others,
            cells: shares(cells),
            nodes: shares(nodes),
            sheets: shares(sheets),
        });
        nominal.push(others);
        let junctions = model.chip_nodes.iter().map(|nodes| nodes.junction).collect();
        Ok(Self { junctions, sheets: model.sheets.len(), nominal: Power { chips, groups: nominal }, groups })
    }

    /// What the others release in the scene, W.
    pub(super) fn others(&self) -> f64 {
        self.nominal.groups.last().copied().unwrap_or(0.0)
    }

    /// What a drive releases over a span of time.
    pub(super) fn of(&self, drive: &dyn Drive, from: f64, to: f64) -> Power {
        Power {
            chips: (0..self.nominal.chips.len())
                .map(|chip| drive.power(PowerSource::Chip(chip), from, to))
                .collect(),
            groups: self.groups.iter().map(|group| drive.power(group.source, from, to)).collect(),
        }
    }

    /// How much more than the model has it releases, W.
    pub(super) fn excess(&self, power: &Power) -> f64 {
        power.total() - self.nominal.total()
    }

    /// Every group with how much more than the model has it releases, W.
    fn groups_over<'b>(&'b self, power: &'b Power) -> impl Iterator<Item = (&'b Group, f64)> + 'b {
        let pairs = power.groups.iter().zip(&self.nominal.groups);
        let over = self.groups.iter().zip(pairs).map(|(group, (power, nominal))| (group, power - nominal));
        over.filter(|(_, more)| *more != 0.0)
    }

    /// Adds the difference to the right-hand side, but for that in sheets.
    pub(super) fn add_excess(&self, power: &Power, right: &mut State) {
        for ((power, nominal), at) in power.chips.iter().zip(&self.nominal.chips).zip(&self.junctions) {
            right.nodes[*at] += power - nominal;
        }
        for (group, more) in self.groups_over(power) {
            group.cells.iter().for_each(|&(cell, share)| right.cells[cell] += share * more);
            group.nodes.iter().for_each(|&(node, share)| right.nodes[node] += share * more);
        }
    }

    /// The difference in every sheet, W.
    pub(super) fn excess_of_sheets(&self, power: &Power) -> Vec<f64> {
        let mut excess = vec![0.0; self.sheets];
        for (group, more) in self.groups_over(power) {
            group.sheets.iter().for_each(|&(sheet, share)| excess[sheet] += share * more);
        }
        excess
    }
}
