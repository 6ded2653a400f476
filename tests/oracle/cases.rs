//! Small scenes that together hold every kind of term of the energy equation.

use super::random::Random;
use super::scenes::{
    AUTOMATIC, BOARD, COPPER, PLASTIC, chip, cold_plate, heat_sink, opening, rectangle, scene, solid, source,
    wall,
};
use racktherm::grid::{Axis, Side};
use racktherm::model::system::NodeLink;
use racktherm::model::{EnergyInputs, Model, Node, NodeKind};
use racktherm::scene::{
    Branch, Contact, Cooler, Fill, Formula, GridRule, MaterialId, Region, Resolution, Scene, Value, Wall,
    WallCondition,
};

/// A scene with all that the energy equation takes from elsewhere.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) model: Model,
    rise: Vec<f64>,
    film: Option<Vec<f64>>,
    flow: Option<[Vec<f64>; 3]>,
    opening_flow: Vec<f64>,
    opening_temperature: Vec<f64>,
    sink_conductance: Vec<f64>,
    node_links: Vec<NodeLink>,
    node_sink: Vec<f64>,
    node_source: Vec<f64>,
}

const fn side(axis: Axis, upper: bool) -> Side {
    Side { axis, upper }
}

fn held(temperature: f64) -> WallCondition {
    WallCondition::Temperature(Value::Constant(temperature))
}

const FILM: WallCondition = WallCondition::Film { coefficient: 25.0, ambient: 290.0 };
const FLUX: WallCondition = WallCondition::Flux(300.0);

impl Case {
    /// All of them.
    pub(crate) fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for stretch in [1.0, 3.0] {
            for cells in [[7, 5, 4], [13, 1, 1], [1, 17, 4], [4, 1, 11]] {
                cases.push(Self::new("solid", &solids(cells, stretch), Resolution::Draft, false, false));
            }
            for cells in [[9, 8, 7], [9, 1, 7], [13, 12, 9]] {
                let scene = blocks(cells, stretch);
                cases.push(Self::new("still air", &scene, Resolution::Draft, false, false));
                cases.push(Self::new("films", &scene, Resolution::Draft, true, false));
                cases.push(Self::new("flow", &scene, Resolution::Draft, true, true));
            }
            for cells in [[13, 12, 9], [13, 1, 9]] {
                let scene = repeated(cells, stretch);
                cases.push(Self::new("periodic at rest", &scene, Resolution::Draft, true, false));
                cases.push(Self::new("periodic flow", &scene, Resolution::Draft, true, true));
            }
            let scene = compact([11, 13, 11], stretch);
            cases.push(Self::new("compact", &scene, Resolution::Draft, true, false));
            cases.push(Self::new("compact in flow", &scene, Resolution::Draft, true, true));
        }
        for resolution in [Resolution::Draft, Resolution::Standard] {
            for (film, flow) in [(false, false), (true, false), (true, true)] {
                cases.push(Self::new("sheets", &sheets(), resolution, film, flow));
            }
        }
        cases
    }

    fn new(name: &str, scene: &Scene, resolution: Resolution, film: bool, flow: bool) -> Self {
        let model = Model::new(scene, resolution).expect("a scene of the tests");
        let mut random = Random::new(7);
        let cells = model.grid.cells();
        let rise = (0..cells).map(|_| 60.0 * random.unit() - 20.0).collect();
        let film = film.then(|| model.wetted.iter().map(|_| random.positive()).collect());
        let (flow, opening_flow) = match flow {
            true => {
                let (flow, openings) = balanced_flow(&model, &mut random);
                (Some(flow), openings)
            }
            false => (None, vec![]),
        };
        let (node_links, node_sink, node_source) = coolant(scene, &model);
        Self {
            name: format!("{name} {:?}", model.grid.size()),
            rise,
            film,
            flow,
            opening_flow,
            opening_temperature: scene.openings.iter().map(|o| o.temperature).collect(),
            sink_conductance: model.sinks.iter().map(|_| 2.0 + random.unit()).collect(),
            node_links,
            node_sink,
            node_source,
            model,
        }
    }

    pub(crate) fn inputs(&self) -> EnergyInputs<'_> {
        EnergyInputs {
            reference_temperature: 295.0,
            rise: &self.rise,
            fluid_conductivity: &[0.026],
            film: self.film.as_deref(),
            patch_film: None,
            capacity_flow: self.flow.as_ref(),
            opening_capacity_flow: &self.opening_flow,
            opening_temperature: &self.opening_temperature,
            sink_conductance: &self.sink_conductance,
            node_links: &self.node_links,
            node_sink: &self.node_sink,
            node_source: &self.node_source,
            sheet_storage: &[],
        }
    }
}

