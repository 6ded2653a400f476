//! From the discrete model of a scene to the problem of its flow.
//!
//! What resists the air is taken from the pressure problem ([`AirProblem`]) without the loss that stands for
//! shear there: half cells of porous boxes and fins, screens, openings, doors.

use super::{Face, FaceResistance, FlowFan, FlowProblem, Passage};
use crate::grid::{Axis, Side};
use crate::material::air::AirProperties;
use crate::model::Model;
use crate::model::air::{AirProblem, FaceLaw, FanFace};
use crate::model::inflow::inward_speeds;
use crate::scene::{FanDrive, FanFailure, Scene, WallMotion};
use std::collections::HashMap;

/// Numbers of the laws that faces share.
#[derive(Default)]
struct Laws {
    list: Vec<FaceResistance>,
    known: HashMap<[u64; 2], u32>,
}

impl Laws {
    /// The number of a law; 0 for none.
    fn number(&mut self, resistance: FaceResistance) -> u32 {
        if resistance.quadratic == 0.0 && resistance.linear == 0.0 {
            return 0;
        }
        let key = [resistance.quadratic.to_bits(), resistance.linear.to_bits()];
        *self.known.entry(key).or_insert_with(|| {
            self.list.push(resistance);
            self.list.len() as u32
        })
    }

    /// A law that only one fan's faces have.
    fn own(&mut self, resistance: FaceResistance) -> u32 {
        self.list.push(resistance);
        self.list.len() as u32
    }
}

/// A law in m/s for a law in kg/s over `area` m² of fluid of `density`.
fn resistance(law: FaceLaw, area: f64, density: f64) -> FaceResistance {
    let mass = density * area;
    FaceResistance {
        quadratic: law.quadratic * mass * mass,
        linear: law.linear * mass,
        ..FaceResistance::default()
    }
}

impl FlowProblem {
    /// The flow of one of a model's fluids; cells of the others are closed to it as solids are. `air` holds its losses,
    /// with no loss of open air; velocities start at rest.
    ///
    /// Ghosts at openings hold the outside's pressure and temperature (rise over the site's air).
    #[must_use]
    pub fn new(
        model: &Model,
        scene: &Scene,
        air: &AirProblem,
        fluid: usize,
        properties: &AirProperties,
    ) -> Self {
        let mut problem = Self::closed_box(&model.grid, properties.density, properties.viscosity);
        let mut laws = Laws::default();
        problem.convection = scene.air.convection;
        problem.body_force = scene.air.body_force;
        for axis in (0..3).filter(|&axis| model.periodic[axis]) {
            problem.set_periodic(axis);
        }
        problem.interior(model, air, fluid, &mut laws);
        problem.walls_of(model, scene, fluid);
        problem.openings(model, scene, air, fluid, &mut laws);
        problem.fans_of(model, scene, air, fluid, &mut laws);
        problem.wrap_faces();
        problem.laws = laws.list;
        problem
    }

    fn interior(&mut self, model: &Model, air: &AirProblem, fluid: usize, laws: &mut Laws) {
        let mut in_sink = vec![false; model.grid.cells()];
        for &(cell, _) in model.sinks.iter().flat_map(|sink| &sink.cells) {
            in_sink[cell] = true;
        }
        for axis in Axis::ALL {
            for cell in 0..model.grid.cells() {
                let at = model.grid.position(cell);
                let Some(above) = model.neighbour(cell, Side { axis, upper: true }) else { continue };
                let law = air.laws[axis as usize][cell];
                let face = if model.fluid(cell) != fluid {
                    Face::new(Passage::Wall, false)
                } else if law.is_open() {
                    let law = resistance(law, model.grid.area(axis, at), self.density);
                    let number = laws.number(law);
                    Face::new(Passage::Open, true).with_law(number)
                } else if model.air_passes(axis, cell) && (in_sink[cell] || in_sink[above]) {
                    // The friction of fins is in their loss along the flow.
                    Face::new(Passage::Slip, false)
                } else {
                    Face::new(Passage::Wall, false)
                };
                let index = self.upper_face(axis as usize, self.shape.index(at));
                self.faces[axis as usize][index] = face;
            }
        }
    }

    /// What walls of the domain do to the fluid along them.
    fn walls_of(&mut self, model: &Model, scene: &Scene, fluid: usize) {
        for wall in scene.walls.iter().filter(|wall| wall.motion.is_some()) {
            let axis = wall.side.axis;
            let inside = |centre: [f64; 3]| {
                axis.others().iter().all(|&other| {
                    let at = other as usize;
                    wall.rectangle.lower[at] < centre[at] && centre[at] < wall.rectangle.upper[at]
                })
            };
            for (at, face, ghost) in self.side_faces(wall.side) {
                let centre = model.grid.cell_centre(at);
                if !inside(centre) || model.fluid(model.grid.index(at)) != fluid {
                    continue;
                }
                let passage = match &wall.motion {
                    Some(WallMotion::Slip) => Passage::Slip,
                    Some(WallMotion::Moving(velocity)) => {
                        for along in axis.others() {
                            for (upper, c) in [(0, ghost), (1, ghost + self.shape.strides()[along as usize])]
                            {
                                let mut place = centre;
                                place[along as usize] = model.grid.faces(along)[at[along as usize] + upper];
                                self.velocity[along as usize][c] = velocity[along as usize].at(place);
                            }
                        }
                        Passage::MovingWall
                    }
                    _ => Passage::Wall,
                };
                self.faces[axis as usize][face] = Face::new(passage, false);
            }
        }
    }

