//! Coarse levels, second half: the system that joined cells obey, and how values pass between the levels.
//!
//! Along the axis cells are a chain of resistances. A coarse cell C sits between its two cells c₁ and c₂,
//! nearer to the one that its own plane holds more firmly (t: conductances across the axis), so that a
//! thin copper plate is not averaged with the air beside it:
//!
//! ```text
//! c₁ ── 1/g ── c₂        h₁ = λ/g,  h₂ = (1 − λ)/g,  λ = t₂ / (t₁ + t₂)
//! ```
//!
//! A fine value is interpolated along the chain between C and the next coarse cell D on its side, and
//! residuals are restricted by the same weights:
//!
//! ```text
//! x_c = w x_C + v x_D       w : v : rest = 1/h_c : 1/(1/g_f + h_D) : s'
//! ```
//!
//! with g_f the face towards D and s' what ties c, and not its partner, to the reference. The coarse
//! network keeps these resistances: in series along the axis, in parallel across it, each shared among C
//! and D as its cell is. With uniform coefficients this is the discretisation of the coarse grid, and a
//! plain V-cycle converges; summed coefficients (piecewise constant Galerkin) are twice too stiff there
//! and join copper to air elsewhere.
//!
//! **Advection.** The coefficients of a face are g both ways and e more from upstream. Values are interpolated
//! along conduction alone, and e is summed over the joined faces, so that what enters a coarse cell leaves it.
//! Moving C to the downstream cell, and restricting by other weights than interpolating, was tried: it
//! changed the steps on racks by less than a tenth and took more on forced air over copper.

use crate::backend::Coarsening;
use crate::model::system::{Border, CellLink, LinearSystem, SeamFace};
use rayon::prelude::*;

/// Values in a row handed to one core, about.
const CHUNK: usize = 4096;

/// Joins cells along an axis by a map of fine to coarse indices.
#[must_use]
pub fn coarsen(system: &LinearSystem, axis: usize, map: &[u32]) -> (LinearSystem, Coarsening) {
    let chain = Chain::new(system, axis, map);
    let (own, other) = chain.weights();
    let coarsening = Coarsening::new(system.size, axis, map.to_vec(), own, other);
    let mut coarse = LinearSystem::zeros(coarsening.coarse(), system.is_advective());
    let shares = Shares { system, coarsening: &coarsening };
    for across in (0..3).filter(|&a| a != axis) {
        shares.across(across, &system.from_upper[across], &mut coarse.from_upper[across]);
        if system.is_advective() {
            shares.across(across, &system.from_lower[across], &mut coarse.from_lower[across]);
        }
    }
    chain.along(&coarsening, &system.from_upper[axis], &mut coarse.from_upper[axis]);
    if system.is_advective() {
        chain.along(&coarsening, &system.from_lower[axis], &mut coarse.from_lower[axis]);
    }
    shares.sinks(&mut coarse.sink);
    coarse.seam = chain.seam(&coarsening);
    coarse.border = coarsen_border(&system.border, &coarsening);
    (coarse, coarsening)
}

/// Calls `f(values, first cell, index)` for all runs of cells with the same index along an axis of `n` cells,
/// `stride` cells each, on all cores.
fn for_each_run(
    values: &mut [f64],
    stride: usize,
    n: usize,
    f: impl Fn(&mut [f64], usize, usize) + Sync + Send,
) {
    let runs = CHUNK.div_ceil(stride);
    values.par_chunks_mut(stride * runs).enumerate().for_each(|(chunk, values)| {
        let mut index = (chunk * runs) % n;
        let mut first = chunk * runs * stride;
        for values in values.chunks_mut(stride) {
            f(values, first, index);
            first += stride;
            index = if index + 1 == n { 0 } else { index + 1 };
        }
    });
}

/// The same for two arrays at once.
fn for_each_run_of_both(
    [a, b]: [&mut [f64]; 2],
    stride: usize,
    n: usize,
    f: impl Fn([&mut [f64]; 2], usize, usize) + Sync + Send,
) {
    let runs = CHUNK.div_ceil(stride);
    let both = a.par_chunks_mut(stride * runs).zip(b.par_chunks_mut(stride * runs));
    both.enumerate().for_each(|(chunk, (a, b))| {
        let mut index = (chunk * runs) % n;
        let mut first = chunk * runs * stride;
        for (a, b) in a.chunks_mut(stride).zip(b.chunks_mut(stride)) {
            f([a, b], first, index);
            first += stride;
            index = if index + 1 == n { 0 } else { index + 1 };
        }
    });
}

