//! The pressure problem of the loss-driven air field: laws of faces, fans, openings, and one Newton step.
//!
//! Air of one density ρ, or several fluids of which each has its own and none meets another, moves through faces that
//! resist it. With the mass flux ṁ_f (kg/s, positive towards larger coordinates, on interior faces; positive outward on the boundary) and u = ṁ/(ρ A)
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

mod assemble;
mod law;

use crate::grid::{Axis, Side};
use crate::model::Fluids;
use crate::model::system::{LinearSystem, State};
use crate::physics::fan::FanCurve;
pub use law::FaceLaw;

/// Loss of open air per metre of path, 1/m on the dynamic pressure.
///
/// Estimate (E): a friction factor near 0.04 over a hydraulic diameter near 40 mm, the gaps of a tray.
/// It makes the field unique where nothing else resists. Halving or doubling it moves a block in a duct by less than
/// 2 % of its rise and a ducted sink not at all; a sink beside a free passage by more the faster the air
/// passes by, since inertia, which sets that passage's true loss, is left out: such sinks are named in a warning and get
/// the band of `couple::sinks::bypass_band` (`tests/couple.rs`).
pub const OPEN_LOSS_PER_METRE: f64 = 1.0;

/// Speed below which open air resists linearly, m/s: its field is then that of a potential flow.
pub const OPEN_LINEAR_SPEED: f64 = 1.0;

/// Speed below which screens, porous regions and openings resist linearly, m/s: small against the speeds
/// for which their losses are given, so that the quadratic law holds to 1 % at 1 m/s.
pub const LOSS_LINEAR_SPEED: f64 = 0.01;

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
    /// Mass flux, kg/s, positive outward, where that is given: then the law is closed.
    pub given: Option<f64>,
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

/// Conductance and offset of a fan's face: by its law alone, and with the fan's curve.
struct FanStep {
    alone: (f64, f64),
    with_fan: (f64, f64),
}

/// A fan of fixed flow: its open faces share the flow by area, at one speed.
#[derive(Clone, Debug, PartialEq)]
pub struct FanPlane {
    /// Name with path.
    pub name: String,
    /// Of the fluid it stands in, kg/m³.
    pub density: f64,
    /// Total over the plane, kg/s, positive towards larger coordinates.
    pub mass_flow: f64,
    /// Its open faces.
    pub faces: Vec<FanFace>,
    /// Whether its flow is fixed; else its faces stay open, and `mass_flow` is what the solution found.
    pub fixed: bool,
    /// Whether it blows towards larger coordinates.
    pub forward: bool,
    /// Pressure rise against its volume flow, where it works by a curve.
    pub curve: Option<FanCurve>,
}

/// The discrete problem of the air field.
#[derive(Clone, Debug, PartialEq)]
pub struct AirProblem {
    /// Cells along x, y, z.
    pub size: [usize; 3],
    /// Per fluid, kg/m³.
    pub densities: Vec<f64>,
    /// Which fluid fills each open cell.
    pub fluids: Fluids,
    /// Per cell, whether air or another fluid moves in it.
    pub air: Vec<bool>,
    /// Per axis and cell, the law of the face to the upper neighbour ([`Self::above`]); closed at fans.
    pub laws: [Vec<FaceLaw>; 3],
    /// Open faces of the surface.
    pub boundary: Vec<BoundaryFace>,
    /// Names of the scene's openings.
    pub openings: Vec<String>,
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

    /// Speed through its open area, m/s; 0 for a fan without open faces.
    #[must_use]
    pub fn speed(&self) -> f64 {
        let area = self.area();
        if area > 0.0 { self.mass_flow.abs() / (self.density * area) } else { 0.0 }
    }

    /// Each open face with its mass flux towards larger coordinates, kg/s.
    pub fn fluxes(&self) -> impl Iterator<Item = (FanFace, f64)> + '_ {
        let area = self.area();
        self.faces.iter().map(move |&face| (face, self.mass_flow * face.area() / area))
    }
}

