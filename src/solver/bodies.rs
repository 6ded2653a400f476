//! Conductive bodies as coarse unknowns: what no hierarchy of joined cells represents.
//!
//! A piece of copper in air takes any temperature at almost no cost: the sum of what leaves it is thousands
//! of times smaller than what holds it together. Once a coarse cell is larger than the body, its level is
//! lost. So every such body b gets an unknown of its own, a constant over its cells,
//!
//! ```text
//! z_b = 1 on b, else 0       E = Zᵀ A Z       x ← x + Z E⁻¹ Zᵀ r
//! ```
//!
//! Bodies are found by joining cells in order of falling coefficient (a maximum spanning forest): a set is a
//! body if all its inner joints are at least twice as strong as the next one that leads out of it, and what
//! leaves it is less than [`LEAVES`] of its couplings. Bodies within bodies are kept: a cell belongs to the
//! innermost. Compact nodes take part, because a lid that hangs on its sink alone is as loose as a block.
//! Source of the projection: Nicolaides, Deflation of conjugate gradients, SIAM J. Numer. Anal. 24 (1987) 355.

use crate::model::system::LinearSystem;
use faer::prelude::Solve;

/// Share of its couplings that may leave a body.
const LEAVES: f64 = 0.01;
/// The strongest joint that leads out of a body over its weakest inner one, at most.
const GAP: f64 = 0.5;
/// Bodies at most, loosest first: E⁻¹ is dense.
const MOST: usize = 1500;
/// What holds a group of bodies over the sum of their couplings, at most, where nothing but rounding does.
const FLOATING: f64 = 1e-12;
/// Where the strongest and the weakest coefficient differ by less, no body is loose.
const LEAST_CONTRAST: f64 = 20.0;

/// Which cells make up which body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bodies {
    /// Number of bodies.
    pub count: usize,
    /// Per cell, its body plus one; 0 outside of bodies.
    pub of_cell: Vec<u32>,
}

/// A set of cells and nodes that grows.
#[derive(Clone, Copy)]
struct Set {
    /// Sum of all couplings of its members, joints within it counted twice.
    couplings: f64,
    /// Sum of the joints within it.
    inside: f64,
    /// Weakest joint that made it.
    weakest: f64,
    size: u32,
}

/// A body as it was found.
struct Found {
    looseness: f64,
    members: Vec<u32>,
}

/// Sets of cells and nodes, joined in order of falling coefficient.
struct Forest {
    parent: Vec<u32>,
    sets: Vec<Set>,
    /// Members of each set as a ring.
    next: Vec<u32>,
    found: Vec<Found>,
}

/// The bodies of a system; none if its coefficients hardly differ.
#[must_use]
pub fn find(system: &LinearSystem) -> Bodies {
    if !has_contrast(system) {
        return Bodies::default();
    }
    let joints = joints(system);
    let mut forest = Forest::new(system, &joints);
    for &(g, a, b) in &sorted(joints) {
        forest.join(g, a, b);
    }
    let mut found = forest.found;
    found.sort_by(|x, y| x.looseness.total_cmp(&y.looseness));
    found.truncate(MOST);
    // Larger ones first, so that the innermost body has the last word.
    found.sort_by_key(|body| std::cmp::Reverse(body.members.len()));
    number(system.cells(), &found)
}

/// Whether coefficients differ enough for a body to be loose; compact nodes always may.
fn has_contrast(system: &LinearSystem) -> bool {
    let (mut least, mut most) = (f64::INFINITY, 0.0f64);
    for axis in 0..3 {
        for (upper, lower) in system.from_upper[axis].iter().zip(system.lower(axis)) {
            let coupling = upper + lower;
            least = least.min(if coupling > 0.0 { coupling } else { f64::INFINITY });
            most = most.max(coupling);
        }
    }
    system.nodes() > 0 || most >= LEAST_CONTRAST * least
}

/// Numbers the bodies that still own a cell.
fn number(cells: usize, found: &[Found]) -> Bodies {
    let mut of_cell = vec![0u32; cells];
    for (at, body) in found.iter().enumerate() {
        for &member in body.members.iter().filter(|&&m| (m as usize) < cells) {
            of_cell[member as usize] = at as u32 + 1;
        }
    }
    let mut numbers = vec![0u32; found.len() + 1];
    let mut count = 0;
    for body in &mut of_cell {
        if *body > 0 && numbers[*body as usize] == 0 {
            count += 1;
            numbers[*body as usize] = count;
        }
        *body = numbers[*body as usize];
    }
    if count == 0 {
        of_cell.clear();
    }
    Bodies { count: count as usize, of_cell }
}

