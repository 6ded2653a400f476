//! A third opinion on the energy equation: assembled face by face into one sparse matrix, solved directly.
//!
//! Written from the equations in the documentation of `model::energy` and from what the lists of [`Model`]
//! say they are; it shares no code with that assembly and differs from it in form:
//!
//! ```text
//! unknowns    θ of cells, then of nodes, then of sheet faces: nothing is eliminated
//! conduction  g (θ_a − θ_b) in the rows of a and b
//! advection   conservative: C θ_upstream leaves one row and enters the other
//! known cell  the row θ = value; neighbours keep its column
//! ```
//!
//! Left out: links that the coupling adds after the assembly (mixing, sinks with their own flow).

use faer::prelude::Solve;
use faer::sparse::{SparseColMat, Triplet};
use racktherm::grid::{Axis, Side};
use racktherm::model::system::State;
use racktherm::model::{CellKind, EnergyInputs, Model, NO_PART, PatchCondition, SheetContact, Wetted};
use std::collections::BTreeMap;

/// A θ = b over cells, nodes and sheets.
pub(crate) struct Oracle {
    cells: usize,
    nodes: usize,
    /// Column, row.
    entries: BTreeMap<(usize, usize), f64>,
    b: Vec<f64>,
    /// Rise of cells that are held.
    known: Vec<Option<f64>>,
}

/// b − A θ with the magnitude Σ|a||θ| + |b| of each row.
pub(crate) struct Residual {
    pub(crate) value: State,
    pub(crate) magnitude: State,
}

/// Where a conductance ends: an unknown, or a known rise in K.
#[derive(Clone, Copy)]
enum End {
    Unknown(usize),
    Known(f64),
}

impl Oracle {
    /// The equation of a model.
    pub(crate) fn new(model: &Model, inputs: &EnergyInputs) -> Self {
        let (cells, nodes) = (model.grid.cells(), model.nodes.len());
        let mut b = model.power.clone();
        b.extend((0..nodes).map(|n| model.node_power[n] + inputs.node_source.get(n).unwrap_or(&0.0)));
        b.resize(cells + nodes + model.sheets.len(), 0.0);
        let known = (0..cells)
            .map(|c| match model.cell_kind[c] {
                CellKind::Compact => Some(0.0),
                _ => model.fixed_temperature[c].map(|t| t - inputs.reference_temperature),
            })
            .collect();
        let oracle = Self { cells, nodes, entries: BTreeMap::new(), b, known };
        let mut assembly = Assembly { model, inputs, lookup: Lookup::new(model), oracle };
        assembly.faces();
        assembly.sheets();
        assembly.nodes();
        assembly.lookup.check(model);
        assembly.oracle.hold();
        assembly.oracle
    }

    fn add(&mut self, row: usize, column: usize, value: f64) {
        *self.entries.entry((column, row)).or_default() += value;
    }

    fn join(&mut self, a: End, b: End, g: f64) {
        for (own, other) in [(a, b), (b, a)] {
            let End::Unknown(row) = own else { continue };
            self.add(row, row, g);
            match other {
                End::Unknown(column) => self.add(row, column, -g),
                End::Known(rise) => self.b[row] += g * rise,
            }
        }
    }

    /// Rows of held cells, and of sheets that nothing holds.
    fn hold(&mut self) {
        let known = &self.known;
        self.entries.retain(|&(_, row), _| known.get(row).is_none_or(Option::is_none));
        for cell in 0..self.cells {
            if let Some(rise) = self.known[cell] {
                self.entries.insert((cell, cell), 1.0);
                self.b[cell] = rise;
            }
        }
        for sheet in self.cells + self.nodes..self.b.len() {
            if self.entries.get(&(sheet, sheet)).is_none_or(|d| *d == 0.0) {
                self.entries.insert((sheet, sheet), 1.0);
                self.b[sheet] = 0.0;
            }
        }
    }

    /// b − A θ of cells and nodes at any values: sheets follow from their own rows, and what receives from
    /// a held cell sees the value that it is held at.
    pub(crate) fn residual(&self, x: &State) -> Residual {
        let mut all: Vec<f64> = x.cells.iter().chain(&x.nodes).copied().collect();
        for (cell, rise) in self.known.iter().enumerate() {
            all[cell] = rise.unwrap_or(all[cell]);
        }
        let first = all.len();
        let mut sheets = self.b[first..].to_vec();
        for (&(column, row), a) in self.entries.range(..(first, 0)).filter(|((_, row), _)| *row >= first) {
            sheets[row - first] -= a * all[column];
        }
        for (sheet, value) in sheets.iter_mut().enumerate() {
            *value /= self.entries[&(first + sheet, first + sheet)];
        }
        all.extend(sheets);
        let mut r = self.b.clone();
        let mut magnitude: Vec<f64> = r.iter().map(|b| b.abs()).collect();
        for (&(column, row), a) in &self.entries {
            // The row of a held cell itself is tried with the value as given.
            let value = if column == row && column < self.cells { x.cells[column] } else { all[column] };
            r[row] -= a * value;
            magnitude[row] += (a * value).abs();
        }
        Residual { value: self.state(&r), magnitude: self.state(&magnitude) }
    }

