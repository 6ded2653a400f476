//! Coarse levels, first half: which planes of cells to join along which axis.
//!
//! A level is coarsened along its axes of strong coupling only, and along an axis only between planes that
//! are strongly coupled to each other: cells that are flat in one place and tall in another (a growing
//! spacing), and planes where the material changes, are then left alone until the rest has caught up with
//! them. Strength is a face's share of the couplings of its two cells,
//!
//! ```text
//! σ_f = (a_cn + a_nc) / (d_c + d_n)          d_c = Σ_n (a_cn + a_nc) / 2
//! ```
//!
//! averaged over the faces of each plane: 1/3 in a cube of one material, 1 across thin layers, almost 0
//! between copper and air.

use crate::model::system::LinearSystem;
use rayon::prelude::*;
use std::cmp::Reverse;

/// Planes are joined where their strength is at least this share of the strongest of their axis.
const STRONG_PLANE: f64 = 0.1;
/// Axes are coarsened together, without a level between them, if their strongest planes reach this share of
/// the strongest of all: where couplings differ, smoothing between two axes saves steps.
const STRONG_AXIS: f64 = 0.97;
/// The same beside lines that are solved exactly, whose own axis is left alone: more levels would cost more than
/// they save (forced air over copper: 43 steps of 17 work units with 0.3, 41 of 27 with 0.97).
const STRONG_AXIS_BESIDE_LINES: f64 = 0.3;
/// Strengths that differ by less are equal.
const EQUAL: f64 = 1e-3;
/// Strong planes alone are joined if that leaves at most this share of the axis' cells; else all are.
const WORTHWHILE: f64 = 0.9;
/// A pair is not formed if the next plane is so many times stronger: its lower cell waits for that one.
const STRONGER_NEXT: f64 = 2.0;

/// Axes to coarsen, strongest first, with the coarse index of every index along them; none if nothing can
/// be joined. The axis `last`, along which lines are solved exactly, is left alone while another one has more
/// than one cell.
#[must_use]
pub fn pairings(system: &LinearSystem, last: Option<usize>) -> Vec<(usize, Vec<u32>)> {
    let others = (0..3).any(|a| Some(a) != last && system.size[a] > 1);
    let open = |axis: usize| system.size[axis] > 1 && !(others && Some(axis) == last);
    let strength = plane_strengths(system);
    let peak = |axis: usize| strength[axis].iter().copied().fold(0.0, f64::max);
    let mean = |axis: usize| {
        let (sum, count) = strength[axis]
            .iter()
            .filter(|&&s| s > 0.0)
            .fold((0.0, 0usize), |(sum, count), s| (sum + s, count + 1));
        if count > 0 { sum / count as f64 } else { 0.0 }
    };
    let mut axes: Vec<usize> = (0..3).filter(|&a| open(a) && peak(a) > 0.0).collect();
    // Of equally strong axes x goes last: rows along it then stay whole for longer.
    let rounded = |strength: f64| (strength / EQUAL).round() as u64;
    axes.sort_by_key(|&axis| Reverse((rounded(peak(axis)), rounded(mean(axis)), axis)));
    let strong_axis = if last.is_some() { STRONG_AXIS_BESIDE_LINES } else { STRONG_AXIS };
    let mut chosen = Vec::new();
    for &axis in &axes {
        if !chosen.is_empty() && peak(axis) < strong_axis * peak(axes[0]) {
            break;
        }
        let map = pair(&strength[axis], STRONG_PLANE * peak(axis));
        if coarse_count(&map) as f64 <= WORTHWHILE * system.size[axis] as f64 {
            chosen.push((axis, map));
        }
    }
    if chosen.is_empty() {
        let axis = axes.first().copied().or_else(|| (0..3).find(|&a| open(a)));
        chosen.extend(axis.map(|axis| (axis, pair(&vec![1.0; system.size[axis]], 0.0))));
    }
    chosen
}