/// Every coefficient that joins two cells, a cell and a node, or two nodes: the mean of its two directions.
fn joints(system: &LinearSystem) -> Vec<(f64, u32, u32)> {
    let n = system.cells();
    let strides = system.strides();
    let mut joints = Vec::with_capacity(3 * n);
    for (axis, stride) in strides.into_iter().enumerate() {
        for (c, (upper, lower)) in system.from_upper[axis].iter().zip(system.lower(axis)).enumerate() {
            let g = 0.5 * (upper + lower);
            if g > 0.0 {
                joints.push((g, c as u32, (c + stride) as u32));
            }
        }
    }
    let seam = system.seam.iter();
    joints.extend(seam.map(|f| (0.5 * (f.from_upper + f.from_lower), f.last as u32, f.first as u32)));
    let border = &system.border;
    joints.extend(border.cell_links.iter().map(|l| (l.conductance, l.cell as u32, (n + l.node) as u32)));
    joints.extend(
        border.node_links.iter().map(|l| (0.5 * l.conductance, (n + l.to) as u32, (n + l.from) as u32)),
    );
    joints.retain(|j| j.0 > 0.0);
    joints
}

/// Joints by falling coefficient; within a factor of two, in the order of cells (a counting sort).
fn sorted(joints: Vec<(f64, u32, u32)>) -> Vec<(f64, u32, u32)> {
    // The exponent of a positive normal number orders like the number.
    let bucket = |g: f64| (2047 - ((g.to_bits() >> 52) & 2047)) as usize;
    let mut starts = [0usize; 2049];
    for joint in &joints {
        starts[bucket(joint.0) + 1] += 1;
    }
    for b in 0..2048 {
        starts[b + 1] += starts[b];
    }
    let mut sorted = vec![(0.0, 0, 0); joints.len()];
    for joint in joints {
        let at = &mut starts[bucket(joint.0)];
        sorted[*at] = joint;
        *at += 1;
    }
    sorted
}

impl Forest {
    fn new(system: &LinearSystem, joints: &[(f64, u32, u32)]) -> Self {
        let ties = system.sink.iter().chain(&system.border.sink);
        let mut sets: Vec<Set> = ties
            .map(|&tie| Set { couplings: tie.max(0.0), inside: 0.0, weakest: f64::INFINITY, size: 1 })
            .collect();
        for &(g, a, b) in joints {
            sets[a as usize].couplings += g;
            sets[b as usize].couplings += g;
        }
        let parent: Vec<u32> = (0..sets.len() as u32).collect();
        Self { next: parent.clone(), parent, sets, found: Vec::new() }
    }

    fn root(&mut self, mut at: u32) -> u32 {
        while self.parent[at as usize] != at {
            let up = self.parent[self.parent[at as usize] as usize];
            self.parent[at as usize] = up;
            at = up;
        }
        at
    }

    fn join(&mut self, g: f64, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            self.sets[a as usize].inside += g;
            return;
        }
        self.judge(g, a);
        self.judge(g, b);
        let larger = self.sets[a as usize].size >= self.sets[b as usize].size;
        let (into, from) = if larger { (a as usize, b as usize) } else { (b as usize, a as usize) };
        let lost = self.sets[from];
        let set = &mut self.sets[into];
        set.couplings += lost.couplings;
        set.inside += lost.inside + g;
        set.weakest = set.weakest.min(lost.weakest).min(g);
        set.size += lost.size;
        self.parent[from] = into as u32;
        self.next.swap(into, from);
    }

    /// Keeps a set as a body if it is one, just before a joint of g leads out of it.
    fn judge(&mut self, g: f64, root: u32) {
        let set = self.sets[root as usize];
        let leaves = set.couplings - 2.0 * set.inside;
        let alone = set.size < 2 || set.size as usize > self.sets.len() / 2;
        if alone || g >= GAP * set.weakest || leaves >= LEAVES * set.couplings {
            return;
        }
        let mut members = vec![root];
        let mut at = self.next[root as usize];
        while at != root {
            members.push(at);
            at = self.next[at as usize];
        }
        self.found.push(Found { looseness: leaves / set.couplings, members });
    }
}

