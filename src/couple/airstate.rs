//! The solved air of a scene with the other fluids of its open cells, and what the rest of the coupling takes from them.
//!
//! Fluids never meet, so that one set of fluxes on the whole grid holds all of them; each has its own properties, and
//! by momentum its own flow. Fluid 0 is the air, or what the domain is filled with in its place.
//!
//! Air has the density, viscosity and specific heat of the site's air: fans move volume, mass is what is
//! conserved, and a rise of 15 K would change ρ by 5 %, which the field leaves out. The loss of plate-fin
//! sinks is fitted by u (|u| + u₀) around their speed, which few passes of the field bring into place.

use crate::couple::airflow::{AirSolution, FLUX_TOLERANCE, solve_air};
use crate::couple::engine::Device;
use crate::couple::fluid;
use crate::couple::momentum::{MomentumState, Start, solve_momentum};
use crate::couple::regions::components;
use crate::couple::{CoupleError, Progress};
use crate::grid::Axis;
use crate::material::air::AirProperties;
use crate::model::Model;
use crate::model::air::{AirProblem, OPEN_LOSS_PER_METRE, SinkLoss};
use crate::model::system::{LinearSystem, State};
use crate::physics::heat_sink::PlateFinSink;
use crate::scene::{AirField, Fault, HeatSink, HeatSinkModel, Scene};

/// Relative error of the fitted loss of a sink at its own speed at which the passes end.
const LOSS_TOLERANCE: f64 = 5e-3;

/// Relative change of the fluxes at which a pass with losses that still change ends.
const ROUGH_TOLERANCE: f64 = 1e-3;

/// Most passes over the sinks' losses.
const LOSS_PASSES: usize = 6;

/// Speed before the fins for the first pass, m/s.
const FIRST_SPEED: f64 = 2.0;

/// Slowest speed at which a loss is fitted, m/s.
const SLOWEST_FIT: f64 = 0.05;

/// The air of a scene.
#[derive(Clone, Debug)]
pub struct AirState {
    /// The pressure problem.
    pub problem: AirProblem,
    /// Its solution.
    pub solution: AirSolution,
    /// Per fluid of the model, at the site's temperature.
    pub properties: Vec<AirProperties>,
    /// Speed along each axis per cell, m/s.
    pub velocity: [Vec<f64>; 3],
    /// Mass flow along the fins of each heat sink, kg/s.
    pub sink_flow: Vec<f64>,
    /// The flows of all fluids that have open cells, where the momentum equations were solved.
    pub flows: Vec<MomentumState>,
}

/// Air to go on from: of the pass before, or of a coarser grid.
#[derive(Clone, Copy, Debug)]
pub struct Before<'a> {
    /// Its grid.
    pub model: &'a Model,
    /// The air.
    pub air: &'a AirState,
    /// Rises of the cells of the grid to be solved that lift the fluid, K over the site's air.
    pub lift: Option<&'a [f64]>,
    /// What conducts there, where a flow is solved along with its temperatures over it ([`crate::couple::energy::conduction`]).
    pub conduction: Option<&'a (LinearSystem, State)>,
    /// Most iterations of its flows, if not as many as they may take.
    pub most: Option<usize>,
}

