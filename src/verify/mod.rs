//! Cases with known answers: what `racktherm verify` runs, and how far it may be off.
//!
//! | id | what is solved | file | reference |
//! |---|---|---|---|
//! | `K1` | composite slab with contact resistances and a film | [`slab`] | exact |
//! | `K2-1` … `K2-4-tip` | straight fins, tip adiabatic or with a film | [`fin`] | exact in one dimension |
//! | `K6-kT-uniform` … `K6-aniso-stretched` | manufactured solutions, order of accuracy | [`manufactured`] | exact |
//! | `K3-step`, `K4-bi1.0`, `KT-package` … | heat over time, orders of the steps | [`time`](mod@time) | exact |
//! | `K7-both`, `K7-bottom`, `K7-top` | 3D-ICE stack of two dies | [`stack`] | published |
//! | `F1`, `F11-mixed`, `F11-rest` | developed flow in ducts and between plates, fluid at rest | [`ducts`] | exact |
//! | `F2-T`, `F3-plates`, `F14` … | heat in laminar ducts | [`entrance`] | exact |
//! | `F5-re100` … | square and cube with a moving lid (F5, F6) | [`lid`] | published |
//! | `F9-ra1e3` … | square and cube heated from the side (F9, F10) | [`heated`] | published |
//! | `F7-re800`, `F12` … | flow behind a step, layer on a plate | [`layers`] | published |
//! | `F15-180-16`, `F18-10000` … | turbulent channel and duct | [`turbulent`] | published |
//! | `F23-resolved`, `F24-resolved` … | porous plug and fan in a duct | [`resisted`] | exact |
//! | `F22-model`, `F23-formula`, `F24-alone` | heat sinks, losses, fans by formula | [`air_parts`] | closed forms |
//! | `L1`, `L2`, `L4`, `L7`, `L12-tee` … | friction, networks, mixing | [`loops`] | exact |
//! | `L11-mc2rm-background` … | 3D-ICE stack with microchannels | [`microchannels`] | published |
//! | `L-ocp` | a cold plate's two curves from one geometry | [`plate`](mod@plate) | published |
//! | `L5-counter` … | exchanger effectiveness | [`formulas`] | closed forms |
//! | `L6-water` … | coolant properties | [`formulas`] | CoolProp, manual |
//! | `P1` … `P4` | a site's measures, chillers, coolers, heat balance | [`plant`](mod@plant) | measured, vendors' sheets |
//!
//! A case with cells is read from a scene of `scenes/validation/` (compiled in, see [`scenes`]) and goes
//! through the whole product: reader, grid, model, solver. References are the tables of
//! `tests/data/validation` (compiled in, see [`reference`](mod@reference)). Every run with cells also gives a row for its
//! heat balance, taken from the temperatures alone ([`measure`]), and on the GPU one for its distance from
//! the CPU. A run that did not converge gives a row that fails and says why.

pub mod air_parts;
pub mod contrast;
pub mod ducts;
pub mod entrance;
pub mod exact;
pub mod fin;
pub mod flow;
pub mod formulas;
pub mod heated;
pub mod layers;
pub mod lid;
pub mod loops;
pub mod manufactured;
pub mod measure;
pub mod microchannels;
pub mod page;
pub mod plant;
pub mod plate;
pub mod profile;
pub mod reference;
pub mod resisted;
pub mod runs;
pub mod scenes;
pub mod sections;
pub mod slab;
pub mod stack;
pub mod time;
pub mod turbulent;
mod wave;

use crate::couple::{BackendChoice, CoupleError};
use reference::{ReferenceError, References};
use runs::Runner;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One quantity of one case on one backend against its reference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Id of the case with what tells variants apart, such as `K1` or `F5-re1000`.
    pub case: String,
    /// `cpu` or `gpu`; `none` for cases without cells.
    pub backend: String,
    /// What is compared, with its unit.
    pub quantity: String,
    /// The known answer.
    pub reference: f64,
    /// What was computed.
    pub result: f64,
    /// Distance between the two, in the sense of the tolerance.
    pub error: f64,
    /// Largest error allowed.
    pub tolerance: f64,
    /// Whether the error is a number within the tolerance.
    pub pass: bool,
}

/// How a row measures the distance between result and reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Distance {
    /// |result − reference|.
    Absolute,
    /// |result − reference| / |reference|.
    Relative,
    /// How far the result lies below the reference: 0 where it lies above.
    Shortfall,
    /// |result − reference| over a scale that the case gives, such as a temperature difference.
    Of(f64),
}

/// Which backend a row stands for, and the name of its case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Case with variant.
    pub case: String,
    /// `cpu`, `gpu` or `none`.
    pub backend: String,
}

