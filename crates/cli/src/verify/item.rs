//! Transactions, withdrawals and batches of what a block holds: MPT-1…14, PCK-1, CPT-1…4, BAT-1…3,
//! RCT-1…4, TXN-1, WDL-1, HDR-3.

use super::{Trust, Verified, block, receipt};
use crate::{
    error::{Error, Result},
    file::{BatchFile, ItemFile, Items},
    refusal::refuse,
};
use alloy_primitives::Bytes;
use mpt_proof::{
    Outcome,
    receipt::{Receipt, TypePolicy, index_key},
    transaction::Transaction,
    withdrawal::Withdrawal,
};
use serde_json::{Map, Value, json};

/// Verifies a transaction or a withdrawal.
pub(super) fn verify(file: &ItemFile, of: Items, trust: &Trust) -> Result<Verified> {
    let mut verified = Verified::new(of.one());
    let root = block::root(of, &file.block, trust, &mut verified)?;
    let outcome = file.proof.walk(&root, index_key(file.index).as_ref());
    let outcome = outcome.map_err(|error| refuse(&format!("{} proof", of.one()), error))?;
    verified.fact("index", file.index);
    let (text, json) = item(of, file.index, outcome)?;
    verified.fact_as(of.one(), text, json);
    Ok(verified)
}

/// Verifies several items at once.
pub(super) fn verify_batch(file: &BatchFile, trust: &Trust) -> Result<Verified> {
    let of = file.of;
    let mut verified = Verified::new("batch");
    let root = block::root(of, &file.block, trust, &mut verified)?;
    let keys: Vec<_> = file.indices.iter().map(|index| index_key(*index)).collect();
    let outcomes = file.proof.walk_all(&root, &keys).ok_or_else(compact_batch)?;
    let outcomes = outcomes.map_err(|error| refuse(&format!("proof of {}", of.all()), error))?;
    let (mut texts, mut jsons) = (String::new(), Map::new());
    for (index, outcome) in file.indices.iter().zip(outcomes) {
        let (text, json) = item(of, *index, outcome)?;
        texts += &format!("#{index} {text}\n");
        jsons.insert(index.to_string(), json);
    }
    verified.fact_as(of.all(), texts, Value::Object(jsons));
    Ok(verified)
}

/// What the absence of an item says.
pub(super) fn none(of: Items, index: u64) -> String {
    format!("absent: the block has no more than {index} {}", of.all())
}

/// Why a compact proof of several keys is not read.
pub(super) fn compact_batch() -> Error {
    Error::input("the file", "proves several keys in the compact form, which they do not have")
}

fn item(of: Items, index: u64, outcome: Outcome<'_>) -> Result<(String, Value)> {
    let Outcome::Value(value) = outcome else { return Ok((none(of, index), Value::Null)) };
    let name = format!("{} {index}", of.one());
    match of {
        Items::Receipts => whole_receipt(&name, value),
        Items::Transactions => {
            let read = Transaction::decode(value).map_err(|error| refuse(&name, error))?;
            let (hash, bytes) = (read.hash(), Bytes::copy_from_slice(read.bytes));
            let text = format!("type {}, {} bytes, hash {hash}", read.tx_type, bytes.len());
            Ok((text, json!({ "type": read.tx_type, "hash": hash, "bytes": bytes })))
        }
        Items::Withdrawals => {
            let read = Withdrawal::decode(value).map_err(|error| refuse(&name, error))?;
            let Withdrawal { index, validator_index, address, amount } = read;
            let text = format!(
                "{amount} gwei to {address} from validator {validator_index}, number {index}"
            );
            let json = json!({
                "index": index, "validator_index": validator_index, "address": address,
                "amount_gwei": amount,
            });
            Ok((text, json))
        }
    }
}

fn whole_receipt(name: &str, value: &[u8]) -> Result<(String, Value)> {
    let read = Receipt::decode(value, TypePolicy::Known).map_err(|error| refuse(name, error))?;
    let logs: std::result::Result<Vec<_>, _> = read.logs().collect();
    let logs = logs.map_err(|error| refuse(&format!("log of {name}"), error))?;
    let status = if read.success { "success" } else { "failed" };
    let text = format!("type {}, {status}, {} logs", read.tx_type, logs.len());
    let logs: Vec<Value> = logs.iter().map(receipt::to_json).collect();
    let json = json!({
        "type": read.tx_type, "status": status, "cumulative_gas_used": read.cumulative_gas_used,
        "logs": logs,
    });
    Ok((text, json))
}
