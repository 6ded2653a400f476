//! Random problems for tests of operations.

use super::random::Random;
use racktherm::backend::Agglomeration;
use racktherm::model::system::{CellLink, LinearSystem, NodeLink};

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
