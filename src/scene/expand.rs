//! Parts and arrays unrolled: every item of the scene with its path, its place's shift and its scope.

mod part;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::Region;
use super::array::{Member, members};
use super::diagnostic::{Log, Mistake, Place};
use super::fields::Fields;
use super::file::{Content, Node, Table};
use super::instance::{Connection, PART_KEYS};
use super::kind::{Kind, SINGLES, TOP_KEYS};
use super::names::is_name;
use super::overrides::Overrides;
use super::scope::Scope;

pub(super) use part::read_text;

/// Most items that a scene may have after expansion.
const MOST_ITEMS: usize = 50_000;

/// One item of the scene, still as text.
pub(super) struct Item {
    pub(super) kind: Kind,
    /// Name with path.
    pub(super) path: String,
    /// Its number in its array.
    pub(super) number: Option<usize>,
    /// From its file's coordinates to the scene's, m.
    pub(super) shift: [f64; 3],
    pub(super) table: Rc<Table>,
    pub(super) scope: Rc<Scope>,
    /// Where its name stands.
    pub(super) place: Place,
}

/// One use of a part.
pub(super) struct Instance {
    pub(super) path: String,
    pub(super) region: Option<Region>,
    /// The scope that holds it.
    pub(super) outer: Rc<Scope>,
    pub(super) place: Place,
}

/// All items, and what their names stand for.
#[derive(Default)]
pub(super) struct Expansion {
    pub(super) items: Vec<Item>,
    pub(super) instances: Vec<Instance>,
    /// Index into `items` of each full name.
    pub(super) names: HashMap<String, usize>,
    /// Paths of arrays, with the number of members.
    pub(super) arrays: HashMap<String, usize>,
    /// What the ports of parts are connected to.
    pub(super) connects: Vec<Connection>,
    /// Paths of declarations (before arrays are unrolled), for `--set`.
    pub(super) declared: HashMap<String, Kind>,
}

/// A file on its way through expansion.
struct Source<'a> {
    document: &'a Table,
    directory: &'a Path,
    scope: &'a Rc<Scope>,
    stack: &'a [PathBuf],
}

pub(super) struct Expander<'a> {
    pub(super) log: &'a Log,
    pub(super) overrides: &'a Overrides,
    files: HashMap<PathBuf, Option<Rc<Table>>>,
    full: bool,
    pub(super) expansion: Expansion,
}

impl<'a> Expander<'a> {
    pub(super) fn new(log: &'a Log, overrides: &'a Overrides) -> Self {
        Self { log, overrides, files: HashMap::new(), full: false, expansion: Expansion::default() }
    }

    /// Unrolls a scene whose own scope is known; `directory` is where its parts are looked for.
    pub(super) fn scene(&mut self, document: &Table, scope: &Rc<Scope>, directory: &Path, path: &Path) {
        let stack = path.canonicalize().into_iter().collect::<Vec<_>>();
        self.file(&Source { document, directory, scope, stack: &stack });
    }

    fn file(&mut self, source: &Source<'_>) {
        let is_scene = source.scope.parent.is_none();
        let mut tables: Vec<(Kind, &Table)> = Vec::new();
        for (key, node) in &source.document.entries {
            let name = key.name.as_str();
            // At the top of a file, source = "…" is where its layout is from; [[source]] releases heat.
            if name == "source" && matches!(node.content, Content::Text(_)) {
                continue;
            }
            let Some(kind) = Kind::from_name(name) else {
                self.check_top_key(name, key.place, is_scene);
                continue;
            };
            let wrong = if is_scene { kind == Kind::Port } else { kind.scene_only() };
            if wrong {
                self.misplaced(&format!("[[{name}]]"), key.place, is_scene);
                continue;
            }
            self.collect(kind, node, &mut tables);
        }
        // The order of the file counts, across kinds: later solids may replace earlier ones.
        tables.sort_by_key(|(_, table)| table.place.start);
        for (position, (kind, table)) in tables.into_iter().enumerate() {
            self.declare(kind, table, position, source);
        }
    }

    fn check_top_key(&self, name: &str, place: Place, is_scene: bool) {
        let shared = ["parameters", "preset", "layout"];
        if TOP_KEYS.contains(&name) || shared.contains(&name) {
            return;
        }
        let fits = if is_scene { SINGLES.contains(&name) } else { name == "envelope" };
        if fits {
            return;
        }
        if name == "envelope" || SINGLES.contains(&name) {
            self.misplaced(&format!("[{name}]"), place, is_scene);
            return;
        }
        let singles = SINGLES.iter().copied().filter(|_| is_scene);
        let known = Kind::ALL.iter().map(|kind| kind.name()).chain(TOP_KEYS).chain(shared).chain(singles);
        let mistake = Mistake::new("racktherm::unknown_table", format!("there is no table or key '{name}'"));
        self.log.add(mistake.at(place, "unknown table").nearest(name, known));
    }

    fn misplaced(&self, what: &str, place: Place, is_scene: bool) {
        let (code, message, help) = if is_scene {
            (
                "racktherm::part_only",
                "belongs into a part, not a scene",
                "a scene has [domain], a part [envelope]",
            )
        } else {
            (
                "racktherm::scene_only",
                "belongs into a scene, not a part",
                "move it to the scene that uses this part",
            )
        };
        self.log.add(Mistake::new(code, format!("{what} {message}")).at(place, "not here").help(help));
    }

