//! Refinement on the CPU: its own f64 is extended precision enough.

use super::layout::Field;
use super::operator::Operator;
use super::refined_add::refined_add;
use super::refined_gather::refined_gather;
use super::refined_residual::refined_residual;
use super::refined_round::refined_round;
use super::refined_scatter::refined_scatter;
use super::refined_sums::refined_sums;
use super::{CpuBackend, multiply, scatter};
use crate::backend::BackendError;
use crate::backend::refinement::{Refinement, ResidentArrays, ResidualPrecision, ResidualSums, RowLinks};
use crate::model::system::{LinearSystem, State};

/// A system with its values, cells in natural order before nodes in every array.
#[derive(Debug)]
pub struct Extended<'a> {
    system: &'a LinearSystem,
    node_inverse: Vec<f64>,
    cell_links: RowLinks,
    node_links: RowLinks,
    x: Vec<f64>,
    b: Vec<f64>,
    r: Vec<f64>,
    magnitude: Vec<f64>,
    sums: ResidualSums,
    /// r of the nodes, scaled.
    node_r: Vec<f64>,
    node_e: Vec<f64>,
}

impl Extended<'_> {
    /// The last true residual and the magnitude of its terms: for tests.
    #[must_use]
    pub fn true_residual(&self) -> (State, State) {
        (self.state(&self.r), self.state(&self.magnitude))
    }

    fn state(&self, values: &[f64]) -> State {
        let (cells, nodes) = values.split_at(self.system.cells());
        State { cells: cells.to_vec(), nodes: nodes.to_vec() }
    }
}

impl Refinement for CpuBackend {
    type Extended<'a> = Extended<'a>;

    fn residual_precision(&self) -> ResidualPrecision {
        ResidualPrecision::F64
    }

    fn array_limit(&self) -> Option<u64> {
        None
    }

    fn check_size(&self, _system: &LinearSystem) -> Result<(), BackendError> {
        Ok(())
    }

    fn resident_arrays<E>(&self, _make: impl FnOnce() -> Result<(), E>) -> Result<Vec<ResidentArrays>, E> {
        Ok(Vec::new())
    }

    fn extended<'a>(
        &self,
        system: &'a LinearSystem,
        node_inverse: &[f64],
    ) -> Result<Extended<'a>, BackendError> {
        let rows = || vec![0.0; system.cells() + system.nodes()];
        Ok(Extended {
            system,
            node_inverse: node_inverse.to_vec(),
            cell_links: RowLinks::of_cells(system),
            node_links: RowLinks::of_nodes(system),
            x: rows(),
            b: rows(),
            r: rows(),
            magnitude: rows(),
            sums: ResidualSums { norm: 0.0, magnitude: 0.0, sum: 0.0 },
            node_r: vec![0.0; system.nodes()],
            node_e: vec![0.0; system.nodes()],
        })
    }

    fn set_values(&self, extended: &mut Extended<'_>, x: &State, b: &State) {
        let cells = extended.system.cells();
        for (to, from) in [(&mut extended.x, x), (&mut extended.b, b)] {
            to[..cells].copy_from_slice(&from.cells);
            to[cells..].copy_from_slice(&from.nodes);
        }
    }

    fn values(&self, extended: &Extended<'_>) -> Result<State, BackendError> {
        Ok(extended.state(&extended.x))
    }

    fn refined_residual(&self, extended: &mut Extended<'_>, a: &Operator, field: &mut Field) {
        let Extended { system, cell_links, node_links, x, b, r, magnitude, node_r, .. } = extended;
        refined_residual(system, x, b, r, magnitude);
        refined_scatter(cell_links, x, r, magnitude);
        refined_gather(node_links, x, r, magnitude);
        let [squares, magnitudes, sum] = refined_sums(r, magnitude);
        let norm = squares.sqrt();
        extended.sums = ResidualSums { norm, magnitude: magnitudes.sqrt(), sum };
        refined_round(r, norm, field, node_r);
        if !node_r.is_empty() {
            {
                let mut values = a.nodes.borrow_mut();
                let (of_nodes, beyond_seam) = values[1].split_at_mut(node_r.len());
                multiply::multiply(&extended.node_inverse, node_r, of_nodes);
                beyond_seam.fill(0.0);
            }
            scatter::scatter(a, scatter::Weight::One, None, field);
        }
    }

    fn residual_sums(&self, extended: &Extended<'_>) -> Result<ResidualSums, BackendError> {
        Ok(extended.sums)
    }

    fn add_correction(
        &self,
        extended: &mut Extended<'_>,
        _a: &Operator,
        e: &Field,
    ) -> Result<(), BackendError> {
        let Extended { system, node_r, node_e, .. } = extended;
        // r_N + C e, then D⁻¹ of it.
        for link in &system.border.cell_links {
            let (colour, index) = e.layout.place(system.position(link.cell));
            node_r[link.node] += link.conductance * e.colours[colour as usize][index];
        }
        multiply::multiply(&extended.node_inverse, node_r, node_e);
        refined_add(extended.sums.norm, e, node_e, &mut extended.x);
        Ok(())
    }
}
