//! Scenes side by side: per scene, per GPU, per rack and for the same number of GPUs, and what may be
//! concluded.
//!
//! Margins carry the bands of [`Summary::band_k`]. Two margins whose bands overlap are not
//! distinguishable, and the verdict says so instead of ranking them.

mod page;
mod site;
mod time;

pub use page::page;
pub use site::Site;
pub use time::OverTime;

use crate::result::Summary;
use serde::{Deserialize, Serialize};

/// `compare.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Layout version, [`crate::result::SCHEMA`].
    pub schema: u32,
    /// In the order of the command line.
    pub scenes: Vec<Entry>,
    /// Number of GPUs of the common basis: the largest of all scenes; 0 if none has GPUs.
    pub basis_gpus: usize,
    /// Sentences.
    pub verdict: Vec<String>,
}

/// A scene of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Stem of the scene's file; its directory where another scene has the same stem.
    pub scene: String,
    /// Directory of its results, relative to `compare.json`.
    pub directory: String,
    /// Whether its run converged.
    pub converged: bool,
    /// Parts over their limit.
    pub over_limit: usize,
    /// Parts whose margin says nothing: neither over their limit nor under it.
    #[serde(default)]
    pub not_trusted: usize,
    /// Parts without a limit.
    pub without_limit: usize,
    /// Fans that have to give more pressure than they can.
    #[serde(default)]
    pub weak_fans: usize,
    /// The part with the least margin, if any part has a limit.
    pub worst: Option<Worst>,
    /// Kind of air field, if there is air.
    pub air_field: Option<String>,
    /// The facility over its year, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    /// What a run over time came to; absent of a steady one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub over_time: Option<OverTime>,
    /// Of the scene as it is.
    pub per_scene: Figures,
    /// Divided by its GPUs, if it has any.
    pub per_gpu: Option<Figures>,
    /// Divided by its racks.
    pub per_rack: Figures,
    /// As many of this scene as hold the basis's GPUs, and its figures, if it has GPUs.
    pub for_basis: Option<Basis>,
}

/// The part with the least margin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Worst {
    /// Name with path.
    pub name: String,
    /// Temperature that the limit bounds.
    pub temperature_c: f64,
    /// The limit.
    pub limit_c: f64,
    /// Limit minus temperature.
    pub margin_k: f64,
    /// Half-width of its uncertainty from estimates; 0 if it rests on none.
    pub band_k: f64,
    /// Whether its margin says nothing.
    #[serde(default)]
    pub not_trusted: bool,
    /// What takes its heat, with the kind of air field.
    pub cooled_by: String,
}

/// What cooling takes and costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Released, W.
    pub heat_w: f64,
    /// Picked up by air in the rack, W.
    pub to_air_w: f64,
    /// Carried away by liquid, W.
    pub to_liquid_w: f64,
    /// Left to the room, W.
    pub to_room_w: f64,
    /// Air demanded, m³/s; absent without air.
    pub air_demanded_m3_s: Option<f64>,
    /// Air available, m³/s; absent where not stated.
    pub air_available_m3_s: Option<f64>,
    /// Liquid of all loops and the door.
    pub liquid_l_min: f64,
    /// Fans, W.
    pub fan_w: f64,
    /// Pumps, W.
    pub pump_w: f64,
}

/// The figures of as many scenes as hold a number of GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// How many of the scene, not rounded.
    pub scenes: f64,
    /// Whole racks needed.
    pub racks: f64,
    /// `scenes` times the scene's figures.
    pub figures: Figures,
}

impl Figures {
    fn of(summary: &Summary) -> Self {
        let door = summary.plant.rear_door.iter().map(|d| d.flow_l_min);
        Self {
            heat_w: summary.balance.heat_in_w.total,
            to_air_w: summary.balance.to_air_w,
            to_liquid_w: summary.balance.to_liquid_w,
            to_room_w: summary.balance.to_room_w,
            air_demanded_m3_s: summary.air.as_ref().map(|a| a.demanded_m3_s),
            air_available_m3_s: summary.air.as_ref().and_then(|a| a.available_m3_s),
            liquid_l_min: summary.loops.iter().map(|l| l.flow_l_min).chain(door).sum(),
            fan_w: summary.fan_power_w(),
            pump_w: summary.pump_power_w(),
        }
    }

