//! The high-contrast conduction problems of NUMERICS.md, section 3: what the solver is measured on.
//!
//! N³ cells, T = 0 on z = 0, other sides adiabatic, copper 400 and air 0.026 W/(m K), 1 W in each source
//! cell. `s` is position over length along each axis.

use crate::grid::{Axis, Grid};
use crate::model::system::{LinearSystem, State};

const COPPER: f64 = 400.0;
const AIR: f64 = 0.026;

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

/// The problem of a name with n cells along each axis; none for an unknown name.
#[must_use]
pub fn problem(name: &str, n: usize) -> Option<Problem> {
    let spacing = |dx: f64, dz: f64| [n as f64 * dx, n as f64 * dx, n as f64 * dz];
    match name {
        "blocks" => {
            let inside = |s: f64| ((6.0 * s).fract() - 0.5).abs() < 0.25;
            let uniform: Vec<f64> = (0..=n).map(|i| 0.005 * i as f64).collect();
            let mut z = vec![0.0];
            for k in 0..n {
                let step = 0.001 * 1.1f64.powi(k.min(n - 1 - k) as i32);
                z.push(z[k] + step);
            }
            let grid = Grid::new([uniform.clone(), uniform, z]).ok()?;
            Some(conduction(grid, |s| {
                let copper = s.iter().all(|&s| inside(s));
                if copper { (COPPER, 1.0) } else { (AIR, 0.0) }
            }))
        }
        "board" => {
            let grid = Grid::uniform(spacing(0.005, 0.0005), [n; 3]).ok()?;
            Some(conduction(grid, |s| {
                let board = (8.0 * s[2]).fract() < 0.3;
                let chip = board && (0..2).all(|a| ((4.0 * s[a]).fract() - 0.5).abs() < 0.2);
                if chip {
                    (COPPER, 1.0)
                } else if board {
                    (0.3, 0.0)
                } else {
                    (AIR, 0.0)
                }
            }))
        }
        "random" => {
            let grid = Grid::uniform(spacing(0.005, 0.0025), [n; 3]).ok()?;
            let boxes = random_boxes();
            Some(conduction(grid, |s| {
                let hit = boxes.iter().rev().find(|b| (0..3).all(|a| (s[a] - b.centre[a]).abs() < b.half[a]));
                let k = hit.map_or(AIR, |b| b.k);
                (k, if k > 100.0 { 1.0 } else { 0.0 })
            }))
        }
        "copper-cube" => {
            let grid = Grid::uniform([0.1; 3], [n; 3]).ok()?;
            let inside = |s: &[f64; 3]| s.iter().all(|&s| (s - 0.5).abs() < 0.25);
            let mut problem = conduction(grid, |s| if inside(&s) { (400.0, 1.0) } else { (0.3, 0.0) });
            let total: f64 = problem.source.cells.iter().sum();
            problem.source.cells.iter_mut().for_each(|q| *q *= 1000.0 / total);
            Some(problem)
        }
        "neumann" | "masked" => {
            let grid = Grid::uniform([1.0; 3], [n; 3]).ok()?;
            let masks = if name == "masked" { mask_boxes() } else { Vec::new() };
            let solid =
                |s: &[f64; 3]| masks.iter().any(|b| (0..3).all(|a| (s[a] - b.centre[a]).abs() < b.half[a]));
            let mut problem = conduction(grid, |s| {
                let source = if s.iter().all(|&s| s < 0.25) {
                    1.0
                } else if s.iter().all(|&s| s > 0.75) {
                    -1.0
                } else {
                    0.0
                };
                if solid(&s) { (0.0, 0.0) } else { (1.0, source) }
            });
            problem.system.sink.fill(0.0);
            Some(problem)
        }
        _ => None,
    }
}

/// A box of the random problem, in units of the domain.
struct RandomBox {
    centre: [f64; 3],
    half: [f64; 3],
    k: f64,
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

/// 50 boxes that make about a third of the domain solid and leave the two source corners free.
fn mask_boxes() -> Vec<RandomBox> {
    let mut r = generator(12345);
    (0..50)
        .map(|_| {
            let centre = [r(), r(), 0.3 + 0.4 * r()];
            let half = [0.05 + 0.1 * r(), 0.05 + 0.1 * r(), 0.05 + 0.1 * r()];
            RandomBox { centre, half, k: 0.0 }
        })
        .map(|mut b| {
            for a in 0..3 {
                b.half[a] = b.half[a].min(0.16);
            }
            b
        })
        .collect()
}

/// Conduction on a grid with T = 0 on z = 0; `cell(s)` gives conductivity and source.
fn conduction(grid: Grid, cell: impl Fn([f64; 3]) -> (f64, f64)) -> Problem {
    let size = grid.size();
    let mut system = LinearSystem::zeros(size, false);
    let lengths = Axis::ALL.map(|a| grid.faces(a)[size[a as usize]]);
    let at = |c: usize| {
        let centre = grid.cell_centre(grid.position(c));
        cell([0, 1, 2].map(|a| centre[a] / lengths[a]))
    };
    let (k, source): (Vec<f64>, Vec<f64>) = (0..grid.cells()).map(at).unzip();
    for c in 0..grid.cells() {
        let position = grid.position(c);
        for axis in Axis::ALL {
            let a = axis as usize;
            let half = |c: usize, i: usize| 0.5 * grid.width(axis, i) / k[c];
            let area = grid.area(axis, position);
            if position[a] + 1 < size[a] {
                let n = c + grid.stride(axis);
                let resistance = half(c, position[a]) + half(n, position[a] + 1);
                system.from_upper[a][c] = if k[c] > 0.0 && k[n] > 0.0 { area / resistance } else { 0.0 };
            }
            if axis == Axis::Z && position[2] == 0 && k[c] > 0.0 {
                system.sink[c] = area / half(c, 0);
            }
        }
    }
    Problem { system, source: State { cells: source, nodes: Vec::new() }, grid }
}
