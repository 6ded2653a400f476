//! The facility around a scene: what `[plant]` says lands in it, and its numbers follow from the rack's.

use std::path::Path;

use racktherm::couple::{self, BackendChoice, Options, Silent};
use racktherm::plant::circuit::{Chiller, Rejection};
use racktherm::result::{Facility, Summary};
use racktherm::scene::{Diagnostics, Scene};

/// A cold plate under a chip, and a board in the air of a fan.
const SCENE: &str = r#"
[domain]
size = ["200 mm", "300 mm", "1 U"]
[[opening]]
name = "front"
side = "y-"
[[opening]]
name = "back"
side = "y+"
[[fan]]
name = "fan"
direction = "y+"
at = "20 mm"
from = [0, 0]
to = ["200 mm", "1 U"]
flow = "20 CFM"
power = "6 W"
[[board]]
name = "board"
at = ["10 mm", "50 mm", "5 mm"]
size = ["180 mm", "240 mm", "2 mm"]
material = "fr4"
power = "50 W"
[[chip]]
name = "gpu"
role = "gpu"
at = ["70 mm", "120 mm", "7 mm"]
size = ["60 mm", "60 mm", "4 mm"]
power = "1 kW"
junction_to_case = "0.01 K/W"
cooler = "plate"
[[cold_plate]]
name = "plate"
at = ["65 mm", "115 mm", "11 mm"]
size = ["70 mm", "70 mm", "12 mm"]
resistance = "ocp-1kw-oam-pg25"
pressure_drop = { flow = "2 L/min", drop = "12 kPa" }
[[branch]]
name = "tray"
plates = ["plate"]
loop = "rack"
[[loop]]
name = "rack"
coolant = "pg25"
supply_temperature = "40 degC"
flow = "2 L/min"
[plant]
"#;

fn load(plant: &str, settings: &[&str]) -> Result<Scene, Diagnostics> {
    let settings: Vec<String> = settings.iter().map(|s| (*s).to_owned()).collect();
    Scene::from_text(Path::new("scenes/example.toml"), format!("{SCENE}{plant}"), &settings)
}

fn solve(plant: &str, settings: &[&str]) -> Summary {
    let scene = load(plant, settings).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let options = Options { backend: BackendChoice::Cpu, ..Options::default() };
    couple::solve(&scene, &options, &Silent).unwrap_or_else(|error| panic!("{error}")).summary
}

fn facility(summary: &Summary) -> &Facility {
    summary.plant.facility.as_ref().expect("the scene has [plant]")
}

fn close(found: f64, expected: f64, share: f64) {
    assert!((found - expected).abs() <= share * expected.abs(), "{found}, expected {expected}");
}

#[test]
fn every_key_of_the_plant_lands_in_the_scene() {
    let text = r#"
climate = "climates/hot_humid.csv"
design_dry_bulb = "36 degC"
design_wet_bulb = "27 degC"
heat_rejection = "cooling_tower"
trim = "water_cooled_chiller"
approach = "3 K"
room_heat_rejection = "air_cooled_chiller"
cdu_approach = "3 K"
water_rise = "8 K"
crah_approach = "5 K"
crah_spare = "50 %"
room_water_rise = "7 K"
plate_approach = "2 K"
water_pressure_drop = "150 kPa"
pump_efficiency = 0.7
distribution_loss = "4 %"
reuse = "20 %"
cycles_of_concentration = 6
drift = "0.001 %"
energy_price = "0.08 1/kWh"
water_price = "3 1/m3"
site_power = "20 MW"
"#;
    let plant = load(text, &[]).unwrap_or_else(|mistakes| panic!("{mistakes}")).plant.unwrap();
    assert_eq!((plant.climate.name.as_str(), plant.climate.bins.len()), ("climates/hot_humid.csv", 20));
    assert_eq!((plant.design.dry_bulb, plant.design.wet_bulb), (309.15, 300.15));
    assert_eq!(plant.heat_rejection, Rejection::CoolingTower(Some(Chiller::Water)));
    assert_eq!(plant.room_heat_rejection, Rejection::Chiller(Chiller::Air));
    assert_eq!((plant.approach, plant.cdu_approach, plant.water_rise), (Some(3.0), 3.0, 8.0));
    assert_eq!((plant.crah_approach, plant.crah_spare, plant.room_water_rise), (5.0, 0.5, 7.0));
    assert_eq!((plant.plate_approach, plant.water_pressure_drop, plant.pump_efficiency), (2.0, 150e3, 0.7));
    assert_eq!((plant.distribution_loss, plant.reuse, plant.cycles_of_concentration), (0.04, 0.2, 6.0));
    close(plant.drift, 1e-5, 1e-12);
    close(plant.energy_price * 3.6e6, 0.08, 1e-12);
    assert_eq!((plant.water_price, plant.site_power), (3.0, 20e6));
}

#[test]
fn an_empty_plant_is_dry_coolers_with_air_cooled_chillers_behind_them_and_rests_on_estimates() {
    let plant = load("", &[]).unwrap().plant.unwrap();
    let default = Rejection::DryCooler(Some(Chiller::Air));
    assert_eq!((plant.heat_rejection, plant.room_heat_rejection), (default, default));
    assert!(plant.climate.name == "temperate" && plant.estimated);
    assert_eq!(
        load("", &["plant.trim=none"]).unwrap().plant.unwrap().heat_rejection,
        Rejection::DryCooler(None)
    );
}

