//! What iterative refinement asks of a backend: values and true residuals in extended precision.
//!
//! ```text
//! r = b − A x                 in extended precision, row by row in flux form, cells and nodes
//! m = |A||x| + |b|            the magnitude that the stopping rule compares with
//! ‖r‖, ‖m‖, Σr                reduced on the device, read together
//! (A − B D⁻¹ C) e = (r_cells + B D⁻¹ r_nodes) / ‖r‖       by the backend's own operations
//! e_nodes = D⁻¹ (r_nodes / ‖r‖ + C e)
//! x ← x + ‖r‖ e               in extended precision
//! ```
//!
//! C and B have positive entries β here. The solver's loop touches no value on the host: a residual, its
//! sums and a correction are queued like every other operation, and [`Refinement::residual_sums`] is the one
//! read of a step. Where the device has no arithmetic that can be relied on, the same operations run on the
//! host ([`ResidualPrecision::Host`]) and cost a download and an upload of a field each.

use super::{BackendError, Preconditioned};
use crate::model::system::{LinearSystem, State};
use std::fmt;

/// Arithmetic of the residuals that decide about convergence (NUMERICS.md, section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResidualPrecision {
    /// f64 on the device.
    F64,
    /// Two f32 words on the device, every rounding protected from the driver's compiler.
    TwoWords,
    /// f64 on the host.
    Host,
}

impl ResidualPrecision {
    /// Largest relative error of a stored value.
    #[must_use]
    pub fn rounding(self) -> f64 {
        match self {
            Self::F64 | Self::Host => 1.1e-16,
            Self::TwoWords => 1.8e-15,
        }
    }
}

impl fmt::Display for ResidualPrecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F64 => "f64",
            Self::TwoWords => "two f32 words",
            Self::Host => "f64 on the host",
        })
    }
}

/// What the stopping rule looks at, over the rows of cells and nodes together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResidualSums {
    /// ‖b − A x‖.
    pub norm: f64,
    /// ‖ |A||x| + |b| ‖.
    pub magnitude: f64,
    /// Σ(b − A x).
    pub sum: f64,
}

/// Arrays of one kind on the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentArrays {
    /// What they hold.
    pub name: String,
    /// How many there are.
    pub count: usize,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Bytes of the largest.
    pub largest: u64,
}

/// A backend that holds a system in extended precision beside its own fields.
pub trait Refinement: Preconditioned {
    /// A bordered system, its values x and its right-hand side b in extended precision.
    type Extended<'a>;

    /// Arithmetic of the residuals.
    fn residual_precision(&self) -> ResidualPrecision;
    /// Bytes of one array at most; none where memory is the host's.
    fn array_limit(&self) -> Option<u64>;
    /// Refuses a system whose largest array on the finest level does not fit the device, before anything is made.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] with what is needed and what there is.
    fn check_size(&self, system: &LinearSystem) -> Result<(), BackendError>;
    /// The arrays that `make` would put on the device, without making them; none where memory is the host's.
    ///
    /// # Errors
    /// Those of `make`.
    fn resident_arrays<E>(&self, make: impl FnOnce() -> Result<(), E>) -> Result<Vec<ResidentArrays>, E>;

    /// A system in extended precision; its values are 0. `node_inverse` is D⁻¹, row-major.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn extended<'a>(
        &self,
        system: &'a LinearSystem,
        node_inverse: &[f64],
    ) -> Result<Self::Extended<'a>, BackendError>;
    /// Host values into x and b.
    fn set_values(&self, extended: &mut Self::Extended<'_>, x: &State, b: &State);
    /// x on the host.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn values(&self, extended: &Self::Extended<'_>) -> Result<State, BackendError>;
    /// r = (b − A x) / ‖b − A x‖ in the backend's own precision, with the nodes eliminated, and the sums of
    /// the true residual; `a` is the system's operator. A residual of nothing gives 0.
    fn refined_residual(&self, extended: &mut Self::Extended<'_>, a: &Self::Operator, r: &mut Self::Field);
    /// The sums of the last residual.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn residual_sums(&self, extended: &Self::Extended<'_>) -> Result<ResidualSums, BackendError>;
    /// x = x + ‖r‖ e with the nodes recovered, r being the last residual.
    ///
    /// # Errors
    /// [`BackendError::DeviceFailed`] if the device is lost.
    fn add_correction(
        &self,
        extended: &mut Self::Extended<'_>,
        a: &Self::Operator,
        e: &Self::Field,
    ) -> Result<(), BackendError>;
}

/// Links of some rows of a bordered system, cells before nodes in every index: row `row[i]` receives from
/// the rows `other[l]` with the coefficients `conductance[l]`, l from `first[i]` to `first[i + 1]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RowLinks {
    pub(crate) row: Vec<u32>,
    pub(crate) first: Vec<u32>,
    pub(crate) other: Vec<u32>,
    /// β and δ, W/K.
    pub(crate) conductance: Vec<f64>,
}

impl RowLinks {
    /// Of the cells that have links, to nodes or over a seam.
    pub(crate) fn of_cells(system: &LinearSystem) -> Self {
        let links = &system.border.cell_links;
        let to_nodes = links.iter().map(|l| (l.cell, system.cells() + l.node, l.conductance));
        Self::new(to_nodes.chain(system.seam_links()).collect())
    }

    /// Of the nodes that have links: to cells, then to nodes.
    pub(crate) fn of_nodes(system: &LinearSystem) -> Self {
        let (border, cells) = (&system.border, system.cells());
        let to_cells = border.cell_links.iter().map(|l| (cells + l.node, l.cell, l.conductance));
        let to_nodes = border.node_links.iter().map(|l| (cells + l.to, cells + l.from, l.conductance));
        Self::new(to_cells.chain(to_nodes).collect())
    }

    fn new(mut links: Vec<(usize, usize, f64)>) -> Self {
        // Stable: links of equal ends keep their order.
        links.sort_by_key(|&(row, other, _)| (row, other));
        let index = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        let mut made = Self::default();
        for (at, &(row, other, conductance)) in links.iter().enumerate() {
            if made.row.last() != Some(&index(row)) {
                made.row.push(index(row));
                made.first.push(index(at));
            }
            made.other.push(index(other));
            made.conductance.push(conductance);
        }
        made.first.push(index(links.len()));
        made
    }
}

/// The values of cells and nodes in one row, cells first.
pub(crate) fn joined(state: &State) -> Vec<f64> {
    [&state.cells[..], &state.nodes].concat()
}

/// A power of two near 1 / ‖b‖: squares of residuals that are multiplied by it stay within f32's range.
pub(crate) fn scale(b: &State) -> f64 {
    let norm = b.norm();
    if norm.is_normal() { norm.log2().round().clamp(-100.0, 100.0).exp2().recip() } else { 1.0 }
}
