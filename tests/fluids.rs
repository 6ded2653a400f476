//! Several fluids in one scene: each keeps its own mass and enthalpy, and they meet through solids alone.

use approx::assert_relative_eq;
use racktherm::couple::{self, BackendChoice, Options, Silent, prepare};
use racktherm::result::{FluidStream, Solution, Summary, Warning};
use racktherm::scene::{Resolution, Scene};
use std::path::Path;

fn read(text: &str) -> Scene {
    Scene::from_text(Path::new("scenes/example.toml"), text.to_owned(), &[])
        .unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

fn solve(text: &str) -> Solution {
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    let solution = couple::solve(&read(text), &options, &Silent).unwrap_or_else(|error| panic!("{error}"));
    let summary = &solution.summary;
    assert!(summary.convergence.converged, "{}", summary.convergence.reason);
    assert!(summary.balance.relative <= 1e-9, "balance open by {:.1e}", summary.balance.relative);
    assert!(summary.mass.relative <= 1e-9, "mass defect {:.1e}", summary.mass.relative);
    solution
}

fn fluid<'a>(solution: &'a Solution, name: &str) -> &'a FluidStream {
    let found = solution.summary.fluids.iter().find(|fluid| fluid.name == name);
    found.unwrap_or_else(|| panic!("no {name} among {:?}", solution.summary.fluids))
}

fn monitor(solution: &Solution, name: &str) -> f64 {
    solution.summary.monitors.iter().find(|monitor| monitor.name == name).expect("it is in the scene").value
}

/// Density, kg/m³, specific heat, J/(kg K), and conductivity, W/(m K), of air …
const AIR: (f64, f64, f64) = (1.184, 1006.0, 0.026);
/// … and of water.
const WATER: (f64, f64, f64) = (997.0, 4180.0, 0.6);
/// Air's speed, m/s; heights of channel, wall and duct, m; length, m; conductivity of the wall, W/(m K).
const SPEED: f64 = 0.5;
const HEIGHTS: [f64; 3] = [1e-3, 1e-3, 2e-3];
const LENGTH: f64 = 0.2;
const WALL: f64 = 0.2;

/// Water from y = L to 0 under a wall under air from 0 to L, both with the same ṁ cp, laminar and developed.
fn counterflow(cells: [usize; 2]) -> String {
    let [y, z] = cells;
    let (density, heat, conductivity) = AIR;
    let (water_density, water_heat, water_conductivity) = WATER;
    format!(
        r#"
[domain]
size = ["10 mm", "{LENGTH} m", "4 mm"]
fill = "dry"
[grid]
cells = [1, {y}, {z}]
[air]
field = "momentum"
turbulence = "laminar"
buoyancy = false
[[fluid]]
name = "dry"
density = "{density} kg/m3"
specific_heat = "{heat} J/kgK"
conductivity = "{conductivity} W/mK"
viscosity = "18.4 uPa.s"
[[fluid]]
name = "water"
density = "{water_density} kg/m3"
specific_heat = "{water_heat} J/kgK"
conductivity = "{water_conductivity} W/mK"
viscosity = "0.89 mPa.s"
[[material]]
name = "plastic"
conductivity = "{WALL} W/mK"
[[block]]
name = "wall"
from = [0, 0, "1 mm"]
to = ["10 mm", "{LENGTH} m", "2 mm"]
material = "plastic"
[[fluid_region]]
name = "channel"
from = [0, 0, 0]
to = ["10 mm", "{LENGTH} m", "1 mm"]
fluid = "water"
[[opening]]
name = "water_in"
side = "y+"
from = [0, 0]
to = ["10 mm", "1 mm"]
flow = "= 10 mm * 2 mm * {SPEED} m/s * {density} * {heat} / {water_density} / {water_heat}"
profile = "parabolic"
temperature = "65 degC"
[[opening]]
name = "water_out"
side = "y-"
from = [0, 0]
to = ["10 mm", "1 mm"]
[[opening]]
name = "air_in"
side = "y-"
from = [0, "2 mm"]
to = ["10 mm", "4 mm"]
flow = "= 10 mm * 2 mm * {SPEED} m/s"
profile = "parabolic"
temperature = "25 degC"
[[opening]]
name = "air_out"
side = "y+"
from = [0, "2 mm"]
to = ["10 mm", "4 mm"]
"#
    )
}

