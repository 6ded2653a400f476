//! The discrete problem of the flow: momentum and continuity of one fluid, with the heat that drives it.
//!
//! ```text
//! Σ_f ṁ_f (u_f − u) = Σ_f µ A/δ (u_n − u) + A (p_W − p_P) + V (body force + buoyancy) − A Δp(u)
//! Σ_f ṁ_f = 0                     ṁ = ρ u A              Δp(u) = a u|u| + b u − rise
//! buoyancy = −ρ β g θ
//! ```
//!
//! Velocities lie on faces, everything else at centres ([`crate::field`]). What a face is stands in its [`Face`]
//! code: whether the velocity through it is solved or given, what the flow along it feels, and the law of
//! what resists or drives the flow through it (porous halves, screens, fans). Pressure is gauge and without
//! its hydrostatic part; θ is the rise of the temperature over a reference.

mod assemble;
mod coarsen;
mod interpolate;
mod transfer;

use crate::field::Padded;
use crate::grid::{Axis, Grid, Side};
pub use crate::physics::convection::Convection;
use crate::physics::fan::FanCurve;
pub use transfer::Transfer;

/// What the flow along a face feels of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Passage {
    /// Fluid on both sides: shear and convection across.
    Open = 0,
    /// A wall at rest, half a cell away.
    Wall = 1,
    /// A wall without shear, or a plane of symmetry.
    Slip = 2,
    /// Fluid enters or leaves at a given speed; the velocity along the face is that of the ghost.
    Given = 3,
    /// An opening to surroundings of given pressure, held by the ghost.
    Opening = 4,
    /// A wall whose velocity along itself is that of the ghost.
    MovingWall = 5,
}

/// Code of a face: [`Passage`] in the lowest three bits, then whether the velocity through it is solved, and
/// from bit 8 on the number of its law (0: none, law n is `laws[n − 1]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Face(pub u32);

impl Face {
    /// Bits of the passage.
    pub const PASSAGE: u32 = 7;
    /// Set where the velocity through the face is an unknown.
    pub const SOLVED: u32 = 8;
    /// Where the number of the law begins.
    pub const LAW_SHIFT: u32 = 8;

    /// A face without a law.
    #[must_use]
    pub fn new(passage: Passage, solved: bool) -> Self {
        Self(passage as u32 | if solved { Self::SOLVED } else { 0 })
    }

    /// The same face with law `number` (from 1; 0 for none).
    #[must_use]
    pub fn with_law(self, number: u32) -> Self {
        Self(self.0 & ((1 << Self::LAW_SHIFT) - 1) | number << Self::LAW_SHIFT)
    }

    /// Number of its law, 0 for none.
    #[must_use]
    pub fn law(self) -> usize {
        (self.0 >> Self::LAW_SHIFT) as usize
    }

    /// Whether the velocity through it is an unknown.
    #[must_use]
    pub fn is_solved(self) -> bool {
        self.0 & Self::SOLVED != 0
    }

    /// The same face with a given velocity through it.
    #[must_use]
    pub fn given(self) -> Self {
        Self(self.0 & !Self::SOLVED)
    }

    /// Whether its passage is this one.
    #[must_use]
    pub fn is(self, passage: Passage) -> bool {
        self.0 & Self::PASSAGE == passage as u32
    }
}

/// Pressure that a face takes from the flow through it: Δp = a u|u| + b u − rise, Pa at u in m/s.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FaceResistance {
    /// a, Pa s²/m².
    pub quadratic: f64,
    /// b, Pa s/m.
    pub linear: f64,
    /// Pa that a fan adds towards larger coordinates.
    pub rise: f64,
    /// Fall of the rise with the speed, Pa s/m, at the present speed: it holds an iteration back and has no part
    /// in its end.
    pub stiffness: f64,
}

/// A fan on a plane: its pressure follows its whole flow.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowFan {
    /// Name with path.
    pub name: String,
    /// Normal of its plane.
    pub axis: usize,
    /// Whether it blows towards larger coordinates.
    pub forward: bool,
    /// Indices of its open faces.
    pub faces: Vec<usize>,
    /// Their areas together, m².
    pub area: f64,
    /// Numbers of the laws of its faces, from 1: no other face has them.
    pub laws: Vec<usize>,
    /// Pressure against flow at its speed and density.
    pub curve: FanCurve,
}

/// Where walls are, for LVEL: per cell, from ∇²φ = −1 ([`crate::physics::wall_law`]).
#[derive(Clone, Debug, PartialEq)]
pub struct WallField {
    /// y, m.
    pub distance: Vec<f64>,
    /// Share of the wall's shear, 1 at the wall and 0 in the middle of a gap.
    pub shear_share: Vec<f64>,
}

/// Heat transport on the flow's cells: fluid and solids.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatProblem {
    /// Per axis: conductance of the lower face of each cell, W/K; 0 where no heat passes, held sides included.
    pub conductance: [Vec<f64>; 3],
    /// What ties a cell to the reference (θ = 0), W/K.
    pub sink: Vec<f64>,
    /// W into each cell.
    pub source: Vec<f64>,
    /// J/(kg K) of the fluid.
    pub specific_heat: f64,
}

