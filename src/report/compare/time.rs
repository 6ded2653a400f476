//! Runs over time side by side: the hottest moment, time over limits, lost work, heat and the grid's power.

use super::Entry;
use crate::result::Summary;
use serde::{Deserialize, Serialize};

/// What a run over time came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OverTime {
    /// Simulated, s.
    pub duration_s: f64,
    /// Hottest moment of the hottest part, °C.
    pub peak_c: f64,
    /// Name of that part.
    pub peak_part: String,
    /// Longest time that a part was over its limit, s.
    pub over_limit_s: f64,
    /// When the first chip slowed down, s; absent where none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_throttle_s: Option<f64>,
    /// Work that throttling cost, s of one chip; absent where nothing throttles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_chip_seconds: Option<f64>,
    /// Heat released, J.
    pub heat_j: f64,
    /// Peak, mean and largest ramp of what the grid sees, W, W and W/s; absent without loads over time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grid: Option<[f64; 3]>,
}

impl OverTime {
    /// None of a steady run.
    pub(super) fn of(summary: &Summary) -> Option<Self> {
        let run = summary.transient.as_ref()?;
        let hottest = run.peaks.iter().max_by(|a, b| a.temperature_c.total_cmp(&b.temperature_c));
        let over = run.peaks.iter().filter_map(|peak| peak.time_over_limit_s);
        Some(Self {
            duration_s: run.duration_s,
            peak_c: hottest.map_or(f64::NAN, |peak| peak.temperature_c),
            peak_part: hottest.map_or_else(String::new, |peak| peak.name.clone()),
            over_limit_s: over.fold(0.0, f64::max),
            first_throttle_s: run.lost.as_ref().and_then(|lost| lost.first_throttle_s),
            lost_chip_seconds: run.lost.as_ref().map(|lost| lost.chip_seconds),
            heat_j: run.in_j,
            grid: summary
                .electrical
                .as_ref()
                .map(|e| [e.grid.peak_w, e.grid.mean_w, e.grid.largest_ramp_w_s]),
        })
    }
}

/// Lost work side by side, least first, where at least two scenes throttle.
pub(super) fn verdict(scenes: &[Entry]) -> Option<String> {
    let with = scenes.iter().filter(|entry| entry.converged);
    let mut known: Vec<(&Entry, f64)> =
        with.filter_map(|e| Some((e, e.over_time.as_ref()?.lost_chip_seconds?))).collect();
    known.sort_by(|a, b| a.1.total_cmp(&b.1));
    let parts: Vec<String> = known.iter().map(|(entry, lost)| format!("{} {lost:.1}", entry.scene)).collect();
    (parts.len() > 1).then(|| format!("Work lost by throttling, chip-seconds: {}.", parts.join("; ")))
}

#[cfg(test)]
mod tests {
    use crate::report::compare::compare;
    use crate::report::sample;
    use crate::result::{LostWork, Peak, Summary, Transient};

    fn run(temperature_c: f64, over: f64, lost: f64) -> Summary {
        let mut summary = sample::liquid();
        let peak = |name: &str, temperature_c| Peak {
            name: name.into(),
            temperature_c,
            at_s: 3.0,
            time_over_limit_s: Some(over),
        };
        summary.transient = Some(Transient {
            duration_s: 60.0,
            in_j: 7.2e6,
            peaks: vec![peak("cpu", 60.0), peak("gpu", temperature_c)],
            lost: Some(LostWork { chip_seconds: lost, first_throttle_s: Some(12.5), ..LostWork::default() }),
            ..Transient::default()
        });
        summary
    }

    #[test]
    fn two_runs_over_time_show_peaks_time_over_limits_lost_work_and_energy_side_by_side() {
        let summaries = [run(95.0, 4.5, 20.0), run(81.0, 0.0, 0.0)];
        let comparison = compare(&summaries, &["without".into(), "with".into()]);
        let first = comparison.scenes[0].over_time.as_ref().expect("a run over time");
        assert_eq!((first.peak_part.as_str(), first.peak_c, first.over_limit_s), ("gpu", 95.0, 4.5));
        let page = crate::report::compare::page(&comparison, &summaries);
        let line = |head: &str| {
            let found = page.lines().find(|line| line.trim_start().starts_with(head));
            found.unwrap_or_else(|| panic!("no '{head}' in {page}")).to_owned()
        };
        assert!(line("peak, °C").contains("95.0") && line("peak, °C").contains("81.0"), "{page}");
        assert!(line("longest over limit, s").contains("4.50"), "{page}");
        assert!(line("lost work, chip-s").contains("20.0"), "{page}");
        assert!(line("heat, kWh").contains("2.000"), "{page}");
        assert!(page.contains("chip-seconds: with 0.0; without 20.0"), "{page}");
        assert!(
            !crate::report::compare::page(&compare(&[sample::air()], &["air".into()]), &[sample::air()])
                .contains("OVER TIME")
        );
    }
}
