//! Electrical power over time, in lines.

use super::INDENT;
use crate::report::number::{fixed, watts};
use crate::report::table::paragraph;
use crate::result::{Draw, Summary};

/// What the parts draw and what the grid sees; empty where nothing follows a trace.
pub(super) fn electrical(summary: &Summary) -> String {
    let Some(known) = &summary.electrical else { return String::new() };
    let words = |draw: &Draw| {
        let swing = draw.strongest_hz.zip(draw.strongest_w).map_or_else(
            || "it does not swing".to_owned(),
            |(frequency, power)| format!("swings most by {} at {} Hz", watts(power), fixed(frequency, 3)),
        );
        format!(
            "peak {}, mean {}, load factor {}, largest ramp {}/s over {} s; {swing}, {} % of the swing between {} and {} Hz",
            watts(draw.peak_w),
            watts(draw.mean_w),
            fixed(draw.load_factor, 2),
            watts(draw.largest_ramp_w_s),
            known.window_s,
            fixed(100.0 * draw.band_share, 0),
            known.band_hz[0],
            known.band_hz[1],
        )
    };
    let mut text =
        paragraph("power", INDENT, &format!("over {} s: {}", known.duration_s, words(&known.parts)));
    if let Some(smoothing) = &known.smoothing {
        let burned = watts(smoothing.burned_w);
        let withheld = watts(smoothing.withheld_w);
        text +=
            &paragraph("", INDENT, &format!("smoothing burns {burned} and keeps back {withheld} on average"));
    }
    if let Some(store) = &known.store {
        let grid = format!(
            "grid: {}; held at {} by {} J stored, −{} %",
            words(&known.grid),
            watts(store.limit_w),
            fixed(store.capacity_j, 0),
            fixed(100.0 * store.peak_reduction, 1)
        );
        text += &paragraph("", INDENT, &grid);
    }
    text
}
