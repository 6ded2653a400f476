//! Budgets: what a box draws in all, and who gets what its named parts leave.

use std::collections::HashSet;

use crate::units::Dimension;

use super::Builder;
use crate::scene::diagnostic::{Mistake, Place};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::kind::Kind;
use crate::scene::{Receiver, Remainder, Remark, RemarkKind, Value, names};

/// A budget as it is written.
struct Budget<'a> {
    item: &'a Item,
    total: f64,
    includes_fans: bool,
    members: Vec<usize>,
    receivers: Vec<usize>,
    /// Where `remainder_to` stands, if it is given.
    remainder: Option<Place>,
    tolerance: f64,
    place: Place,
}

/// Settles the budgets, those of parts before those of what contains them.
pub(in crate::scene) fn read_budgets(builder: &mut Builder<'_>) {
    let expansion = builder.expansion;
    let mut items: Vec<&Item> = expansion.items.iter().filter(|item| item.kind == Kind::Budget).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.scope.prefix.matches('/').count()));
    // Budgets of an array's members that read alike are told once, with their number.
    let mut told: Vec<(usize, String, usize)> = Vec::new();
    for item in items {
        let Some(budget) = read(builder, item) else { continue };
        let Some(text) = settle(builder, &budget) else { continue };
        let table = item.place.start;
        match told
            .iter_mut()
            .find(|(known, words, _)| *known == table && without_numbers(words) == without_numbers(&text))
        {
            Some((_, _, count)) => *count += 1,
            None => told.push((table, text, 1)),
        }
    }
    let remark = |(_, text, count)| Remark { kind: RemarkKind::Budget, text, count };
    builder.scene.remarks.extend(told.into_iter().map(remark));
}

/// A remark without the numbers of array members: `tray.3/box` and `tray.4/box` read alike.
fn without_numbers(text: &str) -> String {
    let level =
        |part: &str| names::array_of(part).map_or_else(|| part.to_owned(), |base| format!("{base}.*"));
    text.split('\'')
        .map(|piece| piece.split('/').map(level).collect::<Vec<_>>().join("/"))
        .collect::<Vec<_>>()
        .join("'")
}

fn has_power(kind: Kind) -> bool {
    kind.is_solid() || matches!(kind, Kind::Source | Kind::Porous | Kind::Chip | Kind::ColdPlate | Kind::Fan)
}

fn may_receive(kind: Kind) -> bool {
    kind.is_solid() || matches!(kind, Kind::Porous | Kind::ColdPlate)
}

fn read<'a>(builder: &Builder<'_>, item: &'a Item) -> Option<Budget<'a>> {
    let fields = Fields::new(builder.log, &item.scope, &item.table, format!("budget '{}'", item.path));
    fields.know("name");
    if !fields.has("total") {
        fields.missing("total", "\"6 kW\"");
    }
    let total = fields.quantity("total", Dimension::POWER, Range::NotNegative);
    let includes_fans = fields.truth("includes_fans", false);
    let tolerance = fields.or("tolerance", Dimension::DIMENSIONLESS, Range::Within(0.0, 1.0), 0.01);
    let mut members = Vec::new();
    for (glob, node) in fields.texts("members") {
        let picked = builder.pick(item, glob, &has_power);
        if picked.is_empty() {
            builder.matches_nothing(glob, node.place, "part that draws power");
        }
        members.extend(picked);
    }
    if !fields.has("members") {
        members = builder.pick(item, "**", &has_power);
    }
    let mut receivers = Vec::new();
    for (glob, node) in fields.texts("remainder_to") {
        let picked = builder.pick(item, glob, &may_receive);
        if picked.is_empty() {
            let words = "a block, plate, board, porous box or cold_plate";
            if glob.contains('*') {
                builder.matches_nothing(glob, node.place, "block, plate, board, porous box or cold plate");
            } else {
                builder.refer(item, glob, node.place, &fields, &may_receive, words);
            }
        }
        for index in &picked {
            let path = &builder.expansion.items[*index].path;
            if builder.powered[*index] {
                let message =
                    format!("'{path}' receives the rest of {} and has a power of its own", fields.what);
                let mistake =
                    Mistake::new("racktherm::conflict", message).at(node.place, "has a power already");
                builder.log.add(mistake.help("take its power out, or name another receiver"));
            }
        }
        receivers.extend(picked);
    }
    fields.finish();
    for list in [&mut members, &mut receivers] {
        list.sort_unstable();
        list.dedup();
    }
    members.retain(|index| !receivers.contains(index));
    let remainder = fields.has("remainder_to").then(|| fields.place("remainder_to"));
    let place = fields.place("total");
    Some(Budget { item, total: total?, includes_fans, members, receivers, remainder, tolerance, place })
}

