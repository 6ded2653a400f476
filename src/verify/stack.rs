//! K7: two dies between heat sinks, against the regression results of 3D-ICE.

use super::reference::Table;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::units::celsius_to_kelvin;

const SCENE: &str = "k7_3dice_stack.toml";
/// K.
const TOLERANCE: f64 = 0.05;
/// Share of the heat that the summary may lose.
const HEAT: [(&str, f64); 2] = [("cpu", 1e-9), ("gpu", 1e-6)];

/// Where the heat sinks are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sinks {
    /// On both sides.
    Both,
    /// Under the lower die.
    Bottom,
    /// On the upper die.
    Top,
}

impl Sinks {
    /// All of them.
    pub const ALL: [Sinks; 3] = [Sinks::Both, Sinks::Bottom, Sinks::Top];

    /// As the table and the presets of the scene say.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Sinks::Both => "both",
            Sinks::Bottom => "bottom",
            Sinks::Top => "top",
        }
    }

    pub(super) fn run(self, runner: &Runner, table: &Table) -> Result<Vec<Row>, VerifyError> {
        let run = runner.solve(&runner.case, SCENE, &[format!("preset={}", self.name())])?;
        let mut rows = self.compare(&run, table)?;
        rows.extend(runner.always(&run)?);
        Ok(rows)
    }

    fn compare(self, run: &Run, table: &Table) -> Result<Vec<Row>, VerifyError> {
        let told = |error| VerifyError::Reference { case: run.label.case.clone(), error };
        let wanted = [("model", "solid"), ("case", self.name()), ("mode", "steady")];
        let line = table.row_with(&wanted).map_err(told)?;
        let mut rows = Vec::new();
        for (monitor, column) in [("node_1", "T_node1_K"), ("node_2", "T_node2_K")] {
            let known = table.number(line, column).map_err(told)?;
            let found = celsius_to_kelvin(run.monitor(monitor)?);
            let quantity = format!("T at {monitor}, K");
            rows.push(run.label.row(quantity, known, found, Distance::Absolute, TOLERANCE));
        }
        let balance = &run.solution.summary.balance;
        let (released, room) = (balance.heat_in_w.total, balance.to_room_w);
        let quantity = "heat to the room, W";
        rows.push(run.label.row(quantity, released, room, Distance::Relative, run.by_backend(HEAT)));
        Ok(rows)
    }
}
