//! A problem on a coarser grid, whose solution corrects that of a finer one ([`crate::solver::flow`]).
//!
//! Only what the flow meets has to be right on it, since the finer grid's imbalance drives it. Planes where that changes
//! are kept, so that a coarse cell is all fluid or all solid, and a coarse face all open or all closed.

use super::transfer::Transfer;
use super::{Convection, Face, FaceResistance, FlowFan, FlowProblem, HeatProblem, Passage, WallField};
use crate::field::Padded;
use std::collections::HashMap;

/// A grid is coarser only if it has at most this share of the cells.
const FEWER: f64 = 0.6;

/// Fewest cells along an axis that has more than one.
const FEWEST: usize = 4;

impl FlowProblem {
    /// The problem on a grid of pairs of cells, with the way there; none if too few cells can be joined.
    #[must_use]
    pub fn coarsened(&self) -> Option<(Self, Transfer)> {
        let kept = [0, 1, 2].map(|axis| self.pairs(axis));
        let coarse: usize = kept.iter().map(|kept| kept.len() - 1).product();
        let fine: usize = self.shape.size.iter().product();
        (coarse as f64 <= FEWER * fine as f64).then(|| self.with_edges(&kept))
    }

    /// The problem on a grid that keeps some edges along each axis, both ends among them, with the way there.
    #[must_use]
    pub fn with_edges(&self, kept: &[Vec<usize>; 3]) -> (Self, Transfer) {
        let transfer = Transfer::new(&self.widths, kept);
        let widths = [0, 1, 2].map(|axis| {
            kept[axis].windows(2).map(|pair| self.widths[axis][pair[0]..pair[1]].iter().sum()).collect()
        });
        let mut laws = Laws { list: self.laws.clone(), fans: self.fans.clone(), known: HashMap::new() };
        let faces = [0, 1, 2].map(|axis| self.coarse_faces(axis, &transfer, &mut laws));
        let Laws { list, mut fans, .. } = laws;
        for fan in &mut fans {
            fan.faces = coarse_fan_faces(fan, &transfer);
        }
        let centres = |values: &[f64]| self.means(values, None, &transfer);
        let repeating = |values: &[f64]| {
            let mut values = centres(values);
            let periodic = (0..3).filter(|&axis| self.periodic[axis]);
            periodic.for_each(|axis| transfer.coarse.wrap(axis, &mut values));
            values
        };
        let coarse = Self {
            shape: transfer.coarse,
            widths,
            faces,
            laws: list,
            fans,
            walls: self.walls.as_ref().map(|walls| WallField {
                distance: repeating(&walls.distance),
                shear_share: repeating(&walls.shear_share),
            }),
            velocity: [0, 1, 2].map(|axis| self.means(&self.velocity[axis], Some(axis), &transfer)),
            pressure: centres(&self.pressure),
            temperature: centres(&self.temperature),
            heat: self.heat.as_ref().map(|heat| self.coarse_heat(heat, &transfer)),
            // Unbounded values of second order have solutions of their own between so few cells, or none.
            convection: match self.convection {
                Convection::Central => Convection::Bounded,
                same => same,
            },
            ..self.without_arrays()
        };
        (coarse, transfer)
    }

    /// The same fluid and forces.
    fn without_arrays(&self) -> Self {
        Self {
            shape: self.shape,
            widths: Default::default(),
            density: self.density,
            viscosity: self.viscosity,
            faces: Default::default(),
            laws: Vec::new(),
            fans: Vec::new(),
            periodic: self.periodic,
            walls: None,
            velocity: Default::default(),
            pressure: Vec::new(),
            temperature: Vec::new(),
            body_force: self.body_force,
            buoyancy: self.buoyancy,
            heat: None,
            convection: self.convection,
        }
    }

