//! A [`LinearSystem`] and a dense matrix as arrays on the device.

use super::buffers::{Allocator, Buffer};
use super::device::Device;
use super::parameters::{Count, Level, Range, Sweep};
use crate::backend::{BackendError, Colour};
use crate::model::system::{CellLink, LinearSystem};

/// A linear system on the device, with its nodes eliminated.
#[derive(Debug)]
pub struct Operator {
    /// Coefficients along each axis: from upper neighbours and, with advection, from lower ones behind them.
    pub(super) a: [Buffer; 3],
    /// s + Σβ.
    pub(super) sink: Buffer,
    pub(super) size: [usize; 3],
    lower: usize,
    /// Nodes and cells beyond a seam, if there are any.
    pub(super) nodes: Option<Nodes>,
}

/// Links between cells and compact nodes, ordered by node for gathering and by cell for scattering. Cells beyond a seam
/// are read like nodes: they stand behind them.
#[derive(Debug)]
pub(super) struct Nodes {
    pub(super) count: usize,
    pub(super) node_first: Buffer,
    pub(super) link_cell: Buffer,
    pub(super) conductance_by_node: Buffer,
    pub(super) linked_cell: Buffer,
    pub(super) linked_first: Buffer,
    pub(super) link_node: Buffer,
    pub(super) conductance_by_cell: Buffer,
    /// 1 for every linked cell.
    pub(super) one: Buffer,
    /// −1 for every linked cell.
    pub(super) minus_one: Buffer,
    /// 1 / diagonal of every linked cell.
    pub(super) inverse_diagonal: Buffer,
    /// D⁻¹.
    pub(super) inverse: Dense,
    /// C x.
    pub(super) node_rhs: Buffer,
    /// D⁻¹ C x, and behind it the values beyond the seam.
    pub(super) node_x: Buffer,
    /// Links between cells and nodes.
    pub(super) links: usize,
    /// The cells beyond the seam, and how many.
    pub(super) seam_cell: Buffer,
    pub(super) beyond_seam: usize,
    reds: usize,
    linked: usize,
}

/// A dense square matrix on the device, stored by columns.
#[derive(Debug)]
pub struct Dense {
    pub(super) m: Buffer,
    pub(super) rows: usize,
}

/// A count as the device's index: arrays of more entries are refused before they are made, because no
/// device binds 16 GiB at once.
pub(super) fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Operator {
    /// Puts a system on the device; `node_inverse` is D⁻¹, row-major.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] or [`BackendError::DeviceFailed`] if it does not fit.
    pub(super) fn new(
        device: &Device,
        allocator: &Allocator,
        system: &LinearSystem,
        node_inverse: &[f64],
    ) -> Result<Self, BackendError> {
        let coefficients = |axis: usize| {
            let parts = [&system.from_upper[axis][..], &system.from_lower[axis][..]];
            allocator.reals(device, "coefficients of an axis", &parts)
        };
        let mut sink = system.sink.clone();
        for link in &system.border.cell_links {
            sink[link.cell] += link.conductance;
        }
        for (cell, _, conductance) in system.seam_links() {
            sink[cell] += conductance;
        }
        let nodes = (system.nodes() > 0 || !system.seam.is_empty())
            .then(|| Nodes::new(device, allocator, system, &sink, node_inverse))
            .transpose()?;
        Ok(Self {
            a: [coefficients(0)?, coefficients(1)?, coefficients(2)?],
            sink: allocator.reals(device, "sinks", &[&sink])?,
            size: system.size,
            lower: if system.is_advective() { system.cells() } else { 0 },
            nodes,
        })
    }

    pub(super) fn level(&self) -> Level {
        let [nx, ny, nz] = self.size.map(index);
        Level { nx, ny, nz, lower: index(self.lower) }
    }

    pub(super) fn sweep(&self, colour: Colour, omega: f64) -> Sweep {
        let [nx, ny, nz] = self.size.map(index);
        Sweep { nx, ny, nz, lower: index(self.lower), colour: colour as u32, omega: omega as f32 }
    }

    pub(super) fn cells(&self) -> usize {
        self.size.iter().product()
    }

    /// Invocations of a half sweep: one for each pair of cells along x.
    pub(super) fn pairs(&self) -> usize {
        self.size[0].div_ceil(2) * self.size[1] * self.size[2]
    }
}

