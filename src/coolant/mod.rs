//! Liquid branches: flows, cold plates in series, enthalpy along them, pressure drop and pump power.
//!
//! A supply at T₀ feeds parallel branches; a branch passes its plates one after the other. Plate k takes
//!
//! ```text
//! q_k = (T_plate − T_{k−1}) / R_k(V_k) = ṁ (h(T_k) − h(T_{k−1})),   V_k = ṁ / ρ(T_{k−1})
//! ```
//!
//! R is referred to the coolant that enters the plate. With the mean specific heat of a segment,
//! cp = (h(T_k) − h(T_{k−1}))/(T_k − T_{k−1}), the second equation is linear in the temperatures; cp, ρ and R
//! follow the temperatures from one iterate to the next, so that the heat is ṁ Δh when they stand still.
//! Flows are given, or share what is left of the supply by weight; branches in a common manifold therefore
//! need not have equal pressure drops, and the supply's is the largest of them and the external one.
//!
//! Temperatures in K, flows in m³/s at the supply temperature unless said, no cells and no nodes here.

mod graph;
pub mod network;

use crate::scene::{Coolant, Scene};

/// One plate of a branch and the coolant that leaves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Index into the scene's cold plates.
    pub plate: usize,
    /// ṁ cp, W/K, with the mean cp of the segment; 0 without flow.
    pub capacity_rate: f64,
    /// 1/R from the plate's base (or its chip's case) to the entering coolant, W/K; 0 without flow.
    pub conductance: f64,
    /// Flow through the plate at its inlet temperature, m³/s.
    pub flow: f64,
    /// Whether 1/R had to be cut to ṁ cp: the plate's resistance is smaller than its flow can carry.
    pub clipped: bool,
}

/// A branch at given temperatures.
#[derive(Clone, Debug, PartialEq)]
pub struct BranchState {
    /// Index into the scene's branches.
    pub branch: usize,
    /// m³/s at the supply temperature.
    pub flow: f64,
    /// kg/s.
    pub mass_flow: f64,
    /// K, of the supply.
    pub supply_temperature: f64,
    /// Its plates in the order of the flow.
    pub segments: Vec<Segment>,
}

/// Flow of every branch at its supply temperature, m³/s: given, or the free rest of its loop by weight.
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
    let flow = |branch: &crate::scene::Branch| {
        branch.flow.unwrap_or_else(|| {
            let total = weights(branch.on_loop);
            if total > 0.0 { free(branch.on_loop) * branch.weight / total } else { 0.0 }
        })
    };
    scene.branches.iter().map(flow).collect()
}

impl BranchState {
    /// A branch with all its coolant at the supply temperature.
    #[must_use]
    pub fn new(scene: &Scene, branch: usize, flow: f64) -> Self {
        let of = &scene.branches[branch];
        let supply = &scene.loops[of.on_loop];
        let density = supply.coolant.properties(supply.supply_temperature).density;
        let blank = |&plate: &usize| Segment {
            plate,
            capacity_rate: 0.0,
            conductance: 0.0,
            flow: 0.0,
            clipped: false,
        };
        let mut state = Self {
            branch,
            flow,
            mass_flow: density * flow,
            supply_temperature: supply.supply_temperature,
            segments: of.plates.iter().map(blank).collect(),
        };
        state.update(scene, &vec![supply.supply_temperature; of.plates.len()]);
        state
    }

    /// The supply's fluid.
    #[must_use]
    pub fn coolant<'a>(&self, scene: &'a Scene) -> &'a Coolant {
        &scene.loops[scene.branches[self.branch].on_loop].coolant
    }

    /// Coefficients for the temperatures (K) with which the coolant leaves each plate; returns the largest
    /// relative change of a capacity rate or conductance.
    pub fn update(&mut self, scene: &Scene, outlets: &[f64]) -> f64 {
        let coolant = self.coolant(scene).clone();
        let mut inlet = self.supply_temperature;
        let mut change: f64 = 0.0;
        for (segment, &outlet) in self.segments.iter_mut().zip(outlets) {
            let old = *segment;
            segment.flow = self.mass_flow / coolant.properties(inlet).density;
            segment.capacity_rate = self.mass_flow * mean_specific_heat(&coolant, inlet, outlet);
            let wanted = scene.cold_plates[segment.plate].model.conductance(segment.flow);
            segment.clipped = wanted > segment.capacity_rate;
            segment.conductance = wanted.min(segment.capacity_rate);
            change = change
                .max(relative_change(old.capacity_rate, segment.capacity_rate))
                .max(relative_change(old.conductance, segment.conductance));
            inlet = outlet;
        }
        change
    }

    /// Heat that the coolant takes up in each plate, ṁ (h_out − h_in), W, at outlet temperatures in K.
    #[must_use]
    pub fn heat_flows(&self, scene: &Scene, outlets: &[f64]) -> Vec<f64> {
        let coolant = self.coolant(scene);
        let inlets = std::iter::once(self.supply_temperature).chain(outlets.iter().copied());
        inlets
            .zip(outlets)
            .map(|(inlet, &outlet)| self.mass_flow * (coolant.enthalpy(outlet) - coolant.enthalpy(inlet)))
            .collect()
    }

    /// Loss of the branch: its plates at their flows, and hoses and couplings, Pa.
    #[must_use]
    pub fn pressure_drop(&self, scene: &Scene) -> f64 {
        let plates: f64 =
            self.segments.iter().map(|s| scene.cold_plates[s.plate].model.pressure_drop(s.flow)).sum();
        plates + scene.branches[self.branch].quadratic_loss * self.flow * self.flow
    }
}