    /// Edges along an axis that a coarser grid keeps: both ends, those where something changes, and every other of
    /// the rest. Beside the seam of a periodic axis cells stay alone, so that nothing has to be taken together across it.
    fn pairs(&self, axis: usize) -> Vec<usize> {
        let n = self.shape.size[axis];
        if n < 2 * FEWEST {
            return (0..=n).collect();
        }
        let mut free = vec![true; n + 1];
        (free[0], free[n]) = (false, false);
        if self.periodic[axis] {
            (free[1], free[n - 1]) = (false, false);
        }
        let stride = self.shape.strides()[axis];
        for (at, c) in self.shape.cells().filter(|(at, _)| at[axis] > 0) {
            let own = self.faces[axis][c];
            let resists_alike = [c - stride, c + stride].iter().any(|&next| self.faces[axis][next] == own);
            let inside = if own.is_solved() {
                own.is(Passage::Open) && (own.law() == 0 || resists_alike)
            } else {
                self.is_solid(c) && self.is_solid(c - stride)
            };
            let alike = (0..3).filter(|&other| other != axis).all(|other| {
                let upper = self.shape.strides()[other];
                [0, upper]
                    .iter()
                    .all(|&side| self.faces[other][c + side] == self.faces[other][c - stride + side])
            });
            free[at[axis]] &= inside && alike;
        }
        let mut kept = vec![0];
        for (edge, free) in free.into_iter().enumerate().skip(1) {
            if !free || kept.last() != Some(&(edge - 1)) {
                kept.push(edge);
            }
        }
        kept
    }

    /// Whether nothing can flow through any face of a cell.
    fn is_solid(&self, c: usize) -> bool {
        (0..3).all(|axis| {
            [c, c + self.shape.strides()[axis]]
                .iter()
                .all(|&face| !self.faces[axis][face].is_solved() && self.velocity[axis][face] == 0.0)
        })
    }

    /// Width of a cell counted from the ghosts; ghosts count as 1.
    fn weight(&self, axis: usize, at: usize) -> f64 {
        if at == 0 || at > self.shape.size[axis] { 1.0 } else { self.widths[axis][at - 1] }
    }

    /// Means over coarse cells by volume, or over coarse faces by area; ghosts too.
    fn means(&self, values: &[f64], across: Option<usize>, transfer: &Transfer) -> Vec<f64> {
        let strides = self.shape.strides();
        let place = |c: usize| [0, 1, 2].map(|b| c / strides[b] % (self.shape.size[b] + 2));
        each(transfer.coarse, |at| {
            let (mut sum, mut total) = (0.0, 0.0);
            for c in transfer.block(at, across) {
                let at = place(c);
                let weight: f64 = (0..3)
                    .filter(|&axis| across != Some(axis))
                    .map(|axis| self.weight(axis, at[axis]))
                    .product();
                sum += weight * values[c];
                total += weight;
            }
            sum / total
        })
    }

    fn coarse_faces(&self, axis: usize, transfer: &Transfer, laws: &mut Laws) -> Vec<Face> {
        each(transfer.coarse, |at| {
            let all = || transfer.block(at, Some(axis)).map(|c| (c, self.faces[axis][c]));
            // Faces of ghosts may differ: the solved one decides.
            let chosen = all().find(|(_, face)| face.is_solved()).or_else(|| all().next());
            let Some((c, face)) = chosen else { return Face::new(Passage::Wall, false) };
            if face.is_solved() { face.with_law(laws.joined(self, axis, c, transfer)) } else { face }
        })
    }

    /// Laws of the faces beside a fine one that a coarse grid has no edge for, with their weights.
    fn beside(&self, axis: usize, c: usize, transfer: &Transfer) -> Vec<(usize, f64)> {
        let (n, stride) = (self.shape.size[axis], self.shape.strides()[axis]);
        let joined = &transfer.axes[axis];
        let at = c / stride % (n + 2);
        let mut found = Vec::new();
        let mut add = |edge: usize, weight: f64| {
            let law = self.faces[axis][c + edge * stride - at * stride].law();
            if law > 0 && weight > 0.0 {
                found.push((law, weight));
            }
        };
        let coarse = joined.parent[at];
        if coarse > 1 {
            (joined.first[coarse - 1] + 1..at).for_each(|edge| add(edge, joined.along[edge]));
        }
        if at <= n {
            (at + 1..joined.first[coarse + 1]).for_each(|edge| add(edge, 1.0 - joined.along[edge]));
        }
        found
    }

