//! Temperatures: the energy equation and everything in it that follows the temperatures.
//!
//! One pass assembles the equation at the last temperatures (conductivities, films at the mean air
//! temperature, coolant cp and R), solves it, and updates the coolant. Passes end when no temperature moves
//! by more than [`TEMPERATURE_TOLERANCE`], the coolant's coefficients stand still, the linear solver's
//! stopping rule holds and the heat balance closes. The air is given; in air solved by momentum, advection is of second
//! order by a correction from the last pass (`advection`). What is assembled stands in [`crate::couple::equation`]; steps
//! of time take it from there too ([`crate::couple::transient`]).

use crate::coolant::branch::relative_change;
use crate::coolant::{CoolantState, Temperatures};
use crate::couple::airstate::AirState;
use crate::couple::balance::{HeatFlows, heat_flows};
use crate::couple::engine::{Device, Goal, SolveReport};
use crate::couple::equation::Equation;
use crate::couple::lift::fold;
use crate::couple::loops::{LoopLinks, coolant_temperatures, first_coolant};
use crate::couple::results::{View, heat_to_loop};
use crate::couple::sinks::SinkState;
use crate::couple::{CoupleError, Progress, node_error};
use crate::material::air::AirProperties;
use crate::model::Model;
use crate::model::energy::sheet_rise;
use crate::model::system::{LinearSystem, State};
use crate::scene::Scene;

/// Largest change of a temperature in the last pass, K.
pub const TEMPERATURE_TOLERANCE: f64 = 1e-4;

/// The same as a share of the largest rise, for scenes of a few kelvin.
const RELATIVE_TOLERANCE: f64 = 1e-6;

/// Largest relative change of the coolant's capacity rates and plate conductances in the last pass: with
/// cp changing by 6e-4 a kelvin this closes ṁ Δh to 1e-10 of the heat.
const COOLANT_TOLERANCE: f64 = 1e-10;

/// Change of a fluid's mean temperature under which its properties stay, K: they move by less than 1e-5.
pub(super) const SAME_FLUID: f64 = 1e-3;

/// Most passes.
pub const MOST_PASSES: usize = 30;

/// Passes over which advection's corrections follow the temperatures.
const FREE_PASSES: usize = 24;

/// Change under which a pass is solved to the stopping rule, K.
const NEAR: f64 = 3.0 * TEMPERATURE_TOLERANCE;

/// Reduction asked of passes whose coefficients still move: each brings the temperatures to half or a third of their
/// distance from the end, and what it leaves of its own residual is less.
const FIRST_PASSES: Goal = Goal::Reduce(1e-2);

/// Temperatures of a scene and what they were computed with.
#[derive(Clone, Debug)]
pub struct EnergyState {
    /// K; the values of `rise` are over it.
    pub reference: f64,
    /// Cells and nodes, K over the reference.
    pub rise: State,
    /// The last assembled system.
    pub system: LinearSystem,
    /// Its right-hand side, but for `deferred`.
    pub right: State,
    /// W that advection carries into each cell beyond upwind; empty without.
    pub deferred: Vec<f64>,
    /// Rise of each sheet face, K.
    pub sheets: Vec<f64>,
    /// Loops at these temperatures.
    pub coolant: CoolantState,
    /// Branch ties in the system.
    pub loops: LoopLinks,
    /// Heat of a rear door on a loop, W.
    pub door_heat: f64,
    /// Heat sinks.
    pub sinks: Vec<SinkState>,
    /// Largest change of the last pass, K.
    pub change: f64,
    /// Relative change of coolant coefficients in the last pass.
    pub coolant_change: f64,
    /// Change of the last pass of air and temperatures together, if they do not agree, K; else 0.
    pub buoyancy_change: f64,
    /// Passes.
    pub passes: usize,
    /// Krylov iterations of all passes.
    pub linear_iterations: usize,
    /// The last linear solve.
    pub report: SolveReport,
    /// Heat flows of these temperatures.
    pub heat: HeatFlows,
    /// Whether every criterion holds.
    pub converged: bool,
}

impl EnergyState {
    /// Temperatures of the coolant, K.
    #[must_use]
    pub fn coolant_temperatures(&self, scene: &Scene, model: &Model) -> Temperatures {
        coolant_temperatures(scene, model, &self.rise, self.reference)
    }

