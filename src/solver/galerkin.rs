//! Coarse levels: which cells to join, and the system that the joined cells obey.
//!
//! Prolongation is piecewise constant, so that the Galerkin product is a sum: the coefficient between two
//! coarse cells is the sum over the fine faces between them, sinks and links to nodes add up, and the nodes
//! stay what they are. Every level is again a 7-point tensor grid.
//!
//! **Plane-aligned semi-coarsening.** Cells join their neighbours along the axes of strong coupling only,
//! and never across a plane where the material changes as long as the axis can be coarsened otherwise:
//! coarse cells stay pure, and no copper body is averaged with the air around it.

use crate::backend::Agglomeration;
use crate::model::system::{Border, CellLink, LinearSystem};

/// An axis is coarsened where its mean coupling is at least this share of the strongest axis'. With 0.25,
/// flat cells were joined across their weak direction too: the air field of the DGX rack then took seven
/// times the steps that it took with 0.5.
const STRONG_AXIS: f64 = 0.4;
/// The same with advection, which couples the axis of the flow far more strongly than films and conduction
/// couple the others: those must still be joined (40 steps against 29 in a channel over copper).
const STRONG_AXIS_ADVECTIVE: f64 = 0.25;
/// Transverse couplings of two planes that differ by more than this ratio between places mean that the
/// material changes there.
const MATERIAL_CHANGE: f64 = 3.0;
/// Planes are respected as long as a level still shrinks to this share.
const WORTHWHILE: f64 = 0.7;

/// The agglomeration of a system's next level, or none if no axis can be joined.
#[must_use]
pub fn agglomerate(system: &LinearSystem) -> Option<Agglomeration> {
    let strength = axis_strength(system);
    let strongest = strength.iter().copied().fold(0.0, f64::max);
    let strong = if system.is_advective() { STRONG_AXIS_ADVECTIVE } else { STRONG_AXIS };
    let mut axes: Vec<usize> = (0..3)
        .filter(|&a| system.size[a] > 1 && strength[a] > 0.0 && strength[a] >= strong * strongest)
        .collect();
    if axes.is_empty() {
        axes = (0..3).filter(|&a| system.size[a] > 1).collect();
    }
    if axes.is_empty() {
        return None;
    }
    let mut map = [0, 1, 2].map(|a| (0..system.size[a] as u32).collect::<Vec<_>>());
    let mut free = map.clone();
    for &axis in &axes {
        let changes = material_changes(system, axis);
        map[axis] = pair(system.size[axis], &changes);
        free[axis] = pair(system.size[axis], &vec![false; system.size[axis]]);
        if coarse_size(&map[axis]) == system.size[axis] {
            map[axis].clone_from(&free[axis]);
        }
    }
    let share = |map: &[Vec<u32>; 3]| {
        map.iter().map(|m| coarse_size(m) as f64).product::<f64>() / system.cells() as f64
    };
    let map = if share(&map) <= WORTHWHILE { map } else { free };
    let coarse = [0, 1, 2].map(|a| coarse_size(&map[a]));
    Some(Agglomeration { fine: system.size, coarse, map })
}

fn coarse_size(map: &[u32]) -> usize {
    map.last().map_or(0, |&last| last as usize + 1)
}

/// Mean over the faces of each axis of their share of the two cells' couplings.
fn axis_strength(system: &LinearSystem) -> [f64; 3] {
    let strides = system.strides();
    let mut diagonal = vec![0.0; system.cells()];
    for axis in 0..3 {
        let (upper, lower) = (&system.from_upper[axis], system.lower(axis));
        for c in 0..system.cells().saturating_sub(strides[axis]) {
            diagonal[c] += upper[c];
            diagonal[c + strides[axis]] += lower[c];
        }
    }
    [0, 1, 2].map(|axis| {
        let (mut sum, mut faces) = (0.0, 0usize);
        for c in 0..system.cells().saturating_sub(strides[axis]) {
            let coupling = system.from_upper[axis][c] + system.lower(axis)[c];
            if coupling > 0.0 {
                sum += coupling / (diagonal[c] + diagonal[c + strides[axis]]);
                faces += 1;
            }
        }
        if faces > 0 { sum / faces as f64 } else { 0.0 }
    })
}

