//! One step of time of the energy equation in frozen air.
//!
//! With the weights w₀, w₂ of the scheme ([`crate::solver::time`]), C of [`crate::model::storage`], Δ' the increment of
//! the step before and A, b of the steady equation, the increment d over the step solves
//!
//! ```text
//! (w₀ C + A) d = b − A x_n + w₂ C Δ'
//! ```
//!
//! The right-hand side is summed in f64 on the host and vanishes as the state comes to rest: solving for d instead of x
//! keeps the digits of parts that move by less than f32 can tell of their temperature. Sheets have their store in A
//! already, eliminated with their temperature; their history is a power in them.
//!
//! A and b follow the temperatures. They are assembled at values that are extrapolated to the end of the step, and kept
//! until these have left them ([`super::assembled`]); a second pass is made where the values found lie further from the
//! extrapolated ones than [`PASS_CHANGE`], or where advection of second order asks for it.

use super::assembled::{Assembled, Found};
use super::ledger::{Entry, Ledger};
use super::powers::{Power, Powers};
use crate::couple::balance::{HeatFlows, Solved, carried_flows};
use crate::couple::energy::{EnergyState, largest_difference};
use crate::couple::engine::{Device, Goal, SolveReport};
use crate::couple::equation::Equation;
use crate::couple::loops::coolant_temperatures;
use crate::couple::results::{View, heat_to_loop};
use crate::couple::{CoupleError, node_error};
use crate::model::storage::Storage;
use crate::model::system::State;
use crate::model::{CellKind, Model};
use crate::scene::TimeScheme;
use crate::solver::time::{Weights, error_share, prediction};

/// Distance from the extrapolated values above which a step is passed again where coefficients follow them, K.
const PASS_CHANGE: f64 = 0.5;
/// The same where advection is corrected to second order, K.
const ADVECTION_CHANGE: f64 = 1e-3;
/// Most passes of a step.
const MOST_PASSES: usize = 8;

/// What was before: increments of a step.
struct Past {
    step: f64,
    rise: State,
    sheets: Vec<f64>,
    power: Power,
}

/// A step that may stand or not.
pub(super) struct Candidate {
    step: f64,
    weights: Weights,
    increment: State,
    rise: State,
    sheets: Vec<f64>,
    power: Power,
    flows: HeatFlows,
    pub(super) report: SolveReport,
    /// Of its largest part, K.
    pub(super) error: f64,
}

/// What a run has come to, whatever it goes on in.
pub(super) struct Course {
    pub(super) time: f64,
    pub(super) state: EnergyState,
    ledger: Ledger,
    systems: usize,
    /// What stays in the same air.
    kept: Option<Kept>,
}

/// The steps before, and the system of the last one.
struct Kept {
    past: Vec<Past>,
    assembled: Option<Assembled>,
    solved_weight: Option<f64>,
}

impl Course {
    /// At its start.
    pub(super) fn new(state: EnergyState) -> Self {
        Self { time: 0.0, state, ledger: Ledger::default(), systems: 0, kept: None }
    }

    /// To go on in other air.
    pub(super) fn leave_air(&mut self) {
        self.kept = None;
    }
}

/// A run on its way.
pub(super) struct Stepper<'a> {
    pub(super) equation: Equation<'a>,
    pub(super) powers: Powers,
    device: &'a dyn Device,
    scheme: TimeScheme,
    storage: Storage,
    /// Cells whose temperature is known.
    known: Vec<bool>,
    /// Rows whose error counts, cells before nodes.
    judged: Vec<usize>,
    pub(super) time: f64,
    /// At that time.
    pub(super) state: EnergyState,
    pub(super) power: Power,
    past: Vec<Past>,
    assembled: Option<Assembled>,
    /// w₀ of the last solve, 1/s.
    solved_weight: Option<f64>,
    pub(super) ledger: Ledger,
    pub(super) systems: usize,
}

/// Cells whose rows hold their values.
pub(super) fn known_cells(model: &Model) -> Vec<bool> {
    let known =
        |cell: usize| model.fixed_temperature[cell].is_some() || model.cell_kind[cell] == CellKind::Compact;
    (0..model.grid.cells()).map(known).collect()
}

