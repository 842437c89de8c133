//! Reading a configuration.

use super::{
    Config,
    check::{self, Finding},
    problem::{ConfigError, Problem, nearest},
    show::Origins,
    source::{Index, Source},
};
use serde::Deserialize;
use std::{ops::Range, path::Path};
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// A configuration, and where it comes from.
#[derive(Debug)]
pub struct Loaded {
    /// What it says, with paths relative to its file made whole.
    pub config: Config,
    /// Where each value comes from.
    pub origins: Origins,
    /// What is allowed, and is perhaps not what was meant.
    pub notes: Vec<Problem>,
}

/// Reads a file, with the variables of this process over it.
///
/// # Errors
///
/// [`ConfigError`]: all that is wrong, each with its place.
pub fn load(path: impl AsRef<Path>) -> Result<Loaded, ConfigError> {
    let path = path.as_ref();
    let unreadable = |source| ConfigError::Unreadable { path: path.into(), source };
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let name = path.display().to_string();
    let text = String::from_utf8(bytes).map_err(|error| {
        let upto = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes().get(..upto).unwrap_or_default());
        let source = Source::new(&name, &text, []);
        let end = text.len();
        ConfigError::Invalid(vec![source.problem("this is no UTF-8".into(), end..end, None)])
    })?;
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut loaded = parse(&name, &text, variables)?;
    let folder = std::path::absolute(path).map_err(unreadable)?;
    loaded.config.anchor(folder.parent().unwrap_or(Path::new("/")));
    Ok(loaded)
}

/// The same for a text and given variables. Relative paths stay as they are.
///
/// # Errors
///
/// [`ConfigError::Invalid`]: all that is wrong, each with its place.
pub fn parse(
    name: &str,
    text: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Loaded, ConfigError> {
    let source = Source::new(name, text, variables);
    let mut table = source.read().map_err(ConfigError::Invalid)?;
    let index = Source::index(&table);
    let mut problems = Vec::new();
    let config = loop {
        match Config::deserialize(Deserializer::from(table.clone())) {
            Ok(config) => break Some(config),
            Err(error) => {
                let at = error.span().unwrap_or(0..0);
                problems.push(typed(&source, error.message(), at.clone()));
                // An unknown name does not hide what else is wrong.
                let unknown = error.message().starts_with("unknown field");
                if !unknown || problems.len() > 50 || !remove(&mut table, &at) {
                    break None;
                }
            }
        }
    };
    let mut notes = Vec::new();
    if let Some(config) = &config {
        for finding in check::check(config) {
            let list = if finding.note { &mut notes } else { &mut problems };
            list.push(place(&source, &index, finding));
        }
    }
    problems.sort_by_key(Problem::place);
    match config {
        Some(config) if problems.is_empty() => {
            Ok(Loaded { origins: Origins::new(&source, &index, &config), config, notes })
        }
        _ => Err(ConfigError::Invalid(problems)),
    }
}

/// What a parser of values says, without the value.
fn typed(source: &Source, message: &str, at: Range<usize>) -> Problem {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let first = quoted.first().copied().unwrap_or_default();
    let known = || quoted.iter().skip(1).copied();
    let expected =
        message.rsplit_once("expected ").map(|(_, what)| format!("expected {}", kind(what)));
    let (message, help) = if message.starts_with("unknown field") {
        (format!("there is no `{first}` here"), nearest(first, known()))
    } else if message.starts_with("unknown variant") {
        ("this is none of the words that may stand here".into(), nearest(first, known()))
    } else if message.starts_with("missing field") {
        (format!("`{first}` is missing"), None)
    } else if message.starts_with("invalid type") {
        ("this is a value of another kind".into(), expected)
    } else if message.starts_with("invalid value") || message.starts_with("invalid length") {
        ("this value cannot stand here".into(), expected)
    } else if message.contains(['"', '`']) {
        // Whatever it is, it may quote the value.
        ("this value cannot stand here".into(), None)
    } else {
        (format!("this cannot be read: {message}"), None)
    };
    source.problem(message, at, help)
}

/// A type of ours in words.
fn kind(expected: &str) -> &str {
    match expected {
        "usize" | "u64" | "u32" => "a whole number, 0 or more",
        "i64" => "a whole number",
        "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list: [ … ]",
        other if other.starts_with("struct") || other == "a map" => "a table",
        other => other,
    }
}

/// Takes the entry away whose name is here.
fn remove(table: &mut Spanned<DeTable<'_>>, at: &Range<usize>) -> bool {
    remove_from(table.get_mut(), at)
}

fn remove_from(table: &mut DeTable<'_>, at: &Range<usize>) -> bool {
    let found = table.keys().find(|name| name.span() == *at).map(|name| name.get_ref().to_string());
    match found {
        Some(name) => table.remove(name.as_str()).is_some(),
        None => table.iter_mut().any(|(_, value)| remove_within(value.get_mut(), at)),
    }
}

fn remove_within(value: &mut DeValue<'_>, at: &Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => remove_from(table, at),
        DeValue::Array(items) => items.iter_mut().any(|item| remove_within(item.get_mut(), at)),
        _ => false,
    }
}

fn place(source: &Source, index: &Index, finding: Finding) -> Problem {
    let spot = index.find(&finding.path);
    let at = if finding.name { spot.name } else { spot.value };
    source.problem(finding.message, at, finding.help)
}
