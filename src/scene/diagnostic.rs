//! Mistakes of a scene: what is wrong, where, and what to do about it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceSpan};

/// A piece of a file: index of the file, first byte and the byte after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// One mistake, with the text it stands in.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Kind of mistake, such as `racktherm::wrong_unit`.
    pub code: &'static str,
    /// What is wrong, with the numbers.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    file: Option<Arc<NamedSource<String>>>,
    labels: Vec<LabeledSpan>,
}

impl Diagnostic {
    /// Name of the file as it was opened; empty where the mistake lies in none.
    #[must_use]
    pub fn file(&self) -> &str {
        self.file.as_ref().map_or("", |file| file.name())
    }

    /// Line of the underlined text, counted from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        let offset = self.labels.first()?.offset();
        let text = self.file.as_ref()?.inner();
        Some(1 + text.as_bytes().iter().take(offset).filter(|&&byte| byte == b'\n').count())
    }

    /// The underlined text.
    #[must_use]
    pub fn underlined(&self) -> &str {
        let (Some(file), Some(label)) = (&self.file, self.labels.first()) else { return "" };
        file.inner().get(label.offset()..label.offset() + label.len()).unwrap_or("")
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Diagnostic {}

impl miette::Diagnostic for Diagnostic {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.file.as_ref().map(|file| file as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// All mistakes of a scene, in the order in which they were found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// The mistakes one by one.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// Number of mistakes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one has this code.
    pub(super) fn have(&self, code: &str) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.code == code)
    }

    /// Those that a condition picks.
    pub(super) fn filtered(self, keep: impl Fn(&Diagnostic) -> bool) -> Self {
        Self(self.0.into_iter().filter(keep).collect())
    }

    /// Text for a person: each mistake with its lines of the file. `colour` for terminals that show it.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(110).with_context_lines(1);
        let mut text = String::new();
        for diagnostic in &self.0 {
            // Writing to a string cannot fail; a mistake that the handler cannot draw is still told in words.
            if handler.render_report(&mut text, diagnostic).is_err() {
                text.push_str(&diagnostic.message);
            }
            text.push('\n');
        }
        text
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// A mistake about to be logged.
pub(super) struct Mistake {
    code: &'static str,
    message: String,
    help: Option<String>,
    labels: Vec<(Place, String)>,
}

impl Mistake {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, labels: Vec::new() }
    }

    /// Underlines a place, with words beside it; the first one is where the mistake is.
    pub(super) fn at(mut self, place: Place, label: impl Into<String>) -> Self {
        self.labels.push((place, label.into()));
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The remedy "did you mean", from what is known.
    pub(super) fn nearest<'a>(self, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        if let Some(near) = nearest(name, known.iter().copied()) {
            return self.help(format!("did you mean '{near}'?"));
        }
        match known.len() {
            0 => self.help("nothing is there that could be named here: add it, or leave this out"),
            1..=24 => self.help(format!("known here: {}", known.join(", "))),
            more => self.help(format!("known here: {}, … ({more} in all)", known[..12].join(", "))),
        }
    }
}

/// The candidate nearest in spelling, if near enough to be a slip.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // The distance is quadratic in the length, and texts of any length arrive here.
    if name.len() > 80 {
        return None;
    }
    let lower = name.to_lowercase();
    let allowed = (lower.chars().count() / 2).clamp(1, 3);
    known
        .filter(|candidate| candidate.len() <= 80)
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Where mistakes gather, with the texts they refer to.
#[derive(Default)]
pub(super) struct Log {
    inner: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    files: Vec<Arc<NamedSource<String>>>,
    found: Vec<(Diagnostic, usize)>,
    seen: HashMap<(&'static str, Vec<Place>), usize>,
    unsourced: Vec<Diagnostic>,
}

impl Log {
    /// A log whose places refer to texts that another one read.
    pub(super) fn of_files(files: Vec<Arc<NamedSource<String>>>) -> Self {
        Self { inner: RefCell::new(Inner { files, ..Inner::default() }) }
    }

    /// The texts that places refer to.
    pub(super) fn files(&self) -> Vec<Arc<NamedSource<String>>> {
        self.inner.borrow().files.clone()
    }

    /// Keeps a text, and gives the number under which places refer to it.
    pub(super) fn add_file(&self, name: &str, text: String) -> usize {
        let mut inner = self.inner.borrow_mut();
        inner.files.push(Arc::new(NamedSource::new(name, text)));
        inner.files.len() - 1
    }

    /// Adds a mistake; the same one at the same place (a part used many times) is only counted.
    pub(super) fn add(&self, mistake: Mistake) {
        let mut inner = self.inner.borrow_mut();
        let key = (mistake.code, mistake.labels.iter().map(|(place, _)| *place).collect::<Vec<_>>());
        if !key.1.is_empty()
            && let Some(&first) = inner.seen.get(&key)
        {
            if inner.found[first].0.message != mistake.message {
                inner.found[first].1 += 1;
            }
            return;
        }
        let index = inner.found.len();
        inner.seen.insert(key, index);
        let diagnostic = inner.diagnostic(mistake);
        inner.found.push((diagnostic, 0));
    }

    /// Notes a value that has no source.
    pub(super) fn add_unsourced(&self, place: Place, what: &str) {
        let mistake = Mistake::new("racktherm::no_source", format!("'{what}' has no source"))
            .at(place, "where is this number from?")
            .help("add source = \"…\" and status = \"…\" to its table, or { value = …, source = …, status = … }");
        let mut inner = self.inner.borrow_mut();
        let diagnostic = inner.diagnostic(mistake);
        inner.unsourced.push(diagnostic);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.inner.borrow().found.is_empty()
    }

    /// `file:line` of a place, for messages that point into a second file.
    pub(super) fn position(&self, place: Place) -> String {
        let inner = self.inner.borrow();
        inner.files.get(place.file).map_or_else(String::new, |file| {
            let lines = file.inner().as_bytes().iter().take(place.start).filter(|&&b| b == b'\n').count();
            format!("{}:{}", file.name(), lines + 1)
        })
    }

    /// The mistakes, and the values without a source.
    pub(super) fn finish(self) -> (Diagnostics, Diagnostics) {
        let inner = self.inner.into_inner();
        let found = inner.found.into_iter().map(|(mut diagnostic, again)| {
            if again > 0 {
                let times = if again == 1 { "once".to_owned() } else { format!("{again} times") };
                diagnostic.message.push_str(&format!(" (and {times} more, from the same lines)"));
            }
            diagnostic
        });
        let mut seen = std::collections::HashSet::new();
        let unsourced = inner.unsourced.into_iter().filter(|diagnostic| {
            let offset = diagnostic.labels.first().map(LabeledSpan::offset);
            seen.insert((diagnostic.file().to_owned(), offset))
        });
        (Diagnostics(found.collect()), Diagnostics(unsourced.collect()))
    }
}

impl Inner {
    fn diagnostic(&self, mistake: Mistake) -> Diagnostic {
        let first = mistake.labels.first().map(|(place, _)| place.file);
        let file = first.and_then(|file| self.files.get(file)).cloned();
        let length = file.as_ref().map_or(0, |file| file.inner().len());
        let labels = mistake
            .labels
            .into_iter()
            // A label can only be drawn in the text of the first one.
            .filter(|(place, _)| Some(place.file) == first)
            .map(|(place, label)| {
                let start = place.start.min(length);
                let span = SourceSpan::from((start, place.end.clamp(start, length) - start));
                LabeledSpan::new_with_span(Some(label), span)
            })
            .collect();
        Diagnostic { code: mistake.code, message: mistake.message, help: mistake.help, file, labels }
    }
}