impl Label {
    /// A row of this case.
    #[must_use]
    pub fn row(
        &self,
        quantity: impl Into<String>,
        reference: f64,
        result: f64,
        distance: Distance,
        tolerance: f64,
    ) -> Row {
        let apart = (result - reference).abs();
        let error = match distance {
            Distance::Absolute => apart,
            Distance::Relative => apart / reference.abs(),
            // `f64::max` would make 0 of a result that is no number.
            Distance::Shortfall if result >= reference => 0.0,
            Distance::Shortfall => apart,
            Distance::Of(scale) => apart / scale.abs(),
        };
        Row {
            case: self.case.clone(),
            backend: self.backend.clone(),
            quantity: quantity.into(),
            reference,
            result,
            error,
            tolerance,
            // A result that is no number fails: NaN is not within anything.
            pass: error <= tolerance,
        }
    }
}

/// A known answer to compare with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Case {
    /// K1.
    Slab,
    /// K2.
    Fin(fin::Variant),
    /// K3, K4 and KT.
    Time(time::TimeCase),
    /// K6.
    Manufactured(manufactured::Variant),
    /// K7.
    Stack(stack::Sinks),
    /// Solved flows.
    Flow(flow::Flow),
    /// F22, F23 and F24 by formula.
    AirPart(air_parts::AirPart),
    /// L1, L2, L4, L7, L12 and L-ocp.
    Loop(loops::LoopCase),
    /// L5: index into [`crate::physics::effectiveness::FlowArrangement::NAMED`].
    Effectiveness(usize),
    /// L6: index into [`formulas::FLUIDS`].
    Coolant(usize),
    /// L11.
    Microchannels(microchannels::Microchannels),
    /// P1 to P4.
    Plant(plant::PlantCase),
}

/// Why a case gave no rows.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// A name that stands for no case.
    #[error("there is no case '{name}'; did you mean '{nearest}'? Known are {known}")]
    UnknownCase {
        /// As asked.
        name: String,
        /// A case with a similar name.
        nearest: String,
        /// All ids.
        known: String,
    },
    /// A scene of the package that is wrong.
    #[error("case {case}: the scene is wrong:\n{message}")]
    Scene {
        /// The case.
        case: String,
        /// What the reader says.
        message: String,
    },
    /// The run could not start or the device failed.
    #[error("case {case}: {error}")]
    Run {
        /// The case.
        case: String,
        /// Why.
        error: CoupleError,
    },
    /// A table that is wrong.
    #[error("case {case}: {error}")]
    Reference {
        /// The case.
        case: String,
        /// Why.
        error: ReferenceError,
    },
    /// A result that lacks what the case needs.
    #[error("case {case}: the result has no {what}")]
    Missing {
        /// The case.
        case: String,
        /// What was looked for.
        what: String,
    },
}

impl Case {
    /// All cases, in the order of the validation table.
    #[must_use]
    pub fn all() -> Vec<Case> {
        let mut cases = vec![Case::Slab];
        cases.extend(fin::Variant::all().map(Case::Fin));
        cases.extend(time::TimeCase::ALL.map(Case::Time));
        cases.extend(manufactured::Variant::ALL.map(Case::Manufactured));
        cases.extend(stack::Sinks::ALL.map(Case::Stack));
        cases.extend(flow::Flow::all().into_iter().map(Case::Flow));
        cases.extend(air_parts::AirPart::ALL.map(Case::AirPart));
        cases.extend(loops::LoopCase::ALL.map(Case::Loop));
        cases.extend(microchannels::Microchannels::ALL.map(Case::Microchannels));
        cases.extend(
            (0..crate::physics::effectiveness::FlowArrangement::NAMED.len()).map(Case::Effectiveness),
        );
        cases.extend((0..formulas::FLUIDS.len()).map(Case::Coolant));
        cases.extend(plant::PlantCase::ALL.map(Case::Plant));
        cases
    }

    /// Siblings of solved flows and of runs over time on coarse grids, of seconds together; each may be off by what its order leaves there.
    #[must_use]
    pub fn coarse() -> Vec<Case> {
        let flows = flow::Flow::coarse().into_iter().map(Case::Flow);
        flows.chain(time::TimeCase::COARSE.map(Case::Time)).collect()
    }

    /// Whether it takes more than seconds: flows on the grids of the validation table.
    #[must_use]
    pub fn is_long(self) -> bool {
        matches!(self, Case::Flow(flow) if !flow.is_quick())
    }

