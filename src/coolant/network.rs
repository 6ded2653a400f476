//! Flows and pressures of a network of any topology.
//!
//! ```text
//! node    Σ_out ṁ_b − Σ_in ṁ_b = inflow_i          branch    p_from − p_to = Δp_b(ṁ_b)
//! ```
//!
//! Newton's method on both at once (the global gradient algorithm, Todini & Pilati 1988): with s = dΔp/dṁ the step's
//! flows follow from its pressures, δṁ = (p_from − p_to − Δp + δp_from − δp_to)/s, so that the nodes give a symmetric positive
//! definite system Σ (δp_i − δp_j)/s = … for their change, factorised sparsely (Cholesky). Losses rise with the flow, so
//! the flows minimise a convex function along every step: where a full step overshoots it is cut to its minimum.
//!
//! Branches that pass only one way (check valves) are shut and opened between solutions until they agree with their
//! pressures. A node is held at a pressure or not; what is cut off from every held node stands still at a level of its
//! own. Flows given at branches are taken as they are. At the end the flows along a spanning tree of the least slopes
//! absorb what rounding has left at the nodes: there they change the pressures least.
//!
//! The unit of the flow is the caller's, here kg/s.

mod matrix;

use super::graph::{Forest, Graph};
use crate::physics::hydraulics::Loss;
use matrix::NodeMatrix;
use thiserror::Error;

/// Relative momentum residual that counts as solved.
pub const MOMENTUM_TOLERANCE: f64 = 1e-10;
/// What is aimed at: Newton's last step usually brings it.
const AIM: f64 = 1e-13;
/// Least slope over largest pressure by largest flow: a branch without a loss has a slope.
const LEAST_SLOPE: f64 = 1e-9;
/// Share of the usual flow under which a flow is rounding: mass closes to more than that.
const NO_FLOW: f64 = 1e-15;
/// Most Newton steps with the same branches open.
const MOST_STEPS: usize = 100;
/// Most halvings of a step that goes too far: beyond, only rounding is left to find.
const MOST_HALVINGS: usize = 30;
/// Most rounds of shutting and opening.
const MOST_ROUNDS: usize = 50;

/// What a branch lets pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Passage {
    /// What its loss allows.
    Free,
    /// The same, but only from `from` to `to`.
    OneWay,
    /// A given flow, whatever the pressures.
    Given(f64),
    /// Nothing.
    Shut,
}

/// A connection between two nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct NetworkBranch {
    /// Index of the node at which positive flow enters.
    pub from: usize,
    /// Index of the node at which it leaves.
    pub to: usize,
    /// What it lets pass.
    pub passage: Passage,
}

/// A place where branches meet.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NetworkNode {
    /// Pressure at which it is held, Pa.
    pub held: Option<f64>,
    /// Flow that enters the network here.
    pub inflow: f64,
}

/// Nodes and branches.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// Nodes.
    pub nodes: Vec<NetworkNode>,
    /// Branches.
    pub branches: Vec<NetworkBranch>,
    /// A usual flow of a branch: where losses are first looked at.
    pub usual_flow: f64,
}

/// The largest imbalance and where it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Worst {
    /// Index of the branch or node.
    pub index: usize,
    /// Over the network's largest pressure difference or flow.
    pub relative: f64,
}

/// Flows and pressures of a network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NetworkSolution {
    /// Per branch.
    pub flows: Vec<f64>,
    /// Per node, Pa.
    pub pressures: Vec<f64>,
    /// Per branch: whether it is shut, by itself or by its direction.
    pub shut: Vec<bool>,
    /// Newton steps in all.
    pub steps: usize,
    /// Branch whose momentum closes worst.
    pub momentum: Worst,
    /// Node whose mass closes worst.
    pub mass: Worst,
}

/// Why a network has no flows.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum NetworkError {
    /// A given flow that cannot leave or come.
    #[error("flow is given to node {node}, from which no open branch leads to a held pressure")]
    NoWayOut {
        /// Index of a node of the part that is cut off.
        node: usize,
    },
    /// Newton's method did not end.
    #[error("branch {branch} does not close: {relative:.1e} of the largest pressure after {steps} steps")]
    NotConverged {
        /// Index of the worst branch.
        branch: usize,
        /// Its relative momentum residual.
        relative: f64,
        /// Steps.
        steps: usize,
    },
    /// Check valves that shut each other in turn.
    #[error("branch {branch} opens and shuts without end")]
    Flutter {
        /// Index of one of them.
        branch: usize,
    },
    /// A loss that is no number.
    #[error("the loss of branch {branch} at a flow of {flow} is no number")]
    NoNumber {
        /// Index of the branch.
        branch: usize,
        /// Its flow.
        flow: f64,
    },
}

