//! The temperatures that lift a flow: solved along with it, guessed before there are any, or counted from their mean.
//!
//! Conduction reaches through fluid and solids; the cells of other fluids hold what the last energy stage gave them, so
//! that the flow feels them and does not move them.

use crate::couple::regions::components;
use crate::material::air::AirProperties;
use crate::model::air::AirProblem;
use crate::model::flow::{FlowProblem, HeatProblem};
use crate::model::system::{CellLink, LinearSystem, State};
use crate::model::{EnergyInputs, Model, energy_system};
use crate::scene::Scene;
use crate::solver::SolveError;
use crate::solver::multigrid::HierarchyError;
use std::borrow::Cow;

/// Conduction in the flow's shape: the given one, or that of a model without compact parts through fluids at rest. Cells of
/// other fluids hold the temperatures of the problem.
pub(super) fn heat_problem(
    scene: &Scene,
    model: &Model,
    problem: &FlowProblem,
    fluid: usize,
    properties: &[AirProperties],
    conduction: Option<&(LinearSystem, State)>,
) -> HeatProblem {
    let at_rest = || {
        let conductivity: Vec<f64> = properties.iter().map(|fluid| fluid.conductivity).collect();
        let rise = vec![0.0; model.grid.cells()];
        energy_system(model, &EnergyInputs::conduction(scene.site.air_temperature, &rise, &conductivity))
    };
    let given = conduction.map_or_else(|| Cow::Owned(at_rest()), Cow::Borrowed);
    let mut heat = padded(problem, &given.0, &given.1, properties[fluid].specific_heat);
    let held =
        problem.shape.cells().zip(0..).filter(|(_, cell)| model.is_air(*cell) && model.fluid(*cell) != fluid);
    for ((_, c), _) in held.collect::<Vec<_>>() {
        hold(&mut heat, problem, c);
    }
    heat
}

/// Puts what compact nodes give to cells at the rises of a state into the cells' own terms,
///
/// ```text
/// Σ_N β (x_N − x_c) → Σ_N [β (x_N − x_c)₀ − β (1 − y_N) (x_c − x_c₀)]        D y = Σ_c β
/// ```
///
/// y is by how much nodes follow a rise of all cells: a chip that nothing but air cools gives off its power whatever the air
/// does, and a cold plate stays as warm as its coolant.
pub(super) fn fold(system: &mut LinearSystem, right: &mut State, rise: &State) -> Result<(), SolveError> {
    let n = system.nodes();
    let mut gains = vec![0.0; n];
    system.border.cell_links.iter().for_each(|link| gains[link.node] += link.conductance);
    let inverse = system.node_inverse().map_err(HierarchyError::System)?;
    let follows = |node: usize| (0..n).map(|from| inverse[node * n + from] * gains[from]).sum::<f64>();
    let stiff: Vec<f64> = (0..n).map(|node| (1.0 - follows(node)).clamp(0.0, 1.0)).collect();
    for CellLink { cell, node, conductance } in std::mem::take(&mut system.border).cell_links {
        let held = conductance * stiff[node];
        system.sink[cell] += held;
        right.cells[cell] += conductance * (rise.nodes[node] - rise.cells[cell]) + held * rise.cells[cell];
    }
    right.nodes.clear();
    Ok(())
}

/// Takes a cell out of a heat problem: its neighbours are tied to the temperature that it has in the flow.
fn hold(heat: &mut HeatProblem, problem: &FlowProblem, c: usize) {
    for (axis, stride) in problem.shape.strides().into_iter().enumerate() {
        let n = problem.shape.size[axis];
        let (at, period) = (c / stride % (n + 2), if problem.periodic[axis] { n * stride } else { 0 });
        // On a seam a face stands twice, and the cell beyond it is the other end of the line.
        let [below, above] =
            [(1, c + period), (n, c + stride - period)].map(|(end, twin)| (at == end).then_some(twin));
        let lower = (c, below.unwrap_or(c), below.unwrap_or(c) - stride);
        let upper = (c + stride, above.unwrap_or(c + stride), above.unwrap_or(c + stride));
        for (face, twin, neighbour) in [lower, upper] {
            let conductance = std::mem::take(&mut heat.conductance[axis][face]);
            heat.conductance[axis][twin] = 0.0;
            heat.sink[neighbour] += conductance;
            heat.source[neighbour] += conductance * problem.temperature[c];
        }
    }
    // A row of nothing keeps its value.
    (heat.sink[c], heat.source[c]) = (0.0, 0.0);
}

