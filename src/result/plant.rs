//! The facility around the rack, from its circuits to its year.

use serde::{Deserialize, Serialize};

/// A facility sized for the scene: its part of a larger one that works like it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facility {
    /// Name of the climate, or of its file.
    pub climate: String,
    /// Into the racks' own equipment, server fans and power shelves included, W.
    pub it_w: f64,
    /// Of that, into compute parts, W.
    pub compute_w: f64,
    /// Facility water of CDUs and doors, and chilled water of the room, as far as there is heat for them.
    pub circuits: Vec<FacilityCircuit>,
    /// At the design weather.
    pub design: FacilityDesign,
    /// Over the climate's 8760 hours.
    pub year: FacilityYear,
    /// What the site may draw, W.
    pub site_power_w: f64,
    /// Whole racks that it carries at the scene's largest draw.
    pub racks: f64,
    /// Their GPUs.
    pub gpus: f64,
    /// Whether it rests on values marked as estimates.
    pub rests_on_estimates: bool,
}

/// A water circuit of the facility.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FacilityCircuit {
    /// `facility water` or `chilled water`.
    pub name: String,
    /// What takes its heat: `dry cooler, then air-cooled chiller`.
    pub rejection: String,
    /// From racks or room, W, without pumps.
    pub heat_w: f64,
    /// Wanted supply.
    pub supply_c: f64,
    /// Return at that supply.
    pub return_c: f64,
    /// Supply at the design weather; above the wanted where that cannot be held.
    pub design_supply_c: f64,
}

/// The trade's measures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Efficiency {
    /// Site over IT.
    pub pue: f64,
    /// The same of the room alone: racks and their air handlers.
    pub ppue: f64,
    /// IT over what compute parts take.
    pub itue: f64,
    /// ITUE × PUE.
    pub tue: f64,
    /// Litres of site water a kWh of IT.
    pub wue_l_kwh: f64,
    /// Site less what is reused, over IT.
    pub ere: f64,
}

/// A facility at its design weather, powers in W.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FacilityDesign {
    /// Outdoor air.
    pub dry_bulb_c: f64,
    /// Its wet bulb.
    pub wet_bulb_c: f64,
    /// CDU pumps, fans and pumps of rear doors.
    pub rack_cooling_w: f64,
    /// Fans of the room's air handlers.
    pub room_fans_w: f64,
    /// Pumps of water circuits.
    pub pumps_w: f64,
    /// Fans of dry coolers and towers.
    pub rejection_fans_w: f64,
    /// Chillers.
    pub chillers_w: f64,
    /// Lost in transformers and UPS.
    pub distribution_w: f64,
    /// All that the site draws, IT included.
    pub site_w: f64,
    /// Measures at this weather.
    pub efficiency: Efficiency,
}

/// A facility over a year.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FacilityYear {
    /// Measures over the year.
    pub efficiency: Efficiency,
    /// All that the site draws, kWh.
    pub energy_kwh: f64,
    /// Make-up water, m³.
    pub water_m3: f64,
    /// Heat put to use, kWh.
    pub reused_kwh: f64,
    /// Of energy and water, in the currency of the scene's prices.
    pub cost: f64,
    /// Largest draw of the site, W.
    pub peak_w: f64,
    /// Hours in which no chiller runs.
    pub free_cooling_h: f64,
    /// Hours in which the facility water is warmer than wanted.
    pub warm_supply_h: f64,
}
