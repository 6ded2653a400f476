//! The pressure problem of the loss-driven air field: laws of faces, fans, openings, and one Newton step.
//!
//! Air of one density ρ moves through faces that resist it. With the mass flux ṁ_f (kg/s, positive towards
//! larger coordinates, on interior faces; positive outward on the boundary) and u = ṁ/(ρ A)
//!
//! ```text
//! Δp_f = ζ ρ/2 u (|u| + u₀) = a ṁ|ṁ| + b ṁ,   a = ζ/(2 ρ A²),  b = ζ u₀/(2 A)
//! Σ_f ṁ_f = 0 in every air cell
//! ```
//!
//! ζ is the sum over a face of its half cells (loss per metre times half a width, so that the interface of
//! a porous region carries half of it), the screens on it, and at the boundary the opening. The small u₀
//! makes the law linear near rest, so that a face without flow still has a slope. A fan of fixed flow is a
//! face with a given flux: it cuts the conductance graph, and enters as a source in its two cells.
//!
//! The nonlinear problem is solved by Newton's method on the fluxes (E. Todini and S. Pilati, "A gradient
//! algorithm for the analysis of pipe networks", 1988): around ṁ₀ the law gives
//! `ṁ = (p_c − p_n + a ṁ₀|ṁ₀|) / (2a|ṁ₀| + b)`, which makes continuity a linear, symmetric problem for p.
//! It conserves mass at every step and converges quadratically where a Picard iteration on the conductance
//! halves its error. Buoyancy, inertia and shear are left out: the field is called `potential`.

use crate::grid::{Axis, Side};
use crate::model::system::{LinearSystem, State};
use crate::model::{FacePlace, Model};
use crate::scene::Scene;

/// Loss of open air per metre of path, 1/m on the dynamic pressure.
///
/// Estimate (E): a friction factor near 0.04 over a hydraulic diameter near 40 mm, the gaps of a tray.
/// It makes the field unique where nothing else resists. Halving or doubling it moves a block in a duct by less than
/// 2 % of its rise and a ducted sink not at all; a sink beside a free passage by up to 45 %, since inertia, which sets
/// that passage's true loss, is left out: such sinks are named in a warning (`tests/couple.rs`).
pub const OPEN_LOSS_PER_METRE: f64 = 1.0;

/// Speed below which open air resists linearly, m/s: its field is then that of a potential flow.
pub const OPEN_LINEAR_SPEED: f64 = 1.0;

/// Speed below which screens, porous regions and openings resist linearly, m/s: small against the speeds
/// for which their losses are given, so that the quadratic law holds to 1 % at 1 m/s.
pub const LOSS_LINEAR_SPEED: f64 = 0.01;

/// Δp = a ṁ|ṁ| + b ṁ of one face, Pa with ṁ in kg/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceLaw {
    /// a, Pa/(kg/s)².
    pub quadratic: f64,
    /// b, Pa/(kg/s); infinite where no air passes.
    pub linear: f64,
}

impl FaceLaw {
    /// A face that no air passes.
    pub const CLOSED: Self = Self { quadratic: 0.0, linear: f64::INFINITY };

    /// A face without loss, to be put in series with others.
    pub const FREE: Self = Self { quadratic: 0.0, linear: 0.0 };

    /// The law of a loss `zeta` on the superficial dynamic pressure over `area` m² in air of `density`
    /// kg/m³, linear below `linear_speed` m/s.
    #[must_use]
    pub fn of_loss(zeta: f64, linear_speed: f64, area: f64, density: f64) -> Self {
        Self { quadratic: zeta / (2.0 * density * area * area), linear: zeta * linear_speed / (2.0 * area) }
    }

    /// Both losses one after the other.
    #[must_use]
    pub fn in_series(self, other: Self) -> Self {
        Self { quadratic: self.quadratic + other.quadratic, linear: self.linear + other.linear }
    }

