//! How much every row of momentum is held at its last value while a flow is iterated.
//!
//! What is stable differs from flow to flow and from grid to grid, so it is tried. Over a window of looks an iteration
//! that is stable has an imbalance that falls from look to look: then less holding is tried. One that is held too little
//! swings, or if it is turbulent does not fall over a whole window: then more is.

/// The relaxation of momentum, as (1 − α)/α: what holds every row at its last value, over its diagonal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) factor: f64,
    last: f64,
    /// The imbalance at the window's start.
    first: f64,
    /// Looks in this window, and at how many the imbalance had risen.
    looks: usize,
    rises: usize,
    /// The factor under which the iteration has been seen to swing; forgotten by and by.
    unstable: f64,
    /// The factor is never less.
    least: f64,
}

impl Pace {
    /// Looks of a window.
    const WINDOW: usize = 6;
    /// What counts as a rise: acceleration moves the imbalance up and down by less.
    const RISE: f64 = 1.2;
    /// Rises in a window from which on the iteration swings.
    const SWINGS: usize = 2;
    /// Fall over a window that leaves nothing to wish for.
    const WELL: f64 = 0.15;
    /// Least on one grid and, where iterations have to smooth for a coarser one, on several: α = 0.99 and 0.91.
    const LEAST: [f64; 2] = [0.01, 0.1];
    /// Most: α = 0.3.
    const MOST: f64 = 2.3;
    /// Jacobi sweeps that bring a row's imbalance to some 0.4 of it are this over the factor …
    const SWEEPS: f64 = 0.9;
    /// … and at least and at most so many.
    const SWEEP_RANGE: [usize; 2] = [6, 24];

    pub(super) fn new(relaxation: f64, several_grids: bool) -> Self {
        Self {
            factor: (1.0 - relaxation) / relaxation,
            last: f64::INFINITY,
            first: f64::INFINITY,
            looks: 0,
            rises: 0,
            unstable: 0.0,
            least: Self::LEAST[usize::from(several_grids)],
        }
    }

    /// Takes an imbalance into account; true if the factor has changed. A turbulent flow that has not fallen over a window swings
    /// more slowly than that, and heat with it; viscous oil in a tank, tried too, gets no nearer its end by more holding.
    pub(super) fn hears(&mut self, imbalance: f64, turbulent: bool) -> bool {
        self.looks += 1;
        self.rises += usize::from(imbalance > Self::RISE * self.last);
        self.last = imbalance;
        if self.looks < Self::WINDOW {
            return false;
        }
        let old = self.factor;
        if self.rises >= Self::SWINGS || turbulent && imbalance > self.first {
            self.unstable = self.factor;
            self.factor *= 1.6;
        } else if imbalance > Self::WELL * self.first {
            self.unstable *= 0.97;
            self.factor = (0.7 * self.factor).max(1.5 * self.unstable).min(self.factor);
        }
        self.factor = self.factor.clamp(self.least, Self::MOST);
        (self.looks, self.rises, self.first) = (0, 0, imbalance);
        self.factor != old
    }

    pub(super) fn relaxation(&self) -> f64 {
        1.0 / (1.0 + self.factor)
    }

    /// Jacobi sweeps over a component of the velocity.
    pub(super) fn sweeps(&self) -> usize {
        ((Self::SWEEPS / self.factor).ceil() as usize).clamp(Self::SWEEP_RANGE[0], Self::SWEEP_RANGE[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The factor after a window of looks at these imbalances.
    fn after(imbalances: [f64; Pace::WINDOW]) -> f64 {
        let mut pace = Pace::new(0.8, false);
        for imbalance in imbalances {
            pace.hears(imbalance, true);
        }
        pace.factor
    }

    #[test]
    fn an_iteration_that_swings_is_held_more_and_one_that_falls_steadily_less() {
        let start = Pace::new(0.8, false).factor;
        assert!(after([1.0, 2.0, 1.0, 2.0, 1.0, 2.0]) > start);
        let mut pace = Pace::new(0.8, false);
        // The first window knows no start to compare with.
        for look in 0..2 * Pace::WINDOW {
            pace.hears(0.9_f64.powi(look as i32), true);
        }
        assert!(pace.factor < start, "{pace:?}");
    }

    #[test]
    fn an_iteration_that_swings_more_slowly_than_a_window_is_held_more() {
        let (mut pace, mut factors) = (Pace::new(0.8, false), Vec::new());
        for look in 0..4 * Pace::WINDOW {
            pace.hears(
                1.0 + 0.5 * (look as f64 / Pace::WINDOW as f64 * std::f64::consts::FRAC_PI_4).sin(),
                true,
            );
            factors.push(pace.factor);
        }
        assert!(factors[2 * Pace::WINDOW] > factors[0], "{factors:?}");
    }

    #[test]
    fn a_factor_under_which_the_iteration_swung_is_not_tried_again_at_once() {
        let mut pace = Pace::new(0.8, false);
        for look in 0..Pace::WINDOW {
            pace.hears([1.0, 2.0][look % 2], true);
        }
        let swung = pace.unstable;
        for look in 0..4 * Pace::WINDOW {
            pace.hears(0.9_f64.powi(look as i32), true);
        }
        assert!(pace.factor > swung, "{pace:?}");
    }
}
