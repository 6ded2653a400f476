//! Coupled solutions of small scenes whose answer is known on paper.

use racktherm::couple::airstate::solve_air_state;
use racktherm::couple::balance::heat_flows;
use racktherm::couple::energy::solve_energy;
use racktherm::couple::sinks::{LARGEST_BYPASS_RATIO, bypass_band, bypass_ratio};
use racktherm::couple::{self, BackendChoice, CoupleError, Options, Silent, device};
use racktherm::grid::{Axis, Side};
use racktherm::material::Status;
use racktherm::model::Model;
use racktherm::model::air::OPEN_LOSS_PER_METRE;
use racktherm::result::{FanBranch, Solution, Summary};
use racktherm::scene::{
    AirField, AirModel, Branch, Chip, ColdPlate, ColdPlateModel, Convection, Coolant, Cooler, Fan, FanCurve,
    FanDrive, FanPower, Fill, FlowProfile, GridRule, HeatCapacity, HeatSink, HeatSinkModel, Limit, Loop,
    Material, MaterialId, Monitor, Opening, OpeningCondition, Origin, Place, Porous, Quantity, RearDoor,
    Receiver, Rectangle, Region, Remainder, Resolution, Scene, Screen, Site, Solid, Turbulence, Wall,
    WallMotion,
};

const CFM: f64 = 4.719_474_432e-4;
const LITRE_PER_MINUTE: f64 = 1.0 / 60e3;
const FRONT: Side = Side { axis: Axis::Y, upper: false };
const BACK: Side = Side { axis: Axis::Y, upper: true };

fn origin() -> Origin {
    Origin { source: "test".into(), status: Status::Standard }
}

fn site(celsius: f64) -> Site {
    Site {
        air_temperature: 273.15 + celsius,
        pressure: 101_325.0,
        available_flow: None,
        containment_pressure: 0.0,
        dew_point: None,
        air_class: None,
    }
}

fn cells(cells: [usize; 3]) -> GridRule {
    GridRule::Cells { cells, stretch: [1.0; 3] }
}

/// A box of air without anything in it.
fn empty(size: [f64; 3], grid: GridRule) -> Scene {
    Scene {
        name: "test".into(),
        title: "a scene of the tests".into(),
        size,
        fill: Fill::Air,
        grid,
        site: site(25.0),
        air: AirModel::default(),
        fluids: Vec::new(),
        fluid_regions: Vec::new(),
        materials: vec![Material {
            name: "copper".into(),
            conductivity: [400.0; 3],
            temperature_coefficient: 0.0,
            reference_temperature: 300.0,
            density: 8900.0,
            specific_heat: 385.0,
            origin: origin(),
        }],
        solids: Vec::new(),
        sources: Vec::new(),
        contacts: Vec::new(),
        walls: Vec::new(),
        openings: Vec::new(),
        fans: Vec::new(),
        screens: Vec::new(),
        porous: Vec::new(),
        chips: Vec::new(),
        heat_sinks: Vec::new(),
        cold_plates: Vec::new(),
        hydraulics: Vec::new(),
        loops: Vec::new(),
        branches: Vec::new(),
        cdus: Vec::new(),
        rear_door: None,
        plant: None,
        transient: None,
        remainders: Vec::new(),
        monitors: Vec::new(),
        remarks: Vec::new(),
    }
}

/// The whole section of a scene at a position along y.
fn section(scene: &Scene, at: f64) -> Rectangle {
    Rectangle { axis: Axis::Y, at, lower: [0.0, at, 0.0], upper: [scene.size[0], at, scene.size[2]] }
}

fn open(scene: &mut Scene, side: Side) {
    let at = if side.upper { scene.size[1] } else { 0.0 };
    let rectangle = section(scene, at);
    let temperature = scene.site.air_temperature;
    scene.openings.push(Opening {
        name: format!("opening {}", side.name()),
        side,
        rectangle,
        condition: OpeningCondition::Pressure(0.0),
        temperature,
        loss: 1.0,
    });
}

fn fan(scene: &mut Scene, at: f64, flow: f64, power: f64) {
    let rectangle = section(scene, at);
    scene.fans.push(Fan {
        name: "fan.wall".into(),
        rectangle,
        forward: true,
        drive: FanDrive::Flow(flow),
        power: FanPower::Nominal(power),
        failed: None,
        available_pressure: None,
        origin: origin(),
    });
}

/// A duct of air along y with a fan at a quarter of its length.
fn duct(size: [f64; 3], grid: GridRule, flow: f64, fan_power: f64) -> Scene {
    let mut scene = empty(size, grid);
    open(&mut scene, FRONT);
    open(&mut scene, BACK);
    fan(&mut scene, 0.25 * size[1], flow, fan_power);
    scene
}

fn solve(scene: &Scene) -> Solution {
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let solution = couple::solve(scene, &options, &Silent).expect("a scene that can be solved");
    let convergence = &solution.summary.convergence;
    assert!(convergence.converged, "{}", convergence.reason);
    assert!(solution.summary.balance.relative <= 1e-9, "balance {:.1e}", solution.summary.balance.relative);
    assert!(solution.summary.mass.relative <= 1e-9, "mass {:.1e}", solution.summary.mass.relative);
    assert!(
        solution.summary.balance.mass_defect_w <= 5e-7 * solution.summary.balance.heat_in_w.total,
        "mass defect {:.1e} W",
        solution.summary.balance.mass_defect_w
    );
    solution
}

fn porous(name: &str, region: Region, power: f64) -> Porous {
    Porous {
        name: name.into(),
        region,
        loss_per_metre: [5.0; 3],
        darcy_resistance: [0.0; 3],
        power,
        role: "board".into(),
        origin: origin(),
    }
}

