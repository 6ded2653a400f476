//! A water circuit of the plant: from the racks' or the room's heat to outdoor air.
//!
//! The flow is constant and carries heat and pump power at the given rise; pump power ends in the water. The economiser
//! (dry cooler, or tower behind a plate exchanger) comes first, its fans at the speed that holds the supply; where full
//! speed is not enough a chiller takes the rest, or all of it where that draws less power; without a chiller the supply
//! rises until the heat is rejected. Sized at the design weather for the circuit's whole heat, the chiller too.
//!
//! A tower's own water has the flow and the pump of the circuit (E); that pump counts with the circuit's. A water-cooled
//! chiller has a tower of its own: condenser water at the design approach over the wet bulb, 16 °C at least.

use super::chiller::{self, CARRIER_CONDENSER};
use super::cooling_tower::{self, CoolingTower, RANGE, make_up};
use super::dry_cooler::{self, DryCooler};
use super::{Rejector, Weather, bisect};
use crate::physics::effectiveness::{FlowArrangement, effectiveness};
use crate::units::ZERO_CELSIUS;

/// Volumetric heat capacity of water, J/(m³ K), at 30 °C.
const WATER: f64 = 995.7 * 4_179.5;
/// cp of water, J/(kg K).
const WATER_CP: f64 = 4_180.0;

/// A kind of chiller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chiller {
    /// Air-cooled.
    Air,
    /// Water-cooled, with a tower.
    Water,
}

/// What takes a circuit's heat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// A dry cooler, and a chiller for the rest.
    DryCooler(Option<Chiller>),
    /// A tower behind a plate exchanger, and a chiller for the rest.
    CoolingTower(Option<Chiller>),
    /// A chiller alone.
    Chiller(Chiller),
}

/// What a circuit is designed for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    /// W, without pumps.
    pub heat: f64,
    /// Wanted supply, K.
    pub supply: f64,
    /// Return less supply, K.
    pub rise: f64,
    /// What takes the heat.
    pub rejection: Rejection,
    /// Leaving water over the air or the wet bulb, K, if not the components' own.
    pub approach: Option<f64>,
    /// Of a balanced plate exchanger at the circuit's heat, K.
    pub plate_approach: f64,
    /// Pump head over wire-to-water efficiency, Pa.
    pub pump_pressure: f64,
    /// Share of the heat that is put to use before it is rejected.
    pub reuse: f64,
    /// Of towers.
    pub cycles_of_concentration: f64,
    /// Of towers, share of the circulating water.
    pub drift: f64,
}

/// A circuit, sized.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Circuit {
    design: Design,
    /// W/K.
    capacity_rate: f64,
    /// Pumps, W: they run all the time.
    pump: f64,
    economiser: Option<Economiser>,
    /// A chiller, with the tower and the capacity rate of the condenser water of a water-cooled one.
    chiller: Option<(Chiller, Option<(CoolingTower, f64)>)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Economiser {
    Dry(DryCooler),
    Tower(CoolingTower),
}

/// What a circuit does at one weather; powers in W.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct State {
    /// Water to the racks or the room, K; above the wanted where that cannot be held.
    pub supply: f64,
    /// Pumps, those of towers and condensers included.
    pub pumps: f64,
    /// Fans of coolers and towers.
    pub fans: f64,
    /// Chiller.
    pub chiller: f64,
    /// Make-up water, kg/s.
    pub water: f64,
    /// Heat put to use.
    pub reused: f64,
    /// Heat to outdoor air, as the cooler, tower or condenser gives it at its speed, without its fans.
    pub rejected: f64,
    /// Heat that a chiller takes from the water.
    pub chilled: f64,
    /// Whether the chiller's table had to be left.
    pub extrapolated: bool,
}

impl State {
    /// Electrical power.
    #[must_use]
    pub fn power(&self) -> f64 {
        self.pumps + self.fans + self.chiller
    }
}

