//! What keeps several fluids from being solved: places where they touch, regions that are no body, and items that belong to
//! two of them.

use crate::couple::fluid::name;
use crate::model::{CellKind, FacePlace, Model, NO_PART};
use crate::scene::{Fault, Scene, Turbulence};

/// Every such fault of a model.
pub(super) fn fluid_faults(scene: &Scene, model: &Model) -> Vec<Fault> {
    if scene.fluid_regions.is_empty() {
        return Vec::new();
    }
    let faults = Faults { scene, model };
    let touching = faults.touching();
    if !touching.is_empty() {
        // What touches has no bodies of its own to speak of.
        return touching;
    }
    faults
        .turbulence()
        .into_iter()
        .chain(faults.apart())
        .chain(faults.of_two_fluids())
        .chain(faults.bare_fill())
        .collect()
}

struct Faults<'a> {
    scene: &'a Scene,
    model: &'a Model,
}

impl Faults<'_> {
    /// The name of the fluid of a cell.
    fn fluid(&self, cell: usize) -> &str {
        name(self.scene, self.model.fluids.list[self.model.fluid(cell)])
    }

    /// Centre of a cell, in words.
    fn place(&self, cell: usize) -> String {
        let [x, y, z] =
            self.model.grid.cell_centre(self.model.grid.position(cell)).map(|length| length * 1e3);
        format!("x {x:.1}, y {y:.1}, z {z:.1} mm")
    }

    fn touching(&self) -> Vec<Fault> {
        let region =
            |cell: usize| self.model.fluids.region(cell).map(|r| self.scene.fluid_regions[r].name.clone());
        let fault = |at: crate::model::Touching| Fault {
            code: "racktherm::fluids_touch",
            message: format!(
                "'{}' and '{}' touch at {} with no solid between them",
                self.fluid(at.cell),
                self.fluid(at.other),
                self.place(at.cell)
            ),
            remedy: "part them by a [[plate]] or [[block]], or give both the same fluid".into(),
            items: [at.other, at.cell].into_iter().filter_map(region).collect(),
        };
        self.model.touching_fluids().into_iter().map(fault).collect()
    }

    fn apart(&self) -> Vec<Fault> {
        let bodies = self.model.bodies_of_regions().into_iter().zip(&self.scene.fluid_regions);
        let fault = |(mut cells, region): (Vec<usize>, &crate::scene::FluidRegion)| {
            cells.sort_unstable();
            let [first, second, ..] = cells[..] else { return None };
            Some(Fault {
                code: "racktherm::fluid_apart",
                message: format!(
                    "fluid region '{}' is not connected: its open cells are {} bodies, one at {} and one at {}",
                    region.name,
                    cells.len(),
                    self.place(first),
                    self.place(second)
                ),
                remedy: "give each body a [[fluid_region]] of its own, or take out what parts them".into(),
                items: vec![region.name.clone()],
            })
        };
        bodies.filter_map(fault).collect()
    }

    /// Regions that ask for another turbulence than their fluid has in another region or in the fill.
    fn turbulence(&self) -> Vec<Fault> {
        let fluids = &self.model.fluids;
        let regions = self.scene.fluid_regions.iter().enumerate();
        let fault = |(number, region): (usize, &crate::scene::FluidRegion)| {
            let fluid = fluids.of_region(number);
            let of_fill = (fluid == 0).then_some(self.scene.air.turbulence);
            let own = region.turbulence?;
            (own != of_fill.unwrap_or(fluids.turbulence[fluid])).then(|| Fault {
                code: "racktherm::conflict",
                message: format!(
                    "fluid region '{}' asks for another turbulence than the rest of its fluid '{}' has",
                    region.name,
                    name(self.scene, fluids.list[fluid])
                ),
                remedy:
                    "one fluid is one flow: give it the same turbulence everywhere, or a [[fluid]] of its own"
                        .into(),
                items: vec![region.name.clone()],
            })
        };
        regions.filter_map(fault).collect()
    }

    /// Openings, fans and heat sinks that lie in more than one fluid.
    fn of_two_fluids(&self) -> Vec<Fault> {
        let (scene, model) = (self.scene, self.model);
        let openings = (0..scene.openings.len()).map(|opening| {
            let faces = model.openings.iter().filter(move |face| face.opening == opening);
            ("opening", scene.openings[opening].name.as_str(), faces.map(|face| face.cell).collect())
        });
        let fans = (0..scene.fans.len()).map(|fan| {
            let faces = model.fans.iter().filter(move |face| face.fan == fan);
            let cell = |place: FacePlace| match place {
                FacePlace::Inside { cell, .. } => cell,
                FacePlace::Opening(opening) => model.openings[opening].cell,
            };
            ("fan", scene.fans[fan].name.as_str(), faces.map(|face| cell(face.place)).collect())
        });
        let sinks = scene.heat_sinks.iter().zip(&model.sinks).map(|(sink, span)| {
            ("heat sink", sink.name.as_str(), span.cells.iter().map(|&(cell, _)| cell).collect())
        });
        let fault = |(kind, name, cells): (&str, &str, Vec<usize>)| {
            let first = *cells.first()?;
            let other = cells.into_iter().find(|&cell| model.fluid(cell) != model.fluid(first))?;
            Some(Fault {
                code: "racktherm::two_fluids",
                message: format!(
                    "{kind} '{name}' lies in two fluids: '{}' at {} and '{}' at {}",
                    self.fluid(first),
                    self.place(first),
                    self.fluid(other),
                    self.place(other)
                ),
                remedy: "give each fluid one of its own, by 'from' and 'to'".into(),
                items: vec![name.to_owned()],
            })
        };
        openings.chain(fans).chain(sinks).filter_map(fault).collect()
    }

    /// Fluid against the solid fill of the domain in turbulent flow: its law of the wall knows walls of parts.
    fn bare_fill(&self) -> Option<Fault> {
        let model = self.model;
        let fill = |cell: usize| {
            matches!(model.cell_kind[cell], CellKind::Solid(_)) && model.part_of_cell[cell] == NO_PART
        };
        let bare = |cell: &usize| {
            let mut around =
                crate::grid::Side::ALL.into_iter().filter_map(|side| model.neighbour(*cell, side));
            let turbulent = model.fluids.turbulence[model.fluid(*cell)] == Turbulence::Lvel;
            model.is_air(*cell) && turbulent && around.any(fill)
        };
        let cell = (0..model.grid.cells()).find(bare)?;
        let region = model.fluids.region(cell).map(|region| self.scene.fluid_regions[region].name.clone());
        Some(Fault {
            code: "racktherm::not_solved",
            message: format!(
                "'{}' meets the solid fill of the domain at {}; turbulent flow is solved along walls of parts",
                self.fluid(cell),
                self.place(cell)
            ),
            remedy: "give the walls as [[block]]s in a domain of air, or set turbulence = \"laminar\" in the region".into(),
            items: region.into_iter().collect(),
        })
    }
}
