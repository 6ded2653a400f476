//! Items of text to the items of a validated scene, one function a kind of table.

mod air;
mod air_model;
mod budget;
mod cdu;
mod chips;
mod cold_plate;
mod fan;
mod geometry;
mod hydraulics;
mod liquid;
mod loops;
mod manifold;
mod monitor;
mod plant;
mod site;
mod solids;
mod transient;

use crate::units::Dimension;

use super::diagnostic::{Log, Mistake, Place};
use super::expand::{Expansion, Item};
use super::fields::{Fields, Range};
use super::file::{Content, Node, Table};
use super::kind::Kind;
use super::overrides::Overrides;
use super::{AirField, Limit, Region, Scene, names};

pub(super) use budget::read_budgets;
pub(super) use manifold::settle_loops;
pub(super) use monitor::read_limits;
pub(super) use plant::read_plant;
pub(super) use site::{empty_scene, read_rear_door, read_singles};
pub(super) use transient::read_transient;

/// The remedy for what only the momentum equations know.
const MOMENTUM: &str = "set field = \"momentum\" in [air]";

/// What a box is to its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Solid { replaces: bool },
    Chip,
    ColdPlate,
    HeatSink,
    Porous,
}

/// A box in the scene, for the checks.
pub(super) struct Placed {
    pub(super) item: usize,
    pub(super) region: Region,
    pub(super) class: Class,
}