/// A box with 57.2 kW in its air, of which `fan_power` in its fans, and 6200 CFM.
fn four_boxes(fan_power: f64) -> Scene {
    let mut scene = duct([0.6, 1.0, 1.8], cells([6, 10, 9]), 6200.0 * CFM, fan_power);
    let region = Region { lower: [0.0, 0.4, 0.0], upper: [0.6, 0.8, 1.8] };
    scene.porous.push(porous("boxes", region, 57.2e3 - fan_power));
    scene
}

fn air_rise(summary: &Summary) -> f64 {
    let air = summary.air.as_ref().expect("a scene with openings");
    air.exhaust_c - air.intake_max_c
}

#[test]
fn kilowatts_57_2_in_6200_cfm_at_25_degc_warm_the_air_by_16_4_kelvin() {
    // engineering.md, section 1: four DGX B200; ΔT = Q/(ṁ cp).
    let summary = solve(&four_boxes(0.0)).summary;
    assert!((air_rise(&summary) - 16.4).abs() < 0.3, "{}", air_rise(&summary));
    approx::assert_relative_eq!(summary.balance.to_air_w, 57.2e3, max_relative = 1e-9);
    approx::assert_relative_eq!(summary.air.unwrap().demanded_m3_s, 6200.0 * CFM, max_relative = 1e-9);
}

#[test]
fn fan_power_heats_the_air_once() {
    let summary = solve(&four_boxes(4e3)).summary;
    assert!((air_rise(&summary) - 16.4).abs() < 0.3, "{}", air_rise(&summary));
    assert_eq!(summary.balance.heat_in_w.fans, 4e3);
    approx::assert_relative_eq!(summary.balance.to_room_w, 57.2e3, max_relative = 1e-9);
}

#[test]
fn a_door_with_water_at_30_degc_takes_less_than_39_8_of_57_2_kilowatts() {
    // engineering.md, section 4: Q ≤ C_air (T_exhaust − T_water,in).
    let mut scene = four_boxes(0.0);
    scene.rear_door = Some(RearDoor {
        name: "door".into(),
        side: BACK,
        plate: None,
        ua: 6e3,
        coolant: Coolant::water(),
        supply_temperature: 303.15,
        flow: 90.0 * LITRE_PER_MINUTE,
        water_pressure_drop: 30e3,
        pump_efficiency: 0.5,
        loss: 8.0,
        fan_power: 500.0,
        origin: origin(),
    });
    let summary = solve(&scene).summary;
    let door = summary.plant.rear_door.unwrap();
    assert!((20e3..39.8e3).contains(&door.heat_w), "{} W", door.heat_w);
    let total = 57.2e3 + 500.0 + door.pump_power_w;
    approx::assert_relative_eq!(summary.balance.heat_in_w.total, total, max_relative = 1e-12);
    approx::assert_relative_eq!(
        summary.balance.to_liquid_w + summary.balance.to_room_w,
        total,
        max_relative = 1e-9
    );
    assert!(summary.balance.to_liquid_w > door.heat_w);
}

#[test]
fn a_millikelvin_opens_the_balance() {
    let scene = four_boxes(0.0);
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let cpu = device::cpu();
    let air = solve_air_state(&scene, &model, OPEN_LOSS_PER_METRE, None, cpu.as_ref(), &Silent).unwrap();
    let mut state = solve_energy(&scene, &model, air.as_ref(), None, cpu.as_ref(), &Silent).unwrap();
    assert!(heat_flows(&scene, &model, air.as_ref(), &state).relative() <= 1e-9);
    state.rise.cells.iter_mut().for_each(|rise| *rise += 1e-3);
    let open = heat_flows(&scene, &model, air.as_ref(), &state).relative();
    // C · 1 mK / Q = 1 mK / 16.4 K.
    approx::assert_relative_eq!(open, 1e-3 / 16.4, max_relative = 0.05);
}

/// `chips` of `power` W on plates of `resistance` K/W, `per_branch` in series.
fn plated(chips: usize, power: f64, resistance: f64, per_branch: usize, litres_per_minute: f64) -> Scene {
    let mut scene = empty([0.1, 0.1, 0.1 * chips as f64], cells([3, 3, 4 * chips]));
    scene.site.air_temperature = 298.15;
    for index in 0..chips {
        let z = 0.1 * index as f64;
        let lower = [0.025, 0.025, z + 0.025];
        scene.chips.push(Chip {
            name: format!("gpu.{}", index + 1),
            role: "gpu".into(),
            region: Region { lower, upper: [0.075, 0.075, z + 0.05] },
            power,
            junction_to_case: 0.01,
            junction_to_board: None,
            cooler: Some(Cooler::ColdPlate(index)),
            interface: 0.0,
            heat_capacity: HeatCapacity::default(),
            limit: None,
            origin: origin(),
        });
        let model = ColdPlateModel::table(vec![(1e-6, resistance), (1e-2, resistance)])
            .expect("a curve of two points");
        scene.cold_plates.push(ColdPlate {
            name: format!("plate.{}", index + 1),
            region: None,
            model,
            extra_power: 0.0,
            heat_capacity: None,
            blocked: 0.0,
            origin: origin(),
        });
    }
    let flow = litres_per_minute * LITRE_PER_MINUTE;
    let coolant = Coolant::pg25_by_mass();
    scene.loops.push(Loop {
        external_pressure_drop: 50e3,
        pump_efficiency: 0.5,
        pump_heat_to_coolant: 0.8,
        ..Loop::by_weight("technology loop", coolant, 313.15, flow, origin())
    });
    for first in (0..chips).step_by(per_branch) {
        let name = format!("branch.{}", first / per_branch + 1);
        scene.branches.push(Branch::of_plates(&name, 0, first..first + per_branch));
    }
    scene
}

