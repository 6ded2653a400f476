//! L11: two dies with microchannels between them, against the regression results of 3D-ICE.
//!
//! `mc4rm` is what is solved here: every channel a column of cells with films on four sides, and means between cells for
//! what flows from one to the next. `mc2rm` makes channels and walls one porous layer; the same resolved stack has to meet its
//! temperatures too, at the centres of its wider cells.

use super::reference::Table;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::units::celsius_to_kelvin;

const SCENE: &str = "l11_microchannels.toml";
/// K.
const TOLERANCE: f64 = 0.3;
/// Share of the heat that the coolant may lack.
const HEAT: [(&str, f64); 2] = [("cpu", 1e-9), ("gpu", 1e-6)];

/// A model of 3D-ICE with a floorplan of both dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Microchannels {
    porous: bool,
    elements: bool,
}

impl Microchannels {
    /// All of them.
    pub const ALL: [Microchannels; 4] = [
        Microchannels { porous: true, elements: false },
        Microchannels { porous: true, elements: true },
        Microchannels { porous: false, elements: false },
        Microchannels { porous: false, elements: true },
    ];

    fn model(self) -> &'static str {
        if self.porous { "mc2rm" } else { "mc4rm" }
    }

    fn floorplan(self) -> &'static str {
        if self.elements { "four_elements" } else { "background" }
    }

    /// Id of the case.
    #[must_use]
    pub fn id(self) -> String {
        format!("L11-{}-{}", self.model(), self.floorplan())
    }

    /// Keys of the scene. Its own are those of `mc4rm`; the cells of `mc2rm` are 200 µm wide and its elements part at 5 mm.
    fn settings(self) -> Vec<String> {
        let mut settings = vec![format!("preset={}", self.floorplan())];
        if self.porous {
            let node_1 = if self.elements { "4.9 mm" } else { "5.1 mm" };
            settings.push(format!("node_1_x={node_1}"));
            settings.extend(["node_2_x=0.1 mm", "split=5 mm", "grid.cells=[202, 50, 5]"].map(String::from));
        }
        settings
    }

    pub(super) fn run(self, runner: &Runner, table: &Table) -> Result<Vec<Row>, VerifyError> {
        self.run_with(runner, table, &[])
    }

    fn run_with(self, runner: &Runner, table: &Table, more: &[String]) -> Result<Vec<Row>, VerifyError> {
        let run = runner.solve(&runner.case, SCENE, &[self.settings(), more.to_vec()].concat())?;
        let mut rows = self.compare(&run, table)?;
        rows.extend(runner.always(&run)?);
        Ok(rows)
    }

    fn compare(self, run: &Run, table: &Table) -> Result<Vec<Row>, VerifyError> {
        let told = |error| VerifyError::Reference { case: run.label.case.clone(), error };
        let wanted = [("model", self.model()), ("case", self.floorplan()), ("mode", "steady")];
        let line = table.row_with(&wanted).map_err(told)?;
        let mut rows = Vec::new();
        for (monitor, column) in [("node_1", "T_node1_K"), ("node_2", "T_node2_K")] {
            let known = table.number(line, column).map_err(told)?;
            let found = celsius_to_kelvin(run.monitor(monitor)?);
            let quantity = format!("T at {monitor}, K");
            rows.push(run.label.row(quantity, known, found, Distance::Absolute, TOLERANCE));
        }
        let balance = &run.solution.summary.balance;
        let (released, liquid) = (balance.heat_in_w.total, balance.to_liquid_w);
        let quantity = "heat to the coolant, W";
        rows.push(run.label.row(quantity, released, liquid, Distance::Relative, run.by_backend(HEAT)));
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::couple::BackendChoice;
    use crate::verify::reference::References;

    #[test]
    fn films_a_fifth_weaker_leave_both_dies_too_warm() {
        let case = Microchannels { porous: false, elements: false };
        let runner = Runner { case: case.id(), backend: &BackendChoice::Cpu };
        let table = References::default().table("3dice_tests").unwrap();
        let weaker = [2.7132e4, 5.7132e4, 4.7132e4].map(|h| 0.8 * h);
        let [sides, bottom, top] = weaker.map(|h| format!("\"{h} W/m2K\""));
        let film =
            format!("fluid_region.channel.*.film={{ sides = {sides}, bottom = {bottom}, top = {top} }}");
        let given = case.run(&runner, &table).unwrap();
        assert!(given.iter().all(|row| row.pass), "{given:#?}");
        let rows = case.run_with(&runner, &table, &[film]).unwrap();
        for (row, given) in rows.iter().zip(&given).take(2) {
            assert!(row.result > given.result + 1.0 && !row.pass, "{row:?}");
        }
    }
}
