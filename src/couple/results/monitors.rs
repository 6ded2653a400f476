//! Monitors: points and lines interpolated, means over surfaces and volumes.
//!
//! A point takes the trilinear mean of the eight cell centres around it, with those left out that hold another
//! material than the point's own cell: a temperature is continuous there, its slope is not. Beyond the outermost
//! centres of a solid its slope goes on to the wall; in a fluid, whose layers are thinner than a cell, the last value
//! holds, and where the domain repeats its other end follows. A surface takes the cells whose faces or middles its plane cuts, weighted by
//! their overlap with the rectangle; a volume those that it overlaps.

use super::{View, celsius};
use crate::grid::Axis;
use crate::model::CellKind;
use crate::result::{self, LineProbe};
use crate::scene::{Place, Quantity, Rectangle, Region};

/// All monitors of a scene: single values, and samples along lines.
pub(super) fn monitors(view: &View<'_>) -> (Vec<result::Monitor>, Vec<LineProbe>) {
    let (mut values, mut probes) = (Vec::new(), Vec::new());
    for monitor in &view.scene.monitors {
        let (quantity, unit) = words(monitor.quantity);
        let value = match &monitor.place {
            Place::Point(at) => sample(view, monitor.quantity, *at),
            Place::Surface(rectangle) => over_rectangle(view, monitor.quantity, rectangle),
            Place::Volume(region) => over_region(view, monitor.quantity, region),
            Place::Line { from, to, samples } => {
                let positions = along(*from, *to, *samples);
                let values = positions.iter().map(|&at| sample(view, monitor.quantity, at)).collect();
                probes.push(LineProbe {
                    name: monitor.name.clone(),
                    quantity: quantity.into(),
                    unit: unit.into(),
                    positions,
                    values,
                });
                continue;
            }
        };
        values.push(result::Monitor {
            name: monitor.name.clone(),
            quantity: quantity.into(),
            value,
            unit: unit.into(),
            grid_error: None,
            swing: None,
        });
    }
    (values, probes)
}

fn words(quantity: Quantity) -> (&'static str, &'static str) {
    match quantity {
        Quantity::Temperature => ("temperature", "degC"),
        Quantity::Pressure => ("pressure", "Pa"),
        Quantity::Velocity => ("velocity", "m/s"),
    }
}

/// `samples` points from end to end.
fn along(from: [f64; 3], to: [f64; 3], samples: usize) -> Vec<[f64; 3]> {
    let last = samples.saturating_sub(1).max(1) as f64;
    // Between the ends whatever rounding does: they may lie on the domain's sides.
    let at = |a: usize, share: f64| {
        (from[a] + (to[a] - from[a]) * share).clamp(from[a].min(to[a]), from[a].max(to[a]))
    };
    (0..samples).map(|i| [0, 1, 2].map(|a| at(a, i as f64 / last))).collect()
}

/// Value of a cell in the unit of its quantity.
fn value(view: &View<'_>, quantity: Quantity, cell: usize) -> f64 {
    match (quantity, view.air) {
        (Quantity::Temperature, _) => celsius(view.temperature(cell)),
        (_, None) => 0.0,
        (Quantity::Pressure, Some(air)) => air.solution.pressure[cell],
        (Quantity::Velocity, Some(air)) => {
            let [u, v, w] = [0, 1, 2].map(|axis| air.velocity[axis][cell]);
            (u * u + v * v + w * w).sqrt()
        }
    }
}

/// Cells on either side of a coordinate, by their centres, with their weights.
fn bracket(view: &View<'_>, axis: Axis, coordinate: f64) -> [(usize, f64); 2] {
    let grid = &view.model.grid;
    let last = grid.size()[axis as usize] - 1;
    let upper = (0..=last).find(|&i| grid.centre(axis, i) > coordinate);
    if let (true, None | Some(0)) = (view.model.periodic[axis as usize], upper) {
        // The centres on both sides of the seam.
        let [low, high] = [last, 0].map(|i| 0.5 * grid.width(axis, i));
        let below = coordinate - grid.faces(axis)[if upper.is_none() { last + 1 } else { 0 }];
        let share = (below + low) / (low + high);
        return [(last, 1.0 - share), (0, share)];
    }
    match upper {
        Some(0) => [(0, 1.0), (0, 0.0)],
        None => [(last, 1.0), (last, 0.0)],
        Some(upper) => {
            let (low, high) = (grid.centre(axis, upper - 1), grid.centre(axis, upper));
            let share = (coordinate - low) / (high - low);
            [(upper - 1, 1.0 - share), (upper, share)]
        }
    }
}