impl<'a> Stepper<'a> {
    pub(super) fn new(
        equation: Equation<'a>,
        powers: Powers,
        scheme: TimeScheme,
        course: Course,
        power: Power,
        device: &'a dyn Device,
    ) -> Self {
        let at = vec![equation.scene.site.air_temperature; equation.model.fluids.list.len()];
        let fluids: Vec<f64> =
            equation.properties(&at).iter().map(|fluid| fluid.density * fluid.specific_heat).collect();
        let storage = Storage::new(equation.scene, equation.model, &fluids);
        let n = storage.cells.len();
        let solid = |cell: &usize| matches!(equation.model.cell_kind[*cell], CellKind::Solid(_));
        let stores = |cell: &usize| storage.cells[*cell] > 0.0;
        let nodes = (0..storage.nodes.len()).filter(|node| storage.nodes[*node] > 0.0).map(|node| n + node);
        let mut judged: Vec<usize> = (0..n).filter(solid).filter(stores).chain(nodes).collect();
        if judged.is_empty() {
            judged = (0..n).filter(stores).collect();
        }
        let known = known_cells(equation.model);
        let kept = course.kept;
        let kept = kept.unwrap_or(Kept { past: Vec::new(), assembled: None, solved_weight: None });
        Self {
            equation,
            powers,
            device,
            scheme,
            storage,
            known,
            judged,
            time: course.time,
            state: course.state,
            power,
            past: kept.past,
            assembled: kept.assembled,
            solved_weight: kept.solved_weight,
            ledger: course.ledger,
            systems: course.systems,
        }
    }