#[test]
fn a_balanced_counterflow_of_water_and_air_has_the_effectiveness_of_its_transfer_units() {
    // C* = 1: ε = N/(1 + N), N = U A/C. The wall's flux is then uniform, and between plates of which the other one is
    // adiabatic Nu = h 2H/k = 5.385 (R. K. Shah and A. L. London, "Laminar flow forced convection in ducts", 1978, table 29).
    let solution = solve(&counterflow([100, 32]));
    let [channel, wall, duct] = HEIGHTS;
    let film = |height: f64, conductivity: f64| 2.0 * height / (5.385 * conductivity);
    let resistance = film(channel, WATER.2) + wall / WALL + film(duct, AIR.2);
    let capacity_rate = AIR.0 * AIR.1 * SPEED * duct;
    let units = LENGTH / (resistance * capacity_rate);
    let effectiveness = units / (1.0 + units);
    let air = solution.summary.air.as_ref().expect("air passes");
    // Both ends of each fluid are less than a tenth of the length undeveloped; conduction along wall and water takes as much.
    let found = (air.exhaust_c - 25.0) / 40.0;
    println!("effectiveness {found:.5}, {effectiveness:.5} of {units:.3} transfer units");
    assert_relative_eq!(found, effectiveness, max_relative = 2e-3);
}

#[test]
fn each_fluid_warms_by_the_heat_that_passes_the_wall_over_its_own_mass_flow_and_specific_heat() {
    let solution = solve(&counterflow([100, 32]));
    let summary = &solution.summary;
    // Through the middle of the wall, from its cells' temperatures alone.
    let (t, grid) = (&solution.fields.temperature_k, &solution.fields.grid);
    let faces = grid.faces(racktherm::grid::Axis::Z);
    let middle =
        faces.iter().position(|z| (z - 1.5e-3).abs() < 1e-9).expect("a plane in the middle of the wall");
    let spacing = 0.5 * (faces[middle + 1] - faces[middle - 1]);
    let area = 0.01 * LENGTH / t.dim().1 as f64;
    let heat: f64 =
        (0..t.dim().1).map(|j| WALL * area / spacing * (t[[0, j, middle - 1]] - t[[0, j, middle]])).sum();
    let water = fluid(&solution, "water");
    let outlet = |inlet: f64, heat: f64, density: f64, flow: f64, specific_heat: f64| {
        inlet + heat / (density * flow * specific_heat)
    };
    let capacity_flow = 0.01 * HEIGHTS[2] * SPEED;
    let air = summary.air.as_ref().expect("air passes");
    assert_relative_eq!(water.mass_flow_kg_s, water.flow_m3_s * WATER.0, max_relative = 1e-12);
    let expected = outlet(65.0, -heat, WATER.0, water.flow_m3_s, WATER.1);
    // 1e-6 of the heat.
    assert_relative_eq!(water.outlet_c.expect("it leaves"), expected, epsilon = 1e-6 * 40.0);
    let expected = outlet(25.0, heat, AIR.0, capacity_flow, AIR.1);
    assert_relative_eq!(air.exhaust_c, expected, epsilon = 1e-6 * 40.0);
    assert_relative_eq!(summary.balance.to_air_w, heat, max_relative = 1e-6);
    assert_relative_eq!(summary.balance.to_liquid_w, -heat, max_relative = 1e-6);
}

/// The counterflow with a pump of `power` W in the water in place of its given flow.
fn pumped(cells: [usize; 2], power: f64) -> String {
    let text = counterflow(cells);
    let given = text.find("flow = ").expect("the water's flow");
    let inlet = text.find("temperature = \"65").expect("its temperature");
    let pump = format!(
        r#"
[[fan]]
name = "pump"
direction = "y-"
at = "100 mm"
from = [0, 0]
to = ["10 mm", "1 mm"]
free_delivery = "0.006 L/min"
shut_off_pressure = "20 Pa"
power = "{power} W"
"#
    );
    [&text[..given], &text[inlet..], &pump].concat()
}

#[test]
fn a_pump_in_a_channel_finds_its_operating_point_in_the_density_and_viscosity_of_its_own_fluid() {
    // Δp = p₀ (1 − (Q/Q₀)²) of a pump measured in water against 12 µ L Q/(w H³).
    let solution = solve(&pumped([40, 32], 0.0));
    let (most, shut_off) = (1e-7, 20.0);
    let resistance = 12.0 * 0.89e-3 * LENGTH / (0.01 * HEIGHTS[0].powi(3));
    // p₀ q² + R Q₀ q − p₀ = 0, q = Q/Q₀.
    let half = 0.5 * resistance * most / shut_off;
    let expected = most * ((half * half + 1.0).sqrt() - half);
    let pump = solution.summary.fans.iter().find(|fan| fan.name == "pump").expect("it is in the scene");
    // It is the water's, and the air has no fans.
    assert_eq!(pump.fluid.as_deref(), Some("water"));
    assert_eq!(solution.summary.air.as_ref().map(|air| air.rack_pressure_pa), Some(0.0));
    // Eight cells across.
    assert_relative_eq!(pump.flow_m3_s, expected, max_relative = 0.01);
    assert_relative_eq!(fluid(&solution, "water").flow_m3_s, pump.flow_m3_s, max_relative = 1e-6);
}

