//! The kernels between grids: two cells joined along x and along y.

use super::super::super::self_test::pattern;
use super::{Flow, Host, Test, UNKNOWNS};
use crate::backend::BackendError;
use crate::backend::flow::{FlowArrays, FlowBackend, Kept, Unknown};
use crate::model::flow::{FlowProblem, Passage, Transfer};

impl Test<'_> {
    /// State and imbalance to a coarser grid, and a change of it back.
    pub(super) fn grids(&self) -> Result<(), BackendError> {
        // Its ghosts are in place now, and the viscosity follows them.
        let host = Host::new(self.host.problem.clone());
        let (problem, transfer) =
            host.problem.with_edges(&[vec![0, 1, 3], vec![0, 2], (0..=host.shape.size[2]).collect()]);
        let mut empty = problem.clone();
        for (_, c) in problem.shape.cells() {
            (empty.pressure[c], empty.temperature[c], empty.velocity[0][c]) = (0.0, 0.0, 0.0);
        }
        let mut coarse = self.flow(&empty)?;
        let way = self.backend.flow_transfer(&transfer, &problem, &mut coarse)?;
        let mut fine = self.flow(&host.problem)?;
        self.backend.restrict_flow(&way, &fine, &mut coarse);
        let mut found = empty.clone();
        self.backend.store(&coarse, &mut found)?;
        let cells = |values: &[f64]| transfer.coarse.unpad(values);
        for axis in 0..3 {
            let (expected, found) = (cells(&problem.velocity[axis]), cells(&found.velocity[axis]));
            self.compare("velocity on a coarser grid", &expected, &found)?;
        }
        self.compare("pressure on a coarser grid", &cells(&problem.pressure), &cells(&found.pressure))?;
        let temperatures = [&problem, &found].map(|problem| cells(&problem.temperature));
        self.compare("temperature on a coarser grid", &temperatures[0], &temperatures[1])?;
        let coarser = Host::new(problem);
        for flow in [&mut fine, &mut coarse] {
            (0..3).for_each(|axis| self.backend.wrap(flow, Unknown::Velocity(axis)));
            self.backend.wrap(flow, Unknown::Temperature);
            self.backend.viscosity(flow);
        }
        for unknown in UNKNOWNS {
            self.imbalance_on(&host, &coarser, &transfer, unknown, |asked| {
                self.fill(&mut fine, unknown);
                self.fill(&mut coarse, unknown);
                self.backend.restrict_imbalance(&way, &fine, &mut coarse, unknown);
                self.fill(&mut coarse, unknown);
                *asked = self.backend.kept(&coarse, Kept::System(unknown))?;
                Ok(())
            })?;
        }
        self.change_of(coarser.problem, &transfer)
    }

    fn flow(&self, problem: &FlowProblem) -> Result<Flow, BackendError> {
        Flow::new(&self.backend.device, &self.backend.allocator, problem)
    }

    /// b of a coarser system with what the finer one asks of it.
    fn imbalance_on(
        &self,
        fine: &Host,
        coarse: &Host,
        transfer: &Transfer,
        unknown: Unknown,
        ask: impl FnOnce(&mut Vec<f64>) -> Result<(), BackendError>,
    ) -> Result<(), BackendError> {
        let (fine, own) = (fine.residual(unknown), coarse.residual(unknown));
        let strides = transfer.fine.strides();
        let mut expected = vec![0.0; transfer.coarse.len()];
        for (c, row) in coarse.rows(unknown) {
            let at = coarse.at(c);
            let asked: f64 = match unknown {
                Unknown::Temperature => transfer.block(at, None).map(|fine_c| fine[fine_c]).sum(),
                Unknown::Velocity(axis) => {
                    let joined = &transfer.axes[axis];
                    let (middle, n) = (joined.first[at[axis]], transfer.fine.size[axis]);
                    let weight = |edge: usize| match edge {
                        edge if edge == middle => 1.0,
                        edge if edge < middle && joined.parent[edge] + 1 == at[axis] && edge > 0 => {
                            joined.along[edge]
                        }
                        edge if edge > middle && joined.parent[edge] == at[axis] => 1.0 - joined.along[edge],
                        _ => 0.0,
                    };
                    let column = |c: usize| -> f64 {
                        let moved = |edge: usize| c + edge * strides[axis] - middle * strides[axis];
                        (1..=n + 1)
                            .map(|edge| weight(edge) * fine.get(moved(edge)).copied().unwrap_or(0.0))
                            .sum()
                    };
                    transfer.block(at, Some(axis)).map(column).sum()
                }
            };
            expected[c] = row[7] + asked - own[c];
        }
        let mut found = Vec::new();
        ask(&mut found)?;
        let right = found.split_off(7 * transfer.coarse.len());
        self.compare(&format!("what a finer grid asks of {unknown:?}"), &expected, &right)
    }

    /// A change of the coarser state on the finer one.
    fn change_of(&self, mut coarse: FlowProblem, transfer: &Transfer) -> Result<(), BackendError> {
        let length = transfer.coarse.len();
        coarse.velocity = [pattern(14, length), pattern(15, length), pattern(16, length)];
        (coarse.pressure, coarse.temperature) = (pattern(17, length), pattern(18, length));
        let mut flow = self.flow(&coarse)?;
        let way = self.backend.flow_transfer(transfer, &coarse, &mut flow)?;
        let mut change = self.backend.snapshot(&flow, true)?;
        self.backend.save(&flow, &mut change);
        let mut fine = self.flow(&self.host.problem)?;
        self.backend.prolong_flow(&way, &change, &flow, &mut fine);
        let mut found = self.host.problem.clone();
        self.backend.store(&fine, &mut found)?;
        let (mut expected, strides) = (self.host.problem.clone(), transfer.coarse.strides());
        // Towards the neighbour along b: the share of the way, the face to it and its index.
        let towards = |at: [usize; 3], c: usize, b: usize| {
            let share = transfer.axes[b].offset[at[b]];
            if share < 0.0 { (-share, c, c - strides[b]) } else { (share, c + strides[b], c + strides[b]) }
        };
        for (c, at) in (0..expected.pressure.len()).map(|c| (c, self.host.at(c))) {
            for axis in (0..3).filter(|&axis| self.host.problem.faces[axis][c].is_solved()) {
                let values = &coarse.velocity[axis];
                let share = transfer.axes[axis].along[at[axis]];
                for (weight, above) in [(1.0 - share, 0), (share, 1)].into_iter().filter(|(w, _)| *w > 0.0) {
                    let mut place = transfer.parent(at);
                    place[axis] += above;
                    let face = transfer.coarse.index_from_ghost(place);
                    let cell =
                        if place[axis] > transfer.coarse.size[axis] { face - strides[axis] } else { face };
                    let mut value = values[face];
                    for b in (0..3).filter(|&b| b != axis) {
                        let (share, wall, _) = towards(at, cell, b);
                        let (_, _, next) = towards(at, face, b);
                        let code = coarse.faces[b][wall];
                        if code.is(Passage::Open) {
                            value += share * (values[next] - values[face]);
                        } else if !code.is(Passage::Slip) && !code.is(Passage::Opening) {
                            value -= share * 2.0 * values[face];
                        }
                    }
                    expected.velocity[axis][c] += weight * value;
                }
            }
        }
        let Some(heat) = &coarse.heat else { return Ok(()) };
        for (at, c) in transfer.fine.cells().map(|(at, c)| (at.map(|i| i + 1), c)) {
            let here = transfer.coarse.index_from_ghost(transfer.parent(at));
            expected.pressure[c] += coarse.pressure[here];
            expected.temperature[c] += coarse.temperature[here];
            for (b, stride) in strides.into_iter().enumerate() {
                let (share, face, next) = towards(at, here, b);
                let place = next / stride % (transfer.coarse.size[b] + 2);
                if !(1..=transfer.coarse.size[b]).contains(&place) {
                    continue;
                }
                if coarse.faces[b][face].is_solved() {
                    expected.pressure[c] += share * (coarse.pressure[next] - coarse.pressure[here]);
                }
                if heat.conductance[b][face] > 0.0 {
                    expected.temperature[c] += share * (coarse.temperature[next] - coarse.temperature[here]);
                }
            }
        }
        self.compare("change of velocities", &expected.velocity.concat(), &found.velocity.concat())?;
        self.compare("change of pressures", &expected.pressure, &found.pressure)?;
        self.compare("change of temperatures", &expected.temperature, &found.temperature)
    }
}
