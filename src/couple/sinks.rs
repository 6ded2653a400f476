//! Compact air heat sinks as links between their base and the air cells they span.
//!
//! A sink takes q = ε C (T_base − T_in) from its base, ε = 1 − exp(−NTU), NTU = UA/C, C = ṁ cp. A cell with the
//! share UA_c and the upwind neighbour T_up, joined to the base by g, has
//! `C (T_up − T_c) + g (T_base − T_c) = 0`, so that `T_base − T_c = (T_base − T_up) C/(C + g)`. With
//!
//! ```text
//! g = C (exp(UA_c/C) − 1)    it is    T_base − T_c = (T_base − T_up) exp(−UA_c/C):
//! ```
//!
//! the excess falls along the fins as it should, cell by cell, and a row of any number of cells takes exactly
//! ε C (T_base − T_in). NTU is spread evenly along the fins, so that every row has the whole sink's ε
//! whatever its flow. NTU of one cell is cut at [`LARGEST_CELL_NTU`], where the air has the base's
//! temperature within e⁻⁸; g is never less than UA_c, its limit for still air.

use crate::couple::CoupleError;
use crate::couple::airstate::{AirState, plate_fins, sink_fault, span_length};
use crate::grid::Side;
use crate::material::air::AirProperties;
use crate::model::Model;
use crate::model::system::CellLink;
use crate::physics::curve::LogCurve;
use crate::physics::effectiveness::ua_of_inlet_resistance;
use crate::scene::{HeatSinkModel, Scene};

/// NTU of a single cell at most.
pub const LARGEST_CELL_NTU: f64 = 8.0;

/// NTU of a whole sink whose resistance asks for more than its air can carry: ε = 0.9999.
const LARGEST_NTU: f64 = 9.2;

/// A sink at the flow of the air field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SinkState {
    /// ṁ cp along the fins, W/K.
    pub capacity_rate: f64,
    /// m³/s through its true section.
    pub flow: f64,
    /// Base to the air along it, W/K.
    pub ua: f64,
    /// Base to the entering air, K/W.
    pub resistance: f64,
    /// Whether the resistance was below what the flow can carry, 1/C, and was raised to it.
    pub clipped: bool,
    /// Whether the flow lies outside the table of R(flow).
    pub out_of_range: bool,
}

/// g = C (exp(NTU) − 1) of one cell with capacity rate C, W/K, and its `ua`, W/K.
#[must_use]
pub fn cell_conductance(capacity_rate: f64, ua: f64) -> f64 {
    let ntu = if capacity_rate > 0.0 { ua / capacity_rate } else { f64::INFINITY };
    (capacity_rate * ntu.min(LARGEST_CELL_NTU).exp_m1()).max(ua)
}

/// Every sink of a scene at the flow of the air field; without air, at rest.
///
/// # Errors
/// [`CoupleError::Scene`] if the geometry or table of a sink is impossible.
pub fn sink_states(
    scene: &Scene,
    model: &Model,
    air: Option<&AirState>,
    properties: &[AirProperties],
) -> Result<Vec<SinkState>, CoupleError> {
    (0..scene.heat_sinks.len())
        .map(|sink| {
            let (mass_flow, flow) =
                air.map_or((0.0, 0.0), |a| (a.sink_flow[sink], a.sink_volume_flow(model, sink)));
            let fluid = &properties[model.sink_fluid(sink)];
            sink_state(scene, sink, mass_flow * fluid.specific_heat, flow, fluid)
        })
        .collect()
}

fn sink_state(
    scene: &Scene,
    index: usize,
    capacity_rate: f64,
    flow: f64,
    properties: &AirProperties,
) -> Result<SinkState, CoupleError> {
    let sink = &scene.heat_sinks[index];
    let mut state = SinkState {
        capacity_rate,
        flow,
        ua: 0.0,
        resistance: f64::INFINITY,
        clipped: false,
        out_of_range: false,
    };
    match &sink.model {
        HeatSinkModel::Resistance(points) => {
            let curve =
                LogCurve::new(points.clone()).map_err(|error| sink_fault(sink, &error.to_string()))?;
            let (lowest, highest) = curve.range();
            state.out_of_range = !(lowest * (1.0 - 1e-9)..=highest * (1.0 + 1e-9)).contains(&flow);
            state.set_resistance(curve.value(flow));
        }
        HeatSinkModel::PlateFin { base_resistance, .. } => {
            let fins = plate_fins(sink)?.expect("the model is that of plate fins");
            let speed = flow / fins.free_area();
            let of_fins = 1.0 / fins.conductance_to_inlet(speed, properties);
            // Fins first, then the base in series with their UA: the base does not see the air's warming.
            state.set_resistance(of_fins);
            if state.ua > 0.0 {
                state.ua = 1.0 / (1.0 / state.ua + base_resistance);
                let ntu = state.ua / capacity_rate;
                state.resistance = 1.0 / (-(-ntu).exp_m1() * capacity_rate);
            }
        }
    }
    Ok(state)
}