impl AirProblem {
    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.size.iter().product()
    }

    /// Of the fluid of an open cell, kg/m³.
    #[must_use]
    pub fn density(&self, cell: usize) -> f64 {
        self.densities[self.fluids.of(cell)]
    }

    /// The cell that a fan's face bounds, the lower one inside the domain.
    #[must_use]
    pub fn inside(&self, face: &FanFace) -> usize {
        match *face {
            FanFace::Interior { cell, .. } => cell,
            FanFace::Boundary { face, .. } => self.boundary[face].cell,
        }
    }

    /// Distances in the cell index to the upper neighbour along x, y, z.
    #[must_use]
    pub fn strides(&self) -> [usize; 3] {
        [1, self.size[0], self.size[0] * self.size[1]]
    }

    /// The upper neighbour of a cell along an axis. Above the last cell of a line lies its first: where the domain does
    /// not repeat, the face between them is closed.
    #[must_use]
    pub fn above(&self, axis: usize, cell: usize) -> usize {
        let (stride, n) = (self.strides()[axis], self.size[axis]);
        let at = cell / stride % n;
        if at + 1 < n { cell + stride } else { cell - at * stride }
    }

    /// The lower neighbour, likewise.
    #[must_use]
    pub fn below(&self, axis: usize, cell: usize) -> usize {
        let (stride, n) = (self.strides()[axis], self.size[axis]);
        let at = cell / stride % n;
        if at > 0 { cell - stride } else { cell + (n - 1) * stride }
    }

    /// Fluxes of zero everywhere but where they are given: at fans of fixed flow and given openings.
    #[must_use]
    pub fn still_air(&self) -> AirFlux {
        let mut flux = AirFlux {
            faces: [0, 1, 2].map(|_| vec![0.0; self.cells()]),
            boundary: self.boundary.iter().map(|face| face.given.unwrap_or(0.0)).collect(),
        };
        for (face, mass_flow) in self.fans.iter().filter(|fan| fan.fixed).flat_map(FanPlane::fluxes) {
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
        for (axis, along) in flux.faces.iter().enumerate() {
            for (cell, &mass_flow) in along.iter().enumerate() {
                if mass_flow != 0.0 {
                    face(cell, mass_flow);
                    face(self.above(axis, cell), -mass_flow);
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
        for axis in 0..3 {
            for (cell, law) in self.laws[axis].iter().enumerate().filter(|(_, law)| law.is_open()) {
                let (conductance, offset) = law.step(flux.faces[axis][cell], start);
                let neighbour = self.above(axis, cell);
                system.add_face(axis, cell, [conductance; 2]);
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
        for (face, step) in self.fan_steps(flux, start) {
            // In place of the law alone.
            let (conductance, offset) = (step.with_fan.0 - step.alone.0, step.with_fan.1 - step.alone.1);
            match face {
                FanFace::Interior { axis, cell, .. } => {
                    let neighbour = self.above(axis as usize, cell);
                    system.add_face(axis as usize, cell, [conductance; 2]);
                    right.cells[cell] -= offset;
                    right.cells[neighbour] += offset;
                    diagonal[cell] += conductance;
                    diagonal[neighbour] += conductance;
                }
                FanFace::Boundary { face, .. } => {
                    let at = &self.boundary[face];
                    system.sink[at.cell] += conductance;
                    right.cells[at.cell] += conductance * at.pressure - offset;
                }
            }
        }
        for &cell in pinned {
            system.sink[cell] += diagonal[cell];
        }
        (system, right)
    }

    /// Fluxes that pressures (Pa) give by the linearised laws; returns Σ|change| / Σ|flux| over open faces.
    pub fn advance(&self, pressure: &[f64], flux: &mut AirFlux, start: bool) -> f64 {
        let fan_steps = self.fan_steps(flux, start);
        let (mut change, mut total) = (0.0, 0.0);
        let mut set = |old: &mut f64, law: &FaceLaw, difference: f64| {
            let (conductance, offset) = law.step(*old, start);
            let new = conductance * difference + offset;
            change += (new - *old).abs();
            total += new.abs();
            *old = new;
        };
        for (axis, (laws, faces)) in self.laws.iter().zip(&mut flux.faces).enumerate() {
            for (cell, law) in laws.iter().enumerate().filter(|(_, law)| law.is_open()) {
                set(&mut faces[cell], law, pressure[cell] - pressure[self.above(axis, cell)]);
            }
        }
        for (face, mass_flow) in self.boundary.iter().zip(&mut flux.boundary).filter(|(f, _)| f.law.is_open())
        {
            set(mass_flow, &face.law, pressure[face.cell] - face.pressure);
        }
        for (face, FanStep { with_fan: (conductance, offset), .. }) in fan_steps {
            match face {
                FanFace::Interior { axis, cell, .. } => {
                    let neighbour = self.above(axis as usize, cell);
                    flux.faces[axis as usize][cell] =
                        conductance * (pressure[cell] - pressure[neighbour]) + offset;
                }
                FanFace::Boundary { face, .. } => {
                    let at = &self.boundary[face];
                    flux.boundary[face] = conductance * (pressure[at.cell] - at.pressure) + offset;
                }
            }
        }
        if total > 0.0 { change / total } else { 0.0 }
    }

    /// The tangents of the faces of all fans that work by a curve, each face as if all of its fan's had its speed.
    fn fan_steps(&self, flux: &AirFlux, start: bool) -> Vec<(FanFace, FanStep)> {
        let driven = self.fans.iter().filter(|fan| !fan.fixed);
        let driven = driven.filter_map(|fan| Some((fan, fan.curve.as_ref()?, fan.area())));
        let step = |fan: &FanPlane, curve: &FanCurve, face: FanFace, total: f64| {
            let (upward, law, mass_flow) = match face {
                FanFace::Interior { axis, cell, law, .. } => (true, law, flux.faces[axis as usize][cell]),
                FanFace::Boundary { face, law, .. } => {
                    (self.boundary[face].side.upper, law, flux.boundary[face])
                }
            };
            let along = if fan.forward == upward { 1.0 } else { -1.0 };
            let to_fan = along * total / (face.area() * fan.density);
            let at = if start { 0.5 * curve.free_delivery() / to_fan } else { mass_flow };
            let state = curve.at(to_fan * at);
            let slope = 2.0 * law.quadratic * at.abs() + law.linear - (state.slope * to_fan * along).min(0.0);
            let conductance = 1.0 / slope;
            let offset = at + conductance * (along * state.pressure_rise - law.pressure_drop(at));
            (face, FanStep { alone: law.step(mass_flow, start), with_fan: (conductance, offset) })
        };
        driven
            .flat_map(|(fan, curve, total)| {
                fan.faces.iter().map(move |&face| (fan, curve, face, total)).collect::<Vec<_>>()
            })
            .map(|(fan, curve, face, total)| step(fan, curve, face, total))
            .collect()
    }

    /// Static pressure that each fan has to give, Pa: the rise over its plane, mean by area, with the losses
    /// that lie on its own faces. `pressure` is that of the cells, Pa.
    #[must_use]
    pub fn fan_pressure_rises(&self, pressure: &[f64]) -> Vec<f64> {
        let rise = |fan: &FanPlane| {
            let forward = if fan.mass_flow < 0.0 { -1.0 } else { 1.0 };
            let of_face = |(face, mass_flow): (FanFace, f64)| {
                let (difference, law, area) = match face {
                    FanFace::Interior { axis, cell, area, law } => {
                        (pressure[self.above(axis as usize, cell)] - pressure[cell], law, area)
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
        for axis in 0..3 {
            for (cell, &mass_flow) in flux.faces[axis].iter().enumerate().filter(|(_, m)| **m != 0.0) {
                velocity[axis][cell] += 0.5 * mass_flow;
                velocity[axis][self.above(axis, cell)] += 0.5 * mass_flow;
            }
        }
        for (face, &mass_flow) in self.boundary.iter().zip(&flux.boundary) {
            let towards_upper = if face.side.upper { mass_flow } else { -mass_flow };
            velocity[face.side.axis as usize][face.cell] += 0.5 * towards_upper;
        }
        for axis in Axis::ALL {
            for (cell, value) in velocity[axis as usize].iter_mut().enumerate() {
                *value /= self.density(cell) * area(axis, cell);
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
                    flux.faces[axis as usize][cell] = self.density(cell) * speed * area(axis, cell);
                }
            }
        }
        for (face, mass_flow) in self.boundary.iter().zip(&mut flux.boundary).filter(|(f, _)| f.law.is_open())
        {
            *mass_flow = self.density(face.cell) * speed * face.area;
        }
        flux
    }
}
