//! The operations of the flow solver, beside those of [`super::Backend`]: momentum, continuity, heat.
//!
//! One [`FlowBackend::Flow`] holds all arrays of a [`FlowProblem`] on the device and room for one system of
//! seven coefficients, which [`momentum`](FlowBackend::momentum) and [`heat`](FlowBackend::heat) fill in turn and
//! [`relax`](FlowBackend::relax) sweeps over. Nothing here waits but what downloads.

use super::{BackendError, Preconditioned};
use crate::model::flow::{Convection, FaceResistance, FlowProblem, Transfer};

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
    /// Effective viscosity of cells, and in turbulent flow behind it that in shear between each cell and its lower neighbour
    /// along x, y and z, padded, Pa s.
    Viscosity,
}

/// How far an unknown is from obeying its equation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Imbalance {
    /// √Σ r², r the sum of all terms of a row.
    pub residual: f64,
    /// √Σ (a_P x)², what the terms themselves are.
    pub scale: f64,
    /// Largest share that the stream through a row has in its diagonal, 0 to 1; 1 where it is not known.
    pub stream: f64,
}

impl Imbalance {
    /// [`Self::relative`], to a scale of `floor` at least.
    #[must_use]
    pub fn relative_to(&self, floor: f64) -> f64 {
        // `f64::max` would drop a scale that is no number.
        let scale = if self.scale < floor { floor } else { self.scale };
        Self { scale, ..*self }.relative()
    }

    /// residual / scale; 1 where everything is still 0 and should not be, NaN where anything is.
    #[must_use]
    pub fn relative(&self) -> f64 {
        if self.scale.is_nan() {
            return f64::NAN;
        }
        match (self.residual > 0.0, self.scale > 0.0) {
            _ if self.residual.is_nan() || self.scale.is_nan() => f64::NAN,
            (false, _) => 0.0,
            (true, true) => self.residual / self.scale,
            (true, false) => 1.0,
        }
    }
}

/// ω of each of some sweeps of [`FlowBackend::relax`].
///
/// Source: R. S. Varga, *Matrix Iterative Analysis*, Prentice-Hall 1962, section 5.1.
pub fn sweep_weights(radius: f64, sweeps: usize) -> impl Iterator<Item = f64> {
    let square = radius * radius;
    let mut weight = 1.0;
    (0..sweeps).map(move |sweep| {
        weight = match sweep {
            0 => 1.0,
            1 => (1.0 - 0.5 * square).recip(),
            _ => (1.0 - 0.25 * square * weight).recip(),
        };
        weight
    })
}

/// The radius for which sweeps neither diverge nor crawl: with a stream of the share y in the diagonal the Jacobi
/// matrix has eigenvalues up to ±i y, and the sweeps damp those while r² + y² ≤ 1.
///
/// y is taken 1.3 times as large: it may grow until it is looked at again.
#[must_use]
pub fn sweep_radius(stream: f64) -> f64 {
    let y = 1.3 * stream;
    // NaN, too, gives 0.
    if y < 1.0 { 0.98 * (1.0 - y * y).sqrt() } else { 0.0 }
}

/// Flow on a device.
pub trait FlowBackend: Preconditioned {
    /// A [`FlowProblem`] with its state on the device.
    type Flow;
    /// Velocities, pressure and temperature of a flow at one time.
    type Snapshot;
    /// A [`Transfer`] on the device.
    type FlowTransfer;

    /// Relative imbalance at which rounding of the state leaves nothing to shrink.
    const ROUNDING: f64;

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
    /// Jacobi sweeps over the system just filled, with inertia, accelerated by Chebyshev's polynomials:
    ///
    /// ```text
    /// x_k+1 = x_k−1 + ω_k ((b + Σ a x_n + m x_old) / (Σ a + s + m) − x_k−1)
    /// ω_0 = 1,   ω_1 = 1/(1 − r²/2),   ω_k+1 = 1/(1 − r² ω_k/4)            (`sweep_weights`)
    /// ```
    ///
    /// `radius` r is that of the spectrum of the Jacobi matrix, under 1; at 0 every ω is 1 and nothing is accelerated.
    fn relax(&self, flow: &mut Self::Flow, unknown: Unknown, sweeps: usize, radius: f64);
    /// How far the present state is from the system just filled.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn imbalance(&self, flow: &mut Self::Flow, unknown: Unknown) -> Result<Imbalance, BackendError>;