impl Nodes {
    fn new(
        device: &Device,
        allocator: &Allocator,
        system: &LinearSystem,
        sink: &[f64],
        node_inverse: &[f64],
    ) -> Result<Self, BackendError> {
        let reals = |values: &[f64]| allocator.reals(device, "links of compact nodes", &[values]);
        let indices = |values: &[u32]| allocator.words(device, "links of compact nodes", values);

        let (links, offsets) = system.links_by_cell();
        let mut by_node: Vec<_> = links.iter().filter(|link| link.node < system.nodes()).collect();
        by_node.sort_by_key(|link| (link.node, link.cell));
        let first = |node: usize| index(by_node.partition_point(|link| link.node < node));
        let node_first: Vec<u32> = (0..=system.nodes()).map(first).collect();

        let mut linked: Vec<usize> = (0..system.cells()).filter(|&c| offsets[c + 1] > offsets[c]).collect();
        linked.sort_by_key(|&c| (colour_of(system, c), c));
        let reds = linked.iter().filter(|&&c| colour_of(system, c) == 0).count();
        let by_cell: Vec<_> = linked.iter().flat_map(|&c| &links[offsets[c]..offsets[c + 1]]).collect();
        let mut linked_first = vec![0];
        for &c in &linked {
            let end = linked_first[linked_first.len() - 1] + index(offsets[c + 1] - offsets[c]);
            linked_first.push(end);
        }
        let inverse_diagonal: Vec<f64> = linked.iter().map(|&c| 1.0 / diagonal(system, sink, c)).collect();
        let seam_cell: Vec<u32> = system.seam_links().map(|(_, from, _)| index(from)).collect();
        let values = system.nodes() + seam_cell.len();
        let conductances =
            |links: &[&CellLink]| -> Vec<f64> { links.iter().map(|l| l.conductance).collect() };
        let cells = |links: &[&CellLink]| -> Vec<u32> { links.iter().map(|l| index(l.cell)).collect() };

        Ok(Self {
            count: system.nodes(),
            node_first: indices(&node_first)?,
            link_cell: indices(&cells(&by_node))?,
            conductance_by_node: reals(&conductances(&by_node))?,
            linked_cell: indices(&linked.iter().map(|&c| index(c)).collect::<Vec<_>>())?,
            linked_first: indices(&linked_first)?,
            link_node: indices(&by_cell.iter().map(|l| index(l.node)).collect::<Vec<_>>())?,
            conductance_by_cell: reals(&conductances(&by_cell))?,
            one: reals(&vec![1.0; linked.len()])?,
            minus_one: reals(&vec![-1.0; linked.len()])?,
            inverse_diagonal: reals(&inverse_diagonal)?,
            inverse: Dense::new(device, allocator, system.nodes(), node_inverse)?,
            node_rhs: allocator.zeros(device, "compact nodes", system.nodes())?,
            node_x: allocator.zeros(device, "compact nodes", values)?,
            links: by_node.len(),
            seam_cell: indices(&seam_cell)?,
            beyond_seam: seam_cell.len(),
            reds,
            linked: linked.len(),
        })
    }

    /// Linked cells of a colour, or all, and the relaxation of what is scattered to them.
    pub(super) fn range(&self, colour: Option<Colour>, omega: f64) -> Range {
        let (first, end) = match colour {
            None => (0, self.linked),
            Some(Colour::Red) => (0, self.reds),
            Some(Colour::Black) => (self.reds, self.linked),
        };
        Range { first: index(first), count: index(end - first), omega: omega as f32 }
    }

    pub(super) fn counted(&self) -> Count {
        Count { count: index(self.count) }
    }

    /// The values beyond the seam among those of the nodes.
    pub(super) fn behind(&self) -> Range {
        Range { first: index(self.count), count: index(self.beyond_seam), omega: 1.0 }
    }
}

fn at(system: &LinearSystem, c: usize) -> [usize; 3] {
    let [nx, ny, _] = system.size;
    [c % nx, (c / nx) % ny, c / (nx * ny)]
}

fn colour_of(system: &LinearSystem, c: usize) -> usize {
    at(system, c).iter().sum::<usize>() % 2
}

/// Σ_n a_cn + s_c, links included in the sink.
fn diagonal(system: &LinearSystem, sink: &[f64], c: usize) -> f64 {
    let (at, strides) = (at(system, c), system.strides());
    let mut sum = sink[c];
    for axis in 0..3 {
        if at[axis] > 0 {
            sum += system.lower(axis)[c - strides[axis]];
        }
        if at[axis] + 1 < system.size[axis] {
            sum += system.from_upper[axis][c];
        }
    }
    sum
}

impl Dense {
    /// Puts a row-major matrix on the device.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] or [`BackendError::DeviceFailed`] if it does not fit or is not square.
    pub(super) fn new(
        device: &Device,
        allocator: &Allocator,
        rows: usize,
        values: &[f64],
    ) -> Result<Self, BackendError> {
        if values.len() != rows * rows {
            return Err(device.error(format!("a matrix of {rows} rows has {} entries", values.len())));
        }
        let by_columns: Vec<f64> = (0..rows * rows).map(|at| values[at % rows * rows + at / rows]).collect();
        Ok(Self { m: allocator.reals(device, "a dense matrix", &[&by_columns])?, rows })
    }

    pub(super) fn counted(&self) -> Count {
        Count { count: index(self.rows) }
    }
}