impl Network {
    /// Flows and pressures where branch b loses `loss(b, flow)`, from those of a similar network if there are.
    ///
    /// # Errors
    /// [`NetworkError`] names the node or branch.
    pub fn solve(
        &self,
        loss: &dyn Fn(usize, f64) -> Loss,
        before: Option<&NetworkSolution>,
    ) -> Result<NetworkSolution, NetworkError> {
        let mut state = match before {
            Some(before) => NetworkSolution { steps: 0, ..before.clone() },
            None => NetworkSolution {
                flows: vec![0.0; self.branches.len()],
                pressures: vec![0.0; self.nodes.len()],
                shut: vec![false; self.branches.len()],
                ..NetworkSolution::default()
            },
        };
        for (shut, branch) in state.shut.iter_mut().zip(&self.branches) {
            *shut = branch.passage == Passage::Shut || (*shut && branch.passage == Passage::OneWay);
        }
        let mut cold = before.is_none();
        for _ in 0..MOST_ROUNDS {
            let round = Round::new(self, &state.shut, loss)?;
            round.solve(&mut state, cold)?;
            cold = false;
            if !self.reconsider(&mut state, loss) {
                round.close_mass(&mut state);
                self.stop_rounding(&mut state);
                state.momentum = round.momentum(&state);
                state.mass = self.mass(&state.flows);
                return Ok(state);
            }
        }
        let branch = self.branches.iter().position(|b| b.passage == Passage::OneWay).unwrap_or(0);
        Err(NetworkError::Flutter { branch })
    }

    /// Shuts one-way branches that flow backwards and opens those that are pushed forwards; whether any changed.
    fn reconsider(&self, state: &mut NetworkSolution, loss: &dyn Fn(usize, f64) -> Loss) -> bool {
        let largest = largest(state.flows.iter().copied());
        let mut changed = false;
        for (b, branch) in self.branches.iter().enumerate().filter(|(_, b)| b.passage == Passage::OneWay) {
            let push = state.pressures[branch.from] - state.pressures[branch.to] - loss(b, 0.0).drop;
            let level = largest_pressure(&state.pressures);
            let change = match state.shut[b] {
                true => push > MOMENTUM_TOLERANCE * level,
                false => state.flows[b] < -1e-12 * largest,
            };
            if change {
                state.shut[b] = !state.shut[b];
                state.flows[b] = 0.0;
                changed = true;
            }
        }
        changed
    }

    /// Flows of rounding, as in a ring that nothing drives, are none.
    fn stop_rounding(&self, state: &mut NetworkSolution) {
        let usual = self.usual_flow.max(largest(state.flows.iter().copied()));
        for flow in state.flows.iter_mut().filter(|flow| flow.abs() < NO_FLOW * usual) {
            *flow = 0.0;
        }
    }

    /// Nodes of held pressure.
    fn held(&self) -> Vec<usize> {
        (0..self.nodes.len()).filter(|&node| self.nodes[node].held.is_some()).collect()
    }

    /// Net flow out of each node less what enters the network there.
    fn imbalance(&self, flows: &[f64]) -> Vec<f64> {
        let mut net: Vec<f64> = self.nodes.iter().map(|node| -node.inflow).collect();
        for (branch, flow) in self.branches.iter().zip(flows) {
            net[branch.from] += flow;
            net[branch.to] -= flow;
        }
        net
    }

    /// The free node whose mass closes worst.
    fn mass(&self, flows: &[f64]) -> Worst {
        let scale = largest(flows.iter().copied());
        let net = self.imbalance(flows);
        let free = (0..self.nodes.len()).filter(|&node| self.nodes[node].held.is_none());
        worst(free.map(|node| (node, net[node])), scale)
    }
}

fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |m: f64, v| m.max(v.abs()))
}

fn largest_pressure(pressures: &[f64]) -> f64 {
    let (low, high) = pressures.iter().fold((0.0_f64, 0.0_f64), |(l, h), &p| (l.min(p), h.max(p)));
    high - low
}

fn worst(values: impl Iterator<Item = (usize, f64)>, scale: f64) -> Worst {
    let (index, value) = values.fold((0, 0.0_f64), |m, (i, v)| if v.abs() > m.1 { (i, v.abs()) } else { m });
    Worst { index, relative: if value > 0.0 { value / scale } else { 0.0 } }
}

