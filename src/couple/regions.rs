//! Connected sets of air cells: which have an opening, which are driven, and which have no steady field.
//!
//! A fan of fixed flow cuts the cells that it blows between, so that what it moves is a source in one set and a sink
//! in another, or both in the same. Without an opening the fans of a set must cancel.

use crate::couple::CoupleError;
use crate::couple::fluid::expansion;
use crate::material::LIQUID_DENSITY;
use crate::model::air::{AirProblem, BoundaryFace, FanFace, FanPlane};
use crate::scene::{AirField, Fault, Scene};

/// Connected sets of air cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Components {
    /// Per cell, the smallest cell of its set (itself where nothing joins it).
    pub of_cell: Vec<usize>,
}

/// Sets of cells joined by open faces.
#[must_use]
pub fn components(problem: &AirProblem) -> Components {
    fn root(parent: &mut [usize], mut cell: usize) -> usize {
        while parent[cell] != cell {
            parent[cell] = parent[parent[cell]];
            cell = parent[cell];
        }
        cell
    }
    let mut parent: Vec<usize> = (0..problem.cells()).collect();
    for (axis, laws) in problem.laws.iter().enumerate() {
        for (cell, _) in laws.iter().enumerate().filter(|(_, law)| law.is_open()) {
            let (a, b) = (root(&mut parent, cell), root(&mut parent, problem.above(axis, cell)));
            parent[a.max(b)] = a.min(b);
        }
    }
    let of_cell = (0..parent.len()).map(|cell| root(&mut parent, cell)).collect();
    Components { of_cell }
}

impl Components {
    /// The sets on both sides of a fan's faces; the same twice where it stirs one.
    fn beside<'a>(&'a self, problem: &'a AirProblem, fan: &'a FanPlane) -> impl Iterator<Item = usize> + 'a {
        fan.faces.iter().flat_map(move |face| match *face {
            FanFace::Interior { axis, cell, .. } => {
                [self.of_cell[cell], self.of_cell[problem.above(axis as usize, cell)]]
            }
            FanFace::Boundary { face, .. } => [self.of_cell[problem.boundary[face].cell]; 2],
        })
    }

    /// Per cell that stands for a set: whether it has an open face of the surface.
    fn opened(&self, problem: &AirProblem) -> Vec<bool> {
        let mut opened = vec![false; problem.cells()];
        for face in problem.boundary.iter().filter(|face| face.law.is_open()) {
            opened[self.of_cell[face.cell]] = true;
        }
        opened
    }

    /// Per cell that stands for a set: whether fans or openings of unequal pressure move its air.
    #[must_use]
    pub fn driven(&self, problem: &AirProblem) -> Vec<bool> {
        let mut driven = vec![false; problem.cells()];
        for fan in problem.fans.iter().filter(|fan| fan.mass_flow != 0.0) {
            self.beside(problem, fan).for_each(|component| driven[component] = true);
        }
        for fan in problem.fans.iter().filter(|fan| !fan.fixed) {
            self.beside(problem, fan).for_each(|component| driven[component] = true);
        }
        for face in problem.boundary.iter().filter(|face| face.given.is_some_and(|flow| flow != 0.0)) {
            driven[self.of_cell[face.cell]] = true;
        }
        let mut pressure: Vec<Option<f64>> = vec![None; problem.cells()];
        for face in problem.boundary.iter().filter(|face| face.law.is_open()) {
            let component = self.of_cell[face.cell];
            let first = *pressure[component].get_or_insert(face.pressure);
            driven[component] |= first != face.pressure;
        }
        driven
    }

    /// The same where the momentum equations are solved: buoyancy moves fluid anywhere, a force through openings or round
    /// an axis that repeats.
    #[must_use]
    pub fn moved(&self, problem: &AirProblem, scene: &Scene) -> Vec<bool> {
        let (air, opened) = (&scene.air, self.opened(problem));
        let mut moved = self.driven(problem);
        if air.field == AirField::Momentum {
            let pushed = (0..3).any(|axis| air.periodic[axis] && air.body_force[axis] != 0.0);
            let forced = air.body_force != [0.0; 3];
            let expands = |fluid| air.buoyancy && air.gravity != [0.0; 3] && expansion(scene, fluid) != 0.0;
            let lifted: Vec<bool> = problem.fluids.list.iter().map(|fluid| expands(*fluid)).collect();
            for set in (0..problem.cells()).filter(|&c| problem.air[c] && self.of_cell[c] == c) {
                moved[set] |= pushed || forced && opened[set] || lifted[problem.fluids.of(set)];
            }
        }
        moved
    }

    /// Per cell that stands for a set: whether air may pass its open faces of the surface, being `moved`. Where it is only
    /// stirred in a set, what enters must leave by another face of it.
    #[must_use]
    pub fn exchanges(&self, problem: &AirProblem, moved: &[bool]) -> Vec<bool> {
        let n = problem.cells();
        let (mut faces, mut net, mut gross) = (vec![0; n], vec![0.0; n], vec![0.0_f64; n]);
        for face in problem.boundary.iter().filter(|face| face.law.is_open() || face.given.is_some()) {
            faces[self.of_cell[face.cell]] += 1;
        }
        for (cell, source) in problem.fan_sources().into_iter().enumerate() {
            net[self.of_cell[cell]] += source;
            gross[self.of_cell[cell]] += source.abs();
        }
        (0..n).map(|set| moved[set] && (faces[set] > 1 || net[set].abs() > 1e-9 * gross[set])).collect()
    }

    /// Fans of which all sides lie in sets without an opening, or pumps with one alone, which liquid does not enter and leave at
    /// once: they move the same fluid round and round.
    #[must_use]
    pub fn circulating<'a>(&self, problem: &'a AirProblem) -> Vec<&'a str> {
        let mut openings: Vec<Vec<usize>> = vec![Vec::new(); problem.cells()];
        for face in problem.boundary.iter().filter(|face| face.law.is_open() || face.given.is_some()) {
            let of_set = &mut openings[self.of_cell[face.cell]];
            if !of_set.contains(&face.opening) {
                of_set.push(face.opening);
            }
        }
        let boundary = |fan: &&FanPlane| fan.faces.iter().any(|f| matches!(f, FanFace::Boundary { .. }));
        let round = |fan: &&FanPlane| {
            let mut ways: Vec<usize> =
                self.beside(problem, fan).flat_map(|set| openings[set].iter().copied()).collect();
            ways.sort_unstable();
            ways.dedup();
            let stirs = fan.mass_flow != 0.0 && ways.is_empty();
            !boundary(fan) && (stirs || ways.len() == 1 && fan.density > LIQUID_DENSITY)
        };
        problem.fans.iter().filter(round).map(|fan| fan.name.as_str()).collect()
    }
}

