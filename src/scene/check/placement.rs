//! Boxes: no two in the same place, all in the domain and in the envelope of their part.

use super::{TOUCH, common, millimetres};
use crate::scene::diagnostic::Mistake;
use crate::scene::kind::Kind;
use crate::scene::read::{Builder, Class, Placed};
use crate::scene::{Place, Region};

/// Overlaps after which the rest is not told.
const MOST_OVERLAPS: usize = 100;

/// Logs boxes that share room, unless the later one is a solid that replaces a solid.
pub(super) fn overlaps(builder: &Builder<'_>) {
    // Swept upwards: a rack's trays lie above each other.
    let mut order: Vec<&Placed> = builder.placed.iter().collect();
    order.sort_by(|a, b| a.region.lower[2].total_cmp(&b.region.lower[2]));
    let mut active: Vec<&Placed> = Vec::new();
    let mut found = 0;
    for next in order {
        active.retain(|earlier| earlier.region.upper[2] > next.region.lower[2] + TOUCH);
        for earlier in &active {
            if common(&earlier.region, &next.region).iter().all(|length| *length > TOUCH)
                && overlap(builder, earlier, next)
            {
                found += 1;
                if found >= MOST_OVERLAPS {
                    return;
                }
            }
        }
        active.push(next);
    }
}

fn overlap(builder: &Builder<'_>, a: &Placed, b: &Placed) -> bool {
    let (first, second) = if a.item < b.item { (a, b) } else { (b, a) };
    let solids = matches!(first.class, Class::Solid { .. });
    if solids && second.class == (Class::Solid { replaces: true }) {
        return false;
    }
    let (one, two) = (&builder.expansion.items[first.item], &builder.expansion.items[second.item]);
    let size = common(&first.region, &second.region).map(millimetres);
    let message = format!("'{}' and '{}' overlap by {}", one.path, two.path, size.join(" × "));
    let mistake = Mistake::new("racktherm::overlap", message);
    let mistake = if one.place == two.place {
        mistake
            .at(two.place, "members of this array")
            .help("make the pitch larger than the item, or the item smaller")
    } else {
        let help = match (first.class, second.class) {
            (Class::Solid { .. }, Class::Solid { .. }) => {
                "move one of them, or write replaces = true in the later one".to_owned()
            }
            _ => "move one of them or make it smaller".to_owned(),
        };
        let help = if one.place.file == two.place.file {
            help
        } else {
            format!("{help}; '{}' stands in {}", one.path, builder.log.position(one.place))
        };
        mistake.at(two.place, "overlaps").at(one.place, "this one").help(help)
    };
    builder.log.add(mistake);
    true
}

/// How far and where a box leaves another, in words.
pub(super) fn leaves(region: &Region, around: &Region) -> Option<String> {
    for (axis, letter) in ["x", "y", "z"].into_iter().enumerate() {
        let below = around.lower[axis] - region.lower[axis];
        if below > TOUCH {
            return Some(format!("by {} at {letter}-", millimetres(below)));
        }
        let above = region.upper[axis] - around.upper[axis];
        if above > TOUCH {
            return Some(format!("by {} at {letter}+", millimetres(above)));
        }
    }
    None
}

fn domain(builder: &Builder<'_>) -> Region {
    Region { lower: [0.0; 3], upper: builder.scene.size }
}

/// Every box, plane and region with the item that it belongs to.
fn regions(builder: &Builder<'_>) -> Vec<(usize, Region)> {
    let scene = &builder.scene;
    let mut all: Vec<(usize, Region)> =
        builder.placed.iter().map(|placed| (placed.item, placed.region)).collect();
    for (index, item) in builder.expansion.items.iter().enumerate() {
        let slot = builder.slots[index];
        let rectangle = match item.kind {
            Kind::Fan => scene.fans[slot].rectangle,
            Kind::Screen => scene.screens[slot].rectangle,
            Kind::FluidRegion => {
                all.push((index, scene.fluid_regions[slot].region));
                continue;
            }
            Kind::Source => {
                all.push((index, scene.sources[slot].region));
                continue;
            }
            _ => continue,
        };
        all.push((index, Region { lower: rectangle.lower, upper: rectangle.upper }));
    }
    // What could not be read has no extent, and was told.
    all.retain(|(_, region)| region.lower != region.upper);
    all
}

/// Logs what leaves the domain.
pub(super) fn inside_domain(builder: &Builder<'_>) {
    let domain = domain(builder);
    for instance in &builder.expansion.instances {
        if let Some(region) = &instance.region
            && instance.outer.parent.is_none()
            && let Some(by) = leaves(region, &domain)
        {
            let message = format!("part '{}' leaves the domain {by}", instance.path);
            let mistake = Mistake::new("racktherm::outside_domain", message).at(instance.place, "this part");
            builder.log.add(mistake.help("move it, check count and pitch, or make [domain] larger"));
        }
    }
    for (index, region) in regions(builder) {
        let item = &builder.expansion.items[index];
        // What is inside a part is bounded by the part's envelope.
        if item.scope.parent.is_none()
            && let Some(by) = leaves(&region, &domain)
        {
            let message = format!("{} '{}' leaves the domain {by}", item.kind.name(), item.path);
            let mistake = Mistake::new("racktherm::outside_domain", message).at(item.place, "outside");
            builder.log.add(mistake.help("move it, make it smaller, or make [domain] larger"));
        }
    }
    for monitor in &builder.scene.monitors {
        let region = match &monitor.place {
            Place::Point(point) => Region { lower: *point, upper: *point },
            Place::Line { from, to, .. } => Region {
                lower: [0, 1, 2].map(|a| from[a].min(to[a])),
                upper: [0, 1, 2].map(|a| from[a].max(to[a])),
            },
            Place::Surface(rectangle) => Region { lower: rectangle.lower, upper: rectangle.upper },
            Place::Volume(region) => *region,
        };
        if let Some(by) = leaves(&region, &domain)
            && let Some(item) = builder.expansion.names.get(&monitor.name)
        {
            let message = format!("monitor '{}' leaves the domain {by}", monitor.name);
            let mistake = Mistake::new("racktherm::outside_domain", message);
            let place = builder.expansion.items[*item].place;
            builder.log.add(mistake.at(place, "outside").help("move it, or make [domain] larger"));
        }
    }
}

