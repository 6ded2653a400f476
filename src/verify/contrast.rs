//! The high-contrast conduction problems of NUMERICS.md, section 3: what the solver is measured on.
//!
//! N³ cells, T = 0 on z = 0, other sides adiabatic (`neumann` and `masked`: all sides), copper 400 and air
//! 0.026 W/(m K). `s` is position over length along each axis.
//!
//! Up to 64³ the pattern is evaluated at the cells' centres. Finer grids are that of 64³ with every cell cut
//! along each axis into equal parts: the same bodies and the same heat on a finer grid. Each source cell of
//! the uncut grid releases 1 W, spread evenly over its parts; `copper-cube` releases 1 kW in all.

use crate::grid::{Axis, Grid};
use crate::model::system::{LinearSystem, State};

const COPPER: f64 = 400.0;
const AIR: f64 = 0.026;
/// Cells along an axis that finer grids cut.
const UNCUT: usize = 64;

/// Names of the problems.
pub const NAMES: [&str; 6] = ["blocks", "board", "random", "neumann", "copper-cube", "masked"];

/// A conduction problem: its system and right-hand side, W.
pub struct Problem {
    /// A.
    pub system: LinearSystem,
    /// b.
    pub source: State,
    /// Cell sizes.
    pub grid: Grid,
}

impl Problem {
    /// Cells with an equation: all but those that take no part.
    #[must_use]
    pub fn unknowns(&self) -> usize {
        let system = &self.system;
        let strides = system.strides();
        let joined = |c: usize, axis: usize| {
            let below = !(c / strides[axis]).is_multiple_of(system.size[axis]);
            system.from_upper[axis][c] > 0.0 || (below && system.from_upper[axis][c - strides[axis]] > 0.0)
        };
        let takes_part = |&c: &usize| system.sink[c] > 0.0 || (0..3).any(|axis| joined(c, axis));
        (0..system.cells()).filter(takes_part).count()
    }
}

/// What fills a cell.
#[derive(Clone, Copy)]
struct Filling {
    /// Conductivity, W/(m K); 0 in cells that take no part.
    k: f64,
    /// Heat released in the uncut cell, W.
    source: f64,
}

/// A problem before it is put on a grid.
struct Pattern {
    /// Face positions of the uncut grid along each axis, m.
    faces: [Vec<f64>; 3],
    /// What is at a place, in units of the domain's lengths.
    filling: Box<dyn Fn([f64; 3]) -> Filling>,
    /// Whether T = 0 is held on z = 0.
    held: bool,
}

/// The problem of a name with n cells along each axis; none for an unknown name or no cells.
#[must_use]
pub fn problem(name: &str, n: usize) -> Option<Problem> {
    let cuts = if n > UNCUT && n.is_multiple_of(UNCUT) { n / UNCUT } else { 1 };
    let pattern = pattern(name, n / cuts)?;
    let uncut = Grid::new(pattern.faces.clone()).ok()?;
    let grid = Grid::new(pattern.faces.map(|faces| cut(&faces, cuts))).ok()?;
    let lengths = Axis::ALL.map(|a| uncut.faces(a)[uncut.size()[a as usize]]);
    let of_uncut: Vec<Filling> = (0..uncut.cells())
        .map(|c| {
            let centre = uncut.cell_centre(uncut.position(c));
            (pattern.filling)([0, 1, 2].map(|a| centre[a] / lengths[a]))
        })
        .collect();
    let mut filling: Vec<Filling> =
        (0..grid.cells()).map(|c| of_uncut[uncut.index(grid.position(c).map(|i| i / cuts))]).collect();
    let share = if name == "copper-cube" {
        1000.0 / filling.iter().map(|cell| cell.source).sum::<f64>()
    } else {
        1.0 / (cuts * cuts * cuts) as f64
    };
    filling.iter_mut().for_each(|cell| cell.source *= share);
    Some(conduction(grid, &filling, pattern.held))
}

/// Each interval between faces cut into equal parts.
fn cut(faces: &[f64], cuts: usize) -> Vec<f64> {
    let part = |pair: &[f64], i: usize| pair[0] + (pair[1] - pair[0]) * i as f64 / cuts as f64;
    let mut all: Vec<f64> = faces.windows(2).flat_map(|pair| (0..cuts).map(move |i| part(pair, i))).collect();
    all.extend(faces.last());
    all
}

