//! Whether an answer lies where models and data hold: speeds of incompressible air, temperatures of material data.

use std::collections::BTreeSet;

use super::checks::Found;
use super::{View, celsius};
use crate::couple::airstate::AirState;
use crate::couple::fluid;
use crate::grid::Axis;
use crate::material::{air, solid};
use crate::model::air::FanPlane;
use crate::model::{CellKind, NO_PART, NodeKind, PartKind};
use crate::physics::radiation::{EMISSIVITY, NOTICEABLE_SHARE, radiated_share};
use crate::physics::wall_law;
use crate::result::CooledBy;
use crate::scene::{Convection, Material, Opening, Turbulence};

/// Warns of air that is too fast to be incompressible, at its fastest place.
pub(super) fn speeds(view: &View<'_>, air: &AirState, found: &mut Found) {
    let (speed, place) = fastest(view, air);
    if speed > air::FASTEST {
        found.say(
            &place,
            format!(
                "air moves at {speed:.0} m/s; above {:.0} m/s, 0.3 of the speed of sound, it is compressed, and flows \
                 and pressures here are not those of air",
                air::FASTEST
            ),
            "check the pressures of openings, the flows of fans, and what narrows their way",
        );
    }
}

/// Where a speed was found.
#[derive(Clone, Copy)]
enum At {
    Cell(usize),
    Opening(usize),
    Fan(usize),
}

/// The highest speed through a face, m/s, and the item there, or its position.
fn fastest(view: &View<'_>, air: &AirState) -> (f64, String) {
    let (grid, flux, problem) = (&view.model.grid, &air.solution.flux, &air.problem);
    // Liquids are not compressed by their speed.
    let is_gas = |cell: usize| !fluid::is_liquid(air.fluid(cell));
    let inside = Axis::ALL.into_iter().flat_map(|axis| {
        let faces =
            flux.faces[axis as usize].iter().enumerate().filter(|(cell, m)| **m != 0.0 && is_gas(*cell));
        faces.map(move |(cell, m)| {
            (m.abs() / (problem.density(cell) * grid.area(axis, grid.position(cell))), At::Cell(cell))
        })
    });
    let outside = view.model.openings.iter().zip(&flux.boundary).filter(|(face, _)| is_gas(face.cell));
    let outside = outside
        .map(|(face, m)| (m.abs() / (problem.density(face.cell) * face.area), At::Opening(face.opening)));
    // What covers a part of a fan's plane leaves less area than its cells have.
    let blows_gas = |plane: &FanPlane| plane.faces.first().is_some_and(|face| is_gas(problem.inside(face)));
    let fans = problem.fans.iter().enumerate().filter(|(_, plane)| blows_gas(plane));
    let fans = fans.map(|(fan, plane)| (plane.speed(), At::Fan(fan)));
    let first = (0.0, At::Cell(0));
    let faster = |a: (f64, At), b: (f64, At)| if b.0 > a.0 { b } else { a };
    let (speed, at) = fans.chain(outside).chain(inside).fold(first, faster);
    let place = match at {
        At::Opening(opening) => view.scene.openings[opening].name.clone(),
        At::Fan(fan) => view.scene.fans[fan].name.clone(),
        At::Cell(cell) => place_in_air(view, cell),
    };
    (speed, place)
}

/// The heat sink or porous box that holds a cell of air, else the cell's centre.
fn place_in_air(view: &View<'_>, cell: usize) -> String {
    let holds = |kind| matches!(kind, PartKind::HeatSink(_) | PartKind::Porous(_));
    let part = view.model.parts.iter().find(|p| holds(p.kind) && p.cells.binary_search(&cell).is_ok());
    part.map_or_else(
        || {
            let centre = view.model.grid.cell_centre(view.model.grid.position(cell));
            let [x, y, z] = centre.map(|length| length * 1e3);
            format!("x {x:.0}, y {y:.0}, z {z:.0} mm")
        },
        |part| part.name.clone(),
    )
}