    /// Whether air passes.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.linear.is_finite()
    }

    /// Δp at a mass flux, Pa.
    #[must_use]
    pub fn pressure_drop(&self, mass_flow: f64) -> f64 {
        self.quadratic * mass_flow * mass_flow.abs() + self.linear * mass_flow
    }

    /// `(C, o)` of the tangent at ṁ₀: ṁ = C Δp + o, in kg/(s Pa) and kg/s; zero where closed.
    #[must_use]
    pub fn linearised(&self, mass_flow: f64) -> (f64, f64) {
        if !self.is_open() {
            return (0.0, 0.0);
        }
        let conductance = 1.0 / (2.0 * self.quadratic * mass_flow.abs() + self.linear);
        (conductance, self.quadratic * mass_flow * mass_flow.abs() * conductance)
    }
}

/// A face of the domain's surface through which air can pass.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundaryFace {
    /// The cell inside.
    pub cell: usize,
    /// The side it lies on.
    pub side: Side,
    /// m².
    pub area: f64,
    /// Loss between the cell's centre and the surroundings.
    pub law: FaceLaw,
    /// Pressure outside, Pa.
    pub pressure: f64,
    /// Index of the opening in the scene.
    pub opening: usize,
}

/// Where a fan's face is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FanFace {
    /// Between a cell and its upper neighbour along an axis.
    Interior {
        /// Normal of the face.
        axis: Axis,
        /// The lower cell.
        cell: usize,
        /// m².
        area: f64,
        /// What else lies on the face: half cells and screens that the fan overcomes.
        law: FaceLaw,
    },
    /// On the domain's surface.
    Boundary {
        /// Index into [`AirProblem::boundary`].
        face: usize,
        /// m².
        area: f64,
        /// What else lies on the face: the opening, screens, a rear door.
        law: FaceLaw,
    },
}

/// A fan of fixed flow: its open faces share the flow by area, at one speed.
#[derive(Clone, Debug, PartialEq)]
pub struct FanPlane {
    /// Name with path.
    pub name: String,
    /// Total over the plane, kg/s, positive towards larger coordinates.
    pub mass_flow: f64,
    /// Its open faces.
    pub faces: Vec<FanFace>,
}

/// The discrete problem of the air field.
#[derive(Clone, Debug, PartialEq)]
pub struct AirProblem {
    /// Cells along x, y, z.
    pub size: [usize; 3],
    /// kg/m³.
    pub density: f64,
    /// Per cell, whether air moves in it.
    pub air: Vec<bool>,
    /// Per axis and cell, the law of the face to the upper neighbour; closed at fans.
    pub laws: [Vec<FaceLaw>; 3],
    /// Open faces of the surface.
    pub boundary: Vec<BoundaryFace>,
    /// Fans of fixed flow.
    pub fans: Vec<FanPlane>,
}

/// Loss along the fins of a heat sink: Δp = ζ' L ρ/2 u (|u| + u₀) at the speed u before the fins.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SinkLoss {
    /// ζ', 1/m.
    pub per_metre: f64,
    /// u₀, m/s: large where the fins' friction is laminar.
    pub linear_speed: f64,
}

/// Mass fluxes of an air field, kg/s.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AirFlux {
    /// Per axis and cell: through the face to the upper neighbour, positive towards it.
    pub faces: [Vec<f64>; 3],
    /// Per boundary face, positive outward.
    pub boundary: Vec<f64>,
}

impl FanFace {
    /// m².
    #[must_use]
    pub fn area(&self) -> f64 {
        match self {
            Self::Interior { area, .. } | Self::Boundary { area, .. } => *area,
        }
    }
}

impl FanPlane {
    /// Open area, m².
    #[must_use]
    pub fn area(&self) -> f64 {
        self.faces.iter().map(FanFace::area).sum()
    }