/// A box of the domain between shares of its length; along an axis of few cells all of it.
fn share(scene: &Scene, cells: [usize; 3], from: [f64; 3], to: [f64; 3]) -> ([f64; 3], [f64; 3]) {
    let at = |a: usize, share: f64, all: f64| if cells[a] < 4 { all } else { share } * scene.size[a];
    ([0, 1, 2].map(|a| at(a, from[a], 0.0)), [0, 1, 2].map(|a| at(a, to[a], 1.0)))
}

/// No air: an orthotropic board with k(T), a source of watts and one of a formula, and all kinds of walls.
fn solids(cells: [usize; 3], stretch: f64) -> Scene {
    let mut scene = scene([0.1, 0.15, 0.02], GridRule::Cells { cells, stretch: [stretch; 3] });
    scene.fill = Fill::Solid(MaterialId(BOARD));
    let formula = Formula::parse("1e5 * (1 + sin(30*x) * cos(20*y))").expect("a formula");
    let (lower, upper) = share(&scene, cells, [0.3; 3], [0.7; 3]);
    scene.sources.push(source(lower, upper, Value::Constant(4.0)));
    scene.sources.push(source([0.0; 3], scene.size, Value::Formula(formula)));
    let formula = Formula::parse("300 + 100*y + 50*z").expect("a formula");
    wall(&mut scene, side(Axis::X, false), WallCondition::Temperature(Value::Formula(formula)));
    wall(&mut scene, side(Axis::X, true), FILM);
    wall(&mut scene, side(Axis::Y, false), FLUX);
    wall(&mut scene, side(Axis::Z, true), held(310.0));
    wall(&mut scene, side(Axis::Z, true), FILM);
    scene
}

/// A copper block on a board with a contact, a plastic insert, and a block of fixed temperature, in air.
fn blocks(cells: [usize; 3], stretch: f64) -> Scene {
    let mut scene = scene([0.2, 0.3, 0.1], GridRule::Cells { cells, stretch: [stretch, 1.0, stretch] });
    let boxes = [
        ("board", BOARD, [0.1, 0.2, 0.0], [0.9, 0.8, 0.2], 3.0),
        ("block", COPPER, [0.3, 0.35, 0.2], [0.6, 0.65, 0.5], 11.0),
        ("insert", PLASTIC, [0.3, 0.35, 0.2], [0.6, 0.65, 0.35], 0.5),
    ];
    for (name, material, from, to, power) in boxes {
        let (lower, upper) = share(&scene, cells, from, to);
        scene.solids.push(solid(name, material, lower, upper, power));
    }
    scene.solids[2].replaces = true;
    let (lower, upper) = share(&scene, cells, [0.75, 0.35, 0.7], [0.9, 0.65, 0.85]);
    let mut hot = solid("hot", COPPER, lower, upper, 0.0);
    hot.fixed_temperature = Some(340.0);
    scene.solids.push(hot);
    scene.contacts.push(Contact { a: 0, b: 2, resistance: 2e-3 });
    scene.contacts.push(Contact { a: 2, b: 1, resistance: 1e-3 });
    let (lower, upper) = share(&scene, cells, [0.3, 0.35, 0.35], [0.6, 0.65, 0.5]);
    scene.sources.push(source(lower, upper, Value::Constant(5.0)));
    opening(&mut scene, side(Axis::Y, false), 293.0);
    opening(&mut scene, side(Axis::Y, true), 305.0);
    wall(&mut scene, side(Axis::Z, false), FILM);
    wall(&mut scene, side(Axis::X, true), held(300.0));
    wall(&mut scene, side(Axis::Z, true), FLUX);
    scene
}