impl SinkState {
    /// UA from the resistance to the entering air, K/W.
    fn set_resistance(&mut self, resistance: f64) {
        if self.capacity_rate <= 0.0 {
            // No flow: a table may still give a value, the air carries nothing.
            self.ua = if resistance.is_finite() && resistance > 0.0 { 1.0 / resistance } else { 0.0 };
            return;
        }
        let least = 1.0 / (-(-LARGEST_NTU).exp_m1() * self.capacity_rate);
        self.clipped = resistance < least;
        self.resistance = resistance.max(least);
        self.ua = ua_of_inlet_resistance(self.resistance, self.capacity_rate)
            .unwrap_or(LARGEST_NTU * self.capacity_rate);
    }
}

/// Links between the bases and the air cells of all sinks.
#[must_use]
pub fn sink_links(model: &Model, air: Option<&AirState>, states: &[SinkState]) -> Vec<CellLink> {
    let mut links = Vec::new();
    for (sink, state) in states.iter().enumerate() {
        let Some(span) = model.sinks.get(sink) else { continue };
        let axis = span.flow_axis;
        let length = span_length(model, sink);
        for &(cell, share) in &span.cells {
            let at = model.grid.position(cell);
            let capacity_rate = air.map_or(0.0, |air| {
                let fluid = air.fluid(cell);
                let flux = air.velocity[axis as usize][cell].abs() * fluid.density;
                flux * model.grid.area(axis, at) * fluid.specific_heat
            });
            let ua = if capacity_rate > 0.0 && state.capacity_rate > 0.0 {
                let ntu = state.ua / state.capacity_rate * model.grid.width(axis, at[axis as usize]) / length;
                ntu * capacity_rate
            } else {
                state.ua * share
            };
            let conductance = cell_conductance(capacity_rate, ua);
            if conductance > 0.0 {
                links.push(CellLink { cell, node: span.base, conductance });
            }
        }
    }
    links
}

/// Ratio of speeds from which on air counts as passing by a sink.
pub const BYPASS_RATIO: f64 = 1.5;

/// Ratio of speeds above which a sink's rise decides nothing: it may be a fifth of what was found, or nearly twice.
pub const LARGEST_BYPASS_RATIO: f64 = 5.0;

/// Least uncertainty of the rise of a sink that air passes by, as a share of the rise.
const LEAST_BYPASS_BAND: f64 = 0.5;

/// Uncertainty of the rise of a sink that air passes by at `ratio` times the speed before its fins, as a share of the
/// rise: 1 − 1/ratio, at least half.
///
/// The passage beside it resists here by the loss of open air alone. What inertia adds, the loss of entering and
/// leaving the passage, evens the speeds; with equal speeds the sink gets at most `ratio` times its flow, and its rise
/// falls to no less than 1/ratio. Half the loss of open air raises it by less than this too (`tests/couple.rs`).
#[must_use]
pub fn bypass_band(ratio: f64) -> f64 {
    LEAST_BYPASS_BAND.max(1.0 - 1.0 / ratio)
}

/// Mean speed in the open cells at the flanks of a sink over that in front of its fins; none without either.
#[must_use]
pub fn bypass_ratio(model: &Model, air: &AirState, sink: usize) -> Option<f64> {
    let span = model.sinks.get(sink)?;
    let axis = span.flow_axis;
    let inside: std::collections::HashSet<usize> =
        model.sinks.iter().flat_map(|span| span.cells.iter().map(|&(cell, _)| cell)).collect();
    let speed = |cell: usize| air.velocity[axis as usize][cell].abs();
    let (mut own, mut beside, mut flanks) = (0.0, 0.0, 0.0);
    for &(cell, share) in &span.cells {
        own += share * speed(cell);
        for side in Side::ALL.into_iter().filter(|side| side.axis != axis) {
            let Some(next) = model.neighbour(cell, side) else { continue };
            if model.is_air(next) && !inside.contains(&next) {
                let area = model.grid.area(side.axis, model.grid.position(cell));
                beside += area * speed(next);
                flanks += area;
            }
        }
    }
    (flanks > 0.0 && own > 0.0).then(|| beside / flanks / own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_one_three_or_seven_cells_takes_the_effectiveness_of_its_whole_ntu() {
        // Base at 1, air enters at 0: the heat is C T_out = C (1 − e^−NTU).
        let (capacity_rate, ua) = (12.0, 30.0);
        for cells in [1, 3, 7] {
            let g = cell_conductance(capacity_rate, ua / f64::from(cells));
            let mut air = 0.0;
            for _ in 0..cells {
                air = (capacity_rate * air + g) / (capacity_rate + g);
            }
            let expected = 1.0 - (-ua / capacity_rate).exp();
            approx::assert_relative_eq!(air, expected, max_relative = 1e-14);
        }
    }

    #[test]
    fn a_cell_without_flow_keeps_the_conductance_of_its_fins() {
        assert_eq!(cell_conductance(0.0, 5.0), 5.0);
        assert!(cell_conductance(1e-30, 5.0).is_finite());
        assert!(cell_conductance(1.0, 1e6).is_finite());
    }
}
