//! A [`FlowProblem`] and its state as arrays on the device.

use super::super::buffers::{Allocator, Buffer};
use super::super::device::Device;
use super::super::operator::index;
use super::super::parameters::{self, Count, Forced, Ghosts, Inertia, Law, Relaxation, Settling};
use super::super::{PARTIALS, numbers};
use crate::backend::BackendError;
use crate::backend::flow::Unknown;
use crate::field::Padded;
use crate::model::flow::{FaceResistance, FlowFan, FlowProblem};

/// Arrays of a system: W, E, S, N, B, T coefficients, what ties a row to 0 (s), right-hand side.
pub(super) const ARRAYS: usize = 8;

/// A flow and its state, f32, in arrays of the shape of [`crate::field`]; those of three axes lie one after the other.
#[derive(Debug)]
pub struct Flow {
    pub(super) shape: Padded,
    density: f64,
    laminar_viscosity: f64,
    body_force: [f64; 3],
    buoyancy: [f64; 3],
    pub(super) convection: u32,
    pub(super) periodic: [bool; 3],
    pub(super) widths: Buffer,
    pub(super) faces: Buffer,
    pub(super) laws: Buffer,
    /// How many laws there are; none still takes the room of one.
    pub(super) law_count: usize,
    pub(super) fans: Option<Fans>,
    pub(super) walls: Option<Walls>,
    pub(super) heat: Option<Heat>,
    pub(super) velocity: Buffer,
    /// p and, behind it, its changes δ since it was settled, Pa: small ones round little.
    pub(super) pressure: Buffer,
    pub(super) temperature: Buffer,
    /// Effective dynamic viscosity of cells, and in turbulent flow behind it of faces along x, y and z, Pa s.
    pub(super) viscosity: Buffer,
    /// m of each axis, kg/s.
    pub(super) inertia: [Buffer; 3],
    pub(super) mobility: Buffer,
    pub(super) system: Buffer,
    /// What Jacobi sweeps go back and forth between.
    pub(super) next: [Buffer; 2],
    pub(super) partials: Buffer,
    pub(super) sums: Buffer,
    /// What a finer grid adds to b of velocities along x, y, z, N, and of the temperature, W.
    pub(super) force: Option<Buffer>,
}

/// Distances to walls for LVEL.
#[derive(Debug)]
pub(super) struct Walls {
    pub(super) distance: Buffer,
    pub(super) shear_share: Buffer,
}

/// Heat on the flow's cells.
#[derive(Debug)]
pub(super) struct Heat {
    pub(super) conductance: Buffer,
    pub(super) sink: Buffer,
    pub(super) source: Buffer,
    /// m of the temperature, W/K.
    pub(super) inertia: Buffer,
    specific_heat: f64,
}

/// Faces of fans, fan after fan.
#[derive(Debug)]
pub(super) struct Fans {
    pub(super) fan_first: Buffer,
    pub(super) fan_face: Buffer,
    pub(super) fan_area: Buffer,
    pub(super) flow: Buffer,
    pub(super) count: usize,
    /// Faces of all fans.
    pub(super) faces: usize,
}

