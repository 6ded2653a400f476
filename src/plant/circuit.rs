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
    chiller: Option<Machine>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Economiser {
    Dry(DryCooler),
    Tower(CoolingTower),
}

/// A chiller that a circuit has.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Machine {
    Air,
    /// With its tower, and the capacity rate of the condenser water, W/K.
    Water(CoolingTower, f64),
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
        let chiller = chiller.map(|kind| match kind {
            Chiller::Air => Machine::Air,
            Chiller::Water => condensed(&design, capacity_rate * rise, weather.wet_bulb),
        });
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
        let Some(machine) = &self.chiller else { return state };
        let leaving = self.design.supply;
        let (tower, rate) = match machine {
            Machine::Water(tower, rate) => (tower, *rate),
            Machine::Air => {
                let cop = chiller::air_cooled(leaving, weather.dry_bulb);
                let power = heat / cop.value;
                return State {
                    chiller: state.chiller + power,
                    rejected: state.rejected + heat + power,
                    chilled: heat,
                    extrapolated: cop.extrapolated,
                    ..state
                };
            }
        };
        let pump = rate * self.design.pump_pressure / WATER;
        let cop = |condenser| chiller::water_cooled(leaving, condenser, heat / self.load());
        let given = |condenser: f64| heat * (1.0 + 1.0 / cop(condenser).value) + pump;
        let wanted =
            (weather.wet_bulb + condenser_approach(&self.design)).max(CARRIER_CONDENSER[0] + ZERO_CELSIUS);
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

/// A water-cooled chiller that takes a heat flow in W.
fn condensed(design: &Design, heat: f64, wet_bulb: f64) -> Machine {
    let approach = condenser_approach(design);
    let condenser = wet_bulb + approach;
    let cop = chiller::water_cooled(design.supply, condenser, 1.0).value;
    let rate = heat * (1.0 + 1.0 / cop) / (RANGE - design.pump_pressure / WATER);
    Machine::Water(CoolingTower::sized(condenser + RANGE, rate, wet_bulb, approach, 1.0), rate)
}

/// Approach of a chiller's tower, K: the given one, unless that is a dry cooler's.
fn condenser_approach(design: &Design) -> f64 {
    let given = design.approach.filter(|_| !matches!(design.rejection, Rejection::DryCooler(_)));
    given.unwrap_or(cooling_tower::APPROACH)
}

#[cfg(test)]
#[path = "circuit_tests.rs"]
mod tests;