/// The blocks where the domain repeats along x, with parts at its seam: two that touch there with a resistance, two of
/// one material, and one held at a temperature beside air.
fn repeated(cells: [usize; 3], stretch: f64) -> Scene {
    let mut scene = blocks(cells, stretch);
    scene.air.periodic = [true, false, false];
    scene.walls.retain(|wall| wall.side.axis != Axis::X);
    let ends = [
        ("first", COPPER, [0.0, 0.35, 0.2], [0.1, 0.65, 0.5], 2.0),
        ("last", PLASTIC, [0.9, 0.35, 0.2], [1.0, 0.65, 0.5], 0.3),
        ("lower", BOARD, [0.0, 0.2, 0.0], [0.1, 0.8, 0.2], 1.0),
        ("upper", BOARD, [0.9, 0.2, 0.0], [1.0, 0.8, 0.2], 1.0),
        ("cold", COPPER, [0.9, 0.2, 0.7], [1.0, 0.35, 0.85], 0.0),
    ];
    let number = scene.solids.len();
    for (name, material, from, to, power) in ends {
        let (lower, upper) = share(&scene, cells, from, to);
        scene.solids.push(solid(name, material, lower, upper, power));
    }
    scene.solids[number + 4].fixed_temperature = Some(280.0);
    scene.contacts.push(Contact { a: number, b: number + 1, resistance: 1.5e-3 });
    scene
}

/// Chips in cells of their own: on a board, under a heat sink, in a chain of two cold plates of which one
/// takes room, and one whose interfaces are nothing.
fn compact(cells: [usize; 3], stretch: f64) -> Scene {
    let mut scene = scene([0.3, 0.4, 0.2], GridRule::Cells { cells, stretch: [stretch, stretch, 1.0] });
    scene.solids.push(solid("board", BOARD, [0.03, 0.05, 0.02], [0.27, 0.35, 0.05], 2.0));
    let (low, high) = ([0.05, 0.08, 0.05], [0.12, 0.16, 0.08]);
    let mut board = chip("cpu", low, high, 60.0, Some(Cooler::HeatSink(0)));
    board.junction_to_board = Some(2.0);
    scene.chips.push(board);
    scene.heat_sinks.push(heat_sink("sink", [0.05, 0.08, 0.08], [0.12, 0.30, 0.14]));
    let (low, high) = ([0.16, 0.08, 0.05], [0.24, 0.16, 0.08]);
    scene.chips.push(chip("gpu.1", low, high, 700.0, Some(Cooler::ColdPlate(0))));
    let (low, high) = ([0.16, 0.22, 0.05], [0.24, 0.30, 0.08]);
    let mut bare = chip("gpu.2", low, high, 800.0, Some(Cooler::ColdPlate(1)));
    (bare.junction_to_case, bare.interface) = (0.0, 0.0);
    scene.chips.push(bare);
    scene.chips.push(chip("hot", [0.05, 0.22, 0.05], [0.12, 0.30, 0.08], 5.0, None));
    let region = Region { lower: [0.16, 0.08, 0.08], upper: [0.24, 0.16, 0.11] };
    scene.cold_plates.push(cold_plate("plate.1", Some(region), 20.0));
    scene.cold_plates.push(cold_plate("plate.2", None, 0.0));
    scene.branches.push(Branch::of_plates("branch", 0, [0, 1]));
    opening(&mut scene, side(Axis::Y, false), 298.0);
    opening(&mut scene, side(Axis::Y, true), 298.0);
    wall(&mut scene, side(Axis::X, false), FILM);
    scene
}

