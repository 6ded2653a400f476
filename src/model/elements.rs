//! What a model is made of: cells' kinds, parts, faces on the surface and inside, compact nodes, sheets.

use crate::grid::{Axis, Side};

/// What fills a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Air or another fluid ([`super::Model::fluids`]), also inside heat sinks and porous boxes.
    Air,
    /// Solid; index into the scene's materials.
    Solid(usize),
    /// Inside of a chip or cold plate: neither air nor conduction; the part's temperatures are its nodes'.
    Compact,
}

/// Which item of the scene a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// Index into [`crate::scene::Scene::solids`].
    Solid(usize),
    /// Index into [`crate::scene::Scene::chips`].
    Chip(usize),
    /// Index into [`crate::scene::Scene::heat_sinks`].
    HeatSink(usize),
    /// Index into [`crate::scene::Scene::cold_plates`].
    ColdPlate(usize),
    /// Index into [`crate::scene::Scene::porous`].
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

/// Marks a cell that belongs to no solid or compact part in [`super::Model::part_of_cell`].
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

/// A face of the domain's surface with a thermal condition (from [`crate::scene::Scene::walls`]).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patch {
    /// Index into [`crate::scene::Scene::walls`].
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
    /// Index into [`crate::scene::Scene::openings`].
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
    /// On the domain's surface: index into [`super::Model::openings`].
    Opening(usize),
}

/// A face of a fan's plane that air can pass.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanFace {
    /// Index into [`crate::scene::Scene::fans`].
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
        /// Index into [`crate::scene::Scene::branches`].
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
    /// A side of a sheet: index into [`super::Model::sheets`].
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
    /// Index into [`super::Model::groups`].
    pub group: usize,
}

/// The wetted faces of one side of a part: films are averaged over it.
#[derive(Clone, Debug, PartialEq)]
pub struct WettedGroup {
    /// Index into [`super::Model::parts`].
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
    /// Air: index into [`super::Model::wetted`].
    Air(usize),
    /// A solid cell.
    Solid(usize),
    /// A compact node.
    Node(usize),
    /// The domain's surface with a condition: index into [`super::Model::patches`].
    Patch(usize),
    /// Nothing that takes heat.
    Insulated,
}

/// One face of one or more sheets. Its temperature is eliminated exactly: with conductances g₁, g₂ from
/// the middle of the sheet to either side and power q, T = (g₁T₁ + g₂T₂ + q)/(g₁ + g₂).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SheetFace {
    /// Index into [`super::Model::parts`]: the first sheet on this face.
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
