//! Facts about the discrete problem of small scenes: what the grid moves, power and area stay.

#[path = "common/scenes.rs"]
mod scenes;

use racktherm::grid::{Axis, Side};
use racktherm::model::system::State;
use racktherm::model::{
    CellKind, EnergyInputs, FacePlace, Form, Model, NodeKind, SheetContact, Wetted, energy_system,
};
use racktherm::scene::{
    Contact, Cooler, Fan, FanDrive, FanPower, GridRule, Origin, Porous, Region, Resolution, Scene, Screen,
    Value, WallCondition,
};
use scenes::{
    AUTOMATIC, BOARD, COPPER, PLASTIC, chip, cold_plate, heat_sink, opening, rectangle, scene, solid, source,
    wall,
};

/// What the energy equation takes from elsewhere where no air moves.
fn still(rise: &[f64]) -> EnergyInputs<'_> {
    EnergyInputs::conduction(300.0, rise, &[0.026])
}

/// A 30 mm block whose lower z face lies 2 mm over a 1.5 mm board: the planes merge.
fn block_over_board() -> Scene {
    let mut scene = scene([0.2, 0.3, 0.1], AUTOMATIC);
    scene.solids.push(solid("board", PLASTIC, [0.02, 0.02, 0.020], [0.18, 0.28, 0.0215], 7.0));
    scene.solids.push(solid("block", COPPER, [0.05, 0.05, 0.0235], [0.083, 0.09, 0.0535], 11.0));
    scene.solids.push(solid("near", COPPER, [0.052, 0.15, 0.0535], [0.086, 0.19, 0.09], 3.0));
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
    assert!(model.remarks.iter().any(|r| r.text.contains("`board`")), "{:?}", model.remarks);
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
    scene.solids.push(solid("a", COPPER, [0.0; 3], [0.01, 0.01, 0.01], 0.0));
    scene.solids.push(solid("b", PLASTIC, [0.01, 0.0, 0.0], [0.03, 0.01, 0.01], 0.0));
    scene.contacts.push(Contact { a: 0, b: 1, resistance: 1e-3 });
    for (upper, temperature) in [(false, 350.0), (true, 300.0)] {
        let condition = WallCondition::Temperature(Value::Constant(temperature));
        wall(&mut scene, Side { axis: Axis::X, upper }, condition);
    }
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let rise = vec![0.0; model.grid.cells()];
    let (system, rhs) = energy_system(&model, &still(&rise));
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

/// Chip on a board, whole and thin: on its grid in cells of 10 mm, on the automatic one with moved planes.
fn chip_on_board(grid: GridRule, thickness: f64) -> Scene {
    let mut scene = scene([0.12, 0.16, 0.1], grid);
    scene.solids.push(solid("board", BOARD, [0.02, 0.02, 0.02], [0.1, 0.14, 0.02 + thickness], 0.0));
    let lower = [0.04, 0.06, 0.02 + thickness];
    let mut chip = chip("gpu", lower, [0.08, 0.1, 0.04 + thickness], 100.0, None);
    chip.junction_to_board = Some(2.0);
    scene.chips.push(chip);
    scene
}

fn ten_millimetres(scene: &Scene) -> GridRule {
    GridRule::Cells { cells: scene.size.map(|l| (l / 0.01).round() as usize), stretch: [1.0; 3] }
}

#[test]
fn a_chip_stops_the_air_of_its_box_and_its_power_is_at_the_junction() {
    let mut scene = chip_on_board(AUTOMATIC, 0.01);
    scene.grid = ten_millimetres(&scene);
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let cells = &model.parts[1].cells;
    assert_eq!(cells.len(), 4 * 4 * 2);
    assert!(cells.iter().all(|&c| model.cell_kind[c] == CellKind::Compact));
    assert!(cells.iter().all(|&c| Axis::ALL.iter().all(|&axis| !model.air_passes(axis, c))));
    assert_eq!(model.node_power[model.chip_nodes[0].junction], 100.0);
    assert_eq!(model.total_power(), 100.0);
    // Five sides are wet, the one on the board is not.
    let case = Wetted::Node(model.chip_nodes[0].case);
    let wet: f64 = model.wetted.iter().filter(|w| w.touching == case).map(|w| w.area).sum();
    approx::assert_relative_eq!(wet, 0.04 * 0.04 + 4.0 * 0.04 * 0.02, max_relative = 1e-12);
}

#[test]
fn the_resistance_from_junction_to_board_is_shared_by_the_faces_under_the_chip() {
    let mut resolved = chip_on_board(AUTOMATIC, 0.01);
    resolved.grid = ten_millimetres(&resolved);
    let model = Model::new(&resolved, Resolution::Draft).unwrap();
    let all: f64 = model.node_contacts.iter().map(|c| c.area / c.resistance).sum();
    approx::assert_relative_eq!(all, 0.5, max_relative = 1e-12);
    // A neighbour's planes 2 mm away move those of a thin board: the resistance is still the chip's.
    let mut thin = chip_on_board(AUTOMATIC, 0.0015);
    thin.solids.push(solid("near", COPPER, [0.0, 0.142, 0.05], [0.018, 0.16, 0.09], 0.0));
    let model = Model::new(&thin, Resolution::Draft).unwrap();
    assert_eq!(model.parts[0].form, Form::Sheet(Axis::Z));
    let junction = SheetContact::Node(model.chip_nodes[0].junction);
    let all: f64 =
        model.sheets.iter().filter(|s| s.sides[1] == junction).map(|s| s.area / s.side_resistance[1]).sum();
    approx::assert_relative_eq!(all, 0.5, max_relative = 1e-12);
}

#[test]
fn a_cold_plate_takes_its_room_covers_the_lid_and_releases_its_extra_power() {
    let mut scene = chip_on_board(AUTOMATIC, 0.01);
    scene.grid = ten_millimetres(&scene);
    let region = Region { lower: [0.04, 0.06, 0.05], upper: [0.08, 0.1, 0.06] };
    scene.chips[0].cooler = Some(Cooler::ColdPlate(0));
    scene.cold_plates.push(cold_plate("plate", Some(region), 7.0));
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let plate = model.plate_nodes[0];
    assert_eq!(model.nodes[plate].kind, NodeKind::Plate(0));
    assert_eq!(model.node_power[plate], 7.0);
    assert!(model.parts[2].cells.iter().all(|&c| model.cell_kind[c] == CellKind::Compact));
    let wet = |node: usize| -> f64 {
        model.wetted.iter().filter(|w| w.touching == Wetted::Node(node)).map(|w| w.area).sum()
    };
    approx::assert_relative_eq!(wet(plate), 0.04 * 0.04 + 4.0 * 0.04 * 0.01, max_relative = 1e-12);
    approx::assert_relative_eq!(wet(model.chip_nodes[0].case), 4.0 * 0.04 * 0.02, max_relative = 1e-12);
    let link = model.node_conductances.iter().find(|l| l.b == plate || l.a == plate).unwrap();
    approx::assert_relative_eq!(link.conductance, 1.0 / 0.05, max_relative = 1e-12);
}

#[test]
fn a_heat_sink_spans_the_air_of_its_box_by_volume() {
    let mut scene = chip_on_board(AUTOMATIC, 0.01);
    scene.grid = ten_millimetres(&scene);
    scene.chips[0].cooler = Some(Cooler::HeatSink(0));
    // Its box holds the chip too: those cells are no air.
    scene.heat_sinks.push(heat_sink("sink", [0.04, 0.06, 0.03], [0.08, 0.12, 0.08]));
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let span = &model.sinks[0];
    assert_eq!(span.cells.len(), 4 * 6 * 5 - 4 * 4 * 2);
    assert!(span.cells.iter().all(|&(c, _)| model.is_air(c) && model.loss_per_metre[1][c] == 40.0));
    approx::assert_relative_eq!(span.cells.iter().map(|c| c.1).sum::<f64>(), 1.0, max_relative = 1e-12);
    assert_eq!(model.nodes[span.base].kind, NodeKind::SinkBase(0));
    approx::assert_relative_eq!(span.section_factor, 1.0, max_relative = 1e-12);
}

/// A duct of 100 × 200 × 100 mm in cells of 10 mm with a block in the middle of its section.
fn duct() -> Scene {
    let mut scene = scene([0.1, 0.2, 0.1], AUTOMATIC);
    scene.grid = ten_millimetres(&scene);
    scene.solids.push(solid("block", COPPER, [0.0, 0.08, 0.0], [0.1, 0.12, 0.05], 3.0));
    for upper in [false, true] {
        opening(&mut scene, Side { axis: Axis::Y, upper }, 300.0);
    }
    scene
}

#[test]
fn fans_openings_and_screens_have_the_area_that_nothing_covers() {
    let mut scene = duct();
    let plane = |y: f64| rectangle(Axis::Y, [0.0, y, 0.0], [0.1, y, 0.1]);
    for (y, forward) in [(0.1, true), (0.2, true), (0.0, true)] {
        scene.fans.push(Fan {
            name: format!("fan {y}"),
            rectangle: plane(y),
            forward,
            drive: FanDrive::Flow(0.01),
            power: FanPower::Nominal(6.0),
            failed: None,
            available_pressure: None,
            origin: Origin::default(),
        });
    }
    for y in [0.1, 0.2] {
        scene.screens.push(Screen { name: format!("screen {y}"), rectangle: plane(y), loss: 2.0 });
    }
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let area = |fan: usize| model.fans.iter().filter(|f| f.fan == fan).map(|f| f.area).sum::<f64>();
    // The block closes half of the middle plane.
    approx::assert_relative_eq!(area(0), 0.005, max_relative = 1e-12);
    approx::assert_relative_eq!(area(1), 0.01, max_relative = 1e-12);
    let inside = |f: &&racktherm::model::FanFace| matches!(f.place, FacePlace::Inside { .. });
    assert_eq!(model.fans.iter().filter(inside).count(), 50);
    // What blows out of the domain takes its power along; the others heat the air behind them.
    for (outside, expected) in model.fan_power_outside.iter().zip([0.0, 6.0, 0.0]) {
        approx::assert_relative_eq!(*outside, expected, max_relative = 1e-12);
    }
    approx::assert_relative_eq!(model.total_power(), 3.0 + 12.0, max_relative = 1e-12);
    approx::assert_relative_eq!(
        model.openings.iter().map(|o| o.area).sum::<f64>(),
        0.02,
        max_relative = 1e-12
    );
    assert_eq!(model.screen_loss[1].iter().filter(|&&loss| loss == 2.0).count(), 50);
    let back = |o: &&racktherm::model::OpeningFace| o.side.upper;
    assert!(model.openings.iter().filter(back).all(|o| o.loss == 3.0));
}

#[test]
fn a_porous_box_resists_and_heats_the_air_that_solids_leave() {
    let mut scene = duct();
    scene.porous.push(Porous {
        name: "cables".into(),
        region: Region { lower: [0.0, 0.1, 0.0], upper: [0.1, 0.14, 0.1] },
        loss_per_metre: [1.0, 2.0, 3.0],
        darcy_resistance: [0.0; 3],
        power: 8.0,
        role: String::new(),
        origin: Origin::default(),
    });
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let cells = &model.parts[1].cells;
    assert_eq!(cells.len(), 10 * 4 * 10 - 10 * 2 * 5);
    approx::assert_relative_eq!(
        cells.iter().map(|&c| model.power[c]).sum::<f64>(),
        8.0,
        max_relative = 1e-12
    );
    assert!(cells.iter().all(|&c| [0, 1, 2].map(|a| model.loss_per_metre[a][c]) == [1.0, 2.0, 3.0]));
    approx::assert_relative_eq!(model.total_power(), 11.0, max_relative = 1e-12);
}

#[test]
fn a_solid_that_replaces_another_takes_its_cells_and_leaves_its_power() {
    let mut scene = duct();
    let mut insert = solid("insert", PLASTIC, [0.02, 0.08, 0.0], [0.06, 0.12, 0.05], 2.0);
    insert.replaces = true;
    scene.solids.push(insert);
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let power = |part: usize| model.parts[part].cells.iter().map(|&c| model.power[c]).sum::<f64>();
    assert_eq!(model.parts[1].cells.len(), 4 * 4 * 5);
    assert_eq!(model.parts[0].cells.len(), 10 * 4 * 5 - 4 * 4 * 5);
    approx::assert_relative_eq!(power(0), 3.0, max_relative = 1e-12);
    approx::assert_relative_eq!(power(1), 2.0, max_relative = 1e-12);
}

#[test]
fn a_source_heats_the_solid_in_its_box_alone() {
    let mut scene = duct();
    scene.sources.push(source([0.0, 0.08, 0.03], [0.05, 0.1, 0.08], Value::Constant(9.0)));
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    approx::assert_relative_eq!(model.total_power(), 12.0, max_relative = 1e-12);
    let heated = |&c: &usize| model.power[c] > 3.0 / 200.0 * (1.0 + 1e-9);
    assert_eq!((0..model.grid.cells()).filter(heated).count(), 5 * 2 * 2);
    assert!((0..model.grid.cells()).all(|c| model.power[c] == 0.0 || !model.is_air(c)));
}

#[test]
fn every_resolution_has_its_cells_across_parts_and_gaps_and_its_growth() {
    let rules = [(Resolution::Draft, 2, 1.5), (Resolution::Standard, 4, 1.3), (Resolution::Fine, 8, 1.2)];
    let mut scene = scene([0.2, 0.3, 0.1], AUTOMATIC);
    scene.solids.push(solid("a", COPPER, [0.03, 0.05, 0.0], [0.08, 0.12, 0.03], 1.0));
    scene.solids.push(solid("b", COPPER, [0.10, 0.05, 0.0], [0.17, 0.12, 0.06], 1.0));
    for (resolution, across, growth) in rules {
        let model = Model::new(&scene, resolution).unwrap();
        for part in &model.parts {
            assert!(part.range.iter().all(|[from, to]| to - from >= across), "{resolution:?} {part:?}");
        }
        // The gap of 20 mm between them.
        let gap = model.parts[1].range[0][0] - model.parts[0].range[0][1];
        assert!(gap >= across, "{resolution:?}: {gap} cells in the gap");
        for axis in Axis::ALL {
            for i in 1..model.grid.size()[axis as usize] {
                let ratio = model.grid.width(axis, i) / model.grid.width(axis, i - 1);
                assert!(
                    ratio.max(1.0 / ratio) <= growth * (1.0 + 1e-6),
                    "{resolution:?} {axis:?} {i}: {ratio}"
                );
            }
        }
    }
}
