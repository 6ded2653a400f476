//! Preconditioner: a multigrid cycle, and the bodies that none of its levels represents.
//!
//! ```text
//! precondition:   x = cycle(b);  r = b − A x;  x ← x + Z E⁻¹ Zᵀ r
//! ```
//!
//! The cycle runs where the backend wants it ([`Preconditioned`]). Bodies come from [`super::bodies`] and are
//! taken up in the Krylov method's own precision: the sum of what leaves a body is thousands of times smaller
//! than what holds it together.

use super::bodies::{self, Bodies};
use super::multigrid::{CycleOptions, HierarchyError, Multigrid};
use crate::backend::Preconditioned;
use crate::model::system::LinearSystem;

/// The hierarchy of a system, the passage to it, and its bodies.
pub struct Preconditioner<B: Preconditioned> {
    passage: B::Passage,
    multigrid: Multigrid<B::Cycle>,
    deflation: Option<B::Deflation>,
    bodies: usize,
}

impl<B: Preconditioned> Preconditioner<B> {
    /// Builds the hierarchy of a system.
    ///
    /// # Errors
    /// [`HierarchyError`] if the device refuses or a node is connected to nothing.
    pub fn new(backend: &B, system: &LinearSystem, options: CycleOptions) -> Result<Self, HierarchyError> {
        let node_inverse = system.node_inverse()?;
        let found = if options.deflate { bodies::find(system) } else { Bodies::default() };
        let deflation = (found.count > 0)
            .then(|| {
                let inverse = found.inverse(system, &node_inverse);
                backend.deflation(system.size, &found.of_cell, &inverse)
            })
            .transpose()?;
        let passage = backend.passage(system, &node_inverse)?;
        let multigrid = Multigrid::new(backend.cycle(&passage), system, &node_inverse, options)?;
        Ok(Self { passage, multigrid, deflation, bodies: found.count })
    }

    /// The system's operator in the backend's own precision.
    #[must_use]
    pub fn operator(&self) -> &B::Operator {
        B::own_operator(&self.passage, self.multigrid.operator())
    }

    /// Cells of each level, finest first.
    #[must_use]
    pub fn cells(&self) -> &[usize] {
        self.multigrid.cells()
    }

    /// Number of bodies with an unknown of their own.
    #[must_use]
    pub fn bodies(&self) -> usize {
        self.bodies
    }

    /// Cost of one [`precondition`](Self::precondition) in residual evaluations on the finest level: the cycle,
    /// and a residual for the bodies.
    #[must_use]
    pub fn work_units(&self) -> f64 {
        self.multigrid.work_units() + f64::from(u8::from(self.deflation.is_some()))
    }

    /// x ≈ A⁻¹ b; what `r` holds is lost.
    pub fn precondition(&mut self, backend: &B, b: &B::Field, x: &mut B::Field, r: &mut B::Field) {
        let multigrid = &mut self.multigrid;
        backend.pass(&mut self.passage, b, x, |cycle, b, x| multigrid.cycle(cycle, b, x));
        if let Some(deflation) = &self.deflation {
            backend.residual(self.operator(), x, b, r);
            backend.deflate(deflation, r, x);
        }
    }

    /// x = Z E⁻¹ Zᵀ b: the bodies' levels alone; false if there are none. A Krylov method that starts with
    /// this step keeps Zᵀ r at 0, and the preconditioner has to deflate only once.
    pub fn bodies_alone(&mut self, backend: &B, b: &B::Field, x: &mut B::Field) -> bool {
        if let Some(deflation) = &self.deflation {
            backend.clear(x);
            backend.deflate(deflation, b, x);
        }
        self.deflation.is_some()
    }
}