/// Solves the air of a scene; none if it has neither opening nor fan. `open_loss` is the ζ per metre of open
/// air (1/m), [`crate::model::air::OPEN_LOSS_PER_METRE`] unless a study varies it. `before` is air from which the
/// flow goes on.
///
/// # Errors
/// [`CoupleError`] if fans drive a closed region, a heat sink's geometry is impossible, or the device fails.
pub fn solve_air_state(
    scene: &Scene,
    model: &Model,
    open_loss: f64,
    before: Option<Before<'_>>,
    device: &dyn Device,
    progress: &dyn Progress,
) -> Result<Option<AirState>, CoupleError> {
    let by_momentum = scene.air.field == AirField::Momentum;
    let fluid = (0..model.grid.cells()).any(|cell| model.is_air(cell));
    if !fluid || !by_momentum && model.openings.is_empty() && model.fans.is_empty() {
        return Ok(None);
    }
    // Shear stands in the momentum equations themselves.
    let open_loss = if by_momentum { 0.0 } else { open_loss };
    progress.stage("air");
    let properties = fluid::all_properties(scene, model);
    let fins = scene.heat_sinks.iter().map(plate_fins).collect::<Result<Vec<_>, _>>()?;
    let of_sink = |sink: usize| &properties[model.sink_fluid(sink)];
    let fit = |sink: usize, speed: f64| sink_loss(fins[sink].as_ref(), speed, of_sink(sink));
    let first_speed = |sink: usize| before.map_or(FIRST_SPEED, |b| b.air.frontal_speed(b.model, sink));
    let mut loss: Vec<SinkLoss> = (0..fins.len()).map(|sink| fit(sink, first_speed(sink))).collect();
    let mut state: Option<AirState> = None;
    for pass in 1..=LOSS_PASSES {
        let mut problem = AirProblem::new(model, scene, &properties, &loss, open_loss);
        let last = state.as_ref().map(|s| &s.solution);
        let mut tell = |step: usize, change: f64| {
            let done = (step as f64 / 12.0).min(0.95);
            progress.update(done, &format!("pass {pass}, step {step}: fluxes change by {change:.1e}"));
        };
        // The first pass only finds the speeds at which fins are fitted.
        let rough = pass == 1 && before.is_none() && fins.iter().any(Option::is_some);
        let tolerance = if rough { ROUGH_TOLERANCE } else { FLUX_TOLERANCE };
        let flows = state.as_ref().or(before.map(|b| b.air)).map_or(&[][..], |s| &s.flows);
        let lifted = before.and_then(|b| b.lift);
        let (mut solution, flows) = if by_momentum {
            let losses =
                if flows.is_empty() { loss_driven(scene, model, &properties, &loss, device) } else { None };
            let most = before.and_then(|b| b.most);
            let conduction = before.and_then(|b| b.conduction);
            let start = Start { flows, losses: losses.as_ref(), lifted, conduction, most };
            solve_momentum(scene, model, &mut problem, &properties, start, device, progress)?
        } else {
            (solve_air(&problem, &model.grid, last, tolerance, device, &mut tell)?, Vec::new())
        };
        progress.update(0.95, &format!("continuity made exact: fluxes moved by {:.1e}", solution.repaired));
        if let Some(last) = last {
            solution.steps += last.steps;
            solution.linear_iterations += last.linear_iterations;
        }
        let mut new = AirState::new(scene, model, problem, solution, properties.clone());
        new.flows = flows;
        let speeds: Vec<f64> = (0..fins.len()).map(|sink| new.frontal_speed(model, sink)).collect();
        state = Some(new);
        let error = loss.iter().zip(&speeds).enumerate().map(|(sink, (loss, &u))| {
            let fins = fins[sink].as_ref();
            let wanted = fins.map_or(0.0, |fins| fins.loss_per_metre(u, of_sink(sink))) * u * u;
            (loss.per_metre * u * (u + loss.linear_speed) - wanted).abs() / wanted.max(1e-9)
        });
        if !rough && error.fold(0.0, f64::max) <= LOSS_TOLERANCE {
            break;
        }
        loss = speeds.iter().enumerate().map(|(sink, &speed)| fit(sink, speed)).collect();
    }
    Ok(state)
}

/// The field of losses from which the momentum equations start, fans with curves included; none where it has no steady
/// solution or nothing moves it.
fn loss_driven(
    scene: &Scene,
    model: &Model,
    properties: &[AirProperties],
    loss: &[SinkLoss],
    device: &dyn Device,
) -> Option<AirSolution> {
    let problem = AirProblem::new(model, scene, properties, loss, OPEN_LOSS_PER_METRE);
    let driven = !components(&problem).driven(&problem).iter().all(|driven| !driven);
    let solution =
        driven.then(|| solve_air(&problem, &model.grid, None, ROUGH_TOLERANCE, device, &mut |_, _| ()));
    solution?.ok().filter(|solution| solution.change.is_finite())
}

