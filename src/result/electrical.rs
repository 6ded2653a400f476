//! Electrical power over time, where parts follow traces: figures of what the parts draw and of what the grid sees.

use super::{Remark, Summary, Warning};
use crate::control::electrical::{Figures, Series, View};
use crate::control::smoothing::{Cost, cost};
use crate::scene::{Fan, RemarkKind, Scene};
use serde::{Deserialize, Serialize};

/// Peak draw that the stored energy of GB300 shelves is said to take off: 30 % (NVIDIA, 2025).
const PROMISED: f64 = 0.3;

/// What a rack draws over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Electrical {
    /// Time looked at, s.
    pub duration_s: f64,
    /// s.
    pub step_s: f64,
    /// Length of the means between which ramps are taken, s.
    pub window_s: f64,
    /// Frequencies of `band_share`, Hz.
    pub band_hz: [f64; 2],
    /// What the parts draw.
    pub parts: Draw,
    /// What the grid sees: the parts' own draw where nothing is stored.
    pub grid: Draw,
    /// Stored energy, if there is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreUse>,
    /// Smoothing by the chips, if there is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smoothing: Option<SmoothingUse>,
}

/// Figures of a power over time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Draw {
    /// Largest mean of a step, W.
    pub peak_w: f64,
    /// W.
    pub mean_w: f64,
    /// Mean over peak.
    pub load_factor: f64,
    /// Between windows, W/s.
    pub largest_ramp_w_s: f64,
    /// Share of the variance within the band.
    pub band_share: f64,
    /// Frequency of the strongest swing, Hz; absent where nothing swings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strongest_hz: Option<f64>,
    /// Amplitude of that swing, W.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strongest_w: Option<f64>,
}

/// What the energy at the shelf does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoreUse {
    /// J.
    pub capacity_j: f64,
    /// Grid draw that it holds, or tries to, W.
    pub limit_w: f64,
    /// Share of the parts' peak that the grid does not see.
    pub peak_reduction: f64,
    /// Lost in charging, J.
    pub lost_j: f64,
    /// Time in which it should have helped and was empty, s.
    pub empty_s: f64,
}

/// What smoothing by the chips costs, on average over the traces' periods.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SmoothingUse {
    /// Burned above the load, W.
    pub burned_w: f64,
    /// Kept back below the load, W: work that is done later or not at all.
    pub withheld_w: f64,
}

impl From<Figures> for Draw {
    fn from(known: Figures) -> Self {
        Self {
            peak_w: known.peak,
            mean_w: known.mean,
            load_factor: known.load_factor,
            largest_ramp_w_s: known.largest_ramp,
            band_share: known.band_share,
            strongest_hz: known.strongest.map(|(frequency, _)| frequency),
            strongest_w: known.strongest.map(|(_, amplitude)| amplitude),
        }
    }
}

impl Summary {
    /// Adds the electrical power of a scene whose parts follow traces, with what there is to say about it; the power
    /// itself. What follows no trace draws what the run found, fans and pumps included.
    pub fn add_electrical(&mut self, scene: &Scene) -> Option<Series> {
        let control = &scene.control;
        let view = control.view?;
        let loads = &control.loads;
        let constant = self.untraced(scene);
        let series = Series::of(loads, constant, &view, control.store);
        let (parts, grid) = (Series::figures(&series.parts, &view), Series::figures(&series.grid, &view));
        let store = series.limit.zip(control.store).map(|(limit, store)| StoreUse {
            capacity_j: store.capacity,
            limit_w: limit,
            peak_reduction: 1.0 - grid.peak / parts.peak,
            lost_j: series.lost,
            empty_s: series.empty,
        });
        if let Some(known) = &store {
            self.tell(known, parts.peak);
        }
        self.electrical = Some(Electrical {
            duration_s: series.step * series.parts.len() as f64,
            step_s: series.step,
            window_s: view.window,
            band_hz: view.band,
            parts: parts.into(),
            grid: grid.into(),
            store,
            smoothing: smoothing(scene, &view),
        });
        Some(series)
    }

    /// What follows no trace, W: of a steady run what it released beyond the means of the traces; of a run over time,
    /// whose balance is that of its last step, what the scene says, with fans and pumps as the run left them.
    fn untraced(&self, scene: &Scene) -> f64 {
        let loads = &scene.control.loads;
        let heat = &self.balance.heat_in_w;
        if self.transient.is_none() {
            let traced: f64 = loads.parts.iter().map(|load| loads.steady(load)).sum();
            return (heat.total - traced).max(0.0);
        }
        let traced: f64 = loads.parts.iter().map(|load| scene.nominal_power(load.part)).sum();
        // A budget's rest is what its fans leave by their design power.
        let fans = match scene.remainders.is_empty() {
            true => heat.fans,
            false => scene.fans.iter().map(Fan::design_power).sum(),
        };
        (scene.power_of_parts() - traced + fans + heat.pumps).max(0.0)
    }

    fn tell(&mut self, store: &StoreUse, peak: f64) {
        if store.empty_s > 0.0 {
            self.warnings.push(Warning {
                finding: format!(
                    "the stored energy of {:.1} kJ is used up for {:.3} s while the parts draw more than {:.1} kW",
                    store.capacity_j / 1e3,
                    store.empty_s,
                    store.limit_w / 1e3
                ),
                place: "[smoothing]".to_owned(),
                remedy: "raise grid_limit, or leave it out: the lowest that can be held is then found".to_owned(),
            });
        }
        let verdict = if store.peak_reduction >= PROMISED {
            "the 30 % that GB300 shelves are said to take off are reached"
        } else {
            "the 30 % that GB300 shelves are said to take off are not reached: peaks last longer than what is stored"
        };
        let text = format!(
            "stored energy takes {:.1} % off the parts' peak of {:.1} kW at the grid; {verdict}",
            100.0 * store.peak_reduction,
            peak / 1e3
        );
        self.remarks.push(Remark { kind: RemarkKind::Trace.name().to_owned(), text, count: 1 });
    }
}

fn smoothing(scene: &Scene, view: &View) -> Option<SmoothingUse> {
    let loads = &scene.control.loads;
    let mut of = vec![None::<Cost>; loads.traces.len()];
    let mut used = SmoothingUse { burned_w: 0.0, withheld_w: 0.0 };
    let mut any = false;
    for load in loads.parts.iter().filter(|load| load.smoothed) {
        let trace = &loads.traces[load.trace];
        let Some(smoothed) = &trace.smoothed else { continue };
        // One turn of the settled load.
        let (from, to) = smoothed.span();
        let to = if to > from { to } else { view.duration };
        let known = of[load.trace].get_or_insert_with(|| cost(&trace.profile, smoothed, from, to));
        used.burned_w += load.full * known.burned / (to - from);
        used.withheld_w += load.full * known.withheld / (to - from);
        any = true;
    }
    any.then_some(used)
}
