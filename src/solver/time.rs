//! Steps of time: weights of the derivative, errors, and how long the next step is.
//!
//! With the step τ from t_n to t_{n+1} and the one before it τ', ω = τ/τ':
//!
//! ```text
//! implicit Euler   x'(t_{n+1}) ≈ (x_{n+1} − x_n)/τ
//! BDF2             x'(t_{n+1}) ≈ w₀ (x_{n+1} − x_n) − w₂ (x_n − x_{n−1})
//!                  w₀ = (1 + 2ω)/((1 + ω) τ)      w₂ = ω²/((1 + ω) τ)
//! ```
//!
//! (Hairer, Nørsett, Wanner, Solving ODE I, III.5). Both are a linear map D of increments. What is released and what
//! streams away are integrals over time as the heat stored is, so that D is applied to all three: with S' = E' − O'
//! solved as D S = D E − D O, S − E + O stays 0 to rounding over any steps, whatever their lengths. D E needs the mean
//! power of each step, not that at its end.
//!
//! The error of a step is told by its distance from a polynomial p through the values before it. With the terms that
//! lead,
//!
//! ```text
//! Euler, p of degree 1   x − p = [τ²/2 + τ(τ + τ')/2] x''                       of which τ²/2 is the error
//! BDF2, p of degree 2    x − p = [τ²(τ + τ')²/(6(2τ + τ')) + τ(τ + τ')(τ + τ' + τ'')/6] x'''    the first is
//! ```

use crate::scene::TimeScheme;

/// The derivative at the end of a step, w₀ Δ − w₂ Δ', of the increments over this step and the one before, 1/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// w₀, 1/s.
    pub this: f64,
    /// w₂, 1/s; 0 without a step before.
    pub before: f64,
}

impl Weights {
    /// Of a step of `step` s after one of `before` s; without one it is implicit Euler.
    #[must_use]
    pub fn new(scheme: TimeScheme, step: f64, before: Option<f64>) -> Self {
        match (scheme, before) {
            (TimeScheme::Bdf2, Some(before)) => {
                let ratio = step / before;
                let whole = (1.0 + ratio) * step;
                Self { this: (1.0 + 2.0 * ratio) / whole, before: ratio * ratio / whole }
            }
            _ => Self { this: step.recip(), before: 0.0 },
        }
    }

    /// The derivative of what grew by `this` and, in the step before, by `before`.
    #[must_use]
    pub fn derivative(self, this: f64, before: f64) -> f64 {
        self.this * this - self.before * before
    }

    /// By how much something grows whose derivative is given and which grew by `before`.
    #[must_use]
    pub fn increment(self, derivative: f64, before: f64) -> f64 {
        (derivative + self.before * before) / self.this
    }
}

/// The lengths of the last steps, the last one first, s: as many as the values that are known lie apart.
pub type Lengths<'a> = &'a [f64];

/// Degree of the polynomial through the last values that predicts the next: one for Euler, up to two for BDF2.
#[must_use]
pub fn degree(scheme: TimeScheme, before: Lengths<'_>) -> usize {
    match scheme {
        TimeScheme::ImplicitEuler => before.len().min(1),
        TimeScheme::Bdf2 => before.len().min(2),
    }
}

/// Coefficients of the last increments in what the next one is predicted to be by a polynomial of [`degree`].
#[must_use]
pub fn prediction(scheme: TimeScheme, step: f64, before: Lengths<'_>) -> Vec<f64> {
    match degree(scheme, before) {
        0 => Vec::new(),
        1 => vec![step / before[0]],
        _ => {
            // Newton's form: x[n,n−1] τ + x[n,n−1,n−2] τ (τ + τ').
            let (last, far) = (before[0], before[1]);
            let bend = step * (step + last) / (last + far);
            vec![(step + bend) / last, -bend / far]
        }
    }
}

