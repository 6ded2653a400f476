//! What a summary says about limits, uncertainty and power.

use super::{Component, Fan, Summary};

/// How a part stands against its limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// Under its limit by so many K.
    Within(f64),
    /// Over its limit by so many K (or its temperature is not a number).
    Over(f64),
    /// Its margin says nothing, whatever its sign: it counts as not passing.
    NotTrusted,
    /// No limit given: neither passing nor failing.
    NoLimit,
}

/// A step of margins, K: within one, twins in a symmetric rack differ by rounding alone, and the first that the
/// scene names speaks for them, on every machine.
const SAME_MARGIN: f64 = 0.01;

/// A margin or temperature in steps of [`SAME_MARGIN`], for putting parts in order.
pub(crate) fn step(kelvin: f64) -> f64 {
    (kelvin / SAME_MARGIN).round()
}

impl Component {
    /// How it stands against its limit.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self.margin_k {
            None => Standing::NoLimit,
            Some(_) if self.not_trusted.is_some() => Standing::NotTrusted,
            Some(margin) if margin >= 0.0 => Standing::Within(margin),
            Some(margin) => Standing::Over(-margin),
        }
    }

    /// Its margin in steps of rounding: the smaller, the more urgent; without a limit the least urgent of all.
    fn rank(&self) -> f64 {
        // A margin that is not a number is the most urgent of all.
        self.margin_k.map_or(f64::INFINITY, |m| if m.is_nan() { f64::NEG_INFINITY } else { step(m) })
    }

    /// The temperature that the limit bounds, °C; without a limit the junction if there is one, else the
    /// hottest point.
    #[must_use]
    pub fn judged_c(&self) -> f64 {
        match (self.limit_c, self.margin_k) {
            (Some(limit), Some(margin)) => limit - margin,
            _ => self.junction_c.unwrap_or(self.temperature_max_c),
        }
    }
}

impl Fan {
    /// Whether it has to give more pressure than it can, as far as that is known.
    #[must_use]
    pub fn is_too_weak(&self) -> bool {
        self.available_pressure_pa.is_some_and(|available| self.pressure_rise_pa > available)
    }
}

impl Summary {
    /// Fans that cannot give their flow.
    pub fn weak_fans(&self) -> impl Iterator<Item = &Fan> {
        self.fans.iter().filter(|fan| fan.is_too_weak())
    }

    /// Parts over their limit, worst first.
    #[must_use]
    pub fn over_limit(&self) -> Vec<&Component> {
        let mut over: Vec<_> =
            self.components.iter().filter(|c| matches!(c.standing(), Standing::Over(_))).collect();
        over.sort_by(|a, b| a.rank().total_cmp(&b.rank()));
        over
    }

    /// Parts with a limit whose margin is not to be trusted, smallest margin first.
    #[must_use]
    pub fn not_trusted(&self) -> Vec<&Component> {
        let mut parts: Vec<_> =
            self.components.iter().filter(|c| c.standing() == Standing::NotTrusted).collect();
        parts.sort_by(|a, b| a.rank().total_cmp(&b.rank()));
        parts
    }

    /// Whether every part with a limit is known to stay under it.
    #[must_use]
    pub fn passes(&self) -> bool {
        let passing = |c: &Component| matches!(c.standing(), Standing::Within(_) | Standing::NoLimit);
        self.components.iter().all(passing)
    }

    /// The part with the smallest margin; none if no part has a limit.
    #[must_use]
    pub fn worst(&self) -> Option<&Component> {
        let limited = self.components.iter().filter(|c| c.margin_k.is_some());
        limited.min_by(|a, b| a.rank().total_cmp(&b.rank()))
    }