/// Loss of a sink that has the drops of its fins at a speed before them, m/s, and at twice that.
fn sink_loss(fins: Option<&PlateFinSink>, speed: f64, air: &AirProperties) -> SinkLoss {
    let Some(fins) = fins else { return SinkLoss::default() };
    let speed = speed.max(SLOWEST_FIT);
    let drop = |u: f64| fins.loss_per_metre(u, air) * u * u;
    let (once, twice) = (drop(speed), drop(2.0 * speed));
    // Purely laminar fins have no quadratic part; a small one keeps the form.
    let per_metre = ((twice - 2.0 * once) / (2.0 * speed * speed)).max(1e-3 * once / (speed * speed));
    SinkLoss { per_metre, linear_speed: (once / (per_metre * speed) - speed).max(0.0) }
}

/// The fins of a sink, if its model has any.
///
/// # Errors
/// [`CoupleError::Scene`] names the sink and the value that is wrong.
pub fn plate_fins(sink: &HeatSink) -> Result<Option<PlateFinSink>, CoupleError> {
    let HeatSinkModel::PlateFin { fins, thickness, height, conductivity, .. } = sink.model else {
        return Ok(None);
    };
    let size = sink.region.size();
    let width = size[across(sink.flow_axis) as usize];
    let length = size[sink.flow_axis as usize];
    PlateFinSink::new(width, length, height, fins, thickness, conductivity)
        .map(Some)
        .map_err(|error| sink_fault(sink, &error.to_string()))
}

/// The error of a sink whose values are impossible.
pub(super) fn sink_fault(sink: &HeatSink, why: &str) -> CoupleError {
    Fault {
        code: "racktherm::bad_value",
        message: format!("heat sink '{}': {why}", sink.name),
        remedy: "check its fins or its table".into(),
        items: vec![sink.name.clone()],
    }
    .into()
}

/// The axis across the fins of a sink whose base lies below it: fins stand along z, unless air flows along z.
fn across(flow_axis: Axis) -> Axis {
    match flow_axis {
        Axis::Y => Axis::X,
        Axis::X => Axis::Y,
        Axis::Z => Axis::X,
    }
}

impl AirState {
    fn new(
        scene: &Scene,
        model: &Model,
        problem: AirProblem,
        solution: AirSolution,
        properties: Vec<AirProperties>,
    ) -> Self {
        let area = |axis, cell| model.grid.area(axis, model.grid.position(cell));
        let velocity = problem.velocity(&solution.flux, area);
        let mut state =
            Self { problem, solution, properties, velocity, sink_flow: Vec::new(), flows: Vec::new() };
        state.sink_flow = (0..scene.heat_sinks.len()).map(|sink| state.flow_through(model, sink)).collect();
        state
    }

    /// Properties of the fluid of an open cell.
    #[must_use]
    pub fn fluid(&self, cell: usize) -> &AirProperties {
        &self.properties[self.problem.fluids.of(cell)]
    }

    /// Properties of the air, or of what the domain is filled with in its place.
    #[must_use]
    pub fn air(&self) -> &AirProperties {
        &self.properties[0]
    }

    /// The flow of the fluid of an open cell, where the momentum equations were solved.
    #[must_use]
    pub fn flow_in(&self, cell: usize) -> Option<&MomentumState> {
        self.flow_of(self.problem.fluids.of(cell))
    }

    /// The flow of a fluid.
    #[must_use]
    pub fn flow_of(&self, fluid: usize) -> Option<&MomentumState> {
        self.flows.iter().find(|flow| flow.fluid == fluid)
    }

    /// Whether its flows have to be solved again with the temperatures that they lead to.
    #[must_use]
    pub fn follows_temperatures(&self, model: &Model) -> bool {
        // Temperatures that were solved along with a flow rest on those of other fluids, and on what conducts.
        let alone = self.flows.len() == 1 && model.nodes.is_empty();
        let knows = |flow: &MomentumState| alone && flow.temperature().is_some() && !flow.is_turbulent();
        self.flows.iter().any(|flow| flow.is_lifted() && !knows(flow))
    }

    /// Whether any flow is turbulent.
    #[must_use]
    pub fn is_turbulent(&self) -> bool {
        self.flows.iter().any(MomentumState::is_turbulent)
    }

