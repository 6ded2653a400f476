//! Where branches meet: with what temperature the coolant enters the next one.
//!
//! ```text
//! Σ_b ṁ_b cp_b (T_b − T_j) = 0      cp_b the mean between T_b and T_j: exact mixing of enthalpy
//! ```
//!
//! A junction's temperature is a mean of the temperatures with which supplies and plates send coolant, by weights that
//! follow the flow downstream. The energy equation knows supplies and plates only; what lies between them is eliminated
//! here, so that junctions cost it nothing.

use super::Temperatures;
use super::branch::{BranchState, mean_specific_heat};
use super::flows::LoopFlows;
use crate::scene::{RETURN, SUPPLY, Scene};
use std::collections::BTreeMap;

/// Most sweeps where the coolant runs in circles past no plate.
const MOST_SWEEPS: usize = 1000;
/// Change of a weight or temperature (K) that ends them.
const STANDS: f64 = 1e-13;

/// Where coolant gets a temperature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// The supply of a loop.
    Supply(usize),
    /// A plate, which the coolant leaves.
    Plate {
        /// Index into the scene's branches.
        branch: usize,
        /// Its plate, in the order of positive flow.
        segment: usize,
    },
}

/// What enters a branch: shares of what leaves supplies and plates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inlet {
    /// Where from, and its share; the shares sum to 1.
    pub parts: Vec<(At, f64)>,
}

impl Inlet {
    /// All from a loop's supply.
    #[must_use]
    pub fn supply(on_loop: usize) -> Self {
        Self { parts: vec![(At::Supply(on_loop), 1.0)] }
    }

    /// K.
    #[must_use]
    pub fn temperature(&self, temperatures: &Temperatures) -> f64 {
        let at = |at: &At| match *at {
            At::Supply(index) => temperatures.supplies[index],
            At::Plate { branch, segment } => temperatures.outlets[branch][segment],
        };
        match self.parts.as_slice() {
            // Without rounding.
            [(only, _)] => at(only),
            parts => parts.iter().map(|(from, share)| share * at(from)).sum(),
        }
    }

    /// Largest difference of a share.
    #[must_use]
    pub fn distance(&self, other: &Inlet) -> f64 {
        let one: BTreeMap<At, f64> = self.parts.iter().copied().collect();
        let mut two: BTreeMap<At, f64> = other.parts.iter().copied().collect();
        let own =
            one.iter().fold(0.0_f64, |m, (at, share)| m.max((share - two.remove(at).unwrap_or(0.0)).abs()));
        two.values().fold(own, |m, share| m.max(share.abs()))
    }
}

/// A stream that enters a junction.
struct Stream {
    /// Branch, and junction that it comes from; none for the supply itself.
    from: Option<(usize, usize)>,
    /// kg/s.
    rate: f64,
}

/// The streams of a loop, and its junctions in an order in which the coolant reaches them.
struct Streams {
    entering: Vec<Vec<Stream>>,
    order: Vec<usize>,
}

impl Streams {
    fn new(scene: &Scene, flows: &LoopFlows) -> Self {
        let count = scene.loops[flows.on_loop].junctions.len();
        let mut entering: Vec<Vec<Stream>> = (0..count).map(|_| Vec::new()).collect();
        let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut waits = vec![0_usize; count];
        for (&member, &flow) in flows.members.iter().zip(&flows.mass_flows) {
            let branch = &scene.branches[member];
            let (up, down) = if flow >= 0.0 { (branch.from, branch.to) } else { (branch.to, branch.from) };
            if flow == 0.0 {
                continue;
            }
            // What a feeding pump sends comes at the supply's temperature.
            let conditioned = branch.source && flow > 0.0;
            entering[down].push(Stream { from: (!conditioned).then_some((member, up)), rate: flow.abs() });
            if !conditioned {
                leaving[up].push(down);
                waits[down] += 1;
            }
        }
        if flows.given > 0.0 {
            entering[SUPPLY].push(Stream { from: None, rate: flows.given });
        }
        let mut order: Vec<usize> = (0..count).filter(|&j| waits[j] == 0).collect();
        let mut next = 0;
        while next < order.len() {
            for &down in &leaving[order[next]] {
                waits[down] -= 1;
                if waits[down] == 0 {
                    order.push(down);
                }
            }
            next += 1;
        }
        order.extend((0..count).filter(|&j| waits[j] > 0));
        Self { entering, order }
    }
}

