//! Arrays: `count` copies of an item, `pitch` apart.

use crate::units::Dimension;

use super::fields::{Fields, Range};
use super::file::Content;
use super::kind::Kind;

/// Most members of one array.
const MOST_MEMBERS: usize = 10_000;

/// One copy: its number from 1 (`None` outside arrays) and how far it is moved, m.
pub(super) struct Member {
    pub(super) number: Option<usize>,
    pub(super) shift: [f64; 3],
}

/// The copies that a table asks for; one without a number where it has no `count`.
pub(super) fn members(kind: Kind, fields: &Fields<'_>) -> Vec<Member> {
    let single = vec![Member { number: None, shift: [0.0; 3] }];
    if !kind.may_be_array() {
        return single;
    }
    let Some(node) = fields.get("count") else { return single };
    let counts = match &node.content {
        Content::List(list) if kind.has_place() && list.len() == 3 => {
            let counts: Vec<usize> =
                list.iter().filter_map(|node| fields.whole_of("count", node, 0, MOST_MEMBERS)).collect();
            match counts.as_slice() {
                &[x, y, z] => Some([x, y, z]),
                _ => return single,
            }
        }
        Content::List(_) => {
            let help = "one whole number, or three along x, y, z";
            fields.complain(
                "racktherm::wrong_type",
                "count",
                "'count' must have three numbers".to_owned(),
                "",
                help,
            );
            return single;
        }
        _ => None,
    };
    let pitch =
        kind.has_place().then(|| fields.vector("pitch", Dimension::LENGTH, Range::Any, false)).flatten();
    let total = match counts {
        Some(counts) => counts.iter().product(),
        None => match fields.whole("count", 0, MOST_MEMBERS) {
            Some(count) => count,
            None => return single,
        },
    };
    if total > MOST_MEMBERS {
        let message = format!("{} has {total} members; at most {MOST_MEMBERS} are possible", fields.what);
        fields.complain("racktherm::too_many", "count", message, "too many", "check the numbers");
        return single;
    }
    // A cold plate without a box stands nowhere and has nothing to be moved by.
    let stands =
        kind != Kind::ColdPlate || ["at", "size", "from", "to"].into_iter().any(|key| fields.has(key));
    if total > 1 && kind.has_place() && stands && !fields.has("pitch") {
        fields.missing("pitch", "[\"50 mm\", 0, 0]");
    }
    let pitch = pitch.unwrap_or([0.0; 3]);
    (0..total)
        .map(|index| {
            let steps = match counts {
                Some([nx, ny, _]) => [index % nx, index / nx % ny, index / (nx * ny)],
                None => [index; 3],
            };
            let shift = [0, 1, 2].map(|axis| steps[axis] as f64 * pitch[axis]);
            Member { number: Some(index + 1), shift }
        })
        .collect()
}
