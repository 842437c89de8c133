//! The beacon node of a command: the prover's, with the errors of commands.

pub(crate) use prover::BeaconNode;

use crate::{
    error::{Error, Result},
    rpc::endpoint,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A client for the node at `url`, which `--beacon` gives. Nothing is sent yet.
pub(crate) fn connect(url: &str) -> Result<BeaconNode> {
    BeaconNode::new(url).map_err(|error| endpoint("--beacon", error))
}

/// Reads a part of an answer.
pub(crate) fn read<T: DeserializeOwned>(value: &Value, what: &str) -> Result<T> {
    T::deserialize(value).map_err(|e| Error::input(format!("{what} of the beacon node"), e))
}
