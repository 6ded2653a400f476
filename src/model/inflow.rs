//! Speeds of openings whose velocity or flow is given.

use super::{Model, OpeningFace};
use crate::grid::Axis;
use crate::scene::{FlowProfile, OpeningCondition, Scene};

/// Per face of [`Model::openings`]: inward speed, m/s on its true area, where that is given.
#[must_use]
pub fn inward_speeds(model: &Model, scene: &Scene) -> Vec<Option<f64>> {
    let mut profiles: Vec<Option<Profile>> = vec![None; scene.openings.len()];
    let speed = |face: &OpeningFace| match &scene.openings[face.opening].condition {
        OpeningCondition::Pressure(_) => None,
        OpeningCondition::Velocity(profile) => Some(profile.at(centre(model, face))),
        OpeningCondition::Flow { flow, profile } => {
            let spread = profiles[face.opening]
                .get_or_insert_with(|| Profile::new(model, scene, face.opening, *profile));
            Some(flow * spread.at(centre(model, face)) / spread.total)
        }
    };
    model.openings.iter().map(speed).collect()
}

/// Centre of an opening's face, m.
fn centre(model: &Model, face: &OpeningFace) -> [f64; 3] {
    let at = model.grid.position(face.cell);
    let axis = face.side.axis;
    let mut centre = model.grid.cell_centre(at);
    centre[axis as usize] = model.grid.faces(axis)[at[axis as usize] + usize::from(face.side.upper)];
    centre
}

/// How a given flow is spread over an opening.
#[derive(Clone)]
struct Profile {
    shape: FlowProfile,
    /// Axes across which it is a parabola, with the opening's ends there.
    across: Vec<(Axis, f64, f64)>,
    /// Σ shape · area over its faces, m².
    total: f64,
}

impl Profile {
    fn new(model: &Model, scene: &Scene, opening: usize, shape: FlowProfile) -> Self {
        let item = &scene.openings[opening];
        let deep = |axis: &Axis| model.grid.size()[*axis as usize] > 1;
        let across = item
            .side
            .axis
            .others()
            .into_iter()
            .filter(deep)
            .map(|axis| (axis, item.rectangle.lower[axis as usize], item.rectangle.upper[axis as usize]));
        let mut profile = Self { shape, across: across.collect(), total: 0.0 };
        let faces = model.openings.iter().filter(|face| face.opening == opening);
        profile.total = faces.map(|face| face.area * profile.at(centre(model, face))).sum();
        profile
    }

    fn at(&self, place: [f64; 3]) -> f64 {
        let parabola = |&(axis, low, high): &(Axis, f64, f64)| {
            let x = place[axis as usize];
            (x - low) * (high - x) / (high - low).powi(2)
        };
        match self.shape {
            FlowProfile::Uniform => 1.0,
            FlowProfile::Parabolic => self.across.iter().map(parabola).product(),
        }
    }
}