    fn state(&self, all: &[f64]) -> State {
        let nodes = all[self.cells..self.cells + self.nodes].to_vec();
        State { cells: all[..self.cells].to_vec(), nodes }
    }

    /// The solution by sparse LU, refined twice, with the rises of the sheets.
    pub(crate) fn solve(&self) -> Result<(State, Vec<f64>), String> {
        let n = self.b.len();
        let entries: Vec<_> =
            self.entries.iter().map(|(&(column, row), &a)| Triplet::new(row, column, a)).collect();
        let a = SparseColMat::<usize, f64>::try_new_from_triplets(n, n, &entries)
            .map_err(|error| format!("{error:?}"))?;
        let factors = a.sp_lu().map_err(|error| format!("{error:?}"))?;
        let mut x = vec![0.0; n];
        for _ in 0..3 {
            let mut r = self.b.clone();
            for (&(column, row), a) in &self.entries {
                r[row] -= a * x[column];
            }
            let e = factors.solve(faer::Mat::from_fn(n, 1, |i, _| r[i]));
            x.iter_mut().enumerate().for_each(|(i, x)| *x += e[(i, 0)]);
        }
        Ok((self.state(&x), x[self.cells + self.nodes..].to_vec()))
    }
}

/// The model's lists by cell and side; each entry is taken once.
struct Lookup {
    wetted: BTreeMap<(usize, Side), usize>,
    patches: BTreeMap<(usize, Side), usize>,
    openings: BTreeMap<(usize, Side), usize>,
}

impl Lookup {
    fn new(model: &Model) -> Self {
        let on_sheet: Vec<usize> = model
            .sheets
            .iter()
            .flat_map(|sheet| sheet.sides)
            .filter_map(|side| if let SheetContact::Patch(p) = side { Some(p) } else { None })
            .collect();
        let wetted = model.wetted.iter().enumerate();
        let patches = model.patches.iter().enumerate();
        let openings = model.openings.iter().enumerate();
        let lookup = Self {
            wetted: wetted
                .filter(|(_, w)| !matches!(w.touching, Wetted::Sheet(_)))
                .map(|(i, w)| ((w.air_cell, w.side), i))
                .collect(),
            patches: patches
                .filter(|(i, _)| !on_sheet.contains(i))
                .map(|(i, p)| ((p.cell, p.side), i))
                .collect(),
            openings: openings.map(|(i, o)| ((o.cell, o.side), i)).collect(),
        };
        assert_eq!(lookup.openings.len(), model.openings.len(), "two openings on a face");
        assert_eq!(lookup.patches.len() + on_sheet.len(), model.patches.len(), "two patches on a face");
        lookup
    }

    /// Whatever no face took lies nowhere.
    fn check(&self, model: &Model) {
        let left = [self.wetted.len(), self.patches.len(), self.openings.len()];
        assert_eq!(
            left,
            [0; 3],
            "wetted faces, patches and openings that lie on no face of {}",
            model.grid.cells()
        );
    }
}

/// A place between two cells, or a cell and the surface.
#[derive(Clone, Copy)]
struct Face {
    axis: Axis,
    area: f64,
    below: Option<usize>,
    above: Option<usize>,
}

struct Assembly<'a> {
    model: &'a Model,
    inputs: &'a EnergyInputs<'a>,
    lookup: Lookup,
    oracle: Oracle,
}

