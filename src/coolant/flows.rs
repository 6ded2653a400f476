//! The loops of a scene as networks: flows by weight, or by pressure at the temperatures of their branches.

use super::Temperatures;
use super::branch::BranchState;
use super::network::{Network, NetworkBranch, NetworkError, NetworkNode, NetworkSolution, Passage};
use crate::material::coolant::CoolantProperties;
use crate::physics::hydraulics::{Component, Loss};
use crate::scene::{Branch, Distribution, Element, RETURN, SUPPLY, Scene};
use thiserror::Error;

/// Why a loop has no flows.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("loop '{on_loop}': {finding}")]
pub struct CoolantError {
    /// Name of the loop.
    pub on_loop: String,
    /// What is wrong, with the branch or junction.
    pub finding: String,
    /// What to do.
    pub remedy: String,
}

/// Flows of a loop, and the temperatures they belong to.
#[derive(Clone, Debug, PartialEq)]
pub struct LoopFlows {
    /// Index into the scene's loops.
    pub on_loop: usize,
    /// Its branches: indices into the scene's.
    pub members: Vec<usize>,
    /// Of each, kg/s.
    pub mass_flows: Vec<f64>,
    /// What the loop is given from outside, kg/s; 0 where pumps move it.
    pub given: f64,
    /// Pressures and how well they close, where flows follow from them.
    pub solution: Option<NetworkSolution>,
    /// Temperature of every element, K, at which that was.
    local: Vec<Vec<f64>>,
}

/// Flow of every branch at its supply temperature, m³/s, where it goes by weight: given, or the free rest of its loop.
#[must_use]
pub fn branch_flows(scene: &Scene) -> Vec<f64> {
    let free = |on_loop: usize| {
        let given: f64 = scene.branches.iter().filter(|b| b.on_loop == on_loop).filter_map(|b| b.flow).sum();
        (scene.loops[on_loop].flow - given).max(0.0)
    };
    let weights = |on_loop: usize| -> f64 {
        let free = scene.branches.iter().filter(|b| b.on_loop == on_loop && b.flow.is_none());
        free.map(|b| b.weight).sum()
    };
    let flow = |branch: &Branch| {
        branch.flow.unwrap_or_else(|| {
            let total = weights(branch.on_loop);
            if total > 0.0 { free(branch.on_loop) * branch.weight / total } else { 0.0 }
        })
    };
    scene.branches.iter().map(flow).collect()
}

/// Δp of a branch and its slope by mass flow, at the properties of the coolant in each of its elements.
#[must_use]
pub fn branch_loss(scene: &Scene, branch: &Branch, fluids: &[CoolantProperties], mass_flow: f64) -> Loss {
    let mut sum = Loss::default();
    for (element, fluid) in branch.elements.iter().zip(fluids) {
        let flow = mass_flow / fluid.density;
        let loss = match *element {
            Element::Part(part) => scene.hydraulics[part].component.loss(flow, fluid),
            Element::Plate(plate) => {
                let plate = &scene.cold_plates[plate];
                plate.model.loss(flow, 1.0 - plate.blocked, fluid)
            }
        };
        sum += Loss { drop: loss.drop, slope: loss.slope / fluid.density };
    }
    if let Some(fluid) = fluids.first() {
        let c = branch.quadratic_loss / (fluid.density * fluid.density);
        sum += Loss { drop: c * mass_flow * mass_flow.abs(), slope: 2.0 * c * mass_flow.abs() };
    }
    sum
}

impl LoopFlows {
    /// Flows of a loop at temperatures.
    ///
    /// # Errors
    /// [`CoolantError`] names branch or junction.
    pub fn new(
        scene: &Scene,
        on_loop: usize,
        branches: &[BranchState],
        temperatures: &Temperatures,
    ) -> Result<Self, CoolantError> {
        let of = &scene.loops[on_loop];
        let members: Vec<usize> =
            (0..scene.branches.len()).filter(|&b| scene.branches[b].on_loop == on_loop).collect();
        let density = of.coolant.properties(of.supply_temperature).density;
        let shares = branch_flows(scene);
        let mut flows = Self {
            on_loop,
            mass_flows: members.iter().map(|&b| density * shares[b]).collect(),
            members,
            given: density * of.flow,
            solution: None,
            local: Vec::new(),
        };
        flows.update(scene, branches, temperatures, 0.0)?;
        Ok(flows)
    }

