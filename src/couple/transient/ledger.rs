//! Heat in, out and stored over a run, each from what the steps measured.
//!
//! All three are integrals by the scheme of the steps ([`crate::solver::time`]), so that stored − in + out stays at what
//! the solves leave of their balance, whatever the lengths of the steps. What is stored is C Δx of the values themselves: a
//! state that does not solve its step opens the balance.

use crate::couple::balance::HeatFlows;
use crate::solver::time::Weights;

/// Heat over a run, J.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Ledger {
    /// Released, and brought by a rear door's water.
    pub(super) entered: f64,
    /// Left with air, coolant and through walls.
    pub(super) left: f64,
    /// C Δx.
    pub(super) stored: f64,
    /// What passed: the scale of the balance.
    passed: f64,
    /// Growth of `left` in the last step.
    last_left: f64,
}

/// One step of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) step: f64,
    pub(super) weights: Weights,
    /// Streams at its end, W, without what is stored.
    pub(super) flows: HeatFlows,
    /// Released over it, J.
    pub(super) released: f64,
    /// C Δx, J.
    pub(super) stored: f64,
    /// Σ C |Δx|, J.
    pub(super) moved: f64,
    /// Whether there was a step before that the scheme knows.
    pub(super) follows: bool,
}

impl Ledger {
    /// Takes a step into account.
    pub(super) fn add(&mut self, entry: &Entry) {
        let flows = &entry.flows;
        let leaves = flows.to_air + flows.to_liquid + flows.to_walls - flows.through_door;
        let before = if entry.follows { self.last_left } else { 0.0 };
        self.last_left = entry.weights.increment(leaves, before);
        self.left += self.last_left;
        self.entered += entry.released;
        self.stored += entry.stored;
        self.passed += entry.step * flows.exchanged().max(flows.released.abs()) + entry.moved;
    }

    /// |in − out − stored| over what passed.
    pub(super) fn relative(&self) -> f64 {
        let open = (self.entered - self.left - self.stored).abs();
        if self.passed > 0.0 { open / self.passed } else { open }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::TimeScheme;

    #[test]
    fn what_enters_and_neither_leaves_nor_is_stored_opens_the_balance() {
        let weights = Weights::new(TimeScheme::ImplicitEuler, 2.0, None);
        let flows = HeatFlows { released: 10.0, to_air: 4.0, ..HeatFlows::default() };
        let entry =
            Entry { step: 2.0, weights, flows, released: 20.0, stored: 12.0, moved: 12.0, follows: false };
        let mut ledger = Ledger::default();
        ledger.add(&entry);
        assert_eq!((ledger.left, ledger.relative()), (8.0, 0.0));
        ledger.add(&Entry { stored: 12.0 + 1e-6, ..entry });
        assert!(ledger.relative() > 1e-8, "{}", ledger.relative());
    }
}