    fn times(&self, factor: f64) -> Self {
        Self {
            heat_w: factor * self.heat_w,
            to_air_w: factor * self.to_air_w,
            to_liquid_w: factor * self.to_liquid_w,
            to_room_w: factor * self.to_room_w,
            air_demanded_m3_s: self.air_demanded_m3_s.map(|v| factor * v),
            air_available_m3_s: self.air_available_m3_s.map(|v| factor * v),
            liquid_l_min: factor * self.liquid_l_min,
            fan_w: factor * self.fan_w,
            pump_w: factor * self.pump_w,
        }
    }
}

impl Worst {
    fn of(summary: &Summary) -> Option<Self> {
        // What is known to be over speaks for the scene, then what nothing is known of.
        let known = summary.over_limit().into_iter().chain(summary.not_trusted()).next();
        let part = known.or_else(|| summary.worst())?;
        Some(Self {
            name: part.name.clone(),
            temperature_c: part.judged_c(),
            limit_c: part.limit_c.unwrap_or(f64::NAN),
            margin_k: part.margin_k.unwrap_or(f64::NAN),
            band_k: summary.band_k(part),
            not_trusted: part.not_trusted.is_some(),
            cooled_by: super::console::cooling(summary, part.cooled_by),
        })
    }
}

/// Compares solved scenes; `directories` names where the results of each are.
#[must_use]
pub fn compare(summaries: &[Summary], directories: &[String]) -> Comparison {
    let basis_gpus = summaries.iter().map(|s| s.gpus).max().unwrap_or(0);
    let entry = |(summary, directory): (&Summary, &String)| {
        let figures = Figures::of(summary);
        let copies = basis_gpus as f64 / summary.gpus as f64;
        let shared = summaries.iter().filter(|other| other.scene == summary.scene).count() > 1;
        Entry {
            scene: if shared { directory.clone() } else { summary.scene.clone() },
            directory: directory.clone(),
            converged: summary.convergence.converged,
            over_limit: summary.over_limit().len(),
            not_trusted: summary.not_trusted().len(),
            without_limit: summary.components.iter().filter(|c| c.margin_k.is_none()).count(),
            weak_fans: summary.weak_fans().count(),
            worst: Worst::of(summary),
            air_field: summary.air.as_ref().map(|a| a.field.name().to_owned()),
            site: Site::of(summary, if summary.gpus > 0 { copies } else { 1.0 }),
            over_time: OverTime::of(summary),
            per_scene: figures,
            per_gpu: (summary.gpus > 0).then(|| figures.times(1.0 / summary.gpus as f64)),
            per_rack: figures.times(1.0 / summary.racks),
            for_basis: (summary.gpus > 0).then(|| Basis {
                scenes: copies,
                // A count that is whole but for rounding stays what it is.
                racks: (copies * summary.racks - 1e-9).ceil(),
                figures: figures.times(copies),
            }),
        }
    };
    let scenes: Vec<Entry> = summaries.iter().zip(directories).map(entry).collect();
    let verdict = verdict(&scenes, basis_gpus);
    Comparison { schema: crate::result::SCHEMA, scenes, basis_gpus, verdict }
}

/// Whether the bands of two margins leave a gap between them.
#[must_use]
pub fn distinguishable(a: &Worst, b: &Worst) -> bool {
    let trusted = !a.not_trusted && !b.not_trusted;
    trusted && (a.margin_k - b.margin_k).abs() > a.band_k + b.band_k
}

