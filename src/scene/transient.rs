//! A run over time: how long, in which steps, from which start.

use super::Scene;

/// How the time derivative is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeScheme {
    /// Of first order.
    ImplicitEuler,
    /// Backward differences over two steps: of second order.
    #[default]
    Bdf2,
}

impl TimeScheme {
    /// The word of scenes and results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TimeScheme::ImplicitEuler => "implicit_euler",
            TimeScheme::Bdf2 => "bdf2",
        }
    }
}

/// How long steps are, s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Steps {
    /// All the same, but for those that end on an event.
    Fixed(f64),
    /// As long as the error allows.
    Controlled {
        /// Largest error of a part's temperature that one step may make, K.
        tolerance: f64,
        /// The first one, and the first after each event.
        first: f64,
        /// None is longer.
        largest: f64,
    },
}

/// Where a run over time begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Start {
    /// From the steady state with this share of all powers but the fans'.
    Steady {
        /// Share of the powers.
        power: f64,
    },
    /// Everything at one temperature, K.
    Uniform(f64),
}

/// A run over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transient {
    /// s.
    pub duration: f64,
    /// How the time derivative is taken.
    pub scheme: TimeScheme,
    /// How long steps are.
    pub steps: Steps,
    /// Where it begins.
    pub start: Start,
    /// Between two rows of the time series, s.
    pub output_interval: f64,
    /// Between two snapshots of the fields, s; none: no snapshots but the last.
    pub field_interval: Option<f64>,
    /// Change of what lifts a fluid, as a share of its largest rise, at which its flow is solved anew; none: never.
    pub refresh_flow: Option<f64>,
}

impl Scene {
    /// The scene with this share of all powers but those of its fans.
    #[must_use]
    pub fn at_power(&self, share: f64) -> Scene {
        let mut scene = self.clone();
        scene.chips.iter_mut().for_each(|chip| chip.power *= share);
        scene.solids.iter_mut().for_each(|solid| solid.power *= share);
        scene.porous.iter_mut().for_each(|porous| porous.power *= share);
        scene.cold_plates.iter_mut().for_each(|plate| plate.extra_power *= share);
        scene.sources.iter_mut().for_each(|source| source.power = source.power.scaled(share));
        scene
    }
}
