//! Which fluid fills each open cell.
//!
//! Fluid 0 is that of the domain's fill (the site's air where the fill is solid); the others are those of the scene's
//! regions ([`FluidRegion`]). A region's cells are open unless a part fills them, also where the fill is solid.

use super::cells::positions;
use super::error::ModelError;
use super::lines::Lines;
use super::{CellKind, Model};
use crate::grid::{Axis, Side};
use crate::scene::{Fill, FluidId, Scene, Turbulence, WallFilms};
use std::collections::HashMap;

/// Fluids of the open cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fluids {
    /// Fluids without repetition; none is the site's air.
    pub list: Vec<Option<FluidId>>,
    /// Per fluid: its model of turbulence.
    pub turbulence: Vec<Turbulence>,
    /// Per region: index into `list`.
    of_region: Vec<usize>,
    /// Per region: film coefficients of its walls, where they are given.
    films: Vec<Option<WallFilms>>,
    /// Per cell: 0 for the fill, else the number of its region from 1; empty where no region is.
    region_of_cell: Vec<u32>,
}

impl Fluids {
    /// Fluids of a scene, and open cells in its regions.
    ///
    /// # Errors
    /// [`ModelError::NoFluid`] if a region spans no cell.
    pub(super) fn new(scene: &Scene, lines: &Lines, kind: &mut [CellKind]) -> Result<Self, ModelError> {
        let fill = match scene.fill {
            Fill::Fluid(id) => Some(id),
            Fill::Air | Fill::Solid(_) => None,
        };
        let mut fluids = Self { list: vec![fill], turbulence: vec![scene.air.turbulence], ..Self::default() };
        if !scene.fluid_regions.is_empty() {
            fluids.region_of_cell = vec![0; kind.len()];
        }
        for (number, region) in (1..).zip(&scene.fluid_regions) {
            fluids.films.push(region.film);
            let known = fluids.list.iter().position(|fluid| *fluid == region.fluid);
            fluids.of_region.push(known.unwrap_or_else(|| {
                fluids.list.push(region.fluid);
                fluids.turbulence.push(scene.air.turbulence);
                fluids.list.len() - 1
            }));
            if let (Some(own), Some(&fluid)) = (region.turbulence, fluids.of_region.last()) {
                fluids.turbulence[fluid] = own;
            }
            let range = lines.range(&region.region);
            if range.iter().any(|[from, to]| from == to) {
                let why = "it is narrower than the smallest spacing";
                let remedy = "set a smaller smallest_spacing, choose a finer grid, or widen it";
                return Err(ModelError::NoFluid { name: region.name.clone(), why, remedy });
            }
            for cell in positions(range).map(|at| lines.grid.index(at)) {
                kind[cell] = CellKind::Air;
                fluids.region_of_cell[cell] = number;
            }
        }
        Ok(fluids)
    }

    /// Takes the regions off cells that parts fill.
    ///
    /// # Errors
    /// [`ModelError::NoFluid`] if nothing is left of one.
    pub(super) fn give_way(&mut self, scene: &Scene, kind: &[CellKind]) -> Result<(), ModelError> {
        let mut open = vec![false; scene.fluid_regions.len()];
        let mut held = open.clone();
        for &region in self.region_of_cell.iter().filter(|region| **region > 0) {
            held[region as usize - 1] = true;
        }
        for (region, kind) in self.region_of_cell.iter_mut().zip(kind) {
            match kind {
                CellKind::Air if *region > 0 => open[*region as usize - 1] = true,
                CellKind::Air => (),
                _ => *region = 0,
            }
        }
        let Some(lost) = open.iter().position(|open| !open) else { return Ok(()) };
        let (why, remedy) = match held[lost] {
            true => ("parts fill its box", "move it or them, or leave it out"),
            false => ("later regions fill its box", "put it after them, move it, or leave it out"),
        };
        Err(ModelError::NoFluid { name: scene.fluid_regions[lost].name.clone(), why, remedy })
    }

    /// Index into `list` of the fluid of an open cell; 0 for any other cell.
    #[must_use]
    pub fn of(&self, cell: usize) -> usize {
        self.region(cell).map_or(0, |region| self.of_region[region])
    }

