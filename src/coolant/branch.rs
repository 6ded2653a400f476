//! Plates along a branch: capacity rates and conductances at the coolant's temperatures.

use super::Temperatures;
use super::mixing::Inlet;
use crate::scene::{Coolant, Element, Scene};

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
    /// kg/s from its first junction to its second; negative where the coolant flows backwards.
    pub mass_flow: f64,
    /// What enters it.
    pub inlet: Inlet,
    /// Its plates in the order of positive flow.
    pub segments: Vec<Segment>,
}

impl BranchState {
    /// A branch at rest, fed by its supply.
    #[must_use]
    pub fn new(scene: &Scene, branch: usize) -> Self {
        let of = &scene.branches[branch];
        let blank =
            |plate| Segment { plate, capacity_rate: 0.0, conductance: 0.0, flow: 0.0, clipped: false };
        Self {
            branch,
            mass_flow: 0.0,
            inlet: Inlet::supply(of.on_loop),
            segments: of.plates().map(blank).collect(),
        }
    }

    /// The loop's fluid.
    #[must_use]
    pub fn coolant<'a>(&self, scene: &'a Scene) -> &'a Coolant {
        &scene.loops[scene.branches[self.branch].on_loop].coolant
    }

    /// Segments in the order in which the coolant passes them.
    pub fn along_flow(&self) -> impl Iterator<Item = usize> + use<> {
        let (count, backwards) = (self.segments.len(), self.mass_flow < 0.0);
        (0..count).map(move |k| if backwards { count - 1 - k } else { k })
    }

    /// K, with which the coolant enters.
    #[must_use]
    pub fn inlet_temperature(&self, temperatures: &Temperatures) -> f64 {
        self.inlet.temperature(temperatures)
    }

    /// K, with which the coolant reaches a plate; none where the plate is not in this branch.
    #[must_use]
    pub fn plate_inlet(&self, plate: usize, temperatures: &Temperatures) -> Option<f64> {
        let mut inlet = self.inlet_temperature(temperatures);
        for k in self.along_flow() {
            if self.segments[k].plate == plate {
                return Some(inlet);
            }
            inlet = temperatures.outlets[self.branch][k];
        }
        None
    }

    /// K, with which the coolant leaves; as it enters where no plate takes part.
    #[must_use]
    pub fn outlet_temperature(&self, temperatures: &Temperatures) -> f64 {
        match self.along_flow().last() {
            Some(last) if self.mass_flow != 0.0 => temperatures.outlets[self.branch][last],
            _ => self.inlet_temperature(temperatures),
        }
    }

    /// K with which the coolant would leave each plate that releases `plate_power(p)` W.
    pub(super) fn guess(&self, inlet: f64, plate_power: &dyn Fn(usize) -> f64) -> Vec<f64> {
        let mut outlets = vec![inlet; self.segments.len()];
        let mut temperature = inlet;
        for k in self.along_flow() {
            let segment = &self.segments[k];
            if segment.capacity_rate > 0.0 {
                // Absurd flows must not start the iteration at absurd temperatures.
                temperature += (plate_power(segment.plate) / segment.capacity_rate).clamp(-50.0, 50.0);
            }
            outlets[k] = temperature;
        }
        outlets
    }

    /// Coefficients for a flow, kg/s, and the temperatures (K) with which the coolant enters and leaves each plate;
    /// returns the largest relative change of a capacity rate or conductance.
    pub fn update(&mut self, scene: &Scene, mass_flow: f64, inlet: f64, outlets: &[f64]) -> f64 {
        let coolant = self.coolant(scene).clone();
        let mut change = relative_change(self.mass_flow, mass_flow);
        self.mass_flow = mass_flow;
        let rate = mass_flow.abs();
        let mut inlet = inlet;
        for k in self.along_flow() {
            let (segment, outlet) = (&mut self.segments[k], outlets[k]);
            let old = *segment;
            segment.flow = rate / coolant.properties(inlet).density;
            segment.capacity_rate = rate * mean_specific_heat(&coolant, inlet, outlet);
            let plate = &scene.cold_plates[segment.plate];
            // Where channels are blocked the others carry the flow, and the heat.
            let open = 1.0 - plate.blocked;
            let at = if plate.model.follows_coolant() { 0.5 * (inlet + outlet) } else { inlet };
            let fluid = coolant.properties(at);
            let each = rate / (fluid.density * open);
            let wanted = if open > 0.0 { open * plate.model.conductance(each, &fluid) } else { 0.0 };
            segment.clipped = wanted > segment.capacity_rate;
            segment.conductance = wanted.min(segment.capacity_rate);
            change = change
                .max(relative_change(old.capacity_rate, segment.capacity_rate))
                .max(relative_change(old.conductance, segment.conductance));
            inlet = outlet;
        }
        change
    }

    /// Heat that the coolant takes up in each plate, ṁ (h_out − h_in), W.
    #[must_use]
    pub fn heat_flows(&self, scene: &Scene, temperatures: &Temperatures) -> Vec<f64> {
        let coolant = self.coolant(scene);
        let outlets = &temperatures.outlets[self.branch];
        let mut inlet = self.inlet_temperature(temperatures);
        let mut heat = vec![0.0; outlets.len()];
        for k in self.along_flow() {
            heat[k] = self.mass_flow.abs() * (coolant.enthalpy(outlets[k]) - coolant.enthalpy(inlet));
            inlet = outlets[k];
        }
        heat
    }

    /// Temperature at which each element of the branch is passed, K: that of the coolant that reaches it, at plates the
    /// mean of entering and leaving.
    #[must_use]
    pub fn element_temperatures(&self, scene: &Scene, temperatures: &Temperatures) -> Vec<f64> {
        let elements = &scene.branches[self.branch].elements;
        let outlets = &temperatures.outlets[self.branch];
        let mut at = self.inlet_temperature(temperatures);
        let mut local = vec![at; elements.len()];
        let mut plates = self.along_flow();
        let mut order: Vec<usize> = (0..elements.len()).collect();
        if self.mass_flow < 0.0 {
            order.reverse();
        }
        for element in order {
            local[element] = at;
            if matches!(elements[element], Element::Plate(_))
                && let Some(plate) = plates.next()
            {
                local[element] = 0.5 * (at + outlets[plate]);
                at = outlets[plate];
            }
        }
        local
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

/// |new − old| over the larger of both.
#[must_use]
pub fn relative_change(old: f64, new: f64) -> f64 {
    if old == new { 0.0 } else { (new - old).abs() / old.abs().max(new.abs()) }
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
