//! `heliograph inspect`: what bytes are, without judging where they come from.

mod beacon;
mod bytes;
mod map;
mod proof;

use crate::{
    error::{Error, Result},
    file,
    output::{Answer, Fields},
    packed::Line,
    rpc,
};
use alloy_primitives::hex;
use clap::Args;
use serde_json::{Map, Value, json};
use std::{
    fmt::Display,
    path::{Path, PathBuf},
};

const EXAMPLES: &str = "\
Examples:
  heliograph inspect header.rlp
  heliograph inspect update.json
  heliograph inspect 0x00010000010114d8da6bf26964af9d7eed9e03e53415d37aa96045   (an ERC-7930 address)
  heliograph inspect 0x8d12c3a9…                                           (revert data)";

/// Show what is inside a file or a hex string, without judging it.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Inspect {
    /// A file (`-` reads standard input), or bytes in hexadecimal: a block header (of Ethereum or of a MAP
    /// relay chain), a receipt, a trie node, revert data, an ERC-7930 address, a packed update, a proof of an
    /// older block, a proof file, a block as a node answers, or a beacon API answer.
    #[arg(value_name = "FILE|HEX")]
    what: String,
}

/// Something recognised: its kind, and what it says.
#[derive(Debug)]
pub(crate) struct Found {
    kind: &'static str,
    fields: Vec<(String, Value)>,
}

impl Found {
    const fn new(kind: &'static str) -> Self {
        Self { kind, fields: Vec::new() }
    }

    fn add(&mut self, name: impl Display, value: impl Display) -> &mut Self {
        self.fields.push((name.to_string(), Value::String(value.to_string())));
        self
    }

    /// Adds lines under their own names, after a prefix.
    fn add_all(&mut self, prefix: &str, lines: Vec<Line>) {
        for (name, value) in lines {
            self.add(format_args!("{prefix}{name}"), value);
        }
    }

    fn text(&self) -> String {
        let mut fields = Fields::default();
        for (name, value) in &self.fields {
            fields.add(name, value.as_str().unwrap_or_default());
        }
        format!("{}\n{}", self.kind, fields.render(2))
    }

    fn json(&self) -> Value {
        let fields: Map<String, Value> = self.fields.iter().cloned().collect();
        json!({ "ok": true, "kind": self.kind, "fields": fields })
    }
}

/// Runs the command.
pub(crate) fn run(args: &Inspect) -> Result<Answer> {
    let path = PathBuf::from(&args.what);
    let found = if args.what == "-" || path.exists() {
        inspect_file(&args.what, &file::read(&path)?)?
    } else if args.what.starts_with("0x") {
        let bytes = hex::decode(&args.what).map_err(|e| Error::Usage(format!("FILE|HEX: {e}")))?;
        bytes::inspect("the argument", &bytes)?
    } else {
        // Reading it gives the system's own reason.
        inspect_file(&args.what, &file::read(&path)?)?
    };
    Ok(Answer { text: found.text(), json: found.json() })
}

/// Bytes of a file that holds them as they are, or as hexadecimal text.
pub(crate) fn bytes_of_file(path: &Path) -> Result<Vec<u8>> {
    let content = file::read(path)?;
    Ok(text_of(&content).and_then(hexadecimal).unwrap_or(content))
}

fn inspect_file(name: &str, content: &[u8]) -> Result<Found> {
    let Some(text) = text_of(content) else { return bytes::inspect(name, content) };
    if text.starts_with('{') {
        return if file::is_proof_file(text) {
            proof::inspect(name, text)
        } else if let Some(header) = block(text) {
            bytes::inspect(name, &header)
        } else {
            beacon::inspect(name, text)
        };
    }
    match hexadecimal(text) {
        Some(decoded) => bytes::inspect(name, &decoded),
        None => bytes::inspect(name, content),
    }
}

/// The header of a block as a node answers, with its seal if it has one; a block is one when it has the hash that it states.
fn block(text: &str) -> Option<Vec<u8>> {
    let block = rpc::Block::parse(text.as_bytes()).ok()?;
    Some(block.sealed_rlp().unwrap_or_else(|| block.rlp()))
}

fn text_of(content: &[u8]) -> Option<&str> {
    std::str::from_utf8(content).ok().map(str::trim)
}

fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    text.trim().strip_prefix("0x").and_then(|digits| hex::decode(digits).ok())
}
