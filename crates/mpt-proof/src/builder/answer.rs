//! What a node answers over JSON-RPC, with or without the response around it.

use super::{Error, Kind, OrderedTrie};
use alloy_primitives::B256;
use serde_json::Value;
use std::{
    fmt::Display,
    format,
    string::{String, ToString},
    vec::Vec,
};

/// The answer in `text`, out of the response around it if there is one.
pub(super) fn read(text: &str) -> Result<Value, Error> {
    let answer: Value = serde_json::from_str(text)
        .map_err(|error| Error::Json { line: error.line(), column: error.column() })?;
    let Value::Object(mut response) = answer else { return Ok(answer) };
    if let Some(error) = response.get("error").filter(|error| !error.is_null()) {
        return Err(problem(format!("the node answered an error: {error}")));
    }
    match response.remove("result") {
        Some(Value::Null) => Err(problem("the node answered null")),
        Some(result) => Ok(result),
        None => Ok(Value::Object(response)),
    }
}

/// The list in `text`: as it is, or in a block's field.
pub(super) fn list(text: &str, field: &str) -> Result<Vec<Value>, Error> {
    let list = match read(text)? {
        Value::Object(mut block) => block.remove(field).unwrap_or_default(),
        list => list,
    };
    let Value::Array(list) = list else {
        return Err(problem(format!("no list of {field}")));
    };
    Ok(list)
}

/// That the item's type is at most `known`. It is looked at first, since an unknown type has other
/// fields. A missing one is legacy.
pub(super) fn known_type(kind: Kind, place: u64, item: &Value, known: u64) -> Result<(), Error> {
    let Some(stated) = item.get("type").filter(|stated| !stated.is_null()) else { return Ok(()) };
    let digits = stated.as_str().and_then(|text| text.strip_prefix("0x"));
    let tx_type = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    match tx_type {
        None => Err(malformed(kind, place, &format_args!("its type is {stated}"))),
        Some(tx_type) if tx_type > known => Err(Error::UnknownType { kind, place, tx_type }),
        Some(_) => Ok(()),
    }
}

pub(super) fn problem(problem: impl Into<String>) -> Error {
    Error::Answer { problem: problem.into() }
}

pub(super) fn malformed(kind: Kind, place: u64, problem: &dyn Display) -> Error {
    Error::Malformed { kind, place, problem: problem.to_string() }
}

/// The trie of `values`, when it has the root that the block's header has.
pub(super) fn rooted<V: AsRef<[u8]>>(
    kind: Kind,
    values: impl IntoIterator<Item = V>,
    expected: &B256,
) -> Result<OrderedTrie, Error> {
    let trie = OrderedTrie::new(values)?;
    let (expected, got) = (*expected, trie.root());
    if got == expected { Ok(trie) } else { Err(Error::Root { kind, expected, got }) }
}
