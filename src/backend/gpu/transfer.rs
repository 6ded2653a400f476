//! A [`Coarsening`] and the bodies of a level as arrays on the device.

use super::buffers::{Allocator, Buffer};
use super::device::Device;
use super::operator::{Dense, index};
use super::parameters::{Count, Levels};
use crate::backend::{BackendError, Coarsening};

/// A coarsening on the device.
#[derive(Debug)]
pub struct Transfer {
    pub(super) first: Buffer,
    pub(super) parent: Buffer,
    pub(super) own: Buffer,
    pub(super) other: Buffer,
    fine_cells: usize,
    coarse_cells: usize,
    levels: Levels,
}

/// Bodies of a level on the device.
#[derive(Debug)]
pub struct Deflation {
    pub(super) count: usize,
    pub(super) cells: usize,
    pub(super) members: usize,
    pub(super) body_first: Buffer,
    pub(super) body_cell: Buffer,
    pub(super) of_cell: Buffer,
    pub(super) inverse: Dense,
    pub(super) sum: Buffer,
    pub(super) body_x: Buffer,
}

impl Transfer {
    /// Puts a coarsening on the device.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] or [`BackendError::DeviceFailed`] if it does not fit.
    pub(super) fn new(
        device: &Device,
        allocator: &Allocator,
        coarsening: &Coarsening,
    ) -> Result<Self, BackendError> {
        let weights = |values: &[f64]| allocator.reals(device, "weights of a coarsening", &[values]);
        let indices = |values: &[u32]| allocator.words(device, "indices of a coarsening", values);
        let coarse = coarsening.coarse();
        let fine_cells = coarsening.fine.iter().product();
        let (fine_n, coarse_n) = (coarsening.map.len(), coarse[coarsening.axis]);
        Ok(Self {
            first: indices(&coarsening.first)?,
            parent: indices(&coarsening.map)?,
            own: weights(&coarsening.own)?,
            other: weights(&coarsening.other)?,
            fine_cells,
            coarse_cells: coarse.iter().product(),
            levels: Levels {
                stride: index(coarsening.stride()),
                fine_n: index(fine_n),
                coarse_n: index(coarse_n),
                lines: index(fine_cells / fine_n.max(1)),
            },
        })
    }

    /// Whether fields of so many cells are on its two levels.
    pub(super) fn joins(&self, fine: usize, coarse: usize) -> bool {
        [fine, coarse] == [self.fine_cells, self.coarse_cells]
    }

    pub(super) fn levels(&self) -> Levels {
        self.levels
    }
}

impl Deflation {
    /// Puts bodies on the device: by cell, numbered from 1, and the inverse of their system, row-major.
    ///
    /// # Errors
    /// [`BackendError::TooLarge`] or [`BackendError::DeviceFailed`] if it does not fit.
    pub(super) fn new(
        device: &Device,
        allocator: &Allocator,
        of_cell: &[u32],
        inverse: &[f64],
    ) -> Result<Self, BackendError> {
        let indices = |values: &[u32]| allocator.words(device, "cells of bodies", values);
        let count = of_cell.iter().copied().max().unwrap_or(0);
        let mut members: Vec<(u32, u32)> =
            of_cell.iter().enumerate().filter(|(_, b)| **b > 0).map(|(c, &b)| (b, index(c))).collect();
        members.sort_unstable();
        let first = |body: u32| index(members.partition_point(|m| m.0 < body));
        let firsts: Vec<u32> = (1..=count + 1).map(first).collect();
        let cells: Vec<u32> = members.iter().map(|m| m.1).collect();
        let count = count as usize;
        Ok(Self {
            count,
            cells: of_cell.len(),
            members: members.len(),
            body_first: indices(&firsts)?,
            body_cell: indices(&cells)?,
            of_cell: indices(of_cell)?,
            inverse: Dense::new(device, allocator, count, inverse)?,
            sum: allocator.zeros(device, "sums over bodies", count)?,
            body_x: allocator.zeros(device, "corrections of bodies", count)?,
        })
    }

    pub(super) fn bodies(&self) -> Count {
        Count { count: index(self.count) }
    }

    pub(super) fn all_cells(&self) -> Count {
        Count { count: index(self.cells) }
    }
}