    /// Per axis and lower face, in the padded shape: m/s by which 1 Pa moves the flow through the face,
    /// `A / (m + A dΔp/du)`; 0 where it is given.
    /// They are kept for [`correct`](Self::correct).
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn mobility(&self, flow: &mut Self::Flow) -> Result<[Vec<f64>; 3], BackendError>;
    /// Effective viscosity of every cell from its speed and its distance to the wall, and of what is between two cells; that of
    /// the fluid in laminar flow. Ghosts too; those of velocities are in place.
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
    /// p ← p + µ r/(ρ V), with the mass r that each cell gains, kg/s.
    fn compress(&self, flow: &mut Self::Flow, r: &Self::Field);
    /// p ← p + p', u ← u + mobility · (p'_W − p'_P).
    fn correct(&self, flow: &mut Self::Flow, correction: &Self::Field);

    /// Puts the way to a coarser grid on the device, where the flow of a problem is on that grid: from now on it has a force.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn flow_transfer(
        &self,
        transfer: &Transfer,
        problem: &FlowProblem,
        coarse: &mut Self::Flow,
    ) -> Result<Self::FlowTransfer, BackendError>;
    /// R u: means of the finer state over coarse faces and cells, by area and by volume. Forces of the coarser flow become
    /// 0.
    fn restrict_flow(&self, transfer: &Self::FlowTransfer, fine: &Self::Flow, coarse: &mut Self::Flow);
    /// f = R r(u) − N(R u) for an unknown, whose systems have just been filled on both grids: the force that from now on is
    /// part of b when [`momentum`](Self::momentum) or [`heat`](Self::heat) fills the coarser flow's system.
    fn restrict_imbalance(
        &self,
        transfer: &Self::FlowTransfer,
        fine: &Self::Flow,
        coarse: &mut Self::Flow,
        unknown: Unknown,
    );
    /// u ← u + P c for a change c of the coarser state: linear along the axis of a velocity, and towards the coarse
    /// neighbours of a cell wherever fluid or heat passes; a velocity's change is 0 at walls that hold the fluid.
    fn prolong_flow(
        &self,
        transfer: &Self::FlowTransfer,
        change: &Self::Snapshot,
        coarse: &Self::Flow,
        fine: &mut Self::Flow,
    );

    /// Room for the state of a flow, with its pressures if they are asked for; its values mean nothing. Temperatures are
    /// part of it where they are unknowns.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn snapshot(&self, flow: &Self::Flow, pressure: bool) -> Result<Self::Snapshot, BackendError>;
    /// The state of a flow into a snapshot, what that has.
    fn save(&self, flow: &Self::Flow, snapshot: &mut Self::Snapshot);
    /// The state of a flow plus `factor` times a snapshot, what that has.
    fn add_to(&self, factor: f64, snapshot: &Self::Snapshot, flow: &mut Self::Flow);
    /// y ← y + factor x, what both have.
    fn add(&self, factor: f64, x: &Self::Snapshot, y: &mut Self::Snapshot);
    /// Lets values be carried by another scheme from here on.
    fn set_convection(&self, flow: &mut Self::Flow, convection: Convection);
    /// Per pair, Σ x y over all velocities and over all temperatures.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn overlaps(&self, pairs: &[(&Self::Snapshot, &Self::Snapshot)]) -> Result<Vec<[f64; 2]>, BackendError>;

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

#[cfg(test)]
mod tests {
    use super::*;

    /// x = g x + 1 with the eigenvalue g just under the radius: what is left of the error after so many sweeps.
    fn left(g: f64, radius: f64, sweeps: usize) -> f64 {
        let (mut before, mut x) = (0.0, 0.0);
        for weight in sweep_weights(radius, sweeps) {
            let next = before + weight * (g * x + 1.0 - before);
            (before, x) = (x, next);
        }
        (1.0 - x * (1.0 - g)).abs()
    }

    #[test]
    fn accelerated_sweeps_leave_far_less_of_a_slow_error_than_plain_ones() {
        // g^20 = 0.82 against 1/T_20(g/r) at the edge of the spectrum.
        assert!(left(0.99, 0.0, 20) > 0.8);
        assert!(left(0.99, 0.98, 20) < 0.4);
        assert!(left(0.95, 0.98, 20) < 0.05);
    }

    #[test]
    fn a_stream_as_large_as_the_diagonal_is_not_accelerated() {
        assert_eq!(sweep_radius(1.0), 0.0);
        assert_eq!(sweep_radius(f64::NAN), 0.0);
        approx::assert_relative_eq!(sweep_radius(0.0), 0.98);
    }
}