/// Logs what leaves the envelope of its part.
pub(super) fn envelopes(builder: &Builder<'_>) {
    for instance in &builder.expansion.instances {
        if let (Some(region), Some(envelope)) = (&instance.region, &instance.outer.envelope)
            && let Some(by) = leaves(region, envelope)
        {
            let message = format!("part '{}' leaves the envelope of the part around it {by}", instance.path);
            let mistake = Mistake::new("racktherm::outside_part", message).at(instance.place, "this part");
            builder.log.add(mistake.help("move it, or make [envelope] larger"));
        }
    }
    for (index, region) in regions(builder) {
        let item = &builder.expansion.items[index];
        if let Some(envelope) = &item.scope.envelope
            && let Some(by) = leaves(&region, envelope)
        {
            let part = item.scope.prefix.trim_end_matches('/');
            let message =
                format!("{} '{}' leaves the envelope of part '{part}' {by}", item.kind.name(), item.path);
            let mistake = Mistake::new("racktherm::outside_part", message).at(item.place, "outside");
            builder.log.add(mistake.help("move it, make it smaller, or make [envelope] larger"));
        }
    }
}

/// Logs sources that do not lie in solids.
pub(super) fn sources(builder: &Builder<'_>) {
    if !builder.scene.fill.is_fluid() {
        return;
    }
    let solids: Vec<&Placed> =
        builder.placed.iter().filter(|placed| matches!(placed.class, Class::Solid { .. })).collect();
    for (index, item) in
        builder.expansion.items.iter().enumerate().filter(|(_, item)| item.kind == Kind::Source)
    {
        let region = builder.scene.sources[builder.slots[index]].region;
        let volume = region.volume();
        if volume <= 0.0 {
            continue;
        }
        let filled: f64 = solids
            .iter()
            .map(|solid| common(&solid.region, &region).map(|length| length.max(0.0)).iter().product::<f64>())
            .sum();
        let air = 1.0 - filled / volume;
        if air > 1e-6 {
            let message = format!(
                "source '{}' lies in air with {:.0} % of its volume",
                item.path,
                (air * 100.0).max(1.0)
            );
            let mistake = Mistake::new("racktherm::source_in_air", message).at(item.place, "not in a solid");
            builder.log.add(mistake.help("put it inside blocks; heat in air is a [[porous]] box with power"));
        }
    }
}

/// Directions along which two boxes share room, and the shortest of the lengths, m; over the seams of periodic axes too.
fn touch(builder: &Builder<'_>, a: &Region, b: &Region) -> (usize, f64) {
    let scene = &builder.scene;
    let measure = |b: Region| {
        let common = common(a, &b);
        let wide = common.iter().filter(|length| **length > TOUCH).count();
        (wide, common.into_iter().fold(f64::INFINITY, f64::min))
    };
    let moved = |axis: usize, by: f64| {
        let mut region = *b;
        region.lower[axis] += by;
        region.upper[axis] += by;
        region
    };
    let periodic = (0..3).filter(|&axis| scene.air.periodic[axis]);
    let beyond =
        periodic.flat_map(|axis| [-scene.size[axis], scene.size[axis]].map(|by| measure(moved(axis, by))));
    beyond.fold(measure(*b), |most, other| if other.1 > most.1 { other } else { most })
}

/// Logs contacts between solids that do not touch.
pub(super) fn contacts(builder: &Builder<'_>) {
    let of_slot: Vec<usize> = (0..builder.expansion.items.len())
        .filter(|&index| builder.expansion.items[index].kind.is_solid())
        .collect();
    let tables = builder.expansion.items.iter().filter(|item| item.kind == Kind::Contact);
    let mut tables = tables.collect::<Vec<_>>().into_iter();
    if builder.scene.contacts.len() != tables.len() {
        return;
    }
    for contact in &builder.scene.contacts {
        let Some(table) = tables.next() else { return };
        let (a, b) = (&builder.scene.solids[contact.a], &builder.scene.solids[contact.b]);
        let (wide, gap) = touch(builder, &a.region, &b.region);
        let nested = wide == 3 && (a.replaces || b.replaces);
        let unread = a.region.volume() <= 0.0 || b.region.volume() <= 0.0;
        if unread || nested || (wide == 2 && gap >= -TOUCH) {
            continue;
        }
        let message = if contact.a == contact.b {
            format!("a contact of '{}' with itself", a.name)
        } else {
            format!("'{}' and '{}' do not touch: {} apart", a.name, b.name, millimetres((-gap).max(0.0)))
        };
        let places = [contact.a, contact.b].map(|slot| builder.expansion.items[of_slot[slot]].place);
        let mistake = Mistake::new("racktherm::not_touching", message).at(table.place, "this contact");
        let help = "a contact needs a common face of the two";
        builder.log.add(mistake.at(places[0], "one").at(places[1], "the other").help(help));
    }
}
