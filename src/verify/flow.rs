//! The cases in which a flow is solved, and their siblings on coarse grids.
//!
//! A sibling on a grid n times coarser may be n² times as far off: that is what second order leaves. It says in
//! seconds what the case says in minutes, less sharply.

use super::reference::References;
use super::runs::Runner;
use super::{Row, VerifyError, ducts, entrance, heated, layers, lid, resisted, turbulent};
use crate::couple::BackendChoice;

/// A solved flow with a known answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Flow {
    /// F1 and F11.
    Developed(ducts::Developed),
    /// F2, F3 and F14.
    Heat(entrance::Heat),
    /// F5 and F6.
    Lid(lid::Lid),
    /// F7 and F12.
    Layer(layers::Layer),
    /// F9 and F10.
    Heated(heated::Heated),
    /// F15 and F18.
    Turbulent(turbulent::Turbulent),
    /// F23 and F24, resolved.
    Resisted(resisted::Resisted),
}

impl Flow {
    /// The cases of the validation table, in its order.
    #[must_use]
    pub fn all() -> Vec<Flow> {
        let mut flows = Vec::new();
        flows.extend(ducts::Developed::ALL.map(Flow::Developed));
        flows.extend(entrance::Heat::ALL.map(Flow::Heat));
        flows.extend(lid::Lid::ALL.map(Flow::Lid));
        flows.extend(layers::Layer::ALL.map(Flow::Layer));
        flows.extend(heated::Heated::ALL.map(Flow::Heated));
        flows.extend(turbulent::Turbulent::ALL.map(Flow::Turbulent));
        flows.extend(resisted::Resisted::ALL.map(Flow::Resisted));
        flows
    }

    /// Their siblings on coarse grids.
    #[must_use]
    pub fn coarse() -> Vec<Flow> {
        let mut flows = Vec::new();
        flows.extend(ducts::Developed::COARSE.map(Flow::Developed));
        flows.extend(entrance::Heat::COARSE.map(Flow::Heat));
        flows.extend(lid::Lid::COARSE.map(Flow::Lid));
        flows.extend(layers::Layer::COARSE.map(Flow::Layer));
        flows.extend(heated::Heated::COARSE.map(Flow::Heated));
        flows
    }

    /// Whether it takes a second or two as it is: part of the tests without a coarse sibling.
    #[must_use]
    pub fn is_quick(self) -> bool {
        match self {
            Flow::Developed(_) | Flow::Resisted(_) | Flow::Turbulent(_) => true,
            Flow::Heat(_) | Flow::Lid(_) | Flow::Layer(_) | Flow::Heated(_) => false,
        }
    }

    /// Its id, such as `F5-re100`.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Flow::Developed(case) => case.id().to_owned(),
            Flow::Heat(case) => case.id().to_owned(),
            Flow::Lid(case) => case.id(),
            Flow::Layer(case) => case.id(),
            Flow::Heated(case) => case.id(),
            Flow::Turbulent(case) => case.id(),
            Flow::Resisted(case) => case.id().to_owned(),
        }
    }

    /// One line for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Flow::Developed(_) => "developed flow in ducts",
            Flow::Heat(_) => "heat in laminar ducts",
            Flow::Lid(_) => "box with a moving lid",
            Flow::Layer(_) => "layer along a wall",
            Flow::Heated(_) => "box heated from the side",
            Flow::Turbulent(_) => "turbulent flow in a channel or duct",
            Flow::Resisted(_) => "plug or fan in a duct",
        }
    }

    /// Runs the case and compares.
    pub(super) fn run(
        self,
        id: &str,
        backend: &BackendChoice,
        references: &References,
    ) -> Result<Vec<Row>, VerifyError> {
        let runner = Runner { case: id.to_owned(), backend };
        match self {
            Flow::Developed(case) => case.run(&runner, references),
            Flow::Heat(case) => case.run(&runner, references),
            Flow::Lid(case) => case.run(&runner, references),
            Flow::Layer(case) => case.run(&runner, references),
            Flow::Heated(case) => case.run(&runner, references),
            Flow::Turbulent(case) => case.run(&runner, references),
            Flow::Resisted(case) => case.run(&runner, references),
        }
    }
}

/// What a tolerance becomes on a grid of `cells` instead of `asked` across, by second order.
#[must_use]
pub fn at_second_order(tolerance: f64, asked: usize, cells: usize) -> f64 {
    tolerance * (asked as f64 / cells as f64).powi(2).max(1.0)
}

/// The value that second order leads to, from a grid and one with cells of `ratio` times the width (under 1).
#[must_use]
pub fn richardson(coarse: f64, fine: f64, ratio: f64) -> f64 {
    fine + (fine - coarse) * ratio * ratio / (1.0 - ratio * ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_grids_lead_to_the_limit_of_second_order() {
        let at = |h: f64| 3.0 + 5.0 * h * h;
        approx::assert_relative_eq!(richardson(at(0.2), at(0.1), 0.5), 3.0, max_relative = 1e-14);
        approx::assert_relative_eq!(richardson(at(0.03), at(0.02), 2.0 / 3.0), 3.0, max_relative = 1e-14);
    }
}