/// Temperature of every junction of a loop, K, by its enthalpies; where nothing flows, that of the supply.
#[must_use]
pub fn junction_temperatures(
    scene: &Scene,
    flows: &LoopFlows,
    branches: &[BranchState],
    temperatures: &Temperatures,
) -> Vec<f64> {
    let streams = Streams::new(scene, flows);
    let coolant = &scene.loops[flows.on_loop].coolant;
    let supply = temperatures.supplies[flows.on_loop];
    let mut found = vec![supply; streams.entering.len()];
    for _ in 0..MOST_SWEEPS {
        let mut change: f64 = 0.0;
        for &junction in &streams.order {
            let (mut rate, mut heat) = (0.0, 0.0);
            for stream in &streams.entering[junction] {
                let temperature = leaving(stream, branches, temperatures, supply, |up| found[up]);
                rate += stream.rate;
                heat += stream.rate * coolant.enthalpy(temperature);
            }
            if rate > 0.0 {
                let mixed = coolant.temperature_of_enthalpy(heat / rate);
                change = change.max((mixed - found[junction]).abs());
                found[junction] = mixed;
            }
        }
        if change <= 1e3 * STANDS {
            break;
        }
    }
    found
}

/// Temperature of a stream, K.
fn leaving(
    stream: &Stream,
    branches: &[BranchState],
    temperatures: &Temperatures,
    supply: f64,
    junction: impl Fn(usize) -> f64,
) -> f64 {
    match stream.from {
        None => supply,
        Some((member, up)) => match branches[member].along_flow().last() {
            Some(last) => temperatures.outlets[member][last],
            None => junction(up),
        },
    }
}

/// What enters each branch of a loop, in the order of its members, and what returns from it.
#[must_use]
pub fn mix(
    scene: &Scene,
    flows: &LoopFlows,
    branches: &[BranchState],
    temperatures: &Temperatures,
) -> (Vec<Inlet>, Inlet) {
    let streams = Streams::new(scene, flows);
    let coolant = &scene.loops[flows.on_loop].coolant;
    let known = junction_temperatures(scene, flows, branches, temperatures);
    let supply = Shares::from([(At::Supply(flows.on_loop), 1.0)]);
    let mut shares: Vec<Shares> = vec![supply.clone(); known.len()];
    for _ in 0..MOST_SWEEPS {
        let mut change: f64 = 0.0;
        for &junction in &streams.order {
            let entering = &streams.entering[junction];
            let mixed = match entering.as_slice() {
                [] => continue,
                [only] => of_stream(only, branches, &supply, &shares).clone(),
                _ => {
                    let mut sum = Shares::new();
                    let mut total = 0.0;
                    for stream in entering {
                        let temperature = leaving(
                            stream,
                            branches,
                            temperatures,
                            temperatures.supplies[flows.on_loop],
                            |up| known[up],
                        );
                        let weight = stream.rate * mean_specific_heat(coolant, temperature, known[junction]);
                        total += weight;
                        for (at, share) in of_stream(stream, branches, &supply, &shares) {
                            *sum.entry(at).or_insert(0.0) += weight * share;
                        }
                    }
                    sum.values_mut().for_each(|share| *share /= total);
                    sum
                }
            };
            change = change.max(apart(&shares[junction], &mixed));
            shares[junction] = mixed;
        }
        if change <= STANDS {
            break;
        }
    }
    let inlet =
        |junction: usize| Inlet { parts: shares[junction].iter().map(|(&at, &share)| (at, share)).collect() };
    let inlets = (flows.members.iter().zip(&flows.mass_flows))
        .map(|(&member, &flow)| {
            let branch = &scene.branches[member];
            inlet(if flow >= 0.0 { branch.from } else { branch.to })
        })
        .collect();
    (inlets, inlet(RETURN))
}

type Shares = BTreeMap<At, f64>;

/// Shares of what a stream carries.
fn of_stream(stream: &Stream, branches: &[BranchState], supply: &Shares, shares: &[Shares]) -> Shares {
    match stream.from {
        None => supply.clone(),
        Some((member, up)) => match branches[member].along_flow().last() {
            Some(segment) => Shares::from([(At::Plate { branch: member, segment }, 1.0)]),
            None => shares[up].clone(),
        },
    }
}

fn apart(a: &Shares, b: &Shares) -> f64 {
    let one = a.iter().fold(0.0_f64, |m, (at, share)| m.max((share - b.get(at).unwrap_or(&0.0)).abs()));
    b.iter().filter(|(at, _)| !a.contains_key(at)).fold(one, |m, (_, share)| m.max(share.abs()))
}