#[test]
fn kilowatts_115_in_130_l_min_of_pg25_return_13_3_kelvin_above_supply() {
    let summary = solve(&plated(10, 11.5e3, 0.002, 1, 130.0)).summary;
    let supply = &summary.loops[0];
    assert!((supply.return_c - supply.supply_c - 13.3).abs() < 0.3, "{}", supply.return_c);
    approx::assert_relative_eq!(supply.heat_w, 115e3, max_relative = 1e-9);
    // Pump: 50 kPa · 130 L/min / 0.5, four fifths of it into the coolant.
    approx::assert_relative_eq!(supply.pump_power_w, 50e3 * 130.0 / 60e3 / 0.5, max_relative = 1e-12);
    let liquid = 115e3 + 0.8 * supply.pump_power_w;
    approx::assert_relative_eq!(summary.balance.to_liquid_w, liquid, max_relative = 1e-9);
    assert!(summary.warnings.iter().any(|w| w.finding.contains("1.91 m/s")), "{:?}", summary.warnings);
    assert!(!summary.warnings.iter().any(|w| w.finding.contains("a rack (S")), "130 L/min is the limit");
}

#[test]
fn the_second_plate_in_series_sees_coolant_warmer_by_q_over_m_cp() {
    let summary = solve(&plated(2, 1e3, 0.03, 2, 2.0)).summary;
    let coolant = Coolant::pg25_by_mass();
    let mass_flow = coolant.properties(313.15).density * 2.0 * LITRE_PER_MINUTE;
    let middle = coolant.temperature_of_enthalpy(coolant.enthalpy(313.15) + 1e3 / mass_flow);
    let [first, second] = [0, 1].map(|i| &summary.components[i]);
    // A hundredth of a watt goes from chip to chip through the air between them.
    approx::assert_relative_eq!(second.reference_c.unwrap(), middle - 273.15, epsilon = 1e-3);
    approx::assert_relative_eq!(first.temperature_max_c, 40.0 + 30.0, epsilon = 1e-2);
    let warmer = second.temperature_max_c - first.temperature_max_c;
    approx::assert_relative_eq!(warmer, middle - 313.15, max_relative = 2e-3);
    approx::assert_relative_eq!(
        first.junction_c.unwrap() - first.temperature_max_c,
        10.0,
        max_relative = 1e-3
    );
}

#[test]
fn a_plate_without_flow_is_an_error_that_names_what_it_leaves_uncooled() {
    let mut scene = plated(1, 100.0, 0.03, 1, 2.0);
    scene.branches[0].flow = Some(0.0);
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let error = couple::solve(&scene, &options, &Silent).unwrap_err();
    assert!(
        matches!(&error, CoupleError::Scene(faults) if faults[0].items == ["gpu.1"] || faults[0].items == ["plate.1"]),
        "{error}"
    );
}

#[test]
fn a_chip_on_a_sink_stands_p_r_above_the_air_that_enters_the_sink() {
    // R(flow) is referred to the sink's inlet air: case = inlet + P R, on any number of cells along the fins.
    for along in [1, 3, 7] {
        let mut scene = duct([0.08, 0.4, 0.06], cells([2, 6 + along, 3]), 0.04, 0.0);
        scene.chips.push(Chip {
            name: "gpu".into(),
            role: "gpu".into(),
            region: Region { lower: [0.0, 0.2, 0.0], upper: [0.08, 0.3, 0.02] },
            power: 500.0,
            junction_to_case: 0.02,
            junction_to_board: None,
            cooler: Some(Cooler::HeatSink(0)),
            interface: 0.0,
            heat_capacity: HeatCapacity::default(),
            limit: None,
            origin: origin(),
        });
        scene.heat_sinks.push(HeatSink {
            name: "sink".into(),
            region: Region { lower: [0.0, 0.2, 0.02], upper: [0.08, 0.3, 0.06] },
            flow_axis: Axis::Y,
            model: HeatSinkModel::Resistance(vec![(1e-4, 0.06), (1.0, 0.06)]),
            loss_per_metre: Some(20.0),
            heat_capacity: None,
            origin: origin(),
        });
        let summary = solve(&scene).summary;
        let chip = &summary.components[0];
        approx::assert_relative_eq!(chip.reference_c.unwrap(), 25.0, epsilon = 0.2);
        let rise = chip.temperature_max_c - chip.reference_c.unwrap();
        approx::assert_relative_eq!(rise, 500.0 * 0.06, max_relative = 0.02);
        approx::assert_relative_eq!(summary.balance.to_air_w, 500.0, max_relative = 1e-9);
    }
}

/// A heated copper block on the floor of a duct; `fine` multiplies the cells along each axis.
fn block(fine: usize) -> Scene {
    let mut scene = duct([0.12, 0.3, 0.06], cells([6 * fine, 12 * fine, 4 * fine]), 0.02, 0.0);
    scene.solids.push(Solid {
        name: "block".into(),
        region: Region { lower: [0.04, 0.125, 0.0], upper: [0.08, 0.2, 0.03] },
        material: MaterialId(0),
        power: 60.0,
        fixed_temperature: None,
        limit: None,
        role: "board".into(),
        replaces: false,
        origin: origin(),
    });
    scene
}

#[test]
fn a_heated_block_changes_by_under_five_percent_over_three_grids() {
    let rises: Vec<f64> = [1, 2, 4]
        .map(|fine| {
            let summary = solve(&block(fine)).summary;
            summary.components[0].temperature_mean_c - 25.0
        })
        .to_vec();
    let (low, high) =
        (rises.iter().copied().fold(f64::MAX, f64::min), rises.iter().copied().fold(0.0, f64::max));
    assert!(high / low - 1.0 < 0.05, "{rises:?}");
}