impl Bodies {
    /// (Zᵀ A Z)⁻¹, row-major, with A the system of the cells after its nodes were eliminated.
    #[must_use]
    pub fn inverse(&self, system: &LinearSystem, node_inverse: &[f64]) -> Vec<f64> {
        let n = self.count;
        let mut e = faer::Mat::<f64>::zeros(n, n);
        let body = |c: usize| (self.of_cell[c] as usize).checked_sub(1);
        let mut add = |row: Option<usize>, column: Option<usize>, value: f64| {
            if let (Some(row), Some(column)) = (row, column) {
                e[(row, column)] += value;
            }
        };
        let strides = system.strides();
        for c in 0..system.cells() {
            add(body(c), body(c), system.sink[c]);
            for (axis, stride) in strides.into_iter().enumerate() {
                let (upper, lower) = (system.from_upper[axis][c], system.lower(axis)[c]);
                if upper == 0.0 && lower == 0.0 {
                    continue;
                }
                let (here, there) = (body(c), body(c + stride));
                if here != there {
                    add(here, here, upper);
                    add(here, there, -upper);
                    add(there, there, lower);
                    add(there, here, -lower);
                }
            }
        }
        for (cell, from, conductance) in system.seam_links() {
            add(body(cell), body(cell), conductance);
            add(body(cell), body(from), -conductance);
        }
        for link in &system.border.cell_links {
            add(body(link.cell), body(link.cell), link.conductance);
        }
        let links = self.links(system);
        for (node, row) in links.iter().enumerate() {
            for (other, column) in links.iter().enumerate() {
                let d = node_inverse[node * links.len() + other];
                if d != 0.0 {
                    for &(b, beta) in row {
                        column.iter().for_each(|&(c, gamma)| add(Some(b), Some(c), -beta * d * gamma));
                    }
                }
            }
        }
        tie_floating(&mut e);
        let inverse = e.partial_piv_lu().solve(faer::Mat::<f64>::identity(n, n));
        (0..n * n).map(|i| inverse[(i / n, i % n)]).collect()
    }

    /// Per node, what its links to each body add up to.
    fn links(&self, system: &LinearSystem) -> Vec<Vec<(usize, f64)>> {
        let mut links = vec![Vec::<(usize, f64)>::new(); system.nodes()];
        for link in &system.border.cell_links {
            let Some(body) = (self.of_cell[link.cell] as usize).checked_sub(1) else { continue };
            match links[link.node].iter_mut().find(|(b, _)| *b == body) {
                Some((_, sum)) => *sum += link.conductance,
                None => links[link.node].push((body, link.conductance)),
            }
        }
        links
    }
}

/// Ties the mean of every group of bodies that only each other hold: a closed duct cut in two by a fan. Their level is
/// free, and without the tie E would have no inverse; differences within the group stay as they are.
fn tie_floating(e: &mut faer::Mat<f64>) {
    let n = e.nrows();
    let mut seen = vec![false; n];
    for first in 0..n {
        if std::mem::replace(&mut seen[first], true) {
            continue;
        }
        let mut group = vec![first];
        let mut next = 0;
        while let Some(&row) = group.get(next) {
            next += 1;
            for other in 0..n {
                let joined = e[(row, other)] != 0.0 || e[(other, row)] != 0.0;
                if joined && !std::mem::replace(&mut seen[other], true) {
                    group.push(other);
                }
            }
        }
        let pairs = || group.iter().flat_map(|&row| group.iter().map(move |&column| (row, column)));
        let held: f64 = pairs().map(|at| e[at]).sum();
        let diagonal: f64 = group.iter().map(|&row| e[(row, row)]).sum();
        if held.abs() <= FLOATING * diagonal {
            let tie = diagonal / (group.len() * group.len()) as f64;
            pairs().for_each(|at| e[at] += tie);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A line of 12 cells of 1 W/K with two pieces of copper in it.
    fn line() -> LinearSystem {
        let mut system = LinearSystem::zeros([12, 1, 1], false);
        for c in 0..11 {
            let copper = (2..4).contains(&c) || (7..10).contains(&c);
            system.from_upper[0][c] = if copper { 1e4 } else { 1.0 };
        }
        system.sink[0] = 2.0;
        system
    }

    #[test]
    fn pieces_of_copper_in_air_are_bodies() {
        let bodies = find(&line());
        assert_eq!(bodies.of_cell, [0, 0, 1, 1, 1, 0, 0, 2, 2, 2, 2, 0]);
    }

    #[test]
    fn what_the_bodies_take_up_leaves_no_residual_on_them() {
        let system = line();
        let bodies = find(&system);
        let inverse = bodies.inverse(&system, &[]);
        let r: Vec<f64> = (0..12).map(|c| f64::from(c * c % 7)).collect();
        let sum = |values: &[f64], b: u32| -> f64 {
            values.iter().zip(&bodies.of_cell).filter(|(_, o)| **o == b).map(|(v, _)| v).sum()
        };
        let y: Vec<f64> =
            (0..2).map(|b| inverse[2 * b] * sum(&r, 1) + inverse[2 * b + 1] * sum(&r, 2)).collect();
        let x = bodies.of_cell.iter().map(|&b| if b > 0 { y[b as usize - 1] } else { 0.0 }).collect();
        let state = |cells| crate::model::system::State { cells, nodes: Vec::new() };
        let (left, _) = system.residual(&state(x), &state(r));
        for b in [1, 2] {
            approx::assert_abs_diff_eq!(sum(&left.cells, b), 0.0, epsilon = 1e-12);
        }
    }

    #[test]
    fn a_system_of_one_material_has_none() {
        let mut system = line();
        system.from_upper[0].iter_mut().for_each(|g| *g = g.min(1.0));
        assert_eq!(find(&system).count, 0);
    }
}
