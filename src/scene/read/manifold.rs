//! What is joined to loops: branches, pumps and manifolds, and the junctions that they make.
//!
//! Whoever names a loop is joined to its supply and its return. A manifold hangs on a loop, a port or another manifold
//! and gives every user a tap of its own, in the order of the scene; what reaches it through the port of one part
//! shares that part's tap. Between taps lie pieces of header, as branches of one pipe.

use std::collections::HashMap;

use crate::physics::hydraulics::{Component, Pipe};
use crate::units::Dimension;

use super::Builder;
use super::hydraulics::DRAWN_TUBE;
use crate::scene::diagnostic::{Mistake, Place};
use crate::scene::expand::Item;
use crate::scene::fields::{Fields, Range};
use crate::scene::instance::{Connection, connection};
use crate::scene::kind::Kind;
use crate::scene::{Branch, Distribution, Element, HydraulicPart, Origin, RETURN, SUPPLY};

/// Stand for ends that are not known yet.
pub(super) const SUPPLY_END: usize = usize::MAX - 1;
pub(super) const RETURN_END: usize = usize::MAX;

/// A branch or pump that is joined to a loop or manifold.
pub(in crate::scene) struct Join {
    /// Item, for messages.
    item: usize,
    /// Index into the scene's branches.
    slot: usize,
    connection: Connection,
    /// Whether it drives from return to supply.
    pump: bool,
    /// Named junctions that it begins and ends at.
    ends: [Option<(String, Place)>; 2],
}

/// A manifold as the scene gives it.
pub(in crate::scene) struct Manifold {
    item: usize,
    connection: Connection,
    /// Bore, pitch between taps and roughness of its headers; none: all taps are one place.
    header: Option<Pipe>,
    reverse: bool,
    feeds: [Vec<Element>; 2],
    largest_velocity: Option<f64>,
    origin: Origin,
}

impl Builder<'_> {
    /// To what an item's key `loop` joins it.
    pub(super) fn connection(&self, item: &Item, fields: &Fields<'_>) -> Option<Connection> {
        let text = fields.required_text("loop", "\"rack\"");
        if text.is_empty() {
            return None;
        }
        let found = connection(text, fields.place("loop"), fields, &item.path)?;
        let own = found.tap == item.path;
        let known = if own { self.joined_to(&found, &fields.what) } else { self.is_joint(&found.name) };
        known.then_some(found)
    }

    /// Whether a name is that of a loop or manifold.
    fn is_joint(&self, name: &str) -> bool {
        let index = self.expansion.names.get(name);
        index.is_some_and(|&index| matches!(self.expansion.items[index].kind, Kind::Loop | Kind::Manifold))
    }

    /// Whether a connection leads to a loop or manifold; logs one that does not.
    pub(in crate::scene) fn joined_to(&self, connection: &Connection, what: &str) -> bool {
        if self.is_joint(&connection.name) {
            return true;
        }
        if connection.local {
            let text = connection.name.rsplit('/').next().unwrap_or_default();
            let message = format!("{what} names the loop '{text}', which its file does not have");
            let mistake = Mistake::new("racktherm::unknown_name", message).at(connection.place, "not a port");
            let help = "a part reaches its loop through a port: declare [[port]] and write \"port:NAME\"; or name a \
                        [[manifold]] of this file";
            self.log.add(mistake.help(help));
        } else {
            self.unknown_loop(&connection.name, connection.place, what);
        }
        false
    }

    /// How the branch of an index in the scene's list is joined.
    pub(super) fn join(&self, index: usize, slot: usize, item: &Item, fields: &Fields<'_>) -> Option<Join> {
        let end = |key: &'static str| {
            let name = fields.text(key)?;
            Some((format!("{}{name}", item.scope.prefix), fields.place(key)))
        };
        let ends = [end("from"), end("to")];
        let connection = self.connection(item, fields)?;
        Some(Join { item: index, slot, connection, pump: false, ends })
    }

    /// The branch of a pump that feeds a loop, behind other parts.
    pub(super) fn pump_branch(
        &mut self,
        index: usize,
        item: &Item,
        fields: &Fields<'_>,
        mut elements: Vec<Element>,
    ) {
        let Some(connection) = self.connection(item, fields) else { return };
        elements.push(Element::Part(self.slots[index]));
        let ends = [None, None];
        self.joins.push(Join { item: index, slot: self.scene.branches.len(), connection, pump: true, ends });
        self.scene.branches.push(Branch {
            name: item.path.clone(),
            on_loop: usize::MAX,
            from: RETURN_END,
            to: SUPPLY_END,
            flow: None,
            weight: 1.0,
            elements,
            quadratic_loss: 0.0,
            listed: true,
            source: true,
        });
    }

    pub(super) fn manifold(&mut self, index: usize, item: &Item, fields: &Fields<'_>) {
        let diameter = fields.quantity("diameter", Dimension::LENGTH, Range::Positive);
        let pitch = fields.quantity("tap_pitch", Dimension::LENGTH, Range::NotNegative);
        let roughness = fields.or("roughness", Dimension::LENGTH, Range::NotNegative, DRAWN_TUBE);
        let minor_loss = fields.or("tap_loss", Dimension::DIMENSIONLESS, Range::NotNegative, 0.0);
        if fields.has("diameter") != fields.has("tap_pitch") {
            let (has, lacks, example) = match fields.has("diameter") {
                true => ("diameter", "tap_pitch", "\"1 U\""),
                false => ("tap_pitch", "diameter", "\"38 mm\""),
            };
            let message = format!("{} has '{has}' and no '{lacks}'", fields.what);
            let help =
                format!("add {lacks} = {example}, or leave both out where the headers take no pressure");
            fields.complain("racktherm::missing_key", has, message, "one of two", &help);
        }
        let header = match (diameter, pitch) {
            (Some(diameter), Some(length)) => Some(Pipe { length, diameter, roughness, minor_loss }),
            _ => None,
        };
        let reverse = fields.choice("layout", &["direct_return", "reverse_return"]) == Some(1);
        let largest_velocity = fields.quantity("largest_velocity", Dimension::VELOCITY, Range::Positive);
        let feeds = ["supply", "return"].map(|key| self.elements(key, item, fields));
        let Some(connection) = self.connection(item, fields) else { return };
        let origin = fields.origin();
        self.manifolds.push(Manifold {
            item: index,
            connection,
            header,
            reverse,
            feeds,
            largest_velocity,
            origin,
        });
    }
}

