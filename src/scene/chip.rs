//! Chips and what carries their heat away: air heat sinks and cold plates.

use super::value::{Limit, Origin, Region};
use crate::grid::Axis;
use crate::physics::cold_plate::ColdPlateModel;

/// What carries a chip's heat from its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cooler {
    /// Index into [`super::Scene::heat_sinks`].
    HeatSink(usize),
    /// Index into [`super::Scene::cold_plates`].
    ColdPlate(usize),
}

/// A packaged chip as a compact part: junction and case are unknowns, its box stops the air.
#[derive(Clone, Debug, PartialEq)]
pub struct Chip {
    /// Name with path.
    pub name: String,
    /// `gpu`, `cpu`, `switch`… for grouping and for per-GPU figures.
    pub role: String,
    /// Outer box, on a board or floor at its lower z side.
    pub region: Region,
    /// W, at the junction.
    pub power: f64,
    /// Junction to case (lid top), K/W.
    pub junction_to_case: f64,
    /// Junction to the solid under it, K/W, if it conducts there.
    pub junction_to_board: Option<f64>,
    /// Heat sink or cold plate on the case.
    pub cooler: Option<Cooler>,
    /// Case to the cooler's base, K/W (TIM2); 0 where the cooler's resistance starts at the case.
    pub interface: f64,
    /// What the package stores, at its junction and at its case, J/K.
    pub heat_capacity: HeatCapacity,
    /// Temperature limit.
    pub limit: Option<Limit>,
    /// Worst status of its values.
    pub origin: Origin,
}

/// What a package stores, J/K; none where neither a value nor layers tell it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct HeatCapacity {
    /// Of the die, at the junction.
    pub die: Option<f64>,
    /// Of lid and substrate, at the case.
    pub case: Option<f64>,
}

/// Thermal model of an air heat sink.
#[derive(Clone, Debug, PartialEq)]
pub enum HeatSinkModel {
    /// Parallel plate fins along the flow.
    PlateFin {
        /// Number of fins.
        fins: usize,
        /// Fin thickness, m.
        thickness: f64,
        /// Fin height above the base, m.
        height: f64,
        /// Fin conductivity, W/(m K).
        conductivity: f64,
        /// Base conductivity to fins and spreading from chip to base, K/W in series.
        base_resistance: f64,
    },
    /// Base to local inlet air, K/W, against flow through the sink, m³/s, log-interpolated.
    Resistance(Vec<(f64, f64)>),
}

/// An air heat sink: its box is air that it slows and heats by ε-NTU.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatSink {
    /// Name with path.
    pub name: String,
    /// The box of its fins.
    pub region: Region,
    /// Axis along the fins.
    pub flow_axis: Axis,
    /// Base to air.
    pub model: HeatSinkModel,
    /// ζ per metre along the flow, 1/m; from the fin geometry where not given.
    pub loss_per_metre: Option<f64>,
    /// Of base and fins, J/K; from the fin geometry where not given.
    pub heat_capacity: Option<f64>,
    /// Origin of its values.
    pub origin: Origin,
}

/// A cold plate: its base (or the chip's case) to the inlet coolant by R(flow); its box stops the air.
#[derive(Clone, Debug, PartialEq)]
pub struct ColdPlate {
    /// Name with path.
    pub name: String,
    /// Outer box, if it takes room in the air.
    pub region: Option<Region>,
    /// Thermal and hydraulic model.
    pub model: ColdPlateModel,
    /// W released by the board parts that are plated to it (voltage regulators), besides its chips.
    pub extra_power: f64,
    /// With the coolant in it, J/K.
    pub heat_capacity: Option<f64>,
    /// Share of its channels that is blocked; 1 lets nothing pass.
    pub blocked: f64,
    /// Origin of its values.
    pub origin: Origin,
}
