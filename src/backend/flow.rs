//! The operations of the flow solver, beside those of [`super::Backend`]: momentum, continuity, heat.
//!
//! One [`FlowBackend::Flow`] holds all arrays of a [`FlowProblem`] on the device and room for one system of
//! seven coefficients, which [`momentum`](FlowBackend::momentum) and [`heat`](FlowBackend::heat) fill in turn and
//! [`relax`](FlowBackend::relax) sweeps over. Nothing here waits but what downloads.

use super::{BackendError, Preconditioned};
use crate::model::flow::{FaceResistance, FlowProblem};

/// Which unknown a system of coefficients is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Velocity along an axis.
    Velocity(usize),
    /// Rise of the temperature.
    Temperature,
}

/// What a flow keeps between operations beside its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The system of the unknown that was filled last: a_W, a_E, a_S, a_N, a_B, a_T, s, b, one padded array after the
    /// other. The state must be the one it was filled at.
    System(Unknown),
    /// Inertia of an unknown, padded.
    Inertia(Unknown),
    /// Effective viscosity, padded, Pa s.
    Viscosity,
}

/// How far an unknown is from obeying its equation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Imbalance {
    /// √Σ r², r the sum of all terms of a row.
    pub residual: f64,
    /// √Σ (a_P x)², what the terms themselves are.
    pub scale: f64,
}

impl Imbalance {
    /// residual / scale; 1 where everything is still 0 and should not be, NaN where a term is not a number.
    #[must_use]
    pub fn relative(&self) -> f64 {
        match (self.residual > 0.0, self.scale > 0.0) {
            _ if self.residual.is_nan() || self.scale.is_nan() => f64::NAN,
            (false, _) => 0.0,
            (true, true) => self.residual / self.scale,
            (true, false) => 1.0,
        }
    }
}

/// Flow on a device.
pub trait FlowBackend: Preconditioned {
    /// A [`FlowProblem`] with its state on the device.
    type Flow;

    /// Puts a problem on the device.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn flow(&self, problem: &FlowProblem) -> Result<Self::Flow, BackendError>;

    /// Fills the system with the momentum equation along an axis at the present state, without inertia:
    /// convection, shear, pressure, body force, buoyancy, and the laws of faces.
    fn momentum(&self, flow: &mut Self::Flow, axis: usize);
    /// Fills the system with the transport of heat at the present state, without inertia.
    fn heat(&self, flow: &mut Self::Flow);
    /// Inertia of an unknown, which holds each row at its last value: `factor` times the diagonal of the system
    /// just filled.
    fn set_inertia(&self, flow: &mut Self::Flow, unknown: Unknown, factor: f64);
    /// Jacobi sweeps over the system just filled, with inertia: x ← (b + Σ a x_n + m x_old) / (Σ a + s + m).
    fn relax(&self, flow: &mut Self::Flow, unknown: Unknown, sweeps: usize);
    /// How far the present state is from the system just filled.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn imbalance(&self, flow: &mut Self::Flow, unknown: Unknown) -> Result<Imbalance, BackendError>;

    /// Per axis and lower face, in the padded shape: m/s by which 1 Pa moves the flow through the face,
    /// `A / (m + A dΔp/du)`; 0 where it is given, and on
    /// the seam of a periodic axis, which the correction does not couple. They are kept for [`correct`](Self::correct).
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn mobility(&self, flow: &mut Self::Flow) -> Result<[Vec<f64>; 3], BackendError>;
    /// Effective viscosity of every cell from its speed and its distance to the wall; that of the fluid in laminar
    /// flow.
    fn viscosity(&self, flow: &mut Self::Flow);
    /// Ghosts of periodic axes from the cells and faces at the other end, for an unknown.
    fn wrap(&self, flow: &mut Self::Flow, unknown: Unknown);
    /// Volume flow through each fan's faces towards larger coordinates, m³/s.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn fan_flows(&self, flow: &Self::Flow) -> Result<Vec<f64>, BackendError>;
    /// Replaces the laws of faces.
    fn set_laws(&self, flow: &mut Self::Flow, laws: &[FaceResistance]);
    /// t = ½ Σ |ṁ|, the mass that passes through each cell, kg/s.
    fn throughput(&self, flow: &Self::Flow, t: &mut Self::Field);
    /// r = −Σ ṁ, the mass that each cell gains, kg/s.
    fn mass_defect(&self, flow: &Self::Flow, r: &mut Self::Field);
    /// p ← p + p', u ← u + mobility · (p'_W − p'_P).
    fn correct(&self, flow: &mut Self::Flow, correction: &Self::Field);

    /// Velocities, pressure and temperature into a problem of the same shape.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn store(&self, flow: &Self::Flow, problem: &mut FlowProblem) -> Result<(), BackendError>;
}

/// What lies between operations, for tests that compare one at a time.
pub trait FlowArrays: FlowBackend {
    /// Values of an array; none where there is no such array. Those of ghosts mean nothing.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn kept(&self, flow: &Self::Flow, what: Kept) -> Result<Vec<f64>, BackendError>;
}
