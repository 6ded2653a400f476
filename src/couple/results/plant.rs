//! The facility of a scene with `[plant]`: the rack's heat and power handed to it, and what it says.

use super::air::AirStreams;
use super::door::DoorResult;
use super::loops::LoopResult;
use super::{View, celsius};
use crate::plant::circuit::{Chiller, Circuit, Rejection, State};
use crate::plant::facility::{self, Load, Plant};
use crate::plant::metrics::{KWH, Tally};
use crate::result::{
    Balance, Cdu, Efficiency, Facility, FacilityCircuit, FacilityDesign, FacilityYear, Warning,
};
use crate::scene::{CduSink, Scene};

/// Facility water below this needs glycol, °C.
const COLDEST_WATER: f64 = 4.0;
/// Least rise of facility water, K: pumps alone warm it by a tenth.
const LEAST_RISE: f64 = 0.5;
/// Share of the heat that counts as none.
const NO_HEAT: f64 = 1e-9;

/// The facility of a scene, with its warnings, if it has one.
pub(super) fn facility(
    view: &View<'_>,
    balance: &Balance,
    streams: Option<&AirStreams>,
    loops: &[LoopResult],
    cdus: &[Cdu],
    door: Option<&DoorResult>,
) -> (Option<Facility>, Vec<Warning>) {
    let Some(plant) = &view.scene.plant else { return (None, Vec::new()) };
    let load = load(view, plant, balance, streams, loops, cdus, door);
    let mut warnings = Vec::new();
    let mut say = |finding: String, remedy: &str| {
        warnings.push(Warning { finding, place: "plant".into(), remedy: remedy.into() });
    };
    if [load.it, load.compute].iter().any(|power| !power.is_finite() || *power <= 0.0) {
        let finding =
            "no power goes into compute parts, by which all measures of a site are divided".to_owned();
        say(finding, "give the parts power, or leave out [plant]");
        return (None, warnings);
    }
    let sized = facility::Facility::sized(plant, load);
    let (at, year) = (sized.operate(plant.design), sized.year());
    let circuits: Vec<_> = [
        ("facility water", sized.facility_water, at.facility_water),
        ("chilled water", sized.chilled_water, at.chilled_water),
    ]
    .into_iter()
    .filter_map(|(name, circuit, state)| Some(circuit_summary(name, &circuit?, &state?)))
    .collect();
    for circuit in &circuits {
        if circuit.supply_c < COLDEST_WATER {
            let (name, supply) = (&circuit.name, circuit.supply_c);
            let finding = format!("{name} at {supply:.1} degC is close to freezing; it is computed as water");
            say(finding, "raise the supply temperatures, or lower the approaches");
        }
        let excess = circuit.design_supply_c - circuit.supply_c;
        if excess > 0.05 {
            let finding = format!(
                "{} cannot be held at {:.1} degC: {:.1} degC at the design weather",
                circuit.name, circuit.supply_c, circuit.design_supply_c
            );
            say(finding, "trim it by a chiller, choose a smaller approach or a tower, or raise the supply");
        }
    }
    if year.warm_hours > 0.0 {
        let finding = format!(
            "in {:.0} h a year the facility water is warmer than wanted, by {:.1} K at most, and the coolant with it",
            year.warm_hours, year.excess
        );
        say(finding, "the rack's answer holds for the wanted supply: raise it by this, or trim by a chiller");
    }
    if year.extrapolated_hours > 0.0 {
        let finding = format!(
            "in {:.0} h a year a chiller works outside its table: its COP is carried on by Carnot (E)",
            year.extrapolated_hours
        );
        say(finding, "take the chillers' part of energy and cost as an estimate");
    }
    for (stream, heat) in [("coolant", load.liquid_heat), ("room's air", load.room_heat)] {
        if heat < -NO_HEAT * load.it {
            let finding =
                format!("the {stream} gives the rack {:.0} W, which no circuit is charged with", -heat);
            say(finding, "bring the temperatures of coolant and room closer together");
        }
    }
    let cost = plant.energy_price * year.tally.site() + plant.water_price * year.tally.water;
    let racks = (plant.site_power / year.peak + 1e-9).floor();
    let estimated = plant.estimated || circuits.iter().any(|c| c.rejection.contains("chiller"));
    let summary = Facility {
        climate: plant.climate.name.clone(),
        it_w: load.it,
        compute_w: load.compute,
        circuits,
        design: design(plant, &at.tally),
        year: FacilityYear {
            efficiency: efficiency(&year.tally),
            energy_kwh: year.tally.site() / KWH,
            water_m3: year.tally.water,
            reused_kwh: year.tally.reused / KWH,
            cost,
            peak_w: year.peak,
            free_cooling_h: year.free_hours,
            warm_supply_h: year.warm_hours,
        },
        site_power_w: plant.site_power,
        racks,
        gpus: racks * view.scene.gpus() as f64,
        rests_on_estimates: estimated,
    };
    (Some(summary), warnings)
}

