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

pub use energy::{EnergyInputs, energy_system, sheet_holds, sheet_rise};
pub use error::ModelError;
pub use fluids::{Fluids, Touching};
pub use hold::SheetHold;

/// What fills a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Air or another fluid ([`Model::fluids`]), also inside heat sinks and porous boxes.
    Air,
    /// Solid; index into the scene's materials.
    Solid(usize),
    /// Inside of a chip or cold plate: neither air nor conduction; the part's temperatures are its nodes'.
    Compact,
}

/// Which item of the scene a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Index into [`Scene::solids`].
    Solid(usize),
    /// Index into [`Scene::chips`].
    Chip(usize),
    /// Index into [`Scene::heat_sinks`].
    HeatSink(usize),
    /// Index into [`Scene::cold_plates`].
    ColdPlate(usize),
    /// Index into [`Scene::porous`].
    Porous(usize),
}

/// How a part appears in the discrete problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Cells of its own.
    Cells,
    /// Thinner than the smallest spacing: faces normal to this axis.
    Sheet(Axis),
    /// Nodes only, without a box in the air.
    Nodes,
}

/// A named thing with a temperature.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Name with path.
    pub name: String,
    /// Its item in the scene.
    pub kind: PartKind,
    /// How it appears.
    pub form: Form,
    /// Its cells, in increasing order: solid, compact, or air (heat sinks and porous boxes).
    pub cells: Vec<usize>,
    /// Half-open ranges of the cell indices along x, y, z that its box spans; empty along the normal of a
    /// sheet; all empty without a box.
    pub range: [[usize; 2]; 3],
    /// Edge lengths of its true box, m; 0 without a box.
    pub extent: [f64; 3],
    /// True volume of the box over its volume on the grid (1 for sheets): density × cell volume × factor is
    /// the true mass.
    pub volume_factor: f64,
    /// Along each axis: multiplies the conductivity of its cells so that (section/length) of the box is the
    /// true one.
    pub conductivity_factor: [f64; 3],
}

/// Marks a cell that belongs to no solid or compact part in [`Model::part_of_cell`].
pub const NO_PART: usize = usize::MAX;

/// Thermal condition of a face of the domain's surface; temperatures in K.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PatchCondition {
    /// Face held at a temperature.
    Temperature(f64),
    /// Heat flux into the domain, W/m².
    Flux(f64),
    /// Film to an ambient temperature.
    Film {
        /// W/(m²K).
        coefficient: f64,
        /// K.
        ambient: f64,
    },
}

/// A face of the domain's surface with a thermal condition (from [`Scene::walls`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patch {
    /// Index into [`Scene::walls`].
    pub wall: usize,
    /// The cell inside.
    pub cell: usize,
    /// The side of the cell, and of the domain.
    pub side: Side,
    /// m².
    pub area: f64,
    /// What holds.
    pub condition: PatchCondition,
}

/// A face of the domain's surface through which air can pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OpeningFace {
    /// Index into [`Scene::openings`].
    pub opening: usize,
    /// The air cell inside.
    pub cell: usize,
    /// The side of the cell, and of the domain.
    pub side: Side,
    /// m²; the faces of an opening that nothing covers add up to its true area.
    pub area: f64,
    /// ζ on the superficial dynamic pressure: the opening's own and that of screens in its plane.
    pub loss: f64,
}

/// Where a face lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FacePlace {
    /// Between a cell and its upper neighbour along an axis.
    Inside {
        /// Normal of the face.
        axis: Axis,
        /// The cell below.
        cell: usize,
    },
    /// On the domain's surface: index into [`Model::openings`].
    Opening(usize),
}

/// A face of a fan's plane that air can pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanFace {
    /// Index into [`Scene::fans`].
    pub fan: usize,
    /// Where.
    pub place: FacePlace,
    /// m²; the faces of a fan whose plane is free add up to its true area.
    pub area: f64,
}

/// What a compact node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Junction of a chip.
    Junction(usize),
    /// Case (lid top) of a chip.
    Case(usize),
    /// Base of a heat sink; also the case of its chips where their interface is 0.
    SinkBase(usize),
    /// Base of a cold plate; also the case of its chips where their interface is 0.
    Plate(usize),
    /// Coolant that leaves the plate at a position of a branch.
    Coolant {
        /// Index into [`Scene::branches`].
        branch: usize,
        /// Position along the branch: index into [`crate::scene::Branch::plates`].
        segment: usize,
    },
    /// What a coolant distribution unit supplies to a loop.
    Supply(usize),
}

