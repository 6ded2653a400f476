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
//! until these have left them by [`COEFFICIENT_SHARE`]; a second pass is made where the values found lie further from the
//! extrapolated ones than [`PASS_CHANGE`], or where advection of second order asks for it.

use super::ledger::{Entry, Ledger};
use super::powers::{Power, Powers};
use crate::coolant::CoolantState;
use crate::couple::balance::{HeatFlows, Solved, carried_flows};
use crate::couple::energy::{EnergyState, largest_difference};
use crate::couple::engine::{Device, Goal, SolveReport};
use crate::couple::equation::{Coefficients, Equation};
use crate::couple::loops::{coolant_temperatures, loop_links};
use crate::couple::results::{View, heat_to_loop};
use crate::couple::{CoupleError, node_error};
use crate::material::air::AirProperties;
use crate::model::storage::Storage;
use crate::model::system::{LinearSystem, State};
use crate::model::{CellKind, Model, SheetHold, sheet_holds};
use crate::scene::TimeScheme;
use crate::solver::time::{Weights, error_share, prediction};

/// Relative change of films, conductivities and coolant's coefficients from which on they are assembled anew: what is
/// left of it in a rise is as small a share.
const COEFFICIENT_SHARE: f64 = 1e-3;
/// Change of a fluid's mean temperature from which on its films are evaluated anew, K: they follow it by 0.2 % a kelvin.
const FLUID_CHANGE: f64 = 0.5;
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

/// The equation as it was assembled last.
struct Assembled {
    /// w₀, 1/s.
    weight: f64,
    /// With the store of its cells and nodes.
    system: LinearSystem,
    /// Ties of cells and nodes without it, W/K.
    sink: Vec<f64>,
    node_sink: Vec<f64>,
    right: State,
    coefficients: Coefficients,
    properties: Vec<AirProperties>,
    fluid_temperature: Vec<f64>,
    holds: Vec<SheetHold>,
    door_heat: f64,
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

/// A run on its way.
pub(super) struct Stepper<'a> {
    pub(super) equation: Equation<'a>,
    pub(super) powers: Powers<'a>,
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
    let known = |cell: usize| {
        model.fixed_temperature[cell].is_some() || model.cell_kind[cell] == CellKind::Compact
    };
    (0..model.grid.cells()).map(known).collect()
}

