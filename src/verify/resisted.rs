//! F23 and F24, resolved: a porous plug and a fan in a duct without shear, where the flow is one-dimensional and exact.

use super::profile::Profile;
use super::reference::References;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;

/// Share of the drop over the plug.
const DROP: f64 = 1e-6;
/// Share of the drop by which a cell's pressure may miss the line through the plug.
const WIGGLE: f64 = 1e-2;
/// Share of a fan's flow.
const FLOW: f64 = 2e-2;

/// What resists or drives the air of a duct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resisted {
    /// F23.
    Plug,
    /// F24 at full speed.
    Fan,
    /// F24 at half speed.
    FanAtHalfSpeed,
}

impl Resisted {
    /// The cases of the validation table.
    pub const ALL: [Resisted; 3] = [Resisted::Plug, Resisted::Fan, Resisted::FanAtHalfSpeed];

    /// `F23-resolved` and so on.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Resisted::Plug => "F23-resolved",
            Resisted::Fan => "F24-resolved",
            Resisted::FanAtHalfSpeed => "F24-resolved-half",
        }
    }

    pub(super) fn run(self, runner: &Runner, references: &References) -> Result<Vec<Row>, VerifyError> {
        match self {
            Resisted::Plug => plug(runner),
            Resisted::Fan => fan(runner, references, "single", 1.0),
            Resisted::FanAtHalfSpeed => fan(runner, references, "speed 0.5", 0.5),
        }
    }
}

/// Pressure on the axis of the duct.
fn pressure(run: &Run) -> Profile {
    let fields = &run.solution.fields;
    let middle = run.scene.size.map(|size| 0.5 * size);
    Profile::along(&fields.grid, &fields.pressure, Axis::X, middle)
}

fn plug(runner: &Runner) -> Result<Vec<Row>, VerifyError> {
    let run = runner.solve(&runner.case, "f23_porous_plug.toml", &[])?;
    // ½ ρ u² K L of the scene: README of the tables, F23.
    let known = 4.8;
    let plug = run.scene.porous.first().ok_or_else(|| run.missing("porous plug".to_owned()))?.region;
    let (from, to) = (plug.lower[0], plug.upper[0]);
    let profile = pressure(&run);
    let last = profile.values.len() - 1;
    let drop = profile.values[0] - profile.values[last];
    let line = |x: f64| profile.values[last] + known * (1.0 - ((x - from) / (to - from)).clamp(0.0, 1.0));
    let points = profile.positions.iter().zip(&profile.values);
    let wiggle = points.map(|(x, p)| (p - line(*x)).abs()).fold(0.0, f64::max);
    let mut rows = vec![
        run.label.row("drop over the plug, Pa", known, drop, Distance::Relative, DROP),
        run.label.row("largest wiggle over the drop", 0.0, wiggle / known, Distance::Absolute, WIGGLE),
    ];
    rows.extend(runner.always(&run)?);
    Ok(rows)
}

fn fan(runner: &Runner, references: &References, config: &str, speed: f64) -> Result<Vec<Row>, VerifyError> {
    let run = runner.solve(&runner.case, "f24_fan_in_duct.toml", &[format!("fan.fan.speed={speed}")])?;
    let table = references.table("fan_operating_point");
    let known = table.and_then(|table| {
        let row = table.row_with(&[("config", config)])?;
        Ok([table.number(row, "Q_m3_s")?, table.number(row, "dp_Pa")?])
    });
    let [flow, rise] = known.map_err(|error| run.told(error))?;
    let fan = run.solution.summary.fans.first().ok_or_else(|| run.missing("fan".to_owned()))?;
    let mut rows = vec![
        run.label.row("flow, m3/s", flow, fan.flow_m3_s, Distance::Relative, FLOW),
        run.label.row("pressure rise, Pa", rise, fan.pressure_rise_pa, Distance::Relative, 2.0 * FLOW),
    ];
    rows.extend(runner.always(&run)?);
    Ok(rows)
}
