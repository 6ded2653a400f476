//! A facility around a rack: both water circuits, the room's air, the way of the power; at one weather and over a year.
//!
//! Liquid heat goes to the facility water, supplied a CDU's approach below the coolest coolant; what is left to the
//! room goes with the fans' heat through the CRAH to the chilled water, an approach below the room's supply air. Losses of
//! transformers and UPS are ventilated by themselves and load neither circuit (E).

use super::Weather;
use super::circuit::{Circuit, Design, Rejection, State};
use super::crah;
use super::metrics::Tally;
use super::weather::Climate;

/// Seconds of an hour.
const HOUR: f64 = 3600.0;

/// What a facility is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Plant {
    /// The year.
    pub climate: Climate,
    /// What it is sized for.
    pub design: Weather,
    /// What takes the heat of the facility water.
    pub heat_rejection: Rejection,
    /// Of its cooler or tower at the design weather, K, if not the components' own.
    pub approach: Option<f64>,
    /// What takes the heat of the chilled water.
    pub room_heat_rejection: Rejection,
    /// Coolant supply less facility water, K.
    pub cdu_approach: f64,
    /// Return less supply of the facility water, K.
    pub water_rise: f64,
    /// Room supply air less chilled water, K.
    pub crah_approach: f64,
    /// Share of spare CRAH that run along.
    pub crah_spare: f64,
    /// Return less supply of the chilled water, K.
    pub room_water_rise: f64,
    /// Of plate exchangers before towers, K.
    pub plate_approach: f64,
    /// Head of the pump of each water circuit, Pa.
    pub water_pressure_drop: f64,
    /// Wire to water.
    pub pump_efficiency: f64,
    /// Lost in transformers and UPS, share of the IT power.
    pub distribution_loss: f64,
    /// Share of the facility water's heat that is put to use.
    pub reuse: f64,
    /// Of towers.
    pub cycles_of_concentration: f64,
    /// Of towers, share of the circulating water.
    pub drift: f64,
    /// Currency a joule.
    pub energy_price: f64,
    /// Currency a m³.
    pub water_price: f64,
    /// What the site may draw, W.
    pub site_power: f64,
    /// Whether a value rests on an estimate.
    pub estimated: bool,
}

/// What a rack hands to the facility; W, K, m³/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// IT power.
    pub it: f64,
    /// Of that, into compute parts.
    pub compute: f64,
    /// CDU pumps, fans and pumps of rear doors.
    pub rack_cooling: f64,
    /// Heat of the liquid.
    pub liquid_heat: f64,
    /// Coolest coolant supply.
    pub liquid_supply: f64,
    /// What the facility water warms by: a unit's own, else [`Plant::water_rise`] as far as the coolant's own rise allows.
    pub water_rise: f64,
    /// Heat left to the room.
    pub room_heat: f64,
    /// Air in front of the racks.
    pub room_supply: f64,
    /// Air that the racks draw; 0 where that is not known.
    pub airflow: f64,
}

/// A facility sized for a rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Facility<'a> {
    plant: &'a Plant,
    load: Load,
    room_fans: f64,
    /// Facility water, if there is liquid heat.
    pub facility_water: Option<Circuit>,
    /// Chilled water of the CRAH, if there is heat in the room.
    pub chilled_water: Option<Circuit>,
}

/// A facility at one weather.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operation {
    /// Powers, W; water, m³/s.
    pub tally: Tally,
    /// Facility water.
    pub facility_water: Option<State>,
    /// Chilled water.
    pub chilled_water: Option<State>,
}

/// A facility over its year.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Year {
    /// Energies, J; water, m³.
    pub tally: Tally,
    /// Largest power of the site, W.
    pub peak: f64,
    /// Hours in which no chiller runs.
    pub free_hours: f64,
    /// Hours in which the facility water is warmer than wanted.
    pub warm_hours: f64,
    /// Warmest facility water over the wanted, K.
    pub excess: f64,
    /// Hours in which a running chiller is outside its table.
    pub extrapolated_hours: f64,
}

