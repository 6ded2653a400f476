//! Facts about a water circuit of the plant.

use super::*;
use approx::assert_relative_eq;

fn kelvin(celsius: f64) -> f64 {
    celsius + ZERO_CELSIUS
}

fn weather(dry: f64, wet: f64) -> Weather {
    Weather { dry_bulb: kelvin(dry), wet_bulb: kelvin(wet) }
}

const DESIGN: Design = Design {
    heat: 120e3,
    supply: 36.0 + ZERO_CELSIUS,
    rise: 10.0,
    rejection: Rejection::DryCooler(None),
    approach: None,
    plate_approach: 1.5,
    pump_pressure: 200e3 / 0.6,
    reuse: 0.0,
    cycles_of_concentration: 5.0,
    drift: 2e-5,
};
const HOT: (f64, f64) = (34.1, 25.4);

fn circuit(rejection: Rejection, supply: f64, reuse: f64) -> Circuit {
    let design = Design { rejection, supply: kelvin(supply), reuse, ..DESIGN };
    Circuit::sized(design, weather(HOT.0, HOT.1))
}

const ALL: [Rejection; 8] = [
    Rejection::DryCooler(None),
    Rejection::DryCooler(Some(Chiller::Air)),
    Rejection::DryCooler(Some(Chiller::Water)),
    Rejection::CoolingTower(None),
    Rejection::CoolingTower(Some(Chiller::Air)),
    Rejection::CoolingTower(Some(Chiller::Water)),
    Rejection::Chiller(Chiller::Air),
    Rejection::Chiller(Chiller::Water),
];

/// Heat, pump and compressor power enter the water; what is not put to use leaves to the air.
#[test]
fn all_heat_and_power_of_a_circuit_ends_out_of_doors_or_in_use() {
    for rejection in ALL {
        for supply in [18.0, 36.0] {
            let circuit = circuit(rejection, supply, 0.2);
            for (dry, wet) in [(-10.0, -11.0), (5.0, 3.0), (14.0, 12.0), (22.0, 17.0), HOT, (38.0, 27.0)] {
                let state = circuit.operate(weather(dry, wet));
                let entered = DESIGN.heat + state.pumps + state.chiller;
                let left = state.rejected + state.reused;
                assert_relative_eq!(left, entered, max_relative = 1e-8);
                assert!(state.power() >= 0.0 && state.water >= 0.0, "{rejection:?} {state:?}");
            }
        }
    }
}

#[test]
fn the_economiser_comes_first_and_the_chiller_takes_the_rest() {
    let circuit = circuit(Rejection::DryCooler(Some(Chiller::Air)), 18.0, 0.0);
    let chilled = |dry: f64| circuit.operate(weather(dry, dry - 2.0)).chilled / circuit.load();
    assert_eq!(chilled(5.0), 0.0);
    let part = chilled(15.0);
    assert!(part > 0.05 && part < 0.6, "{part}");
    assert_relative_eq!(chilled(30.0), 1.0, max_relative = 1e-12);
    // Between them the chiller's share rises with the air, and the supply is held.
    assert!((6..26).all(|dry| chilled(f64::from(dry) + 1.0) >= chilled(f64::from(dry)) - 1e-9));
    assert_eq!(circuit.operate(weather(30.0, 20.0)).supply, kelvin(18.0));
}

#[test]
fn without_a_chiller_the_supply_rises_to_the_design_approach_over_the_air() {
    let circuit = circuit(Rejection::DryCooler(None), 36.0, 0.0);
    let state = circuit.operate(weather(HOT.0, HOT.1));
    assert_relative_eq!(state.supply, kelvin(HOT.0 + dry_cooler::APPROACH), epsilon = 1e-6);
    assert_eq!(circuit.operate(weather(25.0, 20.0)).supply, kelvin(36.0));
}

#[test]
fn a_tower_with_its_plate_holds_its_approach_at_the_design_wet_bulb_and_takes_water() {
    let circuit = circuit(Rejection::CoolingTower(None), 20.0, 0.0);
    let state = circuit.operate(weather(HOT.0, HOT.1));
    assert_relative_eq!(state.supply, kelvin(HOT.1 + 3.9 + 1.5), epsilon = 1e-5);
    // 1.8 L/kWh: all heat by evaporation, at five cycles.
    let per_kwh = state.water / DESIGN.heat * 3.6e6;
    assert!(per_kwh > 1.4 && per_kwh < 2.3, "{per_kwh}");
    assert_eq!(circuit.operate(weather(-5.0, -6.0)).supply, kelvin(20.0));
}

#[test]
fn a_water_cooled_chiller_beats_an_air_cooled_one_on_a_hot_day() {
    let power = |kind| circuit(Rejection::Chiller(kind), 10.0, 0.0).operate(weather(HOT.0, HOT.1)).power();
    let (air, water) = (power(Chiller::Air), power(Chiller::Water));
    assert!(water < 0.75 * air, "{water} {air}");
    assert_relative_eq!(air, 120e3 / 3.37, max_relative = 0.05);
}

proptest::proptest! {
    /// Over all that the scene language accepts: finite, and what enters leaves.
    #[test]
    fn no_accepted_circuit_loses_heat(
        way in 0..ALL.len(),
        heat in 1.0_f64..1e9,
        supply in 4.0_f64..60.0,
        rise in 5.0_f64..40.0,
        approach in proptest::option::of(0.5_f64..30.0),
        plate_approach in 0.1_f64..10.0,
        pump_pressure in 0.0_f64..2.5e6,
        reuse in 0.0_f64..0.95,
        design in (-60.0_f64..60.0, 0.0_f64..30.0),
        now in (-60.0_f64..60.0, 0.0_f64..30.0),
    ) {
        let weather = |(dry, depression): (f64, f64)| weather(dry, (dry - depression).max(-60.0));
        let rejection = ALL[way];
        let supply = kelvin(supply);
        let design_of =
            Design { heat, supply, rise, rejection, approach, plate_approach, pump_pressure, reuse, ..DESIGN };
        let circuit = Circuit::sized(design_of, weather(design));
        let state = circuit.operate(weather(now));
        let entered = heat + state.pumps + state.chiller;
        assert_relative_eq!(state.rejected + state.reused, entered, max_relative = 1e-6);
        proptest::prop_assert!(state.supply >= supply && state.power() >= 0.0, "{state:?}");
        proptest::prop_assert!(state.fans.is_finite() && state.water.is_finite() && state.water >= 0.0);
    }
}
