//! What is kept of a run over time: rows at the output times, the hottest moment of every part, time over limits.
//!
//! Rows and crossings of limits lie on straight lines between the ends of steps.

use crate::couple::results::{View, loop_temperatures, values};
use crate::result::{Component, History, Peak};

/// One moment, as the series knows it.
struct Moment {
    time: f64,
    row: Vec<f64>,
    margins: Vec<Option<f64>>,
}

/// Keeps what a run goes through.
pub(super) struct Recorder {
    interval: f64,
    written: usize,
    pub(super) history: History,
    pub(super) peaks: Vec<Peak>,
    last: Option<Moment>,
}

impl Recorder {
    /// With a row every `interval` s, from the start on.
    pub(super) fn new(interval: f64) -> Self {
        Self { interval, written: 0, history: History::default(), peaks: Vec::new(), last: None }
    }

    /// Takes over the state at the end of a step; `power` is released then, W.
    pub(super) fn observe(&mut self, time: f64, power: f64, view: &View<'_>) {
        let (parts, monitors) = values(view);
        let loops = loop_temperatures(view);
        if self.last.is_none() {
            let mut columns = vec!["time_s".to_owned(), "power_w".to_owned(), "stored_w".to_owned()];
            columns.extend(parts.iter().map(|part| format!("{} degC", part.name)));
            for supply in &view.scene.loops {
                columns.extend(["supply", "return"].map(|end| format!("{} {end} degC", supply.name)));
            }
            columns.extend(monitors.iter().map(|monitor| format!("{} {}", monitor.name, monitor.unit)));
            self.history.columns = columns;
            self.peaks = parts.iter().map(|part| peak(part, time)).collect();
        }
        let mut row = vec![time, power, view.energy.heat.stored];
        row.extend(parts.iter().map(Component::temperature_c));
        row.extend(loops.into_iter().flatten());
        row.extend(monitors.iter().map(|monitor| monitor.value));
        let margins = parts.iter().map(|part| part.margin_k).collect();
        self.take(Moment { time, row, margins }, &parts);
    }

    fn take(&mut self, now: Moment, parts: &[Component]) {
        for (index, (peak, part)) in self.peaks.iter_mut().zip(parts).enumerate() {
            if part.temperature_c() > peak.temperature_c {
                (peak.temperature_c, peak.at_s) = (part.temperature_c(), now.time);
            }
            if let (Some(over), Some(last), Some(margin)) =
                (&mut peak.time_over_limit_s, &self.last, now.margins[index])
            {
                let before = last.margins[index].unwrap_or(margin);
                *over += (now.time - last.time) * share_below_zero(before, margin);
            }
        }
        // A step may pass several output times; the last one need not be met to the last digit.
        let reached = now.time * (1.0 + 1e-12);
        while self.written as f64 * self.interval <= reached {
            let at = self.written as f64 * self.interval;
            let row = match &self.last {
                Some(last) if at < now.time => between(last, &now, at),
                _ => now.row.clone(),
            };
            self.history.rows.push(row);
            self.written += 1;
        }
        self.last = Some(now);
    }

    /// The row of the end, where no output time is there.
    pub(super) fn finish(&mut self) {
        if let (Some(last), Some(row)) = (&self.last, self.history.rows.last())
            && row[0] < last.time * (1.0 - 1e-12)
        {
            self.history.rows.push(last.row.clone());
        }
    }
}

fn peak(part: &Component, time: f64) -> Peak {
    Peak {
        name: part.name.clone(),
        temperature_c: part.temperature_c(),
        at_s: time,
        time_over_limit_s: part.margin_k.map(|_| 0.0),
    }
}

fn between(last: &Moment, now: &Moment, at: f64) -> Vec<f64> {
    let share = (at - last.time) / (now.time - last.time);
    let mut row: Vec<f64> = last.row.iter().zip(&now.row).map(|(a, b)| a + share * (b - a)).collect();
    row[0] = at;
    row
}

/// The share of a straight line from `a` to `b` that lies below 0.
fn share_below_zero(a: f64, b: f64) -> f64 {
    match (a < 0.0, b < 0.0) {
        (true, true) => 1.0,
        (false, false) => 0.0,
        _ => a.min(b).abs() / (a - b).abs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_that_falls_from_3_to_minus_1_is_below_zero_for_a_quarter() {
        assert_eq!(share_below_zero(3.0, -1.0), 0.25);
        assert_eq!(share_below_zero(-1.0, 3.0), 0.25);
        assert_eq!((share_below_zero(-1.0, -2.0), share_below_zero(1.0, 0.0)), (1.0, 0.0));
    }

    #[test]
    fn rows_stand_at_the_output_times_whatever_the_steps() {
        let mut recorder = Recorder::new(1.0);
        for time in [0.0, 0.4, 2.5, 4.0, 4.2] {
            recorder.take(Moment { time, row: vec![time, 10.0 * time], margins: Vec::new() }, &[]);
        }
        recorder.finish();
        let times: Vec<f64> = recorder.history.rows.iter().map(|row| row[0]).collect();
        assert_eq!(times, [0.0, 1.0, 2.0, 3.0, 4.0, 4.2]);
        for row in &recorder.history.rows {
            approx::assert_relative_eq!(row[1], 10.0 * row[0], max_relative = 1e-12);
        }
    }
}
