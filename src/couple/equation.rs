//! The energy equation at given temperatures: what a steady pass and a step of time have in common.
//!
//! [`Equation`] holds what stays the same while the air does; [`Coefficients`] what follows the temperatures: films,
//! properties of fluids, coolant, sinks. Both make the system and its right-hand side.

use crate::coolant::CoolantState;
use crate::couple::advection::deferred;
use crate::couple::airstate::AirState;
use crate::couple::films::{add_mixing, film_coefficients, patch_coefficients, wall_law_coefficients};
use crate::couple::loops::{LoopLinks, loop_links};
use crate::couple::regular::{loose_rows, tie};
use crate::couple::sinks::{SinkState, sink_links, sink_states};
use crate::couple::{CoupleError, fluid};
use crate::material::air::AirProperties;
use crate::model::energy::{EnergyInputs, energy_system};
use crate::model::system::{LinearSystem, State};
use crate::model::{CellKind, Model};
use crate::scene::Scene;

/// What stays the same over the passes.
pub(super) struct Equation<'a> {
    pub(super) scene: &'a Scene,
    pub(super) model: &'a Model,
    pub(super) air: Option<&'a AirState>,
    capacity_flow: Option<[Vec<f64>; 3]>,
    opening_capacity_flow: Vec<f64>,
    opening_temperature: Vec<f64>,
    /// K; unknowns are rises over it.
    pub(super) reference: f64,
}

/// Coefficients of a pass that follow the temperatures.
pub(super) struct Coefficients {
    film: Option<Vec<f64>>,
    patch_film: Option<Vec<f64>>,
    fluid_conductivity: Vec<f64>,
    pub(super) loops: LoopLinks,
    pub(super) sinks: Vec<SinkState>,
    /// Rises at which conductivities are evaluated, K.
    rise: Vec<f64>,
    /// What sheets store in a step of time over that step, W/K; empty in a steady state.
    pub(super) sheet_storage: Vec<f64>,
}

impl Coefficients {
    /// By how much conductivities have left those that are assembled at the rises `rise`, as a share of them.
    pub(super) fn conductivity_distance(&self, model: &Model, rise: &[f64]) -> f64 {
        let slope = |cell: usize| match model.cell_kind[cell] {
            CellKind::Solid(material) => model.materials[material].temperature_coefficient,
            _ => 0.0,
        };
        if model.materials.iter().all(|material| material.temperature_coefficient == 0.0) {
            return 0.0;
        }
        let cells = self.rise.iter().zip(rise).enumerate();
        cells.fold(0.0, |most: f64, (cell, (old, new))| most.max((slope(cell) * (new - old)).abs()))
    }
}

impl<'a> Equation<'a> {
    pub(super) fn new(scene: &'a Scene, model: &'a Model, air: Option<&'a AirState>) -> Self {
        Self {
            scene,
            model,
            air,
            capacity_flow: air.map(AirState::capacity_flow),
            opening_capacity_flow: air.map_or_else(Vec::new, AirState::opening_capacity_flow),
            opening_temperature: scene.openings.iter().map(|opening| opening.temperature).collect(),
            reference: scene.site.air_temperature,
        }
    }

    /// The same without what fluids carry.
    pub(super) fn at_rest(self) -> Self {
        Self { capacity_flow: None, opening_capacity_flow: Vec::new(), ..self }
    }

    /// Whether anything in the equation follows the temperatures.
    pub(super) fn follows_temperatures(&self) -> bool {
        self.air.is_some() || self.coefficients_follow()
    }

    /// Whether coefficients do, besides the properties of fluids.
    pub(super) fn coefficients_follow(&self) -> bool {
        let conducts = |kind: &CellKind| match kind {
            CellKind::Solid(material) => self.model.materials[*material].temperature_coefficient != 0.0,
            _ => false,
        };
        !self.scene.branches.is_empty() || self.model.cell_kind.iter().any(conducts)
    }

