//! The discrete problem that every solver and backend takes: a 7-point tensor grid bordered by compact nodes.
//!
//! For a cell c with neighbours n over its faces, linked nodes N and a right-hand side b (W for energy,
//! kg/s for the pressure of the air field):
//!
//! ```text
//! Σ_n a_cn (x_c − x_n) + s_c x_c + Σ_N β_cN (x_c − x_N) = b_c
//! Σ_c β_cN (x_N − x_c) + Σ_M δ_NM (x_N − x_M) + s_N x_N = b_N
//! ```
//!
//! `a_cn` is the coefficient with which c receives from n: conductance plus, with advection, the upwind
//! heat capacity flow that enters c from n. It is symmetric without advection. `s` ties a cell or node to
//! the reference value 0. In matrix form this is `[A B; C D]` with the cells first; the nodes are few
//! (junctions, cases, sink bases, coolant segments) and D is eliminated exactly.
//! Values are stored as differences from a reference, so that f32 keeps their digits.
//!
//! Where an axis is periodic, its last cells have their first ones as upper neighbours, over faces that are listed
//! ([`SeamFace`]): the grid itself stays a tensor grid.

use faer::prelude::Solve;
use std::hash::{DefaultHasher, Hash, Hasher};
use thiserror::Error;

/// Coefficient between a cell and a compact node, W/K; it acts both ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CellLink {
    /// Cell index.
    pub cell: usize,
    /// Node index.
    pub node: usize,
    /// β, W/K, positive.
    pub conductance: f64,
}

/// Coefficient with which one node receives from another, W/K. Conduction is two of these; a coolant that
/// flows from one segment to the next is one, from upstream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeLink {
    /// The node that receives.
    pub to: usize,
    /// The node that it receives from.
    pub from: usize,
    /// δ, W/K, positive.
    pub conductance: f64,
}

/// Compact nodes and their links: the border of a [`LinearSystem`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Border {
    /// s of each node, W/K; its length is the number of nodes.
    pub sink: Vec<f64>,
    /// Links between cells and nodes.
    pub cell_links: Vec<CellLink>,
    /// Links between nodes.
    pub node_links: Vec<NodeLink>,
}

/// A face on the seam of a periodic axis, between the last cell of a line and its first. Pairs may stand more than once:
/// their coefficients add up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SeamFace {
    /// The last cell along the axis.
    pub last: usize,
    /// The first one, its upper neighbour.
    pub first: usize,
    /// The coefficient with which the last cell receives from the first.
    pub from_upper: f64,
    /// The coefficient with which the first cell receives from the last.
    pub from_lower: f64,
}

/// Left-hand side of the bordered problem on a tensor grid.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearSystem {
    /// Cells along x, y, z.
    pub size: [usize; 3],
    /// Per axis and cell: the coefficient with which the cell receives from its upper neighbour; 0 in the
    /// last plane of the axis.
    pub from_upper: [Vec<f64>; 3],
    /// Per axis and cell: the coefficient with which the upper neighbour receives from the cell; 0 in the
    /// last plane of the axis. Empty vectors mean that it equals `from_upper` (no advection).
    pub from_lower: [Vec<f64>; 3],
    /// s of each cell: what ties it to the reference value 0.
    pub sink: Vec<f64>,
    /// Faces that join the ends of periodic axes.
    pub seam: Vec<SeamFace>,
    /// Compact nodes.
    pub border: Border,
}

/// The nodes of a bordered system cannot be eliminated.
#[derive(Debug, Error, PartialEq)]
pub enum SystemError {
    /// A node has no link and no sink.
    #[error("compact node {node} is connected to nothing, so its temperature has no value")]
    Loose {
        /// The node.
        node: usize,
    },
}

impl LinearSystem {
    /// A system of the given size with all coefficients 0 and no nodes; `advective` gives room for
    /// coefficients that differ by direction.
    #[must_use]
    pub fn zeros(size: [usize; 3], advective: bool) -> Self {
        let n = size.iter().product();
        let lower = if advective { n } else { 0 };
        Self {
            size,
            from_upper: [0, 1, 2].map(|_| vec![0.0; n]),
            from_lower: [0, 1, 2].map(|_| vec![0.0; lower]),
            sink: vec![0.0; n],
            seam: Vec::new(),
            border: Border::default(),
        }
    }

    /// A number that two systems share only if all their coefficients are the same.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let Self { size, from_upper, from_lower, sink, seam, border } = self;
        let mut hasher = DefaultHasher::new();
        size.hash(&mut hasher);
        for array in from_upper.iter().chain(from_lower).chain([sink, &border.sink]) {
            array.len().hash(&mut hasher);
            hasher.write(bytemuck::cast_slice(array));
        }
        for face in seam {
            (face.last, face.first, face.from_upper.to_bits(), face.from_lower.to_bits()).hash(&mut hasher);
        }
        for link in &border.cell_links {
            (link.cell, link.node, link.conductance.to_bits()).hash(&mut hasher);
        }
        for link in &border.node_links {
            (link.to, link.from, link.conductance.to_bits()).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.size.iter().product()
    }

