//! What the open cells of a scene hold: air at the site's pressure, or a fluid of constant properties.

use crate::material::air::{self, AirProperties};
use crate::scene::{Fill, Scene};

/// Properties of the fluid at a temperature, K.
#[must_use]
pub fn properties(scene: &Scene, temperature: f64) -> AirProperties {
    match scene.fill {
        Fill::Fluid(id) => {
            let fluid = &scene.fluids[id.0];
            AirProperties {
                density: fluid.density,
                specific_heat: fluid.specific_heat,
                conductivity: fluid.conductivity,
                viscosity: fluid.viscosity,
            }
        }
        _ => air::properties(temperature, scene.site.pressure),
    }
}

/// Expansion coefficient β, 1/K, at the site's temperature.
#[must_use]
pub fn expansion(scene: &Scene) -> f64 {
    match scene.fill {
        Fill::Fluid(id) => scene.fluids[id.0].expansion,
        _ => 1.0 / scene.site.air_temperature,
    }
}
