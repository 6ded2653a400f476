//! The coolant loops: flows, enthalpy along the branches, pressure drop and pump power.
//!
//! A loop is a network of junctions and branches ([`crate::scene::Branch`]): cold plates, pipes, couplings and valves
//! in series. Its flow is shared by weight, or follows from the pressures ([`flows`], [`network`]). Plate k takes
//!
//! ```text
//! q_k = (T_plate − T_{k−1}) / R_k(V_k) = ṁ (h(T_k) − h(T_{k−1})),   V_k = ṁ / ρ(T_{k−1})
//! ```
//!
//! R is referred to the coolant that enters the plate. With the mean specific heat of a segment,
//! cp = (h(T_k) − h(T_{k−1}))/(T_k − T_{k−1}), the second equation is linear in the temperatures; where branches meet, so
//! is Σ ṁ cp (T_b − T_j) = 0 with the mean cp between stream and mixture ([`mixing`]). Both go into the energy equation
//! as they stand; cp, ρ, R and the flows follow the temperatures from one iterate to the next, so that the heat is ṁ Δh
//! and mixing exact when they stand still.
//!
//! | file | what it holds |
//! |---|---|
//! | [`network`] | flows and pressures of any network |
//! | [`flows`] | a scene's loops as such networks, at the temperatures of their branches |
//! | [`branch`] | plates along a branch |
//! | [`mixing`] | with what a branch's coolant enters |
//! | [`supply`] | what a loop delivers and costs |
//! | [`unit`] | the distribution unit that holds its supply |
//!
//! Temperatures in K, flows in m³/s at the supply temperature unless said, no cells and no nodes here.

pub mod branch;
pub mod flows;
mod graph;
pub mod mixing;
pub mod network;
pub mod supply;
pub mod unit;

pub use branch::{BranchState, Segment, mean_specific_heat};
pub use flows::{CoolantError, LoopFlows, branch_flows};
pub use mixing::{At, Inlet};
pub use supply::{SupplyState, supply_state};
pub use unit::UnitState;

use crate::scene::Scene;

/// Change of a temperature under which flows stay, K: viscosity moves by less than 1e-5.
const SAME_FLOW: f64 = 1e-4;

/// Temperatures of the coolant, K.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Temperatures {
    /// Per branch: with which the coolant leaves each plate.
    pub outlets: Vec<Vec<f64>>,
    /// Per loop: with which it is supplied.
    pub supplies: Vec<f64>,
}

/// All loops at given temperatures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoolantState {
    /// Per loop.
    pub loops: Vec<LoopFlows>,
    /// Per branch.
    pub branches: Vec<BranchState>,
    /// Of every coolant distribution unit.
    pub units: Vec<UnitState>,
}

impl CoolantState {
    /// Flows at the supply temperatures, and coefficients where plate p releases `plate_power(p)` W.
    ///
    /// # Errors
    /// [`CoolantError`] names the loop and branch that have no flow.
    pub fn first(scene: &Scene, plate_power: &dyn Fn(usize) -> f64) -> Result<Self, CoolantError> {
        let mut temperatures = Temperatures {
            outlets: scene
                .branches
                .iter()
                .map(|branch| vec![scene.loops[branch.on_loop].supply_temperature; branch.plates().count()])
                .collect(),
            supplies: scene.loops.iter().map(|supply| supply.supply_temperature).collect(),
        };
        let branches = (0..scene.branches.len()).map(|branch| BranchState::new(scene, branch)).collect();
        let units = (0..scene.cdus.len()).map(|cdu| UnitState::new(scene, cdu)).collect();
        let mut state = Self { loops: Vec::new(), branches, units };
        for index in 0..scene.loops.len() {
            state.loops.push(LoopFlows::new(scene, index, &state.branches, &temperatures)?);
        }
        for _ in 0..2 {
            state.follow(scene, &temperatures);
            for branch in &state.branches {
                let inlet = branch.inlet_temperature(&temperatures);
                temperatures.outlets[branch.branch] = branch.guess(inlet, plate_power);
            }
        }
        state.follow(scene, &temperatures);
        Ok(state)
    }

    /// Flows and coefficients for temperatures; returns the largest relative change of one.
    ///
    /// # Errors
    /// [`CoolantError`] names the loop and branch that have no flow.
    pub fn update(&mut self, scene: &Scene, temperatures: &Temperatures) -> Result<f64, CoolantError> {
        for flows in &mut self.loops {
            flows.update(scene, &self.branches, temperatures, SAME_FLOW)?;
        }
        Ok(self.follow(scene, temperatures))
    }

    /// The same for another scene, in which pumps, supplies, plates or units are set otherwise.
    ///
    /// # Errors
    /// As [`Self::update`].
    pub fn renew(&mut self, scene: &Scene, temperatures: &Temperatures) -> Result<(), CoolantError> {
        for index in 0..self.loops.len() {
            self.loops[index] = LoopFlows::new(scene, index, &self.branches, temperatures)?;
        }
        self.follow(scene, temperatures);
        Ok(())
    }

    /// Coefficients of branches and mixtures from flows and temperatures.
    fn follow(&mut self, scene: &Scene, temperatures: &Temperatures) -> f64 {
        let mut change: f64 = 0.0;
        for flows in &mut self.loops {
            for (&member, &mass_flow) in flows.members.iter().zip(&flows.mass_flows) {
                let inlet = self.branches[member].inlet_temperature(temperatures);
                change = change.max(self.branches[member].update(
                    scene,
                    mass_flow,
                    inlet,
                    &temperatures.outlets[member],
                ));
            }
            let (inlets, back) = mixing::mix(scene, flows, &self.branches, temperatures);
            for (&member, inlet) in flows.members.iter().zip(inlets) {
                change = change.max(self.branches[member].inlet.distance(&inlet));
                self.branches[member].inlet = inlet;
            }
            let unit = self.units.iter_mut().find(|unit| scene.cdus[unit.cdu].on_loop == flows.on_loop);
            if let Some(unit) = unit {
                let driven = supply::driven(scene, flows, &self.branches, temperatures);
                change = change.max(unit.update(scene, &driven, back, temperatures));
            }
        }
        change
    }
}