/// Supply and return junction.
type Ends = [usize; 2];

/// A loop or manifold with its taps.
#[derive(Clone)]
struct Joint {
    on_loop: usize,
    /// Ends of each tap, by who takes it; of a loop the same for all.
    taps: HashMap<String, Ends>,
    all: Option<Ends>,
}

/// Makes the junctions of all loops and gives every branch its ends.
pub(in crate::scene) fn settle_loops(builder: &mut Builder<'_>) {
    let mut settler = Settler::new(builder);
    settler.join_all();
    let (named, used) = (settler.named, settler.used);
    loose_ends(builder, &named, &used);
    super::cdu::place_units(builder);
    super::loops::check_loops(builder);
}

struct Settler<'b, 'a> {
    builder: &'b mut Builder<'a>,
    /// Manifold of each name.
    manifolds: HashMap<String, usize>,
    /// Who takes a tap of each loop or manifold, in order.
    users: HashMap<String, Vec<String>>,
    joints: HashMap<String, Option<Joint>>,
    /// Loop and junction of each name.
    named: HashMap<(usize, String), usize>,
    /// Where the names are used.
    used: HashMap<(usize, String), Vec<Place>>,
}

impl<'b, 'a> Settler<'b, 'a> {
    fn new(builder: &'b mut Builder<'a>) -> Self {
        let name = |item: usize| builder.expansion.items[item].path.clone();
        let manifolds = builder.manifolds.iter().enumerate().map(|(m, of)| (name(of.item), m)).collect();
        let mut takers: Vec<(usize, &Connection)> = builder
            .joins
            .iter()
            .map(|join| (join.item, &join.connection))
            .chain(builder.manifolds.iter().map(|manifold| (manifold.item, &manifold.connection)))
            .collect();
        takers.sort_by_key(|(item, _)| *item);
        let mut users: HashMap<String, Vec<String>> = HashMap::new();
        for (_, connection) in takers {
            let taps = users.entry(connection.name.clone()).or_default();
            if !taps.contains(&connection.tap) {
                taps.push(connection.tap.clone());
            }
        }
        Self {
            builder,
            manifolds,
            users,
            joints: HashMap::new(),
            named: HashMap::new(),
            used: HashMap::new(),
        }
    }

