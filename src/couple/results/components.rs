//! Every part that releases heat or has a limit, with its temperatures and margin.
//!
//! A chip's body is its case (lid top), a cold plate's its base; a solid's hottest point is its hottest cell or
//! sheet face; a porous box is judged by the air in it. What has no limit gets no margin.

use super::{View, celsius};
use crate::couple::airstate::AirState;
use crate::couple::fluid;
use crate::couple::sinks::{BYPASS_RATIO, LARGEST_BYPASS_RATIO, bypass_band, bypass_ratio};
use crate::model::{Form, Part, PartKind, SinkSpan};
use crate::result::{Component, CooledBy};
use crate::scene::{Chip, Cooler, Limit, Scene, Status};

/// Roles whose heat is the loss of converting power.
const CONVERSION_ROLES: [&str; 4] = ["power_shelf", "psu", "power_supply", "converter"];

/// Whether a role is that of a power converter.
fn converts(role: &str) -> bool {
    CONVERSION_ROLES.contains(&role)
}

/// Heat of all power converters of a scene, W.
pub(super) fn conversion_power(scene: &Scene) -> f64 {
    let solids = scene.solids.iter().filter(|solid| converts(&solid.role)).map(|solid| solid.power);
    let porous = scene.porous.iter().filter(|porous| converts(&porous.role)).map(|porous| porous.power);
    solids.chain(porous).sum()
}

/// All components, in the order chips, solids, porous boxes, cold plates with heat of their own.
pub(super) fn components(view: &View<'_>) -> Vec<Component> {
    let chips = (0..view.scene.chips.len()).map(|chip| of_chip(view, chip));
    let wet = in_liquid(view);
    let parts = view.model.parts.iter().enumerate();
    let solids = parts.filter_map(|(number, part)| of_solid(view, part, wet.get(number) == Some(&true)));
    let porous = view.model.parts.iter().filter_map(|part| of_porous(view, part));
    let plates = (0..view.scene.cold_plates.len()).filter(|&plate| !view.scene.is_door(plate));
    let plates = plates.filter_map(|plate| of_plate(view, plate));
    chips.chain(solids).chain(porous).chain(plates).collect()
}

/// Per part: whether more of its surface lies in liquid than in gas, or, where all of it is covered, whether liquid takes
/// most of the heat; empty where there is no liquid.
fn in_liquid(view: &View<'_>) -> Vec<bool> {
    let Some(air) = view.air.filter(|air| air.properties.iter().any(fluid::is_liquid)) else {
        return Vec::new();
    };
    let mut excess = vec![0.0; view.model.parts.len()];
    for face in &view.model.wetted {
        let wet = fluid::is_liquid(air.fluid(face.air_cell));
        excess[view.model.groups[face.group].part] += if wet { face.area } else { -face.area };
    }
    let mostly = view.energy.heat.to_liquid > view.energy.heat.to_air;
    excess.into_iter().map(|excess| excess > 0.0 || excess == 0.0 && mostly).collect()
}

/// Extremes of a part, K.
struct Temperatures {
    hottest: f64,
    mean: f64,
}

fn of_chip(view: &View<'_>, index: usize) -> Component {
    let chip = &view.scene.chips[index];
    let nodes = view.model.chip_nodes[index];
    let case = view.energy.node(nodes.case);
    let junction = view.energy.node(nodes.junction);
    let judged = if chip.limit.as_ref().is_some_and(|limit| limit.junction) { junction } else { case };
    let (cooled_by, reference) = cooling(view, chip);
    let cooler_is_estimate = match chip.cooler {
        Some(Cooler::HeatSink(sink)) => view.scene.heat_sinks[sink].origin.status == Status::Estimate,
        Some(Cooler::ColdPlate(plate)) => view.scene.cold_plates[plate].origin.status == Status::Estimate,
        None => false,
    };
    let mut component = Component {
        name: chip.name.clone(),
        role: chip.role.clone(),
        cooled_by,
        power_w: chip.power,
        temperature_max_c: celsius(case),
        temperature_mean_c: celsius(case),
        junction_c: Some(celsius(junction)),
        reference_c: reference.map(celsius),
        limit_c: None,
        margin_k: None,
        limit_source: None,
        band_k: None,
        grid_error_k: None,
        swing_c: None,
        not_trusted: None,
        rests_on_estimates: chip.origin.status == Status::Estimate || cooler_is_estimate,
    };
    component.judge(chip.limit.as_ref(), judged);
    if let (Some(Cooler::HeatSink(sink)), Some(air)) = (chip.cooler, view.air)
        && let Some(ratio) = bypass_ratio(view.model, air, sink).filter(|&ratio| ratio > BYPASS_RATIO)
    {
        component.doubt(ratio);
    }
    component
}

