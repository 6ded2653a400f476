//! The operations that algorithms are written over.
//!
//! [`Backend`] offers fields, scalars and operators that live on the device, and the operations of the
//! multigrid-preconditioned Krylov solver. `cpu` (f64, all cores) is the reference; `gpu` (f32, WGSL) has
//! one shader per operation of the same stem, and both keep argument names and term order. Nothing inside
//! a solve branches on a scalar: a [`Backend::read`] every few iterations does, and a division by (almost)
//! nothing gives 0 and raises the breakdown flag that `read` returns.
//!
//! Operators are homogeneous: compact nodes are eliminated inside (`x_N = D⁻¹ C x`), so that an
//! [`Backend::Operator`] stands for the Schur complement `A − B D⁻¹ C` on cells.

mod coarsening;
pub mod cpu;
pub mod flow;
pub mod gpu;
mod lines;
mod preconditioned;
pub mod refinement;
mod stopwatch;

use crate::model::system::LinearSystem;
pub use coarsening::Coarsening;
pub use preconditioned::{CycleField, Preconditioned};
use refinement::ResidualPrecision;
pub use stopwatch::{Clock, Elapsed, Stopwatch};
use thiserror::Error;

/// Which of the two colours of the checkerboard (parity of i + j + k; of lines, of their two other indices) a
/// sweep updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// i + j + k even.
    Red = 0,
    /// i + j + k odd.
    Black = 1,
}

impl Colour {
    /// The colour of a half sweep, so many after one of this.
    #[must_use]
    pub fn after(self, half_sweeps: usize) -> Self {
        if (self as usize + half_sweeps).is_multiple_of(2) { Self::Red } else { Self::Black }
    }
}

/// What a backend is, for the summary and for messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// `cpu` or `gpu`.
    pub kind: &'static str,
    /// Name of the device.
    pub device: String,
    /// Driver and its version; empty on the CPU.
    pub driver: String,
    /// Arithmetic of the residuals that decide about convergence.
    pub residual_precision: ResidualPrecision,
}

/// Why a backend cannot go on.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum BackendError {
    /// No adapter fits the request.
    #[error("no GPU adapter found: {reason}. Run `racktherm devices` for the list, or use `--backend cpu`")]
    NoDevice {
        /// What was looked for and what was there.
        reason: String,
    },
    /// The problem does not fit the device.
    #[error(
        "the grid needs {needed} bytes in {what}, the device offers {available}: use a coarser grid or `--backend cpu`"
    )]
    TooLarge {
        /// Which resource.
        what: String,
        /// Bytes needed.
        needed: u64,
        /// Bytes offered.
        available: u64,
    },
    /// The device was lost or refused an operation.
    #[error("the device {device} failed: {reason}. Try again, or use `--backend cpu`")]
    DeviceFailed {
        /// Name of the device.
        device: String,
        /// What the driver said.
        reason: String,
    },
    /// The start-up self-test gave wrong numbers.
    #[error("the device {device} computes wrongly: {reason}. Use `--backend cpu`")]
    SelfTest {
        /// Name of the device.
        device: String,
        /// What was computed and what was expected.
        reason: String,
    },
}

/// Fields, scalars and the operations over them on one device.
///
/// A field holds one value per cell of a level; how it is laid out is the backend's own affair, and only
/// [`upload`](Backend::upload) and [`download`](Backend::download) see natural order. Scalars are handles: their values stay on the device.
/// Operations are queued in order; only [`download`](Backend::download) and [`read`](Backend::read) wait.
pub trait Backend {
    /// Values of all cells of one level.
    type Field;
    /// One number on the device.
    type Scalar;
    /// A [`LinearSystem`] on the device, with its nodes eliminated.
    type Operator;
    /// A [`Coarsening`] on the device.
    type Transfer;
    /// What sweeps by lines along an axis need beside an operator, on the device.
    type Lines;
    /// A small dense matrix on the device, row-major.
    type Dense;
    /// Bodies of cells with the inverse of their own small system, on the device.
    type Deflation;

    /// Device and driver.
    fn description(&self) -> Description;

