//! Where each value of a configuration stands: a file, and variables of the environment that are laid over it.

use super::{
    mask::{mask, mask_value},
    problem::{Problem, nearest},
};
use std::{borrow::Cow, collections::BTreeMap, ops::Range};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

/// What variables are named: `HELIOGRAPH_CHAINS__A__RPC__QUORUM`.
const PREFIX: &str = "HELIOGRAPH_";

/// Between the parts of a variable's name.
const SEPARATOR: &str = "__";

/// The sections of a configuration.
pub(super) const SECTIONS: &[&str] =
    &["api", "attest", "attestors", "chains", "clients", "lanes", "roles", "store", "telemetry"];

/// Names and places of a value, from the outside: `["chains", "a", "id"]`, `["lanes", "0"]`.
pub(super) type Path = Vec<String>;

/// A file and the variables that are laid over it, in one text; positions are positions in that.
#[derive(Debug)]
pub(super) struct Source {
    text: String,
    parts: Vec<Part>,
}

/// A part of the text.
#[derive(Debug)]
struct Part {
    /// Name of the file or of the variable.
    name: String,
    /// Whether it is a variable.
    variable: bool,
    range: Range<usize>,
}

/// Where the values are.
#[derive(Debug, Default)]
pub(super) struct Index(BTreeMap<Path, Spot>);

/// Where a value is, and its name.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The file, and the line in it.
    File {
        /// The file's name.
        name: String,
        /// The line, from 1 on.
        line: usize,
    },
    /// A variable of the environment.
    Variable(String),
    /// Nothing was said: it is what it is by default.
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { name, line } => write!(f, "{name}:{line}"),
            Self::Variable(name) => write!(f, "${name}"),
            Self::Default => f.write_str("default"),
        }
    }
}

impl Source {
    /// The file and those of the variables that are laid over it. Others that only begin alike are left alone.
    pub(super) fn new(
        name: &str,
        file: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Self {
        let mut text = file.to_owned();
        let mut parts = vec![Part { name: name.to_owned(), variable: false, range: 0..text.len() }];
        let mut ours: Vec<_> = variables.into_iter().filter(|(name, _)| is_ours(name)).collect();
        ours.sort();
        for (name, value) in ours {
            text.push('\n');
            let start = text.len();
            text.push_str(&value);
            parts.push(Part { name, variable: true, range: start..text.len() });
        }
        Self { text, parts }
    }

    /// All values, those of variables over those of the file.
    ///
    /// # Errors
    ///
    /// The file is no TOML, or variables cannot be laid over it.
    pub(super) fn read(&self) -> Result<Spanned<DeTable<'_>>, Vec<Problem>> {
        let Some((file, variables)) = self.parts.split_first() else { return Err(Vec::new()) };
        let text = self.text.get(file.range.clone()).unwrap_or_default();
        let mut table = DeTable::parse(text).map_err(|error| {
            let at = error.span().unwrap_or(0..0);
            vec![self.problem(error.message().to_owned(), at, Some("this is no TOML".into()))]
        })?;
        let problems: Vec<_> =
            variables.iter().filter_map(|variable| self.lay(variable, table.get_mut())).collect();
        if problems.is_empty() { Ok(table) } else { Err(problems) }
    }

    /// Lays a variable over what there is, or says why it cannot.
    fn lay<'t>(&'t self, variable: &'t Part, table: &mut DeTable<'t>) -> Option<Problem> {
        let at = variable.range.clone();
        let refuse = |message: String, help: Option<String>| {
            Some(self.problem(message, variable.range.clone(), help))
        };
        let names: Vec<&str> =
            variable.name.strip_prefix(PREFIX).unwrap_or_default().split(SEPARATOR).collect();
        if names.iter().any(|name| name.is_empty()) {
            return refuse(format!("{} has an empty part", variable.name), None);
        }
        let first = names.first().map(|name| alike(name)).unwrap_or_default();
        if !SECTIONS.contains(&first.as_str()) {
            let help = nearest(&first, SECTIONS.iter().copied());
            return refuse(format!("there is no section `{first}`"), help);
        }
        let text = self.text.get(at.clone()).unwrap_or_default();
        let mut root = Spanned::new(0..0, DeValue::Table(std::mem::take(table)));
        let place = names.iter().try_fold(&mut root, |within, name| step(within, name, &at));
        let failed = place.map(|place| *place = value(text, place.get_ref(), &at)).err();
        if let DeValue::Table(inner) = root.into_inner() {
            *table = inner;
        }
        failed.and_then(|message| refuse(message, None))
    }

    /// Where everything in the table is.
    pub(super) fn index(table: &Spanned<DeTable<'_>>) -> Index {
        let mut index = Index::default();
        index.0.insert(Vec::new(), Spot { name: 0..0, value: 0..0 });
        index.enter(&mut Vec::new(), table.get_ref());
        index
    }

    /// A problem at a position.
    pub(super) fn problem(
        &self,
        message: String,
        at: Range<usize>,
        help: Option<String>,
    ) -> Problem {
        let (part, start) = self.part(at.start);
        let text = self.text.get(part.range.clone()).unwrap_or_default();
        let shown = if part.variable {
            let key = part.name.rsplit(SEPARATOR).find(|name| name.parse::<usize>().is_err());
            mask_value(&alike(key.unwrap_or_default()), text)
        } else {
            mask(text)
        };
        let length = at.end.saturating_sub(at.start);
        Problem::new(&part.name, (text, shown), message, start..start + length, help)
    }

    /// Where the value at a position comes from.
    pub(super) fn origin(&self, at: usize) -> Origin {
        let (part, start) = self.part(at);
        if part.variable {
            return Origin::Variable(part.name.clone());
        }
        let before = self.text.as_bytes().get(..start).unwrap_or_default();
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        Origin::File { name: part.name.clone(), line }
    }

    /// The part that a position is in, and the position in it.
    fn part(&self, at: usize) -> (&Part, usize) {
        let mut found = &self.parts[0];
        for part in &self.parts {
            if part.range.start <= at {
                found = part;
            }
        }
        (found, at.min(found.range.end).saturating_sub(found.range.start))
    }
}