/// Warns of parts whose temperature no material data reach, naming the one that is farthest out.
pub(super) fn temperatures(view: &View<'_>, found: &mut Found) {
    let (low, high) = solid::DATA_RANGE;
    let beyond = |temperature: f64| (temperature - high).max(low - temperature);
    let mut parts: BTreeSet<&str> = BTreeSet::new();
    let mut worst: Option<(f64, &str)> = None;
    for (temperature, name) in temperatures_of_solids(view).filter(|(t, _)| beyond(*t) > 0.0) {
        parts.insert(name);
        if worst.is_none_or(|(t, _)| beyond(temperature) > beyond(t)) {
            worst = Some((temperature, name));
        }
    }
    let Some((temperature, name)) = worst else { return };
    let more = match parts.len() - 1 {
        0 => String::new(),
        1 => " (and another part outside)".to_owned(),
        more => format!(" (and {more} more parts outside)"),
    };
    found.say(
        name,
        format!(
            "it reaches {:.0} degC; conductivities of solids and packages hold from {:.0} to {:.0} degC{more}",
            celsius(temperature),
            celsius(low),
            celsius(high)
        ),
        "check its power and what cools it: the temperature says that it fails, not what it would have",
    );
}

/// Warns of what nothing ties to a known temperature: without heat its level is arbitrary.
pub(super) fn undetermined(view: &View<'_>, found: &mut Found) {
    let model = view.model;
    let cells = model.grid.cells();
    for &row in &view.energy.undetermined {
        let name = match row.checked_sub(cells).map(|node| model.item_of(model.nodes[node].kind)) {
            Some(item) => item.unwrap_or("a compact part"),
            None if model.part_of_cell[row] == NO_PART => "the domain's fill",
            None => model.parts[model.part_of_cell[row]].name.as_str(),
        };
        found.say(
            name,
            "nothing ties it to a known temperature and no heat is released in it: it is shown at the site's air \
             temperature, and any other would do as well"
                .into(),
            "give it a wall with a temperature or a film, moving air, or a cold plate in a branch with flow",
        );
    }
}

/// Warns of solids whose conductivity, a line in the temperature, is held at its floor, naming the one that is farthest
/// under it.
pub(super) fn conductivities(view: &View<'_>, found: &mut Found) {
    let model = view.model;
    let factor = |cell: usize| match model.cell_kind[cell] {
        CellKind::Solid(material) => {
            let Material { temperature_coefficient, reference_temperature, .. } = &model.materials[material];
            let temperature = view.temperature(cell);
            solid::conductivity_factor(*temperature_coefficient, *reference_temperature, temperature)
        }
        _ => 1.0,
    };
    let (cell, least) = (0..model.grid.cells()).fold((0, 1.0), |worst, cell| match factor(cell) {
        factor if factor < worst.1 => (cell, factor),
        _ => worst,
    });
    let CellKind::Solid(material) = model.cell_kind[cell] else { return };
    if least < solid::LEAST_FACTOR {
        found.say(
            &model.materials[material].name,
            format!(
                "at {:.0} degC its conductivity would be {least:.2} of that at {:.0} degC; it is held at {}",
                celsius(view.temperature(cell)),
                celsius(model.materials[material].reference_temperature),
                solid::LEAST_FACTOR
            ),
            "check 'temperature_coefficient': a line through two measured values does not hold so far away from them",
        );
    }
}

/// K at which water boils at the pressure of the sea: of other liquids none is known here.
const BOILING: f64 = 373.15;

/// Warns of liquids in open cells that are as hot as boiling water, at their hottest place.
pub(super) fn liquids(view: &View<'_>, found: &mut Found) {
    let Some(air) = view.air else { return };
    let model = view.model;
    for fluid in model.present_fluids().into_iter().filter(|&fluid| fluid::is_liquid(&air.properties[fluid]))
    {
        let own = (0..model.grid.cells()).filter(|&cell| model.is_air(cell) && model.fluid(cell) == fluid);
        let warmer = |a: &usize, b: &usize| view.energy.cell(*a).total_cmp(&view.energy.cell(*b));
        let Some(cell) = own.max_by(warmer).filter(|&cell| view.energy.cell(cell) >= BOILING) else {
            continue;
        };
        let name = fluid::name(view.scene, model.fluids.list[fluid]);
        let region = model.fluids.region(cell).map_or(name, |region| &view.scene.fluid_regions[region].name);
        let [x, y, z] = model.grid.cell_centre(model.grid.position(cell)).map(|length| length * 1e3);
        found.say(
            region,
            format!(
                "{name} reaches {:.0} degC at x {x:.0}, y {y:.0}, z {z:.0} mm; water boils at 100 degC, and the properties of \
                 a liquid are constants here, without boiling",
                celsius(view.energy.cell(cell))
            ),
            "check its boiling point, give its properties at this temperature, or give it more flow or less heat",
        );
    }
}