    /// Adds to the coefficients from upper and from lower over the face above a cell. That of the last cell of an axis is
    /// its seam; a line of one cell receives nothing from itself. Without advection the second one is not looked at.
    pub fn add_face(&mut self, axis: usize, cell: usize, [from_upper, from_lower]: [f64; 2]) {
        let at = self.position(cell)[axis];
        if at + 1 < self.size[axis] {
            self.from_upper[axis][cell] += from_upper;
            if self.is_advective() {
                self.from_lower[axis][cell] += from_lower;
            }
        } else if at > 0 {
            let from_lower = if self.is_advective() { from_lower } else { from_upper };
            let first = cell - at * self.strides()[axis];
            self.seam.push(SeamFace { last: cell, first, from_upper, from_lower });
        }
    }

    /// What cells receive over the seam: the cell, the one it receives from, and the coefficient.
    pub fn seam_links(&self) -> impl Iterator<Item = (usize, usize, f64)> + '_ {
        self.seam.iter().flat_map(|face| {
            [(face.last, face.first, face.from_upper), (face.first, face.last, face.from_lower)]
        })
    }

    /// Number of compact nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.border.sink.len()
    }

    /// Whether the coefficients of a face differ by direction.
    #[must_use]
    pub fn is_advective(&self) -> bool {
        !self.from_lower[0].is_empty()
    }

    /// Whether every coefficient acts both ways: no advection in cells nor along coolant nodes.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        let links = &self.border.node_links;
        let mirrored = |link: &NodeLink| {
            links.iter().any(|l| (l.to, l.from, l.conductance) == (link.from, link.to, link.conductance))
        };
        let seam_mirrored = self.seam.iter().all(|face| face.from_upper == face.from_lower);
        !self.is_advective() && seam_mirrored && links.iter().all(mirrored)
    }

    /// Distances in the cell index to the upper neighbour along x, y, z.
    #[must_use]
    pub fn strides(&self) -> [usize; 3] {
        [1, self.size[0], self.size[0] * self.size[1]]
    }

    /// Index along x, y, z of a cell.
    #[must_use]
    pub fn position(&self, cell: usize) -> [usize; 3] {
        let [nx, ny, _] = self.size;
        [cell % nx, (cell / nx) % ny, cell / (nx * ny)]
    }

    /// Coefficients with which the upper neighbours receive from their lower ones.
    #[must_use]
    pub fn lower(&self, axis: usize) -> &[f64] {
        if self.is_advective() { &self.from_lower[axis] } else { &self.from_upper[axis] }
    }

    /// Per cell, the mean of both directions of the coefficients of its faces, added up.
    #[must_use]
    pub fn couplings(&self) -> Vec<f64> {
        self.couplings_of(&[0, 1, 2])
    }

    /// The same over the faces across an axis alone.
    #[must_use]
    pub fn couplings_across(&self, axis: usize) -> Vec<f64> {
        self.couplings_of(&[(axis + 1) % 3, (axis + 2) % 3])
    }

    fn couplings_of(&self, axes: &[usize]) -> Vec<f64> {
        use rayon::prelude::*;
        let strides = self.strides();
        let mut sums = vec![0.0; self.cells()];
        // Coefficients of faces that are not there are 0, also those of the last plane below the first.
        sums.par_chunks_mut(4096).enumerate().for_each(|(chunk, sums)| {
            let first = chunk * 4096;
            for &axis in axes {
                let (upper, lower, stride) = (&self.from_upper[axis], self.lower(axis), strides[axis]);
                for (c, sum) in (first..).zip(&mut *sums) {
                    *sum += 0.5 * (upper[c] + lower[c]);
                    if c >= stride {
                        *sum += 0.5 * (upper[c - stride] + lower[c - stride]);
                    }
                }
            }
        });
        sums
    }

    /// b − A·x for cells and nodes together, summed face by face in flux form; also, for each row, the
    /// magnitude `Σ|a||x| + |b|` that the stopping rule compares with (NUMERICS.md, section 4).
    ///
    /// Rows are summed in a fixed order, so repeats are bit-identical.
    #[must_use]
    pub fn residual(&self, x: &State, b: &State) -> (State, State) {
        use rayon::prelude::*;
        let strides = self.strides();
        let (linked, offsets) = self.links_by_cell();
        let beyond = self.seam_links().map(|(_, from, _)| x.cells[from]);
        let values: Vec<f64> = x.nodes.iter().copied().chain(beyond).collect();
        let mut r = State { cells: vec![0.0; self.cells()], nodes: b.nodes.clone() };
        let mut magnitude = State { cells: vec![0.0; self.cells()], nodes: vec![0.0; self.nodes()] };
        r.cells.par_iter_mut().zip(magnitude.cells.par_iter_mut()).enumerate().for_each(|(c, (r, m))| {
            let at = [c % self.size[0], (c / self.size[0]) % self.size[1], c / (self.size[0] * self.size[1])];
            let xc = x.cells[c];
            let mut sum = b.cells[c] - self.sink[c] * xc;
            let mut size = b.cells[c].abs() + (self.sink[c] * xc).abs();
            let mut add = |a: f64, xn: f64| {
                sum += a * (xn - xc);
                size += a.abs() * (xn.abs() + xc.abs());
            };
            for axis in 0..3 {
                if at[axis] > 0 {
                    let n = c - strides[axis];
                    add(self.lower(axis)[n], x.cells[n]);
                }
                if at[axis] + 1 < self.size[axis] {
                    add(self.from_upper[axis][c], x.cells[c + strides[axis]]);
                }
            }
            for link in &linked[offsets[c]..offsets[c + 1]] {
                add(link.conductance, values[link.node]);
            }
            *r = sum;
            *m = size;
        });
        for node in 0..self.nodes() {
            let own = self.border.sink[node] * x.nodes[node];
            r.nodes[node] -= own;
            magnitude.nodes[node] = b.nodes[node].abs() + own.abs();
        }
        let mut add = |to: usize, a: f64, from: f64| {
            r.nodes[to] += a * (from - x.nodes[to]);
            magnitude.nodes[to] += a.abs() * (from.abs() + x.nodes[to].abs());
        };
        for link in &self.border.cell_links {
            add(link.node, link.conductance, x.cells[link.cell]);
        }
        for link in &self.border.node_links {
            add(link.to, link.conductance, x.nodes[link.from]);
        }
        (r, magnitude)
    }

    /// Cell links sorted by cell, with the offset of each cell's first. Behind the last node stand the cells that
    /// [`Self::seam_links`] receive from, one for each in their order.
    #[must_use]
    pub fn links_by_cell(&self) -> (Vec<CellLink>, Vec<usize>) {
        let mut links = self.border.cell_links.clone();
        let seam = (self.nodes()..).zip(self.seam_links());
        links.extend(seam.map(|(node, (cell, _, conductance))| CellLink { cell, node, conductance }));
        links.sort_by_key(|link| (link.cell, link.node));
        let mut offsets = vec![0; self.cells() + 1];
        for link in &links {
            offsets[link.cell + 1] += 1;
        }
        for c in 0..self.cells() {
            offsets[c + 1] += offsets[c];
        }
        (links, offsets)
    }

    /// D⁻¹, row-major `nodes × nodes`.
    ///
    /// # Errors
    /// [`SystemError::Loose`] if a node has neither link nor sink.
    pub fn node_inverse(&self) -> Result<Vec<f64>, SystemError> {
        let n = self.nodes();
        let mut d = faer::Mat::<f64>::zeros(n, n);
        for (node, &sink) in self.border.sink.iter().enumerate() {
            d[(node, node)] += sink;
        }
        for link in &self.border.cell_links {
            d[(link.node, link.node)] += link.conductance;
        }
        for link in &self.border.node_links {
            d[(link.to, link.to)] += link.conductance;
            d[(link.to, link.from)] -= link.conductance;
        }
        if let Some(node) = (0..n).find(|&i| d[(i, i)] <= 0.0) {
            return Err(SystemError::Loose { node });
        }
        let inverse = d.partial_piv_lu().solve(faer::Mat::<f64>::identity(n, n));
        Ok((0..n * n).map(|i| inverse[(i / n, i % n)]).collect())
    }
}

/// Values of all cells and all compact nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// One value per cell.
    pub cells: Vec<f64>,
    /// One value per node.
    pub nodes: Vec<f64>,
}

impl State {
    /// All values 0, for a system's cells and nodes.
    #[must_use]
    pub fn zeros(system: &LinearSystem) -> Self {
        Self { cells: vec![0.0; system.cells()], nodes: vec![0.0; system.nodes()] }
    }

    /// The values of all cells, then of all nodes.
    pub fn values(&self) -> impl Iterator<Item = f64> {
        self.cells.iter().chain(&self.nodes).copied()
    }

    /// Euclidean norm over cells and nodes.
    #[must_use]
    pub fn norm(&self) -> f64 {
        self.values().map(|v| v * v).sum::<f64>().sqrt()
    }
}