impl Flow {
    /// Puts a problem on the device.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] or [`BackendError::DeviceFailed`] if it does not fit.
    pub(super) fn new(
        device: &Device,
        allocator: &Allocator,
        problem: &FlowProblem,
    ) -> Result<Self, BackendError> {
        let (shape, length) = (problem.shape, problem.shape.len());
        let zeros = |what: &str, arrays: usize| allocator.zeros(device, what, arrays * length);
        let reals = |what: &str, parts: &[&[f64]]| allocator.reals(device, what, parts);
        // The largest array comes first: what does not fit is refused before anything is made.
        let system = zeros("system of a flow", ARRAYS)?;
        let three = |arrays: &[Vec<f64>; 3]| arrays.each_ref().map(|array| array.clone()).concat();
        let faces: Vec<u32> = problem.faces.iter().flatten().map(|face| face.0).collect();
        let laws = law_words(&problem.laws);
        let walls = problem.walls.as_ref().map(|walls| {
            let distance = reals("distances to walls", &[&walls.distance])?;
            Ok(Walls { distance, shear_share: reals("distances to walls", &[&walls.shear_share])? })
        });
        let viscosities = if problem.walls.is_some() { 4 } else { 1 };
        let heat = problem.heat.as_ref().map(|heat| {
            Ok(Heat {
                conductance: reals("conductances of heat", &heat.conductance.each_ref().map(Vec::as_slice))?,
                sink: reals("sinks and sources of heat", &[&heat.sink])?,
                source: reals("sinks and sources of heat", &[&heat.source])?,
                inertia: zeros("inertia of a flow", 1)?,
                specific_heat: heat.specific_heat,
            })
        });
        let fans = (!problem.fans.is_empty()).then(|| Fans::new(device, allocator, problem));
        Ok(Self {
            shape,
            density: problem.density,
            laminar_viscosity: problem.viscosity,
            body_force: problem.body_force,
            buoyancy: problem.buoyancy,
            convection: problem.convection as u32,
            periodic: problem.periodic,
            widths: reals("widths of cells", &[&padded_widths(problem)])?,
            faces: allocator.words(device, "codes of faces", &faces)?,
            laws: allocator.words(device, "laws of faces", &laws)?,
            law_count: problem.laws.len(),
            fans: fans.transpose()?,
            walls: walls.transpose()?,
            heat: heat.transpose()?,
            velocity: reals("velocities", &[&three(&problem.velocity)])?,
            pressure: reals("pressures", &[&problem.pressure, &vec![0.0; length]])?,
            temperature: reals("temperatures", &[&problem.temperature])?,
            viscosity: reals("viscosities", &[&vec![problem.viscosity; viscosities * length]])?,
            inertia: [
                zeros("inertia of a flow", 1)?,
                zeros("inertia of a flow", 1)?,
                zeros("inertia of a flow", 1)?,
            ],
            mobility: zeros("mobilities", 3)?,
            system,
            next: [zeros("values of a sweep", 1)?, zeros("values of a sweep", 1)?],
            partials: allocator.zeros(device, "sums of a flow", 2 * PARTIALS)?,
            sums: allocator.zeros(device, "sums of a flow", 2)?,
            force: None,
        })
    }

    /// Values of one array, ghosts included.
    pub(super) fn length(&self) -> usize {
        self.shape.len()
    }

    pub(super) fn cells(&self) -> usize {
        self.shape.size.iter().product()
    }

    /// Buffer of an unknown and the entry where it begins there.
    pub(super) fn values(&self, unknown: Unknown) -> (&Buffer, usize) {
        match unknown {
            Unknown::Velocity(axis) => (&self.velocity, axis * self.length()),
            Unknown::Temperature => (&self.temperature, 0),
        }
    }

    /// m of an unknown; none of heat without heat.
    pub(super) fn inertia_of(&self, unknown: Unknown) -> Option<&Buffer> {
        match unknown {
            Unknown::Velocity(axis) => Some(&self.inertia[axis]),
            Unknown::Temperature => self.heat.as_ref().map(|heat| &heat.inertia),
        }
    }

    pub(super) fn parameters(&self, axis: usize) -> parameters::Flow {
        let [nx, ny, nz] = self.shape.size.map(index);
        parameters::Flow {
            nx,
            ny,
            nz,
            length: index(self.length()),
            axis: index(axis),
            density: self.density as f32,
            viscosity: self.laminar_viscosity as f32,
            specific_heat: self.heat.as_ref().map_or(0.0, |heat| heat.specific_heat as f32),
            body_force: self.body_force[axis] as f32,
            buoyancy: self.buoyancy[axis] as f32,
            convection: self.convection,
            turbulent: u32::from(self.walls.is_some()),
            periodic: (0..3).map(|b| u32::from(self.periodic[b]) << b).sum(),
        }
    }

