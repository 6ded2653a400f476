//! Random problems for tests of operations.

use super::random::Random;
use racktherm::backend::Coarsening;
use racktherm::model::system::{CellLink, LinearSystem, NodeLink};

/// A system with positive coefficients, and with `nodes` a seam along each axis; with `nodes` of them, each is linked to some cells and each but the
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
    for axis in 0..3 {
        for c in (0..if nodes > 0 { cells } else { 0 })
            .filter(|c| c / strides[axis] % size[axis] + 1 == size[axis])
        {
            system.add_face(axis, c, [random.positive(), random.positive()]);
        }
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

/// Single cells and pairs along an axis, with weights that add up to at most 1; cells at the ends of the axis and
/// single ones have no share in others.
pub(crate) fn coarsening(fine: [usize; 3], axis: usize, seed: u64) -> Coarsening {
    let mut random = Random::new(seed);
    let mut map = Vec::new();
    while map.len() < fine[axis] {
        let parent = map.last().map_or(0, |&last: &u32| last + 1);
        let run = (1 + random.index(2)).min(fine[axis] - map.len());
        map.extend(std::iter::repeat_n(parent, run));
    }
    let (stride, n) = (fine[..axis].iter().product::<usize>(), map.len());
    let shares = |c: usize| -> bool {
        let i = c / stride % n;
        let first = i + 1 < n && map[i + 1] == map[i];
        let last = i > 0 && map[i - 1] == map[i];
        (first && i > 0) || (last && i + 1 < n)
    };
    let cells = fine.iter().product();
    let mut weight = || f64::from((0.5 * random.unit()) as f32);
    let own = (0..cells).map(|_| weight()).collect();
    let other = (0..cells).map(|c| if shares(c) { weight() } else { 0.0 }).collect();
    Coarsening::new(fine, axis, map, own, other)
}

/// Up to `most` bodies scattered over the cells, every second cell in none, numbered from 1 without gaps.
pub(crate) fn bodies(cells: usize, most: usize, seed: u64) -> Vec<u32> {
    let mut random = Random::new(seed);
    let wanted: Vec<usize> = (0..cells).map(|_| random.index(2 * most + 1).saturating_sub(most)).collect();
    let mut numbers = vec![0u32; most + 1];
    let mut count = 0;
    let mut number = |wanted: usize| {
        if wanted > 0 && numbers[wanted] == 0 {
            count += 1;
            numbers[wanted] = count;
        }
        numbers[wanted]
    };
    wanted.into_iter().map(&mut number).collect()
}