/// What the rack hands over.
fn load(
    view: &View<'_>,
    plant: &Plant,
    balance: &Balance,
    streams: Option<&AirStreams>,
    loops: &[LoopResult],
    cdus: &[Cdu],
    door: Option<&DoorResult>,
) -> Load {
    let heat = &balance.heat_in_w;
    let door_fans = door.map_or(0.0, |door| door.summary.fan_power_w);
    let scene = view.scene;
    let by_air = || cdus.iter().filter(|cdu| cdu.cooled_by == "air");
    let unit_fans: f64 = by_air().map(|cdu| cdu.cold_power_w).sum();
    // A unit says what its facility water is; the plant's approach stands for one that is not described.
    let supplies = scene.loops.iter().enumerate().filter_map(|(index, supply)| {
        match scene.cdus.iter().find(|cdu| cdu.on_loop == index) {
            None => Some(supply.supply_temperature),
            Some(cdu) if matches!(cdu.sink, CduSink::Water { .. }) => {
                Some(cdu.temperature + plant.cdu_approach)
            }
            Some(_) => None,
        }
    });
    let own_water = scene.rear_door.iter().filter(|door| door.plate.is_none());
    let supplies = supplies.chain(own_water.map(|door| door.supply_temperature));
    // Liquids of open cells enter by openings.
    let entering = scene.openings.iter().map(|opening| opening.temperature);
    let coldest = |temperatures: &mut dyn Iterator<Item = f64>| temperatures.reduce(f64::min);
    let liquid_supply = match loops.is_empty() && door.is_none() {
        true => coldest(&mut entering.into_iter()),
        false => coldest(&mut supplies.into_iter()),
    };
    let airflow = match (streams, view.air) {
        (Some(streams), Some(air)) => streams.intake / air.air().density,
        _ => 0.0,
    };
    Load {
        it: heat.total - heat.pumps - door_fans - unit_fans,
        compute: heat.chips + heat.boards,
        rack_cooling: heat.pumps + door_fans + unit_fans,
        liquid_heat: balance.to_liquid_w,
        liquid_supply: liquid_supply.unwrap_or(scene.site.air_temperature),
        water_rise: water_rise(scene, plant, loops, cdus, door),
        room_heat: balance.to_room_w,
        room_supply: scene.site.air_temperature,
        airflow,
    }
}

/// K by which the facility water warms: a unit says it; where the plant's approach stands for an exchanger, no more than
/// the coolant's own rise, since water does not leave warmer than what it cools. Several are mixed by their heat.
fn water_rise(
    scene: &Scene,
    plant: &Plant,
    loops: &[LoopResult],
    cdus: &[Cdu],
    door: Option<&DoorResult>,
) -> f64 {
    let own = |cdu: &&Cdu| cdu.cooled_by == "water";
    let units = cdus.iter().filter(own).map(|cdu| (cdu.heat_w, cdu.cold_return_c - cdu.cold_supply_c));
    let assumed = |heat: f64, supply: f64, back: f64| (heat, plant.water_rise.min(back - supply));
    let unconditioned = scene.loops.iter().zip(loops).enumerate();
    let unconditioned = unconditioned
        .filter(|(index, _)| scene.cdus.iter().all(|cdu| cdu.on_loop != *index))
        .map(|(_, (_, of))| assumed(of.summary.heat_w, of.summary.supply_c, of.summary.return_c));
    let own_water = scene.rear_door.as_ref().filter(|door| door.plate.is_none()).and(door);
    let own_water =
        own_water.map(|door| assumed(door.summary.heat_w, door.summary.supply_c, door.summary.return_c));
    let warmed = units.chain(unconditioned).chain(own_water).filter(|&(heat, rise)| heat > 0.0 && rise > 0.0);
    let (heat, capacity) = warmed.fold((0.0, 0.0), |(h, c), (heat, rise)| (h + heat, c + heat / rise));
    if capacity > 0.0 { (heat / capacity).max(LEAST_RISE) } else { plant.water_rise }
}

fn circuit_summary(name: &str, circuit: &Circuit, at_design: &State) -> FacilityCircuit {
    let design = circuit.design();
    FacilityCircuit {
        name: name.into(),
        rejection: words(design.rejection),
        heat_w: design.heat,
        supply_c: celsius(design.supply),
        return_c: celsius(design.supply + design.rise),
        design_supply_c: celsius(at_design.supply),
    }
}

fn words(rejection: Rejection) -> String {
    let chiller = |chiller| match chiller {
        Chiller::Air => "air-cooled chiller",
        Chiller::Water => "water-cooled chiller",
    };
    let (first, trim) = match rejection {
        Rejection::DryCooler(trim) => ("dry cooler", trim),
        Rejection::CoolingTower(trim) => ("cooling tower", trim),
        Rejection::Chiller(kind) => (chiller(kind), None),
    };
    trim.map_or_else(|| first.to_owned(), |trim| format!("{first}, then {}", chiller(trim)))
}

fn efficiency(tally: &Tally) -> Efficiency {
    Efficiency {
        pue: tally.pue(),
        ppue: tally.partial_pue(),
        itue: tally.itue(),
        tue: tally.tue(),
        wue_l_kwh: tally.wue(),
        ere: tally.ere(),
    }
}

fn design(plant: &Plant, tally: &Tally) -> FacilityDesign {
    FacilityDesign {
        dry_bulb_c: celsius(plant.design.dry_bulb),
        wet_bulb_c: celsius(plant.design.wet_bulb),
        rack_cooling_w: tally.rack_cooling,
        room_fans_w: tally.room_fans,
        pumps_w: tally.pumps,
        rejection_fans_w: tally.rejection_fans,
        chillers_w: tally.chillers,
        distribution_w: tally.distribution,
        site_w: tally.site(),
        efficiency: efficiency(tally),
    }
}
