//! Pieces of small scenes, built in Rust.

use racktherm::grid::{Axis, Side};
use racktherm::scene::{
    AirModel, Chip, ColdPlate, ColdPlateModel, Cooler, Fill, GridRule, HeatCapacity, HeatSink, HeatSinkModel,
    Material, MaterialId, Opening, OpeningCondition, Origin, Rectangle, Region, Scene, Site, Solid, Source,
    Value, Wall, WallCondition,
};

/// Index of copper among the materials of [`scene`].
pub(crate) const COPPER: usize = 0;
/// Index of a plastic of 0.2 W/(m K).
pub(crate) const PLASTIC: usize = 1;
/// Index of an orthotropic board whose conductivity rises with temperature.
pub(crate) const BOARD: usize = 2;

fn material(name: &str, conductivity: [f64; 3], temperature_coefficient: f64) -> Material {
    Material {
        name: name.into(),
        conductivity,
        temperature_coefficient,
        reference_temperature: 300.0,
        density: 1000.0,
        specific_heat: 1000.0,
        origin: Origin::default(),
    }
}

/// A domain of air with nothing in it.
pub(crate) fn scene(size: [f64; 3], grid: GridRule) -> Scene {
    Scene {
        name: "test".into(),
        title: String::new(),
        size,
        fill: Fill::Air,
        grid,
        site: Site {
            air_temperature: 298.15,
            pressure: 101_325.0,
            available_flow: None,
            containment_pressure: 0.0,
            dew_point: None,
            air_class: None,
        },
        air: AirModel::default(),
        fluids: vec![],
        fluid_regions: vec![],
        materials: vec![
            material("copper", [400.0; 3], 0.0),
            material("plastic", [0.2; 3], 0.0),
            material("board", [30.0, 12.0, 0.3], 2e-3),
        ],
        solids: vec![],
        sources: vec![],
        contacts: vec![],
        walls: vec![],
        openings: vec![],
        fans: vec![],
        screens: vec![],
        porous: vec![],
        chips: vec![],
        heat_sinks: vec![],
        cold_plates: vec![],
        hydraulics: vec![],
        loops: vec![],
        branches: vec![],
        cdus: vec![],
        rear_door: None,
        plant: None,
        transient: None,
        remainders: vec![],
        monitors: vec![],
        remarks: vec![],
    }
}

/// A grid from its resolution.
pub(crate) const AUTOMATIC: GridRule =
    GridRule::Automatic { smallest_spacing: None, largest_spacing: None, one_cell: [false; 3] };

/// A box of a material.
pub(crate) fn solid(name: &str, material: usize, lower: [f64; 3], upper: [f64; 3], power: f64) -> Solid {
    Solid {
        name: name.into(),
        region: Region { lower, upper },
        material: MaterialId(material),
        power,
        fixed_temperature: None,
        limit: None,
        role: String::new(),
        replaces: false,
        origin: Origin::default(),
    }
}

/// Heat in the solids of a box.
pub(crate) fn source(lower: [f64; 3], upper: [f64; 3], power: Value) -> Source {
    Source { name: "source".into(), region: Region { lower, upper }, power }
}

/// A rectangle between two corners that share a coordinate.
pub(crate) fn rectangle(axis: Axis, lower: [f64; 3], upper: [f64; 3]) -> Rectangle {
    Rectangle { axis, at: lower[axis as usize], lower, upper }
}

fn whole_side(scene: &Scene, side: Side) -> Rectangle {
    let (mut lower, mut upper) = ([0.0; 3], scene.size);
    let a = side.axis as usize;
    (lower[a], upper[a]) = if side.upper { (upper[a], upper[a]) } else { (0.0, 0.0) };
    rectangle(side.axis, lower, upper)
}

/// A condition on a whole side of the domain.
pub(crate) fn wall(scene: &mut Scene, side: Side, condition: WallCondition) {
    let rectangle = whole_side(scene, side);
    let name = format!("wall {}", side.name());
    scene.walls.push(Wall { name, side, rectangle, condition: Some(condition), motion: None });
}

/// An opening over a whole side of the domain.
pub(crate) fn opening(scene: &mut Scene, side: Side, temperature: f64) {
    let rectangle = whole_side(scene, side);
    let name = format!("opening {}", side.name());
    let condition = OpeningCondition::Pressure(0.0);
    scene.openings.push(Opening { name, side, rectangle, condition, temperature, loss: 1.0 });
}

/// A chip of 0.1 K/W to its case and 0.05 K/W on to its cooler.
pub(crate) fn chip(name: &str, lower: [f64; 3], upper: [f64; 3], power: f64, cooler: Option<Cooler>) -> Chip {
    Chip {
        name: name.into(),
        role: "gpu".into(),
        region: Region { lower, upper },
        power,
        junction_to_case: 0.1,
        junction_to_board: None,
        cooler,
        interface: 0.05,
        heat_capacity: HeatCapacity::default(),
        limit: None,
        origin: Origin::default(),
    }
}

/// A heat sink of 0.2 K/W with fins along y.
pub(crate) fn heat_sink(name: &str, lower: [f64; 3], upper: [f64; 3]) -> HeatSink {
    HeatSink {
        name: name.into(),
        region: Region { lower, upper },
        flow_axis: Axis::Y,
        model: HeatSinkModel::Resistance(vec![(0.001, 0.2), (1.0, 0.2)]),
        loss_per_metre: Some(40.0),
        heat_capacity: None,
        origin: Origin::default(),
    }
}

/// A cold plate of 0.02 K/W.
pub(crate) fn cold_plate(name: &str, region: Option<Region>, extra_power: f64) -> ColdPlate {
    let model = ColdPlateModel::table(vec![(1e-6, 0.02), (1e-2, 0.02)]).expect("a curve of two points");
    ColdPlate {
        name: name.into(),
        region,
        model,
        extra_power,
        heat_capacity: None,
        blocked: 0.0,
        origin: Origin::default(),
    }
}