    pub(super) fn relaxation(&self, old_first: usize, x_first: usize, weight: f64) -> Relaxation {
        let [_, sy, sz] = self.shape.strides().map(index);
        let length = index(self.length());
        Relaxation {
            sy,
            sz,
            length,
            old_first: index(old_first),
            x_first: index(x_first),
            weight: weight as f32,
        }
    }

    pub(super) fn settling(&self, stage: u32) -> Settling {
        Settling { length: index(self.length()), stage }
    }

    /// Rows of an unknown and its force.
    pub(super) fn forced(&self, unknown: Unknown) -> Forced {
        let number = match unknown {
            Unknown::Velocity(axis) => axis,
            Unknown::Temperature => 3,
        };
        Forced { length: index(self.length()), first: index(number * self.length()) }
    }

    pub(super) fn inertia_parameters(&self, factor: f64) -> Inertia {
        Inertia { length: index(self.length()), factor: factor as f32 }
    }

    /// Ghosts along an axis of the array that begins at `first`.
    pub(super) fn ghosts(&self, axis: usize, first: usize) -> Ghosts {
        let n = self.shape.size[axis];
        Ghosts {
            first: index(first),
            stride: index(self.shape.strides()[axis]),
            n: index(n),
            lines: index(self.length() / (n + 2)),
        }
    }

    /// Cuts values of three axes, as bytes of the device, into arrays.
    pub(super) fn split(&self, bytes: &[u8]) -> Vec<Vec<f64>> {
        numbers(bytes).chunks(self.length()).map(<[f64]>::to_vec).collect()
    }
}

impl Fans {
    fn new(device: &Device, allocator: &Allocator, problem: &FlowProblem) -> Result<Self, BackendError> {
        let shape = problem.shape;
        let (mut first, mut face, mut area) = (vec![0], Vec::new(), Vec::new());
        for FlowFan { axis, faces, .. } in &problem.fans {
            for &c in faces {
                face.push(index(axis * shape.len() + c));
                let at = [0, 1, 2].map(|b| c / shape.strides()[b] % (shape.size[b] + 2) - 1);
                area.push((0..3).filter(|b| b != axis).map(|b| problem.widths[b][at[b]]).product());
            }
            first.push(index(face.len()));
        }
        Ok(Self {
            fan_first: allocator.words(device, "faces of fans", &first)?,
            fan_face: allocator.words(device, "faces of fans", &face)?,
            fan_area: allocator.reals(device, "faces of fans", &[&area])?,
            flow: allocator.zeros(device, "flows of fans", problem.fans.len())?,
            count: problem.fans.len(),
            faces: face.len(),
        })
    }

    pub(super) fn counted(&self) -> Count {
        Count { count: index(self.count) }
    }
}

/// Widths along x, y, z with a 0 for each ghost, or those of the other end of a periodic axis.
fn padded_widths(problem: &FlowProblem) -> Vec<f64> {
    let mut padded = Vec::new();
    for (widths, periodic) in problem.widths.iter().zip(problem.periodic) {
        let ghosts = if periodic { [widths[widths.len() - 1], widths[0]] } else { [0.0; 2] };
        padded.push(ghosts[0]);
        padded.extend(widths);
        padded.push(ghosts[1]);
    }
    padded
}

/// Laws as the device's words; room for one if there is none, because no binding is shorter than an entry.
pub(super) fn law_words(laws: &[FaceResistance]) -> Vec<u32> {
    let mut single: Vec<Law> = laws
        .iter()
        .map(|law| Law {
            quadratic: law.quadratic as f32,
            linear: law.linear as f32,
            rise: law.rise as f32,
            stiffness: law.stiffness as f32,
        })
        .collect();
    if single.is_empty() {
        single.push(Law { quadratic: 0.0, linear: 0.0, rise: 0.0, stiffness: 0.0 });
    }
    bytemuck::cast_slice(&single).to_vec()
}
