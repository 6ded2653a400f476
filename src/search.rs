//! Set points and powers that a design just bears: one value of a scene, raised or lowered until something binds.
//!
//! Every run is judged by its [`Limit`]s: parts under their limit with the margin asked for, fans on their curves, air
//! that the hall gives, exhaust, coolant. The least of their slacks is nearly linear in supply temperatures and powers, so
//! that regula falsi with Illinois' correction brackets its zero within a few runs; the answer is the last value that
//! keeps all limits, and what binds is the limit that breaks just beyond it.

use crate::coolant::supply::{RACK_FLOW_LIMIT, RETURN_LIMIT, SUPPLY_LIMIT};
use crate::result::{FanBranch, Summary};
use crate::scene::{Distribution, Scene};
use serde::Serialize;

/// Warmest exhaust, °C, where nothing else is asked (E: cables and connectors behind a rack are rated for 60 °C).
pub const LARGEST_EXHAUST: f64 = 60.0;
/// Most runs of a search.
const MOST_RUNS: usize = 14;
/// Temperature that counts as a whole slack, K.
const SCALE: f64 = 10.0;

/// What a search looks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Query {
    /// Value that is expected to be borne.
    pub easy: f64,
    /// Value towards which it is pushed.
    pub hard: f64,
    /// How near to its end the answer lies, in the value's unit.
    pub tolerance: f64,
    /// Least margin of parts with a limit, K.
    pub margin: f64,
    /// Warmest exhaust, °C.
    pub largest_exhaust: f64,
}

/// One thing that a design has to keep.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Limit {
    /// `chip`, `fan stall`, `hall airflow`, `exhaust temperature`, `coolant`, or `run` if that did not converge.
    pub kind: &'static str,
    /// Part, fan, loop or unit.
    pub place: String,
    /// How far from being broken, as a share of its scale; negative where it is.
    pub slack: f64,
    /// With its numbers.
    pub text: String,
}

/// A value and what it met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// The value.
    pub value: f64,
    /// The limit with the least slack.
    pub tightest: Limit,
    /// Heat that the scene released, W.
    pub power_w: f64,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The last value that keeps all limits; none if the first breaks one already.
    pub value: Option<f64>,
    /// Heat that the scene released there, W.
    pub power_w: Option<f64>,
    /// What breaks beyond it; none if the whole range is borne.
    pub binding: Option<Limit>,
    /// All runs.
    pub trials: Vec<Trial>,
}

/// All limits of a solved scene.
#[must_use]
pub fn limits(summary: &Summary, scene: &Scene, query: &Query) -> Vec<Limit> {
    let mut found = Vec::new();
    let mut say = |kind, place: &str, slack: f64, text: String| {
        found.push(Limit { kind, place: place.to_owned(), slack, text });
    };
    if !summary.convergence.converged {
        say("run", &summary.scene, -1.0, "the run did not converge".into());
    }
    for part in &summary.components {
        let Some(margin) = part.margin_k else { continue };
        let slack = if part.not_trusted.is_some() { -1.0 } else { (margin - query.margin) / SCALE };
        say("chip", &part.name, slack, format!("margin {margin:.1} K of {:.1} K asked for", query.margin));
    }
    for fan in &summary.fans {
        match (fan.branch, fan.available_pressure_pa) {
            (Some(FanBranch::Stall | FanBranch::Reverse), _) => {
                say("fan stall", &fan.name, -0.1, "left of its pressure maximum".into());
            }
            (None, Some(available)) if available > 0.0 => {
                let slack = (available - fan.pressure_rise_pa) / available;
                let text = format!("has to give {:.0} Pa of {available:.0} Pa", fan.pressure_rise_pa);
                say("fan stall", &fan.name, slack, text);
            }
            _ => {}
        }
    }
    if let Some(air) = &summary.air {
        if let Some(available) = air.available_m3_s {
            let slack = (available - air.demanded_m3_s) / available;
            let text = format!("{:.3} m³/s of {available:.3} m³/s", air.demanded_m3_s);
            say("hall airflow", "site", slack, text);
        }
        let slack = (query.largest_exhaust - air.exhaust_c) / SCALE;
        say(
            "exhaust temperature",
            "site",
            slack,
            format!("{:.1} of {:.1} °C", air.exhaust_c, query.largest_exhaust),
        );
    }
    for (result, of) in summary.loops.iter().zip(&scene.loops) {
        let name = &result.name;
        let back = (RETURN_LIMIT - result.return_c) / SCALE;
        say("coolant", name, back, format!("returns at {:.1} of {RETURN_LIMIT} °C", result.return_c));
        let supply = (SUPPLY_LIMIT - result.supply_c) / SCALE;
        say("coolant", name, supply, format!("supplied at {:.1} of {SUPPLY_LIMIT} °C", result.supply_c));
        let (low, high) = of.coolant.range();
        let range = (high - 273.15 - result.return_c).min(result.supply_c - (low - 273.15)) / SCALE;
        say(
            "coolant",
            name,
            range,
            format!("{:.1} to {:.1} °C in its properties' range", result.supply_c, result.return_c),
        );
        let rack = (of.distribution == Distribution::ByWeight).then_some(RACK_FLOW_LIMIT);
        if let Some(largest) = of.largest_flow.map(|flow| flow * 60e3).or(rack) {
            let slack = (largest - result.flow_l_min) / largest;
            say("coolant", name, slack, format!("{:.1} of {largest:.1} L/min", result.flow_l_min));
        }
    }
    for (result, of) in summary.plant.cdus.iter().zip(&scene.cdus) {
        let missed = (result.set_point_c - result.supply_c) / SCALE;
        let slack = if result.holds { 1.0 - result.cold_share } else { missed };
        say(
            "coolant",
            &result.name,
            slack,
            format!("supplies {:.1} of {:.1} °C", result.supply_c, result.set_point_c),
        );
        if let Some(largest) = of.largest_heat {
            let slack = (largest - result.heat_w) / largest;
            say(
                "coolant",
                &result.name,
                slack,
                format!("{:.1} of {:.1} kW", result.heat_w / 1e3, largest / 1e3),
            );
        }
        if let Some(available) = of.available_pressure {
            let taken = summary.loops[of.on_loop].pressure_drop_pa;
            let text = format!("{:.0} of {:.0} kPa", taken / 1e3, available / 1e3);
            say("coolant", &result.name, (available - taken) / available, text);
        }
    }
    found
}