    /// Solves again where a temperature has moved by more than `same`, K.
    ///
    /// # Errors
    /// [`CoolantError`] names branch or junction.
    pub fn update(
        &mut self,
        scene: &Scene,
        branches: &[BranchState],
        temperatures: &Temperatures,
        same: f64,
    ) -> Result<(), CoolantError> {
        if scene.loops[self.on_loop].distribution == Distribution::ByWeight {
            return Ok(());
        }
        let at = |&member: &usize| branches[member].element_temperatures(scene, temperatures);
        let local: Vec<Vec<f64>> = self.members.iter().map(at).collect();
        let pairs = local.iter().flatten().zip(self.local.iter().flatten());
        let moved = pairs.fold(0.0_f64, |m, (new, old)| m.max((new - old).abs()));
        if self.solution.is_some() && moved <= same {
            return Ok(());
        }
        let solution = self.solve(scene, &local)?;
        self.mass_flows.clone_from(&solution.flows);
        self.solution = Some(solution);
        self.local = local;
        Ok(())
    }

    fn solve(&self, scene: &Scene, local: &[Vec<f64>]) -> Result<NetworkSolution, CoolantError> {
        let of = &scene.loops[self.on_loop];
        let coolant = &of.coolant;
        let fluids: Vec<Vec<CoolantProperties>> = local
            .iter()
            .map(|local| local.iter().map(|&temperature| coolant.properties(temperature)).collect())
            .collect();
        let network = self.network(scene);
        let loss = |b: usize, flow: f64| {
            let branch = &scene.branches[self.members[b]];
            branch_loss(scene, branch, &fluids[b], flow)
        };
        network.solve(&loss, self.solution.as_ref()).map_err(|error| {
            let branch = |b: usize| &scene.branches[self.members[b]].name;
            let (finding, remedy) = match error {
                NetworkError::NoWayOut { node } => (
                    format!("its flow reaches '{}', from which every way back is shut", of.junctions[node]),
                    "open a valve or coupling, or let pumps move it".to_owned(),
                ),
                NetworkError::NotConverged { branch: b, relative, steps } => (
                    format!(
                        "the pressures of branch '{}' are open by {relative:.1e} of the largest after {steps} steps",
                        branch(b)
                    ),
                    "look for a pump curve that rises, or losses many orders apart".to_owned(),
                ),
                NetworkError::Flutter { branch: b } => (
                    format!("the check valve of branch '{}' opens and shuts without end", branch(b)),
                    "look at the pumps beside it".to_owned(),
                ),
                NetworkError::NoNumber { branch: b, flow } => (
                    format!("the loss of branch '{}' at {flow} kg/s is no number", branch(b)),
                    "check the values of its parts".to_owned(),
                ),
            };
            CoolantError { on_loop: of.name.clone(), finding, remedy }
        })
    }

    fn network(&self, scene: &Scene) -> Network {
        let of = &scene.loops[self.on_loop];
        let mut nodes = vec![NetworkNode::default(); of.junctions.len()];
        nodes[SUPPLY].inflow = self.given;
        nodes[RETURN] = NetworkNode { held: Some(of.static_pressure), inflow: -self.given };
        let density = of.coolant.properties(of.supply_temperature).density;
        let passage = |branch: &Branch| match branch.flow {
            _ if scene.is_shut(branch) => Passage::Shut,
            Some(flow) => Passage::Given(density * flow),
            None if branch.parts().any(|part| scene.hydraulics[part].one_way) => Passage::OneWay,
            None => Passage::Free,
        };
        let members = self.members.iter().map(|&b| &scene.branches[b]);
        let branches = members
            .clone()
            .map(|branch| NetworkBranch { from: branch.from, to: branch.to, passage: passage(branch) })
            .collect();
        let pumped: f64 = members
            .clone()
            .flat_map(|branch| branch.parts())
            .filter_map(|part| match &scene.hydraulics[part].component {
                Component::Pump(pump) => Some(pump.curve.free_delivery() * pump.speed * density),
                _ => None,
            })
            .sum();
        let listed = members.filter(|branch| branch.listed).count().max(1);
        let usual_flow = self.given.max(pumped) / listed as f64;
        Network { nodes, branches, usual_flow: if usual_flow > 0.0 { usual_flow } else { 1.0 } }
    }

    /// Δp of each member from its first junction to its second, Pa, at the temperatures of the last solution.
    #[must_use]
    pub fn pressure_drops(
        &self,
        scene: &Scene,
        branches: &[BranchState],
        temperatures: &Temperatures,
    ) -> Vec<f64> {
        let coolant = &scene.loops[self.on_loop].coolant;
        let drop = |(&member, &flow): (&usize, &f64)| {
            let local = branches[member].element_temperatures(scene, temperatures);
            let fluids: Vec<_> = local.into_iter().map(|t| coolant.properties(t)).collect();
            branch_loss(scene, &scene.branches[member], &fluids, flow).drop
        };
        match &self.solution {
            Some(solution) => self
                .members
                .iter()
                .map(|&member| {
                    let branch = &scene.branches[member];
                    solution.pressures[branch.from] - solution.pressures[branch.to]
                })
                .collect(),
            None => self.members.iter().zip(&self.mass_flows).map(drop).collect(),
        }
    }
}
