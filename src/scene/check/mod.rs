//! What must hold between the items of a scene: room, air, heat paths and coolant.

mod air;
mod placement;
mod wiring;

use super::Region;
use super::read::Builder;

/// Distances up to this are contact, not overlap or gap, m.
pub(super) const TOUCH: f64 = 1e-9;

/// Runs every check; `sized` tells whether the domain's size is known.
pub(super) fn check(builder: &mut Builder<'_>, sized: bool) {
    placement::overlaps(builder);
    placement::envelopes(builder);
    if sized {
        placement::inside_domain(builder);
        air::sides(builder);
        air::planes(builder);
        air::periodic(builder);
    }
    placement::sources(builder);
    placement::contacts(builder);
    wiring::cold_plates(builder);
    wiring::chips(builder);
    wiring::coolers(builder);
    wiring::remarks(builder);
}

/// Lengths of the common box of two along each axis, m; negative where there is a gap.
fn common(a: &Region, b: &Region) -> [f64; 3] {
    [0, 1, 2].map(|axis| a.upper[axis].min(b.upper[axis]) - a.lower[axis].max(b.lower[axis]))
}

fn millimetres(length: f64) -> String {
    let text = format!("{:.3}", length * 1e3);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{} mm", if text == "-0" { "0" } else { text })
}