fn padded(problem: &FlowProblem, system: &LinearSystem, right: &State, specific_heat: f64) -> HeatProblem {
    let shape = problem.shape;
    let mut heat = HeatProblem {
        conductance: [0, 1, 2].map(|_| vec![0.0; shape.len()]),
        sink: shape.pad(&system.sink, 0.0),
        source: shape.pad(&right.cells, 0.0),
        specific_heat,
    };
    for (axis, stride) in shape.strides().into_iter().enumerate() {
        for ((_, c), conductance) in shape.cells().zip(&system.from_upper[axis]) {
            if *conductance != 0.0 {
                heat.conductance[axis][c + stride] = *conductance;
            }
        }
    }
    for face in &system.seam {
        let [first, last] = [face.first, face.last].map(|cell| system.position(cell));
        let axis = (0..3).find(|&axis| first[axis] != last[axis]).expect("the ends of a line lie apart");
        for place in [shape.index(first), shape.index(last) + shape.strides()[axis]] {
            heat.conductance[axis][place] += face.from_upper;
        }
    }
    heat
}

/// Warms fluid that nothing but its own heat draws through openings evenly by what such a draught would have, so that the
/// first flow is none at rest, which would leave the heat without a way out; whether there is such fluid. With the power Q,
/// the height H along gravity and half the open area A,
///
/// ```text
/// ρ β g ΔT H = ½ ρ u²     ΔT = Q/(ρ cp u A)     u³ = 2 β g H Q/(ρ cp A)
/// ```
pub(super) fn kindle(
    model: &Model,
    air: &AirProblem,
    fluid: usize,
    properties: &AirProperties,
    problem: &mut FlowProblem,
) -> bool {
    let sets = components(air);
    let still: Vec<bool> = sets.driven(air).into_iter().map(|driven| !driven).collect();
    let drawn = sets.exchanges(air, &still);
    let drawn = |cell: usize| model.is_air(cell) && model.fluid(cell) == fluid && drawn[sets.of_cell[cell]];
    let area: f64 = model.openings.iter().filter(|face| drawn(face.cell)).map(|face| 0.5 * face.area).sum();
    let heat = model.total_power() / (properties.density * properties.specific_heat * area);
    let lift_height: f64 =
        (0..3).map(|a| problem.buoyancy[a].abs() * problem.widths[a].iter().sum::<f64>()).sum();
    let rise = heat / (2.0 * lift_height * heat).cbrt();
    if !rise.is_normal() || rise < 0.0 {
        return false;
    }
    let shape = problem.shape;
    for (_, (_, c)) in shape.cells().enumerate().filter(|(cell, _)| drawn(*cell)) {
        problem.temperature[c] = rise;
    }
    true
}

/// Counts the rises of a closed fluid from their mean, K, which it gives. The weight that goes with the mean only presses on
/// the walls, and differences lose no digits to it; pressures of a start that counted from `before` follow.
pub(super) fn float(model: &Model, fluid: usize, problem: &mut FlowProblem, before: f64) -> f64 {
    if model.openings.iter().any(|face| model.fluid(face.cell) == fluid) {
        return 0.0;
    }
    let cells = problem.shape.cells().enumerate();
    let own = cells.filter(|(cell, _)| model.is_air(*cell) && model.fluid(*cell) == fluid);
    let own: Vec<([usize; 3], usize)> = own.map(|(_, place)| place).collect();
    let volume: f64 = own.iter().map(|(at, _)| model.grid.volume(*at)).sum();
    let heat: f64 = own.iter().map(|(at, c)| model.grid.volume(*at) * problem.temperature[*c]).sum();
    let level = heat / volume;
    problem.temperature.iter_mut().for_each(|rise| *rise -= level);
    if let Some(heat) = &mut problem.heat {
        heat.source.iter_mut().zip(&heat.sink).for_each(|(source, sink)| *source -= sink * level);
    }
    let weight = problem.buoyancy.map(|lift| problem.density * lift * (level - before));
    for (at, c) in own {
        let centre = model.grid.cell_centre(at);
        problem.pressure[c] += (0..3).map(|axis| weight[axis] * centre[axis]).sum::<f64>();
    }
    level
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::Grid;

    #[test]
    fn a_held_cell_warms_its_neighbours_as_a_wall_of_its_temperature_does_and_has_no_equation_left() {
        let grid = Grid::uniform([3.0, 1.0, 1.0], [3, 1, 1]).unwrap();
        let mut problem = FlowProblem::closed_box(&grid, 1.0, 1.0);
        let [first, held, last] = [0, 1, 2].map(|i| problem.shape.index([i, 0, 0]));
        problem.temperature[held] = 20.0;
        let zeros = || vec![0.0; problem.shape.len()];
        let mut heat = HeatProblem {
            conductance: [zeros(), zeros(), zeros()],
            sink: zeros(),
            source: zeros(),
            specific_heat: 1.0,
        };
        (heat.conductance[0][held], heat.conductance[0][last], heat.source[held]) = (2.0, 3.0, 7.0);
        hold(&mut heat, &problem, held);
        assert_eq!((heat.sink[first], heat.source[first]), (2.0, 40.0));
        assert_eq!((heat.sink[last], heat.source[last]), (3.0, 60.0));
        assert_eq!((heat.sink[held], heat.source[held]), (0.0, 0.0));
        assert!(heat.conductance.iter().flatten().all(|g| *g == 0.0));
    }
}
