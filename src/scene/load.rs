//! From a file to a validated scene: read, unroll, evaluate, check; all mistakes at once.

use std::path::Path;
use std::rc::Rc;

use super::Scene;
use super::check::check;
use super::diagnostic::{Diagnostics, Log, Mistake, Place};
use super::expand::{Expander, read_text};
use super::fields::layout_origin;
use super::file::{Content, Table, parse};
use super::kind::Kind;
use super::overrides::Overrides;
use super::read::{
    Builder, empty_scene, read_budgets, read_limits, read_rear_door, read_singles, settle_loops,
};
use super::scope::{Scope, resolve};

/// What loading found out.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The scene, if it has no mistake.
    pub scene: Option<Scene>,
    /// All mistakes.
    pub mistakes: Diagnostics,
    /// Values without a source, which shipped scenes must not have.
    pub without_source: Diagnostics,
}

impl Scene {
    /// Reads and validates a scene file; `settings` are `key=value` texts of `--set`.
    ///
    /// # Errors
    /// All mistakes of the file, its parts and the settings.
    pub fn load(path: &Path, settings: &[String]) -> Result<Scene, Diagnostics> {
        Scene::load_all(path, settings).into_result()
    }

    /// As [`Scene::load`], with what is no mistake but missing: the values without a source.
    #[must_use]
    pub fn load_all(path: &Path, settings: &[String]) -> Loaded {
        match read_text(path) {
            Ok(text) => Scene::load_text(path, text, settings),
            Err(reason) => {
                let log = Log::default();
                let message = format!("scene \"{}\" cannot be read: {reason}", path.display());
                log.add(Mistake::new("racktherm::missing_file", message).help("check the path"));
                let (mistakes, without_source) = log.finish();
                Loaded { scene: None, mistakes, without_source }
            }
        }
    }

    /// Reads and validates the text of a scene; `path` names it and tells where its parts are looked for.
    ///
    /// # Errors
    /// As [`Scene::load`].
    pub fn from_text(path: &Path, text: String, settings: &[String]) -> Result<Scene, Diagnostics> {
        Scene::load_text(path, text, settings).into_result()
    }

    fn load_text(path: &Path, text: String, settings: &[String]) -> Loaded {
        let log = Log::default();
        let file = log.add_file(&path.display().to_string(), text.clone());
        let document = parse(&text, file, &log);
        // After a syntax error, tables may have been lost: what is said about the rest would mislead.
        let scene = if log.is_empty() { build(path, &document, settings, &log) } else { None };
        let scene = scene.filter(|_| log.is_empty());
        let (mistakes, without_source) = log.finish();
        Loaded { scene, mistakes, without_source }
    }

    /// Validates a part file on its own: one instance in a domain of the envelope's size, its ports connected.
    ///
    /// Its mistakes and the values without a source; the scene holds the instance as `part`.
    #[must_use]
    pub fn load_part(path: &Path, settings: &[String]) -> Loaded {
        let (title, ports) = match read_text(path) {
            Ok(text) => title_and_ports(&text),
            Err(_) => (None, Vec::new()),
        };
        let connect: Vec<String> = ports.iter().map(|port| format!("\"{port}\" = \"supply\"")).collect();
        let supply = if ports.is_empty() {
            ""
        } else {
            "[[loop]]\nname = \"supply\"\ncoolant = \"pg25\"\nsupply_temperature = \"40 degC\"\nflow = \"100 L/min\"\n"
        };
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let text = format!(
            "source = \"bench for a part\"\n[domain]\nsize = [\"100 m\", \"100 m\", \"100 m\"]\n\
             [[part]]\nname = \"part\"\nfile = '{name}'\nconnect = {{ {} }}\n{supply}",
            connect.join(", ")
        );
        let bench = path.with_file_name(format!("(bench for {name})"));
        let mut loaded = Scene::load_text(&bench, text, settings);
        if let (Some(scene), Some(title)) = (&mut loaded.scene, title) {
            scene.title = title;
        }
        let own = |diagnostic: &super::Diagnostic| !diagnostic.file().contains("(bench for ");
        loaded.without_source = loaded.without_source.filtered(own);
        loaded
    }

