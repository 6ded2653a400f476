//! The flow of the self-test by plain arithmetic in f64, one row at a time.

use crate::backend::flow::Unknown;
use crate::field::Padded;
use crate::model::flow::{FaceResistance, FlowProblem, HeatProblem, Passage};
use crate::physics::wall_law::{ratio_between, viscosity_ratio_in_gap, wall_shear_ratio};

/// The problem on the host, ghosts of its periodic axis in place.
pub(super) struct Host {
    pub(super) shape: Padded,
    pub(super) problem: FlowProblem,
    /// Of cells, and between each and its lower neighbour along x, y, z.
    pub(super) viscosity: [Vec<f64>; 4],
}

impl Host {
    pub(super) fn new(problem: FlowProblem) -> Self {
        let shape = problem.shape;
        let mu = problem.viscosity;
        let laminar = || vec![mu; shape.len()];
        let mut host = Self { shape, viscosity: [laminar(), laminar(), laminar(), laminar()], problem };
        let problem = &mut host.problem;
        let states = [&mut problem.pressure, &mut problem.temperature];
        problem.velocity.iter_mut().chain(states).for_each(|values| shape.wrap(2, values));
        let Some(walls) = host.problem.walls.clone() else { return host };
        let s = shape.strides();
        let speeds: Vec<f64> = (0..shape.len() - s[2]).map(|c| host.speed(c)).collect();
        let viscosity = |speed: f64, distance: f64, share: f64| {
            mu * viscosity_ratio_in_gap(host.problem.density * speed * distance / mu, share)
        };
        let mut cells = laminar();
        for (_, c) in shape.cells() {
            cells[c] = viscosity(speeds[c], walls.distance[c], walls.shear_share[c]);
        }
        shape.wrap(2, &mut cells);
        let between = [0, 1, 2].map(|axis| {
            let mut values = laminar();
            for (_, c) in shape.cells() {
                let below = c - s[axis];
                let mean = |values: &[f64]| 0.5 * (values[below] + values[c]);
                values[c] = if walls.distance[below] > 0.0 {
                    let middle = viscosity(mean(&speeds), mean(&walls.distance), mean(&walls.shear_share));
                    ratio_between(cells[below], middle, cells[c])
                } else {
                    mean(&cells)
                };
            }
            shape.wrap(2, &mut values);
            values
        });
        let [x, y, z] = between;
        host.viscosity = [cells, x, y, z];
        host
    }

    /// |u| at the centre of a cell.
    fn speed(&self, c: usize) -> f64 {
        let s = self.shape.strides();
        let mean =
            |axis: usize| 0.5 * (self.problem.velocity[axis][c] + self.problem.velocity[axis][c + s[axis]]);
        (mean(0).powi(2) + mean(1).powi(2) + mean(2).powi(2)).sqrt()
    }

    /// ρ |u| y/µ at the centre of a cell.
    fn reynolds(&self, c: usize, distance: f64) -> f64 {
        self.problem.density * self.speed(c) * distance / self.problem.viscosity
    }

    pub(super) fn at(&self, c: usize) -> [usize; 3] {
        let s = self.shape.strides();
        [0, 1, 2].map(|axis| c / s[axis] % (self.shape.size[axis] + 2))
    }

    /// Width of the cell at a place counted from the ghost.
    pub(super) fn width(&self, axis: usize, at: usize) -> f64 {
        let (widths, n) = (&self.problem.widths[axis], self.shape.size[axis]);
        match (at, self.problem.periodic[axis]) {
            (at, _) if at >= 1 && at <= n => widths[at - 1],
            (0, true) => widths[n - 1],
            (_, true) => widths[0],
            (_, false) => 0.0,
        }
    }

    pub(super) fn area(&self, axis: usize, c: usize) -> f64 {
        let at = self.at(c);
        (0..3).filter(|&other| other != axis).map(|other| self.width(other, at[other])).product()
    }