/// cp that makes cp (T_out − T_in) the enthalpy difference, J/(kg K).
#[must_use]
pub fn mean_specific_heat(coolant: &Coolant, inlet: f64, outlet: f64) -> f64 {
    let difference = outlet - inlet;
    // Below this the quotient loses digits, and cp at the middle is exact to 1e-9.
    if difference.abs() < 1e-3 {
        return coolant.properties(0.5 * (inlet + outlet)).specific_heat;
    }
    (coolant.enthalpy(outlet) - coolant.enthalpy(inlet)) / difference
}

fn relative_change(old: f64, new: f64) -> f64 {
    if old == new { 0.0 } else { (new - old).abs() / old.abs().max(new.abs()) }
}

/// What a supply delivers and costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SupplyState {
    /// Sum of its branches, m³/s at the supply temperature.
    pub flow: f64,
    /// Mixed return, K: the temperature of the branches' mean enthalpy.
    pub return_temperature: f64,
    /// Σ ṁ (h_return − h_supply), W.
    pub heat_flow: f64,
    /// Largest of the branches, and external, Pa.
    pub pressure_drop: f64,
    /// Electrical, W.
    pub pump_power: f64,
}

/// A supply from its branches and the temperatures (K) with which each leaves its plates.
#[must_use]
pub fn supply_state(scene: &Scene, supply: usize, branches: &[(&BranchState, &[f64])]) -> SupplyState {
    let of = &scene.loops[supply];
    let flow: f64 = branches.iter().map(|(b, _)| b.flow).sum();
    let mass_flow: f64 = branches.iter().map(|(b, _)| b.mass_flow).sum();
    let heat_flow: f64 = branches.iter().map(|(b, t)| b.heat_flows(scene, t).iter().sum::<f64>()).sum();
    let largest = branches.iter().map(|(b, _)| b.pressure_drop(scene)).fold(0.0, f64::max);
    let pressure_drop = largest + of.external_pressure_drop;
    let supply_enthalpy = of.coolant.enthalpy(of.supply_temperature);
    let return_temperature = if mass_flow > 0.0 {
        of.coolant.temperature_of_enthalpy(supply_enthalpy + heat_flow / mass_flow)
    } else {
        of.supply_temperature
    };
    let pump_power = if flow > 0.0 { pressure_drop * flow / of.pump_efficiency } else { 0.0 };
    SupplyState { flow, return_temperature, heat_flow, pressure_drop, pump_power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_specific_heat_gives_the_enthalpy_difference_back() {
        let coolant = Coolant::pg25_by_mass();
        let (inlet, outlet) = (313.15, 328.15);
        let mean = mean_specific_heat(&coolant, inlet, outlet);
        let expected = coolant.enthalpy(outlet) - coolant.enthalpy(inlet);
        approx::assert_relative_eq!(mean * 15.0, expected, max_relative = 1e-13);
        let near = mean_specific_heat(&coolant, inlet, inlet + 1e-4);
        approx::assert_relative_eq!(near, coolant.properties(inlet).specific_heat, max_relative = 1e-6);
    }

    #[test]
    fn a_hundred_and_fifteen_kilowatts_warm_130_l_min_of_pg25_by_13_3_kelvin() {
        // engineering.md, section 1: 115 kW into 130 L/min of PG25 at 40 °C.
        let coolant = Coolant::pg25_by_mass();
        let supply = 313.15;
        let mass_flow = coolant.properties(supply).density * 130.0 / 60e3;
        let back = coolant.temperature_of_enthalpy(coolant.enthalpy(supply) + 115e3 / mass_flow);
        assert!((back - supply - 13.3).abs() < 0.3, "{}", back - supply);
    }
}