    /// A field on a level of `size` cells along x, y, z, all 0.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn field(&self, size: [usize; 3]) -> Result<Self::Field, BackendError>;
    /// A scalar, 0.
    fn scalar(&self) -> Self::Scalar;
    /// Puts a system on the device; `node_inverse` is D⁻¹ (the same on every level), row-major.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn operator(&self, system: &LinearSystem, node_inverse: &[f64]) -> Result<Self::Operator, BackendError>;
    /// Eliminates the lines of a system along an axis for [`smooth_lines`](Backend::smooth_lines).
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn lines(&self, system: &LinearSystem, axis: usize) -> Result<Self::Lines, BackendError>;
    /// Puts a coarsening on the device.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn transfer(&self, coarsening: &Coarsening) -> Result<Self::Transfer, BackendError>;
    /// Puts a dense square matrix of `rows` rows on the device.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn dense(&self, rows: usize, values: &[f64]) -> Result<Self::Dense, BackendError>;
    /// Puts bodies on the device: per cell of a level of `size` cells its body plus one, or 0, and the inverse
    /// of the bodies' system, row-major.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn deflation(
        &self,
        size: [usize; 3],
        of_cell: &[u32],
        inverse: &[f64],
    ) -> Result<Self::Deflation, BackendError>;

    /// Host values into a field.
    fn upload(&self, values: &[f64], x: &mut Self::Field);
    /// A field's values on the host.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn download(&self, x: &Self::Field) -> Result<Vec<f64>, BackendError>;
    /// Values of scalars on the host, and whether any division broke down since the last read.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn read(&self, scalars: &[&Self::Scalar]) -> Result<(Vec<f64>, bool), BackendError>;

    /// x = 0.
    fn clear(&self, x: &mut Self::Field);
    /// y = x.
    fn copy(&self, x: &Self::Field, y: &mut Self::Field);
    /// y = y + sign·alpha·x; `sign` is 1 or −1.
    fn axpy(&self, sign: f64, alpha: &Self::Scalar, x: &Self::Field, y: &mut Self::Field);
    /// out = Σ x y, by a fixed tree.
    fn dot(&self, x: &Self::Field, y: &Self::Field, out: &mut Self::Scalar);
    /// out = numerator / denominator, or 0 with the breakdown flag raised where the denominator is not a
    /// normal positive number of the device's precision.
    fn divide(&self, numerator: &Self::Scalar, denominator: &Self::Scalar, out: &mut Self::Scalar);

    /// y = A x, nodes included.
    fn apply(&self, a: &Self::Operator, x: &Self::Field, y: &mut Self::Field);
    /// r = b − A x, nodes included.
    fn residual(&self, a: &Self::Operator, x: &Self::Field, b: &Self::Field, r: &mut Self::Field);
    /// One relaxed Gauss–Seidel half sweep over the cells of a colour:
    /// x_c ← x_c + ω ((b_c + Σ a x_n + Σ β x_N) / diagonal − x_c), with the nodes at their values for the x
    /// before the half sweep: nodes by gather and multiply, then the cells without them, then scatter with
    /// weight ω / diagonal. Rows with diagonal 0 keep x.
    fn smooth(&self, a: &Self::Operator, colour: Colour, omega: f64, b: &Self::Field, x: &mut Self::Field);
    /// Half sweeps of both colours in turn, `first` before the other: [`smooth`](Backend::smooth) as often.
    fn sweep(
        &self,
        a: &Self::Operator,
        first: Colour,
        half_sweeps: usize,
        omega: f64,
        b: &Self::Field,
        x: &mut Self::Field,
    ) {
        (0..half_sweeps).for_each(|s| self.smooth(a, first.after(s), omega, b, x));
    }
    /// The red half sweep from x = 0: x_c = ω b_c / diagonal for red cells, 0 for the others.
    fn smooth_first(&self, a: &Self::Operator, omega: f64, b: &Self::Field, x: &mut Self::Field);
    /// One zebra half sweep: the cells of every second line along the axis of `lines` (colour: parity of the
    /// two other indices) are solved together, given all other cells and with the nodes at their values for
    /// the x before the half sweep. Rows with pivot 0 keep x.
    fn smooth_lines(
        &self,
        a: &Self::Operator,
        lines: &Self::Lines,
        colour: Colour,
        b: &Self::Field,
        x: &mut Self::Field,
    );
    /// Zebra half sweeps of both colours in turn, `first` before the other: [`smooth_lines`](Backend::smooth_lines) as
    /// often.
    fn sweep_lines(
        &self,
        a: &Self::Operator,
        lines: &Self::Lines,
        first: Colour,
        half_sweeps: usize,
        b: &Self::Field,
        x: &mut Self::Field,
    ) {
        (0..half_sweeps).for_each(|s| self.smooth_lines(a, lines, first.after(s), b, x));
    }
    /// coarse_C = Σ_{c in C} own_c fine_c + Σ_{c beside C} other_c fine_c.
    fn restrict(&self, transfer: &Self::Transfer, fine: &Self::Field, coarse: &mut Self::Field);
    /// fine_c = fine_c + own_c coarse_C + other_c coarse_D.
    fn prolong(&self, transfer: &Self::Transfer, coarse: &Self::Field, fine: &mut Self::Field);
    /// x_c = x_c + y_b for the cells c of every body b, y = E⁻¹ (Σ_{c in b} r_c).
    fn deflate(&self, bodies: &Self::Deflation, r: &Self::Field, x: &mut Self::Field);
    /// y = M x, for the cells of a small level in natural order.
    fn multiply(&self, m: &Self::Dense, x: &Self::Field, y: &mut Self::Field);
}
