//! What an engineer must know before relying on the numbers: finding, place, remedy.

use super::air::AirStreams;
use super::loops::LoopResult;
use super::{View, celsius, coolant_checks, fan_checks, validity};
use crate::couple::airstate::AirState;
use crate::couple::engine::Device;
use crate::couple::sinks::{BYPASS_RATIO, LARGEST_BYPASS_RATIO, bypass_band, bypass_ratio};
use crate::material::air as air_material;
use crate::model::air::OPEN_LOSS_PER_METRE;
use crate::plant::ashrae::AIR;
use crate::result::{self, Warning};
use crate::scene::Remark;

/// m³/s in CFM.
pub(super) const CFM: f64 = 1.0 / 4.719_474_432e-4;

pub(super) struct Found(Vec<Warning>);

impl Found {
    pub(super) fn say(&mut self, place: &str, finding: String, remedy: &str) {
        self.0.push(Warning { finding, place: place.into(), remedy: remedy.into() });
    }
}

/// Everything worth a warning.
pub(super) fn warnings(
    view: &View<'_>,
    streams: Option<&AirStreams>,
    loops: &[LoopResult],
    device: &dyn Device,
) -> Vec<Warning> {
    let mut found = Found(Vec::new());
    let convergence = super::convergence(view, device);
    if !convergence.converged {
        let unsettled = view.air.is_some_and(|air| air.flows.iter().any(|flow| !flow.report.converged));
        let remedy = if unsettled {
            "do not rely on the numbers; where monitors and parts swing, a mean over their swing is an estimate"
        } else {
            "do not rely on the numbers; check the scene for parts without a path for their heat"
        };
        found.say("solution", format!("not converged: {}", convergence.reason), remedy);
    }
    for remark in settled(view) {
        if let Some(remedy) = remark.kind.remedy() {
            found.say("scene", remark.to_string(), remedy);
        }
    }
    if let Some(streams) = streams {
        air(view, streams, &mut found);
        fan_checks::fans(view, &mut found);
        fan_checks::back_flow(view, &mut found);
    }
    if let Some(air) = view.air {
        validity::speeds(view, air, &mut found);
        validity::turbulence(view, air, &mut found);
        validity::radiation(view, &mut found);
        bypassed(view, air, &mut found);
    }
    validity::temperatures(view, &mut found);
    validity::undetermined(view, &mut found);
    validity::conductivities(view, &mut found);
    validity::liquids(view, &mut found);
    sinks(view, &mut found);
    coolant_checks::coolant(view, loops, &mut found);
    alike_once(found.0)
}

/// Warnings that differ by their numbers alone, those of an array's members, become the first of them.
fn alike_once(warnings: Vec<Warning>) -> Vec<Warning> {
    let words = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let mut kinds: Vec<([String; 3], Warning, usize)> = Vec::new();
    for warning in warnings {
        let key = [&warning.place, &warning.finding, &warning.remedy].map(|text| words(text));
        match kinds.iter_mut().find(|(known, ..)| *known == key) {
            Some((_, _, more)) => *more += 1,
            None => kinds.push((key, warning, 0)),
        }
    }
    let told = |(_, warning, more): (_, Warning, usize)| match more {
        0 => warning,
        _ => Warning { finding: format!("{} (and {more} more like it)", warning.finding), ..warning },
    };
    kinds.into_iter().map(told).collect()
}

/// What the reader and the grid settled and no one has to do anything about.
pub(super) fn remarks(view: &View<'_>) -> Vec<result::Remark> {
    let told = |remark: &Remark| result::Remark {
        kind: remark.kind.name().into(),
        text: remark.text.clone(),
        count: remark.count,
    };
    settled(view).filter(|remark| remark.kind.remedy().is_none()).map(told).collect()
}

fn settled<'a>(view: &'a View<'_>) -> impl Iterator<Item = &'a Remark> {
    view.scene.remarks.iter().chain(&view.model.remarks)
}

