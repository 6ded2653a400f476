//! The cycle runs on the same device in the same f32: its fields are the Krylov method's own.

use super::{Field, GpuBackend, Operator};
use crate::backend::{BackendError, Preconditioned};
use crate::model::system::LinearSystem;

impl Preconditioned for GpuBackend {
    type Cycle = Self;
    type Passage = ();

    fn passage(&self, _system: &LinearSystem, _node_inverse: &[f64]) -> Result<(), BackendError> {
        Ok(())
    }

    fn cycle<'a>(&'a self, _passage: &'a ()) -> &'a Self {
        self
    }

    fn own_operator<'a>(_passage: &'a (), finest: &'a Operator) -> &'a Operator {
        finest
    }

    fn pass<R>(
        &self,
        _passage: &mut (),
        b: &Field,
        x: &mut Field,
        cycle: impl FnOnce(&Self, &Field, &mut Field) -> R,
    ) -> R {
        cycle(self, b, x)
    }
}
