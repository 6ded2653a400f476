//! Sheets in the energy equation: eliminated between what lies on their two sides.
//!
//! With the conductances g₁, g₂ from its middle, q released in it and, in a step of time, c stored a kelvin,
//!
//! ```text
//! (g₁ + g₂ + c) T = g₁ T₁ + g₂ T₂ + q
//! ```

use super::system::State;

/// Where a conductance ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Cell(usize),
    Node(usize),
    /// At a known rise, K.
    Known(f64),
}

/// A sheet as its two conductances see it.
#[derive(Clone, Copy, Debug)]
pub struct SheetHold {
    /// What lies below and above, and the conductances to it, W/K.
    pub(super) sides: [(End, f64); 2],
    /// With the flux of its patches, W.
    pub(super) power: f64,
    /// What it stores a kelvin, W/K.
    pub(super) storage: f64,
    /// Rise at which it is held, K.
    pub(super) held: Option<f64>,
}

impl SheetHold {
    /// Conductances of its sides and what it stores, W/K; 0: nothing holds it.
    pub(super) fn sum(&self) -> f64 {
        self.sides[0].1 + self.sides[1].1 + self.storage
    }

    /// Its rise, K, with `more` W released in it.
    #[must_use]
    pub fn rise(&self, solution: &State, more: f64) -> f64 {
        if let Some(held) = self.held {
            return held;
        }
        let value = |end: End| match end {
            End::Cell(cell) => solution.cells[cell],
            End::Node(node) => solution.nodes[node],
            End::Known(rise) => rise,
        };
        let carried: f64 = self.sides.iter().map(|&(end, g)| g * value(end)).sum();
        if self.sum() > 0.0 { (carried + self.power + more) / self.sum() } else { 0.0 }
    }

    /// Adds what its sides receive of `more` W released in it; cells that are `known` keep their rows.
    pub fn add_power(&self, more: f64, known: impl Fn(usize) -> bool, right: &mut State) {
        if self.held.is_some() || self.sum() <= 0.0 {
            return;
        }
        for (end, g) in self.sides {
            match end {
                End::Cell(cell) if !known(cell) => right.cells[cell] += more * g / self.sum(),
                End::Node(node) => right.nodes[node] += more * g / self.sum(),
                _ => (),
            }
        }
    }
}