    /// The state as results look at it.
    pub(super) fn view(&self) -> View<'_> {
        let Equation { scene, model, air, .. } = self.equation;
        View { scene, model, air, energy: &self.state }
    }

    /// To go on in another scene, with what knows where powers lie.
    pub(super) fn into_course(self) -> (Course, Powers) {
        let Self { time, state, ledger, systems, past, assembled, solved_weight, powers, .. } = self;
        let kept = Some(Kept { past, assembled, solved_weight });
        (Course { time, state, ledger, systems, kept }, powers)
    }

    /// How far the rises of fluids have left those of `before`, as a share of the largest of them.
    pub(super) fn lift_change(&self, before: &[f64]) -> f64 {
        let model = self.equation.model;
        let (mut apart, mut largest) = (0.0_f64, 0.0_f64);
        let cells = before.iter().zip(&self.state.rise.cells).enumerate();
        for (_, (old, new)) in cells.filter(|(cell, _)| model.is_air(*cell)) {
            apart = apart.max((new - old).abs());
            largest = largest.max(new.abs()).max(old.abs());
        }
        if largest > 0.0 { apart / largest } else { 0.0 }
    }

    /// Forgets what was before: values go on, their derivatives do not.
    pub(super) fn restart(&mut self) {
        self.past.clear();
    }

    /// A step with the mean powers of a drive over it.
    pub(super) fn attempt(&mut self, step: f64, power: Power) -> Result<Candidate, CoupleError> {
        let lengths: Vec<f64> = self.past.iter().map(|past| past.step).collect();
        let weights = Weights::new(self.scheme, step, lengths.first().copied());
        let coefficients = prediction(self.scheme, step, &lengths);
        let mut guess = State {
            cells: vec![0.0; self.state.rise.cells.len()],
            nodes: vec![0.0; self.state.rise.nodes.len()],
        };
        for (coefficient, past) in coefficients.iter().zip(&self.past) {
            add_scaled(&mut guess, *coefficient, &past.rise);
        }
        let predicted = sum(&self.state.rise, &guess);
        let before = self.past.first().map(|past| (&past.power, past.step));
        let at_end = power.at_end(weights, step, before);
        let history = self.sheet_history(weights);
        let mut at = predicted.clone();
        let mut increment = guess;
        let mut report = SolveReport::default();
        for _ in 0..MOST_PASSES {
            self.assemble(weights.this, &at)?;
            let corrected = self.equation.carried_beyond(&at.cells);
            report = self.solve(weights, &at_end, &history, &corrected, &mut increment)?;
            let found = sum(&self.state.rise, &increment);
            let change = largest_difference(&at, &found);
            at = found;
            let allowed = match (corrected.is_empty(), self.equation.coefficients_follow()) {
                (false, _) => ADVECTION_CHANGE,
                (true, true) => PASS_CHANGE,
                (true, false) => break,
            };
            if change.is_nan() || change <= allowed {
                break;
            }
        }
        let (flows, sheets) = self.measure(weights, &at, &at_end, &history);
        let apart = self.distance(&predicted, &at).max(self.distance_of_sheets(&coefficients, &sheets));
        let error = error_share(self.scheme, step, &lengths) * apart;
        Ok(Candidate { step, weights, increment, rise: at, sheets, power, flows, report, error })
    }

    /// Takes a step over.
    pub(super) fn accept(&mut self, candidate: Candidate) -> Result<(), CoupleError> {
        let Candidate { step, weights, increment, rise, sheets, power, mut flows, report, .. } = candidate;
        let sheet_increment: Vec<f64> = sheets.iter().zip(&self.state.sheets).map(|(a, b)| a - b).collect();
        let (stored, moved) = self.stored(&increment, &sheet_increment);
        let mean = self.released(&power);
        let entry = Entry {
            step,
            weights,
            flows,
            released: step * mean,
            stored,
            moved,
            follows: !self.past.is_empty(),
        };
        self.ledger.add(&entry);
        let before = self.past.first();
        let (last, _) = before.map_or((0.0, 0.0), |past| self.stored(&past.rise, &past.sheets));
        flows.stored = weights.derivative(stored, last);
        self.state.rise = rise;
        self.state.sheets = sheets.clone();
        self.state.heat = flows;
        self.state.linear_iterations += report.iterations;
        self.state.report = report;
        self.time += step;
        self.power = power.clone();
        self.past.insert(0, Past { step, rise: increment, sheets: sheet_increment, power });
        self.past.truncate(2);
        self.follow()
    }

    /// Released with a power, W.
    fn released(&self, power: &Power) -> f64 {
        let model = self.equation.model;
        model.total_power() + model.fan_power_outside.iter().sum::<f64>() + self.powers.excess(power)
    }

    /// C Δx and Σ C |Δx| of an increment, J.
    fn stored(&self, increment: &State, sheets: &[f64]) -> (f64, f64) {
        let Storage { cells, nodes, sheets: of_sheets } = &self.storage;
        let pairs = cells.iter().zip(&increment.cells).chain(nodes.iter().zip(&increment.nodes));
        let mut sums = (0.0, 0.0);
        for (capacity, change) in pairs.chain(of_sheets.iter().zip(sheets)) {
            sums.0 += capacity * change;
            sums.1 += (capacity * change).abs();
        }
        sums
    }

    /// W in every sheet that stands for its history: C (w₀ x_n + w₂ Δ').
    fn sheet_history(&self, weights: Weights) -> Vec<f64> {
        let last = self.past.first();
        let of = |(sheet, capacity): (usize, &f64)| {
            let before = last.map_or(0.0, |past| past.sheets[sheet]);
            capacity * (weights.this * self.state.sheets[sheet] + weights.before * before)
        };
        self.storage.sheets.iter().enumerate().map(of).collect()
    }

    /// Distance of two states in the rows that count, K.
    fn distance(&self, a: &State, b: &State) -> f64 {
        let n = a.cells.len();
        let apart = |row: usize| match row.checked_sub(n) {
            None => (a.cells[row] - b.cells[row]).abs(),
            Some(node) => (a.nodes[node] - b.nodes[node]).abs(),
        };
        self.judged.iter().map(|&row| apart(row)).fold(0.0, |m, d| if d.is_nan() || d > m { d } else { m })
    }

    /// Distance of sheets that store heat from what is predicted by coefficients of their last increments, K.
    fn distance_of_sheets(&self, coefficients: &[f64], found: &[f64]) -> f64 {
        let mut largest: f64 = 0.0;
        for (sheet, found) in found.iter().enumerate().filter(|(sheet, _)| self.storage.sheets[*sheet] > 0.0)
        {
            let grew = coefficients.iter().zip(&self.past).map(|(c, past)| c * past.sheets[sheet]);
            let predicted = self.state.sheets[sheet] + grew.sum::<f64>();
            largest = largest.max((found - predicted).abs());
        }
        largest
    }

    /// Assembles at some temperatures, unless what is there still holds.
    fn assemble(&mut self, weight: f64, at: &State) -> Result<(), CoupleError> {
        let equation = &self.equation;
        let temperatures = coolant_temperatures(equation.scene, equation.model, at, equation.reference);
        let mut coolant = self.state.coolant.clone();
        coolant.update(equation.scene, &temperatures)?;
        let found =
            Found { mean: equation.mean_fluid_temperatures(at), coolant, door_heat: self.state.door_heat };
        if !self.assembled.as_ref().is_some_and(|old| old.holds(equation, weight, &at.cells, &found)) {
            let last = self.assembled.take();
            self.assembled = Some(Assembled::new(equation, &self.storage, weight, &at.cells, found, last)?);
            self.systems += 1;
        }
        Ok(())
    }

    /// Solves for the increment, from a guess of it.
    fn solve(
        &mut self,
        weights: Weights,
        power: &Power,
        history: &[f64],
        corrected: &[f64],
        increment: &mut State,
    ) -> Result<SolveReport, CoupleError> {
        let of = self.assembled.as_mut().expect("a step assembles before it solves");
        let mut right = of.right.clone();
        self.powers.add_excess(power, &mut right);
        let excess = self.powers.excess_of_sheets(power);
        for ((hold, history), excess) in of.holds.iter().zip(history).zip(&excess) {
            hold.add_power(history + excess, |cell| self.known[cell], &mut right);
        }
        right.cells.iter_mut().zip(corrected).for_each(|(right, gain)| *right += gain);
        of.swap_sinks();
        let (mut residual, _) = of.system.residual(&self.state.rise, &right);
        of.swap_sinks();
        if let Some(last) = self.past.first().filter(|_| weights.before != 0.0) {
            let rows = residual.cells.iter_mut().zip(&self.storage.cells).zip(&last.rise.cells);
            let nodes = residual.nodes.iter_mut().zip(&self.storage.nodes).zip(&last.rise.nodes);
            rows.chain(nodes).for_each(|((r, capacity), grew)| *r += weights.before * capacity * grew);
        }
        // The store on the diagonal is that of the last solve: coefficients have moved by little.
        let solved = match self.solved_weight == Some(weights.this) {
            true => self.device.solve_similar(&of.system, increment, &residual, Goal::Increment),
            false => self.device.solve(&of.system, increment, &residual, Goal::Increment),
        };
        self.solved_weight = Some(weights.this);
        solved.map_err(|error| node_error(error, self.equation.model))
    }

    /// Streams at the end of a step, W, and the rises of the sheets, K.
    fn measure(
        &self,
        weights: Weights,
        rise: &State,
        power: &Power,
        history: &[f64],
    ) -> (HeatFlows, Vec<f64>) {
        let of = self.assembled.as_ref().expect("a step assembles before it measures");
        let Equation { scene, model, air, reference, .. } = self.equation;
        let more = self.powers.excess_of_sheets(power);
        let mut right = of.right.clone();
        let (mut sheets, mut excess, mut stored) = (Vec::with_capacity(history.len()), 0.0, 0.0);
        for (index, hold) in of.holds.iter().enumerate() {
            let extra = more[index];
            hold.add_power(history[index] + extra, |cell| self.known[cell], &mut right);
            let found = hold.rise(rise, history[index] + extra);
            stored += weights.this * self.storage.sheets[index] * found - history[index];
            excess += extra;
            sheets.push(found);
        }
        let solved = Solved {
            sink: &of.sink,
            node_sink: &of.node_sink,
            right: &right,
            loops: &of.coefficients.loops,
            door_heat: of.door_heat,
            rise,
            reference,
        };
        let mut flows = carried_flows(scene, model, air, &solved);
        flows.released += self.powers.excess(power);
        flows.to_walls += excess - stored;
        (flows, sheets)
    }

    /// Coolant and door at the new temperatures.
    fn follow(&mut self) -> Result<(), CoupleError> {
        let Equation { scene, model, air, .. } = self.equation;
        let temperatures = self.state.coolant_temperatures(scene, model);
        self.state.coolant.update(scene, &temperatures)?;
        self.state.door_heat = heat_to_loop(&View { scene, model, air, energy: &self.state })?;
        Ok(())
    }
}

fn add_scaled(to: &mut State, factor: f64, of: &State) {
    to.cells.iter_mut().zip(&of.cells).for_each(|(to, of)| *to += factor * of);
    to.nodes.iter_mut().zip(&of.nodes).for_each(|(to, of)| *to += factor * of);
}

fn sum(a: &State, b: &State) -> State {
    let mut sum = a.clone();
    add_scaled(&mut sum, 1.0, b);
    sum
}

#[cfg(test)]
#[path = "step_tests.rs"]
mod tests;