impl<'a> Stepper<'a> {
    pub(super) fn new(
        equation: Equation<'a>,
        powers: Powers<'a>,
        scheme: TimeScheme,
        state: EnergyState,
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
        Self {
            equation,
            powers,
            device,
            scheme,
            storage,
            known,
            judged,
            time: 0.0,
            state,
            power,
            past: Vec::new(),
            assembled: None,
            solved_weight: None,
            ledger: Ledger::default(),
            systems: 0,
        }
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
        let error = error_share(self.scheme, step, &lengths) * self.distance(&predicted, &at);
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

    /// Assembles at some temperatures, unless what is there still holds.
    fn assemble(&mut self, weight: f64, at: &State) -> Result<(), CoupleError> {
        let equation = &self.equation;
        let temperatures = coolant_temperatures(equation.scene, equation.model, at, equation.reference);
        let mut coolant = self.state.coolant.clone();
        coolant.update(equation.scene, &temperatures)?;
        let mean = equation.mean_fluid_temperatures(at);
        if self.assembled.as_ref().is_some_and(|old| old.weight == weight && self.holds(old, &mean, &coolant, at)) {
            return Ok(());
        }
        let last = self.assembled.take();
        let moved = last.as_ref().is_none_or(|last| apart(&last.fluid_temperature, &mean) > FLUID_CHANGE);
        let (properties, fluid_temperature) = match last {
            Some(last) if !moved => (last.properties, last.fluid_temperature),
            _ => (equation.properties(&mean), mean),
        };
        let model = equation.model;
        let door_heat = self.state.door_heat;
        let mut coefficients = equation.coefficients(&at.cells, &coolant, door_heat, &properties)?;
        coefficients.sheet_storage = self.storage.sheets.iter().map(|capacity| capacity * weight).collect();
        let holds = sheet_holds(model, &equation.inputs(&coefficients));
        let (mut system, right) = equation.assemble(&coefficients, &properties);
        let (sink, node_sink) = (system.sink.clone(), system.border.sink.clone());
        let rows = system.sink.iter_mut().zip(&self.storage.cells);
        for (sink, capacity) in rows.chain(system.border.sink.iter_mut().zip(&self.storage.nodes)) {
            *sink += weight * capacity;
        }
        self.systems += 1;
        self.assembled = Some(Assembled {
            weight,
            system,
            sink,
            node_sink,
            right,
            coefficients,
            properties,
            fluid_temperature,
            holds,
            door_heat,
        });
        Ok(())
    }

    /// Whether coefficients still stand for some temperatures.
    fn holds(&self, old: &Assembled, mean: &[f64], coolant: &CoolantState, at: &State) -> bool {
        let Equation { scene, model, reference, .. } = self.equation;
        if apart(&old.fluid_temperature, mean) > FLUID_CHANGE && self.equation.air.is_some() {
            return false;
        }
        let loops = loop_links(scene, model, coolant, reference).with_door(scene, model, self.state.door_heat);
        old.coefficients.loops.is_near(&loops, COEFFICIENT_SHARE)
            && old.coefficients.conductivity_distance(model, &at.cells) <= COEFFICIENT_SHARE
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
        let more = self.powers.excess_of_others(power);
        for ((hold, history), share) in of.holds.iter().zip(history).zip(&self.powers.sheets) {
            hold.add_power(history + share * more, |cell| self.known[cell], &mut right);
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
        let more = self.powers.excess_of_others(power);
        let mut right = of.right.clone();
        let (mut sheets, mut excess, mut stored) = (Vec::with_capacity(history.len()), 0.0, 0.0);
        for (index, hold) in of.holds.iter().enumerate() {
            let extra = self.powers.sheets[index] * more;
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

impl Assembled {
    /// Puts the ties without the store into the system, or those with it back.
    fn swap_sinks(&mut self) {
        std::mem::swap(&mut self.system.sink, &mut self.sink);
        std::mem::swap(&mut self.system.border.sink, &mut self.node_sink);
    }
}

/// Largest difference of two lists.
fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |largest: f64, (a, b)| largest.max((a - b).abs()))
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
mod tests {
    use super::*;
    use crate::couple::device;
    use crate::couple::transient::{Steady, uniform};
    use crate::scene::{Resolution, Scene};
    use crate::verify::scenes::read;

    /// What `look` finds in a run of K3 by flux on a coarse grid.
    fn with_stepper<T>(look: impl FnOnce(&mut Stepper<'_>, &Scene) -> T) -> T {
        let settings = ["spacing=\"10 mm\"", "grid.cells=[30, 1, 1]"].map(str::to_owned);
        let scene = read("k3_flux.toml", &settings).unwrap();
        let model = Model::new(&scene, Resolution::Draft).unwrap();
        let device = device::cpu();
        let equation = Equation::new(&scene, &model, None);
        let state = uniform(&equation, 293.15).unwrap();
        let powers = Powers::new(&scene, &model, Resolution::Draft, &known_cells(&model)).unwrap();
        let power = powers.of(&Steady::new(&scene, powers.others()), 0.0, 1.0);
        let mut stepper = Stepper::new(equation, powers, TimeScheme::Bdf2, state, power, device.as_ref());
        look(&mut stepper, &scene)
    }

    #[test]
    fn a_state_that_is_1_mk_off_in_one_cell_opens_the_balance_of_its_run() {
        for (perturbation, closed) in [(0.0, true), (1e-3, false)] {
            let open = with_stepper(|stepper, _| {
                for step in 0..4 {
                    let power = stepper.power.clone();
                    let mut candidate = stepper.attempt(1.0, power).unwrap();
                    if step == 2 {
                        candidate.increment.cells[3] += perturbation;
                        candidate.rise.cells[3] += perturbation;
                    }
                    stepper.accept(candidate).unwrap();
                }
                stepper.ledger.relative()
            });
            // 1 mK of 10 mm · 1 cm² of 4 MJ/m³K is 4 mJ of the 4 J that came in.
            assert_eq!(open <= 1e-9, closed, "open by {open:e}");
            assert!(closed || open > 1e-4, "open by {open:e}");
        }
    }

    #[test]
    fn steps_of_one_length_assemble_once_and_a_constant_flux_warms_as_its_heat_does() {
        with_stepper(|stepper, scene| {
            for _ in 0..10 {
                let power = stepper.power.clone();
                let candidate = stepper.attempt(1.0, power).unwrap();
                stepper.accept(candidate).unwrap();
            }
            // Euler begins, BDF2 goes on.
            assert_eq!(stepper.systems, 2);
            let material = &scene.materials[0];
            let capacity = material.density * material.specific_heat * 0.01 * 1e-4;
            let stored: f64 = stepper.state.rise.cells.iter().map(|rise| rise - (293.15 - 298.15)).sum();
            approx::assert_relative_eq!(stored * capacity, 10.0, max_relative = 1e-9);
        });
    }
}