    /// Speed through its open area, m/s, at a density in kg/m³; 0 for a fan without open faces.
    #[must_use]
    pub fn speed(&self, density: f64) -> f64 {
        let area = self.area();
        if area > 0.0 { self.mass_flow.abs() / (density * area) } else { 0.0 }
    }

    /// Each open face with its mass flux towards larger coordinates, kg/s.
    pub fn fluxes(&self) -> impl Iterator<Item = (FanFace, f64)> + '_ {
        let area = self.area();
        self.faces.iter().map(move |&face| (face, self.mass_flow * face.area() / area))
    }
}

impl AirProblem {
    /// The problem of a model at an air `density` (kg/m³). `sink_loss` is the loss along the fins of each heat
    /// sink, where its scene gives none; `open_loss` the ζ per metre (1/m) of open air,
    /// [`OPEN_LOSS_PER_METRE`] unless a study varies it.
    ///
    /// Fins guide the air: no face across them is open, within a sink and at its flanks.
    #[must_use]
    pub fn new(model: &Model, scene: &Scene, density: f64, sink_loss: &[SinkLoss], open_loss: f64) -> Self {
        let losses = CellLosses::new(model, sink_loss, open_loss);
        let mut problem = Self {
            size: model.grid.size(),
            density,
            air: (0..model.grid.cells()).map(|cell| model.is_air(cell)).collect(),
            laws: Axis::ALL.map(|axis| interior_laws(model, &losses, axis, density)),
            boundary: boundary_faces(model, scene, &losses, density),
            fans: Vec::new(),
        };
        problem.fans = scene
            .fans
            .iter()
            .map(|fan| FanPlane {
                name: fan.name.clone(),
                mass_flow: density * if fan.forward { fan.flow } else { -fan.flow },
                faces: Vec::new(),
            })
            .collect();
        for face in &model.fans {
            let area = face.area;
            let place = match face.place {
                FacePlace::Inside { axis, cell } => {
                    let law = std::mem::replace(&mut problem.laws[axis as usize][cell], FaceLaw::CLOSED);
                    FanFace::Interior { axis, cell, area, law }
                }
                FacePlace::Opening(face) => {
                    let law = std::mem::replace(&mut problem.boundary[face].law, FaceLaw::CLOSED);
                    FanFace::Boundary { face, area, law }
                }
            };
            problem.fans[face.fan].faces.push(place);
        }
        problem
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.size.iter().product()
    }

    /// Distances in the cell index to the upper neighbour along x, y, z.
    #[must_use]
    pub fn strides(&self) -> [usize; 3] {
        [1, self.size[0], self.size[0] * self.size[1]]
    }

    /// Fluxes of zero everywhere but at the fans.
    #[must_use]
    pub fn still_air(&self) -> AirFlux {
        let mut flux = AirFlux {
            faces: [0, 1, 2].map(|_| vec![0.0; self.cells()]),
            boundary: vec![0.0; self.boundary.len()],
        };
        for (face, mass_flow) in self.fans.iter().flat_map(FanPlane::fluxes) {
            match face {
                FanFace::Interior { axis, cell, .. } => flux.faces[axis as usize][cell] += mass_flow,
                FanFace::Boundary { face, .. } => {
                    let outward = if self.boundary[face].side.upper { 1.0 } else { -1.0 };
                    flux.boundary[face] += outward * mass_flow;
                }
            }
        }
        flux
    }

    /// Net mass that the fixed fluxes of the fans bring into each cell, kg/s.
    #[must_use]
    pub fn fan_sources(&self) -> Vec<f64> {
        self.divergence(&self.still_air()).into_iter().map(|d| -d).collect()
    }

    /// Σ of the fluxes that leave each cell, kg/s.
    #[must_use]
    pub fn divergence(&self, flux: &AirFlux) -> Vec<f64> {
        let mut out = vec![0.0; self.cells()];
        self.visit(flux, |cell, outward| out[cell] += outward);
        out
    }

