//! Facts about the discrete problem of small scenes: what the grid moves, power and area stay.

use racktherm::grid::{Axis, Side};
use racktherm::model::system::State;
use racktherm::model::{EnergyInputs, Form, Model, SheetContact, energy_system};
use racktherm::scene::{
    Contact, Fill, GridRule, Material, MaterialId, Origin, Rectangle, Region, Resolution, Scene, Site, Solid,
    Value, Wall, WallCondition,
};

fn material(name: &str, k: f64) -> Material {
    Material {
        name: name.into(),
        conductivity: [k; 3],
        temperature_coefficient: 0.0,
        reference_temperature: 300.0,
        density: 1000.0,
        specific_heat: 1000.0,
        origin: Origin::default(),
    }
}

fn scene(size: [f64; 3], grid: GridRule) -> Scene {
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
        },
        materials: vec![material("copper", 400.0), material("plastic", 0.2)],
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
        loops: vec![],
        branches: vec![],
        rear_door: None,
        monitors: vec![],
        remarks: vec![],
    }
}

fn solid(name: &str, material: usize, lower: [f64; 3], upper: [f64; 3], power: f64) -> Solid {
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

const AUTOMATIC: GridRule = GridRule::Automatic { smallest_spacing: None, largest_spacing: None };

/// A 30 mm block whose lower z face lies 2 mm over a 1.5 mm board: the planes merge.
fn block_over_board() -> Scene {
    let mut scene = scene([0.2, 0.3, 0.1], AUTOMATIC);
    scene.solids.push(solid("board", 1, [0.02, 0.02, 0.020], [0.18, 0.28, 0.0215], 7.0));
    scene.solids.push(solid("block", 0, [0.05, 0.05, 0.0235], [0.083, 0.09, 0.0535], 11.0));
    scene.solids.push(solid("near", 0, [0.052, 0.15, 0.0535], [0.086, 0.19, 0.09], 3.0));
    scene
}

#[test]
fn merged_planes_and_sheets_keep_power_volume_and_wetted_area() {
    let scene = block_over_board();
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    approx::assert_relative_eq!(model.total_power(), 21.0, max_relative = 1e-12);
    for (part, solid) in model.parts.iter().zip(&scene.solids).filter(|(p, _)| p.form == Form::Cells) {
        let on_grid: f64 = part.cells.iter().map(|&c| model.grid.volume(model.grid.position(c))).sum();
        approx::assert_relative_eq!(
            on_grid * part.volume_factor,
            solid.region.volume(),
            max_relative = 1e-12
        );
    }
    // The top of `block` is free, so its wetted area is the true one although its faces moved.
    let top =
        model.groups.iter().find(|g| g.part == 1 && g.side == Side { axis: Axis::Z, upper: true }).unwrap();
    approx::assert_relative_eq!(top.area, 0.033 * 0.040, max_relative = 1e-12);
    assert!(model.remarks.iter().any(|r| r.contains("`board`")), "{:?}", model.remarks);
}

#[test]
fn the_board_is_a_sheet_between_the_air_below_and_what_stands_on_it() {
    let model = Model::new(&block_over_board(), Resolution::Draft).unwrap();
    assert_eq!(model.parts[0].form, Form::Sheet(Axis::Z));
    let power: f64 = model.sheets.iter().map(|s| s.power).sum();
    approx::assert_relative_eq!(power, 7.0, max_relative = 1e-12);
    assert!(model.sheets.iter().any(|s| matches!(s.sides, [SheetContact::Air(_), SheetContact::Solid(_)])));
}

#[test]
fn neighbouring_draft_cells_grow_by_at_most_half() {
    let model = Model::new(&block_over_board(), Resolution::Draft).unwrap();
    for axis in Axis::ALL {
        let n = model.grid.size()[axis as usize];
        for i in 1..n {
            let ratio = model.grid.width(axis, i) / model.grid.width(axis, i - 1);
            assert!(ratio.max(1.0 / ratio) <= 1.5 * (1.0 + 1e-6), "{axis:?} cell {i}: {ratio}");
        }
    }
}

#[test]
fn a_slab_of_two_layers_with_a_contact_has_the_sum_of_its_resistances() {
    let mut scene = scene([0.03, 0.01, 0.01], GridRule::Cells { cells: [6, 2, 2], stretch: [1.0; 3] });
    scene.solids.push(solid("a", 0, [0.0; 3], [0.01, 0.01, 0.01], 0.0));
    scene.solids.push(solid("b", 1, [0.01, 0.0, 0.0], [0.03, 0.01, 0.01], 0.0));
    scene.contacts.push(Contact { a: 0, b: 1, resistance: 1e-3 });
    for (upper, at, t) in [(false, 0.0, 350.0), (true, 0.03, 300.0)] {
        scene.walls.push(Wall {
            name: format!("wall {at}"),
            side: Side { axis: Axis::X, upper },
            rectangle: Rectangle { axis: Axis::X, at, lower: [at, 0.0, 0.0], upper: [at, 0.01, 0.01] },
            condition: WallCondition::Temperature(Value::Constant(t)),
        });
    }
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let rise = vec![0.0; model.grid.cells()];
    let inputs = EnergyInputs {
        reference_temperature: 300.0,
        rise: &rise,
        air_conductivity: 0.026,
        film: None,
        capacity_flow: None,
        opening_capacity_flow: &[],
        opening_temperature: &[],
        sink_conductance: &[],
        node_links: &[],
        node_sink: &[],
        node_source: &[],
    };
    let (system, rhs) = energy_system(&model, &inputs);
    // q = ΔT / ΣR, and the exact piecewise linear temperature has no residual.
    let flux = 50.0 / (0.01 / 400.0 + 1e-3 + 0.02 / 0.2);
    let exact = |x: f64| match x < 0.01 {
        true => 50.0 - flux * x / 400.0,
        false => 50.0 - flux * (0.01 / 400.0 + 1e-3 + (x - 0.01) / 0.2),
    };
    let centre = |c: usize| model.grid.cell_centre(model.grid.position(c))[0];
    let x = State { cells: (0..model.grid.cells()).map(|c| exact(centre(c))).collect(), nodes: vec![] };
    let (residual, magnitude) = system.residual(&x, &rhs);
    for (r, m) in residual.cells.iter().zip(&magnitude.cells) {
        assert!(r.abs() <= 1e-12 * m, "residual {r} W against {m} W");
    }
}
