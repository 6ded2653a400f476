//! The plant: what takes a rack's heat out of doors, and what that costs in power and water.
//!
//! ```text
//! cold plates, rear doors ── CDU ── facility water ──┬─ dry cooler or tower (economiser) ─┬─ outdoor air
//! room air ── CRAH ────────────── chilled water ─────┴─ chiller takes the rest ───────────┘
//! ```
//!
//! | file | what it computes |
//! |---|---|
//! | [`rear_door`] | a door's heat from exhaust to water |
//! | [`cdu`] | a distribution unit that holds a loop's supply |
//! | [`ashrae`] | classes of air and water |
//! | [`dry_cooler`], [`cooling_tower`], [`chiller`], [`crah`] | components by their published design points |
//! | [`circuit`] | a water circuit: economiser first, chiller takes the rest, pumps, reuse |
//! | [`facility`] | both circuits and the losses on the way of the power, at one weather and over a year |
//! | [`weather`] | climates as histograms |
//! | [`metrics`] | PUE, pPUE, ITUE, TUE, WUE, ERE |
//!
//! Components know heat flows, capacity rates and temperatures in SI, and no cells.

pub mod ashrae;
pub mod cdu;
pub mod chiller;
pub mod circuit;
pub mod cooling_tower;
pub mod crah;
pub mod dry_cooler;
pub mod facility;
pub mod metrics;
pub mod rear_door;
pub mod weather;

/// The state of the air out of doors, K.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weather {
    /// Dry bulb.
    pub dry_bulb: f64,
    /// Wet bulb, at most the dry bulb.
    pub wet_bulb: f64,
}

/// What gives the heat of a water stream to outdoor air, with fans of variable speed.
pub trait Rejector {
    /// Heat that it takes, W, at a share of full speed, of water of a capacity rate in W/K that enters and leaves at these
    /// temperatures in K. What leaves at another temperature takes other heat: a state is one where the two agree.
    fn heat(&self, water_in: f64, water_out: f64, capacity_rate: f64, weather: Weather, speed: f64) -> f64;

    /// Electrical power of its fans at a share of full speed, W.
    fn fan_power(&self, speed: f64) -> f64;

    /// The share of full speed at which water leaves as wanted; none where full speed is not enough.
    fn speed(&self, water_in: f64, water_out: f64, capacity_rate: f64, weather: Weather) -> Option<f64> {
        let wanted = capacity_rate * (water_in - water_out);
        let short = |speed| self.heat(water_in, water_out, capacity_rate, weather, speed) - wanted;
        // What is sized for a state meets it but for rounding.
        (short(1.0) >= -1e-9 * wanted).then(|| bisect(0.0, 1.0, short))
    }

    /// Most heat that it takes of water that enters at a temperature, W.
    fn reach(&self, water_in: f64, capacity_rate: f64, weather: Weather) -> f64 {
        let most = capacity_rate * (water_in - weather.wet_bulb);
        let over = |heat: f64| {
            heat - self.heat(water_in, water_in - heat / capacity_rate, capacity_rate, weather, 1.0)
        };
        if most > 0.0 { bisect(0.0, most, over) } else { 0.0 }
    }
}

/// Where a rising function passes zero between two places; the nearer end where it does not.
pub(crate) fn bisect(low: f64, high: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    // 2⁻⁶⁰ of the interval is rounding.
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if of(middle) < 0.0 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}