    /// Mass that passes through each cell, half the sum of |ṁ| over its faces, kg/s.
    #[must_use]
    pub fn throughput(&self, flux: &AirFlux) -> Vec<f64> {
        let mut out = vec![0.0; self.cells()];
        self.visit(flux, |cell, outward| out[cell] += 0.5 * outward.abs());
        out
    }

    /// Calls `face(cell, outward flux)` for every cell and face with flow.
    fn visit(&self, flux: &AirFlux, mut face: impl FnMut(usize, f64)) {
        let strides = self.strides();
        for (axis, along) in flux.faces.iter().enumerate() {
            for (cell, &mass_flow) in along.iter().enumerate() {
                if mass_flow != 0.0 {
                    face(cell, mass_flow);
                    face(cell + strides[axis], -mass_flow);
                }
            }
        }
        for (at, &mass_flow) in self.boundary.iter().zip(&flux.boundary) {
            face(at.cell, mass_flow);
        }
    }

    /// The linear problem of a Newton step around `flux`, for the pressure in Pa: system and right-hand side
    /// (kg/s). Each cell of `pinned` is tied to 0 Pa. With `start` the chord of the law at `flux` is used
    /// instead of its tangent: for a first guess whose directions mean nothing.
    #[must_use]
    pub fn linearise(&self, flux: &AirFlux, pinned: &[usize], start: bool) -> (LinearSystem, State) {
        let mut system = LinearSystem::zeros(self.size, false);
        let mut right = State { cells: self.fan_sources(), nodes: Vec::new() };
        let mut diagonal = vec![0.0; self.cells()];
        for (axis, stride) in self.strides().into_iter().enumerate() {
            for (cell, law) in self.laws[axis].iter().enumerate().filter(|(_, law)| law.is_open()) {
                let (conductance, offset) = law.step(flux.faces[axis][cell], start);
                let neighbour = cell + stride;
                system.from_upper[axis][cell] = conductance;
                right.cells[cell] -= offset;
                right.cells[neighbour] += offset;
                diagonal[cell] += conductance;
                diagonal[neighbour] += conductance;
            }
        }
        for (face, &mass_flow) in self.boundary.iter().zip(&flux.boundary).filter(|(f, _)| f.law.is_open()) {
            let (conductance, offset) = face.law.step(mass_flow, start);
            system.sink[face.cell] += conductance;
            right.cells[face.cell] += conductance * face.pressure - offset;
        }
        for &cell in pinned {
            system.sink[cell] += diagonal[cell];
        }
        (system, right)
    }

    /// Fluxes that pressures (Pa) give by the linearised laws; returns Σ|change| / Σ|flux| over open faces.
    pub fn advance(&self, pressure: &[f64], flux: &mut AirFlux, start: bool) -> f64 {
        let (mut change, mut total) = (0.0, 0.0);
        let mut set = |old: &mut f64, law: &FaceLaw, difference: f64| {
            let (conductance, offset) = law.step(*old, start);
            let new = conductance * difference + offset;
            change += (new - *old).abs();
            total += new.abs();
            *old = new;
        };
        for ((laws, faces), stride) in self.laws.iter().zip(&mut flux.faces).zip(self.strides()) {
            for (cell, law) in laws.iter().enumerate().filter(|(_, law)| law.is_open()) {
                set(&mut faces[cell], law, pressure[cell] - pressure[cell + stride]);
            }
        }
        for (face, mass_flow) in self.boundary.iter().zip(&mut flux.boundary).filter(|(f, _)| f.law.is_open())
        {
            set(mass_flow, &face.law, pressure[face.cell] - face.pressure);
        }
        if total > 0.0 { change / total } else { 0.0 }
    }

