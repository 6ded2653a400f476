//! Random problems for tests of operations.

use racktherm::backend::Agglomeration;
use racktherm::model::system::{CellLink, LinearSystem, NodeLink};

/// The generator of NUMERICS.md, section 3.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// A sequence of its own for every seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Uniform between 0 and 1.
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / (1_u64 << 31) as f64
    }

    /// Positive, over four orders of magnitude.
    pub(crate) fn positive(&mut self) -> f64 {
        10_f64.powf(4.0 * self.unit() - 2.0)
    }

    /// Values between −1 and 1.
    pub(crate) fn values(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| 2.0 * self.unit() - 1.0).collect()
    }

    /// An index below `count`.
    pub(crate) fn index(&mut self, count: usize) -> usize {
        (self.unit() * count as f64) as usize
    }
}

/// A system with positive coefficients; with `nodes` of them, each is linked to some cells and each but the
/// first to the one before.
pub(crate) fn system(size: [usize; 3], advective: bool, nodes: usize, seed: u64) -> LinearSystem {
    let mut random = Random::new(seed);
    let mut system = LinearSystem::zeros(size, advective);
    let (cells, strides) = (system.cells(), system.strides());
    for axis in 0..3 {
        for c in 0..cells {
            if c / strides[axis] % size[axis] + 1 < size[axis] {
                system.from_upper[axis][c] = random.positive();
                if advective {
                    system.from_lower[axis][c] = random.positive();
                }
            }
        }
    }
    for c in 0..cells {
        // A third of the cells is tied to the reference.
        system.sink[c] = if random.unit() < 0.3 { random.positive() } else { 0.0 };
    }
    for node in 0..nodes {
        system.border.sink.push(if node == 0 { random.positive() } else { 0.0 });
        for _ in 0..1 + cells / 2 {
            let link = CellLink { cell: random.index(cells), node, conductance: random.positive() };
            if !system.border.cell_links.iter().any(|l| (l.cell, l.node) == (link.cell, link.node)) {
                system.border.cell_links.push(link);
            }
        }
        if node > 0 {
            system.border.node_links.push(NodeLink {
                to: node,
                from: node - 1,
                conductance: random.positive(),
            });
        }
    }
    system
}

/// Runs of one to three fine cells joined along each axis.
pub(crate) fn agglomeration(fine: [usize; 3], seed: u64) -> Agglomeration {
    let mut random = Random::new(seed);
    let map = fine.map(|cells| {
        let mut parents = Vec::new();
        let mut parent = 0;
        while parents.len() < cells {
            let run = (1 + random.index(3)).min(cells - parents.len());
            parents.extend(std::iter::repeat_n(parent, run));
            parent += 1;
        }
        parents
    });
    let coarse = [0, 1, 2].map(|axis| map[axis][fine[axis] - 1] as usize + 1);
    Agglomeration { fine, coarse, map }
}