    /// Coefficients, s and b of a face.
    fn momentum(&self, axis: usize, c: usize) -> [f64; 8] {
        let (p, s, at) = (&self.problem, self.shape.strides(), self.at(c));
        let (u, area) = (&p.velocity[axis], self.area(axis, c));
        let mut row = [0.0; 8];
        let halves = [0.5 * self.width(axis, at[axis] - 1), 0.5 * self.width(axis, at[axis])];
        for side in (0..2).filter(|&side| halves[side] > 0.0) {
            let other = if side == 1 { c + s[axis] } else { c - s[axis] };
            let inward = if side == 1 { -1.0 } else { 1.0 };
            let cell = if side == 1 { c } else { other };
            let inflow: f64 = inward * 0.5 * p.density * area * (u[c] + u[other]);
            row[2 * axis + side] = self.viscosity[0][cell] * area / (2.0 * halves[side]) + inflow.max(0.0);
        }
        for b in (0..3).filter(|&b| b != axis) {
            let (own, depth) = (self.width(b, at[b]), self.width(3 - axis - b, at[3 - axis - b]));
            for side in 0..2 {
                let distance = 0.5 * (own + self.width(b, at[b] + 2 * side - 1));
                let (mut g, mut inflow) = (0.0, 0.0);
                for half in (0..2).filter(|&half| halves[half] > 0.0) {
                    let cell = c - (1 - half) * s[axis];
                    let neighbour = if side == 1 { cell + s[b] } else { cell - s[b] };
                    let face = if side == 1 { neighbour } else { cell };
                    let piece = halves[half] * depth;
                    inflow += (1.0 - 2.0 * side as f64) * p.density * p.velocity[b][face] * piece;
                    let near = piece / (0.5 * own);
                    let wall = p.viscosity * wall_shear_ratio(self.reynolds(cell, 0.5 * own)) * near;
                    let code = p.faces[b][face];
                    if code.is(Passage::Wall) {
                        row[6] += wall;
                    } else if code.is(Passage::MovingWall) {
                        g += wall;
                    } else if code.is(Passage::Given) {
                        g += self.viscosity[0][cell] * near;
                    } else if code.is(Passage::Open) {
                        g += self.viscosity[1 + b][face] * piece / distance;
                    }
                }
                row[2 * b + side] = g + inflow.max(0.0);
            }
        }
        let law = self.law(axis, c);
        row[6] += area * self.slope(axis, c);
        let weight = p.temperature[c - s[axis]] * halves[0] + p.temperature[c] * halves[1];
        row[7] = area * (p.pressure[c - s[axis]] - p.pressure[c])
            + area * (halves[0] + halves[1]) * p.body_force[axis]
            - area * p.density * p.buoyancy[axis] * weight
            + area * (law.quadratic * u[c] * u[c].abs() + law.rise + law.stiffness * u[c]);
        row
    }

    /// The law of a face; the only opening is at the upper end of x.
    fn law(&self, axis: usize, c: usize) -> FaceResistance {
        let face = self.problem.faces[axis][c];
        let mut law = if face.law() == 1 { self.problem.laws[0] } else { FaceResistance::default() };
        if face.is(Passage::Opening) && self.problem.velocity[axis][c] < 0.0 {
            law.quadratic += 0.5 * self.problem.density;
        }
        law
    }

    pub(super) fn slope(&self, axis: usize, c: usize) -> f64 {
        let law = self.law(axis, c);
        2.0 * law.quadratic * self.problem.velocity[axis][c].abs() + law.linear + law.stiffness
    }

    /// Coefficients, s and b of a cell.
    fn heat(&self, heat: &HeatProblem, c: usize) -> [f64; 8] {
        let (p, s) = (&self.problem, self.shape.strides());
        let mut row = [0.0; 8];
        for axis in 0..3 {
            for side in 0..2 {
                let face = c + side * s[axis];
                let capacity = p.density * heat.specific_heat * self.area(axis, c);
                let inflow = (1.0 - 2.0 * side as f64) * capacity * p.velocity[axis][face];
                row[2 * axis + side] = heat.conductance[axis][face] + inflow.max(0.0);
            }
        }
        (row[6], row[7]) = (heat.sink[c], heat.source[c]);
        row
    }

    /// The sum of all terms of every row.
    pub(super) fn residual(&self, unknown: Unknown) -> Vec<f64> {
        let (s, x) = (self.shape.strides(), self.values(unknown));
        let mut r = vec![0.0; self.shape.len()];
        for (c, row) in self.rows(unknown) {
            let beside = [c - 1, c + 1, c - s[1], c + s[1], c - s[2], c + s[2]];
            // Above the last plane there is nothing, and its coefficient is 0.
            let flux = |side: usize| row[side] * (x.get(beside[side]).copied().unwrap_or(0.0) - x[c]);
            r[c] = row[7] - row[6] * x[c] + (0..6).map(flux).sum::<f64>();
        }
        r
    }

    /// Rows of an unknown that are not 0, with their places.
    pub(super) fn rows(&self, unknown: Unknown) -> Vec<(usize, [f64; 8])> {
        match (unknown, &self.problem.heat) {
            (Unknown::Velocity(axis), _) => {
                let solved = |c: &usize| self.problem.faces[axis][*c].is_solved();
                (0..self.shape.len()).filter(solved).map(|c| (c, self.momentum(axis, c))).collect()
            }
            (Unknown::Temperature, Some(heat)) => {
                self.shape.cells().map(|(_, c)| (c, self.heat(heat, c))).collect()
            }
            (Unknown::Temperature, None) => Vec::new(),
        }
    }

    pub(super) fn values(&self, unknown: Unknown) -> &[f64] {
        match unknown {
            Unknown::Velocity(axis) => &self.problem.velocity[axis],
            Unknown::Temperature => &self.problem.temperature,
        }
    }
}