    fn collect<'t>(&self, kind: Kind, node: &'t Node, tables: &mut Vec<(Kind, &'t Table)>) {
        let complain = |node: &Node| {
            let message = format!("'{}' must be written [[{}]]", kind.name(), kind.name());
            let mistake = Mistake::new("racktherm::wrong_type", message);
            self.log.add(
                mistake
                    .at(node.place, format!("this is {}", node.content.kind()))
                    .help("double brackets: a table that may stand many times, one for each item"),
            );
        };
        let Content::List(list) = &node.content else { return complain(node) };
        for node in list {
            match &node.content {
                Content::Table(table) => tables.push((kind, table)),
                _ => complain(node),
            }
        }
    }

    fn declare(&mut self, kind: Kind, table: &Table, position: usize, source: &Source<'_>) {
        if kind == Kind::Port || self.full {
            return;
        }
        let scope = source.scope;
        let Some((name, place)) = self.name(kind, table, position, scope) else { return };
        let path = format!("{}{name}", scope.prefix);
        if kind.is_named() {
            self.expansion.declared.insert(path.clone(), kind);
        }
        let settings = self.overrides.of_item(kind, &path);
        let changed = with(table, settings.iter().cloned(), kind);
        let fields = Fields::new(self.log, scope, &changed, format!("{} '{path}'", kind.name()));
        let members = members(kind, &fields);
        if members.iter().any(|member| member.number.is_some()) || fields.table.get("count").is_some() {
            self.expansion.arrays.insert(path.clone(), members.len());
        }
        let shared = Rc::new(changed.clone());
        for Member { number, shift } in members {
            let full = number.map_or_else(|| path.clone(), |number| format!("{path}.{number}"));
            let own = self.overrides.of_item(kind, &full);
            for (key, _) in own.iter().filter(|(key, _)| matches!(key.name.as_str(), "count" | "pitch")) {
                if !settings.iter().any(|(known, _)| known.place == key.place) {
                    let message = format!("--set: '{}' belongs to the whole array '{path}'", key.name);
                    let help = format!("write {}.{path}.{}=…", kind.name(), key.name);
                    let mistake = Mistake::new("racktherm::bad_setting", message);
                    self.log.add(mistake.at(key.place, "set for one member").help(help));
                }
            }
            let table =
                if own.is_empty() { shared.clone() } else { Rc::new(with(&shared, own.into_iter(), kind)) };
            let shift = [0, 1, 2].map(|axis| scope.origin[axis] + shift[axis]);
            let item = Item { kind, path: full, number, shift, table, scope: scope.clone(), place };
            if kind == Kind::Part {
                self.part(item, source);
            } else {
                self.push(item);
            }
            if self.full {
                return;
            }
        }
    }

    fn push(&mut self, item: Item) {
        if self.expansion.items.len() >= MOST_ITEMS {
            self.full = true;
            let mistake =
                Mistake::new("racktherm::too_many", format!("the scene has more than {MOST_ITEMS} items"));
            self.log
                .add(mistake.at(item.place, "here").help("check count, also of the parts around this one"));
            return;
        }
        if item.kind.is_named() {
            let index = self.expansion.items.len();
            if let Some(&earlier) = self.expansion.names.get(&item.path) {
                let first = self.expansion.items[earlier].place;
                let mistake =
                    Mistake::new("racktherm::duplicate_name", format!("two items are named '{}'", item.path));
                self.log
                    .add(mistake.at(item.place, "second").at(first, "first").help("give one another name"));
            }
            self.expansion.names.insert(item.path.clone(), index);
        }
        self.expansion.items.push(item);
    }

    fn name(&self, kind: Kind, table: &Table, position: usize, scope: &Scope) -> Option<(String, Place)> {
        let fields = Fields::new(self.log, scope, table, format!("[[{}]]", kind.name()));
        if !kind.is_named() || (kind == Kind::Wall && !fields.has("name")) {
            return Some((format!("{}.{}", kind.name(), position + 1), table.place));
        }
        if !fields.has("name") {
            fields.missing("name", &format!("\"{}\"", kind.name()));
            return None;
        }
        let name = fields.text("name")?;
        let place = fields.place("name");
        if !is_name(name) {
            let mistake = Mistake::new("racktherm::bad_name", format!("\"{name}\" cannot be a name"));
            let help = format!("write a name such as \"{}\"", kind.name());
            self.log.add(mistake.at(place, "letters, digits, _ - . only, at most 80").help(help));
            return None;
        }
        Some((name.to_owned(), place))
    }
}

/// A table with some keys changed; what a part does not know as its own key is a parameter of its file.
fn with(table: &Table, settings: impl Iterator<Item = (super::file::Key, Node)>, kind: Kind) -> Table {
    let mut changed = table.clone();
    let mut parameters: BTreeMap<String, (super::file::Key, Node)> = BTreeMap::new();
    for (key, value) in settings {
        if kind == Kind::Part && !PART_KEYS.contains(&key.name.as_str()) {
            parameters.insert(key.name.clone(), (key, value));
        } else {
            changed.set(key, value);
        }
    }
    if parameters.is_empty() {
        return changed;
    }
    let mut inner = match changed.get("parameters") {
        Some(Node { content: Content::Table(inner), .. }) => inner.clone(),
        _ => Table { entries: Vec::new(), place: table.place },
    };
    for (_, (key, value)) in parameters {
        inner.set(key, value);
    }
    let place = inner.place;
    let key = super::file::Key { name: "parameters".to_owned(), place };
    changed.set(key, Node { content: Content::Table(inner), place });
    changed
}