/// Temperatures of solid cells, sheets and compact nodes, K, each with the part they belong to.
fn temperatures_of_solids<'a>(view: &'a View<'_>) -> impl Iterator<Item = (f64, &'a str)> {
    let model = view.model;
    let solid = |cell: &usize| matches!(model.cell_kind[*cell], CellKind::Solid(_));
    let cells = (0..model.grid.cells()).filter(solid).map(|cell| {
        let part = model.part_of_cell[cell];
        let name = if part == NO_PART { "the domain's fill" } else { model.parts[part].name.as_str() };
        (view.energy.cell(cell), name)
    });
    let sheets = model.sheets.iter().zip(&view.energy.sheets);
    let sheets =
        sheets.map(|(sheet, rise)| (view.energy.reference + rise, model.parts[sheet.part].name.as_str()));
    // A sink's base and a plate's are those of their chips; the coolant has a range of its own.
    let nodes = model.nodes.iter().enumerate().filter_map(|(index, node)| match node.kind {
        NodeKind::Coolant { .. } | NodeKind::Supply(_) => None,
        kind => model.item_of(kind).map(|name| (view.energy.node(index), name)),
    });
    cells.chain(sheets).chain(nodes)
}

/// Largest y⁺ of a first cell up to which the law of the wall is taken: the logarithmic layer ends there.
const LARGEST_Y_PLUS: f64 = 1000.0;
/// Reynolds number of a duct over which its flow is turbulent, well beyond 2300.
const TURBULENT_REYNOLDS: f64 = 4000.0;
/// Cell Reynolds number up to which central convection cannot swing from cell to cell (Patankar 1980, section 5.2).
const CENTRAL_CELL_REYNOLDS: f64 = 2.0;

/// How finely solved air is resolved.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fineness {
    /// Largest |u| Δx/ν of a cell along an axis of several, and that cell.
    pub(super) cell_reynolds: (f64, usize),
    /// Largest y⁺ of the middle of a cell at a wall, and that cell; none in laminar flow.
    pub(super) y_plus: Option<(f64, usize)>,
}

/// Cell Reynolds number and y⁺ of the flow of a fluid; none for a field of losses.
pub(super) fn fineness(view: &View<'_>, fluid: usize) -> Option<Fineness> {
    let air = view.air?;
    let momentum = air.flow_of(fluid)?;
    let (grid, nu) = (&view.model.grid, air.properties[fluid].kinematic_viscosity());
    let mut found = Fineness::default();
    // Along an axis of one cell nothing changes.
    for axis in Axis::ALL.into_iter().filter(|&axis| grid.size()[axis as usize] > 1) {
        let speeds = air.velocity[axis as usize].iter().enumerate();
        for (cell, speed) in speeds.filter(|(cell, _)| view.model.fluid(*cell) == fluid) {
            let width = grid.width(axis, grid.position(cell)[axis as usize]);
            let reynolds = speed.abs() * width / nu;
            if reynolds > found.cell_reynolds.0 {
                found.cell_reynolds = (reynolds, cell);
            }
        }
    }
    if momentum.is_turbulent() {
        found.y_plus = view
            .model
            .wetted
            .iter()
            .filter(|face| view.model.fluid(face.air_cell) == fluid)
            .map(|face| {
                let normal = face.side.axis;
                let [a, b] = normal.others().map(|axis| air.velocity[axis as usize][face.air_cell]);
                let y = 0.5 * grid.width(normal, grid.position(face.air_cell)[normal as usize]);
                (wall_law::y_plus((a.hypot(b) * y / nu).min(wall_law::HIGHEST_REYNOLDS)), face.air_cell)
            })
            .max_by(|a, b| a.0.total_cmp(&b.0));
    }
    Some(found)
}

/// Warns of a flow outside what its model of turbulence knows.
pub(super) fn turbulence(view: &View<'_>, air: &AirState, found: &mut Found) {
    view.model.present_fluids().into_iter().for_each(|fluid| turbulence_of(view, air, fluid, found));
}