    pub(super) fn coefficients(
        &self,
        rise: &[f64],
        coolant: &CoolantState,
        door_heat: f64,
        properties: &[AirProperties],
    ) -> Result<Coefficients, CoupleError> {
        Ok(Coefficients {
            film: self.air.and_then(|air| match air.flows.is_empty() {
                true => Some(film_coefficients(self.model, air, &properties[0])),
                // A laminar layer is resolved: half a cell of the fluid conducts.
                false => air.is_turbulent().then(|| wall_law_coefficients(self.model, air, properties)),
            }),
            patch_film: self
                .air
                .filter(|air| air.is_turbulent())
                .map(|air| patch_coefficients(self.model, air, properties)),
            fluid_conductivity: properties.iter().map(|fluid| fluid.conductivity).collect(),
            loops: loop_links(self.scene, self.model, coolant, self.reference)
                .with_door(self.scene, self.model, door_heat),
            sinks: sink_states(self.scene, self.model, self.air, properties)?,
            rise: rise.to_vec(),
            sheet_storage: Vec::new(),
        })
    }

    pub(super) fn inputs<'b>(&'b self, coefficients: &'b Coefficients) -> EnergyInputs<'b> {
        EnergyInputs {
            reference_temperature: self.reference,
            rise: &coefficients.rise,
            fluid_conductivity: &coefficients.fluid_conductivity,
            film: coefficients.film.as_deref(),
            patch_film: coefficients.patch_film.as_deref(),
            capacity_flow: self.capacity_flow.as_ref(),
            opening_capacity_flow: &self.opening_capacity_flow,
            opening_temperature: &self.opening_temperature,
            // The sinks' links depend on each cell's own flow; `assemble` adds them.
            sink_conductance: &[],
            node_links: &coefficients.loops.links,
            node_sink: &coefficients.loops.sink,
            node_source: &coefficients.loops.source,
            sheet_storage: &coefficients.sheet_storage,
        }
    }

    pub(super) fn assemble(
        &self,
        coefficients: &Coefficients,
        properties: &[AirProperties],
    ) -> (LinearSystem, State) {
        let (mut system, right) = energy_system(self.model, &self.inputs(coefficients));
        if let Some(air) = self.air {
            if air.flows.is_empty() {
                add_mixing(self.model, air, &mut system);
            }
            for flow in &air.flows {
                if let Some(eddies) = &flow.eddies {
                    eddies.add_to(self.model, flow.fluid, &properties[flow.fluid], &mut system);
                }
            }
        }
        system.border.cell_links.extend(sink_links(self.model, self.air, &coefficients.sinks));
        (system, right)
    }

    /// Mean temperature of the cells of each fluid, K: where films take their properties.
    pub(super) fn mean_fluid_temperatures(&self, rise: &State) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.model.fluids.list.len()];
        for cell in (0..self.model.grid.cells()).filter(|&c| self.model.is_air(c)) {
            let (v, sum) =
                (self.model.grid.volume(self.model.grid.position(cell)), &mut sums[self.model.fluid(cell)]);
            sum.0 += v * rise.cells[cell];
            sum.1 += v;
        }
        let mean = |(heat, volume): (f64, f64)| if volume > 0.0 { heat / volume } else { 0.0 };
        sums.into_iter().map(|sum| self.reference + mean(sum)).collect()
    }

    /// Properties of every fluid at the temperatures `at`, K.
    pub(super) fn properties(&self, at: &[f64]) -> Vec<AirProperties> {
        let fluids = self.model.fluids.list.iter().zip(at);
        fluids.map(|(fluid, t)| fluid::properties_of(self.scene, *fluid, *t)).collect()
    }

    /// As [`Self::assemble`], with rows tied whose level nothing else fixes.
    pub(super) fn regular(
        &self,
        coefficients: &Coefficients,
        properties: &[AirProperties],
    ) -> Result<(LinearSystem, State), CoupleError> {
        let (mut system, right) = self.assemble(coefficients, properties);
        let loose = loose_rows(self.scene, self.model, &system, &right)?;
        tie(&mut system, &loose);
        Ok((system, right))
    }

    /// W that advection carries beyond upwind at some rises; empty where nothing is carried so.
    pub(super) fn carried_beyond(&self, rise: &[f64]) -> Vec<f64> {
        match self.air {
            Some(air) if !air.flows.is_empty() => deferred(self.model, air, self.scene.air.convection, rise),
            _ => Vec::new(),
        }
    }
}