    /// Half-width of the uncertainty of a part's margin, K: 0 where nothing rests on estimates, the part's
    /// own band where one is known, else half its rise over its coolant (engineering.md: stack ± 50 %), or
    /// over the coldest intake or supply where that is not known.
    #[must_use]
    pub fn band_k(&self, component: &Component) -> f64 {
        if !component.rests_on_estimates {
            return 0.0;
        }
        if let Some(band) = component.band_k {
            return band;
        }
        let judged = component.judged_c();
        let coldest = || {
            let supplies = self.loops.iter().map(|l| l.supply_c);
            supplies.chain(self.air.iter().map(|air| air.intake_min_c)).fold(judged, f64::min)
        };
        0.5 * (judged - component.reference_c.unwrap_or_else(coldest)).max(0.0)
    }

    /// Electrical power of all fans, those of a rear door included, W.
    #[must_use]
    pub fn fan_power_w(&self) -> f64 {
        let door = self.plant.rear_door.iter().map(|d| d.fan_power_w);
        self.fans.iter().map(|fan| fan.power_w).chain(door).sum()
    }

    /// Electrical power of all pumps, W.
    #[must_use]
    pub fn pump_power_w(&self) -> f64 {
        let door = self.plant.rear_door.iter().map(|d| d.pump_power_w);
        self.loops.iter().map(|l| l.pump_power_w).chain(door).sum()
    }
}

#[cfg(test)]
mod tests {
    use crate::report::sample;

    #[test]
    fn a_band_is_half_the_rise_over_the_parts_own_coolant_and_none_without_estimates() {
        let mut summary = sample::liquid();
        let mut gpu = summary.components[0].clone();
        assert_eq!((gpu.reference_c, gpu.role.as_str()), (Some(40.0), "gpu"));
        approx::assert_relative_eq!(summary.band_k(&gpu), 0.5 * (gpu.judged_c() - 40.0));
        // Without its own reference the coldest stream counts: the air at 25 degC, not the loop at 40 degC.
        gpu.reference_c = None;
        approx::assert_relative_eq!(summary.band_k(&gpu), 0.5 * (gpu.judged_c() - 25.0));
        gpu.band_k = Some(2.0);
        assert_eq!(summary.band_k(&gpu), 2.0);
        gpu.rests_on_estimates = false;
        assert_eq!(summary.band_k(&gpu), 0.0);
        summary.components.clear();
        assert!(summary.worst().is_none());
    }

    #[test]
    fn of_twins_that_differ_by_rounding_the_first_named_is_the_worst() {
        let mut summary = sample::liquid();
        summary.components.retain(|c| c.margin_k.is_some());
        for component in &mut summary.components {
            component.margin_k = Some(7.84);
        }
        summary.components[1].margin_k = Some(7.84 - 1e-12);
        let first = summary.components[0].name.clone();
        assert_eq!(summary.worst().unwrap().name, first);
        summary.components[1].margin_k = Some(7.80);
        assert_eq!(summary.worst().unwrap().name, summary.components[1].name);
        summary.components[2].margin_k = Some(f64::NAN);
        assert_eq!(summary.worst().unwrap().name, summary.components[2].name);
    }

    #[test]
    fn a_margin_that_is_not_to_be_trusted_neither_passes_nor_exceeds() {
        let mut summary = sample::liquid();
        assert!(summary.passes());
        let part = summary.components.iter_mut().find(|c| c.margin_k.is_some()).unwrap();
        part.not_trusted = Some("air passes beside its heat sink".into());
        let name = part.name.clone();
        let names: Vec<&str> = summary.not_trusted().iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, [name.as_str()]);
        assert!(!summary.passes() && summary.over_limit().is_empty());
    }

    #[test]
    fn fans_and_pumps_of_a_rear_door_count() {
        let (plain, door) = (sample::air(), sample::rear_door());
        approx::assert_relative_eq!(door.fan_power_w() - plain.fan_power_w(), 620.0, max_relative = 1e-9);
        assert_eq!((plain.pump_power_w(), door.pump_power_w()), (0.0, 52.0));
    }
}