/// The share of its distance from the prediction that is the error of a step. The first step has nothing to be
/// compared with: half its change is more than the error of any smooth beginning.
#[must_use]
pub fn error_share(scheme: TimeScheme, step: f64, before: Lengths<'_>) -> f64 {
    match degree(scheme, before) {
        0 => 0.5,
        // BDF2 with a line to compare with is at least as good as Euler.
        1 => step / (2.0 * step + before[0]),
        _ => {
            let (last, far) = (before[0], before[1]);
            let own = step * step * (step + last).powi(2) / (6.0 * (2.0 * step + last));
            let predicted = step * (step + last) * (step + last + far) / 6.0;
            own / (own + predicted)
        }
    }
}

/// Share of the tolerance under which steps grow: twice as long, a step of second order makes eight times the error.
const GROW: f64 = 0.1;
/// Share above which a refused step shrinks by more than half.
const FAR_OFF: f64 = 8.0;
/// Steps between two that grow: the history of one length makes the error known.
const REST: usize = 3;

/// Chooses the lengths of steps: powers of two times the first, so that few systems are built.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Controller {
    tolerance: f64,
    first: f64,
    largest: f64,
    step: f64,
    since_change: usize,
}

impl Controller {
    /// With the tolerance, K, of steps from `first` s on, none longer than `largest` s.
    #[must_use]
    pub fn new(tolerance: f64, first: f64, largest: f64) -> Self {
        Self { tolerance, first, largest, step: first, since_change: 0 }
    }

    /// Steps of one length.
    #[must_use]
    pub fn fixed(step: f64) -> Self {
        Self::new(f64::INFINITY, step, step)
    }

    /// After an event steps begin anew.
    pub fn restart(&mut self) {
        (self.step, self.since_change) = (self.first, 0);
    }

    /// The step from a time to the next one that must be met, `left` s away. What is left is shared by the last two.
    #[must_use]
    pub fn next(&self, left: f64) -> f64 {
        const ROUNDING: f64 = 1e-9;
        match left / self.step {
            // The same length to the last digit needs no system of its own.
            steps if (steps - 1.0).abs() <= ROUNDING => self.step,
            steps if steps < 1.0 => left,
            steps if steps < 2.0 - ROUNDING && self.tolerance.is_finite() => 0.5 * left,
            _ => self.step,
        }
    }

    /// Takes the error of a step of `taken` s, K; whether the step stands.
    pub fn judge(&mut self, taken: f64, error: f64) -> bool {
        if self.tolerance.is_finite() && (error > self.tolerance || error.is_nan()) {
            let shorter = if error > FAR_OFF * self.tolerance { 0.25 } else { 0.5 };
            self.step = shorter * taken.min(self.step);
            // What one event asks for, the next one will ask for too.
            self.first = self.first.min(self.step);
            self.since_change = 0;
            return false;
        }
        self.since_change += 1;
        if error < GROW * self.tolerance
            && self.since_change >= REST
            && 2.0 * self.step <= self.largest * (1.0 + 1e-9)
        {
            self.step *= 2.0;
            self.since_change = 0;
        }
        true
    }

