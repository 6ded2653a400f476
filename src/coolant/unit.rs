//! The unit that conditions a loop: what its exchanger does at the loop's flow and return.
//!
//! While it holds the set point, the supply is that. Where it cannot, the supply follows from the return,
//!
//! ```text
//! (C − G)(T_return − T_supply) + G (T_cold − T_supply) + P = 0,    G = ε C_min,  P heat of the pumps
//! ```
//!
//! which goes into the energy equation as it stands: a row like that of a plate, so that a unit costs no iteration.

use super::Temperatures;
use super::branch::{mean_specific_heat, relative_change};
use super::mixing::Inlet;
use super::supply::Driven;
use crate::material::air;
use crate::plant::cdu::{CduInput, CduState, cdu};
use crate::scene::{CduSink, Scene};

/// A unit at its temperatures.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitState {
    /// Index into the scene's units.
    pub cdu: usize,
    /// What returns to it.
    pub back: Inlet,
    /// ṁ cp of the loop between return and supply, W/K.
    pub capacity_rate: f64,
    /// Heat of the loop's pumps, W.
    pub pump_heat: f64,
    /// What it does.
    pub state: CduState,
}

impl UnitState {
    /// A unit that holds its set point.
    #[must_use]
    pub fn new(scene: &Scene, cdu: usize) -> Self {
        let on_loop = scene.cdus[cdu].on_loop;
        let state = CduState {
            share: 0.0,
            effectiveness: 0.0,
            conductance: 0.0,
            heat: 0.0,
            supply_temperature: scene.loops[on_loop].supply_temperature,
            holds: true,
            cold_outlet: scene.cdus[cdu].temperature,
        };
        Self { cdu, back: Inlet::supply(on_loop), capacity_rate: 0.0, pump_heat: 0.0, state }
    }

    /// What it does for what moves the loop and returns from it; the largest relative change of a coefficient.
    pub(super) fn update(
        &mut self,
        scene: &Scene,
        driven: &Driven,
        back: Inlet,
        temperatures: &Temperatures,
    ) -> f64 {
        let of = &scene.cdus[self.cdu];
        let supply = &scene.loops[of.on_loop];
        let old = self.clone();
        let (sent, returned) = (temperatures.supplies[of.on_loop], back.temperature(temperatures));
        self.capacity_rate = driven.mass_flow * mean_specific_heat(&supply.coolant, returned, sent);
        self.pump_heat = driven.pump_heat;
        self.state = cdu(&CduInput {
            exchanger: of.exchanger,
            flow: driven.mass_flow / supply.coolant.properties(sent).density,
            capacity_rate: self.capacity_rate,
            return_temperature: returned,
            pump_heat: self.pump_heat,
            set_point: supply.supply_temperature,
            cold_temperature: of.temperature,
            cold_flow: of.flow,
            cold_capacity_rate: of.flow * cold_heat_capacity(scene, self.cdu, self.state.cold_outlet),
        });
        let mut change = back.distance(&old.back);
        self.back = back;
        if self.state.holds != old.state.holds {
            return 1.0;
        }
        if !self.state.holds {
            change = change
                .max(relative_change(old.capacity_rate, self.capacity_rate))
                .max(relative_change(old.state.conductance, self.state.conductance))
                .max(relative_change(old.pump_heat, self.pump_heat));
        }
        change
    }
}

/// ρ cp of what cools a unit, J/(m³ K): ρ where it enters, cp the mean up to where it leaves, K.
fn cold_heat_capacity(scene: &Scene, cdu: usize, outlet: f64) -> f64 {
    let of = &scene.cdus[cdu];
    match &of.sink {
        CduSink::Water { coolant, .. } => {
            coolant.properties(of.temperature).density * mean_specific_heat(coolant, of.temperature, outlet)
        }
        CduSink::Air { .. } => {
            let air = air::properties(of.temperature, scene.site.pressure);
            air.density * air.specific_heat
        }
    }
}