    fn coarse_heat(&self, heat: &HeatProblem, transfer: &Transfer) -> HeatProblem {
        let sums = |values: &[f64]| {
            each(transfer.coarse, |at| transfer.block(at, None).map(|c| values[c]).sum::<f64>())
        };
        let conductance = [0, 1, 2].map(|axis| {
            let (n, stride) = (self.shape.size[axis], self.shape.strides()[axis]);
            let joined = &transfer.axes[axis];
            each(transfer.coarse, |at| {
                // Columns side by side; in a column the half cells that the coarse distance adds in series.
                let fine = joined.first[at[axis]];
                let lower = if at[axis] > 1 { joined.first[at[axis] - 1] + 1..fine } else { 0..0 };
                let upper = if fine <= n { fine + 1..joined.first[at[axis] + 1] } else { 0..0 };
                let series = |c: usize| {
                    let of = |edge: usize| heat.conductance[axis][c + edge * stride - fine * stride].recip();
                    let lower: f64 = lower.clone().map(|edge| joined.along[edge] * of(edge)).sum();
                    let upper: f64 = upper.clone().map(|edge| (1.0 - joined.along[edge]) * of(edge)).sum();
                    let whole = of(fine) + lower + upper;
                    if whole.is_finite() { whole.recip() } else { 0.0 }
                };
                transfer.block(at, Some(axis)).map(series).sum::<f64>()
            })
        });
        HeatProblem {
            conductance,
            sink: sums(&heat.sink),
            source: sums(&heat.source),
            specific_heat: heat.specific_heat,
        }
    }
}

/// Laws of a coarse grid: those of the finer one, and sums of them.
struct Laws {
    list: Vec<FaceResistance>,
    fans: Vec<FlowFan>,
    known: HashMap<Vec<(usize, u64)>, u32>,
}

impl Laws {
    /// The number of the law of a coarse face that begins at a fine one.
    fn joined(&mut self, problem: &FlowProblem, axis: usize, c: usize, transfer: &Transfer) -> u32 {
        let own = problem.faces[axis][c].law();
        let beside = problem.beside(axis, c, transfer);
        if beside.is_empty() {
            return own as u32;
        }
        let key = [(own, 1.0)]
            .iter()
            .chain(&beside)
            .map(|&(law, weight): &(usize, f64)| (law, weight.to_bits()))
            .collect();
        if let Some(&number) = self.known.get(&key) {
            return number;
        }
        let mut law = if own > 0 { problem.laws[own - 1] } else { FaceResistance::default() };
        for (number, weight) in beside {
            law.quadratic += weight * problem.laws[number - 1].quadratic;
            law.linear += weight * problem.laws[number - 1].linear;
        }
        self.list.push(law);
        let number = self.list.len();
        if let Some(fan) = self.fans.iter_mut().find(|fan| fan.laws.contains(&own)) {
            fan.laws.push(number);
        }
        self.known.insert(key, number as u32);
        number as u32
    }
}

/// Coarse faces of a fan's plane.
fn coarse_fan_faces(fan: &FlowFan, transfer: &Transfer) -> Vec<usize> {
    let (fine, coarse) = (transfer.fine, transfer.coarse);
    let place = |c: usize| {
        let at = [0, 1, 2].map(|axis| c / fine.strides()[axis] % (fine.size[axis] + 2));
        coarse.index_from_ghost(transfer.parent(at))
    };
    let mut faces: Vec<usize> = fan.faces.iter().map(|&c| place(c)).collect();
    faces.sort_unstable();
    faces.dedup();
    faces
}