/// n cells of one width along an axis.
fn even(n: usize, width: f64) -> Vec<f64> {
    (0..=n).map(|i| width * i as f64).collect()
}

fn pattern(name: &str, n: usize) -> Option<Pattern> {
    match name {
        "blocks" => Some(blocks(n)),
        "board" => Some(board(n)),
        "random" => Some(random(n)),
        "copper-cube" => Some(copper_cube(n)),
        "neumann" => Some(corners(n, Vec::new())),
        "masked" => Some(corners(n, mask_boxes())),
        _ => None,
    }
}

fn blocks(n: usize) -> Pattern {
    let mut z = vec![0.0];
    for k in 0..n {
        z.push(z[k] + 0.001 * 1.1f64.powi(k.min(n - 1 - k) as i32));
    }
    let filling = |s: [f64; 3]| {
        let copper = s.iter().all(|s| ((6.0 * s).fract() - 0.5).abs() < 0.25);
        if copper { Filling { k: COPPER, source: 1.0 } } else { Filling { k: AIR, source: 0.0 } }
    };
    Pattern { faces: [even(n, 0.005), even(n, 0.005), z], filling: Box::new(filling), held: true }
}

fn board(n: usize) -> Pattern {
    let filling = |s: [f64; 3]| {
        let board = (8.0 * s[2]).fract() < 0.3;
        let chip = board && (0..2).all(|a| ((4.0 * s[a]).fract() - 0.5).abs() < 0.2);
        if chip {
            Filling { k: COPPER, source: 1.0 }
        } else {
            Filling { k: if board { 0.3 } else { AIR }, source: 0.0 }
        }
    };
    Pattern {
        faces: [even(n, 0.005), even(n, 0.005), even(n, 0.0005)],
        filling: Box::new(filling),
        held: true,
    }
}

fn random(n: usize) -> Pattern {
    let boxes = random_boxes();
    let filling = move |s: [f64; 3]| {
        let k = boxes.iter().rev().find(|b| b.contains(s)).map_or(AIR, |b| b.k);
        Filling { k, source: if k > 100.0 { 1.0 } else { 0.0 } }
    };
    Pattern {
        faces: [even(n, 0.005), even(n, 0.005), even(n, 0.0025)],
        filling: Box::new(filling),
        held: true,
    }
}

/// The peers' cube: edge 0.1 m, T = 0 on one side, copper in the middle half of each axis.
fn copper_cube(n: usize) -> Pattern {
    let filling = |s: [f64; 3]| {
        let copper = s.iter().all(|s| (s - 0.5).abs() < 0.25);
        if copper { Filling { k: 400.0, source: 1.0 } } else { Filling { k: 0.3, source: 0.0 } }
    };
    Pattern { faces: [0, 1, 2].map(|_| even(n, 0.1 / n as f64)), filling: Box::new(filling), held: true }
}

/// A unit cube of conductivity 1, all sides adiabatic, 1 W into each cell of one corner box and out of each
/// of the opposite one, with boxes that take no part.
fn corners(n: usize, masks: Vec<RandomBox>) -> Pattern {
    let filling = move |s: [f64; 3]| {
        if masks.iter().any(|b| b.contains(s)) {
            return Filling { k: 0.0, source: 0.0 };
        }
        let corner = |inside: fn(f64) -> bool| f64::from(u8::from(s.iter().all(|&s| inside(s))));
        Filling { k: 1.0, source: corner(|s| s < 0.25) - corner(|s| s > 0.75) }
    };
    Pattern { faces: [0, 1, 2].map(|_| even(n, 1.0 / n as f64)), filling: Box::new(filling), held: false }
}

/// A box of the random problem, in units of the domain.
struct RandomBox {
    centre: [f64; 3],
    half: [f64; 3],
    k: f64,
}

impl RandomBox {
    fn contains(&self, s: [f64; 3]) -> bool {
        (0..3).all(|a| (s[a] - self.centre[a]).abs() < self.half[a])
    }
}

/// Uniform numbers in [0, 1) by the generator that NUMERICS.md states.
fn generator(seed: u64) -> impl FnMut() -> f64 {
    let mut s = seed;
    move || {
        s = s.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (s >> 33) as f64 / 2f64.powi(31)
    }
}

