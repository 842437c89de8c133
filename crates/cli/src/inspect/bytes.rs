//! Bytes without a name: tried in an order in which no kind hides another.

use super::{Found, map};
use crate::{
    error::{Error, Result},
    packed, refusal,
};
use alloy_primitives::{B256, hex, keccak256};
use bindings::Revert;
use light_client::header::{Header, ITEM_NAMES};
use mos::EvmAddress;
use mpt_proof::{
    nibbles::Nibbles,
    node::{Due, Node, NodeRef},
    receipt::{Receipt, TypePolicy},
    rlp::{self, Item},
};

/// Deepest nesting that is shown of plain RLP.
const MAX_DEPTH: usize = 8;

/// Says what the bytes are.
pub(super) fn inspect(name: &str, bytes: &[u8]) -> Result<Found> {
    let kinds =
        [address, revert, map::header, header, receipt, node, map::update, update, ancestry, plain];
    let found = kinds.iter().find_map(|kind| kind(bytes));
    found.ok_or_else(|| {
        let problem = format!(
            "{} bytes that are no header, receipt, trie node, update, ancestry proof, revert data, \
             ERC-7930 address or RLP",
            bytes.len()
        );
        Error::input(name, problem)
    })
}

fn address(bytes: &[u8]) -> Option<Found> {
    let address = EvmAddress::decode(bytes).ok()?;
    let mut found = Found::new("ERC-7930 address");
    found.add("chain", address.chain_id()).add("account", address.account());
    Some(found)
}

fn revert(bytes: &[u8]) -> Option<Found> {
    let decoded = Revert::decode(bytes)?;
    let mut found = Found::new("revert data");
    found.add("solidity", refusal::solidity(&decoded)).add("rust", refusal::rust(&decoded));
    found.add("clause", decoded.clause.as_deref().unwrap_or("none"));
    found.add("fault", decoded.fault.map_or("unknown", refusal::fault));
    for (name, value) in &decoded.arguments {
        found.add(name, value);
    }
    Some(found)
}

fn header(bytes: &[u8]) -> Option<Found> {
    let hash = keccak256(bytes);
    Header::open(bytes, &hash).ok()?;
    let mut found = Found::new("block header");
    found.add("hash", hash);
    for (name, item) in ITEM_NAMES.iter().zip(items(rlp::list_exact(bytes).ok()?)?) {
        found.add(name, item_text(name, item));
    }
    Some(found)
}

pub(super) fn item_text(name: &str, item: Item<'_>) -> String {
    const NUMBERS: [&str; 9] = [
        "difficulty",
        "number",
        "gasLimit",
        "gasUsed",
        "timestamp",
        "baseFeePerGas",
        "blobGasUsed",
        "excessBlobGas",
        "slotNumber",
    ];
    match item {
        Item::String(bytes) if NUMBERS.contains(&name) => {
            item.u256().map_or_else(|_| hex::encode_prefixed(bytes), |number| number.to_string())
        }
        Item::String(bytes) | Item::List(bytes) => hex::encode_prefixed(bytes),
    }
}

fn receipt(bytes: &[u8]) -> Option<Found> {
    let receipt = Receipt::decode(bytes, TypePolicy::Any).ok()?;
    let logs = receipt.logs().collect::<std::result::Result<Vec<_>, _>>().ok()?;
    let mut found = Found::new("receipt");
    found.add("type", receipt.tx_type);
    found.add("status", if receipt.success { "success" } else { "failed" });
    found.add("cumulative gas used", receipt.cumulative_gas_used).add("logs", logs.len());
    for (place, log) in logs.iter().enumerate() {
        found.add(format!("log {place} emitter"), log.address);
        for (at, topic) in log.topics().iter().enumerate() {
            found.add(format!("log {place} topic {at}"), topic);
        }
        found.add(format!("log {place} data"), hex::encode_prefixed(log.data));
    }
    Some(found)
}

fn node(bytes: &[u8]) -> Option<Found> {
    let node = Node::decode(rlp::list_exact(bytes).ok()?, Due::Any, 0).ok()?;
    let mut found = Found::new(match node {
        Node::Branch(_) => "trie branch",
        Node::Extension { .. } => "trie extension",
        Node::Leaf { .. } => "trie leaf",
    });
    found.add("hash", keccak256(bytes));
    match node {
        Node::Branch(branch) => {
            for (nibble, child) in branch.children.iter().enumerate() {
                if let Some(child) = child {
                    found.add(format!("child {nibble:x}"), child_text(child));
                }
            }
            let value = branch.value.map_or_else(|| "none".into(), hex::encode_prefixed);
            found.add("value", value);
        }
        Node::Extension { path, child } => {
            found.add("path", nibbles(&path)).add("child", child_text(&child));
        }
        Node::Leaf { path, value } => {
            found.add("path", nibbles(&path)).add("value", hex::encode_prefixed(value));
        }
    }
    Some(found)
}

fn update(bytes: &[u8]) -> Option<Found> {
    let update = packed::as_update(bytes)?;
    let mut found = Found::new("light-client update, packed");
    found.add_all("", packed::update_lines(&update, None));
    Some(found)
}

fn ancestry(bytes: &[u8]) -> Option<Found> {
    let mut found = Found::new("proof of an older block");
    found.add_all("", packed::ancestry_lines(bytes)?);
    Some(found)
}

fn nibbles(path: &Nibbles<'_>) -> String {
    path.iter().map(|nibble| format!("{nibble:x}")).collect()
}

fn child_text(child: &NodeRef<'_>) -> String {
    match child {
        NodeRef::Hash(hash) => hash.to_string(),
        NodeRef::Embedded(payload) => {
            format!("embedded, payload {}", hex::encode_prefixed(payload))
        }
    }
}

/// Any other canonical RLP list, or one string with a prefix.
fn plain(bytes: &[u8]) -> Option<Found> {
    let item = rlp::decode_exact(bytes).ok()?;
    let Item::List(payload) = item else { return None };
    let mut found = Found::new("RLP list");
    found.add("hash", B256::from(keccak256(bytes)));
    tree(&mut found, "", payload, 0)?;
    Some(found)
}

fn tree(found: &mut Found, path: &str, payload: &[u8], depth: usize) -> Option<()> {
    for (place, item) in items(payload)?.enumerate() {
        let path = if path.is_empty() { place.to_string() } else { format!("{path}.{place}") };
        match item {
            Item::String(bytes) => _ = found.add(path, hex::encode_prefixed(bytes)),
            Item::List(payload) if depth < MAX_DEPTH => tree(found, &path, payload, depth + 1)?,
            Item::List(payload) => {
                found.add(path, format!("a list of {} bytes", payload.len()));
            }
        }
    }
    Some(())
}

/// The items of a list, if all of them are canonical.
fn items(mut payload: &[u8]) -> Option<impl Iterator<Item = Item<'_>>> {
    let mut items = Vec::new();
    while !payload.is_empty() {
        items.push(Item::read(&mut payload).ok()?);
    }
    Some(items.into_iter())
}
