//! From a solved state to the summary, the fields and the probes.

mod air;
mod checks;
mod components;
mod coolant_checks;
mod door;
mod fan_checks;
mod fields;
mod fluids;
mod grid_error;
mod loops;
mod monitors;
mod plant;
mod unit_checks;
mod validity;

pub use air::{AirStreams, air_streams};
pub(super) use door::heat_to_loop;
pub(super) use fields::fields;
pub(super) use grid_error::{answers, under_resolved, values};
pub(super) use loops::temperatures as loop_temperatures;

use crate::backend::Description;
use crate::backend::refinement::ResidualPrecision;
use crate::couple::airstate::AirState;
use crate::couple::energy::{EnergyState, TEMPERATURE_TOLERANCE};
use crate::couple::engine::Device;
use crate::couple::fluid;
use crate::couple::momentum::MomentumState;
use crate::couple::{CoupleError, Options};
use crate::model::{CellKind, Model, PartKind};
use crate::result::{
    BackendSummary, Balance, Cdu, Convergence, GridSummary, HeatIn, Mass, Plant, SCHEMA, Solution, Summary,
};
use crate::scene::{GridRule, Resolution, Scene};

/// 0 °C, K.
const ZERO_CELSIUS: f64 = 273.15;

/// °C of K.
fn celsius(kelvin: f64) -> f64 {
    kelvin - ZERO_CELSIUS
}

/// A solved scene, looked at.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// What was asked.
    pub scene: &'a Scene,
    /// Its discrete problem.
    pub model: &'a Model,
    /// Its air, if it has any that moves.
    pub air: Option<&'a AirState>,
    /// Its temperatures.
    pub energy: &'a EnergyState,
}

impl View<'_> {
    /// K of a cell; the inside of a compact part has the temperature of its case or base.
    #[must_use]
    pub fn temperature(&self, cell: usize) -> f64 {
        if self.model.cell_kind[cell] != CellKind::Compact {
            return self.energy.cell(cell);
        }
        let part = self.model.parts.get(self.model.part_of_cell[cell]);
        match part.map(|part| part.kind) {
            Some(PartKind::Chip(chip)) => self.energy.node(self.model.chip_nodes[chip].case),
            Some(PartKind::ColdPlate(plate)) => self.energy.node(self.model.plate_nodes[plate]),
            _ => self.energy.reference,
        }
    }

    /// m³ of a cell.
    fn volume(&self, cell: usize) -> f64 {
        self.model.grid.volume(self.model.grid.position(cell))
    }
}

/// Everything a run hands over.
///
/// # Errors
/// [`CoupleError::Scene`] if a door's values are impossible.
pub fn solution(view: &View<'_>, options: &Options, device: &dyn Device) -> Result<Solution, CoupleError> {
    let holds_air = view.model.present_fluids().contains(&0);
    let streams = view.air.filter(|_| holds_air).map(|air| air_streams(view, air));
    let door = door::door(view)?;
    let loops = loops::loops(view);
    let cdus = loops::cdus(view, &loops);
    let balance = balance(view, &loops, &cdus, door.as_ref());
    let components = components::components(view);
    let mut warnings = checks::warnings(view, streams.as_ref(), &loops, device);
    warnings.extend(door.iter().flat_map(|door| door.warnings.clone()));
    let (facility, told) = plant::facility(view, &balance, streams.as_ref(), &loops, &cdus, door.as_ref());
    warnings.extend(told);
    let plant = Plant { rear_door: door.as_ref().map(|door| door.summary.clone()), cdus, facility };
    let (monitors, probes) = monitors::monitors(view);
    let [nx, ny, nz] = view.model.grid.size();
    let description = device.description();
    let summary = Summary {
        schema: SCHEMA,
        scene: view.scene.name.clone(),
        title: view.scene.title.clone(),
        gpus: view.scene.gpus(),
        racks: 1.0,
        backend: BackendSummary {
            kind: description.kind.into(),
            device: description.device,
            driver: description.driver,
            residual_precision: description.residual_precision.to_string(),
        },
        grid: GridSummary {
            cells: nx * ny * nz,
            nx,
            ny,
            nz,
            preset: preset(view.scene, options.resolution),
            coarser: Vec::new(),
        },
        convergence: convergence(view, device),
        mass: Mass { relative: view.air.map_or(0.0, |air| air.solution.mass_defect) },
        air: streams.map(|streams| streams.summary(view)),
        balance,
        fluids: fluids::streams(view),
        components,
        fans: air::fans(view),
        loops: loops.into_iter().map(|l| l.summary).collect(),
        plant,
        monitors,
        warnings,
        remarks: checks::remarks(view),
        electrical: None,
        transient: None,
        wall_seconds: 0.0,
    };
    Ok(Solution { summary, fields: fields(view)?, probes, history: None })
}

fn preset(scene: &Scene, resolution: Resolution) -> String {
    match (&scene.grid, resolution) {
        (GridRule::Cells { .. }, _) => "given",
        (_, Resolution::Draft) => "draft",
        (_, Resolution::Standard) => "standard",
        (_, Resolution::Fine) => "fine",
    }
    .into()
}