    /// Film coefficient given for the wall at a side of an open cell, W/(m² K).
    #[must_use]
    pub fn given_film(&self, cell: usize, side: Side) -> Option<f64> {
        Some(self.films[self.region(cell)?]?.at(side))
    }

    /// Index into `list` of the fluid of a region.
    #[must_use]
    pub fn of_region(&self, region: usize) -> usize {
        self.of_region[region]
    }

    /// Index into [`Scene::fluid_regions`] of the region that an open cell belongs to; none in the fill.
    #[must_use]
    pub fn region(&self, cell: usize) -> Option<usize> {
        self.region_of_cell.get(cell).and_then(|number| (*number as usize).checked_sub(1))
    }
}

/// An open cell beside an open cell of another fluid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touching {
    /// The lower one.
    pub cell: usize,
    /// The upper one.
    pub other: usize,
    /// Axis from one to the other.
    pub axis: Axis,
}

impl Model {
    /// Index into the list of [`Model::fluids`] of the fluid of an open cell.
    #[must_use]
    pub fn fluid(&self, cell: usize) -> usize {
        self.fluids.of(cell)
    }

    /// The fluid that a heat sink stands in.
    #[must_use]
    pub fn sink_fluid(&self, sink: usize) -> usize {
        self.sinks.get(sink).and_then(|span| span.cells.first()).map_or(0, |&(cell, _)| self.fluid(cell))
    }

    /// Indices of the fluids that have open cells.
    #[must_use]
    pub fn present_fluids(&self) -> Vec<usize> {
        let mut present = vec![false; self.fluids.list.len().max(1)];
        for cell in (0..self.grid.cells()).filter(|&cell| self.is_air(cell)) {
            present[self.fluid(cell)] = true;
        }
        (0..present.len()).filter(|&fluid| present[fluid]).collect()
    }

    /// Faces between open cells of different fluids that nothing parts, the first of each pair of regions.
    #[must_use]
    pub fn touching_fluids(&self) -> Vec<Touching> {
        let mut found: Vec<([Option<usize>; 2], Touching)> = Vec::new();
        for axis in Axis::ALL {
            for cell in (0..self.grid.cells()).filter(|&cell| self.is_air(cell)) {
                let Some(other) = self.neighbour(cell, Side { axis, upper: true }) else { continue };
                let apart = self.air_blocked[axis as usize][cell] || !self.is_air(other);
                if apart || self.fluid(cell) == self.fluid(other) {
                    continue;
                }
                let mut pair = [cell, other].map(|cell| self.fluids.region(cell));
                pair.sort_unstable();
                if found.iter().all(|(known, _)| *known != pair) {
                    found.push((pair, Touching { cell, other, axis }));
                }
            }
        }
        found.into_iter().map(|(_, touching)| touching).collect()
    }

    /// Per region of the scene, a cell of each connected body of fluid that has cells of the region.
    #[must_use]
    pub fn bodies_of_regions(&self) -> Vec<Vec<usize>> {
        let mut bodies = vec![Vec::new(); self.fluids.of_region.len()];
        if bodies.is_empty() {
            return bodies;
        }
        let mut body_of = vec![usize::MAX; self.grid.cells()];
        for start in (0..self.grid.cells()).filter(|&cell| self.is_air(cell)) {
            if body_of[start] != usize::MAX {
                continue;
            }
            let (mut stack, mut first) = (vec![start], HashMap::new());
            body_of[start] = start;
            while let Some(cell) = stack.pop() {
                if let Some(region) = self.fluids.region(cell) {
                    first.entry(region).or_insert(cell);
                }
                for side in Side::ALL {
                    let Some(next) = self.neighbour(cell, side) else { continue };
                    if body_of[next] == usize::MAX
                        && self.air_passes(side.axis, if side.upper { cell } else { next })
                    {
                        body_of[next] = start;
                        stack.push(next);
                    }
                }
            }
            first.into_iter().for_each(|(region, cell)| bodies[region].push(cell));
        }
        bodies
    }
}
