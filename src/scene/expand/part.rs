//! Parts: their file found and read once, their parameters and ports, and their items unrolled in place.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::scene::Region;
use crate::scene::diagnostic::{Log, Mistake, Place};
use crate::scene::fields::{Fields, Range, layout_origin};
use crate::scene::file::{Content, LARGEST_FILE, Node, Table, parse};
use crate::scene::instance::{PART_KEYS, connections, given_parameters};
use crate::scene::scope::{Scope, resolve};
use crate::units::Dimension;

use super::{Expander, Instance, Item, Source};

/// Deepest nesting of parts.
const DEEPEST: usize = 12;

impl Expander<'_> {
    pub(super) fn part(&mut self, item: Item, source: &Source<'_>) {
        let scope = source.scope;
        let fields = Fields::new(self.log, scope, &item.table, format!("part '{}'", item.path));
        for key in PART_KEYS {
            fields.know(key);
        }
        fields.finish();
        let at = fields.vector("at", Dimension::LENGTH, Range::Any, false).unwrap_or([0.0; 3]);
        let file = fields.required_text("file", "\"parts/tray.toml\"");
        if file.is_empty() {
            return;
        }
        let place = fields.place("file");
        let Some(path) = self.find(file, source.directory, place) else { return };
        let key = path.canonicalize().unwrap_or_else(|_| path.clone());
        if source.stack.contains(&key) {
            let mistake = Mistake::new("racktherm::cyclic_part", format!("part \"{file}\" contains itself"));
            let help = "name another file, or take this [[part]] out";
            self.log.add(mistake.at(place, "leads back to a file that is being read").help(help));
            return;
        }
        if source.stack.len() > DEEPEST {
            let message = format!("part \"{file}\" lies more than {DEEPEST} parts deep");
            let mistake = Mistake::new("racktherm::too_deep", message).at(place, "one level too many");
            self.log.add(mistake.help("put its items into the file of a part above"));
            return;
        }
        let Some(document) = self.read(&path, &key, place) else { return };
        let mut stack = source.stack.to_vec();
        stack.push(key);
        let (given, preset) = given_parameters(&fields);
        let layout = layout_origin(&document, self.log);
        let resolved = resolve(&document, &[], given, preset.as_ref(), layout.as_ref(), self.log);
        let mut inner = Scope {
            prefix: format!("{}/", item.path),
            origin: [0, 1, 2].map(|axis| item.shift[axis] + at[axis]),
            parameters: resolved.parameters,
            parameter_origins: resolved.origins,
            faulty: resolved.faulty,
            layout,
            trace: fields.text("trace").map(|name| (name.to_owned(), fields.place("trace"))),
            parent: Some(scope.clone()),
            ..Scope::default()
        };
        inner.ports = connections(&document, &fields, &item.path);
        self.expansion.connects.extend(inner.ports.values().flatten().cloned());
        inner.envelope = envelope(&document, &inner, file, place, self.log);
        self.expansion.instances.push(Instance {
            path: item.path.clone(),
            region: inner.envelope,
            outer: scope.clone(),
            place: item.place,
        });
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        let inner = Rc::new(inner);
        self.file(&Source { document: &document, directory: &directory, scope: &inner, stack: &stack });
    }

    /// Beside the file that names it, in the folder above, in `scenes/`.
    fn find(&self, file: &str, directory: &Path, place: Place) -> Option<PathBuf> {
        let above = directory.join("..");
        let candidates = [directory.join(file), above.join(file), Path::new("scenes").join(file)];
        let found = candidates.iter().find(|path| path.is_file()).cloned();
        if found.is_none() {
            let looked: Vec<String> = candidates.iter().map(|path| path.display().to_string()).collect();
            let message = format!("there is no part file \"{file}\"");
            let mistake = Mistake::new("racktherm::missing_file", message);
            self.log.add(mistake.at(place, "not found").help(format!("looked for {}", looked.join(", "))));
        }
        found
    }

    fn read(&mut self, path: &Path, key: &Path, place: Place) -> Option<Rc<Table>> {
        if let Some(known) = self.files.get(key) {
            return known.clone();
        }
        let document = match read_text(path) {
            Ok(text) => {
                let file = self.log.add_file(&path.display().to_string(), text.clone());
                Some(Rc::new(parse(&text, file, self.log)))
            }
            Err(reason) => {
                let message = format!("\"{}\" cannot be read: {reason}", path.display());
                let help = crate::scene::load::remedy(&reason);
                self.log
                    .add(Mistake::new("racktherm::missing_file", message).at(place, "this file").help(help));
                None
            }
        };
        self.files.insert(key.to_owned(), document.clone());
        document
    }
}

/// The text of a file, or why there is none.
pub(in crate::scene) fn read_text(path: &Path) -> Result<String, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    // A pipe does not tell its length beforehand, and may have no end.
    let most = LARGEST_FILE as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > LARGEST_FILE {
        return Err(format!("it is longer than {LARGEST_FILE} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())
}

fn envelope(document: &Table, scope: &Scope, file: &str, place: Place, log: &Log) -> Option<Region> {
    let Some(Node { content: Content::Table(table), .. }) = document.get("envelope") else {
        let mistake = Mistake::new("racktherm::missing_key", format!("part \"{file}\" has no [envelope]"));
        log.add(mistake.at(place, "not a part").help("a part file has [envelope] with its size"));
        return None;
    };
    let fields = Fields::new(log, scope, table, "[envelope]".to_owned());
    if !fields.has("size") {
        fields.missing("size", "[\"440 mm\", \"800 mm\", \"1 U\"]");
    }
    let size: Option<[f64; 3]> = fields.vector("size", Dimension::LENGTH, Range::Positive, false);
    fields.finish();
    size.map(|size| Region { lower: scope.origin, upper: [0, 1, 2].map(|a| scope.origin[a] + size[a]) })
}