/// Rise of the first component's case or body with the loss of open air multiplied by `factor`.
fn rise_with_open_loss(scene: &Scene, factor: f64) -> f64 {
    let model = Model::new(scene, Resolution::Draft).expect("a scene that fits its grid");
    let cpu = device::cpu();
    let loss = factor * OPEN_LOSS_PER_METRE;
    let air = solve_air_state(scene, &model, loss, None, cpu.as_ref(), &Silent).expect("a field that exists");
    let state = solve_energy(scene, &model, air.as_ref(), None, cpu.as_ref(), &Silent).expect("temperatures");
    match model.chip_nodes.first() {
        Some(chip) => state.rise.nodes[chip.case],
        None => state.rise.cells[model.parts[0].cells[0]],
    }
}

/// A chip with a sink that leaves a third of the section free above it.
fn bypassed() -> Scene {
    let mut scene = duct([0.1, 0.4, 0.09], cells([4, 16, 9]), 0.04, 0.0);
    scene.chips.push(Chip {
        name: "gpu".into(),
        role: "gpu".into(),
        region: Region { lower: [0.0, 0.2, 0.0], upper: [0.1, 0.3, 0.02] },
        power: 500.0,
        junction_to_case: 0.02,
        junction_to_board: None,
        cooler: Some(Cooler::HeatSink(0)),
        interface: 0.0,
        heat_capacity: HeatCapacity::default(),
        limit: None,
        origin: origin(),
    });
    scene.heat_sinks.push(HeatSink {
        name: "sink".into(),
        region: Region { lower: [0.0, 0.2, 0.02], upper: [0.1, 0.3, 0.06] },
        flow_axis: Axis::Y,
        model: HeatSinkModel::PlateFin {
            fins: 40,
            thickness: 4e-4,
            height: 0.04,
            conductivity: 390.0,
            base_resistance: 0.005,
        },
        loss_per_metre: None,
        heat_capacity: None,
        origin: origin(),
    });
    scene
}

#[test]
fn halving_or_doubling_the_loss_of_open_air_moves_parts_by_a_stated_share_of_their_rise() {
    // A block in a duct: 2 %. A sink that fills its duct: nothing.
    let mut ducted = bypassed();
    ducted.size[2] = 0.06;
    ducted.openings.clear();
    ducted.fans.clear();
    open(&mut ducted, FRONT);
    open(&mut ducted, BACK);
    fan(&mut ducted, 0.1, 0.04, 0.0);
    for (scene, share) in [(block(1), 0.02), (ducted, 1e-3)] {
        let [half, once, twice] = [0.5, 1.0, 2.0].map(|factor| rise_with_open_loss(&scene, factor));
        for other in [half, twice] {
            assert!((other / once - 1.0).abs() < share, "{half} {once} {twice}");
        }
        let summary = solve(&scene).summary;
        assert!(!summary.warnings.iter().any(|w| w.finding.contains("beside")));
        assert!(summary.components.iter().all(|part| part.not_trusted.is_none()));
    }
}

#[test]
fn the_band_of_a_sink_beside_a_free_passage_holds_all_speeds_from_half_the_open_loss_to_equal_ones() {
    // Height of the duct over a sink that ends at 60 mm, m, and flow, m³/s.
    for (height, flow) in [(0.07, 0.12), (0.07, 0.02), (0.09, 0.04), (0.12, 0.04), (0.2, 0.1)] {
        let mut scene = bypassed();
        scene.size[2] = height;
        scene.grid = cells([4, 16, (height / 0.01_f64).round() as usize]);
        scene.chips[0].limit = Some(Limit { temperature: 373.15, junction: false, origin: origin() });
        scene.openings.clear();
        scene.fans.clear();
        open(&mut scene, FRONT);
        open(&mut scene, BACK);
        fan(&mut scene, 0.1, flow, 0.0);
        let model = Model::new(&scene, Resolution::Draft).expect("a scene that fits its grid");
        let cpu = device::cpu();
        let ratio = |factor: f64| {
            let loss = factor * OPEN_LOSS_PER_METRE;
            let air = solve_air_state(&scene, &model, loss, None, cpu.as_ref(), &Silent).expect("a field");
            bypass_ratio(&model, &air.expect("a scene with openings"), 0).expect("a sink with free flanks")
        };
        // The loss grows with the square of the speed: with ratio² times its loss the passage is as slow as the sink.
        let (found, even) = (ratio(1.0), ratio(1.0).powi(2));
        assert!(ratio(even) < 1.5, "{}", ratio(even));
        let once = rise_with_open_loss(&scene, 1.0);
        for factor in [0.5, 2.0, even] {
            let change = (rise_with_open_loss(&scene, factor) / once - 1.0).abs();
            assert!(change < bypass_band(found), "ratio {found}, loss × {factor}: {change}");
        }
        let summary = solve(&scene).summary;
        let part = &summary.components[0];
        approx::assert_relative_eq!(part.band_k.unwrap(), bypass_band(found) * once, max_relative = 0.02);
        assert!(summary.warnings.iter().any(|w| w.finding.contains("beside the heat sink")));
        // Above a ratio of 5 the part does not pass, whatever its margin.
        assert_eq!(
            summary.passes(),
            found <= LARGEST_BYPASS_RATIO && part.margin_k.unwrap() >= 0.0,
            "{found}"
        );
        assert_eq!(summary.not_trusted().len(), usize::from(found > LARGEST_BYPASS_RATIO));
    }
}

