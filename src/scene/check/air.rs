//! Openings, walls, fans and screens.

use super::placement::leaves;
use super::{TOUCH, common, millimetres};
use crate::grid::Side;
use crate::scene::diagnostic::Mistake;
use crate::scene::expand::Item;
use crate::scene::kind::Kind;
use crate::scene::read::{Builder, Class};
use crate::scene::{AirField, Rectangle, Region};

fn flat(rectangle: &Rectangle) -> Region {
    Region { lower: rectangle.lower, upper: rectangle.upper }
}

/// Area that two flat or thick boxes share across an axis, m².
fn shared_area(a: &Region, b: &Region, axis: usize) -> f64 {
    let lengths = common(a, b);
    (0..3).filter(|&other| other != axis).map(|other| lengths[other].max(0.0)).product()
}

fn of_kind<'b>(builder: &'b Builder<'_>, kind: Kind) -> impl Iterator<Item = (usize, &'b Item)> {
    let items = builder.expansion.items.iter().enumerate();
    items.filter(move |(_, item)| item.kind == kind).map(|(index, item)| (builder.slots[index], item))
}

/// Logs openings and walls that are not on their side, openings that overlap or are shut by solids.
pub(super) fn sides(builder: &Builder<'_>) {
    let domain = Region { lower: [0.0; 3], upper: builder.scene.size };
    let scene = &builder.scene;
    let on_side = |what: &str, item: &Item, side: Side, rectangle: &Rectangle| {
        if rectangle.area() > 0.0
            && let Some(by) = leaves(&flat(rectangle), &domain)
        {
            let message = format!("{what} '{}' leaves side {} of the domain {by}", item.path, side.name());
            let mistake = Mistake::new("racktherm::outside_domain", message).at(item.place, "outside");
            builder.log.add(
                mistake.help("'from' and 'to' count from the domain's corner, along the side's two axes"),
            );
        }
    };
    for (slot, item) in of_kind(builder, Kind::Wall) {
        on_side("wall", item, scene.walls[slot].side, &scene.walls[slot].rectangle);
    }
    let openings: Vec<(usize, &Item)> = of_kind(builder, Kind::Opening).collect();
    for (position, &(slot, item)) in openings.iter().enumerate() {
        let opening = &scene.openings[slot];
        on_side("opening", item, opening.side, &opening.rectangle);
        shut(builder, item, opening.side, &opening.rectangle);
        let overlaps = openings[..position].iter().find(|&&(other, _)| {
            let other = &scene.openings[other];
            other.side == opening.side
                && shared_area(&flat(&other.rectangle), &flat(&opening.rectangle), opening.side.axis as usize)
                    > 1e-12
        });
        if let Some((_, other)) = overlaps {
            let message = format!("openings '{}' and '{}' overlap", other.path, item.path);
            let mistake = Mistake::new("racktherm::overlap", message).at(item.place, "overlaps");
            builder.log.add(mistake.at(other.place, "this one").help("move one of them or make it smaller"));
        }
    }
    if !scene.fill.is_fluid() && scene.fluid_regions.is_empty() {
        let needs_air = [Kind::Opening, Kind::Fan, Kind::Screen, Kind::Porous, Kind::HeatSink];
        for item in builder.expansion.items.iter().filter(|item| needs_air.contains(&item.kind)) {
            let message = format!(
                "{} '{}' needs air, and the domain is filled with a solid",
                item.kind.name(),
                item.path
            );
            let mistake = Mistake::new("racktherm::no_air", message).at(item.place, "no air here");
            builder.log.add(
                mistake.help("leave 'fill' of [domain] out, add a [[fluid_region]], or take this item out"),
            );
        }
    }
}

/// Logs an opening that solids at its side cover completely.
fn shut(builder: &Builder<'_>, item: &Item, side: Side, rectangle: &Rectangle) {
    let axis = side.axis as usize;
    let covered: f64 = builder
        .placed
        .iter()
        .filter(|placed| matches!(placed.class, Class::Solid { .. } | Class::Chip | Class::ColdPlate))
        .filter(|placed| {
            let face = if side.upper { placed.region.upper[axis] } else { placed.region.lower[axis] };
            (face - rectangle.at).abs() <= TOUCH
        })
        .map(|placed| shared_area(&placed.region, &flat(rectangle), axis))
        .sum();
    if rectangle.area() > 0.0 && covered >= rectangle.area() * (1.0 - 1e-9) {
        let message = format!("opening '{}' is covered by solids", item.path);
        let mistake = Mistake::new("racktherm::covered_opening", message).at(item.place, "shut");
        builder.log.add(mistake.help("move the solids away from the side, or the opening to a free place"));
    }
}