/// For each plane above index i of an axis, whether the material changes across it: whether the ratio of
/// the transverse couplings on its two sides depends on the place.
fn material_changes(system: &LinearSystem, axis: usize) -> Vec<bool> {
    let n = system.size[axis];
    let strides = system.strides();
    let mut lowest = vec![f64::INFINITY; n];
    let mut highest = vec![0.0f64; n];
    let others = [(axis + 1) % 3, (axis + 2) % 3];
    for c in 0..system.cells().saturating_sub(strides[axis]) {
        let i = (c / strides[axis]) % n;
        if i + 1 == n {
            continue;
        }
        for other in others {
            let here = system.from_upper[other][c];
            let above = system.from_upper[other][c + strides[axis]];
            let ratio = match (here > 0.0, above > 0.0) {
                (true, true) => above / here,
                (false, false) => continue,
                (true, false) => 1e-30,
                (false, true) => 1e30,
            };
            lowest[i] = lowest[i].min(ratio);
            highest[i] = highest[i].max(ratio);
        }
    }
    (0..n).map(|i| highest[i] > MATERIAL_CHANGE * lowest[i]).collect()
}

/// Pairs consecutive indices that no forbidden plane separates.
fn pair(n: usize, forbidden: &[bool]) -> Vec<u32> {
    let mut map = vec![0; n];
    let (mut i, mut coarse) = (0, 0);
    while i < n {
        map[i] = coarse;
        if i + 1 < n && !forbidden[i] {
            map[i + 1] = coarse;
            i += 1;
        }
        i += 1;
        coarse += 1;
    }
    map
}

/// The Galerkin system of joined cells.
#[must_use]
pub fn coarsen(system: &LinearSystem, agglomeration: &Agglomeration) -> LinearSystem {
    let mut coarse = LinearSystem::zeros(agglomeration.coarse, system.is_advective());
    let [nx, ny, _] = system.size;
    let [cx, cy, _] = agglomeration.coarse;
    let parent = |c: usize| {
        let [i, j, k] = [c % nx, (c / nx) % ny, c / (nx * ny)];
        let map = &agglomeration.map;
        map[0][i] as usize + cx * (map[1][j] as usize + cy * map[2][k] as usize)
    };
    let strides = system.strides();
    let parents: Vec<usize> = (0..system.cells()).map(parent).collect();
    for (c, &p) in parents.iter().enumerate() {
        coarse.sink[p] += system.sink[c];
        for axis in 0..3 {
            let upper = system.from_upper[axis][c];
            let lower = system.lower(axis)[c];
            if (upper == 0.0 && lower == 0.0) || parents[c + strides[axis]] == p {
                continue;
            }
            coarse.from_upper[axis][p] += upper;
            if system.is_advective() {
                coarse.from_lower[axis][p] += lower;
            }
        }
    }
    coarse.border = coarsen_border(&system.border, &parents);
    coarse
}

fn coarsen_border(border: &Border, parents: &[usize]) -> Border {
    let mut links: Vec<CellLink> =
        border.cell_links.iter().map(|link| CellLink { cell: parents[link.cell], ..*link }).collect();
    links.sort_by_key(|link| (link.cell, link.node));
    links.dedup_by(|next, kept| {
        let same = (next.cell, next.node) == (kept.cell, kept.node);
        if same {
            kept.conductance += next.conductance;
        }
        same
    });
    Border { sink: border.sink.clone(), cell_links: links, node_links: border.node_links.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conduction on a uniform grid of unit couplings with a slab of conductivity 1000 in the middle of z.
    fn slab() -> LinearSystem {
        let mut system = LinearSystem::zeros([4, 4, 9], false);
        let k = |z: usize| if (3..6).contains(&z) { 1000.0 } else { 1.0 };
        for c in 0..system.cells() {
            let at = [c % 4, (c / 4) % 4, c / 16];
            for axis in 0..3 {
                if at[axis] + 1 < system.size[axis] {
                    let other = if axis == 2 { k(at[2] + 1) } else { k(at[2]) };
                    system.from_upper[axis][c] = 2.0 / (1.0 / k(at[2]) + 1.0 / other);
                }
            }
        }
        system
    }

    #[test]
    fn cells_of_different_material_are_not_joined_where_that_can_be_avoided() {
        let mut system = slab();
        // Half the slab is cut out, so that its planes show.
        for c in 0..system.cells() {
            if c % 4 < 2 {
                for axis in 0..2 {
                    system.from_upper[axis][c] = system.from_upper[axis][c].min(1.0);
                }
            }
        }
        assert_eq!(
            material_changes(&system, 2),
            [false, false, true, false, false, true, false, false, false]
        );
        assert_eq!(pair(9, &material_changes(&system, 2)), [0, 0, 1, 2, 2, 3, 4, 4, 5]);
    }

    #[test]
    fn a_constant_state_feels_the_same_coarse_and_fine() {
        let mut system = slab();
        system.sink.iter_mut().enumerate().for_each(|(c, s)| *s = c as f64);
        let agglomeration = agglomerate(&system).unwrap();
        let coarse = coarsen(&system, &agglomeration);
        let total = |s: &LinearSystem| s.sink.iter().sum::<f64>();
        approx::assert_relative_eq!(total(&system), total(&coarse));
        assert!(coarse.cells() < system.cells());
    }
}
