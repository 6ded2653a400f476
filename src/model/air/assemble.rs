//! From the discrete model of a scene to the pressure problem of its air.

use super::{
    AirProblem, BoundaryFace, FaceLaw, FanFace, FanPlane, LOSS_LINEAR_SPEED, OPEN_LINEAR_SPEED, SinkLoss,
};
use crate::grid::{Axis, Side};
use crate::material::air::AirProperties;
use crate::model::inflow::inward_speeds;
use crate::model::{FacePlace, Model};
use crate::scene::{FanFailure, Scene};

impl AirProblem {
    /// The problem of a model, whose fluids have these properties. `sink_loss` is the loss along the fins of each heat
    /// sink, where its scene gives none; `open_loss` the ζ per metre (1/m) of open air,
    /// [`OPEN_LOSS_PER_METRE`](super::OPEN_LOSS_PER_METRE) unless a study varies it.
    ///
    /// Fins guide the air: no face across them is open, within a sink and at its flanks.
    #[must_use]
    pub fn new(
        model: &Model,
        scene: &Scene,
        properties: &[AirProperties],
        sink_loss: &[SinkLoss],
        open_loss: f64,
    ) -> Self {
        let losses = CellLosses::new(model, properties, sink_loss, open_loss);
        let mut problem = Self {
            size: model.grid.size(),
            densities: properties.iter().map(|fluid| fluid.density).collect(),
            fluids: model.fluids.clone(),
            air: (0..model.grid.cells()).map(|cell| model.is_air(cell)).collect(),
            laws: Axis::ALL.map(|axis| interior_laws(&losses, axis)),
            boundary: boundary_faces(scene, &losses),
            openings: scene.openings.iter().map(|opening| opening.name.clone()).collect(),
            fans: Vec::new(),
        };
        problem.fans = scene
            .fans
            .iter()
            .enumerate()
            .map(|(number, fan)| {
                let density = properties[fan_fluid(model, number)].density;
                let flow = if fan.failed.is_some() { 0.0 } else { fan.fixed_flow().unwrap_or(0.0) };
                FanPlane {
                    name: fan.name.clone(),
                    density,
                    mass_flow: density * if fan.forward { flow } else { -flow },
                    faces: Vec::new(),
                    forward: fan.forward,
                    curve: fan.running_curve(density).filter(|_| fan.failed.is_none()),
                    fixed: match fan.failed {
                        Some(failure) => failure == FanFailure::Blocked,
                        None => fan.fixed_flow().is_some(),
                    },
                }
            })
            .collect();
        for face in &model.fans {
            let (area, fan) = (face.area, &mut problem.fans[face.fan]);
            let take =
                |law: &mut FaceLaw| if fan.fixed { std::mem::replace(law, FaceLaw::CLOSED) } else { *law };
            let place = match face.place {
                FacePlace::Inside { axis, cell } => {
                    let law = take(&mut problem.laws[axis as usize][cell]);
                    FanFace::Interior { axis, cell, area, law }
                }
                FacePlace::Opening(face) => {
                    let law = take(&mut problem.boundary[face].law);
                    FanFace::Boundary { face, area, law }
                }
            };
            fan.faces.push(place);
        }
        problem
    }
}

/// What resists the air inside cells.
struct CellLosses<'a> {
    model: &'a Model,
    /// Per cell of a sink: its fins' axis and the loss along them.
    sink: std::collections::HashMap<usize, (Axis, SinkLoss)>,
    open_loss: f64,
    /// Speed below which losses resist linearly, m/s. Beside shear, with no loss of open air, nothing needs it.
    linear_speed: f64,
    /// Per fluid of the model.
    properties: &'a [AirProperties],
}

/// The fluid that a fan stands in.
fn fan_fluid(model: &Model, fan: usize) -> usize {
    let first = model.fans.iter().find(|face| face.fan == fan);
    first.map_or(0, |face| match face.place {
        FacePlace::Inside { cell, .. } => model.fluid(cell),
        FacePlace::Opening(opening) => model.fluid(model.openings[opening].cell),
    })
}