fn verdict(scenes: &[Entry], basis_gpus: usize) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    for entry in scenes.iter().filter(|e| !e.converged) {
        sentences.push(format!("{}: NOT CONVERGED, left out of the verdict.", entry.scene));
    }
    let mut ranked: Vec<(&Entry, &Worst)> =
        scenes.iter().filter(|e| e.converged).filter_map(|e| Some((e, e.worst.as_ref()?))).collect();
    ranked.sort_by(|a, b| b.1.margin_k.total_cmp(&a.1.margin_k));
    for entry in scenes.iter().filter(|e| e.converged && e.worst.is_none()) {
        sentences.push(format!("{}: no part has a limit, so nothing passes or fails.", entry.scene));
    }
    sentences.extend(ranked.iter().map(|(entry, worst)| standing(entry, worst)));
    if let Some((best, top)) = ranked.first() {
        for (entry, worst) in &ranked[1..] {
            sentences.push(difference((best, top), (entry, worst)));
        }
    }
    for entry in scenes.iter().filter(|e| e.converged) {
        sentences.extend(short_of_air(entry));
        sentences.extend(short_of_pressure(entry));
    }
    sentences.extend(cost(scenes, basis_gpus));
    sentences.extend(time::verdict(scenes));
    sentences.extend(site::verdict(scenes));
    sentences
}

fn standing(entry: &Entry, worst: &Worst) -> String {
    let band = if worst.band_k > 0.0 { format!(" ± {:.0}", worst.band_k) } else { String::new() };
    if worst.not_trusted {
        let count = entry.not_trusted;
        let parts = if count == 1 { "part" } else { "parts" };
        return format!("{}: NO VERDICT, the margin of {count} {parts} is not to be trusted.", entry.scene);
    }
    let (state, value) = if worst.margin_k >= 0.0 {
        ("keeps every part with a limit under it, least margin", worst.margin_k)
    } else {
        ("EXCEEDS a limit, by", -worst.margin_k)
    };
    let close = worst.band_k > worst.margin_k.abs();
    let doubt = if close { "; its band reaches across the limit" } else { "" };
    format!("{} {state} {value:.1}{band} K at {} ({}){doubt}.", entry.scene, worst.name, worst.cooled_by)
}

fn difference((best, top): (&Entry, &Worst), (entry, worst): (&Entry, &Worst)) -> String {
    let gap = top.margin_k - worst.margin_k;
    if top.not_trusted || worst.not_trusted {
        let (a, b) = (&best.scene, &entry.scene);
        return format!("{a} and {b}: no comparison, as a margin is not to be trusted.");
    }
    if distinguishable(top, worst) {
        format!("{} has {gap:.1} K more margin than {}.", best.scene, entry.scene)
    } else {
        format!(
            "{} and {} differ by {gap:.1} K in margin: not distinguishable, their bands overlap.",
            best.scene, entry.scene
        )
    }
}

fn short_of_air(entry: &Entry) -> Option<String> {
    let (demanded, available) = (entry.per_scene.air_demanded_m3_s?, entry.per_scene.air_available_m3_s?);
    let text = |v: f64| super::number::grouped(super::number::cfm(v));
    (demanded > available).then(|| {
        format!("{} asks for {} CFM where {} are available.", entry.scene, text(demanded), text(available))
    })
}

fn short_of_pressure(entry: &Entry) -> Option<String> {
    let (fans, verb) = if entry.weak_fans == 1 { ("fan", "its") } else { ("fans", "their") };
    (entry.weak_fans > 0).then(|| {
        let (scene, count) = (&entry.scene, entry.weak_fans);
        format!("{scene}: {count} {fans} cannot give {verb} flow, so parts in air get hotter than it says.")
    })
}

