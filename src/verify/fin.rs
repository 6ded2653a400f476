//! K2: straight fins with a film on both faces, resolved in two dimensions.
//!
//! Heat per width and kelvin of base excess, and the excess of the tip, against the one-dimensional solution.
//! The difference that two dimensions make is of order h t/(2k) ≤ 3.3e-3 for the fins of the table.

use super::measure::face_temperature;
use super::reference::Table;
use super::runs::{Run, Runner};
use super::{Distance, Row, VerifyError};
use crate::grid::Axis;
use crate::scene::{Value, WallCondition};

const SCENE: &str = "k2_fin.toml";
/// Share of the heat, and for the tip of the base excess.
const TOLERANCE: f64 = 5e-3;
const FINS: usize = 4;

/// One fin of the table with one kind of tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Row of the table and preset of the scene, counted from 1.
    fin: usize,
    /// Whether the tip has the film of the faces; else it is adiabatic.
    convecting_tip: bool,
}

impl Variant {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Variant> {
        (1..=FINS).flat_map(|fin| [false, true].map(|convecting_tip| Variant { fin, convecting_tip }))
    }

    /// `K2-1` for the adiabatic, `K2-1-tip` for the convecting tip.
    #[must_use]
    pub fn id(self) -> String {
        format!("K2-{}{}", self.fin, if self.convecting_tip { "-tip" } else { "" })
    }

    pub(super) fn run(self, runner: &Runner, table: &Table) -> Result<Vec<Row>, VerifyError> {
        let tip = u8::from(self.convecting_tip);
        let settings = [format!("preset=fin_{}", self.fin), format!("convecting_tip={tip}")];
        let run = runner.solve(&runner.case, SCENE, &settings)?;
        let mut rows = self.compare(&run, table)?;
        rows.extend(runner.always(&run)?);
        Ok(rows)
    }

    fn compare(self, run: &Run, table: &Table) -> Result<Vec<Row>, VerifyError> {
        let told = |error| VerifyError::Reference { case: run.label.case.clone(), error };
        let [heat, tip] = match self.convecting_tip {
            false => ["q_ad_W_mK", "theta_tip_ad"],
            true => ["q_cv_W_mK", "theta_tip_cv"],
        };
        let heat = table.number(self.fin - 1, heat).map_err(told)?;
        let tip = table.number(self.fin - 1, tip).map_err(told)?;
        let (base, ambient) = self.temperatures(run)?;
        let excess = base - ambient;
        let width = run.scene.size[2];
        // The scene is the lower half of the fin.
        let found = 2.0 * run.wall_heat("base")? / (width * excess);
        let found_tip = (tip_temperature(run)? - ambient) / excess;
        Ok(vec![
            run.label.row("heat, W/(m K)", heat, found, Distance::Relative, TOLERANCE),
            run.label.row("tip over base excess", tip, found_tip, Distance::Absolute, TOLERANCE),
        ])
    }

    /// Base and ambient, K.
    fn temperatures(self, run: &Run) -> Result<(f64, f64), VerifyError> {
        let condition =
            |name: &str| run.scene.walls.iter().find(|w| w.name == name).and_then(|w| w.condition.as_ref());
        match (condition("base"), condition("face")) {
            (
                Some(WallCondition::Temperature(Value::Constant(base))),
                Some(WallCondition::Film { ambient, .. }),
            ) => Ok((*base, *ambient)),
            _ => Err(run.missing("base and face of the fin".to_owned())),
        }
    }
}

/// Mean temperature of the tip over the thickness, K.
fn tip_temperature(run: &Run) -> Result<f64, VerifyError> {
    let fields = &run.solution.fields;
    let grid = &fields.grid;
    let mut sum = 0.0;
    for j in 0..grid.size()[1] {
        let tip = face_temperature(fields, Axis::X, [0, j, 0], run.scene.size[0], false);
        sum += tip.ok_or_else(|| run.missing("two cells at the tip".to_owned()))? * grid.width(Axis::Y, j);
    }
    Ok(sum / run.scene.size[1])
}
