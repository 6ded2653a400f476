//! The answer in words: what keeps its limit, what does not, and what nothing is known of.

use super::{band, cooling, margin};
use crate::report::number::{degrees, fixed};
use crate::result::{Component, Summary};

/// The answer in one or two sentences.
#[must_use]
pub fn verdict(summary: &Summary) -> String {
    if !summary.convergence.converged {
        return format!("NOT CONVERGED, the numbers below are no answer: {}.", summary.convergence.reason);
    }
    let mut text = String::new();
    let limited = summary.components.iter().filter(|c| c.margin_k.is_some()).count();
    let (over, not_trusted) = (summary.over_limit(), summary.not_trusted());
    match (summary.worst(), over.first()) {
        (None, _) => text.push_str("No part has a limit: nothing to pass or fail."),
        (Some(_), None) if !not_trusted.is_empty() => (),
        (Some(worst), None) => text.push_str(&format!(
            "{} with a limit {} under it; the least margin is {} at {} ({} °C, limit {} °C; {}){}.",
            if limited == 1 { "The one part".to_owned() } else { format!("All {limited} parts") },
            if limited == 1 { "stays" } else { "stay" },
            margin(summary, worst),
            worst.name,
            degrees(worst.judged_c()),
            degrees(worst.limit_c.unwrap_or(f64::NAN)),
            cooling(summary, worst.cooled_by),
            doubt(summary, worst),
        )),
        (Some(_), Some(worst)) => text.push_str(&format!(
            "OVER LIMIT: {} of {limited} parts with a limit; the worst is {} at {} °C, {} K over its {} °C ({}{}){}.",
            over.len(),
            worst.name,
            degrees(worst.judged_c()),
            fixed(-worst.margin_k.unwrap_or(f64::NAN), 1),
            degrees(worst.limit_c.unwrap_or(f64::NAN)),
            cooling(summary, worst.cooled_by),
            band(summary, worst).map(|b| format!("; estimates ± {b} K")).unwrap_or_default(),
            doubt(summary, worst),
        )),
    }
    if let Some(first) = not_trusted.first() {
        text.push_str(&doubtful(summary, first, limited - over.len()));
    }
    let weak = summary.weak_fans().count();
    if weak > 0 {
        let (fans, their) = if weak == 1 { ("fan", "its") } else { ("fans", "their") };
        text.push_str(&format!(
            " {weak} {fans} cannot give {their} flow: parts in air get hotter than this."
        ));
    }
    let unlimited = summary.components.len() - limited;
    if unlimited > 0 {
        let parts = if unlimited == 1 { "part" } else { "parts" };
        text.push_str(&format!(" No limit given for {unlimited} {parts}."));
    }
    text
}

/// The sentences about parts whose margin is not to be trusted; `not_over` parts with a limit are not over it.
fn doubtful(summary: &Summary, first: &Component, not_over: usize) -> String {
    let count = summary.not_trusted().len();
    let before = if summary.over_limit().is_empty() { "NO VERDICT" } else { " NO VERDICT either" };
    let mut text = format!(
        "{before} on {count} part{}: the margin of {} ({} °C, limit {} °C; {}) is not to be trusted, as {}.",
        if count == 1 { "" } else { "s" },
        first.name,
        degrees(first.judged_c()),
        degrees(first.limit_c.unwrap_or(f64::NAN)),
        cooling(summary, first.cooled_by),
        first.not_trusted.as_deref().unwrap_or("its model does not hold"),
    );
    if not_over > count {
        text.push_str(&format!(" {} other parts with a limit stay under it.", not_over - count));
    }
    text
}

/// Said where the answer would change within the spread of the estimates.
fn doubt(summary: &Summary, component: &Component) -> &'static str {
    let reaches = component.margin_k.is_some_and(|m| summary.band_k(component) > m.abs());
    if reaches { "; its band reaches across the limit" } else { "" }
}