/// What cools a chip, and the temperature at which its coolant arrives, K.
fn cooling(view: &View<'_>, chip: &Chip) -> (CooledBy, Option<f64>) {
    match (chip.cooler, view.air) {
        (Some(Cooler::ColdPlate(plate)), _) => (CooledBy::Liquid, plate_inlet(view, plate)),
        (Some(Cooler::HeatSink(sink)), Some(air)) => {
            let wet = fluid::is_liquid(&air.properties[view.model.sink_fluid(sink)]);
            let by = if wet { CooledBy::Liquid } else { CooledBy::Air };
            (by, view.model.sinks.get(sink).and_then(|span| sink_inlet(view, air, span)))
        }
        (Some(Cooler::HeatSink(_)), None) | (None, Some(_)) => (CooledBy::Air, None),
        (None, None) => (CooledBy::Conduction, None),
    }
}

/// Temperature of the coolant that enters a plate, K.
fn plate_inlet(view: &View<'_>, plate: usize) -> Option<f64> {
    let temperatures = view.energy.coolant_temperatures(view.scene, view.model);
    view.energy.coolant.branches.iter().find_map(|branch| branch.plate_inlet(plate, &temperatures))
}

/// Mixed temperature of the air that enters a sink along its fins, K; none where nothing enters.
pub(super) fn sink_inlet(view: &View<'_>, air: &AirState, span: &SinkSpan) -> Option<f64> {
    let axis = span.flow_axis;
    let faces = &air.solution.flux.faces[axis as usize];
    let inside: std::collections::HashSet<usize> = span.cells.iter().map(|&(cell, _)| cell).collect();
    let (mut mass_flow, mut heat) = (0.0, 0.0);
    for &cell in &inside {
        // Through faces that are closed nothing flows.
        let [below, above] = [air.problem.below(axis as usize, cell), air.problem.above(axis as usize, cell)];
        for (from, entering) in [(below, faces[below]), (above, -faces[cell])] {
            if entering > 0.0 && !inside.contains(&from) {
                mass_flow += entering;
                heat += entering * view.energy.cell(from);
            }
        }
    }
    (mass_flow > 0.0).then(|| heat / mass_flow)
}

fn of_solid(view: &View<'_>, part: &Part, in_liquid: bool) -> Option<Component> {
    let PartKind::Solid(index) = part.kind else { return None };
    let solid = &view.scene.solids[index];
    if solid.power == 0.0 && solid.limit.is_none() {
        return None;
    }
    let temperatures = part_temperatures(view, part)?;
    let mut component = Component {
        name: solid.name.clone(),
        role: solid.role.clone(),
        cooled_by: match view.air {
            Some(_) if in_liquid => CooledBy::Liquid,
            Some(_) => CooledBy::Air,
            None => CooledBy::Conduction,
        },
        power_w: solid.power,
        temperature_max_c: celsius(temperatures.hottest),
        temperature_mean_c: celsius(temperatures.mean),
        junction_c: None,
        reference_c: None,
        limit_c: None,
        margin_k: None,
        limit_source: None,
        band_k: None,
        grid_error_k: None,
        swing_c: None,
        not_trusted: None,
        rests_on_estimates: solid.origin.status == Status::Estimate,
    };
    component.judge(solid.limit.as_ref(), temperatures.hottest);
    Some(component)
}