    /// Its id, such as `K7-both`.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Case::Slab => "K1".to_owned(),
            Case::Fin(variant) => variant.id(),
            Case::Time(case) => case.id(),
            Case::Manufactured(variant) => variant.id().to_owned(),
            Case::Stack(sinks) => format!("K7-{}", sinks.name()),
            Case::Flow(flow) => flow.id(),
            Case::AirPart(part) => part.id().to_owned(),
            Case::Loop(case) => case.id().to_owned(),
            Case::Microchannels(case) => case.id(),
            Case::Effectiveness(index) => formulas::effectiveness_id(index),
            Case::Coolant(index) => formulas::coolant_id(index),
            Case::Plant(case) => case.id().to_owned(),
        }
    }

    /// One line for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Case::Slab => "composite slab with two contact resistances and a film",
            Case::Fin(_) => "straight fin against its one-dimensional solution",
            Case::Time(case) => case.title(),
            Case::Manufactured(_) => "manufactured solution: order of accuracy",
            Case::Stack(_) => "3D-ICE stack of two dies",
            Case::Flow(flow) => flow.title(),
            Case::AirPart(part) => part.title(),
            Case::Loop(case) => case.title(),
            Case::Microchannels(_) => "3D-ICE stack of two dies, microchannels between them",
            Case::Effectiveness(_) => "effectiveness of an exchanger",
            Case::Coolant(_) => "properties of a coolant",
            Case::Plant(case) => case.title(),
        }
    }

    /// Whether it has cells, and so runs on a backend.
    #[must_use]
    pub fn has_cells(self) -> bool {
        match self {
            Case::AirPart(_) | Case::Effectiveness(_) | Case::Coolant(_) | Case::Plant(_) => false,
            Case::Loop(case) => case.has_cells(),
            _ => true,
        }
    }

    /// The cases that names stand for, each once and in order; all where no name is given. `K6` stands for
    /// every case whose id begins with it, up to a dash; capitals do not matter.
    ///
    /// # Errors
    /// [`VerifyError::UnknownCase`].
    pub fn select(names: &[String]) -> Result<Vec<Case>, VerifyError> {
        let all = Case::all();
        if names.is_empty() {
            return Ok(all);
        }
        for name in names {
            if !all.iter().any(|case| stands_for(name, &case.id())) {
                return Err(unknown(name, &all));
            }
        }
        let wanted = |case: &Case| names.iter().any(|name| stands_for(name, &case.id()));
        Ok(all.into_iter().filter(wanted).collect())
    }

    /// Runs the case and compares.
    ///
    /// # Errors
    /// [`VerifyError`] if it cannot run; an answer that is wrong is a row that fails.
    pub fn run(self, backend: &BackendChoice, references: &References) -> Result<Vec<Row>, VerifyError> {
        let id = self.id();
        let runner = Runner { case: id.clone(), backend };
        let told = |error| VerifyError::Reference { case: id.clone(), error };
        match self {
            Case::Slab => slab::run(&runner, &references.table("composite_slab").map_err(told)?),
            Case::Fin(variant) => variant.run(&runner, &references.table("fin").map_err(told)?),
            Case::Time(case) => case.run(&runner, references),
            Case::Manufactured(variant) => variant.run(&runner),
            Case::Stack(sinks) => sinks.run(&runner, &references.table("3dice_tests").map_err(told)?),
            Case::Flow(flow) => flow.run(&id, backend, references),
            Case::AirPart(part) => part.run(references).map_err(told),
            Case::Loop(case) => case.run(&runner, references),
            Case::Microchannels(case) => case.run(&runner, &references.table("3dice_tests").map_err(told)?),
            Case::Effectiveness(index) => {
                formulas::effectiveness_rows(index, &references.table("entu").map_err(told)?).map_err(told)
            }
            Case::Coolant(index) => formulas::coolant_rows(index, references).map_err(told),
            Case::Plant(case) => case.run(references).map_err(told),
        }
    }
}

/// Whether a name is an id or its beginning up to a dash.
fn stands_for(name: &str, id: &str) -> bool {
    let (name, id) = (name.to_lowercase(), id.to_lowercase());
    id.strip_prefix(&name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn unknown(name: &str, all: &[Case]) -> VerifyError {
    let similar = |case: &Case| strsim::jaro_winkler(&name.to_lowercase(), &case.id().to_lowercase());
    let nearest =
        all.iter().max_by(|a, b| similar(a).total_cmp(&similar(b))).map_or(String::new(), |c| c.id());
    let known = all.iter().map(|case| case.id()).collect::<Vec<_>>().join(", ");
    VerifyError::UnknownCase { name: name.to_owned(), nearest, known }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Case::select(&names).unwrap().into_iter().map(Case::id).collect()
    }

    #[test]
    fn no_two_cases_share_an_id() {
        let mut all = ids(&[]);
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_name_stands_for_all_cases_that_begin_with_it_up_to_a_dash() {
        assert_eq!(ids(&["k7"]), ["K7-both", "K7-bottom", "K7-top"]);
        assert_eq!(ids(&["K6-kT", "K1"]), ["K1", "K6-kT-uniform", "K6-kT-stretched"]);
        assert_eq!(ids(&["K2-1"]), ["K2-1", "K2-1-tip"]);
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest_case() {
        let error = Case::select(&["K7-botom".to_owned()]).unwrap_err();
        assert!(
            matches!(&error, VerifyError::UnknownCase { nearest, .. } if nearest == "K7-bottom"),
            "{error}"
        );
    }

    #[test]
    fn a_result_that_is_not_a_number_fails() {
        let label = Label { case: "K1".to_owned(), backend: "cpu".to_owned() };
        assert!(!label.row("T", 1.0, f64::NAN, Distance::Absolute, 1.0).pass);
        assert!(!label.row("T", 1.0, f64::NAN, Distance::Shortfall, 1.0).pass);
        assert!(!label.row("T", 1.0, f64::INFINITY, Distance::Relative, 1.0).pass);
        assert!(label.row("T", 2.0, 2.1, Distance::Relative, 0.051).pass);
        assert!(!label.row("T", 2.0, 2.1, Distance::Relative, 0.049).pass);
    }
}