    /// The length that steps have now, s.
    #[must_use]
    pub fn step(&self) -> f64 {
        self.step
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// x' = λ x from 1 over unequal steps, each τ_i = τ (1 + 0.4 sin i); the error at the end.
    fn decay(scheme: TimeScheme, steps: usize) -> f64 {
        let lengths: Vec<f64> =
            (0..steps).map(|i| 1.0 + 0.4 * (i as f64 * 12.0 / steps as f64).sin()).collect();
        let whole: f64 = lengths.iter().sum();
        let (mut x, mut grew, mut before) = (1.0, 0.0, None);
        for length in lengths {
            let step = length / whole;
            let weights = Weights::new(scheme, step, before);
            // w₀ d − w₂ d' = −(x + d)
            let more = (weights.before * grew - x) / (weights.this + 1.0);
            (x, grew, before) = (x + more, more, Some(step));
        }
        (x - (-1.0_f64).exp()).abs()
    }

    #[test]
    fn over_unequal_steps_euler_is_of_first_and_bdf2_of_second_order() {
        for (scheme, order) in [(TimeScheme::ImplicitEuler, 1.0), (TimeScheme::Bdf2, 2.0)] {
            let found = (decay(scheme, 80) / decay(scheme, 160)).log2();
            assert_relative_eq!(found, order, epsilon = 0.08);
        }
    }

    #[test]
    fn weights_are_exact_for_parabolas_and_predictions_for_theirs() {
        let (step, last, far) = (0.3, 0.2, 0.5);
        let x = |t: f64| 2.0 - 3.0 * t + 4.0 * t * t;
        let grew = [x(step) - x(0.0), x(0.0) - x(-last), x(-last) - x(-last - far)];
        let weights = Weights::new(TimeScheme::Bdf2, step, Some(last));
        assert_relative_eq!(weights.derivative(grew[0], grew[1]), -3.0 + 8.0 * step, max_relative = 1e-12);
        assert_relative_eq!(weights.increment(-3.0 + 8.0 * step, grew[1]), grew[0], max_relative = 1e-12);
        let predicted = prediction(TimeScheme::Bdf2, step, &[last, far]);
        assert_relative_eq!(predicted[0] * grew[1] + predicted[1] * grew[2], grew[0], max_relative = 1e-12);
    }

    /// x = t³/6 has x''' = 1: the error of BDF2 from exact values is known, and the estimate must be it.
    #[test]
    fn the_estimated_error_of_a_cubic_is_the_true_one() {
        let (step, last, far) = (0.3, 0.2, 0.5);
        let x = |t: f64| t.powi(3) / 6.0;
        let grew = [x(0.0) - x(-last), x(-last) - x(-last - far)];
        let weights = Weights::new(TimeScheme::Bdf2, step, Some(last));
        let found = weights.increment(0.5 * step * step, grew[0]);
        let coefficients = prediction(TimeScheme::Bdf2, step, &[last, far]);
        let predicted = coefficients[0] * grew[0] + coefficients[1] * grew[1];
        let estimated = error_share(TimeScheme::Bdf2, step, &[last, far]) * (found - predicted).abs();
        assert_relative_eq!(estimated, (found - x(step)).abs(), max_relative = 1e-12);
        // The same of Euler with x = t²/2.
        let grew = -(last * last) / 2.0;
        let found = step * step;
        let predicted = prediction(TimeScheme::ImplicitEuler, step, &[last])[0] * grew;
        let estimated = error_share(TimeScheme::ImplicitEuler, step, &[last]) * (found - predicted).abs();
        assert_relative_eq!(estimated, found - step * step / 2.0, max_relative = 1e-12);
    }

    #[test]
    fn steps_are_powers_of_two_times_the_first_and_end_where_they_must() {
        let mut control = Controller::new(0.1, 1e-3, 1.0);
        let (mut time, mut taken) = (0.0, 0);
        while time < 1.0 - 1e-12 {
            let step = control.next(1.0 - time);
            assert!(step > 0.0 && time + step <= 1.0 + 1e-9, "{step} at {time}");
            if control.judge(step, 0.001) {
                (time, taken) = (time + step, taken + 1);
            }
        }
        assert_relative_eq!(time, 1.0, max_relative = 1e-9);
        assert!(taken < 40, "{taken} steps");
        assert!(!control.judge(0.5, 0.2), "an error over the tolerance stood");
    }

    #[test]
    fn stored_heat_is_what_entered_less_what_left_over_any_steps() {
        // S' = P(t) − S, P of unequal means; O integrates S by the same rule.
        let (mut s, mut ds, mut e, mut de, mut o, mut d_o) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        let mut before = None;
        for i in 0..50 {
            let step = 0.1 * (1.0 + 0.5 * f64::from(i).cos());
            let weights = Weights::new(TimeScheme::Bdf2, step, before);
            let entered = step * (1.0 + f64::from(i % 7));
            let power = weights.derivative(entered, de);
            let more = (power - s + weights.before * ds) / (weights.this + 1.0);
            let left = weights.increment(s + more, d_o);
            (s, ds, e, de, o, d_o) = (s + more, more, e + entered, entered, o + left, left);
            before = Some(step);
        }
        assert!((s - e + o).abs() < 1e-13 * e, "{s} is not {e} - {o}");
    }
}