    /// Iterations of all flows.
    #[must_use]
    pub fn flow_iterations(&self) -> usize {
        self.flows.iter().map(|flow| flow.report.iterations).sum()
    }

    /// Work of all flows, in iterations on the grid.
    #[must_use]
    pub fn flow_work(&self) -> f64 {
        self.flows.iter().map(|flow| flow.report.work).sum()
    }

    /// Whether a fan stands in liquid.
    #[must_use]
    pub fn is_pump(&self, fan: usize) -> bool {
        let face = self.problem.fans[fan].faces.first();
        face.is_some_and(|face| fluid::is_liquid(self.fluid(self.problem.inside(face))))
    }

    /// Power of fans that blow liquid out of the domain, W.
    #[must_use]
    pub fn fan_power_into_liquid(&self, model: &Model) -> f64 {
        let outside = model.fan_power_outside.iter().enumerate();
        outside.filter(|(fan, _)| self.is_pump(*fan)).map(|(_, power)| power).sum()
    }

    /// Mass flow along the fins of a sink, kg/s: the mean over its length of the flow through its section.
    fn flow_through(&self, model: &Model, sink: usize) -> f64 {
        let Some(span) = model.sinks.get(sink) else { return 0.0 };
        let axis = span.flow_axis;
        let weighted = |&(cell, _): &(usize, f64)| {
            let at = model.grid.position(cell);
            let mass_flux = self.velocity[axis as usize][cell] * self.fluid(cell).density;
            mass_flux.abs() * model.grid.area(axis, at) * model.grid.width(axis, at[axis as usize])
        };
        let length = span_length(model, sink);
        if length > 0.0 { span.cells.iter().map(weighted).sum::<f64>() / length } else { 0.0 }
    }

    /// Volume flow of a fan, m³/s.
    #[must_use]
    pub fn fan_flow(&self, fan: usize) -> f64 {
        self.problem.fans[fan].mass_flow.abs() / self.problem.fans[fan].density
    }

    /// Volume flow through the true section of a sink, m³/s.
    #[must_use]
    pub fn sink_volume_flow(&self, model: &Model, sink: usize) -> f64 {
        let density = self.properties[model.sink_fluid(sink)].density;
        model.sinks[sink].section_factor * self.sink_flow[sink] / density
    }

    /// Speed before the fins of a sink, m/s.
    fn frontal_speed(&self, model: &Model, sink: usize) -> f64 {
        let Some(span) = model.sinks.get(sink) else { return 0.0 };
        let at = |cell: usize| model.grid.position(cell);
        let volume: f64 = span.cells.iter().map(|&(cell, _)| model.grid.volume(at(cell))).sum();
        let area = volume / span_length(model, sink).max(f64::MIN_POSITIVE);
        let density = self.properties[model.sink_fluid(sink)].density;
        if area > 0.0 { self.sink_flow[sink] / (density * area) } else { 0.0 }
    }

    /// ṁ cp through the upper face of every cell, per axis, W/K.
    #[must_use]
    pub fn capacity_flow(&self) -> [Vec<f64>; 3] {
        let of_cell = |(cell, mass_flow): (usize, &f64)| self.fluid(cell).specific_heat * mass_flow;
        [0, 1, 2].map(|axis| self.solution.flux.faces[axis].iter().enumerate().map(of_cell).collect())
    }

    /// ṁ cp through each opening face, positive inward, W/K.
    #[must_use]
    pub fn opening_capacity_flow(&self) -> Vec<f64> {
        let faces = self.problem.boundary.iter().zip(&self.solution.flux.boundary);
        faces.map(|(face, mass_flow)| -self.fluid(face.cell).specific_heat * mass_flow).collect()
    }
}

/// Length along the fins that a sink has on the grid, m.
#[must_use]
pub fn span_length(model: &Model, sink: usize) -> f64 {
    let span = &model.sinks[sink];
    let axis = span.flow_axis;
    let mut layers: Vec<usize> =
        span.cells.iter().map(|&(cell, _)| model.grid.position(cell)[axis as usize]).collect();
    layers.sort_unstable();
    layers.dedup();
    layers.into_iter().map(|layer| model.grid.width(axis, layer)).sum()
}
