//! Scene and grid to the discrete problem: the one input of every solver and backend.
//!
//! ```text
//!            z+ (T)                     a cell c, its six faces, and what may lie on a face:
//!        ┌─────┴─────┐                  nothing   conduction and, between air cells, flow
//!  x− (W)┤     c     ├x+ (E)            contact   m²K/W in series
//!        └─────┬─────┘                  sheet     a part thinner than the smallest spacing: no air
//!            z− (B)                               passes, heat does through its thickness, and its
//!                                                 power enters the two cells
//! ```
//!
//! * `lines` chooses the planes of the grid, `cells` says what fills each cell, `assembly` builds faces,
//!   films, openings and compact nodes, `energy` turns all of it into a [`system::LinearSystem`].
//! * Cell `c` is `i + nx (j + ny k)`. A face array of an axis has one entry per cell and holds the face
//!   between the cell and its upper neighbour; faces of the domain's surface are in lists.
//!   Where the domain repeats, the last cell of a line holds the face on the seam, to the first.
//! * Merged planes move faces. What must not change is kept by factors: power is given per part, mass by
//!   [`Part::volume_factor`], conduction through a part by [`Part::conductivity_factor`], wetted and open
//!   areas by true areas on the faces.
//! * What cells, nodes and sheets store is told by [`storage`].
//! * Left out: conduction along sheets, and from the sides of compact boxes into solids that they touch.

pub mod air;
mod assembly;
mod boxes;
mod cells;
mod elements;
pub mod energy;
mod error;
mod fill;
pub mod flow;
mod fluids;
mod hold;
pub mod inflow;
mod interval;
mod lines;
mod needs;
mod nodes;
mod powers;
mod sheets;
pub mod storage;
mod surfaces;
pub mod system;
mod wetted;

use crate::grid::{Axis, Grid, Side};
use crate::scene::{Remark, Resolution, Scene};

pub use elements::{
    CellKind, ChipNodes, FacePlace, FanFace, Form, NO_PART, Node, NodeConductance, NodeContact, NodeKind,
    OpeningFace, Part, PartKind, Patch, PatchCondition, SheetContact, SheetFace, SinkSpan, Wetted,
    WettedFace, WettedGroup,
};
pub use energy::{EnergyInputs, energy_system, sheet_holds, sheet_rise};
pub use error::ModelError;
pub use fluids::{Fluids, Touching};
pub use hold::SheetHold;

/// The discrete problem: what is where, and what lies between.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// The grid.
    pub grid: Grid,
    /// Axes along which the domain repeats: its last cells are the lower neighbours of its first ones.
    pub periodic: [bool; 3],
    /// The scene's materials, referred to by [`CellKind::Solid`].
    pub materials: Vec<crate::scene::Material>,
    /// What fills each cell.
    pub cell_kind: Vec<CellKind>,
    /// Which fluid fills each open cell.
    pub fluids: Fluids,
    /// Index into `parts` of the solid or compact part of each cell, or [`NO_PART`].
    pub part_of_cell: Vec<usize>,
    /// Named parts: solids, chips, heat sinks, cold plates, porous boxes, each in the order of the scene.
    pub parts: Vec<Part>,
    /// Per axis and cell: contact resistance (and closed air gaps) on the upper face, m²K/W.
    pub face_resistance: [Vec<f64>; 3],
    /// Per axis and cell: whether a sheet lies on the upper face. Neither air nor direct conduction passes;
    /// [`Model::sheets`] says what does.
    pub air_blocked: [Vec<bool>; 3],
    /// Per axis and cell: ζ of screens on the upper face.
    pub screen_loss: [Vec<f64>; 3],
    /// Per axis and cell: ζ per metre, 1/m (porous boxes; heat sinks with a given loss).
    pub loss_per_metre: [Vec<f64>; 3],
    /// Per axis and cell: Darcy resistance 1/K of porous boxes, 1/m²; empty where none has any.
    pub darcy_resistance: [Vec<f64>; 3],
    /// Per axis and upper face of a cell: Darcy resistance times thickness of what is too thin for a cell, 1/m; empty
    /// where there is none.
    pub screen_darcy: [Vec<f64>; 3],
    /// W per cell: solids, sources, porous boxes, and fans (in the cells behind them).
    pub power: Vec<f64>,
    /// Per cell: temperature it is held at, K.
    pub fixed_temperature: Vec<Option<f64>>,
    /// Thermal conditions of the surface.
    pub patches: Vec<Patch>,
    /// Open faces of the surface.
    pub openings: Vec<OpeningFace>,
    /// Free faces of the fans.
    pub fans: Vec<FanFace>,
    /// Per fan: W that leave with the air at once, because it blows out of the domain; the rest of its
    /// power is in `power`.
    pub fan_power_outside: Vec<f64>,
    /// Compact unknowns.
    pub nodes: Vec<Node>,
    /// W per node: chips at their junctions, extra power of cold plates.
    pub node_power: Vec<f64>,
    /// Per chip.
    pub chip_nodes: Vec<ChipNodes>,
    /// Per cold plate: node of its base.
    pub plate_nodes: Vec<usize>,
    /// Per branch and position: coolant node.
    pub coolant_nodes: Vec<Vec<usize>>,
    /// Per loop: node of what a coolant distribution unit supplies, where there is one.
    pub supply_nodes: Vec<Option<usize>>,
    /// Junction to case and case to base.
    pub node_conductances: Vec<NodeConductance>,
    /// Nodes on solid cells.
    pub node_contacts: Vec<NodeContact>,
    /// Faces between air and parts.
    pub wetted: Vec<WettedFace>,
    /// Sides of parts.
    pub groups: Vec<WettedGroup>,
    /// Faces of sheets.
    pub sheets: Vec<SheetFace>,
    /// Per heat sink.
    pub sinks: Vec<SinkSpan>,
    /// What the grid changed or left out, for people.
    pub remarks: Vec<Remark>,
}

