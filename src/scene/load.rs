//! From a file to a validated scene: read, unroll, evaluate, check; all mistakes at once.

use std::path::Path;
use std::rc::Rc;

use super::Scene;
use super::check::check;
use super::diagnostic::{Diagnostics, Log, Mistake, Place};
use super::expand::{Expander, read_text};
use super::fault::Places;
use super::fields::layout_origin;
use super::file::{Content, Table, parse};
use super::kind::Kind;
use super::overrides::Overrides;
use super::read::{
    Builder, empty_scene, read_budgets, read_controllers, read_events, read_limits, read_plant,
    read_rear_door, read_singles, read_throttles, read_traces, read_transient, settle_loops,
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
    /// Where its items stand, for what later stages refuse.
    pub places: Places,
    /// Whether it is a part on its own, in a domain that gives it neither air nor coolant.
    pub is_part: bool,
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
            Err(reason) => Loaded::unreadable(path, &reason),
        }
    }

    /// Reads and validates the text of a scene; `path` names it and tells where its parts are looked for.
    ///
    /// # Errors
    /// As [`Scene::load`].
    pub fn from_text(path: &Path, text: String, settings: &[String]) -> Result<Scene, Diagnostics> {
        Scene::load_text(path, text, settings).into_result()
    }

    /// As [`Scene::load_all`], from a text.
    #[must_use]
    pub fn load_text(path: &Path, text: String, settings: &[String]) -> Loaded {
        let log = Log::default();
        let file = log.add_file(&path.display().to_string(), text.clone());
        let document = parse(&text, file, &log);
        // After a syntax error, tables may have been lost: what is said about the rest would mislead.
        let built = if log.is_empty() { build(path, &document, settings, &log) } else { None };
        let (scene, places) = built.filter(|_| log.is_empty()).unzip();
        let places = places.unwrap_or_default().within(log.files());
        let (mistakes, without_source) = log.finish();
        Loaded { scene, mistakes, without_source, places, is_part: false }
    }

    /// Reads a scene, or a part where the file has an `[envelope]` and no `[domain]`: one instance, held as `part` in
    /// a domain of its own, with its ports connected. A scene is read once, so that it may come through a pipe.
    #[must_use]
    pub fn load_scene_or_part(path: &Path, settings: &[String]) -> Loaded {
        match read_text(path) {
            Ok(text) if is_part(&text) => on_a_bench(path, &text, settings),
            Ok(text) => Scene::load_text(path, text, settings),
            Err(reason) => Loaded::unreadable(path, &reason),
        }
    }
}

impl Loaded {
    fn into_result(self) -> Result<Scene, Diagnostics> {
        self.scene.ok_or(self.mistakes)
    }

    /// Nothing but one mistake that lies in no text.
    fn refused(mistake: Mistake) -> Self {
        let log = Log::default();
        log.add(mistake);
        let (mistakes, without_source) = log.finish();
        Loaded { scene: None, mistakes, without_source, places: Places::default(), is_part: false }
    }

    fn unreadable(path: &Path, reason: &str) -> Self {
        let message = format!("scene \"{}\" cannot be read: {reason}", path.display());
        Self::refused(Mistake::new("racktherm::missing_file", message).help(remedy(reason)))
    }
}

/// What to do about a file that cannot be read.
pub(super) fn remedy(reason: &str) -> &'static str {
    if reason.contains("UTF-8") { "save it as UTF-8 text" } else { "check the path" }
}

/// The scene of a text whatever its mistakes, and these: for tests of what a run over time reads.
#[cfg(test)]
pub(super) fn despite_mistakes(text: &str) -> (Scene, Diagnostics) {
    let log = Log::default();
    let file = log.add_file("scene.toml", text.to_owned());
    let document = parse(text, file, &log);
    let (scene, _) = build(Path::new("scenes/scene.toml"), &document, &[], &log).expect("a scene");
    (scene, log.finish().0)
}