/// Cells to tie to 0 Pa: one in every component that fans or nothing drive and that has no opening; and a fault for
/// every component that fans push air into, or pull it out of, and that has no opening.
#[must_use]
pub fn closed_regions(problem: &AirProblem, components: &Components) -> (Vec<usize>, Vec<Fault>) {
    let n = problem.cells();
    let opened = components.opened(problem);
    let (mut net, mut gross) = (vec![0.0; n], vec![0.0; n]);
    for (cell, source) in problem.fan_sources().into_iter().enumerate() {
        net[components.of_cell[cell]] += source;
        gross[components.of_cell[cell]] += source.abs();
    }
    let (mut pinned, mut faults) = (Vec::new(), Vec::new());
    for cell in (0..n).filter(|&c| problem.air[c] && components.of_cell[c] == c && !opened[c]) {
        if net[cell].abs() > 1e-9 * gross[cell] {
            faults.push(sealed(problem, components, cell, net[cell]));
        } else {
            pinned.push(cell);
        }
    }
    (pinned, faults)
}

/// The cells of [`closed_regions`].
///
/// # Errors
/// [`CoupleError::Scene`] with its faults.
pub fn pinned_cells(problem: &AirProblem, components: &Components) -> Result<Vec<usize>, CoupleError> {
    let (pinned, faults) = closed_regions(problem, components);
    if faults.is_empty() { Ok(pinned) } else { Err(CoupleError::Scene(faults)) }
}

/// The fault of a closed region whose fans and given openings do not cancel.
fn sealed(problem: &AirProblem, components: &Components, component: usize, net: f64) -> Fault {
    let touches = |fan: &&FanPlane| fan.fixed && components.beside(problem, fan).any(|set| set == component);
    let fans = problem.fans.iter().filter(touches).map(|fan| fan.name.clone());
    let given = |face: &&BoundaryFace| face.given.is_some() && components.of_cell[face.cell] == component;
    let mut openings: Vec<usize> = problem.boundary.iter().filter(given).map(|face| face.opening).collect();
    openings.dedup();
    let openings: Vec<String> = openings.into_iter().map(|o| problem.openings[o].clone()).collect();
    let (what, remedy) = match openings.is_empty() {
        true => ("fans of fixed flow push", "give the region an opening, or fans whose flows cancel"),
        false => (
            "given flows push",
            "give one of its openings a pressure in place of its velocity or flow, or make what enters leave",
        ),
    };
    let verb = if net > 0.0 { "into" } else { "out of" };
    let without = if openings.is_empty() { "an opening" } else { "an opening of given pressure" };
    let items: Vec<String> = fans.chain(openings).collect();
    Fault {
        code: "racktherm::sealed",
        message: format!(
            "{what} a net {:.4} m³/s {verb} a region of {} without {without}: '{}'",
            net.abs() / problem.density(component),
            if problem.fluids.of(component) == 0 { "air" } else { "fluid" },
            items.join("', '")
        ),
        remedy: remedy.into(),
        items,
    }
}