/// What each design costs for the same number of GPUs, if at least two have GPUs.
fn cost(scenes: &[Entry], basis_gpus: usize) -> Option<String> {
    let parts: Vec<String> = scenes
        .iter()
        .filter(|entry| entry.converged)
        .filter_map(|entry| {
            let basis = entry.for_basis.as_ref()?;
            Some(format!(
                "{} {:.0} rack(s), {:.1} kW to the room, {:.2} kW for fans and pumps",
                entry.scene,
                basis.racks,
                basis.figures.to_room_w / 1e3,
                (basis.figures.fan_w + basis.figures.pump_w) / 1e3
            ))
        })
        .collect();
    (parts.len() > 1).then(|| format!("For {basis_gpus} GPUs: {}.", parts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn sample_comparison() -> Comparison {
        let summaries = [sample::air(), sample::rear_door(), sample::liquid()];
        let names = summaries.each_ref().map(|s| s.scene.clone());
        compare(&summaries, &names)
    }

    #[test]
    fn seventy_two_gpus_take_three_racks_of_thirty_two() {
        let comparison = sample_comparison();
        let basis = comparison.scenes[0].for_basis.unwrap();
        assert_eq!((comparison.basis_gpus, basis.scenes, basis.racks), (72, 2.25, 3.0));
        assert_eq!(basis.figures.to_air_w, 2.25 * 57_200.0);
        assert_eq!(comparison.scenes[2].for_basis.unwrap().racks, 1.0);
        assert_eq!(comparison.scenes[0].per_gpu.unwrap().heat_w, 57_200.0 / 32.0);
    }

    #[test]
    fn margins_whose_bands_overlap_are_not_ranked() {
        let mut summaries = [sample::air(), sample::liquid()];
        let names = summaries.each_ref().map(|s| s.scene.clone());
        let apart = |c: &Comparison| c.verdict.iter().any(|s| s.contains("more margin than"));
        assert!(!apart(&compare(&summaries, &names)));
        for part in summaries.iter_mut().flat_map(|s| &mut s.components) {
            part.rests_on_estimates = false;
        }
        assert!(apart(&compare(&summaries, &names)));
    }

    #[test]
    fn a_margin_that_is_not_to_be_trusted_ranks_nothing() {
        let mut summaries = [sample::air(), sample::liquid()];
        let names = summaries.each_ref().map(|s| s.scene.clone());
        for part in summaries.iter_mut().flat_map(|s| &mut s.components) {
            part.rests_on_estimates = false;
        }
        let part = summaries[1].components.iter_mut().find(|c| c.margin_k.is_some()).unwrap();
        part.not_trusted = Some("its sink is passed by".into());
        let comparison = compare(&summaries, &names);
        let said = |text: &str| comparison.verdict.iter().any(|sentence| sentence.contains(text));
        assert!(said("NO VERDICT") && said("no comparison") && !said("more margin than"), "{comparison:?}");
        assert!(page(&comparison, &summaries).contains("1 NOT TRUSTED"));
    }

    #[test]
    fn a_run_that_did_not_converge_is_said_and_not_ranked() {
        let mut summaries = [sample::air(), sample::liquid()];
        summaries[1].convergence.converged = false;
        let comparison = compare(&summaries, &["a".into(), "b".into()]);
        assert!(comparison.verdict[0].contains("NOT CONVERGED"));
        assert!(!comparison.verdict[1..].iter().any(|s| s.contains(&summaries[1].scene)));
    }

    #[test]
    fn two_scenes_of_the_same_stem_are_called_by_their_directories() {
        let summaries = [sample::air(), sample::air(), sample::liquid()];
        let comparison = compare(&summaries, &["rack".into(), "rack-2".into(), "liquid".into()]);
        let names: Vec<&str> = comparison.scenes.iter().map(|e| e.scene.as_str()).collect();
        assert_eq!(names, ["rack", "rack-2", summaries[2].scene.as_str()]);
    }

    #[test]
    fn fans_that_cannot_give_their_flow_are_told_in_the_verdict() {
        let mut summary = sample::air();
        let said = |summary: &Summary| {
            let comparison = compare(std::slice::from_ref(summary), &["a".into()]);
            comparison.verdict.iter().any(|sentence| sentence.contains("1 fan cannot give its flow"))
        };
        assert!(!said(&summary));
        summary.fans[0].available_pressure_pa = Some(summary.fans[0].pressure_rise_pa - 1.0);
        assert!(said(&summary));
    }

    #[test]
    fn a_scene_without_gpus_has_no_figures_per_gpu() {
        let mut summary = sample::air();
        summary.gpus = 0;
        let comparison = compare(&[summary], &["a".into()]);
        assert!(comparison.scenes[0].per_gpu.is_none() && comparison.scenes[0].for_basis.is_none());
    }

    #[test]
    fn the_page_of_a_comparison_is_a_table_of_at_most_100_columns() {
        let summaries = [sample::air(), sample::rear_door(), sample::liquid()];
        let text = page(&sample_comparison(), &summaries);
        assert!(
            text.lines().all(|l| crate::report::table::length(l) <= crate::report::table::WIDTH),
            "{text}"
        );
        insta::assert_snapshot!(text);
    }
}
