//! Validators with their keys, from files.

use crate::error::{Error, Result};
use serde_json::Value;

pub(crate) use prover::validators::{G1, G2, Listed, Validator, aggregate, number};

/// Reads a list of validators from the content of a file.
pub(crate) fn read(name: &str, value: &Value) -> Result<Listed> {
    prover::validators::read(value).map_err(|problem| Error::input(name, problem))
}