/// The network with some of its branches shut.
struct Round<'a> {
    network: &'a Network,
    loss: &'a dyn Fn(usize, f64) -> Loss,
    /// Branches whose flow follows from the pressures.
    free: Vec<usize>,
    graph: Graph,
    forest: Forest,
    /// Unknown of each node; none where the pressure is held.
    unknown: Vec<Option<usize>>,
    unknowns: usize,
}

impl<'a> Round<'a> {
    fn new(
        network: &'a Network,
        shut: &[bool],
        loss: &'a dyn Fn(usize, f64) -> Loss,
    ) -> Result<Self, NetworkError> {
        let is_free = |b: usize| !shut[b] && !matches!(network.branches[b].passage, Passage::Given(_));
        let free: Vec<usize> = (0..network.branches.len()).filter(|&b| is_free(b)).collect();
        let ends = free.iter().map(|&b| (network.branches[b].from, network.branches[b].to)).collect();
        let graph = Graph { nodes: network.nodes.len(), ends };
        let forest = graph.forest(&network.held(), &vec![1.0; free.len()]);
        let mut round = Self { network, loss, free, graph, forest, unknown: Vec::new(), unknowns: 0 };
        round.check_ways_out()?;
        for node in 0..network.nodes.len() {
            let known = round.forest.roots.contains(&node);
            round.unknown.push((!known).then_some(round.unknowns));
            round.unknowns += usize::from(!known);
        }
        Ok(round)
    }

    /// What enters a part that no held pressure belongs to has to leave it.
    fn check_ways_out(&self) -> Result<(), NetworkError> {
        let given = self.given();
        let scale = largest(given.iter().copied());
        let mut sums = vec![0.0; self.network.nodes.len()];
        for (node, inflow) in given.iter().enumerate() {
            sums[self.forest.root_of[node]] += inflow;
        }
        let cut_off =
            |&root: &usize| self.network.nodes[root].held.is_none() && sums[root].abs() > 1e-12 * scale;
        match self.forest.roots.iter().copied().find(cut_off) {
            Some(node) => Err(NetworkError::NoWayOut { node }),
            None => Ok(()),
        }
    }

    /// What enters each node from outside and by given flows.
    fn given(&self) -> Vec<f64> {
        let mut inflow: Vec<f64> = self.network.nodes.iter().map(|node| node.inflow).collect();
        for branch in &self.network.branches {
            if let Passage::Given(flow) = branch.passage {
                inflow[branch.from] -= flow;
                inflow[branch.to] += flow;
            }
        }
        inflow
    }

    /// Loss of a branch with a slope to divide by.
    fn law(&self, branch: usize, flow: f64, least: f64) -> Result<Loss, NetworkError> {
        let loss = (self.loss)(branch, flow);
        if !(loss.drop.is_finite() && loss.slope.is_finite()) {
            return Err(NetworkError::NoNumber { branch, flow });
        }
        Ok(Loss { slope: loss.slope.max(least), ..loss })
    }

