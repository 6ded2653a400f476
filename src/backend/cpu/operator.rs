//! A [`LinearSystem`] in the colour-split layout, with its nodes eliminated.

use super::layout::{Field, Layout};
use super::rows::{for_each_row, row_of};
use crate::model::system::LinearSystem;
use std::cell::RefCell;

/// A linked cell: where it is, and its slice of the links.
#[derive(Clone, Copy, Debug)]
pub(super) struct LinkedCell {
    pub(super) colour: usize,
    pub(super) index: usize,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// Links between cells and nodes, ordered by cell for scattering and by node for gathering.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    pub(super) cells: Vec<LinkedCell>,
    /// Offsets of each row's first entry in `cells`, rows by j + ny k; empty without links.
    pub(super) row_offsets: Vec<usize>,
    /// Node and β by linked cell.
    pub(super) by_cell: Vec<(usize, f64)>,
    /// Offsets of each node's first entry in `by_node`.
    pub(super) node_offsets: Vec<usize>,
    /// Colour, index and β by node.
    pub(super) by_node: Vec<(usize, usize, f64)>,
}

/// Coefficients of one level's cells.
#[derive(Clone, Debug)]
pub(super) struct Stencil {
    pub(super) layout: Layout,
    /// What a cell receives from its W, E, S, N, B, T neighbours.
    pub(super) a: [Field; 6],
    /// s + Σβ.
    pub(super) sink: Field,
    /// 1 / (Σa + s + Σβ); 0 where that is 0.
    pub(super) inverse_diagonal: Field,
}

/// Coefficients of one level.
#[derive(Clone, Debug)]
pub struct Operator {
    pub(super) stencil: Stencil,
    pub(super) links: Links,
    /// D⁻¹, row-major; empty without nodes.
    pub(super) node_inverse: Vec<f64>,
    /// C x and D⁻¹ C x.
    pub(super) nodes: RefCell<[Vec<f64>; 2]>,
}

impl Operator {
    /// The operator of a system; `node_inverse` is its D⁻¹.
    #[must_use]
    pub fn new(system: &LinearSystem, node_inverse: &[f64]) -> Self {
        let layout = Layout::new(system.size);
        let mut a = [0; 6].map(|_| Field::zeros(layout));
        let mut sink = Field::from_natural(layout, &system.sink);
        let strides = system.strides();
        let mut shifted = vec![0.0; system.cells()];
        for axis in 0..3 {
            // What comes from below is stored with the lower cell; the last plane's faces are not there.
            let lower = system.lower(axis);
            let stride = strides[axis].min(system.cells());
            shifted[..stride].fill(0.0);
            shifted[stride..].copy_from_slice(&lower[..system.cells() - stride]);
            a[2 * axis].set(&shifted);
            a[2 * axis + 1].set(&system.from_upper[axis]);
        }
        let links = Links::new(system, layout);
        for cell in &links.cells {
            let beta: f64 = links.by_cell[cell.first..cell.last].iter().map(|(_, beta)| beta).sum();
            sink.colours[cell.colour][cell.index] += beta;
        }
        let mut inverse_diagonal = Field::zeros(layout);
        for colour in 0..2 {
            for_each_row(layout, inverse_diagonal.interior_mut(colour), |row, inverse| {
                let [aw, ae, as_, an, ab, at] = [0, 1, 2, 3, 4, 5].map(|d| row_of(&a[d], colour, row));
                let sink = row_of(&sink, colour, row);
                for (m, inverse) in inverse.iter_mut().enumerate() {
                    let diagonal = aw[m] + ae[m] + as_[m] + an[m] + ab[m] + at[m] + sink[m];
                    *inverse = if diagonal > 0.0 { 1.0 / diagonal } else { 0.0 };
                }
            });
        }
        let nodes = RefCell::new([vec![0.0; system.nodes()], vec![0.0; system.nodes()]]);
        let stencil = Stencil { layout, a, sink, inverse_diagonal };
        Self { stencil, links, node_inverse: node_inverse.to_vec(), nodes }
    }
}

impl Links {
    fn new(system: &LinearSystem, layout: Layout) -> Self {
        if system.nodes() == 0 {
            return Self::default();
        }
        let (sorted, offsets) = system.links_by_cell();
        let places: Vec<_> = layout.places().collect();
        let linked: Vec<usize> = (0..system.cells()).filter(|&c| offsets[c + 1] > offsets[c]).collect();
        let row_offsets = row_offsets(&linked, system.size);
        let cells = linked
            .iter()
            .map(|&c| LinkedCell {
                colour: places[c].0 as usize,
                index: places[c].1,
                first: offsets[c],
                last: offsets[c + 1],
            })
            .collect();
        let mut order: Vec<usize> = (0..sorted.len()).collect();
        order.sort_by_key(|&l| (sorted[l].node, sorted[l].cell));
        let mut node_offsets = vec![0; system.nodes() + 1];
        for link in &sorted {
            node_offsets[link.node + 1] += 1;
        }
        for node in 0..system.nodes() {
            node_offsets[node + 1] += node_offsets[node];
        }
        let by_node = order
            .iter()
            .map(|&l| (places[sorted[l].cell].0 as usize, places[sorted[l].cell].1, sorted[l].conductance))
            .collect();
        let by_cell = sorted.iter().map(|link| (link.node, link.conductance)).collect();
        Self { cells, row_offsets, by_cell, node_offsets, by_node }
    }

    /// The linked cells of row `row = j + ny k`, of both colours.
    pub(super) fn of_row(&self, row: usize) -> &[LinkedCell] {
        if self.cells.is_empty() {
            return &[];
        }
        &self.cells[self.row_offsets[row]..self.row_offsets[row + 1]]
    }
}

fn row_offsets(linked: &[usize], [nx, ny, nz]: [usize; 3]) -> Vec<usize> {
    if linked.is_empty() {
        return Vec::new();
    }
    (0..=ny * nz).map(|row| linked.partition_point(|&c| c < nx * row)).collect()
}