impl Index {
    fn enter(&mut self, path: &mut Path, table: &DeTable<'_>) {
        for (name, value) in table {
            path.push(name.get_ref().to_string());
            self.put(path, name.span(), value);
            path.pop();
        }
    }

    fn put(&mut self, path: &mut Path, name: Range<usize>, value: &Spanned<DeValue<'_>>) {
        self.0.insert(path.clone(), Spot { name, value: value.span() });
        match value.get_ref() {
            DeValue::Table(table) => self.enter(path, table),
            DeValue::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    path.push(at.to_string());
                    self.put(path, item.span(), item);
                    path.pop();
                }
            }
            _ => {}
        }
    }

    /// Where this is; where it is absent, what would hold it.
    pub(super) fn find(&self, path: &[String]) -> Spot {
        let mut path = path;
        loop {
            if let Some(spot) = self.0.get(path) {
                return spot.clone();
            }
            let Some((_, shorter)) = path.split_last() else {
                return Spot { name: 0..0, value: 0..0 };
            };
            path = shorter;
        }
    }

    /// Where exactly this is.
    pub(super) fn get(&self, path: &[String]) -> Option<&Spot> {
        self.0.get(path)
    }
}

/// Whether a variable belongs to the configuration: it names a section, or has parts.
fn is_ours(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .is_some_and(|rest| rest.contains(SEPARATOR) || SECTIONS.contains(&alike(rest).as_str()))
}

/// A name as variables spell it: without case, `-` as `_`.
fn alike(name: &str) -> String {
    name.to_ascii_lowercase().replace('-', "_")
}

/// One part of a variable's name further in; what is absent is made.
fn step<'v, 't>(
    within: &'v mut Spanned<DeValue<'t>>,
    name: &str,
    at: &Range<usize>,
) -> Result<&'v mut Spanned<DeValue<'t>>, String> {
    let wanted = alike(name);
    match within.get_mut() {
        DeValue::Table(table) => {
            let keys = table.keys().map(|key| key.get_ref().to_string());
            let mut matching = keys.filter(|key| alike(key) == wanted);
            let key = matching.next();
            if let (Some(one), Some(other)) = (&key, matching.next()) {
                return Err(format!("`{name}` may be `{one}` or `{other}`"));
            }
            drop(matching);
            let key = key.unwrap_or_else(|| {
                let new = Spanned::new(at.clone(), Cow::Owned(wanted.clone()));
                table.insert(new, Spanned::new(at.clone(), DeValue::Table(DeTable::new())));
                wanted
            });
            table.get_mut(key.as_str()).ok_or_else(|| format!("there is no `{key}`"))
        }
        DeValue::Array(items) => {
            let count = items.len();
            let place = name.parse::<usize>().ok();
            place
                .and_then(|place| items.get_mut(place))
                .ok_or_else(|| format!("`{name}` is none of the {count} elements, from 0 on"))
        }
        _ => Err(format!("`{name}` cannot be within a value")),
    }
}

/// What a variable holds: TOML where it is such, otherwise a string.
fn value<'t>(text: &'t str, before: &DeValue<'_>, at: &Range<usize>) -> Spanned<DeValue<'t>> {
    let string = || Spanned::new(at.clone(), DeValue::String(Cow::Borrowed(text)));
    let Ok(mut parsed) = DeValue::parse(text) else { return string() };
    match parsed.get_ref() {
        // Digits that stand where a string was are that string, and a hash is no number.
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) if before.is_str() => {
            string()
        }
        DeValue::Integer(number) if !is_decimal(number) => string(),
        DeValue::Datetime(_) => string(),
        _ => {
            shift(&mut parsed, at.start);
            parsed
        }
    }
}

fn is_decimal(number: &DeInteger<'_>) -> bool {
    number.radix() == 10
}

/// Moves all positions in a value.
fn shift(value: &mut Spanned<DeValue<'_>>, by: usize) {
    let moved = |span: Range<usize>| span.start + by..span.end + by;
    let span = moved(value.span());
    let mut inner = std::mem::replace(value.get_mut(), DeValue::Boolean(false));
    match &mut inner {
        DeValue::Array(items) => items.iter_mut().for_each(|item| shift(item, by)),
        DeValue::Table(table) => {
            for (name, mut entry) in std::mem::take(table) {
                shift(&mut entry, by);
                table.insert(Spanned::new(moved(name.span()), name.into_inner()), entry);
            }
        }
        _ => {}
    }
    *value = Spanned::new(span, inner);
}