/// Logs fans in solids, on the surface of the domain, and in the plane of one another.
pub(super) fn planes(builder: &Builder<'_>) {
    let scene = &builder.scene;
    let fans: Vec<(usize, &Item)> = of_kind(builder, Kind::Fan).collect();
    for (position, &(slot, item)) in fans.iter().enumerate() {
        let rectangle = &scene.fans[slot].rectangle;
        let axis = rectangle.axis as usize;
        if rectangle.area() <= 0.0 {
            continue;
        }
        on_surface(builder, item, rectangle);
        blocked(builder, item, rectangle);
        let other = fans[..position].iter().find(|&&(other, _)| {
            let other = &scene.fans[other].rectangle;
            other.axis == rectangle.axis
                && (other.at - rectangle.at).abs() <= TOUCH
                && shared_area(&flat(other), &flat(rectangle), axis) > 1e-12
        });
        if let Some((_, other)) = other {
            let message = format!("fans '{}' and '{}' overlap in one plane", other.path, item.path);
            let mistake = Mistake::new("racktherm::overlap", message).at(item.place, "overlaps");
            let mistake =
                if other.place == item.place { mistake } else { mistake.at(other.place, "this one") };
            builder.log.add(mistake.help("move one of them, or make the pitch larger than the fan"));
        }
    }
}

/// The side of the domain that a rectangle lies on.
fn side_of(builder: &Builder<'_>, rectangle: &Rectangle) -> Option<Side> {
    let upper = (rectangle.at - builder.scene.size[rectangle.axis as usize]).abs() <= TOUCH;
    (upper || rectangle.at.abs() <= TOUCH).then_some(Side { axis: rectangle.axis, upper })
}

/// Logs a fan on the surface of the domain, where the field has none there or no opening lets its air pass.
fn on_surface(builder: &Builder<'_>, item: &Item, rectangle: &Rectangle) {
    let (scene, axis) = (&builder.scene, rectangle.axis as usize);
    // Where the domain repeats, `periodic` says so.
    let Some(side) = side_of(builder, rectangle).filter(|_| !scene.air.periodic[axis]) else { return };
    let fan = flat(rectangle);
    let openings = scene.openings.iter().filter(|opening| opening.side == side);
    let open: f64 = openings.map(|opening| shared_area(&flat(&opening.rectangle), &fan, axis)).sum();
    let (message, label, help) = if scene.air.field == AirField::Potential {
        (
            format!("fan '{}' lies on the surface of the domain", item.path),
            "no cell on one side of it",
            "move it inwards by at least one cell and put an [[opening]] at the side, or set field = \"momentum\" in \
             [air]"
                .to_owned(),
        )
    } else if open < rectangle.area() * (1.0 - 1e-9) {
        (
            format!("fan '{}' lies on side {} where no opening lets its air pass", item.path, side.name()),
            "closed behind it",
            format!("add an [[opening]] with side = \"{}\" that holds the whole fan", side.name()),
        )
    } else {
        return;
    };
    builder.log.add(Mistake::new("racktherm::fan_on_side", message).at(item.place, label).help(help));
}

/// Logs openings, walls, fans and screens on sides that are joined to the opposite ones.
pub(super) fn periodic(builder: &Builder<'_>) {
    let scene = &builder.scene;
    let joined = |what: &str, item: &Item, side: Side| {
        if scene.air.periodic[side.axis as usize] {
            let letter = side.axis.letter();
            let message = format!(
                "{what} '{}' lies on side {}, and the domain is periodic along {letter}",
                item.path,
                side.name()
            );
            let mistake = Mistake::new("racktherm::conflict", message).at(item.place, "no surface here");
            builder.log.add(
                mistake.help(format!("take \"{letter}\" out of 'periodic' of [air], or this off the side")),
            );
        }
    };
    for (slot, item) in of_kind(builder, Kind::Opening) {
        joined("opening", item, scene.openings[slot].side);
    }
    for (slot, item) in of_kind(builder, Kind::Wall) {
        joined("wall", item, scene.walls[slot].side);
    }
    let fans = of_kind(builder, Kind::Fan).map(|(slot, item)| ("fan", item, &scene.fans[slot].rectangle));
    let screens =
        of_kind(builder, Kind::Screen).map(|(slot, item)| ("screen", item, &scene.screens[slot].rectangle));
    for (what, item, rectangle) in fans.chain(screens) {
        side_of(builder, rectangle).into_iter().for_each(|side| joined(what, item, side));
    }
}

fn blocked(builder: &Builder<'_>, item: &Item, rectangle: &Rectangle) {
    let axis = rectangle.axis as usize;
    let fan = flat(rectangle);
    let solids = builder
        .placed
        .iter()
        .filter(|placed| matches!(placed.class, Class::Solid { .. } | Class::Chip | Class::ColdPlate));
    let mut shut = 0.0;
    for placed in solids {
        let area = shared_area(&placed.region, &fan, axis);
        let (low, high) = (placed.region.lower[axis], placed.region.upper[axis]);
        if area <= 1e-12 || rectangle.at < low - TOUCH || rectangle.at > high + TOUCH {
            continue;
        }
        shut += area;
        let inside = rectangle.at > low + TOUCH && rectangle.at < high - TOUCH;
        if inside || shut >= rectangle.area() * (1.0 - 1e-9) {
            let other = &builder.expansion.items[placed.item];
            let message = format!(
                "fan '{}' stands in '{}' at {} = {}",
                item.path,
                other.path,
                rectangle.axis.letter(),
                millimetres(rectangle.at)
            );
            let mistake = Mistake::new("racktherm::fan_in_solid", message).at(item.place, "in a solid");
            let mistake = mistake.at(other.place, "this one").help("a fan's whole plane must be in air");
            builder.log.add(mistake);
            return;
        }
    }
}