#[test]
fn a_fan_in_the_outlet_overcomes_the_outlet_and_heats_what_it_blows_out() {
    let mut scene = empty([0.1, 0.4, 0.1], cells([2, 8, 2]));
    open(&mut scene, FRONT);
    open(&mut scene, BACK);
    fan(&mut scene, 0.4, 0.02, 50.0);
    let summary = solve(&scene).summary;
    let air = summary.air.as_ref().unwrap();
    // 1.184 kg/m³, 2 m/s, ζ = 1 in and 1 out: 2 · ½ρu² = 4.7 Pa, and 0.4 m of open air at ζ 1/m.
    assert!((4.7..7.5).contains(&summary.fans[0].pressure_rise_pa), "{}", summary.fans[0].pressure_rise_pa);
    approx::assert_relative_eq!(summary.balance.to_air_w, 50.0, max_relative = 1e-9);
    approx::assert_relative_eq!(air.exhaust_c, 25.0 + 50.0 / (0.02 * 1.184 * 1006.3), max_relative = 1e-3);
}

#[test]
fn two_equal_passages_share_the_air_and_a_screen_takes_its_share_by_the_root_of_its_loss() {
    let mut scene = duct([0.2, 0.6, 0.1], cells([4, 12, 2]), 0.06, 0.0);
    scene.solids.push(Solid {
        name: "divider".into(),
        region: Region { lower: [0.099, 0.3, 0.0], upper: [0.101, 0.6, 0.1] },
        material: MaterialId(0),
        power: 0.0,
        fixed_temperature: None,
        limit: None,
        role: String::new(),
        replaces: false,
        origin: origin(),
    });
    scene.grid =
        GridRule::Automatic { smallest_spacing: Some(0.01), largest_spacing: None, one_cell: [false; 3] };
    let probe = |name: &str, x: f64| Monitor {
        name: name.into(),
        quantity: Quantity::Velocity,
        place: Place::Surface(Rectangle {
            axis: Axis::Y,
            at: 0.45,
            lower: [x, 0.45, 0.0],
            upper: [x + 0.1, 0.45, 0.1],
        }),
    };
    scene.monitors = vec![probe("left", 0.0), probe("right", 0.1)];
    let equal = solve(&scene).summary;
    approx::assert_relative_eq!(equal.monitors[0].value, equal.monitors[1].value, max_relative = 1e-6);
    let screen = |x: f64, loss: f64| Screen {
        name: "screen".into(),
        rectangle: Rectangle { axis: Axis::Y, at: 0.4, lower: [x, 0.4, 0.0], upper: [x + 0.1, 0.4, 0.1] },
        loss,
    };
    scene.screens = vec![screen(0.0, 900.0), screen(0.1, 100.0)];
    let unequal = solve(&scene).summary;
    // √(900/100), and the open duct in series takes part with ζ near 1.
    let ratio = unequal.monitors[1].value / unequal.monitors[0].value;
    approx::assert_relative_eq!(ratio, 3.0, max_relative = 0.02);
}

#[test]
fn a_fan_that_blows_into_a_closed_region_is_refused_by_name() {
    let mut scene = duct([0.1, 0.4, 0.1], cells([2, 8, 2]), 0.01, 0.0);
    scene.openings.truncate(1);
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let error = couple::solve(&scene, &options, &Silent).unwrap_err().to_string();
    assert!(error.contains("fan.wall"), "{error}");
}

#[test]
fn a_fan_without_an_opening_in_its_region_is_named_as_one_that_only_circulates() {
    // Its flow is a choice, and the air warms nothing but itself: a block of known temperature takes its heat.
    let mut shut = empty([0.1, 0.4, 0.1], cells([2, 8, 2]));
    shut.solids.push(Solid {
        name: "cold block".into(),
        region: Region { lower: [0.0, 0.3, 0.0], upper: [0.1, 0.4, 0.1] },
        material: MaterialId(0),
        power: 0.0,
        fixed_temperature: Some(298.15),
        limit: None,
        role: String::new(),
        replaces: false,
        origin: origin(),
    });
    fan(&mut shut, 0.1, 0.01, 5.0);
    shut.fans[0].rectangle.upper[0] = 0.05;
    let round = |scene: &Scene| {
        let warnings = solve(scene).summary.warnings;
        warnings.iter().filter(|w| w.finding.contains("'fan.wall' moves the same air round")).count()
    };
    assert_eq!(round(&shut), 1);
    let mut open_to_the_room = shut;
    open(&mut open_to_the_room, FRONT);
    assert_eq!(round(&open_to_the_room), 0);
}

#[test]
fn air_that_is_stirred_behind_a_single_open_face_takes_no_heat_out_and_is_refused_before_it_is_solved() {
    let mut scene = empty([0.1, 0.4, 0.1], cells([2, 8, 2]));
    open(&mut scene, FRONT);
    scene.openings[0].rectangle.upper = [0.05, 0.0, 0.05];
    fan(&mut scene, 0.1, 0.01, 5.0);
    scene.fans[0].rectangle.upper[0] = 0.05;
    let no_way_out = |error: &CoupleError| matches!(error, CoupleError::Scene(faults) if faults[0].code == "racktherm::no_heat_path");
    assert!(no_way_out(&couple::prepare(&scene, Resolution::Draft).unwrap_err()));
    // The solved field agrees: nothing passes the one face.
    let model = Model::new(&scene, Resolution::Draft).unwrap();
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let solved = couple::solve_on(&scene, &model, &options, device::cpu().as_ref(), &Silent);
    assert!(no_way_out(&solved.unwrap_err()));
    scene.openings[0].rectangle.upper = [0.1, 0.0, 0.1];
    assert!(couple::prepare(&scene, Resolution::Draft).is_ok());
}

/// The findings of a scene's warnings, with their places.
fn told(scene: &Scene) -> Vec<(String, String)> {
    solve(scene).summary.warnings.into_iter().map(|w| (w.place, w.finding)).collect()
}

