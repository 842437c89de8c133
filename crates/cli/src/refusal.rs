//! From an error of the libraries to everything that is known about it.

use crate::error::{Error, Refusal};
use alloy_primitives::Bytes;
use bindings::{Decoded, Revert, revert::Fault};

/// The table of errors, in which both spellings of each stand.
const TABLE: &str = include_str!("../../../spec/errors.toml");

/// A refusal of `subject`.
pub(crate) fn refuse(subject: &str, error: impl Into<Revert>) -> Error {
    Error::from(describe(subject, &error.into()))
}

/// The same, from revert data; unknown data is shown as it is.
pub(crate) fn describe(subject: &str, revert: &Revert) -> Refusal {
    let decoded = Revert::decode(&revert.data);
    let name = |known: fn(&Decoded) -> String| decoded.as_ref().map_or_else(String::new, known);
    Refusal {
        subject: subject.to_owned(),
        clause: name(|known| known.clause.clone().unwrap_or_default()),
        rust: name(rust),
        solidity: decoded.as_ref().map_or_else(|| revert.data.to_string(), solidity),
        fault: name(|known| known.fault.map_or("", fault).to_owned()),
        revert_data: revert.data.clone(),
    }
}

/// Revert data in words: the Solidity error with its arguments, and its clause.
pub(crate) fn words(data: &Bytes) -> String {
    match Revert::decode(data) {
        Some(decoded) => match &decoded.clause {
            Some(clause) => format!("{} ({clause})", solidity(&decoded)),
            None => solidity(&decoded),
        },
        None if data.is_empty() => "reverted without data".to_owned(),
        None => format!("unknown revert data {data}"),
    }
}

/// `Name(argument: value, …)`.
pub(crate) fn solidity(error: &Decoded) -> String {
    let arguments = error.arguments.iter().map(|(name, value)| format!("{name}: {value}"));
    format!("{}({})", error.name, arguments.collect::<Vec<_>>().join(", "))
}

/// `crate::module::Enum::Variant { argument: value, … }`.
pub(crate) fn rust(error: &Decoded) -> String {
    let Some(spelling) = spelling(&error.name) else { return String::new() };
    let Some((path, names)) = spelling.split_once(" {") else { return spelling.to_owned() };
    let names = names.trim_end_matches('}').split(',').map(str::trim);
    let values = error.arguments.iter().map(|(_, value)| value);
    let arguments = names.zip(values).map(|(name, value)| format!("{name}: {value}"));
    format!("{path} {{ {} }}", arguments.collect::<Vec<_>>().join(", "))
}

/// Who can act, in the table's words.
pub(crate) const fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::Prover => "prover: other bytes may be accepted",
        Fault::State => "state: the verifier's own state refuses",
        Fault::Caller => "caller: the arguments or the configuration are wrong",
    }
}

/// The Rust spelling of a Solidity error, if it has one.
fn spelling(solidity: &str) -> Option<&'static str> {
    let rows = TABLE.split("[[error]]").skip(1);
    let mut found = rows.filter(|row| {
        let signature = field(row, "solidity").and_then(|value| value.strip_prefix(solidity));
        signature.is_some_and(|rest| rest.starts_with('('))
    });
    field(found.next()?, "rust")
}

/// A string field of a row of the table.
fn field<'t>(row: &'t str, name: &str) -> Option<&'t str> {
    let line = row.lines().find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('='))?;
    line.trim().strip_prefix('"')?.strip_suffix('"')
}