    /// Reads a scene, or a part on its own where the file has an `[envelope]` and no `[domain]`.
    #[must_use]
    pub fn load_scene_or_part(path: &Path, settings: &[String]) -> Loaded {
        let is_part = read_text(path).is_ok_and(|text| {
            let log = Log::default();
            let file = log.add_file("", text.clone());
            let document = parse(&text, file, &log);
            log.is_empty() && document.get("envelope").is_some() && document.get("domain").is_none()
        });
        if is_part { Scene::load_part(path, settings) } else { Scene::load_all(path, settings) }
    }
}

impl Loaded {
    fn into_result(self) -> Result<Scene, Diagnostics> {
        self.scene.ok_or(self.mistakes)
    }
}

fn title_and_ports(text: &str) -> (Option<String>, Vec<String>) {
    let log = Log::default();
    let file = log.add_file("", text.to_owned());
    let document = parse(text, file, &log);
    let title = match document.get("title").map(|node| &node.content) {
        Some(Content::Text(title)) => Some(title.clone()),
        _ => None,
    };
    let Some(Content::List(list)) = document.get("port").map(|node| &node.content) else {
        return (title, Vec::new());
    };
    let names = list.iter().filter_map(|node| match &node.content {
        Content::Table(table) => match table.get("name").map(|node| &node.content) {
            Some(Content::Text(name)) if super::names::is_name(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    (title, names)
}

/// The scene of a document; mistakes go to the log, and the result counts only if there are none.
fn build(path: &Path, document: &Table, settings: &[String], log: &Log) -> Option<Scene> {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let top =
        document.entries.first().map_or(Place { start: 0, end: 0, ..document.place }, |(key, _)| key.place);
    if document.get("envelope").is_some() && document.get("domain").is_none() {
        let mistake =
            Mistake::new("racktherm::part_only", "this file is a part, not a scene: it has [envelope]");
        let help = "name it in a [[part]] of a scene; 'racktherm check' reads parts on their own";
        log.add(mistake.at(top, "no [domain]").help(help));
        return None;
    }
    let overrides = Overrides::new(settings, log);
    let mut document = document.clone();
    overrides.apply_to_top(&mut document);
    let scope = Rc::new(scene_scope(&document, &overrides, log));
    let mut expander = Expander::new(log, &overrides);
    let directory = path.parent().unwrap_or(Path::new(""));
    expander.scene(&document, &scope, directory, path);
    let expansion = expander.expansion;
    let scene = empty_scene(&name, &document, &scope, &overrides, log);
    let mut builder = Builder::new(log, &overrides, &expansion, scene);
    let sized = read_singles(&mut builder, &document, &scope, top);
    builder.read_items();
    builder.read_fill(&document, &scope);
    read_rear_door(&mut builder, &document, &scope);
    for (name, place) in &expansion.connects {
        let known = expansion.names.get(name).is_some_and(|&index| expansion.items[index].kind == Kind::Loop);
        if !known {
            builder.unknown_loop(name, *place, "this connection");
        }
    }
    read_limits(&mut builder);
    read_budgets(&mut builder);
    settle_loops(&mut builder);
    check(&mut builder, sized);
    let paths = |kind: Kind| {
        let declared = expansion.declared.iter().filter(|(_, known)| **known == kind);
        declared.map(|(path, _)| path.as_str()).collect::<Vec<_>>()
    };
    overrides.report_unused(&paths, log);
    Some(builder.scene)
}

/// The scene's own scope: its parameters with preset and settings.
fn scene_scope(document: &Table, overrides: &Overrides, log: &Log) -> Scope {
    let mut preset = None;
    let mut settings = Vec::new();
    for (key, node) in overrides.parameters() {
        match (&key.name[..], &node.content) {
            ("preset", Content::Text(name)) => preset = Some((name.clone(), node.place)),
            ("preset" | "source" | "status", _) => {
                let mistake =
                    Mistake::new("racktherm::bad_setting", format!("--set: '{}' cannot be this", key.name));
                log.add(mistake.at(node.place, "expected the name of a preset"));
            }
            _ => settings.push((key, node)),
        }
    }
    let layout = layout_origin(document, log);
    let resolved = resolve(document, &settings, Vec::new(), preset.as_ref(), layout.as_ref(), log);
    Scope {
        parameters: resolved.parameters,
        parameter_origins: resolved.origins,
        faulty: resolved.faulty,
        layout,
        ..Scope::default()
    }
}