#[test]
fn what_a_pump_draws_is_heat_of_pumps_and_water_as_hot_as_boiling_is_told_with_its_region() {
    let solution = solve(&pumped([20, 16], 0.05).replace("65 degC", "104 degC"));
    let heat = &solution.summary.balance.heat_in_w;
    assert_eq!((heat.pumps, heat.fans), (0.05, 0.0));
    let told = |summary: &Summary| {
        let of = |w: &&Warning| w.place == "channel" && w.finding.contains("water boils at 100 degC");
        summary.warnings.iter().filter(of).count()
    };
    assert_eq!(told(&solution.summary), 1, "{:?}", solution.summary.warnings);
    assert_eq!(told(&solve(&pumped([20, 16], 0.0)).summary), 0);
}

#[test]
fn a_pump_whose_region_has_one_opening_alone_is_named_before_anything_is_solved() {
    let named = |text: &str| {
        let model = prepare(&read(text), Resolution::Draft).expect("it is a scene");
        model.remarks.iter().filter(|remark| remark.text.contains("'pump' moves the same")).count()
    };
    let text = pumped([20, 16], 0.0);
    assert_eq!(named(&text), 0);
    let out = text.find("[[opening]]\nname = \"water_out\"").expect("the water's outlet");
    let next = text.find("[[opening]]\nname = \"air_in\"").expect("the air's inlet");
    assert_eq!(named(&[&text[..out], &text[next..]].concat()), 1);
}

#[test]
fn channels_in_a_solid_fill_are_those_between_parts() {
    let of_parts = counterflow([40, 16]);
    let block = of_parts.find("[[block]]").expect("the wall");
    let region = of_parts.find("[[fluid_region]]").expect("the channel");
    let duct = r#"[[fluid_region]]
name = "duct"
from = [0, 0, "2 mm"]
to = ["10 mm", "0.2 m", "4 mm"]
fluid = "dry"
"#;
    let carved = [&of_parts[..block], duct, &of_parts[region..]].concat();
    let carved = carved.replace("fill = \"dry\"", "fill = \"plastic\"");
    let (parts, fill) = (solve(&of_parts), solve(&carved));
    assert!(fill.summary.air.is_none() && fill.summary.fluids.len() == 2);
    let air = parts.summary.air.as_ref().expect("air passes").exhaust_c;
    assert_relative_eq!(fluid(&fill, "dry").outlet_c.expect("it leaves"), air, max_relative = 1e-9);
    let water = |solution: &Solution| fluid(solution, "water").outlet_c.expect("it leaves");
    assert_relative_eq!(water(&fill), water(&parts), max_relative = 1e-9);
}

#[test]
fn water_between_plates_loses_the_pressure_of_its_own_viscosity() {
    // Plane Poiseuille: Δp = 12 µ L ū/H² from the middle of the first cell to the middle of the last.
    let solution = solve(&counterflow([100, 32]));
    let water = fluid(&solution, "water");
    let mean = water.flow_m3_s / (0.01 * HEIGHTS[0]);
    let length = LENGTH * (1.0 - 1.0 / 100.0);
    let expected = 12.0 * 0.89e-3 * length * mean / HEIGHTS[0].powi(2);
    // Eight cells across: a parabola's shear at the wall is short by 1/(2 n²).
    assert_relative_eq!(water.pressure_drop_pa.expect("it passes"), expected, max_relative = 0.02);
}

/// What fills a tank, in SI units.
struct Filling {
    density: f64,
    specific_heat: f64,
    conductivity: f64,
    viscosity: f64,
    expansion: f64,
}

/// A mineral oil for immersion.
const OIL: Filling =
    Filling { density: 850.0, specific_heat: 2100.0, conductivity: 0.14, viscosity: 0.02, expansion: 7e-4 };
/// Air of constant properties at 25 °C.
const GAS: Filling = Filling {
    density: 1.184,
    specific_heat: 1006.0,
    conductivity: 0.026,
    viscosity: 18.4e-6,
    expansion: 3.354e-3,
};

/// Width and height, m.
const TANK: f64 = 0.02;
/// W over a depth of 10 mm.
const TANK_POWER: f64 = 0.02;