#[test]
fn air_that_comes_back_beside_a_fan_is_told_and_a_fan_that_fills_its_plane_has_none() {
    let scene = duct([0.1, 0.4, 0.1], cells([4, 8, 2]), 0.01, 0.0);
    let back = |scene: &Scene| {
        told(scene)
            .into_iter()
            .filter(|(_, finding)| finding.contains("come back beside"))
            .collect::<Vec<_>>()
    };
    assert_eq!(back(&scene), []);
    let mut half = scene;
    half.fans[0].rectangle.upper[0] = 0.05;
    assert!(back(&half).iter().any(|(place, _)| place == "fan.wall"), "{:?}", told(&half));
}

#[test]
fn air_above_a_hundred_metres_a_second_is_told_with_its_place() {
    let mut scene = empty([0.1, 0.4, 0.1], cells([2, 8, 2]));
    open(&mut scene, FRONT);
    open(&mut scene, BACK);
    let fast =
        |scene: &Scene| told(scene).iter().filter(|(_, finding)| finding.contains("air moves at")).count();
    // ζ = 1 in, 1 out and 0.4 of open air: u = √(2Δp/(2.4 ρ)) is 84 m/s for 10 kPa and 146 m/s for 30 kPa.
    scene.openings[0].condition = OpeningCondition::Pressure(10e3);
    assert_eq!(fast(&scene), 0);
    scene.openings[0].condition = OpeningCondition::Pressure(30e3);
    assert_eq!(fast(&scene), 1);
}

#[test]
fn a_part_hotter_than_the_data_of_its_material_is_told_with_their_range() {
    let mut scene = block(1);
    let out = |scene: &Scene| {
        let told = told(scene);
        told.into_iter().filter(|(_, finding)| finding.contains("-23 to 177 degC")).collect::<Vec<_>>()
    };
    // 60 W warm it to 244 degC, half of it to 134.
    scene.solids[0].power = 30.0;
    assert_eq!(out(&scene), []);
    scene.solids[0].power = 60.0;
    let told = out(&scene);
    assert_eq!((told.len(), told[0].0.as_str()), (1, "block"));
}

#[test]
fn a_device_that_is_not_there_is_an_error_and_no_cpu_run() {
    let options =
        Options { resolution: Resolution::Draft, backend: BackendChoice::Named("no such device".into()) };
    let error = couple::solve(&four_boxes(0.0), &options, &Silent).unwrap_err();
    assert!(matches!(error, CoupleError::Backend(_)), "{error}");
}

#[test]
fn demand_over_the_hall_is_said_with_both_numbers() {
    let mut scene = four_boxes(0.0);
    scene.site.available_flow = Some(4000.0 * CFM);
    let summary = solve(&scene).summary;
    assert!(
        summary.warnings.iter().any(|w| w.finding.contains("6200 CFM") && w.finding.contains("4000 CFM")),
        "{:?}",
        summary.warnings
    );
}

/// A duct one cell wide between planes of symmetry, with air by the momentum equations.
fn smooth_duct() -> Scene {
    let mut scene = empty([0.1, 0.4, 0.1], cells([1, 16, 1]));
    scene.air = AirModel {
        field: AirField::Momentum,
        turbulence: Turbulence::Laminar,
        buoyancy: false,
        ..AirModel::default()
    };
    open(&mut scene, FRONT);
    open(&mut scene, BACK);
    for (axis, upper) in [(Axis::X, false), (Axis::X, true), (Axis::Z, false), (Axis::Z, true)] {
        let side = Side { axis, upper };
        let at = if upper { 0.1 } else { 0.0 };
        let (mut lower, mut over) = ([0.0; 3], scene.size);
        (lower[axis as usize], over[axis as usize]) = (at, at);
        let rectangle = Rectangle { axis, at, lower, upper: over };
        let (condition, motion) = (None, Some(WallMotion::Slip));
        scene.walls.push(Wall { name: format!("wall {}", side.name()), side, rectangle, condition, motion });
    }
    fan(&mut scene, 0.1, 0.01, 0.0);
    scene
}

#[test]
fn a_permeable_box_takes_mu_l_over_k_times_the_velocity() {
    let pressure = |resistance: f64| {
        let mut scene = smooth_duct();
        scene.openings.iter_mut().for_each(|opening| opening.loss = 0.0);
        let region = Region { lower: [0.0, 0.2, 0.0], upper: [0.1, 0.3, 0.1] };
        scene.porous.push(Porous {
            loss_per_metre: [0.0; 3],
            darcy_resistance: [resistance; 3],
            ..porous("foam", region, 0.0)
        });
        solve(&scene).summary.fans[0].pressure_rise_pa
    };
    // 1 m/s through 0.1 m of 1/K = 1e8 1/m².
    let viscosity = racktherm::material::air::properties(298.15, 101_325.0).viscosity;
    approx::assert_relative_eq!(pressure(1e8) - pressure(0.0), viscosity * 1e8 * 0.1, max_relative = 1e-3);
}

/// The smooth duct with a fan of 0.12 m³/s and 300 Pa.
fn driven_duct(loss: f64) -> Scene {
    let mut scene = smooth_duct();
    scene.screens.push(Screen { name: "grille".into(), rectangle: section(&scene, 0.3), loss });
    let curve = FanCurve::from_end_points(0.12, 300.0).expect("a falling curve");
    scene.fans[0].drive = FanDrive::Curve { curve, density: None, speed: 1.0 };
    scene.fans[0].power = FanPower::Efficiency(0.4);
    scene
}

