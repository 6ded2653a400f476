//! Coolant branches as nodes of the energy equation.
//!
//! With the entering coolant T_up, the plate's base T_p, R and C = ṁ cp of its segment:
//!
//! ```text
//! plate    …  + (T_up − T_p)/R = 0
//! coolant  (C − 1/R)(T_up − T_k) + (T_p − T_k)/R = 0,    which is  C (T_k − T_up) = (T_p − T_up)/R
//! ```
//!
//! C R ≥ 1, or the plate would take more than its flow can carry: [`crate::coolant`] cuts 1/R there and says so.
//! Without flow a plate's coolant rests at the supply temperature and takes nothing.

use crate::coolant::{BranchState, branch_flows};
use crate::model::Model;
use crate::model::system::{NodeLink, State};
use crate::scene::Scene;

/// What the branches bring into the energy equation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoopLinks {
    /// One-way links along the branches and from the plates.
    pub links: Vec<NodeLink>,
    /// Per node: tie to the supplies, W/K.
    pub sink: Vec<f64>,
    /// Per node: W of that tie, as rise over the reference.
    pub source: Vec<f64>,
}

/// Branches with a first guess of their temperatures: each plate takes the power of its chips.
#[must_use]
pub fn first_branches(scene: &Scene) -> Vec<BranchState> {
    let plate_power = |plate: usize| {
        let cooled = |chip: &&crate::scene::Chip| chip.cooler == Some(crate::scene::Cooler::ColdPlate(plate));
        let chips: f64 = scene.chips.iter().filter(cooled).map(|chip| chip.power).sum();
        chips + scene.cold_plates[plate].extra_power
    };
    branch_flows(scene)
        .into_iter()
        .enumerate()
        .map(|(branch, flow)| {
            let mut state = BranchState::new(scene, branch, flow);
            let mut temperature = state.supply_temperature;
            let outlets: Vec<f64> = state
                .segments
                .iter()
                .map(|segment| {
                    if segment.capacity_rate > 0.0 {
                        // Absurd flows must not start the iteration at absurd temperatures.
                        temperature +=
                            (plate_power(segment.plate) / segment.capacity_rate).clamp(-50.0, 50.0);
                    }
                    temperature
                })
                .collect();
            state.update(scene, &outlets);
            state
        })
        .collect()
}

/// Links, ties and sources of all branches; `reference` in K.
#[must_use]
pub fn loop_links(model: &Model, branches: &[BranchState], reference: f64) -> LoopLinks {
    let nodes = model.nodes.len();
    let mut out = LoopLinks { links: Vec::new(), sink: vec![0.0; nodes], source: vec![0.0; nodes] };
    for state in branches {
        let supply_rise = state.supply_temperature - reference;
        let mut upstream: Option<usize> = None;
        for (segment, &coolant) in state.segments.iter().zip(&model.coolant_nodes[state.branch]) {
            let plate = model.plate_nodes[segment.plate];
            let (carried, taken) = (segment.capacity_rate - segment.conductance, segment.conductance);
            if segment.capacity_rate == 0.0 {
                out.tie(coolant, 1.0, supply_rise);
                continue;
            }
            match upstream {
                Some(from) => {
                    out.links.push(NodeLink { to: coolant, from, conductance: carried });
                    out.links.push(NodeLink { to: plate, from, conductance: taken });
                }
                None => {
                    out.tie(coolant, carried, supply_rise);
                    out.tie(plate, taken, supply_rise);
                }
            }
            out.links.push(NodeLink { to: coolant, from: plate, conductance: taken });
            upstream = Some(coolant);
        }
    }
    out.links.retain(|link| link.conductance > 0.0);
    out
}

impl LoopLinks {
    fn tie(&mut self, node: usize, conductance: f64, rise: f64) {
        self.sink[node] += conductance;
        self.source[node] += conductance * rise;
    }
}

/// Temperatures with which the coolant leaves the plates of a branch, K.
#[must_use]
pub fn outlets(model: &Model, branch: usize, state: &State, reference: f64) -> Vec<f64> {
    model.coolant_nodes[branch].iter().map(|&node| reference + state.nodes[node]).collect()
}
