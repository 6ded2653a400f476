//! Assembly of the steady energy equation, in rises θ = T − T_reference.
//!
//! Per cell c, W, with the sums over its faces, films and links:
//!
//! ```text
//! Σ g (θ_c − θ_n) + Σ_in ṁcp (θ_c − θ_upstream) + Σ g_known (θ_c − θ_known) = q_c
//! ```
//!
//! * Between two cells of the same phase, with face area A, widths Δ and series resistance R (contact):
//!   `g = A / (Δ_c/2k_c + R + Δ_n/2k_n)`, k = k₀(1 + b (T − T_ref)) along the face's normal at the cell's
//!   temperature: second order also where k depends on T.
//! * Between air and a part: `1/g = 1/(h A_wetted) + Δ_solid/(2 k_solid A)`; the half cell of air stands for
//!   1/h where no film is given. A compact part has its node in place of the half cell.
//! * Through a sheet of resistance R, held by conductances g₁, g₂ from its middle (R/2 each, with what lies
//!   on either side in series): its temperature is eliminated. The sides are joined by g₁g₂/(g₁ + g₂), and
//!   its power enters them in the ratio g₁ : g₂. Nothing is lagged. Over time it stores c = C a₀ (see
//!   [`crate::solver::time`]) a kelvin: then it takes g₁ c/(g₁ + g₂ + c) from one side, and the sums have c in them.
//! * Advection in flux form, upwind (to second order by `couple::advection`): a cell receives ṁcp (θ_upstream − θ_c) over faces through which air
//!   enters; air that leaves carries θ_c and needs no term, as continuity holds (NUMERICS.md, section 3).
//! * Cells of fixed temperature and insides of compact parts keep rows of their own (s = 1 W/K), so that the
//!   matrix is regular; their neighbours see the known value.

use super::hold::{End, SheetHold};
use super::system::{CellLink, LinearSystem, NodeLink, State};
use super::{CellKind, Model, NO_PART, PatchCondition, SheetContact, SheetFace, Wetted};
use crate::grid::{Axis, Side};
use crate::material::solid::conductivity_at;

/// What the energy equation takes from the rest of the coupled problem, all at the last iterate.
#[derive(Clone, Copy, Debug)]
pub struct EnergyInputs<'a> {
    /// K; unknowns are rises over it.
    pub reference_temperature: f64,
    /// Per cell: rise at which conductivities are evaluated, K.
    pub rise: &'a [f64],
    /// Per fluid of the model: W/(m K).
    pub fluid_conductivity: &'a [f64],
    /// Per wetted face: heat transfer coefficient of the film, W/(m²K); `None`: conduction through the half
    /// cell of air.
    pub film: Option<&'a [f64]>,
    /// Per patch: the same of the domain's walls beside air; `None` as above.
    pub patch_film: Option<&'a [f64]>,
    /// Per axis and cell: ṁ cp through the upper face, positive towards larger coordinates, W/K; 0 where
    /// air does not pass.
    pub capacity_flow: Option<&'a [Vec<f64>; 3]>,
    /// Per opening face: ṁ cp, positive into the domain, W/K; empty without flow.
    pub opening_capacity_flow: &'a [f64],
    /// Per opening of the scene: K, of the air that enters.
    pub opening_temperature: &'a [f64],
    /// Per heat sink: effective conductance from its base to the air of its cells, W/K.
    pub sink_conductance: &'a [f64],
    /// Links between nodes besides the model's own: plates and coolant.
    pub node_links: &'a [NodeLink],
    /// Per node: what ties it to the reference, W/K (supply of a branch); empty for none.
    pub node_sink: &'a [f64],
    /// Per node: right-hand side besides the model's power, W, in terms of rises; empty for none.
    pub node_source: &'a [f64],
    /// Per sheet face: what it stores a kelvin in a step of time over that step, W/K; empty in a steady state.
    pub sheet_storage: &'a [f64],
}

