//! Assembly of the energy equation.

use super::system::NodeLink;

/// What the energy equation takes from the rest of the coupled problem, all at the last iterate.
#[derive(Clone, Copy, Debug)]
pub struct EnergyInputs<'a> {
    /// K; unknowns are rises over it.
    pub reference_temperature: f64,
    /// Per cell: rise at which conductivities are evaluated, K.
    pub rise: &'a [f64],
    /// W/(m K), of air.
    pub air_conductivity: f64,
    /// Per wetted face: heat transfer coefficient of the film, W/(m²K); `None`: conduction through the half
    /// cell of air.
    pub film: Option<&'a [f64]>,
    /// Per axis and cell: ṁ cp through the upper face, positive towards larger coordinates, W/K.
    pub capacity_flow: Option<&'a [Vec<f64>; 3]>,
    /// Per opening face: ṁ cp, positive into the domain, W/K; empty without flow.
    pub opening_capacity_flow: &'a [f64],
    /// Per opening of the scene: K, of the air that enters.
    pub opening_temperature: &'a [f64],
    /// Per heat sink: effective conductance from its base to the air of its cells, W/K.
    pub sink_conductance: &'a [f64],
    /// Links between nodes besides the model's own: plates and coolant.
    pub node_links: &'a [NodeLink],
    /// Per node: what ties it to the reference, W/K (supply of a branch); empty for none.
    pub node_sink: &'a [f64],
    /// Per node: right-hand side besides the model's power, W, in terms of rises; empty for none.
    pub node_source: &'a [f64],
}
