//! What the open cells of a scene hold: air at the site's pressure, or fluids of constant properties.

use crate::material::LIQUID_DENSITY;
use crate::material::air::{self, AirProperties};
use crate::model::Model;
use crate::scene::{Fill, FluidId, Scene};

/// Properties of a fluid of the scene at a temperature, K; none is the site's air.
#[must_use]
pub fn properties_of(scene: &Scene, fluid: Option<FluidId>, temperature: f64) -> AirProperties {
    let Some(id) = fluid else { return air::properties(temperature, scene.site.pressure) };
    let fluid = &scene.fluids[id.0];
    AirProperties {
        density: fluid.density,
        specific_heat: fluid.specific_heat,
        conductivity: fluid.conductivity,
        viscosity: fluid.viscosity,
    }
}

/// Properties of the fluid of the domain's fill at a temperature, K.
#[must_use]
pub fn properties(scene: &Scene, temperature: f64) -> AirProperties {
    let fill = if let Fill::Fluid(id) = scene.fill { Some(id) } else { None };
    properties_of(scene, fill, temperature)
}

/// Properties of every fluid of a model at the site's temperature.
#[must_use]
pub fn all_properties(scene: &Scene, model: &Model) -> Vec<AirProperties> {
    let of = |fluid: &Option<FluidId>| properties_of(scene, *fluid, scene.site.air_temperature);
    model.fluids.list.iter().map(of).collect()
}

/// Expansion coefficient β of a fluid, 1/K, at the site's temperature.
#[must_use]
pub fn expansion(scene: &Scene, fluid: Option<FluidId>) -> f64 {
    fluid.map_or(1.0 / scene.site.air_temperature, |id| scene.fluids[id.0].expansion)
}

/// Name of a fluid.
#[must_use]
pub fn name(scene: &Scene, fluid: Option<FluidId>) -> &str {
    fluid.map_or("air", |id| &scene.fluids[id.0].name)
}

/// Whether what it carries away counts as taken by liquid.
#[must_use]
pub fn is_liquid(properties: &AirProperties) -> bool {
    properties.density > LIQUID_DENSITY
}
