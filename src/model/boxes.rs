//! The boxes and rectangles of a scene as the grid sees them: one list, in one order, with names.

use super::PartKind;
use crate::grid::Axis;
use crate::scene::{Rectangle, Region, Remark, RemarkKind, Scene};

/// A part with a box.
#[derive(Clone, Debug)]
pub(super) struct PartBox<'a> {
    pub(super) name: &'a str,
    pub(super) kind: PartKind,
    /// `None`: a cold plate that takes no room.
    pub(super) region: Option<Region>,
}

/// All parts in the order of [`super::Model::parts`].
pub(super) fn parts(scene: &Scene) -> Vec<PartBox<'_>> {
    fn part<'a>(name: &'a str, kind: PartKind, region: Option<Region>) -> PartBox<'a> {
        PartBox { name, kind, region }
    }
    let mut list = Vec::new();
    let solids = scene.solids.iter().enumerate();
    list.extend(solids.map(|(i, s)| part(&s.name, PartKind::Solid(i), Some(s.region))));
    let chips = scene.chips.iter().enumerate();
    list.extend(chips.map(|(i, c)| part(&c.name, PartKind::Chip(i), Some(c.region))));
    let sinks = scene.heat_sinks.iter().enumerate();
    list.extend(sinks.map(|(i, s)| part(&s.name, PartKind::HeatSink(i), Some(s.region))));
    let plates = scene.cold_plates.iter().enumerate();
    list.extend(plates.map(|(i, p)| part(&p.name, PartKind::ColdPlate(i), p.region)));
    let porous = scene.porous.iter().enumerate();
    list.extend(porous.map(|(i, p)| part(&p.name, PartKind::Porous(i), Some(p.region))));
    list
}

/// All items that put lines on the grid besides the parts: sources, fluid regions, walls, openings, fans,
/// screens.
fn surfaces(scene: &Scene) -> Vec<(&str, Region)> {
    let flat = |r: &Rectangle| Region { lower: r.lower, upper: r.upper };
    let mut list: Vec<(&str, Region)> = Vec::new();
    list.extend(scene.sources.iter().map(|s| (s.name.as_str(), s.region)));
    list.extend(scene.fluid_regions.iter().map(|f| (f.name.as_str(), f.region)));
    list.extend(scene.walls.iter().map(|w| (w.name.as_str(), flat(&w.rectangle))));
    list.extend(scene.openings.iter().map(|o| (o.name.as_str(), flat(&o.rectangle))));
    list.extend(scene.fans.iter().map(|f| (f.name.as_str(), flat(&f.rectangle))));
    list.extend(scene.screens.iter().map(|s| (s.name.as_str(), flat(&s.rectangle))));
    list
}

/// A plane that an item asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    pub(super) name: &'a str,
    pub(super) position: f64,
}

/// The planes of all items along an axis, sorted by position, within the domain.
pub(super) fn wishes(scene: &Scene, axis: Axis) -> Vec<Wish<'_>> {
    let a = axis as usize;
    let boxes = parts(scene).into_iter().filter_map(|p| p.region.map(|r| (p.name, r)));
    let mut list: Vec<Wish> = boxes
        .chain(surfaces(scene))
        .flat_map(|(name, r)| [Wish { name, position: r.lower[a] }, Wish { name, position: r.upper[a] }])
        .map(|w| Wish { position: w.position.clamp(0.0, scene.size[a]), ..w })
        .collect();
    list.sort_by(|x, y| x.position.total_cmp(&y.position));
    list
}

/// A name with the numbers of arrays left out: `tray.3/gpu.2` is one of `tray.*/gpu.*`.
pub(super) fn pattern(name: &str) -> String {
    let mut result = String::with_capacity(name.len());
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        result.push(c);
        if c == '.' && rest.peek().is_some_and(char::is_ascii_digit) {
            result.push('*');
            while rest.peek().is_some_and(char::is_ascii_digit) {
                rest.next();
            }
        }
    }
    result
}

/// Remarks that say the same of many members of an array become one.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    /// Key and remark, in the order of appearance.
    entries: Vec<(String, Remark)>,
}

impl Remarks {
    /// Adds a remark; `key` is the same for remarks of a kind that differ only by array members.
    pub(super) fn add(&mut self, kind: RemarkKind, key: String, text: String) {
        match self.entries.iter_mut().find(|(k, remark)| remark.kind == kind && *k == key) {
            Some((_, remark)) => remark.count += 1,
            None => self.entries.push((key, Remark::new(kind, text))),
        }
    }

    /// The remarks, each with the number of those like it.
    pub(super) fn into_list(self) -> impl Iterator<Item = Remark> {
        self.entries.into_iter().map(|(_, remark)| remark)
    }
}