impl Assembly<'_> {
    fn width(&self, cell: usize, axis: Axis) -> f64 {
        let [nx, ny, _] = self.model.grid.size();
        let i = [cell % nx, cell / nx % ny, cell / (nx * ny)][axis as usize];
        let faces = self.model.grid.faces(axis);
        faces[i + 1] - faces[i]
    }

    /// m²K/W from the middle of a cell to its face.
    fn to_face(&self, cell: usize, axis: Axis) -> f64 {
        let k = match self.model.cell_kind[cell] {
            CellKind::Solid(material) => {
                let material = &self.model.materials[material];
                let above = self.inputs.reference_temperature + self.inputs.rise[cell]
                    - material.reference_temperature;
                let true_shape = match self.model.part_of_cell[cell] {
                    NO_PART => 1.0,
                    part => self.model.parts[part].conductivity_factor[axis as usize],
                };
                material.conductivity[axis as usize]
                    * (1.0 + material.temperature_coefficient * above)
                    * true_shape
            }
            _ => self.inputs.fluid_conductivity[self.model.fluid(cell)],
        };
        self.width(cell, axis) / (2.0 * k)
    }

    /// K/W of the air at a wetted face.
    fn film(&self, wetted: usize) -> f64 {
        let face = self.model.wetted[wetted];
        let per_area = match self.inputs.film {
            Some(film) => 1.0 / film[wetted],
            None => self.to_face(face.air_cell, face.side.axis),
        };
        per_area / face.area
    }

    fn known(&self, temperature: f64) -> End {
        End::Known(temperature - self.inputs.reference_temperature)
    }

    /// Every face of the grid once, those of the surface included.
    fn faces(&mut self) {
        let size = self.model.grid.size();
        for axis in Axis::ALL {
            let mut planes = size;
            planes[axis as usize] += 1;
            for index in 0..planes.iter().product() {
                let at = [index % planes[0], index / planes[0] % planes[1], index / (planes[0] * planes[1])];
                let cell = |at: [usize; 3]| at[0] + size[0] * (at[1] + size[1] * at[2]);
                let mut lower = at;
                let below = (at[axis as usize] > 0).then(|| {
                    lower[axis as usize] -= 1;
                    cell(lower)
                });
                let above = (at[axis as usize] < size[axis as usize]).then(|| cell(at));
                let any = below.or(above).expect("an axis has a cell");
                let area = Axis::ALL.iter().filter(|&&a| a != axis).map(|&a| self.width(any, a)).product();
                let face = Face { axis, area, below, above };
                if self.model.periodic[axis as usize] && (below.is_none() || above.is_none()) {
                    // The two ends of a line are one face, taken at the lower one.
                    let mut last = at;
                    last[axis as usize] = size[axis as usize] - 1;
                    if let (None, Some(first)) = (below, above) {
                        self.inside(Face { below: Some(cell(last)), ..face }, cell(last), first);
                    }
                    continue;
                }
                match (below, above) {
                    (Some(below), Some(above)) => self.inside(face, below, above),
                    (Some(cell), None) => self.surface(face, cell, true),
                    (None, Some(cell)) => self.surface(face, cell, false),
                    (None, None) => (),
                }
            }
        }
    }

    fn inside(&mut self, face: Face, below: usize, above: usize) {
        let blocked = self.model.air_blocked[face.axis as usize][below];
        let [a, b] = [below, above].map(End::Unknown);
        let kinds = [below, above].map(|c| self.model.cell_kind[c]);
        let through = self.to_face(below, face.axis) + self.to_face(above, face.axis);
        let touched = self.touch(face);
        if blocked {
            return;
        }
        match kinds {
            [CellKind::Air, CellKind::Air] => {
                self.oracle.join(a, b, face.area / through);
                self.carry(face, below, above);
            }
            [CellKind::Solid(_), CellKind::Solid(_)] => {
                let contact = self.model.face_resistance[face.axis as usize][below];
                self.oracle.join(a, b, face.area / (through + contact));
            }
            [CellKind::Air, CellKind::Solid(_)] | [CellKind::Solid(_), CellKind::Air] if !touched => {
                let solid = if matches!(kinds[0], CellKind::Air) { above } else { below };
                // What fills the domain is no part: nothing but the two half cells lies between.
                if self.model.part_of_cell[solid] == NO_PART {
                    self.oracle.join(a, b, face.area / through);
                }
            }
            _ => (),
        }
    }

    /// Films on either side of a face; whether there is one.
    fn touch(&mut self, face: Face) -> bool {
        let mut any = false;
        for (cell, upper) in [(face.below, true), (face.above, false)] {
            let Some(air) = cell else { continue };
            let Some(wetted) = self.lookup.wetted.remove(&(air, Side { axis: face.axis, upper })) else {
                continue;
            };
            assert_eq!(self.model.cell_kind[air], CellKind::Air, "a film on what is no air");
            any = true;
            let film = self.film(wetted);
            match self.model.wetted[wetted].touching {
                Wetted::Cell(solid) => {
                    let other = if upper { face.above } else { face.below };
                    assert_eq!(Some(solid), other, "a film on a solid that is not beyond its face");
                    let series = film + self.to_face(solid, face.axis) / face.area;
                    self.oracle.join(End::Unknown(air), End::Unknown(solid), 1.0 / series);
                }
                Wetted::Node(node) => {
                    let node = End::Unknown(self.oracle.cells + node);
                    self.oracle.join(End::Unknown(air), node, 1.0 / film);
                }
                Wetted::Sheet(_) => (),
            }
        }
        any
    }

    /// Heat that the air takes along over a face.
    fn carry(&mut self, face: Face, below: usize, above: usize) {
        let Some(flow) = self.inputs.capacity_flow else { return };
        let capacity = flow[face.axis as usize][below];
        let (from, to) = if capacity > 0.0 { (below, above) } else { (above, below) };
        self.oracle.add(from, from, capacity.abs());
        self.oracle.add(to, from, -capacity.abs());
    }

    fn surface(&mut self, face: Face, cell: usize, upper: bool) {
        let side = Side { axis: face.axis, upper };
        let own = End::Unknown(cell);
        if let Some(index) = self.lookup.openings.remove(&(cell, side))
            && let Some(&capacity) = self.inputs.opening_capacity_flow.get(index)
        {
            if capacity > 0.0 {
                let opening = self.model.openings[index].opening;
                let rise = self.inputs.opening_temperature[opening] - self.inputs.reference_temperature;
                self.oracle.b[cell] += capacity * rise;
            } else {
                self.oracle.add(cell, cell, -capacity);
            }
        }
        let Some(index) = self.lookup.patches.remove(&(cell, side)) else { return };
        let patch = self.model.patches[index];
        let half = self.to_face(cell, face.axis);
        match patch.condition {
            PatchCondition::Temperature(t) => self.oracle.join(own, self.known(t), patch.area / half),
            PatchCondition::Flux(flux) => self.oracle.b[cell] += flux * patch.area,
            PatchCondition::Film { coefficient, ambient } => {
                let g = patch.area / (half + 1.0 / coefficient);
                self.oracle.join(own, self.known(ambient), g);
            }
        }
    }

    /// Sheets as unknowns in the middle of their thickness.
    fn sheets(&mut self) {
        for (index, sheet) in self.model.sheets.iter().enumerate() {
            let own = self.oracle.cells + self.oracle.nodes + index;
            let middle = match sheet.fixed_temperature {
                Some(temperature) => self.known(temperature),
                None => End::Unknown(own),
            };
            for (side, series) in sheet.sides.iter().zip(sheet.side_resistance) {
                let inner = (sheet.resistance / 2.0 + series) / sheet.area;
                let (end, resistance) = match *side {
                    SheetContact::Insulated => continue,
                    SheetContact::Air(wetted) => {
                        let face = self.model.wetted[wetted];
                        assert_eq!(face.touching, Wetted::Sheet(index));
                        (End::Unknown(face.air_cell), inner + self.film(wetted))
                    }
                    SheetContact::Solid(cell) => {
                        let area: f64 = sheet.axis.others().iter().map(|&a| self.width(cell, a)).product();
                        (End::Unknown(cell), inner + self.to_face(cell, sheet.axis) / area)
                    }
                    SheetContact::Node(node) => (End::Unknown(self.oracle.cells + node), inner),
                    SheetContact::Patch(patch) => {
                        let patch = self.model.patches[patch];
                        match patch.condition {
                            PatchCondition::Temperature(t) => (self.known(t), inner),
                            PatchCondition::Film { coefficient, ambient } => {
                                (self.known(ambient), inner + 1.0 / (coefficient * patch.area))
                            }
                            PatchCondition::Flux(flux) => {
                                self.oracle.b[own] += flux * patch.area;
                                continue;
                            }
                        }
                    }
                };
                self.oracle.join(middle, end, 1.0 / resistance);
            }
            self.oracle.b[own] += sheet.power;
            if let End::Known(rise) = middle {
                self.oracle.add(own, own, 1.0);
                self.oracle.b[own] = rise;
            }
        }
    }

    fn nodes(&mut self) {
        let first = self.oracle.cells;
        for link in &self.model.node_conductances {
            let [a, b] = [link.a, link.b].map(|n| End::Unknown(first + n));
            self.oracle.join(a, b, link.conductance);
        }
        for contact in &self.model.node_contacts {
            let resistance = (contact.resistance + self.to_face(contact.cell, contact.axis)) / contact.area;
            let [a, b] = [first + contact.node, contact.cell].map(End::Unknown);
            self.oracle.join(a, b, 1.0 / resistance);
        }
        for (sink, conductance) in self.model.sinks.iter().zip(self.inputs.sink_conductance) {
            for &(cell, share) in &sink.cells {
                let base = End::Unknown(first + sink.base);
                self.oracle.join(base, End::Unknown(cell), share * conductance);
            }
        }
        for link in self.inputs.node_links {
            self.oracle.add(first + link.to, first + link.to, link.conductance);
            self.oracle.add(first + link.to, first + link.from, -link.conductance);
        }
        for (node, sink) in self.inputs.node_sink.iter().enumerate() {
            self.oracle.add(first + node, first + node, *sink);
        }
    }
}
