//! A [`LinearSystem`] in the colour-split layout, with its nodes eliminated. Cells beyond a seam are read like nodes.

use super::layout::Layout;
use super::real::Real;
use super::stencil::Stencil;
use crate::model::system::LinearSystem;
use std::borrow::Cow;
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
    /// Node and β by linked cell; behind the nodes stand the cells beyond the seam.
    pub(super) by_cell: Vec<(usize, f64)>,
    /// Offsets of each node's first entry in `by_node`.
    pub(super) node_offsets: Vec<usize>,
    /// Colour, index and β by node.
    pub(super) by_node: Vec<(usize, usize, f64)>,
    /// Colour and index of the cells beyond the seam.
    pub(super) beyond_seam: Vec<(usize, usize)>,
}

/// Coefficients of one level.
#[derive(Clone, Debug)]
pub struct Operator<T = f64> {
    pub(super) stencil: Stencil<T>,
    pub(super) links: Links,
    /// D⁻¹, row-major; empty without nodes.
    pub(super) node_inverse: Vec<f64>,
    /// C x and D⁻¹ C x, the latter with the values beyond the seam behind it.
    pub(super) nodes: RefCell<[Vec<f64>; 2]>,
}

impl<T: Real> Operator<T> {
    /// The operator of a system; `node_inverse` is its D⁻¹.
    #[must_use]
    pub fn new(system: &LinearSystem, node_inverse: &[f64]) -> Self {
        let layout = Layout::new(system.size);
        let links = Links::new(system, layout);
        let mut sink = Cow::Borrowed(&system.sink);
        for link in &system.border.cell_links {
            sink.to_mut()[link.cell] += link.conductance;
        }
        for (cell, _, conductance) in system.seam_links() {
            sink.to_mut()[cell] += conductance;
        }
        let stencil = Stencil::new(system, &sink);
        let values = system.nodes() + links.beyond_seam.len();
        let nodes = RefCell::new([vec![0.0; system.nodes()], vec![0.0; values]]);
        Self { stencil, links, node_inverse: node_inverse.to_vec(), nodes }
    }
}

impl Links {
    fn new(system: &LinearSystem, layout: Layout) -> Self {
        if system.nodes() == 0 && system.seam.is_empty() {
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
        let nodes = system.nodes();
        let mut order: Vec<usize> = (0..sorted.len()).filter(|&l| sorted[l].node < nodes).collect();
        order.sort_by_key(|&l| (sorted[l].node, sorted[l].cell));
        let mut node_offsets = vec![0; nodes + 1];
        for &l in &order {
            node_offsets[sorted[l].node + 1] += 1;
        }
        for node in 0..nodes {
            node_offsets[node + 1] += node_offsets[node];
        }
        let by_node = order
            .iter()
            .map(|&l| (places[sorted[l].cell].0 as usize, places[sorted[l].cell].1, sorted[l].conductance))
            .collect();
        let by_cell = sorted.iter().map(|link| (link.node, link.conductance)).collect();
        let place = |(_, from, _): (usize, usize, f64)| (places[from].0 as usize, places[from].1);
        let beyond_seam = system.seam_links().map(place).collect();
        Self { cells, row_offsets, by_cell, node_offsets, by_node, beyond_seam }
    }

    /// Whether no cell is linked.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
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