#[test]
fn the_heat_of_a_fan_against_a_closed_duct_has_no_way_out_and_gives_no_temperature() {
    let mut scene = driven_duct(20.0);
    scene.fans[0].power = FanPower::Nominal(5.0);
    scene.openings.pop();
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let error = couple::solve(&scene, &options, &Silent).expect_err("air at rest takes no heat away");
    assert!(error.to_string().contains("'fan.wall': 5.0 W have no way out"), "{error}");
}

#[test]
fn a_fan_draws_q_dp_over_eta_and_the_budget_around_it_keeps_its_sum() {
    let mut scene = driven_duct(20.0);
    let region = Region { lower: [0.0, 0.15, 0.0], upper: [0.1, 0.25, 0.1] };
    let design = scene.fans[0].design_power();
    scene.porous.push(porous("load", region, 200.0 - design));
    scene.remainders.push(Remainder {
        budget: "box".into(),
        fans: vec![0],
        receivers: vec![Receiver::Porous(0)],
    });
    let summary = solve(&scene).summary;
    let fan = &summary.fans[0];
    assert_eq!(fan.branch, Some(FanBranch::Normal));
    let drawn = fan.flow_m3_s * fan.pressure_rise_pa / 0.4;
    approx::assert_relative_eq!(fan.power_w, drawn, max_relative = 1e-12);
    assert!(drawn < 0.9 * design, "{drawn} W of {design} W");
    approx::assert_relative_eq!(summary.balance.heat_in_w.fans, drawn, max_relative = 1e-12);
    approx::assert_relative_eq!(summary.balance.heat_in_w.total, 200.0, max_relative = 1e-12);
    approx::assert_relative_eq!(summary.balance.to_air_w, 200.0, max_relative = 1e-9);
    approx::assert_relative_eq!(summary.components[0].power_w, 200.0 - drawn, max_relative = 1e-12);
}

#[test]
fn a_fan_off_its_curve_is_told_with_its_remedy() {
    let findings = |pressure: f64| {
        let mut scene = driven_duct(20.0);
        scene.openings[0].condition = OpeningCondition::Pressure(pressure);
        let summary = solve(&scene).summary;
        let told = summary.warnings.iter().filter(|w| w.place == "fan.wall").map(|w| w.finding.clone());
        (summary.fans[0].branch, told.collect::<Vec<_>>().join("; "))
    };
    let (branch, told) = findings(-500.0);
    assert!(branch == Some(FanBranch::Reverse) && told.contains("backwards"), "{branch:?} {told}");
    let (branch, told) = findings(8000.0);
    assert!(
        branch == Some(FanBranch::BeyondFreeDelivery) && told.contains("pushed through"),
        "{branch:?} {told}"
    );
}

#[test]
fn a_fan_against_a_closed_duct_gives_no_flow_a_named_warning_and_numbers_throughout() {
    let mut scene = driven_duct(20.0);
    scene.grid = cells([4, 16, 4]);
    scene.openings.truncate(1);
    scene.fans[0].power = FanPower::Nominal(0.0);
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let summary = couple::solve(&scene, &options, &Silent).unwrap().summary;
    assert!(summary.fans[0].flow_m3_s.abs() <= 1e-4, "{:?}", summary.fans[0]);
    assert!(summary.warnings.iter().any(|w| w.finding.contains("delivers no air")), "{:?}", summary.warnings);
    assert!(!summary.warnings.iter().any(|w| w.finding.contains("come back")), "{:?}", summary.warnings);
}

#[test]
fn given_flows_that_do_not_balance_are_refused_with_both_openings() {
    let mut scene = smooth_duct();
    scene.fans.clear();
    for (opening, flow) in [(0, 0.01), (1, -0.004)] {
        scene.openings[opening].condition = OpeningCondition::Flow { flow, profile: FlowProfile::Uniform };
        scene.openings[opening].loss = 0.0;
    }
    let CoupleError::Scene(faults) = couple::prepare(&scene, Resolution::Draft).unwrap_err() else {
        panic!()
    };
    assert_eq!(faults[0].items, ["opening y-", "opening y+"]);
    assert!(faults[0].message.contains("0.0060 m³/s"), "{}", faults[0]);
}

#[test]
fn a_run_that_diverges_stops_says_where_and_keeps_its_last_good_field() {
    let mut scene = smooth_duct();
    scene.fans.clear();
    scene.grid = cells([4, 16, 4]);
    scene.air.body_force = [0.0, 1e200, 0.0];
    let options = Options { resolution: Resolution::Draft, backend: BackendChoice::Cpu };
    let solution = couple::solve(&scene, &options, &Silent).unwrap();
    let convergence = &solution.summary.convergence;
    assert!(!convergence.converged && convergence.reason.contains("diverged"), "{}", convergence.reason);
    assert!(convergence.reason.contains("in cell ("), "{}", convergence.reason);
    assert!(solution.fields.velocity.iter().flatten().all(|v| v.is_finite()));
}

/// What a scene is warned of that says `about`: place, finding and remedy.
fn warned(scene: &Scene, about: &str) -> Vec<[String; 3]> {
    let warnings = solve(scene).summary.warnings.into_iter().filter(|w| w.finding.contains(about));
    warnings.map(|w| [w.place, w.finding, w.remedy]).collect()
}