/// Coarse cells along an axis.
#[must_use]
pub fn coarse_count(map: &[u32]) -> usize {
    map.last().map_or(0, |&last| last as usize + 1)
}

/// σ of the plane of faces above every index of each axis; 0 above the last, and where no face couples.
fn plane_strengths(system: &LinearSystem) -> [Vec<f64>; 3] {
    let couplings = system.couplings();
    let [nx, ny, nz] = system.size;
    // Sum and number of faces by index, one plane after the other: the order of terms is fixed.
    let planes: Vec<[Vec<(f64, usize)>; 3]> = (0..nz)
        .into_par_iter()
        .map(|k| {
            let mut sums = [vec![(0.0, 0); nx], vec![(0.0, 0); ny], vec![(0.0, 0); 1]];
            for axis in 0..3 {
                let (upper, lower, stride) =
                    (&system.from_upper[axis], system.lower(axis), system.strides()[axis]);
                for j in 0..ny {
                    let row = nx * (j + ny * k);
                    for i in 0..nx {
                        let coupling = upper[row + i] + lower[row + i];
                        if coupling > 0.0 {
                            let sum = &mut sums[axis][[i, j, 0][axis]];
                            sum.0 += coupling / (couplings[row + i] + couplings[row + i + stride]);
                            sum.1 += 1;
                        }
                    }
                }
            }
            sums
        })
        .collect();
    let mean = |(sum, faces): (f64, usize)| sum / faces.max(1) as f64;
    let over_planes = |axis: usize, index: usize| {
        let at = planes.iter().map(|plane| plane[axis][index]);
        mean(at.fold((0.0, 0), |(sum, faces), (s, f)| (sum + s, faces + f)))
    };
    [
        (0..nx).map(|i| over_planes(0, i)).collect(),
        (0..ny).map(|j| over_planes(1, j)).collect(),
        planes.iter().map(|plane| mean(plane[2][0])).collect(),
    ]
}

/// Pairs consecutive indices whose plane has at least the strength `least`.
fn pair(strength: &[f64], least: f64) -> Vec<u32> {
    let n = strength.len();
    let mut map = vec![0; n];
    let (mut i, mut coarse) = (0, 0);
    while i < n {
        map[i] = coarse;
        let waits = i + 2 < n && strength[i + 1] > STRONGER_NEXT * strength[i];
        if i + 1 < n && strength[i] >= least && !waits {
            map[i + 1] = coarse;
            i += 1;
        }
        i += 1;
        coarse += 1;
    }
    map
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_of_strong_coupling_are_joined_and_weak_ones_wait() {
        assert_eq!(pair(&[0.9, 0.9, 0.9, 0.1, 0.1, 0.0], 0.18), [0, 0, 1, 1, 2, 3]);
        assert_eq!(pair(&[0.1, 0.9, 0.5, 0.0], 0.05), [0, 1, 1, 2], "the weak first plane waits");
    }

    #[test]
    fn flat_cells_are_joined_through_their_thickness_alone() {
        let mut system = LinearSystem::zeros([8, 8, 8], false);
        let last = |c: usize, axis: usize| (c / [1, 8, 64][axis]) % 8 == 7;
        for c in 0..512 {
            for axis in 0..3 {
                system.from_upper[axis][c] = if last(c, axis) { 0.0 } else { [1.0, 1.0, 50.0][axis] };
            }
        }
        let chosen = pairings(&system, None);
        assert_eq!(chosen, [(2, vec![0, 0, 1, 1, 2, 2, 3, 3])]);
        let of_axis = |axis| (axis, vec![0, 0, 1, 1, 2, 2, 3, 3]);
        assert_eq!(pairings(&system, Some(2)), [of_axis(1), of_axis(0)], "unless lines run through it");
        assert_eq!(pairings(&LinearSystem::zeros([1, 1, 2], true), Some(2)), [(2, vec![0, 0])], "alone");
    }
}