/// Value at a point, NaN outside the domain.
fn sample(view: &View<'_>, quantity: Quantity, at: [f64; 3]) -> f64 {
    let grid = &view.model.grid;
    let located = Axis::ALL.map(|a| grid.locate(a, at[a as usize]));
    let [Some(i), Some(j), Some(k)] = located else { return f64::NAN };
    let position = [i, j, k];
    let own = grid.index(position);
    let alike = |cell: usize| match (view.model.cell_kind[own], view.model.cell_kind[cell]) {
        (CellKind::Compact, _) | (_, CellKind::Compact) => {
            view.model.part_of_cell[own] == view.model.part_of_cell[cell]
        }
        (a, b) => a == b && view.model.fluid(own) == view.model.fluid(cell),
    };
    let brackets = Axis::ALL.map(|a| bracket(view, a, at[a as usize]));
    if let (Quantity::Temperature, CellKind::Solid(_)) = (quantity, view.model.cell_kind[own])
        && let Some(value) = at_a_wall(view, at, position, &brackets, &alike)
    {
        return value;
    }
    let (mut sum, mut weight) = (0.0, 0.0);
    for (i, wx) in brackets[0] {
        for (j, wy) in brackets[1] {
            for (k, wz) in brackets[2] {
                let cell = grid.index([i, j, k]);
                let share = wx * wy * wz;
                if share > 0.0 && alike(cell) {
                    sum += share * value(view, quantity, cell);
                    weight += share;
                }
            }
        }
    }
    if weight > 0.0 { sum / weight } else { value(view, quantity, own) }
}

/// Temperature of a solid at a point beyond its outermost centres, by the slope between the two cells nearest the
/// wall; none where the point does not lie there or another material lies among these cells.
fn at_a_wall(
    view: &View<'_>,
    at: [f64; 3],
    own: [usize; 3],
    brackets: &[[(usize, f64); 2]; 3],
    alike: &dyn Fn(usize) -> bool,
) -> Option<f64> {
    let grid = &view.model.grid;
    let mut continued = *brackets;
    let mut beyond = false;
    for axis in Axis::ALL {
        let (a, here) = (axis as usize, own[axis as usize]);
        let same = |index: usize| {
            let mut place = own;
            place[a] = index;
            index < grid.size()[a] && alike(grid.index(place))
        };
        let side = continued[a].map(|(index, _)| index).into_iter().find(|&index| index != here);
        if side.is_some_and(same) {
            continue;
        }
        let centre = grid.centre(axis, here);
        let inward = if at[a] > centre { here.wrapping_sub(1) } else { here + 1 };
        continued[a] = if same(inward) {
            beyond = true;
            let share = (at[a] - centre) / (grid.centre(axis, inward) - centre);
            [(here, 1.0 - share), (inward, share)]
        } else {
            [(here, 1.0), (here, 0.0)]
        };
    }
    let mut sum = 0.0;
    for (i, wx) in continued[0] {
        for (j, wy) in continued[1] {
            for (k, wz) in continued[2] {
                let (cell, share) = (grid.index([i, j, k]), wx * wy * wz);
                if share != 0.0 && !alike(cell) {
                    return None;
                }
                sum += share * value(view, Quantity::Temperature, cell);
            }
        }
    }
    beyond.then_some(sum)
}

/// Length of the cell `i` of an axis that lies between two coordinates, m.
fn overlap(view: &View<'_>, axis: Axis, i: usize, lower: f64, upper: f64) -> f64 {
    let faces = view.model.grid.faces(axis);
    (faces[i + 1].min(upper) - faces[i].max(lower)).max(0.0)
}

/// Mean by volume over a box.
fn over_region(view: &View<'_>, quantity: Quantity, region: &Region) -> f64 {
    let [nx, ny, nz] = view.model.grid.size();
    let (mut sum, mut total) = (0.0, 0.0);
    let width = |a: Axis, i: usize| overlap(view, a, i, region.lower[a as usize], region.upper[a as usize]);
    for k in (0..nz).filter(|&k| width(Axis::Z, k) > 0.0) {
        for j in (0..ny).filter(|&j| width(Axis::Y, j) > 0.0) {
            for i in 0..nx {
                let volume = width(Axis::X, i) * width(Axis::Y, j) * width(Axis::Z, k);
                if volume > 0.0 {
                    sum += volume * value(view, quantity, view.model.grid.index([i, j, k]));
                    total += volume;
                }
            }
        }
    }
    if total > 0.0 { sum / total } else { f64::NAN }
}

/// Mean by area over a rectangle, between the cells' values on its plane.
fn over_rectangle(view: &View<'_>, quantity: Quantity, rectangle: &Rectangle) -> f64 {
    let grid = &view.model.grid;
    let [b, c] = rectangle.axis.others();
    if grid.locate(rectangle.axis, rectangle.at).is_none() {
        return f64::NAN;
    }
    let normal = bracket(view, rectangle.axis, rectangle.at);
    let width =
        |a: Axis, i: usize| overlap(view, a, i, rectangle.lower[a as usize], rectangle.upper[a as usize]);
    let (mut sum, mut total) = (0.0, 0.0);
    for j in (0..grid.size()[b as usize]).filter(|&j| width(b, j) > 0.0) {
        for k in (0..grid.size()[c as usize]).filter(|&k| width(c, k) > 0.0) {
            let area = width(b, j) * width(c, k);
            for (i, share) in normal {
                let mut at = [0; 3];
                at[rectangle.axis as usize] = i;
                at[b as usize] = j;
                at[c as usize] = k;
                sum += area * share * value(view, quantity, grid.index(at));
            }
            total += area;
        }
    }
    if total > 0.0 { sum / total } else { f64::NAN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_where_it_was_told_to_and_not_a_rounding_beyond() {
        let (from, to) = ([0.0, 0.0, 0.001], [0.0, 0.0, 0.024]);
        for samples in 2..200 {
            let points = along(from, to, samples);
            assert_eq!((points[0], points[samples - 1]), (from, to));
        }
    }
}
