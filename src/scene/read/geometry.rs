//! Boxes, planes and rectangles of a side.

use crate::grid::{Axis, Side};
use crate::units::Dimension;

use crate::scene::diagnostic::Mistake;
use crate::scene::fields::{Fields, Range};
use crate::scene::{Rectangle, Region};

const SIDES: [&str; 6] = ["x-", "x+", "y-", "y+", "z-", "z+"];
/// Letters of the axes.
const AXES: [&str; 3] = ["x", "y", "z"];

/// An axis by its letter.
pub(super) fn axis(key: &'static str, fields: &Fields<'_>) -> Option<Axis> {
    fields.choice(key, &AXES).map(|index| Axis::ALL[index])
}

/// Axes by their letters, if the key lists any.
pub(super) fn axes(key: &'static str, fields: &Fields<'_>) -> [bool; 3] {
    let mut listed = [false; 3];
    for (letter, node) in fields.texts(key) {
        match AXES.iter().position(|known| *known == letter) {
            Some(axis) => listed[axis] = true,
            None => {
                let message = format!("'{key}' of {} cannot be \"{letter}\"", fields.what);
                let mistake = Mistake::new("racktherm::unknown_word", message).at(node.place, "unknown axis");
                fields.log.add(mistake.help("a list of axes: \"x\", \"y\", \"z\""));
            }
        }
    }
    listed
}

/// A side that must be given.
pub(super) fn side(key: &'static str, fields: &Fields<'_>) -> Option<Side> {
    if !fields.has(key) {
        fields.missing(key, "\"y-\"");
    }
    fields.choice(key, &SIDES).map(|index| Side::ALL[index])
}

/// A side with a default.
pub(super) fn side_or(key: &'static str, default: Side, fields: &Fields<'_>) -> Side {
    fields.choice(key, &SIDES).map_or(default, |index| Side::ALL[index])
}

/// The box of a table, moved by `shift`; `None` where it cannot be read (which is logged).
pub(super) fn region(fields: &Fields<'_>, shift: [f64; 3]) -> Option<Region> {
    let moved = |corner: [f64; 3]| [0, 1, 2].map(|axis| corner[axis] + shift[axis]);
    if fields.has("from") || fields.has("to") {
        for key in ["at", "size"] {
            if fields.has(key) {
                let message = format!("{} has '{key}' beside 'from' and 'to'", fields.what);
                fields.complain("racktherm::conflict", key, message, "one too many", BOX);
                return None;
            }
        }
        let (from, to) = (corner("from", fields), corner("to", fields));
        let (from, to) = (from?, to?);
        for axis in Axis::ALL {
            let (low, high) = (from[axis as usize], to[axis as usize]);
            if high <= low {
                empty(fields, axis, low, high);
                return None;
            }
        }
        return Some(Region { lower: moved(from), upper: moved(to) });
    }
    let at = corner("at", fields);
    if !fields.has("size") {
        fields.missing("size", "[\"60 mm\", \"60 mm\", \"4 mm\"]");
    }
    let size: Option<[f64; 3]> = fields.vector("size", Dimension::LENGTH, Range::Positive, false);
    let (at, size) = (at?, size?);
    let upper = [0, 1, 2].map(|axis| at[axis] + size[axis]);
    Some(Region { lower: moved(at), upper: moved(upper) })
}

const BOX: &str = "a box is 'at' and 'size', or 'from' and 'to'";

fn corner(key: &'static str, fields: &Fields<'_>) -> Option<[f64; 3]> {
    if !fields.has(key) {
        fields.missing(key, "[\"10 mm\", \"20 mm\", 0]");
    }
    fields.vector(key, Dimension::LENGTH, Range::Any, false)
}

fn empty(fields: &Fields<'_>, axis: Axis, low: f64, high: f64) {
    let letter = axis.letter();
    let [low, high] = [low, high].map(|position| (position * 1e9).round() / 1e6);
    let message = format!("{} is empty along {letter}: it goes from {low} mm to {high} mm", fields.what);
    let mistake = Mistake::new("racktherm::empty_box", message);
    let label = format!("'to' must lie above 'from' along {letter}");
    let help = "exchange the two, or check their units";
    fields.log.add(mistake.at(fields.place("to"), label).help(help));
}

/// The rectangle `at`, `from`, `to` on a plane across `axis`.
pub(super) fn plane(axis: Axis, fields: &Fields<'_>, shift: [f64; 3]) -> Option<Rectangle> {
    if !fields.has("at") {
        fields.missing("at", "\"300 mm\"");
    }
    for key in ["from", "to"] {
        if !fields.has(key) {
            fields.missing(key, "[\"10 mm\", \"20 mm\"]");
        }
    }
    let at = fields.quantity("at", Dimension::LENGTH, Range::Any);
    let (from, to) = (in_plane("from", fields), in_plane("to", fields));
    spread(axis, at?, from?, to?, fields, shift)
}

/// The rectangle `from`, `to` of a side of the domain; the whole side where neither is given.
pub(super) fn on_side(side: Side, size: [f64; 3], fields: &Fields<'_>, shift: [f64; 3]) -> Option<Rectangle> {
    let at = if side.upper { size[side.axis as usize] } else { 0.0 };
    let mut shift = shift;
    shift[side.axis as usize] = 0.0;
    if !fields.has("from") && !fields.has("to") {
        let (mut lower, mut upper) = ([0.0; 3], size);
        lower[side.axis as usize] = at;
        upper[side.axis as usize] = at;
        return Some(Rectangle { axis: side.axis, at, lower, upper });
    }
    for key in ["from", "to"] {
        if !fields.has(key) {
            fields.missing(key, "[\"10 mm\", \"20 mm\"]");
        }
    }
    let (from, to) = (in_plane("from", fields), in_plane("to", fields));
    spread(side.axis, at, from?, to?, fields, shift)
}

fn in_plane(key: &'static str, fields: &Fields<'_>) -> Option<[f64; 2]> {
    fields.vector(key, Dimension::LENGTH, Range::Any, false)
}

fn spread(
    axis: Axis,
    at: f64,
    from: [f64; 2],
    to: [f64; 2],
    fields: &Fields<'_>,
    shift: [f64; 3],
) -> Option<Rectangle> {
    let others: Vec<Axis> = Axis::ALL.into_iter().filter(|other| *other != axis).collect();
    let (mut lower, mut upper) = ([0.0; 3], [0.0; 3]);
    for (index, &other) in others.iter().enumerate() {
        if to[index] <= from[index] {
            empty(fields, other, from[index], to[index]);
            return None;
        }
        lower[other as usize] = from[index] + shift[other as usize];
        upper[other as usize] = to[index] + shift[other as usize];
    }
    let at = at + shift[axis as usize];
    lower[axis as usize] = at;
    upper[axis as usize] = at;
    Some(Rectangle { axis, at, lower, upper })
}

/// Stands in for a box that could not be read.
pub(super) const NOWHERE: Region = Region { lower: [0.0; 3], upper: [0.0; 3] };

/// Stands in for a rectangle that could not be read.
pub(super) const NO_RECTANGLE: Rectangle =
    Rectangle { axis: Axis::Z, at: 0.0, lower: [0.0; 3], upper: [0.0; 3] };