#[test]
fn a_fan_left_of_its_pressure_maximum_is_told_to_stall_with_the_remedy() {
    let stalls = |loss: f64| {
        let mut scene = driven_duct(loss);
        let curve = FanCurve::from_points(vec![(0.0, 200.0), (0.03, 180.0), (0.06, 240.0), (0.12, 0.0)]);
        let curve = curve.expect("a curve that dips");
        scene.fans[0].drive = FanDrive::Curve { curve, density: None, speed: 1.0 };
        (solve(&scene).summary.fans[0].branch, warned(&scene, "stalls"))
    };
    // ζ = 27 asks 209 Pa at 0.036 m³/s, left of the maximum at 0.06; ζ = 3 asks 140 Pa at 0.09.
    assert_eq!(stalls(1.0), (Some(FanBranch::Normal), vec![]));
    let (branch, told) = stalls(25.0);
    assert_eq!(branch, Some(FanBranch::Stall));
    let [[place, finding, remedy]] = &told[..] else { panic!("{told:?}") };
    assert_eq!(place, "fan.wall");
    assert!(finding.contains("at 0.0600 m³/s") && remedy.contains("less resistance"), "{finding}: {remedy}");
}

#[test]
fn laminar_air_is_told_to_be_turbulent_above_re_4000_of_its_opening_and_lvel_is_not() {
    // Re = 4 Q/(P ν) in 0.1 × 0.1 m with ν = 1.56e-5 m²/s: 3200 at 5 L/s, 6400 at 10 L/s.
    let told = |flow: f64, turbulence| {
        let mut scene = smooth_duct();
        scene.grid = cells([2, 16, 2]);
        scene.air.turbulence = turbulence;
        scene.fans[0].drive = FanDrive::Flow(flow);
        warned(&scene, "is turbulent")
    };
    assert_eq!(told(5e-3, Turbulence::Laminar).len(), 0);
    assert_eq!(told(1e-2, Turbulence::Lvel).len(), 0);
    let told = told(1e-2, Turbulence::Laminar);
    let [[place, finding, remedy]] = &told[..] else { panic!("{told:?}") };
    assert!(
        place.starts_with("opening y") && finding.contains("Reynolds number of 64"),
        "{place}: {finding}"
    );
    assert!(remedy.contains("turbulence = \"lvel\""), "{remedy}");
}

#[test]
fn central_convection_is_told_of_cell_reynolds_numbers_above_two() {
    // u Δy/ν at 0.1 m/s with ν = 1.56e-5 m²/s: 1.6 on 1600 cells of 0.25 mm, 160 on 16 of 25 mm.
    let told = |along: usize, convection| {
        let mut scene = smooth_duct();
        scene.grid = cells([1, along, 1]);
        scene.air.convection = convection;
        scene.fans[0].drive = FanDrive::Flow(1e-3);
        warned(&scene, "cell Reynolds number")
    };
    assert_eq!(told(1600, Convection::Central).len(), 0);
    assert_eq!(told(16, Convection::Bounded).len(), 0);
    let told = told(16, Convection::Central);
    let [[_, finding, remedy]] = &told[..] else { panic!("{told:?}") };
    assert!(
        finding.contains("is 16")
            && finding.contains("above 2")
            && remedy.contains("convection = \"bounded\""),
        "{finding}: {remedy}"
    );
}

#[test]
fn a_first_cell_beyond_the_logarithmic_layer_is_told_with_its_y_plus() {
    // Half a gap of 0.1 m in one cell: y⁺ = y u_τ/ν is some 160 at 1 m/s and 5900 at 50 m/s.
    let told = |flow: f64| {
        let mut scene = smooth_duct();
        scene.air.turbulence = Turbulence::Lvel;
        scene.grid = cells([1, 16, 2]);
        let region = Region { lower: [0.0; 3], upper: [0.1, 0.4, 0.05] };
        scene.solids.push(Solid { region, power: 0.0, ..block(1).solids[0].clone() });
        scene.fans[0].rectangle.lower[2] = 0.05;
        scene.openings.iter_mut().for_each(|opening| opening.rectangle.lower[2] = 0.05);
        scene.fans[0].drive = FanDrive::Flow(flow);
        warned(&scene, "y+ of the first cell")
    };
    assert_eq!(told(5e-3).len(), 0);
    let told = told(0.25);
    let [[_, finding, remedy]] = &told[..] else { panic!("{told:?}") };
    let y_plus: f64 =
        finding.split_whitespace().find_map(|word| word.trim_end_matches(';').parse().ok()).unwrap();
    assert!((2000.0..4000.0).contains(&y_plus) && remedy.contains("finer grid"), "{finding}: {remedy}");
}

#[test]
fn a_part_is_told_of_radiation_above_two_percent_of_its_heat_with_the_share() {
    // A block of 4 × 7.5 × 3 mm on the floor of a duct; share = ε σ A (T⁴ − T_a⁴)/P, about 6 W/m²K over that of the film.
    let scene = |flow: f64| {
        let mut scene = duct([0.012, 0.03, 0.006], cells([6, 12, 4]), flow, 0.0);
        let region = Region { lower: [0.004, 0.0125, 0.0], upper: [0.008, 0.02, 0.003] };
        scene.solids.push(Solid { region, power: 0.5, ..block(1).solids[0].clone() });
        scene
    };
    // 80 m/s beside the block.
    assert_eq!(warned(&scene(4.8e-3), "radiate"), Vec::<[String; 3]>::new());
    let slow = scene(1e-4);
    let surface = solve(&slow).summary.components[0].temperature_mean_c + 273.15;
    let area = 2.0 * 4e-3 * 3e-3 + 2.0 * 7.5e-3 * 3e-3 + 4e-3 * 7.5e-3;
    let share = 0.9 * 5.670_374e-8 * area * (surface.powi(4) - 298.15_f64.powi(4)) / 0.5;
    let told = warned(&slow, "radiate");
    let [[place, finding, remedy]] = &told[..] else { panic!("{share} {told:?}") };
    assert_eq!(place, "block");
    assert!(finding.contains(&format!("up to {:.0} %", 100.0 * share)), "{share}: {finding}");
    assert!(remedy.contains("what radiation adds"), "{remedy}");
}