impl<'a> Facility<'a> {
    /// Sizes both circuits at the design weather.
    #[must_use]
    pub fn sized(plant: &'a Plant, load: Load) -> Self {
        let airflow =
            if load.airflow > 0.0 { load.airflow } else { crah::airflow_for(load.room_heat.max(0.0)) };
        let room_fans = crah::fan_power(airflow, plant.crah_spare);
        let base = Design {
            heat: load.liquid_heat,
            supply: load.liquid_supply - plant.cdu_approach,
            rise: load.water_rise,
            rejection: plant.heat_rejection,
            approach: plant.approach,
            plate_approach: plant.plate_approach,
            pump_pressure: plant.water_pressure_drop / plant.pump_efficiency,
            reuse: plant.reuse,
            cycles_of_concentration: plant.cycles_of_concentration,
            drift: plant.drift,
        };
        let chilled = Design {
            heat: load.room_heat + room_fans,
            supply: load.room_supply - plant.crah_approach,
            rise: plant.room_water_rise,
            rejection: plant.room_heat_rejection,
            approach: None,
            reuse: 0.0,
            ..base
        };
        // A run that did not converge may hand over any number.
        let flows = |design: &Design| design.heat > 0.0 && design.heat.is_finite();
        let sized = |design: Design| flows(&design).then(|| Circuit::sized(design, plant.design));
        let (facility_water, chilled_water) = (sized(base), sized(chilled));
        Self { plant, load, room_fans, facility_water, chilled_water }
    }

    /// What it does at a weather.
    #[must_use]
    pub fn operate(&self, weather: Weather) -> Operation {
        let state = |circuit: &Option<Circuit>| circuit.map(|circuit| circuit.operate(weather));
        let (facility_water, chilled_water) = (state(&self.facility_water), state(&self.chilled_water));
        let sum = |of: fn(&State) -> f64| facility_water.iter().chain(&chilled_water).map(of).sum();
        let tally = Tally {
            it: self.load.it,
            compute: self.load.compute,
            rack_cooling: self.load.rack_cooling,
            room_fans: self.room_fans,
            pumps: sum(|s| s.pumps),
            rejection_fans: sum(|s| s.fans),
            chillers: sum(|s| s.chiller),
            distribution: self.plant.distribution_loss * self.load.it,
            reused: sum(|s| s.reused),
            water: sum(|s| s.water / 1e3),
        };
        Operation { tally, facility_water, chilled_water }
    }