/// A closed tank between a heated wall and one that air cools, in two dimensions.
fn tank(filling: &Filling) -> String {
    let Filling { density, specific_heat, conductivity, viscosity, expansion } = *filling;
    format!(
        r#"
[domain]
size = ["10 mm", "36 mm", "20 mm"]
[grid]
cells = [1, 36, 20]
[air]
field = "momentum"
turbulence = "laminar"
[[fluid]]
name = "filling"
density = "{density} kg/m3"
specific_heat = "{specific_heat} J/kgK"
conductivity = "{conductivity} W/mK"
viscosity = "{viscosity} Pa.s"
expansion = "{expansion} 1/K"
[[material]]
name = "glass"
conductivity = "1 W/mK"
[[block]]
name = "heater"
from = [0, 0, 0]
to = ["10 mm", "4 mm", "20 mm"]
material = "glass"
power = "{TANK_POWER} W"
[[block]]
name = "side"
from = [0, "24 mm", 0]
to = ["10 mm", "26 mm", "20 mm"]
material = "glass"
[[fluid_region]]
name = "tank"
from = [0, "4 mm", 0]
to = ["10 mm", "24 mm", "20 mm"]
fluid = "filling"
[[opening]]
name = "air_in"
side = "z-"
from = [0, "26 mm"]
to = ["10 mm", "36 mm"]
velocity = "0.5 m/s"
[[opening]]
name = "air_out"
side = "z+"
from = [0, "26 mm"]
to = ["10 mm", "36 mm"]
[[monitor]]
name = "hot"
volume = {{ from = [0, 0, 0], to = ["10 mm", "4 mm", "20 mm"] }}
[[monitor]]
name = "cold"
volume = {{ from = [0, "24 mm", 0], to = ["10 mm", "26 mm", "20 mm"] }}
"#
    )
}

/// Mean difference between the faces of the tank, K.
fn across(solution: &Solution) -> f64 {
    let flux = TANK_POWER / (0.01 * TANK);
    // Mean of a wall with uniform sources over its warm face, q t/3k, and of one without, q t/2k.
    monitor(solution, "hot") - flux * 4e-3 / 3.0 - (monitor(solution, "cold") + flux * 2e-3 / 2.0)
}

/// The same by Nu = 0.18 (Pr/(0.2 + Pr) Ra)^0.29 (B. M. Berkovsky and V. K. Polevikov, 1977, for heights of one to two
/// widths), K.
fn correlated(filling: &Filling) -> f64 {
    let Filling { density, specific_heat, conductivity, viscosity, expansion } = *filling;
    let diffusivity = conductivity / (density * specific_heat);
    let prandtl = viscosity / density / diffusivity;
    let rayleigh_of_a_kelvin = 9.806_65 * expansion * TANK.powi(3) / (viscosity / density * diffusivity);
    let a_kelvin = 0.18 * (prandtl / (0.2 + prandtl) * rayleigh_of_a_kelvin).powf(0.29);
    // ΔT · Nu(ΔT) = q L/k, Nu ~ ΔT^0.29.
    let flux = TANK_POWER / (0.01 * TANK);
    (flux * TANK / (conductivity * a_kelvin)).powf(1.0 / 1.29)
}

#[test]
fn a_closed_tank_of_oil_beside_air_keeps_its_heater_as_much_cooler_than_one_of_gas_as_rayleigh_numbers_say() {
    let (oil, gas) = (solve(&tank(&OIL)), solve(&tank(&GAS)));
    let filling = fluid(&oil, "filling");
    assert_eq!((filling.flow_m3_s, filling.outlet_c), (0.0, None));
    assert_relative_eq!(oil.summary.balance.to_air_w, TANK_POWER, max_relative = 1e-9);
    let (warm, warmer) = (across(&oil), across(&gas));
    println!("oil {warm:.3} K for {:.3}, gas {warmer:.3} K for {:.3}", correlated(&OIL), correlated(&GAS));
    // The correlation is good to some 10 %, and for walls of one temperature.
    assert_relative_eq!(warmer / warm, correlated(&GAS) / correlated(&OIL), max_relative = 0.10);
    assert!(warmer > 5.0 * warm, "gas {warmer} K, oil {warm} K");
}

#[test]
fn fluids_on_both_sides_of_a_plate_thinner_than_a_cell_do_not_touch() {
    let text = counterflow([20, 16]).replace("from = [0, 0, \"1 mm\"]", "from = [0, 0, \"1.5 mm\"]");
    let error = prepare(&read(&text), Resolution::Draft).expect_err("water and air touch under the wall");
    assert!(error.to_string().contains("touch"), "{error}");
    let plate = counterflow([20, 16])
        .replace("cells = [1, 20, 16]", "smallest_spacing = \"0.5 mm\"")
        .replace("to = [\"10 mm\", \"0.2 m\", \"2 mm\"]", "to = [\"10 mm\", \"0.2 m\", \"1.1 mm\"]");
    let model = prepare(&read(&plate), Resolution::Draft).expect("a plate parts them");
    assert!(!model.sheets.is_empty() && model.present_fluids() == [0, 1]);
}