fn is_part(text: &str) -> bool {
    let log = Log::default();
    let file = log.add_file("", text.to_owned());
    let document = parse(text, file, &log);
    log.is_empty() && document.get("envelope").is_some() && document.get("domain").is_none()
}

/// A part file as the only content of a scene, with a supply at its ports and air that can follow whatever fan it has.
fn on_a_bench(path: &Path, text: &str, settings: &[String]) -> Loaded {
    if !path.is_file() {
        // The bench names the file, and a pipe gives its text only once.
        let message = format!("\"{}\" is a part that comes through a pipe", path.display());
        let mistake = Mistake::new("racktherm::not_a_file", message);
        return Loaded::refused(
            mistake.help("save it as a file; scenes, not parts, may come through a pipe"),
        );
    }
    let (title, ports) = title_and_ports(text);
    let connect: Vec<String> = ports.iter().map(|port| format!("\"{port}\" = \"supply\"")).collect();
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let bench = path.with_file_name(format!("(bench for {name})"));
    let load = |distribution: &str| {
        let supply = if ports.is_empty() {
            String::new()
        } else {
            format!(
                "[[loop]]\nname = \"supply\"\ncoolant = \"pg25\"\nsupply_temperature = \"40 degC\"\n\
                 flow = \"100 L/min\"\ndistribution = \"{distribution}\"\n"
            )
        };
        let text = format!(
            "source = \"bench for a part\"\n[domain]\nsize = [\"100 m\", \"100 m\", \"100 m\"]\n\
             [air]\nfield = \"momentum\"\n\
             [[part]]\nname = \"part\"\nfile = '{name}'\nconnect = {{ {} }}\n{supply}",
            connect.join(", ")
        );
        Scene::load_text(&bench, text, settings)
    };
    let mut loaded = load("by_weight");
    // Some parts are for loops whose flow follows from pressures, others do not give any.
    if loaded.mistakes.have("racktherm::needs_pressures") {
        loaded = load("by_pressure");
    }
    if let (Some(scene), Some(title)) = (&mut loaded.scene, title) {
        scene.title = title;
    }
    let own = |diagnostic: &super::Diagnostic| !diagnostic.file().contains("(bench for ");
    loaded.without_source = loaded.without_source.filtered(own);
    loaded.is_part = true;
    loaded
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

/// The scene of a document and where its items stand; mistakes go to the log, and the result counts only if there
/// are none.
fn build(path: &Path, document: &Table, settings: &[String], log: &Log) -> Option<(Scene, Places)> {
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
    read_plant(&mut builder, &document, &scope, directory);
    read_transient(&mut builder, &document, &scope);
    for connection in &expansion.connects {
        builder.joined_to(connection, "this connection");
    }
    read_limits(&mut builder);
    read_budgets(&mut builder);
    settle_loops(&mut builder);
    read_traces(&mut builder, &document, &scope, directory);
    read_controllers(&mut builder);
    read_throttles(&mut builder);
    read_events(&mut builder);
    check(&mut builder, sized);
    needs_transient(&document, &expansion, log);
    let paths = |kind: Kind| {
        let declared = expansion.declared.iter().filter(|(_, known)| **known == kind);
        declared.map(|(path, _)| path.as_str()).collect::<Vec<_>>()
    };
    overrides.report_unused(&paths, log);
    Some((builder.scene, Places::new(&document, &expansion)))
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

/// Logs the first table that only a run over time can follow, where the scene asks for none; after everything else.
fn needs_transient(document: &Table, expansion: &super::expand::Expansion, log: &Log) {
    let over_time = |kind: Kind| matches!(kind, Kind::Controller | Kind::Throttle | Kind::Event);
    let Some(item) = expansion.items.iter().find(|item| over_time(item.kind)) else { return };
    if !log.is_empty() || document.get("transient").is_some() {
        return;
    }
    let message = format!("{} '{}' acts over time and needs [transient]", item.kind.name(), item.path);
    let mistake =
        Mistake::new("racktherm::needs_transient", message).at(item.place, "nothing runs over time here");
    log.add(mistake.help("add [transient], or leave it out: a steady run cannot follow it"));
}