    fn join_all(&mut self) {
        let mut names: Vec<String> = self.manifolds.keys().cloned().collect();
        names.sort();
        for name in names {
            self.joint(&name);
        }
        for join in std::mem::take(&mut self.builder.joins) {
            let Some((on_loop, ends)) = self.ends(&join.connection) else { continue };
            let mut ends = if join.pump { [ends[1], ends[0]] } else { ends };
            for (end, name) in ends.iter_mut().zip(&join.ends) {
                if let Some((name, place)) = name {
                    *end = self.junction(on_loop, name, *place);
                }
            }
            let branch = &mut self.builder.scene.branches[join.slot];
            (branch.on_loop, branch.from, branch.to) = (on_loop, ends[0], ends[1]);
            let named = join.ends.iter().any(Option::is_some);
            if join.pump || named {
                let what = if join.pump { "a pump" } else { "a branch between named junctions" };
                self.needs_pressures(on_loop, join.item, what);
            }
        }
    }

    /// Loop and ends that a connection leads to.
    fn ends(&mut self, connection: &Connection) -> Option<(usize, Ends)> {
        let joint = self.joint(&connection.name)?;
        let ends = joint.all.or_else(|| joint.taps.get(&connection.tap).copied())?;
        Some((joint.on_loop, ends))
    }

    fn joint(&mut self, name: &str) -> Option<Joint> {
        if let Some(known) = self.joints.get(name) {
            return known.clone();
        }
        // Until it is known, it leads nowhere: a circle ends here.
        self.joints.insert(name.to_owned(), None);
        let made = match self.manifolds.get(name) {
            Some(&manifold) => self.make(name, manifold),
            None => {
                let index = *self.builder.expansion.names.get(name)?;
                let is_loop = self.builder.expansion.items[index].kind == Kind::Loop;
                is_loop.then(|| Joint {
                    on_loop: self.builder.slots[index],
                    taps: HashMap::new(),
                    all: Some([SUPPLY, RETURN]),
                })
            }
        };
        self.joints.insert(name.to_owned(), made.clone());
        made
    }

    /// Junctions and headers of a manifold.
    fn make(&mut self, name: &str, manifold: usize) -> Option<Joint> {
        let of = &self.builder.manifolds[manifold];
        let (item, connection) = (of.item, of.connection.clone());
        let Some((on_loop, ends)) = self.ends(&connection) else {
            let items = &self.builder.expansion.items;
            if self
                .builder
                .expansion
                .names
                .get(&connection.name)
                .is_some_and(|&i| items[i].kind == Kind::Manifold)
            {
                let message = format!("manifold '{name}' hangs on itself");
                let mistake = Mistake::new("racktherm::cyclic_manifold", message);
                let help = "lead its 'loop' to a [[loop]], a port or a manifold nearer to one";
                self.builder.log.add(mistake.at(items[item].place, "leads back to itself").help(help));
            }
            return None;
        };
        self.needs_pressures(on_loop, item, "a manifold");
        let users = self.users.get(name).cloned().unwrap_or_default();
        if users.is_empty() {
            let mistake = Mistake::new(
                "racktherm::unconnected_manifold",
                format!("nothing hangs on manifold '{name}'"),
            );
            let help = format!(
                "name it as 'loop' of a [[branch]], or in 'connect' of a [[part]]: {{ liquid = \"{name}\" }}"
            );
            self.builder.log.add(mistake.at(self.builder.expansion.items[item].place, "no tap").help(help));
            return None;
        }
        let of = &self.builder.manifolds[manifold];
        let (header, reverse, feeds) = (of.header, of.reverse, of.feeds.clone());
        let (largest_velocity, origin) = (of.largest_velocity, of.origin.clone());
        let mut first = ends;
        for (side, (word, elements)) in ["supply", "return"].into_iter().zip(feeds).enumerate() {
            if elements.is_empty() {
                continue;
            }
            let inner = self.new_junction(on_loop, format!("{name} {word}"));
            let (from, to) = if side == 0 { (ends[0], inner) } else { (inner, ends[1]) };
            self.piece(format!("{name} {word}"), on_loop, from, to, elements);
            first[side] = inner;
        }
        let mut taps = HashMap::new();
        let Some(pipe) = header else {
            taps.extend(users.into_iter().map(|user| (user, first)));
            return Some(Joint { on_loop, taps, all: None });
        };
        // One part stands for all pieces of a header.
        let part = self.builder.scene.hydraulics.len();
        self.builder.scene.hydraulics.push(HydraulicPart {
            name: format!("{name} header"),
            component: Component::Pipe(pipe),
            one_way: false,
            largest_velocity,
            drive: None,
            origin,
        });
        let count = users.len();
        let places = [0, 1].map(|side| {
            // The return of a reverse layout leaves at the last tap.
            let starts_at = if side == 1 && reverse { count - 1 } else { 0 };
            let word = ["supply", "return"][side];
            (0..count)
                .map(|tap| match tap {
                    tap if tap == starts_at => first[side],
                    tap => self.new_junction(on_loop, format!("{name} {word} {}", tap + 1)),
                })
                .collect::<Vec<_>>()
        });
        for tap in 1..count {
            for (side, word) in ["supply", "return"].into_iter().enumerate() {
                let (near, far) = (places[side][tap - 1], places[side][tap]);
                let (from, to) = if side == 1 && !reverse { (far, near) } else { (near, far) };
                let piece = format!("{name} {word} {} to {}", tap, tap + 1);
                self.piece(piece, on_loop, from, to, vec![Element::Part(part)]);
            }
        }
        taps.extend(
            users.into_iter().enumerate().map(|(tap, user)| (user, [places[0][tap], places[1][tap]])),
        );
        Some(Joint { on_loop, taps, all: None })
    }