/// Liquid heat to the facility water 4 K below its coolant, all the rest to the room; PUE from the powers beside it.
#[test]
fn a_facility_takes_all_heat_of_the_rack_and_its_measures_follow_from_its_powers() {
    let summary = solve("", &[]);
    let (facility, balance) = (facility(&summary), &summary.balance);
    let [water, air] = &facility.circuits[..] else { panic!("{:?}", facility.circuits) };
    close(water.heat_w, balance.to_liquid_w, 1e-12);
    close(air.heat_w - facility.design.room_fans_w, balance.to_room_w, 1e-9);
    assert_eq!((water.supply_c, air.supply_c), (36.0, 19.0));
    // Chip, board and fan; the loop's pump is no IT.
    close(facility.it_w, 1056.0, 1e-9);
    close(facility.compute_w, 1050.0, 1e-9);
    let design = &facility.design;
    close(design.rack_cooling_w, summary.pump_power_w(), 1e-12);
    let parts = design.rack_cooling_w
        + design.room_fans_w
        + design.pumps_w
        + design.rejection_fans_w
        + design.chillers_w
        + design.distribution_w;
    close(design.site_w, facility.it_w + parts, 1e-12);
    for efficiency in [&design.efficiency, &facility.year.efficiency] {
        close(efficiency.tue, efficiency.itue * efficiency.pue, 1e-12);
    }
    close(design.efficiency.pue, design.site_w / facility.it_w, 1e-12);
    close(facility.year.energy_kwh, facility.year.efficiency.pue * facility.it_w * 8.76, 1e-9);
    close(facility.year.cost, 0.1 * facility.year.energy_kwh, 1e-9);
    close(facility.racks, (1e6 / facility.year.peak_w).floor(), 1e-12);
    assert_eq!((facility.gpus, facility.year.water_m3), (facility.racks, 0.0));
}

#[test]
fn facility_water_gets_no_warmer_than_the_coolant_that_it_cools() {
    // 1 kW in 2 L/min of PG25 is 7.6 K: at an approach of 4 K on both sides the water warms by no more than that.
    let summary = solve("water_rise = \"40 K\"", &[]);
    let (water, rack) = (&facility(&summary).circuits[0], &summary.loops[0]);
    close(water.return_c - water.supply_c, rack.return_c - rack.supply_c, 1e-9);
    close(water.supply_c, rack.supply_c - 4.0, 1e-9);
    // Less than that, it warms as it is told.
    let summary = solve("water_rise = \"5 K\"", &[]);
    let water = &facility(&summary).circuits[0];
    close(water.return_c - water.supply_c, 5.0, 1e-9);
}

#[test]
fn towers_take_water_and_reuse_lowers_ere_and_not_pue() {
    let summary = solve("heat_rejection = \"cooling_tower\"\nreuse = 0.5", &[]);
    let (year, water) = (&facility(&summary).year, &facility(&summary).circuits[0]);
    assert!(year.water_m3 > 1.0 && year.efficiency.wue_l_kwh > 0.1, "{year:?}");
    // Half of the coolant's heat and of the pumps' in two circuits, whose 200 kPa at 0.6 warm water of 4.18 MJ/(m³ K).
    let (rise, pumps) = (water.return_c - water.supply_c, 2.0 * 200e3 / 0.6 / 4.18e6);
    let reused = 0.5 * water.heat_w * rise / (rise - pumps) / 1056.0;
    assert!((year.efficiency.pue - year.efficiency.ere - reused).abs() < 1e-3 * reused, "{year:?}");
    close(year.water_m3 * 1e3, year.efficiency.wue_l_kwh * 1.056 * 8760.0, 1e-9);
    close(year.cost, 0.1 * year.energy_kwh + 2.0 * year.water_m3, 1e-9);
}

#[test]
fn supply_that_a_plant_cannot_hold_is_told_with_its_hours() {
    let summary =
        solve("climate = \"hot_humid\"\ntrim = \"none\"", &["loop.rack.supply_temperature=30 degC"]);
    let told = |text: &str| summary.warnings.iter().any(|w| w.place == "plant" && w.finding.contains(text));
    assert!(told("cannot be held at 26.0 degC") && told("h a year the facility water is warmer"));
    assert!(facility(&summary).year.warm_supply_h > 1000.0);
    let trimmed = solve("climate = \"hot_humid\"", &["loop.rack.supply_temperature=30 degC"]);
    assert_eq!(facility(&trimmed).year.warm_supply_h, 0.0);
}

#[test]
fn the_same_rack_costs_less_the_colder_its_climate() {
    let pue = |climate: &str| {
        let summary = solve("", &[&format!("plant.climate={climate}")]);
        facility(&summary).year.efficiency.pue
    };
    let [cold, temperate, hot] = ["cold", "temperate", "hot_humid"].map(pue);
    assert!(1.05 < cold && cold < temperate && temperate < hot, "{cold} {temperate} {hot}");
}

#[test]
fn a_scene_whose_parts_draw_nothing_has_no_measures_and_says_why() {
    let settings = ["chip.gpu.power=0 W", "board.board.power=0 W", "fan.fan.power=0 W"];
    let summary = solve("", &settings);
    assert!(summary.plant.facility.is_none());
    assert!(summary.warnings.iter().any(|w| w.finding.contains("no power goes into compute parts")));
}

#[test]
fn the_racks_that_are_compared_have_a_plant_in_the_same_climate() {
    for name in ["dgx_b200_air", "dgx_b200_rear_door", "gb200_nvl72_liquid", "gb300_nvl72_liquid"] {
        let path = format!("{}/scenes/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let scene = Scene::load(Path::new(&path), &[]).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        assert_eq!(scene.plant.map(|plant| plant.climate.name).as_deref(), Some("temperate"), "{name}");
    }
}
