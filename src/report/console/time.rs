//! The run over time: peaks and when they were, time over limits, heat in, out and stored.

use super::INDENT;
use crate::report::number::{degrees, fixed};
use crate::report::table::{Align, Table, paragraph};
use crate::result::{Peak, Summary, Transient};

/// Parts shown; all of them are in `summary.json`.
const PARTS: usize = 12;

/// What happened over time; empty in a steady run.
pub(super) fn over_time(summary: &Summary) -> String {
    let Some(run) = &summary.transient else { return String::new() };
    let megajoule = |joule: f64| fixed(joule / 1e6, 3);
    let steps = format!(
        "{} s in {} steps of {} to {} s ({}), {} made again; in {} MJ, out {} MJ, stored {} MJ, open by {:.1e}",
        fixed(run.duration_s, 1),
        run.steps,
        short(run.step_range_s[0]),
        short(run.step_range_s[1]),
        run.scheme,
        run.rejected,
        megajoule(run.in_j),
        megajoule(run.out_j),
        megajoule(run.stored_j),
        run.balance_relative,
    );
    let events: String = run
        .events
        .iter()
        .map(|event| {
            paragraph("", INDENT, &format!("{} at {} s: {}", event.name, short(event.at_s), event.what))
        })
        .collect();
    let end =
        "margins are those of the peaks; all else below is the end of the run, history.csv has the way there";
    paragraph("TIME", INDENT, &steps) + &events + &lost(run) + &paragraph("", INDENT, end) + &peaks(run)
}

/// What throttling has cost.
fn lost(run: &Transient) -> String {
    let Some(lost) = &run.lost else { return String::new() };
    let when = |time: Option<f64>, count: usize, what: &str| match time {
        Some(time) if count == 1 => format!("1 chip {what}, at {} s", short(time)),
        Some(time) => format!("{count} chips {what}, the first at {} s", short(time)),
        None => format!("no chip {what}"),
    };
    let text = format!(
        "{}; {}; work lost {} chip-seconds",
        when(lost.first_throttle_s, lost.throttled, "throttled"),
        when(lost.first_shutdown_s, lost.stopped, "shut down"),
        fixed(lost.chip_seconds, 1)
    );
    paragraph("", INDENT, &text)
}

/// Seconds with three digits.
fn short(seconds: f64) -> String {
    let text = format!("{seconds:.3e}");
    text.parse::<f64>().map_or(text, |rounded| rounded.to_string())
}

/// The hottest parts, those over a limit first.
fn peaks(run: &Transient) -> String {
    let mut table = Table::new(&[
        ("PEAKS", Align::Left),
        ("°C", Align::Right),
        ("at s", Align::Right),
        ("s over limit", Align::Right),
    ]);
    let mut order: Vec<&Peak> = run.peaks.iter().collect();
    let over = |peak: &Peak| peak.time_over_limit_s.unwrap_or(0.0);
    order.sort_by(|a, b| over(b).total_cmp(&over(a)).then(b.temperature_c.total_cmp(&a.temperature_c)));
    for peak in order.iter().take(PARTS) {
        let over = peak.time_over_limit_s.map_or_else(|| "no limit".to_owned(), |time| fixed(time, 2));
        table.row([peak.name.clone(), degrees(peak.temperature_c), fixed(peak.at_s, 2), over]);
    }
    if table.is_empty() {
        return String::new();
    }
    let rest = order.len().saturating_sub(PARTS);
    let more = if rest > 0 { format!("and {rest} more in summary.json\n") } else { String::new() };
    table.render() + &more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_page_says_the_peak_when_it_was_and_how_long_a_limit_was_exceeded() {
        let mut summary = sample::liquid();
        assert_eq!(over_time(&summary), "");
        let peak = |name: &str, temperature_c, at_s, time_over_limit_s| Peak {
            name: name.into(),
            temperature_c,
            at_s,
            time_over_limit_s,
        };
        let peaks = vec![peak("tray/cpu", 95.0, 3.0, None), peak("tray/gpu", 91.25, 12.5, Some(4.75))];
        summary.transient = Some(Transient {
            duration_s: 600.0,
            scheme: "bdf2".into(),
            steps: 1234,
            step_range_s: [0.001, 0.1],
            peaks,
            ..Transient::default()
        });
        let text = over_time(&summary);
        for words in ["600.0 s in 1234 steps", "0.001 to 0.1 s (bdf2)", "no limit"] {
            assert!(text.contains(words), "{words} in {text}");
        }
        let (gpu, cpu) = (text.find("tray/gpu").unwrap(), text.find("tray/cpu").unwrap());
        assert!(gpu < cpu, "what was over its limit comes first: {text}");
        let line = text[gpu..].lines().next().unwrap();
        assert!(line.contains("12.50") && line.contains("4.75"), "{line}");
    }
}
