//! Set points and powers that a design just bears: one value of a scene, raised or lowered until something binds.
//!
//! Every run is judged by its [`Limit`]s: parts under their limit with the margin asked for, fans on their curves, air
//! that the hall gives, exhaust, coolant. Their slacks are nearly linear in supply temperatures and powers: the next run
//! stands where the first of those that are broken would break by a straight line, and half a tolerance beyond or before,
//! so that the two sides close in by turns. The answer is the last value that keeps all limits, and what binds is the
//! limit that breaks just beyond it.

use crate::coolant::supply::{RACK_FLOW_LIMIT, RETURN_LIMIT, SUPPLY_LIMIT};
use crate::result::{FanBranch, Summary};
use crate::scene::{Distribution, Fault, Scene};
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
    /// `chip`, `fan stall`, `hall airflow`, `exhaust temperature`, `coolant`, `run` if that did not converge, or `scene` if it
    /// has no solution.
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
    /// All limits.
    #[serde(skip)]
    pub limits: Vec<Limit>,
}

impl Trial {
    /// A value with the limits of its run.
    #[must_use]
    pub fn new(value: f64, limits: Vec<Limit>, power_w: f64) -> Self {
        let free = || Limit {
            kind: "nothing",
            place: String::new(),
            slack: f64::INFINITY,
            text: "the scene gives no limit".into(),
        };
        let tightest = limits.iter().min_by(|a, b| a.slack.total_cmp(&b.slack)).cloned();
        Self { value, tightest: tightest.unwrap_or_else(free), power_w, limits }
    }
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

/// The limit that a scene without a solution breaks.
#[must_use]
pub fn no_solution(faults: &[Fault]) -> Limit {
    let first = faults.first();
    let place = first.and_then(|fault| fault.items.first()).cloned().unwrap_or_default();
    let text = first.map_or_else(|| "no solution".to_owned(), |fault| fault.message.clone());
    Limit { kind: "scene", place, slack: -1.0, text }
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
        // Behind a plate that gets too little the coolant is warmer than where all of it returns.
        let warmest = result.branches.iter().map(|branch| branch.return_c).fold(result.return_c, f64::max);
        let range = (high - 273.15 - warmest).min(result.supply_c - (low - 273.15)) / SCALE;
        say(
            "coolant",
            name,
            range,
            format!("{:.1} to {warmest:.1} °C in its properties' range", result.supply_c),
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

/// Where the first of the limits that are broken at one value and kept at the other breaks, by straight lines.
fn first_break(kept: &Trial, broken: &Trial) -> f64 {
    // The limits of a scene come in the same order, whatever its values: but for a fan that leaves its branch.
    let share = |(position, limit): (usize, &Limit)| {
        let same = |other: &&Limit| (other.kind, &other.place) == (limit.kind, &limit.place);
        match kept.limits.get(position).filter(same) {
            Some(before) if before.slack.is_finite() => before.slack / (before.slack - limit.slack),
            _ => 0.5,
        }
    };
    let breaks = broken.limits.iter().enumerate().filter(|(_, limit)| limit.slack < 0.0).map(share);
    kept.value + breaks.fold(1.0, f64::min) * (broken.value - kept.value)
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
    let (mut beyond, mut in_a_row) = (false, 0);
    while (broken.value - kept.value).abs() > query.tolerance && trials.len() < MOST_RUNS {
        let span = broken.value - kept.value;
        let aside = 0.5 * query.tolerance * span.signum() * if beyond { 1.0 } else { -1.0 };
        // What a line has missed to the same side three times is halved.
        let guess = if in_a_row < 3 { first_break(&kept, &broken) + aside } else { kept.value + 0.5 * span };
        let next = run(kept.value + span * ((guess - kept.value) / span).clamp(0.02, 0.98))?;
        trials.push(next.clone());
        let keeps = next.tightest.slack >= 0.0;
        in_a_row = if keeps == beyond { in_a_row + 1 } else { 1 };
        beyond = keeps;
        if keeps { kept = next } else { broken = next }
    }
    Ok(Found { value: Some(kept.value), power_w: Some(kept.power_w), binding: Some(broken.tightest), trials })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slacks that fall with the value, and one that does not.
    #[expect(clippy::unnecessary_wraps)]
    fn trial(value: f64) -> Result<Trial, ()> {
        let limit = |kind, slack: f64| Limit { kind, place: "it".into(), slack, text: String::new() };
        let limits = vec![
            limit("hall airflow", 1e-9),
            limit("chip", (50.0 - value) / 10.0),
            limit("coolant", (47.3 - value) * (1.0 + 0.01 * value)),
        ];
        Ok(Trial::new(value, limits, 10.0 * value))
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
        assert!(found.trials.len() <= 8, "{}", found.trials.len());
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