/// An unknown of the border.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Name of the part, with what it is: `tray.1/gpu.2 junction`.
    pub name: String,
    /// What it stands for.
    pub kind: NodeKind,
}

/// Nodes of a chip. Equal indices where a resistance between them is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChipNodes {
    /// Junction.
    pub junction: usize,
    /// Case.
    pub case: usize,
}

/// Conductance between two nodes, W/K, both ways.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeConductance {
    /// One node.
    pub a: usize,
    /// The other.
    pub b: usize,
    /// W/K.
    pub conductance: f64,
}

/// A node that conducts into a solid cell through one of its faces (a chip into the board under it).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeContact {
    /// The node.
    pub node: usize,
    /// The solid cell.
    pub cell: usize,
    /// Axis of the face; the half cell along it is in series.
    pub axis: Axis,
    /// m².
    pub area: f64,
    /// In series, m²K/W, over `area`.
    pub resistance: f64,
}

/// What a wetted face belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wetted {
    /// A solid cell.
    Cell(usize),
    /// A compact node.
    Node(usize),
    /// A side of a sheet: index into [`Model::sheets`].
    Sheet(usize),
}

/// A face between air and a part: it carries a film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WettedFace {
    /// The air cell.
    pub air_cell: usize,
    /// Side of the air cell.
    pub side: Side,
    /// True wetted area, m².
    pub area: f64,
    /// What the air touches.
    pub touching: Wetted,
    /// Index into [`Model::groups`].
    pub group: usize,
}

/// The wetted faces of one side of a part: films are averaged over it.
#[derive(Clone, Debug, PartialEq)]
pub struct WettedGroup {
    /// Index into [`Model::parts`].
    pub part: usize,
    /// Side of the part (its outward normal): opposite to [`WettedFace::side`].
    pub side: Side,
    /// m², sum over its faces.
    pub area: f64,
    /// Area mean of the free distance normal to the faces up to the next obstacle or the domain's
    /// surface, m.
    pub gap: f64,
    /// Whether that next obstacle is a wall (then `gap` is a duct's height), or, for most of the area, an
    /// opening.
    pub facing_wall: bool,
    /// Extent of the part along x, y, z, m: the length along the flow, once its direction is known.
    pub extent: [f64; 3],
}

/// What lies on one side of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetContact {
    /// Air: index into [`Model::wetted`].
    Air(usize),
    /// A solid cell.
    Solid(usize),
    /// A compact node.
    Node(usize),
    /// The domain's surface with a condition: index into [`Model::patches`].
    Patch(usize),
    /// Nothing that takes heat.
    Insulated,
}

/// One face of one or more sheets. Its temperature is eliminated exactly: with conductances g₁, g₂ from
/// the middle of the sheet to either side and power q, T = (g₁T₁ + g₂T₂ + q)/(g₁ + g₂).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SheetFace {
    /// Index into [`Model::parts`]: the first sheet on this face.
    pub part: usize,
    /// Normal.
    pub axis: Axis,
    /// m².
    pub area: f64,
    /// Thickness over conductivity, m²K/W, of all sheets on this face.
    pub resistance: f64,
    /// W.
    pub power: f64,
    /// Of all sheets on this face, J/K.
    pub heat_capacity: f64,
    /// Held at this temperature, K.
    pub fixed_temperature: Option<f64>,
    /// What lies below and above.
    pub sides: [SheetContact; 2],
    /// In series below and above, m²K/W: contacts, closed air gaps, junction to board.
    pub side_resistance: [f64; 2],
}

/// The air cells that a heat sink spans.
#[derive(Clone, Debug, PartialEq)]
pub struct SinkSpan {
    /// Node of its base.
    pub base: usize,
    /// Axis along the fins.
    pub flow_axis: Axis,
    /// Free cells and their share of the sink; the shares add up to 1.
    pub cells: Vec<(usize, f64)>,
    /// True inlet section over its section on the grid.
    pub section_factor: f64,
}

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