/// The discrete problem.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowProblem {
    /// Shape of every array.
    pub shape: Padded,
    /// Cell widths along each axis, m.
    pub widths: [Vec<f64>; 3],
    /// kg/m³.
    pub density: f64,
    /// Dynamic viscosity, Pa s.
    pub viscosity: f64,
    /// Per axis, the code of the lower face of each cell.
    pub faces: [Vec<Face>; 3],
    /// Laws of faces.
    pub laws: Vec<FaceResistance>,
    /// Fans whose flow follows their pressure.
    pub fans: Vec<FlowFan>,
    /// Axes along which the flow repeats: what leaves one side enters at the other.
    pub periodic: [bool; 3],
    /// Where walls are, if the flow is turbulent (LVEL); laminar without.
    pub walls: Option<WallField>,
    /// Start, given speeds, and velocities of walls in ghosts, m/s.
    pub velocity: [Vec<f64>; 3],
    /// Start, and the pressure outside of openings in ghosts, Pa.
    pub pressure: Vec<f64>,
    /// Start, and the temperature of fluid that enters in ghosts, K over the reference.
    pub temperature: Vec<f64>,
    /// N/m³.
    pub body_force: [f64; 3],
    /// Gravity times the expansion coefficient, m/(s² K).
    pub buoyancy: [f64; 3],
    /// Heat, if temperatures are solved together with the flow.
    pub heat: Option<HeatProblem>,
    /// Convection scheme of momentum and heat.
    pub convection: Convection,
}

impl FlowProblem {
    /// A box of fluid at rest between walls.
    #[must_use]
    pub fn closed_box(grid: &Grid, density: f64, viscosity: f64) -> Self {
        let shape = Padded::new(grid.size());
        let widths =
            Axis::ALL.map(|axis| (0..grid.size()[axis as usize]).map(|i| grid.width(axis, i)).collect());
        let mut faces = [0, 1, 2].map(|_| vec![Face::new(Passage::Wall, false); shape.len()]);
        for (axis, faces) in faces.iter_mut().enumerate() {
            for (at, c) in shape.faces(axis) {
                if at[axis] > 0 && at[axis] < shape.size[axis] {
                    faces[c] = Face::new(Passage::Open, true);
                }
            }
        }
        let zeros = || vec![0.0; shape.len()];
        Self {
            shape,
            widths,
            density,
            viscosity,
            faces,
            laws: Vec::new(),
            fans: Vec::new(),
            periodic: [false; 3],
            walls: None,
            velocity: [zeros(), zeros(), zeros()],
            pressure: zeros(),
            temperature: zeros(),
            body_force: [0.0; 3],
            buoyancy: [0.0; 3],
            heat: None,
            convection: Convection::default(),
        }
    }

    /// Faces of a side of the domain: index of the face, and of the ghost beyond it.
    pub fn side(&self, side: Side) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (axis, shape) = (side.axis as usize, self.shape);
        let wanted = if side.upper { shape.size[axis] } else { 0 };
        let stride = shape.strides()[axis];
        shape
            .faces(axis)
            .filter(move |(at, _)| at[axis] == wanted)
            .map(move |(_, c)| (c, if side.upper { c } else { c - stride }))
    }

    /// Makes every face of a side the same. Its ghosts move along it at `velocity` m/s; the part through the
    /// side is the given speed of a [`Passage::Given`] side.
    pub fn set_side(&mut self, side: Side, passage: Passage, velocity: [f64; 3]) {
        let axis = side.axis as usize;
        let (shape, stride) = (self.shape, self.shape.strides()[axis]);
        let beyond = |c: usize| if side.upper { c + stride } else { c - stride };
        for (face, _) in self.side(side).collect::<Vec<_>>() {
            self.faces[axis][face] = Face::new(passage, passage == Passage::Opening);
            if passage == Passage::Given {
                self.velocity[axis][face] = velocity[axis];
            }
        }
        let edge = if side.upper { shape.size[axis] - 1 } else { 0 };
        for along in (0..3).filter(|&along| along != axis) {
            for (_, c) in shape.faces(along).filter(|(at, _)| at[axis] == edge) {
                self.velocity[along][beyond(c)] = velocity[along];
            }
        }
        self.wrap_faces();
    }

    /// Joins the two sides of an axis. The face of the upper side is that of the lower one, and the unknown is the
    /// lower one's.
    pub fn set_periodic(&mut self, axis: usize) {
        self.periodic[axis] = true;
        let (shape, n) = (self.shape, self.shape.size[axis]);
        for (at, c) in shape.faces(axis).filter(|(at, _)| at[axis] == 0 || at[axis] == n).collect::<Vec<_>>()
        {
            self.faces[axis][c] = Face::new(Passage::Open, at[axis] == 0);
        }
        self.wrap_faces();
    }

    /// The face above a cell. That of the last cell of a periodic axis is the lower one of its first.
    #[must_use]
    pub fn upper_face(&self, axis: usize, c: usize) -> usize {
        let (stride, n) = (self.shape.strides()[axis], self.shape.size[axis]);
        let is_seam = self.periodic[axis] && c / stride % (n + 2) == n;
        if is_seam { c - (n - 1) * stride } else { c + stride }
    }

    /// Faces of ghosts on periodic axes are those at the other end; none of them is an unknown.
    fn wrap_faces(&mut self) {
        let shape = self.shape;
        for axis in (0..3).filter(|&axis| self.periodic[axis]) {
            let (n, stride) = (shape.size[axis], shape.strides()[axis]);
            for faces in &mut self.faces {
                for lower in (0..shape.len()).filter(|c| c / stride % (n + 2) == 0) {
                    faces[lower] = faces[lower + n * stride].given();
                    faces[lower + (n + 1) * stride] = faces[lower + stride].given();
                }
            }
        }
    }
}