fn of_porous(view: &View<'_>, part: &Part) -> Option<Component> {
    let PartKind::Porous(index) = part.kind else { return None };
    let porous = &view.scene.porous[index];
    if porous.power == 0.0 {
        return None;
    }
    let temperatures = part_temperatures(view, part)?;
    Some(Component {
        name: porous.name.clone(),
        role: porous.role.clone(),
        cooled_by: CooledBy::Air,
        power_w: porous.power,
        temperature_max_c: celsius(temperatures.hottest),
        temperature_mean_c: celsius(temperatures.mean),
        junction_c: None,
        reference_c: None,
        limit_c: None,
        margin_k: None,
        limit_source: None,
        band_k: None,
        grid_error_k: None,
        swing_c: None,
        not_trusted: None,
        rests_on_estimates: porous.origin.status == Status::Estimate,
    })
}

fn of_plate(view: &View<'_>, index: usize) -> Option<Component> {
    let plate = &view.scene.cold_plates[index];
    if plate.extra_power == 0.0 {
        return None;
    }
    let base = celsius(view.energy.node(view.model.plate_nodes[index]));
    Some(Component {
        name: plate.name.clone(),
        role: String::from("cold_plate"),
        cooled_by: CooledBy::Liquid,
        power_w: plate.extra_power,
        temperature_max_c: base,
        temperature_mean_c: base,
        junction_c: None,
        reference_c: plate_inlet(view, index).map(celsius),
        limit_c: None,
        margin_k: None,
        limit_source: None,
        band_k: None,
        grid_error_k: None,
        swing_c: None,
        not_trusted: None,
        rests_on_estimates: plate.origin.status == Status::Estimate,
    })
}

/// Hottest and mean temperature of a part's cells, or of its sheet faces.
fn part_temperatures(view: &View<'_>, part: &Part) -> Option<Temperatures> {
    let mut values: Vec<(f64, f64)> = match part.form {
        Form::Sheet(_) => view
            .model
            .sheets
            .iter()
            .zip(&view.energy.sheets)
            .filter(|(sheet, _)| view.model.parts[sheet.part].kind == part.kind)
            .map(|(sheet, rise)| (view.energy.reference + rise, sheet.area))
            .collect(),
        Form::Cells | Form::Nodes => Vec::new(),
    };
    values.extend(part.cells.iter().map(|&cell| (view.temperature(cell), view.volume(cell))));
    let weight: f64 = values.iter().map(|(_, weight)| weight).sum();
    if weight <= 0.0 {
        return None;
    }
    Some(Temperatures {
        hottest: values.iter().map(|(value, _)| *value).fold(f64::NEG_INFINITY, f64::max),
        mean: values.iter().map(|(value, weight)| value * weight).sum::<f64>() / weight,
    })
}

impl Component {
    /// Widens the band of a chip whose sink is passed by at a ratio of speeds.
    fn doubt(&mut self, ratio: f64) {
        self.rests_on_estimates = true;
        let rise = self.reference_c.map(|reference| (self.judged_c() - reference).max(0.0));
        self.band_k = rise.map(|rise| bypass_band(ratio) * rise);
        if ratio > LARGEST_BYPASS_RATIO {
            self.not_trusted = Some(format!(
                "air passes beside its heat sink at {ratio:.1} times the speed before the fins, more than \
                 {LARGEST_BYPASS_RATIO:.0}"
            ));
        }
    }

    /// Puts a limit beside the temperature (K) that it bounds.
    fn judge(&mut self, limit: Option<&Limit>, temperature: f64) {
        let Some(limit) = limit else { return };
        self.limit_c = Some(celsius(limit.temperature));
        self.margin_k = Some(limit.temperature - temperature);
        self.limit_source = Some(format!("{} ({})", limit.origin.source, limit.origin.status.letter()));
        self.rests_on_estimates |= limit.origin.status == Status::Estimate;
    }
}