fn random_boxes() -> Vec<RandomBox> {
    let mut r = generator(12345);
    (0..300)
        .map(|_| {
            let centre = [r(), r(), r()];
            let half = [0.02 + 0.08 * r(), 0.02 + 0.08 * r(), 0.02 + 0.05 * r()];
            let k = [400.0, 200.0, 0.3, 15.0][(4.0 * r()) as usize];
            RandomBox { centre, half, k }
        })
        .collect()
}

/// 50 boxes that take a third of the domain and leave the two source corners free and joined.
fn mask_boxes() -> Vec<RandomBox> {
    let mut r = generator(12345);
    let mut number = |least: f64, span: f64| least + span * r();
    (0..50)
        .map(|_| {
            let centre = [number(0.0, 1.0), number(0.0, 1.0), number(0.3, 0.4)];
            let half = [(); 3].map(|()| number(0.05, 0.14));
            RandomBox { centre, half, k: 0.0 }
        })
        .collect()
}

/// Conduction between the centres of cells over their common faces, and to z = 0 if that is held at 0.
fn conduction(grid: Grid, filling: &[Filling], held: bool) -> Problem {
    let size = grid.size();
    let mut system = LinearSystem::zeros(size, false);
    for c in 0..grid.cells() {
        let position = grid.position(c);
        for axis in Axis::ALL {
            let a = axis as usize;
            let half = |c: usize, i: usize| 0.5 * grid.width(axis, i) / filling[c].k;
            let area = grid.area(axis, position);
            if position[a] + 1 < size[a] {
                let n = c + grid.stride(axis);
                let both = filling[c].k > 0.0 && filling[n].k > 0.0;
                let resistance = half(c, position[a]) + half(n, position[a] + 1);
                system.from_upper[a][c] = if both { area / resistance } else { 0.0 };
            }
            if held && axis == Axis::Z && position[2] == 0 && filling[c].k > 0.0 {
                system.sink[c] = area / half(c, 0);
            }
        }
    }
    let cells = filling.iter().map(|cell| cell.source).collect();
    Problem { system, source: State { cells, nodes: Vec::new() }, grid }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conductance from z = 0 to the top of the column of cells at x = y = 0, W/K.
    fn column(problem: &Problem) -> f64 {
        let system = &problem.system;
        let plane = system.strides()[2];
        let faces = (0..system.size[2] - 1).map(|k| 1.0 / system.from_upper[2][k * plane]);
        1.0 / (1.0 / system.sink[0] + faces.sum::<f64>())
    }

    #[test]
    fn at_128_every_cell_of_the_64_grid_is_cut_in_two_along_each_axis() {
        for name in NAMES {
            let (whole, halves) = (problem(name, 64).unwrap(), problem(name, 128).unwrap());
            for axis in Axis::ALL {
                for i in 0..64 {
                    let half = 0.5 * whole.grid.width(axis, i);
                    approx::assert_relative_eq!(halves.grid.width(axis, 2 * i), half, max_relative = 1e-12);
                    approx::assert_relative_eq!(
                        halves.grid.width(axis, 2 * i + 1),
                        half,
                        max_relative = 1e-12
                    );
                }
            }
            let heat = |problem: &Problem| problem.source.cells.iter().map(|q| q.abs()).sum::<f64>();
            approx::assert_relative_eq!(heat(&whole), heat(&halves), max_relative = 1e-12);
        }
    }

    #[test]
    fn a_column_conducts_the_same_on_the_cut_grid_but_for_the_half_cell_at_its_top() {
        for name in ["blocks", "board"] {
            let [whole, halves] = [64, 128].map(|n| problem(name, n).unwrap());
            let top = 0.25 * whole.grid.width(Axis::Z, 63) / (AIR * whole.grid.area(Axis::Z, [0, 0, 63]));
            // A column of the cut grid has a quarter of the area.
            let expected = 0.25 / (1.0 / column(&whole) + top);
            approx::assert_relative_eq!(column(&halves), expected, max_relative = 1e-9);
        }
    }

    #[test]
    fn about_a_third_of_masked_is_solid_and_its_sources_cancel() {
        for n in [32, 64] {
            let masked = problem("masked", n).unwrap();
            let share = 1.0 - masked.unknowns() as f64 / masked.grid.cells() as f64;
            assert!((0.32..0.35).contains(&share), "{share} of {n}³");
            assert_eq!(masked.source.cells.iter().sum::<f64>(), 0.0);
        }
    }
}