/// The limit with the least slack.
#[must_use]
pub fn tightest(summary: &Summary, scene: &Scene, query: &Query) -> Limit {
    let free = || Limit {
        kind: "nothing",
        place: summary.scene.clone(),
        slack: f64::INFINITY,
        text: "the scene gives no limit".into(),
    };
    let all = limits(summary, scene, query).into_iter();
    all.min_by(|a, b| a.slack.total_cmp(&b.slack)).unwrap_or_else(free)
}

/// Pushes a value until something breaks; `run` solves the scene at a value.
///
/// # Errors
/// What `run` fails with.
pub fn search<E>(query: &Query, run: &mut dyn FnMut(f64) -> Result<Trial, E>) -> Result<Found, E> {
    let mut trials = vec![run(query.easy)?];
    let first = trials[0].clone();
    if first.tightest.slack < 0.0 {
        return Ok(Found { value: None, power_w: None, binding: Some(first.tightest), trials });
    }
    let last = run(query.hard)?;
    trials.push(last.clone());
    if last.tightest.slack >= 0.0 {
        return Ok(Found { value: Some(last.value), power_w: Some(last.power_w), binding: None, trials });
    }
    let (mut kept, mut broken) = (first, last);
    // Illinois: the end that stays twice counts half, so that both ends close in.
    let (mut kept_slack, mut broken_slack) = (kept.tightest.slack.min(1.0), broken.tightest.slack);
    let mut side = 0;
    while (broken.value - kept.value).abs() > query.tolerance && trials.len() < MOST_RUNS {
        let share = kept_slack / (kept_slack - broken_slack);
        let next = run(kept.value + share.clamp(0.05, 0.95) * (broken.value - kept.value))?;
        trials.push(next.clone());
        if next.tightest.slack >= 0.0 {
            kept_slack = next.tightest.slack.min(1.0);
            broken_slack *= if side > 0 { 0.5 } else { 1.0 };
            (kept, side) = (next, 1);
        } else {
            broken_slack = next.tightest.slack;
            kept_slack *= if side < 0 { 0.5 } else { 1.0 };
            (broken, side) = (next, -1);
        }
    }
    Ok(Found { value: Some(kept.value), power_w: Some(kept.power_w), binding: Some(broken.tightest), trials })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slacks that fall with the value, one steeper than the other.
    fn trial(value: f64) -> Result<Trial, ()> {
        let limit = |kind, slack: f64| Limit { kind, place: "it".into(), slack, text: String::new() };
        let both = [limit("chip", (50.0 - value) / 10.0), limit("coolant", (47.3 - value).powi(3) / 300.0)];
        let tightest = both.into_iter().min_by(|a, b| a.slack.total_cmp(&b.slack)).ok_or(())?;
        Ok(Trial { value, tightest, power_w: 10.0 * value })
    }

    fn query(easy: f64, hard: f64) -> Query {
        Query { easy, hard, tolerance: 0.05, margin: 0.0, largest_exhaust: LARGEST_EXHAUST }
    }

    #[test]
    fn the_last_value_before_the_first_limit_breaks_is_found_with_what_binds() {
        let found = search(&query(30.0, 70.0), &mut trial).unwrap();
        let value = found.value.unwrap();
        assert!(value <= 47.3 && 47.3 - value <= 0.05, "{found:?}");
        assert_eq!(found.binding.unwrap().kind, "coolant");
        assert!(found.trials.len() < MOST_RUNS, "{}", found.trials.len());
        assert_eq!(found.power_w, Some(10.0 * value));
    }

    #[test]
    fn a_range_that_is_borne_has_no_binding_limit_and_one_that_is_not_no_value() {
        let borne = search(&query(30.0, 45.0), &mut trial).unwrap();
        assert_eq!((borne.value, borne.binding), (Some(45.0), None));
        let broken = search(&query(60.0, 90.0), &mut trial).unwrap();
        assert!(broken.value.is_none() && broken.trials.len() == 1);
    }
}