    fn solve(&self, state: &mut NetworkSolution, cold: bool) -> Result<(), NetworkError> {
        for (b, branch) in self.network.branches.iter().enumerate() {
            match branch.passage {
                Passage::Given(flow) => state.flows[b] = flow,
                _ if state.shut[b] => state.flows[b] = 0.0,
                _ => {}
            }
        }
        for &root in &self.forest.roots {
            state.pressures[root] = self.network.nodes[root].held.unwrap_or(0.0);
        }
        if self.free.is_empty() {
            return Ok(());
        }
        let usual = self.network.usual_flow;
        let seen = self.free.iter().flat_map(|&b| [0.0, usual].map(|flow| (self.loss)(b, flow).drop));
        let level = largest(seen).max(f64::MIN_POSITIVE);
        let matrix = NodeMatrix::new(self);
        let mut last = f64::INFINITY;
        for step in 0..MOST_STEPS {
            let most = largest(state.flows.iter().copied()).max(usual);
            let least = LEAST_SLOPE * level / most;
            let first = cold && step == 0;
            let laws = self
                .free
                .iter()
                .map(|&b| {
                    let slope_at = if first { usual } else { state.flows[b] };
                    let slope = self.law(b, slope_at, least)?.slope;
                    Ok(Loss { slope, ..self.law(b, state.flows[b], least)? })
                })
                .collect::<Result<Vec<Loss>, NetworkError>>()?;
            // Increments, not pressures: where a slope is small its rounding would be a flow.
            let left: Vec<f64> = self
                .free
                .iter()
                .zip(&laws)
                .map(|(&b, law)| self.push(&state.pressures, b) - law.drop)
                .collect();
            let rise = matrix.rises(self, &self.network.imbalance(&state.flows), &laws, &left);
            let change: Vec<f64> = (self.free.iter().zip(&laws).zip(&left))
                .map(|((&b, law), left)| (left + self.push(&rise, b)) / law.slope)
                .collect();
            state.pressures.iter_mut().zip(&rise).for_each(|(pressure, rise)| *pressure += rise);
            // Before the first step the flows do not close at the nodes: nothing less than all of it makes them.
            let part = if step == 0 { 1.0 } else { self.part(state, &laws, &change)? };
            for (&b, change) in self.free.iter().zip(&change) {
                state.flows[b] += part * change;
            }
            state.steps += 1;
            let open = self.momentum(state).relative.max(self.network.mass(&state.flows).relative);
            // Below the tolerance a step that no longer helps is rounding.
            if open <= AIM || (open <= MOMENTUM_TOLERANCE && open >= 0.5 * last) {
                return Ok(());
            }
            last = open;
        }
        match self.momentum(state) {
            Worst { relative, .. } if relative <= MOMENTUM_TOLERANCE => Ok(()),
            Worst { index, relative } => {
                Err(NetworkError::NotConverged { branch: index, relative, steps: state.steps })
            }
        }
    }

    /// p_from − p_to of a branch.
    fn push(&self, pressures: &[f64], branch: usize) -> f64 {
        let branch = &self.network.branches[branch];
        pressures[branch.from] - pressures[branch.to]
    }

    /// Share of a step at which Σ (Δp_b − p_from + p_to) δ_b, which falls short at 0 and rises along it, has come to
    /// nothing, if the whole step would go far beyond.
    fn part(&self, state: &NetworkSolution, laws: &[Loss], change: &[f64]) -> Result<f64, NetworkError> {
        let at = |part: f64| -> Result<f64, NetworkError> {
            let mut sum = 0.0;
            for (&b, change) in self.free.iter().zip(change) {
                let drop = self.law(b, state.flows[b] + part * change, 0.0)?.drop;
                sum += (drop - self.push(&state.pressures, b)) * change;
            }
            Ok(sum)
        };
        let start: f64 = laws.iter().zip(change).map(|(law, change)| law.slope * change * change).sum();
        let (mut low, mut high, mut over) = (0.0, 1.0, at(1.0)?);
        for _ in 0..MOST_HALVINGS {
            if over <= 0.5 * start {
                break;
            }
            let middle = 0.5 * (low + high);
            let value = at(middle)?;
            if value > 0.0 {
                (high, over) = (middle, value);
            } else {
                low = middle;
                if value > -0.5 * start {
                    return Ok(middle);
                }
            }
        }
        Ok(high)
    }

    /// The branch whose momentum closes worst.
    fn momentum(&self, state: &NetworkSolution) -> Worst {
        let drops: Vec<f64> = self.free.iter().map(|&b| (self.loss)(b, state.flows[b]).drop).collect();
        let scale = largest(drops.iter().copied()).max(largest_pressure(&state.pressures));
        let left = |(&b, drop): (&usize, &f64)| (b, self.push(&state.pressures, b) - drop);
        worst(self.free.iter().zip(&drops).map(left), scale)
    }

    /// Lets the branches of a spanning forest carry what the nodes lack.
    fn close_mass(&self, state: &mut NetworkSolution) {
        let slope = |&b: &usize| (self.loss)(b, state.flows[b]).slope.max(f64::MIN_POSITIVE);
        let slopes: Vec<f64> = self.free.iter().map(slope).collect();
        let mut net = self.network.imbalance(&state.flows);
        for &(node, edge) in self.graph.forest(&self.network.held(), &slopes).order.iter().rev() {
            let branch = self.free[edge];
            let ends = &self.network.branches[branch];
            // Out of this node too much: less along its branch.
            let (sign, parent) = if ends.from == node { (1.0, ends.to) } else { (-1.0, ends.from) };
            state.flows[branch] -= sign * net[node];
            net[parent] += net[node];
            net[node] = 0.0;
        }
    }
}

#[cfg(test)]
#[path = "network_tests.rs"]
mod tests;