    /// All hours of its climate, and the design weather for the peak.
    #[must_use]
    pub fn year(&self) -> Year {
        let wanted = self.facility_water.map_or(0.0, |circuit| circuit.design().supply);
        let mut year = Year { peak: self.operate(self.plant.design).tally.site(), ..Year::default() };
        for &(weather, hours) in &self.plant.climate.bins {
            let at = self.operate(weather);
            let states = || at.facility_water.iter().chain(&at.chilled_water);
            let excess = at.facility_water.map_or(0.0, |state| state.supply - wanted);
            let counted = |holds: bool| if holds { hours } else { 0.0 };
            year.tally = year.tally.plus(at.tally, hours * HOUR);
            year.peak = year.peak.max(at.tally.site());
            year.free_hours += counted(states().all(|state| state.chilled == 0.0));
            year.warm_hours += counted(excess > 1e-6);
            year.excess = year.excess.max(excess);
            year.extrapolated_hours += counted(states().any(|state| state.extrapolated));
        }
        year
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::plant::circuit::Chiller;
    use crate::plant::metrics::KWH;
    use crate::units::ZERO_CELSIUS;
    use approx::assert_relative_eq;

    pub(crate) fn plant(climate: &str) -> Plant {
        let climate = Climate::named(climate).unwrap();
        Plant {
            design: climate.design,
            climate,
            heat_rejection: Rejection::DryCooler(None),
            approach: None,
            room_heat_rejection: Rejection::DryCooler(Some(Chiller::Air)),
            cdu_approach: 4.0,
            water_rise: 10.0,
            crah_approach: 6.0,
            crah_spare: 0.25,
            room_water_rise: 6.0,
            plate_approach: 1.5,
            water_pressure_drop: 200e3,
            pump_efficiency: 0.6,
            distribution_loss: 0.05,
            reuse: 0.0,
            cycles_of_concentration: 5.0,
            drift: 2e-5,
            energy_price: 0.1 / KWH,
            water_price: 2.0,
            site_power: 1e6,
            estimated: true,
        }
    }

    pub(crate) const RACK: Load = Load {
        it: 134e3,
        compute: 128e3,
        rack_cooling: 1e3,
        liquid_heat: 121e3,
        liquid_supply: 40.0 + ZERO_CELSIUS,
        water_rise: 10.0,
        room_heat: 14e3,
        room_supply: 25.0 + ZERO_CELSIUS,
        airflow: 1.1,
    };

    #[test]
    fn pue_rises_from_cold_to_temperate_to_hot_humid_and_stays_over_its_fixed_losses() {
        let pue = |climate| {
            let plant = plant(climate);
            Facility::sized(&plant, RACK).year().tally.pue()
        };
        let [cold, temperate, hot] = ["cold", "temperate", "hot_humid"].map(pue);
        assert!(1.05 < cold && cold < temperate && temperate < hot && hot < 1.2, "{cold} {temperate} {hot}");
    }

    /// All that the site draws leaves it as heat: out of doors, in use, and the ventilated losses.
    #[test]
    fn what_a_site_draws_is_what_it_rejects() {
        let plant = Plant { reuse: 0.3, ..plant("temperate") };
        let facility = Facility::sized(&plant, RACK);
        for &(weather, _) in &plant.climate.bins {
            let at = facility.operate(weather);
            let states = [at.facility_water.unwrap(), at.chilled_water.unwrap()];
            let left: f64 = states.iter().map(|s| s.rejected + s.reused).sum();
            let lost = at.tally.rejection_fans + at.tally.distribution;
            // The rack's own heat: IT and what stands at it.
            assert_relative_eq!(RACK.it + RACK.rack_cooling, RACK.liquid_heat + RACK.room_heat);
            assert_relative_eq!(left + lost, at.tally.site(), max_relative = 1e-8);
        }
    }

    #[test]
    fn warm_liquid_needs_no_chiller_where_room_air_does() {
        let plant = plant("hot_humid");
        let liquid = Load { it: 120e3, rack_cooling: 1e3, room_heat: 0.0, airflow: 0.0, ..RACK };
        let air = Load { liquid_heat: 0.0, room_heat: 134e3, rack_cooling: 0.0, airflow: 8.0, ..RACK };
        let [liquid, air] = [liquid, air].map(|load| Facility::sized(&plant, load).year());
        assert_eq!(liquid.tally.chillers, 0.0);
        assert!(air.tally.chillers > 0.0 && air.free_hours < liquid.free_hours);
        assert!(air.tally.pue() > liquid.tally.pue() + 0.1);
    }

    #[test]
    fn heat_that_is_no_number_makes_no_circuit() {
        let plant = plant("temperate");
        for heat in [f64::NAN, f64::INFINITY, 0.0, -5.0] {
            let load = Load { liquid_heat: heat, room_heat: heat, airflow: heat, ..RACK };
            let year = Facility::sized(&plant, load).year();
            assert_eq!((year.free_hours, year.warm_hours, year.tally.pumps), (8760.0, 0.0, 0.0));
        }
    }

    #[test]
    fn a_year_is_the_sum_of_its_hours() {
        let plant = plant("temperate");
        let year = Facility::sized(&plant, RACK).year();
        assert_relative_eq!(year.tally.it, RACK.it * 8760.0 * 3600.0, max_relative = 1e-12);
        assert!(year.peak > year.tally.site() / (8760.0 * 3600.0));
        // A cooler without a chiller holds 36 °C up to its approach of 5.55 K below.
        let hotter = plant.climate.bins.iter().filter(|(w, _)| w.dry_bulb > 36.0 + ZERO_CELSIUS - 5.55);
        assert_eq!(year.warm_hours, hotter.map(|(_, hours)| hours).sum::<f64>());
    }

    #[test]
    fn towers_take_one_to_three_litres_a_kwh_over_a_year() {
        let plant = Plant {
            heat_rejection: Rejection::CoolingTower(Some(Chiller::Water)),
            room_heat_rejection: Rejection::CoolingTower(Some(Chiller::Water)),
            ..plant("hot_humid")
        };
        let start = std::time::Instant::now();
        let year = Facility::sized(&plant, RACK).year();
        println!("a year of towers and chillers: {:.1} ms", 1e3 * start.elapsed().as_secs_f64());
        assert!(year.tally.wue() > 1.0 && year.tally.wue() < 3.0, "{}", year.tally.wue());
    }
}