impl<'a> EnergyInputs<'a> {
    /// Conduction alone: no fluid moves, and nothing but the model's own parts takes or gives heat.
    #[must_use]
    pub fn conduction(reference_temperature: f64, rise: &'a [f64], fluid_conductivity: &'a [f64]) -> Self {
        Self {
            reference_temperature,
            rise,
            fluid_conductivity,
            film: None,
            patch_film: None,
            capacity_flow: None,
            opening_capacity_flow: &[],
            opening_temperature: &[],
            sink_conductance: &[],
            node_links: &[],
            node_sink: &[],
            node_source: &[],
            sheet_storage: &[],
        }
    }
}

/// Left- and right-hand side of the energy equation. Shapes of the inputs are those of the model's lists.
#[must_use]
pub fn energy_system(model: &Model, inputs: &EnergyInputs) -> (LinearSystem, State) {
    let mut system = LinearSystem::zeros(model.grid.size(), inputs.capacity_flow.is_some());
    let n = model.nodes.len();
    system.border.sink = if inputs.node_sink.is_empty() { vec![0.0; n] } else { inputs.node_sink.to_vec() };
    let mut rhs = State { cells: model.power.clone(), nodes: model.node_power.clone() };
    for (rhs, source) in rhs.nodes.iter_mut().zip(inputs.node_source) {
        *rhs += source;
    }
    let mut assembly = Assembly { model, inputs, system, rhs };
    assembly.conduction();
    assembly.wetted_faces();
    assembly.sheets();
    assembly.patches();
    assembly.compact_parts();
    assembly.advection();
    assembly.known_cells();
    (assembly.system, assembly.rhs)
}

/// The sheets of a model with their conductances, in the order of [`Model::sheets`].
#[must_use]
pub fn sheet_holds(model: &Model, inputs: &EnergyInputs) -> Vec<SheetHold> {
    let assembly =
        Assembly { model, inputs, system: LinearSystem::zeros([0; 3], false), rhs: State::default() };
    (0..model.sheets.len()).map(|sheet| assembly.hold(sheet)).collect()
}

/// Rise of each sheet face over the reference, K, in the order of [`Model::sheets`]: its eliminated
/// temperature, from a solution of [`energy_system`] with the same inputs.
#[must_use]
pub fn sheet_rise(model: &Model, inputs: &EnergyInputs, solution: &State) -> Vec<f64> {
    sheet_holds(model, inputs).iter().map(|hold| hold.rise(solution, 0.0)).collect()
}

struct Assembly<'a> {
    model: &'a Model,
    inputs: &'a EnergyInputs<'a>,
    system: LinearSystem,
    rhs: State,
}

