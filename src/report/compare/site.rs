//! From chip to site: what the facility around each scene takes over its year.

use super::Entry;
use crate::result::{Efficiency, Summary};
use serde::{Deserialize, Serialize};

/// The facility around a scene over its year. The energies are of the common number of GPUs, else of the scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Name of the climate.
    pub climate: String,
    /// Wanted supply of the facility water; absent without liquid.
    pub facility_water_c: Option<f64>,
    /// Measures over the year.
    pub efficiency: Efficiency,
    /// All that the site draws, kWh.
    pub energy_kwh: f64,
    /// Make-up water, m³.
    pub water_m3: f64,
    /// Of energy and water.
    pub cost: f64,
    /// Hours in which no chiller runs.
    pub free_cooling_h: f64,
    /// Racks that a MW of site power carries at their largest draw, not rounded.
    pub racks_per_mw: f64,
    /// GPUs that it carries.
    pub gpus_per_mw: f64,
}

impl Site {
    /// `copies` of the scene: as many as hold the common number of GPUs.
    pub(super) fn of(summary: &Summary, copies: f64) -> Option<Self> {
        let facility = summary.plant.facility.as_ref()?;
        let year = &facility.year;
        let water = facility.circuits.iter().find(|circuit| circuit.name == "facility water");
        let per_mw = 1e6 / year.peak_w;
        Some(Self {
            climate: facility.climate.clone(),
            facility_water_c: water.map(|circuit| circuit.supply_c),
            efficiency: year.efficiency,
            energy_kwh: copies * year.energy_kwh,
            water_m3: copies * year.water_m3,
            cost: copies * year.cost,
            free_cooling_h: year.free_cooling_h,
            racks_per_mw: summary.racks * per_mw,
            gpus_per_mw: summary.gpus as f64 * per_mw,
        })
    }
}

/// TUE beside PUE, least TUE first, where at least two have a facility.
pub(super) fn verdict(scenes: &[Entry]) -> Option<String> {
    let with = scenes.iter().filter(|entry| entry.converged);
    let mut known: Vec<(&Entry, &Site)> = with.filter_map(|e| Some((e, e.site.as_ref()?))).collect();
    known.sort_by(|a, b| a.1.efficiency.tue.total_cmp(&b.1.efficiency.tue));
    let text = |(entry, site): &(&Entry, &Site)| {
        let Efficiency { tue, pue, .. } = site.efficiency;
        format!("{} {tue:.3} (PUE {pue:.3}, climate {})", entry.scene, site.climate)
    };
    let parts: Vec<String> = known.iter().map(text).collect();
    (parts.len() > 1).then(|| format!("TUE over a year: {}.", parts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::compare::{compare, page};
    use crate::report::sample;
    use crate::report::table::{WIDTH, length};

    fn with_site() -> [Summary; 2] {
        [sample::rear_door(), sample::liquid()].map(|mut summary| {
            summary.plant.facility = Some(sample::facility());
            summary
        })
    }

    #[test]
    fn a_sites_energy_is_that_of_the_common_number_of_gpus_and_its_measures_are_its_own() {
        let summaries = with_site();
        let comparison = compare(&summaries, &["door".into(), "liquid".into()]);
        let facility = sample::facility();
        let [door, liquid] = [0, 1].map(|i| comparison.scenes[i].site.clone().unwrap());
        // 32 GPUs and 72.
        approx::assert_relative_eq!(door.energy_kwh, 2.25 * facility.year.energy_kwh);
        approx::assert_relative_eq!(liquid.water_m3, facility.year.water_m3);
        assert_eq!(door.efficiency, facility.year.efficiency);
        approx::assert_relative_eq!(liquid.gpus_per_mw, 72.0 * 1e6 / facility.year.peak_w);
    }

    #[test]
    fn tue_stands_beside_pue_in_table_and_verdict_and_scenes_without_a_plant_have_neither() {
        let mut summaries = with_site().to_vec();
        let names = ["door".to_owned(), "liquid".to_owned(), "air".to_owned()];
        let text = |summaries: &[Summary]| page(&compare(summaries, &names[..summaries.len()]), summaries);
        let both = text(&summaries);
        assert!(
            both.contains("\nPUE ") && both.contains("\nTUE ") && both.contains("TUE over a year"),
            "{both}"
        );
        summaries.push(sample::air());
        assert!(text(&summaries).lines().all(|line| length(line) <= WIDTH));
        for summary in &mut summaries {
            summary.plant.facility = None;
        }
        let none = text(&summaries);
        assert!(!none.contains("PUE") && !none.contains("SITE"), "{none}");
    }
}
