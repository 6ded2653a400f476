//! Coolant branches as nodes of the energy equation.
//!
//! With the entering coolant T_up, the plate's base T_p, R and C = ṁ cp of its segment:
//!
//! ```text
//! plate    …  + (T_up − T_p)/R = 0
//! coolant  (C − 1/R)(T_up − T_k) + (T_p − T_k)/R = 0,    which is  C (T_k − T_up) = (T_p − T_up)/R
//! ```
//!
//! A distribution unit that cannot hold its set point is a row of its own ([`crate::coolant::unit`]).
//!
//! C R ≥ 1, or the plate would take more than its flow can carry: [`crate::coolant`] cuts 1/R there and says so.
//! Without flow a plate's coolant rests at the supply temperature and takes nothing.

use crate::coolant::{At, CoolantError, CoolantState, Temperatures};
use crate::couple::CoupleError;
use crate::model::Model;
use crate::model::system::{NodeLink, State};
use crate::scene::{Fault, Scene};

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

impl From<CoolantError> for CoupleError {
    fn from(error: CoolantError) -> Self {
        let CoolantError { on_loop, finding, remedy } = error;
        let message = format!("loop '{on_loop}': {finding}");
        Fault { code: "racktherm::no_coolant_flow", message, remedy, items: vec![on_loop] }.into()
    }
}

/// The loops with a first guess of their temperatures: each plate takes the power of its chips.
///
/// # Errors
/// [`CoupleError`] names a loop whose flow has no way.
pub fn first_coolant(scene: &Scene) -> Result<CoolantState, CoupleError> {
    let plate_power = |plate: usize| {
        let cooled = |chip: &&crate::scene::Chip| chip.cooler == Some(crate::scene::Cooler::ColdPlate(plate));
        let chips: f64 = scene.chips.iter().filter(cooled).map(|chip| chip.power).sum();
        chips + scene.cold_plates[plate].extra_power
    };
    Ok(CoolantState::first(scene, &plate_power)?)
}

/// Temperatures of the coolant, K.
#[must_use]
pub fn coolant_temperatures(scene: &Scene, model: &Model, state: &State, reference: f64) -> Temperatures {
    let outlets = |nodes: &Vec<usize>| nodes.iter().map(|&node| reference + state.nodes[node]).collect();
    Temperatures {
        outlets: model.coolant_nodes.iter().map(outlets).collect(),
        supplies: (scene.loops.iter().zip(&model.supply_nodes))
            .map(|(supply, node)| {
                node.map_or(supply.supply_temperature, |node| reference + state.nodes[node])
            })
            .collect(),
    }
}

/// Links, ties and sources of all branches; `reference` in K.
#[must_use]
pub fn loop_links(scene: &Scene, model: &Model, coolant: &CoolantState, reference: f64) -> LoopLinks {
    let nodes = model.nodes.len();
    let mut out = LoopLinks { links: Vec::new(), sink: vec![0.0; nodes], source: vec![0.0; nodes] };
    for state in &coolant.branches {
        let mut upstream: Option<usize> = None;
        for k in state.along_flow() {
            let (segment, node) = (&state.segments[k], model.coolant_nodes[state.branch][k]);
            let plate = model.plate_nodes[segment.plate];
            let (carried, taken) = (segment.capacity_rate - segment.conductance, segment.conductance);
            if segment.capacity_rate == 0.0 {
                out.enter(
                    scene,
                    model,
                    node,
                    At::Supply(scene.branches[state.branch].on_loop),
                    1.0,
                    reference,
                );
                continue;
            }
            for (to, conductance) in [(node, carried), (plate, taken)] {
                match upstream {
                    Some(from) => out.links.push(NodeLink { to, from, conductance }),
                    None => {
                        for &(at, share) in &state.inlet.parts {
                            out.enter(scene, model, to, at, share * conductance, reference);
                        }
                    }
                }
            }
            out.links.push(NodeLink { to: node, from: plate, conductance: taken });
            upstream = Some(node);
        }
    }
    for unit in &coolant.units {
        let on_loop = scene.cdus[unit.cdu].on_loop;
        let Some(node) = model.supply_nodes[on_loop] else { continue };
        if unit.state.holds || unit.capacity_rate <= 0.0 {
            out.tie(node, 1.0, scene.loops[on_loop].supply_temperature - reference);
            continue;
        }
        let taken = unit.state.conductance;
        for &(at, share) in &unit.back.parts {
            out.enter(scene, model, node, at, share * (unit.capacity_rate - taken), reference);
        }
        out.tie(node, taken, scene.cdus[unit.cdu].temperature - reference);
        out.source[node] += unit.pump_heat;
    }
    out.links.retain(|link| link.conductance > 0.0);
    out
}

impl LoopLinks {
    /// With the heat of a rear door at the plate that stands for it.
    #[must_use]
    pub fn with_door(mut self, scene: &Scene, model: &Model, heat: f64) -> Self {
        if let Some(plate) = scene.rear_door.as_ref().and_then(|door| door.plate) {
            self.source[model.plate_nodes[plate]] += heat;
        }
        self
    }

    /// Whether other links differ from these by no more than a share of their coefficients.
    #[must_use]
    pub fn is_near(&self, other: &Self, share: f64) -> bool {
        let near = |a: f64, b: f64, scale: f64| (a - b).abs() <= share * scale;
        let alike = |a: &NodeLink, b: &NodeLink| {
            (a.to, a.from) == (b.to, b.from) && near(a.conductance, b.conductance, a.conductance)
        };
        let links = self.links.len() == other.links.len();
        let most = self.source.iter().fold(0.0, |most: f64, source| most.max(source.abs()));
        links
            && self.links.iter().zip(&other.links).all(|(a, b)| alike(a, b))
            && self.sink.iter().zip(&other.sink).all(|(a, b)| near(*a, *b, *a))
            && self.source.iter().zip(&other.source).all(|(a, b)| near(*a, *b, most))
    }

    /// W that the coolant carries away at the rises of the nodes, K, with what is released in it counted off.
    #[must_use]
    pub fn carried(&self, nodes: &[f64]) -> f64 {
        let gained: f64 =
            self.links.iter().map(|link| link.conductance * (nodes[link.from] - nodes[link.to])).sum();
        let ties = self.sink.iter().zip(&self.source).zip(nodes);
        ties.map(|((sink, source), rise)| sink * rise - source).sum::<f64>() - gained
    }

    /// What enters a node from a supply or a plate.
    fn enter(&mut self, scene: &Scene, model: &Model, to: usize, at: At, conductance: f64, reference: f64) {
        match at {
            At::Supply(supply) => match model.supply_nodes[supply] {
                // What circulates past no plate returns as it was sent.
                Some(from) if from == to => {}
                Some(from) => self.links.push(NodeLink { to, from, conductance }),
                None => self.tie(to, conductance, scene.loops[supply].supply_temperature - reference),
            },
            At::Plate { branch, segment } => {
                let from = model.coolant_nodes[branch][segment];
                self.links.push(NodeLink { to, from, conductance });
            }
        }
    }

    fn tie(&mut self, node: usize, conductance: f64, rise: f64) {
        self.sink[node] += conductance;
        self.source[node] += conductance * rise;
    }
}
