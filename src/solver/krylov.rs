//! Flexible Krylov method, truncated to a few directions.
//!
//! Each step takes a direction c from the preconditioner and v = A c, makes it conjugate to the kept ones,
//! and projects the residual out of it:
//!
//! ```text
//! β_i = (t_i, v) / (t_i, v_i)     c ← c − β_i c_i,  v ← v − β_i v_i
//! α   = (t, r) / (t, v)           x ← x + α c,      r ← r − α v
//! ```
//!
//! With t = c this is flexible conjugate gradients (the error is least in the energy norm, what systems of
//! high contrast need); with t = v it is GCR (the residual is least), for systems with advection. All
//! scalars stay on the device. Source: Notay, Flexible conjugate gradients, SIAM J. Sci. Comput. 22 (2000)
//! 1444; Eisenstat, Elman and Schultz, SIAM J. Numer. Anal. 20 (1983) 345.

use super::multigrid::Multigrid;
use crate::backend::{Backend, BackendError};
use crate::model::system::LinearSystem;

/// What a step projects onto.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projection {
    /// t = c: symmetric systems.
    Energy,
    /// t = v: systems with advection.
    Residual,
}

impl Projection {
    /// The projection that suits a system.
    #[must_use]
    pub fn of(system: &LinearSystem) -> Self {
        let coolant = system.border.node_links.iter().any(|link| {
            !system
                .border
                .node_links
                .iter()
                .any(|back| (back.to, back.from, back.conductance) == (link.from, link.to, link.conductance))
        });
        if system.is_advective() || coolant { Projection::Residual } else { Projection::Energy }
    }
}

/// A search direction c with v = A c, and the scalars of its step.
pub struct Direction<B: Backend> {
    /// What the preconditioner gave, made conjugate.
    pub c: B::Field,
    v: B::Field,
    /// 0, so that v = −(0 − A c) needs no operation of its own.
    zero: B::Field,
    tv: B::Scalar,
    numerator: B::Scalar,
    quotient: B::Scalar,
}

impl<B: Backend> Direction<B> {
    /// Room for a direction on a level.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    pub fn new(backend: &B, size: [usize; 3]) -> Result<Self, BackendError> {
        Ok(Self {
            c: backend.field(size)?,
            v: backend.field(size)?,
            zero: backend.field(size)?,
            tv: backend.scalar(),
            numerator: backend.scalar(),
            quotient: backend.scalar(),
        })
    }

    fn t(&self, projection: Projection) -> &B::Field {
        match projection {
            Projection::Energy => &self.c,
            Projection::Residual => &self.v,
        }
    }
}
