//! PID controllers with what real ones have: sampling, limits, slew, anti-windup, a sensor that is late.
//!
//! Every `sample_time` Tₛ, of the measured value m and the set point s,
//!
//! ```text
//! e = m − s      u = I + K e + K T_d (m − m₋₁)/Tₛ      I += K Tₛ/T_i e      low ≤ u ≤ high
//! ```
//!
//! The output rises with the measured value for K > 0 (a fan against a temperature) and falls for K < 0 (a pump
//! against a pressure difference). The derivative acts on the measured value, so that a new set point gives no kick.
//! I does not grow where the output is at a limit and the error pushes it further. At its first sample the controller
//! takes over at the output that was there. The actuator follows its command with at most `slew` per second.
//!
//! Units: K in output per measured unit, times in s.

use super::sensor::{Sensed, Sensor};
use serde::{Deserialize, Serialize};

/// Settings of a controller.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pid {
    /// Value to hold.
    pub set_point: f64,
    /// K, output per measured unit.
    pub gain: f64,
    /// T_i, s; infinite for none.
    pub integral_time: f64,
    /// T_d, s; 0 for none.
    pub derivative_time: f64,
    /// Least and largest output.
    pub limits: [f64; 2],
    /// Largest change of the output per second; infinite for none.
    pub slew: f64,
    /// Tₛ, s.
    pub sample_time: f64,
    /// How the value is seen.
    pub sensor: Sensor,
}

/// What a controller remembers; it resumes a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// Where the actuator stands.
    pub output: f64,
    /// Where it is told to go.
    pub command: f64,
    integral: f64,
    /// Value of the last sample.
    before: Option<f64>,
    /// Number of samples taken.
    samples: u64,
    sensed: Sensed,
}

impl Held {
    /// A controller that finds its actuator at an output.
    #[must_use]
    pub fn at(output: f64) -> Self {
        Self {
            output,
            command: output,
            integral: output,
            before: None,
            samples: 0,
            sensed: Sensed::default(),
        }
    }
}

impl Pid {
    /// Time of the next sample, s from the start of the run: a step should not pass it.
    #[must_use]
    pub fn next_event(&self, held: &Held) -> f64 {
        held.samples as f64 * self.sample_time
    }

    /// Takes the reading at the start of a step, samples if it is time, and gives the mean output over the step.
    /// What is due is due once a step: a step longer than `sample_time` leaves samples out.
    pub fn step(&self, held: &mut Held, t: f64, dt: f64, reading: f64) -> f64 {
        let seen = self.sensor.read(&mut held.sensed, t, reading);
        let due = self.next_event(held);
        if t >= due - 1e-9 * self.sample_time {
            self.sample(held, seen);
            held.samples = ((t / self.sample_time + 1e-9).floor() as u64 + 1).max(held.samples + 1);
        }
        self.follow(held, dt)
    }

    fn sample(&self, held: &mut Held, seen: f64) {
        let error = seen - self.set_point;
        let proportional = self.gain * error;
        let [low, high] = self.limits;
        let Some(before) = held.before.replace(seen) else {
            // Without a jump: the output is what it was, where I can see to that.
            if self.integral_time.is_finite() {
                held.integral = held.output - proportional;
            }
            held.command = (held.integral + proportional).clamp(low, high);
            return;
        };
        let derivative = self.gain * self.derivative_time * (seen - before) / self.sample_time;
        let growth = proportional * self.sample_time / self.integral_time;
        // Up to a limit, and no further than that while the error pushes against it.
        let without = held.integral + proportional + derivative;
        let room = if growth > 0.0 { (high - without).max(0.0) } else { (without - low).max(0.0) };
        held.integral += growth.signum() * growth.abs().min(room);
        held.command = (held.integral + proportional + derivative).clamp(low, high);
    }