/// Gives the remainder to its receivers; the words that say so.
fn settle(builder: &mut Builder<'_>, budget: &Budget<'_>) -> Option<String> {
    let mut named = 0.0;
    let mut fans = 0.0;
    for &index in &budget.members {
        match builder.expansion.items[index].kind {
            Kind::Fan => fans += builder.scene.fans[builder.slots[index]].design_power(),
            kind => named += power_of(builder, index, kind),
        }
    }
    if !budget.includes_fans {
        fans = 0.0;
    }
    let path = &budget.item.path;
    let fan_words = if budget.includes_fans { format!(" and fans {}", watts(fans)) } else { String::new() };
    let rest = budget.total - named - fans;
    let sum = format!("named parts {}{fan_words}", watts(named));
    if budget.remainder.is_none() {
        if rest.abs() > budget.tolerance * budget.total {
            let message = format!(
                "budget '{path}': {sum} make {}, {} off the total of {}",
                watts(named + fans),
                watts(rest.abs()),
                watts(budget.total)
            );
            let mistake = Mistake::new("racktherm::budget_open", message).at(budget.place, "the total");
            let help =
                "change a power, widen 'tolerance', or name a part that gets the rest: remainder_to = \"…\"";
            builder.log.add(mistake.help(help));
        }
        return None;
    }
    if rest < -1e-9 * budget.total {
        let message =
            format!("budget '{path}' is exceeded by {}: {sum}, total {}", watts(-rest), watts(budget.total));
        let mistake = Mistake::new("racktherm::budget_exceeded", message).at(budget.place, "the total");
        builder.log.add(mistake.help("raise the total or lower the power of a part"));
        return None;
    }
    if budget.receivers.is_empty() {
        return None;
    }
    let share = rest.max(0.0) / budget.receivers.len() as f64;
    for &index in &budget.receivers {
        let slot = builder.slots[index];
        match builder.expansion.items[index].kind {
            Kind::Porous => builder.scene.porous[slot].power = share,
            Kind::ColdPlate => builder.scene.cold_plates[slot].extra_power = share,
            _ => builder.scene.solids[slot].power = share,
        }
        builder.powered[index] = true;
    }
    remember(builder, budget);
    let first = &builder.expansion.items[budget.receivers[0]].path;
    let to = match budget.receivers.len() {
        1 => format!("'{first}'"),
        more => format!("each of {more} parts from '{first}' on"),
    };
    Some(format!("budget '{path}': total {}, {sum}; {} to {to}", watts(budget.total), watts(share)))
}

/// Keeps the remainder of a budget with fans, without those that a budget inside it has.
fn remember(builder: &mut Builder<'_>, budget: &Budget<'_>) {
    let known: HashSet<usize> =
        builder.scene.remainders.iter().flat_map(|rest| rest.fans.iter().copied()).collect();
    let items = &builder.expansion.items;
    let fans = budget.members.iter().filter(|&&index| items[index].kind == Kind::Fan);
    let fans: Vec<usize> =
        fans.map(|&index| builder.slots[index]).filter(|fan| !known.contains(fan)).collect();
    if !budget.includes_fans || fans.is_empty() {
        return;
    }
    let receiver = |&index: &usize| {
        let slot = builder.slots[index];
        match items[index].kind {
            Kind::Porous => Receiver::Porous(slot),
            Kind::ColdPlate => Receiver::ColdPlate(slot),
            _ => Receiver::Solid(slot),
        }
    };
    let receivers = budget.receivers.iter().map(receiver).collect();
    builder.scene.remainders.push(Remainder { budget: budget.item.path.clone(), fans, receivers });
}

fn power_of(builder: &Builder<'_>, index: usize, kind: Kind) -> f64 {
    let slot = builder.slots[index];
    let scene = &builder.scene;
    match kind {
        Kind::Source => match scene.sources[slot].power {
            Value::Constant(power) => power,
            // A formula is a power density of a validation case; no budget can count it.
            Value::Formula(_) => 0.0,
        },
        Kind::Porous => scene.porous[slot].power,
        Kind::Chip => scene.chips[slot].power,
        Kind::ColdPlate => scene.cold_plates[slot].extra_power,
        _ => scene.solids[slot].power,
    }
}

fn watts(power: f64) -> String {
    if power.abs() < 999.95 { format!("{power:.1} W") } else { format!("{:.2} kW", power / 1e3) }
}
