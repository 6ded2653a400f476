//! The discrete problem of a scene, and everything that makes it unsolvable whatever the numbers are.
//!
//! `check` and `run` both come through here, so that what one passes the other does not refuse. Nothing is solved:
//! the air is taken to move wherever fans, openings of unequal pressure, buoyancy or a force drive it, and to leave through
//! every opening there; with that, each region that releases heat must have a way out for it.

use crate::couple::airstate::plate_fins;
use crate::couple::fluid_faults::fluid_faults;
use crate::couple::loops::{first_coolant, loop_links};
use crate::couple::regions::{Components, closed_regions, components};
use crate::couple::regular::loose_rows;
use crate::couple::{CoupleError, fluid};
use crate::model::air::{AirProblem, FanFace, OPEN_LOSS_PER_METRE, SinkLoss};
use crate::model::system::CellLink;
use crate::model::{EnergyInputs, Model, energy_system};
use crate::scene::{AirField, Fault, HeatSinkModel, Remark, RemarkKind, Resolution, Scene, Start};

/// Most names in a remark.
const MOST_NAMES: usize = 4;

/// Grid and discrete problem of a scene that has a steady solution.
///
/// # Errors
/// [`CoupleError::Scene`] with what the grid cannot hold, or with every region of air that fans cannot drive and
/// every part whose heat has no way out.
pub fn prepare(scene: &Scene, resolution: Resolution) -> Result<Model, CoupleError> {
    let mut model = Model::new(scene, resolution)?;
    refuse(fluid_faults(scene, &model))?;
    let mut faults: Vec<Fault> = Vec::new();
    let mut note = |result: Result<(), CoupleError>| match result {
        Err(CoupleError::Scene(more)) => {
            faults.extend(more);
            Ok(())
        }
        other => other,
    };
    for sink in &scene.heat_sinks {
        note(plate_fins(sink).map(|_| ()))?;
    }
    let air = Air::new(scene, &model);
    if let Some(air) = &air {
        note(refuse(closed_regions(&air.problem, &air.components).1))?;
    }
    // What starts at one temperature needs no steady state.
    let starts_steady =
        scene.transient.is_none_or(|transient| matches!(transient.start, Start::Steady { .. }));
    if starts_steady {
        note(heat_paths(scene, &model, air.as_ref()))?;
    }
    refuse(faults)?;
    let circulating = air.as_ref().map(|air| air.components.circulating(&air.problem)).unwrap_or_default();
    if let Some(remark) = circulates(&circulating) {
        model.remarks.push(remark);
    }
    Ok(model)
}

fn refuse(faults: Vec<Fault>) -> Result<(), CoupleError> {
    if faults.is_empty() { Ok(()) } else { Err(CoupleError::Scene(faults)) }
}

/// A scene's air before it is solved.
struct Air {
    problem: AirProblem,
    components: Components,
    /// Per cell that stands for a component.
    moved: Vec<bool>,
}

impl Air {
    /// None where nothing moves any.
    fn new(scene: &Scene, model: &Model) -> Option<Self> {
        let by_losses = scene.air.field == AirField::Potential;
        if by_losses && model.openings.is_empty() && model.fans.is_empty() {
            return None;
        }
        let properties = fluid::all_properties(scene, model);
        let loss = vec![SinkLoss::default(); scene.heat_sinks.len()];
        let problem = AirProblem::new(model, scene, &properties, &loss, OPEN_LOSS_PER_METRE);
        let components = components(&problem);
        let moved = components.moved(&problem, scene);
        Some(Self { problem, components, moved })
    }

    fn moves(&self, cell: usize) -> bool {
        self.moved[self.components.of_cell[cell]]
    }

    /// Per opening face: 1 W/K where air may enter, else 0.
    fn intakes(&self) -> Vec<f64> {
        let exchanges = self.components.exchanges(&self.problem, &self.moved);
        let passes = |cell: usize| exchanges[self.components.of_cell[cell]];
        let mut intakes: Vec<f64> = self
            .problem
            .boundary
            .iter()
            .map(|face| match face.given {
                Some(outward) => f64::from(u8::from(outward < 0.0)),
                None => f64::from(u8::from(face.law.is_open() && passes(face.cell))),
            })
            .collect();
        for (face, mass_flow) in self.problem.fans.iter().flat_map(|fan| fan.fluxes()) {
            if let FanFace::Boundary { face, .. } = face {
                let inward = mass_flow != 0.0 && (mass_flow < 0.0) == self.problem.boundary[face].side.upper;
                intakes[face] = if inward { 1.0 } else { 0.0 };
            }
        }
        intakes
    }
}

/// Whether every region that releases heat is tied to a known temperature: the energy equation with conductances of
/// 1 where the real ones follow from the flow.
fn heat_paths(scene: &Scene, model: &Model, air: Option<&Air>) -> Result<(), CoupleError> {
    let reference = scene.site.air_temperature;
    let loops = loop_links(scene, model, &first_coolant(scene)?, reference);
    let film = vec![1.0; model.wetted.len()];
    let intakes = air.map(Air::intakes).unwrap_or_default();
    let conductivity: Vec<f64> =
        fluid::all_properties(scene, model).iter().map(|fluid| fluid.conductivity).collect();
    let temperatures: Vec<f64> = scene.openings.iter().map(|opening| opening.temperature).collect();
    let rise = vec![0.0; model.grid.cells()];
    let inputs = EnergyInputs {
        film: air.map(|_| film.as_slice()),
        opening_capacity_flow: &intakes,
        opening_temperature: &temperatures,
        node_links: &loops.links,
        node_sink: &loops.sink,
        node_source: &loops.source,
        ..EnergyInputs::conduction(reference, &rise, &conductivity)
    };
    let (mut system, right) = energy_system(model, &inputs);
    for (sink, span) in scene.heat_sinks.iter().zip(&model.sinks) {
        // A table gives a resistance for air at rest, fins do not.
        let table = matches!(sink.model, HeatSinkModel::Resistance(_));
        let moves = |cell: usize| air.is_some_and(|air| air.moves(cell));
        let links = span.cells.iter().filter(|(cell, _)| table || moves(*cell));
        system.border.cell_links.extend(links.map(|&(cell, _)| CellLink {
            cell,
            node: span.base,
            conductance: 1.0,
        }));
    }
    loose_rows(scene, model, &system, &right).map(|_| ())
}

/// What to say of fans that only circulate.
fn circulates(fans: &[&str]) -> Option<Remark> {
    let (first, rest) = (fans.first()?, fans.len().saturating_sub(MOST_NAMES));
    let names = fans.iter().take(MOST_NAMES).copied().collect::<Vec<_>>().join(", ");
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    let text = match fans.len() {
        1 => format!(
            "fan '{first}' moves the same air round and round: fewer than two openings lead to its region"
        ),
        _ => {
            format!(
                "fans move the same air round and round, fewer than two openings lead to their region: {names}{more}"
            )
        }
    };
    Some(Remark::new(RemarkKind::Circulating, text))
}