    /// K of a cell.
    #[must_use]
    pub fn cell(&self, cell: usize) -> f64 {
        self.reference + self.rise.cells[cell]
    }

    /// K of a node.
    #[must_use]
    pub fn node(&self, node: usize) -> f64 {
        self.reference + self.rise.nodes[node]
    }
}

/// Solves the temperatures of a scene in its air, from those of a similar problem if there is one.
///
/// # Errors
/// [`CoupleError`] if a node hangs in the air, a heat sink is impossible, or the device fails.
pub fn solve_energy(
    scene: &Scene,
    model: &Model,
    air: Option<&AirState>,
    before: Option<&EnergyState>,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<EnergyState, CoupleError> {
    progress.stage("temperatures");
    let setup = Equation::new(scene, model, air);
    let mut state = setup.first_state()?;
    if let Some(before) = before {
        state.rise.clone_from(&before.rise);
        state.coolant.clone_from(&before.coolant);
    }
    let mut film_temperature = vec![scene.site.air_temperature; model.fluids.list.len()];
    let mut goal = if setup.follows_temperatures() { FIRST_PASSES } else { Goal::Converge };
    let mut assembled = false;
    while state.passes < MOST_PASSES && !state.converged {
        let properties = setup.properties(&film_temperature);
        state = setup.pass(state, &properties, assembled, goal, device)?;
        let mean = setup.mean_fluid_temperatures(&state.rise);
        let moved =
            mean.iter().zip(&film_temperature).fold(0.0, |m: f64, (new, old)| m.max((new - old).abs()));
        assembled = moved <= SAME_FLUID && !setup.coefficients_follow();
        if moved > SAME_FLUID {
            film_temperature = mean;
        }
        let largest = state.rise.cells.iter().fold(0.0, |largest: f64, rise| largest.max(rise.abs()));
        let still = state.change <= TEMPERATURE_TOLERANCE.min(RELATIVE_TOLERANCE * largest)
            && state.coolant_change <= COOLANT_TOLERANCE
            && (air.is_none() || moved <= 0.1);
        let settled = still || !setup.follows_temperatures();
        let solved = goal != FIRST_PASSES && state.report.converged;
        let closed = state.heat.relative() <= device.balance_tolerance();
        state.converged = settled && solved && closed;
        progress.update(
            pass_share(state.change),
            &format!(
                "pass {}: temperatures change by {:.1e} K, balance open by {:.1e}",
                state.passes,
                state.change,
                state.heat.relative()
            ),
        );
        let stuck = goal == Goal::Polish && state.change == 0.0;
        if !state.change.is_finite() || stuck {
            break;
        }
        goal = match () {
            () if settled && solved => Goal::Polish,
            () if state.change <= NEAR => Goal::Converge,
            () => FIRST_PASSES,
        };
    }
    Ok(state)
}

/// What the energy equation of a flow that its own temperatures lift holds but what the flow carries, where that follows the
/// flow or compact parts: conduction, eddies, films and what parts give off at the temperatures of `state`. None where a
/// flow knows its temperatures without.
///
/// # Errors
/// As [`solve_energy`].
pub fn conduction(
    scene: &Scene,
    model: &Model,
    air: &AirState,
    state: &EnergyState,
) -> Result<Option<(LinearSystem, State)>, CoupleError> {
    let parts = !model.nodes.is_empty();
    if !air.flows.iter().any(|flow| flow.is_lifted() && (parts || flow.is_turbulent())) {
        return Ok(None);
    }
    let setup = Equation::new(scene, model, Some(air)).at_rest();
    let mean = setup.mean_fluid_temperatures(&state.rise);
    let properties = setup.properties(&mean);
    let (mut system, mut right) = setup.assemble(
        &setup.coefficients(&state.rise.cells, &state.coolant, state.door_heat, &properties)?,
        &properties,
    );
    fold(&mut system, &mut right, &state.rise).map_err(|error| node_error(error, model))?;
    Ok(Some((system, right)))
}

/// How far a change of 10 K has come on its way to the tolerance.
fn pass_share(change: f64) -> f64 {
    (1.0 - (change / TEMPERATURE_TOLERANCE).log10() / 5.0).clamp(0.0, 1.0)
}

/// Largest change of a cell or node, K; NaN if there is one.
pub(super) fn largest_difference(a: &State, b: &State) -> f64 {
    let cells = a.cells.iter().zip(&b.cells);
    cells.chain(a.nodes.iter().zip(&b.nodes)).fold(0.0, |largest: f64, (a, b)| {
        let difference = (a - b).abs();
        if difference.is_nan() { f64::NAN } else { largest.max(difference) }
    })
}

impl Equation<'_> {
    /// All at the reference, but coolant and plates where the chips' powers would bring them.
    pub(super) fn first_state(&self) -> Result<EnergyState, CoupleError> {
        let coolant = first_coolant(self.scene)?;
        let mut cells = vec![0.0; self.model.grid.cells()];
        for flow in self.air.iter().flat_map(|air| &air.flows) {
            let Some(solved) = flow.temperature() else { continue };
            for (cell, rise) in solved.into_iter().enumerate() {
                if !self.model.is_air(cell) || self.model.fluid(cell) == flow.fluid {
                    cells[cell] = rise;
                }
            }
        }
        let rise = State { cells, nodes: vec![0.0; self.model.nodes.len()] };
        Ok(EnergyState {
            reference: self.reference,
            rise,
            system: LinearSystem::zeros([0; 3], false),
            right: State::default(),
            deferred: Vec::new(),
            sheets: Vec::new(),
            coolant,
            loops: LoopLinks::default(),
            door_heat: 0.0,
            sinks: Vec::new(),
            change: f64::INFINITY,
            coolant_change: f64::INFINITY,
            buoyancy_change: 0.0,
            passes: 0,
            linear_iterations: 0,
            report: SolveReport::default(),
            heat: HeatFlows::default(),
            converged: false,
        })
    }

    /// Assembles at the temperatures of `last` unless the system is `assembled`, solves, and updates the coolant.
    fn pass(
        &self,
        last: EnergyState,
        properties: &[AirProperties],
        assembled: bool,
        goal: Goal,
        device: &dyn Device,
    ) -> Result<EnergyState, CoupleError> {
        let coefficients = self.coefficients(&last.rise.cells, &last.coolant, last.door_heat, properties)?;
        let deferred = self.deferred(&last);
        let (system, right) =
            if assembled { (last.system, last.right) } else { self.regular(&coefficients, properties)? };
        let mut whole = right.clone();
        for (right, gain) in whole.cells.iter_mut().zip(&deferred) {
            *right += gain;
        }
        let before = last.rise;
        let mut rise = before.clone();
        let report =
            device.solve(&system, &mut rise, &whole, goal).map_err(|error| node_error(error, self.model))?;
        let mut state = EnergyState {
            change: largest_difference(&before, &rise),
            sheets: sheet_rise(self.model, &self.inputs(&coefficients), &rise),
            rise,
            system,
            right,
            deferred,
            loops: coefficients.loops,
            sinks: coefficients.sinks,
            passes: last.passes + 1,
            linear_iterations: last.linear_iterations + report.iterations,
            report,
            ..last
        };
        // Heat flows belong to the solved equation: they are taken before the coolant moves on.
        state.heat = heat_flows(self.scene, self.model, self.air, &state);
        let temperatures = coolant_temperatures(self.scene, self.model, &state.rise, self.reference);
        state.coolant_change = state.coolant.update(self.scene, &temperatures)?;
        let view = View { scene: self.scene, model: self.model, air: self.air, energy: &state };
        let heat = heat_to_loop(&view)?;
        state.coolant_change = state.coolant_change.max(relative_change(state.door_heat, heat));
        state.door_heat = heat;
        Ok(state)
    }

    /// What advection carries beyond upwind at the rises of the last pass. It is frozen after [`FREE_PASSES`], since a
    /// limiter's kinks may keep a last digit from settling.
    fn deferred(&self, last: &EnergyState) -> Vec<f64> {
        match last.passes {
            passes if passes > FREE_PASSES => last.deferred.clone(),
            _ => self.carried_beyond(&last.rise.cells),
        }
    }
}
