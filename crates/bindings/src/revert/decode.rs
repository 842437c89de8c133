//! From revert data to words a person can read.

use crate::table;
use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::{Revert as Reason, SolError};
use core::fmt;

/// Who can act on an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Whoever made the proof.
    Prover,
    /// Nobody but time: the verifier's own state refuses.
    State,
    /// Whoever chose the arguments or the configuration.
    Caller,
}

/// An error that a contract reverted with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Name of the error.
    pub name: String,
    /// Names and values of its arguments.
    pub arguments: Vec<(String, String)>,
    /// Clause of the specification that was violated, when there is one.
    pub clause: Option<String>,
    /// Who can act on it, when the specification says so.
    pub fault: Option<Fault>,
}

impl fmt::Display for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (place, (name, value)) in self.arguments.iter().enumerate() {
            write!(f, "{}{name}: {value}", if place == 0 { " { " } else { ", " })?;
        }
        if !self.arguments.is_empty() {
            f.write_str(" }")?;
        }
        match &self.clause {
            Some(clause) => write!(f, " ({clause})"),
            None => Ok(()),
        }
    }
}

pub(super) fn decode(data: &[u8]) -> Option<Decoded> {
    if let Ok(Reason { reason }) = Reason::abi_decode(data) {
        let arguments = vec![("reason".into(), reason)];
        return Some(Decoded { name: "Error".into(), arguments, clause: None, fault: None });
    }
    let (selector, body) = data.split_at_checked(4)?;
    let row = table::rows().find(|row| row.selector() == selector)?;
    if body.len() != 32 * row.arguments.len() {
        return None;
    }
    let words = body.chunks_exact(32).map(B256::from_slice);
    let values = row.arguments.iter().zip(words);
    let arguments = values.map(|((kind, name), word)| (name.clone(), value(kind, word))).collect();
    let fault = row.fault.as_deref().and_then(fault);
    Some(Decoded { name: row.name, arguments, clause: row.clause, fault })
}

/// A word as a value of its type.
fn value(kind: &str, word: B256) -> String {
    match kind {
        "address" => Address::from_word(word).to_string(),
        kind if kind.starts_with("uint") => U256::from_be_bytes(word.0).to_string(),
        "bytes4" => alloy_primitives::hex::encode_prefixed(&word[..4]),
        _ => word.to_string(),
    }
}

fn fault(name: &str) -> Option<Fault> {
    match name {
        "prover" => Some(Fault::Prover),
        "state" => Some(Fault::State),
        "caller" => Some(Fault::Caller),
        _ => None,
    }
}