/// The cells along the axis as resistances.
struct Chain<'a> {
    system: &'a LinearSystem,
    axis: usize,
    map: &'a [u32],
    stride: usize,
    /// Resistance from each cell to the place of its coarse cell; infinite across an insulated face.
    half: Vec<f64>,
}

impl<'a> Chain<'a> {
    fn new(system: &'a LinearSystem, axis: usize, map: &'a [u32]) -> Self {
        let across = system.couplings_across(axis);
        let stride = system.strides()[axis];
        let mut chain = Self { system, axis, map, stride, half: Vec::new() };
        let mut half = vec![0.0; system.cells()];
        for_each_run(&mut half, stride, map.len(), |half, first, i| {
            let Some(up) = chain.partner_is_above(i) else { return };
            for (c, half) in (first..).zip(half) {
                let partner = if up { c + stride } else { c - stride };
                let total = across[c] + across[partner];
                let lambda = if total > 0.0 { across[partner] / total } else { 0.5 };
                *half = if lambda > 0.0 { lambda / chain.conduction(c.min(partner)) } else { 0.0 };
            }
        });
        chain.half = half;
        chain
    }

    /// Whether the cells of an index are joined with those above or below; none if they are alone.
    fn partner_is_above(&self, i: usize) -> Option<bool> {
        if i + 1 < self.map.len() && self.map[i + 1] == self.map[i] {
            Some(true)
        } else {
            (i > 0 && self.map[i - 1] == self.map[i]).then_some(false)
        }
    }

    /// Conduction over the face above c: what acts both ways.
    fn conduction(&self, c: usize) -> f64 {
        self.system.from_upper[self.axis][c].min(self.system.lower(self.axis)[c])
    }

    /// Weights of the own coarse cell and of the one beside it for every cell.
    fn weights(&self) -> (Vec<f64>, Vec<f64>) {
        let mut other = vec![0.0; self.system.cells()];
        let mut own = vec![1.0; self.system.cells()];
        for_each_run_of_both(
            [&mut own, &mut other],
            self.stride,
            self.map.len(),
            |[own, other], first, i| {
                let Some(up) = self.partner_is_above(i) else { return };
                for (c, (own, other)) in (first..).zip(own.iter_mut().zip(other)) {
                    (*own, *other) = self.weights_of(c, i, up);
                }
            },
        );
        (own, other)
    }

    fn weights_of(&self, c: usize, i: usize, up: bool) -> (f64, f64) {
        if self.half[c] == 0.0 {
            return (1.0, 0.0);
        }
        let partner = if up { c + self.stride } else { c - self.stride };
        let (to_own, to_other) = (1.0 / self.half[c], self.to_other(c, i, up));
        // Air that enters is no tie: it reaches the partner too.
        let tie = self.system.sink[c] - self.system.sink[partner];
        let tie = if self.system.is_advective() { 0.0 } else { tie.max(0.0) };
        let total = to_own + to_other + tie;
        // An insulated cell that nothing else holds stays with its partner.
        if total > 0.0 { (to_own / total, to_other / total) } else { (1.0, 0.0) }
    }

    /// Conductance from c to the place of the coarse cell beside its own.
    fn to_other(&self, c: usize, i: usize, up: bool) -> f64 {
        let none = if up { i == 0 } else { i + 1 == self.map.len() };
        if none {
            return 0.0;
        }
        let (face, beside) = if up { (c - self.stride, c - self.stride) } else { (c, c + self.stride) };
        let g = self.conduction(face);
        if g > 0.0 { 1.0 / (1.0 / g + self.half[beside]) } else { 0.0 }
    }

    /// Coefficients between coarse cells and the next ones up the axis: resistances in series and what
    /// advection adds.
    fn along(&self, coarsening: &Coarsening, coefficient: &[f64], coarse: &mut [f64]) {
        let n = coarsening.first.len() - 1;
        for_each_run(coarse, self.stride, n, |coarse, first, i| {
            let end = coarsening.first[i + 1] as usize;
            if end == self.map.len() {
                return;
            }
            let line = coarsening.fine_run(first, i, end - 1);
            for (c, coarse) in (line..).zip(coarse) {
                let g = self.conduction(c);
                *coarse = self.in_series(g, [c, c + self.stride]) + (coefficient[c] - g);
            }
        });
    }

