//! Chips, coolers and coolant: everything is connected, and once.

use std::collections::{BTreeSet, HashMap};

use super::{TOUCH, common, millimetres};
use crate::scene::diagnostic::Mistake;
use crate::scene::kind::Kind;
use crate::scene::read::{Builder, Class, Placed};
use crate::scene::{Branch, Cooler, Remark, RemarkKind};

/// Logs cold plates in no branch or in several.
pub(super) fn cold_plates(builder: &Builder<'_>) {
    let scene = &builder.scene;
    let mut branches: Vec<Vec<&str>> = vec![Vec::new(); scene.cold_plates.len()];
    for branch in &scene.branches {
        for plate in branch.plates() {
            if let Some(list) = branches.get_mut(plate) {
                list.push(&branch.name);
            }
        }
    }
    for (index, item) in
        builder.expansion.items.iter().enumerate().filter(|(_, item)| item.kind == Kind::ColdPlate)
    {
        let Some(list) = branches.get(builder.slots[index]) else { continue };
        let (code, message, help) = match list.as_slice() {
            [_] => continue,
            [] => (
                "racktherm::plate_without_branch",
                format!("cold plate '{}' is in no branch: no coolant flows through it", item.path),
                "add it to 'through' of a [[branch]]".to_owned(),
            ),
            [first, .., last] => (
                "racktherm::plate_in_two_branches",
                format!("cold plate '{}' is used {} times by branches", item.path, list.len()),
                format!("it is in '{first}' and in '{last}': take it out of one"),
            ),
        };
        builder.log.add(Mistake::new(code, message).at(item.place, "this plate").help(help));
    }
}

/// Logs chips whose heat is to leave through a board that is not there.
pub(super) fn chips(builder: &Builder<'_>) {
    for (index, item) in
        builder.expansion.items.iter().enumerate().filter(|(_, item)| item.kind == Kind::Chip)
    {
        let chip = &builder.scene.chips[builder.slots[index]];
        if chip.junction_to_board.is_none() || chip.region.volume() <= 0.0 {
            continue;
        }
        let carried = builder.placed.iter().any(|placed| {
            let lengths = common(&placed.region, &chip.region);
            matches!(placed.class, Class::Solid { .. })
                && (placed.region.upper[2] - chip.region.lower[2]).abs() <= TOUCH
                && lengths[0] > TOUCH
                && lengths[1] > TOUCH
        });
        if !carried {
            let message = format!("no solid touches the underside of chip '{}'", item.path);
            let mistake = Mistake::new("racktherm::no_board", message).at(item.place, "stands on nothing");
            let help = "put a [[board]] under it, or leave junction_to_board out";
            builder.log.add(mistake.help(help));
        }
    }
}

/// Logs coolers that do not touch the chip that names them: a layer of interface material may lie between.
pub(super) fn coolers(builder: &Builder<'_>) {
    let items = &builder.expansion.items;
    let placed: HashMap<(Kind, usize), &Placed> = builder
        .placed
        .iter()
        .filter(|placed| matches!(placed.class, Class::HeatSink | Class::ColdPlate))
        .map(|placed| ((items[placed.item].kind, builder.slots[placed.item]), placed))
        .collect();
    for (index, item) in items.iter().enumerate().filter(|(_, item)| item.kind == Kind::Chip) {
        let slot = builder.slots[index];
        let chip = &builder.scene.chips[slot];
        let cooler = match chip.cooler {
            Some(Cooler::HeatSink(sink)) => placed.get(&(Kind::HeatSink, sink)),
            Some(Cooler::ColdPlate(plate)) => placed.get(&(Kind::ColdPlate, plate)),
            None => None,
        };
        // A cold plate without a box stands nowhere, and what could not be read was told.
        let Some(&&Placed { item: cooler, region, .. }) = cooler.filter(|_| chip.region.volume() > 0.0)
        else {
            continue;
        };
        let lengths = common(&chip.region, &region);
        let gap = -lengths.iter().copied().fold(f64::INFINITY, f64::min);
        let facing = lengths.iter().filter(|length| **length > TOUCH).count();
        let allowed = builder.interface_thickness[slot] + TOUCH;
        // Overlaps are told as such.
        if facing == 3 || (facing == 2 && gap <= allowed) {
            continue;
        }
        let what = items[cooler].kind.name().replace('_', " ");
        let (path, name) = (&item.path, &items[cooler].path);
        let apart =
            if gap > TOUCH { format!("{} apart", millimetres(gap)) } else { "only an edge".to_owned() };
        let message = format!("{what} '{name}' does not touch chip '{path}', which it is to cool: {apart}");
        let named = item.table.get("cooler").map_or(item.place, |node| node.place);
        let mistake = Mistake::new("racktherm::not_touching", message).at(named, "this cooler");
        let help = "move it onto the chip: they need a common face, or between them no more than the thickness \
                    of 'interface'";
        builder.log.add(mistake.at(items[cooler].place, "it stands apart").help(help));
    }
}

/// Notes what is legal and probably not meant.
pub(super) fn remarks(builder: &mut Builder<'_>) {
    let scene = &builder.scene;
    let mut remarks = Vec::new();
    for (slot, sink) in scene.heat_sinks.iter().enumerate() {
        if !scene.chips.iter().any(|chip| chip.cooler == Some(Cooler::HeatSink(slot))) {
            let text = format!("heat sink '{}' is on no chip", sink.name);
            remarks.push(Remark::new(RemarkKind::Idle, text));
        }
    }
    for (slot, plate) in scene.cold_plates.iter().enumerate().filter(|(slot, _)| !scene.is_door(*slot)) {
        let used = scene.chips.iter().any(|chip| chip.cooler == Some(Cooler::ColdPlate(slot)));
        if !used && plate.extra_power == 0.0 {
            let text = format!("cold plate '{}' is on no chip and takes up no heat", plate.name);
            remarks.push(Remark::new(RemarkKind::Idle, text));
        }
    }
    let in_branches: BTreeSet<usize> = scene.branches.iter().flat_map(Branch::parts).collect();
    let unused = scene.hydraulics.iter().enumerate().filter(|(part, _)| !in_branches.contains(part));
    for (_, of) in unused {
        let text = format!("'{}' stands in no branch: nothing flows through it", of.name);
        remarks.push(Remark::new(RemarkKind::Unused, text));
    }
    for supply in &scene.loops {
        let (low, high) = supply.coolant.range();
        if !(low..=high).contains(&supply.supply_temperature) {
            let text = format!(
                "loop '{}': supply at {:.1} degC is outside its coolant's range, {:.1} to {:.1} degC",
                supply.name,
                supply.supply_temperature - crate::units::ZERO_CELSIUS,
                low - crate::units::ZERO_CELSIUS,
                high - crate::units::ZERO_CELSIUS
            );
            remarks.push(Remark::new(RemarkKind::Range, text));
        }
    }
    builder.scene.remarks.extend(remarks);
}