/// A scene on its way from text to values.
pub(super) struct Builder<'a> {
    pub(super) log: &'a Log,
    pub(super) overrides: &'a Overrides,
    pub(super) expansion: &'a Expansion,
    pub(super) scene: Scene,
    /// Index of each item in its list of the scene.
    pub(super) slots: Vec<usize>,
    /// Boxes that could be read.
    pub(super) placed: Vec<Placed>,
    /// Items whose power is written in the scene.
    pub(super) powered: Vec<bool>,
    /// What is joined to loops and manifolds, in the order of the scene.
    pub(super) joins: Vec<manifold::Join>,
    /// Manifolds as they are written.
    pub(super) manifolds: Vec<manifold::Manifold>,
    /// Coolant distribution units whose own losses have no place yet.
    pub(super) units: Vec<cdu::Unit>,
    /// Per chip: thickness of the layer between case and cooler, m; 0 where none is given.
    pub(super) interface_thickness: Vec<f64>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(
        log: &'a Log,
        overrides: &'a Overrides,
        expansion: &'a Expansion,
        scene: Scene,
    ) -> Self {
        let mut counts = [0_usize; Kind::ALL.len()];
        let slots = expansion.items.iter().map(|item| {
            let kind = match item.kind {
                kind if kind.is_solid() => Kind::Block,
                kind if kind.is_hydraulic() => Kind::Pipe,
                kind => kind,
            };
            let position = Kind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
            counts[position] += 1;
            counts[position] - 1
        });
        let slots = slots.collect();
        let powered = vec![false; expansion.items.len()];
        Self {
            log,
            overrides,
            expansion,
            scene,
            slots,
            placed: Vec::new(),
            powered,
            joins: Vec::new(),
            manifolds: Vec::new(),
            units: Vec::new(),
            interface_thickness: Vec::new(),
        }
    }

    /// Reads every item, in the order that references need.
    pub(super) fn read_items(&mut self) {
        let expansion = self.expansion;
        for first in [true, false] {
            for (index, item) in expansion.items.iter().enumerate() {
                if first == matches!(item.kind, Kind::Material | Kind::Coolant | Kind::Fluid) {
                    self.read_item(index, item);
                }
            }
        }
    }

    fn read_item(&mut self, index: usize, item: &'a Item) {
        let what = match item.kind.is_named() {
            true => format!("{} '{}'", item.kind.name(), item.path),
            false => format!("[[{}]]", item.kind.name()),
        };
        let fields = Fields::new(self.log, &item.scope, &item.table, what);
        let fields = if item.kind == Kind::Monitor { fields.without_sources() } else { fields };
        for key in ["name", "count", "pitch"] {
            let known = match key {
                "name" => item.kind.is_named(),
                "count" => item.kind.may_be_array(),
                _ => item.kind.has_place(),
            };
            if known {
                fields.know(key);
            }
        }
        match item.kind {
            Kind::Material => self.material(item, &fields),
            Kind::Coolant => self.coolant(item, &fields),
            Kind::Fluid => self.fluid(item, &fields),
            Kind::FluidRegion => self.fluid_region(item, &fields),
            Kind::Block | Kind::Plate | Kind::Board => self.solid(index, item, &fields),
            Kind::Source => self.source(index, item, &fields),
            Kind::Contact => self.contact(item, &fields),
            Kind::Wall => self.wall(item, &fields),
            Kind::Opening => self.opening(item, &fields),
            Kind::Fan => self.fan(item, &fields),
            Kind::Screen => self.screen(item, &fields),
            Kind::Porous => self.porous(index, item, &fields),
            Kind::Chip => self.chip(index, item, &fields),
            Kind::HeatSink => self.heat_sink(index, item, &fields),
            Kind::ColdPlate => self.cold_plate(index, item, &fields),
            Kind::Loop => self.coolant_loop(item, &fields),
            Kind::Branch => self.branch(index, item, &fields),
            Kind::Manifold => self.manifold(index, item, &fields),
            Kind::Cdu => self.cdu(index, item, &fields),
            Kind::Pipe
            | Kind::Fitting
            | Kind::Valve
            | Kind::CheckValve
            | Kind::QuickDisconnect
            | Kind::Filter
            | Kind::Pump => self.hydraulic(index, item, &fields),
            Kind::Monitor => self.monitor(item, &fields),
            // Read when everything that they speak of is known.
            Kind::Budget | Kind::Limit => return,
            // Unrolled before.
            Kind::Port | Kind::Part => return,
        }
        fields.finish();
    }

    /// Logs the first of some keys that is given though the air is a field of losses, which does not know it; tells
    /// whether all is well.
    fn momentum_only(&self, keys: &[&'static str], fields: &Fields<'_>) -> bool {
        // What belongs to the momentum equations counts as known, so that it is told once.
        let given: Vec<&'static str> = keys.iter().copied().filter(|key| fields.has(key)).collect();
        let Some(key) = given.first().filter(|_| self.scene.air.field == AirField::Potential) else {
            return true;
        };
        let message = format!("{} has '{key}', which a field of losses cannot follow", fields.what);
        fields.complain("racktherm::needs_momentum", key, message, "needs the momentum equations", MOMENTUM);
        false
    }

    /// Reads a power and remembers that it was given.
    fn power(&mut self, index: usize, key: &'static str, fields: &Fields<'_>) -> f64 {
        self.powered[index] = fields.has(key);
        fields.or(key, Dimension::POWER, Range::NotNegative, 0.0)
    }

    /// The item of a name, as it is known in the file of `item`.
    pub(super) fn find(&self, item: &Item, name: &str) -> Option<usize> {
        let path = format!("{}{name}", item.scope.prefix);
        if let Some(&index) = self.expansion.names.get(&path) {
            return Some(index);
        }
        // Inside an array, the name of another array means the member with the same number.
        let number = item.number?;
        self.expansion.arrays.get(&path)?;
        self.expansion.names.get(&format!("{path}.{number}")).copied()
    }

    /// The item of a name that must exist and be of some kinds.
    pub(super) fn refer(
        &self,
        item: &Item,
        name: &str,
        place: Place,
        fields: &Fields<'_>,
        fits: &dyn Fn(Kind) -> bool,
        words: &str,
    ) -> Option<usize> {
        let found = self.find(item, name);
        if let Some(index) = found {
            let kind = self.expansion.items[index].kind;
            if fits(kind) {
                return Some(index);
            }
            let message =
                format!("{} names '{name}', a {}, where {words} is needed", fields.what, kind.name());
            let mistake = Mistake::new("racktherm::wrong_kind", message);
            let mistake = mistake.at(place, format!("a {}, not {words}", kind.name()));
            self.log.add(mistake.nearest(name, self.names_from(item, fits)));
            return None;
        }
        let path = format!("{}{name}", item.scope.prefix);
        let message = format!("{} names {words} '{name}', which does not exist", fields.what);
        let mistake = Mistake::new("racktherm::unknown_name", message).at(place, "unknown name");
        let mistake = match self.expansion.arrays.get(&path) {
            Some(count) => {
                mistake.help(format!("'{name}' is an array of {count}: name a member, such as '{name}.1'"))
            }
            None => mistake.nearest(name, self.names_from(item, fits)),
        };
        self.log.add(mistake);
        None
    }

    /// Names that a file can use, of some kinds; an array once.
    fn names_from<'s>(&'s self, item: &'s Item, fits: &dyn Fn(Kind) -> bool) -> Vec<&'s str> {
        let declared = self.expansion.declared.iter().filter(|(_, kind)| fits(**kind));
        let mut known: Vec<&str> =
            declared.filter_map(|(path, _)| path.strip_prefix(item.scope.prefix.as_str())).collect();
        known.sort_unstable();
        known
    }

    /// Items that a glob of the file of `item` picks, in the order of the scene.
    pub(super) fn pick(&self, item: &Item, glob: &str, fits: &dyn Fn(Kind) -> bool) -> Vec<usize> {
        if !glob.contains('*')
            && let Some(index) = self.find(item, glob)
        {
            return if fits(self.expansion.items[index].kind) { vec![index] } else { Vec::new() };
        }
        let prefix = item.scope.prefix.as_str();
        let items = self.expansion.items.iter().enumerate().filter(|(_, other)| {
            fits(other.kind)
                && other.kind.is_named()
                && other.path.strip_prefix(prefix).is_some_and(|path| names::matches(glob, path))
        });
        items.map(|(index, _)| index).collect()
    }

    /// A temperature limit with its own origin.
    fn limit(&self, key: &'static str, junction: bool, fields: &Fields<'_>) -> Option<Limit> {
        let (temperature, origin) = fields.with_origin(key, Dimension::TEMPERATURE, Range::Positive)?;
        Some(Limit { temperature, junction, origin })
    }
}