    /// Moves the actuator towards its command; the mean of its way.
    fn follow(&self, held: &mut Held, dt: f64) -> f64 {
        let distance = held.command - held.output;
        let moving = if self.slew.is_finite() { distance.abs() / self.slew } else { 0.0 };
        if moving <= dt {
            let mean = held.command - 0.5 * distance * moving / dt;
            held.output = held.command;
            return mean;
        }
        let moved = distance.signum() * self.slew * dt;
        held.output += moved;
        held.output - 0.5 * moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loop on y' = (u − y)/τ, whose output the controller samples every 0.1 s.
    const TAU: f64 = 4.0;
    const SAMPLE: f64 = 0.1;

    fn pid(gain: f64, integral_time: f64, delay: f64) -> Pid {
        Pid {
            set_point: 1.0,
            gain: -gain,
            integral_time,
            derivative_time: 0.0,
            limits: [-1e9, 1e9],
            slew: f64::INFINITY,
            sample_time: SAMPLE,
            sensor: Sensor { delay, lag: 0.0 },
        }
    }

    /// y at each sample, the plant solved exactly over steps of a whole part of the sample time; from rest at y = 0 with
    /// a controller whose integral is empty.
    fn response(pid: &Pid, count: usize, per_sample: usize) -> Vec<f64> {
        let mut held = Held::at(0.0);
        held.before = Some(0.0);
        let (mut y, dt) = (0.0, pid.sample_time / per_sample as f64);
        let decay = (-dt / TAU).exp();
        let mut values = Vec::new();
        for k in 0..count * per_sample {
            if k % per_sample == 0 {
                values.push(y);
            }
            let u = pid.step(&mut held, k as f64 * dt, dt, y);
            y = u + (y - u) * decay;
        }
        values
    }

    /// The integral time that cancels the pole of the sampled plant, and what the open loop then gains a sample.
    fn cancelling(gain: f64) -> (f64, f64) {
        let a = (-SAMPLE / TAU).exp();
        (SAMPLE * a / (1.0 - a), gain * (1.0 - a) / a)
    }

    #[test]
    fn a_loop_that_cancels_the_plants_pole_answers_as_one_minus_a_power() {
        // L(z) = g/(z − 1), hence y_k = 1 − (1 − g)^k, exactly.
        let (integral_time, g) = cancelling(3.0);
        for per_sample in [1, 7] {
            for (k, y) in response(&pid(3.0, integral_time, 0.0), 120, per_sample).iter().enumerate() {
                let exact = 1.0 - (1.0 - g).powi(k as i32);
                assert!((y - exact).abs() < 1e-12, "sample {k}: {y} against {exact}");
            }
        }
    }

    #[test]
    fn with_a_dead_time_of_whole_samples_it_follows_the_delayed_recurrence() {
        // y_{k+1} = y_k + g (1 − y_{k−d}).
        let (integral_time, g) = cancelling(6.0);
        let dead = 5;
        let found = response(&pid(6.0, integral_time, dead as f64 * SAMPLE), 200, 1);
        let mut exact = vec![0.0_f64];
        for k in 0..199_usize {
            let seen = if k >= dead { exact[k - dead] } else { 0.0 };
            exact.push(exact[k] + g * (1.0 - seen));
        }
        for (k, (y, exact)) in found.iter().zip(&exact).enumerate() {
            assert!((y - exact).abs() < 1e-11, "sample {k}: {y} against {exact}");
        }
        // It overshoots: the dead time counts.
        assert!(found.iter().any(|y| *y > 1.0));
    }

    #[test]
    fn it_comes_to_the_continuous_loop_with_order_one_in_the_sample_time() {
        // T_i = τ: y = 1 − exp(−K t/τ).
        let worst = |sample: f64| {
            let pid = Pid { sample_time: sample, ..pid(3.0, TAU, 0.0) };
            let values = response(&pid, (4.0 / sample) as usize, 1);
            let exact = |k: usize| 1.0 - (-3.0 * k as f64 * sample / TAU).exp();
            values.iter().enumerate().map(|(k, y)| (y - exact(k)).abs()).fold(0.0, f64::max)
        };
        let order = (worst(0.02) / worst(0.01)).log2();
        assert!((order - 1.0).abs() < 0.05, "{order}");
    }

    #[test]
    fn a_proportional_controller_leaves_the_error_that_its_gain_says() {
        // y = K (1 − y): y = K/(1 + K).
        let values = response(&pid(3.0, f64::INFINITY, 0.0), 400, 1);
        assert!((values[399] - 0.75).abs() < 1e-9, "{}", values[399]);
    }

    #[test]
    fn the_derivative_answers_a_ramp_of_the_measure_and_no_step_of_the_set_point() {
        let pid = Pid { derivative_time: 2.0, gain: 0.5, ..pid(0.0, f64::INFINITY, 0.0) };
        let mut held = Held::at(0.0);
        pid.step(&mut held, 0.0, SAMPLE, 1.0);
        let with_ramp = pid.step(&mut held, SAMPLE, SAMPLE, 1.3);
        // K (m − s) + K T_d ṁ = 0.5·0.3 + 0.5·2·3.
        assert!((with_ramp - 3.15).abs() < 1e-12, "{with_ramp}");
        let stepped = Pid { set_point: 0.0, ..pid };
        let after = stepped.step(&mut held, 2.0 * SAMPLE, SAMPLE, 1.3);
        assert!((after - 0.5 * 1.3).abs() < 1e-12, "{after}");
    }

    #[test]
    fn an_hour_at_the_limit_does_not_wind_the_integral_up() {
        let pid = Pid { limits: [0.2, 1.0], gain: 0.1, set_point: 80.0, ..pid(0.0, 10.0, 0.0) };
        let mut held = Held::at(0.5);
        for k in 0..36_000 {
            pid.step(&mut held, k as f64 * SAMPLE, SAMPLE, 95.0);
        }
        assert!((held.output - 1.0).abs() < 1e-12, "{}", held.output);
        // 6 K too cold for 2 s: it leaves the limit at once, as far as P alone says, and I goes on from there.
        let mut t = 3600.0;
        let first = pid.step(&mut held, t, SAMPLE, 74.0);
        assert!(first < 0.5, "{first}");
        for _ in 0..20 {
            t += SAMPLE;
            pid.step(&mut held, t, SAMPLE, 74.0);
        }
        assert_eq!(held.output, 0.2);
    }

    #[test]
    fn the_actuator_moves_no_faster_than_its_slew_and_its_mean_is_exact() {
        let pid =
            Pid { slew: 0.05, limits: [0.0, 1.0], gain: 1.0, set_point: 0.0, ..pid(0.0, f64::INFINITY, 0.0) };
        let mut held = Held::at(0.2);
        held.integral = 0.0;
        // To 0.7 within 10 s, then held: means 0.325, 0.575, 0.7.
        let means: Vec<f64> = (0..3).map(|k| pid.step(&mut held, 5.0 * f64::from(k), 5.0, 0.7)).collect();
        assert!(means.iter().zip([0.325, 0.575, 0.7]).all(|(a, b)| (a - b).abs() < 1e-12), "{means:?}");
    }

    #[test]
    fn a_controller_that_is_written_and_read_again_goes_on_bit_for_bit() {
        let pid = Pid { slew: 0.3, sensor: Sensor { delay: 0.35, lag: 0.8 }, ..pid(1.1, 3.0, 0.0) };
        let reading = |k: u32| (f64::from(k) * 0.37).sin();
        let run = |mut held: Held, from: u32, to: u32| {
            let outputs: Vec<f64> =
                (from..to).map(|k| pid.step(&mut held, 0.05 * f64::from(k), 0.05, reading(k))).collect();
            (held, outputs)
        };
        let (half, _) = run(Held::at(0.1), 0, 57);
        let written = serde_json::to_value(&half).unwrap();
        let (whole, resumed) = (run(half, 57, 120), run(serde_json::from_value(written).unwrap(), 57, 120));
        assert_eq!(whole, resumed);
    }
}
