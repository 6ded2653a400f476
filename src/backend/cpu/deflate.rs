//! x_c = x_c + y_b for the cells c of every body b, y = E⁻¹ (Σ_{c in b} r_c).

use super::layout::{Field, Layout};
use super::multiply::multiply;
use super::real::Real;
use super::rows::for_each_row;
use rayon::prelude::*;
use std::cell::RefCell;

/// Cells of a body summed in a row: the shape of the sum depends on the bodies alone, so that it has the
/// same bits on any number of cores.
const PIECE: usize = 4096;

/// Bodies of a level.
#[derive(Clone, Debug)]
pub struct Deflation {
    /// Per colour and place, the body plus one; 0 outside of bodies.
    of_cell: [Vec<u32>; 2],
    /// Places of the bodies' cells, body by body.
    places: Vec<(u32, bool)>,
    /// Body and range of `places` of every piece.
    pieces: Vec<(u32, std::ops::Range<usize>)>,
    inverse: Vec<f64>,
    scratch: RefCell<Scratch>,
}

#[derive(Clone, Debug)]
struct Scratch {
    sums: Vec<f64>,
    bodies: Vec<f64>,
    /// y, after a 0 for the cells outside.
    y: Vec<f64>,
}

impl Deflation {
    /// Bodies by cell in natural order, numbered from 1, and E⁻¹.
    #[must_use]
    pub fn new(size: [usize; 3], bodies: &[u32], inverse: &[f64]) -> Self {
        let layout = Layout::new(size);
        let mut of_cell = [vec![0; layout.length()], vec![0; layout.length()]];
        let mut members: Vec<(u32, u32, bool)> = Vec::new();
        for (&body, (colour, index)) in bodies.iter().zip(layout.places()) {
            of_cell[colour as usize][index] = body;
            if body > 0 {
                members.push((body, index as u32, colour as usize == 1));
            }
        }
        members.sort_unstable();
        let count = bodies.iter().copied().max().unwrap_or(0);
        let mut pieces = Vec::new();
        for body in 1..=count {
            let first = members.partition_point(|m| m.0 < body);
            let end = members.partition_point(|m| m.0 <= body);
            let starts = (first..end).step_by(PIECE);
            pieces.extend(starts.map(|start| (body, start..(start + PIECE).min(end))));
        }
        let scratch = Scratch {
            sums: vec![0.0; pieces.len()],
            bodies: vec![0.0; count as usize],
            y: vec![0.0; count as usize + 1],
        };
        let places = members.iter().map(|m| (m.1, m.2)).collect();
        Self { of_cell, places, pieces, inverse: inverse.to_vec(), scratch: RefCell::new(scratch) }
    }
}

/// Adds to x the bodies' answer to r.
pub(super) fn deflate<T: Real>(deflation: &Deflation, r: &Field<T>, x: &mut Field<T>) {
    let Scratch { sums, bodies, y } = &mut *deflation.scratch.borrow_mut();
    let places = &deflation.places;
    sums.par_iter_mut().zip(&deflation.pieces).for_each(|(sum, (_, range))| {
        let values = places[range.clone()].iter();
        *sum = values.map(|&(index, black)| r.colours[usize::from(black)][index as usize].to_f64()).sum();
    });
    bodies.fill(0.0);
    for (sum, (body, _)) in sums.iter().zip(&deflation.pieces) {
        bodies[*body as usize - 1] += sum;
    }
    multiply(&deflation.inverse, bodies, &mut y[1..]);
    let (layout, y) = (x.layout, &*y);
    for colour in 0..2 {
        let of_cell = &deflation.of_cell[colour][layout.start..];
        for_each_row(
            layout,
            x.interior_mut(colour),
            #[inline(always)]
            |row, x| {
                let bodies = &of_cell[layout.half * row.index..][..x.len()];
                for (x, &body) in x.iter_mut().zip(bodies) {
                    *x += T::from_f64(y[body as usize]);
                }
            },
        );
    }
}