impl Circuit {
    /// A circuit for its whole heat at a weather; heat, rise and approaches are above 0.
    #[must_use]
    pub fn sized(design: Design, weather: Weather) -> Self {
        let towers = f64::from(u8::from(matches!(design.rejection, Rejection::CoolingTower(_))));
        // Pump power per capacity rate, K: it warms the water by that much of the rise.
        let pump = (1.0 + towers) * design.pump_pressure / WATER;
        let capacity_rate = design.heat / (design.rise - pump);
        let rise = design.rise * (1.0 - design.reuse);
        let economiser = match design.rejection {
            Rejection::DryCooler(_) => {
                let approach = design.approach.unwrap_or(dry_cooler::APPROACH);
                let water_in = weather.dry_bulb + approach + rise;
                let cooler = DryCooler::sized(water_in, capacity_rate, weather.dry_bulb, approach);
                Some(Economiser::Dry(cooler))
            }
            Rejection::CoolingTower(_) => {
                let approach = design.approach.unwrap_or(cooling_tower::APPROACH);
                let ntu = rise / design.plate_approach;
                let plate = effectiveness(FlowArrangement::Counter, ntu, 1.0).expect("NTU ≥ 0");
                let water_in = weather.wet_bulb + approach + design.plate_approach + rise;
                Some(Economiser::Tower(CoolingTower::sized(
                    water_in,
                    capacity_rate,
                    weather.wet_bulb,
                    approach,
                    plate,
                )))
            }
            Rejection::Chiller(_) => None,
        };
        let chiller = match design.rejection {
            Rejection::DryCooler(chiller) | Rejection::CoolingTower(chiller) => chiller,
            Rejection::Chiller(chiller) => Some(chiller),
        };
        let condenser = |kind| match kind {
            Chiller::Air => None,
            Chiller::Water => Some(condenser_tower(&design, capacity_rate * rise, weather.wet_bulb)),
        };
        let chiller = chiller.map(|kind| (kind, condenser(kind)));
        Self { design, capacity_rate, pump: pump * capacity_rate, economiser, chiller }
    }

    /// Heat that is to be rejected, W.
    fn load(&self) -> f64 {
        (self.design.heat + self.pump) * (1.0 - self.design.reuse)
    }

    /// What it does at a weather.
    #[must_use]
    pub fn operate(&self, weather: Weather) -> State {
        let (supply, rate, load) = (self.design.supply, self.capacity_rate, self.load());
        let base = State {
            supply,
            pumps: self.pump,
            reused: (self.design.heat + self.pump) * self.design.reuse,
            ..State::default()
        };
        let back = supply + load / rate;
        let Some(economiser) = self.economiser else { return self.chill(base, load, weather) };
        if let Some(speed) = economiser.rejector().speed(back, supply, rate, weather) {
            return self.rejected(base, economiser, (back, supply), speed, weather);
        }
        if self.chiller.is_none() {
            let short = |supply: f64| {
                economiser.rejector().heat(supply + load / rate, supply, rate, weather, 1.0) - load
            };
            let supply = bisect(supply, supply + 200.0, short);
            let water = (supply + load / rate, supply);
            return self.rejected(State { supply, ..base }, economiser, water, 1.0, weather);
        }
        let alone = self.chill(base, load, weather);
        let free = economiser.rejector().reach(back, rate, weather);
        if free <= 0.0 {
            return alone;
        }
        let first = self.rejected(base, economiser, (back, back - free / rate), 1.0, weather);
        let both = self.chill(first, load - free, weather);
        if both.power() < alone.power() { both } else { alone }
    }

    /// With the heat of water between two temperatures given to the economiser.
    fn rejected(
        &self,
        state: State,
        by: Economiser,
        water: (f64, f64),
        speed: f64,
        weather: Weather,
    ) -> State {
        let heat = by.rejector().heat(water.0, water.1, self.capacity_rate, weather, speed);
        let water = match by {
            Economiser::Dry(_) => 0.0,
            Economiser::Tower(tower) => self.make_up(&tower, heat, self.capacity_rate, weather, speed),
        };
        State {
            fans: state.fans + by.rejector().fan_power(speed),
            rejected: state.rejected + heat,
            water: state.water + water,
            ..state
        }
    }