    /// Static pressure that each fan has to give, Pa: the rise over its plane, mean by area, with the losses
    /// that lie on its own faces. `pressure` is that of the cells, Pa.
    #[must_use]
    pub fn fan_pressure_rises(&self, pressure: &[f64]) -> Vec<f64> {
        let strides = self.strides();
        let rise = |fan: &FanPlane| {
            let forward = if fan.mass_flow < 0.0 { -1.0 } else { 1.0 };
            let of_face = |(face, mass_flow): (FanFace, f64)| {
                let (difference, law, area) = match face {
                    FanFace::Interior { axis, cell, area, law } => {
                        (pressure[cell + strides[axis as usize]] - pressure[cell], law, area)
                    }
                    FanFace::Boundary { face, area, law } => {
                        let at = &self.boundary[face];
                        let outward = at.pressure - pressure[at.cell];
                        (if at.side.upper { outward } else { -outward }, law, area)
                    }
                };
                area * (forward * difference + law.pressure_drop(mass_flow.abs()))
            };
            let area = fan.area();
            if area > 0.0 { fan.fluxes().map(of_face).sum::<f64>() / area } else { 0.0 }
        };
        self.fans.iter().map(rise).collect()
    }

    /// Speed along each axis at the centres of air cells, mean of the two faces, m/s; 0 elsewhere.
    #[must_use]
    pub fn velocity(&self, flux: &AirFlux, area: impl Fn(Axis, usize) -> f64) -> [Vec<f64>; 3] {
        let mut velocity = [0, 1, 2].map(|_| vec![0.0; self.cells()]);
        let strides = self.strides();
        for axis in 0..3 {
            for (cell, &mass_flow) in flux.faces[axis].iter().enumerate().filter(|(_, m)| **m != 0.0) {
                velocity[axis][cell] += 0.5 * mass_flow;
                velocity[axis][cell + strides[axis]] += 0.5 * mass_flow;
            }
        }
        for (face, &mass_flow) in self.boundary.iter().zip(&flux.boundary) {
            let towards_upper = if face.side.upper { mass_flow } else { -mass_flow };
            velocity[face.side.axis as usize][face.cell] += 0.5 * towards_upper;
        }
        for axis in Axis::ALL {
            for (cell, value) in velocity[axis as usize].iter_mut().enumerate() {
                *value /= self.density * area(axis, cell);
            }
        }
        velocity
    }

    /// A first guess: `speed` m/s through every open face, in no direction that means anything.
    #[must_use]
    pub fn uniform_guess(&self, speed: f64, area: impl Fn(Axis, usize) -> f64) -> AirFlux {
        let mut flux = self.still_air();
        for axis in Axis::ALL {
            for (cell, law) in self.laws[axis as usize].iter().enumerate() {
                if law.is_open() {
                    flux.faces[axis as usize][cell] = self.density * speed * area(axis, cell);
                }
            }
        }
        for (face, mass_flow) in self.boundary.iter().zip(&mut flux.boundary).filter(|(f, _)| f.law.is_open())
        {
            *mass_flow = self.density * speed * face.area;
        }
        flux
    }
}

/// What resists the air inside cells.
struct CellLosses<'a> {
    model: &'a Model,
    /// Per cell of a sink: its fins' axis and the loss along them.
    sink: std::collections::HashMap<usize, (Axis, SinkLoss)>,
    open_loss: f64,
}

impl<'a> CellLosses<'a> {
    fn new(model: &'a Model, sink_loss: &[SinkLoss], open_loss: f64) -> Self {
        let sink = model
            .sinks
            .iter()
            .zip(sink_loss)
            .flat_map(|(span, &loss)| span.cells.iter().map(move |&(cell, _)| (cell, (span.flow_axis, loss))))
            .collect();
        Self { model, sink, open_loss }
    }