/// Rows of two quantities in one range, such as `[["0 CFM", "300 Pa"], …]`; `None` where one cannot be read, which is
/// logged.
fn pairs(
    key: &'static str,
    dimensions: [Dimension; 2],
    range: Range,
    example: &str,
    fields: &Fields<'_>,
) -> Option<Vec<(f64, f64)>> {
    let mut points = Vec::new();
    for row in fields.list(key)? {
        let [first, second] = match &row.content {
            Content::List(pair) if pair.len() == 2 => [&pair[0], &pair[1]],
            _ => {
                let message = format!("a row of '{key}' of {} has two values", fields.what);
                let mistake = Mistake::new("racktherm::wrong_type", message);
                let label = format!("this is {}", row.content.kind());
                fields.log.add(mistake.at(row.place, label).help(format!("write rows such as {example}")));
                return None;
            }
        };
        points.push((
            fields.value(key, first, dimensions[0], range)?,
            fields.value(key, second, dimensions[1], range)?,
        ));
    }
    Some(points)
}

/// A table that exists once in a scene, changed by `--set`.
pub(super) fn single(document: &Table, name: &str, overrides: &Overrides, log: &Log) -> Option<Table> {
    let mut table = match document.get(name) {
        Some(Node { content: Content::Table(table), .. }) => table.clone(),
        Some(node) => {
            let mistake = Mistake::new("racktherm::wrong_type", format!("'{name}' must be a table [{name}]"));
            let help = "single brackets: a table that exists once";
            log.add(mistake.at(node.place, format!("this is {}", node.content.kind())).help(help));
            return None;
        }
        None => Table { entries: Vec::new(), place: overrides.names_single(name)? },
    };
    overrides.apply_to_single(name, &mut table);
    Some(table)
}