    fn make_up(&self, tower: &CoolingTower, heat: f64, rate: f64, weather: Weather, speed: f64) -> f64 {
        let evaporation = tower.evaporation(heat, weather, speed);
        make_up(evaporation, self.design.cycles_of_concentration, self.design.drift, rate / WATER_CP)
    }

    /// With so much heat taken by the chiller.
    fn chill(&self, state: State, heat: f64, weather: Weather) -> State {
        let Some((_, tower)) = &self.chiller else { return state };
        let leaving = self.design.supply;
        let Some((tower, rate)) = tower else {
            let cop = chiller::air_cooled(leaving, weather.dry_bulb);
            let power = heat / cop.value;
            return State {
                chiller: state.chiller + power,
                rejected: state.rejected + heat + power,
                chilled: heat,
                extrapolated: cop.extrapolated,
                ..state
            };
        };
        let (rate, pump) = (*rate, rate * self.design.pump_pressure / WATER);
        let cop = |condenser| chiller::water_cooled(leaving, condenser, heat / self.load());
        let given = |condenser: f64| heat * (1.0 + 1.0 / cop(condenser).value) + pump;
        let approach = self.design.approach.unwrap_or(cooling_tower::APPROACH);
        let wanted = (weather.wet_bulb + approach).max(CARRIER_CONDENSER[0] + ZERO_CELSIUS);
        let back = |condenser: f64| condenser + given(condenser) / rate;
        let (condenser, speed) = match tower.speed(back(wanted), wanted, rate, weather) {
            Some(speed) => (wanted, speed),
            None => {
                let short = |out: f64| tower.heat(back(out), out, rate, weather, 1.0) - given(out);
                (bisect(wanted, wanted + 100.0, short), 1.0)
            }
        };
        let cop = cop(condenser);
        let rejected = tower.heat(back(condenser), condenser, rate, weather, speed);
        State {
            pumps: state.pumps + pump,
            fans: state.fans + tower.fan_power(speed),
            chiller: state.chiller + heat / cop.value,
            rejected: state.rejected + rejected,
            water: state.water + self.make_up(tower, rejected, rate, weather, speed),
            chilled: heat,
            extrapolated: cop.extrapolated,
            ..state
        }
    }

    /// What it was designed for.
    #[must_use]
    pub fn design(&self) -> &Design {
        &self.design
    }
}

impl Economiser {
    fn rejector(&self) -> &dyn Rejector {
        match self {
            Economiser::Dry(cooler) => cooler,
            Economiser::Tower(tower) => tower,
        }
    }
}

/// The tower of a water-cooled chiller that takes a heat flow in W, and the capacity rate of its water.
fn condenser_tower(design: &Design, heat: f64, wet_bulb: f64) -> (CoolingTower, f64) {
    let approach = design.approach.unwrap_or(cooling_tower::APPROACH);
    let condenser = wet_bulb + approach;
    let cop = chiller::water_cooled(design.supply, condenser, 1.0).value;
    let rate = heat * (1.0 + 1.0 / cop) / (RANGE - design.pump_pressure / WATER);
    (CoolingTower::sized(condenser + RANGE, rate, wet_bulb, approach, 1.0), rate)
}

#[cfg(test)]
mod tests {
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
                for (dry, wet) in [(-10.0, -11.0), (5.0, 3.0), (14.0, 12.0), (22.0, 17.0), HOT, (38.0, 27.0)]
                {
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
        let power =
            |kind| circuit(Rejection::Chiller(kind), 10.0, 0.0).operate(weather(HOT.0, HOT.1)).power();
        let (air, water) = (power(Chiller::Air), power(Chiller::Water));
        assert!(water < 0.75 * air, "{water} {air}");
        assert_relative_eq!(air, 120e3 / 3.37, max_relative = 0.05);
    }
}