    /// The law of a cell's half along an axis, over a face of `area` m².
    fn half(&self, axis: Axis, cell: usize, area: f64, density: f64) -> FaceLaw {
        let at = self.model.grid.position(cell)[axis as usize];
        let length = 0.5 * self.model.grid.width(axis, at);
        let given = self.model.loss_per_metre[axis as usize][cell];
        let open = FaceLaw::of_loss(self.open_loss * length, OPEN_LINEAR_SPEED, area, density);
        let lossy = |per_metre: f64| FaceLaw::of_loss(per_metre * length, LOSS_LINEAR_SPEED, area, density);
        match self.sink.get(&cell) {
            Some(&(fins, _)) if fins != axis => FaceLaw::CLOSED,
            Some(_) if given > 0.0 => lossy(given).in_series(open),
            Some(&(_, fins)) => {
                FaceLaw::of_loss(fins.per_metre * length, fins.linear_speed, area, density).in_series(open)
            }
            None => lossy(given).in_series(open),
        }
    }
}

/// Laws of the faces to upper neighbours along an axis.
fn interior_laws(model: &Model, losses: &CellLosses<'_>, axis: Axis, density: f64) -> Vec<FaceLaw> {
    let stride = model.grid.stride(axis);
    let law = |cell: usize| {
        if !model.air_passes(axis, cell) {
            return FaceLaw::CLOSED;
        }
        let area = model.grid.area(axis, model.grid.position(cell));
        let screen = model.screen_loss[axis as usize][cell];
        losses
            .half(axis, cell, area, density)
            .in_series(losses.half(axis, cell + stride, area, density))
            .in_series(FaceLaw::of_loss(screen, LOSS_LINEAR_SPEED, area, density))
    };
    (0..model.grid.cells()).map(law).collect()
}

/// Open faces of the surface, with the losses of openings, screens and a rear door behind them.
fn boundary_faces(model: &Model, scene: &Scene, losses: &CellLosses<'_>, density: f64) -> Vec<BoundaryFace> {
    let front = Side { axis: Axis::Y, upper: false };
    let face = |face: &crate::model::OpeningFace| {
        let opening = &scene.openings[face.opening];
        let door = scene.rear_door.as_ref().filter(|door| door.side == face.side).map_or(0.0, |d| d.loss);
        let containment = if face.side == front { scene.site.containment_pressure } else { 0.0 };
        BoundaryFace {
            cell: face.cell,
            side: face.side,
            area: face.area,
            law: losses.half(face.side.axis, face.cell, face.area, density).in_series(FaceLaw::of_loss(
                face.loss + door,
                LOSS_LINEAR_SPEED,
                face.area,
                density,
            )),
            pressure: opening.pressure + containment,
            opening: face.opening,
        }
    };
    model.openings.iter().map(face).collect()
}

impl FaceLaw {
    /// The tangent at ṁ₀, or the chord from rest to it.
    fn step(&self, mass_flow: f64, chord: bool) -> (f64, f64) {
        if chord {
            (1.0 / (self.quadratic * mass_flow.abs() + self.linear), 0.0)
        } else {
            self.linearised(mass_flow)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_of_two_dynamic_pressures_at_3_m_s_costs_10_8_pa() {
        let (area, density) = (0.02, 1.2);
        let law = FaceLaw::of_loss(2.0, 0.0, area, density);
        approx::assert_relative_eq!(law.pressure_drop(density * area * 3.0), 10.8, max_relative = 1e-14);
        approx::assert_relative_eq!(law.pressure_drop(-density * area * 3.0), -10.8, max_relative = 1e-14);
    }

    #[test]
    fn the_tangent_reproduces_the_law_where_it_touches_it() {
        let law = FaceLaw { quadratic: 7.0, linear: 0.3 };
        for mass_flow in [-2.0, 0.0, 0.5] {
            let (conductance, offset) = law.linearised(mass_flow);
            let again = conductance * law.pressure_drop(mass_flow) + offset;
            approx::assert_relative_eq!(again, mass_flow, epsilon = 1e-15, max_relative = 1e-14);
        }
        assert_eq!(FaceLaw::CLOSED.linearised(1.0), (0.0, 0.0));
    }
}