impl Model {
    /// Grid and discrete problem of a scene.
    ///
    /// # Errors
    /// [`ModelError`] if the grid cannot hold the scene (a part vanishes, a face misses the given cells,
    /// too many cells) or an item has no place (source without solid, fan or opening without air).
    pub fn new(scene: &Scene, resolution: Resolution) -> Result<Self, ModelError> {
        let lines = lines::Lines::new(scene, resolution)?;
        let raster = cells::Raster::new(scene, &lines)?;
        assembly::assemble(scene, lines, raster)
    }

    /// The neighbour of a cell over one of its sides, if it has one. Where the domain repeats, the ends of a line are
    /// neighbours, and a line of one cell is its own.
    #[must_use]
    pub fn neighbour(&self, cell: usize, side: Side) -> Option<usize> {
        let axis = side.axis as usize;
        let (at, n) = (self.grid.position(cell)[axis], self.grid.size()[axis]);
        let stride = self.grid.stride(side.axis);
        match side.upper {
            true if at + 1 < n => Some(cell + stride),
            true => self.periodic[axis].then(|| cell - at * stride),
            false if at > 0 => Some(cell - stride),
            false => self.periodic[axis].then(|| cell + (n - 1) * stride),
        }
    }

    /// Whether a cell holds air or another fluid.
    #[must_use]
    pub fn is_air(&self, cell: usize) -> bool {
        self.cell_kind[cell] == CellKind::Air
    }

    /// Whether fluid can pass from a cell to its upper neighbour along an axis.
    #[must_use]
    pub fn air_passes(&self, axis: Axis, cell: usize) -> bool {
        self.is_air(cell)
            && !self.air_blocked[axis as usize][cell]
            && self
                .neighbour(cell, Side { axis, upper: true })
                .is_some_and(|n| self.is_air(n) && self.fluid(n) == self.fluid(cell))
    }

    /// The item of the scene that a node belongs to; none for coolant, which belongs to a branch and a plate.
    #[must_use]
    pub fn item_of(&self, node: NodeKind) -> Option<&str> {
        let kind = match node {
            NodeKind::Junction(chip) | NodeKind::Case(chip) => PartKind::Chip(chip),
            NodeKind::SinkBase(sink) => PartKind::HeatSink(sink),
            NodeKind::Plate(plate) => PartKind::ColdPlate(plate),
            NodeKind::Coolant { .. } | NodeKind::Supply(_) => return None,
        };
        self.parts.iter().find(|part| part.kind == kind).map(|part| part.name.as_str())
    }

    /// Heat released in cells, sheets and nodes together, W, without what fans blow out at once.
    #[must_use]
    pub fn total_power(&self) -> f64 {
        self.power.iter().sum::<f64>()
            + self.node_power.iter().sum::<f64>()
            + self.sheets.iter().map(|sheet| sheet.power).sum::<f64>()
    }
}