    /// Cells along a side of the domain with the face there and the ghost beyond it.
    fn side_faces(&self, side: Side) -> Vec<([usize; 3], usize, usize)> {
        let (axis, shape) = (side.axis as usize, self.shape);
        let stride = shape.strides()[axis];
        let edge = if side.upper { shape.size[axis] - 1 } else { 0 };
        shape
            .cells()
            .filter(|(at, _)| at[axis] == edge)
            .map(|(at, c)| if side.upper { (at, c + stride, c + stride) } else { (at, c, c - stride) })
            .collect()
    }

    fn openings(&mut self, model: &Model, scene: &Scene, air: &AirProblem, fluid: usize, laws: &mut Laws) {
        let speeds = inward_speeds(model, scene);
        let own = model.openings.iter().enumerate().filter(|(_, face)| model.fluid(face.cell) == fluid);
        for (number, face) in own {
            let (axis, opening) = (face.side.axis as usize, &scene.openings[face.opening]);
            let at = model.grid.position(face.cell);
            let c = self.shape.index(at);
            let stride = self.shape.strides()[axis];
            let (index, ghost) = if face.side.upper { (c + stride, c + stride) } else { (c, c - stride) };
            self.temperature[ghost] = opening.temperature - scene.site.air_temperature;
            let area = model.grid.area(face.side.axis, at);
            let Some(inward) = speeds[number] else {
                let boundary = &air.boundary[number];
                self.pressure[ghost] = boundary.pressure;
                let law = resistance(boundary.law, area, self.density);
                let law = if boundary.law.is_open() { laws.number(law) } else { 0 };
                self.faces[axis][index] = Face::new(Passage::Opening, true).with_law(law);
                continue;
            };
            // The true area of an opening may differ from the grid's.
            let speed = inward * face.area / area;
            self.faces[axis][index] = Face::new(Passage::Given, false);
            self.velocity[axis][index] = if face.side.upper { -speed } else { speed };
        }
    }

    fn fans_of(&mut self, model: &Model, scene: &Scene, air: &AirProblem, fluid: usize, laws: &mut Laws) {
        for (fan, plane) in scene.fans.iter().zip(&air.fans) {
            if plane.faces.first().is_some_and(|face| model.fluid(air.inside(face)) != fluid) {
                continue;
            }
            let axis = fan.rectangle.axis as usize;
            let total: f64 = plane.area();
            let mut indices = Vec::new();
            let mut own: HashMap<[u64; 2], u32> = HashMap::new();
            let mut grid_area = 0.0;
            for place in &plane.faces {
                let (index, law, passage) = match *place {
                    FanFace::Interior { axis, cell, law, .. } => {
                        let cell_index = self.shape.index(model.grid.position(cell));
                        (cell_index + self.shape.strides()[axis as usize], law, Passage::Open)
                    }
                    FanFace::Boundary { face, law, .. } => {
                        let at = &air.boundary[face];
                        let c = self.shape.index(model.grid.position(at.cell));
                        let upper = at.side.upper;
                        (if upper { c + self.shape.strides()[axis] } else { c }, law, Passage::Opening)
                    }
                };
                let area = self.face_area(axis, index);
                let base = resistance(law, area, self.density);
                let solved = |number| Face::new(passage, true).with_law(number);
                self.faces[axis][index] = match (fan.failed, &fan.drive) {
                    (Some(FanFailure::Blocked), _) => Face::new(Passage::Wall, false),
                    (Some(FanFailure::Windmilling(zeta)), _) => {
                        let loss =
                            FaceResistance { quadratic: base.quadratic + 0.5 * self.density * zeta, ..base };
                        solved(laws.own(loss))
                    }
                    (None, FanDrive::Flow(flow)) => {
                        let speed = flow / total * place.area() / area;
                        self.velocity[axis][index] = if fan.forward { speed } else { -speed };
                        let kept = if passage == Passage::Opening { Passage::Given } else { passage };
                        Face::new(kept, false)
                    }
                    (None, FanDrive::Curve { .. }) => {
                        indices.push(index);
                        grid_area += area;
                        let key = [base.quadratic.to_bits(), base.linear.to_bits()];
                        solved(*own.entry(key).or_insert_with(|| laws.own(base)))
                    }
                };
            }
            if let (None, Some(curve)) = (fan.failed, fan.running_curve(self.density)) {
                let mut numbers: Vec<usize> = own.into_values().map(|number| number as usize).collect();
                numbers.sort_unstable();
                self.fans.push(FlowFan {
                    name: fan.name.clone(),
                    axis,
                    forward: fan.forward,
                    faces: indices,
                    area: grid_area,
                    laws: numbers,
                    curve,
                });
            }
        }
    }

    /// Area of the lower face of a cell across an axis, m².
    #[must_use]
    pub fn face_area(&self, axis: usize, c: usize) -> f64 {
        let [sx, sy, sz] = self.shape.strides();
        let at = [c / sx % sy - 1, c % sz / sy - 1, c / sz - 1];
        (0..3).filter(|&other| other != axis).map(|other| self.widths[other][at[other]]).product()
    }
}