impl<'a> CellLosses<'a> {
    fn new(
        model: &'a Model,
        properties: &'a [AirProperties],
        sink_loss: &[SinkLoss],
        open_loss: f64,
    ) -> Self {
        let sink = model
            .sinks
            .iter()
            .zip(sink_loss)
            .flat_map(|(span, &loss)| span.cells.iter().map(move |&(cell, _)| (cell, (span.flow_axis, loss))))
            .collect();
        let linear_speed = if open_loss > 0.0 { LOSS_LINEAR_SPEED } else { 0.0 };
        Self { model, sink, open_loss, linear_speed, properties }
    }

    /// The fluid of a cell.
    fn fluid(&self, cell: usize) -> &AirProperties {
        &self.properties[self.model.fluid(cell)]
    }

    /// The law of a cell's half along an axis, over a face of `area` m².
    fn half(&self, axis: Axis, cell: usize, area: f64) -> FaceLaw {
        let AirProperties { density, viscosity, .. } = *self.fluid(cell);
        let at = self.model.grid.position(cell)[axis as usize];
        let length = 0.5 * self.model.grid.width(axis, at);
        let given = self.model.loss_per_metre[axis as usize][cell];
        let open = FaceLaw::of_loss(self.open_loss * length, OPEN_LINEAR_SPEED, area, density);
        let lossy = |per_metre: f64| FaceLaw::of_loss(per_metre * length, self.linear_speed, area, density);
        match self.sink.get(&cell) {
            Some(&(fins, _)) if fins != axis => FaceLaw::CLOSED,
            Some(_) if given > 0.0 => lossy(given).in_series(open),
            Some(&(_, fins)) => {
                FaceLaw::of_loss(fins.per_metre * length, fins.linear_speed, area, density).in_series(open)
            }
            None => {
                let darcy = self.model.darcy_resistance[axis as usize].get(cell).copied().unwrap_or(0.0);
                let darcy = FaceLaw::of_darcy(darcy * length, viscosity, area, density);
                lossy(given).in_series(darcy).in_series(open)
            }
        }
    }
}

/// Laws of the faces to upper neighbours along an axis.
fn interior_laws(losses: &CellLosses<'_>, axis: Axis) -> Vec<FaceLaw> {
    let model = losses.model;
    let law = |cell: usize| {
        let above = model.neighbour(cell, Side { axis, upper: true });
        let Some(above) = above.filter(|_| model.air_passes(axis, cell)) else { return FaceLaw::CLOSED };
        let area = model.grid.area(axis, model.grid.position(cell));
        let AirProperties { density, viscosity, .. } = *losses.fluid(cell);
        let screen = model.screen_loss[axis as usize][cell];
        let darcy = model.screen_darcy[axis as usize].get(cell).copied().unwrap_or(0.0);
        losses
            .half(axis, cell, area)
            .in_series(losses.half(axis, above, area))
            .in_series(FaceLaw::of_loss(screen, losses.linear_speed, area, density))
            .in_series(FaceLaw::of_darcy(darcy, viscosity, area, density))
    };
    (0..model.grid.cells()).map(law).collect()
}

/// Open faces of the surface, with the losses of openings, screens and a rear door behind them.
fn boundary_faces(scene: &Scene, losses: &CellLosses<'_>) -> Vec<BoundaryFace> {
    let model = losses.model;
    let front = Side { axis: Axis::Y, upper: false };
    let speeds = inward_speeds(model, scene);
    let face = |(number, face): (usize, &crate::model::OpeningFace)| {
        let opening = &scene.openings[face.opening];
        let (density, of_air) = (losses.fluid(face.cell).density, model.fluid(face.cell) == 0);
        let door = scene.rear_door.as_ref().filter(|door| of_air && door.side == face.side);
        let door = door.map_or(0.0, |door| door.loss);
        let containment = if of_air && face.side == front { scene.site.containment_pressure } else { 0.0 };
        let given = speeds[number].map(|inward| -inward * face.area * density);
        let loss = FaceLaw::of_loss(face.loss + door, losses.linear_speed, face.area, density);
        BoundaryFace {
            cell: face.cell,
            side: face.side,
            area: face.area,
            law: match given {
                Some(_) => FaceLaw::CLOSED,
                None => losses.half(face.side.axis, face.cell, face.area).in_series(loss),
            },
            pressure: opening.pressure().unwrap_or(0.0) + containment,
            opening: face.opening,
            given,
        }
    };
    model.openings.iter().enumerate().map(face).collect()
}