impl Assembly<'_> {
    /// Conductivity of a cell along an axis, W/(m K), at its temperature.
    fn conductivity(&self, cell: usize, axis: Axis) -> f64 {
        let CellKind::Solid(material) = self.model.cell_kind[cell] else {
            return self.inputs.fluid_conductivity[self.model.fluid(cell)];
        };
        let material = &self.model.materials[material];
        let temperature = self.inputs.reference_temperature + self.inputs.rise[cell];
        let (along, coefficient) = (material.conductivity[axis as usize], material.temperature_coefficient);
        let part = self.model.part_of_cell[cell];
        let factor =
            if part == NO_PART { 1.0 } else { self.model.parts[part].conductivity_factor[axis as usize] };
        conductivity_at(along, coefficient, material.reference_temperature, temperature) * factor
    }

    /// Resistance of half a cell along an axis, m²K/W on the area of the grid.
    fn half(&self, cell: usize, axis: Axis) -> f64 {
        let at = self.model.grid.position(cell)[axis as usize];
        0.5 * self.model.grid.width(axis, at) / self.conductivity(cell, axis)
    }

    /// [`Self::half`], or the film that is given where an open cell meets a solid beside it, m²K/W.
    fn to_face(&self, cell: usize, side: Side, beside: usize) -> f64 {
        let given = self.model.fluids.given_film(cell, side).filter(|_| !self.model.is_air(beside));
        given.map_or_else(|| self.half(cell, side.axis), f64::recip)
    }

    /// Area on the grid of a face of a cell, m².
    fn area(&self, cell: usize, axis: Axis) -> f64 {
        self.model.grid.area(axis, self.model.grid.position(cell))
    }

    /// Joins two ends by a conductance, W/K.
    fn join(&mut self, a: End, b: End, g: f64) {
        match (a, b) {
            (End::Cell(a), End::Cell(b)) => {
                let (low, high) = (a.min(b), a.max(b));
                let [from, to] = [low, high].map(|cell| self.system.position(cell));
                let axis = (0..3)
                    .find(|&axis| from[axis] != to[axis])
                    .expect("only neighbours over a face are joined");
                // Further apart they are the ends of a line, joined by its seam.
                let below = if to[axis] - from[axis] == 1 { low } else { high };
                self.system.add_face(axis, below, [g, g]);
            }
            (End::Cell(cell), End::Node(node)) | (End::Node(node), End::Cell(cell)) => {
                if g > 0.0 {
                    self.system.border.cell_links.push(CellLink { cell, node, conductance: g });
                }
            }
            (End::Node(a), End::Node(b)) => {
                if g > 0.0 && a != b {
                    let links = &mut self.system.border.node_links;
                    links.push(NodeLink { to: a, from: b, conductance: g });
                    links.push(NodeLink { to: b, from: a, conductance: g });
                }
            }
            (End::Known(rise), other) | (other, End::Known(rise)) => match other {
                End::Cell(cell) => {
                    self.system.sink[cell] += g;
                    self.rhs.cells[cell] += g * rise;
                }
                End::Node(node) => {
                    self.system.border.sink[node] += g;
                    self.rhs.nodes[node] += g * rise;
                }
                End::Known(_) => (),
            },
        }
    }

    fn add_power(&mut self, end: End, power: f64) {
        match end {
            End::Cell(cell) => self.rhs.cells[cell] += power,
            End::Node(node) => self.rhs.nodes[node] += power,
            End::Known(_) => (),
        }
    }

    /// Faces between cells of the same phase.
    fn conduction(&mut self) {
        let model = self.model;
        for axis in Axis::ALL {
            for cell in 0..model.grid.cells() {
                let Some(above) = model.neighbour(cell, Side { axis, upper: true }) else { continue };
                let resistance = match (model.cell_kind[cell], model.cell_kind[above]) {
                    (CellKind::Air, CellKind::Air) => 0.0,
                    (CellKind::Solid(_), CellKind::Solid(_)) => model.face_resistance[axis as usize][cell],
                    (CellKind::Air, CellKind::Solid(_)) | (CellKind::Solid(_), CellKind::Air)
                        if self.fill_meets(cell, above) =>
                    {
                        0.0
                    }
                    _ => continue,
                };
                if !model.air_blocked[axis as usize][cell] {
                    let series = self.to_face(cell, Side { axis, upper: true }, above)
                        + resistance
                        + self.to_face(above, Side { axis, upper: false }, cell);
                    let g = self.area(cell, axis) / series;
                    self.system.add_face(axis as usize, cell, [g, g]);
                }
            }
        }
    }

    /// Whether one of two cells is solid without being a part, so that no wetted face joins them.
    fn fill_meets(&self, a: usize, b: usize) -> bool {
        let loose = |c: usize| {
            matches!(self.model.cell_kind[c], CellKind::Solid(_)) && self.model.part_of_cell[c] == NO_PART
        };
        loose(a) || loose(b)
    }

    /// 1/(h A) of a wetted face, K/W.
    fn film(&self, wetted: usize) -> f64 {
        let face = &self.model.wetted[wetted];
        if let Some(given) = self.model.fluids.given_film(face.air_cell, face.side) {
            return (given * face.area).recip();
        }
        match self.inputs.film {
            Some(film) => (film[wetted] * face.area).recip(),
            None => self.half(face.air_cell, face.side.axis) / face.area,
        }
    }

    fn wetted_faces(&mut self) {
        for (index, face) in self.model.wetted.iter().enumerate() {
            let film = self.film(index);
            let air = End::Cell(face.air_cell);
            match face.touching {
                Wetted::Cell(solid) => {
                    let axis = face.side.axis;
                    let g = (film + self.half(solid, axis) / self.area(solid, axis)).recip();
                    self.join(air, End::Cell(solid), g);
                }
                Wetted::Node(node) => self.join(air, End::Node(node), film.recip()),
                Wetted::Sheet(_) => (),
            }
        }
    }

    /// What holds a sheet.
    fn hold(&self, index: usize) -> SheetHold {
        let sheet: &SheetFace = &self.model.sheets[index];
        let mut power = sheet.power;
        let sides = [0, 1].map(|i| {
            let own = (0.5 * sheet.resistance + sheet.side_resistance[i]) / sheet.area;
            match sheet.sides[i] {
                SheetContact::Air(wetted) => {
                    let cell = self.model.wetted[wetted].air_cell;
                    (End::Cell(cell), (own + self.film(wetted)).recip())
                }
                SheetContact::Solid(cell) => {
                    let half = self.half(cell, sheet.axis) / self.area(cell, sheet.axis);
                    (End::Cell(cell), (own + half).recip())
                }
                SheetContact::Node(node) => (End::Node(node), own.recip()),
                SheetContact::Patch(patch) => match self.model.patches[patch].condition {
                    PatchCondition::Temperature(t) => (self.known(t), own.recip()),
                    PatchCondition::Film { coefficient, ambient } => {
                        let film = (coefficient * self.model.patches[patch].area).recip();
                        (self.known(ambient), (own + film).recip())
                    }
                    PatchCondition::Flux(flux) => {
                        power += flux * self.model.patches[patch].area;
                        (End::Known(0.0), 0.0)
                    }
                },
                SheetContact::Insulated => (End::Known(0.0), 0.0),
            }
        });
        SheetHold {
            sides,
            power,
            storage: self.inputs.sheet_storage.get(index).copied().unwrap_or(0.0),
            held: sheet.fixed_temperature.map(|t| t - self.inputs.reference_temperature),
        }
    }

    fn known(&self, temperature: f64) -> End {
        End::Known(temperature - self.inputs.reference_temperature)
    }

    fn sheets(&mut self) {
        for index in 0..self.model.sheets.len() {
            let hold = self.hold(index);
            let [(below, g1), (above, g2)] = hold.sides;
            if let Some(rise) = hold.held {
                self.join(below, End::Known(rise), g1);
                self.join(above, End::Known(rise), g2);
            } else if hold.sum() > 0.0 {
                self.join(below, above, g1 * g2 / hold.sum());
                for (end, g) in hold.sides {
                    // What the sheet keeps as it warms, from the reference on.
                    self.join(end, End::Known(0.0), g * hold.storage / hold.sum());
                    self.add_power(end, hold.power * g / hold.sum());
                }
            }
        }
    }

    /// Thermal conditions of the surface, where no sheet lies between.
    fn patches(&mut self) {
        let model = self.model;
        let mut on_sheet = vec![false; model.patches.len()];
        for side in model.sheets.iter().flat_map(|sheet| sheet.sides) {
            if let SheetContact::Patch(patch) = side {
                on_sheet[patch] = true;
            }
        }
        for (index, patch) in model.patches.iter().enumerate().filter(|(index, _)| !on_sheet[*index]) {
            let half = match self.inputs.patch_film {
                Some(film) if model.is_air(patch.cell) => film[index].recip(),
                _ => self.half(patch.cell, patch.side.axis),
            };
            match patch.condition {
                PatchCondition::Temperature(t) => {
                    self.join(End::Cell(patch.cell), self.known(t), patch.area / half);
                }
                PatchCondition::Film { coefficient, ambient } => {
                    let g = patch.area / (half + coefficient.recip());
                    self.join(End::Cell(patch.cell), self.known(ambient), g);
                }
                PatchCondition::Flux(flux) => self.rhs.cells[patch.cell] += flux * patch.area,
            }
        }
    }

    /// Chips, sinks, plates and coolant.
    fn compact_parts(&mut self) {
        let model = self.model;
        for link in &model.node_conductances {
            self.join(End::Node(link.a), End::Node(link.b), link.conductance);
        }
        for contact in &model.node_contacts {
            let half = self.half(contact.cell, contact.axis);
            let g = contact.area / (half + contact.resistance);
            self.join(End::Cell(contact.cell), End::Node(contact.node), g);
        }
        for (sink, conductance) in model.sinks.iter().zip(self.inputs.sink_conductance) {
            for &(cell, share) in &sink.cells {
                self.join(End::Cell(cell), End::Node(sink.base), conductance * share);
            }
        }
        self.system.border.node_links.extend_from_slice(self.inputs.node_links);
    }

    fn advection(&mut self) {
        if let Some(flow) = self.inputs.capacity_flow {
            for (axis, flow) in flow.iter().enumerate() {
                for (cell, &capacity) in flow.iter().enumerate().filter(|(_, capacity)| **capacity != 0.0) {
                    self.system.add_face(axis, cell, [(-capacity).max(0.0), capacity.max(0.0)]);
                }
            }
        }
        for (face, &capacity) in self.model.openings.iter().zip(self.inputs.opening_capacity_flow) {
            if capacity > 0.0 {
                let outside = self.known(self.inputs.opening_temperature[face.opening]);
                self.join(End::Cell(face.cell), outside, capacity);
            }
        }
    }

    /// Cells whose value is known keep a row of their own; what receives from them sees the value.
    fn known_cells(&mut self) {
        let model = self.model;
        let known: Vec<Option<f64>> = (0..model.grid.cells())
            .map(|cell| match model.cell_kind[cell] {
                CellKind::Compact => Some(0.0),
                _ => model.fixed_temperature[cell].map(|t| t - self.inputs.reference_temperature),
            })
            .collect();
        for axis in Axis::ALL {
            let (a, stride, n) = (axis as usize, model.grid.stride(axis), model.grid.size()[axis as usize]);
            for cell in 0..known.len() {
                if model.grid.position(cell)[a] + 1 == n {
                    continue;
                }
                let above = cell + stride;
                if known[cell].is_none() && known[above].is_none() {
                    continue;
                }
                let receives = [self.system.from_upper[a][cell], self.system.lower(a)[cell]];
                self.system.from_upper[a][cell] = 0.0;
                if self.system.is_advective() {
                    self.system.from_lower[a][cell] = 0.0;
                }
                match (known[cell], known[above]) {
                    (Some(rise), None) => self.join(End::Cell(above), End::Known(rise), receives[1]),
                    (None, Some(rise)) => self.join(End::Cell(cell), End::Known(rise), receives[0]),
                    _ => (),
                }
            }
        }
        for face in std::mem::take(&mut self.system.seam) {
            match (known[face.last], known[face.first]) {
                (None, None) => self.system.seam.push(face),
                (Some(rise), None) => self.join(End::Cell(face.first), End::Known(rise), face.from_lower),
                (None, Some(rise)) => self.join(End::Cell(face.last), End::Known(rise), face.from_upper),
                (Some(_), Some(_)) => (),
            }
        }
        let links = std::mem::take(&mut self.system.border.cell_links);
        for link in links {
            match known[link.cell] {
                Some(rise) => self.join(End::Node(link.node), End::Known(rise), link.conductance),
                None => self.system.border.cell_links.push(link),
            }
        }
        for (cell, rise) in known.into_iter().enumerate() {
            if let Some(rise) = rise {
                self.system.sink[cell] = 1.0;
                self.rhs.cells[cell] = rise;
            }
        }
    }
}