/// Whether each criterion holds, in words.
fn convergence(view: &View<'_>, device: &dyn Device) -> Convergence {
    let energy = view.energy;
    let report = &energy.report;
    let air_settled = view.air.is_none_or(|air| air.solution.converged);
    let mut missing = Vec::new();
    if let Some(air) = view.air.filter(|air| !air.solution.converged) {
        if air.flows.is_empty() {
            missing.push(format!("the air's fluxes still change by {:.1e}", air.solution.change));
        }
        missing.extend(
            air.flows.iter().filter(|f| !f.report.converged).map(|flow| named(view, flow) + &flow.missing()),
        );
    }
    if energy.buoyancy_change > 0.0 {
        missing.push(format!(
            "air and temperatures still change by {:.1e} K as they follow each other",
            energy.buoyancy_change
        ));
    }
    if !report.converged {
        missing.push(format!(
            "the energy residual is {:.1e} of |A||T| + |b|, its tolerance {:.1e}",
            report.residual, report.tolerance
        ));
    }
    let open = energy.heat.relative();
    if open.is_nan() || open > device.balance_tolerance() {
        missing.push(format!(
            "the heat balance is open by {open:.1e} of the power, its tolerance is {:.0e}",
            device.balance_tolerance()
        ));
    }
    if !energy.converged && missing.is_empty() {
        missing.push(format!(
            "temperatures still change by {:.1e} K, their tolerance is {TEMPERATURE_TOLERANCE:.0e} K",
            energy.change
        ));
    }
    let converged = air_settled && energy.converged;
    let reason = if converged {
        let flows = view.air.iter().flat_map(|air| &air.flows);
        let flow: String = flows.map(|flow| format!("{}{}; ", named(view, flow), flow.settled())).collect();
        format!(
            "{flow}temperatures stand still to {TEMPERATURE_TOLERANCE:.0e} K, residual and heat balance hold"
        )
    } else {
        missing.join("; ")
    };
    Convergence {
        converged,
        iterations: energy.passes,
        flow_iterations: view.air.map_or(0, AirState::flow_iterations),
        flow_work: view.air.map_or(0.0, AirState::flow_work),
        linear_iterations: energy.linear_iterations,
        reason,
        energy_residual: report.residual,
        energy_tolerance: report.tolerance,
        relative_residual: report.relative,
        relative_residual_floor: report.floor,
        residual_route: residual_route(&device.description()),
    }
}

/// What a flow's state is put after: the name of its fluid, unless that fills the domain.
fn named(view: &View<'_>, flow: &MomentumState) -> String {
    match flow.fluid {
        0 => String::new(),
        fluid => format!("{}: ", fluid::name(view.scene, view.model.fluids.list[fluid])),
    }
}

/// Where the residual was evaluated, and in what.
fn residual_route(backend: &Description) -> String {
    match backend.residual_precision {
        ResidualPrecision::Host => "f64 on the CPU".into(),
        precision => format!("{precision} on the {}", backend.kind.to_uppercase()),
    }
}

/// All streams of heat, W.
fn balance(
    view: &View<'_>,
    loops: &[loops::LoopResult],
    cdus: &[Cdu],
    door: Option<&door::DoorResult>,
) -> Balance {
    let heat = &view.energy.heat;
    let pump_power: f64 = loops.iter().map(|l| l.summary.pump_power_w).sum();
    let pump_heat: f64 = loops.iter().map(|l| l.pump_heat_to_coolant).sum();
    let door_fan = door.map_or(0.0, |d| d.summary.fan_power_w);
    let door_pump = door.map_or(0.0, |d| d.summary.pump_power_w);
    // What cools its coolant with air gives its heat to the room.
    let by_air = || cdus.iter().filter(|cdu| cdu.cooled_by == "air");
    let unit_heat: f64 = by_air().map(|cdu| cdu.heat_w).sum();
    let unit_fans: f64 = by_air().map(|cdu| cdu.cold_power_w).sum();
    let door_air = door.map_or(0.0, |d| d.heat_from_air);
    // The water of a door on a loop is among the loop's plates.
    let on_loop = view.scene.rear_door.as_ref().is_some_and(|door| door.plate.is_some());
    let door_water = door.filter(|_| !on_loop).map_or(0.0, |d| d.summary.heat_w);
    let door_pump_heat = door.map_or(0.0, |d| d.pump_heat_to_water);
    let in_liquid = |fan: usize| view.air.is_some_and(|air| air.is_pump(fan));
    let (mut fans, mut pumps) = (0.0, 0.0);
    for (number, fan) in view.scene.fans.iter().enumerate() {
        *(if in_liquid(number) { &mut pumps } else { &mut fans }) += fan.design_power();
    }
    let mut heat_in_w = HeatIn {
        chips: view.scene.chips.iter().map(|chip| chip.power).sum(),
        boards: 0.0,
        fans: fans + door_fan + unit_fans,
        pumps: pumps + pump_power + door_pump,
        conversion: components::conversion_power(view.scene),
        total: heat.released + pump_power + door_fan + door_pump + unit_fans,
    };
    heat_in_w.boards =
        heat_in_w.total - heat_in_w.chips - heat_in_w.fans - heat_in_w.pumps - heat_in_w.conversion;
    let to_liquid_w = heat.to_liquid + pump_heat + door_water + door_pump_heat - unit_heat;
    let pump_rest = pump_power - pump_heat + door_pump - door_pump_heat;
    let to_room_w = heat.to_air - door_air + door_fan + heat.to_walls + pump_rest + unit_heat + unit_fans;
    let gap = heat_in_w.total - to_liquid_w - to_room_w - heat.stored;
    let relative = heat.share(gap, heat_in_w.total);
    Balance {
        heat_in_w,
        to_air_w: heat.to_air,
        to_liquid_w,
        to_room_w,
        stored_w: heat.stored,
        mass_defect_w: heat.mass_defect,
        relative,
    }
}