    fn piece(&mut self, name: String, on_loop: usize, from: usize, to: usize, elements: Vec<Element>) {
        self.builder.scene.branches.push(piece(name, on_loop, from, to, elements));
    }

    fn new_junction(&mut self, on_loop: usize, name: String) -> usize {
        let junctions = &mut self.builder.scene.loops[on_loop].junctions;
        junctions.push(name);
        junctions.len() - 1
    }

    /// The junction that a branch names; the ends of a loop have names too.
    fn junction(&mut self, on_loop: usize, name: &str, place: Place) -> usize {
        match name {
            "supply" => return SUPPLY,
            "return" => return RETURN,
            _ => {}
        }
        let key = (on_loop, name.to_owned());
        self.used.entry(key.clone()).or_default().push(place);
        if let Some(&known) = self.named.get(&key) {
            return known;
        }
        let junction = self.new_junction(on_loop, name.to_owned());
        self.named.insert(key, junction);
        junction
    }

    /// Logs what only pressures can place, on a loop that shares its flow by weight.
    fn needs_pressures(&self, on_loop: usize, item: usize, what: &str) {
        let of = &self.builder.scene.loops[on_loop];
        if of.distribution == Distribution::ByPressure {
            return;
        }
        let item = &self.builder.expansion.items[item];
        let message = format!(
            "{} '{}' is on loop '{}', whose flow goes by weight: {what} follows from pressures",
            item.kind.name(),
            item.path,
            of.name
        );
        let mistake = Mistake::new("racktherm::needs_pressures", message).at(item.place, "needs pressures");
        self.builder
            .log
            .add(mistake.help(format!("set distribution = \"by_pressure\" in loop '{}'", of.name)));
    }
}

/// A branch that the scene does not list.
pub(super) fn piece(name: String, on_loop: usize, from: usize, to: usize, elements: Vec<Element>) -> Branch {
    let flow = None;
    Branch {
        name,
        on_loop,
        from,
        to,
        flow,
        weight: 1.0,
        elements,
        quadratic_loss: 0.0,
        listed: false,
        source: false,
    }
}

/// Logs junctions that one branch alone names.
fn loose_ends(
    builder: &Builder<'_>,
    named: &HashMap<(usize, String), usize>,
    used: &HashMap<(usize, String), Vec<Place>>,
) {
    let mut loose: Vec<_> = used.iter().filter(|(_, places)| places.len() == 1).collect();
    loose.sort_by_key(|(key, _)| named.get(*key));
    for ((_, name), places) in loose {
        let message = format!("only one branch meets the junction '{name}': its coolant goes nowhere");
        let mistake = Mistake::new("racktherm::loose_end", message).at(places[0], "met by nothing else");
        let others: Vec<&str> =
            used.keys().map(|(_, other)| other.as_str()).filter(|other| other != name).collect();
        builder.log.add(mistake.nearest(name, others.into_iter().chain(["supply", "return"])));
    }
}