    /// g between two cells in series with their ways to the places of their coarse cells.
    fn in_series(&self, g: f64, [a, b]: [usize; 2]) -> f64 {
        let resistance = 1.0 / g + self.half[a] + self.half[b];
        if g > 0.0 && resistance.is_finite() { 1.0 / resistance } else { 0.0 }
    }

    /// Faces of the seam between coarse cells, as those inside: in series along their own axis, shared across another.
    fn seam(&self, coarsening: &Coarsening) -> Vec<SeamFace> {
        let mut faces = Vec::new();
        for &SeamFace { last, first, from_upper, from_lower } in &self.system.seam {
            let g = from_upper.min(from_lower);
            let [(own, other), (first_own, first_other)] = [last, first].map(|c| coarsening.parents(c));
            let mut add = |last: usize, first: usize, g: f64, [e, f]: [f64; 2]| {
                if last != first {
                    faces.push(SeamFace { last, first, from_upper: g + e, from_lower: g + f });
                }
            };
            let advected = [from_upper - g, from_lower - g];
            let place = |c: usize| self.system.position(c)[self.axis];
            if place(last) != place(first) {
                add(own.0, first_own.0, self.in_series(g, [last, first]), advected);
                continue;
            }
            add(own.0, first_own.0, 0.5 * (own.1 + first_own.1) * g, advected);
            // The same index along the axis has the same coarse cell beside it.
            let to = |own: usize, other: Option<(usize, f64)>| other.map(|o| o.0.wrapping_sub(own));
            if let Some(step) = to(own.0, other).or(to(first_own.0, first_other)) {
                let weight = |other: Option<(usize, f64)>| other.map_or(0.0, |o| 0.5 * o.1);
                let g = (weight(other) + weight(first_other)) * g;
                add(own.0.wrapping_add(step), first_own.0.wrapping_add(step), g, [0.0; 2]);
            }
        }
        faces.sort_by_key(|face| (face.last, face.first));
        faces.dedup_by(|next, kept| {
            let same = (next.last, next.first) == (kept.last, kept.first);
            if same {
                kept.from_upper += next.from_upper;
                kept.from_lower += next.from_lower;
            }
            same
        });
        faces
    }
}

/// How fine coefficients are shared among coarse cells.
struct Shares<'a> {
    system: &'a LinearSystem,
    coarsening: &'a Coarsening,
}

impl Shares<'_> {
    /// Calls `f(values, first fine cell, weights, whether these are joined in it)` for all runs of coarse cells
    /// and every index of fine cells that have weights in them.
    fn add(&self, coarse: &mut [f64], f: impl Fn(&mut [f64], usize, &[f64], bool) + Sync + Send) {
        let coarsening = self.coarsening;
        let n = coarsening.first.len() - 1;
        for_each_run(coarse, coarsening.stride(), n, |coarse, first, i| {
            for (at, member) in coarsening.contributors(i) {
                let weights = if member { &coarsening.own } else { &coarsening.other };
                f(coarse, coarsening.fine_run(first, i, at), weights, member);
            }
        });
    }

    fn sinks(&self, coarse: &mut [f64]) {
        self.add(coarse, |coarse, first, weights, _| {
            for ((coarse, weight), sink) in
                coarse.iter_mut().zip(&weights[first..]).zip(&self.system.sink[first..])
            {
                *coarse += weight * sink;
            }
        });
    }

    /// Coefficients between coarse cells and the next ones up an axis across the joined one: conduction by
    /// weights, what advection adds by cells.
    fn across(&self, axis: usize, coefficient: &[f64], coarse: &mut [f64]) {
        let stride = self.system.strides()[axis];
        let (upper, lower) = (&self.system.from_upper[axis], self.system.lower(axis));
        let advective = self.system.is_advective();
        self.add(coarse, |coarse, first, weights, member| {
            // There are no faces above the last cells, and no cells beyond them.
            let (own, next) = (&weights[first..], weights.get(first + stride..).unwrap_or_default());
            let cells = coarse.iter_mut().zip(own.iter().zip(next));
            if advective {
                for (c, (coarse, (own, next))) in (first..).zip(cells) {
                    let g = upper[c].min(lower[c]);
                    *coarse += 0.5 * (own + next) * g + if member { coefficient[c] - g } else { 0.0 };
                }
            } else {
                cells.zip(&upper[first..]).for_each(|((coarse, (own, next)), g)| {
                    *coarse += 0.5 * (own + next) * g;
                });
            }
        });
    }
}