fn turbulence_of(view: &View<'_>, air: &AirState, fluid: usize, found: &mut Found) {
    let Some(fineness) = fineness(view, fluid) else { return };
    let (cell_reynolds, cell) = fineness.cell_reynolds;
    if view.scene.air.convection == Convection::Central && cell_reynolds > CENTRAL_CELL_REYNOLDS {
        found.say(
            &place_in_air(view, cell),
            format!(
                "the cell Reynolds number is {cell_reynolds:.0}; above {CENTRAL_CELL_REYNOLDS:.0} central convection \
                 may swing from cell to cell"
            ),
            "take a finer grid, or convection = \"bounded\" in [air]",
        );
    }
    if let Some((y_plus, cell)) = fineness.y_plus.filter(|(y_plus, _)| *y_plus > LARGEST_Y_PLUS) {
        found.say(
            &place_in_air(view, cell),
            format!(
                "y+ of the first cell is {y_plus:.0}; the law of the wall holds to some {LARGEST_Y_PLUS:.0}, and the \
                 wall's shear and heat are less sure beyond"
            ),
            "take a finer grid, or a smaller largest_spacing",
        );
    }
    if view.model.fluids.turbulence[fluid] != Turbulence::Laminar {
        return;
    }
    let nu = air.properties[fluid].kinematic_viscosity();
    let mut flows = vec![0.0; view.scene.openings.len()];
    let faces = view.model.openings.iter().zip(&air.solution.flux.boundary);
    for (face, mass_flow) in faces.filter(|(face, _)| view.model.fluid(face.cell) == fluid) {
        flows[face.opening] += mass_flow / air.properties[fluid].density;
    }
    // Re = u D_h/ν = 4 Q/(P ν), with P the circumference of the opening.
    let reynolds = |(opening, flow): (&Opening, &f64)| {
        let rectangle = &opening.rectangle;
        // An axis of one cell is a plane case: its duct is as deep as you like, D_h = 2 h.
        let along = |axis: &Axis| match view.model.grid.size()[*axis as usize] {
            1 => 0.0,
            _ => rectangle.upper[*axis as usize] - rectangle.lower[*axis as usize],
        };
        let [a, b] = rectangle.axis.others();
        let depth = |axis: Axis| rectangle.upper[axis as usize] - rectangle.lower[axis as usize];
        let round = match (along(&a), along(&b)) {
            (0.0, 0.0) => return 0.0,
            (0.0, _) => 2.0 * depth(a),
            (_, 0.0) => 2.0 * depth(b),
            (a, b) => 2.0 * (a + b),
        };
        4.0 * flow.abs() / (round * nu)
    };
    let openings = view.scene.openings.iter().zip(&flows);
    let worst = openings.map(|pair| (reynolds(pair), &pair.0.name)).max_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((re, name)) = worst.filter(|(re, _)| *re > TURBULENT_REYNOLDS) {
        found.say(
            name,
            format!(
                "its flow has a Reynolds number of {re:.0} and is turbulent; the flow was solved as laminar"
            ),
            "set turbulence = \"lvel\" where its fluid is given: in [air] or in its [[fluid_region]]",
        );
    }
}

/// Warns of kinds of parts whose surfaces would radiate a share of their heat that is worth mentioning, which the model
/// leaves out.
pub(super) fn radiation(view: &View<'_>, found: &mut Found) {
    let ambient = view.scene.site.air_temperature;
    let mut kinds: Vec<(String, f64, String)> = Vec::new();
    for part in super::components::components(view).into_iter().filter(|part| part.cooled_by == CooledBy::Air)
    {
        let groups = view.model.groups.iter().filter(|group| view.model.parts[group.part].name == part.name);
        let area: f64 = groups.map(|group| group.area).sum();
        let surface = part.temperature_mean_c + super::ZERO_CELSIUS;
        let share = radiated_share(part.power_w, area, surface, ambient).unwrap_or(0.0);
        if share <= NOTICEABLE_SHARE {
            continue;
        }
        let kind: String = part.name.chars().filter(|c| !c.is_ascii_digit()).collect();
        match kinds.iter_mut().find(|(known, ..)| *known == kind) {
            Some((_, worst, name)) if share > *worst => (*worst, *name) = (share, part.name),
            Some(_) => (),
            None => kinds.push((kind, share, part.name)),
        }
    }
    for (_, share, name) in kinds {
        found.say(
            &name,
            format!(
                "its surface would radiate up to {:.0} % of its heat (emissivity {EMISSIVITY}), which is left out",
                100.0 * share.min(1.0)
            ),
            "it gets less warm than it says; give its wall or film what radiation adds where that matters",
        );
    }
}