/// Thin boards: powered between air and a block with a contact, unpowered upright, of fixed temperature, on
/// walls of each kind, under a thin and a thick chip, and a block over a gap that merging closes.
fn sheets() -> Scene {
    let mut scene = scene([0.12, 0.16, 0.08], AUTOMATIC);
    scene.solids.push(solid("board", PLASTIC, [0.02, 0.02, 0.020], [0.10, 0.14, 0.0215], 7.0));
    scene.solids.push(solid("block", COPPER, [0.03, 0.03, 0.0225], [0.062, 0.06, 0.045], 11.0));
    scene.solids.push(solid("upright", PLASTIC, [0.08, 0.03, 0.04], [0.081, 0.07, 0.07], 0.0));
    let mut hot = solid("hot", COPPER, [0.03, 0.08, 0.06], [0.06, 0.12, 0.061], 0.0);
    hot.fixed_temperature = Some(330.0);
    scene.solids.push(hot);
    scene.solids.push(solid("floor", PLASTIC, [0.02, 0.02, 0.0], [0.10, 0.14, 0.002], 1.5));
    scene.solids.push(solid("skin", PLASTIC, [0.118, 0.02, 0.02], [0.12, 0.14, 0.06], 1.0));
    scene.solids.push(solid("lid", PLASTIC, [0.02, 0.02, 0.079], [0.10, 0.14, 0.08], 0.5));
    scene.contacts.push(Contact { a: 0, b: 1, resistance: 5e-4 });
    let mut thick = chip("thick", [0.07, 0.03, 0.0215], [0.095, 0.055, 0.03], 9.0, None);
    thick.junction_to_board = Some(3.0);
    scene.chips.push(thick);
    let mut thin = chip("thin", [0.03, 0.08, 0.0215], [0.06, 0.12, 0.0225], 4.0, None);
    thin.junction_to_board = Some(5.0);
    scene.chips.push(thin);
    opening(&mut scene, side(Axis::Y, false), 296.0);
    opening(&mut scene, side(Axis::Y, true), 296.0);
    wall(&mut scene, side(Axis::Z, false), FILM);
    wall(&mut scene, side(Axis::X, true), FLUX);
    wall(&mut scene, side(Axis::Z, true), held(305.0));
    let part = rectangle(Axis::Z, [0.0, 0.0, 0.08], [0.05, 0.16, 0.08]);
    let upper = side(Axis::Z, true);
    let condition = Some(FILM);
    scene.walls.push(Wall { name: "hood".into(), side: upper, rectangle: part, condition, motion: None });
    scene
}

/// Links of a chain of plates with a flow of 60 W/K and 25 W/K from each plate to the coolant that enters.
fn coolant(scene: &Scene, model: &Model) -> (Vec<NodeLink>, Vec<f64>, Vec<f64>) {
    let (flow, taken, supply) = (60.0, 25.0, 10.0);
    let count = model.nodes.len();
    let (mut links, mut sink, mut source) = (vec![], vec![0.0; count], vec![0.0; count]);
    for (to, Node { kind, .. }) in model.nodes.iter().enumerate() {
        let NodeKind::Coolant { branch, segment } = *kind else { continue };
        let plate = model.plate_nodes[scene.branches[branch].plates().nth(segment).expect("a plate")];
        links.push(NodeLink { to, from: plate, conductance: taken });
        for (to, conductance) in [(to, flow - taken), (plate, taken)] {
            if segment == 0 {
                sink[to] += conductance;
                source[to] += conductance * supply;
            } else {
                let from = model.coolant_nodes[branch][segment - 1];
                links.push(NodeLink { to, from, conductance });
            }
        }
    }
    (links, sink, source)
}

/// Capacity flows of a random stream function, and straight through every free column from front to back:
/// they balance in every cell.
fn balanced_flow(model: &Model, random: &mut Random) -> ([Vec<f64>; 3], Vec<f64>) {
    let cells = model.grid.cells();
    let mut flow = [0, 1, 2].map(|_| vec![0.0; cells]);
    for axis in Axis::ALL {
        let [b, c] = axis.others();
        for cell in 0..cells {
            let above = |axis| model.neighbour(cell, side(axis, true));
            let (Some(above_b), Some(above_c)) = (above(b), above(c)) else { continue };
            let around = [(b, cell, 1.0), (c, above_b, 1.0), (b, above_c, -1.0), (c, cell, -1.0)];
            if around.iter().all(|&(axis, cell, _)| model.air_passes(axis, cell)) {
                let strength = random.unit() - 0.5;
                for (axis, cell, sign) in around {
                    flow[axis as usize][cell] += sign * strength;
                }
            }
        }
    }
    let mut through = vec![0.0; model.openings.len()];
    let back =
        |cell: usize| model.openings.iter().position(|o| o.cell == cell && o.side == side(Axis::Y, true));
    for (index, face) in model.openings.iter().enumerate() {
        let mut cell = face.cell;
        let mut column = vec![];
        if face.side != side(Axis::Y, false) {
            continue;
        }
        while model.air_passes(Axis::Y, cell) {
            column.push(cell);
            cell += model.grid.stride(Axis::Y);
        }
        if let Some(out) = back(cell) {
            // One column in three blows from back to front.
            let capacity = (random.unit() + 0.1) * if random.index(3) == 0 { -1.0 } else { 1.0 };
            column.iter().for_each(|&cell| flow[1][cell] += capacity);
            through[index] = capacity;
            through[out] = -capacity;
        }
    }
    (flow, through)
}