fn coarsen_border(border: &Border, coarsening: &Coarsening) -> Border {
    let mut links: Vec<CellLink> = border
        .cell_links
        .iter()
        .flat_map(|link| {
            let (own, other) = coarsening.parents(link.cell);
            let share = move |(cell, weight): (usize, f64)| CellLink {
                cell,
                node: link.node,
                conductance: weight * link.conductance,
            };
            [Some(own), other].into_iter().flatten().map(share)
        })
        .filter(|link| link.conductance > 0.0)
        .collect();
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

    /// A line of cells with these conductances between them and a tie of the first.
    fn line(conductances: &[f64], tie: f64) -> LinearSystem {
        let mut system = LinearSystem::zeros([conductances.len() + 1, 1, 1], false);
        system.from_upper[0][..conductances.len()].copy_from_slice(conductances);
        system.sink[0] = tie;
        system
    }

    #[test]
    fn uniform_cells_make_the_discretisation_of_the_coarse_grid() {
        // Wall at half a cell: 2 W/K fine, 1 W/K coarse; between coarse cells half of 1 W/K.
        let (coarse, coarsening) = coarsen(&line(&[1.0; 7], 2.0), 0, &[0, 0, 1, 1, 2, 2, 3, 3]);
        assert_eq!(coarse.from_upper[0], [0.5, 0.5, 0.5, 0.0]);
        assert_eq!(coarse.sink, [1.0, 0.0, 0.0, 0.0]);
        assert_eq!(coarsening.own, [0.5, 0.75, 0.75, 0.75, 0.75, 0.75, 0.75, 1.0]);
        assert_eq!(coarsening.other, [0.0, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.0]);
    }

    #[test]
    fn resistances_along_the_axis_stay_in_series_whatever_is_joined() {
        let conductances = [5.0, 1e4, 0.3, 2.0, 1e-3, 7.0, 1.0, 400.0];
        let map = [0, 0, 1, 2, 2, 3, 3, 4, 4];
        let (coarse, _) = coarsen(&line(&conductances, 0.0), 0, &map);
        let series = |g: &[f64]| g.iter().map(|g| 1.0 / g).sum::<f64>();
        // From the middle of the first pair to the middle of the last one.
        let fine = series(&conductances) - 0.5 / 5.0 - 0.5 / 400.0;
        approx::assert_relative_eq!(series(&coarse.from_upper[0][..4]), fine, max_relative = 1e-12);
    }

    #[test]
    fn copper_joined_with_air_follows_the_copper_beside_it() {
        let (_, coarsening) = coarsen(&line(&[400.0, 400.0, 0.05, 0.03], 0.0), 0, &[0, 1, 1, 2, 2]);
        // Cell 2 is the last of the copper... joined with cell 1 it stays; cell 3 and 4 are air.
        assert!(coarsening.own[2] > 0.99 && coarsening.own[4] == 1.0);
        let (_, coarsening) = coarsen(&line(&[400.0, 400.0, 0.05, 0.03], 0.0), 0, &[0, 0, 1, 1, 2]);
        assert!(coarsening.other[2] > 0.99, "the copper cell follows the copper below: {coarsening:?}");
    }

    #[test]
    fn what_flows_into_a_coarse_cell_is_what_flows_into_its_cells() {
        let mut system = LinearSystem::zeros([4, 2, 1], true);
        for c in 0..8 {
            if c % 4 < 3 {
                system.from_upper[0][c] = 0.1;
                system.from_lower[0][c] = 0.1 + 5.0;
            }
        }
        let (coarse, _) = coarsen(&system, 0, &[0, 0, 1, 1]);
        let advected = |c: usize| coarse.from_lower[0][c] - coarse.from_upper[0][c];
        approx::assert_relative_eq!(advected(0), 5.0);
        let (coarse, _) = coarsen(&system, 1, &[0, 0]);
        approx::assert_relative_eq!(coarse.from_lower[0][0] - coarse.from_upper[0][0], 10.0);
    }
}
