//! The backend that a preconditioner runs on, where that is another one than the Krylov method's.
//!
//! ```text
//! x = M⁻¹ b      narrowed to the cycle's precision, x and b alone:  x̃ = cycle(b̃)
//! ```
//!
//! A preconditioner gives directions; how far to go along them, and whether that is enough, is for the Krylov
//! method and refinement to say in their own precision. A device whose cycle has the precision of all its
//! fields passes them on as they are.

use super::{Backend, BackendError};
use crate::model::system::LinearSystem;

/// A [`Backend`] with another one for the cycle.
pub trait Preconditioned: Backend {
    /// The backend of the cycle.
    type Cycle: Backend;
    /// What passing from one to the other needs for a system.
    type Passage;

    /// The passage of a system; `node_inverse` is D⁻¹.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] if it does not fit.
    fn passage(&self, system: &LinearSystem, node_inverse: &[f64]) -> Result<Self::Passage, BackendError>;
    /// The backend that the cycle runs on.
    fn cycle<'a>(&'a self, passage: &'a Self::Passage) -> &'a Self::Cycle;
    /// The system's operator, given that of the cycle's finest level.
    fn own_operator<'a>(
        passage: &'a Self::Passage,
        finest: &'a <Self::Cycle as Backend>::Operator,
    ) -> &'a Self::Operator;
    /// Runs `cycle` with b and x in its own precision, and returns what it does.
    fn pass<R>(
        &self,
        passage: &mut Self::Passage,
        b: &Self::Field,
        x: &mut Self::Field,
        cycle: impl FnOnce(&Self::Cycle, &CycleField<Self>, &mut CycleField<Self>) -> R,
    ) -> R;
}

/// A field of the cycle.
pub type CycleField<B> = <<B as Preconditioned>::Cycle as Backend>::Field;