fn air(view: &View<'_>, streams: &AirStreams, found: &mut Found) {
    let Some(air) = view.air else { return };
    let demanded = streams.intake / air.air().density;
    if let Some(available) = view.scene.site.available_flow.filter(|&a| demanded > a * (1.0 + 1e-9)) {
        found.say(
            "site",
            format!(
                "the rack draws {:.0} CFM ({demanded:.3} m³/s), the hall gives {:.0} CFM ({available:.3} m³/s) here",
                demanded * CFM,
                available * CFM
            ),
            "the rest would be drawn from the hot aisle: give the rack more air, less heat, or liquid cooling",
        );
    }
    if let Some((name, (low, high))) = view.scene.site.air_class.map(|class| AIR[class]) {
        let (coldest, warmest) = (celsius(streams.intake_min), celsius(streams.intake_max));
        if coldest < low - 1e-9 || warmest > high + 1e-9 {
            found.say(
                "openings",
                format!(
                    "the intake, {coldest:.1} to {warmest:.1} degC, leaves ASHRAE's class {name}, {low:.0} to {high:.0} degC"
                ),
                "cool the hall, keep warm air out of the intake, or claim the next class",
            );
        }
    }
    if streams.recirculated_share > 0.01 {
        found.say(
            "openings",
            format!("{:.1} % of the intake is warm air", 100.0 * streams.recirculated_share),
            "seal the gaps between hot and cold side",
        );
    }
    if !air_material::in_range(streams.exhaust_temperature) {
        found.say(
            "air",
            format!(
                "exhaust at {:.1} degC is outside the range for which air properties were checked",
                celsius(streams.exhaust_temperature)
            ),
            "give the rack more air",
        );
    }
}

fn sinks(view: &View<'_>, found: &mut Found) {
    for (sink, state) in view.scene.heat_sinks.iter().zip(&view.energy.sinks) {
        if state.capacity_rate <= 0.0 {
            found.say(&sink.name, "no air flows through the heat sink".into(), "put it into the air's path");
        } else if state.clipped {
            found.say(
                &sink.name,
                format!(
                    "its resistance is below {:.4} K/W, the least that {:.4} m³/s of air can carry",
                    state.resistance, state.flow
                ),
                "give the sink more air, or a resistance referred to its own inlet air and flow",
            );
        }
        if state.out_of_range {
            found.say(
                &sink.name,
                format!("{:.4} m³/s lie outside the flows of its resistance table", state.flow),
                "extend the table to this flow",
            );
        }
    }
}

/// Sinks that the air can pass by, told once for the worst of them.
fn bypassed(view: &View<'_>, air: &AirState, found: &mut Found) {
    let names: Vec<(&str, f64)> = (0..view.scene.heat_sinks.len())
        .filter_map(|sink| {
            let ratio = bypass_ratio(view.model, air, sink)?;
            (ratio > BYPASS_RATIO).then(|| (view.scene.heat_sinks[sink].name.as_str(), ratio))
        })
        .collect();
    let Some(&(first, ratio)) = names.iter().max_by(|a, b| a.1.total_cmp(&b.1)) else { return };
    let more = match names.len() {
        1 => String::new(),
        n => format!(" (and {} more)", n - 1),
    };
    let trust = match ratio > LARGEST_BYPASS_RATIO {
        true => format!("; above {LARGEST_BYPASS_RATIO:.0} times a margin is not to be trusted"),
        false => String::new(),
    };
    found.say(
        first,
        format!(
            "air passes beside the heat sink at {ratio:.1} times the speed in front of its fins{more}; its share follows \
             from losses alone, open air taken at {OPEN_LOSS_PER_METRE} 1/m (E): the sink's rise may be off by {:.0} \
             %{trust}",
            100.0 * bypass_band(ratio)
        ),
        "duct the sink, give it fans of its own, or put a screen with the passage's measured loss beside it",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_of_an_arrays_members_are_one_with_their_number() {
        let fan = |place: &str, pascals: f64| Warning {
            place: place.into(),
            finding: format!("the fan has to give {pascals:.0} Pa"),
            remedy: "it will deliver less".into(),
        };
        let list = alike_once(vec![fan("tray.1/fan", 9.0), fan("door/fan", 80.0), fan("tray.12/fan", 120.0)]);
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].finding, "the fan has to give 9 Pa (and 1 more like it)");
        assert_eq!(list[1], fan("door/fan", 80.0));
    }
}