/// An array of a shape from the places of its entries, counted from the ghosts.
fn each<T>(shape: Padded, mut value: impl FnMut([usize; 3]) -> T) -> Vec<T> {
    let [nx, ny, nz] = shape.size;
    let mut values = Vec::with_capacity(shape.len());
    for k in 0..nz + 2 {
        for j in 0..ny + 2 {
            for i in 0..nx + 2 {
                values.push(value([i, j, k]));
            }
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grid::{Axis, Grid, Side};

    fn duct(n: [usize; 3]) -> FlowProblem {
        let grid = Grid::uniform([n[0] as f64, n[1] as f64, n[2] as f64], n).unwrap();
        let mut problem = FlowProblem::closed_box(&grid, 1.2, 1e-3);
        problem.set_side(Side { axis: Axis::X, upper: false }, Passage::Given, [2.0, 0.0, 0.0]);
        problem.set_side(Side { axis: Axis::X, upper: true }, Passage::Opening, [0.0; 3]);
        problem
    }

    #[test]
    fn a_box_halves_and_its_sides_stay_what_they_are() {
        let (coarse, _) = duct([16, 8, 8]).coarsened().unwrap();
        assert_eq!(coarse.shape.size, [8, 4, 4]);
        let at = |i: usize| coarse.shape.index([i, 1, 2]);
        assert!(coarse.faces[0][at(0)].is(Passage::Given) && coarse.velocity[0][at(0)] == 2.0);
        assert!(coarse.faces[0][at(8)].is(Passage::Opening) && coarse.faces[0][at(8)].is_solved());
        assert!(coarse.faces[1][coarse.shape.index([3, 0, 2])].is(Passage::Wall));
        assert!(coarse.coarsened().is_some_and(|(next, _)| next.shape.size == [4, 4, 4]));
    }

    #[test]
    fn the_plane_of_a_screen_is_kept_and_a_porous_block_resists_as_much_over_coarse_cells() {
        let mut problem = duct([16, 8, 8]);
        problem.laws = vec![
            FaceResistance { quadratic: 5.0, ..FaceResistance::default() },
            FaceResistance { linear: 2.0, ..FaceResistance::default() },
        ];
        let screen = Face::new(Passage::Open, true).with_law(1);
        let porous = Face::new(Passage::Open, true).with_law(2);
        for (at, c) in problem.shape.faces(0).collect::<Vec<_>>() {
            match at[0] {
                5 => problem.faces[0][c] = screen,
                9..=13 => problem.faces[0][c] = porous,
                _ => {}
            }
        }
        let (coarse, transfer) = problem.coarsened().unwrap();
        let total = |problem: &FlowProblem, of: &dyn Fn(&FaceResistance) -> f64| -> f64 {
            let along =
                (0..=problem.shape.size[0]).map(|i| problem.faces[0][problem.shape.index([i, 1, 1])].law());
            along.filter(|&law| law > 0).map(|law| of(&problem.laws[law - 1])).sum()
        };
        assert_eq!(transfer.axes[0].along[6], 0.0);
        approx::assert_relative_eq!(total(&coarse, &|law| law.quadratic), 5.0);
        approx::assert_relative_eq!(total(&coarse, &|law| law.linear), total(&problem, &|law| law.linear));
    }

    #[test]
    fn a_rod_conducts_as_much_from_coarse_centre_to_coarse_centre() {
        let mut problem = duct([8, 8, 8]);
        let zeros = || vec![0.0; problem.shape.len()];
        let mut heat = HeatProblem {
            conductance: [zeros(), zeros(), zeros()],
            sink: zeros(),
            source: zeros(),
            specific_heat: 1.0,
        };
        for (_, c) in problem.shape.faces(0).filter(|(at, _)| at[0] > 0 && at[0] < 8) {
            heat.conductance[0][c] = 3.0;
        }
        problem.heat = Some(heat);
        let (coarse, _) = problem.coarsened().unwrap();
        let heat = coarse.heat.as_ref().unwrap();
        // Four columns, each over twice the distance.
        approx::assert_relative_eq!(heat.conductance[0][coarse.shape.index([2, 1, 1])], 4.0 * 3.0 / 2.0);
        assert_eq!(heat.conductance[0][coarse.shape.index([0, 1, 1])], 0.0);
    }
}
