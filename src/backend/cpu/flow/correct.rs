//! p ← p + p', u ← u + d (p'_W − p'_P), with d = A / (m + A dΔp/du).

use super::Flow;
use super::mass_defect::area;
use super::momentum::law_slope;
use super::rows::each_row;
use crate::model::flow::Face;

/// Adds the correction in `flow.natural`; surroundings of openings keep their pressure.
pub(super) fn correct(flow: &mut Flow) {
    let shape = flow.shape;
    let [nx, ny, nz] = shape.size;
    let row_length = shape.row();
    let rows = ny + 2;
    let strides = shape.strides();
    // The padded correction, with 0 in ghosts but those of periodic axes.
    let mut padded = std::mem::take(&mut flow.padded);
    padded.fill(0.0);
    let natural = &flow.natural;
    each_row(shape, row_length, &mut padded, |row, values| {
        let [j, k] = [row % rows - 1, row / rows - 1];
        if j < ny && k < nz {
            let from = nx * (j + ny * k);
            values[1..=nx].copy_from_slice(&natural[from..from + nx]);
        }
    });
    each_row(shape, row_length, &mut flow.pressure, |row, values| {
        for (p, change) in values.iter_mut().zip(&padded[row * row_length..]) {
            *p += change;
        }
    });
    for axis in (0..3).filter(|&axis| flow.periodic[axis]) {
        shape.wrap(axis, &mut padded);
    }
    for (axis, velocity) in flow.velocity.iter_mut().enumerate() {
        let mobility = &flow.mobility[axis];
        each_row(shape, row_length, velocity, |row, values| {
            let first = row * row_length + 1;
            let n = row_length - 1;
            let (above, below) = (&padded[first..first + n], &padded[first - strides[axis]..][..n]);
            let d = &mobility[first..first + n];
            for (i, u) in values[1..].iter_mut().enumerate() {
                *u += d[i] * (below[i] - above[i]);
            }
        });
    }
    flow.padded = padded;
}

/// Sets the mobility of every solved face from its inertia and the slope of its law.
pub(super) fn mobility(flow: &mut Flow) {
    let shape = flow.shape;
    for axis in 0..3 {
        let mut mobility = std::mem::take(&mut flow.mobility[axis]);
        let n = shape.row();
        let here = &*flow;
        each_row(shape, n, &mut mobility, |row, values| {
            for (i, d) in values.iter_mut().enumerate() {
                let c = row * n + i;
                let face = here.faces[axis][c];
                if face & Face::SOLVED == 0 {
                    *d = 0.0;
                    continue;
                }
                let area = area(here, axis, c);
                let slope = law_slope(here, axis, c);
                *d = area / (here.inertia[axis][c] + area * slope);
            }
        });
        flow.mobility[axis] = mobility;
    }
}
